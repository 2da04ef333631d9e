//! All that askfirst knows, and what follows from each thing heard.
//!
//! The desk is pure: it is told the time, the records of acquaintance and what was heard, and
//! answers with a [`Turn`]: files to sync, entries to write down, questions to put to a mailbox.
//! It never looks at the world itself. Whatever was decided stands in the books as an item until
//! its outcome is known, so a crash between any two steps loses nothing and repeats nothing.

mod account;
mod again;
pub mod answers;
mod consult;
pub mod dates;
mod doubt;
pub mod drafts;
pub mod errands;
pub mod gateway;
mod greeted;
pub mod hands;
pub mod heard;
pub mod lead;
mod memory;
pub mod open;
mod outbox;
mod ready;
mod replies;
pub mod request;
pub mod requests;
mod returned;
pub mod sent;
mod spoken;
mod standing;
#[cfg(test)]
mod tests;
mod weekly;
pub mod weigh;

pub use heard::{FoundAt, Heard, Look, Outcome, Question};
pub use outbox::Way;

use crate::Timestamp;
use crate::acquaintance::Records;
use crate::config::Config;
use crate::introduction::{Event, Id, Introduction, Reason};
use crate::ledger::{About, Books, Entry, Errand};
use crate::letter::{AccountMatter, Templates};
use crate::mail::{Address, Message, MessageId};
use crate::port::{Random, UidValidity};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Held bytes that lie synced in the spool already, by introduction and the name they have there.
    pub adopted: Vec<(Id, String)>,
    /// Then to be written down, synced together.
    pub entries: Vec<Entry>,
    /// Then asked; losing one loses nothing.
    pub questions: Vec<Question>,
    /// People and mail for the index: these parties know each other now, through this message.
    pub introduced: Vec<(String, Vec<Address>, MessageId)>,
    /// Mail that proves no acquaintance.
    pub no_evidence: Vec<(String, MessageId)>,
    /// To be shown on the desktop, where there is one.
    pub popups: Vec<Popup>,
}

/// A note, as the desktop shows it: what happened, without anybody's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Popup {
    pub summary: String,
    pub body: String,
}

impl Popup {
    /// The subject of a note and its first paragraph; the words of an answer stand in later ones.
    #[must_use]
    pub fn of(note: &crate::letter::Letter) -> Self {
        let first = note.text.split("\n\n").next().unwrap_or_default();
        Self {
            summary: note.subject.clone(),
            body: first.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
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
    /// Held messages whose draft stands in Drafts again.
    pub returned: BTreeMap<Id, returned::Returned>,
    /// How often a draft came back: its settle time doubles each time.
    pub returns: BTreeMap<String, u32>,
    /// Held copies that were not seen where they should lie.
    pub missing: BTreeMap<Id, Timestamp>,
    pub exchange: bool,
    /// Introductions found in Sent that may come through the gateway in a moment.
    pub unpaired: Vec<gateway::Unpaired>,
    /// Whether this machine looks after it.
    pub lead: lead::Lead,
}

impl Room {
    /// Its draft has not come back, and its record in Memory has not gone: else it is looked first.
    fn may_fall_due(&self, id: &Id) -> bool {
        !self.returned.contains_key(id) && !self.lead.vanished.contains(id)
    }
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
    /// Handed out and not heard of yet; true where only a sign of it is looked for.
    in_flight: BTreeMap<u64, bool>,
    heard_at: Option<Timestamp>,
    /// Notes that the outgoing server would not have: put into the inbox instead.
    by_append: BTreeSet<u64>,
    /// Until then no other reminder or end that fell due during a gap is acted upon.
    spread_until: Option<Timestamp>,
    /// The desk of `askfirst try`, which alone takes a draft of the trial.
    pub trial: bool,
    /// What the mailbox may not remember yet as it stands.
    unminded: BTreeSet<About>,
}

/// Reminders and ends that fell due while the machine slept come this far apart at least.
const APART: TimeDelta = TimeDelta::minutes(1);
/// What is due for longer fell due during a gap.
const OVERDUE: TimeDelta = TimeDelta::minutes(5);

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
            .filter(|i| i.state.is_open() || i.via != crate::introduction::Via::Sent)
            .filter_map(|i| Some((i.id.clone(), crate::mail::parse(&held(&i.id)?))))
            .collect();
        let rooms = config
            .accounts
            .iter()
            .map(|a| (a.name.clone(), Room::default()))
            .collect();
        let open = books.introductions.values().filter(|i| i.state.is_open());
        let unminded = open
            .map(|i| About::Introduction(i.id.clone()))
            .chain(
                books
                    .accounts
                    .values()
                    .flat_map(|a| a.remembered.keys().cloned()),
            )
            .chain([About::Standings])
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
            by_append: BTreeSet::new(),
            spread_until: None,
            trial: false,
            unminded,
        }
    }

    /// Takes in one thing heard. Idempotent: the same thing heard twice changes nothing more.
    pub fn hear(&mut self, world: &mut World<'_>, heard: Heard) -> Turn {
        let mut turn = Turn::default();
        self.notice_gap(world.at, &mut turn);
        if let Some(heard) = self.sift(heard) {
            self.take_in(world, heard, &mut turn);
        }
        self.due_now(world, &mut turn);
        self.remember_changes(world, &mut turn);
        turn
    }

    fn take_in(&mut self, world: &mut World<'_>, heard: Heard, turn: &mut Turn) {
        match heard {
            Heard::Connected { account, exchange } => self.connected(&account, exchange, turn),
            Heard::Lost { account } => self.lost(&account),
            Heard::Trouble { account, key, text } => {
                let told = format!("trouble {key}");
                self.tell_account_once(
                    world,
                    &account,
                    &told,
                    &AccountMatter::Trouble { text },
                    turn,
                );
            }
            Heard::LockedOut { account, text } => self.locked_out(world, &account, text, turn),
            Heard::Watching {
                account,
                messages,
                since,
            } => self.watching(world, &account, messages, since, turn),
            Heard::Changed { account, place } => self.changed(&account, place, turn),
            Heard::Surveyed {
                account,
                place,
                survey,
            } => self.surveyed(world, &account, place, &survey, turn),
            Heard::Draft {
                account,
                ask_folder,
                uid_validity,
                uid,
                bytes,
            } => {
                self.draft_read(world, &account, ask_folder, uid_validity, uid, bytes, turn);
            }
            Heard::Consulted {
                account,
                ask_folder,
                uid,
                mails,
            } => {
                self.consulted(world, &account, ask_folder, uid, &mails, turn);
            }
            Heard::Greeted {
                introduction,
                mails,
                ..
            } => self.greeted(&introduction, &mails, turn),
            Heard::Located {
                account,
                introduction,
                found,
            } => {
                self.located(world, &account, &introduction, &found, turn);
            }
            Heard::Arrived {
                account,
                junk,
                bytes,
                arrival,
            } => self.arrived(world, &account, junk, &bytes, &arrival, turn),
            Heard::FoundInSent { account, bytes } => {
                self.found_in_sent(world, &account, bytes, turn)
            }
            Heard::ConsultedHeld {
                introduction,
                mails,
            } => self.consulted_held(world, &introduction, &mails, turn),
            Heard::Done { item, outcome } => self.done(world, item, outcome, turn),
            Heard::Led { account, seen } => self.led(world, &account, &seen, turn),
            Heard::Recalled {
                account,
                note,
                recalled,
            } => self.recalled(world, &account, &note, *recalled, turn),
            Heard::Due => {}
        }
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
                    .is_some_and(|r| r.acts() && r.watching && r.may_fall_due(&i.id))
            })
            .filter_map(|i| {
                let due = i.due()?;
                let waits = self
                    .spread_until
                    .filter(|until| *until - due > OVERDUE && i.may_wait(*until));
                Some(waits.map_or(due, |until| due.max(until)))
            });
        // Only what can be acted upon: anything else would be due for ever, and wake the daemon without rest.
        let open = self
            .rooms
            .values()
            .filter(|r| r.acts() && r.watching && r.ready);
        let rooms = open.flat_map(|r| {
            let drafts = r.drafts.values().filter_map(drafts::Sighting::due);
            let returned = r.returned.values().map(returned::Returned::due);
            let missing = r.missing.values().map(|since| *since + hands::MISSING_TIME);
            let unpaired = r.unpaired.iter().map(|u| u.until);
            drafts.chain(returned).chain(missing).chain(unpaired)
        });
        let items = self
            .backoff
            .iter()
            .filter(|(id, _)| self.books.items.get(id).is_some_and(|i| self.can_start(i)))
            .map(|(_, b)| b.not_before);
        introductions
            .chain(rooms)
            .chain(items)
            .chain(self.weekly_due())
            .min()
    }

    /// Steps one introduction, writes it down, and turns the effects into items.
    pub(super) fn step(&mut self, world: &mut World<'_>, id: &Id, event: &Event, turn: &mut Turn) {
        let Some(now) = self.books.introductions.get(id) else {
            return;
        };
        let (mut next, effects) = now.step(world.at, event);
        let stopped = now.release.is_some() && next.release.is_none() && next.state.is_open();
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
        let mut items = self.items_for(world, &mut next, effects, turn);
        if stopped {
            // Left in Send now it would be sent again, and nobody would have said so.
            items.push(self.new_item(&next.account, Some(id), Errand::ToHeld, world.at));
        }
        if !next.state.is_open() {
            self.forget_needless(world, &next, turn);
        }
        let event = Some(event.clone());
        let ended = next.clone();
        self.write(
            Entry::Step {
                introduction: Box::new(next),
                event,
                items,
            },
            turn,
        );
        self.lead_followers(world, &ended, turn);
    }

    pub(super) fn write(&mut self, entry: Entry, turn: &mut Turn) {
        if let Entry::Done { item } = &entry {
            self.backoff.remove(item);
        }
        if let Entry::Step {
            introduction,
            event: None,
            ..
        } = &entry
        {
            self.ask_for_manners(introduction, turn);
        }
        self.books.apply(&entry);
        self.mind(&entry);
        turn.entries.push(entry);
    }

    fn due_now(&mut self, world: &mut World<'_>, turn: &mut Turn) {
        let due: Vec<(Id, bool)> = self
            .books
            .introductions
            .values()
            .filter(|i| {
                self.room_of(i)
                    .is_some_and(|r| r.acts() && r.watching && r.may_fall_due(&i.id))
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
            // The step before it may have changed what is due.
            let Some(now) = self.books.introductions.get(&id) else {
                continue;
            };
            let long_due = now.due().is_some_and(|d| world.at - d > OVERDUE);
            if long_due && now.may_wait(world.at) {
                if self.spread_until.is_some_and(|until| world.at < until) {
                    continue;
                }
                self.spread_until = Some(world.at + APART);
            }
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
            .filter(|(_, r)| r.acts() && r.watching && r.ready)
            .map(|(n, _)| n.clone())
            .collect();
        for account in accounts {
            self.drafts_due(world, &account, turn);
            self.hands_due(world, &account, turn);
            self.unpaired_due(world, &account, turn);
            self.tell_week(world, &account, turn);
        }
    }

    pub(super) fn room_of(&self, introduction: &Introduction) -> Option<&Room> {
        self.rooms.get(&introduction.account)
    }
}

/// 130 unguessable bits at the sender's own domain: nothing of the introduction can be read from it.
fn new_message_id(random: &mut dyn Random, from: &Address) -> MessageId {
    let text = format!("{}@{}", base32(random, 26), from.domain());
    MessageId::new(&text).unwrap_or_else(|| unreachable!("an address has a domain"))
}

/// Twelve unguessable letters and digits, for a process among others.
pub fn random_name(random: &mut dyn Random) -> String {
    base32(random, 12)
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
