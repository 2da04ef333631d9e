//! SELECT, STATUS, and the making and moving of folders.

use super::line;
use super::session::{Answer, Session};
use super::view::View;
use crate::demo::store::{DELIMITER, Folder, folder_key};
use imap_codec::imap_types::extensions::enable::CapabilityEnable;
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::status::StatusDataItemName;
use std::collections::BTreeSet;

/// The folder's name as a client wrote it; `None` for one that cannot be a name.
pub fn name_of(mailbox: &Mailbox<'_>) -> Option<String> {
    let name = match mailbox {
        Mailbox::Inbox => "INBOX",
        Mailbox::Other(other) => std::str::from_utf8(other.as_ref()).ok()?,
    };
    // RFC 3501 §5.1.3: names are modified UTF-7, so ASCII on the wire.
    let name = name.strip_suffix(DELIMITER).unwrap_or(name);
    let good = !name.is_empty()
        && name.len() <= 500
        && name.bytes().all(|b| (0x20..0x7f).contains(&b))
        && name.split(DELIMITER).all(|part| !part.is_empty());
    good.then(|| name.to_owned())
}

impl Session {
    pub(super) fn enable(&mut self, wanted: &[CapabilityEnable<'_>]) -> Answer {
        let condstore = wanted
            .iter()
            .any(|c| matches!(c, CapabilityEnable::CondStore));
        self.condstore |= condstore;
        self.say(if condstore {
            "* ENABLED CONDSTORE"
        } else {
            "* ENABLED"
        });
        Answer::ok("enabled")
    }

    pub(super) fn select(
        &mut self,
        mailbox: &Mailbox<'_>,
        condstore: bool,
        read_only: bool,
    ) -> Answer {
        // Whatever comes of it, the old folder is no longer selected (RFC 3501 §6.3.1).
        self.view = None;
        self.condstore |= condstore;
        let (Some(who), Some(name)) = (&self.who, name_of(mailbox)) else {
            return Answer::no("[NONEXISTENT] no such folder");
        };
        let seen = self
            .store
            .read(who, |account| {
                let folder = account.folder(&name)?;
                let view = View::new(&name, folder, read_only);
                let mut keywords: BTreeSet<&str> = BTreeSet::new();
                keywords.extend(["\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"]);
                for mail in &folder.mails {
                    keywords.extend(mail.flags.iter().map(String::as_str));
                }
                let keywords: Vec<&str> = keywords.into_iter().collect();
                let keywords = keywords.join(" ");
                let permanent = if read_only {
                    String::new()
                } else {
                    format!("{keywords} \\*")
                };
                let mut lines = vec![
                    format!("* FLAGS ({keywords})"),
                    format!("* OK [PERMANENTFLAGS ({permanent})] kept"),
                    format!("* {} EXISTS", folder.mails.len()),
                    "* 0 RECENT".to_owned(),
                    format!("* OK [UIDVALIDITY {}] valid", folder.uid_validity),
                    format!("* OK [UIDNEXT {}] comes next", folder.uid_next),
                    format!("* OK [HIGHESTMODSEQ {}] highest", folder.highest_modseq),
                ];
                if let Some(at) = folder.mails.iter().position(|m| !m.has("\\Seen")) {
                    lines.insert(4, format!("* OK [UNSEEN {}] first unseen", at + 1));
                }
                Some((view, lines))
            })
            .flatten();
        let Some((view, lines)) = seen else {
            return Answer::no("[NONEXISTENT] no such folder");
        };
        for line in lines {
            self.say(&line);
        }
        self.view = Some(view);
        Answer::ok(if read_only {
            "[READ-ONLY] to be looked at"
        } else {
            "[READ-WRITE] selected"
        })
    }

    /// CLOSE takes away what is marked as deleted and tells nobody; UNSELECT only leaves.
    pub(super) fn close(&mut self, expunge: bool) -> Answer {
        if expunge && self.view.as_ref().is_some_and(|v| !v.read_only) {
            self.expunge(None);
        }
        self.view = None;
        Answer::ok("closed")
    }

    pub(super) fn status(&mut self, mailbox: &Mailbox<'_>, items: &[StatusDataItemName]) -> Answer {
        let (Some(who), Some(name)) = (&self.who, name_of(mailbox)) else {
            return Answer::no("[NONEXISTENT] no such folder");
        };
        let line = self
            .store
            .read(who, |a| {
                a.folder(&name).map(|f| status_line(&name, f, items))
            })
            .flatten();
        match line {
            Some(line) => {
                self.condstore |= items.contains(&StatusDataItemName::HighestModSeq);
                self.say(&line);
                Answer::ok("status done")
            }
            None => Answer::no("[NONEXISTENT] no such folder"),
        }
    }

    pub(super) fn create(&mut self, mailbox: &Mailbox<'_>) -> Answer {
        match (&self.who, name_of(mailbox)) {
            (Some(who), Some(name)) if self.store.create(who, &name) => Answer::ok("created"),
            (Some(_), Some(_)) => Answer::no("[ALREADYEXISTS] that folder is there already"),
            _ => Answer::no("[CANNOT] that is no folder name"),
        }
    }

    pub(super) fn delete(&mut self, mailbox: &Mailbox<'_>) -> Answer {
        let (Some(who), Some(name)) = (&self.who, name_of(mailbox)) else {
            return Answer::no("[NONEXISTENT] no such folder");
        };
        if folder_key(&name) == "INBOX" {
            return Answer::no("[CANNOT] the inbox stays");
        }
        let gone = self.store.change(who, |a| a.folders.remove(&name));
        match gone.flatten() {
            Some(_) => Answer::ok("deleted"),
            None => Answer::no("[NONEXISTENT] no such folder"),
        }
    }

    pub(super) fn rename(&mut self, from: &Mailbox<'_>, to: &Mailbox<'_>) -> Answer {
        let (Some(who), Some(from), Some(to)) = (&self.who, name_of(from), name_of(to)) else {
            return Answer::no("[CANNOT] that is no folder name");
        };
        if folder_key(&from) == "INBOX" {
            return Answer::no("[CANNOT] the inbox stays");
        }
        let done = self.store.change(who, |account| {
            if account.folder(&to).is_some() {
                return Err("[ALREADYEXISTS] that folder is there already");
            }
            let under = format!("{from}{DELIMITER}");
            let moved: Vec<String> = account
                .folders
                .keys()
                .filter(|k| **k == from || k.starts_with(&under))
                .cloned()
                .collect();
            if moved.is_empty() {
                return Err("[NONEXISTENT] no such folder");
            }
            for old in moved {
                if let Some(folder) = account.folders.remove(&old) {
                    let rest = old.strip_prefix(&from).unwrap_or_default();
                    account.folders.insert(format!("{to}{rest}"), folder);
                }
            }
            Ok(())
        });
        match done {
            Some(Ok(())) => Answer::ok("renamed"),
            Some(Err(why)) => Answer::no(why),
            None => Answer::no("no such account"),
        }
    }

    pub(super) fn subscribe(&mut self, mailbox: &Mailbox<'_>, wanted: bool) -> Answer {
        let (Some(who), Some(name)) = (&self.who, name_of(mailbox)) else {
            return Answer::no("[NONEXISTENT] no such folder");
        };
        let done = self.store.change(who, |account| {
            account
                .folder_mut(&name)
                .map(|folder| folder.subscribed = wanted)
        });
        match done.flatten() {
            Some(()) => Answer::ok("noted"),
            None => Answer::no("[NONEXISTENT] no such folder"),
        }
    }
}

/// `* STATUS "INBOX" (MESSAGES 3 UIDNEXT 7)`
pub fn status_line(name: &str, folder: &Folder, items: &[StatusDataItemName]) -> String {
    let count = |flag: &str| folder.mails.iter().filter(|m| m.has(flag)).count();
    let items: Vec<String> = items
        .iter()
        .filter_map(|item| {
            Some(match item {
                StatusDataItemName::Messages => format!("MESSAGES {}", folder.mails.len()),
                StatusDataItemName::Recent => "RECENT 0".to_owned(),
                StatusDataItemName::UidNext => format!("UIDNEXT {}", folder.uid_next),
                StatusDataItemName::UidValidity => format!("UIDVALIDITY {}", folder.uid_validity),
                StatusDataItemName::Unseen => {
                    format!("UNSEEN {}", folder.mails.len() - count("\\Seen"))
                }
                StatusDataItemName::Deleted => format!("DELETED {}", count("\\Deleted")),
                StatusDataItemName::HighestModSeq => {
                    format!("HIGHESTMODSEQ {}", folder.highest_modseq)
                }
                _ => return None,
            })
        })
        .collect();
    format!("* STATUS {} ({})", line::string(name), items.join(" "))
}
