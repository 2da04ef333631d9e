//! What a reply says.

use crate::mail::Message;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What the reader makes of a person's words (PRODUCT “Answers”).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Yes,
    No,
    Later,
    /// Yes, and fine with any introduction from this introducer.
    Always,
    /// No, and not to be asked again.
    Never,
    Question,
    Conditional,
    Delegate,
    Unclear,
}

impl Answer {
    /// Only a plain yes or `always` is consent.
    #[must_use]
    pub fn is_consent(self) -> bool {
        matches!(self, Self::Yes | Self::Always)
    }
}

/// What kind of message came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A person wrote.
    Answer {
        answer: Answer,
        /// With `Later`: not before this day, where one was named.
        until: Option<NaiveDate>,
        /// What the person wrote, greeting included, without quotes and signature.
        text: String,
        reasons: Vec<String>,
    },
    /// A machine wrote (RFC 3834, vacation, receipts, calendar replies, reactions): changes no state.
    Automatic {
        /// An absence until this day.
        absent_until: Option<NaiveDate>,
        /// “has left”, “new address is”: worth one note.
        moved: bool,
        text: String,
        reasons: Vec<String>,
    },
    /// A delivery report (RFC 3464).
    Bounce {
        /// Only a final failure counts; a delay does not.
        failed: bool,
        /// `Final-Recipient` / `Original-Recipient` addresses, where named.
        recipients: Vec<crate::mail::Address>,
        /// Message-IDs named in the returned header.
        original_ids: Vec<crate::mail::MessageId>,
        text: String,
    },
    /// None of these.
    Other { reasons: Vec<String> },
}

/// Reads a reply. `asks` are the texts of our own asks to this person, so that a line of ours is
/// never taken for theirs; `subject_of_ask` lets a changed subject be read where the body is empty.
#[must_use]
pub fn read(
    _bytes: &[u8],
    _message: &Message,
    _asks: &[&str],
    _subject_of_ask: Option<&str>,
) -> Reading {
    Reading::Other {
        reasons: Vec::new(),
    }
}
