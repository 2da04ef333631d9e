//! Commands that decide something: by the running daemon, else straight into the ledger.

use super::args::{About, Word};
use super::paint::clean;
use super::{Failure, out};
use crate::config::Config;
use crate::daemon::offline;
use crate::desk::request::{Decision, Reply, Request};
use crate::edge::control;
use crate::mail::Address;
use serde_json::Value;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

/// A decision about one introduction.
///
/// # Errors
/// A sentence, when it could not be carried out.
pub fn decide(config: Config, id: String, decision: Decision) -> Result<ExitCode, Failure> {
    let told = match &decision {
        Decision::Ask => "confirmed",
        Decision::Release => "to be released",
        Decision::Cancel => "called back",
        Decision::Remind => "reminded",
        Decision::Answer { .. } => "answer noted",
    };
    let done = carry_out(config, &Request::Decide { id, decision })?;
    let word = |key: &str| done.value[key].as_str().unwrap_or_default().to_owned();
    let later = if done.running {
        ""
    } else {
        "; carried out when askfirst runs"
    };
    out::print(&format!(
        "{}: {told} (now {}){later}\n",
        word("id"),
        word("state")
    ))
}

/// The decision that `answer ID ADDRESS yes|no` stands for.
///
/// # Errors
/// Wrong for what is no address.
pub fn answer(address: &str, word: Word) -> Result<Decision, Failure> {
    Ok(Decision::Answer {
        address: read_address(address)?,
        yes: word == Word::Yes,
    })
}

/// What is to stand about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Grant,
    Refuse,
    Revoke,
}

/// # Errors
/// Wrong for what is no address; a sentence, when it could not be written down.
pub fn consent(config: Config, stand: Stand, who: &About) -> Result<ExitCode, Failure> {
    let address = read_address(&who.address)?;
    let about = who.about.as_deref().map(read_address).transpose()?;
    let (request, told) = match stand {
        Stand::Grant => (Request::Grant { address, about }, "consent noted"),
        Stand::Refuse => (Request::Refuse { address, about }, "refusal noted"),
        Stand::Revoke => (Request::Revoke { address, about }, "revoked"),
    };
    carry_out(config, &request)?;
    out::print(&format!("{}: {told}\n", who.address))
}

/// Erases what is stored about a person, after a question unless `yes`.
///
/// # Errors
/// Wrong for what is no address; a sentence, when an introduction of theirs is open.
pub fn forget(config: Config, address: &str, yes: bool) -> Result<ExitCode, Failure> {
    let address = read_address(address)?;
    if !yes {
        let mut err = std::io::stderr();
        let _ = write!(
            err,
            "Erase what askfirst knows about {address}: who they know, consents, closed \
             introductions? [y/N] "
        );
        let _ = err.flush();
        let mut line = String::new();
        let _ = std::io::stdin().lock().read_line(&mut line);
        if !std::io::stdin().is_terminal() {
            let _ = writeln!(err);
        }
        if !matches!(line.trim().to_lowercase().as_str(), "y" | "yes") {
            return Err(Failure::CouldNot("nothing was erased".to_owned()));
        }
    }
    let told = format!("{address}: forgotten\n");
    carry_out(config, &Request::Forget { address })?;
    out::print(&told)
}

/// # Errors
/// When no daemon runs, or the configuration is wrong (the old one then stays in force).
pub fn reload(config: &Config) -> Result<ExitCode, Failure> {
    match control::ask(&config.state_dir, &Request::Reload) {
        Ok(Some(Reply::Done(done))) => out::print(&reloaded(&done)),
        Ok(Some(Reply::Refused(why))) | Err(why) => Err(Failure::CouldNot(why)),
        Ok(None) => Err(Failure::CouldNot(
            "askfirst is not running, so there is nothing to reload; it reads its configuration \
             when it starts (`askfirst run` or `askfirst service start`)"
                .to_owned(),
        )),
    }
}

/// What became of the accounts, a line for each that is not as it was.
fn reloaded(done: &Value) -> String {
    let names = |key: &str| {
        let list = done[key].as_array().cloned().unwrap_or_default();
        list.into_iter()
            .filter_map(|n| n.as_str().map(clean))
            .collect::<Vec<_>>()
    };
    let mut lines = "the configuration was read again\n".to_owned();
    for name in names("added") {
        lines.push_str(&format!("account {name}: looked after from now on\n"));
    }
    for name in names("changed") {
        lines.push_str(&format!("account {name}: connecting anew\n"));
    }
    for (name, waiting) in done["removed"].as_object().into_iter().flatten() {
        let name = clean(name);
        lines.push_str(&match waiting.as_u64() {
            Some(n) if n > 0 => format!(
                "account {name}: let go of; {n} of its introductions wait, untouched, until it is back\n"
            ),
            _ => format!("account {name}: let go of\n"),
        });
    }
    lines
}

struct Done {
    value: Value,
    /// By a daemon, at once.
    running: bool,
}

fn carry_out(config: Config, request: &Request) -> Result<Done, Failure> {
    let state_dir = config.state_dir.clone();
    if let Some(done) = by_daemon(&state_dir, request)? {
        return Ok(done);
    }
    match offline::request(config, request) {
        Ok(Reply::Done(value)) => Ok(Done {
            value,
            running: false,
        }),
        Ok(Reply::Refused(why)) => Err(Failure::CouldNot(why)),
        // A daemon that is just starting has the folder but no door yet.
        Err(why) => {
            std::thread::sleep(Duration::from_millis(500));
            by_daemon(&state_dir, request)?.ok_or(Failure::CouldNot(why))
        }
    }
}

fn by_daemon(state_dir: &std::path::Path, request: &Request) -> Result<Option<Done>, Failure> {
    match control::ask(state_dir, request).map_err(Failure::CouldNot)? {
        Some(Reply::Done(value)) => Ok(Some(Done {
            value,
            running: true,
        })),
        Some(Reply::Refused(why)) => Err(Failure::CouldNot(why)),
        None => Ok(None),
    }
}

fn read_address(text: &str) -> Result<Address, Failure> {
    Address::new(text).map_err(Failure::Wrong)
}
