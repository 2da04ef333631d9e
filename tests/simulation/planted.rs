//! Bugs put into the program's place on purpose, one at a time: each must be noticed by the oracle.
//!
//! They live here and not in the program: where the simulation hands something on (what was read, what is
//! written, what the server did), a planted bug hands on something else, as the program would if it had it.
//!
//! `cargo nextest run --test simulation planted --no-capture` prints for each the seed and the promise it broke.

use super::mailbox::Mistake;
use super::run::Run;
use askfirst::answer::Answer;
use askfirst::introduction::Introduction;
use askfirst::ledger::Entry;

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// The ledger is not synced: what was written is lost when the power goes.
    UnsyncedLedger,
    /// The held bytes are not synced.
    UnsyncedSpool,
    /// The final dot goes out before it is written down that it does.
    EffectBeforeIntent,
    /// How far mail is read is kept before what it says is.
    MarkBeforeEntries,
    /// The server's go-ahead for the text counts as its receipt.
    GoAheadForSuccess,
    /// A release goes without looking once more.
    NoFreshLook,
    /// EXPUNGE instead of UID EXPUNGE.
    PlainExpunge,
    /// Authentication-Results that the sender wrote themselves.
    ForgedHeader,
    /// Of two From fields the last one.
    LastFrom,
    /// A letter that is sent again gets a new Message-ID.
    NewIdOnRetry,
    /// UIDs are used after the server has renumbered the folder.
    IgnoredUidValidity,
    /// One recipient is refused, and the others get it.
    PartialRelease,
    /// What is quoted counts as the writer's own words.
    QuotesRead,
    /// What Memory names as asked counts as agreed.
    ConsentFromMemory,
    /// What is in doubt is sent again without looking for it.
    BlindRepeat,
    /// The other machine's claim is not looked at.
    IgnoredClaim,
    /// A torn last line is left standing, and the next one is written behind it.
    TornTailLeft,
}

impl Bug {
    pub const ALL: [Self; 17] = [
        Self::UnsyncedLedger,
        Self::UnsyncedSpool,
        Self::EffectBeforeIntent,
        Self::MarkBeforeEntries,
        Self::GoAheadForSuccess,
        Self::NoFreshLook,
        Self::PlainExpunge,
        Self::ForgedHeader,
        Self::LastFrom,
        Self::NewIdOnRetry,
        Self::IgnoredUidValidity,
        Self::PartialRelease,
        Self::QuotesRead,
        Self::ConsentFromMemory,
        Self::BlindRepeat,
        Self::IgnoredClaim,
        Self::TornTailLeft,
    ];
}

impl Run {
    /// A world in which what this bug needs is frequent.
    pub fn harden_for(&mut self, bug: Bug) {
        match bug {
            Bug::UnsyncedLedger
            | Bug::UnsyncedSpool
            | Bug::EffectBeforeIntent
            | Bug::MarkBeforeEntries
            | Bug::TornTailLeft => self.crashes = 20,
            Bug::GoAheadForSuccess | Bug::NewIdOnRetry | Bug::PartialRelease | Bug::BlindRepeat => {
                self.losses = 2;
            }
            Bug::NoFreshLook => self.sudden = true,
            Bug::ForgedHeader | Bug::LastFrom => self.forging = true,
            Bug::QuotesRead => self.remarking = true,
            Bug::PlainExpunge
            | Bug::IgnoredUidValidity
            | Bug::ConsentFromMemory
            | Bug::IgnoredClaim => {}
        }
    }

    /// From now on the program has this bug.
    pub fn plant_bug(&mut self, bug: Bug) {
        self.planted = Some(bug);
        match bug {
            Bug::PlainExpunge => self.server.make_mistake(Mistake::PlainExpunge),
            Bug::IgnoredUidValidity => self.server.make_mistake(Mistake::IgnoresUidValidity),
            _ => {}
        }
        let other = self.other.as_mut().map(|other| &mut other.disk);
        for disk in std::iter::once(&mut self.disk).chain(other) {
            disk.forgets_ledger = bug == Bug::UnsyncedLedger;
            disk.forgets_spool = bug == Bug::UnsyncedSpool;
            disk.leaves_tail = bug == Bug::TornTailLeft;
        }
    }

    pub fn has(&self, bug: Bug) -> bool {
        self.planted == Some(bug)
    }

    /// A mail, as the program would see it if it read it wrongly.
    pub fn misread(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.planted {
            Some(Bug::ForgedHeader) => without_the_first(&bytes, b"Authentication-Results:"),
            Some(Bug::LastFrom) => {
                let mut left = bytes;
                while count(&left, b"From:") > 1 {
                    left = without_the_first(&left, b"From:");
                }
                left
            }
            Some(Bug::QuotesRead) => unquoted(&bytes),
            _ => bytes,
        }
    }
}

/// Everybody whom Memory names as asked has agreed.
pub fn consent(introduction: &mut Introduction) {
    for party in &mut introduction.parties {
        if party.asked.is_some() {
            party.answer = Some(Answer::Yes);
            party.trouble = None;
        }
    }
}

/// The same in what is written down.
pub fn consent_in(entries: &mut [Entry]) {
    for entry in entries {
        if let Entry::Recalled { introduction, .. } = entry {
            consent(introduction);
        }
    }
}

fn is_field(line: &[u8], name: &[u8]) -> bool {
    line.len() >= name.len() && line[..name.len()].eq_ignore_ascii_case(name)
}

fn lines(bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let body = super::oracle::body(bytes);
    let header = &bytes[..bytes.len() - body.len()];
    (header.split_inclusive(|b| *b == b'\n').collect(), body)
}

fn count(bytes: &[u8], name: &[u8]) -> usize {
    lines(bytes).0.iter().filter(|l| is_field(l, name)).count()
}

/// Without the first field of this name, which stands on one line.
fn without_the_first(bytes: &[u8], name: &[u8]) -> Vec<u8> {
    let (header, body) = lines(bytes);
    let first = header.iter().position(|line| is_field(line, name));
    let kept = header.iter().enumerate().filter(|(n, _)| Some(*n) != first);
    let mut out: Vec<u8> = kept.flat_map(|(_, line)| line.iter().copied()).collect();
    out.extend_from_slice(body);
    out
}

fn unquoted(bytes: &[u8]) -> Vec<u8> {
    let (header, body) = lines(bytes);
    let mut out = header.concat();
    for line in body.split_inclusive(|b| *b == b'\n') {
        if !line.starts_with(b"On ") {
            out.extend_from_slice(line.strip_prefix(b"> ").unwrap_or(line));
        }
    }
    out
}
