//! Finding a message by its Message-ID, on servers whose search may not be trusted.

use super::Account;
use super::line::Line;
use crate::mail::MessageId;
use crate::port::{MailboxError, Summary, Uid};

/// A search index may lag behind: this many of the newest are always looked at too.
const NEWEST: usize = 50;
/// Where SEARCH HEADER finds nothing at all, this many are looked at instead.
const WITHOUT_SEARCH: usize = 500;

impl Account {
    pub(super) fn search_message_id(&mut self, id: &MessageId) -> Result<Vec<Uid>, MailboxError> {
        let found = self.search_header(id)?;
        // The search takes part of a field for the whole; the field itself decides.
        let mut hits = Vec::new();
        for some in found.chunks(100) {
            let line = Line::new("UID FETCH").uid_set(some);
            hits.extend(self.holding(line, id, some)?);
        }
        if !hits.is_empty() {
            self.search_finds = Some(true);
            return Ok(hits);
        }
        let newest = self.newest()?;
        let finds = self.search_can_be_trusted(&newest)?;
        let look_at = if finds { NEWEST } else { WITHOUT_SEARCH };
        let newest = &newest[newest.len().saturating_sub(look_at)..];
        let Some((first, last)) = newest.first().zip(newest.last()) else {
            return Ok(Vec::new());
        };
        let line = Line::new("UID FETCH").uids(*first, Some(*last));
        self.holding(line, id, newest)
    }

    /// At least the newest [`WITHOUT_SEARCH`] messages, ascending, if there are so many; found in
    /// widening windows, because a list of all would be long.
    fn newest(&mut self) -> Result<Vec<Uid>, MailboxError> {
        let next = self.uid_next.map_or(0, |uid| uid.0);
        let mut window = 2_000_u32;
        loop {
            let from = Uid(next.saturating_sub(window).max(1));
            let line = Line::new("UID SEARCH UID").uids(from, None);
            let uids = self.uids(line, |uid| uid >= from)?;
            if uids.len() >= WITHOUT_SEARCH || from == Uid(1) {
                return Ok(uids);
            }
            window = window.saturating_mul(50);
        }
    }

    fn search_header(&mut self, id: &MessageId) -> Result<Vec<Uid>, MailboxError> {
        if !id.as_str().is_ascii() {
            return Ok(Vec::new());
        }
        let line = Line::new("UID SEARCH HEADER MESSAGE-ID").string(id.as_str());
        match self.uids(line, |_| true) {
            Err(MailboxError::Refused { .. }) => Ok(Vec::new()),
            done => done,
        }
    }

    /// Those of `uids` whose Message-ID field holds exactly this id.
    fn holding(
        &mut self,
        fetch: Line,
        id: &MessageId,
        uids: &[Uid],
    ) -> Result<Vec<Uid>, MailboxError> {
        let summaries = self.summaries_by(fetch, uids, &["MESSAGE-ID"])?;
        Ok(summaries
            .iter()
            .filter(|s| message_ids(&s.header).any(|found| found == *id))
            .map(|s| s.uid)
            .collect())
    }

    /// Whether SEARCH HEADER finds a message that is there: asked once, with the newest that has
    /// an id. A folder without one tells nothing, and nothing is then to be found.
    fn search_can_be_trusted(&mut self, all: &[Uid]) -> Result<bool, MailboxError> {
        if let Some(known) = self.search_finds {
            return Ok(known);
        }
        let newest = &all[all.len().saturating_sub(5)..];
        let Some((first, last)) = newest.first().zip(newest.last()) else {
            return Ok(true);
        };
        let line = Line::new("UID FETCH").uids(*first, Some(*last));
        let samples: Vec<Summary> = self.summaries_by(line, newest, &["MESSAGE-ID"])?;
        let sample = samples
            .iter()
            .rev()
            .find_map(|s| Some((s.uid, message_ids(&s.header).next()?)))
            .filter(|(_, id)| id.as_str().is_ascii());
        let Some((uid, id)) = sample else {
            return Ok(false);
        };
        let finds = self.search_header(&id)?.contains(&uid);
        self.search_finds = Some(finds);
        Ok(finds)
    }
}

/// The ids of all Message-ID fields of a header that holds only those.
fn message_ids(header: &[u8]) -> impl Iterator<Item = MessageId> {
    let text = String::from_utf8_lossy(header)
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ");
    let lines: Vec<MessageId> = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("message-id"))
        .filter_map(|(_, value)| MessageId::new(value))
        .collect();
    lines.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_id_is_read_whole() {
        let header = b"Message-ID:\r\n <one@two.example>\r\nMESSAGE-ID: <b@c>\r\n\r\n";
        let ids: Vec<String> = message_ids(header).map(|id| id.to_string()).collect();
        assert_eq!(ids, ["<one@two.example>", "<b@c>"]);
    }
}
