//! The command line: arguments in, exit code out.

pub mod args;
pub mod check;
pub mod decide;
pub mod demo;
pub mod doctor;
pub mod index;
pub mod inspect;
pub mod knows;
pub mod leave;
pub mod log;
pub mod mailbox;
pub mod out;
pub mod paint;
pub mod render;
pub mod run;
pub mod sendmail;
pub mod service;
pub mod setup;
pub mod try_out;

use crate::desk::request::Decision;
use crate::edge::{self, settings};
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
    edge::keyring::ask_through(this_program());
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
    if !matches!(args.command, Command::Run { .. } | Command::Demo(_)) {
        log::begin("warn");
    }
    let decide = |id, decision| decide::decide(config()?, id, decision);
    match args.command {
        Command::Demo(demo) => demo::run(&demo),
        Command::Setup(wishes) => setup::run(path, &wishes),
        Command::KeyringHelper { verb, entry } => keyring_helper(&verb, &entry),
        Command::Run { log_file } => run::run(path, log_file.as_deref()),
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
        Command::Try(wishes) => try_out::run(&config()?, &wishes),
        Command::Leave(wishes) => leave::run(path, &wishes),
        Command::Forget { address, yes } => decide::forget(config()?, &address, yes),
        Command::Reload => decide::reload(&config()?),
        Command::Sendmail { arguments } => Ok(sendmail::run(path, &arguments)),
        Command::Doctor(how) => doctor::run(path, &how),
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

/// This very program, even where its file was replaced since it started.
fn this_program() -> std::path::PathBuf {
    let itself = std::path::Path::new("/proc/self/exe");
    match std::env::current_exe() {
        Ok(path) if path.exists() || !itself.exists() => path,
        _ => itself.to_owned(),
    }
}

/// Only ever read by the program that started it.
fn keyring_helper(verb: &str, entry: &str) -> Result<ExitCode, Failure> {
    use secrecy::ExposeSecret as _;
    use std::io::{BufRead as _, IsTerminal as _};
    if std::io::stdout().is_terminal() {
        let why = "this is for askfirst itself; your keyring program shows what is stored there";
        return Err(Failure::Wrong(why.to_owned()));
    }
    let mut line = secrecy::zeroize::Zeroizing::new(String::new());
    if verb == "set" {
        let read = std::io::stdin().lock().read_line(&mut line);
        read.map_err(|error| Failure::Wrong(error.to_string()))?;
    }
    let secret = secrecy::SecretString::from(line.trim_end_matches(['\r', '\n']));
    let said = edge::keyring::serve(verb, entry, (verb == "set").then_some(&secret));
    out::print(&format!("{}\n", said.expose_secret()))
}
