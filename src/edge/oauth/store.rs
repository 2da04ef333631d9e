//! Where tokens are kept: in the keyring, or in a file of mode 0600.

use super::Tokens;
use crate::config::{Account, Secret, Server};
use crate::edge::secret::SecretError;
use crate::edge::{disk, keyring};
use secrecy::ExposeSecret as _;
use secrecy::SecretString;
use std::fs::File;
use std::path::PathBuf;

/// The place of one login's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    Keyring(String),
    File(PathBuf),
}

impl Store {
    /// `None` where a command prints the token: another program takes care of it.
    #[must_use]
    pub fn of(account: &Account, server: &Server) -> Option<Self> {
        match &server.secret {
            Secret::Command(_) => None,
            Secret::File(path) => Some(Self::File(path.clone())),
            // One login for reading and sending.
            Secret::Keyring(_) => Some(Self::Keyring(format!("oauth2.{}", account.email))),
        }
    }

    pub(super) fn read(&self, account: &str) -> Result<Tokens, SecretError> {
        let renew = |why: &str| SecretError::Renew(account.to_owned(), why.to_owned());
        let text = match self {
            Self::Keyring(entry) => match keyring::get(entry) {
                Ok(Some(text)) => text,
                Ok(None) => return Err(renew("nobody has logged in yet")),
                Err(keyring::KeyringError::Locked) => {
                    return Err(SecretError::Locked(format!("account “{account}”")));
                }
                Err(error) => return Err(SecretError::Unreadable(error.to_string())),
            },
            Self::File(path) => {
                let secret = Secret::File(path.clone());
                crate::edge::secret::read(&secret, &format!("account “{account}”"))?
            }
        };
        serde_json::from_str(text.expose_secret())
            .map_err(|_| renew("what is kept of the login cannot be read"))
    }

    /// In place of the old ones, in one step.
    ///
    /// # Errors
    /// A sentence.
    pub fn write(&self, tokens: &Tokens) -> Result<(), String> {
        let text = serde_json::to_string(tokens).map_err(|error| error.to_string())?;
        let text = SecretString::from(text);
        match self {
            Self::Keyring(entry) => keyring::set(entry, &text).map_err(|error| error.to_string()),
            Self::File(path) => {
                let line = format!("{}\n", text.expose_secret());
                disk::write_private_bytes(path, line.as_bytes())
                    .map_err(|error| format!("{} cannot be written: {error}", path.display()))
            }
        }
    }

    /// Held by the one process that renews. Where it cannot be had, renewing goes on without.
    pub(super) fn alone(&self) -> Option<File> {
        let path = match self {
            Self::File(path) => path.with_extension("lock"),
            Self::Keyring(_) => directories::ProjectDirs::from("", "", "askfirst")?
                .config_dir()
                .join("oauth2.lock"),
        };
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .ok()?;
        file.lock().ok()?;
        Some(file)
    }
}
