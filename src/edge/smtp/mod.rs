//! The real server: submission (RFC 6409) by lettre, over a stream of ours that watches it.
//!
//! What lettre cannot tell apart, `transport` can: which reply belongs to what, a cut before the
//! final dot from a cut after it, and plain text smuggled in before TLS. What goes out is byte for
//! byte what was given, or nothing.

mod open;
mod options;
mod reply;
mod transaction;
mod transport;

pub use transport::Patience;

use crate::config::{Auth, Security, Server};
use crate::edge::{Stop, tls};
use crate::mail::Address;
use crate::port::{Envelope, SendError, Submission};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use secrecy::SecretString;
use std::fs::File;
use std::pin::pin;
use transaction::{Content, Facts};
use transport::Watch;

/// An account's outgoing server. Each message gets a connection of its own.
///
/// Everything here blocks, up to the [`Patience`] of each step: call it from a thread of its own, or
/// from `spawn_blocking`, never from async code.
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    username: String,
    auth: Auth,
    secret: SecretString,
    tls: native_tls::TlsConnector,
    patience: Patience,
    stop: Option<Stop>,
}

/// Without the secret.
impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

impl Smtp {
    /// `secret` is the password, or the access token where `server.auth` is OAuth 2.0 (then a new
    /// `Smtp` is made whenever there is a new token). Connects to nothing yet.
    ///
    /// # Errors
    /// A sentence, when TLS cannot be set up with the server's `ca_file`.
    pub fn new(server: &Server, secret: SecretString) -> Result<Self, String> {
        Ok(Self {
            host: server.host.clone(),
            port: server.port,
            security: server.security,
            username: server.username.clone(),
            auth: server.auth,
            secret,
            tls: tls::connector(server.ca.as_deref())?,
            patience: Patience::default(),
            stop: None,
        })
    }

    /// Other time limits.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Gives up when this stops: before the final dot at once ([`SendError::Stopped`]), after it
    /// once the reply has had [`Patience::parting`] to come (else it is in doubt).
    #[must_use]
    pub fn until(mut self, stop: Stop) -> Self {
        self.stop = Some(stop);
        self
    }

    /// Connects, logs in and takes leave: whether a message could be sent now.
    ///
    /// # Errors
    /// As for [`Submission::submit`].
    pub fn probe(&mut self) -> Result<(), SendError> {
        let watch = Watch::new();
        self.run(&watch, async |mut session| {
            session.leave().await;
            Ok(())
        })
    }

    /// Logs in and asks for each of these senders whether it may write to `to`, and takes every question back
    /// (RSET): nothing is sent. The senders that are refused for good, each with the server's reply. A server
    /// that looks at the From field alone says nothing about it here.
    ///
    /// # Errors
    /// As for [`Submission::submit`].
    pub fn probe_senders(
        &mut self,
        senders: &[Address],
        to: &Address,
    ) -> Result<Vec<(Address, String)>, SendError> {
        let watch = Watch::new();
        self.run(&watch, async |mut session| {
            let mut refused = Vec::new();
            for sender in senders {
                match session.would_take(sender, to).await {
                    Ok(()) | Err(SendError::Later { .. }) => {}
                    Err(SendError::Refused { reply, .. }) => refused.push((sender.clone(), reply)),
                    Err(error) => return Err(error),
                }
            }
            session.leave().await;
            Ok(refused)
        })
    }

    /// [`Submission::submit`] for what is too large for memory: from where `file` stands to its end.
    ///
    /// # Errors
    /// As for [`Submission::submit`].
    pub fn submit_file(
        &mut self,
        envelope: &Envelope,
        file: &mut File,
        before_dot: &mut dyn FnMut() -> bool,
    ) -> Result<String, SendError> {
        self.hand_over(envelope, Content::Disk(file), before_dot)
    }

    fn hand_over(
        &self,
        envelope: &Envelope,
        mut content: Content<'_>,
        before_dot: &mut dyn FnMut() -> bool,
    ) -> Result<String, SendError> {
        let facts = Facts::of(&mut content).map_err(|e| SendError::Unreachable {
            why: format!("the message could not be read from the disk: {e}"),
            in_doubt: false,
        })?;
        transaction::check(envelope, &facts)?;
        let watch = Watch::new();
        self.run(&watch, async |mut session| {
            session.submit(envelope, content, &facts, before_dot).await
        })
    }

    /// Opens a session and does something with it, until it is done or the daemon stops.
    fn run<T>(
        &self,
        watch: &Watch,
        act: impl AsyncFnOnce(Session) -> Result<T, SendError>,
    ) -> Result<T, SendError> {
        let unreachable = |why| SendError::Unreachable {
            why,
            in_doubt: false,
        };
        let socket = tls::connect(&self.host, self.port).map_err(unreachable)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| unreachable(format!("this computer has no room for a connection: {e}")))?;
        let result = runtime.block_on(async {
            let mut work = pin!(async { act(self.open(socket, watch).await?).await });
            tokio::select! {
                biased;
                result = &mut work => return result,
                () = stopped(self.stop.as_ref()) => {}
            }
            if !watch.is_handed_over() {
                return Err(SendError::Stopped);
            }
            tokio::time::timeout(self.patience.parting, work)
                .await
                .unwrap_or_else(|_| {
                    Err(SendError::Unreachable {
                        why: "the daemon stopped before the reply came".to_owned(),
                        in_doubt: true,
                    })
                })
        });
        runtime.shutdown_background();
        result
    }
}

impl Submission for Smtp {
    /// Bytes that do not end in CRLF arrive with one added: SMTP cannot say it otherwise.
    /// Bare CR or LF and an empty message are refused here, before anybody is called.
    fn submit(
        &mut self,
        envelope: &Envelope,
        bytes: &[u8],
        before_dot: &mut dyn FnMut() -> bool,
    ) -> Result<String, SendError> {
        self.hand_over(envelope, Content::Memory(bytes), before_dot)
    }
}

/// A logged-in conversation.
struct Session {
    lettre: AsyncSmtpConnection,
    watch: Watch,
    host: String,
    offer: options::Offer,
    patience: Patience,
}

/// Ends when the daemon is told to.
#[cfg(unix)]
async fn stopped(stop: Option<&Stop>) {
    use std::os::fd::AsFd;
    use tokio::net::unix::pipe::Receiver;
    if let Some(stop) = stop
        && let Ok(fd) = stop.as_fd().try_clone_to_owned()
        && let Ok(hung_up) = Receiver::from_owned_fd(fd)
        && hung_up.readable().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

/// Ends within a quarter of a second of the daemon being told to.
#[cfg(not(unix))]
async fn stopped(stop: Option<&Stop>) {
    match stop {
        None => std::future::pending().await,
        Some(stop) => {
            while !stop.is_stopped() {
                tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            }
        }
    }
}
