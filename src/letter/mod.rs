//! Composing what askfirst sends: the ask, the note to the user, the courtesy letter.
//!
//! Everything is plain text made anew: no header, link, number, address or quoted line of the held
//! message gets in (PRODUCT “The ask”; SCENES A1 to A18).

pub mod templates;

pub use templates::Templates;

use crate::Timestamp;
use crate::introduction::{Introduction, Notice, Reveal};
use crate::mail::{Address, Message, MessageId};
use serde::{Deserialize, Serialize};

/// The mark of ours that every letter carries; such mail is never an introduction nor evidence (A14).
pub const MARK: &str = "X-Askfirst";

/// A finished message of ours; its bytes never change after it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub message_id: MessageId,
    pub to: Address,
    pub subject: String,
    /// The body alone, as the reader sees it (LF).
    pub text: String,
    /// The whole message, CRLF, ASCII header, at most 998 octets a line.
    pub bytes: String,
}

/// What every letter needs beside its matter.
#[derive(Clone, Debug)]
pub struct Stationery<'a> {
    pub at: Timestamp,
    /// Seconds east of UTC for the Date field: the held message's own, else the machine's.
    pub utc_offset: i32,
    pub message_id: MessageId,
    /// Of the notes; the ask takes the introduction's.
    pub user_language: &'a str,
    pub templates: &'a Templates,
    /// Parties whose own mail the held message answers: they are waiting, and the hold note says
    /// so loudly. Empty for every other letter.
    pub awaited: &'a [usize],
}

/// The permission check to `introduction.parties[party]` about the others it is a stranger to.
/// `held` is the held message; `reveal` says how much of the others.
#[must_use]
pub fn ask(
    _stationery: &Stationery<'_>,
    _introduction: &Introduction,
    _party: usize,
    _held: &Message,
    _reveal: Reveal,
) -> Letter {
    unimplemented!("another room's work")
}

/// The one reminder: the same question again, shorter, in the ask's own thread.
#[must_use]
pub fn reminder(
    _stationery: &Stationery<'_>,
    _introduction: &Introduction,
    _party: usize,
) -> Letter {
    unimplemented!("another room's work")
}

/// A note to the user about this introduction. The hold note threads under the held message;
/// notes that tell an answer never do.
#[must_use]
pub fn note(
    _stationery: &Stationery<'_>,
    _introduction: &Introduction,
    _notice: &Notice,
) -> Letter {
    unimplemented!("another room's work")
}

/// A note to the user about the account itself (watching has begun, a login is refused, …).
#[must_use]
pub fn account_note(
    _stationery: &Stationery<'_>,
    _to: &Address,
    _matter: &AccountMatter,
) -> Letter {
    unimplemented!("another room's work")
}

/// A courtesy letter to one party of an introduction that slipped out, for the user's Drafts.
#[must_use]
pub fn courtesy(
    _stationery: &Stationery<'_>,
    _introduction: &Introduction,
    _party: usize,
) -> Letter {
    unimplemented!("another room's work")
}

/// What a note about the account tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountMatter {
    /// The first index is complete: from now on introductions are held.
    WatchingBegins {
        messages: u64,
        since: Option<Timestamp>,
    },
    /// Something stands in the way (login refused, folder missing …), in a sentence with its mend.
    Trouble { text: String },
    /// A draft that is never taken, and why.
    NeverTaken { subject: String, why: String },
    /// A message found in one of our folders that we do not hold.
    NotOurs { folder: String, subject: String },
}
