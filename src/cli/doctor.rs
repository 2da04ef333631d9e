//! `doctor`: looks at everything askfirst needs, changes nothing, and names the mend of each finding.

use super::paint::{Paint, clean, wrap};
use super::{Failure, index, out};
use crate::config::{Account, Config, SmtpMode};
use crate::desk::request::Request;
use crate::edge::smtp::Smtp;
use crate::edge::{control, disk, secret, settings};
use crate::mailroom;
use crate::port::{Mailbox, MailboxError, Place};
use std::path::Path;
use std::process::ExitCode;

/// What was found. `mend` is what a person can do about it.
enum Finding {
    Good(String),
    /// Worth knowing; nothing fails for it.
    Note {
        what: String,
        mend: String,
    },
    Bad {
        what: String,
        mend: String,
    },
}

fn good(what: impl Into<String>) -> Finding {
    Finding::Good(what.into())
}
fn note(what: impl Into<String>, mend: impl Into<String>) -> Finding {
    let (what, mend) = (what.into(), mend.into());
    Finding::Note { what, mend }
}
fn bad(what: impl Into<String>, mend: impl Into<String>) -> Finding {
    let (what, mend) = (what.into(), mend.into());
    Finding::Bad { what, mend }
}

/// Exit code 0: nothing bad was found.
///
/// # Errors
/// Wrong for a configuration that cannot be read: nothing else can be looked at then.
pub fn run(path: Option<&Path>) -> Result<ExitCode, Failure> {
    let config = settings::load(path).map_err(Failure::Wrong)?;
    let file = settings::locate(path).map_err(Failure::Wrong)?;
    let paint = Paint::of_stdout();
    let mut sound = true;
    let mut tell = |finding: Finding| -> Result<(), Failure> {
        let (mark, what, mend) = match finding {
            Finding::Good(what) => (paint.good("ok   "), what, String::new()),
            Finding::Note { what, mend } => (paint.warn("note "), what, mend),
            Finding::Bad { what, mend } => {
                sound = false;
                (paint.bad("wrong"), what, mend)
            }
        };
        let what = wrap(&clean(&what), "       ", 80);
        let mend = wrap(&clean(&mend), "       > ", 80);
        // Told as it is found: a server that hangs takes its time.
        match out::print(&format!("{mark}  {}{mend}", what.trim_start())) {
            Ok(_) => Ok(()),
            Err(failure) => Err(failure),
        }
    };
    tell(good(format!(
        "the configuration {} can be used",
        file.display()
    )))?;
    for finding in state(&config) {
        tell(finding)?;
    }
    tell(daemon(&config))?;
    for account in &config.accounts {
        for finding in mailbox(account) {
            tell(finding)?;
        }
        tell(sending(account))?;
    }
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn state(config: &Config) -> Vec<Finding> {
    let dir = &config.state_dir;
    let name = dir.display();
    if !dir.exists() {
        return vec![note(
            format!("there is no state folder {name} yet"),
            "it is made when askfirst first runs",
        )];
    }
    let mut found = vec![private(dir)];
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

fn daemon(config: &Config) -> Finding {
    match control::ask(&config.state_dir, &Request::Status) {
        Ok(Some(_)) => good("askfirst is running"),
        Ok(None) => note(
            "askfirst is not running",
            "start it with `askfirst run`, or with every login by `askfirst service install`",
        ),
        Err(why) => bad(
            why,
            "restart it: `askfirst service stop`, `askfirst service start`",
        ),
    }
}

fn mailbox(account: &Account) -> Vec<Finding> {
    let name = &account.name;
    let place = format!("{}:{}", account.imap.host, account.imap.port);
    let mut mailbox = match index::log_in(account) {
        Ok(mailbox) => mailbox,
        Err(why) => {
            return vec![bad(
                format!("{name}: no IMAP login at {place}: {why}"),
                "look at host, port, security, username and password under [accounts.imap]",
            )];
        }
    };
    let mut found = vec![good(format!("{name}: IMAP login at {place}"))];
    found.extend(folders(account, &mut *mailbox));
    let offers = mailbox.capabilities();
    let missing: Vec<&str> = [
        (offers.idle, "IDLE"),
        (offers.uid_plus, "UIDPLUS"),
        (offers.r#move, "MOVE"),
        (offers.condstore, "CONDSTORE"),
    ]
    .into_iter()
    .filter_map(|(there, word)| (!there).then_some(word))
    .collect();
    if !missing.is_empty() {
        found.push(note(
            format!("{name}: the server does not offer {}", missing.join(", ")),
            "nothing to do: askfirst has slower ways around it",
        ));
    }
    found
}

fn folders(account: &Account, mailbox: &mut dyn Mailbox) -> Vec<Finding> {
    let name = &account.name;
    let listed = match mailbox.folders() {
        Ok(listed) => listed,
        Err(error) => {
            return vec![bad(
                format!("{name}: the folders cannot be listed: {error}"),
                "see whether your mail client can; otherwise ask your provider",
            )];
        }
    };
    let names: Vec<&str> = listed
        .iter()
        .filter(|f| f.selectable)
        .map(|f| f.name.as_str())
        .take(40)
        .collect();
    let configured = &account.folders;
    [
        (Place::Drafts, "drafts", &configured.drafts, true),
        (Place::Sent, "sent", &configured.sent, true),
        (Place::Trash, "trash", &configured.trash, false),
        (Place::Junk, "junk", &configured.junk, false),
    ]
    .into_iter()
    .map(|(place, key, by_hand, needed)| {
        let found = mailroom::place_of(mailbox, &listed, place, by_hand.as_ref());
        (key, by_hand, needed, found)
    })
    .map(|(key, by_hand, needed, found)| match (found, by_hand) {
        (Ok(Some(folder)), _) => good(format!("{name}: {key} is “{folder}”")),
        (Err(MailboxError::Refused { .. }), Some(folder)) => bad(
            format!("{name}: {key} is configured as “{folder}”, which is not there"),
            format!("the server has: {}", names.join(", ")),
        ),
        (Err(error), _) => bad(
            format!("{name}: the folder for {key} cannot be looked up: {error}"),
            "try again; if it stays, ask your provider",
        ),
        (Ok(None), _) if needed => bad(
            format!("{name}: no folder for {key} was found"),
            format!(
                "name it under [accounts.folders]; the server has: {}",
                names.join(", ")
            ),
        ),
        (Ok(None), _) => note(
            format!("{name}: no folder for {key} was found"),
            format!("if there is one, name it under [accounts.folders] as {key} = \"…\""),
        ),
    })
    .collect()
}

fn sending(account: &Account) -> Finding {
    let name = &account.name;
    if account.smtp_mode == SmtpMode::Drafts {
        return note(
            format!("{name}: has no sending route (mode = \"drafts\")"),
            "letters are put ready in Drafts, and you press Send",
        );
    }
    let place = format!("{}:{}", account.smtp.host, account.smtp.port);
    let whom = format!("account “{name}” (smtp)");
    let probed = secret::read(&account.smtp.secret, &whom)
        .map_err(|error| error.to_string())
        .and_then(|secret| Smtp::new(&account.smtp, secret))
        .and_then(|mut server| server.probe().map_err(|error| error.to_string()));
    match probed {
        Ok(()) => good(format!("{name}: SMTP login at {place}")),
        Err(why) => bad(
            format!("{name}: no SMTP login at {place}: {why}"),
            "look at host, port, security, username and password under [accounts.smtp]",
        ),
    }
}
