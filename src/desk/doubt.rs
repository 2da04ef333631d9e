//! Whether an answer is surely the asked person's, and an answer to this ask.

use super::Desk;
use crate::answer::sender::{Sender, judge_after};
use crate::answer::vouching::Arrival;
use crate::introduction::{Id, State};
use crate::mail::{Message, MessageId};
use chrono::TimeDelta;

/// As far as clocks may be apart before a date counts as earlier.
const CLOCKS: TimeDelta = TimeDelta::hours(1);

impl Desk {
    /// Why this is not surely the asked person's word; `None` when it is.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn doubt_sender(
        &self,
        own: &crate::config::Account,
        bytes: &[u8],
        message: &Message,
        id: &Id,
        party: usize,
        junk: bool,
        arrival: &Arrival,
    ) -> Option<String> {
        let asked = self.party(id, party)?;
        if junk {
            return Some("It was found in the junk folder.".to_owned());
        }
        let addresses: Vec<_> = std::iter::once(&asked.address)
            .chain(&asked.also)
            .cloned()
            .collect();
        let known = own.imap.authserv_id.as_ref();
        match judge_after(
            bytes,
            message,
            &addresses,
            known.or(arrival.authserv_id.as_ref()).map(String::as_str),
            arrival.passed_before,
        ) {
            Sender::Trusted => None,
            Sender::Doubtful(why) => Some(why),
        }
    }

    /// Why this may be an old mail played again: a signature of the sender's server proves that they
    /// once wrote it, not that they wrote it now, nor that it answers this ask.
    pub(super) fn doubt_time(
        &self,
        message: &Message,
        reply: &MessageId,
        id: &Id,
        party: usize,
        arrival: &Arrival,
    ) -> Option<String> {
        let decided = self.party(id, party)?.asked.as_ref()?.decided;
        let early = |when: Option<crate::Timestamp>| when.is_some_and(|w| w + CLOCKS < decided);
        if early(message.date) || early(arrival.received) {
            return Some("It was written before the question was asked.".to_owned());
        }
        let elsewhere = self.books.introductions.values().any(|i| {
            i.id != *id
                && i.state != State::Cancelled
                && i.parties.iter().any(|p| p.heard.contains(reply))
        });
        elsewhere.then(|| "The same mail has answered another question before.".to_owned())
    }
}
