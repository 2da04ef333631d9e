//! The mailbox's thread: it connects, reads, and does one job after another.

use super::mailbox::Cut;
use super::planted::Bug;
use super::process::{Job, Process};
use super::reading::{look_who_leads, question, read_everything, read_place};
use super::run::{Died, Run};
use askfirst::daemon::perform;
use askfirst::desk::{Heard, Look, Outcome, Question};
use askfirst::ledger::{Errand, Item};
use askfirst::mailroom::{self, Careful, Memo, Places};
use askfirst::port::{Mailbox, MailboxError, Place};
use chrono::TimeDelta;

impl Run {
    pub fn connect(&mut self, p: &mut Process) -> Result<(), Died> {
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
            look_who_leads(p, &mut line, &places, self.now)?;
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

    pub fn maybe_cut(&mut self) {
        if self.faults && self.cuts < usize::MAX && self.chance.one_in(self.cuts) {
            let when = self.chance.pick(&[Cut::Before, Cut::After, Cut::Halfway]);
            self.server.cut(1 + self.chance.below(12), when);
            self.doomed = self.crashes < usize::MAX && self.chance.one_in(3);
        }
    }

    pub fn lost(&mut self, p: &mut Process, error: &MailboxError) -> Result<(), Died> {
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

    pub fn round(&mut self, p: &mut Process) -> Result<(), Died> {
        self.maybe_cut();
        let Some((mut line, places)) = p.line.take() else {
            return Ok(());
        };
        let done = if p.look_at <= self.now {
            look_who_leads(p, &mut line, &places, self.now)
        } else {
            p.round_at = None;
            read_everything(p, &mut line, &places)
        };
        match done {
            Ok(()) => {
                p.line = Some((line, places));
                Ok(())
            }
            Err(error) => self.lost(p, &error),
        }
    }

    pub fn work(&mut self, p: &mut Process) -> Result<(), Died> {
        let job = p.unfinished.take().or_else(|| p.jobs.pop_front());
        let (Some(job), Some((mut line, places))) = (job, p.line.take()) else {
            return Ok(());
        };
        self.maybe_cut();
        self.server.forget_log();
        let result = match &job {
            Job::Question(Question::Probe { item, .. }) if self.has(Bug::BlindRepeat) => {
                p.hear(Heard::Done {
                    item: *item,
                    outcome: Outcome::Found(false),
                });
                Ok(())
            }
            Job::Question(asked) => question(p, &mut line, &places, asked, self.now),
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

    pub fn deed(
        &mut self,
        p: &mut Process,
        line: &mut dyn Mailbox,
        places: &Places,
        item: &Item,
        introduction: Option<&askfirst::introduction::Introduction>,
    ) -> Result<Outcome, MailboxError> {
        if item.errand == Errand::Look && self.has(Bug::NoFreshLook) {
            return Ok(Outcome::Looked(Look::Fresh));
        }
        if item.errand == Errand::Look {
            read_place(p, line, places, Place::Inbox)?;
            read_place(p, line, places, Place::Sent)?;
        }
        let outcome = perform::deed(line, places, &self.disk, item, introduction, &|_| false)?;
        if matches!(item.errand, Errand::Look | Errand::Remember { .. }) {
            look_who_leads(p, line, places, self.now)?;
        }
        Ok(outcome)
    }
}
