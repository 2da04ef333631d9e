//! Drafts that come back: a composer that was still open, or a user who took one back.

use super::drafts::{What, likeness_key};
use super::{Desk, Turn, World};
use crate::introduction::{Event, Id, Reason, State, Via};
use crate::ledger::Entry;
use crate::mail::Message;
use crate::mailroom::Identity;
use chrono::TimeDelta;

/// A draft that stands in Drafts this long after it was held, its held copy beside it, was never
/// put aside: a composer was still open. Shorter, and a client that copies and then deletes would
/// look like one.
pub const RETURN_TIME: TimeDelta = TimeDelta::seconds(6);

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
            .filter(|i| i.account == account && i.via == Via::Drafts && i.placed)
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

    pub(super) fn returned_due(&mut self, world: &mut World<'_>, account: &str, turn: &mut Turn) {
        let Some(room) = self.rooms.get(account) else {
            return;
        };
        let over: Vec<(Id, String)> = room
            .returned
            .iter()
            .filter(|(_, (since, _))| world.at - *since >= RETURN_TIME)
            .map(|(id, (_, digest))| (id.clone(), digest.clone()))
            .collect();
        for (id, digest) in over {
            // Still here, and Held still has its copy: it never was put aside.
            let taken_back = self
                .rooms
                .get(account)
                .is_some_and(|r| r.missing.contains_key(&id));
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
