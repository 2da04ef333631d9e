//! Logging: to standard error, as much as `RUST_LOG` asks for.

use std::io::IsTerminal as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Begins to log; `usual` (such as `info`) where `RUST_LOG` says nothing.
pub fn begin(usual: &str) {
    // Levels and targets (`askfirst::daemon=debug,warn`) and no patterns: those would bring a
    // regular expression engine into the memory of every resting daemon.
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let asked = wanted
        .parse::<Targets>()
        .ok()
        .filter(|_| !wanted.is_empty());
    let filter = asked.unwrap_or_else(|| usual.parse().unwrap_or_default());
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal());
    // The journal has times of its own. A second `begin` in one process changes nothing.
    let begun = tracing_subscriber::registry().with(filter);
    let _ = if std::env::var_os("JOURNAL_STREAM").is_some() {
        begun.with(log.without_time()).try_init()
    } else {
        begun.with(log).try_init()
    };
}
