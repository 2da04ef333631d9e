//! One submission conversation (RFC 6409), without the socket.
//!
//! The driver shows it what the client has sent, asks what is to be done next, does that, and tells how it
//! went. What is to be said to the client gathers in `out`, what is to be said to the real server in
//! `up`: each goes out in one write, before anything is waited for.

mod commands;
mod login;
mod real;

use super::body::{Body, DOT};
use super::command::{self, Path};
use super::offer::Offer;
use memchr::memchr;
use std::collections::VecDeque;

/// After so many things that could not be understood the conversation is over.
const MOST_ERRORS: u32 = 10;
/// After so many refused logins.
const MOST_LOGINS: u32 = 3;
/// Recipients of one message (RFC 5321 §4.5.3.1.8 asks for a hundred at least).
const MOST_RECIPIENTS: usize = 1000;

const LOST: &str = "451 4.4.2 The connection to the real mail server was lost; nothing was sent";

/// What the driver is to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Act {
    /// Send `out`, and read more from the client.
    Read,
    /// Check a login; then [`Session::logged_in`] or [`Session::not_logged_in`].
    Login { user: String, password: Vec<u8> },
    /// A conversation with the real server is needed; then [`Session::connected`] or [`Session::refuse_mail`].
    Dial,
    /// Send `up`, read the reply to the oldest question; then [`Session::verdict`].
    Await,
    /// The client wants to send its message; then [`Session::begin`] or [`Session::refuse_data`].
    Begin,
    /// So many octets of the message lie at the front of [`Session::input`], and the final dot after them if `end`;
    /// then [`Session::took`]. After the end the verdict comes by [`Session::finish`].
    Body { length: usize, end: bool },
    /// The message holds what no message may: nothing of it may be sent on. Send `out`, and close.
    Spoiled,
    /// Send `out`, and close.
    Close,
}

/// Who is to get a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub path: Path,
    pub accepted: bool,
}

/// One message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub mail: Path,
    /// The real server has taken the sender.
    pub open: bool,
    /// The conversation with the real server broke off in the middle of it.
    pub lost: bool,
    pub recipients: Vec<Recipient>,
}

impl Transaction {
    /// Those that the real server has taken.
    pub fn accepted(&self) -> impl Iterator<Item = &Path> {
        self.recipients
            .iter()
            .filter(|r| r.accepted)
            .map(|r| &r.path)
    }
}

/// What the real server was asked and has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Mail,
    Rcpt,
    /// RSET; the reply is for nobody.
    Reset,
}

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    Commands,
    /// The client's next line is its response to AUTH PLAIN.
    Plain,
    LoginName,
    LoginPassword(String),
    Body,
    /// The message is here; what becomes of it is being found out.
    Verdict,
    Closing,
}

/// One conversation.
#[derive(Debug)]
pub struct Session {
    input: Vec<u8>,
    start: usize,
    /// For the client.
    pub out: Vec<u8>,
    /// For the real server.
    pub up: Vec<u8>,
    phase: Phase,
    offer: Offer,
    greeted: bool,
    logged_in: bool,
    /// The real server is there; whether it takes several commands at once.
    upstream: Option<bool>,
    questions: VecDeque<Question>,
    transaction: Option<Transaction>,
    body: Body,
    errors: u32,
    logins: u32,
}

impl Session {
    /// `offer` is what may be offered before anybody has logged in.
    #[must_use]
    pub fn new(greeting: &str, offer: Offer) -> Self {
        Self {
            input: Vec::with_capacity(8 * 1024),
            start: 0,
            out: format!("220 {greeting}\r\n").into_bytes(),
            up: Vec::new(),
            phase: Phase::Commands,
            offer,
            greeted: false,
            logged_in: false,
            upstream: None,
            questions: VecDeque::new(),
            transaction: None,
            body: Body::default(),
            errors: 0,
            logins: 0,
        }
    }

    /// What the client has sent and was not dealt with.
    #[must_use]
    pub fn input(&self) -> &[u8] {
        self.input.get(self.start..).unwrap_or_default()
    }

    /// Where the driver puts what it reads.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        if self.start > 0 {
            self.input.drain(..self.start);
            self.start = 0;
        }
        &mut self.input
    }

    #[must_use]
    pub fn is_logged_in(&self) -> bool {
        self.logged_in
    }

    #[must_use]
    pub fn transaction(&self) -> Option<&Transaction> {
        self.transaction.as_ref()
    }

    /// What is to be done next.
    pub fn act(&mut self) -> Act {
        loop {
            match &self.phase {
                Phase::Closing => return self.or_await(Act::Close),
                Phase::Verdict => return Act::Read,
                Phase::Body => return self.body(),
                _ => {}
            }
            let Some(length) = memchr(b'\n', self.input()) else {
                if self.input().len() >= command::LONGEST {
                    self.close("500 5.5.2 That line is too long");
                    continue;
                }
                return self.or_await(Act::Read);
            };
            if length >= command::LONGEST {
                self.close("500 5.5.2 That line is too long");
                continue;
            }
            let line = self.input().get(..length).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
            let done = match std::mem::replace(&mut self.phase, Phase::Commands) {
                Phase::Plain => self.plain(&line),
                Phase::LoginName => self.login_name(&line),
                Phase::LoginPassword(user) => self.login_password(user, &line),
                _ => self.command(&line),
            };
            match done {
                Done::Next => self.start += length + 1,
                Done::Act(act) => {
                    self.start += length + 1;
                    return act;
                }
                Done::First(act) => return act,
            }
        }
    }

    /// Replies come in the order of the commands: what was asked of the real server is waited for first.
    fn or_await(&self, act: Act) -> Act {
        if self.questions.is_empty() {
            act
        } else {
            Act::Await
        }
    }

    fn body(&mut self) -> Act {
        let seen = self.input.get(self.start..).unwrap_or_default();
        match self.body.look(seen) {
            Err(_) => {
                self.say(
                    "554 5.6.0 The message holds a bare CR or LF (RFC 5321 2.3.8); it was not sent",
                );
                self.phase = Phase::Closing;
                Act::Spoiled
            }
            Ok(piece) if piece.length == 0 && !piece.end => Act::Read,
            Ok(piece) => Act::Body {
                length: piece.length,
                end: piece.end,
            },
        }
    }

    /// A piece of the message was dealt with.
    pub fn took(&mut self, length: usize, end: bool) {
        self.start += length;
        if end {
            self.start += DOT.len();
            self.phase = Phase::Verdict;
        }
        if self.start >= self.input.len() {
            self.input.clear();
            self.start = 0;
        }
    }

    /// The message may come.
    pub fn begin(&mut self) {
        self.say("354 Go ahead");
        self.body = Body::default();
        self.phase = Phase::Body;
    }

    /// No mail can be taken now: the reply to the MAIL that was left standing.
    pub fn refuse_mail(&mut self, reply: &[u8]) {
        self.out.extend_from_slice(reply);
        if let Some(length) = memchr(b'\n', self.input()) {
            self.start += length + 1;
        }
    }

    /// The message is not wanted now: the reply to DATA.
    pub fn refuse_data(&mut self, reply: &[u8]) {
        self.out.extend_from_slice(reply);
        self.reset();
    }

    /// What became of the message: a whole reply with its line ends.
    pub fn finish(&mut self, reply: &[u8]) {
        self.out.extend_from_slice(reply);
        self.transaction = None;
        self.errors = 0;
        self.phase = Phase::Commands;
    }

    fn say(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }

    fn close(&mut self, line: &str) {
        self.say(line);
        self.phase = Phase::Closing;
    }

    fn wrong(&mut self, line: &str) -> Done {
        self.say(line);
        self.errors += 1;
        if self.errors > MOST_ERRORS {
            self.close("421 4.7.0 Too many errors");
        }
        Done::Next
    }
}

/// What became of a line.
enum Done {
    /// It is dealt with.
    Next,
    /// It is, and this is to be done now.
    Act(Act),
    /// It stays where it is until this is done.
    First(Act),
}

#[cfg(test)]
mod tests;
