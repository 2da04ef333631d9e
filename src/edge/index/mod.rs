//! The index: who stood with whom on which message, in one SQLite file.
//!
//! It is made from header fields alone and can be made again from the mailbox, all but two small
//! lists that are told to it: introductions that were made, and messages that never count.
//! One connection writes, another reads, so that a question never waits for the first index.

mod behind;
mod evidence;
mod forget;
mod head;
mod packed;
mod record;
mod schema;
mod written;

pub use crate::mailroom::indexing::FIELDS;
pub use evidence::{Found, Look};

use crate::Timestamp;
use crate::config::{Config, SameOrganisation};
use crate::mail::{Address, AddressPattern, MessageId};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Why the index could not be used, as a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct IndexError(String);

impl IndexError {
    fn file(deed: &str, path: &Path, error: &std::io::Error) -> Self {
        Self(format!("{deed} {} failed: {error}", path.display()))
    }
}

impl From<rusqlite::Error> for IndexError {
    fn from(error: rusqlite::Error) -> Self {
        if schema::is_broken(&error) {
            return Self(format!(
                "the index is damaged ({error}); `askfirst index --rebuild` reads the mailbox anew"
            ));
        }
        Self(format!("using the index failed: {error}"))
    }
}

/// What decides who counts as acquainted.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The user's own addresses, of all accounts: no people.
    pub own: Vec<AddressPattern>,
    pub same_organisation: SameOrganisation,
    pub max_visible: u32,
}

impl Settings {
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let own = config.accounts.iter().flat_map(|account| {
            let email = AddressPattern::new(account.email.as_str()).ok();
            email.into_iter().chain(account.aliases.iter().cloned())
        });
        Self {
            own: own.collect(),
            same_organisation: config.acquaintance.same_organisation.clone(),
            max_visible: config.acquaintance.max_visible,
        }
    }
}

/// The settings, quick to ask.
struct Rules {
    settings: Settings,
    own: Own,
}

impl Rules {
    fn new(settings: Settings) -> Self {
        Self {
            own: Own::new(&settings.own),
            settings,
        }
    }
}

/// The user's own addresses, quick to ask.
struct Own {
    keys: HashSet<String>,
    patterns: Vec<AddressPattern>,
}

impl Own {
    fn new(patterns: &[AddressPattern]) -> Self {
        let plain = |p: &AddressPattern| Address::new(&String::from(p.clone())).ok();
        let (wild, plain_ones): (Vec<_>, Vec<_>) = patterns
            .iter()
            .partition(|p| String::from((*p).clone()).starts_with("*@"));
        Self {
            keys: plain_ones
                .into_iter()
                .filter_map(plain)
                .map(|a| a.key().to_owned())
                .collect(),
            patterns: wild.into_iter().cloned().collect(),
        }
    }

    fn has(&self, address: &Address) -> bool {
        self.keys.contains(address.key()) || self.patterns.iter().any(|p| p.matches(address))
    }
}

/// How far an account has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Messages read.
    pub indexed: u64,
    /// Messages that are to be read in all; above `indexed` until the first index is complete.
    pub to_index: u64,
    /// Every folder has been read to its end once.
    pub complete: bool,
    /// The date of the oldest message read.
    pub oldest: Option<Timestamp>,
}

/// The open index. Shared by threads: one writes at a time, and readers do not wait for it.
pub struct Index {
    path: PathBuf,
    rules: RwLock<Arc<Rules>>,
    writer: Mutex<Writer>,
    reader: Mutex<Connection>,
}

struct Writer {
    connection: Connection,
    /// Ids of people met lately; `None` for the user's own addresses.
    people: HashMap<String, Option<i64>>,
    /// SQLite's `data_version` when `people` was last known to be true.
    seen_version: i64,
}

impl Index {
    /// Opens `index.sqlite` in the state folder (made with mode 0600 where there is none).
    /// A file that is no index, or damaged, is made anew.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub fn open(state_dir: &Path, settings: Settings) -> Result<Self, IndexError> {
        let path = state_dir.join("index.sqlite");
        keep_private(&path)?;
        let connection = schema::open(&path)?;
        let reader = schema::connect(&path)?;
        // While much is read, pages are changed again and again: keep them, and write them once.
        connection.pragma_update(None, "cache_size", -12_000)?;
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        Ok(Self {
            rules: RwLock::new(Arc::new(Rules::new(settings))),
            writer: Mutex::new(Writer {
                connection,
                people: HashMap::new(),
                seen_version: 0,
            }),
            reader: Mutex::new(reader),
            path,
        })
    }

    /// Other settings count from now on. What was read before stays as it was read: an address that
    /// was a person's then, and is the user's own now, acquaints nobody any more.
    pub fn adopt(&self, settings: Settings) {
        let rules = Arc::new(Rules::new(settings));
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
        self.writer().people.clear();
    }

    fn rules(&self) -> Arc<Rules> {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&rules)
    }

    /// What the records say, seen from this moment (old evidence weighs less).
    #[must_use]
    pub fn look(&self, at: Timestamp) -> Look<'_> {
        Look { index: self, at }
    }

    /// The part of the index that belongs to one account, made where there is none.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn account(&self, name: &str) -> Result<AccountIndex<'_>, IndexError> {
        let writer = self.writer();
        let find = "SELECT id FROM account WHERE name = ?";
        let found = writer
            .connection
            .query_row(find, [name], |r| r.get(0))
            .optional()?;
        let id = match found {
            Some(id) => id,
            None => {
                let insert = "INSERT OR IGNORE INTO account (name) VALUES (?)";
                writer.connection.execute(insert, [name])?;
                writer.connection.query_row(find, [name], |r| r.get(0))?
            }
        };
        Ok(AccountIndex { index: self, id })
    }

    /// An introduction of these people went out (released or slipped): they are acquainted, and
    /// the message counts from now on.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn introduced(
        &self,
        parties: &[Address],
        message_id: &MessageId,
        date: Timestamp,
    ) -> Result<(), IndexError> {
        let mut writer = self.writer();
        let transaction = writer.connection.transaction()?;
        let hash = head::hash(message_id.as_str());
        transaction.execute("DELETE FROM barred WHERE hash = ?", [hash])?;
        for (i, a) in parties.iter().enumerate() {
            for b in parties.iter().skip(i + 1).filter(|b| *b != a) {
                let (a, b) = if a < b { (a, b) } else { (b, a) };
                transaction.execute(
                    "INSERT OR REPLACE INTO introduced (a, b, hash, message_id, date) VALUES (?, ?, ?, ?, ?)",
                    params![a.key(), b.key(), hash, message_id.as_str(), date.timestamp()],
                )?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// This message is held, or is an introduction that was never released: wherever a copy of it
    /// lies, now or later, it acquaints nobody. Holds until [`Index::introduced`] with the same id.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn never_evidence(&self, message_id: &MessageId) -> Result<(), IndexError> {
        let hash = head::hash(message_id.as_str());
        let insert = "INSERT OR IGNORE INTO barred (hash) VALUES (?)";
        self.writer().connection.execute(insert, [hash])?;
        Ok(())
    }

    /// Forgets everything that the mailbox can tell again; all accounts have to be read anew.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn empty(&self) -> Result<(), IndexError> {
        let mut writer = self.writer();
        writer.people.clear();
        let transaction = writer.connection.transaction()?;
        schema::make(&transaction)?;
        transaction.commit()?;
        Ok(writer
            .connection
            .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?)
    }

    /// Gives back the memory that reading much has taken.
    pub fn rest(&self) {
        let mut writer = self.writer();
        writer.people = HashMap::new();
        // Only a courtesy: a refusal does no harm.
        let _ = writer
            .connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory;");
        let _ = self.reader().execute_batch("PRAGMA shrink_memory;");
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The records of one account.
#[derive(Clone, Copy)]
pub struct AccountIndex<'a> {
    index: &'a Index,
    id: i64,
}

impl AccountIndex<'_> {
    /// How far it has been read.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn extent(&self) -> Result<Extent, IndexError> {
        let reader = self.index.reader();
        let (complete, oldest): (bool, Option<i64>) = reader
            .prepare_cached("SELECT complete, oldest FROM account WHERE id = ?")?
            .query_row([self.id], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?
            .unwrap_or((false, None));
        let (indexed, total): (i64, i64) = reader
            .prepare_cached(
                "SELECT coalesce(sum(read), 0), coalesce(sum(max(read, total)), 0) FROM folder WHERE account = ? AND planned",
            )?
            .query_row([self.id], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(Extent {
            indexed: indexed.unsigned_abs(),
            // Before the folders are known there is at least that to find out.
            to_index: if complete {
                total
            } else {
                total.max(indexed + 1)
            }
            .unsigned_abs(),
            complete,
            oldest: oldest.and_then(|s| Timestamp::from_timestamp(s, 0)),
        })
    }
}

/// Nobody but the user reads it: it is a picture of their life. SQLite gives its side files the same mode.
#[cfg(unix)]
fn keep_private(path: &Path) -> Result<(), IndexError> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|e| IndexError::file("opening the index", path, &e))?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
        .map_err(|e| IndexError::file("protecting the index", path, &e))
}

#[cfg(not(unix))]
fn keep_private(_path: &Path) -> Result<(), IndexError> {
    Ok(())
}
