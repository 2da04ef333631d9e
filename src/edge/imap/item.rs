//! What FETCH says of one message.

use super::Reply;
use super::value::{self, Value};
use crate::Timestamp;
use crate::port::{Flags, Uid};
use chrono::{DateTime, Utc};
use imap_proto::{AttributeValue, Response};
use std::borrow::Cow;

/// The attributes that we ask for, as far as this response has them. News of a flag that
/// somebody else set has a few only.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Item {
    pub uid: Option<Uid>,
    pub flags: Option<Flags>,
    pub internal_date: Option<Timestamp>,
    pub size: Option<u64>,
    /// The octets of `BODY[…]`.
    pub body: Option<Vec<u8>>,
}

/// Every FETCH response of a reply, those included that the crate's parser could not read
/// (`aside`). The number says how many nobody could.
pub fn items(reply: &Reply, aside: &[Vec<u8>]) -> (Vec<Item>, usize) {
    let read = reply.responses().filter_map(|response| match response {
        Response::Fetch(_, attributes) => Some(from_attributes(attributes)),
        _ => None,
    });
    let mut items: Vec<Item> = read.collect();
    let mut unread = 0;
    for frame in aside {
        match from_values(&value::read(frame)) {
            Some(item) => items.push(item),
            None => unread += 1,
        }
    }
    (items, unread)
}

fn from_attributes(attributes: Vec<AttributeValue<'_>>) -> Item {
    let mut item = Item::default();
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => item.uid = Some(Uid(uid)),
            AttributeValue::Flags(words) => {
                item.flags = Some(read_flags(words.iter().map(AsRef::as_ref)));
            }
            AttributeValue::InternalDate(date) => item.internal_date = read_date(&date),
            AttributeValue::Rfc822Size(size) => item.size = Some(size.into()),
            AttributeValue::BodySection { data, .. } => item.body = data.map(Cow::into_owned),
            _ => {}
        }
    }
    item
}

/// Reads around what is unknown: an EMAILID, a size beyond 32 bits.
fn from_values(values: &[Value]) -> Option<Item> {
    let [_, kind, Value::List(pairs), ..] = values else {
        return None;
    };
    if !kind.is("FETCH") {
        return None;
    }
    let mut item = Item::default();
    let mut pairs = pairs.iter();
    while let Some(name) = pairs.next() {
        let Value::Atom(word) = name else { continue };
        if word
            .get(..5)
            .is_some_and(|w| w.eq_ignore_ascii_case(b"BODY["))
        {
            // The section's field names are a list of their own: BODY[HEADER.FIELDS (TO)]
            if !word.contains(&b']') {
                pairs.find(|v| matches!(v, Value::Atom(a) if a.starts_with(b"]")))?;
            }
            item.body = pairs.next()?.bytes().map(<[u8]>::to_vec);
            continue;
        }
        let value = pairs.next()?;
        if name.is("UID") {
            item.uid = Some(Uid(value.text()?.parse().ok()?));
        } else if name.is("RFC822.SIZE") {
            item.size = value.text()?.parse().ok();
        } else if name.is("INTERNALDATE") {
            item.internal_date = value.text().and_then(read_date);
        } else if name.is("FLAGS") {
            item.flags = Some(read_flags(value.list().iter().filter_map(Value::text)));
        }
    }
    item.uid.is_some().then_some(item)
}

fn read_flags<'a>(words: impl Iterator<Item = &'a str>) -> Flags {
    let mut flags = Flags::default();
    for word in words {
        match word.to_ascii_lowercase().as_str() {
            "\\seen" => flags.seen = true,
            "\\answered" => flags.answered = true,
            "\\flagged" => flags.flagged = true,
            "\\deleted" => flags.deleted = true,
            "\\draft" => flags.draft = true,
            other if other.starts_with('\\') => {}
            _ => flags.keywords.push(word.to_owned()),
        }
    }
    flags
}

/// RFC 9051 §9, date-time: `" 7-Feb-1994 21:52:25 -0800"`. The epoch stands for none.
fn read_date(text: &str) -> Option<Timestamp> {
    DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z")
        .ok()
        .map(|date| date.with_timezone(&Utc))
        .filter(|date| date.timestamp() != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_readers_read_the_same() {
        let frame =
            b"* 3 FETCH (UID 4 FLAGS (\\Seen $x) INTERNALDATE \" 7-Feb-2026 21:52:25 +0100\" \
            RFC822.SIZE 99 BODY[HEADER.FIELDS (TO \"CC\")] {8}\r\nTo: x\r\n\r)\r\n";
        let (_, response) = imap_proto::parser::parse_response(frame).unwrap();
        let Response::Fetch(_, attributes) = response else {
            panic!("{response:?}");
        };
        let one = from_attributes(attributes);
        assert_eq!(from_values(&value::read(frame)).as_ref(), Some(&one));
        assert_eq!(one.uid, Some(Uid(4)));
        assert_eq!(one.body.as_deref(), Some(&b"To: x\r\n\r"[..]));
        assert_eq!(one.flags.unwrap().keywords, ["$x"]);
    }

    #[test]
    fn what_is_unknown_is_read_around() {
        let frame =
            b"* 3 FETCH (EMAILID (M5) UID 4 RFC822.SIZE 5000000000 X NIL BODY[] \"hi\")\r\n";
        let item = from_values(&value::read(frame)).unwrap();
        assert_eq!((item.uid, item.size), (Some(Uid(4)), Some(5_000_000_000)));
        assert_eq!(item.body.as_deref(), Some(&b"hi"[..]));
        for bad in [
            &b"* 3 FETCH (BODY[HEADER.FIELDS (TO)\r\n"[..],
            b"* 3 FETCH (UID x)\r\n",
            b"* 3 FETCH NIL\r\n",
            b"* 3 EXISTS\r\n",
            b"* 3 FETCH (UID)\r\n",
        ] {
            assert_eq!(from_values(&value::read(bad)), None);
        }
    }
}
