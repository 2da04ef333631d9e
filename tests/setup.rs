//! From nothing to a running askfirst: the built binary as a newcomer uses it, with a real Dovecot and
//! a real Postfix, a domain's own DNS and autoconfiguration on loopback.

#[path = "setup/nameserver.rs"]
mod nameserver;
mod world;

use nameserver::{NameServer, page};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use world::dovecot::{Dovecot, Shape};
use world::postfix::{self, Postfix};

struct Newcomer {
    home: tempfile::TempDir,
    postfix: Postfix,
    dovecot: Dovecot,
}

impl Newcomer {
    fn new() -> Option<Self> {
        if !postfix::is_here() {
            return None;
        }
        let dovecot = Dovecot::start(&Shape::default());
        let postfix = Postfix::start(&dovecot);
        let home = tempfile::tempdir().expect("a folder");
        std::fs::write(home.path().join("ca.pem"), &dovecot.ca).expect("written");
        Some(Self {
            home,
            postfix,
            dovecot,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn config(&self) -> PathBuf {
        self.path(".config/askfirst/config.toml")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_askfirst"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        use std::io::Write as _;
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut stdin = child.stdin.take().expect("stdin");
        stdin.write_all(input.as_bytes()).expect("written");
        drop(stdin);
        child.wait_with_output().expect("its end")
    }
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[test]
fn newcomer_whose_domain_has_srv_records_needs_an_address_and_a_password() {
    let Some(new) = Newcomer::new() else { return };
    let names = NameServer::start(&[
        (
            "_imaps._tcp.hub.example",
            "localhost",
            new.dovecot.imaps_port,
        ),
        (
            "_submissions._tcp.hub.example",
            "localhost",
            new.postfix.tls_port,
        ),
    ]);
    let resolver = names.address.to_string();
    let arguments = [
        "setup",
        "--non-interactive",
        "--email",
        "alex@hub.example",
        "--display-name",
        "Alex Rivera",
        "--password-stdin",
        "--keep-password",
        "file",
        "--ca-file",
        new.home.path().join("ca.pem").to_str().unwrap(),
        "--resolver",
        &resolver,
        "--index",
    ]
    .map(str::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let wrong = new.run_with_input(&arguments, "mistyped\n");
    assert_eq!(wrong.status.code(), Some(1), "{}", text(&wrong));
    assert!(
        text(&wrong).contains("IMAP login at localhost"),
        "{}",
        text(&wrong)
    );
    assert!(!text(&wrong).contains("mistyped"), "{}", text(&wrong));
    assert!(!new.config().exists(), "nothing is written");

    let done = new.run_with_input(&arguments, "secret\n");
    let said = text(&done);
    assert!(done.status.success(), "{said}");
    for part in [
        "(DNS)",
        "IMAP login",
        "SMTP login",
        "Drafts is “Drafts”",
        "Sent is “Sent”",
    ] {
        assert!(said.contains(part), "{part} is missing:\n{said}");
    }
    assert_eq!(mode(&new.config()), 0o600);
    let password = new.path(".config/askfirst/alex@hub.example.password");
    assert_eq!(mode(&password), 0o600);
    let written = std::fs::read_to_string(new.config()).expect("written");
    assert!(!written.contains("secret\""), "{written}");
    assert!(
        written.contains("# settle = \"30m\""),
        "commented: {written}"
    );
    let doctor = new.run(&["doctor"]);
    assert!(doctor.status.success(), "{}", text(&doctor));

    // Run again it edits, and loses nothing.
    let marked = written.replace("name = \"alex@hub.example\"", "name = \"work\" # my own");
    std::fs::write(new.config(), format!("# kept\n{marked}")).expect("written");
    let again = new.run(&[
        "setup",
        "--non-interactive",
        "--email",
        "alex@hub.example",
        "--display-name",
        "Al Rivera",
    ]);
    assert!(again.status.success(), "{}", text(&again));
    let edited = std::fs::read_to_string(new.config()).expect("written");
    assert_eq!(
        edited,
        format!("# kept\n{marked}").replace("Alex Rivera", "Al Rivera")
    );
}

#[test]
fn domain_with_an_autoconfiguration_file_is_believed() {
    let Some(new) = Newcomer::new() else { return };
    let file = format!(
        "<clientConfig><emailProvider id=\"hub.example\"><incomingServer type=\"imap\">\
         <hostname>localhost</hostname><port>{}</port><socketType>SSL</socketType>\
         <username>%EMAILADDRESS%</username></incomingServer><outgoingServer type=\"smtp\">\
         <hostname>localhost</hostname><port>{}</port><socketType>STARTTLS</socketType>\
         </outgoingServer></emailProvider></clientConfig>",
        new.dovecot.imaps_port, new.postfix.starttls_port
    );
    let url = format!("http://{}/mail/config-v1.1.xml", page(&file));
    let ca = new.path("ca.pem");
    let done = new.run(&[
        "setup",
        "--non-interactive",
        "--email",
        "alex@hub.example",
        "--password-command",
        "echo secret",
        "--ca-file",
        ca.to_str().unwrap(),
        "--autoconfig",
        &url,
    ]);
    let said = text(&done);
    assert!(done.status.success(), "{said}");
    assert!(
        said.contains("autoconfiguration") && said.contains("STARTTLS"),
        "{said}"
    );
}

/// A session bus with a real keyring on it, and a shell that plays the user; `None`, with a printed sentence,
/// where there is none to start.
fn in_a_desktop_session(new: &Newcomer, script: &str) -> Option<Output> {
    for program in ["/usr/bin/dbus-run-session", "/usr/bin/gnome-keyring-daemon"] {
        if !Path::new(program).exists() {
            eprintln!("skipped: no {program} here");
            return None;
        }
    }
    let runtime = new.path("run");
    std::fs::create_dir_all(&runtime).expect("a folder");
    let script = format!(
        "set -e\nprintf keyring-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null\n{script}"
    );
    let mut session = Command::new("/usr/bin/dbus-run-session");
    session
        .args(["--", "/bin/sh", "-c", &script])
        .env_clear()
        .env("HOME", new.home.path())
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("ASKFIRST", env!("CARGO_BIN_EXE_askfirst"))
        .stdin(Stdio::null());
    let output = session.output();
    Some(output.expect("it runs"))
}

#[test]
fn password_lies_in_the_keyring_and_a_locked_one_is_said_to_be_locked() {
    let Some(new) = Newcomer::new() else { return };
    let script = format!(
        "printf 'secret\\n' | \"$ASKFIRST\" setup --non-interactive --email alex@hub.example \\\n\
         --imap localhost:{}/tls --smtp localhost:{}/tls --ca-file '{}' --password-stdin --keep-password keyring\n\
         \"$ASKFIRST\" doctor\n\
         echo ---- locked\n\
         dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \\\n\
         org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null\n\
         \"$ASKFIRST\" doctor || true\n",
        new.dovecot.imaps_port,
        new.postfix.tls_port,
        new.path("ca.pem").display(),
    );
    let Some(output) = in_a_desktop_session(&new, &script) else {
        return;
    };
    let said = text(&output)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(output.status.success(), "{said}");
    let (open, locked) = said.split_once("---- locked").expect("both");
    for part in [
        "IMAP login at localhost",
        "SMTP login at localhost",
        "the system keyring answers",
    ] {
        assert!(open.contains(part), "{part} is missing:\n{open}");
    }
    assert!(
        locked.contains("no IMAP login") && locked.contains("locked: the password"),
        "{locked}"
    );
    let written = std::fs::read_to_string(new.config()).expect("written");
    let mut settings = written.lines().filter(|l| !l.trim_start().starts_with('#'));
    assert!(settings.all(|l| !l.contains("password_")), "{written}");
    assert!(
        !new.path(".config/askfirst/alex@hub.example.password")
            .exists()
    );
}

#[test]
fn without_a_terminal_setup_says_what_to_do() {
    let home = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_askfirst"))
        .arg("setup")
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(
        text(&output).contains("--non-interactive"),
        "{}",
        text(&output)
    );
}

/// Not a test: servers to try `setup` with by hand. It prints what is needed, and ends when the file
/// named there is removed.
#[test]
#[ignore = "runs until it is told to end"]
fn servers_to_try_setup_with() {
    let Some(new) = Newcomer::new() else { return };
    let names = NameServer::start(&[
        (
            "_imaps._tcp.hub.example",
            "localhost",
            new.dovecot.imaps_port,
        ),
        (
            "_submissions._tcp.hub.example",
            "localhost",
            new.postfix.tls_port,
        ),
    ]);
    let stay = new.path("stay");
    std::fs::write(&stay, "").expect("written");
    let line = format!(
        "HOME={} askfirst setup --ca-file {} --resolver {}",
        new.home.path().display(),
        new.path("ca.pem").display(),
        names.address
    );
    std::fs::write("/tmp/askfirst-try", &line).expect("written");
    println!(
        "{line}\nany address of hub.example, password “secret”; rm {} ends it",
        stay.display()
    );
    while stay.exists() {
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
}
