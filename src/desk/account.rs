//! One account comes and goes: connected, read, and what is told about it.

use super::heard::Question;
use super::{Desk, Turn, World, new_message_id};
use crate::Timestamp;
use crate::ledger::{About, Entry, Errand};
use crate::letter::{AccountMatter, FolderNames, Stationery};
use chrono::TimeDelta;

/// Told: this mailbox is shut, for the time of that number.
const SHUT: &str = "trouble login ";
/// Not told, but so: it has been open again.
const MENDED: &str = "mended login ";

impl Desk {
    /// Another configuration counts from now on. Nothing more is done for the accounts that are leaving.
    pub fn reconfigure<'a>(
        &mut self,
        config: std::sync::Arc<crate::config::Config>,
        templates: std::sync::Arc<crate::letter::Templates>,
        leaving: impl Iterator<Item = &'a String>,
    ) {
        self.config = config;
        self.templates = templates;
        for account in leaving {
            self.rooms.remove(account);
        }
    }

    /// An account is looked after (again): as after a start, nothing is known of its mailbox yet.
    pub fn open_room(&mut self, account: &str) {
        self.rooms
            .insert(account.to_owned(), super::Room::default());
        let own =
            |i: &&crate::introduction::Introduction| i.account == account && i.state.is_open();
        let open = self.books.introductions.values().filter(own);
        let remembered = self.books.accounts.get(account);
        let minded: Vec<About> = open
            .map(|i| About::Introduction(i.id.clone()))
            .chain(remembered.iter().flat_map(|a| a.remembered.keys().cloned()))
            .chain([About::Standings])
            .collect();
        self.unminded.extend(minded);
    }

    /// What was handed out for an account that was let go of, and not heard of, never will be.
    pub fn vacated(&mut self, account: &str) {
        let items = &self.books.items;
        self.in_flight
            .retain(|id, _| items.get(id).is_some_and(|i| i.account != account));
    }

    pub(super) fn connected(&mut self, account: &str, exchange: bool, turn: &mut Turn) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        room.ready = true;
        room.exchange = exchange;
        if let (mended, true) = self.lockout(account) {
            // From now on another refusal is news again.
            let (account, key) = (account.to_owned(), format!("{MENDED}{mended}"));
            self.write(Entry::Told { account, key }, turn);
        }
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
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

    /// How often this mailbox was shut and open again, and whether the user was told that it is shut now.
    fn lockout(&self, account: &str) -> (usize, bool) {
        let told = self.books.accounts.get(account).map(|a| &a.told);
        let told = told.into_iter().flatten();
        let mended = told.clone().filter(|key| key.starts_with(MENDED)).count();
        let shut = format!("{SHUT}{mended}");
        (mended, told.clone().any(|key| *key == shut))
    }

    /// Its own inbox cannot tell it: another account's does, and the desktop (PRODUCT “Service”).
    pub(super) fn locked_out(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        text: String,
        turn: &mut Turn,
    ) {
        let (mended, told) = self.lockout(account);
        let open = |name: &str| self.rooms.get(name).is_some_and(|r| r.ready && r.acts());
        let others = self.config.accounts.iter().filter(|a| a.name != account);
        let other = others
            .filter(|_| self.config.notify.inbox)
            .find(|a| open(&a.name))
            .cloned();
        let shown = other.as_ref().or_else(|| {
            let own = |a: &&crate::config::Account| a.name == account;
            self.config.accounts.iter().find(own)
        });
        let Some(shown) =
            shown.filter(|_| !told && (other.is_some() || self.config.notify.desktop))
        else {
            return;
        };
        let shown = shown.clone();
        let letter = {
            let stationery = self.stationery(world, &shown);
            crate::letter::account_note(&stationery, &shown.email, &AccountMatter::Trouble { text })
        };
        if self.config.notify.desktop {
            turn.popups.push(super::Popup::of(&letter));
        }
        let entry = Entry::Told {
            account: account.to_owned(),
            key: format!("{SHUT}{mended}"),
        };
        self.write(entry, turn);
        if let Some(other) = other {
            let errand = Errand::Tell {
                letter,
                of_hold: false,
            };
            let item = self.new_item(&other.name, None, errand, world.at);
            self.write(Entry::Todo { items: vec![item] }, turn);
        }
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
