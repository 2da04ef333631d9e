//! Logging: to standard error, or to a file that never grows large, as much as `RUST_LOG` asks for.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// At this length a log file is put aside, in place of the one before.
const LONGEST: u64 = 1 << 20;

/// Begins to log; `usual` (such as `info`) where `RUST_LOG` says nothing.
pub fn begin(usual: &str) {
    let filter = wanted(usual);
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

/// The same into a file, for systems that keep no journal.
///
/// # Errors
/// When it cannot be written.
pub fn begin_in(path: &Path, usual: &str) -> io::Result<()> {
    let log = tracing_subscriber::fmt::layer()
        .with_writer(Mutex::new(Rotating::open(path)?))
        .with_target(false)
        .with_ansi(false);
    let _ = tracing_subscriber::registry()
        .with(wanted(usual))
        .with(log)
        .try_init();
    Ok(())
}

fn wanted(usual: &str) -> Targets {
    // Levels and targets (`askfirst::daemon=debug,warn`) and no patterns: those would bring a
    // regular expression engine into the memory of every resting daemon.
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let asked = wanted
        .parse::<Targets>()
        .ok()
        .filter(|_| !wanted.is_empty());
    asked.unwrap_or_else(|| usual.parse().unwrap_or_default())
}

/// Two files of a megabyte at most.
struct Rotating {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Rotating {
    fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        Ok(Self {
            length: file.metadata()?.len(),
            path: path.to_owned(),
            file,
        })
    }
}

impl Write for Rotating {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.length > LONGEST {
            let mut aside = self.path.clone().into_os_string();
            aside.push(".1");
            // Where it cannot be put aside it goes on growing: better than silence.
            if std::fs::rename(&self.path, aside).is_ok() {
                *self = Self::open(&self.path)?;
            }
        }
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::PoisonError;

    #[test]
    fn log_is_put_aside_when_it_is_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logs").join("log");
        let log = Mutex::new(Rotating::open(&path).unwrap());
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        let line = [b'x'; 4096];
        for _ in 0..600 {
            log.write_all(&line).unwrap();
        }
        let length = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().len();
        assert!(length("logs/log") < 2 << 20 && length("logs/log.1") < 2 << 20);
        assert!(length("logs/log.1") > 1 << 19);
    }
}
