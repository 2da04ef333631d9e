//! One account comes and goes: connected, read, and what is told about it.

use super::heard::Question;
use super::{Desk, Turn, World, new_message_id};
use crate::Timestamp;
use crate::ledger::{Entry, Errand};
use crate::letter::{AccountMatter, FolderNames, Stationery};
use chrono::TimeDelta;

impl Desk {
    pub(super) fn connected(&mut self, account: &str, exchange: bool, turn: &mut Turn) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        room.ready = true;
        room.exchange = exchange;
        // Whatever was under way on the old connection is asked for again.
        room.drafts.retain(|_, s| !s.is_pending());
        room.ask_folder.clear();
        self.survey(account, turn);
        self.recall_again(account, turn);
    }

    /// Deeds are repeated on the next connection, but questions are lost with this one: a sign of
    /// what is in doubt is looked for anew.
    pub(super) fn lost(&mut self, account: &str) {
        if let Some(room) = self.rooms.get_mut(account) {
            room.ready = false;
        }
        let items = &self.books.items;
        self.in_flight.retain(|id, looked_for| {
            !*looked_for || items.get(id).is_some_and(|i| i.account != account)
        });
    }

    pub(super) fn watching(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        messages: u64,
        since: Option<Timestamp>,
        turn: &mut Turn,
    ) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        room.watching = true;
        room.indexed = true;
        if !self.acts(account) {
            return;
        }
        let matter = AccountMatter::WatchingBegins { messages, since };
        self.tell_account_once(world, account, "watching", &matter, turn);
        self.survey(account, turn);
        self.judge_waiting(world, account, turn);
    }

    /// One note for each key, ever.
    pub(super) fn tell_account_once(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        key: &str,
        matter: &AccountMatter,
        turn: &mut Turn,
    ) {
        let notify = &self.config.notify;
        if !(notify.inbox || notify.desktop)
            || !self.books.account(account).told.insert(key.to_owned())
        {
            return;
        }
        let Some(own) = self
            .config
            .accounts
            .iter()
            .find(|a| a.name == account)
            .cloned()
        else {
            return;
        };
        let letter = {
            let stationery = self.stationery(world, &own);
            crate::letter::account_note(&stationery, &own.email, matter)
        };
        if self.config.notify.desktop {
            turn.popups.push(super::Popup::of(&letter));
        }
        self.write(
            Entry::Told {
                account: account.to_owned(),
                key: key.to_owned(),
            },
            turn,
        );
        if self.config.notify.inbox {
            let of_hold = false;
            let errand = Errand::Tell { letter, of_hold };
            let item = self.new_item(account, None, errand, world.at);
            self.write(Entry::Todo { items: vec![item] }, turn);
        }
    }

    pub(super) fn stationery<'a>(
        &'a self,
        world: &mut World<'_>,
        own: &'a crate::config::Account,
    ) -> Stationery<'a> {
        Stationery {
            at: world.at,
            utc_offset: world.utc_offset,
            message_id: new_message_id(world.random, &own.email),
            user_language: &own.language,
            templates: &self.templates,
            folders: FolderNames::of(&own.folders),
        }
    }

    /// The machine slept, or the clock jumped: nothing falls due before the mailbox is read again.
    pub(super) fn notice_gap(&mut self, at: Timestamp, turn: &mut Turn) {
        let gap = self
            .heard_at
            .is_some_and(|before| at - before > TimeDelta::minutes(45) || at < before);
        self.heard_at = Some(at);
        if gap {
            let names: Vec<String> = self.rooms.keys().cloned().collect();
            for account in names {
                if let Some(room) = self.rooms.get_mut(&account) {
                    room.watching = false;
                }
                turn.questions.push(Question::Read { account });
            }
        }
    }
}
