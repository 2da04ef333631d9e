//! What FETCH says of one message.

use super::Reply;
use super::value::{self, Value};
use crate::Timestamp;
use crate::port::{Flags, Uid};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
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

/// One FETCH response, as the scanner cuts it. `None` where nobody can read it, or it names no message.
pub fn item(frame: &[u8]) -> Option<Item> {
    plain(frame).or_else(|| from_values(&value::read(frame)))
}

/// Reads the attributes that we ask for in the form in which nearly every server gives them, and
/// nothing else: what is written otherwise is left to [`from_values`].
fn plain(frame: &[u8]) -> Option<Item> {
    let mut rest = frame.strip_prefix(b"* ")?;
    number(&mut rest)?;
    rest = rest.strip_prefix(b" FETCH (")?;
    let mut item = Item::default();
    loop {
        let name = &rest[..rest.iter().position(|b| b" [".contains(b))?];
        rest = &rest[name.len()..];
        match name {
            b"BODY" => {
                // No field name that we ask for holds a bracket.
                let end = rest.iter().position(|b| *b == b']')?;
                rest = rest[end + 1..].strip_prefix(b" ")?;
                item.body = Some(text(&mut rest)?.to_vec());
            }
            _ => {
                rest = rest.strip_prefix(b" ")?;
                match name {
                    b"UID" => item.uid = Some(Uid(u32::try_from(number(&mut rest)?).ok()?)),
                    b"RFC822.SIZE" => item.size = Some(number(&mut rest)?),
                    b"INTERNALDATE" => {
                        item.internal_date = read_date(std::str::from_utf8(text(&mut rest)?).ok()?);
                    }
                    b"FLAGS" => {
                        rest = rest.strip_prefix(b"(")?;
                        let end = rest.iter().position(|b| *b == b')')?;
                        let words = std::str::from_utf8(&rest[..end]).ok()?;
                        item.flags = Some(read_flags(words.split_ascii_whitespace()));
                        rest = &rest[end + 1..];
                    }
                    _ => return None,
                }
            }
        }
        match rest.strip_prefix(b" ") {
            Some(more) => rest = more,
            None => return (rest == b")\r\n" && item.uid.is_some()).then_some(item),
        }
    }
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let end = rest.iter().position(|b| !b.is_ascii_digit())?;
    let (digits, after) = rest.split_at(end);
    *rest = after;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// A quoted string without escapes, or a literal.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if let Some(quoted) = rest.strip_prefix(b"\"") {
        let end = quoted.iter().position(|b| b"\"\\".contains(b))?;
        *rest = quoted[end..].strip_prefix(b"\"")?;
        return Some(&quoted[..end]);
    }
    let mut after = rest.strip_prefix(b"{")?;
    let size = usize::try_from(number(&mut after)?).ok()?;
    after = after.strip_prefix(b"}\r\n")?;
    let text = after.get(..size)?;
    *rest = &after[size..];
    Some(text)
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
    plain_date(text.as_bytes())
        .or_else(|| any_date(text))
        .filter(|date| date.timestamp() != 0)
}

/// The form that the standard prescribes, and no other.
fn plain_date(text: &[u8]) -> Option<Timestamp> {
    let &[
        d,
        e,
        b'-',
        m,
        n,
        o,
        b'-',
        ref year @ ..,
        b' ',
        h,
        i,
        b':',
        j,
        k,
        b':',
        s,
        t,
        b' ',
        sign,
        z,
        y,
        x,
        w,
    ] = text
    else {
        return None;
    };
    let digits = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |n, b| {
            b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0'))
        })
    };
    if year.len() != 4 {
        return None;
    }
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = MONTHS.chunks(3).position(|name| name == [m, n, o])? + 1;
    let day = digits(&[if d == b' ' { b'0' } else { d }, e])?;
    let offset = i32::try_from(digits(&[z, y])? * 3600 + digits(&[x, w])? * 60).ok()?;
    let offset = match sign {
        b'+' => FixedOffset::east_opt(offset)?,
        b'-' => FixedOffset::west_opt(offset)?,
        _ => return None,
    };
    let year = i32::try_from(digits(year)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, day)?;
    let time = date.and_hms_opt(digits(&[h, i])?, digits(&[j, k])?, digits(&[s, t])?)?;
    let date = time.and_local_timezone(offset).single()?;
    Some(date.with_timezone(&Utc))
}

fn any_date(text: &str) -> Option<Timestamp> {
    DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z")
        .ok()
        .map(|date| date.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_readers_read_the_same() {
        let frame =
            b"* 3 FETCH (UID 4 FLAGS (\\Seen $x) INTERNALDATE \" 7-Feb-2026 21:52:25 +0100\" \
            RFC822.SIZE 99 BODY[HEADER.FIELDS (TO \"CC\")] {8}\r\nTo: x\r\n\r)\r\n";
        let (_, response) = imap_proto::parser::parse_response(frame).unwrap();
        let Response::Fetch(_, attributes) = response else {
            panic!("{response:?}");
        };
        let one = from_attributes(attributes);
        assert_eq!(from_values(&value::read(frame)).as_ref(), Some(&one));
        assert_eq!(plain(frame).as_ref(), Some(&one));
        assert_eq!(one.uid, Some(Uid(4)));
        assert_eq!(one.body.as_deref(), Some(&b"To: x\r\n\r"[..]));
        assert_eq!(one.flags.unwrap().keywords, ["$x"]);
    }

    #[test]
    fn the_plain_reader_leaves_what_it_does_not_know_to_the_other() {
        for odd in [
            &b"* 3 FETCH (UID 4 EMAILID (M5))\r\n"[..],
            b"* 3 FETCH (UID 4 INTERNALDATE NIL)\r\n",
            b"* 3 FETCH (UID 4 BODY[] \"a\\\"b\")\r\n",
            b"* 3 FETCH (UID 4 BODY[] {3+}\r\nabc)\r\n",
            b"* 3 fetch (uid 4)\r\n",
            b"* 3 FETCH (UID 4  FLAGS ())\r\n",
        ] {
            assert_eq!(plain(odd), None);
            assert_eq!(item(odd).and_then(|i| i.uid), Some(Uid(4)));
        }
        let whole = b"* 3 FETCH (UID 4 FLAGS (\\Seen) BODY[HEADER.FIELDS (TO)] {4}\r\nab\r\n)\r\n";
        assert!(plain(whole).is_some());
        for cut in 0..whole.len() {
            assert_eq!(plain(&whole[..cut]), None, "{cut}");
            let _ = item(&whole[..cut]);
        }
    }

    #[test]
    fn dates_are_read_alike_by_both() {
        for (text, there) in [
            (" 7-Feb-1994 21:52:25 -0800", true),
            ("17-Dec-2026 00:00:00 +1345", true),
            ("29-Feb-2024 23:59:59 +0000", true),
            ("29-Feb-2023 23:59:59 +0000", false),
            ("01-Jan-2026 24:00:00 +0000", false),
            ("01-Jan-2026 10:00:00 *0000", false),
        ] {
            assert_eq!(plain_date(text.as_bytes()), any_date(text.trim()), "{text}");
            assert_eq!(plain_date(text.as_bytes()).is_some(), there, "{text}");
        }
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
