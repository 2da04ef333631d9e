//! Holding a message.

use super::transfer::{Copy, Here, Way, clear, confirm, copies, flag, standing_in, transfer};
use super::{Identity, select_if_there};
use crate::Timestamp;
use crate::port::{Flags, FolderName, Mailbox, MailboxError, Uid, UidValidity};

/// How holding went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Exactly one verified copy stands in Held, as this UID, and none where it came from.
    Held(Uid),
    /// What lies there now is another version; nothing was touched.
    Changed,
    /// Neither there nor in Held: the user has sent, moved or deleted it.
    Gone,
}

/// Moves a message to Held, where it loses `\Draft` (no composer shall open it) and is `\Seen`.
///
/// `uid` is what `identity` and `bytes` were fetched as under `uid_validity`; if the folder has
/// been renumbered since, the message is looked for by Message-ID and digest. `date` is the
/// internal date that a copy is given where the server cannot move or copy.
///
/// On a server with MOVE the message stands in Held after SELECT, FETCH and MOVE; everything else
/// follows. A copy that an earlier attempt left in Held is the held copy: no second one is made,
/// and surplus identical ones are taken away.
///
/// # Errors
/// As the mailbox. After a refusal the message is still where it was (it may also stand in Held).
#[allow(clippy::too_many_arguments)]
pub fn hold(
    mb: &mut dyn Mailbox,
    from: &FolderName,
    uid_validity: UidValidity,
    uid: Uid,
    identity: &Identity,
    bytes: &[u8],
    date: Option<Timestamp>,
    held: &FolderName,
) -> Result<Hold, MailboxError> {
    let server = mb.capabilities();
    let way = Way {
        from,
        to: held,
        identity,
        bytes: Some(bytes),
        date,
        anew: server.gmail || server.exchange,
    };
    // With MOVE, surplus copies are found afterwards, when the draft is out of reach already.
    // Without, a copy made by an earlier attempt must be known before another one is made.
    let earlier = if server.r#move && !way.anew {
        Vec::new()
    } else {
        standing_in(mb, held, identity)?
    };
    let there = match locate(mb, from, uid_validity, uid, identity)? {
        Located::Changed => return Ok(Hold::Changed),
        Located::Same(uid, flags) if !earlier.is_empty() => {
            clear(mb, uid, &flags)?;
            standing_in(mb, held, identity)?
        }
        Located::Same(uid, _) => transfer(mb, &way, uid)?,
        Located::Deleted(uid, flags) => {
            if !standing_in(mb, held, identity)?.is_empty() {
                // Ours, from an attempt that was cut off before the expunge.
                mb.select(from)?;
                if confirm(mb, uid, identity)? == Here::Same(flags.clone()) {
                    clear(mb, uid, &flags)?;
                }
            }
            standing_in(mb, held, identity)?
        }
        Located::Gone => standing_in(mb, held, identity)?,
    };
    settle_on_one(mb, &there)
}

/// Keeps the first of these verified copies of the selected folder, and makes it a held one.
fn settle_on_one(mb: &mut dyn Mailbox, there: &[Copy]) -> Result<Hold, MailboxError> {
    let Some((kept, surplus)) = there.split_first() else {
        return Ok(Hold::Gone);
    };
    for copy in surplus {
        clear(mb, copy.uid, &copy.flags)?;
    }
    let add = Flags {
        seen: true,
        ..Flags::default()
    };
    let remove = Flags {
        draft: true,
        ..Flags::default()
    };
    flag(mb, kept, &add, &remove)?;
    Ok(Hold::Held(kept.uid))
}

enum Located {
    Same(Uid, Flags),
    Deleted(Uid, Flags),
    Changed,
    Gone,
}

/// Selects the folder and finds the message in it.
fn locate(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    uid_validity: UidValidity,
    uid: Uid,
    identity: &Identity,
) -> Result<Located, MailboxError> {
    let Some(selected) = select_if_there(mb, folder)? else {
        return Ok(Located::Gone);
    };
    if selected.uid_validity == uid_validity {
        return Ok(match confirm(mb, uid, identity)? {
            Here::Same(flags) if flags.deleted => Located::Deleted(uid, flags),
            Here::Same(flags) => Located::Same(uid, flags),
            Here::Changed => Located::Changed,
            Here::Gone => Located::Gone,
        });
    }
    let copies = copies(mb, identity)?;
    if let Some(copy) = copies.iter().find(|copy| copy.stands()) {
        return Ok(Located::Same(copy.uid, copy.flags.clone()));
    }
    if copies.iter().any(|copy| !copy.exact && !copy.flags.deleted) {
        return Ok(Located::Changed);
    }
    Ok(Located::Gone)
}
