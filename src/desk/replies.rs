//! The introducer decides by answering a note: the first line of the reply is one clear word.
//!
//! It counts only when it is found in Sent, goes to the introducer alone, and answers the
//! unguessable id of a note of ours: nobody else can write such a mail (PRODUCT “Answers”).

use super::request::Decision;
use super::spoken::{Word, word};
use super::{Desk, Turn, World};
use crate::config::Account;
use crate::introduction::{Id, Introduction, Notice, State};
use crate::ledger::Entry;
use crate::mail::Message;

impl Desk {
    /// Whether this message from Sent answers a note; then it is dealt with here.
    pub(super) fn note_answered(
        &mut self,
        world: &mut World<'_>,
        own: &Account,
        message: &Message,
        turn: &mut Turn,
    ) -> bool {
        let about = |i: &&Introduction| {
            let mut ids = message.in_reply_to.iter().chain(&message.references);
            ids.any(|id| i.notes.contains(id))
        };
        let found = self
            .books
            .introductions
            .values()
            .filter(|i| i.account == own.name);
        let Some(introduction) = found.filter(about).max_by_key(|i| i.created) else {
            return false;
        };
        let introducer = Self::introducer(own);
        let mut people = message.visible().chain(&message.bcc).chain(&message.from);
        let alone = people.all(|p| introducer.owns(&p.address))
            && message.visible().next().is_some()
            && !message.from.is_empty();
        if !alone {
            // It goes to somebody else as well: a mail like any other.
            return false;
        }
        let id = introduction.id.clone();
        let said = word(&crate::mail::text::own_words(message), introduction);
        let key = message.message_id.as_ref().map_or("", |m| m.as_str());
        let key = format!("note answered {key}");
        if !self.books.account(&own.name).told.insert(key.clone()) {
            return true;
        }
        let account = own.name.clone();
        self.write(Entry::Told { account, key }, turn);
        let notice = match said {
            Some(word) => self
                .obey(world, &id, &word, turn)
                .err()
                .map(|_| Notice::NotDone {
                    word: word.name().to_owned(),
                }),
            None => Some(Notice::NotUnderstood),
        };
        if let Some(notice) = notice {
            self.tell(world, &id, &notice, turn);
        }
        true
    }

    /// A note beside the life of the introduction: nothing else changes.
    pub(super) fn tell(
        &mut self,
        world: &mut World<'_>,
        id: &Id,
        notice: &Notice,
        turn: &mut Turn,
    ) {
        let Some(mut next) = self.books.introductions.get(id).cloned() else {
            return;
        };
        let effect = crate::introduction::Effect::Tell {
            notice: notice.clone(),
        };
        let items = self.items_for(world, &mut next, vec![effect], turn);
        self.write(
            Entry::Step {
                introduction: Box::new(next),
                event: None,
                items,
            },
            turn,
        );
    }

    fn obey(
        &mut self,
        world: &mut World<'_>,
        id: &Id,
        word: &Word,
        turn: &mut Turn,
    ) -> Result<(), String> {
        let decision = match word {
            Word::Ask => Decision::Ask,
            Word::Send => Decision::Release,
            Word::Back => {
                let ended = |i: &Introduction| matches!(i.state, State::Declined | State::Expired);
                let account = self
                    .books
                    .introductions
                    .get(id)
                    .filter(|i| ended(i))
                    .map(|i| i.account.clone());
                if let Some(account) = account {
                    // From Closed, as the note of its end offers.
                    self.give_back_closed(world, &account, id, turn);
                    return Ok(());
                }
                Decision::Cancel
            }
            Word::Remind => Decision::Remind,
            Word::Said { party, yes } => {
                let parties = self.books.introductions.get(id).map(|i| &i.parties);
                let Some(party) = parties.and_then(|p| p.get(*party)) else {
                    return Ok(());
                };
                Decision::Answer {
                    address: party.address.clone(),
                    yes: *yes,
                }
            }
        };
        self.decide(world, &id.0, &decision, turn).map(|_| ())
    }
}
