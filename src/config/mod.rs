//! The configuration file as types with checked values.
//!
//! [`read`] is pure: it is handed the text, the variables and a way to look at other files.
//! Where the file lies, and who may write to it, is [`crate::edge::settings`]'s matter.

mod accounts;
mod document;
pub mod duration;
mod keys;
pub mod providers;
mod read;

pub use document::PREFIX;
pub use keys::every_key;
pub use read::{Surroundings, read};

pub use crate::acquaintance::SameOrganisation;
use crate::introduction::{Order, Remind, Reveal};
use crate::mail::{Address, AddressPattern};
use crate::port::FolderName;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that can be configured, checked and with defaults filled in.
#[derive(Clone, Debug)]
pub struct Config {
    /// Absolute.
    pub state_dir: PathBuf,
    /// At least one; names and addresses unique.
    pub accounts: Vec<Account>,
    pub drafts: Drafts,
    pub sent: Sent,
    pub gateway: Gateway,
    pub ask: Ask,
    pub detect: Detect,
    pub acquaintance: Acquaintance,
    pub notify: Notify,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub name: String,
    pub email: Address,
    pub display_name: Option<String>,
    pub aliases: Vec<AddressPattern>,
    /// ISO 639-1; of notes.
    pub language: String,
    pub imap: Server,
    pub smtp: Server,
    pub smtp_mode: SmtpMode,
    pub folders: Folders,
    pub oauth2: Option<OAuth2>,
}

/// Where and how to log in.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: String,
    pub auth: Auth,
    pub secret: Secret,
    /// A further trusted certificate authority: the PEM text, read and checked at load.
    pub ca: Option<Vec<u8>>,
    /// IMAP only.
    pub authserv_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    Tls,
    Starttls,
    /// Loopback hosts only.
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    Password,
    Oauth2,
}

/// Where the password (or token) comes from. Never the password itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// Nothing was configured: a systemd credential of this name, else the system keyring's entry
    /// (service `askfirst`, this user): `imap.alex@example.org`, `smtp.alex@example.org`, `gateway`.
    Keyring(String),
    Command(String),
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpMode {
    Send,
    /// No sending route: letters are put ready in Drafts.
    Drafts,
}

/// Names of folders set by hand; `None` is found by SPECIAL-USE, then by usual names.
/// Our own default to `Askfirst/…`.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    pub drafts: Option<FolderName>,
    pub sent: Option<FolderName>,
    pub trash: Option<FolderName>,
    pub junk: Option<FolderName>,
    pub ask: Option<FolderName>,
    pub held: Option<FolderName>,
    pub send_now: Option<FolderName>,
    pub give_back: Option<FolderName>,
    pub closed: Option<FolderName>,
    pub memory: Option<FolderName>,
}

#[derive(Clone, Debug)]
pub struct OAuth2 {
    pub client_id: Option<String>,
    pub client_secret_command: Option<String>,
    pub auth_url: Option<String>,
    pub token_url: Option<String>,
    pub device_url: Option<String>,
    pub scopes: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Drafts {
    pub enabled: bool,
    /// `None`: `settled`, but `ask_folder` on Microsoft servers.
    pub take: Option<Take>,
    pub settle: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    Settled,
    AskFolder,
}

#[derive(Clone, Debug)]
pub struct Sent {
    pub enabled: bool,
    pub notes: CourtesyNotes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourtesyNotes {
    Each,
    Weekly,
    Off,
}

#[derive(Clone, Debug)]
pub struct Gateway {
    pub enabled: bool,
    /// Loopback.
    pub listen: SocketAddr,
    pub tls_listen: Option<SocketAddr>,
    pub cert_file: Option<PathBuf>,
    pub key_file: Option<PathBuf>,
    pub secret: Secret,
}

#[derive(Clone, Debug)]
pub struct Ask {
    pub confirm: Confirm,
    pub grace: Duration,
    pub order: Order,
    pub reveal: Reveal,
    pub remind: Remind,
    pub remind_after: Duration,
    pub expire_after: Duration,
    pub max_per_person: u32,
    pub template_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    /// The first three taken from Drafts.
    First,
    Always,
    Never,
}

#[derive(Clone, Debug)]
pub struct Detect {
    pub threshold: f64,
    pub max_holds: u32,
    pub ignore: Vec<AddressPattern>,
}

#[derive(Clone, Debug)]
pub struct Acquaintance {
    pub same_organisation: SameOrganisation,
    pub max_visible: u32,
}

#[derive(Clone, Debug)]
pub struct Notify {
    pub inbox: bool,
    pub by: NotifyBy,
    pub desktop: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyBy {
    /// Into the inbox by IMAP.
    Append,
    /// To oneself by SMTP.
    Mail,
}
