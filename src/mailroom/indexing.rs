//! Reading the mailbox for who knows whom: headers only, each message once, resumable.
//!
//! One pass serves two readers: what is fetched is recorded for acquaintance and then offered to
//! the caller, who looks for answers, slipped introductions and the like. Each keeps a mark of
//! its own ([`Cursor`]), so that neither loses mail when the other is ahead.

use crate::port::{
    Folder, FolderName, Mailbox, MailboxError, Place, Selected, Summary, Uid, UidValidity,
};
use std::collections::BTreeMap;

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

/// How far a folder has been read: everything below `next`, under this numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub uid_validity: UidValidity,
    pub next: Uid,
}

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

/// How far a survey has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    pub folder: &'a FolderName,
    /// Messages read in this survey.
    pub done: u64,
    /// Messages this survey has to read; an estimate until each folder is opened.
    pub total: u64,
}

/// What a survey did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Messages read.
    pub read: u64,
    /// Folders the server would not open, and its words.
    pub skipped: Vec<(FolderName, String)>,
}

/// The folders in which acquaintance shows: every selectable one but Drafts, Trash, Junk and our
/// own. On Gmail All Mail alone, because labels would show each message several times.
/// Sent comes first: what the user wrote says most.
#[must_use]
pub fn folders_to_read(
    folders: &[Folder],
    places: &BTreeMap<Place, FolderName>,
    gmail: bool,
) -> Vec<FolderName> {
    let all = places.get(&Place::All).cloned().or_else(|| {
        let all = |f: &&Folder| f.special_use == Some(Place::All) && f.selectable;
        folders.iter().find(all).map(|f| f.name.clone())
    });
    if let (true, Some(all)) = (gmail, all) {
        return vec![all];
    }
    let place = |f: &Folder| {
        places
            .iter()
            .find(|(_, name)| **name == f.name || (name.is_inbox() && f.name.is_inbox()))
            .map(|(place, _)| *place)
            .or(f.special_use)
    };
    let mut names: Vec<(u8, FolderName)> = folders
        .iter()
        .filter(|f| f.selectable)
        .filter_map(|f| match place(f) {
            Some(Place::Sent) => Some((0, f.name.clone())),
            Some(Place::Inbox) => Some((1, f.name.clone())),
            None if f.name.is_inbox() => Some((1, f.name.clone())),
            None | Some(Place::All) => Some((2, f.name.clone())),
            Some(_) => None,
        })
        .collect();
    names.sort();
    names.dedup();
    names.into_iter().map(|(_, name)| name).collect()
}

/// Reads what is new in one folder: records it, then offers it.
///
/// `mark` is the caller's own: what lies at or above it is offered, also where the records are
/// ahead of it. Without one, or under another numbering, everything that is read is offered,
/// and with a mark that is behind, what lies between is fetched again. The caller moves its mark to the
/// returned cursor when it is done with what was offered.
///
/// `offer` sees each chunk after it is recorded and may stop by returning false.
///
/// # Errors
/// The mailbox's or the records' own; what was recorded until then stays. `Interrupted` when `offer` stopped.
pub fn read_new(
    mailbox: &mut dyn Mailbox,
    recorder: &dyn Recorder,
    folder: &FolderName,
    mark: Option<Cursor>,
    offer: &mut dyn FnMut(Selected, &[Summary]) -> bool,
) -> Result<Cursor, IndexingError> {
    let selected = mailbox.select(folder)?;
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
            let Some(last) = chunk.iter().map(|s| s.uid).max() else {
                return true;
            };
            cursor.next = Uid(last.0.saturating_add(1));
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
    Ok(cursor)
}

/// Reads everything that is not recorded yet in these folders; folders in which nothing changed
/// are not opened. May be stopped at any point and called again: it goes on where it was.
///
/// `each` hears of every chunk and may stop by returning false.
///
/// # Errors
/// See [`read_new`]. A folder that the server refuses to open is skipped and named in the result.
pub fn survey(
    mailbox: &mut dyn Mailbox,
    recorder: &dyn Recorder,
    folders: &[FolderName],
    each: &mut dyn FnMut(&Progress<'_>, &[Summary]) -> bool,
) -> Result<Survey, IndexingError> {
    let mut survey = Survey::default();
    let mut counts = Vec::new();
    let mut unread = Vec::new();
    for folder in folders {
        let status = match mailbox.status(folder) {
            Ok(status) => status,
            Err(MailboxError::Refused { text, .. }) => {
                survey.skipped.push((folder.clone(), text));
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
        let (before, mut here) = (survey.read, 0);
        let later: u64 = unread[at + 1..].iter().map(|(_, n)| n).sum();
        let expected = unread[at].1;
        let result = read_new(mailbox, recorder, folder, None, &mut |_, chunk| {
            here += chunk.len() as u64;
            let progress = Progress {
                folder,
                done: before + here,
                total: before + expected.max(here) + later,
            };
            each(&progress, chunk)
        });
        survey.read += here;
        match result {
            Ok(_) => {}
            Err(IndexingError::Mailbox(MailboxError::Refused { text, .. })) => {
                survey.skipped.push((folder.clone(), text));
            }
            Err(error) => return Err(error),
        }
    }
    recorder.complete()?;
    Ok(survey)
}
