//! The login service: a systemd user unit, a launchd agent, or a Windows scheduled task.
//!
//! The templates are ours: the known helper crate neither quotes nor escapes, so that a path with a
//! blank or a `%` in it gives a broken unit. All of them are plain functions that every system compiles and
//! tests; only what they are handed to is the system's own.

mod launchd;
mod systemd;
mod windows;

use super::args::Service;
use super::{Failure, out};
use crate::edge::settings;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// What is to be started.
#[derive(Clone, Debug)]
pub struct Start {
    pub program: PathBuf,
    pub config: PathBuf,
    /// Where there is no journal.
    pub log: PathBuf,
}

/// # Errors
/// A sentence, when the service could not be made, or does not run as asked.
pub fn run(config: Option<&Path>, action: Service) -> Result<ExitCode, Failure> {
    if action == Service::Unit {
        return out::print(&systemd::for_packages());
    }
    let manager: &dyn Manager = match std::env::consts::OS {
        "macos" => &launchd::Launchd,
        "windows" => &windows::Task,
        "linux" => &systemd::Systemd,
        _ => {
            return Err(Failure::CouldNot(
                "a login service can be installed with systemd, launchd and Windows; here, let \
                 your system start `askfirst run` when you log in"
                    .to_owned(),
            ));
        }
    };
    let place = manager.place().map_err(Failure::CouldNot)?;
    let done = match action {
        Service::Install => install(manager, &place, config),
        Service::Uninstall => uninstall(manager, &place),
        Service::Start => installed(&place)
            .and_then(|()| manager.start(&place))
            .map_err(Failure::CouldNot)
            .map(|()| "askfirst is running\n".to_owned()),
        Service::Stop => installed(&place)
            .and_then(|()| manager.stop(&place))
            .map_err(Failure::CouldNot)
            .map(|()| "askfirst is stopped until you log in again\n".to_owned()),
        Service::Status | Service::Unit => installed(&place)
            .and_then(|()| manager.status(&place))
            .map_err(Failure::CouldNot),
    };
    out::print(&done?)
}

/// Where the service of this user is described, if it is installed.
#[must_use]
pub fn is_installed() -> Option<PathBuf> {
    let place = match std::env::consts::OS {
        "macos" => launchd::Launchd.place(),
        "windows" => windows::Task.place(),
        "linux" => systemd::Systemd.place(),
        _ => return None,
    };
    place.ok().filter(|place| place.is_file())
}

/// A system's way of starting programs at login. `place` is the file that describes it.
trait Manager {
    fn place(&self) -> Result<PathBuf, String>;
    /// The description, as it stands in the file.
    fn text(&self, start: &Start) -> Result<Vec<u8>, String>;
    /// Makes the system know it, start it now and at every login. `changed`: since it was last told.
    fn enable(&self, place: &Path, changed: bool) -> Result<(), String>;
    /// Stops it, and makes the system forget it; the file is still there.
    fn disable(&self, place: &Path) -> Result<(), String>;
    /// After the file is gone.
    fn forgotten(&self) -> Result<(), String>;
    fn start(&self, place: &Path) -> Result<(), String>;
    fn stop(&self, place: &Path) -> Result<(), String>;
    /// What to print; a sentence when it does not run.
    fn status(&self, place: &Path) -> Result<String, String>;
    /// What else there is to know after installing.
    fn advice(&self) -> String;
}

fn install(manager: &dyn Manager, place: &Path, config: Option<&Path>) -> Result<String, Failure> {
    // A service that cannot start is no help: the slip is told now, to the person who made it.
    let known = settings::load(config).map_err(Failure::Wrong)?;
    let program = std::env::current_exe()
        .and_then(|path| path.canonicalize())
        .map_err(|error| {
            Failure::CouldNot(format!("the place of this program is not known: {error}"))
        })?;
    let start = Start {
        program,
        config: settings::locate(config).map_err(Failure::Wrong)?,
        log: known.state_dir.join("log"),
    };
    let text = manager.text(&start).map_err(Failure::CouldNot)?;
    let changed = std::fs::read(place).ok().as_ref() != Some(&text);
    if changed {
        write(place, &text).map_err(|error| {
            Failure::CouldNot(format!("{} cannot be written: {error}", place.display()))
        })?;
    }
    manager.enable(place, changed).map_err(|why| {
        Failure::CouldNot(format!(
            "the service is written to {}, but not started: {why}",
            place.display()
        ))
    })?;
    Ok(format!(
        "askfirst runs, and starts with every login ({})\n{}",
        place.display(),
        manager.advice()
    ))
}

fn uninstall(manager: &dyn Manager, place: &Path) -> Result<String, Failure> {
    installed(place).map_err(Failure::CouldNot)?;
    let stopped = manager.disable(place);
    std::fs::remove_file(place).map_err(|error| {
        Failure::CouldNot(format!("{} cannot be removed: {error}", place.display()))
    })?;
    stopped.and_then(|()| manager.forgotten()).map_err(|why| {
        Failure::CouldNot(format!(
            "{} is removed, but a running askfirst could not be stopped: {why}",
            place.display()
        ))
    })?;
    Ok("the service is gone; what askfirst remembers is still there\n".to_owned())
}

fn installed(place: &Path) -> Result<(), String> {
    if place.is_file() {
        return Ok(());
    }
    Err(format!(
        "the service is not installed (there is no {}); install it with `askfirst service install`",
        place.display()
    ))
}

fn write(place: &Path, text: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = place.with_extension("new");
    std::fs::write(&new, text)?;
    std::fs::rename(&new, place)
}

/// Runs a tool of the system; its output, or a sentence with its first complaint.
fn tool(program: &str, args: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!(
                "there is no `{program}` here; let your system start `askfirst run` when you log in"
            ),
            _ => format!("`{program}` could not be run: {error}"),
        })?;
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(out);
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let said = said
        .lines()
        .chain(out.lines())
        .find(|line| !line.trim().is_empty())
        .unwrap_or("it gave no reason");
    Err(format!(
        "`{program} {}` failed: {}",
        args.join(" "),
        super::paint::clean(said)
    ))
}

/// The last lines of a log file.
fn last_lines(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(5);
    indented(lines.get(from..).unwrap_or_default())
}

fn indented(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| format!("  | {}\n", super::paint::clean(line)))
        .collect()
}

/// A path as text, for files that hold nothing else.
fn utf8(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| {
        format!(
            "{} is not Unicode, which a service's description cannot hold",
            path.display()
        )
    })
}

/// For the text and the attributes of XML 1.0, which has no way to write most control characters.
fn xml(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err(format!(
            "{text:?} holds a control character, which a service's description cannot hold"
        ));
    }
    Ok(text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;"))
}
