//! One run: the daemon's order of effects over a simulated disk, mailbox, outgoing server and time.

use super::chance::Chance;
use super::disk::Disk;
use super::faults::Single;
use super::hands::Hand;
use super::mailbox::Server;
use super::oracle::{Oracle, Verdict};
use super::people::Word;
use super::planted::Bug;
use super::process::Process;
use askfirst::Timestamp;
use askfirst::config::Config;
use askfirst::letter::Templates;
use askfirst::mail::MessageId;
use askfirst::port::Place;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The process has died.
pub struct Died;

/// What happens in the world by itself.
#[derive(Clone, Debug)]
pub enum Happening {
    Written(usize),
    Hand(usize, Hand),
    /// A person's mail stands in this folder now.
    Answered {
        story: usize,
        id: MessageId,
        folder: &'static str,
        bytes: Vec<u8>,
    },
    /// A watcher says that something has changed.
    Notice(Place),
    /// This machine is suspended for so many seconds, the other goes on.
    Sleep(i64),
    /// This machine is switched off for good.
    Off,
    /// The state folder is gone.
    StateLost,
    /// The state folder is put by, and comes back later.
    BackedUp,
    Restored,
    /// The mail server gives a folder new UIDs and says so by UIDVALIDITY.
    Renumbered(&'static str),
    /// The mail server refuses nothing any more.
    Forgiven,
    /// Faults stop.
    Calm,
}

#[derive(Clone, Copy, Debug)]
pub enum Act {
    Start,
    Hear,
    Connect,
    Work,
    Round,
    Send,
    Happen,
}

/// What belongs to one machine.
pub struct Slot {
    pub disk: Disk,
    pub process: Option<Process>,
    pub start_at: Timestamp,
    pub asleep: Timestamp,
    pub machine: usize,
}

pub struct Run {
    pub chance: Chance,
    pub now: Timestamp,
    pub begin: Timestamp,
    pub step: u64,
    /// Whether the story is written down: only when a run is played again, for its cost.
    pub telling: bool,
    pub story: Vec<String>,
    pub disk: Disk,
    pub server: Server,
    pub config: Arc<Config>,
    pub templates: Arc<Templates>,
    pub process: Option<Process>,
    pub start_at: Timestamp,
    /// Which of the machines the fields above belong to; the other one waits here.
    pub machine: usize,
    pub asleep: Timestamp,
    pub other: Option<Box<Slot>>,
    /// An older state of the disk, which may come back.
    pub backup: Option<Disk>,
    /// What is tried in this run.
    pub trial: usize,
    /// The state folder is lost or set back in this run: what was under way just then may stand twice.
    pub forgets: bool,
    pub agenda: BTreeMap<(Timestamp, u64), Happening>,
    pub oracle: Oracle,
    pub known: super::known::Known,
    pub faults: bool,
    /// One in so many chances the process dies, the connection is cut, a hand-over goes wrong.
    pub crashes: usize,
    pub cuts: usize,
    pub losses: usize,
    /// The machine is suspended now and then.
    pub sleeps: bool,
    /// The outgoing server files what it takes in Sent.
    pub files_sent: bool,
    /// When the connection is cut next, the process dies with it.
    pub doomed: bool,
    pub pulses: BTreeMap<&'static str, u64>,
    pub crashed: usize,
    pub cut: usize,
    /// A bug put into the program's place.
    pub planted: Option<Bug>,
    /// What is seldom is frequent: a no at the last moment and nobody who notices; forged mail; remarks.
    pub sudden: bool,
    pub forging: bool,
    pub remarking: bool,
    /// How long the world lasts.
    pub long: TimeDelta,
    /// The one fault of this run, when it is to have one.
    pub single: Option<Single>,
    /// The places where the process might have died so far, and how much was handed over.
    pub passed: Vec<&'static str>,
    pub handed_over: usize,
    /// Items that were at the outgoing server before.
    pub tried: BTreeSet<u64>,
    /// What the people say, when it is not by chance: the next to be asked is the first.
    pub words: Vec<Vec<Word>>,
}

const WATCHED: [(Place, &str); 9] = [
    (Place::Inbox, "INBOX"),
    (Place::Drafts, "Drafts"),
    (Place::Sent, "Sent"),
    (Place::Held, "Askfirst/Held"),
    (Place::Closed, "Askfirst/Closed"),
    (Place::Ask, "Askfirst/Ask"),
    // Nobody watches these; what moves there is missed in Held.
    (Place::SendNow, "Askfirst/Send now"),
    (Place::GiveBack, "Askfirst/Give back"),
    (Place::Trash, "Trash"),
];

impl Run {
    pub fn tell(&mut self, what: impl FnOnce() -> String) {
        let at = self.now - self.begin;
        if !self.telling {
            return;
        }
        let machine = ["", "           | "][self.machine % 2];
        let line = format!(
            "{:>4} {machine}{}d{:02}:{:02}:{:02}.{:03} {}",
            self.step,
            at.num_days(),
            at.num_hours() % 24,
            at.num_minutes() % 60,
            at.num_seconds() % 60,
            at.num_milliseconds() % 1000,
            what()
        );
        self.story.push(line);
    }

    pub fn plan(&mut self, after: TimeDelta, what: Happening) {
        let no = self.chance.next();
        self.agenda.insert((self.now + after, no), what);
    }

    /// To the end of the world, or to the first promise that is broken.
    pub fn live(&mut self) -> Verdict {
        let end = self.begin + self.long;
        let longest = if self.trial == 2 { 40_000 } else { 20_000 };
        while self.step < longest {
            self.step += 1;
            if self.other.is_some() && self.chance.one_in(2) {
                self.swap();
            }
            let mut acts = self.possible();
            if acts.is_empty() && self.other.is_some() {
                self.swap();
                acts = self.possible();
            }
            if acts.is_empty() {
                let mut next = self.next_moment();
                if self.other.is_some() {
                    self.swap();
                    next = next.into_iter().chain(self.next_moment()).min();
                }
                match next {
                    Some(next) if next <= end => {
                        self.now = self.now.max(next);
                        continue;
                    }
                    _ => return super::ending::judge(self),
                }
            }
            let act = self.chance.pick(&acts);
            self.act(act)?;
            self.now += TimeDelta::milliseconds(self.chance.pick(&[0, 1, 5, 40, 700]));
            if self.watch() {
                self.conserved()?;
            }
        }
        Err("no end of it: the daemon runs hot".to_owned())
    }

    /// The other machine's turn.
    pub fn swap(&mut self) {
        if let Some(mut other) = self.other.take() {
            std::mem::swap(&mut self.disk, &mut other.disk);
            std::mem::swap(&mut self.process, &mut other.process);
            std::mem::swap(&mut self.start_at, &mut other.start_at);
            std::mem::swap(&mut self.asleep, &mut other.asleep);
            std::mem::swap(&mut self.machine, &mut other.machine);
            self.other = Some(other);
            self.oracle.machine = self.machine;
        }
    }

    pub fn possible(&self) -> Vec<Act> {
        let mut acts = Vec::new();
        if self
            .agenda
            .keys()
            .next()
            .is_some_and(|(at, _)| *at <= self.now)
        {
            acts.push(Act::Happen);
        }
        if self.asleep > self.now {
            return acts;
        }
        let Some(p) = &self.process else {
            if self.start_at <= self.now {
                acts.push(Act::Start);
            }
            return acts;
        };
        let due = p.desk.due().is_some_and(|due| due <= self.now);
        if !p.ear.is_empty() || due || self.tick(p) <= self.now {
            acts.push(Act::Hear);
        }
        if p.line.is_none() {
            if p.connect_at <= self.now {
                acts.push(Act::Connect);
            }
        } else if p.unfinished.is_some() || !p.jobs.is_empty() {
            acts.push(Act::Work);
        } else if p.look_at <= self.now || p.round_at.is_some_and(|at| at <= self.now) {
            acts.push(Act::Round);
        }
        let begins = !p.letters.is_empty() && p.dialled <= self.now;
        if p.sending.as_ref().map_or(begins, |s| s.may.is_some()) {
            acts.push(Act::Send);
        }
        acts
    }

    pub fn tick(&self, p: &Process) -> Timestamp {
        p.heard_at + TimeDelta::minutes(30)
    }

    /// Nothing to do now: when next? A suspended machine misses its ticks.
    pub fn next_moment(&mut self) -> Option<Timestamp> {
        let alone = self.other.is_none();
        let asleep = alone && self.faults && self.sleeps && self.chance.one_in(30);
        let agenda = self.agenda.keys().next().map(|(at, _)| *at);
        let own = match &self.process {
            _ if self.asleep > self.now => vec![Some(self.asleep)],
            None => vec![Some(self.start_at)],
            Some(p) => vec![
                p.desk.due(),
                p.line.as_ref().and(p.round_at),
                p.line.is_some().then_some(p.look_at),
                p.line.is_none().then_some(p.connect_at),
                (p.sending.is_none() && !p.letters.is_empty()).then_some(p.dialled),
                Some(self.tick(p)),
            ],
        };
        let next = own.into_iter().flatten().min();
        if asleep {
            let long = TimeDelta::seconds(self.chance.between(60, 100_000));
            self.tell(|| "the machine is suspended".to_owned());
            return Some(self.now + long);
        }
        next.into_iter().chain(agenda).min()
    }

    pub fn act(&mut self, act: Act) -> Verdict {
        if let Act::Happen = act {
            if let Some((_, what)) = self.agenda.pop_first() {
                return self.happen(what);
            }
            return Ok(());
        }
        let woken = self.wake();
        let Some(mut p) = self.process.take() else {
            self.tell(|| "the daemon starts".to_owned());
            let p = Process::start(
                &mut self.disk,
                &self.config,
                &self.templates,
                self.now,
                ["here", "there"][self.machine % 2],
                &mut self.chance,
            );
            let mut p = p.map_err(|why| format!("I20: the next start reads no books: {why}"))?;
            p.alone = self.trial != 2;
            p.ignores_claim = self.has(Bug::IgnoredClaim);
            p.marks_early = self.has(Bug::MarkBeforeEntries);
            self.process = Some(p);
            return Ok(());
        };
        if woken {
            self.process = Some(p);
            return Ok(());
        }
        let lives = match act {
            Act::Hear => self.hear_next(&mut p),
            Act::Connect => Ok(self.connect(&mut p)),
            Act::Work => Ok(self.work(&mut p)),
            Act::Round => Ok(self.round(&mut p)),
            Act::Send => self.send(&mut p),
            Act::Start | Act::Happen => Ok(Ok(())),
        };
        match lives {
            Err(broken) => Err(broken),
            Ok(Ok(())) => {
                if p.marks_early {
                    self.disk.marks = p.marks.clone();
                }
                self.process = Some(p);
                Ok(())
            }
            Ok(Err(Died)) => {
                self.crashed += 1;
                self.doomed = false;
                if self.chance.one_in(2) {
                    let marks_too = self.chance.one_in(2);
                    self.disk.power_cut(marks_too);
                }
                let away = match self.single {
                    Some(_) => 1,
                    None => self.chance.pick(&[0, 1, 30, 600, 10_000]),
                };
                self.start_at = self.now + TimeDelta::seconds(away);
                self.tell(|| "** the process dies".to_owned());
                Ok(())
            }
        }
    }

    /// After a sleep all connections are dead, and so is what was being handed over.
    fn wake(&mut self) -> bool {
        let slept = self.asleep > self.begin && self.asleep <= self.now;
        if !slept {
            return false;
        }
        self.asleep = self.begin;
        let Some(mut p) = self.process.take() else {
            return false;
        };
        self.tell(|| "the machine wakes".to_owned());
        if let Some(sending) = &mut p.sending {
            sending.fate = super::process::Fate::LostAtTheDot;
        }
        if p.line.take().is_some() {
            p.hear(askfirst::desk::Heard::Lost {
                account: "work".to_owned(),
            });
            p.connect_at = self.now;
        }
        self.process = Some(p);
        true
    }

    /// The process may die here. The places have names, so that each can be tried by itself.
    pub fn dies(&mut self, point: &'static str) -> Result<(), Died> {
        if let Some(single) = &mut self.single {
            self.passed.push(point);
            return if single.strikes(self.passed.len()) {
                Err(Died)
            } else {
                Ok(())
            };
        }
        if self.faults && self.crashes < usize::MAX && self.chance.one_in(self.crashes) {
            return Err(Died);
        }
        Ok(())
    }

    /// Watchers notice what has changed, soon.
    /// Whether anything has.
    pub fn watch(&mut self) -> bool {
        let mut changed = false;
        for (place, folder) in WATCHED {
            let pulse = self.server.pulse(folder);
            if self.pulses.insert(folder, pulse) == Some(pulse) {
                continue;
            }
            changed = true;
            let unwatched = matches!(place, Place::SendNow | Place::GiveBack | Place::Trash);
            if self.process.is_some() && !unwatched {
                let slow = self.faults && self.chance.one_in(10) || self.sudden;
                let longest = if slow { 300_000 } else { 800 };
                let after = TimeDelta::milliseconds(self.chance.between(0, longest));
                self.plan(after, Happening::Notice(place));
            }
        }
        if changed && let Some(p) = &mut self.process {
            p.round_at = Some(self.now + TimeDelta::seconds(300));
        }
        changed
    }
}
