//! Writing IMAP strings by hand, for the lines that need no codec.

use std::fmt::Write;

/// `"INBOX"`: quoted where it can be, else a literal (RFC 3501 §4.3).
#[must_use]
pub fn string(text: &str) -> String {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        format!("{{{}}}\r\n{text}", text.len())
    }
}

/// `1:3,7` from ascending numbers. Empty from none.
#[must_use]
pub fn number_set(numbers: &[u32]) -> String {
    let mut text = String::new();
    let mut run: Option<(u32, u32)> = None;
    let put = |text: &mut String, (a, b): (u32, u32)| {
        let comma = if text.is_empty() { "" } else { "," };
        let _ = if a == b {
            write!(text, "{comma}{a}")
        } else {
            write!(text, "{comma}{a}:{b}")
        };
    };
    for &n in numbers {
        run = match run {
            Some((a, b)) if b.checked_add(1) == Some(n) => Some((a, n)),
            Some(done) => {
                put(&mut text, done);
                Some((n, n))
            }
            None => Some((n, n)),
        };
    }
    if let Some(done) = run {
        put(&mut text, done);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_become_a_range() {
        assert_eq!(number_set(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(number_set(&[]), "");
        assert_eq!(number_set(&[u32::MAX]), "4294967295");
    }

    #[test]
    fn a_name_that_cannot_be_quoted_is_a_literal() {
        assert_eq!(string("Send \"now\""), "\"Send \\\"now\\\"\"");
        assert_eq!(string("Entwürfe"), "{9}\r\nEntwürfe");
    }
}
