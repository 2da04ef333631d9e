//! The transition function: every rule of the life cycle.

use super::{
    Effect, Event, Introduction, Moment, Notice, Order, Party, Reason, Release, Remind, State,
};
use crate::Timestamp;
use crate::answer::Answer;
use crate::mail::MessageId;
use chrono::{NaiveDate, TimeDelta, TimeZone, Utc};

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
                self.grace_ends = Some(at + seconds(self.terms.grace));
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
            } if *party < self.parties.len() => {
                self.answered(at, *party, *answer, *until, text, id.as_ref(), why)
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
                vec![]
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

    /// All who must agree have agreed, or the introducer said send. Asserted once more by whoever
    /// hands the bytes over.
    #[must_use]
    pub fn may_leave(&self) -> bool {
        self.by_hand || self.everyone_agreed()
    }

    /// Every party that must agree has, and their latest word is a plain yes.
    #[must_use]
    pub fn everyone_agreed(&self) -> bool {
        let mut required = self.parties.iter().filter(|p| p.required).peekable();
        required.peek().is_some() && required.all(|p| p.answer.is_some_and(Answer::is_consent))
    }

    /// `release` works in every state but releasing, released, cancelled and slipped.
    #[must_use]
    pub fn can_be_released(&self) -> bool {
        matches!(
            self.state,
            State::Held | State::Asking | State::Attention | State::Declined | State::Expired
        )
    }

    /// `cancel` works in held, asking, attention, and in a release that is not handed over yet.
    #[must_use]
    pub fn can_be_called_back(&self) -> bool {
        self.state.is_open() && self.release != Some(Release::HandedOver)
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

    /// When it next wants to hear [`Event::Due`].
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        [
            self.ask_due(),
            self.remind_due(),
            self.expire_due(),
            self.later_due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// When the asks go out.
    #[must_use]
    pub fn ask_due(&self) -> Option<Timestamp> {
        (self.state == State::Held && self.placed && self.may_ask())
            .then_some(self.grace_ends)
            .flatten()
    }

    /// The earliest reminder of any party, counted from that party's ask.
    #[must_use]
    pub fn remind_due(&self) -> Option<Timestamp> {
        if !matches!(self.state, State::Asking | State::Attention) || self.stuck.is_some() {
            return None;
        }
        let after = seconds(self.terms.remind_after);
        let silent = self.parties.iter().filter(|p| p.is_silent());
        match self.terms.remind {
            Remind::Off => None,
            Remind::Introducer if self.reminded => None,
            Remind::Introducer => silent
                .filter_map(|p| p.asked_at())
                .map(|sent| sent + after)
                .min(),
            Remind::Party => silent
                .filter(|p| {
                    p.asked.as_ref().is_some_and(|a| a.reminder.is_none()) && !p.reminder_decided
                })
                .filter_map(Party::asked_at)
                .map(|sent| sent + after)
                .min(),
        }
    }

    /// Counted from the latest ask; an absence or a `later` with a date moves its start to that day.
    #[must_use]
    pub fn expire_due(&self) -> Option<Timestamp> {
        if !matches!(self.state, State::Asking | State::Attention) || self.stuck.is_some() {
            return None;
        }
        let asked = self.parties.iter().filter_map(Party::asked_at).max()?;
        let until = self
            .parties
            .iter()
            .filter_map(|p| p.until)
            .map(morning)
            .max();
        Some(asked.max(until.unwrap_or(asked)) + seconds(self.terms.expire_after))
    }

    fn later_due(&self) -> Option<Timestamp> {
        if !matches!(self.state, State::Asking | State::Attention) {
            return None;
        }
        self.parties
            .iter()
            .filter(|p| p.answer == Some(Answer::Later))
            .filter_map(|p| p.until)
            .map(morning)
            .min()
    }

    fn due_now(&mut self, at: Timestamp) -> Vec<Effect> {
        let mut effects = vec![];
        if self.ask_due().is_some_and(|due| due <= at) {
            effects.extend(self.ask_next(at));
            return effects;
        }
        if self.expire_due().is_some_and(|due| due <= at) {
            self.close(at, State::Expired, Some(Reason::NoAnswer));
            return vec![
                Effect::Close,
                Effect::Tell {
                    notice: Notice::Expired,
                },
            ];
        }
        if self.remind_due().is_some_and(|due| due <= at) {
            if self.terms.remind == Remind::Party {
                effects.extend(self.remind_parties(at));
            } else {
                self.reminded = true;
                self.note(at, "waiting", String::new());
                let parties = self.silent();
                effects.push(Effect::Tell {
                    notice: Notice::Waiting { parties },
                });
            }
        }
        if self.later_due().is_some_and(|due| due <= at) {
            for i in 0..self.parties.len() {
                let party = &mut self.parties[i];
                if party.answer == Some(Answer::Later)
                    && party.until.is_some_and(|d| morning(d) <= at)
                {
                    party.answer = None;
                    party.trouble = Some(Reason::Later);
                    effects.push(Effect::Tell {
                        notice: Notice::LaterCame { party: i },
                    });
                }
            }
            self.settle_state();
        }
        effects
    }

    fn hold_notice(&self) -> Notice {
        if self.stuck.is_some() {
            Notice::NobodyAsked
        } else if self.confirmed {
            Notice::Held
        } else {
            Notice::Unconfirmed
        }
    }

    fn may_ask(&self) -> bool {
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
    fn ask_next(&mut self, at: Timestamp) -> Vec<Effect> {
        self.state = State::Asking;
        self.reason = None;
        let waiting =
            |p: &Party| p.required && p.answer.is_none() && p.asked.is_none() && !p.ask_decided;
        let mut asked = vec![];
        for i in 0..self.parties.len() {
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

    fn remind_parties(&mut self, at: Timestamp) -> Vec<Effect> {
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

    #[allow(clippy::too_many_arguments)]
    fn answered(
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

    fn agreed(&mut self, at: Timestamp) -> Vec<Effect> {
        if self.state == State::Releasing {
            return vec![];
        }
        self.settle_state();
        // What the server refused, or a date that has passed, only the user lifts.
        if self.stuck.is_some() || !self.placed {
            return vec![];
        }
        if self.everyone_agreed() {
            return self.begin_release(at, false);
        }
        if self.state == State::Asking && self.terms.order == Order::InTurn {
            self.ask_next(at)
        } else {
            vec![]
        }
    }

    fn doubtful(
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

    fn too_late(
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

    fn heard_before(&self, party: usize, id: Option<&MessageId>) -> bool {
        id.is_some_and(|id| self.parties[party].heard.contains(id) || self.late.contains(id))
    }

    fn begin_release(&mut self, at: Timestamp, by_hand: bool) -> Vec<Effect> {
        self.state = State::Releasing;
        self.reason = None;
        self.stuck = None;
        self.by_hand = by_hand;
        self.release = Some(Release::Looking);
        self.note(
            at,
            "releasing",
            if by_hand {
                "by you".to_owned()
            } else {
                String::new()
            },
        );
        vec![Effect::Look]
    }

    fn stop_release(&mut self, at: Timestamp, why: Reason) {
        self.release = None;
        self.by_hand = false;
        self.stuck = Some(why);
        self.settle_state();
        self.note(at, "attention", String::new());
    }

    fn abandon_release(&mut self) {
        if self.state == State::Releasing {
            self.release = None;
            self.by_hand = false;
            self.state = State::Asking;
        }
    }

    /// Asking or attention, whichever the parties' troubles say. Held stays held.
    fn settle_state(&mut self) {
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

    fn cancel(&mut self, at: Timestamp, reason: Reason) -> Vec<Effect> {
        let placed = self.placed;
        self.close(at, State::Cancelled, Some(reason));
        self.release = None;
        let tell = Effect::Tell {
            notice: Notice::Cancelled,
        };
        match reason {
            _ if !placed => vec![],
            Reason::Cancelled => vec![Effect::GiveBack, Effect::RemoveNote],
            Reason::DraftReturned => vec![Effect::RemoveHeld, Effect::RemoveNote],
            Reason::TakenBack => vec![Effect::RemoveNote],
            Reason::Superseded => vec![Effect::RemoveHeld, tell],
            Reason::Edited => vec![Effect::GiveBack, tell],
            Reason::Moot => vec![Effect::Close, tell],
            _ => vec![tell],
        }
    }

    fn close(&mut self, at: Timestamp, state: State, reason: Option<Reason>) {
        self.state = state;
        self.reason = reason;
        let event = match state {
            State::Released => "released",
            State::Declined => "declined",
            State::Expired => "expired",
            _ => "cancelled",
        };
        self.note(at, event, String::new());
    }

    fn open_party(&self, party: usize) -> bool {
        self.state.is_open() && party < self.parties.len()
    }

    fn note(&mut self, at: Timestamp, event: &str, detail: String) {
        self.history.push(Moment {
            at,
            event: event.to_owned(),
            detail,
        });
    }
}

impl Party {
    fn asked_at(&self) -> Option<Timestamp> {
        self.asked.as_ref().and_then(|a| a.sent)
    }

    /// Asked, and no word and no trouble since.
    fn is_silent(&self) -> bool {
        self.required
            && self.asked_at().is_some()
            && self.answer.is_none()
            && self.trouble.is_none()
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

fn seconds(n: u64) -> TimeDelta {
    TimeDelta::try_seconds(i64::try_from(n).unwrap_or(i64::MAX)).unwrap_or(TimeDelta::days(36_500))
}

/// Nine o'clock UTC of the day after which a person said they could be asked.
fn morning(day: NaiveDate) -> Timestamp {
    day.and_hms_opt(9, 0, 0)
        .map_or_else(|| Utc.timestamp_nanos(0), |t| Utc.from_utc_datetime(&t))
}
