//! When an introduction next wants to hear of the time, and what the time then brings.

use super::{Effect, Introduction, Notice, Party, Reason, Remind, State};
use crate::Timestamp;
use crate::answer::Answer;
use chrono::{Days, NaiveDate, TimeDelta, TimeZone, Timelike, Utc};

impl Introduction {
    /// When it next wants to hear [`super::Event::Due`].
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        [
            self.ask_due(),
            self.remind_due(),
            self.expire_due(),
            self.later_due(),
            self.courtesy_due(),
            self.leave_due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Untouched courtesy letters go after seven days (PRODUCT “The three places” 3).
    fn courtesy_due(&self) -> Option<Timestamp> {
        (self.state == State::Slipped && !self.courtesy.is_empty() && !self.filed)
            .then(|| self.updated.max(self.created) + TimeDelta::days(7))
    }

    /// When it leaves after all, everybody having agreed long ago.
    fn leave_due(&self) -> Option<Timestamp> {
        (self.state == State::Asking && self.stuck.is_none())
            .then_some(self.leaves_at)
            .flatten()
    }

    /// Whether what is due are only a reminder or the end: after a gap these are spread.
    #[must_use]
    pub fn may_wait(&self, at: Timestamp) -> bool {
        let now = |due: Option<Timestamp>| due.is_some_and(|d| d <= at);
        !now(self.ask_due())
            && !now(self.leave_due())
            && (now(self.remind_due()) || now(self.expire_due()))
    }

    /// This time, or eight in the morning where it falls into the introducer's night.
    pub(super) fn by_daylight(&self, at: Timestamp) -> Timestamp {
        let local = at + TimeDelta::seconds(self.utc_offset.into());
        let (hour, day) = (local.hour(), local.date_naive());
        let morning = match hour {
            0..=6 => day,
            22..=23 => day + Days::new(1),
            _ => return at,
        };
        morning.and_hms_opt(8, 0, 0).map_or(at, |t| {
            Utc.from_utc_datetime(&t) - TimeDelta::seconds(self.utc_offset.into())
        })
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
            .map(|day| self.morning(day))
            .max();
        Some(asked.max(until.unwrap_or(asked)) + seconds(self.terms.expire_after))
    }

    pub(super) fn later_due(&self) -> Option<Timestamp> {
        if !matches!(self.state, State::Asking | State::Attention) {
            return None;
        }
        self.parties
            .iter()
            .filter(|p| p.answer == Some(Answer::Later))
            .filter_map(|p| p.until)
            .map(|day| self.morning(day))
            .min()
    }

    /// Nine in the introducer's morning of the day after which a person said they could be asked.
    fn morning(&self, day: NaiveDate) -> Timestamp {
        day.and_hms_opt(9, 0, 0).map_or_else(
            || Utc.timestamp_nanos(0),
            |t| Utc.from_utc_datetime(&t) - TimeDelta::seconds(self.utc_offset.into()),
        )
    }

    pub(super) fn due_now(&mut self, at: Timestamp) -> Vec<Effect> {
        let mut effects = vec![];
        if self.courtesy_due().is_some_and(|due| due <= at) {
            self.filed = true;
            return vec![Effect::RemoveCourtesy];
        }
        if self.ask_due().is_some_and(|due| due <= at) {
            effects.extend(self.ask_next(at));
            return effects;
        }
        if self.leave_due().is_some_and(|due| due <= at) {
            return if self.everyone_agreed() {
                self.begin_release(at, false)
            } else {
                self.leaves_at = None;
                vec![]
            };
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
                let come = self.parties[i].until.is_some_and(|d| self.morning(d) <= at);
                let party = &mut self.parties[i];
                if party.answer == Some(Answer::Later) && come {
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
}

impl Party {
    pub(super) fn asked_at(&self) -> Option<Timestamp> {
        self.asked.as_ref().and_then(|a| a.sent)
    }

    /// Asked, and no word and no trouble since.
    pub(super) fn is_silent(&self) -> bool {
        self.required
            && self.asked_at().is_some()
            && self.answer.is_none()
            && self.trouble.is_none()
    }
}

pub(super) fn seconds(n: u64) -> TimeDelta {
    TimeDelta::try_seconds(i64::try_from(n).unwrap_or(i64::MAX)).unwrap_or(TimeDelta::days(36_500))
}
