//! Reading what is new: recorded for acquaintance, offered to the desk, marked when it is dealt with.

use super::Message;
use super::account::Worker;
use super::looking::{is_in_sent, locate};
use super::vouched::vouching;
use crate::answer::vouching::Vouching;
use crate::desk::{Heard, Outcome, Question};
use crate::mailroom::indexing::{self, IndexingError};
use crate::mailroom::{self, Cursor, Memo, Places, Scan, fetch_by_arrival, memory};
use crate::port::{FolderName, Mailbox, MailboxError, Place, Summary, Uid, UidValidity};
use chrono::{TimeDelta, Utc};
use std::sync::PoisonError;

/// Mail larger than this is no answer and no introduction that could be judged.
const LARGEST: u64 = 25 << 20;
/// Prior consent is looked for in mail of these days.
const LATELY: i64 = 365;
/// The newest mails of a person that are read for prior consent.
const NEWEST: usize = 8;

impl Worker {
    /// Every folder: the first index where there is none, then what is new since.
    pub(super) fn read_everything(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
    ) -> Result<(), MailboxError> {
        let account = self.account.name.clone();
        let index = self.index.clone();
        let records = index
            .account(&account)
            .map_err(|e| MailboxError::Lost(e.to_string()))?;
        let gmail = mailbox.capabilities().gmail;
        let to_read = indexing::folders_to_read(places, gmail);
        let complete = records.extent().is_ok_and(|e| e.complete);
        if !complete {
            let look = self.look.clone();
            let mut show = |progress: &indexing::Progress<'_>, _: &[Summary]| {
                let mut look = look.lock().unwrap_or_else(PoisonError::into_inner);
                look.indexed = progress.done;
                look.to_index = progress.total.max(progress.done + 1);
                !self.stop.is_stopped()
            };
            let survey = records
                .writing_behind(|recorder| {
                    indexing::read_mailbox(mailbox, recorder, &to_read, &mut show)
                })
                .map_err(|e| mailbox_error(e.into()))?;
            for (folder, why) in survey.map_err(mailbox_error)?.skipped {
                tracing::warn!(
                    account,
                    "the folder {folder} can't be opened and is not read: {why}"
                );
            }
            index.rest();
        }
        self.read_changed(mailbox, places, false)?;
        let extent = records.extent().unwrap_or_default();
        self.count(&index);
        self.hear(Heard::Watching {
            account,
            messages: extent.indexed,
            since: extent.oldest,
        });
        Ok(())
    }

    /// What is new in every folder where acquaintance shows or an answer may be. A glance costs one
    /// command and the folders that changed, or nothing where the server has no such command.
    pub(super) fn read_changed(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        glance: bool,
    ) -> Result<(), MailboxError> {
        let seen = mailbox.statuses()?;
        if glance && seen.is_none() {
            return Ok(());
        }
        let gmail = mailbox.capabilities().gmail;
        let mut all = indexing::folders_to_read(places, gmail);
        // On Gmail All Mail has every label, but for what was taken for junk.
        let others = if gmail {
            places.junk.iter().cloned().collect()
        } else {
            places.for_answers()
        };
        for folder in others {
            if !all.contains(&folder) {
                all.push(folder);
            }
        }
        let mut scans = Vec::new();
        for folder in all {
            let status = seen
                .as_ref()
                .and_then(|seen| seen.iter().find(|(name, _)| *name == folder))
                .map(|(_, status)| *status);
            let scan = match status {
                Some(status) => {
                    let now = status.uid_validity.zip(status.uid_next);
                    if now.is_some() && self.marks.get(folder.as_str()).copied() == now {
                        continue;
                    }
                    self.scan_folder(mailbox, places, &folder, false)?
                }
                None => self.scan_folder(mailbox, places, &folder, true)?,
            };
            scans.extend(scan);
        }
        self.tell_by_arrival(mailbox, places, scans)
    }

    /// How much is read, for `status`.
    fn count(&self, index: &crate::edge::index::Index) {
        let extent = index.account(&self.account.name).and_then(|r| r.extent());
        if let Ok(extent) = extent {
            self.show(|l| {
                l.indexed = extent.indexed;
                l.to_index = if extent.complete {
                    extent.indexed
                } else {
                    extent.to_index
                };
            });
        }
    }

    pub(super) fn read_place(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        place: Place,
    ) -> Result<(), MailboxError> {
        match places.get(place).cloned() {
            Some(folder) => self.read_folder(mailbox, places, &folder),
            None => Ok(()),
        }
    }

    pub(super) fn read_folder(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        folder: &FolderName,
    ) -> Result<(), MailboxError> {
        let scan = self.scan_folder(mailbox, places, folder, false)?;
        self.tell_by_arrival(mailbox, places, scan.into_iter().collect())
    }

    /// Records what is new in one folder since our mark, and says what of it the desk should hear.
    /// `ask_first` spares the SELECT where nothing changed. `None`: nothing new, or not to be opened.
    fn scan_folder(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        folder: &FolderName,
        ask_first: bool,
    ) -> Result<Option<Scan>, MailboxError> {
        let mark = self.marks.get(folder.as_str()).copied();
        if ask_first {
            match mailbox.status(folder) {
                Ok(status) => {
                    if mark.is_some() && mark == status.uid_validity.zip(status.uid_next) {
                        return Ok(None);
                    }
                }
                Err(MailboxError::Refused { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let junk = places.junk.as_ref() == Some(folder);
        let sent = places.sent.as_ref() == Some(folder);
        let cursor = mark.map(|(validity, next)| Cursor {
            uid_validity: UidValidity(validity),
            next: Uid(next),
        });
        let mut wanted = Vec::new();
        // What stood in Sent at the first start is only learnt from.
        let mut offer = |chunk: &[Summary]| {
            for summary in chunk {
                let take = if sent {
                    mark.is_some()
                } else {
                    self.is_wanted(summary)
                };
                if take && summary.size <= LARGEST && !summary.flags.deleted {
                    wanted.push(Scan::noted(summary));
                }
            }
            !self.stop.is_stopped()
        };
        let index = self.index.clone();
        let next = if junk {
            mailroom::read_new(
                mailbox,
                folder,
                cursor,
                indexing::FIELDS,
                &mut |chunk, _| offer(&chunk),
            )?
        } else {
            let records = index
                .account(&self.account.name)
                .map_err(|e| MailboxError::Lost(e.to_string()))?;
            match indexing::read_folder(mailbox, &records, folder, cursor, &mut |_, chunk| {
                offer(chunk)
            }) {
                Ok(cursor) => cursor,
                Err(IndexingError::Mailbox(MailboxError::Refused { .. })) => return Ok(None),
                Err(error) => return Err(mailbox_error(error)),
            }
        };
        self.count(&index);
        Ok(next.map(|next| Scan {
            folder: folder.clone(),
            wanted,
            next,
        }))
    }

    /// Tells the desk what was found, whatever folder it lies in, as it came.
    fn tell_by_arrival(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        scans: Vec<Scan>,
    ) -> Result<(), MailboxError> {
        let is_sent = |folder: &FolderName| places.sent.as_ref() == Some(folder);
        let answers = scans
            .iter()
            .any(|s| !s.wanted.is_empty() && !is_sent(&s.folder));
        let vouching = if answers {
            vouching(mailbox, places)?
        } else {
            Vouching::default()
        };
        let read = fetch_by_arrival(mailbox, scans, &mut |folder, fetched| {
            let account = self.account.name.clone();
            self.hear(if is_sent(folder) {
                let bytes = fetched.bytes;
                Heard::FoundInSent { account, bytes }
            } else {
                Heard::Arrived {
                    account,
                    junk: places.junk.as_ref() == Some(folder),
                    arrival: self.arrival(&vouching, &fetched),
                    bytes: fetched.bytes,
                }
            });
        })?;
        for (folder, next) in read {
            self.mark(&folder, (next.uid_validity.0, next.next.0));
        }
        Ok(())
    }

    fn mark(&mut self, folder: &FolderName, next: (u32, u32)) {
        let folder = folder.as_str().to_owned();
        if self.marks.get(&folder) == Some(&next) {
            return;
        }
        self.marks.insert(folder.clone(), next);
        // Kept when everything said before it is dealt with: the channel keeps the order.
        let _ = self.out.send(Message::Mark {
            account: self.account.name.clone(),
            folder,
            mark: next,
        });
    }

    fn is_wanted(&self, summary: &Summary) -> bool {
        let interest = self.interest.lock().unwrap_or_else(PoisonError::into_inner);
        interest.wants(&summary.header)
    }

    pub(super) fn question(
        &mut self,
        mailbox: &mut dyn Mailbox,
        places: &Places,
        memo: &mut Memo,
        question: Question,
    ) -> Result<(), MailboxError> {
        let account = self.account.name.clone();
        match question {
            Question::Survey { places: asked, .. } => {
                for place in asked {
                    let Some(folder) = places.get(place) else {
                        continue;
                    };
                    let survey = memo.survey(mailbox, folder)?;
                    self.hear(Heard::Surveyed {
                        account: account.clone(),
                        place,
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
                let folder = if ask_folder {
                    Some(&places.ask)
                } else {
                    places.drafts.as_ref()
                };
                let Some(folder) = folder else { return Ok(()) };
                let fetched = mailroom::fetch(mailbox, folder, uid_validity, Uid(uid))?;
                let bytes = fetched.map(|f| f.bytes);
                self.hear(Heard::Draft {
                    account,
                    ask_folder,
                    uid_validity,
                    uid,
                    bytes,
                });
            }
            Question::Consult {
                ask_folder,
                uid,
                people,
                ..
            } => {
                let mails = self.recent_mail(mailbox, &people)?;
                self.hear(Heard::Consulted {
                    account,
                    ask_folder,
                    uid,
                    mails,
                });
            }
            Question::ConsultHeld {
                introduction,
                people,
                ..
            } => {
                let mails = self.recent_mail(mailbox, &people)?;
                self.hear(Heard::ConsultedHeld {
                    introduction,
                    mails,
                });
            }
            Question::Greet {
                introduction,
                people,
                ..
            } => {
                let mails = self.last_mails_to(mailbox, &people)?;
                self.hear(Heard::Greeted {
                    account,
                    introduction,
                    mails,
                });
            }
            Question::Locate {
                introduction,
                message_id,
                size,
                ..
            } => {
                let found = locate(mailbox, places, memo, &message_id, size)?;
                self.hear(Heard::Located {
                    account,
                    introduction,
                    found,
                });
            }
            Question::Lead { .. } => self.look_who_leads(mailbox, places)?,
            Question::Recall { note, .. } => {
                let recalled = Box::new(memory::recall(mailbox, places, &note)?);
                self.hear(Heard::Recalled {
                    account,
                    note,
                    recalled,
                });
            }
            Question::Reread { .. } => {
                // What lies in Sent was only missed as far as another machine saw to it. Everywhere else
                // a numbering that no folder has (RFC 9051 §9: nz-number) makes everything new; without
                // a mark only what the index has not seen would be.
                let anew = |f: &&FolderName| places.sent.as_ref() != Some(*f);
                for folder in places.selectable.iter().filter(anew) {
                    self.marks.insert(folder.as_str().to_owned(), (0, 1));
                }
                self.read_everything(mailbox, places)?;
            }
            Question::Read { .. } => self.read_everything(mailbox, places)?,
            Question::Probe {
                item,
                message_id,
                but_dated,
                ..
            } => {
                self.read_place(mailbox, places, Place::Inbox)?;
                let outcome = Outcome::Found(is_in_sent(mailbox, places, &message_id, but_dated)?);
                self.hear(Heard::Done { item, outcome });
            }
        }
        Ok(())
    }

    /// The newest mails that these people sent lately.
    fn recent_mail(
        &self,
        mailbox: &mut dyn Mailbox,
        people: &[crate::mail::Address],
    ) -> Result<Vec<(crate::mail::Address, Vec<u8>)>, MailboxError> {
        let records = self
            .index
            .account(&self.account.name)
            .map_err(|e| MailboxError::Lost(e.to_string()))?;
        let mut mails = Vec::new();
        let mut open: Option<FolderName> = None;
        for person in people {
            let since = Utc::now() - TimeDelta::days(LATELY);
            for found in records.mail_from(person, since, NEWEST).unwrap_or_default() {
                if open.as_ref() != Some(&found.folder) {
                    open = None;
                    if mailbox.select(&found.folder).is_err() {
                        continue;
                    }
                    open = Some(found.folder);
                }
                let Some(fetched) = mailbox.fetch(found.uid)? else {
                    continue;
                };
                if mailroom::message_id_of(&fetched.bytes) == found.message_id {
                    mails.push((person.clone(), fetched.bytes));
                }
            }
        }
        Ok(mails)
    }
}

fn mailbox_error(error: IndexingError) -> MailboxError {
    match error {
        IndexingError::Mailbox(error) => error,
        IndexingError::Records(error) => MailboxError::Lost(error.to_string()),
    }
}
