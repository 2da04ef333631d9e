//! All that askfirst knows, and what follows from each thing heard.
//!
//! The desk is pure: it is told the time, the records of acquaintance and what was heard, and
//! answers with a [`Turn`]: files to sync, entries to write down, questions to put to a mailbox.
//! It never looks at the world itself. Whatever was decided stands in the books as an item until
//! its outcome is known, so a crash between any two steps loses nothing and repeats nothing.

pub mod answers;
pub mod dates;
pub mod drafts;
pub mod errands;
pub mod hands;
pub mod heard;
pub mod open;
pub mod request;
pub mod requests;
pub mod sent;
#[cfg(test)]
mod tests;
pub mod weigh;

pub use heard::{FoundAt, Heard, Look, Outcome, Question};

use crate::Timestamp;
use crate::acquaintance::Records;
use crate::config::Config;
use crate::introduction::{Event, Id, Introduction, Reason};
use crate::ledger::{Books, Entry, Errand, Item};
use crate::letter::{AccountMatter, Stationery, Templates};
use crate::mail::{Address, Message, MessageId};
use crate::port::{Random, UidValidity};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the desk is given beside what it hears.
pub struct World<'a> {
    pub at: Timestamp,
    pub records: &'a dyn Records,
    pub random: &'a mut dyn Random,
    /// Seconds east of UTC where the introducer's machine stands.
    pub utc_offset: i32,
}

/// What follows from one thing heard, in the order in which it has to be done.
#[derive(Debug, Default)]
pub struct Turn {
    /// Held bytes to sync first, by introduction.
    pub files: Vec<(Id, Vec<u8>)>,
    /// Then to be written down, synced together.
    pub entries: Vec<Entry>,
    /// Then asked; losing one loses nothing.
    pub questions: Vec<Question>,
    /// People and mail for the index: these parties know each other now, through this message.
    pub introduced: Vec<(String, Vec<Address>, MessageId)>,
    /// Mail that proves no acquaintance.
    pub no_evidence: Vec<(String, MessageId)>,
}

/// One account as it looks just now; nothing of it outlives the process.
#[derive(Debug, Default)]
pub struct Room {
    /// Connected, folders found.
    pub ready: bool,
    /// The first index is complete, and all mail since the last gap is read.
    pub watching: bool,
    pub indexed: bool,
    pub drafts: BTreeMap<u32, drafts::Sighting>,
    pub drafts_validity: Option<UidValidity>,
    /// Drafts in the Ask folder that are being taken.
    pub ask_folder: BTreeMap<u32, bool>,
    /// Held messages whose draft stands in Drafts again: since when, and its bytes' digest.
    pub returned: BTreeMap<Id, (Timestamp, String)>,
    /// How often a draft came back: its settle time doubles each time.
    pub returns: BTreeMap<String, u32>,
    /// Held copies that were not seen where they should lie.
    pub missing: BTreeMap<Id, Timestamp>,
    pub exchange: bool,
}

/// When a failed item is tried again.
#[derive(Clone, Copy, Debug)]
struct Backoff {
    tries: u32,
    not_before: Timestamp,
}

/// Everything the daemon knows.
pub struct Desk {
    pub config: Arc<Config>,
    pub templates: Arc<Templates>,
    pub books: Books,
    pub rooms: BTreeMap<String, Room>,
    /// The held messages of open introductions, read.
    held: BTreeMap<Id, Message>,
    backoff: BTreeMap<u64, Backoff>,
    /// Handed out and not heard of yet.
    in_flight: BTreeMap<u64, ()>,
    heard_at: Option<Timestamp>,
}

impl Desk {
    /// `held` reads the kept bytes of an open introduction.
    pub fn new(
        config: Arc<Config>,
        templates: Arc<Templates>,
        books: Books,
        mut held: impl FnMut(&Id) -> Option<Vec<u8>>,
    ) -> Self {
        let messages = books
            .introductions
            .values()
            .filter(|i| i.state.is_open() || i.via == crate::introduction::Via::Drafts)
            .filter_map(|i| Some((i.id.clone(), crate::mail::parse(&held(&i.id)?))))
            .collect();
        let rooms = config
            .accounts
            .iter()
            .map(|a| (a.name.clone(), Room::default()))
            .collect();
        Self {
            config,
            templates,
            books,
            rooms,
            held: messages,
            backoff: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            heard_at: None,
        }
    }

    /// Takes in one thing heard. Idempotent: the same thing heard twice changes nothing more.
    pub fn hear(&mut self, world: &mut World<'_>, heard: Heard) -> Turn {
        let mut turn = Turn::default();
        self.notice_gap(world.at, &mut turn);
        match heard {
            Heard::Connected { account, exchange } => self.connected(&account, exchange, &mut turn),
            Heard::Lost { account } => {
                if let Some(room) = self.rooms.get_mut(&account) {
                    room.ready = false;
                }
            }
            Heard::Trouble { account, key, text } => {
                let told = format!("trouble {key}");
                self.tell_account_once(
                    world,
                    &account,
                    &told,
                    &AccountMatter::Trouble { text },
                    &mut turn,
                );
            }
            Heard::Watching {
                account,
                messages,
                since,
            } => self.watching(world, &account, messages, since, &mut turn),
            Heard::Changed { account, place } => self.changed(&account, place, &mut turn),
            Heard::Surveyed {
                account,
                place,
                survey,
            } => self.surveyed(world, &account, place, &survey, &mut turn),
            Heard::Draft {
                account,
                ask_folder,
                uid_validity,
                uid,
                bytes,
            } => {
                self.draft_read(
                    world,
                    &account,
                    ask_folder,
                    uid_validity,
                    uid,
                    bytes,
                    &mut turn,
                );
            }
            Heard::Consulted {
                account,
                ask_folder,
                uid,
                mails,
            } => {
                self.consulted(world, &account, ask_folder, uid, &mails, &mut turn);
            }
            Heard::Located {
                account,
                introduction,
                found,
            } => {
                self.located(world, &account, &introduction, &found, &mut turn);
            }
            Heard::Arrived {
                account,
                junk,
                bytes,
            } => self.arrived(world, &account, junk, &bytes, &mut turn),
            Heard::FoundInSent { account, bytes } => {
                self.found_in_sent(world, &account, &bytes, &mut turn)
            }
            Heard::Done { item, outcome } => self.done(world, item, outcome, &mut turn),
            Heard::Due => {}
        }
        self.due_now(world, &mut turn);
        turn
    }

    /// When it wants to hear [`Heard::Due`] next.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let introductions = self
            .books
            .introductions
            .values()
            .filter(|i| {
                self.room_of(i)
                    .is_some_and(|r| r.watching && !r.returned.contains_key(&i.id))
            })
            .filter_map(Introduction::due);
        let rooms = self.rooms.values().filter(|r| r.watching).flat_map(|r| {
            let drafts = r.drafts.values().filter_map(drafts::Sighting::due);
            let returned = r
                .returned
                .values()
                .map(|(since, _)| *since + drafts::RETURN_TIME);
            let missing = r.missing.values().map(|since| *since + hands::MISSING_TIME);
            drafts.chain(returned).chain(missing)
        });
        let items = self
            .backoff
            .iter()
            .filter(|(id, _)| !self.in_flight.contains_key(id))
            .map(|(_, b)| b.not_before);
        introductions.chain(rooms).chain(items).min()
    }

    /// Items that may be carried out now. They count as in flight until their outcome is heard.
    pub fn take_ready(&mut self, at: Timestamp) -> Vec<Item> {
        let ready: Vec<Item> = self
            .books
            .items
            .values()
            .filter(|i| !self.in_flight.contains_key(&i.id))
            .filter(|i| self.backoff.get(&i.id).is_none_or(|b| b.not_before <= at))
            .filter(|i| self.rooms.get(&i.account).is_some_and(|r| r.ready))
            .filter(|i| self.may_start(i))
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
                self.in_flight.insert(item.id, ());
                taken.push(item);
            }
        }
        taken
    }

    fn may_start(&self, item: &Item) -> bool {
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

    /// How many asks wait for this person's answer.
    fn open_asks_to(&self, address: &Address) -> usize {
        self.books
            .introductions
            .values()
            .filter(|i| i.is_asking())
            .flat_map(|i| &i.parties)
            .filter(|p| p.address == *address && p.answer.is_none())
            .filter(|p| p.asked.as_ref().is_some_and(|a| a.sent.is_some()))
            .count()
    }

    /// The final dot of this item is about to go out: may it? Written down before it does.
    pub fn before_dot(&mut self, world: &mut World<'_>, item: u64) -> Option<Turn> {
        let known = self.books.items.get(&item)?.clone();
        let introduction = self
            .books
            .introductions
            .get(known.introduction.as_ref()?)?
            .clone();
        let mut turn = Turn::default();
        match known.errand {
            Errand::Release => {
                use crate::introduction::Release;
                if introduction.release != Some(Release::Sending) || !introduction.may_leave() {
                    return None;
                }
                self.write(Entry::Committing { item }, &mut turn);
                self.step(world, &introduction.id, &Event::HandedOver, &mut turn);
            }
            Errand::Send { .. } if introduction.state.is_open() => {
                self.write(Entry::Committing { item }, &mut turn);
            }
            _ => return None,
        }
        Some(turn)
    }

    /// Steps one introduction, writes it down, and turns the effects into items.
    fn step(&mut self, world: &mut World<'_>, id: &Id, event: &Event, turn: &mut Turn) {
        let Some(now) = self.books.introductions.get(id) else {
            return;
        };
        let (mut next, effects) = now.step(world.at, event);
        if next == *now && effects.is_empty() {
            return;
        }
        if let Event::Cancelled {
            reason: Reason::TakenBack | Reason::Cancelled,
        } = event
        {
            // Taken back unchanged it is left alone from now on; changed, it is a new draft.
            let (account, digest) = (next.account.clone(), next.digest.clone());
            self.write(Entry::LeaveAlone { account, digest }, turn);
        }
        let items = self.items_for(world, &mut next, effects, turn);
        if !next.state.is_open() {
            self.forget_needless(&next, turn);
        }
        let event = Some(event.clone());
        self.write(
            Entry::Step {
                introduction: Box::new(next),
                event,
                items,
            },
            turn,
        );
    }

    /// Asks that have not left when an introduction ends never will.
    fn forget_needless(&mut self, ended: &Introduction, turn: &mut Turn) {
        let needless: Vec<u64> = self
            .books
            .items
            .values()
            .filter(|i| i.introduction.as_ref() == Some(&ended.id) && !i.committing)
            .filter(|i| !self.in_flight.contains_key(&i.id))
            .filter(|i| {
                matches!(
                    i.errand,
                    Errand::Send { .. } | Errand::Look | Errand::Release
                )
            })
            .map(|i| i.id)
            .collect();
        for item in needless {
            self.write(Entry::Done { item }, turn);
        }
    }

    fn write(&mut self, entry: Entry, turn: &mut Turn) {
        self.books.apply(&entry);
        turn.entries.push(entry);
    }

    fn new_item(
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

    /// The machine slept, or the clock jumped: nothing falls due before the mailbox is read again.
    fn notice_gap(&mut self, at: Timestamp, turn: &mut Turn) {
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

    fn due_now(&mut self, world: &mut World<'_>, turn: &mut Turn) {
        let due: Vec<(Id, bool)> = self
            .books
            .introductions
            .values()
            .filter(|i| {
                self.room_of(i)
                    .is_some_and(|r| r.watching && !r.returned.contains_key(&i.id))
            })
            .filter(|i| i.due().is_some_and(|d| d <= world.at))
            .map(|i| {
                (
                    i.id.clone(),
                    i.ask_due()
                        .is_some_and(|d| world.at - d > TimeDelta::hours(1)),
                )
            })
            .collect();
        for (id, overslept) in due {
            let event = if overslept {
                Event::Overslept
            } else {
                Event::Due
            };
            self.step(world, &id, &event, turn);
        }
        let accounts: Vec<String> = self
            .rooms
            .iter()
            .filter(|(_, r)| r.watching && r.ready)
            .map(|(n, _)| n.clone())
            .collect();
        for account in accounts {
            self.drafts_due(world, &account, turn);
            self.hands_due(world, &account, turn);
        }
    }

    fn connected(&mut self, account: &str, exchange: bool, turn: &mut Turn) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        room.ready = true;
        room.exchange = exchange;
        // Whatever was under way on the old connection is asked for again.
        room.drafts.retain(|_, s| !s.is_pending());
        room.ask_folder.clear();
        self.survey(account, turn);
    }

    fn watching(
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
        let matter = AccountMatter::WatchingBegins { messages, since };
        self.tell_account_once(world, account, "watching", &matter, turn);
        self.survey(account, turn);
        self.judge_waiting(world, account, turn);
    }

    /// One note for each key, ever.
    fn tell_account_once(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        key: &str,
        matter: &AccountMatter,
        turn: &mut Turn,
    ) {
        if !self.config.notify.inbox || !self.books.account(account).told.insert(key.to_owned()) {
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
            let stationery = self.stationery(world, &own.email, &own.language, world.utc_offset);
            crate::letter::account_note(&stationery, &own.email, matter)
        };
        let item = self.new_item(
            account,
            None,
            Errand::Tell {
                letter,
                of_hold: false,
            },
            world.at,
        );
        self.write(
            Entry::Told {
                account: account.to_owned(),
                key: key.to_owned(),
            },
            turn,
        );
        self.write(Entry::Todo { items: vec![item] }, turn);
    }

    fn stationery<'a>(
        &'a self,
        world: &mut World<'_>,
        from: &Address,
        language: &'a str,
        utc_offset: i32,
    ) -> Stationery<'a> {
        Stationery {
            at: world.at,
            utc_offset,
            message_id: new_message_id(world.random, from),
            user_language: language,
            templates: &self.templates,
        }
    }

    fn room_of(&self, introduction: &Introduction) -> Option<&Room> {
        self.rooms.get(&introduction.account)
    }
}

/// 130 unguessable bits at the sender's own domain: nothing of the introduction can be read from it.
fn new_message_id(random: &mut dyn Random, from: &Address) -> MessageId {
    let text = format!("{}@{}", base32(random, 26), from.domain());
    MessageId::new(&text).unwrap_or_else(|| unreachable!("an address has a domain"))
}

/// Lower-case RFC 4648 base32, five bits a character.
fn base32(random: &mut dyn Random, characters: usize) -> String {
    let mut bytes = vec![0u8; characters];
    random.fill(&mut bytes);
    bytes
        .iter()
        .map(|b| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[usize::from(b & 31)]))
        .collect()
}
