//! Logging in to one account's mailbox.

use crate::config::{Account, Security};
use crate::edge::{Stop, imap, secret, tls};
use crate::port::MailboxError;
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, Mutex, PoisonError};

/// The way in, shared by all connections of an account. The secret is asked for once: a password
/// command may take a second, or want the user's finger on a key, and there are several connections.
#[derive(Clone)]
pub struct Door {
    account: Account,
    known: Arc<Mutex<Option<SecretString>>>,
}

impl Door {
    #[must_use]
    pub fn new(account: &Account) -> Self {
        Self {
            account: account.clone(),
            known: Arc::default(),
        }
    }

    /// Reads the system's certificate authorities, which the first connection will need, while
    /// the caller goes on. Only a head start: without it the connection does it itself.
    #[must_use]
    pub fn made_ready(self) -> Self {
        if self.account.imap.security != Security::None {
            let ca = self.account.imap.ca.clone();
            let _ = std::thread::Builder::new()
                .name("authorities".to_owned())
                .spawn(move || drop(tls::connector(ca.as_deref())));
        }
        self
    }

    /// Connects and logs in. A secret that is refused is asked for anew, and tried only if it is
    /// another one then, because servers lock accounts.
    ///
    /// # Errors
    /// As [`imap::connect`]; `Lost` when the secret can't be had.
    pub fn open(&self, stop: &Stop) -> Result<imap::Account, MailboxError> {
        let server = &self.account.imap;
        let secret = self.secret()?;
        let error = match imap::connect(server, &secret, stop) {
            Err(error @ MailboxError::Login(_)) => error,
            done => return done,
        };
        self.forget(&secret);
        let fresh = self.secret()?;
        if fresh.expose_secret() == secret.expose_secret() {
            self.forget(&fresh);
            return Err(error);
        }
        imap::connect(server, &fresh, stop)
    }

    fn secret(&self) -> Result<SecretString, MailboxError> {
        // Held while it is read: the other connections wait for it instead of asking, too.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(secret) = known.as_ref() {
            return Ok(secret.clone());
        }
        let whom = format!("account “{}” (imap)", self.account.name);
        let secret = secret::read(&self.account.imap.secret, &whom)
            .map_err(|e| MailboxError::Lost(e.to_string()))?;
        *known = Some(secret.clone());
        Ok(secret)
    }

    /// Unless another connection has found a better one meanwhile.
    fn forget(&self, refused: &SecretString) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known
            .as_ref()
            .is_some_and(|k| k.expose_secret() == refused.expose_secret())
        {
            *known = None;
        }
    }
}
