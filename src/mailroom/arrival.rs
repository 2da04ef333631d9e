//! New mail of several folders, told in the order in which it arrived.
//!
//! Folders are read one after another, but a “yes” and the “no” that took it back may lie in
//! different ones, because a rule moved one of them. The latest word counts (PRODUCT “Answers”), so
//! the order of telling must be that of arrival (INTERNALDATE), not that of folders.

use super::Cursor;
use crate::Timestamp;
use crate::port::{Fetched, FolderName, Mailbox, MailboxError, Summary, Uid};

/// What is new in one folder and not told yet.
#[derive(Debug)]
pub struct Scan {
    pub folder: FolderName,
    /// The messages worth fetching whole.
    pub wanted: Vec<(Option<Timestamp>, Uid)>,
    /// How far the folder is read once they are told.
    pub next: Cursor,
}

impl Scan {
    /// The note of one message worth fetching.
    #[must_use]
    pub fn noted(summary: &Summary) -> (Option<Timestamp>, Uid) {
        (summary.internal_date, summary.uid)
    }
}

/// Fetches what the scans noted, in order of arrival, and returns how far each folder is read now.
/// A folder that was renumbered or is gone meanwhile is left out: the next look reads it anew. A message without
/// a date of arrival comes first, as if it had always been there.
///
/// # Errors
/// As the mailbox; then nothing counts as read, and the next look tells it all again.
pub fn fetch_by_arrival(
    mailbox: &mut dyn Mailbox,
    scans: Vec<Scan>,
    each: &mut dyn FnMut(&FolderName, Fetched),
) -> Result<Vec<(FolderName, Cursor)>, MailboxError> {
    let mut found: Vec<_> = scans
        .iter()
        .enumerate()
        .flat_map(|(at, scan)| scan.wanted.iter().map(move |(date, uid)| (*date, at, *uid)))
        .collect();
    found.sort();
    let mut open = None;
    let mut renumbered = vec![false; scans.len()];
    for (_, at, uid) in found {
        let scan = &scans[at];
        if open != Some(at) {
            let selected = super::select_if_there(mailbox, &scan.folder)?;
            renumbered[at] = selected.is_none_or(|s| s.uid_validity != scan.next.uid_validity);
            open = Some(at);
        }
        if renumbered[at] {
            continue;
        }
        if let Some(fetched) = mailbox.fetch(uid)? {
            each(&scan.folder, fetched);
        }
    }
    let read = scans.into_iter().zip(renumbered);
    Ok(read
        .filter(|(_, renumbered)| !renumbered)
        .map(|(scan, _)| (scan.folder, scan.next))
        .collect())
}
