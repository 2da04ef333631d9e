//! The gateway by itself, through real sockets: a real server that does as it is told on the one side, a
//! client on the other, and a desk that decides as the story wants. Linux and other Unix alike.

mod attacks;
mod client;
mod crowd;
mod cut;
mod fidelity;
mod full;
mod held;
mod large;
mod ordinary;
mod real;

use askfirst::config::{Config, Surroundings};
use askfirst::desk::gateway::{Received, Submitted, Watched};
use askfirst::edge::Stop;
use askfirst::edge::disk::Disk;
use askfirst::edge::gateway::{Behind, Gateway, Look, Offer};
use askfirst::mail::{Message, MessageId};
use client::Client;
use real::Real;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

pub const PASSWORD: &str = "local secret";

/// A daemon for the gateway that decides as it is told.
#[derive(Default)]
pub struct Desk {
    pub watched: Mutex<Watched>,
    pub says: Mutex<Option<Received>>,
    pub got: Mutex<Vec<Submitted>>,
    pub in_sent: AtomicBool,
    pub asked_sent: Mutex<Vec<String>>,
    pub troubles: Mutex<Vec<String>>,
    pub judged: AtomicBool,
}

impl Behind for Desk {
    fn watched(&self, _: &str) -> Arc<Watched> {
        Arc::new(self.watched.lock().unwrap().clone())
    }
    fn may_be_one(&self, _: &str, message: &Message) -> bool {
        self.judged.store(true, Ordering::Relaxed);
        message.subject.contains("<>")
    }
    fn submit(&self, mail: Submitted) -> oneshot::Receiver<Received> {
        let (tell, told) = oneshot::channel();
        self.got.lock().unwrap().push(mail);
        if let Some(says) = self.says.lock().unwrap().clone() {
            let _ = tell.send(says);
        }
        told
    }
    fn in_sent(&self, _: &str, message_id: MessageId) -> oneshot::Receiver<bool> {
        let (tell, told) = oneshot::channel();
        self.asked_sent
            .lock()
            .unwrap()
            .push(message_id.as_str().to_owned());
        let _ = tell.send(self.in_sent.load(Ordering::Relaxed));
        told
    }
    fn trouble(&self, _: &str, key: &str, _: &str) {
        self.troubles.lock().unwrap().push(key.to_owned());
    }
    fn way(&self, _: &str, _: bool) {}
    fn offers(&self, _: &str, _: &Offer) {}
}

/// A gateway in front of a real server.
pub struct House {
    gateway: Option<Gateway>,
    config: Arc<Config>,
    pub desk: Arc<Desk>,
    pub port: u16,
    disk: Disk,
    stop: Stop,
    _dir: tempfile::TempDir,
}

impl House {
    pub fn before(real: &Real) -> Self {
        Self::before_port(real.port)
    }

    pub fn before_port(real: u16) -> Self {
        Self::in_folder(real, tempfile::tempdir().unwrap())
    }

    /// With its state in this folder.
    pub fn in_folder(real: u16, dir: tempfile::TempDir) -> Self {
        let secret = dir.path().join("password");
        std::fs::write(&secret, format!("{PASSWORD}\n")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let text = format!(
            "state_dir = \"state\"\n[[accounts]]\nname = \"work\"\nemail = \"alex@hub.example\"\n\
             [accounts.imap]\nhost = \"127.0.0.1\"\nport = 1\nsecurity = \"none\"\npassword_file = \"password\"\n\
             [accounts.smtp]\nhost = \"127.0.0.1\"\nport = {real}\nsecurity = \"none\"\npassword_file = \"password\"\n\
             [gateway]\nenabled = true\nlisten = \"127.0.0.1:{port}\"\npassword_file = \"password\"\n"
        );
        let config = askfirst::config::read(
            "config.toml",
            &text,
            &Surroundings {
                folder: dir.path(),
                state_dir: None,
                environment: &BTreeMap::new(),
                file: &|_| Err("no file".to_owned()),
            },
        );
        let config = Arc::new(config.unwrap());
        let (disk, _) = Disk::open(&config.state_dir).unwrap();
        let mut house = Self {
            gateway: None,
            config,
            desk: Arc::default(),
            port,
            disk,
            stop: Stop::new().unwrap(),
            _dir: dir,
        };
        house.open();
        house
    }

    pub fn open(&mut self) {
        let spool = self.disk.spool().clone();
        let gateway =
            Gateway::start(&self.config, spool, &self.stop, self.desk.clone(), || {}).unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while gateway.look() != Look::Listening {
            assert!(Instant::now() < until, "{:?}", gateway.look());
            std::thread::sleep(Duration::from_millis(5));
        }
        self.gateway = Some(gateway);
    }

    /// Ends it as a stop of the daemon does.
    pub fn close(&mut self) {
        self.gateway = None;
    }

    /// A client that has logged in.
    pub fn client(&self) -> Client {
        let mut client = Client::connect(self.port);
        client.log_in();
        client
    }

    /// What lies in the spool.
    pub fn spooled(&self) -> usize {
        std::fs::read_dir(self.config.state_dir.join("spool"))
            .unwrap()
            .count()
    }
}

/// Waits for what a story promises.
#[track_caller]
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < until, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub const ONE: &[&str] = &["rachel@north.example"];
pub const BOTH: &[&str] = &["rachel@north.example", "jordan@south.example"];

/// A mail to these people, with a Message-ID of its own.
pub fn mail(to: &[&str], subject: &str, text: &str) -> Vec<u8> {
    let id: String = subject
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!(
        "From: alex@hub.example\r\nTo: {}\r\nSubject: {subject}\r\nMessage-ID: <{id}@hub.example>\r\n\r\n{}",
        to.join(", "),
        text.replace('\n', "\r\n")
    )
    .into_bytes()
}
