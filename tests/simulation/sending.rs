//! The sending thread, and the outgoing server behind it.

use super::oracle::Verdict;
use super::planted::Bug;
use super::process::{Fate, Message, Process, Sending};
use super::run::{Died, Run};
use askfirst::daemon::send::{Trouble, outgoing};
use askfirst::desk::{Heard, Outcome};
use askfirst::ledger::Errand;
use askfirst::port::{Flags, SendError};

impl Run {
    pub fn send(&mut self, p: &mut Process) -> Result<Result<(), Died>, String> {
        let Some(sending) = p.sending.take() else {
            let Some((item, introduction)) = p.letters.pop_front() else {
                return Ok(Ok(()));
            };
            if self.dies("before the outgoing server is dialled").is_err() {
                return Ok(Err(Died));
            }
            let own = &self.config.accounts[0].email;
            let made = outgoing(own, &self.disk, &item, introduction.as_ref(), self.now);
            let outcome = match made {
                Err(Trouble::Spool(why)) => Outcome::Failed(why),
                Err(Trouble::Send(error)) => Outcome::NotSent(error),
                Ok((mut envelope, mut bytes)) => {
                    let mut fate = self.fate();
                    let again = !self.tried.insert(item.id);
                    if again && self.has(Bug::NewIdOnRetry) {
                        bytes = renamed(&bytes, self.chance.next());
                    }
                    if fate == Fate::RefusedRecipient && self.has(Bug::PartialRelease) {
                        fate = Fate::Accepted;
                        if envelope.to.len() > 1 {
                            envelope.to.remove(0);
                        }
                    }
                    if let Some(error) = before_the_dot(fate, &envelope.to[0]) {
                        self.tell(|| {
                            format!(
                                "smtp: {} of {}: {error}",
                                super::story::errand(&item),
                                item.id
                            )
                        });
                        Outcome::NotSent(error)
                    } else {
                        p.ear.push_back(Message::BeforeDot(item.id));
                        p.sending = Some(Sending {
                            item,
                            envelope,
                            bytes,
                            fate,
                            may: None,
                        });
                        return Ok(Ok(()));
                    }
                }
            };
            let item = item.id;
            p.hear(Heard::Done { item, outcome });
            return Ok(Ok(()));
        };
        if self.dies("before the final dot").is_err() {
            self.tell(|| "   (the dot is not out)".to_owned());
            return Ok(Err(Died));
        }
        let (item, fate) = (sending.item.id, sending.fate);
        let after_go_ahead = matches!(
            fate,
            Fate::LostAtTheDot | Fate::LaterAfterDot | Fate::RefusedAfterDot
        );
        let outcome = if self.has(Bug::GoAheadForSuccess) && after_go_ahead {
            Outcome::Sent("354 go ahead".to_owned())
        } else if sending.may == Some(true) {
            if matches!(fate, Fate::Accepted | Fate::AcceptedUnheard) {
                self.delivered(p, &sending)?;
            }
            after_the_dot(fate)
        } else {
            Outcome::NotSent(SendError::Stopped)
        };
        self.tell(|| {
            let what = super::story::errand(&sending.item);
            format!("smtp: {what} of {item}: {fate:?}, {outcome:?}")
        });
        if self
            .dies("after the final dot, before its reply is heard")
            .is_err()
        {
            self.tell(|| "   (the outcome is not heard)".to_owned());
            return Ok(Err(Died));
        }
        p.hear(Heard::Done { item, outcome });
        Ok(Ok(()))
    }

    pub fn fate(&mut self) -> Fate {
        self.handed_over += 1;
        if let Some(single) = &self.single {
            return single.fate(self.handed_over);
        }
        if !self.faults || self.losses == usize::MAX || !self.chance.one_in(self.losses) {
            return Fate::Accepted;
        }
        self.chance.pick(&[
            Fate::Unreachable,
            Fate::Later,
            Fate::Refused,
            Fate::RefusedRecipient,
            Fate::CutBeforeDot,
            Fate::AcceptedUnheard,
            Fate::AcceptedUnheard,
            Fate::LostAtTheDot,
            Fate::LostAtTheDot,
            Fate::LaterAfterDot,
            Fate::RefusedAfterDot,
        ])
    }

    /// The server has it. An ask reaches its party, who answers by habit.
    pub fn delivered(&mut self, p: &Process, sending: &Sending) -> Verdict {
        let Sending {
            item,
            envelope,
            bytes,
            ..
        } = sending;
        let books = &p.desk.books;
        self.oracle
            .accepted(item, books, envelope, bytes, self.step)?;
        if self.files_sent {
            let seen = Flags {
                seen: true,
                ..Flags::default()
            };
            self.server.deliver("Sent", bytes, seen);
        }
        let introduction = item
            .introduction
            .as_ref()
            .and_then(|id| books.introductions.get(id));
        if let (Errand::Send { letter, .. }, Some(introduction)) = (&item.errand, introduction)
            && let Some(story) = self.oracle.story_of(introduction)
        {
            self.answer(story, introduction.id.clone(), letter);
        }
        Ok(())
    }
}

/// The same with another Message-ID.
fn renamed(bytes: &[u8], number: u64) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    text.split_inclusive('\n')
        .map(
            |line| match line.to_ascii_lowercase().starts_with("message-id:") {
                true => format!("Message-ID: <{number:x}@hub.example>\r\n"),
                false => line.to_owned(),
            },
        )
        .collect::<String>()
        .into_bytes()
}

fn before_the_dot(fate: Fate, first: &askfirst::mail::Address) -> Option<SendError> {
    let reply = "the simulation says so".to_owned();
    Some(match fate {
        Fate::Unreachable | Fate::CutBeforeDot => SendError::Unreachable {
            why: reply,
            in_doubt: false,
        },
        Fate::Later => SendError::Later { reply },
        Fate::Refused => SendError::Refused {
            code: 554,
            reply,
            recipient: None,
        },
        Fate::RefusedRecipient => SendError::Refused {
            code: 550,
            reply,
            recipient: Some(first.clone()),
        },
        _ => return None,
    })
}

fn after_the_dot(fate: Fate) -> Outcome {
    let reply = "the simulation says so".to_owned();
    Outcome::NotSent(match fate {
        Fate::AcceptedUnheard | Fate::LostAtTheDot => SendError::Unreachable {
            why: reply,
            in_doubt: true,
        },
        Fate::LaterAfterDot => SendError::Later { reply },
        Fate::RefusedAfterDot => SendError::Refused {
            code: 554,
            reply,
            recipient: None,
        },
        _ => return Outcome::Sent("250 ok".to_owned()),
    })
}
