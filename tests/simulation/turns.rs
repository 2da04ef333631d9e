//! The daemon's own thread: it hears, writes down, and hands out.

use super::faults::Single;
use super::planted::{self, Bug};
use super::process::{Job, Message, Process};
use super::run::{Died, Run};
use askfirst::daemon::account::Interest;
use askfirst::desk::{Desk, Heard, Turn, Way, World};
use askfirst::ledger::{Entry, Errand};
use askfirst::mailroom::{self};
use chrono::TimeDelta;

impl Run {
    pub fn hear_next(&mut self, p: &mut Process) -> Result<Result<(), Died>, String> {
        p.heard_at = self.now;
        let message = p.ear.pop_front().unwrap_or(Message::Heard(Heard::Due));
        match message {
            Message::Heard(heard) => {
                self.tell(|| format!("heard {}", brief(&heard)));
                let acts = p.desk.acts("work");
                let word = match &heard {
                    Heard::Arrived { bytes, junk, .. } => {
                        mailroom::message_id_of(bytes).map(|id| (id, *junk))
                    }
                    _ => None,
                };
                let heard = match heard {
                    Heard::Arrived {
                        account,
                        junk,
                        bytes,
                        arrival,
                    } => Heard::Arrived {
                        account,
                        junk,
                        bytes: self.misread(bytes),
                        arrival,
                    },
                    other => other,
                };
                let turn = self.with_world(p, |desk, world| desk.hear(world, heard));
                if let Err(died) = self.carry_out(p, turn)? {
                    return Ok(Err(died));
                }
                if let Some((id, junk)) = word.filter(|_| acts) {
                    self.oracle.heard(&id, junk, self.step);
                }
            }
            Message::BeforeDot(item) => {
                if let Some(question) = p.desk.look_before_dot(self.now, item)
                    && !self.has(Bug::IgnoredClaim)
                {
                    p.jobs.push_back(Job::Question(question));
                }
                p.dot = Some(item);
            }
            Message::Mark(folder, mark) => {
                p.told_marks.insert(folder, mark);
            }
        }
        if let Some(item) = p.dot.filter(|item| {
            self.has(Bug::IgnoredClaim) || p.desk.look_before_dot(self.now, *item).is_none()
        }) {
            p.dot = None;
            {
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
            records: &self.known,
            random: &mut self.chance,
            utc_offset: 3600,
        };
        act(&mut p.desk, &mut world)
    }

    /// What a planted bug makes of a turn.
    fn plant(&self, p: &mut Process, turn: &mut Turn) {
        if self.has(Bug::ConsentFromMemory) {
            planted::consent_in(&mut turn.entries);
            for entry in &turn.entries {
                if let Entry::Recalled { introduction, .. } = entry
                    && let Some(known) = p.desk.books.introductions.get_mut(&introduction.id)
                {
                    planted::consent(known);
                }
            }
        }
        if self.has(Bug::EffectBeforeIntent) {
            let (late, now) = std::mem::take(&mut turn.entries)
                .into_iter()
                .partition(|e| matches!(e, Entry::Committing { .. }));
            turn.entries = std::mem::take(&mut p.late);
            turn.entries.extend::<Vec<_>>(now);
            p.late = late;
        }
    }

    /// Files, then entries, then questions and whatever is ready, as the daemon does it.
    pub fn carry_out(&mut self, p: &mut Process, turn: Turn) -> Result<Result<(), Died>, String> {
        let weighty = !turn.entries.is_empty();
        let mut turn = turn;
        self.plant(p, &mut turn);
        if weighty && self.dies("before the files are kept").is_err() {
            self.tell(|| "   (before files are kept)".to_owned());
            return Ok(Err(Died));
        }
        for (id, bytes) in &turn.files {
            self.disk.keep(id, bytes);
        }
        if weighty && self.dies("within the entries").is_err() {
            self.tell(|| "   (while entries are written)".to_owned());
            let cut = self.chance.next() as usize;
            let torn = self.single.as_ref().map(Single::torn);
            self.disk.append_torn(&turn.entries, |octets| {
                torn.map_or(cut % (octets + 1), |torn| torn.of(octets))
            });
            return Ok(Err(Died));
        }
        self.disk.append(&turn.entries);
        for entry in &turn.entries {
            self.tell(|| format!("   wrote {}", super::story::entry(entry)));
        }
        self.oracle.books(&p.desk.books)?;
        if weighty
            && self
                .dies("after the entries, before anything is done")
                .is_err()
        {
            self.tell(|| "   (after entries, before anything is done)".to_owned());
            return Ok(Err(Died));
        }
        if weighty {
            p.interest = Interest::of(&p.desk.books, "work");
        }
        for (_, parties, id) in turn.introduced {
            self.known.0.push((parties, id));
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
