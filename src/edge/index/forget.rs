//! Erasing a person, so that not even the bytes of the file tell of them.

use super::packed::{pack, unpack};
use super::{Index, IndexError};
use crate::mail::Address;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

impl Index {
    /// Erases this person: their names, what they wrote, and that they stood on what others wrote.
    /// Mail that comes later is recorded anew; what was read already is not read again.
    /// Returns whether anything was there.
    ///
    /// # Errors
    /// When the index cannot be written, or another process keeps reading it, so that its old
    /// bytes could not be overwritten yet.
    pub fn forget(&self, address: &Address) -> Result<bool, IndexError> {
        let mut writer = self.writer();
        // Nobody reads meanwhile, so that the log can be emptied.
        let reader = self.reader();
        reader.flush_prepared_statement_cache();
        writer.people.clear();
        let connection = &mut writer.connection;
        connection.pragma_update(None, "secure_delete", true)?;
        let known = erase(connection, address)?;
        connection.pragma_update(None, "secure_delete", false)?;
        // The rows are gone; now the pages that held them, in the file and in its log.
        connection.execute_batch("VACUUM")?;
        let busy: bool =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
        if busy {
            return Err(IndexError(format!(
                "{address} was erased from {}, but another process is reading it, so the old bytes are still in its log; run the command once more",
                self.path.display()
            )));
        }
        Ok(known)
    }
}

fn erase(connection: &mut Connection, address: &Address) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let key = address.key();
    let mut known =
        transaction.execute("DELETE FROM introduced WHERE a = ?1 OR b = ?1", [key])? > 0;
    let id: Option<i64> = transaction
        .query_row("SELECT id FROM person WHERE key = ?", [key], |r| r.get(0))
        .optional()?;
    if let Some(id) = id {
        known = true;
        let stood: Vec<(i64, Option<i64>, Vec<u8>)> = transaction
            .prepare(
                "SELECT m.id, m.sender, m.people FROM stood s JOIN message m ON m.id = s.message WHERE s.person = ?",
            )?
            .query_map([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
            .collect::<Result<_, _>>()?;
        for (message, sender, people) in stood {
            let people = unpack(&people);
            let others: Vec<i64> = people.iter().copied().filter(|p| *p != id).collect();
            if sender == Some(id) || others.is_empty() {
                for person in people {
                    transaction
                        .prepare_cached("DELETE FROM stood WHERE person = ? AND message = ?")?
                        .execute([person, message])?;
                }
                transaction
                    .prepare_cached("DELETE FROM message WHERE id = ?")?
                    .execute([message])?;
            } else {
                transaction
                    .prepare_cached("UPDATE message SET people = ? WHERE id = ?")?
                    .execute(params![pack(others.into_iter()), message])?;
            }
        }
        transaction.execute("DELETE FROM stood WHERE person = ?", [id])?;
        transaction.execute("DELETE FROM name WHERE person = ?", [id])?;
        transaction.execute("DELETE FROM person WHERE id = ?", [id])?;
    }
    // Other people's words may spell the address out.
    for spelling in [key.to_owned(), address.as_str().to_lowercase()] {
        transaction.execute(
            "UPDATE message SET subject = NULL WHERE instr(lower(subject), ?)",
            [&spelling],
        )?;
        transaction.execute(
            "UPDATE message SET message_id = NULL WHERE instr(lower(message_id), ?)",
            [&spelling],
        )?;
        transaction.execute(
            "DELETE FROM introduced WHERE instr(lower(message_id), ?)",
            [&spelling],
        )?;
    }
    transaction.commit()?;
    Ok(known)
}
