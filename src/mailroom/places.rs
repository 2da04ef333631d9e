//! Which folder is which.

use super::transfer::refused;
use super::usual_names;
use crate::config;
use crate::port::{Folder, FolderName, Mailbox, MailboxError, Place};

/// The folders of an account that mean something to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub inbox: FolderName,
    pub drafts: Option<FolderName>,
    pub sent: Option<FolderName>,
    pub trash: Option<FolderName>,
    pub junk: Option<FolderName>,
    /// Gmail's All Mail.
    pub all: Option<FolderName>,
    pub ask: FolderName,
    pub held: FolderName,
    pub send_now: FolderName,
    pub give_back: FolderName,
    pub closed: FolderName,
    pub memory: FolderName,
    /// Every folder that can be selected, as listed by the server.
    pub selectable: Vec<FolderName>,
}

impl Places {
    #[must_use]
    pub fn get(&self, place: Place) -> Option<&FolderName> {
        match place {
            Place::Inbox => Some(&self.inbox),
            Place::Drafts => self.drafts.as_ref(),
            Place::Sent => self.sent.as_ref(),
            Place::Trash => self.trash.as_ref(),
            Place::Junk => self.junk.as_ref(),
            Place::All => self.all.as_ref(),
            Place::Ask => Some(&self.ask),
            Place::Held => Some(&self.held),
            Place::SendNow => Some(&self.send_now),
            Place::GiveBack => Some(&self.give_back),
            Place::Closed => Some(&self.closed),
            Place::Memory => Some(&self.memory),
        }
    }

    /// Our own six.
    #[must_use]
    pub fn ours(&self) -> [&FolderName; 6] {
        [
            &self.ask,
            &self.held,
            &self.send_now,
            &self.give_back,
            &self.closed,
            &self.memory,
        ]
    }

    /// What nothing of ours may ever change, for [`super::Careful`].
    #[must_use]
    pub fn untouchable(&self) -> Vec<FolderName> {
        self.trash.iter().chain(&self.all).cloned().collect()
    }

    /// Where an answer may be: every selectable folder but Drafts, Sent, Trash and our own.
    #[must_use]
    pub fn for_answers(&self) -> Vec<FolderName> {
        self.selectable
            .iter()
            .filter(|name| {
                !self.ours().contains(name)
                    && ![&self.drafts, &self.sent, &self.trash]
                        .into_iter()
                        .flatten()
                        .any(|place| place == *name)
            })
            .cloned()
            .collect()
    }
}

/// Finds the places of an account and makes our own folders where they are missing.
///
/// # Errors
/// As the mailbox; a refusal that names the folder if a configured one is not there.
pub fn open_places(
    mb: &mut dyn Mailbox,
    configured: &config::Folders,
) -> Result<Places, MailboxError> {
    let folders = mb.folders()?;
    let mut own = |configured: &Option<FolderName>, usual: &str| {
        mb.own_folder(configured.as_ref().map_or(usual, FolderName::as_str))
    };
    let mut places = Places {
        ask: own(&configured.ask, "Askfirst/Ask")?,
        held: own(&configured.held, "Askfirst/Held")?,
        send_now: own(&configured.send_now, "Askfirst/Send now")?,
        give_back: own(&configured.give_back, "Askfirst/Give back")?,
        closed: own(&configured.closed, "Askfirst/Closed")?,
        memory: own(&configured.memory, "Askfirst/Memory")?,
        inbox: inbox(&folders)?,
        drafts: None,
        sent: None,
        trash: None,
        junk: None,
        all: resolve(&folders, Place::All),
        selectable: folders
            .iter()
            .filter(|folder| folder.selectable)
            .map(|folder| folder.name.clone())
            .collect(),
    };
    for (place, named, slot) in [
        (Place::Drafts, &configured.drafts, &mut places.drafts),
        (Place::Sent, &configured.sent, &mut places.sent),
        (Place::Trash, &configured.trash, &mut places.trash),
        (Place::Junk, &configured.junk, &mut places.junk),
    ] {
        *slot = place_of(mb, &folders, place, named.as_ref())?;
    }
    for name in places.ours().map(Clone::clone) {
        let there = folders.iter().any(|f| f.selectable && f.name == name);
        if there {
            continue;
        }
        match mb.create(&name) {
            Err(MailboxError::Refused {
                code: Some(code), ..
            }) if code == "ALREADYEXISTS" => {}
            other => other?,
        }
        places.selectable.push(name);
    }
    Ok(places)
}

fn inbox(folders: &[Folder]) -> Result<FolderName, MailboxError> {
    folders
        .iter()
        .find(|folder| folder.name.is_inbox())
        .map(|folder| Ok(folder.name.clone()))
        .unwrap_or_else(|| FolderName::new("INBOX").map_err(|why| refused(&why)))
}

/// The folder for this use: the one that the configuration names, else as [`resolve`] finds it.
///
/// # Errors
/// As the mailbox; a refusal that names the folder if the configured one is not there.
pub fn place_of(
    mb: &mut dyn Mailbox,
    folders: &[Folder],
    place: Place,
    configured: Option<&FolderName>,
) -> Result<Option<FolderName>, MailboxError> {
    let Some(name) = configured else {
        return Ok(resolve(folders, place));
    };
    let below_prefix = mb.own_folder(name.as_str())?;
    let is_meant = |folder: &&Folder| folder.name == below_prefix || is_called(folder, name);
    match folders.iter().filter(|f| f.selectable).find(is_meant) {
        Some(folder) => Ok(Some(folder.name.clone())),
        None => Err(refused(&format!(
            "the configuration names a folder “{name}”, which is not there; \
             `askfirst doctor` lists those that are"
        ))),
    }
}

/// Whether this is the folder that the configuration means: its name as the server writes it,
/// or with `/` for the delimiter, with or without `INBOX.` before it.
fn is_called(folder: &Folder, name: &FolderName) -> bool {
    let (theirs, ours) = (folder.name.as_str(), name.as_str());
    let Some(delimiter) = folder.delimiter else {
        return theirs == ours;
    };
    let below = |name: &str| {
        let (top, rest) = name.split_once(delimiter)?;
        top.eq_ignore_ascii_case("INBOX").then(|| rest.to_owned())
    };
    let written = ours.replace('/', delimiter.encode_utf8(&mut [0; 4]));
    theirs == ours || theirs == written || below(theirs) == Some(written)
}

/// The folder with this use: as the server marks it (RFC 6154), the one with the usual name where it
/// marks several; else, among those without a mark, the one with the most usual name.
#[must_use]
pub fn resolve(folders: &[Folder], place: Place) -> Option<FolderName> {
    let usual = usual_names::of(place);
    let selectable = || folders.iter().filter(|folder| folder.selectable);
    selectable()
        .filter(|folder| folder.special_use == Some(place))
        .min_by_key(|folder| rank(folder, usual).unwrap_or(usize::MAX))
        .or_else(|| {
            selectable()
                .filter(|folder| folder.special_use.is_none())
                .filter_map(|folder| Some((rank(folder, usual)?, folder)))
                .min_by_key(|(rank, _)| *rank)
                .map(|(_, folder)| folder)
        })
        .map(|folder| folder.name.clone())
}

/// Where the folder stands among the usual names: only at the top, below INBOX or below `[Gmail]`,
/// because `Projects/Sent` is something else.
fn rank(folder: &Folder, usual: &[&str]) -> Option<usize> {
    let name = folder.name.as_str();
    let prefixes = ["inbox", "[gmail]", "[google mail]"];
    let name = match folder.delimiter.and_then(|d| name.split_once(d)) {
        Some((top, rest)) if prefixes.contains(&top.to_lowercase().as_str()) => rest,
        _ => name,
    }
    .to_lowercase();
    usual.iter().position(|usual| usual.to_lowercase() == name)
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
