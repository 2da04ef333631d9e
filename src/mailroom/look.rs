//! Looking, touching nothing.

use super::{message_id_of, select_if_there};
use crate::Timestamp;
use crate::mail::MessageId;
use crate::port::{
    Fetched, Flags, FolderName, Mailbox, MailboxError, Selected, Summary, Uid, UidValidity,
};
use serde::{Deserialize, Serialize};

/// One message of a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub uid: Uid,
    pub message_id: Option<MessageId>,
    /// RFC822.SIZE in octets.
    pub size: u64,
    /// `\Deleted` ones are listed too: to most clients they are gone, and so they should be to the caller.
    pub flags: Flags,
    pub internal_date: Option<Timestamp>,
}

/// Everything that lies in a folder, without bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// `None` when the folder does not exist.
    pub uid_validity: Option<UidValidity>,
    /// In order of UID, each UID once.
    pub items: Vec<Item>,
}

/// What lies in this folder now. For small folders (Drafts and our own): everything is kept in memory.
///
/// # Errors
/// As the mailbox.
pub fn survey(mb: &mut dyn Mailbox, folder: &FolderName) -> Result<Survey, MailboxError> {
    let selected = select_if_there(mb, folder)?;
    survey_selected(mb, selected)
}

/// What lies in the folder that has just been selected; `None` stands for one that does not exist.
pub(super) fn survey_selected(
    mb: &mut dyn Mailbox,
    selected: Option<Selected>,
) -> Result<Survey, MailboxError> {
    let Some(selected) = selected else {
        return Ok(Survey {
            uid_validity: None,
            items: Vec::new(),
        });
    };
    let mut items: Vec<Item> = Vec::new();
    if selected.exists > 0 {
        mb.summaries(Uid(1), None, &["message-id"], &mut |chunk| {
            items.extend(chunk.into_iter().map(|summary| Item {
                uid: summary.uid,
                message_id: message_id_of(&summary.header),
                size: summary.size,
                flags: summary.flags,
                internal_date: summary.internal_date,
            }));
            true
        })?;
    }
    items.sort_by_key(|item| item.uid);
    items.dedup_by_key(|item| item.uid);
    Ok(Survey {
        uid_validity: Some(selected.uid_validity),
        items,
    })
}

/// One whole message, unread as before. `None` when it is gone, or the folder has been renumbered
/// since `uid_validity` (then the number means some other message).
///
/// # Errors
/// As the mailbox.
pub fn fetch(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    uid_validity: UidValidity,
    uid: Uid,
) -> Result<Option<Fetched>, MailboxError> {
    match select_if_there(mb, folder)? {
        Some(selected) if selected.uid_validity == uid_validity => mb.fetch(uid),
        _ => Ok(None),
    }
}

/// Where this Message-ID stands among these folders, in their order; `\Deleted` copies are listed
/// with their flag. A folder that does not exist holds nothing.
///
/// # Errors
/// As the mailbox; a folder that could not be searched is an error, not an empty folder.
pub fn find(
    mb: &mut dyn Mailbox,
    folders: &[FolderName],
    id: &MessageId,
) -> Result<Vec<(FolderName, Uid, Flags)>, MailboxError> {
    let mut found = Vec::new();
    for folder in folders {
        if select_if_there(mb, folder)?.is_none() {
            continue;
        }
        for uid in mb.with_message_id(id)? {
            mb.summaries(uid, Some(uid), &["message-id"], &mut |chunk| {
                for summary in chunk {
                    if summary.uid == uid && message_id_of(&summary.header).as_ref() == Some(id) {
                        found.push((folder.clone(), uid, summary.flags));
                    }
                }
                true
            })?;
        }
    }
    Ok(found)
}

/// How far a folder has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub uid_validity: UidValidity,
    /// The first UID not read yet.
    pub next: Uid,
}

/// Reads what has come since `cursor`, oldest first, each message once.
///
/// `each` gets a chunk and the cursor that holds once the chunk is dealt with, to be kept if
/// reading should be cut off here; it stops the reading by returning false. The cursor
/// that comes back is the last one, to be kept in any case (it may be ahead of the last chunk
/// where the newest messages are gone already).
///
/// With no cursor, or one from before the server renumbered the folder, it starts at the
/// beginning; so the caller must know a message again by its Message-ID. `None` comes back when
/// the folder does not exist.
///
/// # Errors
/// As the mailbox; chunks already seen by `each` stand.
pub fn read_new(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    cursor: Option<Cursor>,
    fields: &[&str],
    each: &mut dyn FnMut(Vec<Summary>, Cursor) -> bool,
) -> Result<Option<Cursor>, MailboxError> {
    let Some(selected) = select_if_there(mb, folder)? else {
        return Ok(None);
    };
    let mut cursor = cursor
        .filter(|cursor| cursor.uid_validity == selected.uid_validity)
        .unwrap_or(Cursor {
            uid_validity: selected.uid_validity,
            next: Uid(1),
        });
    let nothing_new = selected.exists == 0 || selected.uid_next.is_some_and(|n| n <= cursor.next);
    let mut stopped = false;
    if !nothing_new {
        mb.summaries(cursor.next, None, fields, &mut |mut chunk| {
            // `n:*` also gives the last message when it is older than n (RFC 9051 §9, seq-range),
            // and a server may repeat itself.
            chunk.retain(|summary| summary.uid >= cursor.next);
            chunk.sort_by_key(|summary| summary.uid);
            chunk.dedup_by_key(|summary| summary.uid);
            let Some(last) = chunk.last() else {
                return true;
            };
            cursor.next = Uid(last.uid.0.saturating_add(1));
            stopped = !each(chunk, cursor);
            !stopped
        })?;
    }
    if let (false, Some(next)) = (stopped, selected.uid_next) {
        cursor.next = cursor.next.max(next);
    }
    Ok(Some(cursor))
}
