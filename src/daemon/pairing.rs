//! What came through the gateway, in the mailbox: one copy in Held, and none in Sent before it has left.

use super::perform::Kept;
use crate::desk::Outcome;
use crate::introduction::{Introduction, State};
use crate::letter::Letter;
use crate::mailroom::{self, Identity, Places, Proof};
use crate::port::{Flags, Mailbox, MailboxError};

/// Puts the held bytes (or the note that stands in for them) into Held, and takes the client's copy out of Sent.
///
/// # Errors
/// As the mailbox.
pub fn place(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    spool: &dyn Kept,
    introduction: &Introduction,
    stand_in: Option<&Letter>,
) -> Result<Outcome, MailboxError> {
    if !introduction.state.is_open() {
        return Ok(Outcome::Gone);
    }
    let seen = Flags {
        seen: true,
        ..Flags::default()
    };
    let bytes = match stand_in {
        Some(letter) => letter.bytes.clone().into_bytes(),
        None => match spool.held(&introduction.id, &introduction.digest) {
            Ok(bytes) => bytes,
            Err(why) => return Ok(Outcome::Failed(why)),
        },
    };
    let identity = Identity::of(&bytes);
    mailroom::put(mailbox, &places.held, &bytes, &identity, &seen, None)?;
    take_sent(mailbox, places, introduction)?;
    Ok(Outcome::Done)
}

/// Takes the client's copy out of Sent, once a verified copy is seen to stand elsewhere in the same session.
///
/// # Errors
/// As the mailbox.
pub fn take_sent(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    introduction: &Introduction,
) -> Result<Outcome, MailboxError> {
    let Some(sent) = &places.sent else {
        return Ok(Outcome::Done);
    };
    let folder = std::slice::from_ref(sent);
    let found = mailroom::find(mailbox, folder, &introduction.message_id)?;
    let standing: Vec<_> = found
        .into_iter()
        .filter(|(_, _, flags)| !flags.deleted)
        .collect();
    match introduction.state {
        State::Released => {
            let uids = standing.into_iter().map(|(_, uid, _)| uid).collect();
            return released(mailbox, places, uids);
        }
        // It is the user's again, wherever they have it.
        State::Cancelled => return Ok(Outcome::Done),
        _ => {}
    }
    let (lies, digest, size) = introduction.lies_as();
    let held = Identity::known(lies.cloned(), digest.to_owned(), size);
    let elsewhere = [
        &places.held,
        &places.send_now,
        &places.ask,
        &places.give_back,
        &places.closed,
    ];
    for (_, uid, _) in standing {
        mailbox.select(sent)?;
        let Some(fetched) = mailbox.fetch(uid)? else {
            continue;
        };
        let copy = Identity::of(&fetched.bytes);
        let mut gone = false;
        for place in elsewhere {
            let proof = Some(Proof::Copy(place, &held));
            gone = mailroom::remove(mailbox, sent, &copy, proof)? == mailroom::Removed::Done;
            if gone {
                break;
            }
        }
        if !gone {
            return Ok(Outcome::Failed(
                "the copy in Held is not to be seen yet".to_owned(),
            ));
        }
    }
    Ok(Outcome::Done)
}

/// Once it has left Sent shows it once: what left, and not what the client filed before.
fn released(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    uids: Vec<crate::port::Uid>,
) -> Result<Outcome, MailboxError> {
    let (Some(sent), true) = (&places.sent, uids.len() > 1) else {
        return Ok(Outcome::Done);
    };
    let mut copies = Vec::new();
    mailbox.select(sent)?;
    for uid in uids {
        if let Some(fetched) = mailbox.fetch(uid)? {
            copies.push((
                crate::mail::parse(&fetched.bytes).date,
                Identity::of(&fetched.bytes),
            ));
        }
    }
    // What left has the later date, unless it is sealed; then it is the one that was there first.
    let latest = copies.iter().map(|(date, _)| *date).max().flatten();
    let Some((_, kept)) = copies.iter().find(|(date, _)| *date == latest).cloned() else {
        return Ok(Outcome::Done);
    };
    for (_, copy) in copies {
        if copy.digest != kept.digest {
            mailroom::remove(mailbox, sent, &copy, Some(Proof::Copy(sent, &kept)))?;
        }
    }
    Ok(Outcome::Done)
}
