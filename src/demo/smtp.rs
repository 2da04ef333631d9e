//! An SMTP server (RFC 5321) that takes its people's mail (RFC 6409) and puts it into the inboxes
//! of the others, byte for byte, below the fields that every delivery adds.
//!
//! `smtp-proto` reads the commands. With: AUTH PLAIN and LOGIN, SIZE, 8BITMIME, SMTPUTF8,
//! PIPELINING, ENHANCEDSTATUSCODES. Without: TLS (it listens on loopback only), BDAT, DSN.

use super::{AUTHSERV_ID, Store};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use smtp_proto::request::receiver::{DataReceiver, RequestReceiver};
use smtp_proto::{AUTH_LOGIN, AUTH_PLAIN, Error, Request};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The largest message in octets.
const LARGEST: usize = 32 * 1024 * 1024;
const MOST_RECIPIENTS: usize = 100;
const MOST_ERRORS: u32 = 10;

/// Takes connections until it is dropped.
pub async fn serve(listener: TcpListener, store: Arc<Store>) {
    let mut sessions = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            taken = listener.accept() => {
                let Ok((stream, _)) = taken else { continue };
                let _ = stream.set_nodelay(true);
                let session = Session::new(Arc::clone(&store));
                // A connection that breaks off concerns nobody but its client.
                sessions.spawn(async move { let _ = session.run(stream).await; });
            }
            Some(_) = sessions.join_next() => {}
        }
    }
}

/// What the next octets are.
enum Expect {
    Command,
    /// An answer to a 334; what has been learnt so far.
    Auth(u64, Vec<Vec<u8>>, Vec<u8>),
    Message(DataReceiver, Vec<u8>),
}

/// One conversation; it has no socket of its own but in [`Session::run`].
struct Session {
    store: Arc<Store>,
    helo: String,
    who: Option<String>,
    /// MAIL's address.
    from: Option<String>,
    to: Vec<String>,
    expect: Expect,
    requests: RequestReceiver,
    out: Vec<u8>,
    errors: u32,
    over: bool,
}

impl Session {
    fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            helo: String::new(),
            who: None,
            from: None,
            to: Vec::new(),
            expect: Expect::Command,
            requests: RequestReceiver::default(),
            out: Vec::new(),
            errors: 0,
            over: false,
        }
    }

    async fn run(mut self, mut stream: TcpStream) -> io::Result<()> {
        self.say(&format!("220 {AUTHSERV_ID} ESMTP askfirst demo"));
        loop {
            // One write for all that was piped in (RFC 2920).
            stream.write_all(&self.out).await?;
            self.out.clear();
            if self.over {
                return stream.shutdown().await;
            }
            let mut buffer = [0; 8192];
            let n = stream.read(&mut buffer).await?;
            if n == 0 {
                return Ok(());
            }
            self.hear(buffer.get(..n).unwrap_or_default());
        }
    }

    fn say(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }

    /// Takes whatever came, cut anywhere.
    fn hear(&mut self, octets: &[u8]) {
        let mut octets = octets.iter();
        while !octets.as_slice().is_empty() && !self.over {
            match &mut self.expect {
                Expect::Command => match self.requests.ingest(&mut octets) {
                    Ok(request) => {
                        let request = request.into_owned();
                        self.command(request);
                    }
                    Err(Error::NeedsMoreData { .. }) => {}
                    Err(error) => self.mistake(&error),
                },
                Expect::Auth(_, _, line) => {
                    for &octet in octets.by_ref() {
                        if octet == b'\n' {
                            let line = std::mem::take(line);
                            self.auth_line(&line);
                            break;
                        }
                        if line.len() < 4096 {
                            line.push(octet);
                        }
                    }
                }
                Expect::Message(receiver, bytes) => {
                    let done = receiver.ingest(&mut octets, bytes);
                    // Past the limit only its end is waited for.
                    let too_large = bytes.len() > LARGEST;
                    if done {
                        let bytes = std::mem::take(bytes);
                        self.expect = Expect::Command;
                        self.deliver(&bytes);
                    } else if too_large {
                        bytes.truncate(LARGEST + 1);
                    }
                }
            }
        }
    }

    fn mistake(&mut self, error: &Error) {
        self.errors += 1;
        if self.errors > MOST_ERRORS {
            self.say("421 4.7.0 too many mistakes, good bye");
            self.over = true;
            return;
        }
        let line = match error {
            Error::UnknownCommand => "500 5.5.1 that is no command".to_owned(),
            Error::InvalidSenderAddress => "501 5.1.7 that is no sender's address".to_owned(),
            Error::InvalidRecipientAddress => "501 5.1.3 that is no recipient's address".to_owned(),
            Error::SyntaxError { syntax } => format!("501 5.5.4 expected: {syntax}"),
            Error::InvalidParameter { param } => format!("501 5.5.4 {param} is not right"),
            Error::UnsupportedParameter { param } => format!("555 5.5.4 {param} is not offered"),
            _ => "500 5.5.6 that line is too long".to_owned(),
        };
        self.say(&line);
    }

    fn command(&mut self, request: Request<String>) {
        match request {
            Request::Ehlo { host } => {
                self.reset();
                self.helo = host;
                self.say(&format!("250-{AUTHSERV_ID} at your service"));
                self.say("250-PIPELINING");
                self.say(&format!("250-SIZE {LARGEST}"));
                self.say("250-8BITMIME");
                self.say("250-SMTPUTF8");
                self.say("250-ENHANCEDSTATUSCODES");
                self.say("250 AUTH PLAIN LOGIN");
            }
            Request::Helo { host } => {
                self.reset();
                self.helo = host;
                self.say(&format!("250 {AUTHSERV_ID}"));
            }
            Request::Auth {
                mechanism,
                initial_response,
            } => self.auth(mechanism, &initial_response),
            Request::Mail { .. } if self.who.is_none() => self.say("530 5.7.0 log in first"),
            Request::Mail { .. } if self.from.is_some() => self.say("503 5.5.1 one MAIL at a time"),
            Request::Mail { from } if from.size > LARGEST => {
                self.say("552 5.3.4 that is too large");
            }
            Request::Mail { from } => {
                let own = from.address.to_lowercase();
                if self.who.as_ref() == Some(&own) {
                    self.from = Some(own);
                    self.say("250 2.1.0 taken");
                } else {
                    self.say("553 5.7.1 that sender is not yours");
                }
            }
            Request::Rcpt { .. } if self.from.is_none() => self.say("503 5.5.1 MAIL first"),
            Request::Rcpt { .. } if self.to.len() >= MOST_RECIPIENTS => {
                self.say("452 4.5.3 too many recipients");
            }
            Request::Rcpt { to } => {
                let address = to.address.to_lowercase();
                if self.store.exists(&address) {
                    if !self.to.contains(&address) {
                        self.to.push(address);
                    }
                    self.say("250 2.1.5 taken");
                } else {
                    self.say("550 5.1.1 nobody of that name lives here");
                }
            }
            Request::Data if self.to.is_empty() => self.say("503 5.5.1 RCPT first"),
            Request::Data => {
                self.expect = Expect::Message(DataReceiver::new(), Vec::new());
                self.say("354 go on, and end with a dot");
            }
            Request::Rset => {
                self.reset();
                self.say("250 2.0.0 forgotten");
            }
            Request::Noop { .. } => self.say("250 2.0.0 yes"),
            Request::Vrfy { .. } => self.say("252 2.1.5 try and see"),
            Request::Quit => {
                self.say("221 2.0.0 good bye");
                self.over = true;
            }
            _ => self.say("502 5.5.1 that is not offered here"),
        }
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn auth(&mut self, mechanism: u64, initial: &str) {
        if self.who.is_some() || self.from.is_some() {
            self.say("503 5.5.1 logged in already");
            return;
        }
        if mechanism != AUTH_PLAIN && mechanism != AUTH_LOGIN {
            self.say("504 5.5.4 PLAIN and LOGIN are offered");
            return;
        }
        self.expect = Expect::Auth(mechanism, Vec::new(), Vec::new());
        if initial.is_empty() {
            self.say(if mechanism == AUTH_PLAIN {
                "334 "
            } else {
                "334 VXNlcm5hbWU6"
            });
        } else {
            self.auth_line(initial.as_bytes());
        }
    }

    fn auth_line(&mut self, line: &[u8]) {
        let Expect::Auth(mechanism, mut words, _) =
            std::mem::replace(&mut self.expect, Expect::Command)
        else {
            return;
        };
        // RFC 4954 §4: `=` is an empty initial response, `*` ends the attempt.
        let line = line.trim_ascii();
        let word = match STANDARD.decode(if line == b"=" { b"" } else { line }) {
            Ok(word) => word,
            Err(_) => {
                self.say("501 5.7.0 cancelled");
                return;
            }
        };
        if mechanism == AUTH_PLAIN {
            words.extend(word.splitn(3, |b| *b == 0).skip(1).map(<[u8]>::to_vec));
        } else {
            words.push(word);
        }
        match words.as_slice() {
            [user, password] => {
                let (user, password) = (
                    String::from_utf8_lossy(user).into_owned(),
                    String::from_utf8_lossy(password).into_owned(),
                );
                if self.store.login(&user, &password) {
                    self.who = Some(user.to_lowercase());
                    self.say("235 2.7.0 welcome");
                } else {
                    self.say("535 5.7.8 wrong user or password");
                }
            }
            [_] if mechanism == AUTH_LOGIN => {
                self.expect = Expect::Auth(mechanism, words, Vec::new());
                self.say("334 UGFzc3dvcmQ6");
            }
            _ => self.say("501 5.5.2 user and password were expected"),
        }
    }

    fn deliver(&mut self, bytes: &[u8]) {
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        if bytes.len() > LARGEST {
            self.say("552 5.3.4 that is too large");
            return;
        }
        if bytes.contains(&0) {
            // RFC 5321 §2.3.8 has no NUL, and no IMAP literal could hold it.
            self.say("554 5.6.0 a message has no NUL in it");
            return;
        }
        let now = Utc::now();
        let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
        let helo: String = self
            .helo
            .chars()
            .filter(|c| c.is_ascii_graphic())
            .take(100)
            .collect();
        for recipient in &to {
            let mut delivered = format!(
                "Return-Path: <{from}>\r\n\
                 Received: from {helo} ([127.0.0.1])\r\n\
                 \tby {AUTHSERV_ID} with ESMTPA id {id:x}\r\n\
                 \tfor <{recipient}>; {date}\r\n\
                 Authentication-Results: {AUTHSERV_ID};\r\n\
                 \tauth=pass smtp.auth={from};\r\n\
                 \tspf=pass smtp.mailfrom={domain};\r\n\
                 \tdmarc=pass header.from={domain}\r\n",
                id = now.timestamp_micros(),
                date = now.to_rfc2822(),
            )
            .into_bytes();
            delivered.extend_from_slice(bytes);
            self.store.append(recipient, "INBOX", &delivered, &[]);
        }
        self.say("250 2.0.0 delivered");
    }
}

/// The message as it was handed over: without the fields that `Session::deliver` added.
#[must_use]
pub fn as_handed_over(delivered: &[u8]) -> &[u8] {
    let end = b"\tdmarc=pass header.from=";
    let Some(at) = delivered.windows(end.len()).position(|w| w == end) else {
        return delivered;
    };
    let rest = delivered.get(at..).unwrap_or_default();
    let line = rest.iter().position(|b| *b == b'\n').map_or(0, |n| n + 1);
    rest.get(line..).unwrap_or_default()
}

#[cfg(test)]
#[path = "smtp_tests.rs"]
mod tests;
