//! A thread that watches folders on a connection of its own: one in IDLE (or by a look every
//! minute), and others besides where the server can tell of them (NOTIFY).

use super::{Account, News};
use crate::edge::Stop;
use crate::port::{FolderName, Mailbox, MailboxError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Shorter than the ten minutes after which some routers forget a quiet connection.
const IDLE_FOR: Duration = Duration::from_secs(9 * 60);
/// Where there is no IDLE.
const LOOK_EVERY: Duration = Duration::from_secs(60);
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);
/// A refused login is tried a second time, then rarely: servers lock accounts.
const AFTER_REFUSALS: Duration = Duration::from_secs(15 * 60);
/// A connection that lived this long starts the waits anew.
const LIVED: Duration = Duration::from_secs(60);

/// What a watcher has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchNews {
    /// The folders are watched (again): look at each once, nobody knows what happened before.
    Connected,
    /// Something in this one came, went or changed its flags.
    Changed(FolderName),
    /// The server won't tell of the other folders, after all: only the first is watched.
    Alone,
    /// Nothing is watched now; the next try comes by itself.
    Failed(MailboxError),
}

/// What a watcher is to watch.
pub struct Watched {
    /// The one that is selected.
    pub folder: FolderName,
    /// Those that the server is asked to tell of, too.
    pub others: Vec<FolderName>,
    /// A connection to begin with; its stop becomes the watcher's own, and ends with it.
    pub on: Option<Account>,
}

impl From<FolderName> for Watched {
    fn from(folder: FolderName) -> Self {
        Self {
            folder,
            others: Vec::new(),
            on: None,
        }
    }
}

/// What watches; the thread ends when this is dropped.
#[derive(Debug)]
pub struct Watcher {
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Watches until `stop` or the drop.
    ///
    /// `dial` makes a logged-in connection; it is called again after every loss, and must end
    /// at the [`Stop`] it is given. `news` is called on the watcher's thread and must be quick.
    ///
    /// # Errors
    /// When the system gives no thread or file descriptor.
    pub fn start(
        watched: impl Into<Watched>,
        stop: &Stop,
        mut dial: impl FnMut(&Stop) -> Result<Account, MailboxError> + Send + 'static,
        mut news: impl FnMut(WatchNews) + Send + 'static,
    ) -> std::io::Result<Self> {
        let watched = watched.into();
        let stop = match &watched.on {
            Some(account) => account.stop.clone(),
            None => stop.child()?,
        };
        let ending = stop.clone();
        let thread = std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || watch(watched, &ending, &mut dial, &mut news))?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

type Dial<'a> = &'a mut dyn FnMut(&Stop) -> Result<Account, MailboxError>;
type Tell<'a> = &'a mut dyn FnMut(WatchNews);

fn watch(mut watched: Watched, stop: &Stop, dial: Dial<'_>, news: Tell<'_>) {
    let mut retries = Retries::default();
    while !stop.is_stopped() {
        let began = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(|| {
            watch_once(&mut watched, stop, &mut *dial, &mut *news)
        }));
        let error = match ended {
            Ok(MailboxError::Interrupted) => return,
            Ok(error) => error,
            Err(_) => MailboxError::Lost("its watcher stumbled over something".to_owned()),
        };
        let wait = retries.wait_after(&error, began.elapsed());
        let folder = &watched.folder;
        tracing::debug!(%folder, %error, ?wait, "a folder is not watched now");
        let _ = catch_unwind(AssertUnwindSafe(|| news(WatchNews::Failed(error))));
        if stop.wait(wait) {
            return;
        }
    }
}

/// Connects and watches until that ends; it only ends with an error.
fn watch_once(watched: &mut Watched, stop: &Stop, dial: Dial<'_>, news: Tell<'_>) -> MailboxError {
    let mut watching = || {
        let mut account = match watched.on.take() {
            Some(account) => account,
            None => dial(stop)?,
        };
        account.select_to_watch(&watched.folder)?;
        if !watched.others.is_empty() {
            match account.notify(&watched.others) {
                Err(MailboxError::Refused { .. } | MailboxError::Unsupported(_)) => {
                    watched.others.clear();
                    news(WatchNews::Alone);
                }
                done => done?,
            }
        }
        news(WatchNews::Connected);
        let mut idles = account.capabilities().idle;
        loop {
            let heard = if idles {
                match account.await_news(IDLE_FOR) {
                    // Offered and not given: then it is asked now and then.
                    Err(MailboxError::Refused { .. }) => {
                        idles = false;
                        News::default()
                    }
                    done => done?,
                }
            } else if stop.wait(LOOK_EVERY) {
                return Err(MailboxError::Interrupted);
            } else {
                News {
                    here: account.poll()?,
                    ..News::default()
                }
            };
            if heard.here {
                news(WatchNews::Changed(watched.folder.clone()));
            }
            for folder in heard.elsewhere {
                news(WatchNews::Changed(folder));
            }
            if heard.overflow {
                // A new connection asks for the news again and looks at everything.
                return Err(MailboxError::Lost("it has too much to tell".to_owned()));
            }
        }
    };
    match watching() {
        Ok(never) => never,
        Err(error) => error,
    }
}

/// How long to wait after each kind of failure.
#[derive(Debug, Default)]
struct Retries {
    failures: u32,
    refusals: u32,
}

impl Retries {
    fn wait_after(&mut self, error: &MailboxError, lived: Duration) -> Duration {
        if let MailboxError::Login(_) = error {
            self.refusals += 1;
            if self.refusals >= 2 {
                return AFTER_REFUSALS;
            }
        } else {
            self.refusals = 0;
        }
        if lived >= LIVED {
            self.failures = 0;
        }
        let wait = FIRST_WAIT
            .saturating_mul(1 << self.failures.min(16))
            .min(LONGEST_WAIT);
        self.failures += 1;
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_five_minutes_and_start_anew_after_a_good_hour() {
        let mut retries = Retries::default();
        let lost = MailboxError::Lost(String::new());
        let waits: Vec<u64> = (0..12)
            .map(|_| retries.wait_after(&lost, Duration::ZERO).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(
            retries.wait_after(&lost, Duration::from_secs(3600)),
            FIRST_WAIT
        );
    }

    #[test]
    fn a_refused_login_is_tried_twice_and_then_rarely() {
        let mut retries = Retries::default();
        let refused = MailboxError::Login(String::new());
        assert!(retries.wait_after(&refused, Duration::ZERO) < Duration::from_secs(10));
        assert_eq!(retries.wait_after(&refused, Duration::ZERO), AFTER_REFUSALS);
        assert_eq!(retries.wait_after(&refused, Duration::ZERO), AFTER_REFUSALS);
    }
}
