//! A mail server in memory behind [`Mailbox`], with the faults of real ones.
//!
//! A [`Server`] holds the folders; connections to it come and go, are cut before or after any
//! command, and several may be open at once. The test is the user: it delivers, edits and takes
//! away behind askfirst's back.

use askfirst::Timestamp;
use askfirst::mail::{Address, MessageId};
use askfirst::mailroom::message_id_of;
use askfirst::port::{
    Capabilities, Fetched, Flags, Folder, FolderName, FolderStatus, Mailbox, MailboxError, Place,
    Selected, Summary, Uid, UidValidity,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// What this server can do.
#[derive(Clone, Copy, Debug)]
pub struct Personality {
    pub capabilities: Capabilities,
    /// Whether APPENDUID and COPYUID are said.
    pub says_uids: bool,
    /// Whether SELECT says UIDNEXT.
    pub says_uid_next: bool,
    /// Messages in one chunk of summaries.
    pub chunk: usize,
}

impl Personality {
    /// MOVE and UIDPLUS, and says everything.
    pub fn modern() -> Self {
        Self {
            capabilities: Capabilities {
                r#move: true,
                uid_plus: true,
                ..Capabilities::default()
            },
            says_uids: true,
            says_uid_next: true,
            chunk: 500,
        }
    }

    /// Every combination of MOVE, UIDPLUS and saying the new UIDs.
    pub fn all() -> Vec<Self> {
        (0..8)
            .map(|bits| {
                let mut one = Self::modern();
                one.capabilities.r#move = bits & 1 == 0;
                one.capabilities.uid_plus = bits & 2 == 0;
                one.says_uids = bits & 4 == 0;
                one
            })
            .collect()
    }
}

/// When the connection is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before the command took effect.
    Before,
    /// After it took effect, before the reply.
    After,
    /// In the middle: a MOVE that stands in both folders (RFC 6851 §3.3), or has none of it.
    Halfway,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub uid: Uid,
    pub flags: Flags,
    pub date: Option<Timestamp>,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Default)]
struct Box_ {
    uid_validity: u32,
    uid_next: u32,
    /// HIGHESTMODSEQ: raised by every new message and changed flag, not by an expunge, which is all
    /// that RFC 7162 asks for. Said where CONDSTORE is offered.
    modseq: u64,
    use_: Option<Place>,
    messages: Vec<Stored>,
}

#[derive(Debug)]
struct State {
    personality: Personality,
    folders: BTreeMap<FolderName, Box_>,
    /// Commands so far, by name.
    log: Vec<String>,
    cut: Option<(usize, Cut)>,
    refusals: Vec<(&'static str, Option<&'static str>)>,
    /// Commands that say OK and do nothing.
    lies: Vec<&'static str>,
    watched: Option<Vec<u8>>,
    fewest: usize,
    mistake: Option<Mistake>,
    commands: usize,
}

/// What a careless client would do in our place; so that it can be seen that tests notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// EXPUNGE instead of UID EXPUNGE.
    PlainExpunge,
    /// UIDVALIDITY is not looked at.
    IgnoresUidValidity,
}

/// The server; a clone is the same server.
#[derive(Clone, Debug)]
pub struct Server(Arc<Mutex<State>>);

pub fn name(name: &str) -> FolderName {
    FolderName::new(name).expect("a folder name")
}

impl Server {
    /// With INBOX, Drafts, Sent, Trash and Junk.
    pub fn new(personality: Personality) -> Self {
        let mut folders = BTreeMap::new();
        for (number, (folder, use_)) in [
            ("INBOX", None),
            ("Drafts", Some(Place::Drafts)),
            ("Sent", Some(Place::Sent)),
            ("Trash", Some(Place::Trash)),
            ("Junk", Some(Place::Junk)),
        ]
        .into_iter()
        .enumerate()
        {
            folders.insert(
                name(folder),
                Box_ {
                    uid_validity: 1000 + number as u32,
                    uid_next: 1,
                    modseq: 1,
                    use_,
                    messages: Vec::new(),
                },
            );
        }
        Self(Arc::new(Mutex::new(State {
            personality,
            folders,
            log: Vec::new(),
            cut: None,
            refusals: Vec::new(),
            lies: Vec::new(),
            watched: None,
            fewest: usize::MAX,
            mistake: None,
            commands: 0,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test thread has panicked here")
    }

    pub fn connect(&self) -> Connection {
        Connection {
            server: self.clone(),
            selected: None,
            lost: false,
        }
    }

    /// A message appears, by whatever way. The folder is made if need be.
    pub fn deliver(&self, folder: &str, bytes: &[u8], flags: Flags) -> Uid {
        let mut state = self.state();
        state.make(&name(folder));
        let uid = state.add(&name(folder), bytes, flags, None);
        uid.expect("the folder was made")
    }

    /// The same, with a date of arrival.
    pub fn deliver_at(&self, folder: &str, bytes: &[u8], date: Timestamp) -> Uid {
        let uid = self.deliver(folder, bytes, Flags::default());
        let mut state = self.state();
        let stands = state.folders.get_mut(&name(folder));
        let messages = stands.into_iter().flat_map(|f| &mut f.messages);
        for message in messages.filter(|m| m.uid == uid) {
            message.date = Some(date);
        }
        uid
    }

    /// Another client expunges a message.
    pub fn take_away(&self, folder: &str, uid: Uid) {
        if let Some(folder) = self.state().folders.get_mut(&name(folder)) {
            folder.messages.retain(|m| m.uid != uid);
        }
    }

    pub fn set_flags(&self, folder: &str, uid: Uid, flags: Flags) {
        let mut state = self.state();
        let folder = state.folders.get_mut(&name(folder)).expect("the folder");
        for message in folder.messages.iter_mut().filter(|m| m.uid == uid) {
            message.flags = flags.clone();
        }
        folder.modseq += 1;
    }

    /// The server renumbers a folder: new UIDVALIDITY, new UIDs in another order.
    pub fn renumber(&self, folder: &str) {
        let mut state = self.state();
        let folder = state.folders.get_mut(&name(folder)).expect("the folder");
        folder.uid_validity += 7;
        folder.messages.reverse();
        for (number, message) in folder.messages.iter_mut().enumerate() {
            message.uid = Uid(number as u32 + 1);
        }
        folder.uid_next = folder.messages.len() as u32 + 1;
    }

    pub fn drop_folder(&self, folder: &str) {
        self.state().folders.remove(&name(folder));
    }

    pub fn messages(&self, folder: &str) -> Vec<Stored> {
        self.state()
            .folders
            .get(&name(folder))
            .map(|folder| folder.messages.clone())
            .unwrap_or_default()
    }

    pub fn uid_validity(&self, folder: &str) -> UidValidity {
        UidValidity(self.state().folders[&name(folder)].uid_validity)
    }

    /// Looks at every message there is.
    pub fn each(&self, mut look: impl FnMut(&str, &Stored)) {
        let state = self.state();
        for (folder, content) in &state.folders {
            for message in &content.messages {
                look(folder.as_str(), message);
            }
        }
    }

    /// Changes whenever anything in the folder does; what a watcher goes by.
    pub fn pulse(&self, folder: &str) -> u64 {
        let state = self.state();
        state.folders.get(&name(folder)).map_or(0, |content| {
            let start = u64::from(content.uid_validity) << 32 | u64::from(content.uid_next);
            content.messages.iter().fold(start, |sum, m| {
                let flags = u64::from(m.flags.deleted) << 1 | u64::from(m.flags.seen);
                sum.wrapping_mul(31)
                    .wrapping_add(u64::from(m.uid.0) << 2 | flags)
            })
        })
    }

    /// The standing (not `\Deleted`) messages with exactly these bytes, by folder.
    pub fn where_is(&self, bytes: &[u8]) -> Vec<String> {
        let state = self.state();
        let mut found = Vec::new();
        for (folder, content) in &state.folders {
            for message in &content.messages {
                if message.bytes == bytes && !message.flags.deleted {
                    found.push(folder.to_string());
                }
            }
        }
        found
    }

    /// Everything but messages with these bytes, to compare before and after.
    pub fn all_but(&self, bytes: &[u8]) -> Vec<(String, Stored)> {
        let state = self.state();
        state
            .folders
            .iter()
            .flat_map(|(folder, content)| {
                content
                    .messages
                    .iter()
                    .filter(|m| m.bytes != bytes)
                    .map(|m| (folder.to_string(), m.clone()))
            })
            .collect()
    }

    /// How many commands there have been, on all connections.
    pub fn commands(&self) -> usize {
        self.state().commands
    }

    pub fn make_mistake(&self, mistake: Mistake) {
        self.state().mistake = Some(mistake);
    }

    /// From now on counts how many standing copies of this there are after every change.
    pub fn watch(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.watched = Some(bytes.to_vec());
        state.fewest = usize::MAX;
        state.count_watched();
    }

    /// The fewest standing copies there have been since [`Server::watch`].
    pub fn fewest(&self) -> usize {
        self.state().fewest
    }

    /// Cuts the connection at the `n`th command from now (1 is the next).
    pub fn cut(&self, n: usize, when: Cut) {
        self.state().cut = Some((n, when));
    }

    /// Whether the cut is still to come.
    pub fn is_cut_pending(&self) -> bool {
        self.state().cut.is_some()
    }

    /// Says NO to every such command from now on.
    pub fn refuse(&self, command: &'static str, code: Option<&'static str>) {
        self.state().refusals.push((command, code));
    }

    /// Says OK to every such command from now on, and does nothing.
    pub fn lie_about(&self, command: &'static str) {
        self.state().lies.push(command);
    }

    pub fn forgive(&self) {
        let mut state = self.state();
        state.refusals.clear();
        state.lies.clear();
    }

    /// The names of the commands so far, such as `SELECT Drafts`.
    pub fn log(&self) -> Vec<String> {
        self.state().log.clone()
    }

    pub fn forget_log(&self) {
        self.state().log.clear();
    }
}

impl State {
    fn make(&mut self, folder: &FolderName) {
        let uid_validity = 2000 + self.folders.len() as u32;
        self.folders.entry(folder.clone()).or_insert(Box_ {
            uid_validity,
            uid_next: 1,
            modseq: 1,
            use_: None,
            messages: Vec::new(),
        });
    }

    fn add(
        &mut self,
        folder: &FolderName,
        bytes: &[u8],
        flags: Flags,
        date: Option<Timestamp>,
    ) -> Result<Uid, MailboxError> {
        let folder = self
            .folders
            .get_mut(folder)
            .ok_or_else(|| no("TRYCREATE"))?;
        let uid = Uid(folder.uid_next);
        folder.uid_next += 1;
        folder.modseq += 1;
        folder.messages.push(Stored {
            uid,
            flags,
            date,
            bytes: bytes.to_vec(),
        });
        self.count_watched();
        Ok(uid)
    }

    fn count_watched(&mut self) {
        if let Some(watched) = &self.watched {
            let now = self
                .folders
                .values()
                .flat_map(|folder| &folder.messages)
                .filter(|m| m.bytes == *watched && !m.flags.deleted)
                .count();
            self.fewest = self.fewest.min(now);
        }
    }

    fn said(&self, uid: Uid) -> Option<Uid> {
        self.personality.says_uids.then_some(uid)
    }
}

fn no(code: &str) -> MailboxError {
    MailboxError::Refused {
        code: Some(code.to_owned()),
        text: format!("no: {code}"),
    }
}

/// One connection.
#[derive(Debug)]
pub struct Connection {
    server: Server,
    selected: Option<FolderName>,
    lost: bool,
}

impl Connection {
    /// One command: logged, refused, cut, or carried out.
    fn command<T>(
        &mut self,
        verb: &'static str,
        about: &str,
        idle: T,
        act: impl FnOnce(&mut State, Option<&FolderName>, Cut) -> Result<T, MailboxError>,
    ) -> Result<T, MailboxError> {
        let gone = MailboxError::Lost("the test cut it".to_owned());
        if self.lost {
            return Err(gone);
        }
        let mut state = self.server.state();
        state.log.push(format!("{verb} {about}").trim().to_owned());
        state.commands += 1;
        let cut_now = match &mut state.cut {
            Some((n, when)) => {
                *n -= 1;
                let when = *when;
                (*n == 0).then_some(when)
            }
            None => None,
        };
        if cut_now.is_some() {
            state.cut = None;
            self.lost = true;
        }
        if cut_now == Some(Cut::Before) {
            return Err(gone);
        }
        if let Some((_, code)) = state.refusals.iter().find(|(refused, _)| *refused == verb) {
            return Err(MailboxError::Refused {
                code: code.map(str::to_owned),
                text: "the test said no".to_owned(),
            });
        }
        if state.lies.contains(&verb) {
            return Ok(idle);
        }
        let result = act(
            &mut state,
            self.selected.as_ref(),
            cut_now.unwrap_or(Cut::After),
        );
        state.count_watched();
        if cut_now.is_some() { Err(gone) } else { result }
    }
}

fn selected<'a>(
    state: &'a mut State,
    folder: Option<&FolderName>,
) -> Result<&'a mut Box_, MailboxError> {
    let folder = folder.ok_or_else(|| no("CLIENTBUG"))?;
    state
        .folders
        .get_mut(folder)
        .ok_or_else(|| no("NONEXISTENT"))
}

impl Mailbox for Connection {
    fn capabilities(&self) -> Capabilities {
        self.server.state().personality.capabilities
    }

    fn folders(&mut self) -> Result<Vec<Folder>, MailboxError> {
        self.command("LIST", "", Vec::new(), |state, _, _| {
            Ok(state
                .folders
                .iter()
                .map(|(name, content)| Folder {
                    name: name.clone(),
                    delimiter: Some('/'),
                    selectable: true,
                    special_use: content.use_,
                })
                .collect())
        })
    }

    fn own_folder(&mut self, folder: &str) -> Result<FolderName, MailboxError> {
        Ok(name(folder))
    }

    fn create(&mut self, folder: &FolderName) -> Result<(), MailboxError> {
        self.command("CREATE", folder.as_str(), (), |state, _, _| {
            if state.folders.contains_key(folder) {
                return Err(no("ALREADYEXISTS"));
            }
            state.make(folder);
            Ok(())
        })
    }

    fn select(&mut self, folder: &FolderName) -> Result<Selected, MailboxError> {
        self.selected = None;
        let idle = Selected {
            uid_validity: UidValidity(1),
            uid_next: None,
            exists: 0,
            highest_modseq: None,
        };
        let result = self.command("SELECT", folder.as_str(), idle, |state, _, _| {
            let says = state.personality.says_uid_next;
            let condstore = state.personality.capabilities.condstore;
            let blind = state.mistake == Some(Mistake::IgnoresUidValidity);
            let content = selected(state, Some(folder))?;
            let uid_validity = if blind { 1 } else { content.uid_validity };
            Ok(Selected {
                uid_validity: UidValidity(uid_validity),
                uid_next: says.then_some(Uid(content.uid_next)),
                exists: content.messages.len() as u32,
                highest_modseq: condstore.then_some(content.modseq),
            })
        })?;
        self.selected = Some(folder.clone());
        Ok(result)
    }

    fn status(&mut self, folder: &FolderName) -> Result<FolderStatus, MailboxError> {
        let idle = FolderStatus::default();
        self.command("STATUS", folder.as_str(), idle, |state, _, _| {
            let condstore = state.personality.capabilities.condstore;
            let blind = state.mistake == Some(Mistake::IgnoresUidValidity);
            let content = selected(state, Some(folder))?;
            let uid_validity = if blind { 1 } else { content.uid_validity };
            Ok(FolderStatus {
                messages: content.messages.len() as u32,
                uid_next: Some(content.uid_next),
                uid_validity: Some(uid_validity),
                highest_modseq: condstore.then_some(content.modseq),
            })
        })
    }

    fn summaries(
        &mut self,
        from: Uid,
        to: Option<Uid>,
        fields: &[&str],
        each: &mut dyn FnMut(Vec<Summary>) -> bool,
    ) -> Result<(), MailboxError> {
        let chunk = self.server.state().personality.chunk;
        let mut next = from;
        let mut first = true;
        loop {
            let batch = self.command("FETCH", "header", Vec::new(), |state, folder, _| {
                let content = selected(state, folder)?;
                let mut batch: Vec<Summary> = content
                    .messages
                    .iter()
                    .filter(|m| m.uid >= next && to.is_none_or(|to| m.uid <= to))
                    .take(chunk)
                    .map(|m| summary(m, fields))
                    .collect();
                // `n:*` always names the last message.
                if let (true, true, None, Some(last)) =
                    (first, batch.is_empty(), to, content.messages.last())
                {
                    batch.push(summary(last, fields));
                }
                Ok(batch)
            })?;
            first = false;
            let Some(last) = batch.last() else {
                return Ok(());
            };
            let last_uid = last.uid;
            let full = batch.len() == chunk;
            if !each(batch) || !full || last_uid < next {
                return Ok(());
            }
            next = Uid(last_uid.0 + 1);
        }
    }

    fn fetch(&mut self, uid: Uid) -> Result<Option<Fetched>, MailboxError> {
        self.command("FETCH", "whole", None, |state, folder, _| {
            Ok(selected(state, folder)?
                .messages
                .iter()
                .find(|m| m.uid == uid)
                .map(|m| Fetched {
                    uid,
                    flags: m.flags.clone(),
                    internal_date: m.date,
                    bytes: m.bytes.clone(),
                }))
        })
    }

    fn with_message_id(&mut self, id: &MessageId) -> Result<Vec<Uid>, MailboxError> {
        self.command("SEARCH", "", Vec::new(), |state, folder, _| {
            Ok(selected(state, folder)?
                .messages
                .iter()
                .filter(|m| message_id_of(&m.bytes).as_ref() == Some(id))
                .map(|m| m.uid)
                .collect())
        })
    }

    fn from_since(
        &mut self,
        from: &Address,
        since: chrono::NaiveDate,
    ) -> Result<Vec<Uid>, MailboxError> {
        self.command("SEARCH", "", Vec::new(), |state, folder, _| {
            Ok(selected(state, folder)?
                .messages
                .iter()
                .filter(|m| m.date.is_none_or(|date| date.date_naive() >= since))
                .filter(|m| {
                    askfirst::mail::parse(&m.bytes)
                        .from
                        .iter()
                        .any(|person| person.address == *from)
                })
                .map(|m| m.uid)
                .collect())
        })
    }

    fn append(
        &mut self,
        folder: &FolderName,
        bytes: &[u8],
        flags: &Flags,
        date: Option<Timestamp>,
    ) -> Result<Option<Uid>, MailboxError> {
        self.command("APPEND", folder.as_str(), None, |state, _, cut| {
            if cut == Cut::Halfway {
                return Ok(None);
            }
            let uid = state.add(folder, bytes, flags.clone(), date)?;
            Ok(state.said(uid))
        })
    }

    fn copy(&mut self, uid: Uid, to: &FolderName) -> Result<Option<Uid>, MailboxError> {
        self.command("COPY", to.as_str(), None, |state, folder, cut| {
            if cut == Cut::Halfway {
                return Ok(None);
            }
            copy(state, folder, uid, to)
        })
    }

    fn r#move(&mut self, uid: Uid, to: &FolderName) -> Result<Option<Uid>, MailboxError> {
        if !self.capabilities().r#move {
            return Err(MailboxError::Unsupported("MOVE"));
        }
        self.command("MOVE", to.as_str(), None, |state, folder, cut| {
            let new = copy(state, folder, uid, to)?;
            if cut != Cut::Halfway {
                selected(state, folder)?.messages.retain(|m| m.uid != uid);
            }
            Ok(new)
        })
    }

    fn store(&mut self, uid: Uid, add: &Flags, remove: &Flags) -> Result<(), MailboxError> {
        self.command("STORE", "", (), |state, folder, _| {
            let content = selected(state, folder)?;
            for message in content.messages.iter_mut().filter(|m| m.uid == uid) {
                change(&mut message.flags, add, true);
                change(&mut message.flags, remove, false);
            }
            content.modseq += 1;
            Ok(())
        })
    }

    fn expunge(&mut self, uid: Uid) -> Result<(), MailboxError> {
        if !self.capabilities().uid_plus {
            return Err(MailboxError::Unsupported("UIDPLUS"));
        }
        self.command("EXPUNGE", "", (), |state, folder, _| {
            let all = state.mistake == Some(Mistake::PlainExpunge);
            selected(state, folder)?
                .messages
                .retain(|m| !all && m.uid != uid || !m.flags.deleted);
            Ok(())
        })
    }

    fn noop(&mut self) -> Result<(), MailboxError> {
        self.command("NOOP", "", (), |_, _, _| Ok(()))
    }
}

fn copy(
    state: &mut State,
    from: Option<&FolderName>,
    uid: Uid,
    to: &FolderName,
) -> Result<Option<Uid>, MailboxError> {
    let found = selected(state, from)?
        .messages
        .iter()
        .find(|m| m.uid == uid)
        .cloned();
    let Some(message) = found else {
        return Ok(None);
    };
    let new = state.add(to, &message.bytes, message.flags, message.date)?;
    Ok(state.said(new))
}

fn change(flags: &mut Flags, which: &Flags, to: bool) {
    for (flag, named) in [
        (&mut flags.seen, which.seen),
        (&mut flags.answered, which.answered),
        (&mut flags.flagged, which.flagged),
        (&mut flags.deleted, which.deleted),
        (&mut flags.draft, which.draft),
    ] {
        if named {
            *flag = to;
        }
    }
    flags.keywords.retain(|k| !which.keywords.contains(k));
    if to {
        flags.keywords.extend(which.keywords.iter().cloned());
    }
}

fn summary(message: &Stored, fields: &[&str]) -> Summary {
    let mut header = Vec::new();
    let mut wanted = false;
    for line in message.bytes.split_inclusive(|&b| b == b'\n') {
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let field = line.split(|&b| b == b':').next().unwrap_or_default();
            wanted = fields
                .iter()
                .any(|f| field.eq_ignore_ascii_case(f.as_bytes()));
        }
        if wanted {
            header.extend_from_slice(line);
        }
    }
    header.extend_from_slice(b"\r\n");
    Summary {
        uid: message.uid,
        flags: message.flags.clone(),
        internal_date: message.date,
        size: message.bytes.len() as u64,
        header,
    }
}
