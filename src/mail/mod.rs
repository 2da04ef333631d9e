//! Messages: those facts of one message that anything here reads.

pub mod address;
pub mod edit;
#[cfg(test)]
mod edit_tests;
mod fields;
mod flowed;
mod history;
mod html;
pub mod parse;
mod signature;
#[cfg(test)]
mod tests;
pub mod text;
#[cfg(test)]
mod text_tests;

pub use address::{Address, AddressPattern};
pub use parse::parse;

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A Message-ID (RFC 5322 §3.6.4), kept without the angle brackets and compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// Takes an id with or without brackets; white space and control characters are dropped.
    /// `None` if nothing is left or it is longer than an RFC 5322 line (998 octets).
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let id: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .collect();
        let id = id.strip_prefix('<').unwrap_or(&id);
        let id = id.strip_suffix('>').unwrap_or(id);
        (!id.is_empty() && id.len() <= 900).then(|| Self(id.to_owned()))
    }

    /// The id without brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// With brackets, as it stands in a header field.
impl std::fmt::Display for MessageId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

/// One mailbox of a From, To or Cc field (RFC 5322 §3.4): a name as written, and an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The decoded display name; never empty, never an address.
    pub name: Option<String>,
    pub address: Address,
}

/// One header field, unfolded and decoded (RFC 2047), in the order of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// As written, compared without regard to case.
    pub name: String,
    pub value: String,
}

/// A part that is not the text: a file, an invitation, a forwarded message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: Option<String>,
    /// Lower case, such as `text/calendar`.
    pub content_type: String,
    /// `Content-Disposition: inline` (pictures of a signature), so nothing the writer attached on purpose.
    pub inline: bool,
}

/// What was found odd about a message while reading it. Whoever trusts a field looks here first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Several fields where RFC 5322 §3.6 allows one (From, To, Date, Message-ID, Subject …).
    Repeated(String),
    /// An address that fits no grammar; it was left out.
    BadAddress(String),
    /// No empty line after the header, NUL bytes, bare CR or LF, too deep or too many parts.
    Malformed(String),
}

/// The facts of one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
    /// All mailboxes of all From fields: exactly one is what consent asks for.
    pub from: Vec<Person>,
    pub sender: Option<Person>,
    pub reply_to: Vec<Person>,
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    pub bcc: Vec<Person>,
    pub subject: String,
    pub date: Option<Timestamp>,
    /// The `Date` field's offset east of UTC in seconds.
    pub utc_offset: Option<i32>,
    /// All fields in order, the ones above included.
    pub fields: Vec<Field>,
    /// Lower case, such as `multipart/signed`; `text/plain` when absent.
    pub content_type: String,
    /// The readable text with LF line ends: the plain part, else the HTML part made plain
    /// (block quotes as `> ` lines). Quotes and signature are still in it.
    pub text: String,
    /// The HTML part as sent, where there is one (capped).
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The text cannot be read: multipart/encrypted, application/pkcs7-mime, inline PGP.
    pub encrypted: bool,
    /// A part stands for a file that the client uploads and links at Send (Thunderbird's Filelink).
    pub filelink: bool,
    pub odd: Vec<Oddity>,
}

impl Message {
    /// The values of all fields of this name, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |f| f.name.eq_ignore_ascii_case(name))
            .map(|f| f.value.as_str())
    }

    /// The first value of this name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|f| f.name.eq_ignore_ascii_case(name))
            .map(|f| f.value.as_str())
    }

    /// To and Cc, in order.
    pub fn visible(&self) -> impl Iterator<Item = &Person> {
        self.to.iter().chain(&self.cc)
    }
}
