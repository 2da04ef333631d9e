//! One introduction: its state, what can happen to it, and what is to be done about it.

mod answered;
mod clock;
mod ending;
mod event;
mod step;
#[cfg(test)]
mod tests;

pub use answered::word;
pub use event::{Effect, Event, Proof};

use crate::Timestamp;
use crate::acquaintance::Evidence;
use crate::answer::Answer;
use crate::mail::{Address, MessageId, Person};
use crate::port::Envelope;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Eight lower-case base32 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub String);

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where it stands (PRODUCT “The life of an introduction”).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Held,
    Asking,
    Attention,
    Releasing,
    Released,
    Declined,
    Expired,
    Cancelled,
    Slipped,
}

impl State {
    /// Still waits for something; everything else is over.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Held | Self::Asking | Self::Attention | Self::Releasing
        )
    }
}

/// Why it stands there; the closed list of PRODUCT “JSON”.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Moot,
    Superseded,
    DraftReturned,
    TakenBack,
    Deleted,
    Edited,
    Cancelled,
    Declined,
    Never,
    DeclinedBefore,
    Unconfirmed,
    TooMany,
    NoAnswer,
    Question,
    Conditional,
    Delegate,
    Unclear,
    Later,
    Bounced,
    DoubtfulSender,
    DatePassed,
    Refused,
    InDoubt,
    UnsendableFrom,
}

/// By which door it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    Drafts,
    Gateway,
    Sent,
}

/// The permission check to one party.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Asked {
    /// Unguessable; an answer names it in In-Reply-To or References.
    pub message_id: MessageId,
    /// When it was decided; the letter's Date.
    pub decided: Timestamp,
    /// When the server took it.
    pub sent: Option<Timestamp>,
    /// The one reminder a party may get.
    pub reminder: Option<MessageId>,
    /// The text of the letter, so that a line of ours is never read as theirs.
    pub text: String,
    pub subject: String,
}

/// A person being introduced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub address: Address,
    pub name: Option<String>,
    #[serde(default)]
    pub also: Vec<Address>,
    /// Must say yes before release: a stranger to another party, without prior consent.
    pub required: bool,
    /// Why it need not be asked, in words (prior consent, acquainted with all others).
    pub exempt: Option<String>,
    /// Of acquaintance with the others, or of prior consent.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The parties, by number, whom it knew when the message was held: it is not asked about them (K15).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub knows: Vec<usize>,
    pub asked: Option<Asked>,
    /// The latest word that counts.
    pub answer: Option<Answer>,
    pub answered_at: Option<Timestamp>,
    /// The mail it was read from; `None` when the introducer answered for them.
    pub answer_id: Option<MessageId>,
    /// What the introducer has to look at.
    pub trouble: Option<Reason>,
    /// `later` with a date, or away until.
    pub until: Option<NaiveDate>,
    /// The ask is decided; `asked` tells when it has a letter.
    #[serde(default)]
    pub ask_decided: bool,
    #[serde(default)]
    pub reminder_decided: bool,
    /// Their machine said that they are away or gone; told once.
    #[serde(default)]
    pub away: bool,
    /// Every mail of theirs that was counted, so that none counts twice.
    #[serde(default)]
    pub heard: Vec<MessageId>,
}

impl Party {
    /// “Rachel Winters”, or “a contact of mine”-style fallbacks are the letters' matter: this is
    /// the name alone.
    #[must_use]
    pub fn first_name(&self) -> Option<&str> {
        self.name
            .as_deref()
            .and_then(|n| n.split_whitespace().next())
    }
}

/// Durations and manners as they were configured when the message was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Seconds.
    pub grace: u64,
    /// Seconds.
    pub remind_after: u64,
    /// Seconds.
    pub expire_after: u64,
    pub remind: Remind,
    pub order: Order,
    pub reveal: Reveal,
}

/// Who is reminded when no answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remind {
    Introducer,
    Party,
    Off,
}

/// Whether all are asked at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Together,
    InTurn,
}

/// How much an ask says of the other person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reveal {
    Name,
    FirstName,
    Nothing,
}

/// How the introducer greeted a party in the newest mail to them, and when; the mail itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownManner {
    pub party: usize,
    /// “Dear Dr. Ito”, without the comma.
    pub greeting: Option<String>,
    /// “Dr. Ito”.
    pub form: Option<String>,
    /// Sie, vous, usted, u.
    pub formal: bool,
    /// “All the best”, without the comma.
    pub closing: Option<String>,
    /// The day of the newest mail.
    pub wrote: Option<NaiveDate>,
}

/// One line of `show`'s history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub at: Timestamp,
    /// From the closed list in docs/LIFE.md.
    pub event: String,
    pub detail: String,
}

/// How far a release has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// Looking once more whether it may go.
    Looking,
    /// On its way to the server; the final dot is not out yet.
    Sending,
    /// The final dot is out.
    HandedOver,
}

/// How a message came through the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// As the client gave it, with its ESMTP options, as far as the real server took it.
    pub envelope: Envelope,
    /// It answers this held introduction and goes to the same people: it leaves after it, or not at all.
    #[serde(default)]
    pub follows: Option<Id>,
    /// What lies in Held in place of a message that is too large for it.
    #[serde(default)]
    pub stand_in: Option<StandIn>,
}

/// A small note of ours in place of a large message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    pub message_id: MessageId,
    /// SHA-256 of its bytes, lower-case hex.
    pub digest: String,
    /// In octets.
    pub size: u64,
}

/// One message that puts two or more of its recipients in contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    pub id: Id,
    pub account: String,
    pub via: Via,
    pub state: State,
    pub reason: Option<Reason>,
    pub subject: String,
    /// The message's own, or the one it got when held.
    pub message_id: MessageId,
    /// The held bytes have no Message-ID of their own.
    pub message_id_is_ours: bool,
    pub from: Person,
    /// Everybody it goes to (RFC 5321 envelope).
    pub envelope: Vec<Address>,
    /// SHA-256 of the held bytes, lower-case hex.
    pub digest: String,
    /// Of the held bytes, in octets.
    pub size: u64,
    /// ISO 639-1.
    pub language: String,
    pub why: Vec<String>,
    /// The writer's own words, for `show`.
    pub text: String,
    pub parties: Vec<Party>,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub terms: Terms,
    /// The user has said so, or need not.
    pub confirmed: bool,
    /// A verified copy stands in Held.
    pub placed: bool,
    /// Set when the user's note stands in the inbox; then grace runs.
    pub grace_ends: Option<Timestamp>,
    /// The note that told of the hold.
    #[serde(default)]
    pub hold_note: Option<MessageId>,
    /// Every note about it: an answer to one of them is the introducer's word.
    #[serde(default)]
    pub notes: Vec<MessageId>,
    /// Courtesy letters that lie ready in Drafts, with the SHA-256 of what was put there.
    #[serde(default)]
    pub courtesy: Vec<(MessageId, String)>,
    /// The reminder note is out.
    pub reminded: bool,
    /// The introducer said send.
    pub by_hand: bool,
    pub release: Option<Release>,
    /// What stands in the way of the whole introduction, and only the user can lift.
    #[serde(default)]
    pub stuck: Option<Reason>,
    /// The party whose mail the held message answers: that person is waiting.
    #[serde(default)]
    pub replies_to: Option<usize>,
    /// Seconds east of UTC in which the introducer writes.
    #[serde(default)]
    pub utc_offset: i32,
    /// The parties in the order in which they are asked (`order = "in_turn"`); empty: as they stand.
    #[serde(default)]
    pub turn: Vec<usize>,
    /// How the introducer wrote to parties lately, where the introduction does not show it.
    #[serde(default)]
    pub manners: Vec<KnownManner>,
    /// When it leaves after all, everybody having agreed long ago.
    #[serde(default)]
    pub leaves_at: Option<Timestamp>,
    /// Mails that came after the end and were told already.
    #[serde(default)]
    pub late: Vec<MessageId>,
    /// The released copy stands in Sent and none in Held.
    #[serde(default)]
    pub filed: bool,
    /// Where it came through the gateway.
    #[serde(default)]
    pub submission: Option<Submission>,
    pub history: Vec<Moment>,
}

/// What the user is told (one note an event). The letter room puts it into words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Held; asks go out after the grace time.
    Held,
    /// Held; nobody is asked until the user says so (`confirm`).
    Unconfirmed,
    /// Held; nobody was asked, for `Introduction::reason` (`never`, `declined_before`, `too_many`, `unsendable_from`).
    NobodyAsked,
    /// A party's answer needs the user (`question`, `conditional`, …); their own words.
    Answered {
        party: usize,
        answer: Option<Answer>,
        text: String,
        why: Vec<String>,
    },
    Declined {
        party: usize,
        text: String,
    },
    Expired,
    Released,
    /// Ended otherwise, for `Introduction::reason`.
    Cancelled,
    /// No answer for `remind_after`.
    Waiting {
        parties: Vec<usize>,
    },
    /// The day a party named has come.
    LaterCame {
        party: usize,
    },
    Bounced {
        party: usize,
        text: String,
    },
    /// A party's machine says they are away until, or have left.
    Away {
        party: usize,
        text: String,
    },
    /// The real server refused the release (or an ask).
    Refused {
        reply: String,
    },
    InDoubt,
    DatePassed,
    /// It left by a route we do not control; courtesy letters lie in Drafts.
    Slipped,
    /// An answer came after the end.
    TooLate {
        party: usize,
        text: String,
    },
    /// The introducer's answer to a note was more than one clear word.
    NotUnderstood,
    /// It was understood, and nothing can be done about it now.
    NotDone {
        word: String,
    },
    /// A party said elsewhere that they don't want to be asked at all.
    Unaskable {
        party: usize,
    },
    /// Everybody agreed more than a day ago, while the machine slept: it leaves after a fresh grace.
    Leaving,
}

impl Introduction {
    /// The held introduction that this message answers and leaves with.
    #[must_use]
    pub fn follows(&self) -> Option<&Id> {
        self.submission.as_ref().and_then(|s| s.follows.as_ref())
    }

    /// What lies in our folders for it: Message-ID (`None` where it has none), digest and size.
    #[must_use]
    pub fn lies_as(&self) -> (Option<&MessageId>, &str, u64) {
        match self.submission.as_ref().and_then(|s| s.stand_in.as_ref()) {
            Some(other) => (Some(&other.message_id), &other.digest, other.size),
            None => {
                let id = (!self.message_id_is_ours).then_some(&self.message_id);
                (id, &self.digest, self.size)
            }
        }
    }
}
