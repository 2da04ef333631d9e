//! Many messages' headers: asked for in chunks, the next one before the last is read.

use super::Account;
use super::guard::locked;
use super::item::{self, Item};
use super::line::Line;
use crate::port::{MailboxError, Summary, Uid};
use std::collections::BTreeMap;

/// Messages asked for at once: enough to make round trips cheap, few enough to stay small.
const CHUNK: usize = 1_000;

impl Account {
    /// Those of these messages that are there, in order, a chunk after the other, until `each` says no.
    /// The server is kept at work: it is asked for the next chunk together with this one
    /// (RFC 3501 §5.5).
    pub(super) fn summaries_in_chunks(
        &mut self,
        uids: &[Uid],
        fields: &[&str],
        each: &mut dyn FnMut(Vec<Summary>) -> bool,
    ) -> Result<(), MailboxError> {
        let mut beyond = Vec::new();
        let mut chunks = uids.chunks(CHUNK).peekable();
        while let Some(chunk) = chunks.next() {
            if let Some(next) = chunks.peek() {
                let line = fetch_line(next).header_fields(fields);
                locked(&self.sieve).ahead = Some(line.as_str().to_owned());
            }
            let found = self.summaries_among(fetch_line(chunk), chunk, fields, &mut beyond);
            let goes_on = match found {
                Ok(summaries) => each(summaries),
                Err(error) => {
                    self.hear_outstanding();
                    return Err(error);
                }
            };
            if !goes_on {
                self.hear_outstanding();
                break;
            }
        }
        Ok(())
    }

    /// What has been asked ahead is answered before anything else can be.
    fn hear_outstanding(&mut self) {
        let outstanding = {
            let mut sieve = locked(&self.sieve);
            sieve.ahead = None;
            sieve.outstanding()
        };
        if let Some(line) = outstanding {
            // A loss shows with the next command.
            let _ = self.fetched(|session| session.run(&line).map(|_| ()));
        }
    }

    /// The summaries of these messages, at most [`CHUNK`] of them.
    pub(super) fn summaries_of(
        &mut self,
        uids: &[Uid],
        fields: &[&str],
    ) -> Result<Vec<Summary>, MailboxError> {
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        self.summaries_by(fetch_line(uids), uids, fields)
    }

    /// The same with the set of messages written by the caller.
    pub(super) fn summaries_by(
        &mut self,
        fetch: Line,
        uids: &[Uid],
        fields: &[&str],
    ) -> Result<Vec<Summary>, MailboxError> {
        self.summaries_among(fetch, uids, fields, &mut Vec::new())
    }

    /// `beyond` keeps what comes for the chunk after this one: a server may answer two FETCHes side
    /// by side.
    fn summaries_among(
        &mut self,
        fetch: Line,
        uids: &[Uid],
        fields: &[&str],
        beyond: &mut Vec<Item>,
    ) -> Result<Vec<Summary>, MailboxError> {
        let last = uids.last().copied();
        let mut items = std::mem::take(beyond);
        let (found, unread) = self.fetch_items(&fetch.header_fields(fields))?;
        items.extend(found);
        if unread > 0 {
            tracing::warn!(
                unread,
                "messages whose summary nobody can read are passed over"
            );
        }
        let mut found: BTreeMap<Uid, Summary> = BTreeMap::new();
        for item in items {
            // Without a size it is the news of a changed flag, mixed in.
            let (Some(uid), Some(size)) = (item.uid, item.size) else {
                continue;
            };
            if Some(uid) > last {
                beyond.push(item);
                continue;
            }
            if uids.binary_search(&uid).is_err() {
                continue;
            }
            let summary = Summary {
                uid,
                flags: item.flags.unwrap_or_default(),
                internal_date: item.internal_date,
                size,
                header: item.body.unwrap_or_default(),
            };
            if found.insert(uid, summary).is_some() {
                return Err(self.nonsense("gave two messages the same number"));
            }
        }
        Ok(found.into_values().collect())
    }

    /// What a FETCH gives, read past the crate: there may be a hundred thousand of them.
    fn fetch_items(&mut self, fetch: &Line) -> Result<(Vec<Item>, usize), MailboxError> {
        let frames = self.fetched(|session| session.run(fetch.as_str()).map(|_| ()))?;
        let mut unread = 0;
        let mut items = Vec::with_capacity(frames.len());
        for frame in frames {
            match item::item(&frame) {
                Some(item) => items.push(item),
                // Without them it is the news of a changed flag, mixed in.
                None if frame.windows(6).any(|w| w.eq_ignore_ascii_case(b" BODY[")) => unread += 1,
                None => {}
            }
        }
        Ok((items, unread))
    }

    /// The FETCH responses that come while this is run.
    fn fetched(
        &mut self,
        call: impl FnOnce(&mut imap::Session<super::guard::Guard>) -> imap::error::Result<()>,
    ) -> Result<Vec<Vec<u8>>, MailboxError> {
        locked(&self.sieve).keep_fetched = true;
        let done = self.run(call);
        let mut sieve = locked(&self.sieve);
        sieve.keep_fetched = false;
        let frames = std::mem::take(&mut sieve.fetched);
        drop(sieve);
        done.map(|()| frames)
    }
}

fn fetch_line(uids: &[Uid]) -> Line {
    let first = uids.first().copied().unwrap_or(Uid(1));
    Line::new("UID FETCH").uids(first, uids.last().copied())
}
