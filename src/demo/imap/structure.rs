//! What a message is made of (RFC 2045, RFC 2046), as FETCH names its parts (RFC 3501 §6.4.5).
//!
//! The cuts are made here, so that every section is a slice of the stored bytes; single header
//! fields are read by `mail-parser`.

use imap_codec::imap_types::body::{
    BasicFields, Body, BodyStructure, Disposition, MultiPartExtensionData, SinglePartExtensionData,
    SpecificFields,
};
use imap_codec::imap_types::core::{IString, Literal, NString, Vec1};
use imap_codec::imap_types::envelope::{Address, Envelope};
use mail_parser::{ContentType, MessageParser, MimeHeaders};

/// Multiparts deeper than this are shown as one part.
const DEEPEST: u8 = 20;

/// One part: its header with the empty line, its body, and what is inside.
#[derive(Debug)]
pub struct Part<'a> {
    pub header: &'a [u8],
    pub body: &'a [u8],
    pub inside: Inside<'a>,
}

/// What a part is made of.
#[derive(Debug)]
pub enum Inside<'a> {
    Leaf,
    Parts(Vec<Part<'a>>),
    Message(Box<Part<'a>>),
}

impl<'a> Part<'a> {
    /// A whole message, or one part of a multipart.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Self {
        Self::read_at(bytes, 0)
    }

    fn read_at(bytes: &'a [u8], depth: u8) -> Self {
        let (header, body) = cut_header(bytes);
        let mut inside = Inside::Leaf;
        if depth < DEEPEST {
            let message = headers(header);
            if let Some(kind) = content_type(&message) {
                if is(kind, "multipart", None)
                    && let Some(boundary) = kind.attribute("boundary")
                {
                    let parts = cut_parts(body, boundary);
                    if !parts.is_empty() {
                        let read = |p| Self::read_at(p, depth + 1);
                        inside = Inside::Parts(parts.into_iter().map(read).collect());
                    }
                } else if is(kind, "message", Some("rfc822")) {
                    inside = Inside::Message(Box::new(Self::read_at(body, depth + 1)));
                }
            }
        }
        Self {
            header,
            body,
            inside,
        }
    }

    /// The part with this number: `[2, 1]` is the first part of the second one.
    #[must_use]
    pub fn part(&self, numbers: &[u32]) -> Option<&Part<'a>> {
        let Some((&first, rest)) = numbers.split_first() else {
            return Some(self);
        };
        match &self.inside {
            Inside::Parts(parts) => parts
                .get(usize::try_from(first).ok()?.checked_sub(1)?)?
                .part(rest),
            Inside::Message(message) => match &message.inside {
                Inside::Parts(_) => message.part(numbers),
                // A message that is not a multipart has one part, its body.
                _ if first == 1 && rest.is_empty() => Some(message),
                _ => None,
            },
            Inside::Leaf => None,
        }
    }

    /// As [`Part::part`], for the message itself: a plain one has part 1.
    #[must_use]
    pub fn of_message(&self, numbers: &[u32]) -> Option<&Part<'a>> {
        match (&self.inside, numbers) {
            (Inside::Parts(_), _) | (_, []) => self.part(numbers),
            (_, [1]) => Some(self),
            (Inside::Message(_), [1, rest @ ..]) => self.part(rest),
            _ => None,
        }
    }

    /// BODYSTRUCTURE, or BODY without the extension data.
    #[must_use]
    pub fn structure(&self, extended: bool) -> BodyStructure<'static> {
        let message = headers(self.header);
        let kind = content_type(&message);
        if let Inside::Parts(parts) = &self.inside
            && let Ok(bodies) = Vec1::try_from(
                parts
                    .iter()
                    .map(|p| p.structure(extended))
                    .collect::<Vec<_>>(),
            )
        {
            return BodyStructure::Multi {
                bodies,
                subtype: istring(kind.and_then(|k| k.subtype()).unwrap_or("mixed")),
                extension_data: extended.then(|| MultiPartExtensionData {
                    parameter_list: parameters(kind),
                    tail: None,
                }),
            };
        }
        let lines = u32::try_from(self.body.iter().filter(|b| **b == b'\n').count());
        let lines = lines.unwrap_or(u32::MAX);
        let specific = match (&self.inside, kind) {
            (Inside::Message(inner), _) => SpecificFields::Message {
                envelope: Box::new(inner.envelope()),
                body_structure: Box::new(inner.structure(extended)),
                number_of_lines: lines,
            },
            (_, None) => SpecificFields::Text {
                subtype: istring("plain"),
                number_of_lines: lines,
            },
            (_, Some(kind)) if is(kind, "text", None) => SpecificFields::Text {
                subtype: istring(kind.subtype().unwrap_or("plain")),
                number_of_lines: lines,
            },
            // A multipart whose parts are not to be found is shown as what it can be: bytes.
            (_, Some(kind)) if is(kind, "multipart", None) => SpecificFields::Basic {
                r#type: istring("application"),
                subtype: istring("octet-stream"),
            },
            (_, Some(kind)) => SpecificFields::Basic {
                r#type: istring(kind.ctype()),
                subtype: istring(kind.subtype().unwrap_or("octet-stream")),
            },
        };
        let mut parameter_list = parameters(kind);
        if kind.is_none() {
            parameter_list.push((istring("charset"), istring("us-ascii")));
        }
        let disposition = message.content_disposition().map(|d| {
            let kind = istring(d.ctype());
            (kind, parameters(Some(d)))
        });
        BodyStructure::Single {
            body: Body {
                basic: BasicFields {
                    parameter_list,
                    id: nstring(message.content_id().map(|id| format!("<{id}>")).as_deref()),
                    description: nstring(message.content_description()),
                    content_transfer_encoding: istring(
                        message.content_transfer_encoding().unwrap_or("7bit"),
                    ),
                    size: u32::try_from(self.body.len()).unwrap_or(u32::MAX),
                },
                specific,
            },
            extension_data: extended.then_some(SinglePartExtensionData {
                md5: NString(None),
                tail: Some(Disposition {
                    disposition,
                    tail: None,
                }),
            }),
        }
    }

    /// ENVELOPE (RFC 3501 §7.4.2): fields as they stand, names in them encoded where need be.
    #[must_use]
    pub fn envelope(&self) -> Envelope<'static> {
        let message = headers(self.header);
        let field = |name| nstring(raw_field(self.header, name).as_deref());
        let from = addresses(message.from());
        let or_from = |given: Vec<Address<'static>>| {
            if given.is_empty() {
                from.clone()
            } else {
                given
            }
        };
        Envelope {
            date: field("Date"),
            subject: field("Subject"),
            sender: or_from(addresses(message.sender())),
            reply_to: or_from(addresses(message.reply_to())),
            to: addresses(message.to()),
            cc: addresses(message.cc()),
            bcc: addresses(message.bcc()),
            in_reply_to: field("In-Reply-To"),
            message_id: field("Message-ID"),
            from,
        }
    }
}

fn headers(header: &[u8]) -> mail_parser::Message<'_> {
    MessageParser::default()
        .parse_headers(header)
        .unwrap_or_default()
}

fn content_type<'m>(message: &'m mail_parser::Message<'_>) -> Option<&'m ContentType<'m>> {
    if message.parts.is_empty() {
        return None;
    }
    message.content_type()
}

fn is(kind: &ContentType<'_>, ctype: &str, subtype: Option<&str>) -> bool {
    kind.ctype().eq_ignore_ascii_case(ctype)
        && subtype.is_none_or(|s| kind.subtype().is_some_and(|k| k.eq_ignore_ascii_case(s)))
}

fn parameters(kind: Option<&ContentType<'_>>) -> Vec<(IString<'static>, IString<'static>)> {
    kind.and_then(|k| k.attributes())
        .unwrap_or_default()
        .iter()
        .map(|a| (istring(&a.name), istring(&a.value)))
        .collect()
}

fn istring(text: &str) -> IString<'static> {
    // Only NUL cannot be written at all.
    let text = text.replace('\0', "");
    IString::try_from(text).unwrap_or_else(|_| IString::Literal(Literal::unvalidated(Vec::new())))
}

fn nstring(text: Option<&str>) -> NString<'static> {
    NString(text.map(istring))
}

fn addresses(list: Option<&mail_parser::Address<'_>>) -> Vec<Address<'static>> {
    list.into_iter()
        .flat_map(|list| list.iter())
        .filter_map(|one| {
            let (mailbox, host) = one.address()?.rsplit_once('@')?;
            Some(Address {
                name: nstring(one.name().map(encoded_word).as_deref()),
                adl: NString(None),
                mailbox: nstring(Some(mailbox)),
                host: nstring(Some(host)),
            })
        })
        .collect()
}

/// RFC 2047, for what is not ASCII.
fn encoded_word(text: &str) -> String {
    use base64::Engine;
    if text.is_ascii() {
        return text.to_owned();
    }
    let coded = base64::engine::general_purpose::STANDARD.encode(text);
    format!("=?UTF-8?B?{coded}?=")
}

/// The header with its empty line, and the rest.
#[must_use]
pub fn cut_header(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    while let Some(line) = bytes.get(start..).filter(|l| !l.is_empty()) {
        let end = start
            + line
                .iter()
                .position(|b| *b == b'\n')
                .map_or(line.len(), |at| at + 1);
        let empty = bytes
            .get(start..end)
            .is_some_and(|l| l.trim_ascii().is_empty());
        start = end;
        if empty {
            break;
        }
    }
    bytes.split_at(start.min(bytes.len()))
}

/// The parts between the delimiter lines (RFC 2046 §5.1.1); the line end before a delimiter
/// belongs to it.
fn cut_parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(delimiter.as_bytes()) else {
            continue;
        };
        let rest = rest.trim_ascii_end();
        let last = rest.starts_with(b"--");
        if !last && !rest.is_empty() {
            continue;
        }
        if let Some(from) = open.take() {
            let part = body.get(from..start).unwrap_or_default();
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            parts.push(part.strip_suffix(b"\r").unwrap_or(part));
        }
        if last {
            return parts;
        }
        open = Some(at);
    }
    // No closing delimiter: what there is.
    parts.extend(open.and_then(|from| body.get(from..)));
    parts
}

/// Name and lines of each field, in order.
pub fn fields(header: &[u8]) -> Vec<(String, &[u8])> {
    let mut fields: Vec<(String, usize, usize)> = Vec::new();
    let mut at = 0;
    for line in header.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some(field) = fields.last_mut() {
                field.2 = at;
            }
        } else if let Some(colon) = line.iter().position(|b| *b == b':') {
            let name = line.get(..colon).unwrap_or_default().trim_ascii();
            fields.push((String::from_utf8_lossy(name).into_owned(), start, at));
        }
    }
    fields
        .into_iter()
        .filter_map(|(name, start, end)| Some((name, header.get(start..end)?)))
        .collect()
}

/// The first field of this name, unfolded and otherwise as it stands.
#[must_use]
pub fn raw_field(header: &[u8], name: &str) -> Option<String> {
    let (_, lines) = fields(header)
        .into_iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))?;
    let text = String::from_utf8_lossy(lines);
    let (_, value) = text.split_once(':')?;
    Some(
        value
            .replace("\r\n", "")
            .replace('\n', "")
            .trim()
            .to_owned(),
    )
}

#[cfg(test)]
#[path = "structure_tests.rs"]
mod tests;
