//! When a draft counts as finished, and when two drafts are one.

mod complete;
mod likeness;
mod others;
#[cfg(test)]
mod tests;

use crate::mail::Message;

/// Why a draft is left alone for now, as a sentence for `status`; `None` when it is
/// complete to the eye: addressed, a text with an end, no placeholder, no promised but missing attachment.
#[must_use]
pub fn unfinished(draft: &Message) -> Option<&'static str> {
    complete::gap(draft)
}

/// Why this draft must never be taken (PRODUCT “The three places” 1): another tool's schedule,
/// encryption or signing asked for at Send, Filelink parts, a protecting label.
#[must_use]
pub fn never_taken(draft: &Message) -> Option<&'static str> {
    others::claim(draft)
}

/// Whether `newer` is a later version of `older` (the likeness test used for autosaves):
/// the same Message-ID, else the same parties and subject and a text that grew out of the other.
///
/// This says that two drafts are one letter in the making. Whether a yes to the older one still
/// holds for the newer one is [`same_purpose`].
#[must_use]
pub fn same_draft(older: &Message, newer: &Message) -> bool {
    if older.message_id.is_some() && older.message_id == newer.message_id {
        return true;
    }
    likeness::same_people(older, newer, true)
        && likeness::same_subject(older, newer)
        && likeness::grew(older, newer)
}

/// Whether an edited introduction still says what people were asked about: the same recipients,
/// and a text most of which stood in the older one. A Message-ID proves nothing here.
#[must_use]
pub fn same_purpose(older: &Message, newer: &Message) -> bool {
    likeness::same_people(older, newer, false) && likeness::mostly_same(older, newer)
}
