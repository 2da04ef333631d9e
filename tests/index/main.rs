//! Who knows whom, as the mailbox shows it: stories, and an oracle that knows only the rules.

mod commands;
#[allow(dead_code)]
#[path = "../world/dovecot.rs"]
mod dovecot;
mod forgetting;
mod mailbox;
mod oracle;
mod server;
mod stories;
mod surveying;

use askfirst::Timestamp;
use askfirst::acquaintance::{Evidence, Records};
use askfirst::config::SameOrganisation;
use askfirst::edge::index::{Index, Settings};
use askfirst::mail::{Address, AddressPattern};
use askfirst::mailroom::Cursor;
use askfirst::mailroom::indexing::Recorder;
use askfirst::port::{Flags, FolderName, Summary, Uid, UidValidity};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn address(text: &str) -> Address {
    Address::new(text).expect("an address")
}

fn folder(name: &str) -> FolderName {
    FolderName::new(name).expect("a folder name")
}

fn settings() -> Settings {
    Settings {
        own: ["alex@hub.example", "*@alex.example"]
            .map(|p| AddressPattern::new(p).expect("a pattern"))
            .to_vec(),
        same_organisation: SameOrganisation::Yes,
        max_visible: 10,
    }
}

/// A summary as the server would give it.
fn summary(uid: u32, header: &str) -> Summary {
    Summary {
        uid: Uid(uid),
        flags: Flags::default(),
        internal_date: None,
        size: 1000,
        header: format!("{}\r\n\r\n", header.trim().replace('\n', "\r\n")).into_bytes(),
    }
}

/// An index in a folder of its own, seen on 24 November 2026.
struct Desk {
    dir: tempfile::TempDir,
    index: Index,
    uids: std::cell::Cell<u32>,
}

impl Desk {
    fn new() -> Self {
        Self::with(settings())
    }

    fn with(settings: Settings) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let index = Index::open(dir.path(), settings).expect("an index");
        Self {
            dir,
            index,
            uids: std::cell::Cell::new(1),
        }
    }

    /// Records one message of the Archive. Lines of a header; Message-ID and Date are added where missing.
    fn mail(&self, header: &str) {
        self.mails(&[header]);
    }

    fn mails(&self, headers: &[&str]) {
        let batch: Vec<Summary> = headers
            .iter()
            .map(|header| {
                let uid = self.uids.get();
                self.uids.set(uid + 1);
                let lower = header.to_lowercase();
                let mut text = header.trim().to_owned();
                if !lower.contains("message-id:") {
                    text.push_str(&format!("\nMessage-ID: <{uid}@mail.example>"));
                }
                if !lower.contains("\ndate:") && !lower.starts_with("date:") {
                    text.push_str("\nDate: Sun, 3 May 2026 12:00:00 +0000");
                }
                summary(uid, &text)
            })
            .collect();
        self.record("Archive", &batch);
    }

    fn record(&self, name: &str, batch: &[Summary]) {
        let next = batch.iter().map(|s| s.uid.0).max().unwrap_or(0) + 1;
        let cursor = Cursor {
            uid_validity: UidValidity(1),
            next: Uid(next),
        };
        self.index
            .account("work")
            .expect("an account")
            .record(&folder(name), cursor, batch)
            .expect("recorded");
    }

    fn evidence(&self, a: &str, b: &str) -> Vec<Evidence> {
        let look = self.index.look(at("2026-11-24T12:00:00Z"));
        look.evidence(&address(a), &address(b))
    }

    /// Kinds of evidence, strongest first, in words: `wrote, together`.
    fn kinds(&self, a: &str, b: &str) -> String {
        let kinds: Vec<String> = self
            .evidence(a, b)
            .iter()
            .map(|e| format!("{:?}", e.kind).to_lowercase())
            .collect();
        kinds.join(", ")
    }
}
