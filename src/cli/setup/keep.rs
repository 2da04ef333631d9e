//! Where a password or a login can be kept on this machine, and what is to be stored.

use super::Plan;
use super::prompts::Prompts;
use crate::cli::Failure;
use crate::cli::args::{Keep, Setup};
use crate::edge::keyring::{self, KeyringError};
use crate::edge::oauth::{Store, Tokens};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::PathBuf;

/// What is to be stored once the logins are good.
pub enum ToKeep {
    Nothing,
    InKeyring(SecretString),
    InFile(PathBuf, SecretString),
    Tokens(Store, Tokens),
}

impl ToKeep {
    /// # Errors
    /// A sentence.
    pub fn store(&self, plan: &Plan) -> Result<(), String> {
        match self {
            Self::Nothing => Ok(()),
            Self::InKeyring(secret) => {
                for kind in ["imap", "smtp"] {
                    keyring::set(&format!("{kind}.{}", plan.email), secret)
                        .map_err(|error| format!("the password could not be stored: {error}"))?;
                }
                Ok(())
            }
            Self::Tokens(store, tokens) => store
                .write(tokens)
                .map_err(|error| format!("the login could not be kept: {error}")),
            Self::InFile(path, secret) => {
                super::write::save(path, format!("{}\n", secret.expose_secret()).as_bytes())
            }
        }
    }
}

/// Where passwords can be kept on this machine.
pub enum Kind {
    Keyring,
    Command,
    File,
}

/// An address as part of a file's name.
pub fn file_name(email: &str) -> String {
    let safe = |c: char| match c.is_ascii_alphanumeric() || ".-_@".contains(c) {
        true => c,
        false => '_',
    };
    email.chars().map(safe).collect()
}

/// In the order of advice: keyring, command, file.
///
/// # Errors
/// When the keyring is wished for and cannot be used.
pub fn store(prompts: &Prompts, wishes: &Setup) -> Result<Kind, Failure> {
    match wishes.keep_password {
        Some(Keep::File) => return Ok(Kind::File),
        Some(Keep::Keyring) => {
            return match keyring::is_there() {
                Ok(()) => Ok(Kind::Keyring),
                Err(why) => Err(Failure::CouldNot(format!(
                    "{why}; use --keep-password file"
                ))),
            };
        }
        None => {}
    }
    let there = keyring::is_there();
    if !prompts.interactive {
        return Ok(match there {
            Ok(()) => Kind::Keyring,
            Err(_) => Kind::File,
        });
    }
    let command = "A command prints it (pass, op, gopass, secret-tool …)";
    let file = "In a file that only you can read, beside the configuration";
    match there {
        Ok(()) => {
            if cfg!(target_os = "macos") {
                prompts.say(
                    "A program without a developer's signature is asked about by the Keychain \
                     anew whenever it was rebuilt; if you build askfirst yourself, the file is the \
                     calmer choice.",
                );
            }
            let lines = ["In the system keyring (the best)", command, file];
            Ok(
                match prompts.choose("Where shall the password be kept?", &lines)? {
                    0 => Kind::Keyring,
                    1 => Kind::Command,
                    _ => Kind::File,
                },
            )
        }
        Err(why) => {
            let why = match why {
                KeyringError::Away(_) => "There is no keyring service on this machine (as on most \
                                          servers), so the password is kept elsewhere."
                    .to_owned(),
                other => format!("The keyring cannot be used now: {other}."),
            };
            prompts.say(&why);
            let lines = [command, file];
            Ok(
                match prompts.choose("Where shall the password be kept?", &lines)? {
                    0 => Kind::Command,
                    _ => Kind::File,
                },
            )
        }
    }
}
