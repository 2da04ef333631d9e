//! What a party's word does to an introduction.

use super::{Effect, Introduction, Notice, Order, Party, Proof, Reason, Release, State};
use crate::Timestamp;
use crate::acquaintance::{Evidence, Kind};
use crate::answer::Answer;
use crate::mail::MessageId;
use chrono::NaiveDate;

impl Introduction {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn answered(
        &mut self,
        at: Timestamp,
        party: usize,
        answer: Answer,
        until: Option<NaiveDate>,
        text: &str,
        id: Option<&MessageId>,
        why: &[String],
    ) -> Vec<Effect> {
        if self.heard_before(party, id) {
            return vec![];
        }
        if !self.can_be_called_back() {
            if self.goes_on_elsewhere() && answer.is_consent() {
                // Kept for the newer version, which takes it over if it still says the same.
                let who = &mut self.parties[party];
                who.heard.extend(id.cloned());
                who.answer = Some(answer);
                who.answered_at = Some(at);
                who.answer_id = id.cloned();
                return vec![];
            }
            if self.release == Some(Release::HandedOver) && !answer.is_consent() && id.is_some() {
                // It counts if the server puts the message off after all.
                let who = &mut self.parties[party];
                who.answer = Some(answer);
                who.answered_at = Some(at);
                who.answer_id = id.cloned();
            }
            return self.too_late(at, party, text, id);
        }
        let by_hand = id.is_none();
        if by_hand
            && self.parties[party].answer == Some(answer)
            && self.parties[party].trouble.is_none()
        {
            return vec![];
        }
        let who = &mut self.parties[party];
        if let Some(id) = id {
            who.heard.push(id.clone());
        }
        who.answer = Some(answer);
        who.answered_at = Some(at);
        who.answer_id = id.cloned();
        who.until = until;
        who.trouble = match answer {
            Answer::Yes | Answer::Always | Answer::No | Answer::Never => None,
            Answer::Later if until.is_some() => None,
            Answer::Later => Some(Reason::Later),
            Answer::Question => Some(Reason::Question),
            Answer::Conditional => Some(Reason::Conditional),
            Answer::Delegate => Some(Reason::Delegate),
            Answer::Unclear => Some(Reason::Unclear),
        };
        let by = if by_hand { " (told by you)" } else { "" };
        self.note(
            at,
            "answered",
            format!("{}: {}{by}", self.parties[party].address, word(answer)),
        );
        match answer {
            Answer::No | Answer::Never => {
                let reason = if answer == Answer::No {
                    Reason::Declined
                } else {
                    Reason::Never
                };
                self.close(at, State::Declined, Some(reason));
                self.release = None;
                vec![
                    Effect::Close,
                    Effect::Tell {
                        notice: Notice::Declined {
                            party,
                            text: text.to_owned(),
                        },
                    },
                ]
            }
            Answer::Yes | Answer::Always => self.agreed(at),
            Answer::Later if until.is_some() => {
                self.abandon_release();
                self.settle_state();
                vec![]
            }
            _ => {
                self.abandon_release();
                self.settle_state();
                vec![Effect::Tell {
                    notice: Notice::Answered {
                        party,
                        answer: Some(answer),
                        text: text.to_owned(),
                        why: why.to_vec(),
                    },
                }]
            }
        }
    }

    /// The message is not out after all: what was said while it seemed to be counts.
    pub(super) fn heed_late_words(&mut self, at: Timestamp) -> Vec<Effect> {
        let late = |p: &Party| {
            let was_late = p
                .answer_id
                .as_ref()
                .is_some_and(|id| self.late.contains(id));
            was_late && !p.answer.is_some_and(Answer::is_consent)
        };
        let Some(party) = self.parties.iter().position(late) else {
            return vec![];
        };
        let reason = match self.parties[party].answer {
            Some(Answer::No) => Reason::Declined,
            Some(Answer::Never) => Reason::Never,
            _ => {
                self.parties[party].trouble = Some(Reason::Unclear);
                self.abandon_release();
                self.settle_state();
                return vec![];
            }
        };
        self.close(at, State::Declined, Some(reason));
        self.release = None;
        let text = String::new();
        vec![
            Effect::Close,
            Effect::Tell {
                notice: Notice::Declined { party, text },
            },
        ]
    }

    /// Keeps by what the answer that counts now can be read again: every consent names its evidence.
    pub(super) fn keep_proof(
        &mut self,
        party: usize,
        answer: Answer,
        id: &MessageId,
        why: &[String],
        proof: &Proof,
    ) {
        let who = &mut self.parties[party];
        let known = |e: &Evidence| e.kind == Kind::Answer && e.message_id.as_ref() == Some(id);
        if who.answer_id.as_ref() != Some(id) || who.evidence.iter().any(known) {
            return;
        }
        who.evidence.push(Evidence {
            kind: Kind::Answer,
            date: proof.written,
            message_id: Some(id.clone()),
            detail: format!(
                "{} answered {}: {} (read by rules {}, SHA-256 {})",
                who.address,
                word(answer),
                why.join("; "),
                proof.rules,
                proof.digest,
            ),
        });
    }

    pub(super) fn agreed(&mut self, at: Timestamp) -> Vec<Effect> {
        if self.state == State::Releasing {
            return vec![];
        }
        self.settle_state();
        // What the server refused, or a date that has passed, only the user lifts.
        if self.stuck.is_some() || !self.placed {
            return vec![];
        }
        if self.everyone_agreed() {
            if self.leaves_at.is_some() {
                return vec![];
            }
            return self.begin_release(at, false);
        }
        self.leaves_at = None;
        if self.state == State::Asking && self.terms.order == Order::InTurn {
            self.ask_next(at)
        } else {
            vec![]
        }
    }

    pub(super) fn doubtful(
        &mut self,
        at: Timestamp,
        party: usize,
        text: &str,
        id: &MessageId,
        why: &[String],
    ) -> Vec<Effect> {
        if self.heard_before(party, Some(id)) {
            return vec![];
        }
        if !self.can_be_called_back() {
            return self.too_late(at, party, text, Some(id));
        }
        let who = &mut self.parties[party];
        who.heard.push(id.clone());
        if !who.answer.is_some_and(Answer::is_consent) {
            who.trouble = Some(Reason::DoubtfulSender);
        }
        self.note(at, "doubtful", self.parties[party].address.to_string());
        if self.state != State::Releasing {
            self.settle_state();
        }
        vec![Effect::Tell {
            notice: Notice::Answered {
                party,
                answer: None,
                text: text.to_owned(),
                why: why.to_vec(),
            },
        }]
    }

    /// Its message goes on as a newer version.
    fn goes_on_elsewhere(&self) -> bool {
        self.state == State::Cancelled
            && matches!(self.reason, Some(Reason::Edited | Reason::Superseded))
    }

    pub(super) fn too_late(
        &mut self,
        at: Timestamp,
        party: usize,
        text: &str,
        id: Option<&MessageId>,
    ) -> Vec<Effect> {
        let Some(id) = id else { return vec![] };
        self.late.push(id.clone());
        self.note(at, "too_late", self.parties[party].address.to_string());
        vec![Effect::Tell {
            notice: Notice::TooLate {
                party,
                text: text.to_owned(),
            },
        }]
    }

    pub(super) fn heard_before(&self, party: usize, id: Option<&MessageId>) -> bool {
        id.is_some_and(|id| self.parties[party].heard.contains(id) || self.late.contains(id))
    }

    pub(super) fn abandon_release(&mut self) {
        if self.state == State::Releasing {
            self.release = None;
            self.by_hand = false;
            self.state = State::Asking;
        }
    }
}

/// The word that stands in JSON and history.
#[must_use]
pub fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Later => "later",
        Answer::Always => "always",
        Answer::Never => "never",
        Answer::Question => "question",
        Answer::Conditional => "conditional",
        Answer::Delegate => "delegate",
        Answer::Unclear => "unclear",
    }
}
