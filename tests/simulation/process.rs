//! One life of the daemon: what is lost when it dies.

use super::chance::Chance;
use super::disk::Disk;
use super::mailbox;
use askfirst::Timestamp;
use askfirst::acquaintance::NoRecords;
use askfirst::config::Config;
use askfirst::daemon::account::{Interest, Marks};
use askfirst::desk::{Desk, Heard, Question, World};
use askfirst::introduction::Introduction;
use askfirst::ledger::{Entry, Item};
use askfirst::letter::Templates;
use askfirst::mailroom::claim::Claimant;
use askfirst::mailroom::{Careful, Memo, Places};
use askfirst::port::{Envelope, Place};
use chrono::TimeDelta;
use std::collections::VecDeque;
use std::sync::Arc;

/// What the daemon's one channel brings.
#[derive(Debug)]
pub enum Message {
    Heard(Heard),
    BeforeDot(u64),
    Mark(String, (u32, u32)),
}

/// What the mailbox's thread does.
#[derive(Debug)]
pub enum Job {
    Question(Question),
    Deed(Box<Item>, Option<Box<Introduction>>),
    Read(Place),
}

/// What the outgoing server is going to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Unreachable,
    Later,
    Refused,
    RefusedRecipient,
    CutBeforeDot,
    Accepted,
    AcceptedUnheard,
    LostAtTheDot,
    LaterAfterDot,
    RefusedAfterDot,
}

/// What the sending thread is at.
#[derive(Debug)]
pub struct Sending {
    pub item: Item,
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
    pub fate: Fate,
    /// The desk's word about the dot.
    pub may: Option<bool>,
}

pub struct Process {
    pub desk: Desk,
    pub ear: VecDeque<Message>,
    pub jobs: VecDeque<Job>,
    pub letters: VecDeque<(Item, Option<Introduction>)>,
    pub line: Option<(Careful<mailbox::Connection>, Places)>,
    /// What the surveys of this connection showed.
    pub memo: Memo,
    pub unfinished: Option<Job>,
    pub connect_at: Timestamp,
    pub pause: TimeDelta,
    pub round_at: Option<Timestamp>,
    pub interest: Interest,
    /// As the mailbox's thread knows them, and as the daemon does.
    pub marks: Marks,
    pub told_marks: Marks,
    pub sending: Option<Sending>,
    /// The outgoing server is dialled until then.
    pub dialled: Timestamp,
    pub heard_at: Timestamp,
    pub claimant: Claimant,
    /// When it is looked next who leads.
    pub look_at: Timestamp,
    /// A final dot that waits until that is known.
    pub dot: Option<u64>,
    /// No other machine is there in this run.
    pub alone: bool,
    /// With bugs of ours: to be written down when something else is; always leads; mail is done with
    /// when it is read.
    pub late: Vec<Entry>,
    pub ignores_claim: bool,
    pub marks_early: bool,
}

impl Process {
    pub fn start(
        disk: &mut Disk,
        config: &Arc<Config>,
        templates: &Arc<Templates>,
        at: Timestamp,
        home: &str,
        chance: &mut Chance,
    ) -> Result<Self, String> {
        let books = disk.open()?;
        let interest = Interest::of(&books, "work");
        let mut desk = Desk::new(config.clone(), templates.clone(), books, |id| disk.read(id));
        let mut world = World {
            at,
            records: &NoRecords,
            random: chance,
            utc_offset: 3600,
        };
        disk.append(&desk.settle_in(&mut world, home).entries);
        let instance = desk.books.instance.clone().expect("a name");
        let nonce = askfirst::desk::random_name(chance);
        let claimant = Claimant::new(&instance, home, &nonce, &config.accounts[0].email);
        Ok(Self {
            claimant,
            look_at: at,
            dot: None,
            alone: false,
            desk,
            ear: VecDeque::new(),
            jobs: VecDeque::new(),
            letters: VecDeque::new(),
            line: None,
            memo: Memo::default(),
            unfinished: None,
            connect_at: at,
            pause: TimeDelta::seconds(1),
            round_at: None,
            interest,
            marks: disk.marks.clone(),
            told_marks: disk.marks.clone(),
            sending: None,
            dialled: at,
            heard_at: at,
            late: Vec::new(),
            ignores_claim: false,
            marks_early: false,
        })
    }

    pub fn hear(&mut self, heard: Heard) {
        self.ear.push_back(Message::Heard(heard));
    }
}
