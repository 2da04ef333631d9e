//! Introductions as people write them, and the asks that come of them, to be read aloud.
//!
//! `tests/letters/aloud/LANGUAGE.txt` holds the introductions, `LANGUAGE.asks.txt` what each party
//! is asked (without the paragraph that is the same in all of them). After a change:
//! `ASKFIRST_WRITE_DOCS=1 cargo test --test letters`, and read the difference before it is kept.

use askfirst::answer::{Answer, Reading, read};
use askfirst::introduction::{Introduction, Reveal};
use askfirst::letter::{self, FolderNames, Letter, Stationery, Templates};
use askfirst::mail::{Message, MessageId};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

const LANGUAGES: [&str; 7] = ["en", "es", "fr", "de", "pt", "it", "nl"];

struct Case {
    title: String,
    introduction: Introduction,
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/letters/aloud")
        .join(name)
}

fn cases(language: &str) -> Vec<Case> {
    let all = std::fs::read_to_string(file(&format!("{language}.txt"))).expect("introductions");
    all.split("=== ")
        .skip(1)
        .map(|case| {
            let (title, text) = case.split_once('\n').expect("a title");
            let (text, people) = text.split_once("\nto: ").unwrap_or((
                text,
                "Rachel Winters <rachel@studio.example>; Jordan Blake <jordan@lab.example>",
            ));
            Case {
                title: title.to_owned(),
                introduction: introduction(language, text, people.trim()),
            }
        })
        .collect()
}

fn introduction(language: &str, text: &str, people: &str) -> Introduction {
    let parties: Vec<_> = people
        .split(';')
        .map(|p| {
            let (name, address) = p.trim_end_matches('>').split_once('<').expect("an address");
            let name = Some(name.trim()).filter(|n| !n.is_empty());
            json!({ "address": address, "name": name, "required": true })
        })
        .collect();
    serde_json::from_value(json!({
        "id": "k7m2q4xz", "account": "work", "via": "drafts", "state": "held",
        "subject": "A held subject nobody may see", "message_id": "held-1@example.org", "message_id_is_ours": false,
        "from": { "name": "Alex Rivera", "address": "alex@example.org" },
        "envelope": [], "digest": "0".repeat(64), "size": 900, "language": language,
        "why": [], "text": text, "parties": parties,
        "created": "2026-03-04T08:00:00Z", "updated": "2026-03-04T08:00:00Z",
        "terms": { "grace": 600, "remind_after": 345_600, "expire_after": 1_209_600, "remind": "introducer", "order": "together", "reveal": "name" },
        "confirmed": true, "placed": true, "reminded": false, "by_hand": false, "history": [],
    }))
    .expect("an introduction")
}

fn ask(case: &Case, party: usize, reveal: Reveal) -> Letter {
    let templates = Templates::built_in();
    let stationery = Stationery {
        at: "2026-03-04T08:14:00Z".parse().expect("a time"),
        utc_offset: 3600,
        message_id: MessageId::new("q9f3k2@example.org").expect("an id"),
        user_language: "en",
        templates: &templates,
        folders: FolderNames::default(),
    };
    letter::ask(
        &stationery,
        &case.introduction,
        party,
        &Message::default(),
        reveal,
    )
}

fn everything(mut each: impl FnMut(&str, &Case, usize)) {
    for language in LANGUAGES {
        for case in cases(language) {
            for party in 0..case.introduction.parties.len() {
                each(language, &case, party);
            }
        }
    }
}

#[test]
fn every_ask_reads_as_it_was_read_before() {
    let mut stale = Vec::new();
    for language in LANGUAGES {
        let mut page = String::new();
        for case in cases(language) {
            let _ = writeln!(page, "=== {}", case.title);
            for party in 0..case.introduction.parties.len() {
                let letter = ask(&case, party, Reveal::Name);
                let mut paragraphs: Vec<&str> = letter.text.trim().split("\n\n").collect();
                // The paragraph that is the same in all of them.
                let fixed = paragraphs.len().checked_sub(2).expect("a whole letter");
                paragraphs.remove(fixed);
                let text = paragraphs
                    .join("\n\n")
                    .replace("\n\n", "\n")
                    .replace('\n', "\n  ");
                let _ = writeln!(page, "> {}\n  {text}", letter.subject);
            }
            page.push('\n');
        }
        let path = file(&format!("{language}.asks.txt"));
        if std::env::var_os("ASKFIRST_WRITE_DOCS").is_some() {
            std::fs::write(&path, &page).expect("the asks can be written");
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != page {
            stale.push(language);
        }
    }
    assert!(
        stale.is_empty(),
        "the asks in {stale:?} have changed; write them anew with ASKFIRST_WRITE_DOCS=1 and read the difference"
    );
}

#[test]
fn there_are_a_hundred_introductions_to_read() {
    let count: usize = LANGUAGES.iter().map(|l| cases(l).len()).sum();
    assert!(count >= 100, "only {count}");
}

/// Nothing that reaches the other person, in any spelling of the introductions above.
#[test]
fn a2_no_way_to_be_reached_is_passed_on() {
    const DETAILS: &[&str] = &[
        "912",
        "345 678",
        "23456789",
        "0151",
        "06 12",
        "612 345",
        "347 123",
        "12345678",
        "zero seven",
        "mill lane",
        "ls1",
        "harbour street",
        "unit 7",
        "hafenstra",
        "rue du port",
        "calle del puerto",
        "rua do porto",
        "via del porto",
        "havenstraat",
        "jordanb",
        "jblake",
        "rwinters",
        "github",
        "instagram",
        "discord",
        "tweets",
        "blake-labs",
        "winters.studio",
        "arroba",
        "arobase",
        "chiocciola",
        "apenstaartje",
        "(ät)",
        "@",
        "http",
        ".example",
    ];
    everything(|language, case, party| {
        for reveal in [Reveal::Name, Reveal::FirstName, Reveal::Nothing] {
            let letter = ask(case, party, reveal);
            let seen = format!("{}\n{}", letter.subject, letter.text).to_lowercase();
            let seen = seen.replace('\n', " ");
            for detail in DETAILS {
                assert!(
                    !seen.contains(detail),
                    "{language} {}: {detail} in\n{}",
                    case.title,
                    letter.text
                );
            }
        }
    });
}

/// Should a mail program wrap our words anew, no line of theirs may still be taken for an answer.
#[test]
fn no_line_of_any_ask_decides_anything() {
    let mut wrong = Vec::new();
    everything(|language, case, party| {
        let letter = ask(case, party, Reveal::Name);
        for line in letter.text.lines().chain([letter.subject.as_str()]) {
            if line.is_empty() {
                continue;
            }
            let eml = format!(
                "From: Rachel Winters <rachel@studio.example>\r\nTo: alex@example.org\r\nSubject: Hello\r\n\
                 MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{line}\r\n"
            );
            let message = askfirst::mail::parse(eml.as_bytes());
            if let Reading::Answer {
                answer: Answer::Yes | Answer::No | Answer::Always | Answer::Never,
                ..
            } = read(eml.as_bytes(), &message, &[], None)
            {
                wrong.push(format!("{language} {}: {line:?}", case.title));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nobody reads about themselves in the place of the other, nor a question or a “you” of somebody else's.
#[test]
fn the_held_subject_stays_behind() {
    everything(|language, case, party| {
        let letter = ask(case, party, Reveal::Name);
        assert!(
            !letter.bytes.contains("nobody may see"),
            "{language} {}",
            case.title
        );
        assert!(
            !letter.text.contains('?') || letter.text.matches('?').count() == 1,
            "{language} {}:\n{}",
            case.title,
            letter.text
        );
    });
}
