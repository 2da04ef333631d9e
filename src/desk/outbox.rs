//! What is decided and not done yet: what may start, and what may still be sent.

use super::heard::Question;
use super::{Desk, Turn, World};
use crate::Timestamp;
use crate::config::NotifyBy;
use crate::introduction::{Event, Id, Introduction, Release};
use crate::ledger::{Entry, Errand, Item};
use crate::mail::Address;

/// How an item is carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    Probe(Question),
    Letter,
    Deed,
}

impl Desk {
    /// Items that may be carried out now. They count as in flight until their outcome is heard.
    pub fn take_ready(&mut self, at: Timestamp) -> Vec<Item> {
        let ready: Vec<Item> = self
            .books
            .items
            .values()
            .filter(|i| self.backoff.get(&i.id).is_none_or(|b| b.not_before <= at))
            .filter(|i| self.can_start(i))
            .cloned()
            .collect();
        // Several asks to one person in one go would each find the cap free.
        let mut taken: Vec<Item> = Vec::new();
        for item in ready {
            let same_person = |other: &Item| match (&other.errand, &item.errand) {
                (Errand::Send { letter: a, .. }, Errand::Send { letter: b, .. }) => a.to == b.to,
                _ => false,
            };
            if !taken.iter().any(same_person) {
                self.in_flight.insert(item.id, Self::is_in_doubt(&item));
                taken.push(item);
            }
        }
        taken
    }

    /// Nothing but the time stands in its way.
    pub(super) fn can_start(&self, item: &Item) -> bool {
        !self.in_flight.contains_key(&item.id)
            && self.rooms.get(&item.account).is_some_and(|r| {
                r.ready && r.acts() && (r.watching || !self.waits_for_reading(item))
            })
            && self.may_start(item)
    }

    /// By which way an item is carried out: by SMTP, in the mailbox, or, in doubt whether it has
    /// left already, by looking for a sign of it first.
    #[must_use]
    pub fn way_of(&self, item: &Item) -> Way {
        match &item.errand {
            // Nothing of it goes by SMTP.
            _ if self.sends_by_hand(&item.account) => Way::Deed,
            Errand::Send { .. } | Errand::Release if Self::is_in_doubt(item) => {
                self.probe_of(item).map_or(Way::Deed, Way::Probe)
            }
            Errand::Send { .. } | Errand::Release => Way::Letter,
            Errand::Tell { .. }
                if self.config.notify.by == NotifyBy::Mail
                    && !self.by_append.contains(&item.id) =>
            {
                Way::Letter
            }
            _ => Way::Deed,
        }
    }

    /// After a start or a long sleep everything is read before anything is sent; but for what the
    /// introducer has decided.
    fn waits_for_reading(&self, item: &Item) -> bool {
        let by_hand = |id: &Id| self.books.introductions.get(id).is_some_and(|i| i.by_hand);
        matches!(
            item.errand,
            Errand::Send { .. } | Errand::Look | Errand::Release
        ) && !item.introduction.as_ref().is_some_and(by_hand)
    }

    pub(super) fn may_start(&self, item: &Item) -> bool {
        let leaves = matches!(item.errand, Errand::Send { .. } | Errand::Release);
        if leaves
            && !Self::is_in_doubt(item)
            && item
                .introduction
                .as_ref()
                .is_some_and(|id| !self.is_remembered(id))
        {
            return false;
        }
        match &item.errand {
            Errand::Send {
                party,
                reminder: false,
                letter,
            } => {
                let Some(own) = item
                    .introduction
                    .as_ref()
                    .and_then(|id| self.books.introductions.get(id))
                else {
                    return true;
                };
                // The user called it back before the ask left.
                own.parties.get(*party).is_none()
                    || self.open_asks_to(&letter.to) < self.config.ask.max_per_person as usize
                    || !own.state.is_open()
            }
            _ => true,
        }
    }

    /// How many asks wait for this person's answer, those on their way included.
    pub(super) fn open_asks_to(&self, address: &Address) -> usize {
        let asked = self
            .books
            .introductions
            .values()
            .filter(|i| i.is_asking())
            .flat_map(|i| &i.parties)
            .filter(|p| p.address == *address && p.answer.is_none())
            .filter(|p| p.asked.as_ref().is_some_and(|a| a.sent.is_some()))
            .count();
        let leaving = self
            .in_flight
            .keys()
            .filter_map(|id| self.books.items.get(id))
            .filter(|i| {
                matches!(&i.errand, Errand::Send { letter, reminder: false, .. } if letter.to == *address)
            })
            .count();
        asked + leaving
    }

    /// The final dot of this item is about to go out: may it? Written down before it does.
    pub fn before_dot(&mut self, world: &mut World<'_>, item: u64) -> Option<Turn> {
        let known = self.books.items.get(&item)?.clone();
        if !self.acts(&known.account) {
            return None;
        }
        if matches!(known.errand, Errand::Tell { .. }) {
            // To the introducer alone; twice is a nuisance, not a harm.
            return Some(Turn::default());
        }
        let introduction = self
            .books
            .introductions
            .get(known.introduction.as_ref()?)?
            .clone();
        let mut turn = Turn::default();
        match known.errand {
            Errand::Release => {
                if introduction.release != Some(Release::Sending) || !introduction.may_leave() {
                    return None;
                }
                self.write(Entry::Committing { item }, &mut turn);
                self.step(world, &introduction.id, &Event::HandedOver, &mut turn);
            }
            // Their word came while it was on its way, or they do not want to be asked at all.
            Errand::Send {
                party, ref letter, ..
            } if introduction
                .parties
                .get(party)
                .is_some_and(|p| p.answer.is_some())
                || self.is_unaskable(&letter.to) =>
            {
                return None;
            }
            Errand::Send { .. } if introduction.state.is_open() => {
                self.write(Entry::Committing { item }, &mut turn);
            }
            _ => return None,
        }
        Some(turn)
    }

    /// Asks that have not left when an introduction ends never will.
    pub(super) fn forget_needless(
        &mut self,
        world: &World<'_>,
        ended: &Introduction,
        turn: &mut Turn,
    ) {
        self.take_ready_away(world, ended, turn);
        let needless: Vec<u64> = self
            .books
            .items
            .values()
            .filter(|i| i.introduction.as_ref() == Some(&ended.id) && !i.committing)
            .filter(|i| !self.in_flight.contains_key(&i.id))
            .filter(|i| {
                matches!(
                    i.errand,
                    Errand::Hold { .. }
                        | Errand::Place { .. }
                        | Errand::Send { .. }
                        | Errand::Look
                        | Errand::Release
                )
            })
            .map(|i| i.id)
            .collect();
        for item in needless {
            self.write(Entry::Done { item }, turn);
        }
    }

    pub(super) fn new_item(
        &mut self,
        account: &str,
        introduction: Option<&Id>,
        errand: Errand,
        at: Timestamp,
    ) -> Item {
        let id = self.books.next_item;
        self.books.next_item += 1;
        Item {
            id,
            account: account.to_owned(),
            introduction: introduction.cloned(),
            errand,
            since: at,
            committing: false,
            repeated: false,
        }
    }
}
