//! What can happen to an introduction, and what is to be done about it.

use super::{Notice, Reason};
use crate::answer::Answer;
use crate::mail::MessageId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What happened to an introduction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A verified copy stands in Held.
    Placed,
    /// It could not be placed after all: the draft changed or went away before it was taken.
    NotPlaced,
    /// The hold note stands in the inbox.
    Noted,
    /// The time named by `due` has come.
    Due,
    /// The grace was found over by more than an hour: the machine slept, so it starts anew.
    Overslept,
    /// The user confirmed (`ask ID`, or a move into Ask): grace ends now.
    Confirmed,
    /// The server took the ask (or reminder) to this party.
    AskSent {
        party: usize,
    },
    /// The user sent the letter to this party that lay ready in Drafts, under a Message-ID of their
    /// client's making.
    SentByHand {
        party: usize,
    },
    /// The server refused it for good.
    AskRefused {
        party: usize,
        reply: String,
    },
    /// A person answered (or the introducer answered for them: `id` is `None`).
    Answered {
        party: usize,
        answer: Answer,
        until: Option<NaiveDate>,
        text: String,
        id: Option<MessageId>,
        why: Vec<String>,
        /// By which the answer can be read again and found the same.
        #[serde(default)]
        proof: Option<Proof>,
    },
    /// It answers the ask, but is not surely from that party.
    Doubtful {
        party: usize,
        text: String,
        id: MessageId,
        why: Vec<String>,
    },
    Bounced {
        party: usize,
        text: String,
    },
    Away {
        party: usize,
        until: Option<NaiveDate>,
        text: String,
    },
    /// This party said elsewhere that they do not want to be asked at all.
    Unaskable {
        party: usize,
    },
    /// The word that made everybody agree is more than a day old: the machine slept.
    AgreedLongAgo,
    /// The introducer sent `remind`.
    RemindNow,
    /// The user (or their hands in the mailbox) ended it.
    Cancelled {
        reason: Reason,
    },
    /// The user said send.
    ReleaseNow,
    /// The fresh look before an automatic release (or the smaller one by hand) found nothing against it.
    LookedFresh,
    /// The look found the message in Sent already: it is out.
    LookedSent,
    /// Something in the text is over (a date that has passed).
    LookedStale,
    /// The final dot is about to go out.
    HandedOver,
    /// The server put it off after the final dot: certainly not sent, tried again later.
    PutOff,
    /// The real server took it (or Sent shows it).
    Accepted,
    /// The real server refused it for good.
    Refused {
        reply: String,
    },
    /// The final dot went out, no reply came, and Sent does not show it.
    InDoubt,
    /// The released copy stands in Sent and nothing in Held.
    Filed,
}

/// What an answer was read from, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// SHA-256 of the reply's bytes.
    pub digest: String,
    /// [`crate::answer::RULES`] of the reader.
    pub rules: u32,
    /// The reply's own date.
    pub written: Option<crate::Timestamp>,
}

/// What is to be done. Carried out only after the entry that holds it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Ask this party.
    Ask {
        party: usize,
    },
    /// The one reminder.
    Remind {
        party: usize,
    },
    Tell {
        notice: Notice,
    },
    /// Look once more whether it may go.
    Look,
    /// Hand the held bytes to the real server.
    Release,
    /// Put the released copy into Sent, then take the Held one away.
    File,
    /// From Held (or Closed) to Drafts, with `\Draft`.
    GiveBack,
    /// From Held to Closed.
    Close,
    /// The Held copy goes; another copy is known to stand elsewhere.
    RemoveHeld,
    /// The user's unread hold note goes.
    RemoveNote,
    /// The asks stand in Sent.
    FileAsk {
        party: usize,
    },
    /// Courtesy letters into Drafts.
    Courtesy,
    /// Those that nobody touched leave Drafts again.
    RemoveCourtesy,
}
