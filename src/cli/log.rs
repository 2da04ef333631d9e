//! Logging: to standard error, as much as `RUST_LOG` asks for.

use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Begins to log; `usual` (such as `info`) where `RUST_LOG` says nothing.
pub fn begin(usual: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal());
    // The journal has times of its own. A second `begin` in one process changes nothing.
    let _ = if std::env::var_os("JOURNAL_STREAM").is_some() {
        log.without_time().try_init()
    } else {
        log.try_init()
    };
}
