//! What the desk wants to know of a mailbox, looked up.

use crate::Timestamp;
use crate::desk::FoundAt;
use crate::mail::MessageId;
use crate::mailroom::{self, Memo, Places};
use crate::port::{FolderName, Mailbox, MailboxError, Place};

/// Whether Sent (or All Mail) shows a sign of this letter. A copy that is dated so is none.
///
/// # Errors
/// As the mailbox.
pub fn is_in_sent(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    message_id: &MessageId,
    but_dated: Option<Timestamp>,
) -> Result<bool, MailboxError> {
    let sent: Vec<FolderName> = places.sent.iter().chain(&places.all).cloned().collect();
    let found = mailroom::find(mailbox, &sent, message_id)?;
    let Some(but_dated) = but_dated else {
        return Ok(!found.is_empty());
    };
    for (folder, uid, _) in found {
        mailbox.select(&folder)?;
        let fetched = mailbox.fetch(uid)?;
        if fetched.is_some_and(|f| crate::mail::parse(&f.bytes).date != Some(but_dated)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Every place where the message stands now; our own folders and the usual ones first.
///
/// # Errors
/// As the mailbox.
pub fn locate(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    memo: &mut Memo,
    message_id: &MessageId,
    size: u64,
) -> Result<Vec<FoundAt>, MailboxError> {
    let named = [
        Place::Held,
        Place::SendNow,
        Place::GiveBack,
        Place::Ask,
        Place::Closed,
        Place::Drafts,
        Place::Trash,
        Place::Sent,
    ];
    let mut found = Vec::new();
    for place in named {
        let Some(folder) = places.get(place) else {
            continue;
        };
        match place {
            Place::Trash | Place::Sent => {
                for (_, _, flags) in
                    mailroom::find(mailbox, std::slice::from_ref(folder), message_id)?
                {
                    found.push(FoundAt {
                        place: Some(place),
                        deleted: flags.deleted,
                        intact: true,
                    });
                }
            }
            // Small folders are read whole: a message without an id of its own is known by its size.
            _ => {
                for item in memo.survey(mailbox, folder)?.items {
                    let same_id = item.message_id.as_ref() == Some(message_id);
                    let same_size = item.size == size;
                    if same_id || (same_size && item.message_id.is_none()) {
                        found.push(FoundAt {
                            place: Some(place),
                            deleted: item.flags.deleted,
                            intact: same_size,
                        });
                    }
                }
            }
        }
    }
    Ok(found)
}
