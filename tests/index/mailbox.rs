//! A mailbox in memory, as far as surveying needs one: folders, numbers, and a wire that can break.

use askfirst::mail::{Address, MessageId};
use askfirst::port::{
    Capabilities, Fetched, Flags, Folder, FolderName, FolderStatus, Mailbox, MailboxError, Place,
    Selected, Summary, Uid, UidValidity,
};
use std::collections::BTreeMap;

/// One folder's numbering and messages.
#[derive(Clone, Default)]
pub struct Box {
    pub uid_validity: u32,
    pub uid_next: u32,
    pub messages: Vec<Summary>,
    /// SELECT and STATUS are refused.
    pub closed: bool,
}

#[derive(Default)]
pub struct Memory {
    pub boxes: BTreeMap<FolderName, Box>,
    pub chunk: usize,
    /// Chunks that still come through before the connection breaks.
    pub wire: Option<usize>,
    /// Messages handed out.
    pub fetched: usize,
    /// Does not say UIDNEXT (mail.163.com).
    pub hides_uid_next: bool,
    open: Option<FolderName>,
}

impl Memory {
    pub fn new() -> Self {
        Self {
            chunk: 7,
            ..Self::default()
        }
    }

    pub fn append(&mut self, name: &str, header: &str) -> Uid {
        let folder = FolderName::new(name).expect("a folder name");
        let place = self.boxes.entry(folder).or_insert(Box {
            uid_validity: 1,
            uid_next: 1,
            ..Box::default()
        });
        let uid = place.uid_next;
        place.uid_next += 1;
        place.messages.push(crate::summary(uid, header));
        Uid(uid)
    }

    fn at(&self, folder: &FolderName) -> Result<&Box, MailboxError> {
        let refused = || MailboxError::Refused {
            code: None,
            text: "no such folder".to_owned(),
        };
        self.boxes
            .get(folder)
            .filter(|b| !b.closed)
            .ok_or_else(refused)
    }
}

impl Mailbox for Memory {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }
    fn folders(&mut self) -> Result<Vec<Folder>, MailboxError> {
        let use_of = |name: &str| match name {
            "Drafts" => Some(Place::Drafts),
            "Sent" => Some(Place::Sent),
            "Trash" => Some(Place::Trash),
            "Junk" => Some(Place::Junk),
            "All Mail" => Some(Place::All),
            _ => None,
        };
        let folder = |name: &FolderName| Folder {
            name: name.clone(),
            delimiter: Some('/'),
            selectable: true,
            special_use: use_of(name.as_str()),
        };
        Ok(self.boxes.keys().map(folder).collect())
    }
    fn select(&mut self, folder: &FolderName) -> Result<Selected, MailboxError> {
        let place = self.at(folder)?;
        let selected = Selected {
            uid_validity: UidValidity(place.uid_validity),
            uid_next: (!self.hides_uid_next).then_some(Uid(place.uid_next)),
            exists: u32::try_from(place.messages.len()).expect("few"),
            highest_modseq: None,
        };
        self.open = Some(folder.clone());
        Ok(selected)
    }
    fn status(&mut self, folder: &FolderName) -> Result<FolderStatus, MailboxError> {
        let place = self.at(folder)?;
        Ok(FolderStatus {
            messages: u32::try_from(place.messages.len()).expect("few"),
            uid_next: (!self.hides_uid_next).then_some(place.uid_next),
            uid_validity: Some(place.uid_validity),
            highest_modseq: None,
        })
    }
    fn summaries(
        &mut self,
        from: Uid,
        to: Option<Uid>,
        fields: &[&str],
        each: &mut dyn FnMut(Vec<Summary>) -> bool,
    ) -> Result<(), MailboxError> {
        assert!(fields.contains(&"References"));
        let folder = self.open.clone().expect("a selected folder");
        let all = &self.boxes[&folder].messages;
        // As servers do: `n:*` gives the last message whatever its number.
        let last = all.last().map(|s| s.uid);
        let wanted: Vec<Summary> = all
            .iter()
            .filter(|s| {
                s.uid >= from && to.is_none_or(|t| s.uid <= t)
                    || Some(s.uid) == last && to.is_none()
            })
            .cloned()
            .collect();
        for chunk in wanted.chunks(self.chunk) {
            match &mut self.wire {
                Some(0) => return Err(MailboxError::Lost("cut".to_owned())),
                Some(left) => *left -= 1,
                None => {}
            }
            self.fetched += chunk.len();
            if !each(chunk.to_vec()) {
                return Ok(());
            }
        }
        Ok(())
    }
    fn own_folder(&mut self, name: &str) -> Result<FolderName, MailboxError> {
        FolderName::new(name).map_err(MailboxError::Lost)
    }
    fn create(&mut self, folder: &FolderName) -> Result<(), MailboxError> {
        let empty = Box {
            uid_validity: 1,
            uid_next: 1,
            ..Box::default()
        };
        self.boxes.insert(folder.clone(), empty);
        Ok(())
    }
    fn fetch(&mut self, _: Uid) -> Result<Option<Fetched>, MailboxError> {
        panic!("surveying reads no bodies")
    }
    fn with_message_id(&mut self, _: &MessageId) -> Result<Vec<Uid>, MailboxError> {
        panic!("surveying searches nothing")
    }
    fn from_since(&mut self, _: &Address, _: chrono::NaiveDate) -> Result<Vec<Uid>, MailboxError> {
        panic!("surveying searches nothing")
    }
    fn append(
        &mut self,
        _: &FolderName,
        _: &[u8],
        _: &Flags,
        _: Option<askfirst::Timestamp>,
    ) -> Result<Option<Uid>, MailboxError> {
        panic!("surveying only reads")
    }
    fn copy(&mut self, _: Uid, _: &FolderName) -> Result<Option<Uid>, MailboxError> {
        panic!("surveying only reads")
    }
    fn r#move(&mut self, _: Uid, _: &FolderName) -> Result<Option<Uid>, MailboxError> {
        panic!("surveying only reads")
    }
    fn store(&mut self, _: Uid, _: &Flags, _: &Flags) -> Result<(), MailboxError> {
        panic!("surveying only reads")
    }
    fn expunge(&mut self, _: Uid) -> Result<(), MailboxError> {
        panic!("surveying only reads")
    }
    fn noop(&mut self) -> Result<(), MailboxError> {
        Ok(())
    }
}
