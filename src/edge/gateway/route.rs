//! The way to one account's real server: a conversation is ready before it is needed, and used again.

use super::offer::Offer;
use super::upstream::{Away, Upstream};
use super::{Behind, reply};
use crate::config::{Account, Auth};
use crate::edge::secret;
use secrecy::{ExposeSecret as _, SecretString};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// An unused conversation is ended after this long.
const IDLE: Duration = Duration::from_secs(60);
/// So many are kept as long as that; the rest is ended sooner.
const KEPT: usize = 4;
const SURPLUS_IDLE: Duration = Duration::from_secs(10);
/// A login that was refused is not tried again before this has passed: servers lock accounts.
const AFTER_REFUSAL: Duration = Duration::from_secs(60);

type Opened = Result<Upstream, Away>;

/// One account's way.
pub struct Route {
    pub account: Account,
    instance: Arc<str>,
    behind: Arc<dyn Behind>,
    secret: RefCell<Option<SecretString>>,
    refused: RefCell<Option<(Instant, String)>>,
    idle: RefCell<Vec<Upstream>>,
    warming: RefCell<VecDeque<oneshot::Receiver<Opened>>>,
    offer: RefCell<Option<Offer>>,
    tending: Cell<bool>,
}

impl Route {
    pub fn new(
        account: Account,
        instance: Arc<str>,
        behind: Arc<dyn Behind>,
        offer: Option<Offer>,
    ) -> Rc<Self> {
        Rc::new(Self {
            account,
            instance,
            behind,
            secret: RefCell::default(),
            refused: RefCell::default(),
            idle: RefCell::default(),
            warming: RefCell::default(),
            offer: RefCell::new(offer),
            tending: Cell::new(false),
        })
    }

    /// What the real server was last seen to offer.
    pub fn offer(&self) -> Option<Offer> {
        self.offer.borrow().clone()
    }

    /// Opens a conversation ahead of its use, unless one is there.
    pub fn warm(self: &Rc<Self>) {
        if !self.idle.borrow().is_empty() || !self.warming.borrow().is_empty() {
            return;
        }
        let (tell, told) = oneshot::channel();
        self.warming.borrow_mut().push_back(told);
        let route = self.clone();
        tokio::task::spawn_local(async move {
            let opened = route.open().await;
            if let Err(Ok(unclaimed)) = tell.send(opened) {
                route.put_back(unclaimed);
            }
            route.tend();
        });
    }

    /// A conversation to use.
    ///
    /// # Errors
    /// The reply that the client gets.
    pub async fn take(self: &Rc<Self>) -> Result<Upstream, Vec<u8>> {
        loop {
            let idle = self.idle.borrow_mut().pop();
            match idle {
                Some(mut upstream) => {
                    if upstream.is_well() {
                        return Ok(upstream);
                    }
                }
                None => break,
            }
        }
        let warming = self.warming.borrow_mut().pop_front();
        if let Some(warming) = warming {
            match warming.await {
                Ok(Ok(mut upstream)) => {
                    if upstream.is_well() {
                        return Ok(upstream);
                    }
                }
                Ok(Err(away)) => return Err(self.told(&away)),
                Err(_) => {}
            }
        }
        self.fresh().await
    }

    /// A conversation that nobody has used.
    ///
    /// # Errors
    /// The reply that the client gets.
    pub async fn fresh(&self) -> Result<Upstream, Vec<u8>> {
        self.open().await.map_err(|away| self.told(&away))
    }

    /// A conversation between two messages.
    pub fn put_back(self: &Rc<Self>, mut upstream: Upstream) {
        if !upstream.is_well() {
            return;
        }
        upstream.used = true;
        upstream.since = Instant::now();
        self.idle.borrow_mut().push(upstream);
        self.tend();
    }

    async fn open(&self) -> Opened {
        let refused = self.refused.borrow().clone();
        if let Some((since, why)) = refused
            && since.elapsed() < AFTER_REFUSAL
        {
            return Err(Away::Login(why));
        }
        let secret = self.secret().await?;
        let mut opened = Upstream::open(&self.account.smtp, &secret, &self.instance).await;
        if let Err(Away::Login(_)) = &opened {
            // It may have been changed: asked for anew, and tried only if it is another one.
            *self.secret.borrow_mut() = None;
            let fresh = self.secret().await?;
            if fresh.expose_secret() != secret.expose_secret() {
                opened = Upstream::open(&self.account.smtp, &fresh, &self.instance).await;
            }
        }
        match &opened {
            Ok(upstream) => {
                *self.refused.borrow_mut() = None;
                let changed = self.offer.borrow().as_ref() != Some(&upstream.offer);
                if changed {
                    *self.offer.borrow_mut() = Some(upstream.offer.clone());
                    self.behind.offers(&self.account.name, &upstream.offer);
                }
            }
            Err(Away::Login(why)) => {
                *self.refused.borrow_mut() = Some((Instant::now(), why.clone()));
                *self.secret.borrow_mut() = None;
                self.behind.trouble(&self.account.name, "smtp login", why);
            }
            Err(_) => {}
        }
        self.behind.way(&self.account.name, opened.is_ok());
        opened
    }

    async fn secret(&self) -> Result<SecretString, Away> {
        // A token ends soon; who fetched it knows when.
        let holds = self.account.smtp.auth == Auth::Password;
        if let Some(secret) = self.secret.borrow().clone().filter(|_| holds) {
            return Ok(secret);
        }
        let whom = format!("account “{}” (smtp)", self.account.name);
        let account = self.account.clone();
        let of = move || secret::of(&account, &account.smtp, &whom);
        let read = tokio::task::spawn_blocking(of).await;
        let secret = match read {
            Ok(Ok(secret)) => secret,
            Ok(Err(error)) => return Err(Away::Login(error.to_string())),
            Err(error) => return Err(Away::Login(error.to_string())),
        };
        *self.secret.borrow_mut() = Some(secret.clone());
        Ok(secret)
    }

    /// The reply to a client whose mail cannot go now.
    fn told(&self, away: &Away) -> Vec<u8> {
        let kept = "nothing was sent, your mail program keeps it";
        match away {
            Away::Unreachable(why) => {
                reply(451, "4.4.1", &format!("The real mail server {why}; {kept}"))
            }
            Away::Tls(why) => reply(
                454,
                "4.7.0",
                &format!("No safe connection to the real mail server: {why}; {kept}"),
            ),
            Away::Login(why) => reply(
                454,
                "4.7.0",
                &format!("askfirst cannot log in to the real mail server: {why}; {kept}"),
            ),
        }
    }

    /// Ends conversations that have been idle, and sleeps when there are none.
    fn tend(self: &Rc<Self>) {
        if self.tending.replace(true) {
            return;
        }
        let route = self.clone();
        tokio::task::spawn_local(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(5)).await;
                let ended = route.ended();
                for upstream in ended {
                    upstream.leave().await;
                }
                if route.idle.borrow().is_empty() && route.warming.borrow().is_empty() {
                    break;
                }
            }
            route.tending.set(false);
        });
    }

    fn ended(&self) -> Vec<Upstream> {
        let mut idle = self.idle.borrow_mut();
        let mut warming = self.warming.borrow_mut();
        for _ in 0..warming.len() {
            let Some(mut opening) = warming.pop_front() else {
                break;
            };
            match opening.try_recv() {
                Ok(Ok(upstream)) => idle.push(upstream),
                Err(oneshot::error::TryRecvError::Empty) => warming.push_back(opening),
                _ => {}
            }
        }
        let mut ended = Vec::new();
        let mut left = idle.len();
        let mut at = 0;
        while at < idle.len() {
            let patience = if left > KEPT { SURPLUS_IDLE } else { IDLE };
            let over = idle.get(at).is_some_and(|u| u.since.elapsed() >= patience);
            if over {
                ended.push(idle.remove(at));
                left -= 1;
            } else {
                at += 1;
            }
        }
        ended
    }

    /// All of them, when the gateway closes.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.borrow_mut());
        for upstream in idle {
            upstream.leave().await;
        }
    }
}
