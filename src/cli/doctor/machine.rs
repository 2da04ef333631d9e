//! What is on this computer: configuration, state, daemon, service, keyring, gateway.

use super::{Finding, bad, good, note};
use crate::cli::service;
use crate::config::{Config, Secret, SmtpMode};
use crate::desk::request::{Reply, Request};
use crate::edge::keyring::{self, KeyringError};
use crate::edge::{control, disk};
use crate::introduction::{Reason, State};
use crate::ledger::Books;
use std::path::Path;

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
            "secret-readable",
            format!("the file {name} holds a secret, and may be read by others"),
            format!("chmod 600 '{name}'"),
        )),
        Ok(_) => None,
        Err(error) => Some(bad(
            "secret-missing",
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
            "no-state",
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
                    "clock-back",
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
                    "waiting-for-you",
                    format!("{waiting} introductions wait for a word of yours"),
                    "`askfirst list` shows them",
                ));
            }
            found.extend(overdue(&books, chrono::Utc::now()));
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
                    "sender-refused",
                    format!("the account may not send as {address}"),
                    "allow that identity at your provider, or write from another address",
                ));
            }
        }
        Err(why) => found.push(bad(
            "ledger-damaged",
            why,
            "stop askfirst, move ledger.jsonl out of the state folder (keep it), start askfirst: what waits is \
             found again from the mailbox",
        )),
    }
    found
}

/// Decided for longer than this, and not done: something stands in the way.
const LONG: chrono::TimeDelta = chrono::TimeDelta::hours(1);

fn overdue(books: &Books, now: crate::Timestamp) -> Vec<Finding> {
    let mut counts = std::collections::BTreeMap::<&str, (usize, crate::Timestamp)>::new();
    for item in books.items.values().filter(|i| now - i.since > LONG) {
        let (count, since) = counts.entry(&item.account).or_insert((0, item.since));
        *count += 1;
        *since = item.since.min(*since);
    }
    let since = |at: crate::Timestamp| at.with_timezone(&chrono::Local).format("%-d %B, %H:%M");
    counts
        .into_iter()
        .map(|(account, (count, at))| {
            bad(
                "overdue",
                format!(
                    "{account}: {count} things that are decided could not be done yet, the first since {}",
                    since(at)
                ),
                "they are tried again by themselves; what the logins say below, and `askfirst status`, tell why \
                 they wait",
            )
        })
        .collect()
}

/// It holds other people's mail.
#[cfg(unix)]
fn private(dir: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt as _;
    let name = dir.display();
    match dir.metadata() {
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => bad(
            "state-open",
            format!("the state folder {name} is open to others, and holds other people's mail"),
            format!("chmod 700 '{name}'"),
        ),
        Ok(_) => good(format!("the state folder {name} is private")),
        Err(error) => bad(
            "state-unreadable",
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
    little_room(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg_attr(not(unix), allow(dead_code))]
fn little_room(free: u64) -> Option<Finding> {
    (free < LITTLE_ROOM).then(|| {
        bad(
            "little-room",
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
                        "trouble",
                        format!("{name}: {trouble}"),
                        "see the findings about this account below",
                    ));
                }
            }
            found
        }
        Ok(Some(Reply::Refused(why))) | Err(why) => vec![bad(
            "daemon-mute",
            why,
            "restart it: `askfirst service stop`, `askfirst service start`",
        )],
        Ok(None) => vec![note(
            "not-running",
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
            "no-service",
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
            "no-keyring",
            error.to_string(),
            "`askfirst setup` keeps the password elsewhere: a command, or a file",
        ),
        Err(error) => bad(
            "keyring-locked",
            error.to_string(),
            "unlock it, then run this again",
        ),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Errand, Item};

    #[test]
    fn a_full_disk_is_told_and_a_roomy_one_is_not() {
        assert_eq!(
            little_room(LITTLE_ROOM - 1).map(|f| f.key),
            Some("little-room")
        );
        assert_eq!(little_room(LITTLE_ROOM), None);
    }

    #[test]
    fn what_waits_for_an_hour_is_told_once_for_an_account() {
        let now = chrono::Utc::now();
        let item = |id, hours| Item {
            id,
            account: "work".to_owned(),
            introduction: None,
            errand: Errand::Look,
            since: now - chrono::TimeDelta::hours(hours),
            committing: false,
            repeated: false,
        };
        let mut books = Books::default();
        books.items.insert(1, item(1, 0));
        assert_eq!(overdue(&books, now), []);
        books.items.insert(2, item(2, 3));
        books.items.insert(3, item(3, 2));
        let found = overdue(&books, now);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.starts_with("work: 2 things"), "{found:?}");
    }
}
