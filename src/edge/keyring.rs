//! The system's keyring: Secret Service, macOS Keychain, Windows Credential Manager.
//!
//! It may ask a person to unlock it and wait for hours, and its client libraries keep threads and
//! connections. So the program asks it in a child process of its own, the same binary, which is
//! ended when its time is up; nothing of it stays in the daemon.

use secrecy::{ExposeSecret as _, SecretString};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

/// PRODUCT “Service”: what is not there by then is the trouble `locked`.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The service under which our entries stand.
pub const SERVICE: &str = "askfirst";
/// The hidden command of [`serve`].
pub const HELPER: &str = "keyring-helper";
/// Windows takes 2,560 octets an entry (`CRED_MAX_CREDENTIAL_BLOB_SIZE`); what is longer is split.
const PART: usize = 2_400;
/// What stands first in a secret that goes on in further entries.
const SPLIT: &str = "askfirst-parts:";

/// Why the keyring gave or took nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// There is none for this user on this machine.
    #[error("this computer has no keyring for you ({0})")]
    Away(String),
    /// It waits for somebody to unlock it, and nobody did in time, or could.
    #[error("the system keyring is locked, and was not unlocked within {} seconds; unlock it", PATIENCE.as_secs())]
    Locked,
    #[error("the system keyring refused: {0}")]
    Failed(String),
}

/// Entries by name. What the system's keyring is, and what tests put in its place.
pub trait Entries {
    /// # Errors
    /// As [`KeyringError`].
    fn get(&self, entry: &str) -> Result<Option<SecretString>, KeyringError>;
    /// # Errors
    /// As [`KeyringError`].
    fn set(&self, entry: &str, secret: &SecretString) -> Result<(), KeyringError>;
    /// Whether there was one.
    ///
    /// # Errors
    /// As [`KeyringError`].
    fn delete(&self, entry: &str) -> Result<bool, KeyringError>;
}

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// From now on the keyring is asked through this program's hidden command. Called once, by
/// the program itself; a library user without it asks in a thread.
pub fn ask_through(program: PathBuf) {
    let _ = PROGRAM.set(program);
}

/// The secret of this entry; `None` when there is no such entry. Blocks up to [`PATIENCE`].
///
/// # Errors
/// As [`KeyringError`].
pub fn get(entry: &str) -> Result<Option<SecretString>, KeyringError> {
    match ask("get", entry, None)? {
        Answer::Secret(secret) => Ok(Some(secret)),
        Answer::None | Answer::Done => Ok(None),
    }
}

/// Stores it, in place of what was there. Blocks up to [`PATIENCE`].
///
/// # Errors
/// As [`KeyringError`].
pub fn set(entry: &str, secret: &SecretString) -> Result<(), KeyringError> {
    ask("set", entry, Some(secret.clone())).map(|_| ())
}

/// Takes it away; whether there was one. Blocks up to [`PATIENCE`].
///
/// # Errors
/// As [`KeyringError`].
pub fn delete(entry: &str) -> Result<bool, KeyringError> {
    Ok(matches!(ask("delete", entry, None)?, Answer::Done))
}

/// Whether a keyring answers here at all.
///
/// # Errors
/// Why not.
pub fn is_there() -> Result<(), KeyringError> {
    get("is-there").map(|_| ())
}

enum Answer {
    Secret(SecretString),
    None,
    Done,
}

fn ask(verb: &str, entry: &str, secret: Option<SecretString>) -> Result<Answer, KeyringError> {
    match PROGRAM.get() {
        Some(program) => {
            let mut command = std::process::Command::new(program);
            command.args([HELPER, verb, entry]);
            let said = super::secret::dialogue(command, secret.as_ref(), PATIENCE)
                .map_err(|error| KeyringError::Failed(error.to_string()))?
                .ok_or(KeyringError::Locked)?;
            understood(&said)
        }
        None => {
            let (tell, told) = std::sync::mpsc::channel();
            let (verb, entry) = (verb.to_owned(), entry.to_owned());
            std::thread::spawn(move || {
                let _ = tell.send(act(&System, &verb, &entry, secret.as_ref()));
            });
            told.recv_timeout(PATIENCE)
                .unwrap_or(Err(KeyringError::Locked))
        }
    }
}

/// One word and what follows it: how the child tells its parent.
fn understood(said: &str) -> Result<Answer, KeyringError> {
    let (word, rest) = said.split_once(' ').unwrap_or((said, ""));
    match word {
        "secret" => Ok(Answer::Secret(SecretString::from(rest))),
        "none" => Ok(Answer::None),
        "done" => Ok(Answer::Done),
        "away" => Err(KeyringError::Away(rest.to_owned())),
        "locked" => Err(KeyringError::Locked),
        _ => Err(KeyringError::Failed(match rest {
            "" => "it gave no reason".to_owned(),
            rest => rest.to_owned(),
        })),
    }
}

/// The hidden command: does one thing and gives the line for the parent, which alone reads it.
#[must_use]
pub fn serve(verb: &str, entry: &str, secret: Option<&SecretString>) -> SecretString {
    let line = match act(&System, verb, entry, secret) {
        Ok(Answer::Secret(secret)) => return format!("secret {}", secret.expose_secret()).into(),
        Ok(Answer::None) => "none".to_owned(),
        Ok(Answer::Done) => "done".to_owned(),
        Err(KeyringError::Away(why)) => format!("away {}", why.replace('\n', " ")),
        Err(KeyringError::Locked) => "locked".to_owned(),
        Err(KeyringError::Failed(why)) => format!("failed {}", why.replace('\n', " ")),
    };
    line.into()
}

fn act(
    entries: &dyn Entries,
    verb: &str,
    entry: &str,
    secret: Option<&SecretString>,
) -> Result<Answer, KeyringError> {
    match (verb, secret) {
        ("get", _) => Ok(joined(entries, entry)?.map_or(Answer::None, Answer::Secret)),
        ("set", Some(secret)) => {
            let part = if cfg!(windows) { PART } else { usize::MAX };
            split(entries, entry, secret, part).map(|()| Answer::Done)
        }
        ("delete", _) => Ok(match erased(entries, entry)? {
            true => Answer::Done,
            false => Answer::None,
        }),
        _ => Err(KeyringError::Failed("it was asked in a wrong way".into())),
    }
}

fn joined(entries: &dyn Entries, entry: &str) -> Result<Option<SecretString>, KeyringError> {
    let Some(first) = entries.get(entry)? else {
        return Ok(None);
    };
    let Some(parts) = parts_of(&first) else {
        return Ok(Some(first));
    };
    let mut whole = secrecy::zeroize::Zeroizing::new(String::new());
    for n in 1..=parts {
        let part = entries.get(&format!("{entry}/{n}"))?;
        // Torn while it was written: as good as none.
        let Some(part) = part else { return Ok(None) };
        whole.push_str(part.expose_secret());
    }
    Ok(Some(SecretString::from(whole.as_str())))
}

fn parts_of(first: &SecretString) -> Option<usize> {
    first.expose_secret().strip_prefix(SPLIT)?.parse().ok()
}

/// The parts first and their number last, so that what is cut off is not believed.
fn split(
    entries: &dyn Entries,
    entry: &str,
    secret: &SecretString,
    part: usize,
) -> Result<(), KeyringError> {
    let text = secret.expose_secret();
    if text.len() <= part {
        let before = entries.get(entry)?.and_then(|first| parts_of(&first));
        entries.set(entry, secret)?;
        for n in 1..=before.unwrap_or(0) {
            entries.delete(&format!("{entry}/{n}"))?;
        }
        return Ok(());
    }
    let mut rest = text;
    let mut parts = 0;
    while !rest.is_empty() {
        let mut end = rest.len().min(part);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (piece, after) = rest.split_at(end);
        parts += 1;
        entries.set(&format!("{entry}/{parts}"), &SecretString::from(piece))?;
        rest = after;
    }
    entries.set(entry, &SecretString::from(format!("{SPLIT}{parts}")))
}

fn erased(entries: &dyn Entries, entry: &str) -> Result<bool, KeyringError> {
    let parts = entries.get(entry)?.and_then(|first| parts_of(&first));
    for n in 1..=parts.unwrap_or(0) {
        entries.delete(&format!("{entry}/{n}"))?;
    }
    entries.delete(entry)
}

/// The real one.
struct System;

#[cfg(feature = "keyring")]
impl System {
    fn entry(entry: &str) -> Result<keyring::v1::Entry, KeyringError> {
        if let Err(why) = keyring::v1::Entry::store_status() {
            return Err(KeyringError::Away(why.to_string()));
        }
        keyring::v1::Entry::new(SERVICE, entry).map_err(|error| trouble(&error))
    }
}

/// Its own sentences may hold what it was given.
#[cfg(feature = "keyring")]
fn trouble(error: &keyring::v1::Error) -> KeyringError {
    use keyring::v1::Error;
    match error {
        Error::NoDefaultStore => KeyringError::Away("no keyring service answers".into()),
        // It would ask somebody for its password, and nobody is there, or they will not.
        Error::NoStorageAccess(why) if why.to_string().contains("prompt dismissed") => {
            KeyringError::Locked
        }
        Error::NoStorageAccess(why) => KeyringError::Failed(format!("it cannot be opened: {why}")),
        Error::PlatformFailure(why) => KeyringError::Failed(why.to_string()),
        Error::TooLong(..) => KeyringError::Failed("the secret is too long for it".into()),
        Error::BadEncoding(_) => KeyringError::Failed("what it holds is no text".into()),
        _ => KeyringError::Failed("it did not do what was asked".into()),
    }
}

#[cfg(feature = "keyring")]
impl Entries for System {
    fn get(&self, entry: &str) -> Result<Option<SecretString>, KeyringError> {
        match Self::entry(entry)?.get_secret() {
            Ok(bytes) => {
                let bytes = secrecy::zeroize::Zeroizing::new(bytes);
                let text = std::str::from_utf8(&bytes)
                    .map_err(|_| KeyringError::Failed("what it holds is no text".into()))?;
                Ok(Some(SecretString::from(text)))
            }
            Err(keyring::v1::Error::NoEntry) => Ok(None),
            Err(error) => Err(trouble(&error)),
        }
    }

    fn set(&self, entry: &str, secret: &SecretString) -> Result<(), KeyringError> {
        Self::entry(entry)?
            .set_secret(secret.expose_secret().as_bytes())
            .map_err(|error| trouble(&error))
    }

    fn delete(&self, entry: &str) -> Result<bool, KeyringError> {
        match Self::entry(entry)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(keyring::v1::Error::NoEntry) => Ok(false),
            Err(error) => Err(trouble(&error)),
        }
    }
}

#[cfg(not(feature = "keyring"))]
impl Entries for System {
    fn get(&self, _: &str) -> Result<Option<SecretString>, KeyringError> {
        Err(without())
    }
    fn set(&self, _: &str, _: &SecretString) -> Result<(), KeyringError> {
        Err(without())
    }
    fn delete(&self, _: &str) -> Result<bool, KeyringError> {
        Err(without())
    }
}

#[cfg(not(feature = "keyring"))]
fn without() -> KeyringError {
    KeyringError::Away("this askfirst was built without the feature “keyring”".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    /// Refuses what is longer than Windows takes.
    #[derive(Default)]
    struct Small(RefCell<BTreeMap<String, String>>);

    impl Entries for Small {
        fn get(&self, entry: &str) -> Result<Option<SecretString>, KeyringError> {
            Ok(self.0.borrow().get(entry).cloned().map(SecretString::from))
        }
        fn set(&self, entry: &str, secret: &SecretString) -> Result<(), KeyringError> {
            let text = secret.expose_secret();
            if text.len() > 2_560 {
                return Err(KeyringError::Failed("too long".into()));
            }
            self.0.borrow_mut().insert(entry.into(), text.into());
            Ok(())
        }
        fn delete(&self, entry: &str) -> Result<bool, KeyringError> {
            Ok(self.0.borrow_mut().remove(entry).is_some())
        }
    }

    #[test]
    fn long_tokens_are_split_and_come_back_whole() {
        let entries = Small::default();
        let token = SecretString::from("ä".repeat(5_000));
        split(&entries, "oauth2.a", &token, PART).unwrap();
        let back = joined(&entries, "oauth2.a").unwrap().unwrap();
        assert_eq!(back.expose_secret(), token.expose_secret());
        // A shorter one in its place leaves nothing of it behind.
        split(&entries, "oauth2.a", &SecretString::from("short"), PART).unwrap();
        assert_eq!(entries.0.borrow().len(), 1);
        split(&entries, "oauth2.a", &token, PART).unwrap();
        assert!(erased(&entries, "oauth2.a").unwrap());
        assert!(entries.0.borrow().is_empty());
        assert!(!erased(&entries, "oauth2.a").unwrap());
    }

    #[test]
    fn half_a_token_is_no_token() {
        let entries = Small::default();
        let token = SecretString::from("x".repeat(5_000));
        split(&entries, "a", &token, PART).unwrap();
        entries.delete("a/2").unwrap();
        assert!(joined(&entries, "a").unwrap().is_none());
    }

    #[test]
    fn child_is_understood_and_its_secret_is_not_told() {
        let Ok(Answer::Secret(secret)) = understood("secret two words ") else {
            panic!("no secret");
        };
        assert_eq!(secret.expose_secret(), "two words ");
        assert!(matches!(understood("none"), Ok(Answer::None)));
        let why = understood("away no bus").err().unwrap().to_string();
        assert!(why.contains("no bus"), "{why}");
        let odd = understood("hunter2").err().unwrap().to_string();
        assert!(!odd.contains("hunter2"), "{odd}");
    }
}
