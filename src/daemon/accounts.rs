//! Which accounts are looked after: begun at the start, and begun, let go of and begun anew at a reload.

use super::account::{Job, Worker};
use super::door::Door;
use super::{Daemon, Message, Post, send, templates};
use crate::config::{Account, Config};
use crate::edge::index::Settings;
use crate::mailroom::claim::Claimant;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So long an account that is let go of has for taking its claim back.
const GOODBYE: Duration = Duration::from_secs(2);

/// What another configuration means for the accounts, by their names.
#[derive(Debug, Default, PartialEq, Eq)]
struct Changes {
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<String>,
}

impl Changes {
    fn between(old: &Config, new: &Config) -> Self {
        let mut changes = Self::default();
        for account in &old.accounts {
            let name = account.name.clone();
            match named(new, &name) {
                None => changes.removed.push(name),
                // Everything in it is shown, secrets are not: those are read when they are needed.
                Some(now) if format!("{now:?}") != format!("{account:?}") => {
                    changes.changed.push(name);
                }
                Some(_) => {}
            }
        }
        let is_new = |a: &&Account| named(old, &a.name).is_none();
        changes.added = new
            .accounts
            .iter()
            .filter(is_new)
            .map(|a| a.name.clone())
            .collect();
        changes
    }

    fn any(&self) -> bool {
        *self != Self::default()
    }

    /// Whose threads have to end.
    fn leaving(&self) -> impl Iterator<Item = &String> {
        self.removed.iter().chain(&self.changed)
    }
}

fn named<'a>(config: &'a Config, name: &str) -> Option<&'a Account> {
    config.accounts.iter().find(|a| a.name == name)
}

impl Daemon {
    /// Begins to look after an account: a thread for its mailbox, one for what it sends.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start_account(&mut self, account: &Account, door: Door) -> Result<(), String> {
        let failed = |e: std::io::Error| format!("Could not start a thread: {e}.");
        let (jobs, taken) = std::sync::mpsc::channel();
        let (letters, to_send) = std::sync::mpsc::channel();
        let way = self.ways.entry(account.name.clone()).or_default().clone();
        let post = Post {
            jobs: jobs.clone(),
            letters,
            interest: Arc::default(),
            look: Arc::default(),
            worker: None,
            sender: None,
            stop: self.stop.child().map_err(failed)?,
        };
        let worker = Worker {
            account: account.clone(),
            door,
            out: self.out.clone(),
            jobs: taken,
            to_self: jobs,
            index: self.index.clone(),
            spool: self.disk.spool().clone(),
            interest: post.interest.clone(),
            marks: self.marks.get(&account.name).cloned().unwrap_or_default(),
            look: post.look.clone(),
            stop: post.stop.clone(),
            watchers: Vec::new(),
            unwatched: Vec::new(),
            seen: BTreeMap::new(),
            crowded: false,
            claimant: Claimant::new(
                self.desk.books.instance.as_deref().unwrap_or("unnamed"),
                &self.disk.place(),
                &crate::desk::random_name(&mut self.random),
                &account.email,
            ),
            next_look: std::time::Instant::now(),
        };
        let sender = send::Sender {
            account: account.clone(),
            out: self.out.clone(),
            jobs: to_send,
            spool: self.disk.spool().clone(),
            way,
        };
        let thread = |name: String| std::thread::Builder::new().name(name).stack_size(2 << 20);
        let worker = thread(format!("mailbox {}", account.name))
            .spawn(|| worker.run())
            .map_err(failed)?;
        let sender = thread(format!("sending {}", account.name))
            .spawn(|| sender.run())
            .map_err(failed)?;
        self.posts.insert(
            account.name.clone(),
            Post {
                worker: Some(worker),
                sender: Some(sender),
                ..post
            },
        );
        Ok(())
    }

    /// New settings count from now on. Accounts that stay as they are notice nothing.
    ///
    /// # Errors
    /// A sentence; then the old configuration stays in force, whole.
    pub(super) fn reload(&mut self) -> Result<Value, String> {
        let Some(reread) = &self.options.reread else {
            return Err("This daemon was started without a configuration file.".to_owned());
        };
        let config = reread()?;
        let old = self.desk.config.clone();
        if config.state_dir != old.state_dir {
            return Err(
                "The configuration is good, but it names another state folder: restart askfirst \
                        (`askfirst service stop`, `askfirst service start`) to use it."
                    .to_owned(),
            );
        }
        let templates = Arc::new(templates(&config)?);
        let changes = Changes::between(&old, &config);
        let settings = |c: &Config| format!("{:?} {:?}", c.gateway, c.detect);
        let moved = changes.any() || settings(&config) != settings(&old);
        self.index.adopt(Settings::of(&config));
        let config = Arc::new(config);
        self.desk
            .reconfigure(config.clone(), templates, changes.leaving());
        for name in changes.leaving() {
            self.let_go(name);
        }
        for name in &changes.added {
            self.take_up(name)?;
        }
        self.renew_interest();
        if moved {
            self.gateway = None;
            self.gate = None;
            self.open_gateway()?;
        }
        let waiting = |name: &String| {
            let of = |i: &&&crate::introduction::Introduction| i.account == *name;
            self.desk.books.listed(false).iter().filter(of).count()
        };
        let removed: BTreeMap<&String, usize> = changes
            .removed
            .iter()
            .map(|name| (name, waiting(name)))
            .collect();
        tracing::info!(
            added = ?changes.added, removed = ?changes.removed, changed = ?changes.changed,
            "another configuration is in force"
        );
        Ok(json!({ "added": changes.added, "changed": changes.changed, "removed": removed }))
    }

    /// Ends an account's threads, without waiting for them: a server that hangs must not hold up the others.
    fn let_go(&mut self, name: &str) {
        self.ways.remove(name);
        let Some(mut post) = self.posts.remove(name) else {
            return;
        };
        self.leaving.insert(name.to_owned());
        let (out, account) = (self.out.clone(), name.to_owned());
        std::thread::spawn(move || {
            let _ = post.jobs.send(Job::Stop);
            let until = Instant::now() + GOODBYE;
            while post.is_busy() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(10));
            }
            post.stop.stop();
            let (worker, sender) = (post.worker.take(), post.sender.take());
            // The sender ends when there is nobody left who could give it anything.
            drop(post);
            for thread in worker.into_iter().chain(sender) {
                let _ = thread.join();
            }
            let _ = out.send(Message::Vacated(account));
        });
    }

    /// Nothing more will be heard from the threads of this account.
    ///
    /// # Errors
    /// As [`Daemon::start_account`].
    pub(super) fn vacated(&mut self, name: &str) -> Result<(), String> {
        self.leaving.remove(name);
        self.desk.vacated(name);
        self.take_up(name)
    }

    /// Begins with an account that is configured, unless its earlier threads still have to end.
    fn take_up(&mut self, name: &str) -> Result<(), String> {
        let config = self.desk.config.clone();
        let Some(account) = named(&config, name) else {
            return Ok(());
        };
        // With a damaged ledger no mailbox is touched.
        let stands_still = self.damage.is_some();
        if stands_still || self.leaving.contains(name) || self.posts.contains_key(name) {
            return Ok(());
        }
        self.desk.open_room(name);
        let door = Door::new(account).made_ready();
        door.fetch_secret();
        self.start_account(account, door)?;
        self.renew_interest();
        Ok(())
    }
}
