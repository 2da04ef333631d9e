//! Commands that only look: `status`, `list`, `show`, `consent list`. They need no daemon and no lock.

use super::paint::Paint;
use super::render::{self, View};
use super::{Failure, out};
use crate::config::Config;
use crate::desk::request::{Reply, Request};
use crate::edge::index::{Index, Settings};
use crate::edge::{control, disk};
use crate::introduction::State;
use crate::ledger::Books;
use chrono::{Local, Offset as _};
use serde_json::{Value, json};
use std::process::ExitCode;

/// # Errors
/// When the ledger cannot be read.
pub fn list(config: &Config, all: bool, as_json: bool) -> Result<ExitCode, Failure> {
    let books = books(config)?;
    let listed = books.listed(all);
    if as_json {
        return out::print_json(&render::list_json(&listed));
    }
    out::print(&render::list_text(&listed, all, view()))
}

/// # Errors
/// When there is no such introduction, or the ledger cannot be read.
pub fn show(config: &Config, id: &str, as_json: bool) -> Result<ExitCode, Failure> {
    let books = books(config)?;
    let introduction = books.find(id).map_err(Failure::CouldNot)?;
    if as_json {
        return out::print_json(&render::show_json(introduction));
    }
    out::print(&render::show_text(introduction, view()))
}

/// # Errors
/// When the ledger cannot be read.
pub fn consents(config: &Config, as_json: bool) -> Result<ExitCode, Failure> {
    let books = books(config)?;
    if as_json {
        return out::print_json(&render::consents_json(&books.standings));
    }
    out::print(&render::consents_text(&books.standings, view()))
}

/// # Errors
/// When a running daemon does not answer, or the ledger cannot be read.
pub fn status(config: &Config, as_json: bool) -> Result<ExitCode, Failure> {
    let status = match control::ask(&config.state_dir, &Request::Status) {
        Ok(Some(Reply::Done(status))) => status,
        Ok(Some(Reply::Refused(why))) | Err(why) => return Err(Failure::CouldNot(why)),
        Ok(None) => at_rest(config)?,
    };
    let printed = if as_json {
        out::print_json(&status)?
    } else {
        let mut told = status.clone();
        tell_reach(config, &mut told);
        out::print(&render::status_text(&told, view()))?
    };
    Ok(if render::status_is_good(&status) {
        printed
    } else {
        ExitCode::from(1)
    })
}

/// How far back each account's records go; for people only, the JSON has keys of its own.
fn tell_reach(config: &Config, status: &mut Value) {
    let Some(index) = index(config) else { return };
    for account in status["accounts"].as_array_mut().into_iter().flatten() {
        let name = account["name"].as_str().unwrap_or_default();
        let extent = index.account(name).and_then(|account| account.extent());
        if let Some(oldest) = extent.ok().and_then(|e| e.oldest) {
            account["reach"] = json!(oldest.format("%-d %B %Y").to_string());
        }
    }
}

/// Only where there is one: opening it would make it.
fn index(config: &Config) -> Option<Index> {
    let there = config.state_dir.join("index.sqlite").exists();
    there
        .then(|| Index::open(&config.state_dir, Settings::of(config)).ok())
        .flatten()
}

/// What can be said while no daemon runs.
fn at_rest(config: &Config) -> Result<Value, Failure> {
    let books = books(config)?;
    let open = books.listed(false);
    let index = index(config);
    let accounts = config.accounts.iter().map(|account| {
        let extent = index
            .as_ref()
            .and_then(|index| index.account(&account.name).ok())
            .and_then(|account| account.extent().ok());
        json!({
            "name": account.name,
            "imap": "off",
            "smtp": "untried",
            "gateway": "off",
            "indexed": extent.map(|e| e.indexed),
            "to_index": extent.map(|e| e.to_index),
            "leader": false,
            "trouble": null,
        })
    });
    Ok(json!({
        "running": false,
        "version": env!("CARGO_PKG_VERSION"),
        "since": null,
        "accounts": accounts.collect::<Vec<_>>(),
        "waiting": open.len(),
        "attention": open.iter().filter(|i| i.state == State::Attention).count(),
    }))
}

fn books(config: &Config) -> Result<Books, Failure> {
    disk::look(&config.state_dir).map_err(Failure::CouldNot)
}

fn view() -> View {
    View {
        paint: Paint::of_stdout(),
        offset: Local::now().offset().fix(),
    }
}
