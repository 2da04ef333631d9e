//! The few facts of a message that the index keeps, read from its header fields.

use crate::letter;
use crate::mail::{Address, MessageId};
use crate::port::Summary;
use mail_parser::{HeaderValue, MessageParser};
use sha2::{Digest, Sha256};

/// Where somebody stood. The strongest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    From = 0,
    To = 1,
    Cc = 2,
}

/// More than this many people on one message are counted, not kept.
pub const PEOPLE_KEPT: usize = 250;
const SUBJECT_KEPT: usize = 100;
const NAME_KEPT: usize = 80;

/// One message, as far as acquaintance needs it.
#[derive(Debug, Default)]
pub struct Head {
    pub message_id: Option<MessageId>,
    /// Of the Message-ID, or of the facts where there is none.
    pub hash: i64,
    /// First and last of References, or In-Reply-To: enough to find the thread.
    pub parents: Vec<i64>,
    /// Each address once, in header order; at most [`PEOPLE_KEPT`].
    pub people: Vec<(Address, Option<String>, Role)>,
    /// Addresses beyond those kept.
    pub further: usize,
    /// Seconds since 1970.
    pub date: Option<i64>,
    pub subject: String,
    pub bulk: bool,
    /// Written by this program.
    pub ours: bool,
}

/// 64 bits of SHA-256: nobody can make another message that has it.
pub fn hash(text: &str) -> i64 {
    let digest = Sha256::digest(text.as_bytes());
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    i64::from_be_bytes(first)
}

/// Reads heads; made once for a batch.
pub struct Reader(MessageParser);

impl Reader {
    pub fn new() -> Self {
        Self(
            MessageParser::new()
                .with_address_headers()
                .with_message_ids()
                .with_date_headers()
                .header_text("Subject")
                .default_header_raw(),
        )
    }

    /// Never fails: what cannot be read is left out.
    pub fn read(&self, summary: &Summary) -> Head {
        let mut head = Head::default();
        let Some(message) = self.0.parse_headers(&summary.header) else {
            return head;
        };
        let mut ids = Vec::new();
        let mut reply_to = None;
        for header in message.headers() {
            let name = header.name();
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            let role = match () {
                () if is("From") => Some(Role::From),
                () if is("To") => Some(Role::To),
                () if is("Cc") => Some(Role::Cc),
                () => None,
            };
            match (&header.value, role) {
                (HeaderValue::Address(list), Some(role)) => {
                    for one in list.iter() {
                        head.stands(one.name(), one.address(), role);
                    }
                }
                (HeaderValue::DateTime(date), _) if is("Date") && date.is_valid() => {
                    head.date = head.date.or(Some(date.to_timestamp()));
                }
                (value, _) if is("Message-ID") => {
                    head.message_id = head
                        .message_id
                        .or_else(|| texts(value).find_map(MessageId::new));
                }
                (value, _) if is("In-Reply-To") => reply_to = texts(value).find_map(MessageId::new),
                (value, _) if is("References") => {
                    ids.extend(texts(value).filter_map(MessageId::new))
                }
                (HeaderValue::Text(text), _) if is("Subject") => {
                    head.subject = short(text, SUBJECT_KEPT)
                }
                (value, _) if is("Precedence") => {
                    head.bulk |= texts(value).any(|t| {
                        matches!(
                            t.trim().to_ascii_lowercase().as_str(),
                            "bulk" | "list" | "junk"
                        )
                    });
                }
                (value, _) if is("Auto-Submitted") => {
                    head.bulk |=
                        texts(value).any(|t| !t.trim().to_ascii_lowercase().starts_with("no"));
                }
                _ if is("List-Id") || is("List-Unsubscribe") => head.bulk = true,
                _ if is(letter::MARK) => head.ours = true,
                _ => {}
            }
        }
        let last = reply_to.or_else(|| ids.last().cloned());
        let first = ids.into_iter().next();
        head.parents = first
            .iter()
            .chain(&last)
            .map(|id| hash(id.as_str()))
            .collect();
        head.parents.dedup();
        head.date = plausible(head.date, summary.internal_date.map(|d| d.timestamp()));
        head.hash = match &head.message_id {
            Some(id) => hash(id.as_str()),
            None => head.hash_of_facts(),
        };
        head
    }
}

impl Head {
    fn stands(&mut self, name: Option<&str>, address: Option<&str>, role: Role) {
        let Some(address) = address.and_then(|a| Address::new(a).ok()) else {
            return;
        };
        if let Some(known) = self.people.iter_mut().find(|(a, ..)| *a == address) {
            known.2 = known.2.min(role);
            return;
        }
        if self.people.len() >= PEOPLE_KEPT {
            self.further += 1;
            return;
        }
        let name = name
            .map(|n| short(n.trim().trim_matches(['"', '\'']), NAME_KEPT))
            .filter(|n| !n.is_empty() && !n.contains('@'));
        self.people.push((address, name, role));
    }

    /// A message without Message-ID is the same one again when everything else is.
    fn hash_of_facts(&self) -> i64 {
        let people: Vec<&str> = self.people.iter().map(|(a, ..)| a.key()).collect();
        hash(&format!(
            "{:?} {} {}",
            self.date,
            self.subject,
            people.join(" ")
        ))
    }
}

/// The Date field's word, unless the server received it long before that, or it is nonsense.
fn plausible(said: Option<i64>, received: Option<i64>) -> Option<i64> {
    const BEFORE_MAIL: i64 = 315_532_800; // 1980
    const TWO_DAYS: i64 = 172_800;
    match (said.filter(|s| *s > BEFORE_MAIL), received) {
        (Some(said), Some(received)) if said > received + TWO_DAYS => Some(received),
        (Some(said), _) => Some(said),
        (None, received) => received,
    }
}

fn texts<'a>(value: &'a HeaderValue<'_>) -> impl Iterator<Item = &'a str> {
    let (one, many) = match value {
        HeaderValue::Text(text) => (Some(text.as_ref()), None),
        HeaderValue::TextList(list) => (None, Some(list.iter().map(AsRef::as_ref))),
        _ => (None, None),
    };
    one.into_iter().chain(many.into_iter().flatten())
}

/// One line of at most `most` characters.
fn short(text: &str, most: usize) -> String {
    let mut line = String::with_capacity(text.len().min(most * 4));
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    match line.char_indices().nth(most) {
        Some((at, _)) => {
            line.truncate(at);
            line.push('…');
            line
        }
        None => line,
    }
}
