//! Delivery reports: RFC 3464, and those that servers write in their own way.

use super::words::fold_line;
use crate::mail::{Address, Message, MessageId};
use mail_parser::{MessageParser, MimeHeaders};

/// What a report says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bounce {
    pub failed: bool,
    pub recipients: Vec<Address>,
    pub original_ids: Vec<MessageId>,
}

/// Reads a delivery report; `None` when the message is none.
#[must_use]
pub fn read(bytes: &[u8], message: &Message) -> Option<Bounce> {
    let kind = message
        .value("Content-Type")
        .unwrap_or("")
        .to_ascii_lowercase();
    let standard = (message.content_type == "multipart/report" && kind.contains("delivery-status"))
        || message.attachments.iter().any(|a| {
            matches!(
                a.content_type.as_str(),
                "message/delivery-status" | "message/global-delivery-status"
            )
        });
    if !standard && !is_homemade(message) {
        return None;
    }
    let mut bounce = Bounce::default();
    let mut status = None;
    if let Some(parsed) = MessageParser::default().parse(bytes) {
        for part in parsed.parts.iter().take(200) {
            let Some(ct) = part.content_type() else {
                continue;
            };
            let full =
                format!("{}/{}", ct.ctype(), ct.subtype().unwrap_or("")).to_ascii_lowercase();
            match full.as_str() {
                "message/delivery-status" | "message/global-delivery-status" => {
                    status = Some(String::from_utf8_lossy(part.contents()).into_owned());
                }
                "text/rfc822-headers"
                | "message/rfc822"
                | "message/global"
                | "message/rfc822-headers"
                | "message/global-headers" => {
                    let raw = match part.message() {
                        Some(inner) => String::from_utf8_lossy(inner.raw_message()).into_owned(),
                        None => String::from_utf8_lossy(part.contents()).into_owned(),
                    };
                    ids_in(&raw, &mut bounce.original_ids);
                }
                _ => {}
            }
        }
    }
    match status {
        Some(status) => read_status(&status, &mut bounce),
        None => read_prose(message, &mut bounce),
    }
    if bounce.original_ids.is_empty() {
        ids_in(&message.text, &mut bounce.original_ids);
    }
    for id in message.in_reply_to.iter().chain(&message.references) {
        if !bounce.original_ids.contains(id) {
            bounce.original_ids.push(id.clone());
        }
    }
    Some(bounce)
}

/// RFC 3464 §2.3: one group of fields for each recipient.
fn read_status(status: &str, bounce: &mut Bounce) {
    let status = status
        .replace("\r\n", "\n")
        .replace("\n ", " ")
        .replace("\n\t", " ");
    let mut failed = Vec::new();
    let mut others = Vec::new();
    for group in status.split("\n\n") {
        let field = |name: &str| {
            group.lines().find_map(|l| {
                let (n, v) = l.split_once(':')?;
                n.trim()
                    .eq_ignore_ascii_case(name)
                    .then(|| v.trim().to_owned())
            })
        };
        let recipients: Vec<Address> = ["Final-Recipient", "Original-Recipient"]
            .iter()
            .filter_map(|f| field(f))
            .filter_map(|v| address(v.split_once(';').map_or(v.as_str(), |(_, a)| a)))
            .collect();
        if recipients.is_empty() {
            continue;
        }
        let action = field("Action").unwrap_or_default().to_ascii_lowercase();
        let code = field("Status").unwrap_or_default();
        let final_failure =
            action.starts_with("fail") || (action.is_empty() && code.starts_with('5'));
        let list = if final_failure {
            &mut failed
        } else {
            &mut others
        };
        for r in recipients {
            if !list.contains(&r) {
                list.push(r);
            }
        }
    }
    bounce.failed = !failed.is_empty();
    bounce.recipients = if bounce.failed { failed } else { others };
}

const DAEMONS: &[&str] = &[
    "mailer-daemon",
    "mailerdaemon",
    "postmaster",
    "mail-daemon",
    "mailsystem",
    "microsoftexchange",
];

#[rustfmt::skip]
const SUBJECTS: &[&str] = &[
    "undeliver", "delivery status notification", "delivery failure", "delivery has failed",
    "mail delivery failed", "failure notice", "returned mail", "mail delivery system", "delivery delayed",
    "delayed mail", "warning: could not send", "warning: message", "message delivery", "unzustellbar",
    "nicht zustellbar", "zustellung fehlgeschlagen", "non remis", "échec de la remise", "non distribuable",
    "no se puede entregar", "no se ha podido entregar", "notificación de estado de entrega", "não entregue",
    "não foi possível entregar", "non recapitabile", "mancata consegna", "onbestelbaar", "niet bezorgd",
    "mail could not be delivered", "nondeliverable", "rejected:", "address not found",
];

#[rustfmt::skip]
const DELAY: &[&str] = &[
    "delay", "will be retried", "will retry", "still trying", "keep trying", "no action is required",
    "you do not need to resend", "do not need to resend", "has not yet been delivered", "warning: could not send",
    "verzögert", "retardé", "retrasad", "atrasad", "ritardo", "vertraagd",
];

fn is_homemade(message: &Message) -> bool {
    if message.value("X-Failed-Recipients").is_some() {
        return true;
    }
    let daemon = message.from.iter().any(|p| {
        DAEMONS
            .iter()
            .any(|d| p.address.local().to_ascii_lowercase().starts_with(d))
    }) || message
        .value("From")
        .is_some_and(|f| f.to_ascii_lowercase().contains("mailer-daemon"));
    let null = message
        .value("Return-Path")
        .is_some_and(|v| v.trim() == "<>");
    let subject = fold_line(&message.subject);
    let told = SUBJECTS.iter().any(|s| subject.contains(s));
    let text = fold_line(&message.text.chars().take(4000).collect::<String>());
    let body = [
        "could not be delivered",
        "couldn't be delivered",
        "wasn't able to deliver",
        "was not able to deliver",
        "unable to deliver",
        "permanent error",
        "delivery to the following",
        "did not reach",
        "550 5.",
        "konnte nicht zugestellt",
        "n'a pas pu être remis",
        "no se pudo entregar",
        "no se ha entregado",
        "non è stato possibile recapitare",
        "kon niet worden bezorgd",
        "não pôde ser entregue",
    ]
    .iter()
    .any(|b| text.contains(b));
    daemon && (told || body) || (null && told && body)
}

fn read_prose(message: &Message, bounce: &mut Bounce) {
    let text = fold_line(&message.text.chars().take(8000).collect::<String>());
    let subject = fold_line(&message.subject);
    bounce.failed = !DELAY
        .iter()
        .any(|d| subject.contains(d) || text.contains(d));
    if let Some(named) = message.value("X-Failed-Recipients") {
        bounce
            .recipients
            .extend(named.split(',').filter_map(address));
    }
    if bounce.recipients.is_empty() {
        // The returned copy names everybody; only what stands above it names who failed.
        let above = message
            .text
            .split("---")
            .next()
            .filter(|t| t.contains('@'))
            .unwrap_or(&message.text);
        for word in above.split(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '<' | '>' | '(' | ')' | ',' | ';' | '"' | '\'' | '[' | ']'
                )
        }) {
            let word = word
                .trim_end_matches(['.', ':'])
                .trim_start_matches("mailto:");
            let Some(found) = address(word) else { continue };
            let ours = DAEMONS
                .iter()
                .any(|d| found.local().to_ascii_lowercase().starts_with(d))
                || message.to.iter().any(|p| p.address == found);
            if !ours && !bounce.recipients.contains(&found) && bounce.recipients.len() < 20 {
                bounce.recipients.push(found);
            }
        }
    }
}

/// One address out of a report: `<a@b>`, `a@b`, without RFC 3461's `xtext`.
fn address(text: &str) -> Option<Address> {
    let text = text
        .trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .trim();
    if !text.contains('@') {
        return None;
    }
    Address::new(&text.replace("+2B", "+").replace("+3D", "=")).ok()
}

/// The Message-ID fields in a returned header.
fn ids_in(raw: &str, ids: &mut Vec<MessageId>) {
    let mut lines = raw.lines().take(500).peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_start_matches(['>', ' ']);
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if !name.trim().eq_ignore_ascii_case("message-id") {
            continue;
        }
        // Folded onto the next line by some servers.
        let value = if value.trim().is_empty() {
            lines.peek().copied().unwrap_or("")
        } else {
            value
        };
        if let Some(id) = value.contains('@').then(|| MessageId::new(value)).flatten()
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
}
