//! Whole replies, as mail programs send them: `mail/answer/<what it is>/*.eml`.
//!
//! The field `X-Wrote` of a fixture says what its writer typed; that and nothing else must be read.

use askfirst::answer::{Answer, Reading, read};
use askfirst::mail;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn fixtures(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/mail/answer")
        .join(kind);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no fixtures in {}", folder.display());
    paths
}

fn reading(bytes: &[u8], asks: &[&str]) -> Reading {
    read(bytes, &mail::parse(bytes), asks, None)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every fixture of this folder says `want`, and what its writer typed is read to the letter.
fn check(kind: &str, want: Answer) {
    let mut wrong = Vec::new();
    for path in fixtures(kind) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        match reading(&bytes, &[]) {
            Reading::Answer {
                answer,
                text,
                reasons,
                ..
            } => {
                if answer != want {
                    wrong.push(format!("{name}: {answer:?} {reasons:?} in {text:?}"));
                }
                if let Some(wrote) = mail::parse(&bytes).value("X-Wrote")
                    && folded(wrote) != folded(&text)
                {
                    wrong.push(format!("{name}: wrote {wrote:?}, read {text:?}"));
                }
            }
            other => wrong.push(format!("{name}: {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{kind}:\n{}", wrong.join("\n"));
}

#[test]
fn y1_a_plain_yes_in_any_style_is_a_yes() {
    check("yes", Answer::Yes);
}

#[test]
fn y1_a_no_is_a_no_although_the_quoted_ask_speaks_of_yes() {
    check("no", Answer::No);
}

#[test]
fn y2_a_yes_with_a_condition_waits_for_the_user() {
    check("conditional", Answer::Conditional);
}

#[test]
fn y3_a_question_is_no_answer_yet() {
    check("question", Answer::Question);
}

#[test]
fn later_is_neither_yes_nor_no() {
    check("later", Answer::Later);
}

#[test]
fn always_is_a_consent_for_good() {
    check("always", Answer::Always);
}

#[test]
fn y18_never_is_a_refusal_for_good() {
    check("never", Answer::Never);
}

#[test]
fn y11_somebody_else_does_not_answer_for_them() {
    check("delegate", Answer::Delegate);
}

#[test]
fn a1_y4_y10_y17_y20_what_is_not_plain_is_unclear() {
    check("unclear", Answer::Unclear);
}

#[test]
fn y8_y9_what_a_machine_wrote_is_nobodys_answer() {
    for path in fixtures("automatic") {
        let got = reading(&std::fs::read(&path).unwrap(), &[]);
        assert!(
            matches!(got, Reading::Automatic { .. }),
            "{}: {got:?}",
            path.display()
        );
    }
}

#[test]
fn y8_an_absence_says_until_when_and_a_goodbye_that_they_left() {
    let read_one = |name: &str| {
        let path = fixtures("automatic")
            .into_iter()
            .find(|p| p.ends_with(format!("{name}.eml")))
            .unwrap();
        reading(&std::fs::read(path).unwrap(), &[])
    };
    let Reading::Automatic {
        absent_until,
        moved,
        ..
    } = read_one("y8_out_of_office")
    else {
        panic!()
    };
    assert_eq!(
        absent_until.map(|d| d.to_string()).as_deref(),
        Some("2026-12-07")
    );
    assert!(!moved);
    let Reading::Automatic { absent_until, .. } = read_one("y8_abwesenheit_ohne_feld") else {
        panic!()
    };
    assert_eq!(
        absent_until.map(|d| d.to_string()).as_deref(),
        Some("2026-12-07")
    );
    let Reading::Automatic { moved, .. } = read_one("y8_has_left") else {
        panic!()
    };
    assert!(moved);
}

#[test]
fn bounces_name_the_recipient_the_mail_and_whether_it_is_final() {
    for path in fixtures("bounce") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Reading::Bounce {
            failed,
            recipients,
            original_ids,
            ..
        } = reading(&std::fs::read(&path).unwrap(), &[])
        else {
            panic!("{name} is a bounce");
        };
        assert_eq!(failed, name.starts_with("failed"), "{name}");
        assert_eq!(
            recipients.iter().map(|r| r.as_str()).collect::<Vec<_>>(),
            ["rachel@kiln.example.org"],
            "{name}"
        );
        assert!(
            original_ids
                .iter()
                .any(|id| id.as_str() == "ask@hub.example.net"),
            "{name}: {original_ids:?}"
        );
    }
}

const ASK: &str = "Hi Rachel,

Jordan Lee restores old looms and would like to hear how you fire your glazes. I have not passed
on your address, and I will do so only if you like.

May I introduce the two of you by email? A yes is enough, and a no is just as welcome.
If nothing comes of it, that can have many reasons, so please don't read anything into silence.

Best,
Alex
";

fn reply(body: &str) -> Vec<u8> {
    format!("From: Rachel Kim <rachel@kiln.example.org>\r\nTo: alex@hub.example.net\r\nSubject: Re: Jordan\r\nIn-Reply-To: <ask@hub.example.net>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}").into_bytes()
}

fn answered(bytes: &[u8], asks: &[&str]) -> (Answer, String) {
    match reading(bytes, asks) {
        Reading::Answer { answer, text, .. } => (answer, text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_line_of_an_ask_is_a_yes_by_itself() {
    for line in ASK.lines() {
        let (answer, _) = answered(&reply(line), &[]);
        assert!(!answer.is_consent(), "{line}");
        let (answer, text) = answered(&reply(line), &[ASK]);
        assert!(
            !answer.is_consent() && text.is_empty(),
            "{line} was taken for theirs: {text}"
        );
    }
    assert!(!answered(&reply(ASK), &[]).0.is_consent());
}

#[test]
fn an_ask_quoted_without_any_mark_is_told_apart_by_its_lines() {
    let below = format!(
        "From: Alex <alex@hub.example.net>\nSent: Friday\nTo: Rachel\nSubject: Jordan\n\n{ASK}\nYes, please do!\n"
    );
    assert_eq!(
        answered(&reply(&below), &[ASK]),
        (Answer::Yes, "Yes, please do!".to_owned())
    );
    let between = ASK.replace("If nothing", "No, thank you.\n\nIf nothing");
    assert_eq!(
        answered(&reply(&between), &[ASK]),
        (Answer::No, "No, thank you.".to_owned())
    );
}

#[test]
fn y23_a_changed_subject_is_read_only_where_the_body_is_empty() {
    let with = |subject: &str, body: &str| {
        let bytes = format!("From: rachel@kiln.example.org\r\nSubject: {subject}\r\nIn-Reply-To: <ask@hub.example.net>\r\n\r\n{body}").into_bytes();
        match read(
            &bytes,
            &mail::parse(&bytes),
            &[ASK],
            Some("May I introduce Jordan?"),
        ) {
            Reading::Answer { answer, .. } => answer,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(with("Yes please!", ""), Answer::Yes);
    assert_eq!(
        with("Yes please! Re: May I introduce Jordan?", ""),
        Answer::Yes
    );
    assert_eq!(with("Re: May I introduce Jordan?", ""), Answer::Unclear);
    assert_eq!(with("AW: Re: May I introduce Jordan?", ""), Answer::Unclear);
    assert_eq!(with("Yes please!", "No, thank you."), Answer::No);
}

#[test]
fn precedence_bulk_alone_does_not_make_a_person_a_machine() {
    let bytes = b"From: rachel@kiln.example.org\r\nPrecedence: bulk\r\nAuto-Submitted: no\r\nSubject: Re: Jordan\r\n\r\nYes, please!\r\n";
    assert_eq!(answered(bytes, &[]).0, Answer::Yes);
}

/// Words without which nothing can be a yes in any of the languages.
const AFFIRMATIVE: &[&str] = &[
    "yes", "ja", "oui", "sim", "si", "sí", "sì", "ok", "y", "👍", "✅", "👌",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_any_kind_never_panic_and_are_no_yes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let message = mail::parse(&bytes);
        if let Reading::Answer { answer, text, .. } = read(&bytes, &message, &[ASK], Some("Jordan")) {
            let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
            if answer.is_consent() {
                prop_assert!(words.iter().any(|w| !w.is_empty()) || AFFIRMATIVE.iter().any(|a| text.contains(a)), "{text:?}");
            }
        }
    }

    #[test]
    fn letters_of_any_kind_are_no_yes_unless_a_word_of_assent_is_among_them(text in "[ b-df-hj-np-rt-xz.!?,0-9\n>-]{0,120}") {
        // No vowel, and neither y, k nor s next to one: no word of assent can be spelt.
        let (answer, _) = answered(&reply(&text), &[]);
        let affirmative = text.split(|c: char| !c.is_alphanumeric() && c != '+').any(|w| matches!(w, "k" | "kk" | "np"));
        prop_assert!(!answer.is_consent() || affirmative || text.contains("+1"), "{text:?}");
    }

    #[test]
    fn what_is_put_into_a_no_never_makes_it_a_yes(at in 0usize..40, what in "\\PC{0,6}", which in 0usize..6) {
        let no = ["No, thank you.", "Nein danke, lieber nicht.", "Non merci, je préfère pas.", "No, gracias, prefiero que no.", "Não, obrigada, prefiro não.", "I'd rather not be introduced."][which];
        let mut chars: Vec<char> = no.chars().collect();
        let at = at.min(chars.len());
        chars.splice(at..at, what.chars());
        let mutated: String = chars.into_iter().collect();
        for text in [mutated.clone(), mutated.to_uppercase(), format!("{mutated}\n\n> Yes, please!")] {
            if let Reading::Answer { answer, .. } = reading(&reply(&text), &[]) {
                prop_assert!(!answer.is_consent(), "{text:?}");
            }
        }
    }

    #[test]
    fn formatted_text_of_any_kind_never_panics(html in "(<[a-z/!]{0,8}( [a-z]{1,6}=\"?[a-z:#0-9-]{0,12}\"?)?>?|[ -~]{0,12}|&[a-z#0-9]{0,8};?){0,40}") {
        let _ = askfirst::answer::html::plain(&html);
        let _ = askfirst::answer::results::parse(&html);
    }
}
