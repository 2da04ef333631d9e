//! A header block as raw fields: where each begins and ends, and nothing understood yet.
//!
//! The release edits by these offsets, so that every byte it does not mean to change stays.

use std::ops::Range;

/// One field as it stands in the message.
#[derive(Clone, Debug)]
pub(super) struct RawField<'a> {
    /// Without the colon and the white space that obsolete syntax allows before it (RFC 5322 §4.5.8).
    pub name: &'a str,
    /// After the colon, folded lines and final line end included.
    pub value: &'a [u8],
    /// From the first letter of the name to the last byte of the final line end.
    pub span: Range<usize>,
}

impl RawField<'_> {
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A header block taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Header<'a> {
    pub fields: Vec<RawField<'a>>,
    /// Where the header's last line ends: the offset of the empty line, or of the end of the message.
    pub end: usize,
    /// Where the body begins, after the empty line.
    pub body: usize,
    /// There is an empty line.
    pub closed: bool,
    /// Lines that are neither a field nor part of one.
    pub strange_lines: usize,
}

/// Takes the header block apart. Lines end in CRLF or LF; the first empty one ends the header.
pub(super) fn split(bytes: &[u8]) -> Header<'_> {
    let mut header = Header::default();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let line = rest.get(..length).unwrap_or_default();
        let next = at + length;
        if line == b"\n" || line == b"\r\n" {
            header.end = at;
            header.body = next;
            header.closed = true;
            return header;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) {
            // The folded rest of the field before.
            match header.fields.last_mut() {
                Some(field) if field.span.end == at => {
                    let begins = at - field.value.len();
                    field.value = bytes.get(begins..next).unwrap_or_default();
                    field.span.end = next;
                }
                _ => header.strange_lines += 1,
            }
        } else if let Some((name, value)) = name_and_value(line) {
            header.fields.push(RawField {
                name,
                value,
                span: at..next,
            });
        } else {
            header.strange_lines += 1;
        }
        at = next;
    }
    header.end = bytes.len();
    header.body = bytes.len();
    header
}

fn name_and_value(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = line.iter().position(|&b| b == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    // RFC 5322 §3.6.8: printable US-ASCII but for the colon. The “From ” line of an mbox has blanks.
    if name.is_empty() || !name.iter().all(|b| (33..=126).contains(b)) {
        return None;
    }
    Some((std::str::from_utf8(name).ok()?, line.get(colon + 1..)?))
}
