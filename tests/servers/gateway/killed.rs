//! `kill -9` at the moments at which a mail could be lost or doubled.

use super::house;
use crate::world::house::{House, eventually, quiet};
use crate::world::people::Draft;
use base64::Engine as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// One mail, as a client submits it; the last reply, or how the conversation broke off.
pub(super) fn send(port: u16, user: &str, to: &[&str], raw: &[u8]) -> std::io::Result<String> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut out = stream.try_clone()?;
    let mut input = BufReader::new(stream);
    let mut hear = || -> std::io::Result<String> {
        loop {
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(line);
            }
        }
    };
    let login = base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0gwsecret"));
    hear()?;
    let mut lines = vec![
        "EHLO client.example".to_owned(),
        format!("AUTH PLAIN {login}"),
        format!("MAIL FROM:<{user}>"),
    ];
    lines.extend(to.iter().map(|to| format!("RCPT TO:<{to}>")));
    lines.push("DATA".to_owned());
    for line in lines {
        out.write_all(format!("{line}\r\n").as_bytes())?;
        let reply = hear()?;
        assert!(reply.starts_with(['2', '3']), "{line}: {reply}");
    }
    let mut wire = Vec::new();
    for line in raw.split_inclusive(|b| *b == b'\n') {
        wire.extend(line.first().filter(|b| **b == b'.'));
        wire.extend_from_slice(line);
    }
    wire.extend_from_slice(b".\r\n");
    out.write_all(&wire)?;
    hear()
}

/// Makes the daemon's every call of this name take seconds; `None` where that cannot be had.
struct Slow(Child);

impl Slow {
    fn down(house: &House, call: &str, when: &str) -> Option<Self> {
        let output = house.path("strace");
        let child = Command::new("strace")
            .args(["-f", "-o"])
            .arg(&output)
            .args([
                "-e",
                &format!("trace={call}"),
                "-e",
                &format!("inject={call}:{when}=15000000"),
            ])
            .args(["-p", &house.pid().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            eprintln!("skipped: there is no strace here");
            return None;
        };
        // It says so when it has taken hold, or that it may not.
        let mut said = String::new();
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        while stderr.read_line(&mut said).unwrap_or(0) > 0 && !said.contains("attached") {}
        if !said.contains("attached") {
            eprintln!("skipped: strace may not look at a process here: {said}");
            let _ = child.wait();
            return None;
        }
        std::thread::spawn(move || stderr.read_to_string(&mut String::new()));
        Some(Self(child))
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) fn introduction(house: &House) -> (Draft, [String; 2]) {
    let draft = Draft::introducing(&house.alex, &house.rachel, &house.jordan, None);
    (
        draft,
        [house.rachel.address.clone(), house.jordan.address.clone()],
    )
}

/// The client that saw its connection break sends it again, and there is one hold of it.
fn retried(house: &House, draft: &Draft, to: &[&str]) -> String {
    let reply = send(house.gateway_port, &house.alex.address, to, &draft.raw).expect("a reply");
    assert!(reply.contains("held as "), "{reply}");
    house.until_placed(draft);
    quiet();
    let all = house.askfirst(&["list", "--all", "--json"]).good().json();
    assert_eq!(all.as_array().map(Vec::len), Some(1), "one hold");
    assert_eq!(house.count("Askfirst/Held", draft), 1);
    for person in [&house.rachel, &house.jordan] {
        assert!(
            person.mail().with_id("INBOX", &draft.id).is_empty(),
            "nobody got it"
        );
    }
    reply
}

#[test]
fn f2_killed_between_the_sync_and_the_250_it_is_held_once() {
    let Some(mut house) = house() else { return };
    let (draft, to) = introduction(&house);
    let to = [to[0].as_str(), to[1].as_str()];
    let Some(slow) = Slow::down(&house, "fdatasync", "delay_exit") else {
        return;
    };
    let (port, user, raw) = (
        house.gateway_port,
        house.alex.address.clone(),
        draft.raw.clone(),
    );
    let people = [to[0].to_owned(), to[1].to_owned()];
    let first = std::thread::spawn(move || {
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        send(port, &user, &people, &raw)
    });
    let ledger = house.path("state/ledger.jsonl");
    let id = draft.id.trim_matches(['<', '>']).to_owned();
    eventually("the entry in the ledger", || {
        std::fs::read_to_string(&ledger)
            .ok()?
            .contains(&id)
            .then_some(())
    });
    house.kill();
    drop(slow);
    assert!(
        first.join().expect("a client").is_err(),
        "it was killed before the 250"
    );
    house.start_only();
    let held = house.listed(&draft).expect("held")["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let reply = retried(&house, &draft, &to);
    assert!(reply.contains(&held), "the same hold: {reply}");
}

#[test]
fn f2_killed_before_the_entry_nothing_is_held_and_the_repeat_is() {
    let Some(mut house) = house() else { return };
    let (draft, to) = introduction(&house);
    let to = [to[0].as_str(), to[1].as_str()];
    let Some(slow) = Slow::down(&house, "fsync", "delay_enter") else {
        return;
    };
    let (port, user, raw) = (
        house.gateway_port,
        house.alex.address.clone(),
        draft.raw.clone(),
    );
    let people = [to[0].to_owned(), to[1].to_owned()];
    let first = std::thread::spawn(move || {
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        send(port, &user, &people, &raw)
    });
    let spool = house.path("state/spool");
    eventually("the bytes in the spool", || {
        let mut files = std::fs::read_dir(&spool).ok()?.flatten();
        files
            .any(|f| f.file_name().to_string_lossy().ends_with(".eml"))
            .then_some(())
    });
    house.kill();
    drop(slow);
    assert!(first.join().expect("a client").is_err());
    house.start_only();
    assert!(house.listed(&draft).is_none(), "nothing was written down");
    retried(&house, &draft, &to);
}
