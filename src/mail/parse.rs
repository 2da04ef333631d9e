//! Bytes to [`Message`]; always gives one, and notes what was odd.
//!
//! mail-parser decodes; which fields there are and how many of each is counted here, because it
//! lets the last of several From fields win and takes `<a@x> <b@y>` for one address.

use super::fields::{Header, RawField, split};
use super::html;
use super::{Address, Attachment, Field, Message, MessageId, Oddity, Person};
use crate::Timestamp;
use chrono::DateTime;
use mail_parser::parsers::MessageStream;
use mail_parser::{HeaderValue, MessageParser, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;

/// Octets of a message that are read at all; of a longer one only the header.
const MESSAGE_CAP: usize = 40 << 20;
const HEADER_CAP: usize = 256 << 10;
const FIELD_CAP: usize = 500;
/// Mailboxes of one field.
const PEOPLE_CAP: usize = 1000;
const DEPTH_CAP: usize = 32;
const PART_CAP: usize = 1000;
const TEXT_CAP: usize = 256 << 10;
const HTML_CAP: usize = 512 << 10;
/// Message-IDs of one References field.
const ID_CAP: usize = 200;

/// Reads a message. Never fails and never panics: what cannot be read is left empty and noted in `odd`.
#[must_use]
pub fn parse(bytes: &[u8]) -> Message {
    let mut header = split(bytes);
    let mut message = Message {
        content_type: "text/plain".to_owned(),
        ..Message::default()
    };
    if header.end > HEADER_CAP || header.fields.len() > FIELD_CAP {
        message.odd.push(Oddity::Malformed(
            "the header is too long; the rest of it was not read".to_owned(),
        ));
        header.fields.truncate(FIELD_CAP);
        header.fields.retain(|f| f.span.end <= HEADER_CAP);
    }
    if !header.closed || header.strange_lines > 0 {
        message.odd.push(Oddity::Malformed(
            "the header is broken or does not end".to_owned(),
        ));
    }
    if memchr::memchr(0, bytes).is_some() {
        message
            .odd
            .push(Oddity::Malformed("there are NUL bytes in it".to_owned()));
    }
    read_header(&header, &mut message);
    if bytes.len() > MESSAGE_CAP {
        message.odd.push(Oddity::Malformed(
            "it is too large; only the header was read".to_owned(),
        ));
    } else if header.body <= HEADER_CAP.max(header.end) {
        read_body(bytes, &mut message);
    }
    message
}

fn read_header(header: &Header<'_>, message: &mut Message) {
    const ONCE: &[&str] = &[
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Subject",
        "Content-Type",
    ];
    for name in ONCE {
        if header.fields.iter().filter(|f| f.is(name)).count() > 1 {
            message.odd.push(Oddity::Repeated((*name).to_owned()));
        }
    }
    for field in &header.fields {
        let value = text_of(field.value);
        match field.name.to_ascii_lowercase().as_str() {
            "from" => people(field, &mut message.from, &mut message.odd),
            "to" => people(field, &mut message.to, &mut message.odd),
            "cc" => people(field, &mut message.cc, &mut message.odd),
            "bcc" => people(field, &mut message.bcc, &mut message.odd),
            "reply-to" => people(field, &mut message.reply_to, &mut message.odd),
            "sender" => {
                let mut sender = Vec::new();
                people(field, &mut sender, &mut message.odd);
                if message.sender.is_none() {
                    message.sender = sender.into_iter().next();
                }
            }
            "subject" if message.subject.is_empty() => message.subject.clone_from(&value),
            "date" if message.date.is_none() => {
                if let Some((date, offset)) = date_of(field.value) {
                    message.date = Some(date);
                    message.utc_offset = Some(offset);
                }
            }
            "message-id" if message.message_id.is_none() => {
                message.message_id = ids(field.value).into_iter().next();
            }
            "in-reply-to" => message.in_reply_to.extend(ids(field.value)),
            "references" => message.references.extend(ids(field.value)),
            "content-type" => {
                let kind = content_type_of(field.value);
                if !kind.is_empty() {
                    message.content_type = kind;
                }
            }
            _ => {}
        }
        message.fields.push(Field {
            name: field.name.to_owned(),
            value,
        });
    }
}

/// All mailboxes of one address field, group members among them (RFC 5322 §3.4).
fn people(field: &RawField<'_>, out: &mut Vec<Person>, odd: &mut Vec<Oddity>) {
    let value = with_line_end(field.value);
    let HeaderValue::Address(list) = MessageStream::new(&value).parse_address() else {
        return;
    };
    for entry in list.iter() {
        let Some(text) = entry.address.as_deref().filter(|a| !a.trim().is_empty()) else {
            // A name without an address reaches nobody; an empty group is nobody.
            if let Some(name) = entry.name.as_deref().filter(|n| !n.trim().is_empty()) {
                odd.push(Oddity::BadAddress(name.to_owned()));
            }
            continue;
        };
        if out.len() >= PEOPLE_CAP {
            odd.push(Oddity::Malformed(format!(
                "there are more than {PEOPLE_CAP} addresses in one field"
            )));
            return;
        }
        match Address::new(text) {
            Ok(address) => out.push(Person {
                name: entry.name.as_deref().and_then(display_name),
                address,
            }),
            Err(_) => odd.push(Oddity::BadAddress(text.to_owned())),
        }
    }
}

/// A name fit to be shown: one line, no control or invisible characters, and not itself an address
/// (`"boss@x" <thief@y>` has no name).
fn display_name(raw: &str) -> Option<String> {
    // Most are as they should be.
    if (1..=128).contains(&raw.len())
        && raw
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'.' | b'-'))
        && !raw.contains("  ")
        && raw.trim_ascii().len() == raw.len()
    {
        return Some(raw.to_owned());
    }
    let clean: String = raw
        .chars()
        .filter(|c| {
            !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        })
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let name = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.trim_matches(|c| c == '"' || c == '\'').trim();
    let name: String = name.chars().take(128).collect();
    (!name.is_empty() && !name.contains('@')).then_some(name)
}

/// A Date field's moment and its offset east of UTC in seconds.
pub(super) fn date_of(value: &[u8]) -> Option<(Timestamp, i32)> {
    let value = with_line_end(value);
    let HeaderValue::DateTime(date) = MessageStream::new(&value).parse_date() else {
        return None;
    };
    if !date.is_valid() || !(1970..=2200).contains(&date.year) {
        return None;
    }
    let east = i32::from(date.tz_hour) * 3600 + i32::from(date.tz_minute) * 60;
    let offset = if date.tz_before_gmt { -east } else { east };
    if east >= 86_400 {
        return None;
    }
    Some((DateTime::from_timestamp(date.to_timestamp(), 0)?, offset))
}

/// `type/subtype` of a Content-Type field, lower case; empty when there is none.
pub(super) fn content_type_of(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let kind = text.split(';').next().unwrap_or_default();
    let kind = kind.split('(').next().unwrap_or_default();
    let kind: String = kind.chars().filter(|c| !c.is_whitespace()).collect();
    if kind.contains('/') {
        kind.to_ascii_lowercase()
    } else {
        String::new()
    }
}

/// Every Message-ID of a field. Some programs leave the brackets out.
fn ids(value: &[u8]) -> Vec<MessageId> {
    let text = String::from_utf8_lossy(value);
    if text.contains('<') {
        text.split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .filter_map(|(id, _)| MessageId::new(id))
            .take(ID_CAP)
            .collect()
    } else {
        text.split_whitespace()
            .filter(|word| word.contains('@'))
            .filter_map(MessageId::new)
            .take(ID_CAP)
            .collect()
    }
}

/// A field's value unfolded, with RFC 2047 words decoded.
fn text_of(value: &[u8]) -> String {
    if let Some(plain) = plain_text(value) {
        return plain.to_owned();
    }
    let value = with_line_end(value);
    match MessageStream::new(&value).parse_unstructured() {
        HeaderValue::Text(text) => text.trim().replace(['\r', '\n'], " "),
        _ => String::new(),
    }
}

/// A value on one line in which nothing needs decoding, and no blanks are to be joined.
fn plain_text(value: &[u8]) -> Option<&str> {
    let value = value.trim_ascii();
    let mut before = 0;
    for &b in value {
        if !(b' '..0x7f).contains(&b) || (before, b) == (b'=', b'?') || (before, b) == (b' ', b' ')
        {
            return None;
        }
        before = b;
    }
    std::str::from_utf8(value).ok()
}

/// mail-parser's field readers stop at a line end that no white space follows.
fn with_line_end(value: &[u8]) -> Vec<u8> {
    let mut value = value.trim_ascii_end().to_vec();
    value.extend_from_slice(b"\r\n");
    value
}

fn read_body(bytes: &[u8], message: &mut Message) {
    let Some(parsed) = MessageParser::new()
        .with_mime_headers()
        .header_text("X-Mozilla-Cloud-Part")
        .default_header_ignore()
        .parse(bytes)
    else {
        return;
    };
    let mut body = Body {
        parts: &parsed.parts,
        seen: 0,
        message,
    };
    let mut text = String::new();
    body.read(0, 0, false, &mut text);
    text.truncate(text.floor_char_boundary(TEXT_CAP));
    if memchr::memchr2(b'\r', 0, text.as_bytes()).is_some() {
        text = text
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .replace('\0', "");
    }
    message.encrypted |= text.contains(PGP) && text.lines().any(|line| line.trim_end() == PGP);
    message.text = text;
}

const PGP: &str = "-----BEGIN PGP MESSAGE-----";

/// The walk through the parts of one message; forwarded messages are not entered.
struct Body<'a, 'b> {
    parts: &'b [MessagePart<'a>],
    seen: usize,
    message: &'b mut Message,
}

impl Body<'_, '_> {
    fn read(&mut self, id: u32, depth: usize, alternative: bool, text: &mut String) {
        let Some(part) = self.parts.get(id as usize) else {
            return;
        };
        self.seen += 1;
        if depth > DEPTH_CAP || self.seen > PART_CAP {
            if self.seen <= PART_CAP + 1 {
                self.message.odd.push(Oddity::Malformed(
                    "there are too many parts in it, or too deep".to_owned(),
                ));
            }
            self.seen = self.seen.max(PART_CAP + 1);
            return;
        }
        let kind = kind_of(part, depth == 0, &self.message.content_type);
        self.message.filelink |= part
            .headers
            .iter()
            .any(|h| h.name().eq_ignore_ascii_case("X-Mozilla-Cloud-Part"));
        match (&part.body, kind.as_str()) {
            (_, "application/pkcs7-mime" | "application/x-pkcs7-mime") if text.is_empty() => {
                self.message.encrypted = true;
            }
            (PartType::Multipart(children), _) => {
                self.message.encrypted |= kind == "multipart/encrypted" && text.is_empty();
                if kind == "multipart/alternative" {
                    self.read_best(children, depth, text);
                } else {
                    for &child in children {
                        self.read(child, depth + 1, false, text);
                    }
                }
            }
            (PartType::Text(_) | PartType::Html(_) | PartType::Binary(_), "text/plain")
                if is_body(part, alternative) =>
            {
                let words = contents(part);
                let kind = part.content_type();
                let says = |name: &str, value: &str| {
                    kind.and_then(|k| k.attribute(name))
                        .is_some_and(|v| v.eq_ignore_ascii_case(value))
                };
                if says("format", "flowed") {
                    let words = super::flowed::joined(&words, says("delsp", "yes"));
                    append(text, cap(&words, TEXT_CAP));
                } else {
                    append(text, cap(&words, TEXT_CAP));
                }
            }
            (PartType::Text(_) | PartType::Html(_) | PartType::Binary(_), "text/html")
                if is_body(part, alternative) =>
            {
                let source = contents(part);
                let source = cap(&source, HTML_CAP);
                append(text, &html::to_text(source));
                let all = self.message.html.get_or_insert_default();
                if all.len() < HTML_CAP {
                    all.push_str(source);
                }
            }
            _ => self.message.attachments.push(Attachment {
                name: part.attachment_name().map(str::to_owned),
                inline: part
                    .content_disposition()
                    .is_some_and(mail_parser::ContentType::is_inline)
                    || (part.content_disposition().is_none() && part.content_id().is_some()),
                content_type: kind,
            }),
        }
    }

    /// RFC 2046 §5.1.4: the same thing several times. Plain text is taken where it says anything.
    fn read_best(&mut self, children: &[u32], depth: usize, text: &mut String) {
        let mut best = String::new();
        for &child in children {
            let mut this = String::new();
            self.read(child, depth + 1, true, &mut this);
            if best.trim().is_empty() {
                best = this;
            }
        }
        append(text, &best);
    }
}

fn kind_of(part: &MessagePart<'_>, top: bool, of_message: &str) -> String {
    if top && !of_message.is_empty() && !matches!(part.body, PartType::Multipart(_)) {
        return of_message.to_owned();
    }
    match part.content_type() {
        Some(kind) => format!(
            "{}/{}",
            kind.ctype(),
            kind.subtype().unwrap_or("octet-stream")
        )
        .to_ascii_lowercase(),
        None => match part.body {
            PartType::Multipart(_) => of_message.to_owned(),
            PartType::Message(_) => "message/rfc822".to_owned(),
            _ => "text/plain".to_owned(),
        },
    }
}

/// Whether a text part is what the writer says, rather than a file.
fn is_body(part: &MessagePart<'_>, alternative: bool) -> bool {
    let attached = part
        .content_disposition()
        .is_some_and(|d| d.is_attachment());
    alternative || (!attached && part.attachment_name().is_none())
}

fn contents<'a>(part: &'a MessagePart<'_>) -> Cow<'a, str> {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_ref().into(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            String::from_utf8_lossy(cap_bytes(bytes, HTML_CAP))
        }
        _ => Cow::default(),
    }
}

fn append(text: &mut String, more: &str) {
    if text.len() >= TEXT_CAP || more.is_empty() {
        return;
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(more);
}

/// The first `octets` of it, cut between characters.
fn cap(text: &str, octets: usize) -> &str {
    text.get(..text.floor_char_boundary(octets)).unwrap_or(text)
}

fn cap_bytes(bytes: &[u8], octets: usize) -> &[u8] {
    bytes.get(..octets).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_value_is_read_as_mail_parser_reads_it() {
        for value in [
            " Re: the kiln, at 10:30",
            " a=b? (c) <d@e.example>; f=\"g\"",
            "\tx \r\n",
            " ",
            "",
            " two  blanks",
            " =?utf-8?q?caf=C3=A9?=",
            " caf\u{e9}",
            " folded\r\n here",
        ] {
            let ended = with_line_end(value.as_bytes());
            let read = match MessageStream::new(&ended).parse_unstructured() {
                HeaderValue::Text(text) => text.trim().to_owned(),
                _ => String::new(),
            };
            if let Some(plain) = plain_text(value.as_bytes()) {
                assert_eq!(plain, read);
            }
            assert_eq!(text_of(value.as_bytes()), read.replace(['\r', '\n'], " "));
        }
    }
}
