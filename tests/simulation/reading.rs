//! What the mailbox's thread reads, as `daemon::reading` does it; only the index is left out.

use super::process::{Message, Process};
use askfirst::daemon::looking::{is_in_sent, locate};
use askfirst::desk::{Heard, Outcome, Question};
use askfirst::mailroom::{self, Cursor, Places, indexing};
use askfirst::port::{FolderName, Mailbox, MailboxError, Place, Uid, UidValidity};

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

pub fn read_place(
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

pub fn question(
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
