//! What a client's commands do.

use super::{Act, Done, LOST, MOST_RECIPIENTS, Question, Recipient, Session, Transaction};
use crate::edge::gateway::command::{self, Command, Path};

impl Session {
    pub(super) fn command(&mut self, line: &[u8]) -> Done {
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
    pub(super) fn reset(&mut self) {
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
}
