//! A mailbox that refuses what must never happen.

use crate::Timestamp;
use crate::mail::{Address, MessageId};
use crate::port::{
    Capabilities, Fetched, Flags, Folder, FolderName, FolderStatus, Mailbox, MailboxError,
    Selected, Summary, Uid,
};
use std::collections::HashSet;

/// Wraps a mailbox so that verify-then-destroy is not only a habit: a UID can be moved, flagged or
/// expunged only after this SELECT session has looked at it, and nothing at all can be changed in
/// the folders given as untouchable (Trash, All Mail). A breach is refused and never reaches the server.
#[derive(Debug)]
pub struct Careful<M> {
    inner: M,
    untouchable: Vec<FolderName>,
    selected: Option<FolderName>,
    seen: HashSet<Uid>,
}

impl<M: Mailbox> Careful<M> {
    pub fn new(inner: M, untouchable: Vec<FolderName>) -> Self {
        Self {
            inner,
            untouchable,
            selected: None,
            seen: HashSet::new(),
        }
    }

    pub fn inner(&mut self) -> &mut M {
        &mut self.inner
    }

    pub fn into_inner(self) -> M {
        self.inner
    }

    fn may_touch(&self, uid: Uid) -> Result<(), MailboxError> {
        match &self.selected {
            Some(folder) => self.may_fill(folder)?,
            None => return Err(breach("no folder is selected")),
        }
        if !self.seen.contains(&uid) {
            return Err(breach("it was not looked at first"));
        }
        Ok(())
    }

    fn may_fill(&self, folder: &FolderName) -> Result<(), MailboxError> {
        if self.untouchable.contains(folder) {
            return Err(breach("Trash and All Mail are not ours"));
        }
        Ok(())
    }
}

fn breach(why: &str) -> MailboxError {
    MailboxError::Refused {
        code: None,
        text: format!("not tried, by our own rule: {why}"),
    }
}

impl<M: Mailbox> Mailbox for Careful<M> {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
    fn folders(&mut self) -> Result<Vec<Folder>, MailboxError> {
        self.inner.folders()
    }
    fn own_folder(&mut self, name: &str) -> Result<FolderName, MailboxError> {
        self.inner.own_folder(name)
    }
    fn create(&mut self, folder: &FolderName) -> Result<(), MailboxError> {
        self.inner.create(folder)
    }
    fn select(&mut self, folder: &FolderName) -> Result<Selected, MailboxError> {
        self.selected = None;
        self.seen.clear();
        let selected = self.inner.select(folder)?;
        self.selected = Some(folder.clone());
        Ok(selected)
    }
    fn status(&mut self, folder: &FolderName) -> Result<FolderStatus, MailboxError> {
        self.inner.status(folder)
    }
    fn statuses(&mut self) -> Result<Option<Vec<(FolderName, FolderStatus)>>, MailboxError> {
        self.inner.statuses()
    }
    fn summaries(
        &mut self,
        from: Uid,
        to: Option<Uid>,
        fields: &[&str],
        each: &mut dyn FnMut(Vec<Summary>) -> bool,
    ) -> Result<(), MailboxError> {
        let seen = &mut self.seen;
        // A whole mailbox is only ever read, never acted upon: its numbers need not be kept.
        let acted_upon = to == Some(from);
        self.inner.summaries(from, to, fields, &mut |chunk| {
            if acted_upon {
                seen.extend(chunk.iter().map(|summary| summary.uid));
            }
            each(chunk)
        })
    }
    fn fetch(&mut self, uid: Uid) -> Result<Option<Fetched>, MailboxError> {
        let fetched = self.inner.fetch(uid)?;
        if fetched.is_some() {
            self.seen.insert(uid);
        }
        Ok(fetched)
    }
    fn with_message_id(&mut self, id: &MessageId) -> Result<Vec<Uid>, MailboxError> {
        self.inner.with_message_id(id)
    }
    fn from_since(
        &mut self,
        from: &Address,
        since: chrono::NaiveDate,
    ) -> Result<Vec<Uid>, MailboxError> {
        self.inner.from_since(from, since)
    }
    fn append(
        &mut self,
        folder: &FolderName,
        bytes: &[u8],
        flags: &Flags,
        date: Option<Timestamp>,
    ) -> Result<Option<Uid>, MailboxError> {
        self.may_fill(folder)?;
        self.inner.append(folder, bytes, flags, date)
    }
    fn copy(&mut self, uid: Uid, to: &FolderName) -> Result<Option<Uid>, MailboxError> {
        self.may_touch(uid)?;
        self.may_fill(to)?;
        self.inner.copy(uid, to)
    }
    fn r#move(&mut self, uid: Uid, to: &FolderName) -> Result<Option<Uid>, MailboxError> {
        self.may_touch(uid)?;
        self.may_fill(to)?;
        self.inner.r#move(uid, to)
    }
    fn store(&mut self, uid: Uid, add: &Flags, remove: &Flags) -> Result<(), MailboxError> {
        self.may_touch(uid)?;
        self.inner.store(uid, add, remove)
    }
    fn expunge(&mut self, uid: Uid) -> Result<(), MailboxError> {
        self.may_touch(uid)?;
        self.inner.expunge(uid)
    }
    fn noop(&mut self) -> Result<(), MailboxError> {
        self.inner.noop()
    }
}
