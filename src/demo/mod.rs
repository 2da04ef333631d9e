//! The demo's world: mailboxes in memory, an IMAP and an SMTP server on loopback, and people.
//!
//! The servers are as real as a mail client needs them to be; tests use them too. Nothing is
//! written to disk and nothing leaves this computer.

pub mod imap;
pub mod people;
pub mod script;
pub mod smtp;
pub mod store;

pub use store::{Mail, Store};

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// The authserv-id (RFC 8601 §2.5) under which the demo's SMTP server vouches for its people.
pub const AUTHSERV_ID: &str = "mx.demo.example";

/// Somebody with a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    /// Also the login.
    pub address: String,
    pub password: String,
}

impl Person {
    #[must_use]
    pub fn new(name: &str, address: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            password: password.to_owned(),
        }
    }

    /// `Alex Rivera <alex@rivera.example>`, as it stands in a From field.
    #[must_use]
    pub fn mailbox(&self) -> String {
        format!("{} <{}>", self.name, self.address)
    }
}

/// Two running servers and the mailboxes behind them, until it is dropped.
///
/// Everything here may be called with or without an async runtime around it: the servers have
/// one of their own.
pub struct World {
    store: Arc<Store>,
    imap: SocketAddr,
    smtp: SocketAddr,
    runtime: Option<Runtime>,
}

impl World {
    /// Opens a mailbox for each of `people` and both servers on free loopback ports.
    ///
    /// # Errors
    /// When loopback has no free port, or no thread can be started.
    pub fn start(people: &[Person]) -> std::io::Result<Self> {
        let store = Arc::new(Store::new(people));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("demo")
            .enable_all()
            .build()?;
        let imap = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let smtp = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let addresses = (imap.local_addr()?, smtp.local_addr()?);
        imap.set_nonblocking(true)?;
        smtp.set_nonblocking(true)?;
        {
            let _inside = runtime.enter();
            let imap = tokio::net::TcpListener::from_std(imap)?;
            let smtp = tokio::net::TcpListener::from_std(smtp)?;
            runtime.spawn(imap::serve(imap, Arc::clone(&store)));
            runtime.spawn(smtp::serve(smtp, Arc::clone(&store)));
        }
        Ok(Self {
            store,
            imap: addresses.0,
            smtp: addresses.1,
            runtime: Some(runtime),
        })
    }

    #[must_use]
    pub fn imap(&self) -> SocketAddr {
        self.imap
    }

    #[must_use]
    pub fn smtp(&self) -> SocketAddr {
        self.smtp
    }

    /// The mailboxes, to look into and to put mail into, as the people themselves would.
    #[must_use]
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Waits until `seen` finds something; it looks again at every change in any mailbox.
    /// `None` when `limit` is over first.
    pub fn wait<T>(&self, limit: Duration, seen: impl FnMut(&Store) -> Option<T>) -> Option<T> {
        self.store.wait(limit, seen)
    }

    /// Ends both servers and every connection to them. Dropping does the same.
    pub fn stop(mut self) {
        self.shut();
    }

    fn shut(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.shut();
    }
}
