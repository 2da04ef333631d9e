//! The sending thread, and the outgoing server behind it.

use super::oracle::Verdict;
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
            if self.dies().is_err() {
                return Ok(Err(Died));
            }
            let own = &self.config.accounts[0].email;
            let made = outgoing(own, &self.disk, &item, introduction.as_ref(), self.now);
            let outcome = match made {
                Err(Trouble::Spool(why)) => Outcome::Failed(why),
                Err(Trouble::Send(error)) => Outcome::NotSent(error),
                Ok((envelope, bytes)) => {
                    let fate = self.fate();
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
        if self.dies().is_err() {
            self.tell(|| "   (the dot is not out)".to_owned());
            return Ok(Err(Died));
        }
        let (item, fate) = (sending.item.id, sending.fate);
        let outcome = if sending.may == Some(true) {
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
        if self.dies().is_err() {
            self.tell(|| "   (the outcome is not heard)".to_owned());
            return Ok(Err(Died));
        }
        p.hear(Heard::Done { item, outcome });
        Ok(Ok(()))
    }

    pub fn fate(&mut self) -> Fate {
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
