//! What outlives the process: the ledger as its real lines, the held bytes, the reading marks.

use askfirst::daemon::account::Marks;
use askfirst::daemon::perform::Kept;
use askfirst::introduction::Id;
use askfirst::ledger::{self, Books, Entry};
use askfirst::mailroom::Identity;
use std::cell::RefCell;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Disk {
    ledger: Vec<u8>,
    next_seq: u64,
    spool: RefCell<BTreeMap<String, Vec<u8>>>,
    pub marks: Marks,
}

impl Disk {
    pub fn append(&mut self, entries: &[Entry]) {
        if !entries.is_empty() {
            let line = ledger::line_together(self.next_seq, entries);
            self.ledger.extend_from_slice(line.as_bytes());
            self.next_seq += 1;
        }
    }

    /// The process dies while it writes: a part of the line stands.
    pub fn append_torn(&mut self, entries: &[Entry], octets: impl FnOnce(usize) -> usize) {
        let line = ledger::line_together(self.next_seq, entries);
        let keep = octets(line.len()).min(line.len());
        self.ledger.extend_from_slice(&line.as_bytes()[..keep]);
    }

    /// A new process reads what is there.
    pub fn open(&mut self) -> Books {
        let read = ledger::read(&self.ledger).expect("only the last line may be torn");
        self.ledger.truncate(read.whole);
        self.next_seq = read.next_seq;
        read.books
    }

    /// What a new process would read.
    pub fn books(&self) -> Books {
        let read = ledger::read(&self.ledger).expect("only the last line may be torn");
        read.books
    }

    pub fn keep(&self, id: &Id, bytes: &[u8]) {
        self.spool.borrow_mut().insert(id.0.clone(), bytes.to_vec());
    }

    pub fn read(&self, id: &Id) -> Option<Vec<u8>> {
        self.spool.borrow().get(&id.0).cloned()
    }
}

impl Kept for Disk {
    fn held(&self, id: &Id, digest: &str) -> Result<Vec<u8>, String> {
        self.read(id)
            .filter(|bytes| Identity::of(bytes).digest == digest)
            .ok_or_else(|| "the held bytes are not there".to_owned())
    }
    fn released(&self, id: &Id) -> Option<Vec<u8>> {
        self.spool.borrow().get(&format!("{id}.out")).cloned()
    }
    fn keep_released(&self, id: &Id, bytes: &[u8]) -> Result<(), String> {
        self.spool
            .borrow_mut()
            .insert(format!("{id}.out"), bytes.to_vec());
        Ok(())
    }
}
