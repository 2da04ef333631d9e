//! The loop: hear, step, write down, do.
//!
//! One thread owns the desk and hears of everything through one channel. Each account has a thread
//! for its mailbox, one for what it sends, and one for each watched folder; none of them decides
//! anything. What a turn says is synced to disk before any of it is done.

pub mod account;
mod accounts;
pub mod door;
pub mod gate;
pub mod looking;
mod manners;
pub mod offline;
pub mod pairing;
pub mod perform;
mod reading;
pub mod ready;
mod safe;
pub mod send;
mod status;
mod vouched;
mod watching;

use crate::Timestamp;
use crate::config::Config;
use crate::desk::request::{Reply, Request};
use crate::desk::{Desk, Heard, Turn, Way, World};
use crate::edge::Stop;
use crate::edge::control::{Asked, Control};
use crate::edge::disk::{Disk, Unopened};
use crate::edge::gateway::{Gateway, Look as GatewayLook};
use crate::edge::index::{Index, IndexError, Settings};
use crate::edge::notify::Desktop;
use crate::introduction::State;
use crate::ledger::Books;
use crate::letter::Templates;
use crate::port::Random;
use account::{Interest, Job, Look, Marks};
use chrono::{Local, Utc};
use door::Door;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Everything that wakes the daemon.
#[derive(Debug)]
pub enum Message {
    Heard(Heard),
    /// The final dot of this item is about to go out: may it?
    BeforeDot {
        item: u64,
        may: Sender<bool>,
    },
    /// Mail in this folder is dealt with up to here.
    Mark {
        account: String,
        folder: String,
        mark: (u32, u32),
    },
    /// An account failed to connect: it counts as tried.
    Tried,
    /// The threads of an account that was let go of have ended.
    Vacated(String),
    Request(Request, oneshot::Sender<Reply>),
    /// Something at the gateway.
    Gateway(gate::Asked),
    Stop,
}

/// How to end a running daemon.
#[derive(Clone)]
pub struct Handle {
    out: mpsc::UnboundedSender<Message>,
}

impl Handle {
    /// Ends it cleanly: what is being handed over is finished, the rest goes on at the next start.
    pub fn stop(&self) {
        let _ = self.out.send(Message::Stop);
    }

    /// Puts one more thing into the daemon's ear; for signals and tests.
    pub fn request(&self, request: Request) -> oneshot::Receiver<Reply> {
        let (tell, told) = oneshot::channel();
        let _ = self.out.send(Message::Request(request, tell));
        told
    }
}

/// What to do beside the work itself.
#[derive(Default)]
pub struct Options {
    /// Called once, when the daemon is ready (PRODUCT “Service”).
    pub ready: Option<Box<dyn FnOnce() + Send>>,
    /// Where the configuration is read from again on `reload`.
    pub reread: Option<Box<dyn Fn() -> Result<Config, String> + Send>>,
}

/// Runs until told to stop.
///
/// # Errors
/// A sentence, when the state folder can't be used or the disk fails.
pub fn run(config: Config, options: Options, started: impl FnOnce(Handle)) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("Could not start: {e}."))?;
    runtime.block_on(async {
        let (out, ear) = mpsc::unbounded_channel();
        let mut daemon = Daemon::open(config, options, out.clone())?;
        started(Handle { out });
        daemon.serve(ear).await
    })
}

struct Post {
    jobs: Sender<Job>,
    letters: Sender<send::Job>,
    interest: Arc<Mutex<Interest>>,
    look: Arc<Mutex<Look>>,
    worker: Option<std::thread::JoinHandle<()>>,
    sender: Option<std::thread::JoinHandle<()>>,
    /// Ends this account's threads alone.
    stop: Stop,
}

impl Post {
    /// Whether its mailbox thread still has something to say goodbye to.
    fn is_busy(&self) -> bool {
        let look = self.look.lock().unwrap_or_else(PoisonError::into_inner);
        look.connected && self.worker.as_ref().is_some_and(|w| !w.is_finished())
    }
}

struct Daemon {
    desk: Desk,
    disk: Disk,
    index: Arc<Index>,
    posts: BTreeMap<String, Post>,
    /// Accounts whose threads are ending: nothing of theirs begins anew before that.
    leaving: BTreeSet<String>,
    /// How each account's outgoing server was last found.
    ways: BTreeMap<String, Arc<Mutex<send::Way>>>,
    marks: BTreeMap<String, Marks>,
    marks_changed: bool,
    out: mpsc::UnboundedSender<Message>,
    random: OsRandom,
    stop: Stop,
    since: Timestamp,
    options: Options,
    gateway: Option<Gateway>,
    gate: Option<Arc<gate::Gate>>,
    desktop: Desktop,
    /// Final dots that wait until it is known who leads: item, who waits for the word, and how long.
    dots: Vec<Dot>,
    /// When bytes that nothing needs were last taken away.
    swept: Timestamp,
    /// The ledger is damaged: only ordinary mail passes, and this says so.
    damage: Option<String>,
}

struct Dot {
    item: u64,
    may: Sender<bool>,
    until: tokio::time::Instant,
}

/// Held bytes that nothing in the books needs stay for so long.
const UNTOUCHED: Duration = Duration::from_secs(7 * 24 * 3600);
/// With less than this free on the disk nothing more is sent: what is on its way can still be written down.
const RESERVE: u64 = 8 << 20;
/// So long a final dot waits to hear who leads.
const PATIENCE: Duration = Duration::from_secs(20);

impl Daemon {
    fn open(
        config: Config,
        options: Options,
        out: mpsc::UnboundedSender<Message>,
    ) -> Result<Self, String> {
        let config = Arc::new(config);
        let ready = |account| Door::new(account).made_ready();
        let doors: Vec<Door> = config.accounts.iter().map(ready).collect();
        let (disk, books, damage) = match Disk::open(&config.state_dir) {
            Ok((disk, books)) => (disk, books, None),
            Err(Unopened::Damaged(why)) => {
                let disk = Disk::without_ledger(&config.state_dir)?;
                (disk, Books::default(), Some(safe::words(&why)))
            }
            Err(Unopened::Failed(why)) => return Err(why),
        };
        doors.iter().for_each(Door::fetch_secret);
        let index =
            Index::open(&config.state_dir, Settings::of(&config)).map_err(|e| e.to_string())?;
        recall(&index, &books).map_err(|e| e.to_string())?;
        let templates = Arc::new(templates(&config)?);
        let spool = disk.spool().clone();
        let desk = Desk::new(config.clone(), templates, books, |id| spool.read(id));
        if damage.is_none() {
            disk.sweep(|id| desk.keeps(id, Utc::now()), UNTOUCHED);
        }
        let marks = read_marks(&config.state_dir);
        let stop = Stop::new().map_err(|e| format!("Could not start: {e}."))?;
        let mut daemon = Self {
            desk,
            disk,
            index: Arc::new(index),
            posts: BTreeMap::new(),
            leaving: BTreeSet::new(),
            ways: BTreeMap::new(),
            marks,
            marks_changed: false,
            out,
            random: OsRandom,
            stop,
            since: Utc::now(),
            options,
            gateway: None,
            gate: None,
            desktop: Desktop::default(),
            dots: Vec::new(),
            swept: Utc::now(),
            damage,
        };
        if daemon.damage.is_some() {
            daemon.begin_safely()?;
            return Ok(daemon);
        }
        let home = daemon.disk.home();
        let turn = daemon.with_world(|desk, world| desk.settle_in(world, &home));
        daemon.carry_out(turn)?;
        for (account, door) in config.accounts.iter().zip(doors) {
            daemon.start_account(account, door)?;
        }
        daemon.renew_interest();
        daemon.open_gateway()?;
        Ok(daemon)
    }

    async fn serve(&mut self, mut ear: mpsc::UnboundedReceiver<Message>) -> Result<(), String> {
        let state_dir = self.desk.config.state_dir.clone();
        let (requests, mut asked) = mpsc::channel::<Asked>(16);
        let control = Control::listen(&state_dir).await.map_err(|e| {
            format!(
                "Could not open the door for commands in {}: {e}.",
                state_dir.display()
            )
        })?;
        let control = tokio::spawn(control.serve(requests));
        let ready_by = tokio::time::Instant::now() + Duration::from_secs(30);
        loop {
            self.say_ready(tokio::time::Instant::now() >= ready_by);
            let due = self
                .desk
                .due()
                .map(|due| (due - Utc::now()).to_std().unwrap_or_default());
            // A clock that jumps, or a machine that slept, is noticed within half an hour.
            let dots = self.dots.iter().map(|d| d.until).min();
            let mut wait = due
                .unwrap_or(Duration::from_secs(1800))
                .min(Duration::from_secs(1800));
            if self.options.ready.is_some() {
                wait = wait.min(ready_by.saturating_duration_since(tokio::time::Instant::now()));
            }
            if let Some(until) = dots {
                wait = wait.min(until.saturating_duration_since(tokio::time::Instant::now()));
            }
            let message = tokio::select! {
                message = ear.recv() => message.unwrap_or(Message::Stop),
                Some(asked) = asked.recv() => Message::Request(asked.request, asked.reply),
                () = tokio::time::sleep(wait) => Message::Heard(Heard::Due),
            };
            match message {
                Message::Stop => break,
                // Nothing is decided on books that are not to be relied upon.
                Message::Heard(_) | Message::BeforeDot { .. } if self.damage.is_some() => {}
                Message::Heard(heard) => {
                    let turn = self.with_world(|desk, world| desk.hear(world, heard));
                    self.carry_out(turn)?;
                }
                Message::BeforeDot { item, may } => {
                    let until = tokio::time::Instant::now() + PATIENCE;
                    if let Some(question) = self.desk.look_before_dot(Utc::now(), item)
                        && let Some(post) = self.posts.get(question.account())
                    {
                        let _ = post.jobs.send(Job::Question(question));
                    }
                    self.dots.push(Dot { item, may, until });
                }
                Message::Mark {
                    account,
                    folder,
                    mark,
                } => {
                    self.marks.entry(account).or_default().insert(folder, mark);
                    self.marks_changed = true;
                }
                Message::Tried => {}
                Message::Vacated(account) => self.vacated(&account)?,
                Message::Gateway(asked) => self.gateway_asks(asked)?,
                Message::Request(request, tell) => {
                    let reply = self.request(&request)?;
                    let _ = tell.send(reply);
                }
            }
            self.decide_dots()?;
            self.sweep_daily();
            if self.disk.is_long() && ear.is_empty() {
                self.disk.rewrite(&self.desk.books)?;
            }
            if self.marks_changed && ear.is_empty() && !self.desk.awaits_submissions() {
                self.write_marks();
            }
        }
        control.abort();
        self.end();
        Ok(())
    }

    /// Dots that waited for a look at who leads, and have waited long enough.
    fn decide_dots(&mut self) -> Result<(), String> {
        let now = tokio::time::Instant::now();
        for dot in std::mem::take(&mut self.dots) {
            let late = dot.until <= now;
            if !late && self.desk.look_before_dot(Utc::now(), dot.item).is_some() {
                self.dots.push(dot);
                continue;
            }
            let full = self.disk.spool().free().is_some_and(|free| free < RESERVE);
            if full {
                tracing::warn!("the disk is nearly full: nothing more is sent until there is room");
            }
            let turn = if late || full {
                None
            } else {
                self.with_world(|desk, world| desk.before_dot(world, dot.item))
            };
            let allowed = turn.is_some();
            self.carry_out(turn.unwrap_or_default())?;
            let _ = dot.may.send(allowed);
        }
        Ok(())
    }

    fn with_world<T>(&mut self, act: impl FnOnce(&mut Desk, &mut World<'_>) -> T) -> T {
        let at = Utc::now();
        let records = self.index.look(at);
        let utc_offset = Local::now().offset().local_minus_utc();
        act(
            &mut self.desk,
            &mut World {
                at,
                records: &records,
                random: &mut self.random,
                utc_offset,
            },
        )
    }

    /// Files, then entries, synced; then questions and whatever is ready.
    fn carry_out(&mut self, turn: Turn) -> Result<(), String> {
        self.carry_out_and_tell(turn, || {})
    }

    /// The same where somebody waits to hear that it is on the disk.
    fn carry_out_and_tell(&mut self, turn: Turn, written: impl FnOnce()) -> Result<(), String> {
        let failed = |e: std::io::Error| {
            format!(
                "Could not write to the state folder: {e}. Nothing was sent on it; mend the disk and start again."
            )
        };
        for (id, bytes) in &turn.files {
            self.disk.spool().keep(id, bytes).map_err(failed)?;
        }
        for (id, staged) in &turn.adopted {
            self.disk.spool().adopt(id, staged).map_err(failed)?;
        }
        self.disk.append(&turn.entries).map_err(failed)?;
        if let Some(gate) = &self.gate
            && (!turn.entries.is_empty() || !gate.is_ready())
        {
            gate.renew(&self.desk);
        }
        written();
        for popup in turn.popups {
            self.desktop.show(popup);
        }
        if !turn.entries.is_empty() {
            self.renew_interest();
        }
        for question in turn.questions {
            if let Some(post) = self.posts.get(question.account()) {
                let _ = post.jobs.send(Job::Question(question));
            }
        }
        for item in self.desk.take_ready(Utc::now()) {
            self.start(item);
        }
        // While the mailbox is at work already.
        for (_, id) in &turn.no_evidence {
            let _ = self
                .index
                .never_evidence(id)
                .inspect_err(|e| tracing::warn!("{e}"));
        }
        for (_, parties, id) in &turn.introduced {
            let _ = self
                .index
                .introduced(parties, id, Utc::now())
                .inspect_err(|e| tracing::warn!("{e}"));
        }
        Ok(())
    }

    fn start(&mut self, item: crate::ledger::Item) {
        let Some(post) = self.posts.get(&item.account) else {
            return;
        };
        let introduction = item
            .introduction
            .as_ref()
            .and_then(|id| self.desk.books.introductions.get(id))
            .cloned();
        match self.desk.way_of(&item) {
            Way::Probe(question) => {
                let _ = post.jobs.send(Job::Question(question));
            }
            Way::Letter => {
                let _ = post.letters.send(send::Job { item, introduction });
            }
            Way::Deed => {
                let introduction = introduction.map(Box::new);
                let item = Box::new(item);
                let _ = post.jobs.send(Job::Deed { item, introduction });
            }
        }
    }

    /// What ended long ago leaves the disk, also while the process runs for months.
    fn sweep_daily(&mut self) {
        let now = Utc::now();
        if self.damage.is_none() && now - self.swept > chrono::TimeDelta::days(1) {
            self.swept = now;
            let desk = &self.desk;
            self.disk.sweep(|id| desk.keeps(id, now), UNTOUCHED);
        }
    }

    fn request(&mut self, request: &Request) -> Result<Reply, String> {
        if let (Some(damage), false) = (&self.damage, matches!(request, Request::Status)) {
            return Ok(Reply::Refused(damage.clone()));
        }
        match request {
            Request::Status => return Ok(Reply::Done(self.status())),
            Request::Reload => return Ok(reply(self.reload())),
            _ => {}
        }
        let mut turn = Turn::default();
        let done = self.with_world(|desk, world| desk.request(world, request, &mut turn));
        self.carry_out(turn)?;
        if let (Request::Forget { address }, Ok(_)) = (request, &done) {
            self.disk.rewrite(&self.desk.books)?;
            let desk = &self.desk;
            self.disk
                .sweep(|id| desk.keeps(id, Utc::now()), Duration::ZERO);
            if let Err(error) = self.index.forget(address) {
                return Ok(Reply::Refused(format!(
                    "The index could not forget {address}: {error}."
                )));
            }
        }
        Ok(reply(done))
    }

    fn renew_interest(&self) {
        for (name, post) in &self.posts {
            let interest = Interest::of(&self.desk.books, name);
            *post.interest.lock().unwrap_or_else(PoisonError::into_inner) = interest;
        }
    }

    fn say_ready(&mut self, late: bool) {
        if self.options.ready.is_none() {
            return;
        }
        let tried = |p: &Post| p.look.lock().unwrap_or_else(PoisonError::into_inner).tried;
        let open = self
            .gateway_look()
            .is_none_or(|look| look == GatewayLook::Listening);
        if (late || (open && self.posts.values().all(tried)))
            && let Some(ready) = self.options.ready.take()
        {
            ready();
        }
    }

    fn write_marks(&mut self) {
        self.marks_changed = false;
        let path = self.desk.config.state_dir.join("marks.json");
        // Losing it costs a second reading, in which nothing counts twice.
        if let Err(error) = crate::edge::disk::write_private(&path, &self.marks) {
            tracing::warn!("could not keep how far mail is read: {error}");
        }
    }

    fn end(&mut self) {
        // Messages on their way are finished first; what the desk would have to decide stays in the client.
        self.gateway = None;
        // What was found in Sent a moment ago is found again then, and waits anew for its twin.
        if !self.desk.awaits_submissions() {
            self.write_marks();
        }
        // A moment for taking our claim back, so that another machine need not wait for it to end.
        for post in self.posts.values() {
            let _ = post.jobs.send(Job::Stop);
        }
        let until = std::time::Instant::now() + Duration::from_secs(2);
        while self.posts.values().any(Post::is_busy) && std::time::Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.stop.stop();
        for (_, mut post) in std::mem::take(&mut self.posts) {
            drop(post.letters);
            let _ = post.jobs.send(Job::Stop);
            if let Some(worker) = post.worker.take() {
                let _ = worker.join();
            }
        }
    }
}

/// What the index can't read from the mailbox: told again where it was lost.
fn recall(index: &Index, books: &Books) -> Result<(), IndexError> {
    for introduction in books.introductions.values() {
        let account = index.account(&introduction.account)?;
        if account.extent()?.complete {
            continue;
        }
        if matches!(introduction.state, State::Released | State::Slipped) {
            let parties: Vec<_> = introduction
                .parties
                .iter()
                .map(|p| p.address.clone())
                .collect();
            index.introduced(&parties, &introduction.message_id, introduction.updated)?;
        } else {
            index.never_evidence(&introduction.message_id)?;
        }
    }
    Ok(())
}

fn reply(done: Result<serde_json::Value, String>) -> Reply {
    done.map_or_else(Reply::Refused, Reply::Done)
}

/// The letters as configured.
///
/// # Errors
/// As [`crate::edge::wording::templates`].
pub fn templates(config: &Config) -> Result<Templates, String> {
    crate::edge::wording::templates(config.ask.template_dir.as_deref())
}

fn read_marks(state_dir: &Path) -> BTreeMap<String, Marks> {
    let text = std::fs::read(state_dir.join("marks.json")).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The system's random numbers.
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        // Without them no ask could be unguessable: nothing may go on.
        if let Err(error) = getrandom::fill(bytes) {
            tracing::error!("the system gives no random numbers: {error}");
            std::process::abort();
        }
    }
}
