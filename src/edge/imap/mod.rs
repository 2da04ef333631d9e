//! A logged-in account and what its server can do.
//!
//! The `imap` crate speaks the protocol; `guard` and `sieve` stand between it and the server,
//! because it panics, hangs and loses its place on ordinary server behaviour. A command is written
//! by [`line`] only, so nothing can be injected. Everything blocks; every wait ends at its
//! deadline or at a [`Stop`].

mod connect;
pub mod folders;
mod frame;
mod guard;
mod item;
mod line;
mod link;
mod mailbox;
mod search;
mod sieve;
mod summaries;
pub mod utf7;
mod value;
mod watch;

pub use frame::Limits;
pub use guard::Patience;
pub use watch::{WatchNews, Watched, Watcher};

use crate::config::Server;
use crate::edge::Stop;
use crate::port::{Capabilities, FolderName, MailboxError, Uid};
use guard::{Guard, Shared, locked};
use imap_proto::Response;
use line::Line;
use secrecy::SecretString;
use sieve::{Code, Verdict};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// One logged-in connection. After [`MailboxError::Lost`] or [`MailboxError::Interrupted`] it is
/// of no more use, and says so.
pub struct Account {
    /// `None` once anything but OK, NO or BAD came of a command.
    session: Option<imap::Session<Guard>>,
    sieve: Shared,
    stop: Stop,
    why_lost: String,
    capabilities: Capabilities,
    /// LIST can be asked for special uses (RFC 6154 §2 with RFC 5258).
    list_extended: bool,
    list_status: bool,
    namespace: Option<folders::Namespace>,
    /// What SELECT said of the selected folder.
    uid_next: Option<Uid>,
    /// Selected to be watched, and nothing else since.
    watched: Option<FolderName>,
    /// Whether SEARCH HEADER finds what it should; found out once.
    search_finds: Option<bool>,
}

/// What came while nobody asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// In the selected folder.
    pub here: bool,
    /// In these others.
    pub elsewhere: Vec<FolderName>,
    /// The server had too much to tell and has given up: everything has to be looked at, and
    /// asked for again.
    pub overflow: bool,
}

/// Connects and logs in with `secret` (a password, or an access token for OAuth 2.0).
///
/// # Errors
/// `Unreachable` when no connection came about, `Login` when it was refused, `Interrupted` at a stop.
pub fn connect(
    server: &Server,
    secret: &SecretString,
    stop: &Stop,
) -> Result<Account, MailboxError> {
    connect_within(server, secret, stop, Limits::default(), Patience::default())
}

/// The same; the secret is asked for only when the server is ready to hear it, so that reading it
/// and connecting go on side by side.
///
/// # Errors
/// As for [`connect`], and what `secret` says.
pub fn connect_asking(
    server: &Server,
    secret: &mut dyn FnMut() -> Result<SecretString, MailboxError>,
    stop: &Stop,
) -> Result<Account, MailboxError> {
    begin(server, secret, stop, Limits::default(), Patience::default())
}

/// The same with other limits.
///
/// # Errors
/// As for [`connect`].
pub fn connect_within(
    server: &Server,
    secret: &SecretString,
    stop: &Stop,
    limits: Limits,
    patience: Patience,
) -> Result<Account, MailboxError> {
    begin(server, &mut || Ok(secret.clone()), stop, limits, patience)
}

fn begin(
    server: &Server,
    secret: &mut dyn FnMut() -> Result<SecretString, MailboxError>,
    stop: &Stop,
    limits: Limits,
    patience: Patience,
) -> Result<Account, MailboxError> {
    let entered = connect::enter(server, secret, stop, limits, patience)?;
    let mut account = Account {
        session: Some(entered.session),
        sieve: entered.sieve,
        stop: stop.clone(),
        why_lost: String::new(),
        capabilities: Capabilities::default(),
        list_extended: false,
        list_status: false,
        namespace: None,
        uid_next: None,
        watched: None,
        search_finds: None,
    };
    account.learn_capabilities(&entered.greeting, &server.host)?;
    Ok(account)
}

impl Account {
    /// Reads the capabilities that hold after the login; those before it count no more.
    fn learn_capabilities(&mut self, greeting: &str, host: &str) -> Result<(), MailboxError> {
        // Told with the login, as a code or as a line of its own.
        let told = !locked(&self.sieve).capabilities.is_empty();
        if !told {
            self.command(&Line::new("CAPABILITY"))?;
        }
        let words = locked(&self.sieve).capabilities.clone();
        let has = |word: &str| words.iter().any(|w| w == word);
        let mut about = format!("{greeting} {host}").to_ascii_lowercase();
        if has("ID") {
            // Some servers (NetEase) open no folder before it.
            let id = Line::new("ID (\"name\" \"askfirst\")");
            match self.command(&id) {
                Ok(_) | Err(MailboxError::Refused { .. }) => {}
                Err(e) => return Err(e),
            }
            for frame in &locked(&self.sieve).aside {
                about.push_str(&String::from_utf8_lossy(frame).to_ascii_lowercase());
            }
        }
        self.list_extended = has("SPECIAL-USE") && has("LIST-EXTENDED");
        self.list_status = has("LIST-STATUS");
        self.capabilities = Capabilities {
            uid_plus: has("UIDPLUS"),
            r#move: has("MOVE"),
            condstore: has("CONDSTORE") || has("QRESYNC"),
            idle: has("IDLE"),
            special_use: has("SPECIAL-USE"),
            notify: has("NOTIFY"),
            namespace: has("NAMESPACE"),
            gmail: has("X-GM-EXT-1"),
            exchange: [
                "microsoft exchange",
                "microsoft.exchange",
                "outlook.com",
                "office365.com",
            ]
            .iter()
            .any(|w| about.contains(w)),
        };
        Ok(())
    }

    /// Runs one command through the crate. Gives the data that answered it.
    fn command(&mut self, line: &Line) -> Result<Reply, MailboxError> {
        self.run(|session| {
            let (mut bytes, done) = session.run(line.as_str())?;
            bytes.truncate(done);
            Ok(Reply(bytes))
        })
    }

    /// Runs one call of the crate. A panic of it, and every error that is not the server's own
    /// NO or BAD, ends the session: nobody knows then where in the dialogue it stands.
    fn run<T>(
        &mut self,
        call: impl FnOnce(&mut imap::Session<Guard>) -> imap::error::Result<T>,
    ) -> Result<T, MailboxError> {
        let Some(session) = &mut self.session else {
            return Err(self.gone());
        };
        locked(&self.sieve).begin();
        let error = match catch_unwind(AssertUnwindSafe(|| call(session))) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(_) => {
                self.lose("the server sent what cannot be read".to_owned());
                return Err(self.gone());
            }
        };
        // APPEND's refusal has an error of its own; both mean that the server has answered.
        let answered = matches!(
            error,
            imap::Error::No(_) | imap::Error::Bad(_) | imap::Error::Append
        );
        let verdict = locked(&self.sieve).verdict.clone();
        match verdict {
            Some(Verdict { text, code, .. }) if answered => Err(MailboxError::Refused {
                code: code.map(|c| c.name),
                text,
            }),
            _ => {
                let why = connect::why(&self.sieve, &error);
                self.lose(why);
                Err(self.gone())
            }
        }
    }

    fn lose(&mut self, why: String) {
        tracing::debug!(why, "an IMAP connection is given up");
        self.why_lost = why;
        if let Some(session) = self.session.take() {
            // Its drop may write; it must not take the thread with it.
            let _ = catch_unwind(AssertUnwindSafe(move || drop(session)));
        }
    }

    fn gone(&self) -> MailboxError {
        if self.stop.is_stopped() {
            MailboxError::Interrupted
        } else {
            MailboxError::Lost(self.why_lost.clone())
        }
    }

    /// Ends the session because the server broke a rule that we rely on.
    fn nonsense(&mut self, what: &str) -> MailboxError {
        self.lose(format!("the server {what}"));
        self.gone()
    }

    /// The code of this name that came with the last command.
    fn code(&self, name: &str) -> Option<Code> {
        let sieve = locked(&self.sieve);
        let tagged = sieve.verdict.as_ref().and_then(|v| v.code.as_ref());
        sieve
            .codes
            .iter()
            .chain(tagged)
            .find(|code| code.name == name)
            .cloned()
    }

    /// Takes the responses of these kinds that we read ourselves.
    fn aside(&self, kind: &str) -> Vec<Vec<value::Value>> {
        locked(&self.sieve)
            .aside
            .iter()
            .map(|frame| value::read(frame))
            .filter(|values| values.first().is_some_and(|v| v.is(kind)))
            .collect()
    }

    /// Waits until the selected folder changes (true), or for `at_most` (false), with IDLE
    /// (RFC 2177). What changed while nobody looked since the last SELECT or wait counts too.
    ///
    /// # Errors
    /// `Unsupported` without IDLE; `Interrupted` at a stop; `Lost`.
    pub fn idle(&mut self, at_most: Duration) -> Result<bool, MailboxError> {
        Ok(self.await_news(at_most)?.here)
    }

    /// The same, ended also by news of the folders named to [`Account::notify`].
    ///
    /// # Errors
    /// As for [`Account::idle`].
    pub fn await_news(&mut self, at_most: Duration) -> Result<News, MailboxError> {
        if !self.capabilities.idle {
            return Err(MailboxError::Unsupported("IDLE"));
        }
        let quiet = {
            let sieve = locked(&self.sieve);
            !sieve.changed && sieve.elsewhere.is_empty() && !sieve.overflow
        };
        if quiet {
            self.run(|session| {
                let mut idle = session.idle();
                idle.timeout(at_most).keepalive(false);
                idle.wait_while(imap::extensions::idle::stop_on_any)
            })?;
        }
        if self.stop.is_stopped() {
            return Err(MailboxError::Interrupted);
        }
        // The end of an IDLE (DONE and its answer) is part of the wait: what is said there is
        // thrown away by the crate, but not by the sieve.
        let broken = locked(&self.sieve).broken.clone();
        if let Some(why) = broken {
            self.lose(why);
            return Err(self.gone());
        }
        let mut sieve = locked(&self.sieve);
        let said = std::mem::take(&mut sieve.elsewhere);
        let folder = |frame: &Vec<u8>| {
            let values = value::read(frame);
            let name = values.get(1)?;
            // And tells their names in plain UTF-8.
            folders::name_of(name).or_else(|| FolderName::new(name.text()?).ok())
        };
        Ok(News {
            here: std::mem::take(&mut sieve.changed),
            elsewhere: said.iter().filter_map(folder).collect(),
            overflow: sieve.overflow,
        })
    }

    /// From now on the server tells of all folders, not of the selected one alone (NOTIFY,
    /// RFC 5465): one connection watches them all. It can be used for nothing but waiting then.
    /// Flags that change are told of for `others`, too; elsewhere only what comes and goes.
    ///
    /// # Errors
    /// `Unsupported` without NOTIFY; `Refused` where the server will not; as any command.
    pub fn notify(&mut self, others: &[FolderName]) -> Result<(), MailboxError> {
        if !self.capabilities.notify || others.is_empty() {
            return Err(MailboxError::Unsupported("NOTIFY"));
        }
        // Dovecot 2.3 finds no folder by a name in modified UTF-7: those fall under the last
        // group there, which names none.
        let line = |events| {
            Line::new("NOTIFY SET (selected")
                .word(events)
                .word("(mailboxes")
                .folders(others)
                .word(events)
                .word("(personal (MessageNew MessageExpunge))")
        };
        locked(&self.sieve).notified = true;
        // A server need not know about flags (BADEVENT).
        let all = line("(MessageNew MessageExpunge FlagChange))");
        let done = match self.command(&all) {
            Err(MailboxError::Refused { .. }) => {
                self.command(&line("(MessageNew MessageExpunge))"))
            }
            done => done,
        }
        .map(drop);
        locked(&self.sieve).notified = done.is_ok();
        done
    }

    /// Asks with NOOP whether the selected folder changed since the last look.
    ///
    /// # Errors
    /// As for any command.
    pub fn poll(&mut self) -> Result<bool, MailboxError> {
        self.command(&Line::new("NOOP"))?;
        Ok(std::mem::take(&mut locked(&self.sieve).changed))
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if let Some(mut session) = self.session.take() {
            let _ = catch_unwind(AssertUnwindSafe(move || {
                // A farewell, whose answer nobody waits for.
                let _ = session.run_command("LOGOUT");
                drop(session);
            }));
        }
    }
}

/// The data that came with a command, each line of it readable: the sieve has seen to that.
struct Reply(Vec<u8>);

impl Reply {
    fn responses(&self) -> impl Iterator<Item = Response<'_>> {
        let mut rest = &self.0[..];
        std::iter::from_fn(move || {
            let (after, response) = imap_proto::parser::parse_response(rest).ok()?;
            rest = after;
            Some(response)
        })
    }
}
