//! How an introduction ends: released, called back, or otherwise.

use super::{Effect, Introduction, Notice, Reason, Release, State, Via};
use crate::Timestamp;
use crate::answer::Answer;

impl Introduction {
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

    pub(super) fn begin_release(&mut self, at: Timestamp, by_hand: bool) -> Vec<Effect> {
        self.state = State::Releasing;
        self.reason = None;
        self.stuck = None;
        self.by_hand = by_hand;
        self.release = Some(Release::Looking);
        self.leaves_at = None;
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

    pub(super) fn stop_release(&mut self, at: Timestamp, why: Reason) {
        self.release = None;
        self.by_hand = false;
        self.stuck = Some(why);
        self.settle_state();
        self.note(at, "attention", String::new());
    }

    pub(super) fn cancel(&mut self, at: Timestamp, reason: Reason) -> Vec<Effect> {
        let placed = self.placed;
        self.close(at, State::Cancelled, Some(reason));
        self.release = None;
        let tell = Effect::Tell {
            notice: Notice::Cancelled,
        };
        match reason {
            // The draft may be in the middle of being taken: what came of that is cleared away.
            Reason::Superseded | Reason::DraftReturned if !placed => vec![Effect::RemoveHeld],
            // It is nowhere in the mailbox yet: the user gets it all the same.
            Reason::Cancelled if self.via == Via::Gateway => {
                vec![Effect::GiveBack, Effect::RemoveNote]
            }
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

    pub(super) fn close(&mut self, at: Timestamp, state: State, reason: Option<Reason>) {
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
}
