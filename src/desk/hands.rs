//! The user's hands on our folders: what was moved, and what that means.

use super::drafts::Candidate;
use super::heard::{FoundAt, Question};
use super::{Desk, Turn, World};
use crate::introduction::{Event, Id, Introduction, Reason, State, Via};
use crate::ledger::{About, Entry, Errand};
use crate::letter::AccountMatter;
use crate::mailroom::{Identity, Survey};
use crate::port::{Place, UidValidity};
use chrono::TimeDelta;

/// A held copy that was not seen for this long was taken away. A client that moves by copying and
/// deleting is done with it by then.
pub const MISSING_TIME: TimeDelta = TimeDelta::milliseconds(700);

/// How the Message-ID of a message begins that `askfirst try` puts into Held for a moment.
pub const TRIED: &str = "askfirst-try.";

impl Desk {
    /// What lies in one place now.
    pub(super) fn surveyed(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        place: Place,
        survey: &Survey,
        turn: &mut Turn,
    ) {
        match place {
            Place::Drafts => {
                self.drafts_surveyed(world, account, survey, turn);
                self.returned_surveyed(world, account, survey, turn);
            }
            Place::Held => self.held_surveyed(world, account, survey, turn),
            Place::Ask | Place::SendNow | Place::GiveBack | Place::Closed => {
                self.ours_surveyed(world, account, place, survey, turn);
            }
            _ => {}
        }
    }

    fn held_surveyed(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        survey: &Survey,
        turn: &mut Turn,
    ) {
        let lying = |i: &Introduction| {
            survey.items.iter().any(|item| {
                !item.flags.deleted && is_copy_of(i, item.message_id.as_ref(), item.size)
            })
        };
        let (here, gone): (Vec<_>, Vec<_>) = self
            .books
            .introductions
            .values()
            .filter(|i| i.account == account && i.placed && i.state.is_open())
            .filter(|i| i.release.is_none())
            .partition(|i| lying(i));
        let here: Vec<Id> = here.into_iter().map(|i| i.id.clone()).collect();
        let gone: Vec<Id> = gone.into_iter().map(|i| i.id.clone()).collect();
        let strange: Vec<_> = survey
            .items
            .iter()
            .filter(|item| !item.flags.deleted)
            .filter(|item| {
                !self.books.introductions.values().any(|i| {
                    i.account == account && is_copy_of(i, item.message_id.as_ref(), item.size)
                        || is_edit_of(i, item)
                })
            })
            .map(|item| (item.message_id.clone(), item.size))
            .collect();
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        for id in here {
            room.missing.remove(&id);
        }
        for id in gone {
            room.missing.entry(id).or_insert(world.at);
        }
        for (message_id, size) in strange {
            self.not_ours(world, account, Place::Held, message_id.as_ref(), size, turn);
        }
        self.hands_due(world, account, turn);
    }

    /// Held copies that stay away are looked for everywhere.
    pub(super) fn hands_due(&mut self, world: &mut World<'_>, account: &str, turn: &mut Turn) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        let due: Vec<Id> = room
            .missing
            .iter()
            .filter(|(_, since)| world.at - **since >= MISSING_TIME)
            .map(|(id, _)| id.clone())
            .collect();
        for id in due {
            // Asked again after a while, if the answer is lost with the connection.
            room.missing
                .insert(id.clone(), world.at + TimeDelta::seconds(30));
            let Some(i) = self.books.introductions.get(&id) else {
                continue;
            };
            let (lies, _, size) = i.lies_as();
            turn.questions.push(Question::Locate {
                account: account.to_owned(),
                introduction: id,
                message_id: lies.unwrap_or(&i.message_id).clone(),
                size,
            });
        }
    }

    /// A message that was missing from Held lies there now.
    pub(super) fn located(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        id: &Id,
        found: &[FoundAt],
        turn: &mut Turn,
    ) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        let returned = room.returned.get(id).map(|r| r.digest.clone());
        room.missing.remove(id);
        let vanished = room.lead.vanished.remove(id);
        let there = |place: Place, intact: bool| {
            found
                .iter()
                .any(|f| f.place == Some(place) && !f.deleted && (f.intact || !intact))
        };
        if vanished {
            self.unminded.insert(About::Introduction(id.clone()));
            let ours = [Place::Held, Place::Ask, Place::SendNow, Place::GiveBack];
            if !ours.iter().any(|place| there(*place, false)) {
                // Neither its record nor its held copy stands any more: another machine has ended it.
                let introduction = id.clone();
                self.held.remove(id);
                return self.write(Entry::EndedElsewhere { introduction }, turn);
            }
        }
        if there(Place::Held, true) {
            return;
        }
        let Some(i) = self.books.introductions.get(id) else {
            return;
        };
        if !i.state.is_open() || i.release.is_some() {
            return;
        }
        if let Some(digest) = returned {
            self.decide_returned(world, account, id, &digest, true, turn);
            return;
        }
        let cancelled = |reason| Event::Cancelled { reason };
        let event = if there(Place::SendNow, true) {
            if self.is_being_moved(id) {
                return;
            }
            Event::ReleaseNow
        } else if there(Place::GiveBack, true) {
            cancelled(Reason::Cancelled)
        } else if there(Place::Ask, true) {
            self.ask_by_hand(world, account, id, turn);
            return;
        } else if there(Place::Held, false) {
            cancelled(Reason::Edited)
        } else if there(Place::Drafts, false) {
            cancelled(Reason::TakenBack)
        } else if there(Place::Sent, false) && i.via != Via::Gateway {
            cancelled(Reason::Superseded)
        } else {
            cancelled(Reason::Deleted)
        };
        self.step(world, id, &event, turn);
    }

    fn ask_by_hand(&mut self, world: &mut World<'_>, account: &str, id: &Id, turn: &mut Turn) {
        let waits = |i: &crate::ledger::Item| {
            i.introduction.as_ref() == Some(id) && i.errand == Errand::ToHeld
        };
        if !self.books.items.values().any(waits) {
            let item = self.new_item(account, Some(id), Errand::ToHeld, world.at);
            self.write(Entry::Todo { items: vec![item] }, turn);
        }
        self.step(world, id, &Event::Confirmed, turn);
    }

    /// Messages in Ask, Send now, Give back or Closed: ours act, drafts in Ask are taken, others are left alone.
    fn ours_surveyed(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        place: Place,
        survey: &Survey,
        turn: &mut Turn,
    ) {
        let Some(validity) = survey.uid_validity else {
            return;
        };
        if place == Place::Ask
            && let Some(room) = self.rooms.get_mut(account)
        {
            room.ask_folder
                .retain(|uid, _| survey.items.iter().any(|i| i.uid.0 == *uid));
        }
        for item in survey.items.iter().filter(|i| !i.flags.deleted) {
            let ours: Option<Id> = self
                .books
                .introductions
                .values()
                .filter(|i| {
                    i.account == account
                        && i.placed
                        && is_copy_of(i, item.message_id.as_ref(), item.size)
                })
                .max_by_key(|i| (i.state.is_open(), i.updated))
                .map(|i| i.id.clone());
            match ours {
                Some(id) => self.own_found(world, account, place, &id, turn),
                None if place == Place::Ask => {
                    self.ask_folder_seen(account, validity, item.uid.0, turn)
                }
                None => self.not_ours(
                    world,
                    account,
                    place,
                    item.message_id.as_ref(),
                    item.size,
                    turn,
                ),
            }
        }
    }

    fn own_found(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        place: Place,
        id: &Id,
        turn: &mut Turn,
    ) {
        let Some(i) = self.books.introductions.get(id) else {
            return;
        };
        let (open, closed) = (
            i.state.is_open() && i.release.is_none(),
            matches!(i.state, State::Declined | State::Expired),
        );
        match place {
            Place::SendNow if self.is_being_moved(id) => {}
            Place::SendNow if open || closed => self.step(world, id, &Event::ReleaseNow, turn),
            Place::GiveBack if open => self.step(
                world,
                id,
                &Event::Cancelled {
                    reason: Reason::Cancelled,
                },
                turn,
            ),
            Place::GiveBack if !i.state.is_open() => {
                self.give_back_closed(world, account, id, turn)
            }
            Place::Ask if open => self.ask_by_hand(world, account, id, turn),
            _ => {}
        }
    }

    /// On its way out of where it lies: that it still lies in Send now is an order that was carried
    /// out, or stopped, and no new one.
    fn is_being_moved(&self, id: &Id) -> bool {
        let mut items = self.books.items.values();
        items.any(|i| {
            i.introduction.as_ref() == Some(id)
                && matches!(i.errand, Errand::ToHeld | Errand::Close | Errand::GiveBack)
        })
    }

    pub(super) fn give_back_closed(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        id: &Id,
        turn: &mut Turn,
    ) {
        let Some(i) = self.books.introductions.get(id) else {
            return;
        };
        let digest = i.digest.clone();
        let pending = |i: &crate::ledger::Item| {
            i.introduction.as_ref() == Some(id) && i.errand == Errand::GiveBack
        };
        if !self.books.items.values().any(pending) {
            self.write(
                Entry::LeaveAlone {
                    account: account.to_owned(),
                    digest,
                },
                turn,
            );
            let item = self.new_item(account, Some(id), Errand::GiveBack, world.at);
            self.write(Entry::Todo { items: vec![item] }, turn);
        }
    }

    /// A draft in Ask: finished and confirmed, its bytes are asked for.
    fn ask_folder_seen(
        &mut self,
        account: &str,
        uid_validity: UidValidity,
        uid: u32,
        turn: &mut Turn,
    ) {
        let Some(room) = self.rooms.get_mut(account).filter(|r| r.indexed) else {
            return;
        };
        if room.ask_folder.insert(uid, true).is_none() {
            turn.questions.push(Question::Fetch {
                account: account.to_owned(),
                ask_folder: true,
                uid_validity,
                uid,
            });
        }
    }

    pub(super) fn ask_folder_read(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        uid_validity: UidValidity,
        uid: u32,
        bytes: Vec<u8>,
        turn: &mut Turn,
    ) {
        let Some(own) = self
            .config
            .accounts
            .iter()
            .find(|a| a.name == account)
            .cloned()
        else {
            return;
        };
        let identity = Identity::of(&bytes);
        let message = crate::mail::parse(&bytes);
        let mut verdict = self.judge(&own, &message, world.records);
        if verdict.parties.len() < 2 {
            // The user says that it is one: everybody it is addressed to is introduced.
            let introducer = Self::introducer(&own);
            verdict.parties = message
                .visible()
                .filter(|p| !introducer.owns(&p.address))
                .map(|p| crate::detect::Found {
                    address: p.address.clone(),
                    name: p.name.clone(),
                    also: Vec::new(),
                })
                .collect();
            verdict
                .reasons
                .insert(0, "You moved it into the folder Ask.".to_owned());
        }
        if verdict.parties.len() < 2 || message.encrypted {
            self.not_ours(
                world,
                account,
                Place::Ask,
                message.message_id.as_ref(),
                identity.size,
                turn,
            );
            return;
        }
        let mut weighed = self.weigh(&own, &message, &verdict, world.records, world.at);
        if !weighed.needs_asking() {
            for party in &mut weighed.parties {
                party.required = true;
                party.exempt = None;
            }
        }
        let candidate = Candidate {
            bytes,
            message,
            identity,
            weighed,
            language: verdict.language,
            score: verdict.score,
        };
        self.open_draft(world, &own, candidate, true, uid_validity, uid, turn);
    }

    /// Any other message in our folders is left alone, never sent, and told once.
    fn not_ours(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        place: Place,
        message_id: Option<&crate::mail::MessageId>,
        size: u64,
        turn: &mut Turn,
    ) {
        if message_id.is_some_and(|id| id.as_str().contains(TRIED)) {
            return;
        }
        // What is just being moved by us is no stranger.
        if self
            .books
            .items
            .values()
            .any(|i| i.account == account && i.introduction.is_some())
        {
            return;
        }
        let names = self
            .config
            .accounts
            .iter()
            .find(|a| a.name == account)
            .map(|a| crate::letter::FolderNames::of(&a.folders))
            .unwrap_or_default();
        let folder = match place {
            Place::Ask => names.ask,
            Place::SendNow => names.send_now,
            Place::GiveBack => names.give_back,
            Place::Closed => names.closed,
            _ => names.held,
        };
        let key = format!("not ours {} {size}", message_id.map_or("", |m| m.as_str()));
        let matter = AccountMatter::NotOurs { folder };
        self.tell_account_once(world, account, &key, &matter, turn);
    }
}

/// A copy of the held bytes, by Message-ID and size (by size alone where they have no id).
fn is_copy_of(i: &Introduction, message_id: Option<&crate::mail::MessageId>, size: u64) -> bool {
    let (id, _, lies) = i.lies_as();
    i.via != Via::Sent && lies == size && message_id == id
}

fn is_edit_of(i: &Introduction, item: &crate::mailroom::Item) -> bool {
    i.state.is_open() && item.message_id.as_ref() == Some(i.lies_as().0.unwrap_or(&i.message_id))
}
