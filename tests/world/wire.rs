//! Raw messages, read by somebody who is not askfirst.

/// Header fields with their own bytes (folded lines and CRLF kept), and the body behind the blank line.
pub fn cut(raw: &[u8]) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut fields: Vec<Vec<u8>> = Vec::new();
    let mut rest = raw;
    while !rest.is_empty() {
        let end = rest
            .iter()
            .position(|b| *b == b'\n')
            .map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        match fields.last_mut() {
            Some(last) if line[0] == b' ' || line[0] == b'\t' => last.extend(line),
            _ => fields.push(line.to_vec()),
        }
    }
    (fields, rest.to_vec())
}

fn name(field: &[u8]) -> String {
    let end = field.iter().position(|b| *b == b':').unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).trim().to_owned()
}

/// The first field of that name, unfolded.
pub fn field(raw: &[u8], wanted: &str) -> Option<String> {
    let (fields, _) = cut(raw);
    let found = fields
        .iter()
        .find(|f| name(f).eq_ignore_ascii_case(wanted))?;
    let text = String::from_utf8_lossy(found).replace("\r\n", "");
    Some(text.split_once(':')?.1.trim().to_owned())
}

/// The message without these fields; every other byte as it was.
pub fn without(raw: &[u8], names: &[&str]) -> Vec<u8> {
    let (fields, body) = cut(raw);
    let mut left: Vec<u8> = fields
        .into_iter()
        .filter(|f| !names.iter().any(|n| name(f).eq_ignore_ascii_case(n)))
        .flatten()
        .collect();
    left.extend(b"\r\n");
    left.extend(body);
    left
}

/// What the mail servers on the way have put on top is taken off.
pub fn untraced(raw: &[u8]) -> Vec<u8> {
    let (fields, body) = cut(raw);
    let trace = ["Return-Path", "Delivered-To", "Received", "X-Original-To"];
    let mut left: Vec<u8> = fields
        .into_iter()
        .skip_while(|f| trace.iter().any(|n| name(f).eq_ignore_ascii_case(n)))
        .flatten()
        .collect();
    left.extend(b"\r\n");
    left.extend(body);
    left
}

/// Byte for byte, shown as text where they differ.
#[track_caller]
pub fn assert_same(got: &[u8], wanted: &[u8], what: &str) {
    assert!(
        got == wanted,
        "{what} differs.\n--- got\n{}\n--- wanted\n{}",
        String::from_utf8_lossy(got).escape_debug(),
        String::from_utf8_lossy(wanted).escape_debug()
    );
}
