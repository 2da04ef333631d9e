//! From a configured server to a logged-in session.

use super::frame::{Limits, Scanner};
use super::guard::{Guard, Patience, Shared, locked};
use super::link::{Link, Wire};
use super::sieve::Sieve;
use crate::config::{Auth, Security, Server};
use crate::edge::{Stop, tls};
use crate::port::MailboxError;
use native_tls::HandshakeError;
use secrecy::{ExposeSecret, SecretString};
use std::cell::Cell;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A session that the server let in, and what it said of itself.
pub struct Entered {
    pub session: imap::Session<Guard>,
    pub sieve: Shared,
    /// The words of the greeting.
    pub greeting: String,
}

fn unreachable(why: impl Into<String>) -> MailboxError {
    MailboxError::Unreachable(why.into())
}

/// Connects and logs in; `secret` is asked for when the server is ready to hear it.
///
/// # Errors
/// What `secret` says; `Unreachable` before the login, `Login` when the name or secret is refused, `Interrupted`.
pub fn enter(
    server: &Server,
    secret: &mut dyn FnMut() -> Result<SecretString, MailboxError>,
    stop: &Stop,
    limits: Limits,
    patience: Patience,
) -> Result<Entered, MailboxError> {
    let host = &server.host;
    let tcp = tls::connect_until(host, server.port, stop)
        .ok_or(MailboxError::Interrupted)?
        .map_err(unreachable)?;
    let end = Instant::now() + patience.brief;
    let mut link =
        Link::new(tcp, stop.clone(), end).map_err(|e| unreachable(format!("{host}: {e}")))?;
    let mut greeting = None;
    let wire = match server.security {
        Security::None if !link.is_loopback() => {
            return Err(unreachable(format!(
                "{host} is not this computer, and without TLS the password would be read on the way"
            )));
        }
        Security::None => Wire::Plain(link),
        Security::Tls => shake_hands(server, link)?,
        Security::Starttls => {
            greeting = Some(start_tls(&mut link, limits, host)?);
            shake_hands(server, link)?
        }
    };
    let sieve: Shared = Arc::new(Mutex::new(Sieve::new(limits, greeting.is_some())));
    let guard = Guard::new(wire, sieve.clone(), patience);
    let mut client = imap::Client::new(guard);
    let greeting = match greeting {
        Some(greeting) => {
            client.greeting_read = true;
            greeting
        }
        None => {
            let read = guarded(&sieve, stop, || client.read_greeting())?;
            welcome(&String::from_utf8_lossy(&read), host)?
        }
    };
    // Most servers name them in the greeting.
    if locked(&sieve).capabilities.is_empty() {
        guarded(&sieve, stop, || client.capabilities())?;
    }
    let secret = secret()?;
    let session = log_in(client, server, &secret, &sieve, stop)?;
    locked(&sieve).logged_in();
    Ok(Entered {
        session,
        sieve,
        greeting,
    })
}

/// Runs one call of the crate before the login, where every failure means: not connected.
fn guarded<T>(
    sieve: &Shared,
    stop: &Stop,
    call: impl FnOnce() -> imap::error::Result<T>,
) -> Result<T, MailboxError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        _ if stop.is_stopped() => Err(MailboxError::Interrupted),
        Ok(Err(error)) => Err(unreachable(why(sieve, &error))),
        Err(_) => Err(unreachable("it sent what cannot be read")),
    }
}

/// The best reason there is for an error of the crate; its own words are often wrong.
pub fn why(sieve: &Shared, error: &imap::Error) -> String {
    let sieve = locked(sieve);
    match (&sieve.bye, &sieve.broken, &sieve.verdict) {
        (Some(bye), _, _) => format!("the server closed it: {bye}"),
        (_, Some(broken), _) => broken.clone(),
        (_, _, Some(verdict)) if !verdict.ok => format!("the server said: {}", verdict.text),
        _ => match error {
            imap::Error::ConnectionLost => "the server hung up".to_owned(),
            other => other.to_string(),
        },
    }
}

/// The greeting's words, if it is one that lets us log in.
fn welcome(line: &str, host: &str) -> Result<String, MailboxError> {
    let line = line.trim_end();
    let (kind, text) = line
        .strip_prefix("* ")
        .and_then(|l| l.split_once(' '))
        .unwrap_or((line.trim_start_matches("* "), ""));
    if kind.eq_ignore_ascii_case("OK") {
        Ok(text.to_owned())
    } else if kind.eq_ignore_ascii_case("BYE") {
        Err(unreachable(format!(
            "{host} takes no connections now; it says: {text}"
        )))
    } else if kind.eq_ignore_ascii_case("PREAUTH") {
        Err(unreachable(format!(
            "{host} says that we are logged in already (PREAUTH), so it cannot be told whose \
             mailbox that is; use a port of it that asks for a login"
        )))
    } else {
        Err(unreachable(format!(
            "{host} does not speak IMAP on this port; is the port right?"
        )))
    }
}

fn shake_hands(server: &Server, link: Link) -> Result<Wire, MailboxError> {
    let connector = tls::connector(server.ca.as_deref()).map_err(unreachable)?;
    let stop = link.stop().clone();
    match connector.connect(&server.host, link) {
        Ok(stream) => Ok(Wire::Tls(Box::new(stream))),
        Err(_) if stop.is_stopped() => Err(MailboxError::Interrupted),
        Err(HandshakeError::Failure(e)) => {
            Err(unreachable(tls::handshake_trouble(&server.host, &e)))
        }
        Err(HandshakeError::WouldBlock(_)) => Err(unreachable(format!(
            "{} fell silent while a safe connection (TLS) was made; is the port right?",
            server.host
        ))),
    }
}

/// Speaks the lines before TLS (RFC 9051 §6.2.1) and returns the greeting's words. Nothing that
/// was said in the clear is believed afterwards.
fn start_tls(link: &mut Link, limits: Limits, host: &str) -> Result<String, MailboxError> {
    let mut scanner = Scanner::new(limits);
    let mut unread = Vec::new();
    let line = clear_line(link, &mut scanner, &mut unread)?;
    let greeting = welcome(&line, host)?;
    link.write_all(b"s1 STARTTLS\r\n")
        .map_err(|e| clear_trouble(link, &e))?;
    for _ in 0..20 {
        let line = clear_line(link, &mut scanner, &mut unread)?;
        if line.starts_with("* ") {
            continue;
        }
        return match line.strip_prefix("s1 ").and_then(|l| l.get(..3)) {
            Some(ok) if ok.trim().eq_ignore_ascii_case("OK") => {
                if unread.is_empty() && scanner.is_empty() {
                    Ok(greeting)
                } else {
                    // Words smuggled in before TLS, to be taken for words within it.
                    Err(unreachable(format!(
                        "{host} sent more than it should before TLS began; somebody may be in between"
                    )))
                }
            }
            _ => Err(unreachable(format!(
                "{host} offers no STARTTLS on this port; it says: {}",
                line.trim_end()
            ))),
        };
    }
    Err(unreachable(format!("{host} does not begin TLS")))
}

fn clear_line(
    link: &mut Link,
    scanner: &mut Scanner,
    unread: &mut Vec<u8>,
) -> Result<String, MailboxError> {
    let mut chunk = [0; 4096];
    loop {
        let mut rest = &unread[..];
        let found = scanner.next(&mut rest).map_err(unreachable)?;
        *unread = rest.to_vec();
        if let Some(frame) = found {
            return Ok(String::from_utf8_lossy(&frame).into_owned());
        }
        match link.read(&mut chunk) {
            Ok(0) => return Err(unreachable("the server hung up")),
            Ok(n) => unread.extend_from_slice(&chunk[..n]),
            Err(e) => return Err(clear_trouble(link, &e)),
        }
    }
}

fn clear_trouble(link: &Link, error: &std::io::Error) -> MailboxError {
    if link.stop().is_stopped() {
        MailboxError::Interrupted
    } else if error.kind() == std::io::ErrorKind::WouldBlock {
        unreachable("the server says nothing; is the port right?")
    } else {
        unreachable(error.to_string())
    }
}

/// Says its piece once; to a further challenge (an OAuth server explains its refusal in one)
/// only what ends the dialogue.
struct Credentials {
    first: String,
    then: &'static str,
    said: Cell<bool>,
}

impl imap::Authenticator for Credentials {
    type Response = String;
    fn process(&self, _challenge: &[u8]) -> String {
        if self.said.replace(true) {
            self.then.to_owned()
        } else {
            self.first.clone()
        }
    }
}

fn log_in(
    client: imap::Client<Guard>,
    server: &Server,
    secret: &SecretString,
    sieve: &Shared,
    stop: &Stop,
) -> Result<imap::Session<Guard>, MailboxError> {
    // Others may hold after the login (RFC 9051 §6.1.1).
    let before = std::mem::take(&mut locked(sieve).capabilities);
    let offers = |word: &str| before.iter().any(|c| c == word);
    let (user, password) = (server.username.as_str(), secret.expose_secret());
    if [user, password]
        .iter()
        .any(|s| s.contains(['\r', '\n', '\0', '\x01']))
    {
        return Err(MailboxError::Login(
            "the user name or password holds a line end or control character; look at how it is stored"
                .to_owned(),
        ));
    }
    let authenticate = |client: imap::Client<Guard>, mechanism, first, then| {
        let credentials = Credentials {
            first,
            then,
            said: Cell::new(false),
        };
        client
            .authenticate(mechanism, &credentials)
            .map_err(|(error, _)| error)
    };
    locked(sieve).begin();
    let entered = catch_unwind(AssertUnwindSafe(|| match server.auth {
        Auth::Password if offers("AUTH=PLAIN") => Ok(authenticate(
            client,
            "PLAIN",
            format!("\0{user}\0{password}"),
            "",
        )),
        Auth::Password if offers("LOGINDISABLED") => Err(unreachable(format!(
            "{} takes no password on this connection{}",
            server.host,
            match server.security {
                Security::None => "; it wants TLS (security = \"tls\" or \"starttls\")",
                _ => "; it may want auth = \"oauth2\"",
            }
        ))),
        Auth::Password => Ok(client.login(user, password).map_err(|(error, _)| error)),
        Auth::Oauth2 if offers("AUTH=OAUTHBEARER") => Ok(authenticate(
            client,
            "OAUTHBEARER",
            format!(
                "n,a={},\x01host={}\x01port={}\x01auth=Bearer {password}\x01\x01",
                user.replace('=', "=3D").replace(',', "=2C"),
                server.host,
                server.port
            ),
            "\x01",
        )),
        Auth::Oauth2 => Ok(authenticate(
            client,
            "XOAUTH2",
            format!("user={user}\x01auth=Bearer {password}\x01\x01"),
            "",
        )),
    }));
    match entered {
        Ok(Err(error)) => Err(error),
        Ok(Ok(Ok(session))) => Ok(session),
        Ok(Ok(Err(error))) => Err(not_let_in(sieve, stop, &error)),
        Err(_) => Err(unreachable("it sent what cannot be read at the login")),
    }
}

fn not_let_in(sieve: &Shared, stop: &Stop, error: &imap::Error) -> MailboxError {
    if stop.is_stopped() {
        return MailboxError::Interrupted;
    }
    let verdict = locked(sieve).verdict.clone().filter(|v| !v.ok);
    let Some(verdict) = verdict else {
        return unreachable(format!("lost at the login: {}", why(sieve, error)));
    };
    let (code, rest) = verdict.code.map(|c| (c.name, c.rest)).unwrap_or_default();
    let text = match (verdict.text.as_str(), rest.as_str()) {
        ("", _) => code.clone(),
        // Gmail's [WEBALERT https://…] says where the way goes on.
        (text, link) if link.starts_with("https://") => format!("{text} ({link})"),
        (text, _) => text.to_owned(),
    };
    // RFC 5530: these say nothing about the password, and trying later is right.
    if matches!(
        code.as_str(),
        "UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG"
    ) {
        unreachable(format!("the server lets nobody in just now: {text}"))
    } else {
        MailboxError::Login(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_greeting_but_ok_has_its_own_sentence() {
        assert_eq!(welcome("* OK hello there\r\n", "h").unwrap(), "hello there");
        for (line, word) in [
            ("* BYE too many\r\n", "too many"),
            ("* PREAUTH hi\r\n", "PREAUTH"),
            ("220 smtp.example ESMTP\r\n", "port"),
        ] {
            let error = welcome(line, "imap.example").unwrap_err().to_string();
            assert!(
                error.contains(word) && error.contains("imap.example"),
                "{error}"
            );
        }
    }
}
