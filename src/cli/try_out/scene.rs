//! The daemon's own desk with empty books: it decides as it would in earnest, and nothing is written down.

use super::Trial;
use crate::acquaintance::NoRecords;
use crate::cli::Failure;
use crate::daemon::perform::{self, Kept};
use crate::daemon::{OsRandom, templates};
use crate::desk::{Desk, Heard, Outcome, Question, Turn, World};
use crate::introduction::{Id, Introduction};
use crate::ledger::{Books, Errand, Item};
use crate::mailroom::{self, Places};
use crate::port::{Mailbox, MailboxError, Place};
use chrono::{Local, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A desk of its own with empty books, in memory alone.
pub(super) struct Scene<'a> {
    trial: &'a Trial<'a>,
    desk: Desk,
    questions: Vec<Question>,
    files: BTreeMap<Id, Vec<u8>>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(trial: &'a Trial<'a>) -> Result<Self, Failure> {
        let templates = templates(&trial.config).map_err(Failure::CouldNot)?;
        let config = Arc::new(trial.config.clone());
        let mut desk = Desk::new(config, Arc::new(templates), Books::default(), |_| None);
        desk.trial = true;
        Ok(Self {
            trial,
            desk,
            questions: Vec::new(),
            files: BTreeMap::new(),
        })
    }

    pub(super) fn hear(&mut self, heard: Heard) {
        let mut world = World {
            // A moment on, so that what is due at once is due.
            at: Utc::now() + TimeDelta::seconds(1),
            records: &NoRecords,
            random: &mut OsRandom,
            utc_offset: Local::now().offset().local_minus_utc(),
        };
        let turn: Turn = self.desk.hear(&mut world, heard);
        self.questions.extend(turn.questions);
        self.files.extend(turn.files);
    }

    pub(super) fn surveyed(
        &self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        place: Place,
    ) -> Result<Heard, Failure> {
        let failed = |error: MailboxError| Failure::CouldNot(error.to_string());
        let Some(folder) = places.get(place) else {
            return Err(Failure::CouldNot("a folder was not found".to_owned()));
        };
        let mut survey = mailroom::survey(mailbox, folder).map_err(failed)?;
        // Whatever else lies there, or comes there meanwhile, is the daemon's.
        survey
            .items
            .retain(|item| item.message_id.as_ref() == Some(&self.trial.id));
        Ok(Heard::Surveyed {
            account: self.trial.account.name.clone(),
            place,
            survey,
        })
    }

    /// Answers questions and carries out the hold; letters stay where they are.
    pub(super) fn work(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
    ) -> Result<(), Failure> {
        let failed = |error: MailboxError| Failure::CouldNot(error.to_string());
        let account = self.trial.account.name.clone();
        for _ in 0..20 {
            for question in std::mem::take(&mut self.questions) {
                let heard = match question {
                    Question::Fetch {
                        ask_folder: false,
                        uid_validity,
                        uid,
                        ..
                    } => {
                        let Some(drafts) = &places.drafts else {
                            continue;
                        };
                        let uid_of = crate::port::Uid(uid);
                        let fetched = mailroom::fetch(mailbox, drafts, uid_validity, uid_of);
                        Heard::Draft {
                            account: account.clone(),
                            ask_folder: false,
                            uid_validity,
                            uid,
                            bytes: fetched.map_err(failed)?.map(|f| f.bytes),
                        }
                    }
                    Question::Consult {
                        ask_folder, uid, ..
                    } => Heard::Consulted {
                        account: account.clone(),
                        ask_folder,
                        uid,
                        mails: Vec::new(),
                    },
                    _ => continue,
                };
                self.hear(heard);
            }
            let ready = self.desk.take_ready(Utc::now() + TimeDelta::seconds(1));
            let holds: Vec<Item> = ready
                .into_iter()
                .filter(|item| matches!(item.errand, Errand::Hold { .. }))
                .collect();
            for item in holds {
                let held = item
                    .introduction
                    .as_ref()
                    .and_then(|id| self.desk.books.introductions.get(id))
                    .cloned();
                let outcome: Outcome =
                    perform::deed(mailbox, places, self, &item, held.as_ref(), &|_| false)
                        .map_err(failed)?;
                self.hear(Heard::Done {
                    item: item.id,
                    outcome,
                });
            }
            self.hear(Heard::Due);
            if self.questions.is_empty() && !self.letters().is_empty() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn introduction(&self) -> Option<&Introduction> {
        self.desk.books.introductions.values().find(|i| i.placed)
    }

    pub(super) fn letters(&self) -> Vec<(String, String, String)> {
        self.desk
            .books
            .items
            .values()
            .filter_map(|item| match &item.errand {
                Errand::Send { letter, .. } => Some((
                    letter.to.to_string(),
                    letter.subject.clone(),
                    letter.text.clone(),
                )),
                _ => None,
            })
            .collect()
    }
}

impl Kept for Scene<'_> {
    fn held(&self, id: &Id, _: &str) -> Result<Vec<u8>, String> {
        self.files
            .get(id)
            .cloned()
            .ok_or_else(|| "the message of the trial is not kept".to_owned())
    }
    fn released(&self, _: &Id) -> Option<Vec<u8>> {
        None
    }
    fn keep_released(&self, _: &Id, _: &[u8]) -> Result<(), String> {
        Err("nothing is released in a trial".to_owned())
    }
}
