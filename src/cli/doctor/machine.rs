//! What is on this computer: configuration, state, daemon, service, keyring, gateway.

use super::{Finding, bad, good, note};
use crate::cli::service;
use crate::config::{Config, Secret, SmtpMode};
use crate::desk::request::{Reply, Request};
use crate::edge::keyring::{self, KeyringError};
use crate::edge::{control, disk};
use crate::introduction::{Reason, State};
use std::io::Read as _;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

/// Below this much room a held message might not find a place.
const LITTLE_ROOM: u64 = 200 << 20;

pub fn configuration(config: &Config, file: &Path) -> Vec<Finding> {
    let mut found = vec![good(format!(
        "the configuration {} can be used",
        file.display()
    ))];
    for path in secrets(config) {
        found.extend(private_file(&path));
    }
    found
}

fn secrets(config: &Config) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = config
        .accounts
        .iter()
        .flat_map(|a| [&a.imap.secret, &a.smtp.secret])
        .chain(std::iter::once(&config.gateway.secret))
        .filter_map(|secret| match secret {
            Secret::File(path) => Some(path.clone()),
            _ => None,
        })
        .chain(config.gateway.key_file.clone())
        .collect();
    files.sort();
    files.dedup();
    files
}

#[cfg(unix)]
fn private_file(path: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    let name = path.display();
    match path.metadata() {
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => Some(bad(
            format!("the file {name} holds a secret, and may be read by others"),
            format!("chmod 600 '{name}'"),
        )),
        Ok(_) => None,
        Err(error) => Some(bad(
            format!("the file {name}, which should hold a secret, cannot be looked at: {error}"),
            "run `askfirst setup` again",
        )),
    }
}

#[cfg(not(unix))]
fn private_file(_: &Path) -> Option<Finding> {
    None
}

pub fn state(config: &Config) -> Vec<Finding> {
    let dir = &config.state_dir;
    let name = dir.display();
    if !dir.exists() {
        return vec![note(
            format!("there is no state folder {name} yet"),
            "it is made when askfirst first runs",
        )];
    }
    let mut found = vec![private(dir)];
    found.extend(room(dir));
    match disk::look(dir) {
        Ok(books) => {
            let latest = books.introductions.values().map(|i| i.updated).max();
            let ahead =
                latest.is_some_and(|at| at > chrono::Utc::now() + chrono::TimeDelta::minutes(2));
            found.push(good(format!(
                "the ledger can be read ({} introductions)",
                books.introductions.len()
            )));
            if ahead {
                found.push(bad(
                    "the ledger has entries from the future: the clock has been set back",
                    "set this computer's clock; grace, reminders and expiries depend on it",
                ));
            }
            let waiting = books
                .introductions
                .values()
                .filter(|i| i.state == State::Attention)
                .count();
            if waiting > 0 {
                found.push(note(
                    format!("{waiting} introductions wait for a word of yours"),
                    "`askfirst list` shows them",
                ));
            }
            let mut refused: Vec<String> = books
                .introductions
                .values()
                .filter(|i| i.state.is_open() && i.reason == Some(Reason::UnsendableFrom))
                .map(|i| i.from.address.to_string())
                .collect();
            refused.sort();
            refused.dedup();
            for address in refused {
                found.push(bad(
                    format!("the account may not send as {address}"),
                    "allow that identity at your provider, or write from another address",
                ));
            }
        }
        Err(why) => found.push(bad(why, format!("put a backup of {name} in its place"))),
    }
    found
}

/// It holds other people's mail.
#[cfg(unix)]
fn private(dir: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt as _;
    let name = dir.display();
    match dir.metadata() {
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => bad(
            format!("the state folder {name} is open to others, and holds other people's mail"),
            format!("chmod 700 '{name}'"),
        ),
        Ok(_) => good(format!("the state folder {name} is private")),
        Err(error) => bad(
            format!("the state folder {name} cannot be looked at: {error}"),
            "see who owns it",
        ),
    }
}

#[cfg(not(unix))]
fn private(dir: &Path) -> Finding {
    good(format!("the state folder is {}", dir.display()))
}

#[cfg(unix)]
fn room(dir: &Path) -> Option<Finding> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    (free < LITTLE_ROOM).then(|| {
        bad(
            format!(
                "there is little room left where the state folder lies ({} MB)",
                free >> 20
            ),
            "make room: what cannot be kept safely is not held",
        )
    })
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<Finding> {
    None
}

/// Whether it runs, and what it complains of itself.
pub fn daemon(config: &Config) -> Vec<Finding> {
    match control::ask(&config.state_dir, &Request::Status) {
        Ok(Some(Reply::Done(status))) => {
            let mut found = vec![good("askfirst is running")];
            let accounts = status["accounts"].as_array().cloned().unwrap_or_default();
            for account in accounts {
                if let Some(trouble) = account["trouble"].as_str() {
                    let name = account["name"].as_str().unwrap_or_default();
                    found.push(bad(
                        format!("{name}: {trouble}"),
                        "see the findings about this account below",
                    ));
                }
            }
            found
        }
        Ok(Some(Reply::Refused(why))) | Err(why) => vec![bad(
            why,
            "restart it: `askfirst service stop`, `askfirst service start`",
        )],
        Ok(None) => vec![note(
            "askfirst is not running",
            "start it with `askfirst run`, or with every login by `askfirst service install`",
        )],
    }
}

pub fn service() -> Finding {
    match service::is_installed() {
        Some(place) => good(format!(
            "the login service is installed ({})",
            place.display()
        )),
        None => note(
            "the login service is not installed",
            "`askfirst service install` starts askfirst with every login",
        ),
    }
}

/// Only where something is kept there.
pub fn keyring(config: &Config) -> Vec<Finding> {
    let wanted = |secret: &Secret| matches!(secret, Secret::Keyring(_));
    let used = config.accounts.iter().any(|a| {
        wanted(&a.imap.secret) || (a.smtp_mode == SmtpMode::Send && wanted(&a.smtp.secret))
    }) || (config.gateway.enabled && wanted(&config.gateway.secret));
    if !used {
        return Vec::new();
    }
    vec![match keyring::is_there() {
        Ok(()) => good("the system keyring answers"),
        // A systemd credential may do without it; the logins below tell.
        Err(error @ KeyringError::Away(_)) => note(
            error.to_string(),
            "`askfirst setup` keeps the password elsewhere: a command, or a file",
        ),
        Err(error) => bad(error.to_string(), "unlock it, then run this again"),
    }]
}

/// As a mail client on this computer sees it.
/// From the gateway to the direct server: two settings in the mail program.
fn way_back(config: &Config) -> String {
    let server =
        |a: &crate::config::Account| format!("{}, port {} ({})", a.smtp.host, a.smtp.port, a.name);
    let servers: Vec<String> = config.accounts.iter().map(server).collect();
    format!(
        "the way back, should you need it: set your mail program's outgoing server to {} again",
        servers.join("; ")
    )
}

pub fn gateway(config: &Config) -> Vec<Finding> {
    if !config.gateway.enabled {
        return Vec::new();
    }
    let mut found = vec![match greeting(config.gateway.listen) {
        Ok(()) => note(
            format!("the gateway answers at {}", config.gateway.listen),
            way_back(config),
        ),
        Err(why) => bad(
            format!(
                "the gateway does not answer at {}: {why}",
                config.gateway.listen
            ),
            "mail programs that are set to it cannot send now: start askfirst, or set them to your \
             provider's outgoing server",
        ),
    }];
    if let Some(file) = &config.gateway.cert_file {
        let age = file
            .metadata()
            .and_then(|meta| meta.modified())
            .ok()
            .and_then(|made| made.elapsed().ok());
        if age.is_some_and(|age| age > Duration::from_secs(790 * 86_400)) {
            found.push(note(
                "the gateway's certificate is over two years old, and ends soon if setup made it",
                "take gateway.enabled out and run `askfirst setup` for a new one",
            ));
        }
    }
    found
}

fn greeting(at: SocketAddr) -> Result<(), String> {
    let mut stream =
        TcpStream::connect_timeout(&at, Duration::from_secs(3)).map_err(|e| e.to_string())?;
    let mut word = [0; 4];
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .and_then(|()| stream.read_exact(&mut word))
        .map_err(|e| e.to_string())?;
    match &word {
        b"220 " | b"220-" => Ok(()),
        _ => Err("something else listens there".to_owned()),
    }
}
