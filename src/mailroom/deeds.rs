//! Putting, moving and taking away.

use super::transfer::{
    Copy, Way, clear, copies, flag, refused, standing_in, transfer, with_folder,
};
use super::{Identity, select_if_there};
use crate::Timestamp;
use crate::mail::MessageId;
use crate::port::{Flags, FolderName, Mailbox, MailboxError, Uid};

/// How putting went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It stood there already.
    Stood(Uid),
    /// It was put there now; the UID where it is known.
    Appended(Option<Uid>),
}

/// Puts a message of the user's into a folder, unless the same bytes stand there already, and
/// makes sure that it stands.
///
/// # Errors
/// As the mailbox; a refusal too if the server says OK and shows nothing.
pub fn put(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    bytes: &[u8],
    identity: &Identity,
    flags: &Flags,
    date: Option<Timestamp>,
) -> Result<Put, MailboxError> {
    if let Some(copy) = standing_in(mb, folder, identity)?.first() {
        return Ok(Put::Stood(copy.uid));
    }
    let uid = with_folder(mb, folder, |mb| mb.append(folder, bytes, flags, date))?;
    mb.select(folder)?;
    let there: Vec<Copy> = copies(mb, identity)?
        .into_iter()
        .filter(|copy| !copy.flags.deleted)
        .collect();
    match there.iter().find(|copy| copy.exact) {
        Some(copy) => Ok(Put::Appended(Some(copy.uid))),
        // The server keeps a rendering of its own: the id must do.
        None if !there.is_empty() => Ok(Put::Appended(uid)),
        None => Err(refused("it said OK, and the message is not there")),
    }
}

/// Puts a letter of ours, or the record of something sent, into a folder, unless any message with
/// this Message-ID is or was there: the server may have filed its own copy, and what the user
/// has marked `\Deleted` meanwhile does not come back.
///
/// # Errors
/// As the mailbox.
pub fn file(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    bytes: &[u8],
    id: &MessageId,
    flags: &Flags,
    date: Option<Timestamp>,
) -> Result<Put, MailboxError> {
    if select_if_there(mb, folder)?.is_some()
        && let Some(uid) = mb.with_message_id(id)?.into_iter().min()
    {
        return Ok(Put::Stood(uid));
    }
    let uid = with_folder(mb, folder, |mb| mb.append(folder, bytes, flags, date))?;
    Ok(Put::Appended(uid))
}

/// How moving went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relocated {
    /// One verified copy stands at the target, none at the source.
    Done(Uid),
    /// It is in neither folder.
    NotThere,
    /// Another version of it, with the same Message-ID, lies at the source; nothing was touched.
    Changed,
}

/// Moves a message between two folders (Held to Closed), then sets and clears these flags. The
/// target is looked at first: a repeat makes no second copy.
///
/// # Errors
/// As the mailbox. After a refusal the message is still at the source.
pub fn relocate(
    mb: &mut dyn Mailbox,
    from: &FolderName,
    identity: &Identity,
    to: &FolderName,
    add: &Flags,
    remove: &Flags,
) -> Result<Relocated, MailboxError> {
    relocate_from_any(mb, &[from], identity, to, add, remove)
}

/// Moves a message from wherever among these folders it lies (the user's hand may have moved it on)
/// to another, as [`relocate`] does. In the end none of the folders holds it any more, even if an
/// earlier attempt was cut off between putting it there and taking it away here.
///
/// # Errors
/// As the mailbox. After a refusal the message is still where it was.
pub fn relocate_from_any(
    mb: &mut dyn Mailbox,
    sources: &[&FolderName],
    identity: &Identity,
    to: &FolderName,
    add: &Flags,
    remove: &Flags,
) -> Result<Relocated, MailboxError> {
    let server = mb.capabilities();
    let mut stands = !standing_in(mb, to, identity)?.is_empty();
    let mut other_version = false;
    for &from in sources.iter().filter(|from| **from != to) {
        if select_if_there(mb, from)?.is_none() {
            continue;
        }
        let mut here = copies(mb, identity)?;
        other_version |= here.iter().any(|c| !c.exact && !c.flags.deleted);
        if !stands {
            let Some(copy) = here.iter().find(|copy| copy.stands()) else {
                continue;
            };
            let way = Way {
                from,
                to,
                identity,
                bytes: None,
                date: None,
                anew: (server.gmail || server.exchange) && (add.draft || remove.draft),
            };
            transfer(mb, &way, copy.uid)?;
            stands = true;
            mb.select(from)?;
            here = copies(mb, identity)?;
        }
        for copy in here.iter().filter(|copy| copy.exact) {
            clear(mb, copy.uid, &copy.flags)?;
        }
    }
    let there = standing_in(mb, to, identity)?;
    let Some(copy) = there.first() else {
        return Ok(if other_version {
            Relocated::Changed
        } else {
            Relocated::NotThere
        });
    };
    flag(mb, copy, add, remove)?;
    Ok(Relocated::Done(copy.uid))
}

/// What must be seen to stand before something is taken away.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'a> {
    /// This very message.
    Copy(&'a FolderName, &'a Identity),
    /// Any message with this Message-ID (the server's own copy in Sent differs in its header).
    Id(&'a FolderName, &'a MessageId),
}

/// How taking away went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// No copy stands there any more.
    Done,
    /// There was none.
    NotThere,
    /// Only another version with the same Message-ID; it was left alone.
    Changed,
    /// The proof does not stand; nothing was touched.
    NoProof,
}

/// Takes a message away from a folder, if it is exactly this one and the proof, if any, stands in
/// another folder. What is the user's is removed only with a proof; letters of ours need none.
///
/// # Errors
/// As the mailbox.
pub fn remove(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    identity: &Identity,
    proof: Option<Proof<'_>>,
) -> Result<Removed, MailboxError> {
    let stands = match proof {
        None => true,
        Some(Proof::Id(place, _)) if place == folder => false,
        // Another version beside it proves what it proves; the message itself proves nothing.
        Some(Proof::Copy(place, other)) if place == folder && other.digest == identity.digest => {
            false
        }
        Some(Proof::Copy(place, identity)) => !standing_in(mb, place, identity)?.is_empty(),
        Some(Proof::Id(place, id)) => super::find(mb, std::slice::from_ref(place), id)?
            .iter()
            .any(|(_, _, flags)| !flags.deleted),
    };
    if !stands {
        return Ok(Removed::NoProof);
    }
    if select_if_there(mb, folder)?.is_none() {
        return Ok(Removed::NotThere);
    }
    let copies = copies(mb, identity)?;
    let mut removed = Removed::NotThere;
    for copy in &copies {
        if copy.exact {
            clear(mb, copy.uid, &copy.flags)?;
            removed = Removed::Done;
        } else if removed == Removed::NotThere && !copy.flags.deleted {
            removed = Removed::Changed;
        }
    }
    Ok(removed)
}
