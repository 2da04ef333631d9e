//! The newest mails to somebody, fetched to see how the user greets them, and not kept.

use super::account::Worker;
use crate::mail::Address;
use crate::mailroom;
use crate::port::{FolderName, Mailbox, MailboxError};

/// So many mails to a person are looked at.
const NEWEST: usize = 2;
/// What is longer has its greeting in it as well, but is not worth the way.
const LONGEST: u64 = 1 << 20;

impl Worker {
    pub(super) fn last_mails_to(
        &self,
        mailbox: &mut dyn Mailbox,
        people: &[Address],
    ) -> Result<Vec<(Address, Vec<u8>)>, MailboxError> {
        let records = self
            .index
            .account(&self.account.name)
            .map_err(|e| MailboxError::Lost(e.to_string()))?;
        let mut mails = Vec::new();
        let mut open: Option<FolderName> = None;
        for person in people {
            for found in records.mail_to(person, NEWEST).unwrap_or_default() {
                if open.as_ref() != Some(&found.folder) {
                    open = None;
                    match mailbox.select(&found.folder) {
                        Ok(_) => open = Some(found.folder),
                        Err(MailboxError::Refused { .. }) => continue,
                        Err(error) => return Err(error),
                    }
                }
                let mut small = false;
                mailbox.summaries(found.uid, Some(found.uid), &["message-id"], &mut |chunk| {
                    small = chunk
                        .iter()
                        .any(|s| s.uid == found.uid && s.size <= LONGEST);
                    true
                })?;
                if !small {
                    continue;
                }
                let Some(fetched) = mailbox.fetch(found.uid)? else {
                    continue;
                };
                // A folder that was numbered anew holds another mail there.
                if mailroom::message_id_of(&fetched.bytes) == found.message_id {
                    mails.push((person.clone(), fetched.bytes));
                }
            }
        }
        Ok(mails)
    }
}
