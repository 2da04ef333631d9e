//! One submission conversation (RFC 6409), without the socket.
//!
//! The driver shows it what the client has sent, asks what is to be done next, does that, and tells how it
//! went. What is to be said to the client gathers in `out`, what is to be said to the real server in
//! `up`: each goes out in one write, before anything is waited for.

use super::body::{Body, DOT};
use super::command::{self, Command, Path};
use super::offer::Offer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
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

    /// The transaction is given up at the real server; the client does not hear of it.
    pub fn take_back(&mut self) {
        if self.upstream.is_some() {
            self.up.extend_from_slice(b"RSET\r\n");
            self.questions.push_back(Question::Reset);
        }
    }

    /// The login was good; what this account's real server offers.
    pub fn logged_in(&mut self, offer: Offer) {
        self.logged_in = true;
        self.errors = 0;
        self.offer = offer;
        self.say("235 2.7.0 Welcome");
    }

    /// It was not.
    pub fn not_logged_in(&mut self) {
        self.logins += 1;
        self.say("535 5.7.8 Not the address and local password that askfirst knows");
        if self.logins >= MOST_LOGINS {
            self.close("421 4.7.0 Too many logins were refused");
        }
    }

    /// The real server is there.
    pub fn connected(&mut self, pipelining: bool) {
        self.upstream = Some(pipelining);
    }

    /// It is gone.
    pub fn disconnected(&mut self) {
        self.upstream = None;
        self.questions.clear();
    }

    /// What is still to be answered, oldest first.
    #[must_use]
    pub fn asked(&self) -> Option<Question> {
        self.questions.front().copied()
    }

    /// The real server has answered nothing of this transaction: it may begin anew on another connection.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        let mut questions = self.questions.iter().filter(|q| **q != Question::Reset);
        questions.next() == Some(&Question::Mail)
    }

    /// What was asked and not answered, to be asked again on another connection.
    pub fn said_again(&mut self) -> Vec<u8> {
        self.questions.retain(|q| *q != Question::Reset);
        let mut lines = Vec::new();
        if let Some(transaction) = &self.transaction {
            let recipients = transaction.recipients.iter().map(|r| &r.path);
            for path in std::iter::once(&transaction.mail).chain(recipients) {
                lines.extend_from_slice(path.line.as_bytes());
                lines.extend_from_slice(b"\r\n");
            }
        }
        lines
    }

    /// The real server is gone in the middle: `reply` for everything that it was asked.
    pub fn lost(&mut self, reply: &[u8]) {
        for question in std::mem::take(&mut self.questions) {
            if question != Question::Reset {
                self.out.extend_from_slice(reply);
            }
            if question == Question::Mail {
                self.transaction = None;
            }
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.lost = true;
        }
        self.up.clear();
        self.upstream = None;
    }

    /// The real server's answer to the oldest question, in its own words.
    pub fn verdict(&mut self, code: u16, reply: &[u8]) {
        let good = (200..300).contains(&code);
        match self.questions.pop_front() {
            None | Some(Question::Reset) => return,
            Some(Question::Mail) => {
                if good {
                    if let Some(transaction) = &mut self.transaction {
                        transaction.open = true;
                    }
                } else {
                    self.transaction = None;
                }
            }
            Some(Question::Rcpt) => {
                if let Some(transaction) = &mut self.transaction {
                    let waiting = self
                        .questions
                        .iter()
                        .filter(|q| **q == Question::Rcpt)
                        .count();
                    let at = transaction.recipients.len().checked_sub(waiting + 1);
                    if let Some(recipient) = at.and_then(|at| transaction.recipients.get_mut(at)) {
                        recipient.accepted = good;
                    }
                }
            }
        }
        self.out.extend_from_slice(reply);
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

    fn command(&mut self, line: &[u8]) -> Done {
        let command = command::read(line);
        let pipelined = matches!(command, Command::Mail(_) | Command::Rcpt(_));
        let room = pipelined && self.upstream == Some(true);
        if !self.questions.is_empty() && !room {
            return Done::First(Act::Await);
        }
        match command {
            Command::Ehlo | Command::Helo => {
                self.reset();
                self.greeted = true;
                if command == Command::Ehlo {
                    self.offer.write(&mut self.out);
                } else {
                    self.say("250 localhost");
                }
                Done::Next
            }
            Command::Auth(mechanism, initial) => self.auth(&mechanism, initial),
            Command::Mail(path) => self.mail(path),
            Command::Rcpt(path) => self.rcpt(path),
            Command::Data => self.data(),
            Command::Rset => {
                self.reset();
                self.say("250 2.0.0 Forgotten");
                Done::Next
            }
            Command::Noop => {
                self.say("250 2.0.0 Here");
                Done::Next
            }
            Command::Quit => {
                self.close("221 2.0.0 Goodbye");
                Done::Next
            }
            Command::Vrfy => {
                self.say("252 2.5.0 Send it, and the real server will tell");
                Done::Next
            }
            Command::Help => {
                self.say("214 2.0.0 askfirst's gateway: submission as in RFC 6409");
                Done::Next
            }
            Command::Foreign => {
                self.close("221 2.7.0 This is a mail server");
                Done::Next
            }
            Command::Bdat => {
                self.close("502 5.5.1 Not offered here");
                Done::Next
            }
            Command::Bad(reply) => self.wrong(reply),
        }
    }

    /// Forgets the transaction, here and there.
    fn reset(&mut self) {
        if self.transaction.take().is_some() && self.upstream.is_some() {
            self.up.extend_from_slice(b"RSET\r\n");
            self.questions.push_back(Question::Reset);
        }
    }

    fn mail(&mut self, path: Path) -> Done {
        if !self.logged_in {
            return self
                .wrong("530 5.7.0 Log in first, with your address and askfirst's local password");
        }
        if !self.greeted {
            return self.wrong("503 5.5.1 EHLO first");
        }
        if self.transaction.is_some() {
            return self.wrong_in_order("503 5.5.1 There is a sender already");
        }
        if self.upstream.is_none() {
            return Done::First(Act::Dial);
        }
        self.ask(Question::Mail, &path);
        self.transaction = Some(Transaction {
            mail: path,
            open: false,
            lost: false,
            recipients: Vec::new(),
        });
        Done::Next
    }

    fn rcpt(&mut self, path: Path) -> Done {
        let Some(transaction) = &mut self.transaction else {
            return self.wrong_in_order("503 5.5.1 MAIL first");
        };
        if transaction.lost {
            return self.wrong_in_order(LOST);
        }
        if transaction.recipients.len() >= MOST_RECIPIENTS {
            return self.wrong_in_order("452 4.5.3 Too many recipients");
        }
        transaction.recipients.push(Recipient {
            path: path.clone(),
            accepted: false,
        });
        self.ask(Question::Rcpt, &path);
        Done::Next
    }

    /// A reply of ours between those of the real server waits for its turn.
    fn wrong_in_order(&mut self, line: &str) -> Done {
        if self.questions.is_empty() {
            self.wrong(line)
        } else {
            Done::First(Act::Await)
        }
    }

    fn ask(&mut self, question: Question, path: &Path) {
        self.up.extend_from_slice(path.line.as_bytes());
        self.up.extend_from_slice(b"\r\n");
        self.questions.push_back(question);
    }

    fn data(&mut self) -> Done {
        match &self.transaction {
            None => self.wrong("503 5.5.1 MAIL and RCPT first"),
            Some(t) if t.lost => {
                self.transaction = None;
                self.wrong(LOST)
            }
            Some(t) if t.accepted().next().is_none() => {
                self.wrong("554 5.5.1 There is nobody to send it to")
            }
            Some(_) => Done::Act(Act::Begin),
        }
    }

    fn auth(&mut self, mechanism: &str, initial: Option<String>) -> Done {
        if self.logged_in {
            return self.wrong("503 5.5.1 You are logged in already");
        }
        if !self.greeted {
            return self.wrong("503 5.5.1 EHLO first");
        }
        match (mechanism, initial) {
            ("PLAIN", Some(response)) => self.plain(response.as_bytes()),
            ("PLAIN", None) => {
                self.say("334 ");
                self.phase = Phase::Plain;
                Done::Next
            }
            ("LOGIN", Some(response)) => self.login_name(response.as_bytes()),
            ("LOGIN", None) => {
                self.say("334 VXNlcm5hbWU6");
                self.phase = Phase::LoginName;
                Done::Next
            }
            _ => self.wrong("504 5.5.4 AUTH PLAIN and AUTH LOGIN are the ways in"),
        }
    }

    /// RFC 4616: authorisation identity (not heeded), user, password.
    fn plain(&mut self, line: &[u8]) -> Done {
        let Some(response) = self.response(line) else {
            return Done::Next;
        };
        let mut parts = response.split(|b| *b == 0);
        let (_, user, password) = (parts.next(), parts.next(), parts.next());
        match (user, password, parts.next()) {
            (Some(user), Some(password), None) => Done::Act(Act::Login {
                user: String::from_utf8_lossy(user).into_owned(),
                password: password.to_vec(),
            }),
            _ => self.wrong("501 5.5.2 That is no response to AUTH PLAIN"),
        }
    }

    fn login_name(&mut self, line: &[u8]) -> Done {
        if let Some(user) = self.response(line) {
            self.say("334 UGFzc3dvcmQ6");
            self.phase = Phase::LoginPassword(String::from_utf8_lossy(&user).into_owned());
        }
        Done::Next
    }

    fn login_password(&mut self, user: String, line: &[u8]) -> Done {
        match self.response(line) {
            Some(password) => Done::Act(Act::Login { user, password }),
            None => Done::Next,
        }
    }

    /// A response decoded (RFC 4954 §4); a reply was given where it is none.
    fn response(&mut self, line: &[u8]) -> Option<Vec<u8>> {
        let line = line.trim_ascii();
        let decoded = match line {
            b"*" => None,
            b"=" => Some(Vec::new()),
            _ => BASE64.decode(line).ok(),
        };
        if decoded.is_none() {
            self.wrong("501 5.5.2 No login");
        }
        decoded
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
#[path = "session_tests.rs"]
mod tests;
