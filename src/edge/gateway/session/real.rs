//! What the real server was asked, and what it answers.

use super::{Question, Session};

impl Session {
    /// The transaction is given up at the real server; the client does not hear of it.
    pub fn take_back(&mut self) {
        if self.upstream.is_some() {
            self.up.extend_from_slice(b"RSET\r\n");
            self.questions.push_back(Question::Reset);
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
}
