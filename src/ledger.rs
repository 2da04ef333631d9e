//! The entries that make up all that is known, written and read back.
//!
//! One line an entry: a sequence number, the first eight hex digits of the SHA-256 of the rest,
//! and JSON. The entries of one turn share a line, so that a torn one takes them all. An entry keeps the state that came out of a step, not only the event that went in,
//! so a later version with other rules reads an old ledger without changing anyone's history.

use crate::Timestamp;
use crate::consent::Standing;
use crate::introduction::{Event, Id, Introduction, State, Via};
use crate::letter::Letter;
use crate::mail::{Address, MessageId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Something decided, to be carried out exactly once; it stays until its outcome is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub id: u64,
    pub account: String,
    pub introduction: Option<Id>,
    pub errand: Errand,
    pub since: Timestamp,
    /// The final dot may have gone out: without a known outcome it is in doubt.
    #[serde(default)]
    pub committing: bool,
    /// In doubt once and sent again, byte for byte.
    #[serde(default)]
    pub repeated: bool,
}

/// What to carry out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// Take the draft into Held.
    Hold {
        ask_folder: bool,
        uid_validity: u32,
        uid: u32,
    },
    /// What came through the gateway stands in Held, and no copy of it in Sent. A large one is
    /// stood in for by a note.
    Place { stand_in: Option<Letter> },
    /// The copy that the client has put into Sent goes: it did not go out.
    TakeSent,
    /// Send an ask or reminder to a party.
    Send {
        party: usize,
        letter: Letter,
        reminder: bool,
    },
    /// The letter stands in Sent, once.
    FileLetter { letter: Letter },
    /// A note stands in the user's inbox, once.
    Tell { letter: Letter, of_hold: bool },
    /// Look once more whether the held message may go.
    Look,
    /// Hand the held bytes to the real server.
    Release,
    /// The released copy stands in Sent, and none in our folders.
    File,
    /// Out of our folders into Drafts, with `\Draft`.
    GiveBack,
    /// Out of Held into Closed.
    Close,
    /// The Held copy goes; the bytes stand in Drafts (or a newer version is held).
    RemoveHeld,
    /// The unread hold note goes.
    RemoveNote { message_id: MessageId },
    /// Courtesy letters stand in Drafts.
    Courtesy { letters: Vec<Letter> },
    /// Courtesy letters that are as they were put there leave Drafts again.
    RemoveCourtesy { letters: Vec<(MessageId, String)> },
    /// A letter that lay ready in Drafts for the user to send leaves it again, if nobody touched it.
    /// Without the SHA-256 of what was put there it is that of the release.
    Unready {
        message_id: MessageId,
        digest: Option<String>,
    },
    /// A held message goes back to Held: out of Ask once it is confirmed, out of Send now when it
    /// could not be sent.
    ToHeld,
    /// `Askfirst/Memory` says this and nothing older about it; without a note, nothing at all.
    Remember { of: About, note: Option<Note> },
}

/// What a record in `Askfirst/Memory` is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Introduction(Id),
    /// Standing consents and refusals.
    Standings,
}

/// One record of ours, ready for `Askfirst/Memory`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Names what it is about, and its content: the same content has the same id.
    pub message_id: MessageId,
    /// The whole message, CRLF.
    pub bytes: String,
}

/// What lay in Drafts at the first start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DraftKey {
    pub message_id: Option<MessageId>,
    pub size: u64,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// An introduction as it stands now, what happened to it, and what is to be done.
    Step {
        introduction: Box<Introduction>,
        event: Option<Event>,
        items: Vec<Item>,
    },
    /// To be done, about no introduction.
    Todo {
        items: Vec<Item>,
    },
    /// Carried out, or needless by now.
    Done {
        item: u64,
    },
    /// The final dot is about to go out.
    Committing {
        item: u64,
    },
    /// It may go to the server again: put off after the dot, or in doubt with no sign of it anywhere.
    Again {
        item: u64,
        repeated: bool,
    },
    Stand {
        standing: Standing,
    },
    Revoke {
        address: Address,
        about: Option<Address>,
    },
    Learned {
        account: String,
        drafts: Vec<DraftKey>,
    },
    /// The user took these bytes back: they are left alone.
    LeaveAlone {
        account: String,
        digest: String,
    },
    /// Said once for all.
    Told {
        account: String,
        key: String,
    },
    Forgotten {
        address: Address,
    },
    /// What follows from one thing heard: all of it is known, or nothing.
    Together {
        entries: Vec<Entry>,
    },
    /// This record stands in `Askfirst/Memory` of the account; none, when it is `None`.
    Remembered {
        account: String,
        of: About,
        note: Option<MessageId>,
    },
    /// As the mailbox remembers it: with the ledger lost, set back to an older one, or another
    /// machine having gone on with it. What was still to be done about it is void.
    Recalled {
        introduction: Box<Introduction>,
        note: MessageId,
    },
    /// Another machine has ended it, and taken its record away.
    EndedElsewhere {
        introduction: Id,
    },
    /// What stood about people is what the mailbox remembers.
    Standings {
        account: String,
        standings: Vec<Standing>,
        note: MessageId,
    },
    /// Which instance this is, and where its state folder stands: elsewhere it is a copy.
    Instance {
        instance: String,
        home: String,
    },
    /// Everything so far, when the ledger was written anew.
    Snapshot {
        books: Box<Books>,
    },
}

/// What is remembered of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccountMemory {
    /// `None` before the first look into Drafts.
    pub learned: Option<BTreeSet<DraftKey>>,
    pub left_alone: BTreeSet<String>,
    pub told: BTreeSet<String>,
    /// Introductions taken from Drafts so far.
    pub taken: u32,
    /// What stands in `Askfirst/Memory`, by what it is about.
    #[serde(default, with = "pairs")]
    pub remembered: BTreeMap<About, MessageId>,
}

/// JSON has no map with keys like these.
mod pairs {
    use super::{About, BTreeMap, MessageId};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(
        map: &BTreeMap<About, MessageId>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        map.iter().collect::<Vec<_>>().serialize(to)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<About, MessageId>, D::Error> {
        Ok(Vec::<(About, MessageId)>::deserialize(from)?
            .into_iter()
            .collect())
    }
}

/// All that is known for good: what the ledger says, added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Books {
    pub introductions: BTreeMap<Id, Introduction>,
    pub items: BTreeMap<u64, Item>,
    pub next_item: u64,
    pub standings: Vec<Standing>,
    pub accounts: BTreeMap<String, AccountMemory>,
    /// Who this is among the machines that look after the same mailbox; none before the first start.
    #[serde(default)]
    pub instance: Option<String>,
    /// Where the state folder stood when the instance got its name.
    #[serde(default)]
    pub home: Option<String>,
}

impl Books {
    /// Takes one entry in. Pure: the same entries give the same books.
    pub fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Step {
                introduction,
                event,
                items,
            } => {
                if event.is_none() && introduction.via == Via::Drafts {
                    self.account(&introduction.account).taken += 1;
                }
                self.introductions
                    .insert(introduction.id.clone(), (**introduction).clone());
                self.add(items);
            }
            Entry::Todo { items } => self.add(items),
            Entry::Done { item } => {
                self.items.remove(item);
            }
            Entry::Committing { item } => {
                if let Some(item) = self.items.get_mut(item) {
                    item.committing = true;
                }
            }
            Entry::Again { item, repeated } => {
                if let Some(item) = self.items.get_mut(item) {
                    item.committing = false;
                    item.repeated |= repeated;
                }
            }
            Entry::Stand { standing } => {
                self.standings
                    .retain(|s| !(s.address == standing.address && s.about == standing.about));
                self.standings.push(standing.clone());
            }
            Entry::Revoke { address, about } => {
                self.standings
                    .retain(|s| !(s.address == *address && s.about == *about));
            }
            Entry::Learned { account, drafts } => {
                self.account(account).learned = Some(drafts.iter().cloned().collect());
            }
            Entry::LeaveAlone { account, digest } => {
                self.account(account).left_alone.insert(digest.clone());
            }
            Entry::Told { account, key } => {
                self.account(account).told.insert(key.clone());
            }
            Entry::Forgotten { address } => {
                self.standings
                    .retain(|s| s.address != *address && s.about.as_ref() != Some(address));
                self.introductions
                    .retain(|_, i| i.state.is_open() || !i.concerns(address));
                let left = &self.introductions;
                self.items.retain(|_, item| {
                    item.introduction
                        .as_ref()
                        .is_none_or(|id| left.contains_key(id))
                });
            }
            Entry::Remembered { account, of, note } => {
                let remembered = &mut self.account(account).remembered;
                match note {
                    Some(note) => remembered.insert(of.clone(), note.clone()),
                    None => remembered.remove(of),
                };
            }
            Entry::Recalled { introduction, note } => {
                let id = &introduction.id;
                self.items
                    .retain(|_, i| i.introduction.as_ref() != Some(id));
                let of = About::Introduction(id.clone());
                let remembered = &mut self.account(&introduction.account).remembered;
                remembered.insert(of, note.clone());
                self.introductions
                    .insert(id.clone(), (**introduction).clone());
            }
            Entry::EndedElsewhere { introduction: id } => {
                self.items
                    .retain(|_, i| i.introduction.as_ref() != Some(id));
                if let Some(ended) = self.introductions.remove(id) {
                    let of = About::Introduction(id.clone());
                    self.account(&ended.account).remembered.remove(&of);
                }
            }
            Entry::Standings {
                account,
                standings,
                note,
            } => {
                let remembered = &mut self.account(account).remembered;
                remembered.insert(About::Standings, note.clone());
                self.standings.clone_from(standings);
            }
            Entry::Instance { instance, home } => {
                self.instance = Some(instance.clone());
                self.home = Some(home.clone());
            }
            Entry::Together { entries } => {
                for entry in entries {
                    self.apply(entry);
                }
            }
            Entry::Snapshot { books } => *self = (**books).clone(),
        }
    }

    /// What is remembered of this account, made when it is new.
    pub fn account(&mut self, name: &str) -> &mut AccountMemory {
        self.accounts.entry(name.to_owned()).or_default()
    }

    fn add(&mut self, items: &[Item]) {
        for item in items {
            self.next_item = self.next_item.max(item.id + 1);
            self.items.insert(item.id, item.clone());
        }
    }

    /// Introductions newest first; those that were never taken after all are left out.
    pub fn listed(&self, all: bool) -> Vec<&Introduction> {
        let mut list: Vec<_> = self
            .introductions
            .values()
            .filter(|i| i.placed || i.via != Via::Drafts)
            .filter(|i| i.follows().is_none())
            .filter(|i| all || i.state.is_open())
            .collect();
        list.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| b.id.cmp(&a.id)));
        list
    }

    /// The one introduction whose id begins so.
    ///
    /// # Errors
    /// A sentence, when there is none or more than one.
    pub fn find(&self, prefix: &str) -> Result<&Introduction, String> {
        let prefix = prefix.to_ascii_lowercase();
        let mut hits = self
            .listed(true)
            .into_iter()
            .filter(|i| !prefix.is_empty() && i.id.0.starts_with(&prefix));
        match (hits.next(), hits.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(format!(
                "There is no introduction “{prefix}”. `askfirst list --all` shows them all."
            )),
            (Some(_), Some(_)) => Err(format!(
                "More than one introduction begins with “{prefix}”. Give more characters of the id."
            )),
        }
    }
}

impl Introduction {
    /// Whether this person is among its people.
    #[must_use]
    pub fn concerns(&self, address: &Address) -> bool {
        self.envelope.contains(address)
            || self
                .parties
                .iter()
                .any(|p| p.address == *address || p.also.contains(address))
    }

    /// Still counts against the caps: waiting for people.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        matches!(self.state, State::Asking | State::Attention)
    }
}

/// The line of one entry, with its line end.
#[must_use]
pub fn line(seq: u64, entry: &Entry) -> String {
    let json = serde_json::to_string(entry).unwrap_or_default();
    format!("{seq} {} {json}\n", check(seq, &json))
}

/// The one line of entries that belong together: torn by a crash, none of them counts.
#[must_use]
pub fn line_together(seq: u64, entries: &[Entry]) -> String {
    /// As [`Entry::Together`].
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum All<'a> {
        Together { entries: &'a [Entry] },
    }
    if let [entry] = entries {
        return line(seq, entry);
    }
    let json = serde_json::to_string(&All::Together { entries }).unwrap_or_default();
    format!("{seq} {} {json}\n", check(seq, &json))
}

/// What reading a ledger gave.
#[derive(Debug, Default)]
pub struct Read {
    pub books: Books,
    /// Of the next entry.
    pub next_seq: u64,
    /// How many octets are whole; what follows is a torn last line.
    pub whole: usize,
    pub entries: usize,
}

/// Reads a ledger. A last line without its end is what a crash within a write leaves, and is dropped: nothing
/// was done on its strength.
///
/// # Errors
/// A sentence naming the line, when a line that was once whole is damaged: then nothing may be sent on the
/// strength of what is left.
pub fn read(bytes: &[u8]) -> Result<Read, String> {
    let mut read = Read::default();
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|b| *b == b'\n') {
        let entry = decode(&rest[..end], read.next_seq);
        match entry {
            Some(entry) => read.books.apply(&entry),
            None => {
                return Err(format!(
                    "Line {} of the ledger is damaged. What waits also lies in your mailbox: stop askfirst, \
                     move the ledger away (keep it), and start askfirst again. It finds everything there again, and asks \
                     and sends nothing twice.",
                    read.entries + 1
                ));
            }
        }
        read.entries += 1;
        read.next_seq += 1;
        read.whole += end + 1;
        rest = &rest[end + 1..];
    }
    Ok(read)
}

fn decode(line: &[u8], seq: u64) -> Option<Entry> {
    let line = std::str::from_utf8(line).ok()?;
    let (number, line) = line.split_once(' ')?;
    let (sum, json) = line.split_once(' ')?;
    (number.parse() == Ok(seq) && sum == check(seq, json))
        .then(|| serde_json::from_str(json).ok())?
}

fn check(seq: u64, json: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(seq.to_le_bytes());
    hash.update(json.as_bytes());
    hash.finalize()
        .iter()
        .take(4)
        .fold(String::new(), |hex, b| hex + &format!("{b:02x}"))
}
