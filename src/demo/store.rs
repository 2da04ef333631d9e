//! Mailboxes in memory, shared by the servers, the people and whoever watches.

use super::Person;
use chrono::{DateTime, FixedOffset, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The hierarchy delimiter of every mailbox here.
pub const DELIMITER: char = '/';

/// What every account begins with, and what it is for (RFC 6154).
const FIRST_FOLDERS: [(&str, Option<&str>); 6] = [
    ("INBOX", None),
    ("Drafts", Some("\\Drafts")),
    ("Sent", Some("\\Sent")),
    ("Trash", Some("\\Trash")),
    ("Junk", Some("\\Junk")),
    ("Archive", Some("\\Archive")),
];

/// One message as it lies in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub uid: u32,
    /// As on the wire: `\Seen`, `$Forwarded`.
    pub flags: BTreeSet<String>,
    pub date: DateTime<FixedOffset>,
    pub bytes: Arc<[u8]>,
    /// RFC 7162: grows with every change of this message.
    pub modseq: u64,
}

impl Mail {
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|f| f.eq_ignore_ascii_case(flag))
    }

    /// The bytes as text, for looking at.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// One folder.
#[derive(Clone, Debug)]
pub struct Folder {
    pub uid_validity: u32,
    pub uid_next: u32,
    pub special_use: Option<&'static str>,
    pub subscribed: bool,
    /// In ascending order of UID.
    pub mails: Vec<Mail>,
    pub highest_modseq: u64,
}

impl Folder {
    fn new(uid_validity: u32, special_use: Option<&'static str>) -> Self {
        Self {
            uid_validity,
            uid_next: 1,
            special_use,
            subscribed: true,
            mails: Vec::new(),
            highest_modseq: 1,
        }
    }

    #[must_use]
    pub fn mail(&self, uid: u32) -> Option<&Mail> {
        let at = self.mails.binary_search_by_key(&uid, |m| m.uid).ok()?;
        self.mails.get(at)
    }

    /// Changes one message's flags; true when they are others than before.
    pub fn set_flags(&mut self, uid: u32, flags: BTreeSet<String>) -> bool {
        let Ok(at) = self.mails.binary_search_by_key(&uid, |m| m.uid) else {
            return false;
        };
        let Some(mail) = self.mails.get_mut(at) else {
            return false;
        };
        if mail.flags == flags {
            return false;
        }
        self.highest_modseq += 1;
        mail.modseq = self.highest_modseq;
        mail.flags = flags;
        true
    }

    /// Puts a message in and gives its UID.
    pub fn add(
        &mut self,
        bytes: Arc<[u8]>,
        flags: BTreeSet<String>,
        date: DateTime<FixedOffset>,
    ) -> u32 {
        let uid = self.uid_next;
        self.uid_next += 1;
        self.highest_modseq += 1;
        self.mails.push(Mail {
            uid,
            flags,
            date,
            bytes,
            modseq: self.highest_modseq,
        });
        uid
    }

    /// Takes the message away; `None` when it is gone already.
    pub fn take(&mut self, uid: u32) -> Option<Mail> {
        let at = self.mails.binary_search_by_key(&uid, |m| m.uid).ok()?;
        self.highest_modseq += 1;
        Some(self.mails.remove(at))
    }
}

/// One person's mailbox.
#[derive(Clone, Debug)]
pub struct Account {
    pub person: Person,
    /// By name as on the wire (modified UTF-7).
    pub folders: BTreeMap<String, Folder>,
}

/// INBOX in any letter case is one folder (RFC 9051 §5.1).
#[must_use]
pub fn folder_key(name: &str) -> &str {
    if name.eq_ignore_ascii_case("INBOX") {
        "INBOX"
    } else {
        name
    }
}

impl Account {
    #[must_use]
    pub fn folder(&self, name: &str) -> Option<&Folder> {
        self.folders.get(folder_key(name))
    }

    pub fn folder_mut(&mut self, name: &str) -> Option<&mut Folder> {
        self.folders.get_mut(folder_key(name))
    }
}

struct Inside {
    accounts: BTreeMap<String, Account>,
    /// How many IDLE connections wait in a folder, by account and folder.
    idle: BTreeMap<(String, String), usize>,
    next_validity: u32,
    changes: u64,
}

/// All mailboxes of one world.
pub struct Store {
    inside: Mutex<Inside>,
    changed: Condvar,
    pushed: watch::Sender<u64>,
}

impl Store {
    #[must_use]
    pub fn new(people: &[Person]) -> Self {
        // RFC 9051 §2.3.1.1 suggests the time: two worlds in a row differ.
        let mut next_validity = u32::try_from(Utc::now().timestamp()).unwrap_or(1);
        let mut accounts = BTreeMap::new();
        for person in people {
            let mut folders = BTreeMap::new();
            for (name, special_use) in FIRST_FOLDERS {
                next_validity += 1;
                folders.insert(name.to_owned(), Folder::new(next_validity, special_use));
            }
            let account = Account {
                person: person.clone(),
                folders,
            };
            accounts.insert(person.address.to_lowercase(), account);
        }
        Self {
            inside: Mutex::new(Inside {
                accounts,
                idle: BTreeMap::new(),
                next_validity,
                changes: 0,
            }),
            changed: Condvar::new(),
            pushed: watch::Sender::new(0),
        }
    }

    /// Fires at every change in any mailbox.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.pushed.subscribe()
    }

    // A panic elsewhere while it was locked leaves the mailboxes as they were: each change is
    // one assignment.
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks into one account; `None` when there is no such person.
    pub fn read<T>(&self, who: &str, look: impl FnOnce(&Account) -> T) -> Option<T> {
        self.lock().accounts.get(&who.to_lowercase()).map(look)
    }

    /// Changes one account and tells everybody who watches.
    pub fn change<T>(&self, who: &str, act: impl FnOnce(&mut Account) -> T) -> Option<T> {
        let mut inside = self.lock();
        let done = inside.accounts.get_mut(&who.to_lowercase()).map(act)?;
        inside.changes += 1;
        let changes = inside.changes;
        drop(inside);
        self.changed.notify_all();
        self.pushed.send_replace(changes);
        Some(done)
    }

    /// How many clients wait in this folder for news (IDLE): whatever happens there now, they hear.
    #[must_use]
    pub fn idling(&self, who: &str, folder: &str) -> usize {
        let key = (who.to_lowercase(), folder_key(folder).to_owned());
        self.lock().idle.get(&key).copied().unwrap_or_default()
    }

    /// Counts a client as waiting in a folder until the guard is dropped.
    #[must_use]
    pub fn idle_in(self: &Arc<Self>, who: &str, folder: &str) -> Idle {
        let key = (who.to_lowercase(), folder_key(folder).to_owned());
        let idle = Idle {
            store: Arc::clone(self),
            key,
        };
        idle.count(|n| n + 1);
        idle
    }

    /// Waits until `seen` finds something, looking again at every change. `None` when `limit`
    /// is over first.
    pub fn wait<T>(&self, limit: Duration, mut seen: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        let end = Instant::now() + limit;
        loop {
            let before = self.lock().changes;
            if let Some(found) = seen(self) {
                return Some(found);
            }
            let mut inside = self.lock();
            while inside.changes == before {
                let left = end.checked_duration_since(Instant::now())?;
                inside = self
                    .changed
                    .wait_timeout(inside, left)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
        }
    }

    /// Makes everybody who waits here look again, though nothing has changed.
    pub fn look_up(&self) {
        self.lock().changes += 1;
        self.changed.notify_all();
    }

    /// Whether this login is right.
    #[must_use]
    pub fn login(&self, who: &str, password: &str) -> bool {
        self.read(who, |a| a.person.password == password)
            .unwrap_or(false)
    }

    #[must_use]
    pub fn exists(&self, who: &str) -> bool {
        self.read(who, |_| ()).is_some()
    }

    /// Puts a message into a folder, which is created when it is not there. `None` when there is
    /// no such person.
    pub fn append(&self, who: &str, folder: &str, bytes: &[u8], flags: &[&str]) -> Option<u32> {
        self.create(who, folder);
        let flags = flags.iter().map(|f| (*f).to_owned()).collect();
        self.change(who, |account| {
            Some(
                account
                    .folder_mut(folder)?
                    .add(bytes.into(), flags, Utc::now().into()),
            )
        })?
    }

    /// What lies in a folder, in order of arrival; empty when there is no such folder.
    #[must_use]
    pub fn mails(&self, who: &str, folder: &str) -> Vec<Mail> {
        self.read(who, |a| a.folder(folder).map(|f| f.mails.clone()))
            .flatten()
            .unwrap_or_default()
    }

    #[must_use]
    pub fn folders(&self, who: &str) -> Vec<String> {
        self.read(who, |a| a.folders.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// Moves a message, as a person would with the mouse. The new UID.
    pub fn shift(&self, who: &str, from: &str, uid: u32, to: &str) -> Option<u32> {
        self.create(who, to);
        self.change(who, |account| {
            account.folder(to)?;
            let mail = account.folder_mut(from)?.take(uid)?;
            Some(
                account
                    .folder_mut(to)?
                    .add(mail.bytes, mail.flags, mail.date),
            )
        })?
    }

    /// Takes a message away for good, as a person would; false when it was not there.
    pub fn remove(&self, who: &str, folder: &str, uid: u32) -> bool {
        self.change(who, |account| account.folder_mut(folder)?.take(uid))
            .flatten()
            .is_some()
    }

    /// False when the folder is there already, or the person is not.
    pub fn create(&self, who: &str, folder: &str) -> bool {
        let mut inside = self.lock();
        inside.next_validity += 1;
        let uid_validity = inside.next_validity;
        drop(inside);
        if self
            .read(who, |a| a.folder(folder).is_some())
            .unwrap_or(true)
        {
            return false;
        }
        self.change(who, |account| {
            account
                .folders
                .entry(folder_key(folder).to_owned())
                .or_insert_with(|| Folder {
                    subscribed: false,
                    ..Folder::new(uid_validity, None)
                });
        })
        .is_some()
    }
}

/// One client waiting for news.
pub struct Idle {
    store: Arc<Store>,
    key: (String, String),
}

impl Idle {
    fn count(&self, change: impl FnOnce(usize) -> usize) {
        let mut inside = self.store.lock();
        let waiting = inside.idle.entry(self.key.clone()).or_default();
        *waiting = change(*waiting);
        drop(inside);
        self.store.look_up();
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        self.count(|n| n.saturating_sub(1));
    }
}
