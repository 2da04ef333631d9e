//! `askfirst demo`, as somebody sees it who has just built it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn demo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_askfirst"));
    command.arg("demo");
    command
}

#[test]
fn both_stories_are_told_and_seen_to_be_true() {
    let began = Instant::now();
    let done = demo().output().expect("the binary runs");
    let took = began.elapsed();
    let told = String::from_utf8(done.stdout).expect("UTF-8");
    let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{complaint}\n{told}");
    assert_eq!(complaint, "", "nothing to complain of");
    println!("the demo took {:.1} s", took.as_secs_f32());
    for words in [
        "Subject: May I introduce you to Jordan Okafor?",
        "Subject: May I introduce you to Rachel Winters?",
        "every byte as Alex left it",
        "each byte as Alex wrote it but for the line",
        "Subject: Sent: Rachel <> Jordan",
        "Subject: No introduction: Jordan <> Mira",
        "observations were true",
    ] {
        let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "“{words}” is not told:\n{told}");
    }
    assert!(!told.contains('\x1b'), "colour into a pipe");
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
        assert_eq!(line.trim_end(), line, "blanks at the end of a line");
    }
    // The promise is 15 seconds on a machine of one's own; tests run beside others.
    assert!(took < Duration::from_secs(40), "it took {took:?}");
}

#[test]
fn a_configuration_that_is_none_does_not_matter() {
    // The demo needs no configuration, so a broken one, or the user's own settings, change nothing.
    let done = demo()
        .args(["--config", "/nonexistent/askfirst.toml"])
        .env("ASKFIRST__DRAFTS__SETTLE", "10h")
        .env("HOME", "/nonexistent")
        .output()
        .expect("the binary runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[cfg(unix)]
#[test]
fn kept_open_it_takes_a_login_until_ctrl_c() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut child = demo()
        .arg("--keep")
        .env("TMPDIR", scratch.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut told = Vec::new();
    for line in lines.by_ref() {
        told.push(line.expect("UTF-8"));
        if told.last().is_some_and(|l| l.starts_with("Ctrl-C")) {
            break;
        }
    }
    let mut port = |name: &str| -> u16 {
        let line = told.iter().find(|l| l.contains(name)).unwrap_or_else(|| {
            let mut complaint = String::new();
            let _ = child
                .stderr
                .as_mut()
                .map(|e| e.read_to_string(&mut complaint));
            panic!("no line about {name}: {told:?} {complaint}")
        });
        let mut words = line.split_whitespace().skip_while(|w| *w != "port");
        words.nth(1).and_then(|p| p.parse().ok()).expect("a port")
    };
    let (imap, smtp) = (port("(IMAP)"), port("(SMTP)"));
    let login = told
        .iter()
        .find(|l| l.contains("alex@rivera.example  "))
        .expect("Alex's login");
    let password = login.split_whitespace().nth(1).expect("a password");
    let mut stream = TcpStream::connect(("127.0.0.1", imap)).expect("IMAP is open");
    write!(
        stream,
        "a LOGIN alex@rivera.example {password}\r\nb STATUS Sent (MESSAGES)\r\nc LOGOUT\r\n"
    )
    .expect("written");
    let mut heard = String::new();
    stream.read_to_string(&mut heard).expect("read");
    assert!(heard.contains("\r\na OK"), "{heard}");
    // Three of old, four asks, and the introduction.
    assert!(heard.contains("* STATUS \"Sent\" (MESSAGES 8)"), "{heard}");
    assert!(TcpStream::connect(("127.0.0.1", smtp)).is_ok());
    let ended = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(ended.success());
    let status = child.wait().expect("it ends");
    assert!(status.success(), "{status}");
    let left: Vec<_> = std::fs::read_dir(scratch.path())
        .expect("a folder")
        .collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_the_middle_of_a_story_leaves_nothing_behind() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut child = demo()
        .env("TMPDIR", scratch.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    // The draft is written; it settles now.
    let began = lines
        .by_ref()
        .map_while(Result::ok)
        .any(|line| line.contains("All the best,"));
    assert!(began, "the story begins");
    let pressed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(pressed.success());
    for line in lines.map_while(Result::ok) {
        assert!(!line.contains("observations were true"), "{line}");
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let left: Vec<_> = std::fs::read_dir(scratch.path())
        .expect("a folder")
        .collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}
