//! What is done in the mailbox, as deeds that can be cut off anywhere and simply done again.
//!
//! Each function here is one deed. It looks first, acts on what it finds, and looks again, so the
//! caller needs no memory of how far an earlier attempt came: after a lost connection, or a
//! `kill -9`, the same call is made again and ends in the same place. [`MailboxError::Lost`] says
//! exactly that: connect anew and repeat.
//!
//! Three rules hold throughout:
//!
//! * **Verify, then destroy.** Nothing is moved, marked `\Deleted` or expunged unless the same
//!   SELECT session has just confirmed it by Message-ID and size, and by its digest where it was
//!   found by searching. [`Careful`] enforces it at run time.
//! * **Never one copy less.** A copy is removed only when another one has been seen to stand.
//! * **Never more than ours.** Plain EXPUNGE does not exist in the port; where UIDPLUS is missing,
//!   a removed message stays behind marked `\Deleted`. Such messages count as gone, everywhere here.
//!
//! A folder that does not exist holds nothing, and is made when something is to be put there.

mod arrival;
mod careful;
pub mod claim;
mod deeds;
mod hold;
mod identity;
pub mod indexing;
mod look;
mod memo;
pub mod memory;
mod places;
mod transfer;
mod usual_names;

pub use arrival::{Scan, fetch_by_arrival};
pub use careful::Careful;
pub use deeds::{Proof, Put, Relocated, Removed, file, put, relocate, relocate_from_any, remove};
pub use hold::{Hold, hold};
pub use identity::{Identity, message_id_of};
pub use look::{Cursor, Item, Survey, fetch, find, read_new, survey};
pub use memo::Memo;
pub use places::{Places, open_places, place_of, resolve};

use crate::port::{FolderName, Mailbox, MailboxError, Selected};

/// SELECT, with a folder that is not there as `None`.
///
/// # Errors
/// As the mailbox.
pub fn select(mb: &mut dyn Mailbox, folder: &FolderName) -> Result<Option<Selected>, MailboxError> {
    select_if_there(mb, folder)
}

fn select_if_there(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
) -> Result<Option<Selected>, MailboxError> {
    match mb.select(folder) {
        Ok(selected) => Ok(Some(selected)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the server says that the folder is not there (RFC 5530 NONEXISTENT, RFC 9051 TRYCREATE).
fn is_missing(error: &MailboxError) -> bool {
    matches!(error, MailboxError::Refused { code: Some(code), .. }
        if code == "NONEXISTENT" || code == "TRYCREATE")
}

/// Whether this way is closed but the connection is fine, so that another way may be tried.
fn is_closed_way(error: &MailboxError) -> bool {
    matches!(
        error,
        MailboxError::Refused { .. } | MailboxError::Unsupported(_)
    )
}
