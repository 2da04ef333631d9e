//! The command line: arguments in, exit code out.

pub mod args;
pub mod check;
pub mod decide;
pub mod demo;
pub mod doctor;
pub mod index;
pub mod inspect;
pub mod knows;
pub mod log;
pub mod mailbox;
pub mod out;
pub mod paint;
pub mod render;
pub mod run;
pub mod service;

use crate::desk::request::Decision;
use crate::edge::settings;
use args::{Args, Command, Consent};
use clap::Parser as _;
use decide::Stand;
use std::process::ExitCode;

/// Why a command did not do what was asked, as a sentence that says what helps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Exit code 1.
    #[error("{0}")]
    CouldNot(String),
    /// Exit code 2: wrong usage or input.
    #[error("{0}")]
    Wrong(String),
}

/// Runs the command named by the arguments.
#[must_use]
pub fn main() -> ExitCode {
    // Ends the process by itself on --help, --version (0) and wrong usage (2).
    let args = Args::parse();
    match run(args) {
        Ok(code) => code,
        Err(failure) => {
            out::complain(&failure.to_string());
            match failure {
                Failure::CouldNot(_) => ExitCode::from(1),
                Failure::Wrong(_) => ExitCode::from(2),
            }
        }
    }
}

fn run(args: Args) -> Result<ExitCode, Failure> {
    let path = args.config.as_deref();
    let config = || settings::load(path).map_err(Failure::Wrong);
    if !matches!(args.command, Command::Run | Command::Demo(_)) {
        log::begin("warn");
    }
    let decide = |id, decision| decide::decide(config()?, id, decision);
    match args.command {
        Command::Demo(demo) => demo::run(&demo),
        Command::Run => run::run(path),
        Command::Service { action } => service::run(path, action),
        Command::Status(form) => inspect::status(&config()?, form.json),
        Command::List { all, form } => inspect::list(&config()?, all, form.json),
        Command::Show { id, form } => inspect::show(&config()?, &id, form.json),
        Command::Ask { id } => decide(id, Decision::Ask),
        Command::Release { id } => decide(id, Decision::Release),
        Command::Cancel { id } => decide(id, Decision::Cancel),
        Command::Remind { id } => decide(id, Decision::Remind),
        Command::Answer {
            id,
            address,
            answer,
        } => decide(id, decide::answer(&address, answer)?),
        Command::Check(check) => check::run(path, &check),
        Command::Knows {
            address,
            other,
            form,
        } => {
            let now = chrono::Utc::now();
            out::print(&knows::knows(&config()?, &address, &other, form.json, now)?)
        }
        Command::Consent { action } => match action {
            Consent::List(form) => inspect::consents(&config()?, form.json),
            Consent::Grant(who) => decide::consent(config()?, Stand::Grant, &who),
            Consent::Refuse(who) => decide::consent(config()?, Stand::Refuse, &who),
            Consent::Revoke(who) => decide::consent(config()?, Stand::Revoke, &who),
        },
        Command::Index { rebuild } => {
            out::print(&index::index(&config()?, rebuild, &index::log_in)?)
        }
        Command::Forget { address, yes } => decide::forget(config()?, &address, yes),
        Command::Reload => decide::reload(&config()?),
        Command::Doctor => doctor::run(path),
        Command::Completions { shell } => {
            let mut page = Vec::new();
            clap_complete::generate(shell, &mut args::command(), "askfirst", &mut page);
            out::print(&String::from_utf8_lossy(&page))
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(args::command())
                .render(&mut page)
                .map_err(|error| Failure::CouldNot(error.to_string()))?;
            out::print(&String::from_utf8_lossy(&page))
        }
    }
}
