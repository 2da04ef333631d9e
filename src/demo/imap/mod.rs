//! An IMAP4rev1 server (RFC 3501) for a handful of people, real enough for any mail client.
//!
//! `imap-codec` reads the commands; what it cannot read (LIST with options) is read in `list`.
//! With: LITERAL+, SASL-IR, ID, ENABLE, NAMESPACE, IDLE, UIDPLUS, MOVE, UNSELECT, CHILDREN,
//! SPECIAL-USE, LIST-EXTENDED, LIST-STATUS, CONDSTORE. Without: TLS (it listens on loopback
//! only), `\Recent`, QRESYNC, ESEARCH, SORT, THREAD, quotas.

mod change;
mod fetch;
mod folders;
mod line;
mod list;
mod search;
mod session;
mod structure;
mod view;

use super::Store;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What every greeting and CAPABILITY says.
const CAPABILITIES: &str = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE NAMESPACE IDLE UIDPLUS MOVE \
UNSELECT CHILDREN SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE AUTH=PLAIN AUTH=LOGIN";

/// Takes connections until it is dropped.
pub async fn serve(listener: TcpListener, store: Arc<Store>) {
    let mut sessions = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            taken = listener.accept() => {
                let Ok((stream, _)) = taken else { continue };
                // Small lines without it wait for 40 ms each.
                let _ = stream.set_nodelay(true);
                let session = session::Session::new(stream, Arc::clone(&store));
                // A connection that breaks off concerns nobody but its client.
                sessions.spawn(async move { let _ = session.run().await; });
            }
            Some(_) = sessions.join_next() => {}
        }
    }
}
