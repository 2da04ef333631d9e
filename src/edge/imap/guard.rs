//! The stream that the `imap` crate is given: a wire, the sieve, and time limits that hold.

use super::link::Wire;
use super::sieve::{Sieve, Swallowed};
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a server may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For connection, TLS, greeting, and the end of an IDLE.
    pub brief: Duration,
    /// Without a single octet in the middle of a command.
    pub silence: Duration,
    /// For one whole command, however much trickles in.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            brief: Duration::from_secs(30),
            silence: Duration::from_secs(120),
            whole: Duration::from_secs(15 * 60),
        }
    }
}

/// The sieve, shared by the stream inside the crate and the account around the crate.
pub type Shared = Arc<Mutex<Sieve>>;

/// The sieve even if a thread panicked over it.
pub fn locked(sieve: &Shared) -> MutexGuard<'_, Sieve> {
    sieve.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Read and write for `imap::Client::new`.
#[derive(Debug)]
pub struct Guard {
    wire: Wire,
    sieve: Shared,
    patience: Patience,
    /// The end of the command in flight.
    command_ends: Instant,
    /// The end of the IDLE in flight; a timeout then is no trouble.
    idle_ends: Option<Instant>,
    chunk: Box<[u8]>,
}

impl Guard {
    #[must_use]
    pub fn new(wire: Wire, sieve: Shared, patience: Patience) -> Self {
        Self {
            wire,
            sieve,
            patience,
            command_ends: Instant::now() + patience.brief,
            idle_ends: None,
            chunk: vec![0; 16 << 10].into(),
        }
    }

    fn trouble(&mut self, error: io::Error) -> io::Error {
        if error.kind() == io::ErrorKind::WouldBlock {
            // The crate tries again on `Interrupted`, and takes `TimedOut` in an IDLE for its end.
            let timed_out = io::Error::from(io::ErrorKind::TimedOut);
            if self.idle_ends.is_none() && !self.wire.link().stop().is_stopped() {
                let why = "it fell silent in the middle of a command";
                locked(&self.sieve)
                    .broken
                    .get_or_insert_with(|| why.to_owned());
            }
            return timed_out;
        }
        locked(&self.sieve)
            .broken
            .get_or_insert_with(|| error.to_string());
        error
    }

    /// A command is in flight: its time runs, and what is to follow it goes out behind it.
    fn begin(&mut self) -> io::Result<()> {
        self.command_ends = Instant::now() + self.patience.whole;
        let ahead = locked(&self.sieve).go_ahead();
        if let Some(line) = ahead {
            self.wire.link().deadline = Some(Instant::now() + self.patience.silence);
            self.wire.write_all(&line).map_err(|e| self.trouble(e))?;
        }
        Ok(())
    }

    /// The moment at which waiting for the next octet ends.
    fn deadline(&self) -> Instant {
        self.idle_ends
            .unwrap_or_else(|| (Instant::now() + self.patience.silence).min(self.command_ends))
    }
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            {
                let mut sieve = locked(&self.sieve);
                let n = sieve.take(buffer);
                if n > 0 || sieve.ended() || buffer.is_empty() {
                    return Ok(n);
                }
                if sieve.broken.is_some() {
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
            if self.wire.link().stop().is_stopped() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.wire.link().deadline = Some(self.deadline());
            match self.wire.read(&mut self.chunk) {
                Ok(0) => return Ok(0),
                Ok(n) => {
                    // What is wrong is kept in the sieve, and seen on the next turn.
                    let _ = locked(&self.sieve).received(&self.chunk[..n]);
                }
                Err(e) => return Err(self.trouble(e)),
            }
        }
    }
}

impl Write for Guard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let swallowed = locked(&self.sieve).swallows(bytes);
        if let Some(Swallowed { begun }) = swallowed {
            if begun {
                self.begin()?;
            }
            return Ok(bytes.len());
        }
        self.wire.link().deadline = Some(Instant::now() + self.patience.silence);
        match self.wire.write(bytes) {
            Ok(n) => {
                let begun = locked(&self.sieve).sent(&bytes[..n]);
                if begun {
                    self.begin()?;
                }
                Ok(n)
            }
            Err(e) => Err(self.trouble(e)),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        self.wire.flush().map_err(|e| self.trouble(e))
    }
}

impl imap::extensions::idle::SetReadTimeout for Guard {
    /// The crate calls this once at the beginning of an IDLE, and with `None` at its end. The
    /// time runs from the call, not anew from every line; and “none” is not for ever.
    fn set_read_timeout(&mut self, timeout: Option<Duration>) -> imap::error::Result<()> {
        self.idle_ends = timeout.map(|t| Instant::now() + t);
        if timeout.is_none() {
            self.command_ends = Instant::now() + self.patience.brief;
        }
        Ok(())
    }
}
