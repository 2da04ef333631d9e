//! One account's way out: a thread that hands over one letter or release after another.

use super::Message;
use super::perform::Kept;
use crate::Timestamp;
use crate::config::Account;
use crate::desk::{Heard, Outcome};
use crate::edge::disk::Spool;
use crate::edge::secret;
use crate::edge::smtp::Smtp;
use crate::introduction::Introduction;
use crate::ledger::{Errand, Item};
use crate::mail::Address;
use crate::port::{Envelope, SendError, Submission};
use chrono::Utc;
use std::fs::File;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// A larger release goes by way of disk.
const IN_MEMORY: u64 = 4 << 20;

/// Something to hand over.
pub struct Job {
    pub item: Item,
    /// `None` for a note about the account itself.
    pub introduction: Option<Introduction>,
}

/// How the outgoing server was last found, for `status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    #[default]
    Untried,
    Good,
    Failed,
}

pub struct Sender {
    pub account: Account,
    pub out: UnboundedSender<Message>,
    pub jobs: Receiver<Job>,
    pub spool: Spool,
    pub way: Arc<Mutex<Way>>,
}

impl Sender {
    /// Until the daemon lets go of it.
    pub fn run(self) {
        while let Ok(job) = self.jobs.recv() {
            let outcome = match self.send(&job) {
                Ok(reply) => Outcome::Sent(reply),
                Err(Trouble::Spool(why)) => Outcome::Failed(why),
                Err(Trouble::Send(error)) => Outcome::NotSent(error),
            };
            let way = match &outcome {
                Outcome::Sent(_) => Some(Way::Good),
                Outcome::NotSent(SendError::Unreachable { .. } | SendError::Login { .. }) => {
                    Some(Way::Failed)
                }
                Outcome::NotSent(_) => Some(Way::Good),
                _ => None,
            };
            if let Some(way) = way {
                *self.way.lock().unwrap_or_else(PoisonError::into_inner) = way;
            }
            if let Outcome::NotSent(error) = &outcome {
                tracing::warn!(account = self.account.name, item = job.item.id, "{error}");
            }
            let heard = Heard::Done {
                item: job.item.id,
                outcome,
            };
            if self.out.send(Message::Heard(heard)).is_err() {
                return;
            }
        }
    }

    fn send(&self, job: &Job) -> Result<String, Trouble> {
        let (introduction, now) = (job.introduction.as_ref(), Utc::now());
        let large = large(&self.spool, &job.item, introduction, now)?;
        let small = match &large {
            Some(_) => None,
            None => {
                let own = &self.account.email;
                Some(outgoing(own, &self.spool, &job.item, introduction, now)?)
            }
        };
        let whom = format!("account “{}” (smtp)", self.account.name);
        let secret = secret::of(&self.account, &self.account.smtp, &whom).map_err(|e| {
            Trouble::Send(SendError::Unreachable {
                why: e.to_string(),
                in_doubt: false,
            })
        })?;
        let mut server = Smtp::new(&self.account.smtp, secret).map_err(|why| {
            Trouble::Send(SendError::Unreachable {
                why,
                in_doubt: false,
            })
        })?;
        // The desk writes it down and says whether the final dot may go out.
        let mut before_dot = || {
            let (tell, told) = std::sync::mpsc::channel();
            let asked = Message::BeforeDot {
                item: job.item.id,
                may: tell,
            };
            self.out.send(asked).is_ok() && told.recv().unwrap_or(false)
        };
        match (large, small) {
            (Some((envelope, mut file)), _) => {
                server.submit_file(&envelope, &mut file, &mut before_dot)
            }
            (None, Some((envelope, bytes))) => server.submit(&envelope, &bytes, &mut before_dot),
            (None, None) => Err(SendError::Stopped),
        }
        .map_err(Trouble::Send)
    }
}

/// Why nothing went out.
pub enum Trouble {
    Spool(String),
    Send(SendError),
}

/// As the client gave it, with its options, where it came through the gateway.
fn released_to(introduction: &Introduction) -> Envelope {
    match &introduction.submission {
        Some(submission) => submission.envelope.clone(),
        None => Envelope {
            from: Some(introduction.from.address.clone()),
            to: introduction.envelope.clone(),
            mail_options: Vec::new(),
            rcpt_options: Vec::new(),
        },
    }
}

/// A release that goes by way of disk, as [`outgoing`] does in memory; `None` for everything else.
fn large(
    spool: &Spool,
    item: &Item,
    introduction: Option<&Introduction>,
    at: Timestamp,
) -> Result<Option<(Envelope, File)>, Trouble> {
    let (Errand::Release, Some(introduction)) = (&item.errand, introduction) else {
        return Ok(None);
    };
    let size = spool.held_size(&introduction.id);
    if size.is_none_or(|size| size <= IN_MEMORY) {
        return Ok(None);
    }
    // Asserted here once more, as there.
    if !introduction.may_leave() {
        return Err(Trouble::Send(SendError::Stopped));
    }
    let edit = |head: &[u8]| crate::mail::edit::for_release(head, at, &introduction.message_id);
    let file = spool
        .release_large(&introduction.id, &introduction.digest, &edit)
        .map_err(Trouble::Spool)?;
    Ok(file.map(|file| (released_to(introduction), file)))
}

/// To whom an item goes, and the exact bytes. Those of a release are kept on disk first, so that
/// Sent gets the very same.
///
/// # Errors
/// When the held bytes are not as they were, or the introduction may not leave.
pub fn outgoing(
    own: &Address,
    spool: &dyn Kept,
    item: &Item,
    introduction: Option<&Introduction>,
    at: Timestamp,
) -> Result<(Envelope, Vec<u8>), Trouble> {
    let (from, to, bytes) = match (&item.errand, introduction) {
        (Errand::Send { letter, .. }, Some(introduction)) => {
            let from = introduction.from.address.clone();
            let to = vec![letter.to.clone()];
            (from, to, letter.bytes.clone().into_bytes())
        }
        // A note to oneself, by mail because some phones only announce real mail.
        (Errand::Tell { letter, .. }, _) => {
            let bytes = letter.bytes.clone().into_bytes();
            (own.clone(), vec![own.clone()], bytes)
        }
        (Errand::Release, Some(introduction)) => {
            // Asserted here once more: nothing leaves unless everybody said yes or the introducer said send.
            if !introduction.may_leave() {
                return Err(Trouble::Send(SendError::Stopped));
            }
            let held = spool
                .held(&introduction.id, &introduction.digest)
                .map_err(Trouble::Spool)?;
            let bytes = crate::mail::edit::for_release(&held, at, &introduction.message_id);
            spool
                .keep_released(&introduction.id, &bytes)
                .map_err(Trouble::Spool)?;
            return Ok((released_to(introduction), bytes));
        }
        _ => return Err(Trouble::Send(SendError::Stopped)),
    };
    let envelope = Envelope {
        from: Some(from),
        to,
        mail_options: Vec::new(),
        rcpt_options: Vec::new(),
    };
    Ok((envelope, bytes))
}
