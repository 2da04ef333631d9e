//! A selected folder as one client knows it: message numbers change only when it is told.

use crate::demo::store::{Account, Folder, Mail};
use imap_codec::imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};
use std::fmt::Write;

/// One message as the client last heard of it.
#[derive(Clone, Copy, Debug)]
struct Known {
    uid: u32,
    modseq: u64,
}

/// The folder that a client has selected.
#[derive(Debug)]
pub struct View {
    pub folder: String,
    pub read_only: bool,
    uid_validity: u32,
    known: Vec<Known>,
}

impl View {
    #[must_use]
    pub fn new(name: &str, folder: &Folder, read_only: bool) -> Self {
        Self {
            folder: name.to_owned(),
            read_only,
            uid_validity: folder.uid_validity,
            known: folder.mails.iter().map(Known::from).collect(),
        }
    }

    /// The folder, as long as it is the one that was selected and not a namesake.
    #[must_use]
    pub fn folder<'a>(&self, account: &'a Account) -> Option<&'a Folder> {
        account
            .folder(&self.folder)
            .filter(|f| f.uid_validity == self.uid_validity)
    }

    /// What the client has to hear (RFC 3501 §7.3, §7.4): messages that are gone, where the
    /// command at hand allows it, then new flags, then new messages.
    pub fn news(&mut self, account: &Account, may_expunge: bool, modseq: bool) -> String {
        let mut lines = String::new();
        let none = Vec::new();
        let mails = self.folder(account).map_or(&none, |f| &f.mails);
        let stands = |uid: u32| mails.binary_search_by_key(&uid, |m| m.uid);
        if may_expunge {
            // From the end, so that no number named here is moved by another one.
            for at in (0..self.known.len()).rev() {
                if self.known.get(at).is_some_and(|k| stands(k.uid).is_err()) {
                    self.known.remove(at);
                    let _ = write!(lines, "* {} EXPUNGE\r\n", at + 1);
                }
            }
        }
        for (at, known) in self.known.iter_mut().enumerate() {
            let Some(mail) = stands(known.uid).ok().and_then(|i| mails.get(i)) else {
                continue;
            };
            if mail.modseq != known.modseq {
                known.modseq = mail.modseq;
                let _ = write!(lines, "{}", flags_line(at + 1, mail, true, modseq));
            }
        }
        let last = self.known.last().map_or(0, |k| k.uid);
        let new: Vec<_> = mails.iter().filter(|m| m.uid > last).collect();
        if !new.is_empty() {
            self.known.extend(new.into_iter().map(Known::from));
            let _ = write!(lines, "* {} EXISTS\r\n", self.known.len());
        }
        lines
    }

    /// The client has been told of this message's flags in another way.
    pub fn told(&mut self, mail: &Mail) {
        if let Ok(at) = self.known.binary_search_by_key(&mail.uid, |k| k.uid)
            && let Some(known) = self.known.get_mut(at)
        {
            known.modseq = mail.modseq;
        }
    }

    /// Message number and UID of those in the set, ascending. What is gone is passed over.
    #[must_use]
    pub fn resolve(&self, set: &SequenceSet, by_uid: bool) -> Vec<(u32, u32)> {
        let largest = if by_uid {
            self.known.last().map_or(0, |k| k.uid)
        } else {
            u32::try_from(self.known.len()).unwrap_or(u32::MAX)
        };
        self.numbered()
            .filter(|(number, uid)| contains(set, if by_uid { *uid } else { *number }, largest))
            .collect()
    }

    /// Message number and UID of all.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (1u32..).zip(self.known.iter().map(|k| k.uid))
    }

    #[must_use]
    pub fn largest_uid(&self) -> u32 {
        self.known.last().map_or(0, |k| k.uid)
    }

    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.known.len()).unwrap_or(u32::MAX)
    }
}

impl From<&Mail> for Known {
    fn from(mail: &Mail) -> Self {
        Self {
            uid: mail.uid,
            modseq: mail.modseq,
        }
    }
}

/// Whether a set holds a number, `*` being the largest there is. Ranges run either way.
#[must_use]
pub fn contains(set: &SequenceSet, number: u32, largest: u32) -> bool {
    let value = |n: &SeqOrUid| match n {
        SeqOrUid::Value(n) => n.get(),
        SeqOrUid::Asterisk => largest,
    };
    set.0.as_ref().iter().any(|s| match s {
        Sequence::Single(n) => value(n) == number,
        Sequence::Range(a, b) => {
            let (a, b) = (value(a), value(b));
            (a.min(b)..=a.max(b)).contains(&number)
        }
    })
}

/// `* 3 FETCH (UID 7 FLAGS (\Seen))`
#[must_use]
pub fn flags_line(number: usize, mail: &Mail, uid: bool, modseq: bool) -> String {
    let mut items = Vec::new();
    if uid {
        items.push(format!("UID {}", mail.uid));
    }
    items.push(format!("FLAGS ({})", flag_list(mail)));
    if modseq {
        items.push(format!("MODSEQ ({})", mail.modseq));
    }
    format!("* {number} FETCH ({})\r\n", items.join(" "))
}

/// The flags, with blanks between.
#[must_use]
pub fn flag_list(mail: &Mail) -> String {
    let flags: Vec<&str> = mail.flags.iter().map(String::as_str).collect();
    flags.join(" ")
}
