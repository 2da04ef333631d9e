//! What the user wrote to somebody lately.

use super::evidence::Found;
use super::record::{BULK, THE_USER};
use super::{AccountIndex, IndexError};
use crate::mail::{Address, MessageId};
use crate::port::{FolderName, Uid};
use chrono::DateTime;
use rusqlite::params;

impl AccountIndex<'_> {
    /// The newest mail that the user wrote to this person, newest first: how they are greeted.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn mail_to(&self, address: &Address, most: usize) -> Result<Vec<Found>, IndexError> {
        let reader = self.index.reader();
        let mut statement = reader.prepare_cached(
            "SELECT f.name, m.uid, m.message_id, m.date, m.subject
             FROM stood s CROSS JOIN message m ON m.id = s.message JOIN folder f ON f.id = m.folder
             WHERE s.person = (SELECT id FROM person WHERE key = ?1) AND s.role = 1 AND m.account = ?2
               AND m.sender = ?3 AND m.uid IS NOT NULL AND m.flags & ?5 = 0
             ORDER BY m.date DESC, m.id DESC LIMIT ?4",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows =
            statement.query_map(params![address.key(), self.id, THE_USER, most, BULK], |r| {
                let folder: String = r.get(0)?;
                let (uid, id, date, subject): (u32, Option<String>, Option<i64>, Option<String>) =
                    (r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?);
                Ok(FolderName::new(&folder).ok().map(|folder| Found {
                    folder,
                    uid: Uid(uid),
                    message_id: id.and_then(|id| MessageId::new(&id)),
                    date: date.and_then(|s| DateTime::from_timestamp(s, 0)),
                    subject: subject.unwrap_or_default(),
                }))
            })?;
        let mut found = Vec::new();
        for row in rows {
            found.extend(row?);
        }
        Ok(found)
    }
}
