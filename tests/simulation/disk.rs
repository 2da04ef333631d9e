//! What outlives the process: the ledger as its real lines, the held bytes, the reading marks. What was
//! written and not synced outlives the process, too, but not the power.

use askfirst::daemon::account::Marks;
use askfirst::daemon::perform::Kept;
use askfirst::introduction::Id;
use askfirst::ledger::{self, Books, Entry};
use askfirst::mailroom::Identity;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default)]
pub struct Disk {
    ledger: Vec<u8>,
    next_seq: u64,
    spool: RefCell<BTreeMap<String, Vec<u8>>>,
    pub marks: Marks,
    /// So much of the ledger is on the disk itself; the rest is in the system's memory.
    synced: usize,
    unsynced: RefCell<BTreeSet<String>>,
    /// Bugs of ours: no sync, a torn tail left where it is.
    pub forgets_ledger: bool,
    pub forgets_spool: bool,
    pub leaves_tail: bool,
}

impl Disk {
    pub fn append(&mut self, entries: &[Entry]) {
        if !entries.is_empty() {
            let line = ledger::line_together(self.next_seq, entries);
            self.ledger.extend_from_slice(line.as_bytes());
            self.next_seq += 1;
            if !self.forgets_ledger {
                self.synced = self.ledger.len();
            }
        }
    }

    /// The ledger as it lies there.
    pub fn written(&self) -> &[u8] {
        &self.ledger
    }

    /// The same folder, its ledger moved away.
    pub fn without_ledger(&self) -> Self {
        Self {
            spool: self.spool.clone(),
            marks: self.marks.clone(),
            ..Self::default()
        }
    }

    /// The power is gone: so is what was not synced. The marks are written without a sync.
    pub fn power_cut(&mut self, marks_too: bool) {
        self.ledger.truncate(self.synced);
        for name in std::mem::take(&mut *self.unsynced.borrow_mut()) {
            self.spool.borrow_mut().remove(&name);
        }
        if marks_too {
            self.marks = Marks::default();
        }
    }

    fn put(&self, name: String, bytes: &[u8]) {
        if self.forgets_spool {
            self.unsynced.borrow_mut().insert(name.clone());
        }
        self.spool.borrow_mut().insert(name, bytes.to_vec());
    }

    /// The process dies while it writes: a part of the line stands.
    pub fn append_torn(&mut self, entries: &[Entry], octets: impl FnOnce(usize) -> usize) {
        let line = ledger::line_together(self.next_seq, entries);
        let keep = octets(line.len()).min(line.len());
        self.ledger.extend_from_slice(&line.as_bytes()[..keep]);
    }

    /// A new process reads what is there.
    ///
    /// # Errors
    /// A sentence, when the ledger is damaged.
    pub fn open(&mut self) -> Result<Books, String> {
        let read = ledger::read(&self.ledger)?;
        if !self.leaves_tail {
            self.ledger.truncate(read.whole);
        }
        self.synced = self.ledger.len();
        self.next_seq = read.next_seq;
        Ok(read.books)
    }

    /// What a new process would read.
    pub fn books(&self) -> Books {
        ledger::read(&self.ledger)
            .map(|read| read.books)
            .unwrap_or_default()
    }

    pub fn keep(&self, id: &Id, bytes: &[u8]) {
        self.put(id.0.clone(), bytes);
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
        self.put(format!("{id}.out"), bytes);
        Ok(())
    }
}
