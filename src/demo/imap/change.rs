//! APPEND, STORE, COPY, MOVE and EXPUNGE.

use super::folders::name_of;
use super::line::number_set;
use super::session::{Answer, Session};
use super::view::{contains, flags_line};
use imap_codec::imap_types::command::StoreModifier;
use imap_codec::imap_types::datetime::DateTime;
use imap_codec::imap_types::extensions::binary::LiteralOrLiteral8;
use imap_codec::imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::sequence::SequenceSet;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Flags as they are kept; `\Recent` is the server's own and no client's to set.
fn kept(flags: &[Flag<'_>]) -> BTreeSet<String> {
    flags
        .iter()
        .map(ToString::to_string)
        .filter(|f| !f.eq_ignore_ascii_case("\\Recent"))
        .collect()
}

impl Session {
    pub(super) fn append(
        &mut self,
        mailbox: &Mailbox<'_>,
        flags: &[Flag<'_>],
        date: Option<DateTime>,
        message: LiteralOrLiteral8<'_>,
    ) -> Answer {
        let (Some(who), Some(name)) = (&self.who, name_of(mailbox)) else {
            return Answer::no("[TRYCREATE] no such folder");
        };
        let bytes: Arc<[u8]> = match &message {
            LiteralOrLiteral8::Literal(literal) => literal.data().into(),
            LiteralOrLiteral8::Literal8(_) => return Answer::bad("BINARY is not offered"),
        };
        let date = date.map_or_else(|| chrono::Utc::now().into(), |d| *d.as_ref());
        let done = self.store.change(who, |account| {
            let folder = account.folder_mut(&name)?;
            Some((folder.uid_validity, folder.add(bytes, kept(flags), date)))
        });
        match done.flatten() {
            Some((validity, uid)) => Answer::Ok(format!("[APPENDUID {validity} {uid}] taken")),
            None => Answer::no("[TRYCREATE] no such folder"),
        }
    }

    pub(super) fn store_flags(
        &mut self,
        set: &SequenceSet,
        kind: StoreType,
        response: StoreResponse,
        flags: &[Flag<'_>],
        uid: bool,
        modifiers: &[StoreModifier],
    ) -> Answer {
        let (Some(who), Some(view)) = (&self.who, &mut self.view) else {
            return Answer::bad("select a folder first");
        };
        if view.read_only {
            return Answer::no("[READ-ONLY] the folder is open for looking only");
        }
        let unchanged_since = modifiers
            .iter()
            .map(|StoreModifier::UnchangedSince(modseq)| *modseq)
            .min();
        self.condstore |= unchanged_since.is_some();
        let modseq = self.condstore;
        let wanted = kept(flags);
        let chosen = view.resolve(set, uid);
        let mut lines = String::new();
        let mut refused = Vec::new();
        self.store.change(who, |account| {
            let Some(folder) = view.folder(account) else {
                return;
            };
            let uids: Vec<_> = chosen
                .into_iter()
                .filter(|(_, id)| folder.mail(*id).is_some())
                .collect();
            let Some(folder) = account.folder_mut(&view.folder) else {
                return;
            };
            for (number, id) in uids {
                let Some(mail) = folder.mail(id) else {
                    continue;
                };
                if unchanged_since.is_some_and(|since| mail.modseq > since) {
                    refused.push(if uid { id } else { number });
                    continue;
                }
                let mut now = mail.flags.clone();
                match kind {
                    StoreType::Replace => now.clone_from(&wanted),
                    StoreType::Add => now.extend(wanted.iter().cloned()),
                    StoreType::Remove => {
                        now.retain(|f| !wanted.iter().any(|w| w.eq_ignore_ascii_case(f)));
                    }
                }
                folder.set_flags(id, now);
                let Some(mail) = folder.mail(id) else {
                    continue;
                };
                view.told(mail);
                if response == StoreResponse::Answer {
                    lines.push_str(&flags_line(number as usize, mail, uid, modseq));
                } else if modseq {
                    // RFC 7162 §3.1.3: the new MODSEQ is told even so.
                    lines.push_str(&format!(
                        "* {number} FETCH (UID {id} MODSEQ ({}))\r\n",
                        mail.modseq
                    ));
                }
            }
        });
        self.out.extend_from_slice(lines.as_bytes());
        if refused.is_empty() {
            Answer::ok("stored")
        } else {
            Answer::Ok(format!("[MODIFIED {}] not all", number_set(&refused)))
        }
    }

    /// COPY, and MOVE (RFC 6851), which names the new UIDs before the old ones go.
    pub(super) fn copy(
        &mut self,
        set: &SequenceSet,
        mailbox: &Mailbox<'_>,
        uid: bool,
        take: bool,
    ) -> Answer {
        let (Some(who), Some(view)) = (&self.who, &mut self.view) else {
            return Answer::bad("select a folder first");
        };
        if take && view.read_only {
            return Answer::no("[READ-ONLY] the folder is open for looking only");
        }
        let Some(target) = name_of(mailbox) else {
            return Answer::no("[CANNOT] that is no folder name");
        };
        let chosen = view.resolve(set, uid);
        let done = self.store.change(who, |account| {
            let validity = account.folder(&target)?.uid_validity;
            let source = view.folder(account)?;
            let mails: Vec<_> = chosen
                .iter()
                .filter_map(|(_, id)| source.mail(*id).cloned())
                .collect();
            let (mut old, mut new) = (Vec::new(), Vec::new());
            for mail in mails {
                if take {
                    account.folder_mut(&view.folder)?.take(mail.uid);
                }
                old.push(mail.uid);
                let target = account.folder_mut(&target)?;
                new.push(target.add(mail.bytes, mail.flags, mail.date));
            }
            Some((validity, number_set(&old), number_set(&new)))
        });
        let Some((validity, old, new)) = done.flatten() else {
            return Answer::no("[TRYCREATE] no such folder");
        };
        if old.is_empty() {
            return Answer::ok("nothing to do");
        }
        let code = format!("[COPYUID {validity} {old} {new}]");
        if take {
            self.say(&format!("* OK {code} moved"));
            Answer::ok("moved")
        } else {
            Answer::Ok(format!("{code} copied"))
        }
    }

    /// Takes away what is marked as deleted; with `only`, just those UIDs (RFC 4315 §2.1). The
    /// client hears of it with the news that follow.
    pub(super) fn expunge(&mut self, only: Option<&SequenceSet>) -> Answer {
        let (Some(who), Some(view)) = (&self.who, &self.view) else {
            return Answer::bad("select a folder first");
        };
        if view.read_only {
            return Answer::no("[READ-ONLY] the folder is open for looking only");
        }
        let largest = view.largest_uid();
        self.store.change(who, |account| {
            let gone: Vec<u32> = view
                .folder(account)
                .map(|f| &f.mails[..])
                .unwrap_or_default()
                .iter()
                .filter(|m| m.has("\\Deleted"))
                .map(|m| m.uid)
                .filter(|id| only.is_none_or(|set| contains(set, *id, largest)))
                .collect();
            if let Some(folder) = account.folder_mut(&view.folder) {
                for id in gone {
                    folder.take(id);
                }
            }
        });
        Answer::ok("expunged")
    }
}
