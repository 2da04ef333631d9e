//! The IMAP edge: against a real Dovecot where there is one, and against a server that plays
//! whatever a story needs, however badly it behaves.

#[path = "world/dovecot.rs"]
#[allow(dead_code)]
mod dovecot;
#[path = "imap_edge/notify.rs"]
mod notify;
#[path = "imap_edge/real.rs"]
mod real;
#[path = "imap_edge/scripted.rs"]
mod scripted;
#[path = "imap_edge/stories.rs"]
mod stories;

use askfirst::config::{Auth, Secret, Security, Server};
use askfirst::port::FolderName;

/// A configured server on loopback for `alex@example.org`.
fn server(port: u16, security: Security) -> Server {
    Server {
        host: "localhost".to_owned(),
        port,
        security,
        username: "alex@example.org".to_owned(),
        auth: Auth::Password,
        secret: Secret::Command("true".to_owned()),
        ca: None,
        authserv_id: None,
    }
}

fn folder(name: &str) -> FolderName {
    FolderName::new(name).expect("a folder name")
}
