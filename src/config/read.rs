//! From text and variables to a checked [`Config`].

use super::accounts::{self, RawAccount};
use super::document::{Document, PREFIX};
use super::{
    Acquaintance, Ask, Config, Confirm, CourtesyNotes, Detect, Drafts, Gateway, Notify, NotifyBy,
    SameOrganisation, Sent, Take, duration,
};
use crate::introduction::{Order, Remind, Reveal};
use crate::mail::AddressPattern;
use ::config::{Environment, File, FileFormat};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a configuration needs of its surroundings.
pub struct Surroundings<'a> {
    /// The folder of the file: relative paths begin there. Absolute.
    pub folder: &'a Path,
    /// The user's state folder, where the system has one.
    pub state_dir: Option<PathBuf>,
    /// The environment, or as much of it as concerns us.
    pub environment: &'a BTreeMap<String, String>,
    /// The bytes of a file, or a sentence why not.
    pub file: &'a dyn Fn(&Path) -> Result<Vec<u8>, String>,
}

/// Reads the text of the configuration file called `name` (for sentences).
///
/// Three layers: the defaults, the file, the environment (`ASKFIRST__DRAFTS__SETTLE=30s`).
///
/// # Errors
/// One sentence that names the key, and the line or the variable.
pub fn read(name: &str, text: &str, around: &Surroundings<'_>) -> Result<Config, String> {
    let ours: BTreeMap<String, String> = around
        .environment
        .iter()
        .filter(|(k, _)| k.to_uppercase().starts_with(PREFIX))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let document = Document::read(name, text, &ours)?;
    let raw: Raw = ::config::Config::builder()
        .add_source(File::from_str(
            include_str!("defaults.toml"),
            FileFormat::Toml,
        ))
        .add_source(File::from_str(text, FileFormat::Toml))
        // The separator also parts the prefix; set apart, `ASKFIRST_` would be cut off and `_drafts` be left.
        .add_source(
            Environment::with_prefix("ASKFIRST")
                .separator("__")
                .source(Some(ours.into_iter().collect())),
        )
        .build()
        .and_then(::config::Config::try_deserialize)
        .map_err(|error| format!("{name}: {error}"))?;
    raw.checked(&document, around)
}

#[derive(Deserialize)]
struct Raw {
    state_dir: Option<String>,
    #[serde(default)]
    accounts: Vec<RawAccount>,
    drafts: RawDrafts,
    sent: RawSent,
    gateway: RawGateway,
    ask: RawAsk,
    detect: RawDetect,
    acquaintance: RawAcquaintance,
    notify: RawNotify,
}

#[derive(Deserialize)]
struct RawDrafts {
    enabled: bool,
    take: Option<Take>,
    settle: String,
}

#[derive(Deserialize)]
struct RawSent {
    enabled: bool,
    notes: CourtesyNotes,
}

#[derive(Deserialize)]
struct RawGateway {
    enabled: bool,
    listen: String,
    tls_listen: Option<String>,
    cert_file: Option<String>,
    key_file: Option<String>,
    password_command: Option<String>,
    password_file: Option<String>,
}

#[derive(Deserialize)]
struct RawAsk {
    confirm: Confirm,
    grace: String,
    order: Order,
    reveal: Reveal,
    remind: Remind,
    remind_after: String,
    expire_after: String,
    max_per_person: u32,
    template_dir: Option<String>,
}

#[derive(Deserialize)]
struct RawDetect {
    threshold: f64,
    max_holds: u32,
    ignore: Vec<String>,
}

#[derive(Deserialize)]
struct RawAcquaintance {
    same_organisation: RawOrganisation,
    max_visible: u32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawOrganisation {
    Flag(bool),
    /// A variable is text.
    Text(String),
    Only(Vec<String>),
}

#[derive(Deserialize)]
struct RawNotify {
    inbox: bool,
    by: NotifyBy,
    desktop: bool,
}

impl Raw {
    fn checked(self, document: &Document<'_>, around: &Surroundings<'_>) -> Result<Config, String> {
        let complain = |path: &str, what: &str| document.complaint(path, what);
        // The document has been checked, so this only fails where the check has a hole.
        let length = |path: &str, text: &str| -> Result<Duration, String> {
            duration::parse(text).ok_or_else(|| complain(path, "is no duration"))
        };
        let state_dir = match &self.state_dir {
            Some(path) => around.folder.join(path),
            None => around.state_dir.clone().ok_or_else(|| {
                complain(
                    "state_dir",
                    "is missing, and this system names no folder for it",
                )
            })?,
        };
        let ignore = self
            .detect
            .ignore
            .iter()
            .map(|text| {
                AddressPattern::new(text).map_err(|why| {
                    complain("detect.ignore", &format!("holds what it cannot: {why}"))
                })
            })
            .collect::<Result<_, _>>()?;
        let gateway = self.gateway.checked(document, around)?;
        let accounts = accounts::checked(self.accounts, document, around)?;
        Ok(Config {
            state_dir,
            accounts,
            gateway,
            drafts: Drafts {
                enabled: self.drafts.enabled,
                take: self.drafts.take,
                settle: length("drafts.settle", &self.drafts.settle)?,
            },
            sent: Sent {
                enabled: self.sent.enabled,
                notes: self.sent.notes,
            },
            ask: Ask {
                confirm: self.ask.confirm,
                grace: length("ask.grace", &self.ask.grace)?,
                order: self.ask.order,
                reveal: self.ask.reveal,
                remind: self.ask.remind,
                remind_after: length("ask.remind_after", &self.ask.remind_after)?,
                expire_after: length("ask.expire_after", &self.ask.expire_after)?,
                max_per_person: self.ask.max_per_person,
                template_dir: self.ask.template_dir.map(|path| around.folder.join(path)),
            },
            detect: Detect {
                threshold: self.detect.threshold,
                max_holds: self.detect.max_holds,
                ignore,
            },
            acquaintance: Acquaintance {
                same_organisation: match self.acquaintance.same_organisation {
                    RawOrganisation::Flag(true) => SameOrganisation::Yes,
                    RawOrganisation::Flag(false) => SameOrganisation::No,
                    RawOrganisation::Text(text) if text == "true" => SameOrganisation::Yes,
                    RawOrganisation::Text(_) => SameOrganisation::No,
                    RawOrganisation::Only(domains) => SameOrganisation::Only(domains),
                },
                max_visible: self.acquaintance.max_visible,
            },
            notify: Notify {
                inbox: self.notify.inbox,
                by: self.notify.by,
                desktop: self.notify.desktop,
            },
        })
    }
}

impl RawGateway {
    fn checked(
        self,
        document: &Document<'_>,
        around: &Surroundings<'_>,
    ) -> Result<Gateway, String> {
        let listen = loopback(document, "gateway.listen", &self.listen)?;
        let tls_listen = self
            .tls_listen
            .map(|text| loopback(document, "gateway.tls_listen", &text))
            .transpose()?;
        if tls_listen == Some(listen) {
            return Err(document.complaint(
                "gateway.tls_listen",
                "is the same as “gateway.listen”; TLS needs a port of its own",
            ));
        }
        let pem =
            |key: &str, path: Option<String>, what: &str| -> Result<Option<PathBuf>, String> {
                let Some(path) = path.map(|p| around.folder.join(p)) else {
                    return Ok(None);
                };
                accounts::pem(document, around, key, &path, what)?;
                Ok(Some(path))
            };
        Ok(Gateway {
            enabled: self.enabled,
            listen,
            tls_listen,
            cert_file: pem("gateway.cert_file", self.cert_file, "CERTIFICATE")?,
            key_file: pem("gateway.key_file", self.key_file, "PRIVATE KEY")?,
            secret: accounts::secret(
                document,
                around,
                "gateway",
                "gateway".to_owned(),
                self.password_command,
                self.password_file,
            )?,
        })
    }
}

/// An address to listen at that only this computer can reach (`localhost` is 127.0.0.1).
fn loopback(document: &Document<'_>, path: &str, text: &str) -> Result<SocketAddr, String> {
    let numbers = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    let address: SocketAddr = numbers.parse().map_err(|_| {
        document.complaint(
            path,
            &format!("is {text:?}, but must be an address and port such as \"127.0.0.1:1587\""),
        )
    })?;
    if !address.ip().is_loopback() {
        return Err(document.complaint(
            path,
            &format!(
                "is {text:?}, but the gateway only listens on this computer itself: use 127.0.0.1 or [::1]"
            ),
        ));
    }
    if address.port() == 0 {
        return Err(document.complaint(path, "needs a port from 1 to 65535"));
    }
    Ok(address)
}
