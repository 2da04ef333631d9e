//! What the story looks at: mailboxes and messages, without a word about them.

use crate::demo::people::{self, alex};
use crate::demo::{Mail, Store};
use crate::mail::{Message, parse};
use chrono::{DateTime, FixedOffset, Local};
use std::collections::BTreeMap;

pub fn now() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

/// The first mail that came to somebody after the draft was written.
pub fn arrived(store: &Store, before: &BTreeMap<String, usize>, who: &str) -> Option<Mail> {
    let before = before.get(who).copied().unwrap_or_default();
    store.mails(who, "INBOX").into_iter().nth(before)
}

pub fn inboxes(store: &Store) -> BTreeMap<String, usize> {
    people::everybody()
        .into_iter()
        .map(|p| {
            let count = store.mails(&p.address, "INBOX").len();
            (p.address, count)
        })
        .collect()
}

pub fn counted(inboxes: &BTreeMap<String, usize>) -> String {
    let parts: Vec<String> = inboxes
        .iter()
        .map(|(who, count)| format!("{who} has {count} mails"))
        .collect();
    parts.join(", ")
}

/// How many messages lie where in Alex's mailbox.
pub fn folders(store: &Store) -> String {
    let alex = alex().address;
    let parts: Vec<String> = store
        .folders(&alex)
        .into_iter()
        .map(|folder| format!("{folder} {}", store.mails(&alex, &folder).len()))
        .collect();
    format!("Alex's folders hold {}", parts.join(", "))
}

pub fn find(store: &Store, who: &str, folder: &str, message: &Message) -> Option<Mail> {
    store
        .mails(who, folder)
        .into_iter()
        .find(|mail| parse(&mail.bytes).message_id == message.message_id)
}

pub fn holds(store: &Store, who: &str, folder: &str, message: &Message) -> usize {
    store
        .mails(who, folder)
        .iter()
        .filter(|mail| parse(&mail.bytes).message_id == message.message_id)
        .count()
}

/// The first field of this name, decoded.
pub fn field(bytes: &[u8], name: &str) -> String {
    parse(bytes).value(name).unwrap_or_default().to_owned()
}

/// The text of a plain message.
pub fn body(bytes: &[u8]) -> String {
    mail_parser::MessageParser::default()
        .parse(bytes)
        .and_then(|m| m.body_text(0).map(std::borrow::Cow::into_owned))
        .unwrap_or_default()
}

/// The Date lines of the draft and of what arrived, when they are all that differs; else what does.
pub fn dates(draft: &[u8], copy: &[u8]) -> Result<(String, String), String> {
    let lines = |bytes: &'_ [u8]| -> Vec<Vec<u8>> {
        let lines = bytes.split_inclusive(|b| *b == b'\n');
        lines.map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (lines(draft), lines(copy));
    if old.len() != new.len() {
        return Err(format!("{} lines instead of {}", new.len(), old.len()));
    }
    let text = |line: &[u8]| String::from_utf8_lossy(line).trim().to_owned();
    let mut found = None;
    for (a, b) in old.iter().zip(&new).filter(|(a, b)| a != b) {
        if found.is_some() || !a.starts_with(b"Date: ") || !b.starts_with(b"Date: ") {
            return Err(format!("“{}” instead of “{}”", text(b), text(a)));
        }
        found = Some((text(a), text(b)));
    }
    // Sent within the second in which it was written, both are the same.
    let date = || format!("Date: {}", field(draft, "Date"));
    Ok(found.unwrap_or_else(|| (date(), date())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::World;

    const DRAFT: &[u8] =
        b"From: a@a.example\r\nDate: Tue, 3 Feb 2026 09:30:00 +0100\r\n\r\nhello\r\n";

    fn changed(from: &str, to: &str) -> Vec<u8> {
        let text = String::from_utf8_lossy(DRAFT).replacen(from, to, 1);
        assert_ne!(text.as_bytes(), DRAFT);
        text.into_bytes()
    }

    #[test]
    fn only_a_new_date_passes_for_untouched() {
        assert!(dates(DRAFT, DRAFT).is_ok());
        let later = dates(DRAFT, &changed("09:30", "11:00"));
        assert_eq!(
            later.map(|(_, new)| new),
            Ok("Date: Tue, 3 Feb 2026 11:00:00 +0100".to_owned())
        );
        for other in [
            changed("hello", "hallo"),
            changed("hello\r\n", "hello"),
            changed("hello\r\n", "hello\n"),
            changed("hello", "hello "),
            changed("Date: Tue", "X-Seen: 1\r\nDate: Tue"),
            changed("From: a@", "From: b@"),
            changed("Date: ", "date: "),
        ] {
            let text = String::from_utf8_lossy(&other).into_owned();
            assert!(
                dates(DRAFT, &other).is_err(),
                "{text:?} passes for untouched"
            );
        }
    }

    #[test]
    fn only_what_came_after_the_draft_counts_as_an_ask() {
        let world = World::start(&people::everybody()).expect("loopback has free ports");
        let store = world.store();
        let who = alex().address;
        store.append(&who, "Drafts", DRAFT, &["\\Draft"]);
        let before = inboxes(store);
        assert!(arrived(store, &before, &who).is_none());
        store.append(&who, "INBOX", DRAFT, &[]);
        assert!(arrived(store, &before, &who).is_some());
        assert!(
            folders(store).contains("Drafts 1, INBOX 1"),
            "{}",
            folders(store)
        );
        assert_ne!(inboxes(store), before);
    }
}
