//! What was handed to the real server and may not have been heard of by the client.
//!
//! A client that is cut off after its final dot sends the message again. Where the real server's 250
//! is on record here, and never reached the client, the repeat is answered from the record; where nobody knows, Sent is
//! looked at first. A record is kept from the final dot until the client has gone on, so in ordinary
//! times there is none; the file is written but not synced, because it guards against a process that ends, and a
//! sync for each ordinary mail would cost more than the mail.

use crate::mail::MessageId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

/// A repeat after this long is a new mail.
const KEPT: i64 = 24 * 60 * 60;
/// The file is begun anew beyond this size.
const LARGEST: u64 = 1 << 20;
/// What a file may hold when it is read; more is none of ours.
const READ_AT_MOST: u64 = 16 << 20;

/// By what a repeat is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    pub account: String,
    /// Of the envelope: sender, recipients, options.
    pub envelope: u64,
    pub message_id: Option<MessageId>,
}

/// All of the message in a few octets. Not a signature: it tells a client's repeat from another mail of the same
/// Message-ID and envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    pub length: u64,
    pub hash: u64,
}

/// How far a message came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// Its final dot is out; whether the server took it is not known.
    Dot,
    /// The server took it: its reply.
    Taken(String),
    /// Its client knows.
    Done,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    /// Seconds of Unix time.
    at: i64,
    key: Key,
    print: Print,
    came: Came,
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if let Some(file) = &mut self.file {
            let _ = file.write_all(&self.waiting);
        }
    }
}

/// The records of all accounts.
#[derive(Debug)]
pub struct Recorder {
    open: HashMap<Key, Record>,
    file: Option<File>,
    written: u64,
    /// Goes out with the next record: that a client has heard is nothing a crash may not lose.
    waiting: Vec<u8>,
}

impl Recorder {
    /// Reads what an earlier process left. Without a file (a full disk) it remembers for as long as it lives.
    #[must_use]
    pub fn open(path: &Path, now: i64) -> Self {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).ok();
        let mut text = Vec::new();
        if let Some(file) = &mut file {
            let _ = file.take(READ_AT_MOST).read_to_end(&mut text);
        }
        let mut it = Self {
            open: HashMap::new(),
            file,
            written: 0,
            waiting: Vec::new(),
        };
        for line in text.split(|b| *b == b'\n') {
            if let Ok(record) = serde_json::from_slice::<Record>(line)
                && record.at > now - KEPT
            {
                it.take_in(record);
            }
        }
        it.begin_anew();
        it
    }

    /// Whether this message may be a repeat of one that is on record.
    #[must_use]
    pub fn may_repeat(&self, key: &Key, now: i64) -> bool {
        !self.open.is_empty() && self.open.get(key).is_some_and(|r| r.at > now - KEPT)
    }

    /// How far the very same message came before.
    #[must_use]
    pub fn came(&self, key: &Key, print: Print, now: i64) -> Option<Came> {
        let record = self.open.get(key).filter(|r| r.at > now - KEPT)?;
        (record.print == print).then(|| record.came.clone())
    }

    /// Its final dot is about to go out.
    pub fn dot(&mut self, key: &Key, print: Print, now: i64) {
        self.write(key, print, Came::Dot, now);
    }

    /// The server took it.
    pub fn taken(&mut self, key: &Key, print: Print, reply: &[u8], now: i64) {
        let reply = String::from_utf8_lossy(reply).into_owned();
        self.write(key, print, Came::Taken(reply), now);
    }

    /// Its client has heard the verdict, or it was not taken.
    pub fn done(&mut self, key: &Key, now: i64) {
        if let Some(record) = self.open.get(key) {
            let print = record.print;
            self.write(key, print, Came::Done, now);
        }
    }

    fn write(&mut self, key: &Key, print: Print, came: Came, at: i64) {
        let record = Record {
            at,
            key: key.clone(),
            print,
            came,
        };
        self.append(&record);
        self.take_in(record);
        if self.written > LARGEST || (self.open.is_empty() && self.written > 64 << 10) {
            self.open.retain(|_, r| r.at > at - KEPT);
            self.begin_anew();
        }
    }

    fn append(&mut self, record: &Record) {
        let Some(file) = &mut self.file else { return };
        if serde_json::to_writer(&mut self.waiting, record).is_err() {
            return;
        }
        self.waiting.push(b'\n');
        if record.came != Came::Done {
            self.written += self.waiting.len() as u64;
            let _ = file.write_all(&self.waiting);
            self.waiting.clear();
        }
    }

    fn take_in(&mut self, record: Record) {
        if record.came == Came::Done {
            self.open.remove(&record.key);
        } else {
            self.open.insert(record.key.clone(), record);
        }
    }

    /// Only what is open stays in the file.
    fn begin_anew(&mut self) {
        let Some(file) = &mut self.file else { return };
        if file.set_len(0).is_err() || file.rewind().is_err() {
            return;
        }
        self.written = 0;
        self.waiting.clear();
        let open: Vec<Record> = self.open.values().cloned().collect();
        for record in open {
            self.append(&record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> Key {
        Key {
            account: "work".to_owned(),
            envelope: 1,
            message_id: MessageId::new(id),
        }
    }

    const PRINT: Print = Print { length: 9, hash: 7 };

    #[test]
    fn f5_what_the_server_took_and_no_client_heard_of_survives_a_kill() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gateway.jsonl");
        let mut recorder = Recorder::open(&path, 100);
        recorder.dot(&key("a@x.example"), PRINT, 100);
        recorder.taken(&key("a@x.example"), PRINT, b"250 queued\r\n", 101);
        recorder.dot(&key("b@x.example"), PRINT, 101);
        recorder.dot(&key("c@x.example"), PRINT, 101);
        recorder.done(&key("c@x.example"), 102);
        drop(recorder);
        let recorder = Recorder::open(&path, 110);
        let came = |id: &str| recorder.came(&key(id), PRINT, 110);
        assert_eq!(
            came("a@x.example"),
            Some(Came::Taken("250 queued\r\n".to_owned()))
        );
        assert_eq!(came("b@x.example"), Some(Came::Dot));
        assert_eq!(came("c@x.example"), None);
        let other = Print {
            length: 10,
            hash: 7,
        };
        assert_eq!(
            recorder.came(&key("a@x.example"), other, 110),
            None,
            "another mail"
        );
        assert_eq!(
            recorder.came(&key("a@x.example"), PRINT, 101 + KEPT),
            None,
            "a day later"
        );
    }

    #[test]
    fn the_file_does_not_grow() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gateway.jsonl");
        let mut recorder = Recorder::open(&path, 0);
        for n in 0..5_000 {
            let key = key(&format!("{n}@x.example"));
            recorder.dot(&key, PRINT, 1);
            recorder.done(&key, 1);
        }
        assert!(std::fs::metadata(&path).unwrap().len() < 100_000);
    }
}
