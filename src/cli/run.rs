//! `run`: the daemon in the foreground, with its signals and its word to systemd.

use super::Failure;
use crate::daemon::{self, Handle, Options};
use crate::desk::request::{Reply, Request};
use crate::edge::settings;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// # Errors
/// Wrong for the configuration; a sentence, when the state folder is taken or the disk fails.
pub fn run(path: Option<&Path>, log_file: Option<&Path>) -> Result<ExitCode, Failure> {
    match log_file {
        None => super::log::begin("info"),
        Some(file) => super::log::begin_in(file, "info").map_err(|error| {
            Failure::CouldNot(format!("{} cannot be written: {error}", file.display()))
        })?,
    }
    let config = settings::load(path).map_err(Failure::Wrong)?;
    let path: Option<PathBuf> = path.map(Path::to_owned);
    let options = Options {
        ready: Some(Box::new(|| {
            tracing::info!("ready");
            tell_systemd(Word::Ready);
        })),
        reread: Some(Box::new(move || settings::load(path.as_deref()))),
    };
    let started = |handle| {
        keep_the_watchdog_quiet();
        listen_for_signals(handle);
    };
    daemon::run(config, options, started).map_err(Failure::CouldNot)?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The watchdog of the service manager hears from the loop itself, twice as often as it wants to:
/// a loop that hangs says nothing, and is started anew.
fn keep_the_watchdog_quiet() {
    let Some(limit) = watchdog() else {
        return;
    };
    tokio::spawn(async move {
        loop {
            tell_systemd(Word::Watchdog);
            tokio::time::sleep(limit / 2).await;
        }
    });
}

/// What the service manager hears of.
#[derive(Clone, Copy)]
enum Word {
    Ready,
    Watchdog,
    Stopping,
}

/// Outside systemd there is nobody to tell.
#[cfg(unix)]
fn tell_systemd(word: Word) {
    use sd_notify::NotifyState;
    let state = match word {
        Word::Ready => NotifyState::Ready,
        Word::Watchdog => NotifyState::Watchdog,
        Word::Stopping => NotifyState::Stopping,
    };
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!("systemd could not be told: {error}");
    }
}

/// How long the service manager's watchdog waits, if there is one.
#[cfg(unix)]
fn watchdog() -> Option<std::time::Duration> {
    sd_notify::watchdog_enabled()
}

#[cfg(not(unix))]
fn tell_systemd(_: Word) {}

#[cfg(not(unix))]
fn watchdog() -> Option<std::time::Duration> {
    None
}

fn stop(handle: &Handle) {
    tracing::info!("stopping");
    tell_systemd(Word::Stopping);
    handle.stop();
}

/// SIGTERM and SIGINT end the daemon cleanly, SIGHUP has it read its configuration again.
#[cfg(unix)]
fn listen_for_signals(handle: Handle) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    ) else {
        tracing::warn!("signals cannot be heard; SIGTERM ends askfirst without a goodbye");
        return;
    };
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = term.recv() => return stop(&handle),
                _ = int.recv() => return stop(&handle),
                _ = hup.recv() => reload(&handle).await,
            }
        }
    });
}

#[cfg(not(unix))]
fn listen_for_signals(handle: Handle) {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop(&handle);
        }
    });
}

#[cfg(unix)]
async fn reload(handle: &Handle) {
    match handle.request(Request::Reload).await {
        Ok(Reply::Done(_)) => tracing::info!("the configuration was read again"),
        Ok(Reply::Refused(why)) => tracing::error!("the old configuration stays in force: {why}"),
        Err(_) => {}
    }
}
