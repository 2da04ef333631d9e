//! askfirst itself, with its gateway open and its index complete: judging is switched on.

use super::dovecot::{Dovecot, free_port};
use super::load::{Client, Target};
use super::{median, ms};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Program {
    pub port: u16,
    pub user: String,
    child: Child,
    dir: tempfile::TempDir,
}

/// A real server behind TLS, and the authority that signed its certificate.
pub struct Tls {
    pub port: u16,
    pub ca: PathBuf,
}

impl Program {
    pub fn start(server: &Dovecot, sink: u16, tls: Option<&Tls>) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700))
            .expect("permissions");
        let (port, user) = (
            free_port(),
            format!("alex@hub-{}.example", std::process::id()),
        );
        let smtp = match tls {
            None => format!("host = \"127.0.0.1\"\nport = {sink}\nsecurity = \"none\""),
            Some(tls) => format!(
                "host = \"localhost\"\nport = {}\nsecurity = \"tls\"\nca_file = {:?}",
                tls.port, tls.ca
            ),
        };
        let text = format!(
            "state_dir = {:?}\n[[accounts]]\nname = \"work\"\nemail = \"{user}\"\ndisplay_name = \"Alex Rivera\"\nlanguage = \"en\"\n\
             [accounts.imap]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\npassword_command = \"echo secret\"\n\
             [accounts.smtp]\n{smtp}\npassword_command = \"echo secret\"\n[gateway]\nenabled = true\nlisten = \"127.0.0.1:{port}\"\n\
             password_command = \"echo gwsecret\"\n[ask]\nconfirm = \"always\"\n[detect]\nmax_holds = 100000\n[notify]\ndesktop = false\n",
            dir.path().join("state"),
            server.imap_port,
        );
        let path = dir.path().join("config.toml");
        std::fs::write(&path, text).expect("a configuration");
        let log = std::fs::File::create(dir.path().join("log")).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_askfirst"))
            .arg("--config")
            .arg(&path)
            .arg("run")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("askfirst");
        let it = Self {
            port,
            user,
            child,
            dir,
        };
        it.wait(&path);
        it
    }

    fn wait(&self, config: &std::path::Path) {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let status = Command::new(env!("CARGO_BIN_EXE_askfirst"))
                .arg("--config")
                .arg(config)
                .args(["status", "--json"])
                .output();
            let text = status
                .map(|o| String::from_utf8_lossy(&o.stdout).replace(' ', ""))
                .unwrap_or_default();
            if text.contains("\"gateway\":\"listening\"") && text.contains("\"imap\":\"connected\"")
            {
                // The first index of an empty mailbox follows the connection at once.
                std::thread::sleep(Duration::from_secs(2));
                return;
            }
            let log = std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
            assert!(
                Instant::now() < until,
                "askfirst is not ready: {text}\n{log}"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Of its memory, in kB.
    pub fn memory(&self, name: &str) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let line = text
            .lines()
            .find_map(|l| l.strip_prefix(name)?.strip_prefix(':').map(str::to_owned));
        line.and_then(|l| l.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    }

    /// From the final dot of an introduction to its 250.
    pub fn held(&self, target: &Target, count: usize) {
        let mut times = Vec::new();
        for n in 0..count {
            let (a, b) = (
                format!("ada{n}@north.example"),
                format!("ben{n}@south.example"),
            );
            // All words differ from one to the next: alike, they would be a mail-merge.
            let own: Vec<String> = (0..30).map(|w| format!("w{n}x{w}")).collect();
            let text = format!(
                "From: Alex Rivera <{}>\r\nTo: Ada Quist{n} <{a}>, Ben Holt{n} <{b}>\r\nSubject: Ada{n} <> Ben{n}\r\n\
                 Message-ID: <intro{n}@hub.example>\r\n\r\nDear Ada{n} and Ben{n},\r\n\r\nI would like to introduce you two to each other. \
                 Ada{n} builds {}; Ben{n} looks for {}.\r\n\r\nBest wishes,\r\nAlex\r\n.\r\n",
                self.user,
                own[..15].join(" "),
                own[15..].join(" "),
            );
            let mut client = Client::connect(target).expect("a client");
            times.push(client.send(&[&a, &b], text.as_bytes()).expect("held"));
            client.quit().expect("goodbye");
            std::thread::sleep(Duration::from_millis(30));
        }
        let spool =
            std::fs::read_dir(self.dir.path().join("state/spool")).map_or(0, Iterator::count);
        println!("\n{}", bare_disk(&self.dir.path().join("bare")));
        println!(
            "an introduction, from its final dot to the durable 250: p50 {:.2} ms ({count} sent, {spool} held)",
            ms(median(times))
        );
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

/// What the disk takes for the least that a hold can be: a new file under its name and a line in the ledger, synced.
fn bare_disk(dir: &std::path::Path) -> String {
    use std::io::Write as _;
    std::fs::create_dir(dir).expect("a folder");
    let mut ledger = std::fs::File::create(dir.join("ledger")).expect("a file");
    let times = (0..100).map(|n| {
        let begun = Instant::now();
        let (staged, held) = (dir.join("staged"), dir.join(format!("{n}.eml")));
        std::fs::write(&staged, [b'x'; 1000]).expect("written");
        std::fs::rename(&staged, &held).expect("renamed");
        let synced = std::fs::File::open(&held).and_then(|f| f.sync_all());
        synced.expect("synced");
        let synced = std::fs::File::open(dir).and_then(|d| d.sync_all());
        synced.expect("synced");
        ledger.write_all(&[b'x'; 2000]).expect("written");
        ledger.sync_data().expect("synced");
        begun.elapsed()
    });
    format!(
        "the bare disk for a file and a line of the ledger, synced: p50 {:.2} ms",
        ms(median(times.collect()))
    )
}
