//! The closed list of what can wake the program, and of what it asks in return.

use crate::Timestamp;
use crate::answer::vouching::Arrival;
use crate::introduction::Id;
use crate::mail::{Address, MessageId};
use crate::mailroom::Survey;
use crate::mailroom::claim::Leadership;
use crate::mailroom::memory::Recalled;
use crate::port::{Place, SendError, UidValidity};

/// Something heard. Every change of state begins with one of these.
#[derive(Debug)]
pub enum Heard {
    /// The account's mailbox is open, its folders are found.
    Connected { account: String, exchange: bool },
    /// Its connection is gone; another is being made.
    Lost { account: String },
    /// Something that only the user can mend. Told once for each key.
    Trouble {
        account: String,
        key: String,
        text: String,
    },
    /// The mailbox cannot be opened until the user does something: told once, elsewhere than in its inbox,
    /// until it has been open again.
    LockedOut { account: String, text: String },
    /// The index is complete and all new mail was offered.
    Watching {
        account: String,
        messages: u64,
        since: Option<Timestamp>,
    },
    /// Something changed in this place; anywhere, when `None`.
    Changed {
        account: String,
        place: Option<Place>,
    },
    Surveyed {
        account: String,
        place: Place,
        survey: Survey,
    },
    /// The bytes of a draft; `None` when it is gone.
    Draft {
        account: String,
        ask_folder: bool,
        uid_validity: UidValidity,
        uid: u32,
        bytes: Option<Vec<u8>>,
    },
    /// Recent mails of the parties of a draft, for prior consent.
    Consulted {
        account: String,
        ask_folder: bool,
        uid: u32,
        mails: Vec<(Address, Vec<u8>)>,
    },
    /// Recent mails of the parties of something held at the gateway.
    ConsultedHeld {
        introduction: Id,
        mails: Vec<(Address, Vec<u8>)>,
    },
    /// The newest mails that the user wrote to these people: how they are greeted. Not kept.
    Greeted {
        account: String,
        introduction: Id,
        mails: Vec<(Address, Vec<u8>)>,
    },
    /// Where a held message lies now.
    Located {
        account: String,
        introduction: Id,
        found: Vec<FoundAt>,
    },
    /// Mail that may be an answer.
    Arrived {
        account: String,
        junk: bool,
        bytes: Vec<u8>,
        /// What the mailbox knows of it besides.
        arrival: Arrival,
    },
    /// A new message in Sent.
    FoundInSent { account: String, bytes: Vec<u8> },
    /// Who looks after this mailbox, and what lies in Memory.
    Led { account: String, seen: Leadership },
    /// A record of Memory, and what the mailbox knows about what it names.
    Recalled {
        account: String,
        note: MessageId,
        recalled: Box<Recalled>,
    },
    /// How an item went.
    Done { item: u64, outcome: Outcome },
    /// The time named by `due` has come.
    Due,
}

/// One place where a message was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAt {
    /// `None` for a folder that means nothing to us.
    pub place: Option<Place>,
    pub deleted: bool,
    /// The same Message-ID and size as the held bytes.
    pub intact: bool,
}

/// What a look before release saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The held copy is as it was, and Sent does not show it.
    Fresh,
    /// Sent shows its Message-ID.
    InSent,
    /// The held copy is gone.
    Missing,
    /// The held copy has other bytes.
    Changed,
}

/// How an item went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, or found done already.
    Done,
    /// The message it was about is not there (any more).
    Gone,
    /// The message it was about has other bytes.
    Changed,
    Looked(Look),
    /// The server took it: its reply.
    Sent(String),
    NotSent(SendError),
    /// After a doubt: Sent shows it, or no sign of it.
    Found(bool),
    /// It lies in Drafts for the user to send.
    Ready,
    /// The server said no for now, in its words; tried again later.
    Failed(String),
}

/// A question to a mailbox. Losing one loses nothing: it is asked again after the next change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// What lies in these places?
    Survey { account: String, places: Vec<Place> },
    /// The bytes of this draft.
    Fetch {
        account: String,
        ask_folder: bool,
        uid_validity: UidValidity,
        uid: u32,
    },
    /// What have these people written lately?
    Consult {
        account: String,
        ask_folder: bool,
        uid: u32,
        people: Vec<Address>,
    },
    /// The same for something that is held already.
    ConsultHeld {
        account: String,
        introduction: Id,
        people: Vec<Address>,
    },
    /// What did the user write to these people last?
    Greet {
        account: String,
        introduction: Id,
        people: Vec<Address>,
    },
    /// Where is this message?
    Locate {
        account: String,
        introduction: Id,
        message_id: MessageId,
        size: u64,
    },
    /// Read all new mail, then say so with `Heard::Watching`.
    Read { account: String },
    /// Who leads? Answered with `Heard::Led`.
    Lead { account: String },
    /// What does this record of Memory say?
    Recall { account: String, note: MessageId },
    /// Read all mail again that may be an answer, then say so with `Heard::Watching`.
    Reread { account: String },
    /// Is there a sign of this letter in Sent? Answered as the item's outcome.
    Probe {
        account: String,
        item: u64,
        message_id: MessageId,
        /// A copy that bears this date is the one that the client saved of what it submitted: no sign.
        but_dated: Option<Timestamp>,
    },
}

impl Question {
    /// The account whose mailbox is asked.
    #[must_use]
    pub fn account(&self) -> &str {
        match self {
            Self::Survey { account, .. }
            | Self::Fetch { account, .. }
            | Self::Consult { account, .. }
            | Self::Greet { account, .. }
            | Self::ConsultHeld { account, .. }
            | Self::Locate { account, .. }
            | Self::Read { account }
            | Self::Lead { account }
            | Self::Recall { account, .. }
            | Self::Reread { account }
            | Self::Probe { account, .. } => account,
        }
    }
}
