//! Whether a mail surely comes from the person who was asked.

use crate::mail::{Address, Message};

/// What is to be made of the sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    Trusted,
    /// A sentence that says why not.
    Doubtful(String),
}

/// Exactly one From field with exactly one mailbox, the asked one.
#[must_use]
pub fn judge(
    _bytes: &[u8],
    message: &Message,
    asked: &[Address],
    _authserv_id: Option<&str>,
) -> Sender {
    match message.from.as_slice() {
        [one] if asked.contains(&one.address) => Sender::Trusted,
        [one] => Sender::Doubtful(format!(
            "It came from {}, not from the address that was asked.",
            one.address
        )),
        _ => Sender::Doubtful("It names more than one sender.".to_owned()),
    }
}
