//! The command line: arguments in, exit code out.

pub mod args;
pub mod check;
pub mod demo;
pub mod index;
pub mod knows;
pub mod log;
pub mod mailbox;
pub mod out;
pub mod paint;
pub mod render;
pub mod service;

use args::{Args, Command};
use clap::Parser as _;
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
    match args.command {
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
        Command::Check(check) => check::run(path, &check),
        Command::Demo(demo) => demo::run(&demo),
        Command::Service { action } => service::run(path, action),
        Command::Index { rebuild } => {
            let config = crate::edge::settings::load(path).map_err(Failure::Wrong)?;
            out::print(&index::index(&config, rebuild, &index::log_in)?)
        }
        Command::Knows {
            address,
            other,
            form,
        } => {
            let config = crate::edge::settings::load(path).map_err(Failure::Wrong)?;
            let now = chrono::Utc::now();
            out::print(&knows::knows(&config, &address, &other, form.json, now)?)
        }
        _ => {
            let _ = crate::edge::settings::load(path).map_err(Failure::Wrong)?;
            Err(Failure::CouldNot(
                "this command is still to come".to_owned(),
            ))
        }
    }
}
