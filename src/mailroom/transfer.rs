//! The steps that deeds are made of. All of them concern the selected folder unless they say otherwise.

use super::{Identity, is_closed_way, is_missing, message_id_of, select_if_there};
use crate::Timestamp;
use crate::port::{Flags, FolderName, Mailbox, MailboxError, Uid};

/// A message of the selected folder that bears the Message-ID looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub uid: Uid,
    pub flags: Flags,
    /// The very bytes, not only the same Message-ID.
    pub exact: bool,
}

impl Copy {
    pub fn stands(&self) -> bool {
        self.exact && !self.flags.deleted
    }
}

/// All copies in the selected folder, fetched and compared in this session, in order of UID.
pub(super) fn copies(mb: &mut dyn Mailbox, identity: &Identity) -> Result<Vec<Copy>, MailboxError> {
    let candidates = if let Some(id) = &identity.message_id {
        mb.with_message_id(id)?
    } else {
        let mut same_size = Vec::new();
        mb.summaries(Uid(1), None, &["message-id"], &mut |chunk| {
            same_size.extend(
                chunk
                    .iter()
                    .filter(|s| s.size == identity.size && message_id_of(&s.header).is_none())
                    .map(|s| s.uid),
            );
            true
        })?;
        same_size
    };
    let server = mb.capabilities();
    let mut copies = Vec::new();
    for uid in candidates {
        if let Some(fetched) = mb.fetch(uid)? {
            copies.push(Copy {
                uid,
                exact: identity.is(&fetched.bytes, server),
                flags: fetched.flags,
            });
        }
    }
    copies.sort_by_key(|copy| copy.uid);
    copies.dedup_by_key(|copy| copy.uid);
    Ok(copies)
}

/// The standing copies of a folder, which is selected by this; none where it does not exist.
pub(super) fn standing_in(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    identity: &Identity,
) -> Result<Vec<Copy>, MailboxError> {
    if select_if_there(mb, folder)?.is_none() {
        return Ok(Vec::new());
    }
    let mut copies = copies(mb, identity)?;
    copies.retain(Copy::stands);
    Ok(copies)
}

/// What a UID is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Here {
    Same(Flags),
    /// Somebody else's message, or another version.
    Changed,
    Gone,
}

/// Confirms a UID that was fetched earlier under the same UIDVALIDITY: then Message-ID and size
/// are enough (a UID's bytes never change, RFC 9051 §2.3.1.1), and only a doubt costs a download.
pub(super) fn confirm(
    mb: &mut dyn Mailbox,
    uid: Uid,
    identity: &Identity,
) -> Result<Here, MailboxError> {
    let mut seen = None;
    mb.summaries(uid, Some(uid), &["message-id"], &mut |chunk| {
        seen = chunk.into_iter().find(|s| s.uid == uid).or(seen.take());
        true
    })?;
    let Some(summary) = seen else {
        return Ok(Here::Gone);
    };
    let id = message_id_of(&summary.header);
    if id != identity.message_id {
        return Ok(Here::Changed);
    }
    if id.is_some() && summary.size == identity.size {
        return Ok(Here::Same(summary.flags));
    }
    let server = mb.capabilities();
    Ok(match mb.fetch(uid)? {
        None => Here::Gone,
        Some(fetched) if identity.is(&fetched.bytes, server) => Here::Same(fetched.flags),
        Some(_) => Here::Changed,
    })
}

/// Takes away a copy that this session has confirmed: `\Deleted`, and expunged alone where the
/// server can do that (RFC 4315).
pub(super) fn clear(mb: &mut dyn Mailbox, uid: Uid, flags: &Flags) -> Result<(), MailboxError> {
    if !flags.deleted {
        let deleted = Flags {
            deleted: true,
            ..Flags::default()
        };
        mb.store(uid, &deleted, &Flags::default())?;
    }
    if mb.capabilities().uid_plus {
        match mb.expunge(uid) {
            Err(error) if is_closed_way(&error) => {}
            other => return other,
        }
    }
    Ok(())
}

/// Sets and clears those flags that are not so already. A refusal is no harm: flags are manners.
pub(super) fn flag(
    mb: &mut dyn Mailbox,
    copy: &Copy,
    add: &Flags,
    remove: &Flags,
) -> Result<(), MailboxError> {
    let has = &copy.flags;
    let missing = Flags {
        seen: add.seen && !has.seen,
        answered: add.answered && !has.answered,
        flagged: add.flagged && !has.flagged,
        deleted: false,
        draft: add.draft && !has.draft,
        keywords: except(&add.keywords, &has.keywords),
    };
    let surplus = Flags {
        seen: remove.seen && has.seen,
        answered: remove.answered && has.answered,
        flagged: remove.flagged && has.flagged,
        deleted: false,
        draft: remove.draft && has.draft,
        keywords: remove
            .keywords
            .iter()
            .filter(|k| has.keywords.contains(k))
            .cloned()
            .collect(),
    };
    if missing == Flags::default() && surplus == Flags::default() {
        return Ok(());
    }
    match mb.store(copy.uid, &missing, &surplus) {
        Err(error) if is_closed_way(&error) => Ok(()),
        other => other,
    }
}

fn except(these: &[String], those: &[String]) -> Vec<String> {
    these
        .iter()
        .filter(|k| !those.contains(k))
        .cloned()
        .collect()
}

/// Does something that puts a message into a folder, and makes the folder if that was what was missing.
pub(super) fn with_folder<T>(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    mut put: impl FnMut(&mut dyn Mailbox) -> Result<T, MailboxError>,
) -> Result<T, MailboxError> {
    match put(mb) {
        Err(error) if is_missing(&error) => {
            mb.create(folder)?;
            put(mb)
        }
        other => other,
    }
}

/// One message on its way from a folder to another.
pub(super) struct Way<'a> {
    pub from: &'a FolderName,
    pub to: &'a FolderName,
    pub identity: &'a Identity,
    /// For the last resort, and for servers where drafts are special; fetched when not given.
    pub bytes: Option<&'a [u8]>,
    pub date: Option<Timestamp>,
    /// APPEND rather than MOVE or COPY: Gmail and Exchange go on treating a moved draft as a draft.
    pub anew: bool,
}

/// Brings the message from UID `uid` of `way.from`, which is selected and confirmed, to `way.to`.
/// Afterwards `way.to` is selected, at least one verified copy stands in it (all of them come
/// back), and none at `uid`.
pub(super) fn transfer(
    mb: &mut dyn Mailbox,
    way: &Way<'_>,
    uid: Uid,
) -> Result<Vec<Copy>, MailboxError> {
    if !way.anew && mb.capabilities().r#move {
        match with_folder(mb, way.to, |mb| mb.r#move(uid, way.to)) {
            Ok(_) => {
                let there = standing_in(mb, way.to, way.identity)?;
                if !there.is_empty() {
                    return Ok(there);
                }
                // It said OK and did not. The message is where it was, or nowhere: go on.
                mb.select(way.from)?;
            }
            Err(error) if is_closed_way(&error) => {}
            Err(error) => return Err(error),
        }
    }
    let copied = !way.anew
        && match with_folder(mb, way.to, |mb| mb.copy(uid, way.to)) {
            Ok(_) => true,
            Err(error) if is_closed_way(&error) => false,
            Err(error) => return Err(error),
        };
    let stands = copied && !standing_in(mb, way.to, way.identity)?.is_empty();
    if !stands {
        append_verified(mb, way, uid)?;
    }
    mb.select(way.from)?;
    if let Here::Same(flags) = confirm(mb, uid, way.identity)? {
        clear(mb, uid, &flags)?;
    }
    // Where folders are labels, taking one copy away may take the other with it.
    let stayed = standing_in(mb, way.to, way.identity)?;
    if stayed.is_empty() {
        return append_verified(mb, way, uid);
    }
    Ok(stayed)
}

/// APPEND, and look whether it stands. A copy that came out different is taken away again, so
/// that trying once more does not pile them up. Selects `way.to`.
fn append_verified(
    mb: &mut dyn Mailbox,
    way: &Way<'_>,
    uid: Uid,
) -> Result<Vec<Copy>, MailboxError> {
    let fetched;
    let bytes = if let Some(bytes) = way.bytes {
        bytes
    } else {
        mb.select(way.from)?;
        fetched = mb
            .fetch(uid)?
            .filter(|f| way.identity.is(&f.bytes, mb.capabilities()))
            .ok_or_else(|| refused("the message is no longer there to be copied"))?;
        &fetched.bytes
    };
    let before: Vec<Uid> = if select_if_there(mb, way.to)?.is_some() {
        copies(mb, way.identity)?.iter().map(|c| c.uid).collect()
    } else {
        Vec::new()
    };
    let seen = Flags {
        seen: true,
        ..Flags::default()
    };
    with_folder(mb, way.to, |mb| {
        mb.append(way.to, bytes, &seen, way.date).map(drop)
    })?;
    mb.select(way.to)?;
    let mut after = copies(mb, way.identity)?;
    if !after.iter().any(Copy::stands) {
        for copy in after.iter().filter(|copy| !before.contains(&copy.uid)) {
            clear(mb, copy.uid, &copy.flags)?;
        }
        return Err(refused("the server does not keep the message as it was"));
    }
    after.retain(Copy::stands);
    Ok(after)
}

pub(super) fn refused(text: &str) -> MailboxError {
    MailboxError::Refused {
        code: None,
        text: text.to_owned(),
    }
}
