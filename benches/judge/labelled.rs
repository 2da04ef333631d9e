//! Labelled mail from outside the project: JSON, one message a line, with `from`, `to[]`, `cc[]`,
//! `subject`, `body` and `label`; `INTRO` is to be held and every other label to pass.

use askfirst::mail::{Message, parse};
use serde_json::Value;
use std::path::Path;

pub struct Labelled {
    pub id: String,
    pub label: String,
    pub language: String,
    /// Where the file tells them.
    pub parties: Option<Vec<String>>,
    pub message: Message,
}

pub fn read(path: &Path) -> Vec<Labelled> {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|why| panic!("{} cannot be read: {why}", path.display()));
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .enumerate()
        .map(|(number, line)| {
            let value: Value = serde_json::from_str(line)
                .unwrap_or_else(|why| panic!("{}:{}: {why}", path.display(), number + 1));
            labelled(&value, number)
        })
        .collect()
}

fn labelled(value: &Value, number: usize) -> Labelled {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let list = |key: &str| -> Vec<String> {
        match &value[key] {
            Value::Array(items) => items
                .iter()
                .filter_map(Value::as_str)
                .map(mailbox)
                .collect(),
            Value::String(one) => vec![mailbox(one)],
            _ => Vec::new(),
        }
    };
    let one_line = |text: String| text.replace(['\r', '\n'], " ");
    let mut raw = format!("From: {}\n", mailbox(&text("from")));
    for (name, key) in [("To", "to"), ("Cc", "cc")] {
        let people = list(key);
        if !people.is_empty() {
            raw.push_str(&format!("{name}: {}\n", people.join(", ")));
        }
    }
    raw.push_str(&format!("Subject: {}\n", one_line(text("subject"))));
    raw.push_str("Content-Type: text/plain; charset=utf-8\n\n");
    raw.push_str(&text("body"));
    Labelled {
        id: match text("id") {
            id if id.is_empty() => number.to_string(),
            id => id,
        },
        label: text("label"),
        language: match text("lang") {
            l if l.is_empty() => "en".to_owned(),
            l => l,
        },
        parties: value["parties"].as_array().map(|all| {
            all.iter()
                .filter_map(|p| p.as_str().or_else(|| p["address"].as_str()))
                .map(|p| bare(p).to_lowercase())
                .collect()
        }),
        message: parse(raw.as_bytes()),
    }
}

/// The address alone.
fn bare(person: &str) -> &str {
    person
        .rsplit_once('<')
        .map_or(person, |(_, address)| address.trim_end_matches('>'))
        .trim()
}

/// A mailbox as a header has it. Old archives often have a name and no address: such a person gets
/// an invented one in a house of its own.
fn mailbox(person: &str) -> String {
    let person = person.replace(['\r', '\n', '"'], " ");
    let address = bare(&person);
    if address.contains('@') && !address.contains(char::is_whitespace) {
        return match person.rsplit_once('<') {
            Some((name, _)) if !name.trim().is_empty() => {
                format!("\"{}\" <{address}>", name.trim())
            }
            _ => address.to_owned(),
        };
    }
    let slug: String = person
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!(
        "\"{}\" <{slug}@{slug}.invalid>",
        person.replace(['<', '>'], " ").trim()
    )
}
