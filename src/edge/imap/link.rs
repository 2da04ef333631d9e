//! The socket below TLS: it waits in the kernel for data, a deadline or the wish to end,
//! whichever comes first, and wakes for nothing else.

use crate::edge::Stop;
use native_tls::TlsStream;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

/// A TCP stream that gives up with [`io::ErrorKind::WouldBlock`] at its deadline and at a stop.
///
/// `WouldBlock` and no other kind, because TLS can go on after it.
#[derive(Debug)]
pub struct Link {
    tcp: TcpStream,
    stop: Stop,
    /// None waits for ever.
    pub deadline: Option<Instant>,
}

impl Link {
    /// # Errors
    /// When the socket is already gone.
    pub fn new(tcp: TcpStream, stop: Stop, deadline: Instant) -> io::Result<Self> {
        #[cfg(unix)]
        tcp.set_nonblocking(true)?;
        Ok(Self {
            tcp,
            stop,
            deadline: Some(deadline),
        })
    }

    /// Whether the other end is this very computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.tcp.peer_addr().is_ok_and(|a| a.ip().is_loopback())
    }

    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    fn left(&self) -> io::Result<Option<std::time::Duration>> {
        if self.stop.is_stopped() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let left = self
            .deadline
            .map(|d| d.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(left)
    }

    #[cfg(unix)]
    fn wait(&self, wanted: rustix::event::PollFlags) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        loop {
            let timeout = self.left()?.map(|left| Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            });
            let mut files = [
                PollFd::new(&self.tcp, wanted),
                PollFd::new(&self.stop, PollFlags::IN),
            ];
            match poll(&mut files, timeout.as_ref()) {
                Ok(_) if !files[1].revents().is_empty() => {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(e) => return Err(e.into()),
            }
        }
    }
}

#[cfg(unix)]
impl Read for Link {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.tcp.read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    self.wait(rustix::event::PollFlags::IN)?;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }
}

#[cfg(unix)]
impl Write for Link {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.tcp.write(bytes) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    self.wait(rustix::event::PollFlags::OUT)?;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// Without a `poll` that takes pipes, the wait is cut into short ones.
#[cfg(not(unix))]
mod elsewhere {
    use super::{Link, Read, Write, io};
    use std::time::Duration;

    const SLICE: Duration = Duration::from_millis(200);

    fn is_timeout(e: &io::Error) -> bool {
        matches!(
            e.kind(),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
        )
    }

    impl Read for Link {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            loop {
                let left = self.left()?.unwrap_or(SLICE).min(SLICE);
                self.tcp.set_read_timeout(Some(left))?;
                match self.tcp.read(buffer) {
                    Err(e) if is_timeout(&e) => {}
                    done => return done,
                }
            }
        }
    }

    impl Write for Link {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            loop {
                let left = self.left()?.unwrap_or(SLICE).min(SLICE);
                self.tcp.set_write_timeout(Some(left))?;
                match self.tcp.write(bytes) {
                    Err(e) if is_timeout(&e) => {}
                    done => return done,
                }
            }
        }
        fn flush(&mut self) -> io::Result<()> {
            self.tcp.flush()
        }
    }
}

/// A link with or without TLS around it.
#[derive(Debug)]
pub enum Wire {
    Plain(Link),
    Tls(Box<TlsStream<Link>>),
}

impl Wire {
    pub fn link(&mut self) -> &mut Link {
        match self {
            Self::Plain(link) => link,
            Self::Tls(tls) => tls.get_mut(),
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(link) => link.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(link) => link.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(link) => link.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}
