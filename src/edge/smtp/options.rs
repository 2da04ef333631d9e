//! ESMTP parameters: what the server offers, and what may be asked of it.

use super::reply::Reply;
use super::transaction::Facts;
use crate::mail::Address;
use crate::port::{Envelope, SendError};

/// The extensions in an EHLO reply (RFC 5321 §4.1.1.1).
#[derive(Clone, Debug, Default)]
pub struct Offer(Vec<String>);

impl Offer {
    pub fn of(hello: &Reply) -> Self {
        Self(
            hello
                .lines
                .iter()
                .skip(1)
                .filter_map(|line| line.split([' ', '=']).next())
                .map(str::to_ascii_uppercase)
                .collect(),
        )
    }

    pub fn has(&self, extension: &str) -> bool {
        self.0.iter().any(|offered| offered == extension)
    }

    /// Whether an option that the client once gave can be given again. Of those whose extension
    /// is known it depends on the offer; unknown ones are for the server to judge.
    fn takes(&self, option: &str) -> bool {
        let keyword = option.split('=').next().unwrap_or_default();
        match keyword.to_ascii_uppercase().as_str() {
            "RET" | "ENVID" | "NOTIFY" | "ORCPT" => self.has("DSN"),
            "AUTH" => self.has("AUTH"),
            "BY" => self.has("DELIVERBY"),
            "MT-PRIORITY" => self.has("MT-PRIORITY"),
            // Said afresh for the bytes that go out now.
            "SIZE" | "BODY" | "SMTPUTF8" => false,
            _ => is_option(option),
        }
    }
}

/// The grammar of RFC 5321 §4.1.2 (esmtp-param): above all, no blank and no line end in it.
fn is_option(option: &str) -> bool {
    let (keyword, value) = option.split_once('=').unwrap_or((option, "-"));
    !keyword.is_empty()
        && keyword
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !value.is_empty()
        && value.bytes().all(|b| b.is_ascii_graphic())
}

/// `MAIL FROM:<…> …`.
///
/// # Errors
/// When the message needs what the server does not offer.
pub fn mail(envelope: &Envelope, facts: &Facts, offer: &Offer) -> Result<String, SendError> {
    let from = envelope.from.as_ref().map(path).transpose()?;
    let mut command = format!("MAIL FROM:<{}>", from.as_deref().unwrap_or_default());
    for option in &envelope.mail_options {
        if offer.takes(option) && is_option(option) {
            command.push_str(&format!(" {option}"));
        }
    }
    if facts.eight_bit {
        if !offer.has("8BITMIME") {
            return Err(cannot(
                "the message is 8-bit, and the server takes only 7 (no 8BITMIME)",
            ));
        }
        command.push_str(" BODY=8BITMIME");
    }
    let asked_for = envelope
        .mail_options
        .iter()
        .any(|option| option.eq_ignore_ascii_case("SMTPUTF8"));
    let mut needed = !command.is_ascii();
    for to in &envelope.to {
        needed |= !path(to)?.is_ascii();
    }
    if needed && !offer.has("SMTPUTF8") {
        return Err(cannot(
            "an address is not ASCII, and the server takes no such (no SMTPUTF8)",
        ));
    }
    if needed || (asked_for && offer.has("SMTPUTF8")) {
        command.push_str(" SMTPUTF8");
    }
    if offer.has("SIZE") {
        command.push_str(&format!(" SIZE={}", facts.length));
    }
    Ok(command + "\r\n")
}

/// `RCPT TO:<…> …`.
pub fn rcpt(to: &Address, options: &[String], offer: &Offer) -> Result<String, SendError> {
    let mut command = format!("RCPT TO:<{}>", path(to)?);
    for option in options {
        if offer.takes(option) && is_option(option) {
            command.push_str(&format!(" {option}"));
        }
    }
    Ok(command + "\r\n")
}

/// As written; an international domain in its ASCII form where that is enough.
fn path(address: &Address) -> Result<String, SendError> {
    let text = address.as_str();
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '<' || c == '>')
    {
        return Err(cannot("an address holds what no address may"));
    }
    if !text.is_ascii() && address.local().is_ascii() && address.domain().is_ascii() {
        return Ok(format!("{}@{}", address.local(), address.domain()));
    }
    Ok(text.to_owned())
}

/// It never will be taken as it is; nobody was told of it.
pub fn cannot(why: &str) -> SendError {
    SendError::Refused {
        code: 554,
        reply: format!("not handed over: {why}"),
        recipient: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::smtp::transaction::Content;

    fn mail(envelope: &Envelope, bytes: &[u8], offer: &Offer) -> Result<String, SendError> {
        let facts = Facts::of(&mut Content::Memory(bytes)).unwrap();
        super::mail(envelope, &facts, offer)
    }

    fn offer(extensions: &[&str]) -> Offer {
        Offer(extensions.iter().map(|e| (*e).to_owned()).collect())
    }

    fn envelope(from: &str, options: &[&str]) -> Envelope {
        Envelope {
            from: Some(Address::new(from).unwrap()),
            to: vec![Address::new("rachel@north.example").unwrap()],
            mail_options: options.iter().map(|o| (*o).to_owned()).collect(),
            rcpt_options: Vec::new(),
        }
    }

    #[test]
    fn options_are_replayed_as_far_as_they_are_offered() {
        let given = &["RET=HDRS", "ENVID=QQ+2B1", "BODY=7BIT", "SIZE=1", "X-OWN=a"];
        let all = offer(&["DSN", "SIZE", "8BITMIME", "SMTPUTF8"]);
        assert_eq!(
            mail(&envelope("alex@example.org", given), b"Hi\r\n", &all).unwrap(),
            "MAIL FROM:<alex@example.org> RET=HDRS ENVID=QQ+2B1 X-OWN=a SIZE=4\r\n"
        );
        assert_eq!(
            mail(&envelope("alex@example.org", given), b"Hi\r\n", &offer(&[])).unwrap(),
            "MAIL FROM:<alex@example.org> X-OWN=a\r\n"
        );
    }

    #[test]
    fn nothing_is_smuggled_in_an_option() {
        let given = &["X=a\r\nRCPT TO:<eve@example.net>", "X Y", "=", "X="];
        assert_eq!(
            mail(&envelope("alex@example.org", given), b"Hi\r\n", &offer(&[])).unwrap(),
            "MAIL FROM:<alex@example.org>\r\n"
        );
    }

    #[test]
    fn what_the_message_needs_is_said_or_the_message_refused() {
        let alex = envelope("alex@example.org", &[]);
        let eight = "Grüße\r\n".as_bytes();
        assert_eq!(
            mail(&alex, eight, &offer(&["8BITMIME"])).unwrap(),
            "MAIL FROM:<alex@example.org> BODY=8BITMIME\r\n"
        );
        assert!(mail(&alex, eight, &offer(&[])).is_err());
        let zoe = envelope("zoë@example.org", &[]);
        assert_eq!(
            mail(&zoe, b"Hi\r\n", &offer(&["SMTPUTF8"])).unwrap(),
            "MAIL FROM:<zoë@example.org> SMTPUTF8\r\n"
        );
        assert!(mail(&zoe, b"Hi\r\n", &offer(&[])).is_err());
        let host = envelope("alex@bücher.example", &[]);
        assert_eq!(
            mail(&host, b"Hi\r\n", &offer(&[])).unwrap(),
            "MAIL FROM:<alex@xn--bcher-kva.example>\r\n"
        );
    }
}
