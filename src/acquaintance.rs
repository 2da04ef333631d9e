//! Who knows whom: the kinds of evidence, and what they are worth. The records lie in `edge::index`.

mod hosts;
pub mod organisation;
pub mod sentence;

use crate::Timestamp;
use crate::mail::{Address, MessageId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// From here on a message proves nothing by itself: one of the two must have written in its thread (K6).
pub const OLD: Duration = Duration::from_secs(5 * 31_557_600);

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
    /// Not of acquaintance: the party's own answer to the ask, and what it was read from.
    Answer,
}

/// Whether colleagues count as acquainted (`acquaintance.same_organisation`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SameOrganisation {
    Yes,
    No,
    /// At these domains.
    Only(Vec<String>),
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

/// What is known of one message on which both people stood visibly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    pub date: Option<Timestamp>,
    /// How many people stand on it (From, To and Cc), the user not counted.
    pub visible: u32,
    /// Sent to many by a machine or a list.
    pub bulk: bool,
    /// Held, or an introduction that was never released.
    pub barred: bool,
    /// One of the two wrote this very message.
    pub one_wrote: bool,
    /// How many of the two have written in its thread: 0, 1 or 2.
    pub wrote_in_thread: u8,
}

/// What one message says about two people who stand on it; `None` when it proves nothing
/// (PRODUCT “Finer rules”: Holding).
#[must_use]
pub fn weigh(shared: &Shared, at: Timestamp, max_visible: u32) -> Option<Kind> {
    if shared.bulk || shared.barred || shared.visible > max_visible {
        return None;
    }
    // A message without a date is not taken for an old one: most often a client forgot the field.
    let old = shared.date.is_some_and(|d| {
        at.signed_duration_since(d)
            .to_std()
            .is_ok_and(|age| age > OLD)
    });
    let silent = !shared.one_wrote && shared.wrote_in_thread == 0;
    if old && silent {
        return None;
    }
    Some(match shared {
        _ if shared.one_wrote => Kind::Wrote,
        _ if shared.wrote_in_thread >= 2 => Kind::Thread,
        _ => Kind::Together,
    })
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
    /// How far back they reach: what is older, nobody can know. `None` where nothing was read.
    fn reach(&self) -> Option<Timestamp> {
        None
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const DINNER: Shared = Shared {
        date: None,
        visible: 2,
        bulk: false,
        barred: false,
        one_wrote: false,
        wrote_in_thread: 0,
    };

    fn day(text: &str) -> Timestamp {
        format!("{text}T12:00:00Z").parse().expect("a day")
    }

    fn kind(change: impl FnOnce(&mut Shared)) -> Option<Kind> {
        let mut shared = Shared {
            date: Some(day("2026-05-03")),
            ..DINNER
        };
        change(&mut shared);
        weigh(&shared, day("2026-11-24"), 10)
    }

    #[test]
    fn a_recent_message_with_few_people_acquaints_them() {
        assert_eq!(kind(|_| ()), Some(Kind::Together));
        assert_eq!(kind(|s| s.wrote_in_thread = 1), Some(Kind::Together));
        assert_eq!(kind(|s| s.wrote_in_thread = 2), Some(Kind::Thread));
        assert_eq!(kind(|s| s.one_wrote = true), Some(Kind::Wrote));
    }

    #[test]
    fn k5_a_large_list_proves_nothing() {
        assert_eq!(kind(|s| s.visible = 10), Some(Kind::Together));
        assert_eq!(kind(|s| s.visible = 11), None);
        assert_eq!(kind(|s| (s.visible, s.one_wrote) = (60, true)), None);
    }

    #[test]
    fn k6_old_and_silent_proves_nothing_unless_one_of_them_wrote() {
        let old = |s: &mut Shared| s.date = Some(day("2018-05-03"));
        assert_eq!(kind(old), None);
        assert_eq!(
            kind(|s| (s.date, s.wrote_in_thread) = (Some(day("2018-05-03")), 1)),
            Some(Kind::Together)
        );
        assert_eq!(
            kind(|s| (s.date, s.one_wrote) = (Some(day("2018-05-03")), true)),
            Some(Kind::Wrote)
        );
        assert_eq!(
            kind(|s| s.date = Some(day("2021-11-25"))),
            Some(Kind::Together),
            "a day short of five years"
        );
    }

    #[test]
    fn bulk_and_unreleased_introductions_prove_nothing() {
        assert_eq!(kind(|s| (s.bulk, s.one_wrote) = (true, true)), None);
        assert_eq!(kind(|s| (s.barred, s.one_wrote) = (true, true)), None);
    }
}
