//! Who watches what: one connection for all places where the server can tell of several (NOTIFY),
//! else one for each of those in which something may happen at any moment, and a look at the rest.

use super::Message;
use super::account::{Job, Worker};
use crate::desk::Heard;
use crate::edge::Stop;
use crate::edge::imap::{self, WatchNews, Watched, Watcher};
use crate::mailroom::Places;
use crate::port::{FolderName, FolderStatus, Mailbox, MailboxError, Place};

/// Selected by the first watcher, because mail comes in there by other ways than this server's own.
const FIRST: Place = Place::Inbox;
/// Out of Held leads every way of the user's hand, so its other ends need no watcher.
const NEXT: [Place; 2] = [Place::Drafts, Place::Held];
/// Worth a look now and then, where each watcher costs a connection.
const LESS: [Place; 3] = [Place::Sent, Place::Ask, Place::Closed];

/// A connection in the making.
pub(super) type Ahead = std::thread::JoinHandle<Result<imap::Account, MailboxError>>;

impl Worker {
    /// A connection whose waiting can be ended alone.
    pub(super) fn dial(&self) -> Result<imap::Account, MailboxError> {
        let stop = self.stop.child();
        self.door
            .open(&stop.map_err(|e| MailboxError::Lost(e.to_string()))?)
    }

    /// A second connection, made while the first one looks for the folders: it selects the inbox
    /// at once, to be watched. Besides the time, Dovecot is the reason: a session that has listed
    /// the folders of a Maildir reads the names of all messages before it selects the inbox
    /// (measured: 160 ms at 100,000, where another session needs 1).
    pub(super) fn dial_ahead(&self, first: &imap::Account) -> Option<Ahead> {
        if !first.capabilities().idle || self.crowded || !self.watchers.is_empty() {
            return None;
        }
        let inbox = FolderName::new("INBOX").ok()?;
        let stop = self.stop.child().ok()?;
        let door = self.door.clone();
        let dial = move || {
            let mut account = door.open(&stop)?;
            account.select_to_watch(&inbox)?;
            Ok(account)
        };
        let thread = std::thread::Builder::new().name("dial".to_owned());
        thread.spawn(dial).ok()
    }

    /// Has the places watched, from the first session on and for good, and gives the connection
    /// to work on: watching begins on the one dialled ahead; else, where it can, on the one that is
    /// there, and another is made.
    pub(super) fn watch(
        &mut self,
        places: &Places,
        mailbox: imap::Account,
        ahead: Option<Ahead>,
    ) -> Result<imap::Account, MailboxError> {
        if !self.watchers.is_empty() {
            return Ok(mailbox);
        }
        let server = mailbox.capabilities();
        if !server.idle {
            self.unwatched = [&[FIRST][..], &NEXT, &LESS].concat();
            return Ok(mailbox);
        }
        let others = [NEXT.as_slice(), &LESS].concat();
        let watched = Watched {
            folder: places.inbox.clone(),
            others: if server.notify {
                others
                    .iter()
                    .filter_map(|place| places.get(*place).cloned())
                    .collect()
            } else {
                Vec::new()
            },
            on: None,
        };
        let (work_on, watch_on) = match ahead.map(Ahead::join) {
            Some(Ok(Ok(ahead))) => (Some(mailbox), Some(ahead)),
            // The watcher tries again by itself.
            Some(_) => (Some(mailbox), None),
            None if self.crowded => (Some(mailbox), None),
            None => (None, Some(mailbox)),
        };
        self.start_watcher(
            places,
            Watched {
                on: watch_on,
                ..watched
            },
        );
        let mailbox = match work_on {
            Some(mailbox) => mailbox,
            None => self.dial().inspect_err(|_| {
                // Better somebody who works than somebody who watches.
                self.crowded = true;
                self.watchers.clear();
            })?,
        };
        if !server.notify {
            self.watch_each(places);
        }
        Ok(mailbox)
    }

    /// Where one connection tells of one folder only.
    pub(super) fn watch_each(&mut self, places: &Places) {
        for place in NEXT {
            if let Some(folder) = places.get(place) {
                self.start_watcher(places, folder.clone().into());
            }
        }
        self.unwatched = LESS.to_vec();
    }

    fn start_watcher(&mut self, places: &Places, watched: Watched) {
        let folder = watched.folder.clone();
        let covered: Vec<(FolderName, Place)> = [&[FIRST][..], &NEXT, &LESS]
            .concat()
            .into_iter()
            .filter_map(|place| Some((places.get(place)?.clone(), place)))
            .filter(|(name, _)| *name == folder || watched.others.contains(name))
            .collect();
        let alone = watched.others.is_empty();
        let (out, jobs) = (self.out.clone(), self.to_self.clone());
        let account = self.account.name.clone();
        let tell = move |place| match place {
            Place::Inbox | Place::Sent => {
                let _ = jobs.send(Job::Read(place));
            }
            _ => {
                let heard = Heard::Changed {
                    account: account.clone(),
                    place: Some(place),
                };
                let _ = out.send(Message::Heard(heard));
                // A draft that is gone may lie in Ask, which nobody watches then.
                if alone {
                    let _ = jobs.send(Job::Look);
                }
            }
        };
        let to_self = self.to_self.clone();
        let for_answers = places.for_answers();
        let news = move |news: WatchNews| match news {
            // A look at one of our folders is a look at all of them.
            WatchNews::Connected => covered
                .iter()
                .filter(|(_, place)| !matches!(place, Place::Ask | Place::Closed))
                .for_each(|(_, place)| tell(*place)),
            WatchNews::Changed(folder) => {
                match covered.iter().find(|(name, _)| *name == folder) {
                    Some((_, place)) => tell(*place),
                    // A rule of the server's may have put an answer anywhere.
                    None if for_answers.contains(&folder) => {
                        let _ = to_self.send(Job::ReadFolder(folder));
                    }
                    None => {}
                }
            }
            WatchNews::Alone => {
                let _ = to_self.send(Job::WatchEach);
            }
            WatchNews::Failed(_) => {}
        };
        let door = self.door.clone();
        let dial = move |stop: &Stop| door.open(stop);
        match Watcher::start(watched, &self.stop, dial, news) {
            Ok(watcher) => self.watchers.push(watcher),
            Err(why) => tracing::warn!(
                account = self.account.name,
                "could not watch {folder}: {why}"
            ),
        }
    }

    /// Asks the places that nobody watches for their status, and has those looked at that changed.
    pub(super) fn look_at_unwatched(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
    ) -> Result<(), MailboxError> {
        for place in self.unwatched.clone() {
            let Some(folder) = places.get(place) else {
                continue;
            };
            let status = match mailbox.status(folder) {
                Ok(status) => status,
                Err(MailboxError::Refused { .. }) => FolderStatus::default(),
                Err(error) => return Err(error),
            };
            if self.seen.insert(place, status) == Some(status) {
                continue;
            }
            match place {
                Place::Inbox | Place::Sent => self.read_place(mailbox, places, place)?,
                _ => self.hear(Heard::Changed {
                    account: self.account.name.clone(),
                    place: Some(place),
                }),
            }
        }
        Ok(())
    }
}
