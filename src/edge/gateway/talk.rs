//! One client's conversation, with its sockets.

use super::limit::Limit;
use super::route::Route;
use super::session::{Act, Session};
use super::upstream::Upstream;
use super::wire::Wire;
use super::{Hashed, House, Place, hashed, reply};
use crate::mail::Address;
use std::io;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

/// A client that is not logged in has this long for it all.
const STRANGER: Duration = Duration::from_secs(30);
/// A client that is says something at least every five minutes (RFC 5321 §4.5.3.2.7).
const RESTING: Duration = Duration::from_secs(5 * 60);
/// And takes what is said to it.
const TAKING: Duration = Duration::from_secs(60);
/// After a refused login.
const REFUSED: Duration = Duration::from_secs(1);
/// What is read at a time, at first and when much is coming.
const SIP: usize = 16 << 10;
const GULP: usize = 256 << 10;
/// What is still heard of a client that was sent away in the middle of its message.
const FAREWELL: (usize, Duration) = (64 << 20, Duration::from_secs(5));

/// One client.
pub struct Talk {
    pub(super) house: Rc<House>,
    wire: Wire,
    limit: Limit,
    pub(super) session: Session,
    pub(super) route: Option<Rc<Route>>,
    pub(super) upstream: Option<Upstream>,
    reading: usize,
    place: Place,
    /// Its verdict is written and perhaps not read.
    pub(super) unheard: Option<super::recorder::Key>,
    /// The message held what none may.
    pub(super) spoiled: bool,
}

impl Talk {
    pub(super) fn new(house: Rc<House>, wire: Wire, place: Place) -> Self {
        let session = Session::new(&house.greeting, house.offer());
        Self {
            house,
            wire,
            limit: Limit::new(),
            session,
            route: None,
            upstream: None,
            reading: SIP,
            place,
            unheard: None,
            spoiled: false,
        }
    }

    /// Until one of the two has enough.
    pub async fn run(mut self) {
        let logged_in = {
            let leave = self.place.leave.clone();
            let entering = timeout(STRANGER, self.converse(true));
            tokio::select! {
                biased;
                done = entering => matches!(done, Ok(Ok(true))),
                () = leave.notified() => false,
            }
        };
        self.place.is_known();
        if logged_in {
            let _ = self.converse(false).await;
        }
        self.part().await;
    }

    /// True when it ended with a login that was waited for.
    async fn converse(&mut self, until_login: bool) -> io::Result<bool> {
        loop {
            if until_login && self.session.is_logged_in() {
                return Ok(true);
            }
            match self.session.act() {
                Act::Read => {
                    if self.house.stopping.get() {
                        self.session
                            .out
                            .extend_from_slice(b"421 4.3.2 askfirst is stopping\r\n");
                        self.flush().await?;
                        return Ok(false);
                    }
                    self.read(RESTING).await?;
                }
                Act::Login { user, password } => self.login(&user, &password).await?,
                Act::Dial => self.dial().await?,
                Act::Await => self.ask().await,
                Act::Begin => self.message().await?,
                Act::Body { .. } | Act::Close | Act::Spoiled => {
                    self.flush().await?;
                    if self.spoiled || !self.session.input().is_empty() {
                        self.listen_out().await;
                    }
                    return Ok(false);
                }
            }
        }
    }

    /// Sends what is to be said, and reads more.
    pub(super) async fn read(&mut self, patience: Duration) -> io::Result<()> {
        self.flush().await?;
        let reading = self.reading;
        let buffer = self.session.buffer();
        buffer.reserve(reading);
        let room = buffer.capacity() - buffer.len();
        let n = self.limit.on(patience, self.wire.read_buf(buffer)).await?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if n == room {
            self.reading = GULP;
        }
        // It goes on, so it has heard what was said.
        self.heard();
        Ok(())
    }

    fn heard(&mut self) {
        if let Some(key) = self.unheard.take() {
            self.house.recorder.borrow_mut().done(&key, super::now());
        }
    }

    /// One write for all that is to be said.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        if self.session.out.is_empty() {
            return Ok(());
        }
        let wire = &mut self.wire;
        let out = &self.session.out;
        timeout(TAKING, async {
            wire.write_all(out).await?;
            wire.flush().await
        })
        .await??;
        self.session.out.clear();
        Ok(())
    }

    async fn login(&mut self, user: &str, password: &[u8]) -> io::Result<()> {
        let wanted = Address::new(user).ok();
        let found = wanted.and_then(|wanted| {
            let mut routes = self.house.routes.iter();
            routes.find(|r| r.account.email == wanted).cloned()
        });
        // Both are looked at, whatever the first says.
        let right = same(&hashed(password), &self.house.password);
        match found {
            Some(route) if right => {
                // By the time the client has a message the conversation that it needs is there.
                route.warm();
                self.session.logged_in(route.offer().unwrap_or_default());
                self.route = Some(route);
                self.place.is_known();
            }
            _ => {
                tracing::warn!("a login at the gateway was refused");
                self.flush().await?;
                tokio::time::sleep(REFUSED).await;
                self.session.not_logged_in();
            }
        }
        Ok(())
    }

    async fn dial(&mut self) -> io::Result<()> {
        let Some(route) = &self.route else {
            return Err(io::Error::other("nobody is logged in"));
        };
        match route.take().await {
            Ok(upstream) => {
                self.session.connected(upstream.offer.has("PIPELINING"));
                self.upstream = Some(upstream);
            }
            Err(reply) => self.session.refuse_mail(&reply),
        }
        Ok(())
    }

    /// Says what is to be said to the real server, and hears the oldest answer.
    pub(super) async fn ask(&mut self) {
        match self.asked().await {
            Ok(()) => {}
            Err(why) => {
                self.upstream = None;
                self.session.lost(&reply(
                    451,
                    "4.4.2",
                    &format!(
                        "The connection to the real mail server was lost ({why}); nothing was sent"
                    ),
                ));
            }
        }
    }

    async fn asked(&mut self) -> io::Result<()> {
        let up = std::mem::take(&mut self.session.up);
        let heard = match &mut self.upstream {
            None => Err(io::Error::other("it is closed")),
            Some(upstream) => match upstream.send(&up).await {
                Ok(()) => upstream.hear().await,
                Err(error) => Err(error),
            },
        };
        let worn = self.upstream.as_ref().is_some_and(|u| u.used) && self.session.is_fresh();
        let heard = match heard {
            // A conversation that was kept for later may be over on the other side, and nothing of this message
            // was said in it that was answered: it begins anew.
            Err(_) if worn => self.again().await,
            Ok(reply) if worn && reply.code == 421 => self.again().await,
            other => other,
        }?;
        if let Some(upstream) = &mut self.upstream {
            upstream.used = true;
        }
        match heard.code {
            // It would make the client ask for *its* password.
            530 | 534 | 535 | 538 => {
                self.session.verdict(
                    454,
                    &reply(
                        454,
                        "4.7.0",
                        "The real mail server wants another login from askfirst; nothing was sent",
                    ),
                );
            }
            421 => {
                let mut words = heard.bytes;
                if let Some(code) = words.get_mut(..3) {
                    code.copy_from_slice(b"451");
                }
                self.upstream = None;
                self.session.lost(&words);
            }
            200..=299 | 400..=599 => self.session.verdict(heard.code, &heard.bytes),
            _ => return Err(io::Error::other("it answers out of turn")),
        }
        Ok(())
    }

    async fn again(&mut self) -> io::Result<super::upstream::Reply> {
        let Some(route) = self.route.clone() else {
            return Err(io::Error::other("nobody is logged in"));
        };
        self.upstream = None;
        let mut upstream = route.fresh().await.map_err(|reply| {
            io::Error::other(String::from_utf8_lossy(&reply).trim_end().to_owned())
        })?;
        let lines = self.session.said_again();
        upstream.send(&lines).await?;
        let heard = upstream.hear().await;
        self.upstream = Some(upstream);
        heard
    }

    /// The conversation with the real server is free for the next message.
    pub(super) fn release_upstream(&mut self) {
        if let (Some(upstream), Some(route)) = (self.upstream.take(), &self.route) {
            route.put_back(upstream);
        }
        self.session.disconnected();
    }

    /// A client that was sent away is heard out for a moment: closing at once could take our last words from it.
    async fn listen_out(&mut self) {
        let (most, patience) = FAREWELL;
        let wire = &mut self.wire;
        let _ = timeout(patience, async {
            let _ = wire.shutdown().await;
            let mut block = vec![0; SIP];
            let mut heard = 0;
            while heard < most {
                match wire.read(&mut block).await {
                    Ok(n) if n > 0 => heard += n,
                    _ => break,
                }
            }
        })
        .await;
    }

    async fn part(mut self) {
        // An end in good order, right after the verdict, is how some programs say goodbye; one that was cut off is not.
        if self.upstream.is_some() {
            if self.session.transaction().is_some() {
                self.session.take_back();
            }
            while self.session.asked().is_some() && self.upstream.is_some() {
                self.ask().await;
            }
            self.release_upstream();
        }
        if let Wire::Tls(_) = &self.wire {
            let _ = timeout(Duration::from_secs(1), self.wire.shutdown()).await;
        }
    }
}

/// Whether two hashes are equal, in a time that does not tell where they differ.
fn same(a: &Hashed, b: &Hashed) -> bool {
    a.iter().zip(b).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}
