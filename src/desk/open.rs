//! A new introduction is opened, or an older one carried on.

use super::drafts::{Candidate, What};
use super::{Desk, Turn, World, base32};
use crate::config::{Account, Confirm};
use crate::introduction::{Event, Id, Introduction, Order, Party, Reason, State, Terms, Via};
use crate::ledger::{Entry, Errand};
use crate::mail::{Address, Message, MessageId};
use crate::port::UidValidity;
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// Introductions taken from Drafts that ask nobody until the user says so (`confirm = "first"`).
const FIRST: u32 = 3;
/// Near-identical texts that are held within an hour; further ones are a mail-merge.
const ALIKE: usize = 3;

impl Desk {
    /// Writes down a new introduction taken from a draft and the errand to take it. False when it
    /// is one of a mail-merge and passes.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn open_draft(
        &mut self,
        world: &mut World<'_>,
        account: &Account,
        candidate: Candidate,
        from_ask: bool,
        uid_validity: UidValidity,
        uid: u32,
        turn: &mut Turn,
    ) -> bool {
        if self.is_being_taken(&account.name, from_ask, uid_validity, uid) {
            return true;
        }
        if !from_ask && self.is_mail_merge(world, account, &candidate.message) {
            return false;
        }
        let mut introduction = self.new_introduction(world, account, &candidate, Via::Drafts);
        let taken = self.books.account(&account.name).taken;
        introduction.confirmed = from_ask
            || match self.config.ask.confirm {
                Confirm::Never => true,
                Confirm::Always => false,
                Confirm::First => taken >= FIRST,
            };
        let older = self.carry_over(&mut introduction, &candidate.message);
        let id = introduction.id.clone();
        turn.files.push((id.clone(), candidate.bytes));
        turn.no_evidence
            .push((account.name.clone(), introduction.message_id.clone()));
        self.held.insert(id.clone(), candidate.message);
        let errand = Errand::Hold {
            ask_folder: from_ask,
            uid_validity: uid_validity.0,
            uid,
        };
        let item = self.new_item(&account.name, Some(&id), errand, world.at);
        let entry = Entry::Step {
            introduction: Box::new(introduction),
            event: None,
            items: vec![item],
        };
        self.write(entry, turn);
        if let Some(older) = older {
            self.step(
                world,
                &older,
                &Event::Cancelled {
                    reason: Reason::Superseded,
                },
                turn,
            );
        }
        if let Some(sighting) = self
            .rooms
            .get_mut(&account.name)
            .and_then(|r| r.drafts.get_mut(&uid))
        {
            sighting.what = What::Taken;
        }
        true
    }

    pub(super) fn new_introduction(
        &self,
        world: &mut World<'_>,
        account: &Account,
        candidate: &Candidate,
        via: Via,
    ) -> Introduction {
        let message = &candidate.message;
        let id = loop {
            let id = Id(base32(world.random, 8));
            if !self.books.introductions.contains_key(&id) {
                break id;
            }
        };
        let from = message
            .from
            .first()
            .cloned()
            .unwrap_or_else(|| crate::mail::Person {
                name: account.display_name.clone(),
                address: account.email.clone(),
            });
        let mut seen = BTreeSet::new();
        let envelope = message
            .visible()
            .chain(&message.bcc)
            .map(|p| p.address.clone());
        let envelope: Vec<Address> = envelope.filter(|a| seen.insert(a.clone())).collect();
        let ours = message.message_id.is_none();
        let message_id = message
            .message_id
            .clone()
            .unwrap_or_else(|| super::new_message_id(world.random, &from.address));
        let ask = &self.config.ask;
        let mut introduction = Introduction {
            id,
            account: account.name.clone(),
            via,
            state: State::Held,
            reason: None,
            subject: message.subject.clone(),
            message_id,
            message_id_is_ours: ours,
            from: crate::mail::Person {
                name: from.name.or_else(|| account.display_name.clone()),
                ..from
            },
            envelope,
            digest: candidate.identity.digest.clone(),
            size: candidate.identity.size,
            language: candidate.language.clone(),
            why: candidate.weighed.why.clone(),
            text: crate::mail::text::own_words(message),
            replies_to: self.awaited(world, message, &candidate.weighed.parties),
            parties: candidate.weighed.parties.clone(),
            created: world.at,
            updated: world.at,
            terms: Terms {
                grace: ask.grace.as_secs(),
                remind_after: ask.remind_after.as_secs(),
                expire_after: ask.expire_after.as_secs(),
                remind: ask.remind,
                order: ask.order,
                reveal: ask.reveal,
            },
            confirmed: true,
            placed: false,
            grace_ends: None,
            hold_note: None,
            notes: Vec::new(),
            courtesy: Vec::new(),
            reminded: false,
            by_hand: false,
            release: None,
            stuck: candidate.weighed.stuck,
            utc_offset: message.utc_offset.unwrap_or(world.utc_offset),
            turn: Vec::new(),
            manners: Vec::new(),
            leaves_at: None,
            late: Vec::new(),
            filed: false,
            submission: None,
            history: Vec::new(),
        };
        if ask.order == Order::InTurn {
            introduction.turn = crate::letter::turn::order(&introduction);
        }
        introduction
    }

    /// The party whose mail this message answers: that person is waiting.
    fn awaited(&self, world: &World<'_>, message: &Message, parties: &[Party]) -> Option<usize> {
        if message.in_reply_to.is_empty() {
            return None;
        }
        let people = world.records.thread_people(&message.in_reply_to);
        parties.iter().position(|p| people.contains(&p.address))
    }

    /// Asks and yeses of an older version go on, if the parties are the same and the text is like it.
    /// Gives the older one where it is still open.
    pub(super) fn carry_over(&self, new: &mut Introduction, message: &Message) -> Option<Id> {
        let parties = |i: &Introduction| {
            i.parties
                .iter()
                .map(|p| p.address.clone())
                .collect::<BTreeSet<_>>()
        };
        let older = self
            .books
            .introductions
            .values()
            .filter(|i| i.account == new.account && i.via != Via::Sent && i.follows().is_none())
            .filter(|i| i.placed || i.state.is_open())
            .filter(|i| {
                (i.state.is_open() && i.release.is_none())
                    || (i.state == State::Cancelled
                        && matches!(
                            i.reason,
                            Some(Reason::Edited | Reason::Superseded | Reason::DraftReturned)
                        ))
            })
            .filter(|i| {
                self.held
                    .get(&i.id)
                    .is_some_and(|h| same_people_or_draft(h, message))
            })
            .max_by_key(|i| i.updated)?;
        if parties(older) == parties(new)
            && self
                .held
                .get(&older.id)
                .is_some_and(|h| crate::settle::same_purpose(h, message))
        {
            for party in &mut new.parties {
                let Some(before) = older.parties.iter().find(|p| p.address == party.address) else {
                    continue;
                };
                if before.asked.as_ref().is_some_and(|a| a.sent.is_some()) {
                    party.asked = before.asked.clone();
                    party.ask_decided = true;
                    party.answer = before.answer;
                    party.answered_at = before.answered_at;
                    party.answer_id = before.answer_id.clone();
                    party.trouble = before.trouble;
                    party.until = before.until;
                    party.heard = before.heard.clone();
                    party.reminder_decided = before.reminder_decided;
                }
            }
            // Perhaps it has left, or the server would not have it: only the user sends it again.
            if let Some(Reason::InDoubt | Reason::Refused) = older.stuck {
                new.stuck = older.stuck;
            }
        }
        older.state.is_open().then(|| older.id.clone())
    }

    /// Near-identical texts to different people: beyond three in an hour they pass.
    pub(super) fn is_mail_merge(
        &self,
        world: &World<'_>,
        account: &Account,
        message: &Message,
    ) -> bool {
        let words = bag(message);
        let alike = self
            .books
            .introductions
            .values()
            .filter(|i| i.account == account.name && world.at - i.created < TimeDelta::hours(1))
            .filter(|i| {
                self.held
                    .get(&i.id)
                    .is_some_and(|held| likeness(&bag(held), &words) > 0.85)
            })
            .filter(|i| {
                i.parties
                    .iter()
                    .all(|p| !message.visible().any(|v| v.address == p.address))
            })
            .count();
        alike >= ALIKE
    }

    /// The ids by which an answer may name an ask, and whose ask it was; open introductions first.
    pub(super) fn asks_named(&self, ids: &[MessageId]) -> Vec<(Id, usize)> {
        let mut found: Vec<(Id, usize, bool)> = Vec::new();
        for introduction in self.books.introductions.values() {
            for (i, party) in introduction.parties.iter().enumerate() {
                let Some(asked) = &party.asked else { continue };
                if ids.contains(&asked.message_id)
                    || asked.reminder.as_ref().is_some_and(|r| ids.contains(r))
                {
                    found.push((introduction.id.clone(), i, introduction.state.is_open()));
                }
            }
        }
        if found.iter().any(|(_, _, open)| *open) {
            found.retain(|(_, _, open)| *open);
        } else {
            // A superseded version hands its asks on; the newest is the one that counts.
            found.truncate(1);
        }
        found
            .into_iter()
            .map(|(id, party, _)| (id, party))
            .collect()
    }
}

fn same_people_or_draft(held: &Message, message: &Message) -> bool {
    crate::settle::same_draft(held, message) || {
        let people = |m: &Message| {
            m.visible()
                .map(|p| p.address.clone())
                .collect::<BTreeSet<_>>()
        };
        people(held) == people(message)
            && held
                .subject
                .trim()
                .eq_ignore_ascii_case(message.subject.trim())
    }
}

/// The words of a message without the names of its people.
fn bag(message: &Message) -> BTreeSet<String> {
    let names: BTreeSet<String> = message
        .visible()
        .filter_map(|p| p.name.as_ref())
        .flat_map(|n| {
            n.split_whitespace()
                .map(str::to_lowercase)
                .collect::<Vec<_>>()
        })
        .collect();
    message
        .text
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|w| w.len() > 1 && !names.contains(w))
        .collect()
}

fn likeness(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let both = a.intersection(b).count();
    let all = a.union(b).count();
    if all == 0 {
        0.0
    } else {
        f64::from(u32::try_from(both).unwrap_or(0)) / f64::from(u32::try_from(all).unwrap_or(1))
    }
}
