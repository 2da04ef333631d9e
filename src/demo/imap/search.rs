//! SEARCH.

use super::session::{Answer, Session};
use super::structure::{cut_header, fields};
use super::view::contains;
use crate::demo::store::Mail;
use chrono::NaiveDate;
use imap_codec::imap_types::search::SearchKey;
use mail_parser::{HeaderValue, Message, MessageParser};

/// One message in the light of one search.
struct Candidate<'a> {
    number: u32,
    count: u32,
    largest_uid: u32,
    mail: &'a Mail,
    message: Message<'a>,
}

impl Session {
    pub(super) fn search(&mut self, keys: &[SearchKey<'_>], uid: bool) -> Answer {
        let (Some(who), Some(view)) = (&self.who, &self.view) else {
            return Answer::bad("select a folder first");
        };
        let modseq = keys.iter().any(names_modseq);
        let found = self
            .store
            .read(who, |account| {
                let folder = view.folder(account)?;
                let mut found = Vec::new();
                let mut highest = 0;
                for (number, id) in view.numbered() {
                    let Some(mail) = folder.mail(id) else {
                        continue;
                    };
                    let candidate = Candidate {
                        number,
                        count: view.count(),
                        largest_uid: view.largest_uid(),
                        mail,
                        message: MessageParser::default()
                            .parse(&mail.bytes[..])
                            .unwrap_or_default(),
                    };
                    if keys.iter().all(|key| candidate.fits(key)) {
                        found.push(if uid { id } else { number });
                        highest = highest.max(mail.modseq);
                    }
                }
                Some((found, highest))
            })
            .flatten();
        let (found, highest) = found.unwrap_or_default();
        self.condstore |= modseq;
        let mut line = "* SEARCH".to_owned();
        for number in &found {
            line.push_str(&format!(" {number}"));
        }
        if modseq && !found.is_empty() {
            line.push_str(&format!(" (MODSEQ {highest})"));
        }
        self.say(&line);
        Answer::ok("that is all")
    }
}

fn names_modseq(key: &SearchKey<'_>) -> bool {
    match key {
        SearchKey::ModSequence { .. } => true,
        SearchKey::And(keys) => keys.as_ref().iter().any(names_modseq),
        SearchKey::Or(a, b) => names_modseq(a) || names_modseq(b),
        SearchKey::Not(key) => names_modseq(key),
        _ => false,
    }
}

impl Candidate<'_> {
    fn fits(&self, key: &SearchKey<'_>) -> bool {
        use SearchKey as Key;
        let mail = self.mail;
        let size = u32::try_from(mail.bytes.len()).unwrap_or(u32::MAX);
        let arrived = mail.date.date_naive();
        match key {
            Key::All | Key::Old => true,
            Key::New | Key::Recent => false,
            Key::And(keys) => keys.as_ref().iter().all(|key| self.fits(key)),
            Key::Or(a, b) => self.fits(a) || self.fits(b),
            Key::Not(key) => !self.fits(key),
            Key::SequenceSet(set) => contains(set, self.number, self.count),
            Key::Uid(set) => contains(set, mail.uid, self.largest_uid),
            Key::Answered => mail.has("\\Answered"),
            Key::Deleted => mail.has("\\Deleted"),
            Key::Draft => mail.has("\\Draft"),
            Key::Flagged => mail.has("\\Flagged"),
            Key::Seen => mail.has("\\Seen"),
            Key::Unanswered => !mail.has("\\Answered"),
            Key::Undeleted => !mail.has("\\Deleted"),
            Key::Undraft => !mail.has("\\Draft"),
            Key::Unflagged => !mail.has("\\Flagged"),
            Key::Unseen => !mail.has("\\Seen"),
            Key::Keyword(word) => mail.has(word.as_ref()),
            Key::Unkeyword(word) => !mail.has(word.as_ref()),
            Key::Larger(n) => size > *n,
            Key::Smaller(n) => size < *n,
            Key::Before(day) => arrived < *day.as_ref(),
            Key::On(day) => arrived == *day.as_ref(),
            Key::Since(day) => arrived >= *day.as_ref(),
            Key::SentBefore(day) => self.sent().is_some_and(|sent| sent < *day.as_ref()),
            Key::SentOn(day) => self.sent().is_some_and(|sent| sent == *day.as_ref()),
            Key::SentSince(day) => self.sent().is_some_and(|sent| sent >= *day.as_ref()),
            Key::Bcc(text) => self.header("Bcc", text.as_ref()),
            Key::Cc(text) => self.header("Cc", text.as_ref()),
            Key::From(text) => self.header("From", text.as_ref()),
            Key::To(text) => self.header("To", text.as_ref()),
            Key::Subject(text) => self.header("Subject", text.as_ref()),
            Key::Header(name, text) => {
                self.header(&String::from_utf8_lossy(name.as_ref()), text.as_ref())
            }
            Key::Body(text) => self.body(text.as_ref()),
            Key::Text(text) => {
                let (header, _) = cut_header(&mail.bytes);
                holds(&String::from_utf8_lossy(header), text.as_ref())
                    || self
                        .message
                        .headers()
                        .iter()
                        .any(|h| holds(&flat(&h.value), text.as_ref()))
                    || self.body(text.as_ref())
            }
            Key::ModSequence { modseq, .. } => mail.modseq >= *modseq,
        }
    }

    fn sent(&self) -> Option<NaiveDate> {
        let date = self.message.date()?;
        NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
    }

    /// Looked for in the field as it stands and as it reads; an empty text finds the field itself.
    fn header(&self, name: &str, text: &[u8]) -> bool {
        let (header, _) = cut_header(&self.mail.bytes);
        let raw = fields(header)
            .into_iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .any(|(n, lines)| {
                let lines = String::from_utf8_lossy(lines).replace("\r\n", "");
                holds(lines.get(n.len() + 1..).unwrap_or_default(), text)
            });
        raw || self
            .message
            .headers()
            .iter()
            .filter(|h| h.name().eq_ignore_ascii_case(name))
            .any(|h| holds(&flat(&h.value), text))
    }

    fn body(&self, text: &[u8]) -> bool {
        let (_, body) = cut_header(&self.mail.bytes);
        holds(&String::from_utf8_lossy(body), text)
            || self
                .message
                .text_bodies()
                .chain(self.message.html_bodies())
                .filter_map(|part| part.text_contents())
                .any(|part| holds(part, text))
    }
}

fn holds(hay: &str, needle: &[u8]) -> bool {
    let needle = String::from_utf8_lossy(needle).to_lowercase();
    needle.is_empty() || hay.to_lowercase().contains(&needle)
}

/// A header field's value as one line of text.
fn flat(value: &HeaderValue<'_>) -> String {
    match value {
        HeaderValue::Text(text) => text.to_string(),
        HeaderValue::TextList(list) => list.join(" "),
        HeaderValue::Address(list) => list
            .iter()
            .map(|one| {
                let (name, address) = (one.name(), one.address());
                format!(
                    "{} <{}>",
                    name.unwrap_or_default(),
                    address.unwrap_or_default()
                )
            })
            .collect::<Vec<_>>()
            .join(", "),
        _ => String::new(),
    }
}
