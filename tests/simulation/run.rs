//! One run: the daemon's order of effects over a simulated disk, mailbox, outgoing server and time.

use super::chance::Chance;
use super::disk::Disk;
use super::hands::Hand;
use super::mailbox::{Cut, Personality, Server};
use super::oracle::{Oracle, Verdict};
use super::people;
use super::process::{Fate, Job, Message, Process, Sending};
use askfirst::Timestamp;
use askfirst::acquaintance::NoRecords;
use askfirst::config::{Config, Surroundings};
use askfirst::daemon::account::Interest;
use askfirst::daemon::looking::{is_in_sent, locate};
use askfirst::daemon::perform;
use askfirst::daemon::send::{Trouble, outgoing};
use askfirst::desk::{Desk, Heard, Outcome, Question, Turn, Way, World};
use askfirst::ledger::{Errand, Item};
use askfirst::letter::Templates;
use askfirst::mail::MessageId;
use askfirst::mailroom::{self, Careful, Cursor, Memo, Places, indexing};
use askfirst::port::{
    Flags, FolderName, Mailbox, MailboxError, Place, SendError, Uid, UidValidity,
};
use chrono::{TimeDelta, TimeZone, Utc};
use std::collections::BTreeMap;
use std::path::Path;
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
    /// The mail server refuses nothing any more.
    Forgiven,
    /// Faults stop.
    Calm,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Start,
    Hear,
    Connect,
    Work,
    Round,
    Send,
    Happen,
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
    pub agenda: BTreeMap<(Timestamp, u64), Happening>,
    pub oracle: Oracle,
    pub faults: bool,
    /// One in so many chances the process dies, the connection is cut, a hand-over goes wrong.
    crashes: usize,
    cuts: usize,
    losses: usize,
    /// The machine is suspended now and then.
    sleeps: bool,
    /// The outgoing server files what it takes in Sent.
    files_sent: bool,
    /// When the connection is cut next, the process dies with it.
    doomed: bool,
    pulses: BTreeMap<&'static str, u64>,
    pub crashed: usize,
    pub cut: usize,
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

fn config(chance: &mut Chance) -> Config {
    let text = format!(
        "[[accounts]]\nname = \"work\"\nemail = \"alex@hub.example\"\ndisplay_name = \"Alex Rivera\"\nlanguage = \"en\"\n\
         [accounts.imap]\nhost = \"imap.hub.example\"\npassword_command = \"true\"\n\
         [accounts.smtp]\nhost = \"smtp.hub.example\"\npassword_command = \"true\"\n\
         [drafts]\nsettle = \"{}\"\n\
         [ask]\nconfirm = \"{}\"\ngrace = \"{}\"\norder = \"{}\"\nremind = \"{}\"\nremind_after = \"1d\"\nexpire_after = \"2d\"\n",
        chance.pick(&["0s", "30s", "2m"]),
        chance.pick(&["never", "never", "first"]),
        chance.pick(&["10s", "10m"]),
        chance.pick(&["together", "in_turn"]),
        chance.pick(&["introducer", "party", "off"]),
    );
    let around = Surroundings {
        folder: Path::new("/nowhere"),
        state_dir: Some("/nowhere/state".into()),
        environment: &BTreeMap::new(),
        file: &|_| Err("there are no files here".to_owned()),
    };
    askfirst::config::read("simulated", &text, &around).expect("a good configuration")
}

impl Run {
    pub fn new(seed: u64, templates: &Arc<Templates>) -> Self {
        let mut chance = Chance::new(seed);
        let config = Arc::new(config(&mut chance));
        let personality = chance.pick(&Personality::all());
        let begin = Utc
            .with_ymd_and_hms(2026, 11, 2, 8, 0, 0)
            .single()
            .expect("a moment");
        let files_sent = chance.one_in(2);
        let mut run = Self {
            now: begin,
            begin,
            step: 0,
            telling: false,
            story: Vec::new(),
            disk: Disk::default(),
            server: Server::new(personality),
            config,
            templates: templates.clone(),
            process: None,
            start_at: begin,
            agenda: BTreeMap::new(),
            oracle: Oracle::default(),
            faults: true,
            crashes: chance.pick(&[usize::MAX, 400, 120, 40]),
            cuts: chance.pick(&[usize::MAX, 40, 12, 6]),
            losses: chance.pick(&[usize::MAX, 6, 3, 2]),
            sleeps: chance.one_in(4),
            files_sent,
            doomed: false,
            pulses: BTreeMap::new(),
            crashed: 0,
            cut: 0,
            chance,
        };
        run.oracle.honest = files_sent;
        run.server.deliver(
            "Lists",
            b"From: list@lists.example\r\nMessage-ID: <first@lists.example>\r\n\r\nWelcome.\r\n",
            Flags::default(),
        );
        let shift = run.chance.below(4);
        for n in 0..1 + run.chance.below(2) {
            let draft = people::draft(&mut run.chance, shift + n);
            run.oracle.write(draft);
            let after = TimeDelta::seconds(run.chance.between(20, 7200));
            run.plan(after, Happening::Written(n));
            for _ in 0..run.chance.pick(&[0, 0, 1, 2]) {
                let longest = run.chance.pick(&[120, 900, 2 * 86_400]);
                let later =
                    after + TimeDelta::milliseconds(run.chance.between(1000, longest * 1000));
                let hand = Hand::any(&mut run.chance);
                run.plan(later, Happening::Hand(n, hand));
            }
            // Whoever has to confirm does so some day.
            if run.config.ask.confirm != askfirst::config::Confirm::Never {
                let later = after + TimeDelta::seconds(run.chance.between(600, 40_000));
                run.plan(later, Happening::Hand(n, Hand::Ask));
            }
        }
        for _ in 0..run.chance.pick(&[0, 0, 1, 2]) {
            let at = TimeDelta::seconds(run.chance.between(30, 10_000));
            run.plan(at, Happening::Hand(usize::MAX, Hand::ServerRefuses));
        }
        run.plan(TimeDelta::days(3), Happening::Calm);
        run
    }

    pub fn tell(&mut self, what: impl FnOnce() -> String) {
        let at = self.now - self.begin;
        if !self.telling {
            return;
        }
        let line = format!(
            "{:>4} {}d{:02}:{:02}:{:02}.{:03} {}",
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
        let end = self.begin + TimeDelta::days(7);
        while self.step < 20_000 {
            self.step += 1;
            let acts = self.possible();
            if acts.is_empty() {
                match self.next_moment() {
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

    fn possible(&self) -> Vec<Act> {
        let mut acts = Vec::new();
        if self
            .agenda
            .keys()
            .next()
            .is_some_and(|(at, _)| *at <= self.now)
        {
            acts.push(Act::Happen);
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
        } else if p.round_at.is_some_and(|at| at <= self.now) {
            acts.push(Act::Round);
        }
        let begins = !p.letters.is_empty() && p.dialled <= self.now;
        if p.sending.as_ref().map_or(begins, |s| s.may.is_some()) {
            acts.push(Act::Send);
        }
        acts
    }

    fn tick(&self, p: &Process) -> Timestamp {
        p.heard_at + TimeDelta::minutes(30)
    }

    /// Nothing to do now: when next? A suspended machine misses its ticks.
    fn next_moment(&mut self) -> Option<Timestamp> {
        let asleep = self.faults && self.sleeps && self.chance.one_in(30);
        let agenda = self.agenda.keys().next().map(|(at, _)| *at);
        let own = match &self.process {
            None => vec![Some(self.start_at)],
            Some(p) => vec![
                p.desk.due(),
                p.round_at,
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

    fn act(&mut self, act: Act) -> Verdict {
        if let Act::Happen = act {
            if let Some((_, what)) = self.agenda.pop_first() {
                return self.happen(what);
            }
            return Ok(());
        }
        let Some(mut p) = self.process.take() else {
            self.tell(|| "the daemon starts".to_owned());
            let p = Process::start(&mut self.disk, &self.config, &self.templates, self.now);
            self.process = Some(p);
            return Ok(());
        };
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
                self.process = Some(p);
                Ok(())
            }
            Ok(Err(Died)) => {
                self.crashed += 1;
                self.doomed = false;
                let away = self.chance.pick(&[0, 1, 30, 600, 10_000]);
                self.start_at = self.now + TimeDelta::seconds(away);
                self.tell(|| "** the process dies".to_owned());
                Ok(())
            }
        }
    }

    fn dies(&mut self) -> Result<(), Died> {
        if self.faults && self.crashes < usize::MAX && self.chance.one_in(self.crashes) {
            return Err(Died);
        }
        Ok(())
    }

    // The daemon's own thread.

    fn hear_next(&mut self, p: &mut Process) -> Result<Result<(), Died>, String> {
        p.heard_at = self.now;
        let message = p.ear.pop_front().unwrap_or(Message::Heard(Heard::Due));
        match message {
            Message::Heard(heard) => {
                self.tell(|| format!("heard {}", brief(&heard)));
                let word = match &heard {
                    Heard::Arrived { bytes, junk, .. } => {
                        mailroom::message_id_of(bytes).map(|id| (id, *junk))
                    }
                    _ => None,
                };
                let turn = self.with_world(p, |desk, world| desk.hear(world, heard));
                if let Err(died) = self.carry_out(p, turn)? {
                    return Ok(Err(died));
                }
                if let Some((id, junk)) = word {
                    self.oracle.heard(&id, junk, self.step);
                }
            }
            Message::BeforeDot(item) => {
                let known = p.desk.books.items.get(&item).cloned();
                let turn = self.with_world(p, |desk, world| desk.before_dot(world, item));
                let may = turn.is_some();
                self.tell(|| format!("before the dot of {item}: {may}"));
                if let Err(died) = self.carry_out(p, turn.unwrap_or_default())? {
                    return Ok(Err(died));
                }
                if let (true, Some(known)) = (may, known) {
                    self.oracle.granted(&known, &p.desk.books, self.step)?;
                }
                if let Some(sending) = &mut p.sending {
                    sending.may = Some(may);
                }
            }
            Message::Mark(folder, mark) => {
                p.told_marks.insert(folder, mark);
            }
        }
        if p.ear.is_empty() {
            self.disk.marks = p.told_marks.clone();
        }
        Ok(Ok(()))
    }

    pub fn with_world<T>(
        &mut self,
        p: &mut Process,
        act: impl FnOnce(&mut Desk, &mut World<'_>) -> T,
    ) -> T {
        let mut world = World {
            at: self.now,
            records: &NoRecords,
            random: &mut self.chance,
            utc_offset: 3600,
        };
        act(&mut p.desk, &mut world)
    }

    /// Files, then entries, then questions and whatever is ready, as the daemon does it.
    pub fn carry_out(&mut self, p: &mut Process, turn: Turn) -> Result<Result<(), Died>, String> {
        let weighty = !turn.entries.is_empty();
        if weighty && self.dies().is_err() {
            self.tell(|| "   (before files are kept)".to_owned());
            return Ok(Err(Died));
        }
        for (id, bytes) in &turn.files {
            self.disk.keep(id, bytes);
        }
        if weighty && self.dies().is_err() {
            self.tell(|| "   (while entries are written)".to_owned());
            let cut = self.chance.next() as usize;
            self.disk
                .append_torn(&turn.entries, |octets| cut % (octets + 1));
            return Ok(Err(Died));
        }
        self.disk.append(&turn.entries);
        for entry in &turn.entries {
            self.tell(|| format!("   wrote {}", super::story::entry(entry)));
        }
        self.oracle.books(&p.desk.books)?;
        if weighty && self.dies().is_err() {
            self.tell(|| "   (after entries, before anything is done)".to_owned());
            return Ok(Err(Died));
        }
        if weighty {
            p.interest = Interest::of(&p.desk.books, "work");
        }
        for question in turn.questions {
            p.jobs.push_back(Job::Question(question));
        }
        for item in p.desk.take_ready(self.now) {
            let introduction = item
                .introduction
                .as_ref()
                .and_then(|id| p.desk.books.introductions.get(id))
                .cloned();
            match p.desk.way_of(&item) {
                Way::Probe(question) => p.jobs.push_back(Job::Question(question)),
                Way::Letter => {
                    let dialling = self.chance.between(0, 3000);
                    p.dialled = self.now + TimeDelta::milliseconds(dialling);
                    if item.errand == Errand::Release
                        && let Some(introduction) = &introduction
                    {
                        self.second_thoughts(introduction);
                    }
                    p.letters.push_back((item, introduction));
                }
                Way::Deed => p
                    .jobs
                    .push_back(Job::Deed(Box::new(item), introduction.map(Box::new))),
            }
        }
        Ok(Ok(()))
    }

    // The mailbox's thread.

    fn connect(&mut self, p: &mut Process) -> Result<(), Died> {
        self.maybe_cut();
        p.memo = Memo::default();
        let mut connection = self.server.connect();
        let opened = mailroom::open_places(&mut connection, &self.config.accounts[0].folders);
        let done = opened.and_then(|places| {
            let mut line = Careful::new(connection, places.untouchable());
            if let Some(drafts) = &places.drafts {
                let survey = mailroom::survey(&mut line, drafts)?;
                p.hear(Heard::Surveyed {
                    account: "work".to_owned(),
                    place: Place::Drafts,
                    survey,
                });
            }
            p.hear(Heard::Connected {
                account: "work".to_owned(),
                exchange: false,
            });
            read_everything(p, &mut line, &places)?;
            p.line = Some((line, places));
            p.pause = TimeDelta::seconds(1);
            Ok(())
        });
        self.tell(|| format!("connects: {}", done.is_ok()));
        match done {
            Ok(()) => Ok(()),
            Err(error) => self.lost(p, &error),
        }
    }

    fn maybe_cut(&mut self) {
        if self.faults && self.cuts < usize::MAX && self.chance.one_in(self.cuts) {
            let when = self.chance.pick(&[Cut::Before, Cut::After, Cut::Halfway]);
            self.server.cut(1 + self.chance.below(12), when);
            self.doomed = self.crashes < usize::MAX && self.chance.one_in(3);
        }
    }

    fn lost(&mut self, p: &mut Process, error: &MailboxError) -> Result<(), Died> {
        self.cut += 1;
        self.tell(|| format!("the connection is lost: {error}"));
        p.line = None;
        p.hear(Heard::Lost {
            account: "work".to_owned(),
        });
        p.connect_at = self.now + p.pause;
        p.pause = (p.pause * 2).min(TimeDelta::seconds(300));
        if std::mem::take(&mut self.doomed) {
            return Err(Died);
        }
        Ok(())
    }

    fn round(&mut self, p: &mut Process) -> Result<(), Died> {
        p.round_at = None;
        self.maybe_cut();
        let Some((mut line, places)) = p.line.take() else {
            return Ok(());
        };
        match read_everything(p, &mut line, &places) {
            Ok(()) => {
                p.line = Some((line, places));
                Ok(())
            }
            Err(error) => self.lost(p, &error),
        }
    }

    fn work(&mut self, p: &mut Process) -> Result<(), Died> {
        let job = p.unfinished.take().or_else(|| p.jobs.pop_front());
        let (Some(job), Some((mut line, places))) = (job, p.line.take()) else {
            return Ok(());
        };
        self.maybe_cut();
        self.server.forget_log();
        let result = match &job {
            Job::Question(asked) => question(p, &mut line, &places, asked),
            Job::Read(place) => read_place(p, &mut line, &places, *place),
            Job::Deed(item, introduction) => {
                if item.errand == Errand::Look
                    && let Some(introduction) = introduction
                {
                    self.oracle.looked(introduction, self.step);
                }
                let outcome = self.deed(p, &mut line, &places, item, introduction.as_deref());
                let outcome = match outcome {
                    Err(MailboxError::Refused { text, .. }) => Ok(Outcome::Failed(text)),
                    other => other,
                };
                outcome.map(|outcome| {
                    let item = item.id;
                    p.hear(Heard::Done { item, outcome });
                })
            }
        };
        let commands = if self.telling {
            self.server.log().join(", ")
        } else {
            String::new()
        };
        self.tell(|| format!("mailbox: {} [{commands}]", super::story::job(&job)));
        match result {
            Ok(()) => {
                p.line = Some((line, places));
                Ok(())
            }
            Err(error) => {
                if let Job::Deed(..) = &job {
                    p.unfinished = Some(job);
                }
                self.lost(p, &error)
            }
        }
    }

    fn deed(
        &mut self,
        p: &mut Process,
        line: &mut dyn Mailbox,
        places: &Places,
        item: &Item,
        introduction: Option<&askfirst::introduction::Introduction>,
    ) -> Result<Outcome, MailboxError> {
        if item.errand == Errand::Look {
            read_place(p, line, places, Place::Inbox)?;
            read_place(p, line, places, Place::Sent)?;
        }
        perform::deed(line, places, &self.disk, item, introduction, &|_| false)
    }

    // The sending thread.

    fn send(&mut self, p: &mut Process) -> Result<Result<(), Died>, String> {
        let Some(sending) = p.sending.take() else {
            let Some((item, introduction)) = p.letters.pop_front() else {
                return Ok(Ok(()));
            };
            if self.dies().is_err() {
                return Ok(Err(Died));
            }
            let own = &self.config.accounts[0].email;
            let made = outgoing(own, &self.disk, &item, introduction.as_ref(), self.now);
            let outcome = match made {
                Err(Trouble::Spool(why)) => Outcome::Failed(why),
                Err(Trouble::Send(error)) => Outcome::NotSent(error),
                Ok((envelope, bytes)) => {
                    let fate = self.fate();
                    if let Some(error) = before_the_dot(fate, &envelope.to[0]) {
                        self.tell(|| {
                            format!(
                                "smtp: {} of {}: {error}",
                                super::story::errand(&item),
                                item.id
                            )
                        });
                        Outcome::NotSent(error)
                    } else {
                        p.ear.push_back(Message::BeforeDot(item.id));
                        p.sending = Some(Sending {
                            item,
                            envelope,
                            bytes,
                            fate,
                            may: None,
                        });
                        return Ok(Ok(()));
                    }
                }
            };
            let item = item.id;
            p.hear(Heard::Done { item, outcome });
            return Ok(Ok(()));
        };
        if self.dies().is_err() {
            self.tell(|| "   (the dot is not out)".to_owned());
            return Ok(Err(Died));
        }
        let (item, fate) = (sending.item.id, sending.fate);
        let outcome = if sending.may == Some(true) {
            if matches!(fate, Fate::Accepted | Fate::AcceptedUnheard) {
                self.delivered(p, &sending)?;
            }
            after_the_dot(fate)
        } else {
            Outcome::NotSent(SendError::Stopped)
        };
        self.tell(|| {
            let what = super::story::errand(&sending.item);
            format!("smtp: {what} of {item}: {fate:?}, {outcome:?}")
        });
        if self.dies().is_err() {
            self.tell(|| "   (the outcome is not heard)".to_owned());
            return Ok(Err(Died));
        }
        p.hear(Heard::Done { item, outcome });
        Ok(Ok(()))
    }

    fn fate(&mut self) -> Fate {
        if !self.faults || self.losses == usize::MAX || !self.chance.one_in(self.losses) {
            return Fate::Accepted;
        }
        self.chance.pick(&[
            Fate::Unreachable,
            Fate::Later,
            Fate::Refused,
            Fate::RefusedRecipient,
            Fate::CutBeforeDot,
            Fate::AcceptedUnheard,
            Fate::AcceptedUnheard,
            Fate::LostAtTheDot,
            Fate::LostAtTheDot,
            Fate::LaterAfterDot,
            Fate::RefusedAfterDot,
        ])
    }

    /// The server has it. An ask reaches its party, who answers by habit.
    fn delivered(&mut self, p: &Process, sending: &Sending) -> Verdict {
        let Sending {
            item,
            envelope,
            bytes,
            ..
        } = sending;
        let books = &p.desk.books;
        self.oracle
            .accepted(item, books, envelope, bytes, self.step)?;
        if self.files_sent {
            let seen = Flags {
                seen: true,
                ..Flags::default()
            };
            self.server.deliver("Sent", bytes, seen);
        }
        let introduction = item
            .introduction
            .as_ref()
            .and_then(|id| books.introductions.get(id));
        if let (Errand::Send { letter, .. }, Some(introduction)) = (&item.errand, introduction)
            && let Some(story) = self.oracle.story_of(introduction)
        {
            self.answer(story, introduction.id.clone(), letter);
        }
        Ok(())
    }

    /// Watchers notice what has changed, soon.
    /// Whether anything has.
    fn watch(&mut self) -> bool {
        let mut changed = false;
        for (place, folder) in WATCHED {
            let pulse = self.server.pulse(folder);
            if self.pulses.insert(folder, pulse) == Some(pulse) {
                continue;
            }
            changed = true;
            let unwatched = matches!(place, Place::SendNow | Place::GiveBack | Place::Trash);
            if self.process.is_some() && !unwatched {
                let slow = self.faults && self.chance.one_in(10);
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

fn before_the_dot(fate: Fate, first: &askfirst::mail::Address) -> Option<SendError> {
    let reply = "the simulation says so".to_owned();
    Some(match fate {
        Fate::Unreachable | Fate::CutBeforeDot => SendError::Unreachable {
            why: reply,
            in_doubt: false,
        },
        Fate::Later => SendError::Later { reply },
        Fate::Refused => SendError::Refused {
            code: 554,
            reply,
            recipient: None,
        },
        Fate::RefusedRecipient => SendError::Refused {
            code: 550,
            reply,
            recipient: Some(first.clone()),
        },
        _ => return None,
    })
}

fn after_the_dot(fate: Fate) -> Outcome {
    let reply = "the simulation says so".to_owned();
    Outcome::NotSent(match fate {
        Fate::AcceptedUnheard | Fate::LostAtTheDot => SendError::Unreachable {
            why: reply,
            in_doubt: true,
        },
        Fate::LaterAfterDot => SendError::Later { reply },
        Fate::RefusedAfterDot => SendError::Refused {
            code: 554,
            reply,
            recipient: None,
        },
        _ => return Outcome::Sent("250 ok".to_owned()),
    })
}

fn brief(heard: &Heard) -> String {
    let mut text = format!("{heard:?}");
    if let Heard::Arrived { junk, bytes, .. } = heard {
        text = format!("Arrived {:?} junk {junk}", mailroom::message_id_of(bytes));
    } else if let Heard::Draft { uid, bytes, .. } = heard {
        text = format!("Draft {uid} {:?}", bytes.as_ref().map(Vec::len));
    } else if let Heard::FoundInSent { bytes, .. } = heard {
        text = format!("FoundInSent {:?}", mailroom::message_id_of(bytes));
    }
    text
}

// What the mailbox's thread reads, as `daemon::reading` does it; only the index is left out.

fn read_everything(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
) -> Result<(), MailboxError> {
    let mut all = indexing::folders_to_read(places, false);
    for folder in places.for_answers() {
        if !all.contains(&folder) {
            all.push(folder);
        }
    }
    for folder in all {
        read_folder(p, line, places, &folder, true)?;
    }
    p.hear(Heard::Watching {
        account: "work".to_owned(),
        messages: 0,
        since: None,
    });
    Ok(())
}

fn read_place(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
    place: Place,
) -> Result<(), MailboxError> {
    match places.get(place).cloned() {
        Some(folder) => read_folder(p, line, places, &folder, false),
        None => Ok(()),
    }
}

fn read_folder(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
    folder: &FolderName,
    ask_first: bool,
) -> Result<(), MailboxError> {
    let mark = p.marks.get(folder.as_str()).copied();
    if ask_first {
        let status = line.status(folder)?;
        if mark.is_some() && mark == status.uid_validity.zip(status.uid_next) {
            return Ok(());
        }
    }
    let (junk, sent) = (
        places.junk.as_ref() == Some(folder),
        places.sent.as_ref() == Some(folder),
    );
    let cursor = mark.map(|(validity, next)| Cursor {
        uid_validity: UidValidity(validity),
        next: Uid(next),
    });
    let mut wanted = Vec::new();
    let next = mailroom::read_new(line, folder, cursor, indexing::FIELDS, &mut |chunk, _| {
        for summary in &chunk {
            let take = if sent {
                mark.is_some()
            } else {
                p.interest.wants(&summary.header)
            };
            if take && !summary.flags.deleted {
                wanted.push(summary.uid);
            }
        }
        true
    })?
    .map(|c| (c.uid_validity.0, c.next.0));
    for uid in wanted {
        let Some(fetched) = line.fetch(uid)? else {
            continue;
        };
        let (account, bytes) = ("work".to_owned(), fetched.bytes);
        p.hear(if sent {
            Heard::FoundInSent { account, bytes }
        } else {
            Heard::Arrived {
                account,
                junk,
                bytes,
            }
        });
    }
    if let Some(next) = next.filter(|n| Some(*n) != mark) {
        p.marks.insert(folder.as_str().to_owned(), next);
        p.ear
            .push_back(Message::Mark(folder.as_str().to_owned(), next));
    }
    Ok(())
}

fn question(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
    question: &Question,
) -> Result<(), MailboxError> {
    let account = "work".to_owned();
    match question {
        Question::Survey { places: asked, .. } => {
            for place in asked {
                let Some(folder) = places.get(*place) else {
                    continue;
                };
                let survey = p.memo.survey(line, folder)?;
                p.hear(Heard::Surveyed {
                    account: account.clone(),
                    place: *place,
                    survey,
                });
            }
        }
        Question::Fetch {
            ask_folder,
            uid_validity,
            uid,
            ..
        } => {
            let folder = if *ask_folder {
                Some(&places.ask)
            } else {
                places.drafts.as_ref()
            };
            let Some(folder) = folder else { return Ok(()) };
            let fetched = mailroom::fetch(line, folder, *uid_validity, Uid(*uid))?;
            p.hear(Heard::Draft {
                account,
                ask_folder: *ask_folder,
                uid_validity: *uid_validity,
                uid: *uid,
                bytes: fetched.map(|f| f.bytes),
            });
        }
        Question::Consult {
            ask_folder, uid, ..
        } => p.hear(Heard::Consulted {
            account,
            ask_folder: *ask_folder,
            uid: *uid,
            mails: Vec::new(),
        }),
        Question::Locate {
            introduction,
            message_id,
            size,
            ..
        } => {
            let found = locate(line, places, &mut p.memo, message_id, *size)?;
            p.hear(Heard::Located {
                account,
                introduction: introduction.clone(),
                found,
            });
        }
        Question::Read { .. } => read_everything(p, line, places)?,
        Question::Probe {
            item, message_id, ..
        } => {
            read_place(p, line, places, Place::Inbox)?;
            let outcome = Outcome::Found(is_in_sent(line, places, message_id)?);
            p.hear(Heard::Done {
                item: *item,
                outcome,
            });
        }
    }
    Ok(())
}
