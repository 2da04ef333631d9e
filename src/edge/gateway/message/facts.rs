//! What envelope and header tell of a message, without reading it all.

use crate::desk::gateway::Watched;
use crate::edge::gateway::session::Transaction;
use crate::mail::{Address, MessageId};
use crate::port::Envelope;
use memchr::{memchr, memmem};
use std::collections::HashSet;
use xxhash_rust::xxh3::Xxh3;

/// People it goes to that are not the user.
pub(super) fn others(transaction: &Transaction, watched: &Watched) -> usize {
    let mut seen: HashSet<String> = HashSet::new();
    for path in transaction.accepted() {
        match Address::new(&path.address) {
            Ok(address) if watched.own.owns(&address) => {}
            Ok(address) => {
                seen.insert(address.key().to_owned());
            }
            Err(_) => {
                seen.insert(path.address.clone());
            }
        }
    }
    seen.len()
}

pub(super) fn envelope_hash(transaction: &Transaction) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(transaction.mail.address.as_bytes());
    for path in transaction.accepted() {
        hash.update(b"\n");
        hash.update(path.line.as_bytes());
    }
    hash.digest()
}

/// What is kept of it for the release. Addresses that are none to us are none that could be held.
pub(super) fn envelope(transaction: &Transaction) -> Envelope {
    let accepted: Vec<_> = transaction
        .accepted()
        .filter_map(|p| Some((Address::new(&p.address).ok()?, p.options.clone())))
        .collect();
    Envelope {
        from: Address::new(&transaction.mail.address).ok(),
        to: accepted.iter().map(|(a, _)| a.clone()).collect(),
        mail_options: transaction.mail.options.clone(),
        rcpt_options: accepted.into_iter().map(|(_, o)| o).collect(),
    }
}

/// The header, with its empty line, once it is all there.
pub(super) fn header_of(message: &[u8]) -> Option<&[u8]> {
    if message.starts_with(b"\r\n") {
        return message.get(..2);
    }
    memmem::find(message, b"\r\n\r\n").and_then(|at| message.get(..at + 4))
}

/// What the header says, as far as it tells how a message is to be treated.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) message_id: Option<MessageId>,
    /// Ids that it answers.
    answers: Vec<MessageId>,
    /// Signs of addresses in To and Cc.
    signs: usize,
    header: Vec<u8>,
}

impl Facts {
    pub(super) fn of(header: &[u8]) -> Self {
        let mut facts = Self {
            message_id: crate::mailroom::message_id_of(header),
            ..Self::default()
        };
        let mut field: &[u8] = b"";
        let mut rest = header;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (line, next) = rest.split_at(end);
            rest = next;
            let mut value = line;
            if !matches!(line.first(), Some(b' ' | b'\t')) {
                let colon = memchr(b':', line).unwrap_or(0);
                field = line.get(..colon).unwrap_or_default().trim_ascii_end();
                value = line.get(colon..).unwrap_or_default();
            }
            if field.eq_ignore_ascii_case(b"to") || field.eq_ignore_ascii_case(b"cc") {
                facts.signs += memchr::memchr_iter(b'@', value).count();
            } else if field.eq_ignore_ascii_case(b"in-reply-to")
                || field.eq_ignore_ascii_case(b"references")
            {
                let text = String::from_utf8_lossy(value);
                let ids = text
                    .split('<')
                    .skip(1)
                    .filter_map(|id| MessageId::new(id.split('>').next()?));
                facts.answers.extend(ids.take(50));
            }
        }
        if facts.signs >= 2 {
            facts.header = header.to_vec();
        }
        facts
    }

    /// It is, or answers, what is held; or it answers a note of ours.
    pub(super) fn concern(&self, watched: &Watched) -> bool {
        self.message_id
            .iter()
            .any(|id| watched.messages.contains(id))
            || self
                .answers
                .iter()
                .any(|id| watched.messages.contains(id) || watched.notes.contains(id))
    }

    /// People in To and Cc that are not the user: a client may send to each of them in a transaction of its own.
    pub(super) fn others(&self, watched: &Watched) -> usize {
        if self.signs < 2 {
            return 0;
        }
        let message = crate::mail::parse(&self.header);
        let people = message.visible().filter(|p| !watched.own.owns(&p.address));
        people
            .map(|p| p.address.key().to_owned())
            .collect::<HashSet<_>>()
            .len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_what_a_message_is_and_answers() {
        let facts = Facts::of(
            b"Message-ID: <a@x.example>\r\nTo: Rachel <rachel@north.example>,\r\n jordan@south.example\r\n\
              References: <b@x.example>\r\n\t<c@x.example>\r\nX-To: d@e.example\r\n\r\n",
        );
        assert_eq!(facts.message_id, MessageId::new("a@x.example"));
        assert_eq!(facts.answers.len(), 2);
        assert_eq!((facts.signs, facts.others(&Watched::default())), (2, 2));
    }
}
