//! A story's world: people on a real Dovecot and a real Postfix, and the built binary in a private
//! folder. One pair of servers serves all stories that run at the same time; nobody meets anybody
//! else's people, because every house has domains of its own.

use super::client::Lying;
use super::dovecot::{Dovecot, Shape};
use super::people::{Draft, Person};
use super::postfix::{self, Postfix};
use serde_json::Value;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine before a story counts as broken.
const PATIENCE: Duration = Duration::from_secs(45);

/// Looks again and again until there is something to see.
#[track_caller]
pub fn eventually<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look)
}

/// The same with another patience.
#[track_caller]
pub fn within<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + patience;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < until, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(120));
    }
}

/// A short while in which nothing may happen; the story then looks that nothing did.
pub fn quiet() {
    std::thread::sleep(Duration::from_millis(1500));
}

/// Both servers.
pub struct Pair {
    // Postfix goes first: it delivers into the other.
    pub postfix: Postfix,
    pub dovecot: Dovecot,
}

static PAIR: Mutex<Weak<Pair>> = Mutex::new(Weak::new());
static HOUSES: AtomicU32 = AtomicU32::new(1);

impl Pair {
    /// The pair that is running, or a new one; the last to leave stops it.
    pub fn join() -> Arc<Self> {
        let mut running = PAIR.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pair) = running.upgrade() {
            return pair;
        }
        let dovecot = Dovecot::start(&Shape {
            without: lacking(),
            ..Shape::default()
        });
        let pair = Arc::new(Self {
            postfix: Postfix::start(&dovecot),
            dovecot,
        });
        *running = Arc::downgrade(&pair);
        pair
    }
}

/// Extensions that the stories are to do without, such as `NOTIFY MOVE`: the same stories, by
/// other ways.
fn lacking() -> &'static [&'static str] {
    static LACKING: OnceLock<Vec<&'static str>> = OnceLock::new();
    LACKING.get_or_init(|| {
        let words = std::env::var("ASKFIRST_TEST_WITHOUT").unwrap_or_default();
        words.leak().split_whitespace().collect()
    })
}

/// How the servers are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    Plain,
    Tls,
    StartTls,
}

/// What stands in the configuration file.
#[derive(Clone, Debug)]
pub struct Settings {
    pub wire: Wire,
    /// Whether the authority of the servers' certificate is named.
    pub trusting: bool,
    pub imap_password: &'static str,
    /// Whether the gateway is open; its local password is `gwsecret`.
    pub gateway: bool,
    /// No sending route (`smtp.mode = "drafts"`).
    pub by_hand: bool,
    /// Ports in front of the servers' own, for IMAP and submission.
    pub imap_through: Option<u16>,
    pub smtp_through: Option<u16>,
    /// Variables that override keys, such as `ASKFIRST__ASK__GRACE`.
    pub variables: Vec<(&'static str, &'static str)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            wire: Wire::Plain,
            trusting: true,
            imap_password: "secret",
            gateway: false,
            by_hand: false,
            imap_through: None,
            smtp_through: None,
            variables: Vec::new(),
        }
    }
}

/// What a command said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
    #[track_caller]
    pub fn good(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
    #[track_caller]
    pub fn refused(self) -> Self {
        assert_eq!(self.code, 1, "{self:?}");
        assert!(!self.err.trim().is_empty(), "without a sentence: {self:?}");
        self
    }
}

pub struct House {
    pub alex: Person,
    pub rachel: Person,
    pub jordan: Person,
    pub sam: Person,
    pub settings: Settings,
    /// Where the gateway listens, if it does.
    pub gateway_port: u16,
    number: u32,
    daemon: Option<Child>,
    dir: tempfile::TempDir,
    pub pair: Arc<Pair>,
}

impl House {
    /// `None`, with a printed sentence, where there are no servers to run.
    pub fn build(settings: Settings) -> Option<Self> {
        if !postfix::is_here() {
            return None;
        }
        let pair = Pair::join();
        let number = HOUSES.fetch_add(1, Ordering::Relaxed);
        let dir = tempfile::Builder::new()
            .prefix("askfirst-house-")
            .tempdir_in("/tmp")
            .expect("a folder");
        let person = |name: &str, local: &str, domain: &str| {
            Person::new(
                name,
                &format!("{local}@{domain}-{number}.example"),
                pair.dovecot.imap_port,
                pair.postfix.plain_port,
            )
        };
        let house = Self {
            alex: person("Alex Rivera", "alex", "hub"),
            rachel: person("Rachel Winters", "rachel", "north"),
            jordan: person("Jordan Okafor", "jordan", "south"),
            sam: person("Sam Lindqvist", "sam", "west"),
            settings,
            gateway_port: super::dovecot::free_port(),
            number,
            daemon: None,
            dir,
            pair,
        };
        house.configure();
        Some(house)
    }

    /// The usual house with the daemon running.
    pub fn open() -> Option<Self> {
        Self::open_with(Settings::default())
    }

    pub fn open_with(settings: Settings) -> Option<Self> {
        let mut house = Self::build(settings)?;
        house.start();
        Some(house)
    }

    /// One more person.
    pub fn person(&self, name: &str, local: &str, domain: &str) -> Person {
        Person::new(
            name,
            &format!("{local}@{domain}-{}.example", self.number),
            self.pair.dovecot.imap_port,
            self.pair.postfix.plain_port,
        )
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes the configuration file.
    pub fn configure(&self) {
        let Pair { dovecot, postfix } = &*self.pair;
        let (security, imap, smtp) = match self.settings.wire {
            Wire::Plain => ("none", dovecot.imap_port, postfix.plain_port),
            Wire::Tls => ("tls", dovecot.imaps_port, postfix.tls_port),
            Wire::StartTls => ("starttls", dovecot.imap_port, postfix.starttls_port),
        };
        let imap = self.settings.imap_through.unwrap_or(imap);
        let smtp = self.settings.smtp_through.unwrap_or(smtp);
        let ca = self.path("ca.pem");
        std::fs::write(&ca, &dovecot.ca).expect("written");
        let trust = if self.settings.trusting {
            format!("ca_file = {ca:?}\n")
        } else {
            String::new()
        };
        let server = |kind: &str, port: u16, password: &str| {
            format!(
                "[accounts.{kind}]\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\n\
                 password_command = \"echo {password}\"\n{trust}\n"
            )
        };
        let gateway = if self.settings.gateway {
            format!(
                "\n[gateway]\nenabled = true\nlisten = \"127.0.0.1:{}\"\npassword_command = \"echo gwsecret\"\n",
                self.gateway_port
            )
        } else {
            String::new()
        };
        let text = format!(
            "state_dir = {:?}\n\n[[accounts]]\nname = \"work\"\nemail = \"{}\"\ndisplay_name = \"{}\"\nlanguage = \"en\"\n\n\
             {}{}[drafts]\nsettle = \"1s\"\n\n[ask]\nconfirm = \"never\"\ngrace = \"1s\"\n\n[notify]\ndesktop = false\n{gateway}",
            self.path("state"),
            self.alex.address,
            self.alex.name,
            server("imap", imap, self.settings.imap_password),
            match self.settings.by_hand {
                true => "[accounts.smtp]\nmode = \"drafts\"\n\n".to_owned(),
                false => server("smtp", smtp, "secret"),
            },
        );
        std::fs::write(self.path("config.toml"), text).expect("written");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_askfirst"));
        command
            .arg("--config")
            .arg(self.path("config.toml"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.dir.path())
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .envs(self.settings.variables.iter().copied())
            .stdin(Stdio::null());
        command
    }

    /// Starts the daemon and waits for nothing.
    pub fn spawn(&mut self) {
        self.spawn_with(&[]);
    }

    fn spawn_with(&mut self, variables: &[(&str, &std::path::Path)]) {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path("log"))
            .expect("a log");
        let child = self
            .command(&["run"])
            .env("RUST_LOG", "askfirst=debug")
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the daemon");
        self.daemon = Some(child);
    }

    /// Starts the daemon and waits for READY=1, as systemd does.
    pub fn start_only(&mut self) {
        let socket = self.path("notify");
        let _ = std::fs::remove_file(&socket);
        let ear = UnixDatagram::bind(&socket).expect("a socket");
        ear.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        self.spawn_with(&[("NOTIFY_SOCKET", &socket)]);
        let mut heard = [0; 512];
        loop {
            let n = ear
                .recv(&mut heard)
                .unwrap_or_else(|e| panic!("no READY=1: {e}\n{}", self.log()));
            if String::from_utf8_lossy(&heard[..n])
                .lines()
                .any(|l| l == "READY=1")
            {
                return;
            }
        }
    }

    /// Starts the daemon and waits until it watches.
    pub fn start(&mut self) {
        self.start_only();
        eventually("the note that watching has begun", || {
            self.alex
                .inbox()
                .iter()
                .any(|m| m.subject() == "askfirst is watching now")
                .then_some(())
        });
        eventually("connected and indexed", || {
            let status = self.askfirst(&["status", "--json"]).json();
            let account = &status["accounts"][0];
            (account["imap"] == "connected"
                && account["indexed"].as_u64() >= account["to_index"].as_u64())
            .then_some(())
        });
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().expect("killed");
            daemon.wait().expect("ended");
        }
    }

    /// SIGTERM, which ends it cleanly.
    pub fn stop(&mut self) {
        let Some(mut daemon) = self.daemon.take() else {
            return;
        };
        let term = Command::new("kill").arg(daemon.id().to_string()).status();
        assert!(term.is_ok_and(|s| s.success()), "SIGTERM");
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = daemon.try_wait().expect("its end") {
                assert!(status.success(), "ended with {status}\n{}", self.log());
                return;
            }
            if Instant::now() > until {
                let _ = daemon.kill();
                let _ = daemon.wait();
                panic!("SIGTERM did not end it\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn pid(&self) -> u32 {
        self.daemon.as_ref().expect("a daemon").id()
    }

    /// Whether the daemon still runs.
    pub fn runs(&mut self) -> bool {
        self.daemon
            .as_mut()
            .is_some_and(|d| matches!(d.try_wait(), Ok(None)))
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Runs a command of the binary.
    pub fn askfirst(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().expect("the binary");
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// What `list --all --json` says of it.
    pub fn listed(&self, draft: &Draft) -> Option<Value> {
        let all = self.askfirst(&["list", "--all", "--json"]).good().json();
        let all = all.as_array().expect("an array").clone();
        all.into_iter().find(|i| i["message_id"] == draft.id)
    }

    #[track_caller]
    pub fn until(&self, draft: &Draft, state: &str) -> Value {
        let mut last = Value::Null;
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            last = self.listed(draft).unwrap_or_default();
            if last["state"] == state {
                return last;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("“{}” never became {state}: {last:#}", draft.subject);
    }

    #[track_caller]
    pub fn until_answer(&self, draft: &Draft, person: &Person, answer: &str) -> Value {
        eventually(&format!("{}'s {answer}", person.name), || {
            let found = self.listed(draft)?;
            let party = party(&found, person);
            (party["answer"] == answer).then_some(found)
        })
    }

    /// Leaves the draft and waits until its held copy is all there is.
    #[track_caller]
    pub fn hold(&self, draft: &Draft) -> Lying {
        self.alex.mail().draft(&draft.raw);
        self.until_held(draft)
    }

    /// Waits until a copy of what came through the gateway stands in Held.
    #[track_caller]
    pub fn until_placed(&self, draft: &Draft) {
        eventually("the copy in Held", || {
            (self.count("Askfirst/Held", draft) == 1).then_some(())
        });
    }

    #[track_caller]
    pub fn until_held(&self, draft: &Draft) -> Lying {
        // Moved first and unmarked then: a look may come between the two.
        let held = eventually("the held copy", || {
            let copy = self.alex.mail().with_id("Askfirst/Held", &draft.id).pop();
            copy.filter(|copy| !copy.has("\\Draft"))
        });
        eventually("the draft gone from Drafts", || {
            let mut mail = self.alex.mail();
            mail.with_id("Drafts", &draft.id).is_empty().then_some(())
        });
        held
    }

    /// The one ask in a party's inbox.
    #[track_caller]
    pub fn ask_to(&self, person: &Person, draft: &Draft) -> Lying {
        let ask = eventually(&format!("the ask to {}", person.name), || {
            person.letters_from(&self.alex, &draft.id).pop()
        });
        let all = person.letters_from(&self.alex, &draft.id).len();
        assert_eq!(all, 1, "asks to {}", person.name);
        ask
    }

    /// A note to the user with these words in its subject.
    #[track_caller]
    pub fn note(&self, words: &str) -> Lying {
        eventually(&format!("a note “{words}”"), || {
            self.notes(words).into_iter().next()
        })
    }

    pub fn notes(&self, words: &str) -> Vec<Lying> {
        let mut notes = self.alex.inbox();
        notes.retain(|m| m.field("X-Askfirst").is_some() && m.subject().contains(words));
        notes
    }

    /// How many copies lie in a folder of the user.
    pub fn count(&self, folder: &str, draft: &Draft) -> usize {
        self.alex.mail().with_id(folder, &draft.id).len()
    }

    #[track_caller]
    pub fn assert_heard_nothing(&self, people: &[&Person]) {
        for person in people {
            let got: Vec<_> = person.inbox().iter().map(Lying::subject).collect();
            assert_eq!(got, [""; 0], "{} got mail", person.name);
        }
    }
}

/// What the JSON of an introduction says of a party.
pub fn party<'a>(introduction: &'a Value, person: &Person) -> &'a Value {
    static NOBODY: Value = Value::Null;
    introduction["parties"]
        .as_array()
        .and_then(|all| all.iter().find(|p| p["address"] == person.address))
        .unwrap_or(&NOBODY)
}

impl Drop for House {
    fn drop(&mut self) {
        let broken = std::thread::panicking();
        if broken {
            let listed = self.askfirst(&["list", "--all", "--json"]);
            eprintln!("--- list --all --json\n{}{}", listed.out, listed.err);
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let from = lines.len().saturating_sub(60);
            eprintln!("--- log\n{}", lines[from..].join("\n"));
            let ours = format!("-{}.example", self.number);
            let logs = self.pair.postfix.log() + &self.pair.dovecot.log();
            let lines: Vec<&str> = logs.lines().filter(|l| l.contains(&ours)).collect();
            eprintln!("--- servers\n{}", lines.join("\n"));
            let ledger = std::fs::read_to_string(self.path("state/ledger.jsonl"));
            eprintln!(
                "--- state: {:?}, ledger of {} octets in {}",
                self.dir.path(),
                ledger.unwrap_or_default().len(),
                self.path("state").display()
            );
        }
        self.kill();
        if broken && std::env::var_os("ASKFIRST_KEEP").is_some() {
            let kept = std::mem::replace(&mut self.dir, tempfile::tempdir().expect("a folder"));
            eprintln!("--- kept: {}", kept.keep().display());
        }
    }
}
