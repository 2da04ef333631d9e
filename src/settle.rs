//! When a draft counts as finished, and when two drafts are one.

use crate::mail::Message;

/// Why a draft is left alone for now (or for good), as a sentence for `status`; `None` when it is
/// complete to the eye: addressed, a text with an end, no placeholder, no promised but missing attachment.
#[must_use]
pub fn unfinished(_draft: &Message) -> Option<&'static str> {
    Some("not judged yet")
}

/// Why this draft must never be taken (PRODUCT “The three places” 1): another tool's schedule,
/// encryption or signing asked for at Send, Filelink parts, a protecting label.
#[must_use]
pub fn never_taken(_draft: &Message) -> Option<&'static str> {
    None
}

/// Whether `newer` is a later version of `older` (the likeness test used for autosaves):
/// the same Message-ID, else the same parties and subject and a text that grew out of the other.
#[must_use]
pub fn same_draft(_older: &Message, _newer: &Message) -> bool {
    false
}
