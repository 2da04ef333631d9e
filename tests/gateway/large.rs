//! A large release goes by way of disk: its bytes arrive, and the process's memory stays where it is.

use crate::real::{Manner, Real};
use askfirst::config::{Auth, Secret, Security, Server};
use askfirst::edge::disk::Disk;
use askfirst::edge::smtp::Smtp;
use askfirst::introduction::Id;
use askfirst::mail::{Address, MessageId, edit};
use askfirst::port::Envelope;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use xxhash_rust::xxh3::xxh3_64;

/// Of this process, in kB; `None` where the system does not tell.
fn memory(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text
        .lines()
        .find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn l19_a_release_of_150_mib_takes_no_memory_for_it() {
    let real = Real::start();
    real.behaves(Manner::Counts);
    let dir = tempfile::tempdir().unwrap();
    let (disk, _) = Disk::open(&dir.path().join("state")).unwrap();
    let (spool, id) = (disk.spool(), Id("abcdefgh".to_owned()));
    let header = "From: alex@hub.example\r\nTo: rachel@north.example\r\nBcc: sam@west.example\r\nSubject: the film\r\n\
        Message-ID: <film@hub.example>\r\nDate: Mon, 23 Nov 2026 18:04:11 +0100\r\n";
    let line = b".It begins with a dot, and it is one of very many lines of the same length.\r\n";
    let block = line.repeat(4096);
    let mut whole = Sha256::new();
    let mut file = spool.staging("staged").unwrap();
    let mut put = |bytes: &[u8]| {
        whole.update(bytes);
        file.write_all(bytes).unwrap();
    };
    put(header.as_bytes());
    put(b"\r\n");
    let blocks = (150 << 20) / block.len() + 1;
    for _ in 0..blocks {
        put(&block);
    }
    spool.adopt(&id, "staged").unwrap();
    let digest: String = whole
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    // The highest so far is forgotten.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmHWM");

    let message_id = MessageId::new("film@hub.example").unwrap();
    let edited = |head: &[u8]| edit::for_release(head, chrono::Utc::now(), &message_id);
    let mut out = spool.release_large(&id, &digest, &edited).unwrap().unwrap();
    let mut server = Smtp::new(
        &Server {
            host: "127.0.0.1".to_owned(),
            port: real.port,
            security: Security::None,
            username: "alex".to_owned(),
            auth: Auth::Password,
            secret: Secret::Command("true".to_owned()),
            ca: None,
            authserv_id: None,
        },
        "secret".into(),
    )
    .unwrap();
    let envelope = Envelope {
        from: Some(Address::new("alex@hub.example").unwrap()),
        to: vec![Address::new("rachel@north.example").unwrap()],
        mail_options: Vec::new(),
        rcpt_options: Vec::new(),
    };
    let mut asked = 0;
    let reply = server.submit_file(&envelope, &mut out, &mut || {
        asked += 1;
        true
    });
    assert!(reply.unwrap().starts_with("250"));
    assert_eq!(asked, 1, "the desk is asked once, before the dot");
    let after = memory("VmHWM");
    println!("150 MiB released: {before:?} kB before, at most {after:?} kB during it");
    if let (Some(before), Some(after)) = (before, after) {
        assert!(
            after < before + (16 << 10),
            "{before} kB before, {after} kB after"
        );
    }
    let (length, hash) = real.counted().unwrap();
    let released = spool.released(&id).unwrap();
    assert_eq!(length, released.len() as u64);
    assert_eq!(hash, xxh3_64(&released), "what arrived is what was kept");
    let at = released.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let (head, body) = released.split_at(at + 4);
    let head = String::from_utf8_lossy(head).into_owned();
    assert!(
        !head.contains("Bcc:") && head.contains("<film@hub.example>"),
        "{head}"
    );
    assert_eq!(body.len(), blocks * block.len());
    assert!(body.chunks(block.len()).all(|b| b == block), "its body");
}

#[test]
fn a_damaged_large_message_is_not_released() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, _) = Disk::open(&dir.path().join("state")).unwrap();
    let id = Id("abcdefgh".to_owned());
    disk.spool().keep(&id, b"Subject: x\r\n\r\ny\r\n").unwrap();
    let refused = disk
        .spool()
        .release_large(&id, "0000", &|head| head.to_vec());
    assert!(refused.unwrap_err().contains("damaged"));
    assert!(disk.spool().released(&id).is_none());
}
