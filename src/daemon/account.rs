//! One account's mailbox: a thread that connects, reads what is new, and does one job after another.
//!
//! Deeds are repeated after a lost connection until they have gone one way or the other; they look
//! before they act, so a repeat does no harm. Questions are dropped: the desk asks them anew.

use super::Message;
use super::door::Door;
use super::{perform, ready};
use crate::config::{Account, SmtpMode};
use crate::desk::{Heard, Outcome, Question};
use crate::edge::Stop;
use crate::edge::disk::Spool;
use crate::edge::imap::{self, Watcher};
use crate::edge::index::Index;
use crate::introduction::Introduction;
use crate::ledger::{Books, Errand, Item};
use crate::mail::{Address, MessageId};
use crate::mailroom::claim::{Claimant, LOOK as FOLLOW, RENEW};
use crate::mailroom::{self, Careful, Memo, Places};
use crate::port::{FolderName, FolderStatus, Mailbox, MailboxError, Place};
use std::collections::{BTreeMap, HashSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// All folders are looked at this often, so that an answer that a rule has moved is found.
const ROUND: Duration = Duration::from_secs(300);
/// While somebody's answer is awaited: a rule may have put it into a folder that nobody watches.
const GLANCE: Duration = Duration::from_secs(20);
/// The folders that nobody watches are asked this often for their status, where others are watched.
const LOOK: Duration = Duration::from_secs(20);
/// Without IDLE the folders that matter are asked this often.
const POLL: Duration = Duration::from_secs(60);

/// One thing for the mailbox to do.
pub enum Job {
    Question(Question),
    Deed {
        item: Box<Item>,
        introduction: Option<Box<Introduction>>,
    },
    /// New mail in this place.
    Read(Place),
    /// New mail in this folder: an answer, if one is awaited.
    ReadFolder(FolderName),
    /// Something moved in a watched folder, perhaps into one that is not.
    Look,
    /// The server does not tell of other folders than the one it is asked about, after all.
    WatchEach,
    /// Whether Sent shows this message.
    InSent {
        message_id: MessageId,
        tell: tokio::sync::oneshot::Sender<bool>,
    },
    /// The daemon is stopping: a worker keeps a way to send itself jobs, so its queue never ends
    /// by itself.
    Stop,
}

/// Which mail is worth fetching whole: shared with the daemon, who renews it after every turn.
#[derive(Debug, Default)]
pub struct Interest {
    pub asks: HashSet<MessageId>,
    pub people: HashSet<Address>,
}

impl Interest {
    /// In the answers to what this account has asked.
    #[must_use]
    pub fn of(books: &Books, account: &str) -> Self {
        let mut interest = Self::default();
        let own = |i: &&Introduction| i.account == account;
        for introduction in books.introductions.values().filter(own) {
            for party in &introduction.parties {
                let Some(asked) = &party.asked else { continue };
                interest.asks.insert(asked.message_id.clone());
                interest.asks.extend(asked.reminder.clone());
                if introduction.state.is_open() {
                    interest.people.insert(party.address.clone());
                }
            }
        }
        interest
    }

    /// Whether a mail with this header answers one of our asks, reports on one, or comes from
    /// somebody who was asked.
    #[must_use]
    pub fn wants(&self, header: &[u8]) -> bool {
        if self.asks.is_empty() {
            return false;
        }
        let message = crate::mail::parse(header);
        let report = message.content_type == "multipart/report"
            || message
                .from
                .iter()
                .any(|p| p.address.local().eq_ignore_ascii_case("mailer-daemon"));
        report
            || message
                .in_reply_to
                .iter()
                .chain(&message.references)
                .any(|id| self.asks.contains(id))
            || message
                .from
                .iter()
                .any(|p| self.people.contains(&p.address))
    }
}

/// How far mail was read and dealt with, by folder name: (UIDVALIDITY, next UID).
pub type Marks = BTreeMap<String, (u32, u32)>;

/// What is seen of the account from outside, for `status`.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub connected: bool,
    pub tried: bool,
    pub failed: bool,
    pub trouble: Option<String>,
    pub indexed: u64,
    pub to_index: u64,
}

pub struct Worker {
    pub account: Account,
    pub door: Door,
    pub out: UnboundedSender<Message>,
    pub jobs: Receiver<Job>,
    pub to_self: Sender<Job>,
    pub index: Arc<Index>,
    pub spool: Spool,
    pub interest: Arc<Mutex<Interest>>,
    pub marks: Marks,
    pub look: Arc<Mutex<Look>>,
    pub stop: Stop,
    pub watchers: Vec<Watcher>,
    /// The places that no watcher tells of.
    pub unwatched: Vec<Place>,
    /// Their status when it was last asked.
    pub seen: BTreeMap<Place, FolderStatus>,
    /// The server gave no second connection: the one that there is works first.
    pub crowded: bool,
    /// This process among all that look after the mailbox.
    pub claimant: Claimant,
    pub next_look: Instant,
}

/// Why a session ended.
enum End {
    Stopped,
    Lost(String),
}

impl Worker {
    /// Until stopped: connect, work, and connect again with growing pauses.
    pub fn run(mut self) {
        let mut pause = Duration::from_secs(1);
        let mut refused = 0u32;
        let mut unfinished: Option<Job> = None;
        while !self.stop.is_stopped() {
            let wait = match self.dial() {
                Ok(mailbox) => {
                    refused = 0;
                    match self.session(mailbox, &mut unfinished, &mut pause) {
                        End::Stopped => return,
                        End::Lost(why) => {
                            tracing::info!(
                                account = self.account.name,
                                "the connection is lost: {why}"
                            );
                            self.show(|l| l.connected = false);
                            self.hear(Heard::Lost {
                                account: self.account.name.clone(),
                            });
                            pause
                        }
                    }
                }
                Err(MailboxError::Login(why)) => {
                    refused += 1;
                    let text = self.refused(&why);
                    tracing::warn!(account = self.account.name, "{text}");
                    if refused >= 2 {
                        self.hear(Heard::LockedOut {
                            account: self.account.name.clone(),
                            text: text.clone(),
                        });
                    }
                    self.failed(text);
                    // A third wrong password in a row might lock the account.
                    if refused < 2 {
                        Duration::from_secs(5)
                    } else {
                        Duration::from_secs(900)
                    }
                }
                Err(error) => {
                    let text = format!(
                        "Could not open the mailbox of account “{}” on {}:{}: {error}",
                        self.account.name, self.account.imap.host, self.account.imap.port
                    );
                    tracing::warn!(account = self.account.name, "{text}");
                    self.failed(text);
                    pause
                }
            };
            if self.stop.wait(wait) {
                return;
            }
            pause = (pause * 2).min(Duration::from_secs(300));
        }
    }

    /// Only the user can mend it.
    fn refused(&self, why: &str) -> String {
        let why = why.trim_end_matches('.');
        if let Some(renew) = why.strip_prefix("the login of") {
            return format!("The login of{renew}.");
        }
        format!(
            "The incoming mail server {} refuses the login of {}: {why}. Check the password of account “{}”; \
             `askfirst setup --renew {}` takes a new one.",
            self.account.imap.host,
            self.account.imap.username,
            self.account.name,
            self.account.name
        )
    }

    fn session(
        &mut self,
        mailbox: imap::Account,
        unfinished: &mut Option<Job>,
        pause: &mut Duration,
    ) -> End {
        match self.work(mailbox, unfinished, pause) {
            Ok(()) | Err(MailboxError::Interrupted) => End::Stopped,
            Err(_) if self.stop.is_stopped() => End::Stopped,
            Err(error) => End::Lost(error.to_string()),
        }
    }

    fn work(
        &mut self,
        mut mailbox: imap::Account,
        unfinished: &mut Option<Job>,
        pause: &mut Duration,
    ) -> Result<(), MailboxError> {
        // Never beside a mailbox's first session: its folders are made one by one.
        let ahead = if self.marks.is_empty() {
            None
        } else {
            self.dial_ahead(&mailbox)
        };
        let places = mailroom::open_places(&mut mailbox, &self.account.folders)?;
        if self.marks.is_empty() {
            settle_in(&mut mailbox, &places)?;
        }
        // Watching begins first; what is seen from then on is looked at after the rest.
        let mailbox = self.watch(&places, mailbox, ahead)?;
        // From here on nothing is touched that was not looked at first, nor anything in Trash.
        let mailbox = &mut Careful::new(mailbox, places.untouchable());
        let mut memo = Memo::default();
        let server = mailbox.capabilities();
        let account = self.account.name.clone();
        // What lies in Drafts now is learnt before anything else is read.
        if let Some(drafts) = &places.drafts {
            let survey = memo.survey(mailbox, drafts)?;
            self.hear(Heard::Surveyed {
                account: account.clone(),
                place: Place::Drafts,
                survey,
            });
        }
        match self.look_who_leads(mailbox, &places) {
            Err(MailboxError::Refused { text, .. }) => {
                let text = format!(
                    "The mail server of account “{account}” does not let askfirst keep its notes in the folder {}: {text}",
                    places.memory
                );
                self.failed(text.clone());
                return Err(MailboxError::Lost(text));
            }
            other => other?,
        }
        self.hear(Heard::Connected {
            account,
            exchange: server.exchange,
        });
        self.show(|l| {
            l.connected = true;
            l.tried = true;
            l.failed = false;
            l.trouble = None;
        });
        self.read_everything(mailbox, &places)?;
        *pause = Duration::from_secs(1);
        let mut next_round = Instant::now() + ROUND;
        loop {
            let job = match unfinished.take() {
                Some(job) => job,
                None => {
                    let glance = self.awaits_answers();
                    let until = match (glance, server.idle) {
                        (true, _) => next_round.min(Instant::now() + GLANCE),
                        (false, true) if self.unwatched.is_empty() => next_round,
                        (false, true) => next_round.min(Instant::now() + LOOK),
                        (false, false) => next_round.min(Instant::now() + POLL),
                    };
                    let until = until.min(self.next_look);
                    match self
                        .jobs
                        .recv_timeout(until.saturating_duration_since(Instant::now()))
                    {
                        Ok(job) => job,
                        Err(RecvTimeoutError::Disconnected) => return Ok(()),
                        Err(RecvTimeoutError::Timeout) => {
                            if Instant::now() >= self.next_look {
                                self.look_who_leads(mailbox, &places)?;
                                continue;
                            }
                            self.look_at_unwatched(mailbox, &places)?;
                            if server.idle && Instant::now() < next_round {
                                if glance {
                                    self.read_changed(mailbox, &places, true)?;
                                }
                            } else {
                                next_round = Instant::now() + ROUND;
                                self.read_everything(mailbox, &places)?;
                            }
                            continue;
                        }
                    }
                }
            };
            match job {
                Job::Question(question) => self.question(mailbox, &places, &mut memo, question)?,
                Job::Read(place) => self.read_place(mailbox, &places, place)?,
                Job::ReadFolder(folder) => {
                    if self.awaits_answers() {
                        self.read_folder(mailbox, &places, &folder)?;
                    }
                }
                Job::Look => self.look_at_unwatched(mailbox, &places)?,
                Job::WatchEach => self.watch_each(&places),
                Job::InSent { message_id, tell } => {
                    let found = super::looking::is_in_sent(mailbox, &places, &message_id, None)?;
                    let _ = tell.send(found);
                }
                Job::Stop => {
                    // Best done, not needed: the claim would end by itself.
                    let _ = self.claimant.leave(mailbox, &places.memory);
                    return Ok(());
                }
                Job::Deed { item, introduction } => {
                    let result = self.deed(mailbox, &places, &item, introduction.as_deref());
                    match result {
                        Ok(outcome) => self.hear(Heard::Done {
                            item: item.id,
                            outcome,
                        }),
                        Err(MailboxError::Refused { code, text }) => {
                            tracing::warn!(
                                account = self.account.name,
                                code,
                                "the mail server refused: {text}"
                            );
                            self.hear(Heard::Done {
                                item: item.id,
                                outcome: Outcome::Failed(text),
                            });
                        }
                        Err(error) => {
                            *unfinished = Some(Job::Deed { item, introduction });
                            return Err(error);
                        }
                    }
                }
            }
        }
    }

    fn deed(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        item: &Item,
        introduction: Option<&Introduction>,
    ) -> Result<Outcome, MailboxError> {
        if item.errand == Errand::Look {
            // Everything that arrived first is heard first: a “no” stops what a look would let go.
            self.read_place(mailbox, places, Place::Inbox)?;
            self.read_place(mailbox, places, Place::Sent)?;
        }
        if self.account.smtp_mode == SmtpMode::Drafts {
            let (own, at) = (&self.account.email, chrono::Utc::now());
            let done = ready::deed(mailbox, places, &self.spool, own, item, introduction, at)?;
            if let Some(outcome) = done {
                return Ok(outcome);
            }
        }
        let stop = self.stop.clone();
        let wait = |pause| stop.wait(pause);
        let outcome = perform::deed(mailbox, places, &self.spool, item, introduction, &wait)?;
        if matches!(item.errand, Errand::Look | Errand::Remember { .. }) {
            // Something is about to leave: so its final dot need not wait for this.
            self.look_who_leads(mailbox, places)?;
        }
        Ok(outcome)
    }

    /// Who looks after this mailbox, and what it remembers.
    pub(super) fn look_who_leads(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
    ) -> Result<(), MailboxError> {
        let seen = self
            .claimant
            .look(mailbox, &places.memory, chrono::Utc::now())?;
        self.next_look = Instant::now()
            + if seen.leads { RENEW } else { FOLLOW }
                .to_std()
                .unwrap_or_default();
        self.hear(Heard::Led {
            account: self.account.name.clone(),
            seen,
        });
        Ok(())
    }

    fn awaits_answers(&self) -> bool {
        let interest = self.interest.lock().unwrap_or_else(PoisonError::into_inner);
        !interest.people.is_empty()
    }

    pub(super) fn hear(&self, heard: Heard) {
        let _ = self.out.send(Message::Heard(heard));
    }

    pub(super) fn show(&self, change: impl FnOnce(&mut Look)) {
        change(&mut self.look.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn failed(&self, text: String) {
        self.show(|l| {
            l.connected = false;
            l.tried = true;
            l.failed = true;
            l.trouble = Some(text);
        });
        let _ = self.out.send(Message::Tried);
    }
}

/// Asks after every folder once, one after another, before several connections do at once: a server
/// that makes its folders at their first use (Dovecot, `auto = create`) locks itself up for a minute
/// when two connections make it do so together. Only ever needed in a mailbox never seen before.
fn settle_in(mailbox: &mut dyn Mailbox, places: &Places) -> Result<(), MailboxError> {
    for folder in &places.selectable {
        match mailbox.status(folder) {
            Ok(_) | Err(MailboxError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
