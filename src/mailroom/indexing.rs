//! Reading the mailbox for who knows whom: headers only, each message once, resumable.
//!
//! One pass serves two readers: what is fetched is recorded for acquaintance and then offered to
//! the caller, who looks for answers, slipped introductions and the like. Each keeps a [`Cursor`]
//! of its own, so that neither loses mail when the other is ahead.

use super::{Cursor, Places, select_if_there};
use crate::port::{FolderName, Mailbox, MailboxError, Selected, Summary, Uid};

/// The header fields that everything here reads.
pub const FIELDS: &[&str] = &[
    "Message-ID",
    "From",
    "To",
    "Cc",
    "Date",
    "Subject",
    "In-Reply-To",
    "References",
    "List-Id",
    "List-Unsubscribe",
    "Precedence",
    "Auto-Submitted",
    "Content-Type",
    crate::letter::MARK,
];

/// Why the records could not take something; a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RecordError(pub String);

/// Where headers are recorded, for one account. A batch and its cursor are one transaction:
/// after a crash either both are there or neither.
pub trait Recorder {
    /// # Errors
    /// When the records cannot be read.
    fn cursor(&self, folder: &FolderName) -> Result<Option<Cursor>, RecordError>;
    /// All folders that are read, with the number of messages in each. Others are dropped from the count.
    ///
    /// # Errors
    /// When the records cannot be written.
    fn plan(&self, folders: &[(FolderName, u32)]) -> Result<(), RecordError>;
    /// Records these messages and that the folder is read up to `cursor`. The same message twice is once.
    ///
    /// # Errors
    /// When the records cannot be written.
    fn record(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        batch: &[Summary],
    ) -> Result<(), RecordError>;
    /// The folder is read to its end and holds `messages`.
    ///
    /// # Errors
    /// When the records cannot be written.
    fn read_to_end(
        &self,
        folder: &FolderName,
        cursor: Cursor,
        messages: u32,
    ) -> Result<(), RecordError>;
    /// Every folder has been read to its end at least once: from now on a stranger is a stranger.
    ///
    /// # Errors
    /// When the records cannot be written.
    fn complete(&self) -> Result<(), RecordError>;
}

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexingError {
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error(transparent)]
    Records(#[from] RecordError),
}

/// How far reading the mailbox has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    pub folder: &'a FolderName,
    /// Messages read this time.
    pub done: u64,
    /// Messages there are to read this time; an estimate until each folder is opened.
    pub total: u64,
}

/// What reading the mailbox has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Messages read.
    pub read: u64,
    /// Folders the server would not open, and its words.
    pub skipped: Vec<(FolderName, String)>,
}

/// The folders in which acquaintance shows: every selectable one but Drafts, Trash, Junk and our
/// own. On Gmail All Mail alone, because labels would show each message several times; elsewhere
/// a folder of all mail is left out, because it shows what lies in Trash and Junk, too.
/// Sent comes first: what the user wrote says most.
#[must_use]
pub fn folders_to_read(places: &Places, gmail: bool) -> Vec<FolderName> {
    if let (true, Some(all)) = (gmail, &places.all) {
        return vec![all.clone()];
    }
    let left_out: Vec<&FolderName> = [&places.drafts, &places.trash, &places.junk, &places.all]
        .into_iter()
        .flatten()
        .chain(places.ours())
        .collect();
    let mut names: Vec<&FolderName> = places
        .selectable
        .iter()
        .filter(|name| !left_out.contains(name))
        .collect();
    names.sort_by_key(|name| match name {
        name if Some(*name) == places.sent.as_ref() => 0,
        name if name.is_inbox() => 1,
        _ => 2,
    });
    names.dedup();
    names.into_iter().cloned().collect()
}

/// Reads what is new in one folder: records it, then offers it.
///
/// `mark` is the caller's own: what lies at or above it is offered, also where the records are
/// ahead of it. Without one, or under another numbering, everything that is read is offered,
/// and with a mark that is behind, what lies between is fetched again. The caller moves its mark to the
/// returned cursor when it is done with what was offered.
///
/// `offer` sees each chunk after it is recorded and may stop by returning false. `None` comes
/// back when the folder does not exist.
///
/// # Errors
/// The mailbox's or the records' own; what was recorded until then stays. `Interrupted` when `offer` stopped.
pub fn read_folder(
    mailbox: &mut dyn Mailbox,
    recorder: &dyn Recorder,
    folder: &FolderName,
    mark: Option<Cursor>,
    offer: &mut dyn FnMut(Selected, &[Summary]) -> bool,
) -> Result<Option<Cursor>, IndexingError> {
    let Some(selected) = select_if_there(mailbox, folder)? else {
        return Ok(None);
    };
    let under_this = |c: &Cursor| c.uid_validity == selected.uid_validity;
    let recorded = recorder
        .cursor(folder)?
        .filter(under_this)
        .map_or(Uid(1), |c| c.next);
    let offered = match mark {
        Some(mark) if under_this(&mark) => mark.next,
        Some(_) => Uid(1),
        None => recorded,
    };
    let from = recorded.min(offered);
    let mut cursor = Cursor {
        uid_validity: selected.uid_validity,
        next: from,
    };
    let nothing_new = selected.exists == 0 || selected.uid_next.is_some_and(|n| n <= from);
    if !nothing_new {
        let mut stopped: Option<IndexingError> = None;
        mailbox.summaries(from, None, FIELDS, &mut |mut chunk| {
            // `n:*` gives the last message even when its UID is below n (RFC 9051 §6.4.9).
            chunk.retain(|s| s.uid >= cursor.next);
            chunk.sort_by_key(|s| s.uid);
            chunk.dedup_by_key(|s| s.uid);
            let Some(last) = chunk.last() else {
                return true;
            };
            cursor.next = Uid(last.uid.0.saturating_add(1));
            let reached = Cursor {
                next: cursor.next.max(recorded),
                ..cursor
            };
            if let Err(error) = recorder.record(folder, reached, &chunk) {
                stopped = Some(error.into());
                return false;
            }
            chunk.retain(|s| s.uid >= offered);
            if !offer(selected, &chunk) {
                stopped = Some(MailboxError::Interrupted.into());
                return false;
            }
            true
        })?;
        if let Some(error) = stopped {
            return Err(error);
        }
    }
    // Numbers that were never given to a message, or whose message is gone.
    cursor.next = cursor.next.max(selected.uid_next.unwrap_or(Uid(1)));
    let reached = Cursor {
        next: cursor.next.max(recorded),
        ..cursor
    };
    recorder.read_to_end(folder, reached, selected.exists)?;
    Ok(Some(cursor))
}

/// Reads everything that is not recorded yet in these folders; folders in which nothing changed
/// are not opened. May be stopped at any point and called again: it goes on where it was.
///
/// `each` hears of every chunk and may stop by returning false.
///
/// # Errors
/// See [`read_folder`]. A folder that the server refuses to open is skipped and named in the result.
pub fn read_mailbox(
    mailbox: &mut dyn Mailbox,
    recorder: &dyn Recorder,
    folders: &[FolderName],
    each: &mut dyn FnMut(&Progress<'_>, &[Summary]) -> bool,
) -> Result<Reading, IndexingError> {
    let mut reading = Reading::default();
    let mut counts = Vec::new();
    let mut unread = Vec::new();
    for folder in folders {
        let status = match mailbox.status(folder) {
            Ok(status) => status,
            Err(MailboxError::Refused { text, .. }) => {
                reading.skipped.push((folder.clone(), text));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        counts.push((folder.clone(), status.messages));
        let cursor = recorder.cursor(folder)?;
        let unchanged = cursor.is_some_and(|c| {
            Some(c.uid_validity.0) == status.uid_validity && Some(c.next.0) == status.uid_next
        });
        if !unchanged {
            // UIDs below the cursor are read; how many messages that is shows only roughly.
            let read = match (cursor, status.uid_next) {
                (Some(c), Some(next)) if Some(c.uid_validity.0) == status.uid_validity => {
                    u64::from(status.messages) * u64::from(c.next.0) / u64::from(next.max(1))
                }
                _ => 0,
            };
            unread.push((folder, u64::from(status.messages).saturating_sub(read)));
        }
    }
    recorder.plan(&counts)?;
    for at in 0..unread.len() {
        let (folder, _) = unread[at];
        let (before, mut here) = (reading.read, 0);
        let later: u64 = unread[at + 1..].iter().map(|(_, n)| n).sum();
        let expected = unread[at].1;
        let result = read_folder(mailbox, recorder, folder, None, &mut |_, chunk| {
            here += chunk.len() as u64;
            let progress = Progress {
                folder,
                done: before + here,
                total: before + expected.max(here) + later,
            };
            each(&progress, chunk)
        });
        reading.read += here;
        match result {
            Ok(_) => {}
            Err(IndexingError::Mailbox(MailboxError::Refused { text, .. })) => {
                reading.skipped.push((folder.clone(), text));
            }
            Err(error) => return Err(error),
        }
    }
    recorder.complete()?;
    Ok(reading)
}
