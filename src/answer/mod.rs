//! What a reply says.

pub mod automatic;
mod bounce;
mod decide;
mod exclaim;
mod furniture;
pub mod html;
mod lexicon;
mod part;
pub mod phrases;
mod references;
pub mod results;
pub mod sender;
mod sentences;
mod tag;
pub mod visible;
pub mod vouching;
pub mod when;
pub mod words;

pub use automatic::is_automatic;

use crate::mail::Message;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Raised whenever the rules by which words are read change: a kept consent names the rules that read it.
pub const RULES: u32 = 3;

/// What the reader makes of a person's words (PRODUCT “Answers”).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Yes,
    No,
    Later,
    /// Yes, and fine with any introduction from this introducer.
    Always,
    /// No, and not to be asked again.
    Never,
    Question,
    Conditional,
    Delegate,
    Unclear,
}

impl Answer {
    /// Only a plain yes or `always` is consent.
    #[must_use]
    pub fn is_consent(self) -> bool {
        matches!(self, Self::Yes | Self::Always)
    }
}

/// What kind of message came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A person wrote.
    Answer {
        answer: Answer,
        /// With `Later`: not before this day, where one was named.
        until: Option<NaiveDate>,
        /// What the person wrote, greeting included, without quotes and signature.
        text: String,
        reasons: Vec<String>,
    },
    /// A machine wrote (RFC 3834, vacation, receipts, calendar replies, reactions): changes no state.
    Automatic {
        /// An absence until this day.
        absent_until: Option<NaiveDate>,
        /// “has left”, “new address is”: worth one note.
        moved: bool,
        text: String,
        reasons: Vec<String>,
    },
    /// A delivery report (RFC 3464).
    Bounce {
        /// Only a final failure counts; a delay does not.
        failed: bool,
        /// `Final-Recipient` / `Original-Recipient` addresses, where named.
        recipients: Vec<crate::mail::Address>,
        /// Message-IDs named in the returned header.
        original_ids: Vec<crate::mail::MessageId>,
        text: String,
    },
    /// None of these.
    Other { reasons: Vec<String> },
}

/// Reads a reply. `asks` are the texts of our own asks to this person, so that a line of ours is
/// never taken for theirs; `subject_of_ask` lets a changed subject be read where the body is empty.
///
/// The answer is what the words say; whether they are that person’s is for [`sender::judge`].
#[must_use]
pub fn read(
    bytes: &[u8],
    message: &Message,
    asks: &[&str],
    subject_of_ask: Option<&str>,
) -> Reading {
    if let Some(bounce) = bounce::read(bytes, message) {
        return Reading::Bounce {
            failed: bounce.failed,
            recipients: bounce.recipients,
            original_ids: bounce.original_ids,
            text: message.text.clone(),
        };
    }
    if let Some(emoji) = automatic::reaction(bytes, message) {
        return Reading::Answer {
            answer: Answer::Unclear,
            until: None,
            text: emoji.clone(),
            reasons: vec![format!(
                "a reaction made by a mail program ({emoji}), not words"
            )],
        };
    }
    if let Some(machine) = automatic::machine(message) {
        return Reading::Automatic {
            absent_until: automatic::absent_until(message, day_of(message)),
            moved: automatic::has_moved(message),
            text: message.text.clone(),
            reasons: vec![machine.to_owned()],
        };
    }
    if message.encrypted {
        return Reading::Answer {
            answer: Answer::Unclear,
            until: None,
            text: String::new(),
            reasons: vec!["the answer is encrypted and cannot be read here".to_owned()],
        };
    }
    written(bytes, message, asks, subject_of_ask)
}

/// The answer that a person wrote.
fn written(
    bytes: &[u8],
    message: &Message,
    asks: &[&str],
    subject_of_ask: Option<&str>,
) -> Reading {
    let names = signatures(message);
    let bodies = bodies(bytes, message);
    let texts: Vec<String> = bodies
        .iter()
        .map(|b| visible::own_words(b, asks, &names))
        .collect();
    let others = names_of_others(message, asks, &texts);
    let context = if asks.is_empty() {
        format!("{}\n{}", message.subject, message.text)
    } else {
        asks.join("\n")
    };
    let mut text = texts.first().cloned().unwrap_or_default();
    let mut verdict = phrases::classify(&text, &others, &context);
    if let Some(second) = texts.get(1) {
        let again = phrases::classify(second, &others, &context);
        if text.is_empty() && second.is_empty() {
            // Nothing in either.
        } else if again.answer != verdict.answer {
            verdict.answer = Answer::Unclear;
            verdict.reasons =
                vec!["its plain text and its formatted text do not say the same".to_owned()];
            if text.is_empty() {
                text.clone_from(second);
            }
        } else if again.answer.is_consent() && words::fold_line(second).is_empty() {
            verdict.answer = Answer::Unclear;
        }
    }
    if text.trim().is_empty() && !text_is_hidden(message) {
        let subject = own_subject(&message.subject);
        let asked = subject_of_ask.map(own_subject);
        // Where ours is not known, a "Re:" tells that the subject was not touched.
        let changed = match &asked {
            Some(asked) => words::fold_line(asked) != words::fold_line(&subject),
            None => subject == message.subject.trim(),
        };
        let subject = asked
            .and_then(|a| subject.strip_suffix(a.trim()).map(str::to_owned))
            .unwrap_or(subject);
        if changed && !subject.trim().is_empty() {
            verdict = phrases::classify(&subject, &others, &context);
            verdict
                .reasons
                .push("read from the subject; the body holds no new words".to_owned());
            text = subject.trim().to_owned();
        }
    }
    let text = words::seen(&text);
    let until = (verdict.answer == Answer::Later)
        .then(|| when::day(&text, day_of(message)))
        .flatten();
    Reading::Answer {
        answer: verdict.answer,
        until,
        text,
        reasons: verdict.reasons,
    }
}

/// The readable bodies: plain text, formatted text, or both.
fn bodies(bytes: &[u8], message: &Message) -> Vec<String> {
    use mail_parser::{MessageParser, PartType};
    let formatted = message.html.as_deref().map(|h| html::plain(h).text);
    let has_plain = MessageParser::default().parse(bytes).is_some_and(|m| {
        m.text_body
            .iter()
            .filter_map(|id| m.parts.get(*id as usize))
            .any(|p| matches!(p.body, PartType::Text(_)))
    }) || formatted.is_none()
        || (bytes.is_empty() && message.content_type != "text/html");
    let mut bodies = Vec::new();
    // A plain part that holds nothing stands only for form's sake.
    if has_plain && (formatted.is_none() || !message.text.trim().is_empty()) {
        bodies.push(message.text.clone());
    }
    bodies.extend(formatted);
    bodies
}

fn text_is_hidden(message: &Message) -> bool {
    message
        .html
        .as_deref()
        .is_some_and(|h| html::plain(h).hidden_text)
}

/// The day the answer was written, from which "in two weeks" counts.
fn day_of(message: &Message) -> chrono::NaiveDate {
    message
        .date
        .map_or(chrono::NaiveDate::MIN, |d| d.date_naive())
}

/// A subject without the prefixes that mail clients add.
fn own_subject(subject: &str) -> String {
    const PREFIXES: &[&str] = &[
        "re", "aw", "sv", "antw", "ant", "r", "rif", "res", "ris", "odp", "vs", "vá", "ynt", "fwd",
        "fw", "wg", "tr", "rv", "enc", "i", "doorst", "回复", "答复",
    ];
    let mut rest = subject.trim();
    while let Some((prefix, after)) = rest.split_once([':', '：']) {
        let bare = prefix.trim().trim_end_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^')
        });
        if !PREFIXES.contains(&bare.trim().to_lowercase().as_str()) {
            break;
        }
        rest = after.trim();
    }
    rest.to_owned()
}

/// How the writer may sign: display name, its first word, the local part.
fn signatures(message: &Message) -> Vec<String> {
    let mut names = Vec::new();
    for person in &message.from {
        if let Some(name) = &person.name {
            names.push(words::fold_line(name));
            names.extend(name.split_whitespace().next().map(words::fold_line));
        }
        names.push(person.address.local().to_lowercase());
        names.extend(
            person
                .address
                .local()
                .split(['.', '_', '-'])
                .next()
                .map(str::to_lowercase),
        );
    }
    names.retain(|n| n.chars().count() >= 2 && !lexicon::is_sharp(&words::fold_word(n)));
    names
}

/// Names that may stand in an answer without meaning anything: of the people in the header, in
/// the subject, and pairs of capitalised words in our own letter.
fn names_of_others(
    message: &Message,
    asks: &[&str],
    own: &[String],
) -> std::collections::BTreeSet<String> {
    let capital = |w: &str| {
        let mut chars = w.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.all(|c| !c.is_uppercase())
    };
    let mut names = std::collections::BTreeSet::new();
    let people = message.from.iter().chain(&message.to).chain(&message.cc);
    for name in people.filter_map(|p| p.name.as_deref()) {
        names.extend(name.split_whitespace().map(words::fold_word));
    }
    // Whoever is written to is often an address only: “alex@…”, “alex.kim@…”.
    for person in message.to.iter().chain(&message.cc) {
        let first = person.address.local().split(['.', '_', '-']).next();
        names.extend(
            first
                .filter(|w| w.chars().count() >= 3 && !lexicon::is_known(w))
                .map(words::fold_word),
        );
    }
    let subject = own_subject(&message.subject);
    // Nobody's own words make a name of themselves.
    let written: std::collections::BTreeSet<&str> =
        own.iter().flat_map(|t| t.lines()).map(str::trim).collect();
    let old: String = message
        .text
        .lines()
        .filter(|l| !written.contains(l.trim()))
        .flat_map(|l| {
            [
                l, "
",
            ]
        })
        .collect();
    let quoted = if asks.is_empty() {
        vec![old.as_str()]
    } else {
        asks.to_vec()
    };
    names.extend(
        split_words(&subject)
            .into_iter()
            .skip(1)
            .filter(|w| capital(w))
            .map(words::fold_word),
    );
    for text in quoted {
        for pair in split_words(text).windows(2).take(5_000) {
            if capital(pair[0]) && capital(pair[1]) && pair[0].len() > 1 && pair[1].len() > 1 {
                names.insert(words::fold_word(pair[0]));
                names.insert(words::fold_word(pair[1]));
            }
        }
    }
    names.retain(|n| n.chars().count() >= 2 && !lexicon::is_sharp(n));
    names
}

fn split_words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’' | '-'))
        .filter(|w| !w.is_empty())
        .collect()
}
