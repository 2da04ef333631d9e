//! A full disk, as real as can be had: a small file system of its own. Takes root, and says so where it is not.

use crate::client::stuffed;
use crate::real::Real;
use crate::{BOTH, House, ONE, eventually, mail};
use std::path::PathBuf;
use std::process::Command;

/// A file system of so many octets, gone with this.
struct Small(PathBuf);

impl Small {
    fn on(folder: &std::path::Path, octets: u64) -> Option<Self> {
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={octets},mode=700"),
                "tmpfs",
            ])
            .arg(folder)
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(folder.to_owned())),
            other => {
                eprintln!("skipped: no small file system can be had here: {other:?}");
                None
            }
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// A house whose state lies on a disk of this size.
fn house(real: &Real, octets: u64) -> Option<(House, Small)> {
    let dir = tempfile::tempdir().unwrap();
    let small = Small::on(dir.path(), octets)?;
    let house = House::in_folder(real.port, dir);
    house.desk.watched.lock().unwrap().ready = true;
    Some((house, small))
}

#[test]
fn f54_a_full_disk_is_told_before_data_and_ordinary_mail_passes() {
    let real = Real::start();
    let Some((house, _small)) = house(&real, 20 << 20) else {
        return;
    };
    let mut client = house.client();
    client.say("MAIL FROM:<alex@hub.example>", "250");
    for to in BOTH {
        client.say(&format!("RCPT TO:<{to}>"), "250");
    }
    client.say("DATA", "452 4.3.1");
    // The conversation goes on, and what is kept nowhere needs no disk.
    assert!(
        client
            .send(ONE, &mail(ONE, "hello", "hello\n"))
            .starts_with("250 ")
    );
    assert_eq!(real.got().len(), 1);
    assert_eq!(house.spooled(), 0);
}

#[test]
fn f54_a_disk_that_fills_up_on_the_way_is_told_after_the_dot() {
    let real = Real::start();
    let Some((house, _small)) = house(&real, 44 << 20) else {
        return;
    };
    // Larger than what is left, and the client has not said so.
    let message = mail(
        BOTH,
        "Rachel <> Jordan",
        &"so many words, and all of them kept\n".repeat(1_400_000),
    );
    assert!(message.len() > 48 << 20);
    let mut client = house.client();
    client.address(BOTH);
    client.write(&stuffed(&message));
    let reply = client.reply();
    assert!(reply.starts_with("452 4.3.1"), "{reply}");
    assert!(real.got().is_empty());
    eventually("an empty spool", || (house.spooled() == 0).then_some(()));
    // With room again, it goes.
    let small = mail(BOTH, "plain", "hello\n");
    assert!(client.send(BOTH, &small).starts_with("250 2.0.0 real"));
}
