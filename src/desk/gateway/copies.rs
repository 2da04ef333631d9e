//! Copies in Sent of what came through the gateway, or may still come.

use super::{UNPAIRED, Unpaired};
use crate::desk::{Desk, Turn, World};
use crate::introduction::{State, Via};
use crate::ledger::{Entry, Errand};
use crate::mail::Message;

impl Desk {
    /// Whether a message in Sent is the client's copy of something that came through the gateway (L12, L13). It goes
    /// where the message has not gone out.
    pub(in crate::desk) fn is_copy_of_submitted(
        &mut self,
        world: &World<'_>,
        account: &str,
        message: &Message,
        turn: &mut Turn,
    ) -> bool {
        let Some(message_id) = &message.message_id else {
            return false;
        };
        let all = self.books.introductions.values();
        let same = all.filter(|i| {
            i.account == account && i.via == Via::Gateway && i.message_id == *message_id
        });
        let Some(known) = same.max_by_key(|i| (i.state.is_open(), i.updated)) else {
            return false;
        };
        let id = known.id.clone();
        let goes = match known.state {
            State::Cancelled => false,
            State::Released => known.filed,
            _ => true,
        };
        let mut waiting = self.books.items.values();
        let pending = waiting.any(|i| {
            i.introduction.as_ref() == Some(&id)
                && i.errand == Errand::TakeSent
                && !self.in_flight.contains_key(&i.id)
        });
        if goes && !pending {
            let item = self.new_item(account, Some(&id), Errand::TakeSent, world.at);
            self.write(Entry::Todo { items: vec![item] }, turn);
        }
        true
    }

    pub(in crate::desk) fn wait_for_submission(
        &mut self,
        world: &World<'_>,
        account: &str,
        bytes: Vec<u8>,
    ) {
        if let Some(room) = self.rooms.get_mut(account) {
            let until = world.at + UNPAIRED;
            room.unpaired.push(Unpaired { until, bytes });
        }
    }

    /// Whether something found in Sent is still waited for at the gateway. How far Sent was read is not to be
    /// written down meanwhile: a restart would not look at it again.
    #[must_use]
    pub fn awaits_submissions(&self) -> bool {
        self.rooms.values().any(|room| !room.unpaired.is_empty())
    }

    /// What did not come through the gateway has slipped.
    pub(in crate::desk) fn unpaired_due(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        turn: &mut Turn,
    ) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        let (due, wait) = std::mem::take(&mut room.unpaired)
            .into_iter()
            .partition(|u| u.until <= world.at);
        room.unpaired = wait;
        let due: Vec<Unpaired> = due;
        for unpaired in due {
            self.sent_looked_at(world, account, unpaired.bytes, true, turn);
        }
    }
}
