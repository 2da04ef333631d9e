//! Who vouches for whom: what the newest mail in the inbox tells of the own server's verdicts.

use super::account::Worker;
use crate::answer::vouching::{Arrival, Vouching};
use crate::mailroom::Places;
use crate::port::{Fetched, Mailbox, MailboxError, Summary, Uid};

/// So many of the newest mails in the inbox are looked at.
const NEWEST: u32 = 300;
/// The header fields that tell it.
const TRACE: &[&str] = &[
    "From",
    "Received",
    "Authentication-Results",
    "Return-Path",
    "Delivered-To",
];

impl Worker {
    /// What is known of one arrived mail besides its bytes.
    pub(super) fn arrival(&self, vouching: &Vouching, fetched: &Fetched) -> Arrival {
        let learnt = vouching.authserv_id().map(str::to_owned);
        let known = self.account.imap.authserv_id.clone().or(learnt.clone());
        let message = crate::mail::parse(&fetched.bytes);
        let domain = message.from.first().map(|p| p.address.domain().to_owned());
        Arrival {
            authserv_id: learnt,
            passed_before: known
                .zip(domain)
                .map_or(0, |(id, domain)| vouching.passed(&domain, &id)),
            received: fetched.internal_date,
        }
    }
}

/// Reads it: one or two commands, and only when something came that may be an answer. Another folder
/// is selected afterwards.
pub(super) fn vouching(
    mailbox: &mut dyn Mailbox,
    places: &Places,
) -> Result<Vouching, MailboxError> {
    let mut vouching = Vouching::default();
    let selected = mailbox.select(&places.inbox)?;
    let Some(next) = selected.uid_next.filter(|_| selected.exists > 0) else {
        return Ok(vouching);
    };
    let mut newest: Vec<Summary> = Vec::new();
    // Numbers have gaps where mail was moved away: where too few are left, further back once.
    for back in [NEWEST, NEWEST * 20] {
        newest.clear();
        let from = Uid(next.0.saturating_sub(back).max(1));
        mailbox.summaries(from, None, TRACE, &mut |chunk| {
            newest.extend(chunk);
            newest.len() < 10_000
        })?;
        if newest.len() >= 50 || next.0 <= back {
            break;
        }
    }
    newest.sort_by_key(|s| s.uid);
    let skip = newest.len().saturating_sub(NEWEST as usize);
    for summary in newest.iter().skip(skip) {
        vouching.learn(&crate::mail::parse(&summary.header));
    }
    Ok(vouching)
}
