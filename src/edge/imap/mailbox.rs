//! The port's mailbox, command by command.

use super::guard::locked;
use super::item::{self, Item};
use super::line::{Line, escaped_folder, flag_words};
use super::value::Value;
use super::{Account, Reply, folders};
use crate::Timestamp;
use crate::mail::{Address, MessageId};
use crate::port::{
    Capabilities, Fetched, Flags, Folder, FolderName, FolderStatus, Mailbox, MailboxError,
    Selected, Summary, Uid, UidValidity,
};
use imap_proto::{MailboxDatum, Response, ResponseCode};
use std::borrow::Cow;

impl Account {
    /// SELECT for a connection that only waits for news: without CONDSTORE, because nobody asks for
    /// modification numbers here. Once is enough: what came after the first is kept as news.
    ///
    /// # Errors
    /// As any command.
    pub fn select_to_watch(&mut self, folder: &FolderName) -> Result<(), MailboxError> {
        if self.watched.as_ref() == Some(folder) {
            return Ok(());
        }
        self.uid_next = None;
        self.command(&Line::new("SELECT").folder(folder))?;
        // What the folder holds is the answer to this SELECT and no news.
        locked(&self.sieve).changed = false;
        self.watched = Some(folder.clone());
        Ok(())
    }
}

impl Mailbox for Account {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn folders(&mut self) -> Result<Vec<Folder>, MailboxError> {
        self.learn_namespace()?;
        let plain = Line::new("LIST \"\" \"*\"");
        if self.list_extended {
            match self.command(&Line::new("LIST \"\" \"*\" RETURN (SPECIAL-USE)")) {
                Err(MailboxError::Refused { .. }) => self.command(&plain)?,
                done => done?,
            };
        } else {
            self.command(&plain)?;
        }
        let mut found = Vec::new();
        let mut unspeakable = 0;
        for values in self.aside("LIST") {
            match folders::listed(&values) {
                Some(folder) => found.push(folder),
                None => unspeakable += 1,
            }
        }
        if unspeakable > 0 {
            tracing::warn!(
                unspeakable,
                "folders whose names are not in IMAP's encoding are passed over"
            );
        }
        if let Some(namespace) = &self.namespace {
            found.retain(|folder| namespace.is_personal(&folder.name));
        }
        Ok(found)
    }

    fn own_folder(&mut self, name: &str) -> Result<FolderName, MailboxError> {
        self.learn_namespace()?;
        let namespace = self.namespace.clone().unwrap_or_default();
        namespace.own(name).map_err(|why| MailboxError::Refused {
            code: None,
            text: why,
        })
    }

    fn delete_folder(&mut self, folder: &FolderName) -> Result<(), MailboxError> {
        // Some servers keep the name among the subscribed ones otherwise.
        match self.command(&Line::new("UNSUBSCRIBE").folder(folder)) {
            Ok(_) | Err(MailboxError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        self.command(&Line::new("DELETE").folder(folder)).map(drop)
    }

    fn create(&mut self, folder: &FolderName) -> Result<(), MailboxError> {
        match self.command(&Line::new("CREATE").folder(folder)) {
            Ok(_) => {}
            Err(MailboxError::Refused { code, text }) => {
                // Servers older than RFC 5530 say it in words only; so ask whether it is there.
                if code.as_deref() != Some("ALREADYEXISTS") && self.status(folder).is_err() {
                    if self.session.is_none() {
                        return Err(self.gone());
                    }
                    return Err(MailboxError::Refused { code, text });
                }
            }
            Err(e) => return Err(e),
        }
        // Clients that show only subscribed folders are to show it; no server need allow it.
        match self.command(&Line::new("SUBSCRIBE").folder(folder)) {
            Ok(_) | Err(MailboxError::Refused { .. }) => Ok(()),
            Err(e) => Err(e),
        }
    }

    fn select(&mut self, folder: &FolderName) -> Result<Selected, MailboxError> {
        self.uid_next = None;
        self.watched = None;
        let plain = Line::new("SELECT").folder(folder);
        let reply = if self.capabilities.condstore {
            // RFC 7162 §3.1.8: else a server need not keep modification numbers.
            match self.command(&plain.clone().word("(CONDSTORE)")) {
                Err(MailboxError::Refused { .. }) => self.command(&plain)?,
                done => done?,
            }
        } else {
            self.command(&plain)?
        };
        let mut uid_validity = None;
        let mut selected = Selected {
            uid_validity: UidValidity(0),
            uid_next: None,
            exists: 0,
            highest_modseq: None,
        };
        for response in reply.responses() {
            match response {
                Response::MailboxData(MailboxDatum::Exists(n)) => selected.exists = n,
                Response::Data {
                    code: Some(code), ..
                } => match code {
                    ResponseCode::UidValidity(v) => uid_validity = Some(UidValidity(v)),
                    ResponseCode::UidNext(n) => selected.uid_next = Some(Uid(n)),
                    ResponseCode::HighestModSeq(n) => selected.highest_modseq = Some(n),
                    _ => {}
                },
                _ => {}
            }
        }
        // What the folder holds is the answer to this SELECT and no news.
        locked(&self.sieve).changed = false;
        selected.uid_validity = uid_validity.ok_or_else(|| MailboxError::Refused {
            code: None,
            text: format!("{folder} has no lasting message numbers (UIDVALIDITY)"),
        })?;
        self.uid_next = selected.uid_next;
        Ok(selected)
    }

    fn status(&mut self, folder: &FolderName) -> Result<FolderStatus, MailboxError> {
        let line = Line::new("STATUS").folder(folder);
        self.command(&if self.capabilities.condstore {
            line.word("(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)")
        } else {
            line.word("(MESSAGES UIDNEXT UIDVALIDITY)")
        })?;
        let said = self.aside("STATUS");
        Ok(said
            .iter()
            .fold(FolderStatus::default(), |_, values| told(values)))
    }

    fn statuses(&mut self) -> Result<Option<Vec<(FolderName, FolderStatus)>>, MailboxError> {
        if !self.list_status {
            return Ok(None);
        }
        self.command(&Line::new(
            "LIST \"\" \"*\" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY))",
        ))?;
        let said = self.aside("STATUS");
        let named = |values: &Vec<Value>| Some((folders::name_of(values.get(1)?)?, told(values)));
        Ok(Some(said.iter().filter_map(named).collect()))
    }

    fn summaries(
        &mut self,
        from: Uid,
        to: Option<Uid>,
        fields: &[&str],
        each: &mut dyn FnMut(Vec<Summary>) -> bool,
    ) -> Result<(), MailboxError> {
        if to == Some(from) {
            let summaries = self.summaries_of(&[from], fields)?;
            if !summaries.is_empty() {
                each(summaries);
            }
            return Ok(());
        }
        // Which there are is asked first: UIDs may lie far apart, and a chunk is to have a size.
        let uids = self.uids(Line::new("UID SEARCH UID").uids(from, to), |uid| {
            uid >= from && to.is_none_or(|to| uid <= to)
        })?;
        self.summaries_in_chunks(&uids, fields, each)
    }

    fn fetch(&mut self, uid: Uid) -> Result<Option<Fetched>, MailboxError> {
        let line = Line::new("UID FETCH")
            .uid(uid)
            .word("(UID FLAGS INTERNALDATE BODY.PEEK[])");
        let reply = self.command(&line)?;
        let (items, unread) = self.items(&reply);
        // FETCH data of others, whose flags have just changed, is mixed in.
        let mut found = Item::default();
        for item in items.into_iter().filter(|item| item.uid == Some(uid)) {
            found = Item {
                uid: Some(uid),
                flags: item.flags.or(found.flags),
                internal_date: item.internal_date.or(found.internal_date),
                size: None,
                body: item.body.or(found.body),
            };
        }
        match found.body {
            Some(bytes) => Ok(Some(Fetched {
                uid,
                flags: found.flags.unwrap_or_default(),
                internal_date: found.internal_date,
                bytes,
            })),
            // "Gone" must be certain: of a draft that is gone it is said that the user took it.
            None if found.uid.is_some() || unread > 0 => Err(MailboxError::Refused {
                code: None,
                text: format!("it gives no readable text for message {}", uid.0),
            }),
            None => Ok(None),
        }
    }

    fn with_message_id(&mut self, id: &MessageId) -> Result<Vec<Uid>, MailboxError> {
        self.search_message_id(id)
    }

    fn from_since(
        &mut self,
        from: &Address,
        since: chrono::NaiveDate,
    ) -> Result<Vec<Uid>, MailboxError> {
        let line = if from.as_str().is_ascii() {
            Line::new("UID SEARCH FROM")
        } else {
            Line::new("UID SEARCH CHARSET UTF-8 FROM")
        };
        self.uids(line.string(from.as_str()).word("SINCE").date(since), |_| {
            true
        })
    }

    fn append(
        &mut self,
        folder: &FolderName,
        bytes: &[u8],
        flags: &Flags,
        date: Option<Timestamp>,
    ) -> Result<Option<Uid>, MailboxError> {
        let name = escaped_folder(folder);
        self.run(|session| {
            let mut append = session.append(&name, bytes);
            append.flags(
                flag_words(flags)
                    .into_iter()
                    .map(|word| imap::types::Flag::Custom(Cow::Borrowed(word))),
            );
            if let Some(date) = date {
                append.internal_date(date.fixed_offset());
            }
            append.finish().map(|_| ())
        })?;
        Ok(self
            .code("APPENDUID")
            .and_then(|code| code.rest.split_once(' ')?.1.trim().parse().ok())
            .map(Uid))
    }

    fn copy(&mut self, uid: Uid, to: &FolderName) -> Result<Option<Uid>, MailboxError> {
        self.command(&Line::new("UID COPY").uid(uid).folder(to))?;
        Ok(self.copied(uid))
    }

    fn r#move(&mut self, uid: Uid, to: &FolderName) -> Result<Option<Uid>, MailboxError> {
        if !self.capabilities.r#move {
            return Err(MailboxError::Unsupported("MOVE"));
        }
        self.command(&Line::new("UID MOVE").uid(uid).folder(to))?;
        Ok(self.copied(uid))
    }

    fn store(&mut self, uid: Uid, add: &Flags, remove: &Flags) -> Result<(), MailboxError> {
        for (what, flags) in [("+FLAGS.SILENT", add), ("-FLAGS.SILENT", remove)] {
            if *flags != Flags::default() {
                self.command(&Line::new("UID STORE").uid(uid).word(what).flags(flags))?;
            }
        }
        Ok(())
    }

    fn expunge(&mut self, uid: Uid) -> Result<(), MailboxError> {
        if !self.capabilities.uid_plus {
            return Err(MailboxError::Unsupported("UIDPLUS"));
        }
        self.command(&Line::new("UID EXPUNGE").uid(uid))?;
        Ok(())
    }

    fn noop(&mut self) -> Result<(), MailboxError> {
        self.command(&Line::new("NOOP"))?;
        Ok(())
    }
}

impl Account {
    fn learn_namespace(&mut self) -> Result<(), MailboxError> {
        if self.namespace.is_some() {
            return Ok(());
        }
        let mut namespace = None;
        if self.capabilities.namespace {
            match self.command(&Line::new("NAMESPACE")) {
                Ok(_) => {
                    namespace = self
                        .aside("NAMESPACE")
                        .first()
                        .map(|values| folders::Namespace::read(values));
                }
                Err(MailboxError::Refused { .. }) => {}
                Err(e) => return Err(e),
            }
        }
        if namespace.is_none() {
            self.command(&Line::new("LIST \"\" \"*\""))?;
            let listed: Vec<Folder> = self
                .aside("LIST")
                .iter()
                .filter_map(|values| folders::listed(values))
                .collect();
            namespace = Some(folders::Namespace::guess(&listed));
        }
        self.namespace = namespace;
        Ok(())
    }

    fn items(&self, reply: &Reply) -> (Vec<Item>, usize) {
        item::items(reply, &locked(&self.sieve).aside)
    }

    /// The UIDs that a SEARCH finds and `wanted` lets pass, ascending, each once.
    pub(super) fn uids(
        &mut self,
        search: Line,
        wanted: impl Fn(Uid) -> bool,
    ) -> Result<Vec<Uid>, MailboxError> {
        let reply = self.command(&search)?;
        let mut uids: Vec<Uid> = reply
            .responses()
            .filter_map(|response| match response {
                Response::MailboxData(MailboxDatum::Search(found)) => Some(found),
                _ => None,
            })
            .flatten()
            .map(Uid)
            // "500:*" finds the last message even where that is 400.
            .filter(|uid| wanted(*uid))
            .collect();
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// COPYUID's new number for `uid`; `None` too where the server speaks of another message.
    fn copied(&self, uid: Uid) -> Option<Uid> {
        let code = self.code("COPYUID")?;
        let mut words = code.rest.split_whitespace().skip(1);
        let single = |set: &str| -> Option<u32> {
            let (first, last) = set.split_once(':').unwrap_or((set, set));
            (first == last).then(|| first.parse().ok())?
        };
        let (from, to) = (single(words.next()?)?, single(words.next()?)?);
        (from == uid.0).then_some(Uid(to))
    }
}

/// The pairs of a STATUS line; unknown ones are passed over.
fn told(values: &[Value]) -> FolderStatus {
    let mut status = FolderStatus::default();
    for pair in values.last().map_or(&[][..], |v| v.list()).chunks(2) {
        let [name, value] = pair else { continue };
        let Some(n) = value.text().and_then(|t| t.parse::<u64>().ok()) else {
            continue;
        };
        let small = u32::try_from(n).ok();
        if name.is("MESSAGES") {
            status.messages = small.unwrap_or(u32::MAX);
        } else if name.is("UIDNEXT") {
            status.uid_next = small;
        } else if name.is("UIDVALIDITY") {
            status.uid_validity = small;
        } else if name.is("HIGHESTMODSEQ") {
            status.highest_modseq = Some(n);
        }
    }
    status
}
