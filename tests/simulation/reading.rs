//! What the mailbox's thread reads, as `daemon::reading` does it; only the index is left out.

use super::process::{Message, Process};
use askfirst::Timestamp;
use askfirst::daemon::looking::{is_in_sent, locate};
use askfirst::desk::{Heard, Outcome, Question};
use askfirst::mailroom::claim::{LOOK, RENEW};
use askfirst::mailroom::{self, Cursor, Places, Scan, fetch_by_arrival, indexing, memory};
use askfirst::port::{FolderName, Mailbox, MailboxError, Place, Uid, UidValidity};
use chrono::TimeDelta;

pub fn read_everything(
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
    let mut scans = Vec::new();
    for folder in all {
        scans.extend(scan_folder(p, line, places, &folder, true)?);
    }
    tell_by_arrival(p, line, places, scans)?;
    p.hear(Heard::Watching {
        account: "work".to_owned(),
        messages: 0,
        since: None,
    });
    Ok(())
}

pub fn look_who_leads(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
    now: Timestamp,
) -> Result<(), MailboxError> {
    let alone = p.alone;
    let mut seen = p.claimant.look(line, &places.memory, now)?;
    seen.leads |= p.ignores_claim;
    // More seldom than the daemon: otherwise a week of waiting is all that happens.
    p.look_at = now
        + match (seen.leads, alone) {
            (true, true) => TimeDelta::hours(6),
            (false, true) => LOOK,
            (true, false) => RENEW,
            (false, false) => LOOK * 6,
        };
    p.hear(Heard::Led {
        account: "work".to_owned(),
        seen,
    });
    Ok(())
}

pub fn read_place(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
    place: Place,
) -> Result<(), MailboxError> {
    match places.get(place).cloned() {
        Some(folder) => {
            let scan = scan_folder(p, line, places, &folder, false)?;
            tell_by_arrival(p, line, places, scan.into_iter().collect())
        }
        None => Ok(()),
    }
}

fn scan_folder(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
    folder: &FolderName,
    ask_first: bool,
) -> Result<Option<Scan>, MailboxError> {
    let mark = p.marks.get(folder.as_str()).copied();
    if ask_first {
        let status = line.status(folder)?;
        if mark.is_some() && mark == status.uid_validity.zip(status.uid_next) {
            return Ok(None);
        }
    }
    let sent = places.sent.as_ref() == Some(folder);
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
                wanted.push(Scan::noted(summary));
            }
        }
        true
    })?;
    Ok(next.map(|next| Scan {
        folder: folder.clone(),
        wanted,
        next,
    }))
}

fn tell_by_arrival(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
    scans: Vec<Scan>,
) -> Result<(), MailboxError> {
    let read = fetch_by_arrival(line, scans, &mut |folder, fetched| {
        let (account, bytes) = ("work".to_owned(), fetched.bytes);
        p.hear(if places.sent.as_ref() == Some(folder) {
            Heard::FoundInSent { account, bytes }
        } else {
            Heard::Arrived {
                account,
                junk: places.junk.as_ref() == Some(folder),
                bytes,
                arrival: askfirst::answer::vouching::Arrival {
                    received: fetched.internal_date,
                    ..Default::default()
                },
            }
        });
    })?;
    for (folder, next) in read {
        let (folder, next) = (
            folder.as_str().to_owned(),
            (next.uid_validity.0, next.next.0),
        );
        if p.marks.get(&folder) != Some(&next) {
            p.marks.insert(folder.clone(), next);
            p.ear.push_back(Message::Mark(folder, next));
        }
    }
    Ok(())
}

pub fn question(
    p: &mut Process,
    line: &mut dyn Mailbox,
    places: &Places,
    question: &Question,
    now: Timestamp,
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
        Question::ConsultHeld { introduction, .. } => p.hear(Heard::ConsultedHeld {
            introduction: introduction.clone(),
            mails: Vec::new(),
        }),
        Question::Greet { introduction, .. } => p.hear(Heard::Greeted {
            account,
            introduction: introduction.clone(),
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
        Question::Lead { .. } => look_who_leads(p, line, places, now)?,
        Question::Recall { note, .. } => {
            let recalled = Box::new(memory::recall(line, places, note)?);
            let note = note.clone();
            p.hear(Heard::Recalled {
                account,
                note,
                recalled,
            });
        }
        Question::Reread { .. } => {
            p.marks.retain(|folder, _| folder == "Sent");
            read_everything(p, line, places)?;
        }
        Question::Read { .. } => read_everything(p, line, places)?,
        Question::Probe {
            item,
            message_id,
            but_dated,
            ..
        } => {
            read_place(p, line, places, Place::Inbox)?;
            let outcome = Outcome::Found(is_in_sent(line, places, message_id, *but_dated)?);
            p.hear(Heard::Done {
                item: *item,
                outcome,
            });
        }
    }
    Ok(())
}
