//! The demo's servers under clients that nobody here wrote, and the world around them.

use askfirst::demo::smtp::as_handed_over;
use askfirst::demo::{Person, World};
use std::process::Command;
use std::time::Duration;

fn world() -> World {
    World::start(&[
        Person::new(
            "Alex Rivera",
            "alex@rivera.example",
            "quill & \"ink\" \\ {5}",
        ),
        Person::new("Rachel Winters", "rachel@winters.example", "lantern"),
    ])
    .expect("loopback has free ports")
}

#[test]
fn pythons_own_clients_are_at_home() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: there is no python3 here, whose imaplib and smtplib this test needs");
        return;
    }
    let world = world();
    let done = Command::new("python3")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/demo_server/clients.py"
        ))
        .args([
            world.imap().port().to_string(),
            world.smtp().port().to_string(),
        ])
        .output()
        .expect("python3 runs");
    assert!(
        done.status.success() && done.stdout.ends_with(b"all well\n"),
        "{}\n{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn a_waiting_eye_sees_a_change_made_elsewhere() {
    let world = world();
    let store = std::sync::Arc::clone(world.store());
    let writer = std::thread::spawn(move || {
        store.append(
            "alex@rivera.example",
            "Drafts",
            b"Subject: x\r\n\r\n",
            &["\\Draft"],
        )
    });
    let seen = world.wait(Duration::from_secs(10), |store| {
        store.mails("Alex@Rivera.example", "Drafts").pop()
    });
    assert_eq!(seen.map(|m| m.uid), writer.join().expect("no panic"));
    let never = world.wait(Duration::from_millis(1), |_| None::<()>);
    assert_eq!(never, None, "the limit is kept");
}

#[test]
fn a_stopped_world_takes_no_connection() {
    let world = world();
    let (imap, smtp) = (world.imap(), world.smtp());
    let before = std::net::TcpStream::connect(imap);
    assert!(before.is_ok());
    world.stop();
    // The runtime ends in its own time; what counts is that nobody is greeted any more.
    for door in [imap, smtp] {
        if let Ok(mut stream) = std::net::TcpStream::connect(door) {
            let mut greeting = Vec::new();
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let read = std::io::Read::read_to_end(&mut stream, &mut greeting);
            assert!(
                !greeting.starts_with(b"* OK") && !greeting.starts_with(b"220"),
                "greeted with {greeting:?} ({read:?})"
            );
        }
    }
}

#[test]
fn only_what_a_delivery_added_is_taken_off() {
    let draft = b"Subject: x\r\n\r\n\tdmarc=none\r\n";
    assert_eq!(as_handed_over(draft), draft);
}
