//! The submission gateway: the one place where a pressed Send can be stopped.
//!
//! A loopback listener to which the client's outgoing server is set. Ordinary mail streams through to
//! the real server in the same breath, byte for byte, with that server's own verdicts; what may be an introduction is
//! gathered, and the desk says what becomes of it. Nothing is queued here, ever: a mail is at the
//! real server, or durably held, or still in the client.
//!
//! All conversations share one thread, so nothing here needs a lock; whatever might take longer than a
//! moment (the judge, the disk, a password store) is done elsewhere.

mod body;
mod command;
mod gather;
mod limit;
mod message;
mod offer;
mod peer;
mod recorder;
mod route;
mod session;
mod talk;
mod upstream;
mod wire;

pub use offer::Offer;

use crate::config::Config;
use crate::desk::gateway::{Received, Submitted, Watched};
use crate::edge::disk::Spool;
use crate::edge::{Stop, secret};
use crate::mail::{Message, MessageId};
use recorder::Recorder;
use route::Route;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use wire::Wire;

/// Conversations at one time.
const MOST: usize = 128;
/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(20);
/// How long messages that are on their way may take when the daemon stops.
const PARTING: Duration = Duration::from_secs(8);
/// A port that is taken, or a password that cannot be read, is tried again after this.
const AGAIN: Duration = Duration::from_secs(10);

/// The daemon behind the gateway.
pub trait Behind: Send + Sync {
    /// What concerns us in this account's mail.
    fn watched(&self, account: &str) -> Arc<Watched>;
    /// Whether this may be an introduction. Takes its time: never called from the gateway's own thread.
    fn may_be_one(&self, account: &str, message: &Message) -> bool;
    /// The desk decides; what it says is durable when it says it.
    fn submit(&self, mail: Submitted) -> oneshot::Receiver<Received>;
    /// Whether Sent shows this message.
    fn in_sent(&self, account: &str, message_id: MessageId) -> oneshot::Receiver<bool>;
    /// Something that only the user can mend, told once for each key.
    fn trouble(&self, account: &str, key: &str, text: &str);
    /// How the real server was found.
    fn way(&self, account: &str, good: bool);
    /// What the real server offers, when it has changed.
    fn offers(&self, account: &str, offer: &Offer);
}

/// What is seen of the gateway from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Not open yet.
    #[default]
    Opening,
    Listening,
    /// Why it is not open; it is tried again.
    Failed(String),
}

/// The running gateway; it closes when this is dropped.
pub struct Gateway {
    look: Arc<Mutex<Look>>,
    stop: Stop,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Gateway {
    /// Opens it, on a thread of its own. `looked` is called whenever its look changes.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(
        config: &Arc<Config>,
        spool: Spool,
        stop: &Stop,
        behind: Arc<dyn Behind>,
        looked: impl Fn() + Send + 'static,
    ) -> Result<Self, String> {
        let failed = |e: std::io::Error| format!("Could not start the gateway: {e}.");
        let stop = stop.child().map_err(failed)?;
        let look = Arc::new(Mutex::new(Look::Opening));
        let opening = Opening {
            config: config.clone(),
            spool,
            behind,
            stop: stop.clone(),
            look: look.clone(),
        };
        let thread = std::thread::Builder::new()
            .name("gateway".to_owned())
            .stack_size(2 << 20)
            .spawn(move || opening.run(&looked))
            .map_err(failed)?;
        Ok(Self {
            look,
            stop,
            thread: Some(thread),
        })
    }

    #[must_use]
    pub fn look(&self) -> Look {
        self.look
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the gateway's thread begins with.
struct Opening {
    config: Arc<Config>,
    spool: Spool,
    behind: Arc<dyn Behind>,
    stop: Stop,
    look: Arc<Mutex<Look>>,
}

/// What a login is held against: never the password itself.
pub(crate) type Hashed = [u8; 32];

fn hashed(password: &[u8]) -> Hashed {
    Sha256::digest(password).into()
}

/// Everything that conversations share.
struct House {
    routes: Vec<Rc<Route>>,
    password: Hashed,
    greeting: String,
    behind: Arc<dyn Behind>,
    spool: Spool,
    recorder: RefCell<Recorder>,
    /// Those that have not logged in, oldest first; one that is told leaves.
    strangers: RefCell<BTreeMap<u64, Rc<Notify>>>,
    present: Cell<usize>,
    arrived: Cell<u64>,
    /// In the middle of a message.
    busy: Cell<usize>,
    stopping: Cell<bool>,
    /// Messages that were held back so far.
    staged: Cell<u64>,
}

impl Opening {
    fn run(self, looked: &dyn Fn()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(8)
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(e) => return self.show(Look::Failed(e.to_string()), looked),
        };
        loop {
            match self.open() {
                Ok(door) => {
                    self.show(Look::Listening, looked);
                    tracing::info!("the gateway listens on {}", self.config.gateway.listen);
                    let local = tokio::task::LocalSet::new();
                    runtime.block_on(local.run_until(self.serve(door)));
                    return;
                }
                Err(why) => {
                    tracing::warn!("the gateway is not open: {why}");
                    self.show(Look::Failed(why), looked);
                }
            }
            if self.stop.wait(AGAIN) {
                return;
            }
        }
    }

    fn show(&self, look: Look, looked: &dyn Fn()) {
        *self.look.lock().unwrap_or_else(PoisonError::into_inner) = look;
        looked();
    }

    fn open(&self) -> Result<Door, String> {
        let settings = &self.config.gateway;
        let listen = |place: SocketAddr| -> Result<TcpListener, String> {
            let listener = bind(place)
                .map_err(|e| format!("Could not listen on {place}: {e}. Is another program there? Set another port with gateway.listen, and in your mail program."))?;
            Ok(listener)
        };
        let plain = listen(settings.listen)?;
        let tls = match settings.tls_listen {
            None => None,
            Some(place) => {
                let acceptor =
                    acceptor(settings.cert_file.as_deref(), settings.key_file.as_deref())?;
                Some((listen(place)?, acceptor))
            }
        };
        let password = secret::read(&settings.secret, "the gateway").map_err(|e| e.to_string())?;
        Ok(Door {
            plain,
            tls,
            password: hashed(password.expose_secret().as_bytes()),
        })
    }

    async fn serve(&self, door: Door) {
        let mut instance = [0; 8];
        let _ = getrandom::fill(&mut instance);
        let instance: String = instance.iter().map(|b| format!("{b:02x}")).collect();
        let known = read_offers(&offers_file(&self.config.state_dir));
        let shared: Arc<str> = instance.as_str().into();
        let routes = self.config.accounts.iter().map(|account| {
            let offer = known.get(&account.name).cloned();
            Route::new(account.clone(), shared.clone(), self.behind.clone(), offer)
        });
        let record = self.config.state_dir.join("gateway.jsonl");
        let house = Rc::new(House {
            routes: routes.collect(),
            password: door.password,
            greeting: format!("localhost ESMTP askfirst {instance}"),
            behind: self.behind.clone(),
            spool: self.spool.clone(),
            recorder: RefCell::new(Recorder::open(&record, now())),
            strangers: RefCell::default(),
            present: Cell::new(0),
            arrived: Cell::new(0),
            busy: Cell::new(0),
            stopping: Cell::new(false),
            staged: Cell::new(0),
        });
        // So that what may be offered is known before the first client asks.
        for route in &house.routes {
            if route.offer().is_none() {
                route.warm();
            }
        }
        let tls = door.tls.map(|(listener, acceptor)| {
            tokio::net::TcpListener::from_std(listener).map(|listener| (listener, acceptor))
        });
        let (Ok(plain), Ok(tls)) = (
            tokio::net::TcpListener::from_std(door.plain),
            tls.transpose(),
        ) else {
            return;
        };
        if let Some((listener, acceptor)) = tls {
            let house = house.clone();
            let Ok(at) = listener.local_addr() else {
                return;
            };
            tokio::task::spawn_local(async move {
                loop {
                    let accepted = listener.accept().await;
                    house.clone().greet(accepted, at, Some(&acceptor)).await;
                }
            });
        }
        let Ok(at) = plain.local_addr() else {
            return;
        };
        let accepting = async {
            loop {
                house.clone().greet(plain.accept().await, at, None).await;
            }
        };
        tokio::select! {
            () = accepting => {}
            () = stopped(&self.stop) => {}
        }
        drop(plain);
        house.stopping.set(true);
        let until = tokio::time::Instant::now() + PARTING;
        while house.busy.get() > 0 && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for route in &house.routes {
            let _ = tokio::time::timeout(Duration::from_millis(300), route.close()).await;
        }
    }
}

impl House {
    /// A name in the spool that nobody else has.
    fn stage_name(&self) -> String {
        let number = self.staged.get() + 1;
        self.staged.set(number);
        format!("staged-{number}")
    }

    /// What may be offered before a login: what every account's real server offers.
    fn offer(&self) -> Offer {
        let offers = self.routes.iter().map(|r| r.offer().unwrap_or_default());
        offers.reduce(|all, one| all.and(&one)).unwrap_or_default()
    }

    /// One that has just connected. `at`: where it was listened for, which is one address and no other.
    async fn greet(
        self: Rc<Self>,
        accepted: std::io::Result<(TcpStream, SocketAddr)>,
        at: SocketAddr,
        tls: Option<&tokio_native_tls::TlsAcceptor>,
    ) {
        let (socket, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, or gone again before it was taken.
                tracing::debug!(%error, "a connection to the gateway was lost");
                tokio::time::sleep(Duration::from_millis(50)).await;
                return;
            }
        };
        // Linux hands it on from the listener.
        if !cfg!(target_os = "linux") && socket.set_nodelay(true).is_err() {
            return;
        }
        if peer::is_own(peer, at) == Some(false) {
            let _ = socket
                .try_write(b"554 5.7.1 This gateway serves another user of this computer\r\n");
            return;
        }
        if self.present.get() >= MOST {
            // Somebody who has not logged in makes room.
            let oldest = self.strangers.borrow_mut().pop_first();
            match oldest {
                Some((_, leave)) => leave.notify_one(),
                None => {
                    let _ = socket
                        .try_write(b"421 4.3.2 Too many connections; try again in a moment\r\n");
                    return;
                }
            }
        }
        // Before its task first runs: a crowd is taken from the queue faster than tasks begin, and
        // each of it must be there to be sent away.
        let place = Place::take(&self);
        let tls = tls.cloned();
        tokio::task::spawn_local(async move {
            let wire = match tls {
                None => Some(Wire::Plain(socket)),
                Some(tls) => {
                    let shaken = tokio::select! {
                        shaken = tokio::time::timeout(HANDSHAKE, tls.accept(socket)) => shaken.ok(),
                        () = place.leave.notified() => None,
                    };
                    let shaken = shaken.and_then(Result::ok);
                    shaken.map(|s| Wire::Tls(Box::new(s)))
                }
            };
            if let Some(wire) = wire {
                talk::Talk::new(self.clone(), wire, place).run().await;
            }
        });
    }
}

/// The place of one connection among the [`MOST`] there may be, given back when it is dropped.
/// Until somebody logged in on it, it may be asked to leave.
struct Place {
    house: Rc<House>,
    leave: Rc<Notify>,
    number: u64,
}

impl Place {
    fn take(house: &Rc<House>) -> Self {
        house.present.set(house.present.get() + 1);
        let leave = Rc::new(Notify::new());
        let number = house.arrived.get();
        house.arrived.set(number + 1);
        house.strangers.borrow_mut().insert(number, leave.clone());
        Self {
            house: house.clone(),
            leave,
            number,
        }
    }

    /// Nobody is let in at the cost of this one any more.
    fn is_known(&self) {
        self.house.strangers.borrow_mut().remove(&self.number);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.is_known();
        self.house.present.set(self.house.present.get() - 1);
    }
}

struct Door {
    plain: TcpListener,
    tls: Option<(TcpListener, tokio_native_tls::TlsAcceptor)>,
    password: Hashed,
}

/// The address can be used again at once after a restart; a second listener beside this one is refused.
fn bind(place: SocketAddr) -> std::io::Result<TcpListener> {
    // The standard library sets SO_REUSEADDR on Unix only, which is where it means this.
    let listener = TcpListener::bind(place)?;
    listener.set_nonblocking(true)?;
    #[cfg(target_os = "linux")]
    rustix::net::sockopt::set_tcp_nodelay(&listener, true)?;
    Ok(listener)
}

fn acceptor(
    cert: Option<&Path>,
    key: Option<&Path>,
) -> Result<tokio_native_tls::TlsAcceptor, String> {
    let (Some(cert), Some(key)) = (cert, key) else {
        return Err("gateway.tls_listen needs gateway.cert_file and gateway.key_file.".to_owned());
    };
    let read = |path: &Path| {
        std::fs::read(path).map_err(|e| format!("Could not read {}: {e}.", path.display()))
    };
    let (cert, key) = (read(cert)?, read(key)?);
    let made = native_tls::Identity::from_pkcs8(&cert, &key)
        .and_then(native_tls::TlsAcceptor::new)
        .map_err(|e| format!("gateway.cert_file and gateway.key_file cannot be used: {e}. The key must be PKCS#8 in PEM form."))?;
    Ok(made.into())
}

/// A reply with an enhanced code (RFC 2034), in ASCII, as long as a line may be.
fn reply(code: u16, status: &str, text: &str) -> Vec<u8> {
    let text: String = text
        .chars()
        .map(|c| match c {
            '“' | '”' => '"',
            '’' => '\'',
            c if c.is_ascii_graphic() || c == ' ' => c,
            _ => '?',
        })
        .take(400)
        .collect();
    format!("{code} {status} {text}\r\n").into_bytes()
}

/// Seconds of Unix time.
fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// Where the offers of the real servers are kept, for a start without them.
#[must_use]
pub fn offers_file(state_dir: &Path) -> PathBuf {
    state_dir.join("offers.json")
}

/// What was kept there.
#[must_use]
pub fn read_offers(path: &Path) -> HashMap<String, Offer> {
    let text = std::fs::read(path).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Ends when the daemon is told to.
#[cfg(unix)]
async fn stopped(stop: &Stop) {
    use std::os::fd::AsFd;
    use tokio::net::unix::pipe::Receiver;
    if let Ok(fd) = stop.as_fd().try_clone_to_owned()
        && let Ok(hung_up) = Receiver::from_owned_fd(fd)
        && hung_up.readable().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

/// Ends within a quarter of a second of the daemon being told to.
#[cfg(not(unix))]
async fn stopped(stop: &Stop) {
    while !stop.is_stopped() {
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}
