//! Passwords: from a command, a file, a systemd credential or the system's keyring. Never logged,
//! never in an error.

use super::keyring::{self, KeyringError};
use super::oauth::{self, Store};
use crate::config::{Account, Auth, Secret, Server};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A password store that waits longer waits for a person (PRODUCT “Service”: trouble `locked`).
const PATIENCE: Duration = keyring::PATIENCE;
/// Tokens are long, passwords short; nothing is longer than this.
const LONGEST: u64 = 64 * 1024;

/// Why there is no password. Each a sentence with what helps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing came in time; trying again later may well succeed.
    #[error(
        "locked: the password of {0} was not given within {limit} seconds; unlock your \
         password store or keyring, or let password_command find it unlocked",
        limit = PATIENCE.as_secs()
    )]
    Locked(String),
    #[error("{0}")]
    Unreadable(String),
    /// Only the user can mend it: of this account, and why.
    #[error(
        "the login of account “{0}” must be renewed: {1}; `askfirst setup --renew {0}` does it"
    )]
    Renew(String, String),
}

/// The password of an account's server, or an access token that holds for some minutes yet.
/// Blocks for up to 30 seconds, and a token's renewal.
///
/// # Errors
/// See [`SecretError`].
pub fn of(account: &Account, server: &Server, whom: &str) -> Result<SecretString, SecretError> {
    match Store::of(account, server) {
        Some(store) if server.auth == Auth::Oauth2 => oauth::access_token(account, &store, None),
        _ => read(&server.secret, whom),
    }
}

/// The same after the server has refused `refused`: a token is renewed, a password read anew.
///
/// # Errors
/// See [`SecretError`].
pub fn instead_of(
    refused: &SecretString,
    account: &Account,
    server: &Server,
    whom: &str,
) -> Result<SecretString, SecretError> {
    match Store::of(account, server) {
        Some(store) if server.auth == Auth::Oauth2 => {
            oauth::access_token(account, &store, Some(refused))
        }
        _ => read(&server.secret, whom),
    }
}

/// The secret for `whom` (an account's server, for sentences). Blocks for up to 30 seconds.
///
/// # Errors
/// See [`SecretError`].
pub fn read(secret: &Secret, whom: &str) -> Result<SecretString, SecretError> {
    match secret {
        Secret::Command(command) => by_command(command, whom, PATIENCE),
        Secret::File(path) => from_file(path, whom),
        Secret::Keyring(entry) => match from_systemd(entry, whom)? {
            Some(secret) => Ok(secret),
            None => from_keyring(entry, whom),
        },
    }
}

fn from_keyring(entry: &str, whom: &str) -> Result<SecretString, SecretError> {
    let failed = |why: &str| {
        SecretError::Unreadable(format!(
            "the password of {whom} cannot be read: {why}; `askfirst setup` stores it anew, or set \
             password_command (such as \"pass show mail/work\") or password_file in the configuration"
        ))
    };
    match keyring::get(entry) {
        Ok(Some(secret)) => Ok(secret),
        Ok(None) => Err(failed(&format!(
            "the system keyring has no entry “{entry}” of the service “{}”",
            keyring::SERVICE
        ))),
        Err(KeyringError::Locked) => Err(SecretError::Locked(whom.to_owned())),
        Err(error) => Err(failed(&error.to_string())),
    }
}

/// What systemd hands to the service (`LoadCredential=`, systemd.exec(5)), as `askfirst.ENTRY`.
fn from_systemd(entry: &str, whom: &str) -> Result<Option<SecretString>, SecretError> {
    let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY") else {
        return Ok(None);
    };
    let path = Path::new(&folder).join(format!("askfirst.{entry}"));
    if !path.exists() {
        return Ok(None);
    }
    from_file(&path, whom).map(Some)
}

/// The first line that the command prints.
fn by_command(command: &str, whom: &str, patience: Duration) -> Result<SecretString, SecretError> {
    let until = Instant::now() + patience;
    let failed = |why: &str| {
        SecretError::Unreadable(format!(
            "the password command of {whom} {why}; run it in a terminal to see what it says"
        ))
    };
    let (line, status) = match converse(shell(command), None, until) {
        Ok(Some(done)) => done,
        Ok(None) => return Err(SecretError::Locked(whom.to_owned())),
        Err(error) => return Err(failed(&format!("could not be run ({error})"))),
    };
    if !status.success() {
        return Err(failed(&format!("failed ({status})")));
    }
    first_line(&line).ok_or_else(|| failed("printed no password (one line of UTF-8 text)"))
}

/// Says one line to a program and hears one. `None` when its time is up; it is ended then.
///
/// # Errors
/// When it cannot be started, or ends without a word.
pub(super) fn dialogue(
    command: Command,
    say: Option<&SecretString>,
    patience: Duration,
) -> std::io::Result<Option<Zeroizing<String>>> {
    let heard = converse(command, say, Instant::now() + patience)?;
    let Some((line, _)) = heard else {
        return Ok(None);
    };
    match first_line(&line) {
        Some(line) => Ok(Some(Zeroizing::new(line.expose_secret().to_owned()))),
        None => Err(std::io::Error::other("it said nothing")),
    }
}

/// The first line that a program prints, and how it ended. `None` when its time is up.
fn converse(
    mut command: Command,
    say: Option<&SecretString>,
    until: Instant,
) -> std::io::Result<Option<(Zeroizing<Vec<u8>>, ExitStatus)>> {
    #[cfg(unix)]
    // A group of its own, so that all of a pipeline can be ended together.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command
        // Nobody is there to type; and what it complains of may hold the secret.
        .stdin(if say.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let (Some(say), Some(mut input)) = (say, child.stdin.take()) {
        let said = input.write_all(say.expose_secret().as_bytes());
        if let Err(error) = said.and_then(|()| input.write_all(b"\n")) {
            end(&mut child);
            return Err(error);
        }
    }
    let output = child.stdout.take();
    let (to, line) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = Zeroizing::new(Vec::new());
        if let Some(output) = output {
            // To the line's end only: a helper left in the background may hold the pipe open.
            let _ = BufReader::new(output.take(LONGEST)).read_until(b'\n', &mut line);
        }
        let _ = to.send(line);
    });
    let left = until.saturating_duration_since(Instant::now());
    let Ok(line) = line.recv_timeout(left) else {
        end(&mut child);
        return Ok(None);
    };
    // Where it closed its output it is about to end; a moment is long in the start of a program.
    let mut pause = Duration::from_micros(250);
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(Some((line, status))),
            None if Instant::now() < until => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            None => {
                end(&mut child);
                return Ok(None);
            }
        }
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.arg("/C").arg(command);
    shell
}

fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn from_file(path: &Path, whom: &str) -> Result<SecretString, SecretError> {
    let name = path.display();
    let failed =
        |why: &str| SecretError::Unreadable(format!("the password file {name} of {whom} {why}"));
    let file = std::fs::File::open(path).map_err(|error| {
        failed(&match error.kind() {
            std::io::ErrorKind::NotFound => "is not there".to_owned(),
            _ => format!("cannot be read: {error}"),
        })
    })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        // Of the opened file, so that it cannot be another one than the one that is read.
        let meta = file
            .metadata()
            .map_err(|error| failed(&format!("cannot be read: {error}")))?;
        if meta.mode() & 0o077 != 0 {
            return Err(failed(&format!(
                "may be read by others; mend it with: chmod 600 '{name}'"
            )));
        }
        let me = rustix::process::geteuid().as_raw();
        if meta.uid() != me && meta.uid() != 0 {
            return Err(failed("belongs to another user"));
        }
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&format!("cannot be read: {error}")))?;
    first_line(&bytes).ok_or_else(|| failed("holds no password (one line of UTF-8 text)"))
}

/// Up to the line's end; blanks are part of a password.
fn first_line(bytes: &[u8]) -> Option<SecretString> {
    let line = bytes.split(|b| *b == b'\n').next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).ok()?;
    (!text.is_empty()).then(|| SecretString::from(text))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn of_command(command: &str) -> Result<String, SecretError> {
        let secret = read(&Secret::Command(command.to_owned()), "the account “work”")?;
        Ok(secret.expose_secret().to_owned())
    }

    #[test]
    fn first_line_of_the_command_is_the_password() {
        assert_eq!(of_command("printf %s secret").unwrap(), "secret");
        assert_eq!(
            of_command("printf 'two words \\nurl: x\\n'").unwrap(),
            "two words "
        );
        assert_eq!(of_command("printf 'a\\r\\n'").unwrap(), "a");
        assert_eq!(of_command("echo s; sleep 60 &").unwrap(), "s");
    }

    #[test]
    fn failing_command_is_told_without_what_it_printed() {
        for command in [
            "echo hunter2; exit 3",
            "echo hunter2 >&2; exit 1",
            "true",
            "echo; echo hunter2",
            "printf '\\377hunter2\\n'",
            "no-such-program-here hunter2",
        ] {
            let why = of_command(command).expect_err(command).to_string();
            assert!(why.contains("work") && !why.contains("hunter2"), "{why}");
        }
    }

    #[test]
    fn command_that_waits_for_somebody_is_ended_and_counts_as_locked() {
        for command in ["sleep 600", "echo x; sleep 600", "sleep 600 | cat"] {
            let got = by_command(command, "work", Duration::from_millis(200));
            let why = got.expect_err(command);
            assert!(matches!(why, SecretError::Locked(_)), "{why}");
            assert!(why.to_string().starts_with("locked"), "{why}");
        }
    }

    #[test]
    fn file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let of_file = || read(&Secret::File(path.clone()), "work");
        let gone = of_file().expect_err("not there").to_string();
        assert!(gone.contains("not there"), "{gone}");

        std::fs::write(&path, "hunter2\nmore\n").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        let why = of_file().expect_err("others may read it").to_string();
        assert!(
            why.contains("chmod 600") && !why.contains("hunter2"),
            "{why}"
        );

        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        assert_eq!(of_file().unwrap().expose_secret(), "hunter2");
    }

    #[test]
    fn missing_entry_or_keyring_says_what_can_be_set_instead() {
        let entry = "imap.nobody@nowhere.example".to_owned();
        let why = read(&Secret::Keyring(entry), "work")
            .expect_err("there is none")
            .to_string();
        assert!(
            why.contains("password_command") && why.contains("password_file"),
            "{why}"
        );
    }
}
