//! Between the gateway's thread and the daemon's: what the one asks and the other decides.

use super::{Daemon, Message, send};
use crate::config::Config;
use crate::desk::gateway::{Received, Submitted, Watched};
use crate::desk::{Desk, Heard};
use crate::detect::Limits;
use crate::edge::gateway::{self, Behind, Gateway, Look, Offer};
use crate::edge::index::Index;
use crate::mail::MessageId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

/// What the gateway asks of the daemon.
#[derive(Debug)]
pub enum Asked {
    Submitted(Box<Submitted>, oneshot::Sender<Received>),
    InSent {
        account: String,
        message_id: MessageId,
        tell: oneshot::Sender<bool>,
    },
    /// It is open now, or is not.
    Looked,
}

/// What it knows without asking, renewed after every turn.
pub struct Gate {
    config: Arc<Config>,
    index: Arc<Index>,
    out: UnboundedSender<Message>,
    watched: Mutex<BTreeMap<String, Arc<Watched>>>,
    /// Accounts whose first index is complete.
    indexed: Mutex<BTreeSet<String>>,
    ways: BTreeMap<String, Arc<Mutex<send::Way>>>,
    offers: Mutex<HashMap<String, Offer>>,
    offers_file: PathBuf,
}

impl Gate {
    pub fn new(
        config: &Arc<Config>,
        index: Arc<Index>,
        out: UnboundedSender<Message>,
        ways: BTreeMap<String, Arc<Mutex<send::Way>>>,
    ) -> Arc<Self> {
        let offers_file = gateway::offers_file(&config.state_dir);
        Arc::new(Self {
            config: config.clone(),
            index,
            out,
            watched: Mutex::default(),
            indexed: Mutex::default(),
            ways,
            offers: Mutex::new(gateway::read_offers(&offers_file)),
            offers_file,
        })
    }

    /// Whether strangers can be told from friends: also before the mailbox is connected, once it was read.
    fn is_indexed(&self, account: &str) -> bool {
        let mut indexed = self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
        if indexed.contains(account) {
            return true;
        }
        let extent = self.index.account(account).and_then(|a| a.extent());
        let complete = extent.is_ok_and(|e| e.complete);
        if complete {
            indexed.insert(account.to_owned());
        }
        complete
    }

    /// Whether all there is to know beside the books is known.
    pub fn is_ready(&self) -> bool {
        let indexed = self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
        indexed.len() >= self.config.accounts.len()
    }

    /// What the desk knows now.
    pub fn renew(&self, desk: &Desk) {
        let now = chrono::Utc::now();
        let accounts = self.config.accounts.iter();
        let watched = accounts.map(|a| {
            let mut watched = desk.watched(&a.name, now);
            watched.ready = self.is_indexed(&a.name);
            (a.name.clone(), Arc::new(watched))
        });
        *self.watched.lock().unwrap_or_else(PoisonError::into_inner) = watched.collect();
    }
}

impl Behind for Gate {
    fn watched(&self, account: &str) -> Arc<Watched> {
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.get(account).cloned().unwrap_or_default()
    }

    fn may_be_one(&self, account: &str, message: &crate::mail::Message) -> bool {
        let Some(own) = self.config.accounts.iter().find(|a| a.name == account) else {
            return false;
        };
        let limits = Limits {
            threshold: self.config.detect.threshold,
            ignore: self.config.detect.ignore.clone(),
        };
        let records = self.index.look(chrono::Utc::now());
        crate::detect::judge(message, &Desk::introducer(own), &limits, &records).introduction
    }

    fn submit(&self, mail: Submitted) -> oneshot::Receiver<Received> {
        let (tell, told) = oneshot::channel();
        let asked = Asked::Submitted(Box::new(mail), tell);
        let _ = self.out.send(Message::Gateway(asked));
        told
    }

    fn in_sent(&self, account: &str, message_id: MessageId) -> oneshot::Receiver<bool> {
        let (tell, told) = oneshot::channel();
        let account = account.to_owned();
        let asked = Asked::InSent {
            account,
            message_id,
            tell,
        };
        let _ = self.out.send(Message::Gateway(asked));
        told
    }

    fn trouble(&self, account: &str, key: &str, text: &str) {
        let heard = Heard::Trouble {
            account: account.to_owned(),
            key: key.to_owned(),
            text: format!(
                "{text}. Mail that you send through askfirst's gateway waits in your mail program until that is mended."
            ),
        };
        let _ = self.out.send(Message::Heard(heard));
    }

    fn way(&self, account: &str, good: bool) {
        let Some(way) = self.ways.get(account) else {
            return;
        };
        let now = if good {
            send::Way::Good
        } else {
            send::Way::Failed
        };
        *way.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    fn offers(&self, account: &str, offer: &Offer) {
        let mut offers = self.offers.lock().unwrap_or_else(PoisonError::into_inner);
        offers.insert(account.to_owned(), offer.clone());
        // Losing it costs a look at the server before the first client is told what it offers.
        if let Err(error) = crate::edge::disk::write_private(&self.offers_file, &*offers) {
            tracing::debug!("could not keep what the outgoing server offers: {error}");
        }
    }
}

impl Daemon {
    /// Opens the gateway, where there is to be one.
    ///
    /// # Errors
    /// When there can be no thread for it.
    pub(super) fn open_gateway(&mut self) -> Result<(), String> {
        let config = self.desk.config.clone();
        if !config.gateway.enabled {
            return Ok(());
        }
        for account in &config.accounts {
            self.ways.entry(account.name.clone()).or_default();
        }
        let ways = self.ways.clone();
        let gate = Gate::new(&config, self.index.clone(), self.out.clone(), ways);
        gate.renew(&self.desk);
        let out = self.out.clone();
        let looked = move || drop(out.send(Message::Gateway(Asked::Looked)));
        let spool = self.disk.spool().clone();
        self.gateway = Some(Gateway::start(
            &config,
            spool,
            &self.stop,
            gate.clone(),
            looked,
        )?);
        self.gate = Some(gate);
        Ok(())
    }

    /// The gateway asks.
    ///
    /// # Errors
    /// A sentence, when the disk fails.
    pub(super) fn gateway_asks(&mut self, asked: Asked) -> Result<(), String> {
        match asked {
            // Not told: the client hears that nothing could be decided, and keeps it.
            Asked::Submitted(..) if self.damage.is_some() => {}
            Asked::Submitted(mail, tell) => {
                let (turn, received) = self.with_world(|desk, world| desk.submitted(world, *mail));
                // What it is told is on the disk by then.
                self.carry_out_and_tell(turn, || drop(tell.send(received)))?;
            }
            Asked::InSent {
                account,
                message_id,
                tell,
            } => {
                if let Some(post) = self.posts.get(&account) {
                    let _ = post
                        .jobs
                        .send(super::account::Job::InSent { message_id, tell });
                }
            }
            Asked::Looked => {}
        }
        Ok(())
    }

    /// For `status`: whether it listens.
    pub(super) fn gateway_look(&self) -> Option<Look> {
        self.gateway.as_ref().map(Gateway::look)
    }
}
