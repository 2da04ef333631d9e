//! Where there is no sending route: letters and releases are put ready in Drafts, and the user
//! presses Send. Sent tells what has left.

use super::perform::Kept;
use super::send::{self, Trouble};
use crate::Timestamp;
use crate::desk::Outcome;
use crate::introduction::Introduction;
use crate::ledger::{Errand, Item};
use crate::mail::{Address, Message, MessageId};
use crate::mailroom::{self, Identity, Places};
use crate::port::{Flags, FolderName, Mailbox, MailboxError, SendError, Uid};

/// So many of the newest messages of a folder are compared: a client may have given the letter
/// another Message-ID when it was opened or sent.
const NEWEST: u32 = 50;

/// Does what would otherwise go by SMTP, and what follows from its leaving by the user's hand.
/// `None` for errands that are the same with and without a sending route.
///
/// # Errors
/// As the mailbox: lost means repeat, refused means later.
pub fn deed(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    spool: &dyn Kept,
    own: &Address,
    item: &Item,
    introduction: Option<&Introduction>,
    at: Timestamp,
) -> Result<Option<Outcome>, MailboxError> {
    match (&item.errand, introduction) {
        (Errand::Send { letter, .. }, _) => {
            let bytes = letter.bytes.as_bytes();
            put_ready(mailbox, places, item, &letter.message_id, bytes).map(Some)
        }
        (Errand::Release, Some(introduction)) => {
            let bytes = match send::outgoing(own, spool, item, Some(introduction), at) {
                Ok((_, released)) => record(spool, introduction, &released),
                Err(Trouble::Spool(why)) => Err(why),
                Err(Trouble::Send(_)) => return Ok(Some(Outcome::NotSent(SendError::Stopped))),
            };
            match bytes {
                Ok(bytes) => {
                    let id = &introduction.message_id;
                    put_ready(mailbox, places, item, id, &bytes).map(Some)
                }
                Err(why) => Ok(Some(Outcome::Failed(why))),
            }
        }
        // The client that sent it has filed it.
        (Errand::FileLetter { .. }, _) => Ok(Some(Outcome::Done)),
        (Errand::File, Some(introduction)) => filed(mailbox, places, introduction),
        (Errand::Unready { message_id, digest }, _) => {
            let digest = match (digest, introduction) {
                (Some(digest), _) => Some(digest.clone()),
                (None, Some(introduction)) => spool
                    .released(&introduction.id)
                    .and_then(|released| record(spool, introduction, &released).ok())
                    .map(|bytes| Identity::of(&bytes).digest),
                (None, None) => None,
            };
            if let Some(digest) = digest {
                let letter = (message_id.clone(), digest);
                let errand = Errand::RemoveCourtesy {
                    letters: vec![letter],
                };
                let untouched = Item {
                    errand,
                    ..item.clone()
                };
                return super::perform::deed(mailbox, places, spool, &untouched, None, &|_| false)
                    .map(Some);
            }
            Ok(Some(Outcome::Done))
        }
        _ => Ok(None),
    }
}

/// What the user sends: as it would be released, with the `Bcc` that only they see.
fn record(
    spool: &dyn Kept,
    introduction: &Introduction,
    released: &[u8],
) -> Result<Vec<u8>, String> {
    let original = spool.held(&introduction.id, &introduction.digest)?;
    Ok(crate::mail::edit::for_sent(released, &original))
}

/// In Sent, in Drafts, or put there now. Once it was there (`committing`) it is not put there
/// again: whoever deleted it has decided.
fn put_ready(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    item: &Item,
    id: &MessageId,
    bytes: &[u8],
) -> Result<Outcome, MailboxError> {
    let Some(drafts) = &places.drafts else {
        return Ok(Outcome::Failed(
            "there is no folder for drafts to put the letter into".to_owned(),
        ));
    };
    let letter = crate::mail::parse(bytes);
    let was_there = item.committing;
    for (folder, outcome) in [
        (places.sent.as_ref(), Outcome::Found(true)),
        (Some(drafts), Outcome::Ready),
    ] {
        let Some(folder) = folder else { continue };
        let named = mailroom::find(mailbox, std::slice::from_ref(folder), id)?;
        let stands = named.iter().any(|(_, _, flags)| !flags.deleted);
        if stands || (was_there && stands_alike(mailbox, folder, &letter)?) {
            return Ok(outcome);
        }
    }
    if was_there {
        return Ok(Outcome::Gone);
    }
    let flags = Flags {
        draft: true,
        seen: true,
        ..Flags::default()
    };
    mailroom::file(mailbox, drafts, bytes, id, &flags, None)?;
    Ok(Outcome::Ready)
}

/// The same letter under another Message-ID.
fn stands_alike(
    mailbox: &mut dyn Mailbox,
    folder: &FolderName,
    letter: &Message,
) -> Result<bool, MailboxError> {
    let Some(selected) = mailroom::select(mailbox, folder)? else {
        return Ok(false);
    };
    let next = selected.uid_next.map_or(1, |next| next.0);
    let from = Uid(next.saturating_sub(NEWEST).max(1));
    let mut standing = Vec::new();
    mailbox.summaries(from, None, &["message-id"], &mut |chunk| {
        standing.extend(chunk.into_iter().filter(|s| !s.flags.deleted));
        true
    })?;
    for summary in standing.iter().rev() {
        let Some(fetched) = mailbox.fetch(summary.uid)? else {
            continue;
        };
        if crate::settle::same_draft(letter, &crate::mail::parse(&fetched.bytes)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sent has the user's own copy, perhaps under another Message-ID: only ours are cleared away.
fn filed(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    introduction: &Introduction,
) -> Result<Option<Outcome>, MailboxError> {
    let own_id = (!introduction.message_id_is_ours).then(|| introduction.message_id.clone());
    let identity = Identity::known(own_id, introduction.digest.clone(), introduction.size);
    for folder in super::perform::ours(places) {
        mailroom::remove(mailbox, folder, &identity, None)?;
    }
    Ok(Some(Outcome::Done))
}
