//! Standing consents and refusals, and prior consent inside messages.

use crate::Timestamp;
use crate::mail::{Address, Message};
use serde::{Deserialize, Serialize};

/// What stands about a person until it is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// Fine with any introduction from this introducer.
    Always,
    /// Not to be asked again, by their own word or the introducer's.
    Never,
    /// Fine with being introduced to `about`.
    Pair,
    /// Declined being introduced to `about`.
    Declined,
}

/// One line of `consent list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub address: Address,
    pub about: Option<Address>,
    pub kind: ConsentKind,
    pub since: Timestamp,
    /// Where it comes from: `answer`, `command`, …
    pub source: String,
}

/// Why a party need not be asked, in words for `show`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorConsent {
    pub address: Address,
    pub why: String,
}

/// Whether this mail of `from` asked for, or agreed to, being put in touch with the other party
/// (K9; a name alone is not enough for another person of that name, K10).
///
/// `mail` was written by the party to the introducer; `about` are the other party's address and name.
#[must_use]
pub fn asked_for(_mail: &Message, _about: &Address, _about_name: Option<&str>) -> Option<String> {
    None
}
