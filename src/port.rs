//! What the daemon needs of the world, as a few small traits.
//!
//! Everything here blocks. The daemon gives each connection a thread of its own; the simulation
//! calls the same code with a simulated world.

use crate::Timestamp;
use crate::mail::{Address, MessageId};
use serde::{Deserialize, Serialize};

/// A folder's name in Unicode, as the server means it (modified UTF-7 is the edge's matter).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FolderName(String);

impl FolderName {
    /// # Errors
    /// A sentence, when it is empty, has control characters, or is over 1,000 octets.
    pub fn new(name: &str) -> Result<Self, String> {
        if name.is_empty() || name.len() > 1000 || name.chars().any(char::is_control) {
            return Err(format!("{name:?} is no folder name"));
        }
        Ok(Self(name.to_owned()))
    }
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// RFC 9051 §5.1: INBOX in any letter case is one folder.
    #[must_use]
    pub fn is_inbox(&self) -> bool {
        self.0.eq_ignore_ascii_case("INBOX")
    }
}
impl TryFrom<String> for FolderName {
    type Error = String;
    fn try_from(name: String) -> Result<Self, String> {
        Self::new(&name)
    }
}
impl From<FolderName> for String {
    fn from(name: FolderName) -> Self {
        name.0
    }
}
impl std::fmt::Display for FolderName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A message's unique id within one folder and one [`UidValidity`] (RFC 9051 §2.3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uid(pub u32);

/// Changes when the server has renumbered a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UidValidity(pub u32);

/// The places of an account that mean something to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Inbox,
    Drafts,
    Sent,
    Trash,
    Junk,
    /// Gmail's `\All`.
    All,
    Ask,
    Held,
    SendNow,
    GiveBack,
    Closed,
    Memory,
}

/// One folder of a LIST reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    pub name: FolderName,
    pub delimiter: Option<char>,
    /// False for `\Noselect` and `\NonExistent`.
    pub selectable: bool,
    /// By SPECIAL-USE attribute (RFC 6154) only; usual names are the mailroom's matter.
    pub special_use: Option<Place>,
}

/// Flags of one message (RFC 9051 §2.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    pub seen: bool,
    pub answered: bool,
    pub flagged: bool,
    pub deleted: bool,
    pub draft: bool,
    pub keywords: Vec<String>,
}

/// What SELECT said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    pub uid_validity: UidValidity,
    /// Some servers do not say (mail.163.com).
    pub uid_next: Option<Uid>,
    pub exists: u32,
    pub highest_modseq: Option<u64>,
}

/// What STATUS said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderStatus {
    pub messages: u32,
    pub uid_next: Option<u32>,
    pub uid_validity: Option<u32>,
    pub highest_modseq: Option<u64>,
}

/// One message without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub uid: Uid,
    pub flags: Flags,
    pub internal_date: Option<Timestamp>,
    /// RFC822.SIZE in octets.
    pub size: u64,
    /// The header fields that were asked for, as they stand in the message (CRLF), empty line included.
    pub header: Vec<u8>,
}

/// One whole message. Fetched with PEEK: nothing is ever marked as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub uid: Uid,
    pub flags: Flags,
    pub internal_date: Option<Timestamp>,
    pub bytes: Vec<u8>,
}

/// What the server offers; read again after TLS and after login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    pub uid_plus: bool,
    pub r#move: bool,
    pub condstore: bool,
    pub idle: bool,
    pub special_use: bool,
    pub notify: bool,
    pub namespace: bool,
    /// X-GM-EXT-1.
    pub gmail: bool,
    /// Microsoft Exchange or Outlook, by greeting or ID.
    pub exchange: bool,
}

/// Why a mailbox command did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// Tagged NO or BAD: the connection is fine, this command is not.
    #[error("the mail server refused: {text}")]
    Refused {
        /// The response code (RFC 5530), upper case, such as `OVERQUOTA` or `TRYCREATE`.
        code: Option<String>,
        text: String,
    },
    /// The server cannot do this at all; the caller has another way.
    #[error("the mail server does not offer {0}")]
    Unsupported(&'static str),
    /// No connection came about (name, network, TLS, greeting): nothing was done.
    #[error("no connection to the mail server: {0}")]
    Unreachable(String),
    /// The login was refused: trying again at once would lock the account.
    #[error("the mail server refused the login: {0}")]
    Login(String),
    /// The connection is gone, silent, or speaks nonsense: connect anew. Whether the last
    /// command took effect is unknown.
    #[error("the connection to the mail server is lost: {0}")]
    Lost(String),
    /// The daemon is stopping, or something more urgent waits.
    #[error("interrupted")]
    Interrupted,
}

/// One logged-in IMAP connection. UIDs only, never sequence numbers; all statuses are checked.
///
/// Commands about messages concern the folder selected last.
pub trait Mailbox {
    fn capabilities(&self) -> Capabilities;
    /// Every folder there is, with the personal namespace's prefix and delimiter known to the implementation.
    fn folders(&mut self) -> Result<Vec<Folder>, MailboxError>;
    /// The server's name for one of our folders: `Askfirst/Held` becomes `INBOX.Askfirst.Held`
    /// under that namespace and delimiter.
    fn own_folder(&mut self, name: &str) -> Result<FolderName, MailboxError>;
    fn create(&mut self, folder: &FolderName) -> Result<(), MailboxError>;
    /// Removes a folder of ours, with whatever lies in it. Only `askfirst leave` does.
    ///
    /// # Errors
    /// As any command; `Unsupported` where an implementation has no need of it.
    fn delete_folder(&mut self, _folder: &FolderName) -> Result<(), MailboxError> {
        Err(MailboxError::Unsupported("DELETE"))
    }
    fn select(&mut self, folder: &FolderName) -> Result<Selected, MailboxError>;
    fn status(&mut self, folder: &FolderName) -> Result<FolderStatus, MailboxError>;
    /// The status of every selectable folder in one round trip (LIST-STATUS, RFC 5819); `None`
    /// where the server does not offer it.
    ///
    /// # Errors
    /// As any command.
    fn statuses(&mut self) -> Result<Option<Vec<(FolderName, FolderStatus)>>, MailboxError> {
        Ok(None)
    }
    /// Summaries of UIDs `from..=to` (to the end when `None`) with these header fields,
    /// fetched in chunks; `each` sees every chunk and may stop by returning false.
    fn summaries(
        &mut self,
        from: Uid,
        to: Option<Uid>,
        fields: &[&str],
        each: &mut dyn FnMut(Vec<Summary>) -> bool,
    ) -> Result<(), MailboxError>;
    /// `None` when that UID is gone.
    fn fetch(&mut self, uid: Uid) -> Result<Option<Fetched>, MailboxError>;
    /// UIDs whose Message-ID field holds exactly this id. Falls back to fetching headers where
    /// the server's SEARCH HEADER cannot be trusted.
    fn with_message_id(&mut self, id: &MessageId) -> Result<Vec<Uid>, MailboxError>;
    /// UIDs of mail from this address since this day (SEARCH FROM … SINCE …).
    #[allow(clippy::wrong_self_convention)]
    fn from_since(
        &mut self,
        from: &Address,
        since: chrono::NaiveDate,
    ) -> Result<Vec<Uid>, MailboxError>;
    /// The new UID where the server says so (UIDPLUS).
    fn append(
        &mut self,
        folder: &FolderName,
        bytes: &[u8],
        flags: &Flags,
        date: Option<Timestamp>,
    ) -> Result<Option<Uid>, MailboxError>;
    /// COPYUID's new UID where the server says so.
    fn copy(&mut self, uid: Uid, to: &FolderName) -> Result<Option<Uid>, MailboxError>;
    /// RFC 6851; `Unsupported` without it.
    fn r#move(&mut self, uid: Uid, to: &FolderName) -> Result<Option<Uid>, MailboxError>;
    /// Sets and clears exactly the flags that are true in `add` and in `remove`.
    fn store(&mut self, uid: Uid, add: &Flags, remove: &Flags) -> Result<(), MailboxError>;
    /// UID EXPUNGE (RFC 4315) of this one; `Unsupported` without UIDPLUS. Plain EXPUNGE is never sent.
    fn expunge(&mut self, uid: Uid) -> Result<(), MailboxError>;
    /// Keeps the connection alive.
    fn noop(&mut self) -> Result<(), MailboxError>;
}

/// Where a message really goes (RFC 5321).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// `None` is the null reverse-path.
    pub from: Option<Address>,
    pub to: Vec<Address>,
    /// ESMTP parameters of MAIL, as the client gave them (`BODY=8BITMIME`, `RET=HDRS`).
    #[serde(default)]
    pub mail_options: Vec<String>,
    /// ESMTP parameters for each recipient, in the order of `to` (or empty).
    #[serde(default)]
    pub rcpt_options: Vec<Vec<String>>,
}

/// Why the real server did not take a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// 4yz (RFC 5321 §4.2.1): it may take it later. Certainly not sent.
    #[error("the outgoing server put it off: {reply}")]
    Later { reply: String },
    /// 5yz: it never will. Certainly not sent, to nobody. `recipient` when one of them was refused.
    #[error("the outgoing server refused it: {reply}")]
    Refused {
        code: u16,
        reply: String,
        recipient: Option<Address>,
    },
    /// The login was refused.
    #[error("the outgoing server refused the login: {reply}")]
    Login { reply: String },
    /// Nobody answered, or nonsense. `in_doubt` if the final dot was already on its way.
    #[error("the outgoing server was not reached: {why}")]
    Unreachable { why: String, in_doubt: bool },
    /// `before_dot` said no: certainly not sent.
    #[error("stopped before it was handed over")]
    Stopped,
}

/// The real server.
pub trait Submission {
    /// Hands over exactly `bytes` (CRLF lines) to all of `envelope.to`, or to nobody.
    ///
    /// `before_dot` is called when everything but the final dot is on its way; only if it
    /// returns true the dot is written. Returns the server's final 250 line.
    ///
    /// # Errors
    /// See [`SendError`]; all but `Unreachable { in_doubt: true }` mean that nothing was sent.
    fn submit(
        &mut self,
        envelope: &Envelope,
        bytes: &[u8],
        before_dot: &mut dyn FnMut() -> bool,
    ) -> Result<String, SendError>;
}

/// Unguessable bytes.
pub trait Random {
    fn fill(&mut self, bytes: &mut [u8]);
}
