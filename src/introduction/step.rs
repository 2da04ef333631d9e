//! The transition function: every rule of the life cycle.

use super::clock::seconds;
use super::{Effect, Event, Introduction, Moment, Notice, Order, Party, Reason, Release, State};
use crate::Timestamp;

impl Introduction {
    /// Where this introduction stands after `event`, and what to do about it.
    ///
    /// An event that no longer matters, such as a confirmation that comes after the release,
    /// changes nothing and asks for nothing. The same event twice is the same as once, so a
    /// reply that is read again after a crash does no harm.
    #[must_use]
    pub fn step(&self, at: Timestamp, event: &Event) -> (Introduction, Vec<Effect>) {
        let mut next = self.clone();
        let effects = next.take(at, event);
        if next != *self {
            next.updated = at;
        }
        (next, effects)
    }

    fn take(&mut self, at: Timestamp, event: &Event) -> Vec<Effect> {
        match event {
            // What the introducer decides comes before everything else.
            Event::ReleaseNow if self.can_be_released() => self.begin_release(at, true),
            Event::Cancelled { reason } if self.can_be_called_back() => self.cancel(at, *reason),
            Event::Confirmed if self.can_be_confirmed() => self.confirm(at),
            Event::RemindNow if matches!(self.state, State::Asking | State::Attention) => {
                self.remind_parties(at)
            }

            Event::Placed if self.state == State::Held && !self.placed => {
                self.placed = true;
                self.note(at, "held", String::new());
                if self.follows().is_some() {
                    // Nobody is asked about it: it waits for the one that it answers.
                    return vec![];
                }
                let mut effects = vec![Effect::Tell {
                    notice: self.hold_notice(),
                }];
                if self.stuck.is_some() {
                    self.settle_state();
                } else if !self.confirmed {
                    self.reason = Some(Reason::Unconfirmed);
                }
                if self.grace_ends.is_some() && self.may_ask() {
                    effects.extend(self.ask_next(at));
                }
                effects
            }
            Event::NotPlaced if self.state == State::Held && !self.placed => {
                self.close(at, State::Cancelled, Some(Reason::DraftReturned));
                vec![]
            }
            Event::Noted if self.state == State::Held && self.grace_ends.is_none() => {
                self.grace_ends = Some(at + seconds(self.terms.grace));
                vec![]
            }
            Event::Due => self.due_now(at),
            Event::Overslept if self.ask_due().is_some_and(|due| due < at) => {
                // What was forgotten for a night is not asked about in the middle of the next (A15).
                self.grace_ends = Some(self.by_daylight(at + seconds(self.terms.grace)));
                self.note(at, "overslept", String::new());
                vec![Effect::Tell {
                    notice: Notice::Held,
                }]
            }

            Event::AskSent { party } if self.open_party(*party) => {
                let Some(asked) = self.parties[*party]
                    .asked
                    .as_mut()
                    .filter(|a| a.sent.is_none())
                else {
                    return vec![];
                };
                asked.sent = Some(at);
                let who = self.parties[*party].address.to_string();
                self.note(at, "asked", who);
                vec![Effect::FileAsk { party: *party }]
            }
            Event::AskRefused { party, reply }
                if self.open_party(*party) && self.parties[*party].answer.is_none() =>
            {
                if self.parties[*party].trouble == Some(Reason::Bounced) {
                    return vec![];
                }
                self.parties[*party].trouble = Some(Reason::Bounced);
                self.note(
                    at,
                    "ask_refused",
                    format!("{}: {reply}", self.parties[*party].address),
                );
                self.settle_state();
                vec![Effect::Tell {
                    notice: Notice::Bounced {
                        party: *party,
                        text: reply.clone(),
                    },
                }]
            }

            Event::Answered {
                party,
                answer,
                until,
                text,
                id,
                why,
                proof,
            } if *party < self.parties.len() => {
                let effects = self.answered(at, *party, *answer, *until, text, id.as_ref(), why);
                if let (Some(id), Some(proof)) = (id, proof) {
                    self.keep_proof(*party, *answer, id, why, proof);
                }
                effects
            }
            Event::Doubtful {
                party,
                text,
                id,
                why,
            } if *party < self.parties.len() => self.doubtful(at, *party, text, id, why),
            Event::Bounced { party, text }
                if self.open_party(*party) && self.parties[*party].answer.is_none() =>
            {
                if self.parties[*party].trouble == Some(Reason::Bounced) {
                    return vec![];
                }
                self.parties[*party].trouble = Some(Reason::Bounced);
                self.note(at, "bounced", self.parties[*party].address.to_string());
                self.settle_state();
                vec![Effect::Tell {
                    notice: Notice::Bounced {
                        party: *party,
                        text: text.clone(),
                    },
                }]
            }
            Event::Away { party, until, text }
                if self.open_party(*party) && !self.parties[*party].away =>
            {
                let who = &mut self.parties[*party];
                who.away = true;
                if who.answer.is_none() {
                    who.until = until.or(who.until);
                }
                self.note(at, "away", self.parties[*party].address.to_string());
                vec![Effect::Tell {
                    notice: Notice::Away {
                        party: *party,
                        text: text.clone(),
                    },
                }]
            }

            Event::Unaskable { party }
                if self.open_party(*party)
                    && self.release.is_none()
                    && self.stuck.is_none()
                    && self.parties[*party].required
                    && self.parties[*party].asked_at().is_none()
                    && self.parties[*party].answer.is_none() =>
            {
                self.stuck = Some(Reason::Never);
                self.note(at, "unaskable", self.parties[*party].address.to_string());
                if !self.placed {
                    return vec![];
                }
                self.settle_state();
                vec![Effect::Tell {
                    notice: Notice::Unaskable { party: *party },
                }]
            }
            Event::AgreedLongAgo
                if self.release == Some(Release::Looking)
                    && !self.by_hand
                    && self.leaves_at.is_none() =>
            {
                self.release = None;
                self.state = State::Asking;
                self.leaves_at = Some(at + seconds(self.terms.grace.max(600)));
                self.note(at, "agreed_long_ago", String::new());
                vec![Effect::Tell {
                    notice: Notice::Leaving,
                }]
            }

            Event::LookedFresh if self.release == Some(Release::Looking) => {
                self.release = Some(Release::Sending);
                vec![Effect::Release]
            }
            Event::LookedStale if self.release == Some(Release::Looking) && !self.by_hand => {
                self.stop_release(at, Reason::DatePassed);
                vec![Effect::Tell {
                    notice: Notice::DatePassed,
                }]
            }
            Event::HandedOver if self.release == Some(Release::Sending) => {
                self.release = Some(Release::HandedOver);
                self.note(at, "handed_over", String::new());
                vec![]
            }
            Event::PutOff if self.release == Some(Release::HandedOver) => {
                self.release = Some(Release::Sending);
                self.note(at, "put_off", String::new());
                self.heed_late_words(at)
            }
            Event::LookedSent | Event::Accepted if self.state == State::Releasing => {
                self.close(at, State::Released, None);
                self.release = None;
                vec![
                    Effect::File,
                    Effect::Tell {
                        notice: Notice::Released,
                    },
                ]
            }
            Event::Refused { reply } if self.state == State::Releasing => {
                self.stop_release(at, Reason::Refused);
                self.note(at, "refused", reply.clone());
                vec![Effect::Tell {
                    notice: Notice::Refused {
                        reply: reply.clone(),
                    },
                }]
            }
            Event::InDoubt if self.state == State::Releasing => {
                self.stop_release(at, Reason::InDoubt);
                vec![Effect::Tell {
                    notice: Notice::InDoubt,
                }]
            }
            Event::Filed if self.state == State::Released && !self.filed => {
                self.filed = true;
                self.note(at, "filed", String::new());
                vec![]
            }
            _ => vec![],
        }
    }

    /// `ask` works while held, and in attention where nobody was asked; never against `never`.
    #[must_use]
    pub fn can_be_confirmed(&self) -> bool {
        match self.state {
            State::Held => true,
            State::Attention => {
                matches!(self.stuck, Some(Reason::TooMany | Reason::DeclinedBefore))
            }
            _ => false,
        }
    }

    fn hold_notice(&self) -> Notice {
        if self.stuck == Some(Reason::InDoubt) {
            Notice::InDoubt
        } else if self.stuck.is_some() {
            Notice::NobodyAsked
        } else if self.confirmed {
            Notice::Held
        } else {
            Notice::Unconfirmed
        }
    }

    pub(super) fn may_ask(&self) -> bool {
        self.confirmed && self.stuck.is_none()
    }

    fn confirm(&mut self, at: Timestamp) -> Vec<Effect> {
        if self.confirmed && self.stuck.is_none() && self.grace_ends.is_some_and(|g| g <= at) {
            return vec![];
        }
        self.confirmed = true;
        self.stuck = None;
        self.grace_ends = Some(at);
        self.note(at, "confirmed", String::new());
        if self.state == State::Attention {
            self.state = State::Held;
        }
        self.reason = None;
        if self.placed {
            self.ask_next(at)
        } else {
            vec![]
        }
    }

    /// Asks all who are to be asked now: everybody, or the next in turn.
    pub(super) fn ask_next(&mut self, at: Timestamp) -> Vec<Effect> {
        self.state = State::Asking;
        self.reason = None;
        let waiting =
            |p: &Party| p.required && p.answer.is_none() && p.asked.is_none() && !p.ask_decided;
        let mut asked = vec![];
        let mut order: Vec<usize> = self
            .turn
            .iter()
            .copied()
            .filter(|i| *i < self.parties.len())
            .collect();
        order.extend((0..self.parties.len()).filter(|i| !self.turn.contains(i)));
        for i in order {
            if waiting(&self.parties[i]) {
                asked.push(i);
                self.parties[i].ask_decided = true;
                if self.terms.order == Order::InTurn {
                    break;
                }
            }
        }
        if asked.is_empty() && self.everyone_agreed() {
            return self.begin_release(at, false);
        }
        asked
            .into_iter()
            .map(|party| Effect::Ask { party })
            .collect()
    }

    pub(super) fn remind_parties(&mut self, at: Timestamp) -> Vec<Effect> {
        let mut effects = vec![];
        for party in self.silent() {
            let p = &mut self.parties[party];
            if !p.reminder_decided && p.asked.as_ref().is_some_and(|a| a.sent.is_some()) {
                p.reminder_decided = true;
                let who = p.address.to_string();
                self.note(at, "reminded", who);
                effects.push(Effect::Remind { party });
            }
        }
        effects
    }

    /// Parties that were asked and have said nothing.
    #[must_use]
    pub fn silent(&self) -> Vec<usize> {
        (0..self.parties.len())
            .filter(|i| self.parties[*i].is_silent())
            .collect()
    }

    /// Asking or attention, whichever the parties' troubles say. Held stays held.
    pub(super) fn settle_state(&mut self) {
        if self.release.is_some() {
            // On its way by the introducer's word: a party's trouble does not stop it.
            return;
        }
        let trouble = self
            .stuck
            .or_else(|| self.parties.iter().find_map(|p| p.trouble));
        self.reason = trouble;
        self.state = match trouble {
            Some(_) => State::Attention,
            None if self.state == State::Held => State::Held,
            None => State::Asking,
        };
    }

    fn open_party(&self, party: usize) -> bool {
        self.state.is_open() && party < self.parties.len()
    }

    pub(super) fn note(&mut self, at: Timestamp, event: &str, detail: String) {
        self.history.push(Moment {
            at,
            event: event.to_owned(),
            detail,
        });
    }
}
