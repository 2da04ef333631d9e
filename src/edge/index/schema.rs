//! The tables, and opening the file that holds them.

use super::IndexError;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Raised whenever the tables change; an older file is made anew.
const VERSION: i64 = 1;

/// `stood` is the heart: who stood visibly on which message. `people` repeats it the other way
/// round, packed, so that it needs no index of its own. `absent` are messages that are answered but
/// were not met yet. No body is kept, and a subject only so that evidence can be recognised by a person.
const TABLES: &str = "
CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, complete INTEGER NOT NULL DEFAULT 0, oldest INTEGER);
CREATE TABLE folder (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, name TEXT NOT NULL, uid_validity INTEGER, next_uid INTEGER,
  read INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0, planned INTEGER NOT NULL DEFAULT 1, UNIQUE (account, name));
CREATE TABLE person (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, messages INTEGER NOT NULL DEFAULT 0);
CREATE TABLE name (person INTEGER NOT NULL, name TEXT NOT NULL, signed INTEGER NOT NULL, given INTEGER NOT NULL,
  PRIMARY KEY (person, name)) WITHOUT ROWID;
CREATE TABLE message (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, hash INTEGER NOT NULL, message_id TEXT, folder INTEGER, uid INTEGER,
  date INTEGER, sender INTEGER, visible INTEGER NOT NULL, flags INTEGER NOT NULL, thread INTEGER NOT NULL, subject TEXT, people BLOB NOT NULL);
CREATE UNIQUE INDEX message_hash ON message (hash, account);
CREATE INDEX message_thread ON message (thread, sender);
CREATE TABLE absent (hash INTEGER PRIMARY KEY, thread INTEGER NOT NULL);
CREATE INDEX absent_thread ON absent (thread);
CREATE TABLE stood (person INTEGER NOT NULL, message INTEGER NOT NULL, role INTEGER NOT NULL, PRIMARY KEY (person, message)) WITHOUT ROWID;
";

/// What the mailbox cannot tell: kept when the index is read anew.
const TOLD: &str = "
CREATE TABLE IF NOT EXISTS barred (hash INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS introduced (a TEXT NOT NULL, b TEXT NOT NULL, hash INTEGER NOT NULL, message_id TEXT NOT NULL, date INTEGER NOT NULL,
  PRIMARY KEY (a, b, hash)) WITHOUT ROWID;
";

const OURS: &[&str] = &[
    "account", "folder", "person", "name", "message", "absent", "stood",
];

/// Opens the file, makes it where there is none, and makes it anew where it cannot be read:
/// all but the little in [`TOLD`] can be read from the mailbox again.
pub fn open(path: &Path) -> Result<Connection, IndexError> {
    match try_open(path) {
        Ok(connection) => Ok(connection),
        Err(error) if is_broken(&error) => {
            tracing::warn!("the index could not be read and is made anew: {error}");
            for end in ["", "-wal", "-shm"] {
                let mut name = path.as_os_str().to_owned();
                name.push(end);
                if let Err(error) = std::fs::remove_file(&name)
                    && error.kind() != std::io::ErrorKind::NotFound
                {
                    return Err(IndexError::file(
                        "removing the unreadable index",
                        path,
                        &error,
                    ));
                }
            }
            super::keep_private(path)?;
            Ok(try_open(path)?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the file is no database, or a damaged one.
pub fn is_broken(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt)
    )
}

fn try_open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |r| r.get(0))?;
    if version != VERSION {
        let transaction = rusqlite::Transaction::new_unchecked(
            &connection,
            rusqlite::TransactionBehavior::Immediate,
        )?;
        // Another process may have made them while this one waited.
        let version: i64 = transaction.pragma_query_value(None, "user_version", |r| r.get(0))?;
        if version != VERSION {
            make(&transaction)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        transaction.commit()?;
    }
    Ok(connection)
}

/// A second connection, to read while the first one writes.
pub fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_NOFOLLOW,
    )?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(32);
    // A cache that can be read again: losing the last commits in a power cut does no harm.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// Empty tables; what was only told stays.
pub fn make(connection: &Connection) -> rusqlite::Result<()> {
    for table in OURS {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {table};"))?;
    }
    connection.execute_batch(TABLES)?;
    connection.execute_batch(TOLD)
}
