//! From a finished text to the bytes of a message: header and transfer encoding.

use super::{Letter, MARK};
use crate::Timestamp;
use crate::mail::{Address, MessageId, Person};
use chrono::{FixedOffset, Offset, Utc};
use lettre::message::Body;
use lettre::message::header::{ContentTransferEncoding, HeaderName, HeaderValue, Headers};
use lettre::message::{Mailbox, Mailboxes, header};

/// Lines are wrapped at this many characters.
pub(super) const WIDTH: usize = 74;

/// What one letter is made of.
pub(super) struct Sheet<'a> {
    pub from: Person,
    pub to: Person,
    pub subject: String,
    pub text: String,
    pub message_id: &'a MessageId,
    pub in_reply_to: Option<&'a MessageId>,
    /// What the mark says; it tells nothing of the matter.
    pub mark: &'static str,
    /// Further fields, ASCII.
    pub extra: &'static [(&'static str, &'static str)],
    pub at: Timestamp,
    /// Seconds east of UTC.
    pub utc_offset: i32,
}

/// Composes the message: ASCII header (RFC 5322, RFC 2047), one text/plain part, 7bit where the
/// text is ASCII, else quoted-printable; CRLF, no line over 998 octets.
///
/// From and To go through lettre's own header types. An address that lettre's grammar does not
/// take (`a..b@…` of some phone carriers) is written as it stands: ours has refused brackets,
/// white space and control characters already. `Date` is ours because lettre always writes +0000.
pub(super) fn seal(sheet: Sheet<'_>) -> Letter {
    let subject = one_line(&sheet.subject);
    let text = wrap(&sheet.text);
    let zone = FixedOffset::east_opt(sheet.utc_offset).unwrap_or_else(|| Utc.fix());
    let mut headers = Headers::new();
    headers.set(header::Subject::from(subject.clone()));
    raw(&mut headers, "Message-ID", &sheet.message_id.to_string());
    if let Some(id) = sheet.in_reply_to {
        raw(&mut headers, "In-Reply-To", &id.to_string());
        raw(&mut headers, "References", &id.to_string());
    }
    raw(&mut headers, MARK, sheet.mark);
    for (name, value) in sheet.extra {
        raw(&mut headers, name, value);
    }
    raw(&mut headers, "MIME-Version", "1.0");
    raw(&mut headers, "Content-Type", "text/plain; charset=utf-8");
    let crlf = text.replace('\n', "\r\n");
    let (encoding, body) = if crlf.is_ascii() {
        ("7bit", crlf)
    } else {
        match Body::new_with_encoding(crlf.clone(), ContentTransferEncoding::QuotedPrintable) {
            Ok(body) => (
                "quoted-printable",
                String::from_utf8_lossy(&body.into_vec()).into_owned(),
            ),
            Err(_) => ("8bit", crlf),
        }
    };
    raw(&mut headers, "Content-Transfer-Encoding", encoding);
    let mut bytes = format!("Date: {}\r\n", sheet.at.with_timezone(&zone).to_rfc2822());
    bytes.push_str(&mailbox_line("From", &sheet.from));
    bytes.push_str(&mailbox_line("To", &sheet.to));
    bytes.push_str(&headers.to_string());
    bytes.push_str("\r\n");
    bytes.push_str(&body);
    Letter {
        message_id: sheet.message_id.clone(),
        to: sheet.to.address,
        subject,
        text,
        bytes,
    }
}

fn raw(headers: &mut Headers, name: &str, value: &str) {
    if let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) {
        headers.insert_raw(HeaderValue::dangerous_new_pre_encoded(
            name,
            value.to_owned(),
            value.to_owned(),
        ));
    }
}

fn mailbox_line(field: &str, person: &Person) -> String {
    let name = person
        .name
        .as_deref()
        .map(one_line)
        .filter(|n| !n.is_empty());
    match lettre_address(&person.address) {
        Some(address) => {
            let mut headers = Headers::new();
            let boxes = Mailboxes::new().with(Mailbox::new(name, address));
            if field == "From" {
                headers.set(header::From::from(boxes));
            } else {
                headers.set(header::To::from(boxes));
            }
            headers.to_string()
        }
        None => format!("{field}: <{}>\r\n", person.address),
    }
}

/// lettre would write an address with letters beyond ASCII as an encoded word, which is none.
fn lettre_address(address: &Address) -> Option<lettre::Address> {
    address
        .as_str()
        .is_ascii()
        .then(|| address.as_str().parse().ok())
        .flatten()
}

/// One line without control characters, so that no field can grow a second one.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| {
            if c.is_control() || super::names::is_invisible(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Wraps long lines, tidies blank ones, and ends with one line end. A no-break space keeps its
/// neighbours on one line and is written as a plain one. Continued lines keep their indent.
pub(super) fn wrap(text: &str) -> String {
    wrap_at(text, WIDTH)
}

/// The same, narrower.
pub(super) fn wrap_at(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut blank = 1;
    for line in text.lines() {
        let line = line.trim_end_matches([' ', '\t', '\r']);
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if blank > 0 && !out.is_empty() {
            out.push('\n');
        }
        blank = 0;
        let indent: String = line.chars().take_while(|c| " >".contains(*c)).collect();
        let hang = if line[indent.len()..].starts_with("- ") {
            "  "
        } else {
            ""
        };
        let mut length = 0;
        for (i, word) in line[indent.len()..]
            .split(' ')
            .filter(|w| !w.is_empty())
            .enumerate()
        {
            let wide = word.chars().count();
            if i == 0 {
                out.push_str(&indent);
                length = indent.chars().count() + wide;
            } else if length + 1 + wide > width {
                out.push('\n');
                out.push_str(&indent);
                out.push_str(hang);
                length = indent.chars().count() + hang.len() + wide;
            } else {
                out.push(' ');
                length += 1 + wide;
            }
            out.push_str(&word.replace('\u{a0}', " "));
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet<'a>(subject: &str, text: &str, id: &'a MessageId) -> Sheet<'a> {
        Sheet {
            from: Person {
                name: Some("Alex Rivera".to_owned()),
                address: Address::new("alex@example.org").expect("an address"),
            },
            to: Person {
                name: Some("Rachel Winters".to_owned()),
                address: Address::new("rachel@studio.example").expect("an address"),
            },
            subject: subject.to_owned(),
            text: text.to_owned(),
            message_id: id,
            in_reply_to: None,
            mark: "ask",
            extra: &[],
            at: "2026-03-04T08:14:00Z".parse().expect("a time"),
            utc_offset: 3600,
        }
    }

    fn id() -> MessageId {
        MessageId::new("k3v9@example.org").expect("an id")
    }

    #[test]
    fn an_ascii_letter_is_seven_bit_and_says_when_in_the_writers_own_zone() {
        let id = id();
        let letter = seal(sheet("A question", "Hi Rachel,\n\nwell?\n", &id));
        let (head, body) = letter.bytes.split_once("\r\n\r\n").expect("a header");
        assert_eq!(
            head,
            "Date: Wed, 4 Mar 2026 09:14:00 +0100\r\n\
             From: \"Alex Rivera\" <alex@example.org>\r\n\
             To: \"Rachel Winters\" <rachel@studio.example>\r\n\
             Subject: A question\r\n\
             Message-ID: <k3v9@example.org>\r\n\
             X-Askfirst: ask\r\n\
             MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 7bit"
        );
        assert_eq!(body, "Hi Rachel,\r\n\r\nwell?\r\n");
    }

    #[test]
    fn other_alphabets_travel_encoded() {
        let id = id();
        let mut made = sheet("Darf ich dich mit Jörg bekannt machen?", "Grüße\n", &id);
        made.to.name = Some("Jürgen Weiß".to_owned());
        let letter = seal(made);
        assert!(letter.bytes.is_ascii());
        assert!(
            letter
                .bytes
                .contains("Content-Transfer-Encoding: quoted-printable\r\n")
        );
        assert!(letter.bytes.ends_with("\r\n\r\nGr=C3=BC=C3=9Fe\r\n"));
        let read = mail_parser::MessageParser::default()
            .parse(letter.bytes.as_bytes())
            .expect("a message");
        assert_eq!(read.subject(), Some(letter.subject.as_str()));
        assert_eq!(read.body_text(0).as_deref(), Some("Grüße\r\n"));
    }

    #[test]
    fn x5_no_field_grows_a_second_one() {
        let id = id();
        let mut made = sheet("Hello\r\nBcc: eve@example.net", "x\n", &id);
        made.to.name = Some("Rachel\r\nCc: eve@example.net".to_owned());
        made.from.name = Some("Alex\u{0}\nX: y".to_owned());
        let letter = seal(made);
        let (head, _) = letter.bytes.split_once("\r\n\r\n").expect("a header");
        for line in head.split("\r\n") {
            let lower = line.to_lowercase();
            assert!(
                !lower.starts_with("bcc") && !lower.starts_with("cc") && !lower.starts_with("x:")
            );
        }
        assert_eq!(
            head.split("\r\n").filter(|l| !l.starts_with(' ')).count(),
            9
        );
    }

    #[test]
    fn an_address_that_lettre_does_not_take_is_written_as_it_stands() {
        let id = id();
        let mut made = sheet("x", "x\n", &id);
        made.to.address = Address::new("a..b@carrier.example").expect("an address");
        assert!(seal(made).bytes.contains("To: <a..b@carrier.example>\r\n"));
    }

    #[test]
    fn long_lines_are_wrapped_and_glued_words_stay_together() {
        let long = format!("- {}\"yes\"\u{a0}is\u{a0}all end", "word ".repeat(14));
        let text = wrap(&long);
        assert_eq!(text.lines().nth(1), Some("  \"yes\" is all end"));
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH));
        assert_eq!(wrap("\n\na\n\n\n\nb"), "a\n\nb\n");
    }
}
