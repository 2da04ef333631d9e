//! The few header changes of a release; every other byte untouched.

use super::MessageId;
use super::fields::{Header, RawField, split};
use super::parse::{content_type_of, date_of};
use crate::Timestamp;
use chrono::FixedOffset;

/// Fields that mean something in a draft only (PRODUCT “Releasing”); lower case.
const DRAFT_ONLY: &[&str] = &[
    "bcc",
    "fcc",
    "x-account-key",
    "x-gmail-draft-id",
    "x-identity-key",
    "x-mozilla-draft-info",
    "x-mozilla-keys",
    "x-mozilla-status",
    "x-mozilla-status2",
    "x-uniform-type-identifier",
    "x-universally-unique-identifier",
    "x-unsent",
];

/// The same, for whole families of fields.
const DRAFT_ONLY_FAMILIES: &[&str] = &[
    "x-mutt-",
    "x-kmail-",
    "x-evolution-",
    "x-apple-",
    "x-send-later-",
];

/// The bytes that leave (PRODUCT “Releasing”): `Date` renewed in its own UTC offset unless the
/// message is signed, encrypted or has a DKIM-Signature; `Bcc` and draft-only fields taken out;
/// a Message-ID put in where there was none.
#[must_use]
pub fn for_release(original: &[u8], at: Timestamp, message_id: &MessageId) -> Vec<u8> {
    let header = split(original);
    if header.fields.is_empty() && header.end > 0 {
        // No header at all: it gets one, and everything that is there is its body.
        let date = at.format("%a, %d %b %Y %H:%M:%S +0000");
        let head = format!("Date: {date}\r\nMessage-ID: {message_id}\r\n\r\n");
        return [head.as_bytes(), original].concat();
    }
    let line_end = line_end(original, &header);
    let sealed = is_sealed(&header);
    let mut out = Vec::with_capacity(original.len() + 200);
    let mut copied = 0;
    let (mut has_date, mut has_id) = (false, false);
    for field in &header.fields {
        let replacement = if is_draft_only(field.name) {
            Some(String::new())
        } else if field.is("Date") && !sealed {
            // RFC 5322 §3.6 wants exactly one.
            let first = !std::mem::replace(&mut has_date, true);
            Some(if first {
                format!("{}: {}{line_end}", field.name, date_in(field, at))
            } else {
                String::new()
            })
        } else {
            has_date |= field.is("Date");
            has_id |= field.is("Message-ID") && MessageId::new(&lossy(field)).is_some();
            None
        };
        if let Some(text) = replacement {
            out.extend_from_slice(slice(original, copied, field.span.start));
            out.extend_from_slice(text.as_bytes());
            copied = field.span.end;
        }
    }
    out.extend_from_slice(slice(original, copied, header.end));
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.extend_from_slice(line_end.as_bytes());
    }
    if !has_date {
        let date = at.format("%a, %d %b %Y %H:%M:%S +0000");
        out.extend_from_slice(format!("Date: {date}{line_end}").as_bytes());
    }
    if !has_id {
        out.extend_from_slice(format!("Message-ID: {message_id}{line_end}").as_bytes());
    }
    out.extend_from_slice(slice(original, header.end, original.len()));
    out
}

/// The user's own record for Sent: the released bytes plus the original's `Bcc` line(s).
#[must_use]
pub fn for_sent(released: &[u8], original: &[u8]) -> Vec<u8> {
    let header = split(released);
    if header.fields.iter().any(|f| f.is("Bcc")) {
        return released.to_vec();
    }
    let mut out = slice(released, 0, header.end).to_vec();
    for field in split(original).fields.iter().filter(|f| f.is("Bcc")) {
        out.extend_from_slice(slice(original, field.span.start, field.span.end));
        if !out.ends_with(b"\n") {
            out.extend_from_slice(line_end(released, &header).as_bytes());
        }
    }
    out.extend_from_slice(slice(released, header.end, released.len()));
    out
}

/// Whether [`for_sent`] would add anything.
#[must_use]
pub fn has_bcc(original: &[u8]) -> bool {
    split(original).fields.iter().any(|f| f.is("Bcc"))
}

/// The octets of the header, without the empty line behind it.
#[must_use]
pub fn header_length(original: &[u8]) -> usize {
    split(original).end
}

fn is_draft_only(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    DRAFT_ONLY.contains(&name.as_str())
        || DRAFT_ONLY_FAMILIES
            .iter()
            .any(|family| name.starts_with(family))
}

/// A signature may cover the Date (RFC 9788 for S/MIME and OpenPGP, RFC 6376 for DKIM).
fn is_sealed(header: &Header<'_>) -> bool {
    let kind = header
        .fields
        .iter()
        .rfind(|f| f.is("Content-Type"))
        .map(|f| content_type_of(f.value))
        .unwrap_or_default();
    matches!(
        kind.as_str(),
        "multipart/signed"
            | "multipart/encrypted"
            | "application/pkcs7-mime"
            | "application/x-pkcs7-mime"
    ) || header.fields.iter().any(|f| f.is("DKIM-Signature"))
}

fn date_in(field: &RawField<'_>, at: Timestamp) -> String {
    let offset = date_of(field.value).map_or(0, |(_, offset)| offset);
    FixedOffset::east_opt(offset).map_or_else(
        || at.format("%a, %d %b %Y %H:%M:%S +0000").to_string(),
        |zone| {
            at.with_timezone(&zone)
                .format("%a, %d %b %Y %H:%M:%S %z")
                .to_string()
        },
    )
}

fn line_end(bytes: &[u8], header: &Header<'_>) -> &'static str {
    let head = slice(bytes, 0, header.body);
    if head.windows(2).any(|w| w == b"\r\n") || !head.contains(&b'\n') {
        "\r\n"
    } else {
        "\n"
    }
}

fn lossy(field: &RawField<'_>) -> String {
    String::from_utf8_lossy(field.value).into_owned()
}

fn slice(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    bytes.get(from..to).unwrap_or_default()
}
