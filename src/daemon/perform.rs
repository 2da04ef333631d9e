//! One errand in the mailbox, carried out.

use super::pairing;
use crate::desk::{Look, Outcome};
use crate::edge::disk::Spool;
use crate::introduction::{Id, Introduction, Via};
use crate::ledger::{Errand, Item};
use crate::letter::Letter;
use crate::mailroom::{self, Hold, Identity, Places, Proof, Relocated, Removed};
use crate::port::{Flags, FolderName, Mailbox, MailboxError, Uid, UidValidity};
use std::time::Duration;

/// So many of the newest messages of a folder are compared with one that goes.
const NEWEST: u32 = 50;

/// How long a server that files what it sends is given to show its own copy in Sent.
const OWN_COPY: [u64; 4] = [0, 2, 5, 10];

/// The bytes that are kept outside the mailbox: on disk, or in a simulation's memory.
pub trait Kept {
    /// The held bytes, if they are whole.
    ///
    /// # Errors
    /// A sentence, when they are missing or have changed: then nothing is sent from them.
    fn held(&self, id: &Id, digest: &str) -> Result<Vec<u8>, String>;
    /// The bytes that left.
    fn released(&self, id: &Id) -> Option<Vec<u8>>;
    /// Keeps the bytes that leave, for the record in Sent.
    ///
    /// # Errors
    /// A sentence, when they may not be kept: then nothing leaves.
    fn keep_released(&self, id: &Id, bytes: &[u8]) -> Result<(), String>;
}

impl Kept for Spool {
    fn held(&self, id: &Id, digest: &str) -> Result<Vec<u8>, String> {
        Spool::held(self, id, digest)
    }
    fn released(&self, id: &Id) -> Option<Vec<u8>> {
        Spool::released(self, id)
    }
    fn keep_released(&self, id: &Id, bytes: &[u8]) -> Result<(), String> {
        Spool::keep_released(self, id, bytes)
            .map_err(|e| format!("Could not keep the bytes that leave: {e}."))
    }
}

/// Does what the errand says, or finds it done. May be repeated at any point. `wait` lets a while
/// pass and says whether to stop instead of going on.
///
/// # Errors
/// As the mailbox: lost means repeat, refused means later.
pub fn deed(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    spool: &dyn Kept,
    item: &Item,
    introduction: Option<&Introduction>,
    wait: &dyn Fn(Duration) -> bool,
) -> Result<Outcome, MailboxError> {
    match (&item.errand, introduction) {
        (Errand::Tell { letter, .. }, _) => {
            file(mailbox, &places.inbox, letter, &Flags::default())?;
            Ok(Outcome::Done)
        }
        (Errand::Remember { of, note }, _) => {
            mailroom::memory::remember(mailbox, &places.memory, of, note.as_ref())?;
            Ok(Outcome::Done)
        }
        (Errand::FileLetter { letter }, _) => {
            if let Some(sent) = &places.sent {
                file(
                    mailbox,
                    sent,
                    letter,
                    &Flags {
                        seen: true,
                        ..Flags::default()
                    },
                )?;
            }
            Ok(Outcome::Done)
        }
        (Errand::Courtesy { letters }, _) => {
            if let Some(drafts) = &places.drafts {
                for letter in letters {
                    file(
                        mailbox,
                        drafts,
                        letter,
                        &Flags {
                            draft: true,
                            seen: true,
                            ..Flags::default()
                        },
                    )?;
                }
            }
            Ok(Outcome::Done)
        }
        (Errand::RemoveCourtesy { letters }, _) => {
            let Some(drafts) = &places.drafts else {
                return Ok(Outcome::Done);
            };
            for (message_id, digest) in letters {
                for (folder, uid, flags) in
                    mailroom::find(mailbox, std::slice::from_ref(drafts), message_id)?
                {
                    mailbox.select(&folder)?;
                    let Some(fetched) = mailbox.fetch(uid)?.filter(|_| !flags.deleted) else {
                        continue;
                    };
                    let identity = Identity::of(&fetched.bytes);
                    // What the user has begun to change is theirs.
                    if identity.digest == *digest {
                        mailroom::remove(mailbox, &folder, &identity, None)?;
                    }
                }
            }
            Ok(Outcome::Done)
        }
        (Errand::RemoveNote { message_id }, _) => {
            for (folder, uid, flags) in
                mailroom::find(mailbox, std::slice::from_ref(&places.inbox), message_id)?
            {
                if flags.seen || flags.deleted {
                    continue;
                }
                mailbox.select(&folder)?;
                let Some(fetched) = mailbox.fetch(uid)? else {
                    continue;
                };
                mailroom::remove(mailbox, &folder, &Identity::of(&fetched.bytes), None)?;
            }
            Ok(Outcome::Done)
        }
        (errand, Some(introduction)) => {
            held_deed(mailbox, places, spool, errand, introduction, wait)
        }
        // Its introduction was forgotten: nothing is left to do.
        (_, None) => Ok(Outcome::Gone),
    }
}

fn held_deed(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    spool: &dyn Kept,
    errand: &Errand,
    introduction: &Introduction,
    wait: &dyn Fn(Duration) -> bool,
) -> Result<Outcome, MailboxError> {
    let (lies, digest, size) = introduction.lies_as();
    let identity = Identity::known(lies.cloned(), digest.to_owned(), size);
    match errand {
        Errand::Hold {
            ask_folder,
            uid_validity,
            uid,
        } => {
            let from = if *ask_folder {
                Some(&places.ask)
            } else {
                places.drafts.as_ref()
            };
            let Some(from) = from else {
                return Ok(Outcome::Gone);
            };
            let bytes = match spool.held(&introduction.id, &introduction.digest) {
                Ok(bytes) => bytes,
                Err(why) => return Ok(Outcome::Failed(why)),
            };
            let (validity, uid) = (UidValidity(*uid_validity), Uid(*uid));
            let held = mailroom::hold(
                mailbox,
                from,
                validity,
                uid,
                &identity,
                &bytes,
                None,
                &places.held,
            )?;
            Ok(match held {
                Hold::Held(_) => Outcome::Done,
                Hold::Changed => Outcome::Changed,
                Hold::Gone => Outcome::Gone,
            })
        }
        Errand::Place { stand_in } => {
            pairing::place(mailbox, places, spool, introduction, stand_in.as_ref())
        }
        Errand::TakeSent => pairing::take_sent(mailbox, places, introduction),
        Errand::Look => look(mailbox, places, introduction, &identity).map(Outcome::Looked),
        Errand::File => file_released(mailbox, places, spool, introduction, &identity, wait),
        Errand::GiveBack => {
            let Some(drafts) = &places.drafts else {
                return Ok(Outcome::Gone);
            };
            let flags = draft_flags();
            let stands_in = introduction.digest != identity.digest;
            if !stands_in {
                let moved = relocate(mailbox, places, introduction, &identity, drafts, &flags)?;
                if moved != Outcome::Gone || introduction.via != Via::Gateway {
                    return Ok(moved);
                }
            }
            // It has not been in the mailbox yet, or only a note in its place has.
            let bytes = match spool.held(&introduction.id, &introduction.digest) {
                Ok(bytes) => bytes,
                Err(why) => return Ok(Outcome::Failed(why)),
            };
            let whole = Identity::of(&bytes);
            mailroom::put(mailbox, drafts, &bytes, &whole, &flags, None)?;
            if stands_in {
                for folder in ours(places) {
                    mailroom::remove(mailbox, folder, &identity, None)?;
                }
            }
            Ok(Outcome::Done)
        }
        Errand::Close => relocate(
            mailbox,
            places,
            introduction,
            &identity,
            &places.closed,
            &Flags::default(),
        ),
        Errand::ToHeld => {
            let moved = mailroom::relocate_from_any(
                mailbox,
                &[&places.ask, &places.send_now],
                &identity,
                &places.held,
                &Flags::default(),
                &not_a_draft(),
            )?;
            Ok(if matches!(moved, Relocated::Done(_)) {
                Outcome::Done
            } else {
                Outcome::Gone
            })
        }
        Errand::RemoveHeld => {
            let held = match spool.held(&introduction.id, &introduction.digest) {
                Ok(bytes) => bytes,
                Err(why) => return Ok(Outcome::Failed(why)),
            };
            if let Some(drafts) = &places.drafts
                && !stands_elsewhere(mailbox, places, introduction, &held)?
            {
                // What it came back as, or was replaced by, is gone again: this is the last copy.
                let flags = draft_flags();
                relocate(mailbox, places, introduction, &identity, drafts, &flags)?;
                return Ok(Outcome::Changed);
            }
            for folder in ours(places) {
                mailroom::remove(mailbox, folder, &identity, None)?;
            }
            Ok(Outcome::Done)
        }
        _ => Ok(Outcome::Gone),
    }
}

fn file(
    mailbox: &mut dyn Mailbox,
    folder: &FolderName,
    letter: &Letter,
    flags: &Flags,
) -> Result<(), MailboxError> {
    mailroom::file(
        mailbox,
        folder,
        letter.bytes.as_bytes(),
        &letter.message_id,
        flags,
        None,
    )?;
    Ok(())
}

/// Where a held message may lie by the user's hand; Held first.
pub(super) fn ours(places: &Places) -> [&FolderName; 5] {
    [
        &places.held,
        &places.send_now,
        &places.give_back,
        &places.ask,
        &places.closed,
    ]
}

/// Whether this message, in this version or another, stands where a held copy that goes is not missed:
/// in Drafts or Sent, or as a newer version in Held.
fn stands_elsewhere(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    introduction: &Introduction,
    held: &[u8],
) -> Result<bool, MailboxError> {
    let id = &introduction.message_id;
    if let Some(sent) = &places.sent {
        let found = mailroom::find(mailbox, std::slice::from_ref(sent), id)?;
        if found.iter().any(|(_, _, flags)| !flags.deleted) {
            return Ok(true);
        }
    }
    let held = crate::mail::parse(held);
    let folders = [
        places.drafts.as_ref(),
        Some(&places.held),
        Some(&places.ask),
        places.sent.as_ref(),
    ];
    for folder in folders.into_iter().flatten() {
        let Some(selected) = mailroom::select(mailbox, folder)? else {
            continue;
        };
        // The newest are enough; Sent may be long.
        let next = selected.uid_next.map_or(1, |next| next.0);
        let from = Uid(next.saturating_sub(NEWEST).max(1));
        let mut standing = Vec::new();
        mailbox.summaries(from, None, &["message-id"], &mut |chunk| {
            standing.extend(chunk.into_iter().filter(|s| !s.flags.deleted));
            true
        })?;
        let in_drafts = places.drafts.as_ref() == Some(folder);
        for summary in standing.iter().rev() {
            let Some(fetched) = mailbox.fetch(summary.uid)? else {
                continue;
            };
            let same_bytes = Identity::of(&fetched.bytes).digest == introduction.digest;
            if same_bytes && !in_drafts {
                continue;
            }
            let other = crate::mail::parse(&fetched.bytes);
            if same_bytes
                || crate::settle::same_draft(&held, &other)
                || crate::settle::same_purpose(&held, &other)
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether the held copy is as it was, and Sent does not show it.
fn look(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    introduction: &Introduction,
    identity: &Identity,
) -> Result<Look, MailboxError> {
    if introduction.via == Via::Gateway {
        // What Sent shows of it is the client's own copy.
        pairing::take_sent(mailbox, places, introduction)?;
    } else if let Some(sent) = &places.sent {
        let found = mailroom::find(
            mailbox,
            std::slice::from_ref(sent),
            &introduction.message_id,
        )?;
        if found.iter().any(|(_, _, flags)| !flags.deleted) {
            return Ok(Look::InSent);
        }
    }
    let rewrites = mailbox.capabilities().exchange;
    let mut changed = false;
    for folder in ours(places) {
        let items = mailroom::survey(mailbox, folder)?.items;
        for item in items
            .iter()
            .filter(|i| !i.flags.deleted && i.message_id == identity.message_id)
        {
            if rewrites {
                return Ok(Look::Fresh);
            }
            if item.size == identity.size
                && mailbox
                    .fetch(item.uid)?
                    .is_some_and(|f| Identity::of(&f.bytes).digest == identity.digest)
            {
                return Ok(Look::Fresh);
            }
            changed |= identity.message_id.is_some();
        }
    }
    Ok(if changed {
        Look::Changed
    } else {
        Look::Missing
    })
}

/// From wherever it lies to `to`; an edited copy as it is now.
fn relocate(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    introduction: &Introduction,
    identity: &Identity,
    to: &FolderName,
    add: &Flags,
) -> Result<Outcome, MailboxError> {
    let remove = if add.draft {
        Flags::default()
    } else {
        not_a_draft()
    };
    match mailroom::relocate_from_any(mailbox, &ours(places), identity, to, add, &remove)? {
        Relocated::Done(_) => return Ok(Outcome::Done),
        Relocated::NotThere => return Ok(Outcome::Gone),
        Relocated::Changed => {}
    }
    // The user has edited it where it lay: that version is theirs, and goes as it is.
    let mut edited = None;
    for folder in ours(places).into_iter().filter(|f| *f != to) {
        let items = mailroom::survey(mailbox, folder)?.items;
        let newest = items
            .iter()
            .filter(|i| !i.flags.deleted)
            .filter(|i| i.message_id.as_ref() == Some(&introduction.message_id))
            .max_by_key(|i| i.uid);
        if let Some(fetched) = newest.map(|i| mailbox.fetch(i.uid)).transpose()?.flatten() {
            edited = Some((folder, Identity::of(&fetched.bytes)));
            break;
        }
    }
    let Some((folder, edited)) = edited else {
        return Ok(Outcome::Gone);
    };
    let moved = mailroom::relocate(mailbox, folder, &edited, to, add, &remove)?;
    Ok(if matches!(moved, Relocated::Done(_)) {
        Outcome::Done
    } else {
        Outcome::Changed
    })
}

/// One copy in Sent, whatever the server does by itself; then none in our folders.
fn file_released(
    mailbox: &mut dyn Mailbox,
    places: &Places,
    spool: &dyn Kept,
    introduction: &Introduction,
    identity: &Identity,
    wait: &dyn Fn(Duration) -> bool,
) -> Result<Outcome, MailboxError> {
    let Some(sent) = &places.sent else {
        return Ok(Outcome::Done);
    };
    let server = mailbox.capabilities();
    if server.gmail || server.exchange {
        for pause in OWN_COPY {
            if wait(Duration::from_secs(pause)) {
                return Err(MailboxError::Interrupted);
            }
            if !mailroom::find(
                mailbox,
                std::slice::from_ref(sent),
                &introduction.message_id,
            )?
            .is_empty()
            {
                break;
            }
        }
    }
    let mut original = match spool.held(&introduction.id, &introduction.digest) {
        Ok(bytes) => bytes,
        Err(why) => return Ok(Outcome::Failed(why)),
    };
    let record = match spool.released(&introduction.id) {
        None => original,
        Some(released) if !crate::mail::edit::has_bcc(&original) => released,
        Some(released) => {
            // Only its header is wanted, and it may be large.
            original.truncate(crate::mail::edit::header_length(&original));
            original.shrink_to_fit();
            crate::mail::edit::for_sent(&released, &original)
        }
    };
    let flags = Flags {
        seen: true,
        ..Flags::default()
    };
    mailroom::file(
        mailbox,
        sent,
        &record,
        &introduction.message_id,
        &flags,
        None,
    )?;
    for folder in ours(places) {
        let removed = mailroom::remove(
            mailbox,
            folder,
            identity,
            Some(Proof::Id(sent, &introduction.message_id)),
        )?;
        if removed == Removed::NoProof {
            return Ok(Outcome::Failed(
                "the copy in Sent is not to be seen yet".to_owned(),
            ));
        }
    }
    Ok(Outcome::Done)
}

fn draft_flags() -> Flags {
    Flags {
        draft: true,
        seen: true,
        ..Flags::default()
    }
}

fn not_a_draft() -> Flags {
    Flags {
        draft: true,
        ..Flags::default()
    }
}
