//! Whether this machine looks after an account, or only shows what another one does there.

use super::heard::{Heard, Question};
use super::{Desk, Room, Turn, World, base32};
use crate::Timestamp;
use crate::ledger::{About, Entry, Errand, Item};
use crate::mail::MessageId;
use crate::mailroom::claim::{FRESH, Leadership};
use std::collections::{BTreeMap, BTreeSet};

/// So much is kept for the moment in which it is known who leads; beyond it everything is read again.
const UNHEARD: usize = 1000;

/// What is known of the claims on one account's mailbox.
#[derive(Debug, Default)]
pub struct Lead {
    /// `None` before the first look.
    leads: Option<bool>,
    /// When the latest look began.
    at: Option<Timestamp>,
    /// Heard before it was known who leads.
    unheard: Vec<Heard>,
    /// Something was heard and not taken in: all that may be an answer is read again before anything is done.
    missed: bool,
    /// Records that are being read back; nothing is done meanwhile.
    pub(super) recalling: BTreeSet<MessageId>,
    /// Records that say nothing.
    pub(super) unreadable: BTreeSet<MessageId>,
    /// Their records have gone from Memory: where the held message lies decides.
    pub(super) vanished: BTreeSet<crate::introduction::Id>,
}

impl Lead {
    /// All that may be an answer is read again before anything is done.
    pub(super) fn missed(&mut self) {
        self.missed = true;
    }
}

impl Room {
    /// This machine leads, and knows all that the mailbox remembers.
    #[must_use]
    pub fn acts(&self) -> bool {
        self.lead.leads == Some(true) && self.lead.recalling.is_empty()
    }
}

impl Desk {
    /// Whether this machine does anything in this account's mailbox.
    #[must_use]
    pub fn acts(&self, account: &str) -> bool {
        self.rooms.get(account).is_some_and(Room::acts)
    }

    /// Whether this machine leads; not known yet counts as no.
    #[must_use]
    pub fn leads(&self, account: &str) -> bool {
        self.rooms
            .get(account)
            .is_some_and(|r| r.lead.leads == Some(true))
    }

    /// Gives this state folder a name of its own, and another one if it does not stand any more where
    /// it stood: then it is a copy, and whoever goes on at the old place is somebody else.
    pub fn settle_in(&mut self, world: &mut World<'_>, home: &str) -> Turn {
        let mut turn = Turn::default();
        if self.books.instance.is_none() || self.books.home.as_deref() != Some(home) {
            let entry = Entry::Instance {
                instance: base32(world.random, 12),
                home: home.to_owned(),
            };
            self.write(entry, &mut turn);
        }
        turn
    }

    /// What of this is to be taken in now. Whoever follows only learns who leads and what is remembered.
    pub(super) fn sift(&mut self, heard: Heard) -> Option<Heard> {
        let account = match &heard {
            Heard::Surveyed { account, .. }
            | Heard::Changed { account, .. }
            | Heard::Draft { account, .. }
            | Heard::Consulted { account, .. }
            | Heard::Located { account, .. }
            | Heard::Arrived { account, .. }
            | Heard::FoundInSent { account, .. } => account.clone(),
            _ => return Some(heard),
        };
        let unlearned = self.books.account(&account).learned.is_none();
        let Some(room) = self.rooms.get_mut(&account) else {
            return Some(heard);
        };
        if room.acts() {
            return Some(heard);
        }
        // What lies in Drafts at the very first look is only learnt from, whoever leads.
        let to_learn =
            matches!(&heard, Heard::Surveyed { place, .. } if *place == crate::port::Place::Drafts);
        if to_learn && unlearned {
            return Some(heard);
        }
        if room.lead.leads.is_none() && room.lead.unheard.len() < UNHEARD {
            room.lead.unheard.push(heard);
        } else {
            room.lead.missed = true;
        }
        None
    }

    /// Who leads by now, and what lies in Memory.
    pub(super) fn led(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        seen: &Leadership,
        turn: &mut Turn,
    ) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        let before = room.lead.leads;
        room.lead.leads = Some(seen.leads);
        room.lead.at = Some(seen.at);
        if !seen.leads {
            room.lead.missed |= !room.lead.unheard.is_empty();
            room.lead.unheard.clear();
        }
        let taken_over = seen.leads && before == Some(false);
        self.compare(account, &seen.notes, seen.leads, taken_over, world.at, turn);
        if seen.leads && before != Some(true) {
            self.begin_to_lead(world, account, turn);
        }
    }

    /// All records are read back, where there were any: what was heard meanwhile is taken in, or read again.
    pub(super) fn begin_to_lead(&mut self, world: &mut World<'_>, account: &str, turn: &mut Turn) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        if !room.lead.recalling.is_empty() {
            room.lead.missed = true;
            return;
        }
        let unheard = std::mem::take(&mut room.lead.unheard);
        if std::mem::take(&mut room.lead.missed) {
            room.watching = false;
            room.drafts.retain(|_, s| !s.is_pending());
            room.ask_folder.clear();
            turn.questions.push(Question::Reread {
                account: account.to_owned(),
            });
            self.survey(account, turn);
            return;
        }
        for heard in unheard {
            self.take_in(world, heard, turn);
        }
    }

    /// What Memory shows against what this machine expects there.
    fn compare(
        &mut self,
        account: &str,
        notes: &[MessageId],
        leads: bool,
        everything: bool,
        at: Timestamp,
        turn: &mut Turn,
    ) {
        // The highest UID counts: an older one that was not cleared away yet lies below it.
        let newest: BTreeMap<About, MessageId> = notes
            .iter()
            .filter_map(|id| Some((crate::mailroom::memory::about(id)?, id.clone())))
            .collect();
        let remembered = self.books.account(account).remembered.clone();
        let pending = |books: &crate::ledger::Books, about: &About| -> Vec<Option<MessageId>> {
            let mine = books.items.values().filter(|i| i.account == account);
            mine.filter_map(|i| match &i.errand {
                Errand::Remember { of, note } if of == about => {
                    Some(note.as_ref().map(|n| n.message_id.clone()))
                }
                _ => None,
            })
            .collect()
        };
        let mut clear = Vec::new();
        for (of, note) in &newest {
            let Some(room) = self.rooms.get_mut(account) else {
                return;
            };
            if room.lead.unreadable.contains(note) || room.lead.recalling.contains(note) {
                continue;
            }
            let own = pending(&self.books, of);
            let expected = remembered.get(of) == Some(note) || own.contains(&Some(note.clone()));
            if expected && !everything {
                continue;
            }
            if let About::Introduction(id) = of
                && let Some(known) = self.books.introductions.get(id)
                && !known.state.is_open()
            {
                // Over is over, whoever remembers it otherwise.
                if leads && own.is_empty() {
                    clear.push(of.clone());
                }
                continue;
            }
            room.lead.recalling.insert(note.clone());
            turn.questions.push(Question::Recall {
                account: account.to_owned(),
                note: note.clone(),
            });
        }
        for of in clear {
            let item = self.new_item(account, None, Errand::Remember { of, note: None }, at);
            self.write(Entry::Todo { items: vec![item] }, turn);
        }
        let gone = remembered.keys().filter(|of| !newest.contains_key(of));
        for of in gone.cloned().collect::<Vec<_>>() {
            self.record_gone(account, of, leads, at, turn);
        }
    }

    fn record_gone(
        &mut self,
        account: &str,
        of: About,
        leads: bool,
        at: Timestamp,
        turn: &mut Turn,
    ) {
        let id = match &of {
            About::Introduction(id) => Some(id.clone()),
            About::Standings => None,
        };
        let open = id
            .as_ref()
            .and_then(|id| self.books.introductions.get(id))
            .is_some_and(|i| i.state.is_open());
        if let (Some(id), true, false) = (&id, open, leads) {
            let introduction = id.clone();
            self.held.remove(id);
            return self.write(Entry::EndedElsewhere { introduction }, turn);
        }
        if leads {
            let account = account.to_owned();
            let mine = |i: &Item| matches!(&i.errand, Errand::Remember { of: o, .. } if *o == of);
            if self.books.items.values().any(mine) {
                return;
            }
            if let (Some(id), true, Some(room)) = (&id, open, self.rooms.get_mut(&account)) {
                room.lead.vanished.insert(id.clone());
                room.missing.entry(id.clone()).or_insert(at);
            }
            let entry = Entry::Remembered {
                account,
                of,
                note: None,
            };
            self.write(entry, turn);
        }
    }

    /// Before a final dot it is looked who leads, unless it was looked at just now. `None`: the dot may be
    /// decided upon.
    #[must_use]
    pub fn look_before_dot(&self, at: Timestamp, item: u64) -> Option<Question> {
        let item = self.books.items.get(&item)?;
        let looked = self.rooms.get(&item.account)?.lead.at;
        let fresh = looked.is_some_and(|then| at >= then && at - then <= FRESH);
        (!fresh).then(|| Question::Lead {
            account: item.account.clone(),
        })
    }

    /// A sentence for whoever decides something here while another machine leads.
    pub(super) fn refuse_to_follow(&self, account: Option<&str>) -> Result<(), String> {
        let elsewhere = |name: &&String| {
            account.is_none_or(|a| a == name.as_str())
                && self
                    .rooms
                    .get(*name)
                    .is_some_and(|r| r.lead.leads == Some(false))
        };
        match self.rooms.keys().find(elsewhere) {
            None => Ok(()),
            Some(name) => Err(format!(
                "Another computer looks after the account “{name}” at present, and this one only shows what is there. \
                 Decide it there, or by moving the message in your mail program; or stop askfirst there, and this one \
                 takes over."
            )),
        }
    }
}
