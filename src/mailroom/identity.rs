//! By what a message is known again.

use crate::mail::{Message, MessageId, parse};
use crate::port::Capabilities;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// By what a message is known again, whatever folder and number it has by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// As it stands in the message; `None` where it has none.
    pub message_id: Option<MessageId>,
    /// SHA-256 of the bytes, lower-case hex.
    pub digest: String,
    /// Octets.
    pub size: u64,
    /// A digest of what survives a server that stores its own rendering (Exchange): people,
    /// subject, words and attachments. `None` when only the other three are known; on such a
    /// server the Message-ID alone decides then.
    #[serde(default)]
    pub content: Option<String>,
}

impl Identity {
    /// The identity of exactly these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            message_id: message_id_of(bytes),
            digest: hex(&Sha256::digest(bytes)),
            size: bytes.len() as u64,
            content: Some(content_of(bytes)),
        }
    }

    /// From what the ledger keeps.
    #[must_use]
    pub fn known(message_id: Option<MessageId>, digest: String, size: u64) -> Self {
        Self {
            message_id,
            digest,
            size,
            content: None,
        }
    }

    /// Whether these bytes are this message, as far as this server lets one tell.
    pub(super) fn is(&self, bytes: &[u8], server: Capabilities) -> bool {
        if bytes.len() as u64 == self.size && hex(&Sha256::digest(bytes)) == self.digest {
            return true;
        }
        server.exchange
            && self.message_id.is_some()
            && message_id_of(bytes) == self.message_id
            && self
                .content
                .as_ref()
                .is_none_or(|content| *content == content_of(bytes))
    }
}

/// The Message-ID field of a message, or of a header alone. The first one, if there are several.
#[must_use]
pub fn message_id_of(bytes: &[u8]) -> Option<MessageId> {
    let mut value: Option<Vec<u8>> = None;
    for line in bytes.split(|&b| b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        match (&mut value, folded) {
            (Some(value), true) => value.extend_from_slice(line),
            (Some(_), false) => break,
            (None, _) if line.is_empty() => break,
            (None, true) => {}
            (None, false) => value = value_of(line, b"message-id").map(<[u8]>::to_vec),
        }
    }
    let value = String::from_utf8_lossy(&value?).into_owned();
    let id = value
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(value.as_str(), |(id, _)| id);
    MessageId::new(id)
}

fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let colon = line.iter().position(|&b| b == b':')?;
    let (field, value) = line.split_at(colon);
    field
        .trim_ascii_end()
        .eq_ignore_ascii_case(name)
        .then(|| value.get(1..).unwrap_or_default())
}

/// Letters and digits only: white space, quoting and markup are what such servers change.
fn content_of(bytes: &[u8]) -> String {
    let Message {
        from,
        to,
        cc,
        subject,
        text,
        attachments,
        ..
    } = parse(bytes);
    let mut hash = Sha256::new();
    for people in [&from, &to, &cc] {
        for person in people {
            hash.update(person.address.to_string().to_lowercase());
            hash.update("\n");
        }
        hash.update("\n");
    }
    for words in [&subject, &text] {
        let letters: String = words.chars().filter(|c| c.is_alphanumeric()).collect();
        hash.update(letters.to_lowercase());
        hash.update("\n");
    }
    hash.update(attachments.iter().filter(|a| !a.inline).count().to_string());
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
