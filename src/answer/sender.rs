//! Whether a message is from the person it says it is from (RELIABILITY “Consent security”).
//!
//! The thread token is the caller's to check; here it is the From field and what the receiving
//! server found out about it.

use super::results::{self, Results};
use crate::mail::{Address, Message, Oddity};

/// Whether an answer may count as that person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    Trusted,
    /// Never a consent; the sentence says why, for the introducer.
    Doubtful(String),
}

/// What the receiving server says about the From domain (RFC 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// Under the known authserv-id only.
    Pass,
    /// Under any id: nobody forges a failure of their own mail.
    Fail,
    Unknown,
}

/// After this many passing mails from a domain, one that does not pass is odd.
const USUALLY_PASSES: usize = 3;

/// As [`judge_after`], of a domain about which nothing is known yet.
#[must_use]
pub fn judge(
    bytes: &[u8],
    message: &Message,
    asked: &[Address],
    authserv_id: Option<&str>,
) -> Sender {
    judge_after(bytes, message, asked, authserv_id, 0)
}

/// Whether `message` was written by the one who was asked.
///
/// `asked` are the addresses of that person; `authserv_id` the configured or learnt id of the
/// own server; `passed_before` how many earlier mails of that domain had passed.
#[must_use]
pub fn judge_after(
    bytes: &[u8],
    message: &Message,
    asked: &[Address],
    authserv_id: Option<&str>,
    passed_before: usize,
) -> Sender {
    let from = match only_sender(bytes, message) {
        Ok(from) => from,
        Err(why) => return Sender::Doubtful(why),
    };
    if !asked.contains(&from) {
        return Sender::Doubtful(format!(
            "It came from {}, not from the address that was asked.",
            from.as_str()
        ));
    }
    match authentication(message, from.domain(), authserv_id) {
        Authentication::Pass => Sender::Trusted,
        Authentication::Fail => Sender::Doubtful(format!(
            "The receiving mail server found that it does not really come from {}.",
            from.domain()
        )),
        Authentication::Unknown if passed_before >= USUALLY_PASSES => Sender::Doubtful(format!(
            "Mail from {} usually proves its origin, and this one does not.",
            from.domain()
        )),
        Authentication::Unknown => Sender::Trusted,
    }
}

/// The one mailbox of the one From field.
fn only_sender(bytes: &[u8], message: &Message) -> Result<Address, String> {
    let several = || "It names more than one sender.".to_owned();
    let raw = from_fields(bytes);
    if raw.len() > 1
        || message.from.len() > 1
        || message.values("From").count() > 1
        || message
            .odd
            .iter()
            .any(|o| matches!(o, Oddity::Repeated(f) if f.eq_ignore_ascii_case("From")))
    {
        return Err(several());
    }
    let Some(person) = message.from.first() else {
        return Err("It names no sender that can be read.".to_owned());
    };
    let strict = match raw.first() {
        Some(value) => mailbox(value).ok_or_else(|| {
            "Its From field is written in a way that hides who sent it.".to_owned()
        })?,
        // Built in memory, without bytes.
        None if bytes.is_empty() => return Ok(person.address.clone()),
        None => return Err("It names no sender that can be read.".to_owned()),
    };
    let strict = Address::new(&strict)
        .map_err(|_| "Its From field is written in a way that hides who sent it.".to_owned())?;
    if strict != person.address {
        return Err(several());
    }
    Ok(strict)
}

/// The values of all From fields, unfolded; `From :` is one too (RFC 5322 §4.5).
fn from_fields(bytes: &[u8]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut inside = false;
    for line in bytes.split(|b| *b == b'\n').take(5_000) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) {
            if inside && let Some(last) = out.last_mut() {
                last.push_str(&String::from_utf8_lossy(line));
            }
            continue;
        }
        let colon = line.iter().position(|b| *b == b':').unwrap_or(line.len());
        inside = line[..colon].trim_ascii().eq_ignore_ascii_case(b"from") && colon < line.len();
        if inside {
            out.push(String::from_utf8_lossy(&line[colon + 1..]).into_owned());
        }
    }
    out
}

/// `addr-spec` or `name <addr-spec>` and nothing else: no list, no group, no route, no second pair
/// of angle brackets (RFC 5322 §3.4, strictly).
fn mailbox(value: &str) -> Option<String> {
    let mut outside = String::new();
    let mut address: Option<String> = None;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => loop {
                match chars.next()? {
                    '\\' => {
                        chars.next()?;
                    }
                    '"' => break,
                    _ => {}
                }
            },
            '(' => {
                let mut depth = 1;
                while depth > 0 {
                    match chars.next()? {
                        '\\' => {
                            chars.next()?;
                        }
                        '(' => depth += 1,
                        ')' => depth -= 1,
                        _ => {}
                    }
                }
            }
            '<' => {
                if address.is_some() {
                    return None;
                }
                let mut inner = String::new();
                loop {
                    match chars.next()? {
                        '>' => break,
                        '<' | '"' | '(' => return None,
                        c => inner.push(c),
                    }
                }
                address = Some(inner);
            }
            '>' | ',' | ';' | ':' | '\0' => return None,
            c => outside.push(c),
        }
    }
    match address {
        // An address in the name, unquoted, is a trick to be read by people.
        Some(_) if outside.contains('@') => None,
        Some(address) => Some(address.trim().to_owned()),
        None => {
            let bare = outside.trim();
            (!bare.contains(char::is_whitespace)).then(|| bare.to_owned())
        }
    }
}

/// What the topmost block of `Authentication-Results` says about `domain`.
///
/// Servers differ in where they write it. Postfix puts it above its own `Received`, and Dovecot
/// puts `Return-Path`, `Delivered-To` and one more `Received` on top of that; Gmail puts it below its
/// border's `Received`. So the fields of our own border reach down to the first `Received` that is
/// not ours, and of the results in there only the topmost contiguous block counts: further down a
/// sender can write what they like.
#[must_use]
pub fn authentication(
    message: &Message,
    domain: &str,
    authserv_id: Option<&str>,
) -> Authentication {
    let block = top_block(message, authserv_id);
    let said: Vec<(bool, Authentication)> = block
        .iter()
        .enumerate()
        .map(|(n, r)| {
            // Only the very first one is surely the server's own: a forged one may stand right below it.
            let known = n == 0 && authserv_id.is_some_and(|id| id.eq_ignore_ascii_case(&r.id));
            (known, verdict(r, domain))
        })
        .collect();
    if said.iter().any(|(_, v)| *v == Authentication::Fail) {
        Authentication::Fail
    } else if said
        .iter()
        .any(|(known, v)| *known && *v == Authentication::Pass)
    {
        Authentication::Pass
    } else {
        Authentication::Unknown
    }
}

/// The authserv-id at the top of this message, from which the own server's is learnt.
#[must_use]
pub fn top_authserv_id(message: &Message) -> Option<String> {
    top_block(message, None)
        .into_iter()
        .map(|r| r.id)
        .find(|id| !id.is_empty())
}

fn top_block(message: &Message, authserv_id: Option<&str>) -> Vec<Results> {
    let mut block: Vec<Results> = Vec::new();
    let mut border: Option<String> = None;
    let mut handed_on = false;
    for field in message.fields.iter().take(200) {
        let name = field.name.to_ascii_lowercase();
        match name.as_str() {
            "received" => {
                if !block.is_empty() {
                    break;
                }
                let by = received_by(&field.value);
                let ours = match &border {
                    None => true,
                    Some(first) => {
                        handed_on
                            || same_organisation(first, &by)
                            || authserv_id.is_some_and(|id| same_organisation(id, &by))
                            || is_internal(&by)
                    }
                };
                if !ours {
                    break;
                }
                if border.as_deref().is_none_or(is_internal) {
                    border = Some(by);
                }
                handed_on = is_local_delivery(&field.value);
            }
            "authentication-results" => block.extend(results::parse(&field.value)),
            // These stand between results of one server.
            "received-spf"
            | "arc-authentication-results"
            | "arc-seal"
            | "arc-message-signature"
            | "x-received"
            | "return-path"
            | "delivered-to"
            | "x-original-to" => {}
            _ if !block.is_empty() => break,
            _ => {}
        }
    }
    block
}

/// The host after "by" in a `Received` field, lower case.
fn received_by(value: &str) -> String {
    let lower = value.to_ascii_lowercase();
    let mut words = lower.split_whitespace();
    while let Some(word) = words.next() {
        if word == "by" {
            return words
                .next()
                .unwrap_or("")
                .trim_matches(|c: char| matches!(c, ';' | '[' | ']' | '(' | ')' | '.'))
                .to_owned();
        }
    }
    String::new()
}

/// A hop inside one house: LMTP, or from the machine itself.
fn is_local_delivery(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let mut words = lower
        .split_whitespace()
        .skip_while(|w| *w != "with")
        .skip(1);
    let protocol = words.next().unwrap_or("");
    protocol.starts_with("lmtp")
        || protocol == "local"
        || lower.starts_with("from localhost")
        || lower.trim_start().starts_with("from localhost")
}

/// A name that only means something inside one house.
fn is_internal(host: &str) -> bool {
    host.is_empty()
        || !host.contains('.')
        || host.ends_with(".local")
        || host.ends_with(".internal")
        || host.ends_with(".lan")
        || host.ends_with(".localdomain")
        || host.contains(':')
        || host.starts_with("10.")
        || host.starts_with("192.168.")
        || host.starts_with("127.")
}

fn same_organisation(a: &str, b: &str) -> bool {
    let a = a.trim_end_matches('.').to_ascii_lowercase();
    let b = b.trim_end_matches('.').to_ascii_lowercase();
    !a.is_empty()
        && (a == b
            || matches!((psl::domain_str(&a), psl::domain_str(&b)), (Some(x), Some(y)) if x == y))
}

/// What one field says about this From domain. SPF alone is never a pass.
fn verdict(results: &Results, domain: &str) -> Authentication {
    let about = |check: &results::Check, names: &[&str]| {
        names
            .iter()
            .filter_map(|n| check.property(n))
            .map(|v| v.rsplit('@').next().unwrap_or(v))
            .any(|d| same_organisation(d, domain))
    };
    let of = |method: &'static str| results.checks.iter().filter(move |c| c.method == method);
    let mut dmarc_says = false;
    for check in of("dmarc") {
        let named = check.property("header.from");
        let ours = named.is_none_or(|v| {
            let d = v.rsplit('@').next().unwrap_or(v).trim_end_matches('.');
            d.eq_ignore_ascii_case(domain)
        });
        match check.result.as_str() {
            "fail" if ours || about(check, &["header.from"]) => return Authentication::Fail,
            "pass" if ours && named.is_some() => dmarc_says = true,
            _ => {}
        }
    }
    let signed = of("dkim").any(|c| c.result == "pass" && about(c, &["header.d", "header.i"]));
    if dmarc_says || signed {
        return Authentication::Pass;
    }
    let broken = of("dkim").any(|c| c.result == "fail" && about(c, &["header.d", "header.i"]));
    let refused = of("spf")
        .any(|c| c.result == "fail" && about(c, &["smtp.mailfrom", "smtp.mail", "smtp.helo"]));
    if broken || refused {
        Authentication::Fail
    } else {
        Authentication::Unknown
    }
}

#[cfg(test)]
#[path = "sender_tests.rs"]
mod tests;
