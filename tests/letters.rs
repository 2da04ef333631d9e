//! docs/LETTERS.md shows every letter in every language; it is written by this test
//! (`ASKFIRST_WRITE_DOCS=1 cargo test --test letters`) and checked by it ever after.

#[path = "letters/aloud.rs"]
mod aloud;

use askfirst::answer::Answer;
use askfirst::introduction::{Introduction, Notice, Reason, Reveal};
use askfirst::letter::templates::{LETTERS, TO_PARTIES, TO_USER};
use askfirst::letter::{self, AccountMatter, FolderNames, Letter, Stationery, Templates};
use askfirst::mail::{Address, Message, MessageId};
use serde_json::json;
use std::fmt::Write as _;

/// An introduction among friends, and one that keeps its distance, in each language.
const TEXTS: &[(&str, &str, [&str; 2])] = &[
    (
        "en",
        "English",
        [
            "Hi Rachel and Jordan,\n\nRachel is a product designer who has shipped three power tools. Jordan runs a robotics lab in Porto and needs a hand that people want to hold.\n\nBest,\nAlex\n",
            "Dear Ms Winters, dear Dr. Blake,\n\nRachel Winters designs power tools in Leeds. Jordan Blake directs a robotics lab in Porto.\n\nKind regards,\nAlex Rivera\n",
        ],
    ),
    (
        "es",
        "Español",
        [
            "Hola Rachel y Jordan:\n\nOs presento. Rachel diseña herramientas en Leeds desde hace diez años. Jordan dirige un laboratorio de robótica en Oporto.\n\nUn abrazo,\nAlex\n",
            "Estimada Sra. Winters, estimado Dr. Blake:\n\nRachel Winters diseña herramientas en Leeds. Jordan Blake dirige un laboratorio de robótica en Oporto.\n\nAtentamente,\nAlex Rivera\n",
        ],
    ),
    (
        "fr",
        "Français",
        [
            "Salut Rachel, salut Jordan,\n\nRachel dessine des outils à Leeds depuis dix ans. Jordan dirige un laboratoire de robotique à Porto.\n\nBises,\nAlex\n",
            "Madame Winters, Monsieur Blake,\n\nRachel Winters dessine des outils à Leeds. Jordan Blake dirige un laboratoire de robotique à Porto.\n\nCordialement,\nAlex Rivera\n",
        ],
    ),
    (
        "de",
        "Deutsch",
        [
            "Liebe Rachel, lieber Jordan,\n\nich möchte euch bekannt machen. Rachel gestaltet seit zehn Jahren Werkzeuge in Leeds. Jordan leitet ein Robotiklabor in Porto.\n\nViele Grüße\nAlex\n",
            "Sehr geehrte Frau Winters, sehr geehrter Herr Dr. Blake,\n\nRachel Winters gestaltet Werkzeuge in Leeds. Jordan Blake leitet ein Robotiklabor in Porto.\n\nMit freundlichen Grüßen\nAlex Rivera\n",
        ],
    ),
    (
        "pt",
        "Português",
        [
            "Oi Rachel e Jordan,\n\nA Rachel desenha ferramentas em Leeds há dez anos. O Jordan dirige um laboratório de robótica no Porto.\n\nUm abraço,\nAlex\n",
            "Prezada Dra. Winters, prezado Dr. Blake,\n\nRachel Winters desenha ferramentas em Leeds. Jordan Blake dirige um laboratório de robótica no Porto.\n\nAtenciosamente,\nAlex Rivera\n",
        ],
    ),
    (
        "it",
        "Italiano",
        [
            "Ciao Rachel, ciao Jordan,\n\nRachel progetta attrezzi a Leeds da dieci anni. Jordan dirige un laboratorio di robotica a Porto.\n\nUn abbraccio,\nAlex\n",
            "Gentile Dott.ssa Winters, gentile Dr. Blake,\n\nRachel Winters progetta attrezzi a Leeds. Jordan Blake dirige un laboratorio di robotica a Porto.\n\nCordiali saluti,\nAlex Rivera\n",
        ],
    ),
    (
        "nl",
        "Nederlands",
        [
            "Hoi Rachel en Jordan,\n\nRachel ontwerpt al tien jaar gereedschap in Leeds. Jordan leidt een robotlab in Porto.\n\nGroetjes,\nAlex\n",
            "Geachte mevrouw Winters, geachte Dr. Blake,\n\nRachel Winters ontwerpt gereedschap in Leeds. Jordan Blake leidt een robotlab in Porto.\n\nMet vriendelijke groet,\nAlex Rivera\n",
        ],
    ),
];

fn introduction(language: &str, text: &str) -> Introduction {
    let party =
        |name: &str, address: &str| json!({ "address": address, "name": name, "required": true });
    serde_json::from_value(json!({
        "id": "k7m2q4xz",
        "account": "work",
        "via": "drafts",
        "state": "asking",
        "subject": "Rachel <> Jordan",
        "message_id": "held-1@example.org",
        "message_id_is_ours": false,
        "from": { "name": "Alex Rivera", "address": "alex@example.org" },
        "envelope": [],
        "digest": "0".repeat(64),
        "size": 900,
        "language": language,
        "why": ["Its subject joins the two names with an arrow."],
        "text": text,
        "parties": [party("Rachel Winters", "rachel@studio.example"), party("Jordan Blake", "jordan@lab.example")],
        "created": "2026-03-04T08:00:00Z",
        "updated": "2026-03-04T08:00:00Z",
        "terms": { "grace": 600, "remind_after": 345_600, "expire_after": 1_209_600, "remind": "introducer", "order": "together", "reveal": "name" },
        "confirmed": true, "placed": true, "reminded": false, "by_hand": false,
        "history": [],
    }))
    .expect("an introduction")
}

/// Every letter in one language, under the name of its template.
fn letters(language: &str, [near, far]: [&str; 2]) -> Vec<(String, Letter)> {
    let templates = Templates::built_in();
    let stationery = Stationery {
        at: "2026-03-04T08:14:00Z".parse().expect("a time"),
        utc_offset: 3600,
        message_id: MessageId::new("q9f3k2@example.org").expect("an id"),
        user_language: language,
        templates: &templates,
        folders: FolderNames::default(),
    };
    let s = &stationery;
    let held = Message::default();
    let (mut near, far) = (introduction(language, near), introduction(language, far));
    let mut out = vec![
        (
            "ask".to_owned(),
            letter::ask(s, &near, 0, &held, Reveal::Name),
        ),
        (
            "ask, with distance".to_owned(),
            letter::ask(s, &far, 1, &held, Reveal::Name),
        ),
        (
            "ask, first name only".to_owned(),
            letter::ask(s, &near, 0, &held, Reveal::FirstName),
        ),
        (
            "ask, without a name".to_owned(),
            letter::ask(s, &near, 0, &held, Reveal::Nothing),
        ),
    ];
    near.manners = serde_json::from_value(json!([
        { "party": 0, "greeting": null, "form": null, "formal": false, "closing": null, "wrote": "2026-02-12" }
    ]))
    .expect("manners");
    out.push((
        "ask, without a name, to somebody written to before".to_owned(),
        letter::ask(s, &near, 0, &held, Reveal::Nothing),
    ));
    near.parties[0].asked = serde_json::from_value(json!({
        "message_id": "ask-1@example.org",
        "decided": "2026-03-04T08:14:00Z",
        "sent": "2026-03-04T08:14:02Z",
        "text": out[0].1.text.clone(),
        "subject": out[0].1.subject.clone(),
    }))
    .expect("an ask");
    out.push(("reminder".to_owned(), letter::reminder(s, &near, 0)));
    out.push(("courtesy".to_owned(), letter::courtesy(s, &near, 0)));
    let mut note = |name: &str, reason: Option<Reason>, notice: Notice| {
        let mut told = near.clone();
        told.reason = reason;
        out.push((name.to_owned(), letter::note(s, &told, &notice)));
    };
    let words = || "Who is this again?\nRachel".to_owned();
    note("note-held", None, Notice::Held);
    note(
        "note-unconfirmed",
        Some(Reason::Unconfirmed),
        Notice::Unconfirmed,
    );
    for reason in [
        Reason::Never,
        Reason::DeclinedBefore,
        Reason::TooMany,
        Reason::UnsendableFrom,
    ] {
        note("note-nobody-asked", Some(reason), Notice::NobodyAsked);
    }
    for answer in [
        Answer::Question,
        Answer::Conditional,
        Answer::Delegate,
        Answer::Later,
        Answer::Unclear,
    ] {
        note(
            "note-answered",
            None,
            Notice::Answered {
                party: 0,
                answer: Some(answer),
                text: words(),
                why: Vec::new(),
            },
        );
    }
    note(
        "note-answered",
        None,
        Notice::Answered {
            party: 0,
            answer: None,
            text: words(),
            why: vec!["It came from another address than the one asked.".to_owned()],
        },
    );
    note(
        "note-declined",
        Some(Reason::Declined),
        Notice::Declined {
            party: 0,
            text: "No thanks.".to_owned(),
        },
    );
    note("note-expired", Some(Reason::NoAnswer), Notice::Expired);
    note("note-released", None, Notice::Released);
    for reason in [
        Reason::Moot,
        Reason::Superseded,
        Reason::DraftReturned,
        Reason::Deleted,
        Reason::Edited,
        Reason::TakenBack,
        Reason::Cancelled,
    ] {
        note("note-cancelled", Some(reason), Notice::Cancelled);
    }
    note("note-waiting", None, Notice::Waiting { parties: vec![0] });
    note("note-later-came", None, Notice::LaterCame { party: 0 });
    note(
        "note-bounced",
        None,
        Notice::Bounced {
            party: 0,
            text: "550 5.1.1 no such user".to_owned(),
        },
    );
    note(
        "note-away",
        None,
        Notice::Away {
            party: 0,
            text: "Out of office.".to_owned(),
        },
    );
    note(
        "note-refused",
        None,
        Notice::Refused {
            reply: "550 5.7.1 not today".to_owned(),
        },
    );
    note("note-in-doubt", None, Notice::InDoubt);
    note("note-date-passed", None, Notice::DatePassed);
    note("note-slipped", None, Notice::Slipped);
    note(
        "note-too-late",
        None,
        Notice::TooLate {
            party: 0,
            text: "Yes!".to_owned(),
        },
    );
    note("note-not-understood", None, Notice::NotUnderstood);
    note(
        "note-not-done",
        None,
        Notice::NotDone {
            word: "ask".to_owned(),
        },
    );
    note(
        "note-unaskable",
        Some(Reason::Never),
        Notice::Unaskable { party: 0 },
    );
    note("note-leaving", None, Notice::Leaving);
    let to = Address::new("alex@example.org").expect("an address");
    let trouble = |text: &str| AccountMatter::Trouble {
        text: text.to_owned(),
    };
    for (name, matter) in [
        (
            "account-watching",
            AccountMatter::WatchingBegins {
                messages: 12_345,
                since: Some("2019-01-07T00:00:00Z".parse().expect("a time")),
            },
        ),
        (
            "account-trouble",
            trouble(
                "The mail server refused the login for alex@example.org. A new password may help: askfirst setup.",
            ),
        ),
        (
            "account-ready",
            AccountMatter::Ready {
                subject: "Rachel <> Jordan".to_owned(),
            },
        ),
        (
            "account-never-taken",
            AccountMatter::NeverTaken {
                subject: "Rachel <> Jordan".to_owned(),
                why: "another program has a date for it.".to_owned(),
            },
        ),
        (
            "account-not-ours",
            AccountMatter::NotOurs {
                folder: "Askfirst/Held".to_owned(),
            },
        ),
        (
            "account-slipped",
            AccountMatter::Slipped {
                lines: vec![
                    "Rachel <> Jordan (Rachel Winters, Jordan Blake)".to_owned(),
                    "Boats (Kim Osei, Jordan Blake)".to_owned(),
                ],
            },
        ),
    ] {
        out.push((name.to_owned(), letter::account_note(s, &to, &matter)));
    }
    out
}

fn page() -> String {
    let mut page = String::from(
        "# The letters\n\n\
         Every letter that askfirst writes, in every language, as its reader gets it: first what goes to the people\n\
         being introduced, then the notes to the user. A test writes this page and checks it.\n\n\
         ## Your own wording\n\n\
         `template_dir` may hold one file a language: `en.txt`, `es.txt`, `fr.txt`, `de.txt`, `pt.txt`, `it.txt`, `nl.txt`.\n\
         A file holds as many of the letters as you like; the others stay as they are. A letter begins with a line such\n\
         as `== ask ==`, then comes `Subject: …`, then the text, in Jinja. A tilde keeps two words on one line.\n\
         Files are read at start and by `askfirst reload`; a mistake in them is told with its file and line, and nothing\n\
         is sent in a broken wording.\n\n",
    );
    let names = |to_party: bool| {
        let names: Vec<String> = LETTERS
            .iter()
            .filter(|(_, p)| *p == to_party)
            .map(|(l, _)| format!("`{l}`"))
            .collect();
        names.join(", ")
    };
    let values = |list: &[&str]| {
        list.iter()
            .map(|v| format!("`{v}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let _ = write!(
        page,
        "In {} there may stand: {}.\n\n\
         - `other`: how the others are called, as far as `reveal` goes; `others`: how many; `withheld`: a name is kept back\n\
         - `about`: your own sentences about them; empty where there are none\n\
         - `greeting`: taken over from the introduction, else empty; `name`, `first`: of the one written to; `formal`: keep your distance\n\
         - `wrote`: where a name is kept back, the day of your last mail to them; else empty\n\
         - `closing`, `me`: as you ended and signed the introduction; `subject`: of the ask, in a reminder\n\n\
         In {} there may stand: {}.\n\n\
         - `held`, `ask_folder`, `send_now`, `give_back`, `closed`: our folders, as you named them\n\
         - `ways`: the way out of where it stands, made of `ways-held`, `ways-asked` or `ways-closed`; `id`: for the commands\n\
         - `people`: everybody in it; `asked`, `silent`, `thin`, `discreet`, `awaited`: some of them; `who`, `first`, `address`: the one it is about\n\
         - `words`: somebody's own words, quoted; `why`: reasons, one a line; `answer`, `reason`, `state`, `word`: as in LIFE.md\n\n\
         The words that a note offers in quotes are understood in all seven languages, whatever the language of the note:\n\
         `ask`, `send`, `back`, `cancel`, `remind`, or a name with `yes` or `no`.\n\n",
        names(true),
        values(TO_PARTIES),
        names(false),
        values(TO_USER),
    );
    for (language, name, texts) in TEXTS {
        let _ = write!(page, "## {name}\n\n");
        for (title, letter) in letters(language, *texts) {
            let _ = write!(
                page,
                "### {title} ({language})\n\n```text\nSubject: {}\n\n{}```\n\n",
                letter.subject, letter.text
            );
        }
    }
    page
}

#[test]
fn the_page_shows_the_letters_as_they_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/LETTERS.md");
    let page = page();
    if std::env::var_os("ASKFIRST_WRITE_DOCS").is_some() {
        std::fs::write(path, &page).expect("docs/LETTERS.md can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "docs/LETTERS.md is out of date; write it anew with: ASKFIRST_WRITE_DOCS=1 cargo test --test letters"
    );
}

#[test]
fn every_language_has_its_letters_and_no_gap_in_them() {
    let languages: Vec<&str> = TEXTS.iter().map(|(l, _, _)| *l).collect();
    assert_eq!(Templates::languages().collect::<Vec<_>>(), languages);
    for (language, _, texts) in TEXTS {
        for (title, letter) in letters(language, *texts) {
            let shown = format!("{}\n{}", letter.subject, letter.text);
            for gap in [
                "{{",
                "}}",
                "{%",
                "undefined",
                " ,",
                " .",
                "  ",
                "~",
                "\u{a0}",
                "\n\n\n",
            ] {
                let hanging = gap == "  " && shown.contains("\n  ");
                assert!(
                    hanging || !shown.contains(gap),
                    "{language} {title}: {gap:?} in\n{shown}"
                );
            }
            assert!(
                !letter.subject.is_empty() && !letter.text.trim().is_empty(),
                "{language} {title}"
            );
            assert!(letter.bytes.is_ascii() && letter.bytes.lines().all(|l| l.len() <= 998));
        }
    }
}

#[test]
fn every_language_quotes_what_was_said_of_the_other_in_the_right_tone() {
    for (language, _, texts) in TEXTS {
        let all = letters(language, *texts);
        let (near, far) = (&all[0].1, &all[1].1);
        assert!(
            near.text.contains("Jordan ") && near.text.to_lowercase().contains("porto"),
            "{language}:\n{}",
            near.text
        );
        assert!(
            !near.text.contains("Leeds"),
            "{language} tells Rachel about herself:\n{}",
            near.text
        );
        assert!(
            far.text.contains("Leeds") && !far.text.to_lowercase().contains("porto"),
            "{language}:\n{}",
            far.text
        );
        assert!(
            near.text
                .lines()
                .next()
                .is_some_and(|l| l.contains("Rachel") && !l.contains("Winters")),
            "{language}:\n{}",
            near.text
        );
        assert!(
            far.text.lines().next().is_some_and(|l| l.contains("Blake")),
            "{language}:\n{}",
            far.text
        );
        assert!(far.subject.contains("Rachel Winters") && near.subject.contains("Jordan Blake"));
        assert!(!all[2].1.bytes.contains("Blake") && !all[3].1.bytes.contains("Jordan"));
    }
}

/// Should a mail program wrap our words anew, no line of theirs may still be taken for an answer.
#[test]
fn no_line_of_an_ask_reads_as_a_yes_or_a_no() {
    use askfirst::answer::{Reading, read};
    let mut wrong = Vec::new();
    for (language, _, texts) in TEXTS {
        for (title, letter) in letters(language, *texts).into_iter().take(6) {
            let lines = letter.text.lines().map(str::to_owned);
            for line in lines
                .chain([letter.subject.clone()])
                .filter(|l| !l.is_empty())
            {
                let eml = format!(
                    "From: Rachel Winters <rachel@studio.example>\r\nTo: alex@example.org\r\nSubject: Hello\r\n\
                     MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{line}\r\n"
                );
                let message = askfirst::mail::parse(eml.as_bytes());
                let reading = read(eml.as_bytes(), &message, &[], None);
                let decides = matches!(
                    reading,
                    Reading::Answer {
                        answer: Answer::Yes | Answer::No | Answer::Always | Answer::Never,
                        ..
                    }
                );
                if decides {
                    wrong.push(format!(
                        "{language} {title}: {line:?} is read as {reading:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
