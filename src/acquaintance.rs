//! Who knows whom: the kinds of evidence, and what they are worth. The records lie in `edge::index`.

use crate::Timestamp;
use crate::mail::{Address, MessageId};
use serde::{Deserialize, Serialize};

/// How two people show to know each other. A closed list (docs/LIFE.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One wrote to the other, with the user on it.
    Wrote,
    /// Both spoke in one thread.
    Thread,
    /// Both stood visibly on one message with few people.
    Together,
    /// A past introduction joined them (released, or slipped).
    Introduced,
    /// One organisation, by registrable domain.
    Organisation,
    /// The introduction's own words say so.
    Words,
}

/// One piece of evidence, checkable by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub kind: Kind,
    pub date: Option<Timestamp>,
    pub message_id: Option<MessageId>,
    /// A sentence: “Rachel wrote to Jordan on 3 May 2026: ‘Dinner at eight’”.
    pub detail: String,
}

/// What the mailbox has shown so far. Reads only; the same question gives the same answer
/// until something is recorded.
pub trait Records {
    /// Evidence that the two know each other, strongest first; empty for strangers.
    /// Organisation counts here too.
    fn evidence(&self, a: &Address, b: &Address) -> Vec<Evidence>;
    /// Everybody who stood on an earlier message of this thread.
    fn thread_people(&self, ids: &[MessageId]) -> Vec<Address>;
    /// The name this person has most often signed with.
    fn name_of(&self, address: &Address) -> Option<String>;
}

/// Records of nothing: everybody is a stranger (`check` without an account).
pub struct NoRecords;

impl Records for NoRecords {
    fn evidence(&self, _: &Address, _: &Address) -> Vec<Evidence> {
        Vec::new()
    }
    fn thread_people(&self, _: &[MessageId]) -> Vec<Address> {
        Vec::new()
    }
    fn name_of(&self, _: &Address) -> Option<String> {
        None
    }
}
