//! Writing: batches of header fields into the tables.

use super::head::{Head, Reader, Role};
use super::packed::pack;
use super::{AccountIndex, IndexError, Own, Writer};
use crate::mailroom::Cursor;
use crate::mailroom::indexing::{RecordError, Recorder};
use crate::port::{FolderName, Summary, Uid, UidValidity};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::{BTreeMap, HashMap};

pub const BULK: i64 = 1;
/// The `sender` of what the user wrote; nobody's id.
pub const THE_USER: i64 = 0;
/// People remembered between batches; beyond it they are looked up again.
const PEOPLE_REMEMBERED: usize = 60_000;

impl From<IndexError> for RecordError {
    fn from(error: IndexError) -> Self {
        Self(error.0)
    }
}

fn failed(error: rusqlite::Error) -> RecordError {
    IndexError::from(error).into()
}

impl Recorder for AccountIndex<'_> {
    fn cursor(&self, folder: &FolderName) -> Result<Option<Cursor>, RecordError> {
        // Asked of the writer: what it has committed last, it must go on from.
        let writer = self.index.writer();
        let row = writer
            .connection
            .prepare_cached(
                "SELECT uid_validity, next_uid FROM folder WHERE account = ? AND name = ?",
            )
            .and_then(|mut s| {
                s.query_row(params![self.id, folder.as_str()], |r| {
                    Ok((r.get::<_, Option<u32>>(0)?, r.get::<_, Option<u32>>(1)?))
                })
                .optional()
            })
            .map_err(failed)?;
        Ok(row.and_then(|(validity, next)| {
            Some(Cursor {
                uid_validity: UidValidity(validity?),
                next: Uid(next?),
            })
        }))
    }

    fn plan(&self, folders: &[(FolderName, u32)]) -> Result<(), RecordError> {
        let mut writer = self.index.writer();
        let write = |writer: &mut Writer| {
            let transaction = writer
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("UPDATE folder SET planned = 0 WHERE account = ?", [self.id])?;
            for (name, messages) in folders {
                transaction.execute(
                    "INSERT INTO folder (account, name, total) VALUES (?1, ?2, ?3)
                     ON CONFLICT (account, name) DO UPDATE SET planned = 1, total = ?3",
                    params![self.id, name.as_str(), messages],
                )?;
            }
            transaction.commit()
        };
        write(&mut writer).map_err(failed)
    }

    fn record(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        batch: &[Summary],
    ) -> Result<(), RecordError> {
        self.write(folder, cursor, &Batch::of(batch))
    }

    fn read_to_end(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        messages: u32,
    ) -> Result<(), RecordError> {
        let writer = self.index.writer();
        writer
            .connection
            .execute(
                "INSERT INTO folder (account, name, uid_validity, next_uid, read, total) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                 ON CONFLICT (account, name) DO UPDATE SET uid_validity = ?3, next_uid = ?4, read = ?5, total = ?5",
                params![self.id, folder.as_str(), cursor.uid_validity.0, cursor.next.0, messages],
            )
            .map(|_| ())
            .map_err(failed)
    }

    fn complete(&self) -> Result<(), RecordError> {
        let writer = self.index.writer();
        let update = "UPDATE account SET complete = 1 WHERE id = ? AND NOT complete";
        let first = writer
            .connection
            .execute(update, [self.id])
            .map_err(failed)?
            > 0;
        if first {
            // Pages that were split at random become full: a third of the file. Not worth an
            // error where somebody else is using it.
            // Not in memory: that would be the whole of a large mailbox.
            let _ = writer
                .connection
                .execute_batch("PRAGMA temp_store = FILE; VACUUM;");
            let _ = writer
                .connection
                .execute_batch("PRAGMA temp_store = MEMORY;");
        }
        Ok(())
    }
}

/// Messages read as far as the index needs them; made without any lock.
pub struct Batch {
    /// Of all messages, also those that are no evidence.
    uids: Vec<Uid>,
    heads: Vec<(Uid, Head)>,
}

impl Batch {
    pub fn of(batch: &[Summary]) -> Self {
        let reader = Reader::new();
        let heads = batch
            .iter()
            // Not sent, or thrown away: neither shows who knows whom.
            .filter(|s| !s.flags.draft && !s.flags.deleted)
            .map(|s| (s.uid, reader.read(s)))
            .filter(|(_, head)| !head.ours);
        Self {
            heads: heads.collect(),
            uids: batch.iter().map(|s| s.uid).collect(),
        }
    }
}

impl Batch {
    /// Messages, those included that are no evidence.
    pub fn len(&self) -> usize {
        self.uids.len()
    }

    /// Takes those of the same folder that follow.
    pub fn append(&mut self, mut more: Self) {
        self.uids.append(&mut more.uids);
        self.heads.append(&mut more.heads);
    }
}

impl AccountIndex<'_> {
    pub(super) fn write(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        batch: &Batch,
    ) -> Result<(), RecordError> {
        let rules = self.index.rules();
        let mut writer = self.index.writer();
        let result = writer.write(&rules.own, self.id, folder, cursor, batch);
        if result.is_err() {
            // Rolled back: ids given in it are nobody's.
            writer.people.clear();
        }
        result.map_err(failed)
    }
}

/// What a batch adds to people, written once at its end.
#[derive(Default)]
struct Sums {
    messages: BTreeMap<i64, i64>,
    /// Who stood on what, as what: written in their order, which is cheaper than in ours.
    stood: Vec<(i64, i64, Role)>,
    /// Signed with it themselves; called so by others.
    names: BTreeMap<(i64, String), (i64, i64)>,
    oldest: Option<i64>,
    /// Of the next message; never one that still names a thread.
    next_id: i64,
}

impl Writer {
    fn write(
        &mut self,
        own: &Own,
        account: i64,
        folder: &FolderName,
        cursor: Cursor,
        batch: &Batch,
    ) -> rusqlite::Result<()> {
        let Self {
            connection,
            people,
            seen_version,
        } = self;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process (`forget`) may have removed people since.
        let version = transaction.pragma_query_value(None, "data_version", |r| r.get(0))?;
        if version != *seen_version || people.len() > PEOPLE_REMEMBERED {
            people.clear();
            *seen_version = version;
        }
        let folder = place(&transaction, account, folder, cursor, &batch.uids)?;
        let mut sums = Sums {
            next_id: transaction.query_row(
                "SELECT 1 + max(coalesce((SELECT max(id) FROM message), 0), coalesce((SELECT max(thread) FROM message), 0),
                   coalesce((SELECT max(thread) FROM absent), 0))",
                [],
                |r| r.get(0),
            )?,
            ..Sums::default()
        };
        for (uid, head) in &batch.heads {
            write_one(
                &transaction,
                own,
                people,
                &mut sums,
                account,
                folder,
                *uid,
                head,
            )?;
        }
        sums.write(&transaction, account)?;
        transaction.commit()
    }
}

/// Moves the folder's cursor and gives its id.
fn place(
    transaction: &Transaction<'_>,
    account: i64,
    folder: &FolderName,
    cursor: Cursor,
    batch: &[Uid],
) -> rusqlite::Result<i64> {
    type Row = (i64, Option<u32>, Option<u32>);
    let row: Option<Row> = transaction
        .prepare_cached(
            "SELECT id, uid_validity, next_uid FROM folder WHERE account = ? AND name = ?",
        )?
        .query_row(params![account, folder.as_str()], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .optional()?;
    let (id, validity, next) = match row {
        Some(row) => row,
        None => {
            transaction.execute(
                "INSERT INTO folder (account, name) VALUES (?, ?)",
                params![account, folder.as_str()],
            )?;
            (transaction.last_insert_rowid(), None, None)
        }
    };
    let renumbered = validity != Some(cursor.uid_validity.0);
    if renumbered && validity.is_some() {
        // The old numbers now belong to other messages, or to none.
        transaction.execute("UPDATE message SET uid = NULL WHERE folder = ?", [id])?;
    }
    let known = if renumbered { 0 } else { next.unwrap_or(0) };
    let added = batch.iter().filter(|uid| uid.0 >= known).count();
    let added = i64::try_from(added).unwrap_or(i64::MAX);
    transaction
        .prepare_cached(
            "UPDATE folder SET uid_validity = ?2, next_uid = ?3, read = iif(?4, 0, read) + ?5 WHERE id = ?1",
        )?
        .execute(params![id, cursor.uid_validity.0, cursor.next.0, renumbered, added])?;
    Ok(id)
}

#[allow(clippy::too_many_arguments)] // one row of everything that is known of it
fn write_one(
    transaction: &Transaction<'_>,
    own: &Own,
    people: &mut HashMap<String, Option<i64>>,
    sums: &mut Sums,
    account: i64,
    folder: i64,
    uid: Uid,
    head: &Head,
) -> rusqlite::Result<()> {
    let flags = if head.bulk { BULK } else { 0 };
    let known: Option<i64> = transaction
        .prepare_cached("SELECT id FROM message WHERE hash = ? AND account = ?")?
        .query_row([head.hash, account], |r| r.get(0))
        .optional()?;
    if let Some(id) = known {
        // The same message lies elsewhere, too: one through a list and one straight make it no bulk.
        transaction
            .prepare_cached(
                "UPDATE message SET folder = ?2, uid = ?3, flags = flags & ?4,
                   message_id = coalesce(message_id, ?5), subject = coalesce(subject, ?6) WHERE id = ?1",
            )?
            .execute(params![
                id,
                folder,
                uid.0,
                flags,
                head.message_id.as_ref().filter(|_| !head.bulk).map(|id| id.as_str()),
                Some(&head.subject).filter(|s| !head.bulk && !s.is_empty()),
            ])?;
        return Ok(());
    }
    let mut stood = Vec::with_capacity(head.people.len());
    let mut sender = None;
    for (address, name, role) in &head.people {
        let id = match people.get(address.key()) {
            Some(id) => *id,
            None => {
                let id = if own.has(address) {
                    None
                } else {
                    Some(person(transaction, address.key())?)
                };
                people.insert(address.key().to_owned(), id);
                id
            }
        };
        if *role == Role::From {
            sender = sender.or(Some(id.unwrap_or(THE_USER)));
        }
        let Some(id) = id else { continue };
        stood.push((id, *role));
        *sums.messages.entry(id).or_default() += 1;
        if let Some(name) = name {
            let (signed, given) = sums.names.entry((id, name.clone())).or_default();
            *if *role == Role::From { signed } else { given } += 1;
        }
    }
    sums.oldest = match (sums.oldest, head.date) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let message = sums.next_id;
    sums.next_id += 1;
    let thread = thread(transaction, head, message)?;
    // Bulk mail is no evidence, so nobody will ever look it up.
    let kept = !head.bulk;
    transaction
        .prepare_cached(
            "INSERT INTO message (id, account, hash, message_id, folder, uid, date, sender, visible, flags, thread, subject, people)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            message,
            account,
            head.hash,
            head.message_id.as_ref().filter(|_| kept).map(|id| id.as_str()),
            folder,
            uid.0,
            head.date,
            sender,
            i64::try_from(stood.len() + head.further).unwrap_or(i64::MAX),
            flags,
            thread,
            Some(&head.subject).filter(|s| kept && !s.is_empty()),
            pack(stood.iter().map(|(id, _)| *id)),
        ])?;
    sums.stood
        .extend(stood.into_iter().map(|(id, role)| (id, message, role)));
    Ok(())
}

fn person(transaction: &Transaction<'_>, key: &str) -> rusqlite::Result<i64> {
    let found = transaction
        .prepare_cached("SELECT id FROM person WHERE key = ?")?
        .query_row([key], |r| r.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    transaction
        .prepare_cached("INSERT INTO person (key) VALUES (?)")?
        .execute([key])?;
    Ok(transaction.last_insert_rowid())
}

/// The thread this message belongs to, named by the number of the first message met of it.
/// Threads that turn out to be one become one, in whatever order their messages are read.
fn thread(transaction: &Transaction<'_>, head: &Head, id: i64) -> rusqlite::Result<i64> {
    let mut met = transaction.prepare_cached("SELECT thread FROM message WHERE hash = ?")?;
    let mut answered = transaction.prepare_cached("SELECT thread FROM absent WHERE hash = ?")?;
    let mut threads = Vec::new();
    let mut missing = Vec::new();
    for parent in &head.parents {
        let found: Option<i64> = met.query_row([parent], |r| r.get(0)).optional()?;
        let found = match found {
            None => answered.query_row([parent], |r| r.get(0)).optional()?,
            known => known,
        };
        match found {
            Some(thread) => threads.push(thread),
            None => missing.push(*parent),
        }
    }
    // Answers to this one came first.
    let here: Option<i64> = answered.query_row([head.hash], |r| r.get(0)).optional()?;
    if let Some(thread) = here {
        threads.push(thread);
        transaction
            .prepare_cached("DELETE FROM absent WHERE hash = ?")?
            .execute([head.hash])?;
    }
    let thread = threads.iter().copied().min().unwrap_or(id);
    threads.retain(|other| *other != thread);
    for other in threads {
        for join in [
            "UPDATE message SET thread = ?1 WHERE thread = ?2",
            "UPDATE absent SET thread = ?1 WHERE thread = ?2",
        ] {
            transaction.prepare_cached(join)?.execute([thread, other])?;
        }
    }
    for parent in missing {
        transaction
            .prepare_cached("INSERT OR IGNORE INTO absent (hash, thread) VALUES (?, ?)")?
            .execute([parent, thread])?;
    }
    Ok(thread)
}

impl Sums {
    fn write(mut self, transaction: &Transaction<'_>, account: i64) -> rusqlite::Result<()> {
        self.stood.sort_unstable();
        let mut insert = transaction
            .prepare_cached("INSERT INTO stood (person, message, role) VALUES (?, ?, ?)")?;
        for (person, message, role) in self.stood {
            insert.execute([person, message, role as i64])?;
        }
        let mut count = transaction
            .prepare_cached("UPDATE person SET messages = messages + ?2 WHERE id = ?1")?;
        for (id, messages) in self.messages {
            count.execute([id, messages])?;
        }
        let mut call = transaction.prepare_cached(
            "INSERT INTO name (person, name, signed, given) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (person, name) DO UPDATE SET signed = signed + ?3, given = given + ?4",
        )?;
        for ((id, name), (signed, given)) in self.names {
            call.execute(params![id, name, signed, given])?;
        }
        if let Some(oldest) = self.oldest {
            transaction
                .prepare_cached(
                    "UPDATE account SET oldest = min(coalesce(oldest, ?2), ?2) WHERE id = ?1",
                )?
                .execute([account, oldest])?;
        }
        Ok(())
    }
}
