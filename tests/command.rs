//! The built binary in a folder of its own: arguments in, output and exit code out.

use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A home of its own, with nothing of the real user's in it.
struct Home {
    dir: tempfile::TempDir,
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("config/askfirst")).unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, with the folders above it.
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A configuration that is good, and reaches nobody.
    fn configured(self) -> Self {
        self.write("config/askfirst/config.toml", CONFIG);
        self
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"", &[])
    }

    fn run_with(&self, args: &[&str], input: &[u8], env: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_askfirst"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.path("home"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("PATH", self.path("bin"))
            .env("LC_ALL", "C.UTF-8")
            .envs(env.iter().copied())
            .current_dir(self.dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read its input closes it, which is its right.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        let ran = Ran {
            code: output.status.code().expect("ended by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!ran.err.contains("panicked"), "{args:?}: {}", ran.err);
        ran
    }
}

impl Ran {
    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        // A failure is one sentence, and never silent.
        if code == 1 {
            let last = self.err.lines().last().unwrap_or_default();
            assert!(last.starts_with("askfirst: "), "{}", self.err);
        }
        self
    }

    fn lines(&self) -> Vec<Value> {
        let read = |line| serde_json::from_str(line).unwrap();
        self.out.lines().map(read).collect()
    }
}

const CONFIG: &str = r#"
[[accounts]]
name = "work"
email = "alex@hub.example"
display_name = "Alex Rivera"

[accounts.imap]
host = "127.0.0.1"
port = 9
security = "none"
password_command = "printf secret"

[accounts.smtp]
host = "127.0.0.1"
port = 9
security = "none"
password_command = "printf secret"
"#;

const INTRODUCTION: &str = "\
From: Alex Rivera <alex@hub.example>\r
To: Rachel Winters <rachel@nova.example>, Jordan Lee <jordan@atlas.example>\r
Subject: Rachel <> Jordan\r
Message-ID: <intro@hub.example>\r
Date: Mon, 23 Nov 2026 10:00:00 +0100\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
\r
Hi Rachel, hi Jordan,\r
\r
I would like to introduce you two. Rachel builds sensors for vineyards, Jordan runs one\r
and has been looking for somebody like her. I will let you take it from here.\r
\r
Best,\r
Alex\r
";

const LUNCH: &str = "\
From: Alex Rivera <alex@hub.example>\r
To: Rachel Winters <rachel@nova.example>\r
Subject: Lunch\r
\r
Hi Rachel, lunch on Thursday at one?\r
\r
Alex\r
";

const YES: &str = "\
From: Rachel Winters <rachel@nova.example>\r
To: Alex Rivera <alex@hub.example>\r
Subject: Re: May I introduce you to Jordan?\r
In-Reply-To: <ask@hub.example>\r
\r
Hi Alex,\r
\r
Yes, please do!\r
\r
On Mon, 23 Nov 2026 Alex Rivera wrote:\r
> May I introduce you to Jordan? Just say yes or no.\r
";

#[test]
fn wrong_usage_exits_2_and_says_so() {
    let home = Home::new().configured();
    for args in [
        &["no-such-command"][..],
        &["show"],
        &["answer", "x"],
        &["answer", "x", "rachel@nova.example", "maybe"],
        &["knows", "one@nova.example"],
        &["list", "--no-such-flag"],
        &["check"],
        &["consent"],
        &["--config"],
        &[],
    ] {
        let ran = home.run(args).expect(2);
        assert!(!ran.err.trim().is_empty(), "{args:?}");
        assert!(ran.out.is_empty(), "{args:?}: {}", ran.out);
    }
}

#[test]
fn help_shows_every_command_and_examples() {
    let home = Home::new();
    let help = home.run(&["--help"]).expect(0).out;
    for command in [
        "demo",
        "run",
        "service",
        "status",
        "list",
        "show",
        "ask",
        "release",
        "cancel",
        "answer",
        "remind",
        "check",
        "knows",
        "consent",
        "index",
        "forget",
        "reload",
        "doctor",
        "completions",
        "man",
    ] {
        let shown = help.lines().any(|l| l.trim_start().starts_with(command));
        assert!(shown, "--help does not show {command}");
        home.run(&[command, "--help"]).expect(0);
    }
    assert!(help.contains("Examples:") && help.contains("Exit codes"));
    let version = home.run(&["--version"]).expect(0).out;
    assert_eq!(version, format!("askfirst {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_and_manual_need_no_configuration() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let page = home.run(&["completions", shell]).expect(0).out;
        assert!(
            page.contains("askfirst") && page.contains("consent"),
            "{shell}"
        );
    }
    home.run(&["completions", "tcsh"]).expect(2);
    let page = home.run(&["man"]).expect(0).out;
    assert!(page.contains(".TH askfirst 1") && page.contains("SUBCOMMANDS"));
}

#[test]
fn missing_configuration_names_its_place_and_the_way_to_setup() {
    let home = Home::new();
    for args in [
        &["run"][..],
        &["list"],
        &["status", "--json"],
        &["release", "x"],
    ] {
        let ran = home.run(args).expect(2);
        let place = home.path("config/askfirst/config.toml");
        assert!(
            ran.err.contains(&place.display().to_string()),
            "{}",
            ran.err
        );
        assert!(ran.err.contains("askfirst setup"), "{}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "one sentence: {}", ran.err);
    }
    let ran = home.run(&["--config", "nowhere.toml", "list"]).expect(2);
    assert!(
        ran.err
            .contains(&home.path("nowhere.toml").display().to_string())
    );
}

#[test]
fn wrong_configuration_names_line_or_variable() {
    let home = Home::new();
    let spoilt = CONFIG.replace("display_name", "dispaly_name");
    let path = home.write("spoilt.toml", spoilt);
    // Before the command and after it.
    for args in [
        ["--config", "spoilt.toml", "list"],
        ["list", "--config", "spoilt.toml"],
    ] {
        let ran = home.run(&args).expect(2);
        let place = format!("{}, line 5: ", path.display());
        assert!(
            ran.err.contains(&place) && ran.err.contains("“display_name”"),
            "{}",
            ran.err
        );
    }
    home.write("latin.toml", b"\n\n# caf\xe9\n");
    let ran = home.run(&["--config", "latin.toml", "list"]).expect(2);
    assert!(
        ran.err.contains("line 3") && ran.err.contains("UTF-8"),
        "{}",
        ran.err
    );

    home.write("folder/x", "");
    home.run(&["--config", "folder", "list"]).expect(2);

    let home = home.configured();
    let env = [("ASKFIRST__DRAFTS__SETTLE", "soon")];
    let ran = home.run_with(&["run"], b"", &env).expect(2);
    assert!(ran.err.contains("ASKFIRST__DRAFTS__SETTLE"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn configuration_that_others_may_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new().configured();
    let path = home.path("config/askfirst/config.toml");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o666)).unwrap();
    let ran = home.run(&["list"]).expect(2);
    assert!(ran.err.contains("chmod go-w"), "{}", ran.err);
}

#[test]
fn check_judges_files_boxes_and_folders_in_order() {
    let home = Home::new();
    home.write("a.eml", INTRODUCTION);
    home.write("b.eml", LUNCH);
    let date = "Mon Nov 23 10:00:00 2026";
    home.write(
        "box",
        format!("From x {date}\r\n{LUNCH}\r\nFrom x {date}\r\n{INTRODUCTION}\r\nFrom x {date}\r\n{LUNCH}\r\n"),
    );
    home.write("maildir/new/1.x", INTRODUCTION);
    home.write("maildir/cur/2.x:2,S", LUNCH);
    let ran = home
        .run(&["check", "--json", "a.eml", "b.eml", "box", "maildir"])
        .expect(0);
    let verdicts = ran.lines();
    let words: Vec<_> = verdicts
        .iter()
        .map(|v| v["decision"].as_str().unwrap())
        .collect();
    assert_eq!(
        words,
        ["hold", "pass", "pass", "hold", "pass", "hold", "pass"]
    );
    let indices: Vec<_> = verdicts
        .iter()
        .map(|v| v["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indices, [0, 0, 0, 1, 2, 0, 0]);
    assert_eq!(verdicts[5]["path"], "maildir/new/1.x");

    let first = &verdicts[0];
    let mut keys: Vec<_> = first
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "decision",
            "index",
            "introduction",
            "language",
            "parties",
            "path",
            "reasons",
            "score"
        ]
    );
    assert_eq!(first["path"], "a.eml");
    assert_eq!(first["introduction"], true);
    assert_eq!(first["language"], "en");
    assert_eq!(first["parties"][0]["address"], "rachel@nova.example");
    assert_eq!(first["parties"][0]["name"], "Rachel Winters");
    assert_eq!(first["parties"][1]["address"], "jordan@atlas.example");
    assert!(!first["reasons"].as_array().unwrap().is_empty());

    let piped = home
        .run_with(&["check", "--json", "-"], INTRODUCTION.as_bytes(), &[])
        .expect(0);
    assert_eq!(piped.lines()[0]["path"], "-");
    assert_eq!(piped.lines()[0]["decision"], "hold");

    let text = home.run(&["check", "a.eml"]).expect(0).out;
    assert!(
        text.starts_with("a.eml: hold") && text.contains("Rachel Winters"),
        "{text}"
    );
    assert!(!text.contains('\x1b'), "no colours into a pipe");
}

#[test]
fn check_of_a_whole_mailbox_lists_what_would_be_held_and_sums_up() {
    let home = Home::new();
    home.write("maildir/cur/1.x", LUNCH);
    home.write("maildir/cur/2.x", INTRODUCTION);
    home.write("maildir/cur/3.x", LUNCH);
    let text = home.run(&["check", "maildir"]).expect(0).out;
    assert!(text.contains("2.x: hold"), "{text}");
    assert!(
        !text.contains("pass"),
        "what passes is only counted: {text}"
    );
    assert!(
        text.ends_with("3 messages read: 1 would be held, above.\n"),
        "{text}"
    );
    let text = home.run(&["check", "maildir/cur/1.x"]).expect(0).out;
    assert!(
        text.contains("1.x: pass") && !text.contains("messages read"),
        "{text}"
    );
}

#[test]
fn check_explains_with_every_sign_and_its_weight() {
    let home = Home::new();
    home.write("a.eml", INTRODUCTION);
    let text = home.run(&["check", "--explain", "a.eml"]).expect(0).out;
    assert!(text.starts_with("a.eml: hold"), "{text}");
    assert!(
        text.lines()
            .any(|l| l.trim_start().starts_with('+') && l.contains("words of introducing")),
        "{text}"
    );
    home.run(&["check", "--explain", "--json", "a.eml"])
        .expect(2);
}

#[test]
fn check_takes_a_configured_account_for_the_introducer() {
    let home = Home::new().configured();
    // Somebody else's introduction, found in a mailbox, is still judged as theirs.
    home.write(
        "a.eml",
        INTRODUCTION.replace("alex@hub.example", "kim@hub.example"),
    );
    home.write("b.eml", INTRODUCTION);
    for file in ["a.eml", "b.eml"] {
        let ran = home.run(&["check", "--json", file]).expect(0);
        assert_eq!(ran.lines()[0]["decision"], "hold", "{file}");
    }
    let env = [("ASKFIRST__DETECT__THRESHOLD", "1")];
    let ran = home
        .run_with(&["check", "--json", "b.eml"], b"", &env)
        .expect(0);
    let verdict = &ran.lines()[0];
    let score = verdict["score"].as_f64().unwrap();
    assert_eq!(
        verdict["introduction"],
        Value::Bool(score >= 1.0),
        "the configuration counts"
    );
    assert!(!home.path("state").exists(), "looking makes nothing");
}

#[test]
fn check_goes_on_past_what_cannot_be_read_and_exits_2() {
    let home = Home::new();
    home.write("a.eml", LUNCH);
    home.write("plain/x", "");
    let ran = home
        .run(&["check", "--json", "nowhere.eml", "plain", "a.eml"])
        .expect(2);
    assert!(
        ran.err.contains("nowhere.eml") && ran.err.contains("Maildir"),
        "{}",
        ran.err
    );
    assert_eq!(ran.lines().len(), 1);
}

#[test]
fn check_survives_whatever_the_bytes() {
    let home = Home::new();
    let nested = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n".repeat(200);
    for junk in [
        &b""[..],
        &b"\x00\xff".repeat(500),
        b"From: x\r\n",
        b"From ",
        b"From x\n\nFrom y\n\n",
        b"Subject: =?utf-8?b?!!!?=\r\nTo: <<<>>\r\n\r\n\xff\xff",
        &nested,
    ] {
        for args in [
            &["check", "--json", "-"][..],
            &["check", "-"],
            &["check", "--reply", "--json", "-"],
        ] {
            home.run_with(args, junk, &[]).expect(0);
        }
    }
}

#[test]
fn check_reply_reads_what_the_person_wrote() {
    let home = Home::new();
    home.write("yes.eml", YES);
    let ran = home
        .run(&["check", "--reply", "--json", "yes.eml"])
        .expect(0);
    let reading = &ran.lines()[0];
    let mut keys: Vec<_> = reading
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(keys, ["answer", "index", "kind", "path", "reasons", "text"]);
    assert_eq!(
        (&reading["kind"], &reading["answer"]),
        (&"answer".into(), &"yes".into())
    );
    let text = reading["text"].as_str().unwrap();
    assert!(
        text.contains("Yes, please do!") && !text.contains("May I introduce"),
        "{text}"
    );

    let machine = YES.replace(
        "In-Reply-To:",
        "Auto-Submitted: auto-replied\r\nIn-Reply-To:",
    );
    let ran = home
        .run_with(
            &["check", "--reply", "--json", "-"],
            machine.as_bytes(),
            &[],
        )
        .expect(0);
    assert_eq!(ran.lines()[0]["kind"], "auto_reply");
    assert_eq!(ran.lines()[0]["answer"], Value::Null);
}

#[test]
fn commands_that_look_need_neither_daemon_nor_state() {
    let home = Home::new().configured();
    assert_eq!(home.run(&["list", "--json"]).expect(0).out, "[]\n");
    assert_eq!(home.run(&["list", "--all", "--json"]).expect(0).out, "[]\n");
    assert!(
        home.run(&["list"])
            .expect(0)
            .out
            .contains("No introduction")
    );
    assert_eq!(
        home.run(&["consent", "list", "--json"]).expect(0).out,
        "[]\n"
    );
    assert!(home.run(&["show", "7kqx"]).expect(1).err.contains("7kqx"));

    let ran = home.run(&["status", "--json"]);
    assert_eq!(ran.code, 1, "it does not run");
    let status = &ran.lines()[0];
    assert_eq!(status["running"], false);
    assert_eq!(status["since"], Value::Null);
    assert_eq!(
        (&status["waiting"], &status["attention"]),
        (&0.into(), &0.into())
    );
    let account = status["accounts"][0].as_object().unwrap();
    for key in [
        "name", "imap", "smtp", "gateway", "indexed", "to_index", "leader", "trouble",
    ] {
        assert!(
            account.contains_key(key),
            "unknown is null, never absent: {key}"
        );
    }
    assert_eq!(
        (&account["name"], &account["imap"]),
        (&"work".into(), &"off".into())
    );
    assert!(home.run(&["status"]).out.contains("not running"));
    assert!(!home.path("state").exists(), "looking makes nothing");
}

#[test]
fn decisions_without_a_daemon_are_written_down_or_refused() {
    let home = Home::new().configured();
    for args in [
        &["release", "7kqx"][..],
        &["cancel", "7kqx"],
        &["ask", "7kqx"],
        &["remind", "7kqx"],
    ] {
        home.run(args).expect(1);
    }
    home.run(&["answer", "7kqx", "rachel@nova.example", "yes"])
        .expect(1);
    home.run(&["answer", "7kqx", "rachel", "yes"]).expect(2);
    assert!(home.run(&["reload"]).expect(1).err.contains("not running"));

    home.run(&["consent", "grant", "rachel@nova.example"])
        .expect(0);
    home.run(&[
        "consent",
        "refuse",
        "jordan@atlas.example",
        "--about",
        "rachel@nova.example",
    ])
    .expect(0);
    let ran = home.run(&["consent", "list", "--json"]).expect(0);
    let list = &ran.lines()[0];
    assert_eq!(
        (&list[0]["kind"], &list[0]["about"]),
        (&"always".into(), &Value::Null)
    );
    assert_eq!(
        (&list[1]["kind"], &list[1]["about"]),
        (&"declined".into(), &"rachel@nova.example".into())
    );
    home.run(&["consent", "revoke", "rachel@nova.example"])
        .expect(0);
    home.run(&["consent", "revoke", "rachel@nova.example"])
        .expect(1);
    home.run(&["consent", "grant", "rachel"]).expect(2);

    home.run_with(&["forget", "jordan@atlas.example"], b"n\n", &[])
        .expect(1);
    assert!(
        home.run(&["consent", "list"])
            .expect(0)
            .out
            .contains("jordan")
    );
    home.run_with(&["forget", "jordan@atlas.example"], b"y\n", &[])
        .expect(0);
    assert!(
        !home
            .run(&["consent", "list"])
            .expect(0)
            .out
            .contains("jordan")
    );
}

/// The daemon with nobody to reach, ended when dropped.
#[cfg(unix)]
struct Running(
    std::process::Child,
    std::io::Lines<std::io::BufReader<std::process::ChildStderr>>,
);

#[cfg(unix)]
impl Running {
    fn start(home: &Home) -> Self {
        use std::io::BufRead as _;
        let mut child = Command::new(env!("CARGO_BIN_EXE_askfirst"))
            .arg("run")
            .env_clear()
            .env("HOME", home.path("home"))
            .env("XDG_CONFIG_HOME", home.path("config"))
            .env("XDG_STATE_HOME", home.path("state"))
            .env("PATH", std::env::var_os("PATH").unwrap())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = std::io::BufReader::new(child.stderr.take().unwrap()).lines();
        let mut running = Self(child, log);
        running.wait_for("ready");
        running
    }

    fn wait_for(&mut self, word: &str) {
        let found = self.1.any(|line| line.unwrap().contains(word));
        assert!(found, "it ended without saying “{word}”");
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.0.id().cast_signed()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }
}

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn running_daemon_hears_commands_and_ends_on_sigterm() {
    use rustix::process::Signal;
    let home = Home::new().configured();
    let mut daemon = Running::start(&home);

    let ran = home.run(&["status", "--json"]);
    assert_eq!(ran.code, 1, "the account cannot be reached");
    let status = &ran.lines()[0];
    assert_eq!(status["running"], true);
    assert_eq!(status["accounts"][0]["imap"], "failed");
    assert!(status["accounts"][0]["trouble"].is_string());

    home.run(&["consent", "grant", "rachel@nova.example"])
        .expect(0);
    assert!(
        home.run(&["consent", "list"])
            .expect(0)
            .out
            .contains("rachel@nova.example")
    );
    assert!(
        home.run(&["release", "7kqx"])
            .expect(1)
            .err
            .contains("7kqx")
    );
    home.run(&["reload"]).expect(0);
    daemon.signal(Signal::HUP);
    daemon.wait_for("read again");

    let second = home.run(&["run"]).expect(1);
    assert!(second.err.contains("state"), "{}", second.err);

    home.write("config/askfirst/config.toml", "nonsense");
    home.run(&["reload"]).expect(2);
    daemon.signal(Signal::HUP);
    daemon.wait_for("old configuration stays");

    daemon.signal(Signal::TERM);
    assert_eq!(daemon.0.wait().unwrap().code(), Some(0));
    home.write("config/askfirst/config.toml", CONFIG);
    assert_eq!(home.run(&["status", "--json"]).lines()[0]["running"], false);
    assert!(
        home.run(&["consent", "list"])
            .expect(0)
            .out
            .contains("rachel@nova.example")
    );
}

#[test]
fn doctor_names_what_is_wrong_and_its_mend() {
    let home = Home::new().configured();
    let ran = home.run(&["doctor"]);
    assert_eq!(ran.code, 1);
    for word in [
        "configuration",
        "no IMAP login at 127.0.0.1:9",
        "[accounts.smtp]",
        "not running",
    ] {
        assert!(ran.out.contains(word), "no {word:?} in: {}", ran.out);
    }
    assert!(!ran.out.contains("secret"), "{}", ran.out);
}

/// A `systemctl` that writes down what it was told, and ends as it is told.
#[cfg(target_os = "linux")]
fn with_systemctl(home: &Home, code: i32) {
    use std::os::unix::fs::PermissionsExt;
    let log = home.path("systemctl.log");
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\necho no bus >&2\nexit {code}\n",
        log.display()
    );
    let path = home.write("bin/systemctl", script);
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn service_is_installed_started_and_taken_away() {
    let home = Home::new().configured();
    let unit = home.path("config/systemd/user/askfirst.service");
    home.run(&["service", "start"]).expect(1);
    assert!(
        home.run(&["service", "status"])
            .expect(1)
            .err
            .contains("service install")
    );

    with_systemctl(&home, 0);
    home.run(&["service", "install"]).expect(0);
    let text = std::fs::read_to_string(&unit).unwrap();
    let config = home.path("config/askfirst/config.toml");
    assert!(
        text.contains(&format!(" run --config \"{}\"\n", config.display())),
        "{text}"
    );
    home.run(&["service", "status"]).expect(0);
    home.run(&["service", "stop"]).expect(0);
    home.run(&["service", "uninstall"]).expect(0);
    assert!(!unit.exists());
    let told = std::fs::read_to_string(home.path("systemctl.log")).unwrap();
    let told: Vec<_> = told.lines().collect();
    assert_eq!(
        told,
        [
            "--user daemon-reload",
            "--user enable askfirst.service",
            "--user restart askfirst.service",
            "--user is-active askfirst.service",
            "--user stop askfirst.service",
            "--user disable --now askfirst.service",
            "--user daemon-reload",
        ]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn service_without_systemd_says_where_the_unit_is() {
    let home = Home::new().configured();
    let unit = home.path("config/systemd/user/askfirst.service");
    let ran = home.run(&["service", "install"]).expect(1);
    assert!(
        ran.err.contains("systemctl") && ran.err.contains(&unit.display().to_string()),
        "{}",
        ran.err
    );
    assert!(unit.is_file());
    with_systemctl(&home, 1);
    let ran = home.run(&["service", "install"]).expect(1);
    assert!(ran.err.contains("no bus"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn service_is_not_installed_for_a_configuration_that_is_wrong() {
    let home = Home::new();
    with_systemctl(&home, 0);
    home.write("config/askfirst/config.toml", CONFIG.replace("work", ""));
    home.run(&["service", "install"]).expect(2);
    assert!(!home.path("config/systemd").exists());
}

/// systemd's own reader, where there is one.
#[cfg(target_os = "linux")]
#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let Some(verify) = Some(Path::new("/usr/bin/systemd-analyze")).filter(|p| p.exists()) else {
        eprintln!("skipped: there is no systemd-analyze here");
        return;
    };
    let home = Home::new();
    let odd = home.write("a b/100%/$HOME/config.toml", CONFIG);
    home.run(&["--config", odd.to_str().unwrap(), "service", "install"])
        .expect(1);
    let unit = home.path("config/systemd/user/askfirst.service");
    let output = Command::new(verify)
        // The manual page is the package's matter, and not installed here.
        .args(["--user", "--man=no", "verify"])
        .arg(&unit)
        .env("HOME", home.path("home"))
        .env("XDG_RUNTIME_DIR", home.dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let ours: Vec<_> = said
        .lines()
        .filter(|l| l.contains("askfirst.service"))
        .collect();
    assert!(ours.is_empty() && output.status.success(), "{said}");
}
