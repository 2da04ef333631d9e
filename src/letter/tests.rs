//! Letters as their readers get them, told scene by scene.

use super::fixture::{CLASSIC, ask, ask_showing, id, introduction, party, stationery};
use super::*;

/// What a mail client makes of the bytes: subject, and text with LF ends.
fn opened(letter: &Letter) -> (String, String) {
    let read = mail_parser::MessageParser::default()
        .parse(letter.bytes.as_bytes())
        .expect("a message");
    let text = read.body_text(0).unwrap_or_default().replace("\r\n", "\n");
    (read.subject().unwrap_or_default().to_owned(), text)
}

fn fields(letter: &Letter) -> Vec<String> {
    let (head, _) = letter.bytes.split_once("\r\n\r\n").expect("a header");
    head.replace("\r\n ", " ")
        .split("\r\n")
        .map(str::to_owned)
        .collect()
}

fn field(letter: &Letter, name: &str) -> Option<String> {
    fields(letter).iter().find_map(|f| {
        let (n, v) = f.split_once(": ")?;
        n.eq_ignore_ascii_case(name).then(|| v.to_owned())
    })
}

#[test]
fn the_ask_of_the_classic_introduction() {
    let letter = ask(&introduction(CLASSIC), 0);
    assert_eq!(letter.subject, "May I introduce you to Jordan Blake?");
    assert_eq!(
        letter.text,
        "Hi Rachel,\n\n\
         Would it be all right if I introduced you to Jordan Blake by email?\n\n\
         Jordan runs a robotics lab in Porto and needs a hand that people want to\n\
         hold.\n\n\
         A \"yes\" is all I need, and a \"no\" is just as fine: I shall not ask why,\n\
         and it stays with me. If it suits everybody, the next thing you get is a\n\
         mail from me to you both. Nothing more may come of it, for many reasons,\n\
         so please think nothing of it if you hear nothing further. If you know\n\
         each other already, just say so.\n\n\
         Best,\nAlex\n"
    );
    assert_eq!(
        opened(&letter),
        (letter.subject.clone(), letter.text.clone())
    );
}

#[test]
fn r1_each_is_asked_alone() {
    let i = introduction(CLASSIC);
    for (party, other) in [(0, 1), (1, 0)] {
        let letter = ask(&i, party);
        assert_eq!(letter.to, i.parties[party].address);
        let to = field(&letter, "To").expect("a recipient");
        assert!(
            to.contains(letter.to.as_str()) && to.matches('@').count() == 1,
            "{to}"
        );
        assert!(!letter.bytes.contains(i.parties[other].address.as_str()));
        for absent in [
            "Cc",
            "Bcc",
            "Reply-To",
            "In-Reply-To",
            "References",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
        ] {
            assert_eq!(field(&letter, absent), None, "{absent}");
        }
    }
}

#[test]
fn r4_the_ask_is_short() {
    let bare = introduction("Hi Rachel and Jordan,\n\nMeet each other!\n\nBest,\nAlex\n");
    assert!(ask(&bare, 0).text.split_whitespace().count() < 120);
    assert!(
        ask(&introduction(CLASSIC), 0)
            .text
            .split_whitespace()
            .count()
            < 150
    );
}

#[test]
fn a1_yes_means_yes() {
    let text = ask(&introduction(CLASSIC), 0).text;
    assert!(text.contains("Would it be all right if I introduced you"));
    for negative in ["Would you mind", "object", "Do you have anything against"] {
        assert!(!text.contains(negative));
    }
    assert!(text.contains("\"yes\"") && text.contains("\"no\""));
}

#[test]
fn a2_numbers_links_and_handles_stay_behind() {
    let i = introduction(
        "Hi Rachel and Jordan,\n\nJordan runs a robotics lab in Porto. Jordan's number is +351 912 345 678 and he is \
         @jordanb on LinkedIn, see https://lab.example/x1. You can write to him at jordan@lab.example.\n\nBest,\nAlex\n",
    );
    let text = ask(&i, 0).text;
    assert!(
        text.contains("\nJordan runs a robotics lab in Porto.\n"),
        "{text}"
    );
    for detail in ["912", "@", "jordanb", "lab.example", "LinkedIn"] {
        assert!(!text.contains(detail), "{detail} in {text}");
    }
}

#[test]
fn a3_delicate_text_withholds_name_and_detail() {
    let i = introduction(
        "Hi Rachel and Jordan,\n\nRachel is quietly leaving Initech. Rachel Winters is a product designer from Leeds. Jordan runs a robotics \
         lab in Porto.\n\nBest,\nAlex\n",
    );
    let to_jordan = ask(&i, 1);
    assert_eq!(
        to_jordan.subject,
        "May I introduce you to a contact of mine?"
    );
    assert!(
        !to_jordan.bytes.contains("Rachel") && !to_jordan.bytes.contains("Initech"),
        "{}",
        to_jordan.text
    );
    assert!(
        to_jordan
            .text
            .contains("This person is a product designer from Leeds.")
    );
    assert!(to_jordan.text.contains("keep the name to myself"));
    assert!(
        ask(&i, 0).text.contains("introduced you to Jordan Blake"),
        "Jordan has nothing to hide"
    );
}

#[test]
fn a4_what_was_said_to_one_is_not_told_to_the_other() {
    let i = introduction(
        "Rachel, Jordan,\n\nJordan, you'll love her budget. Rachel, you asked me for somebody patient. Jordan, Rachel is a product \
         designer from Leeds.\n\nBest,\nAlex\n",
    );
    let (to_rachel, to_jordan) = (ask(&i, 0).text, ask(&i, 1).text);
    assert!(!to_rachel.contains("budget") && !to_jordan.contains("patient"));
    assert!(to_jordan.contains("\nRachel is a product designer from Leeds.\n"));
}

#[test]
fn a5_and_a6_neither_thread_nor_signature_nor_tracker_gets_in() {
    let eml = "From: Alex Rivera <alex@example.org>\r\nTo: Rachel Winters <rachel@studio.example>, Jordan Blake <jordan@lab.example>\r\n\
        Subject: Rachel <> Jordan\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
        <p>Hi Rachel and Jordan,</p><p>Rachel is a product designer from Leeds. Jordan runs a robotics lab in Porto.</p><p>Best,<br>Alex</p>\
        <img src=\"https://track.example/p.gif?u=1\"><p>-- <br>Alex Rivera<br>Rivera Partners, 12 Mill Lane</p>\
        <blockquote>On Monday Jordan Blake wrote:<br>Rachel sounds costly. Jordan knows better designers.</blockquote>\r\n";
    let held = crate::mail::parse(eml.as_bytes());
    let i = introduction(&crate::mail::text::own_words(&held));
    let templates = Templates::built_in();
    for party in [0, 1] {
        let letter = super::ask(&stationery(&templates), &i, party, &held, Reveal::Name);
        assert_eq!(
            field(&letter, "Content-Type").as_deref(),
            Some("text/plain; charset=utf-8")
        );
        for foreign in [
            "track.example",
            "<",
            "Mill Lane",
            "costly",
            "better designers",
            "wrote",
        ] {
            assert!(
                !letter.text.contains(foreign),
                "{foreign} in {}",
                letter.text
            );
        }
    }
    let to_jordan = super::ask(&stationery(&templates), &i, 1, &held, Reveal::Name);
    assert!(
        to_jordan
            .text
            .contains("Rachel is a product designer from Leeds."),
        "{}",
        to_jordan.text
    );
}

#[test]
fn a7_nothing_ties_the_ask_to_the_held_message() {
    let i = introduction(CLASSIC);
    let letter = ask(&i, 0);
    for tie in [i.message_id.as_str(), &i.subject, &i.digest, &i.id.0] {
        assert!(!letter.bytes.contains(tie), "{tie}");
    }
    assert_eq!(
        field(&letter, "Message-ID").as_deref(),
        Some("<q9f3k2@example.org>")
    );
}

#[test]
fn a8_a_drop_box_in_bcc_hears_of_nothing() {
    let mut i = introduction(CLASSIC);
    let drop_box = Address::new("drop-77@crm.example").expect("an address");
    i.envelope.push(drop_box.clone());
    assert!(!ask(&i, 0).bytes.contains("crm.example"));
}

#[test]
fn a9_the_ask_comes_from_the_identity_of_the_introduction() {
    let mut i = introduction(CLASSIC);
    i.from.address = Address::new("alex@old.example").expect("an address");
    assert_eq!(
        field(&ask(&i, 0), "From").as_deref(),
        Some("\"Alex Rivera\" <alex@old.example>")
    );
}

#[test]
fn a10_it_does_not_look_like_a_machine() {
    let letter = ask(&introduction(CLASSIC), 0);
    let seen = format!("{}\n{}", letter.subject, letter.text).to_lowercase();
    for machine in [
        "askfirst",
        "action required",
        "automat",
        "notification",
        "http",
        "consent",
        "opt-in",
        "unsubscribe",
    ] {
        assert!(!seen.contains(machine), "{machine}");
    }
}

#[test]
fn a11_a_language_that_is_not_understood_is_not_quoted() {
    let mut i = introduction(
        "Cześć Rachel i Jordan,\n\nChciałbym was sobie przedstawić. Jordan prowadzi w Porto laboratorium robotyki i szuka kogoś do \
         projektowania. Jordan, spodoba ci się jej budżet. Rachel jest projektantką z Leeds i bardzo lubi narzędzia.\n\nPozdrawiam,\nAlex\n",
    );
    i.language = "pl".to_owned();
    let letter = ask(&i, 0);
    assert!(
        letter.text.starts_with("Dear Rachel Winters,\n"),
        "{}",
        letter.text
    );
    assert!(!letter.text.contains("Porto") && !letter.text.contains("bud"));
}

#[test]
fn a12_titles_and_distance_are_taken_over() {
    let mut i = introduction(
        "Dear Dr. Ito, hi Rachel,\n\nKenji Ito runs a clinic for hands. Rachel is a product designer.\n\nKind regards,\nAlex\n",
    );
    i.parties[1].name = Some("Kenji Ito".to_owned());
    let (to_rachel, to_ito) = (ask(&i, 0), ask(&i, 1));
    assert!(to_ito.text.starts_with("Dear Dr. Ito,\n"));
    assert!(to_ito.text.ends_with("\nKind regards,\nAlex\n"));
    assert!(to_rachel.text.starts_with("Hi Rachel,\n"));
    assert_eq!(to_rachel.subject, "May I introduce you to Dr. Kenji Ito?");
}

#[test]
fn a13_an_address_never_stands_in_for_a_name() {
    for nameless in ["", "rk77", "rk77@mail.example", "\"rk77@mail.example\""] {
        let mut i = introduction("Hi both,\n\nyou two should meet.\n\nAlex\n");
        i.parties[1] = party(nameless, "rk77@mail.example");
        let letter = ask(&i, 0);
        assert_eq!(letter.subject, "May I introduce you to a contact of mine?");
        assert!(!letter.bytes.contains("rk77") && !letter.text.contains("keep the name"));
        let letter = ask(&i, 1);
        assert!(letter.text.starts_with("Hello,\n"), "{}", letter.text);
        assert_eq!(field(&letter, "To").as_deref(), Some("rk77@mail.example"));
    }
}

#[test]
fn a14_every_letter_carries_a_mark_that_tells_nothing() {
    let i = introduction(CLASSIC);
    let templates = Templates::built_in();
    let s = stationery(&templates);
    assert_eq!(field(&ask(&i, 0), MARK).as_deref(), Some("ask"));
    assert_eq!(field(&reminder(&s, &i, 0), MARK).as_deref(), Some("ask"));
    assert_eq!(
        field(&courtesy(&s, &i, 0), MARK).as_deref(),
        Some("courtesy")
    );
    assert_eq!(
        field(&note(&s, &i, &Notice::Held), MARK).as_deref(),
        Some("note")
    );
    assert_eq!(
        field(&ask(&i, 0), "x-ms-reactions").as_deref(),
        Some("disallow")
    );
}

#[test]
fn a18_there_is_nothing_to_click() {
    let text = ask(&introduction(CLASSIC), 0).bytes;
    assert!(!text.contains("://") && !text.contains("www.") && !text.contains("mailto:"));
}

#[test]
fn r6_reveal_says_how_much_of_the_name() {
    let i = introduction(
        "Hi Rachel and Jordan,\n\nJordan Blake runs a lab in Porto. Jordan's grippers are gentle.\n\nBest,\nAlex\n",
    );
    let full = ask_showing(&i, 0, Reveal::Name);
    assert!(
        full.text
            .contains("Jordan Blake runs a lab in Porto. Jordan's grippers are gentle.")
    );
    let first = ask_showing(&i, 0, Reveal::FirstName);
    assert_eq!(first.subject, "May I introduce you to Jordan?");
    assert!(
        first
            .text
            .contains("Jordan runs a lab in Porto. Jordan's grippers are gentle.")
            && !first.text.contains("Blake")
    );
    let nothing = ask_showing(&i, 0, Reveal::Nothing);
    assert!(
        nothing
            .text
            .contains("This person runs a lab in Porto. This person's grippers"),
        "{}",
        nothing.text
    );
    assert!(!nothing.bytes.contains("Jordan") && !nothing.bytes.contains("Blake"));
}

#[test]
fn r8_too_little_gives_an_honest_short_ask_and_the_user_is_told() {
    let i = introduction("Hi Rachel and Jordan,\n\nyou two should meet!\n\nBest,\nAlex\n");
    let letter = ask(&i, 0);
    assert!(
        letter
            .text
            .contains("introduced you to Jordan Blake by email?\n\nA \"yes\" is"),
        "{}",
        letter.text
    );
    let templates = Templates::built_in();
    let note = note(&stationery(&templates), &i, &Notice::Held);
    assert!(
        note.text
            .replace('\n', " ")
            .contains("says little about Rachel Winters and Jordan Blake"),
        "{}",
        note.text
    );
}

#[test]
fn three_parties_hear_of_both_others() {
    let mut i = introduction(
        "Hi Rachel, Jordan and Kim,\n\nRachel is a product designer. Jordan runs a lab in Porto. Kim writes about tools.\n\nBest,\nAlex\n",
    );
    i.parties.push(party("Kim Sato", "kim@paper.example"));
    let letter = ask(&i, 0);
    assert_eq!(
        letter.subject,
        "May I introduce you to Jordan Blake and Kim Sato?"
    );
    assert!(
        letter
            .text
            .contains("Jordan runs a lab in Porto. Kim writes about tools.")
    );
    assert!(
        letter
            .text
            .replace('\n', " ")
            .contains("a mail from me to you all")
    );
    i.parties[2].name = None;
    assert_eq!(
        ask(&i, 0).subject,
        "May I introduce you to Jordan Blake and a contact of mine?"
    );
}

#[test]
fn k15_nobody_is_asked_about_a_colleague() {
    let mut i = introduction(
        "Hi Rachel, Jordan and Kim,\n\nRachel is a product designer. Jordan runs a lab in Porto. Kim writes about tools.\n\nBest,\nAlex\n",
    );
    i.parties.push(party("Kim Sato", "kim@paper.example"));
    i.parties[1].knows = vec![2];
    i.parties[2].knows = vec![1];
    let letter = ask(&i, 1);
    assert_eq!(letter.subject, "May I introduce you to Rachel Winters?");
    assert!(!letter.text.contains("Kim"), "{}", letter.text);
    assert!(
        letter
            .text
            .replace('\n', " ")
            .contains("a mail from me to you all")
    );
    assert_eq!(
        ask(&i, 0).subject,
        "May I introduce you to Jordan Blake and Kim Sato?"
    );
}

#[test]
fn an_encrypted_introduction_is_never_quoted() {
    let held = Message {
        encrypted: true,
        ..Message::default()
    };
    let templates = Templates::built_in();
    let letter = super::ask(
        &stationery(&templates),
        &introduction(CLASSIC),
        0,
        &held,
        Reveal::Name,
    );
    assert!(!letter.text.contains("robotics"));
}

#[test]
fn the_reminder_asks_once_more_in_the_asks_own_thread() {
    let mut i = introduction(CLASSIC);
    let first = ask_showing(&i, 0, Reveal::FirstName);
    i.parties[0].asked = Some(crate::introduction::Asked {
        message_id: id("ask-1@example.org"),
        decided: i.created,
        sent: Some(i.created),
        reminder: None,
        text: first.text.clone(),
        subject: first.subject.clone(),
    });
    let templates = Templates::built_in();
    let letter = reminder(&stationery(&templates), &i, 0);
    assert_eq!(letter.subject, format!("Re: {}", first.subject));
    assert_eq!(
        field(&letter, "In-Reply-To").as_deref(),
        Some("<ask-1@example.org>")
    );
    assert_eq!(
        field(&letter, "References").as_deref(),
        Some("<ask-1@example.org>")
    );
    assert_eq!(field(&letter, "Auto-Submitted"), None);
    assert!(
        !letter.bytes.contains("Blake"),
        "it reveals no more than the ask did: {}",
        letter.text
    );
    assert!(letter.text.split_whitespace().count() < first.text.split_whitespace().count());
}

#[test]
fn r23_the_courtesy_letter_owns_the_slip() {
    let templates = Templates::built_in();
    let letter = courtesy(&stationery(&templates), &introduction(CLASSIC), 1);
    assert_eq!(letter.to.as_str(), "jordan@lab.example");
    assert!(letter.text.starts_with("Hi Jordan,\n") && letter.text.contains("I am sorry"));
    assert!(!letter.bytes.contains("rachel@studio.example"));
}

#[test]
fn what_stands_for_a_large_message_speaks_the_users_language() {
    let templates = Templates::built_in();
    let mut large = introduction(CLASSIC);
    large.size = 40 << 20;
    large.subject = "Loom {id} & kiln".to_owned();
    let to = crate::mail::Address::new("alex@hub.example").unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for language in ["en", "es", "fr", "de", "pt", "it", "nl"] {
        let stationery = Stationery {
            user_language: language,
            ..stationery(&templates)
        };
        let text = stand_in(&stationery, &to, &large).text;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let show = format!("askfirst show {}", large.id);
        for part in ["Loom {id} & kiln", "(40 M", show.as_str()] {
            assert!(text.contains(part), "{language}: {part} in {text}");
        }
        assert!(seen.insert(text), "{language} says what another does");
    }
}
