//! Drafts that come back: a composer that was still open, or a user who took one back.

use super::drafts::{What, likeness_key};
use super::heard::Question;
use super::{Desk, Turn, World};
use crate::Timestamp;
use crate::introduction::{Event, Id, Reason, State, Via};
use crate::ledger::Entry;
use crate::mail::Message;
use crate::mailroom::{Identity, Survey};
use crate::port::Place;
use chrono::TimeDelta;

/// A draft that stands in Drafts this long after it was held, its held copy beside it, was never
/// put aside: a composer was still open. Shorter, and a client that copies and then deletes would
/// look like one.
pub const RETURN_TIME: TimeDelta = TimeDelta::seconds(6);

/// The draft of a held message stands in Drafts again.
#[derive(Clone, Debug)]
pub struct Returned {
    pub since: Timestamp,
    /// Of its bytes.
    pub digest: String,
    pub uid: u32,
    /// When it was asked whether it is still there.
    pub asked: Option<Timestamp>,
}

impl Returned {
    /// When it wants to be looked at again.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        match self.asked {
            // The answer was lost with the connection.
            Some(asked) => asked + TimeDelta::seconds(30),
            None => self.since + RETURN_TIME,
        }
    }
}

impl Desk {
    /// The held introduction whose draft this is, come back before anybody was asked.
    pub(super) fn comes_back(
        &self,
        account: &str,
        message: &Message,
        identity: &Identity,
    ) -> Option<Id> {
        self.books
            .introductions
            .values()
            .filter(|i| i.account == account && i.via == Via::Drafts)
            .filter(|i| i.state.is_open())
            .find(|i| {
                i.digest == identity.digest
                    || (i.state == State::Held
                        && self
                            .held
                            .get(&i.id)
                            .is_some_and(|held| crate::settle::same_draft(held, message)))
            })
            .map(|i| i.id.clone())
    }

    /// Bytes or Message-ID that were released: a zombie draft of another client's cache (D12).
    pub(super) fn has_left(&self, account: &str, message: &Message) -> bool {
        self.books.introductions.values().any(|i| {
            i.account == account
                && matches!(i.state, State::Released | State::Slipped)
                && message.message_id.as_ref() == Some(&i.message_id)
        })
    }

    /// Bytes of an introduction that lay in Closed: whoever has moved them to Drafts took them back.
    pub(super) fn was_closed(&self, account: &str, digest: &str) -> bool {
        self.books.introductions.values().any(|i| {
            i.account == account
                && i.digest == digest
                && (matches!(i.state, State::Declined | State::Expired)
                    || i.reason == Some(Reason::Moot))
        })
    }

    /// Whether it is still there is looked at once more before anything is decided: what was seen
    /// may have been taken into Held, or away, in the meantime.
    pub(super) fn returned_due(&mut self, world: &World<'_>, account: &str, turn: &mut Turn) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        for returned in room.returned.values_mut() {
            if returned.due() <= world.at {
                returned.asked = Some(world.at);
                turn.questions.push(Question::Survey {
                    account: account.to_owned(),
                    places: vec![Place::Held, Place::Drafts],
                });
            }
        }
    }

    /// Still here, and Held still has its copy: it never was put aside.
    pub(super) fn returned_surveyed(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        survey: &Survey,
        turn: &mut Turn,
    ) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        room.returned.retain(|_, r| {
            let mut standing = survey.items.iter().filter(|i| !i.flags.deleted);
            standing.any(|i| i.uid.0 == r.uid)
        });
        let over: Vec<(Id, String, bool)> = room
            .returned
            .iter()
            .filter(|(_, r)| r.asked.is_some())
            .map(|(id, r)| (id.clone(), r.digest.clone(), room.missing.contains_key(id)))
            .collect();
        for (id, digest, taken_back) in over {
            self.decide_returned(world, account, &id, &digest, taken_back, turn);
        }
    }

    /// The draft of a held message lies in Drafts again, and we know why.
    pub(super) fn decide_returned(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        id: &Id,
        digest: &str,
        taken_back: bool,
        turn: &mut Turn,
    ) {
        let key = self.held.get(id).map(likeness_key);
        if let Some(room) = self.rooms.get_mut(account) {
            room.returned.remove(id);
            room.missing.remove(id);
            if !taken_back && let Some(key) = key {
                *room.returns.entry(key).or_default() += 1;
            }
            // It is read again, now as a draft of its own.
            room.drafts
                .retain(|_, s| !matches!(&s.what, What::Left(why) if why.contains("held copy")));
        }
        let reason = if taken_back {
            Reason::TakenBack
        } else {
            Reason::DraftReturned
        };
        if taken_back {
            let entry = Entry::LeaveAlone {
                account: account.to_owned(),
                digest: digest.to_owned(),
            };
            self.write(entry, turn);
        }
        self.step(world, id, &Event::Cancelled { reason }, turn);
        self.survey(account, turn);
    }
}
