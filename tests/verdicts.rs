//! Messages as files, judged as their folder says.
//!
//! `mail/introduction/*.eml` are to be held, `mail/ordinary/*.eml` are to pass. Two fields that only
//! this test reads may stand in a header: `X-Test-Parties` lists the addresses to be found, and
//! `X-Test-Language` the language.

use askfirst::acquaintance::NoRecords;
use askfirst::detect::{Introducer, Limits, Verdict, judge};
use askfirst::mail::{AddressPattern, Message, parse};
use std::path::{Path, PathBuf};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/mail")
        .join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "eml"))
        .collect();
    files.sort();
    files
}

fn judged(path: &Path) -> (Message, Verdict) {
    let message = parse(&std::fs::read(path).unwrap());
    let alex = Introducer {
        addresses: vec![
            AddressPattern::new("alex@hub.example").unwrap(),
            AddressPattern::new("alex.rivera@old.example").unwrap(),
        ],
        name: Some("Alex Rivera".to_owned()),
    };
    let verdict = judge(&message, &alex, &Limits::default(), &NoRecords);
    (message, verdict)
}

#[test]
fn introductions_are_held_and_their_parties_found() {
    let files = files("introduction");
    assert!(files.len() >= 12, "only {} files", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let (message, verdict) = judged(&path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !verdict.introduction {
            wrong.push(format!("{name}: passed: {verdict:?}"));
        }
        let found: Vec<&str> = verdict.parties.iter().map(|p| p.address.as_str()).collect();
        let wanted = message.value("X-Test-Parties").unwrap_or_default();
        if found != wanted.split_whitespace().collect::<Vec<_>>() {
            wrong.push(format!("{name}: parties {found:?} and not {wanted:?}"));
        }
        let language = message.value("X-Test-Language").unwrap_or("en");
        if verdict.language != language {
            wrong.push(format!(
                "{name}: language {} and not {language}",
                verdict.language
            ));
        }
        assert!(!verdict.reasons.is_empty(), "{name} has no reasons");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ordinary_mail_passes() {
    let files = files("ordinary");
    assert!(files.len() >= 25, "only {} files", files.len());
    let wrong: Vec<String> = files
        .iter()
        .map(|path| (path, judged(path).1))
        .filter(|(_, verdict)| verdict.introduction)
        .map(|(path, verdict)| format!("{}: {verdict:?}", path.display()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
