//! Logins by OAuth 2.0: an authorisation server of our own, and a Dovecot that checks each token with it.

#[path = "oauth/authority.rs"]
mod authority;
mod world;

use authority::Authority;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use world::dovecot::{self, Dovecot, Shape};
use world::postfix::{self, Postfix};

const EMAIL: &str = "alex@hub.example";

struct House {
    home: tempfile::TempDir,
    _postfix: Postfix,
    _dovecot: Dovecot,
    authority: Authority,
}

impl House {
    fn build() -> Option<Self> {
        if !postfix::is_here() || !dovecot::checks_tokens() {
            return None;
        }
        let authority = Authority::start(EMAIL);
        let dovecot = Dovecot::start(&Shape {
            authority: Some(authority.port),
            ..Shape::default()
        });
        let postfix = Postfix::start(&dovecot);
        let home = tempfile::tempdir().expect("a folder");
        std::fs::write(home.path().join("ca.pem"), &dovecot.ca).expect("written");
        let server = |kind: &str, port: u16| {
            format!(
                "[accounts.{kind}]\nhost = \"localhost\"\nport = {port}\nauth = \"oauth2\"\n\
                 ca_file = \"ca.pem\"\npassword_file = \"alex.oauth2\"\n\n"
            )
        };
        let at = |path: &str| format!("http://127.0.0.1:{}{path}", authority.port);
        let text = format!(
            "state_dir = \"state\"\n\n[[accounts]]\nname = \"work\"\nemail = \"{EMAIL}\"\n\n{}{}\
             [accounts.oauth2]\nclient_id = \"the-client\"\nauth_url = \"{}\"\ntoken_url = \"{}\"\n\
             device_url = \"{}\"\nscopes = [\"mail\"]\n",
            server("imap", dovecot.imaps_port),
            server("smtp", postfix.tls_port),
            at("/authorize"),
            at("/token"),
            at("/device"),
        );
        std::fs::write(home.path().join("config.toml"), text).expect("written");
        Some(Self {
            home,
            _postfix: postfix,
            _dovecot: dovecot,
            authority,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_askfirst"));
        command
            .arg("--config")
            .arg(self.path("config.toml"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    fn renew(&self, more: &[&str]) -> Child {
        let arguments = [&["setup", "--non-interactive", "--renew", "work"], more].concat();
        self.command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs")
    }

    /// In the browser, as the user does.
    fn log_in(&self) {
        let mut child = self.renew(&[]);
        let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let url = lines
            .find_map(|line| {
                let line = line.expect("a line");
                let url = line.split_whitespace().find(|w| w.starts_with("http://"));
                url.map(str::to_owned)
            })
            .expect("an address to open");
        assert!(url.contains("code_challenge_method=S256"), "{url}");
        self.authority.visit(&url);
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        assert!(child.wait().expect("its end").success(), "{rest:?}");
    }
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn login_in_the_browser_is_kept_and_renewed_ahead_of_its_end() {
    let Some(house) = House::build() else { return };
    let before = house.run(&["doctor"]);
    assert!(text(&before).contains("setup --renew"), "{}", text(&before));
    house.log_in();
    let file = house.path("alex.oauth2");
    let mode = {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(&file).expect("kept").permissions().mode() & 0o777
    };
    assert_eq!(mode, 0o600);
    let good = house.run(&["doctor"]);
    assert!(good.status.success(), "{}", text(&good));
    for part in ["IMAP login", "SMTP login"] {
        assert!(text(&good).contains(part), "{}", text(&good));
    }
    assert_eq!(house.authority.renewals(), 0, "it holds for an hour yet");

    // Nearly over: renewed before it is used, and the rotated token is the one that is kept.
    for round in 1..=3 {
        house.authority.age(&file);
        let good = house.run(&["doctor"]);
        assert!(good.status.success(), "{}", text(&good));
        assert_eq!(house.authority.renewals(), round);
    }
    assert_eq!(
        house.authority.refused(),
        0,
        "no token was shown that was over"
    );
}

#[test]
fn token_that_was_taken_back_says_what_to_do() {
    let Some(house) = House::build() else { return };
    house.log_in();
    house.authority.revoke();
    house.authority.age(&house.path("alex.oauth2"));
    let bad = house.run(&["doctor"]);
    let said = text(&bad);
    assert_eq!(bad.status.code(), Some(1), "{said}");
    assert!(said.contains("askfirst setup --renew work"), "{said}");
    assert!(
        !said.contains("refresh-") && !said.contains("access-"),
        "a token: {said}"
    );
    house.log_in();
    assert!(house.run(&["doctor"]).status.success());
}

#[test]
fn code_is_typed_in_on_another_device() {
    let Some(house) = House::build() else { return };
    let done = house
        .renew(&["--oauth-device"])
        .wait_with_output()
        .expect("its end");
    assert!(done.status.success(), "{}", text(&done));
    assert!(text(&done).contains("ABCD-EFGH"), "{}", text(&done));
    assert!(house.run(&["doctor"]).status.success());
}
