//! Logging in to one account's mailbox.

use crate::config::{Account, Auth, Security};
use crate::edge::secret::SecretError;
use crate::edge::{Stop, imap, secret, tls};
use crate::port::MailboxError;
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The way in, shared by all connections of an account. The secret is asked for once: a password
/// command may take a second, or want the user's finger on a key, and there are several connections.
#[derive(Clone)]
pub struct Door {
    account: Account,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    secret: Option<SecretString>,
    /// When it could not be had last, and why.
    failed: Option<(Instant, MailboxError)>,
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

    /// Begins to read the secret; the same kind of head start. Not before the state folder is
    /// known to be ours: nobody is to be asked to unlock something for a second daemon.
    pub fn fetch_secret(&self) {
        let door = self.clone();
        let _ = std::thread::Builder::new()
            .name("secret".to_owned())
            .spawn(move || drop(door.secret()));
    }

    /// Connects and logs in. A secret that is refused is asked for anew, and tried only if it is
    /// another one then, because servers lock accounts.
    ///
    /// # Errors
    /// As [`imap::connect`]; `Lost` when the secret can't be had.
    pub fn open(&self, stop: &Stop) -> Result<imap::Account, MailboxError> {
        let server = &self.account.imap;
        let mut used = None;
        let mut ask = || {
            let secret = self.secret()?;
            used = Some(secret.clone());
            Ok(secret)
        };
        let error = match imap::connect_asking(server, &mut ask, stop) {
            Err(error @ MailboxError::Login(_)) => error,
            done => return done,
        };
        let Some(secret) = used else {
            return Err(error);
        };
        self.forget(&secret);
        let fresh = self.instead_of(&secret)?;
        if fresh.expose_secret() == secret.expose_secret() {
            self.forget(&fresh);
            return Err(error);
        }
        imap::connect(server, &fresh, stop)
    }

    fn secret(&self) -> Result<SecretString, MailboxError> {
        let began = Instant::now();
        // Held while it is read: the other connections wait for it instead of asking, too.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(secret) = known.secret.as_ref() {
            return Ok(secret.clone());
        }
        // And what became of it is the answer to them as well.
        if let Some((_, why)) = known.failed.as_ref().filter(|(at, _)| *at > began) {
            return Err(why.clone());
        }
        let whom = format!("account “{}” (imap)", self.account.name);
        let read = secret::of(&self.account, &self.account.imap, &whom).map_err(unknown);
        match &read {
            // A token ends soon; who fetched it knows when.
            Ok(_) if self.account.imap.auth == Auth::Oauth2 => {}
            Ok(secret) => known.secret = Some(secret.clone()),
            Err(why) => known.failed = Some((Instant::now(), why.clone())),
        }
        read
    }

    fn instead_of(&self, refused: &SecretString) -> Result<SecretString, MailboxError> {
        if self.account.imap.auth == Auth::Password {
            return self.secret();
        }
        let whom = format!("account “{}” (imap)", self.account.name);
        secret::instead_of(refused, &self.account, &self.account.imap, &whom).map_err(unknown)
    }

    /// Unless another connection has found a better one meanwhile.
    fn forget(&self, refused: &SecretString) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |k: &SecretString| k.expose_secret() == refused.expose_secret();
        if known.secret.as_ref().is_some_and(same) {
            known.secret = None;
        }
    }
}

/// What only the user can mend is not tried again at once.
fn unknown(error: SecretError) -> MailboxError {
    match error {
        SecretError::Renew(..) => MailboxError::Login(error.to_string()),
        _ => MailboxError::Lost(error.to_string()),
    }
}
