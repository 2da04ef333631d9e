//! Surveys remembered, where the server says whether a folder has changed.

use super::{Survey, look, select_if_there};
use crate::port::{FolderName, Mailbox, MailboxError, Selected};
use std::collections::HashMap;

/// What one connection has seen in small folders. A new connection begins with an empty one.
///
/// A survey is given again, without a FETCH, as long as SELECT shows the same UIDVALIDITY,
/// HIGHESTMODSEQ, EXISTS and UIDNEXT. With CONDSTORE (RFC 7162 §3.1) a new message or a changed
/// flag raises HIGHESTMODSEQ; an expunge need not, but lowers EXISTS, and a message that makes up
/// for it raises UIDNEXT. Without HIGHESTMODSEQ nothing is remembered.
#[derive(Debug, Default)]
pub struct Memo(HashMap<FolderName, (Selected, Survey)>);

impl Memo {
    /// What lies in this folder now, as [`super::survey`].
    ///
    /// # Errors
    /// As the mailbox.
    pub fn survey(
        &mut self,
        mb: &mut dyn Mailbox,
        folder: &FolderName,
    ) -> Result<Survey, MailboxError> {
        let selected = select_if_there(mb, folder)?;
        if let (Some(selected), Some((then, survey))) = (selected, self.0.get(folder))
            && selected == *then
        {
            return Ok(survey.clone());
        }
        self.0.remove(folder);
        let survey = look::survey_selected(mb, selected)?;
        // 0 stands for “not kept here” with some servers. A list that is shorter than EXISTS was
        // overtaken by an expunge, or has messages that could not be read.
        if let Some(selected) = selected
            && selected.highest_modseq.is_some_and(|modseq| modseq > 0)
            && usize::try_from(selected.exists) == Ok(survey.items.len())
        {
            self.0.insert(folder.clone(), (selected, survey.clone()));
        }
        Ok(survey)
    }
}
