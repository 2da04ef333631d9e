//! What askfirst remembers in the mailbox itself: one small message for each open introduction, and
//! one with the standing consents and refusals, in `Askfirst/Memory`.
//!
//! A record's Message-ID names what it is about and a digest of its content, so that the same record is
//! the same message however often it is put there, and a survey without bodies shows what is new.
//! A record can keep an ask from being repeated. It never counts as consent: it holds no answer, and
//! whoever reads it back asks the answers themselves again (PRODUCT “Memory”).

use super::{Identity, Places, find, select_if_there, survey};
use crate::Timestamp;
use crate::consent::Standing;
use crate::introduction::{Id, Introduction, Reason, Release, State};
use crate::ledger::{About, Note};
use crate::letter::MARK;
use crate::mail::{Address, Message, MessageId};
use crate::port::{Flags, FolderName, Mailbox, MailboxError, Uid};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The largest record that is read, in octets; ours have a few thousand.
const LARGEST: u64 = 256 * 1024;
/// Stands above the record itself.
const RULE: &str = "-----askfirst memory 1-----";
/// What a person reads who opens one.
const WORDS: &str = "This is a note of askfirst to itself. It lets askfirst find again what waits, should this computer\r\n\
    lose its memory or another one take over. Please leave it here; it goes by itself.\r\n";

/// What one record says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// Without answers, history and texts; `leaving`: it may be on its way to its recipients.
    Introduction {
        introduction: Box<Introduction>,
        #[serde(default)]
        leaving: bool,
    },
    Standings(Vec<Standing>),
}

impl Record {
    /// What is remembered of this introduction.
    #[must_use]
    pub fn of(introduction: &Introduction) -> Self {
        let mut kept = introduction.clone();
        let leaving = kept.release.is_some();
        if leaving {
            kept.state = State::Releasing;
        }
        kept.reason = kept.stuck;
        kept.updated = kept.created;
        kept.release = None;
        kept.by_hand = false;
        kept.text = String::new();
        kept.history = Vec::new();
        kept.late = Vec::new();
        for party in &mut kept.parties {
            party.evidence = Vec::new();
            party.answer = None;
            party.answered_at = None;
            party.answer_id = None;
            party.trouble = None;
            party.until = None;
            party.away = false;
            party.heard = Vec::new();
            if let Some(asked) = &mut party.asked {
                // Both stand in Sent.
                asked.text = String::new();
                asked.subject = String::new();
            }
        }
        Self::Introduction {
            introduction: Box::new(kept),
            leaving,
        }
    }

    #[must_use]
    pub fn about(&self) -> About {
        match self {
            Self::Introduction { introduction, .. } => About::Introduction(introduction.id.clone()),
            Self::Standings(_) => About::Standings,
        }
    }

    /// The message that holds it, at the account's own domain.
    #[must_use]
    pub fn note(&self, own: &Address, at: Timestamp) -> Note {
        let json = serde_json::to_string(self).unwrap_or_default();
        let message_id = id_of(&self.about(), &json, own.domain());
        let mut bytes = format!(
            "Date: {}\r\nFrom: askfirst <{own}>\r\nTo: <{own}>\r\nSubject: A note of askfirst to itself\r\n\
             Message-ID: {message_id}\r\n{MARK}: memory\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n{WORDS}\r\n{RULE}\r\n",
            at.to_rfc2822(),
        );
        let coded = STANDARD.encode(&json);
        let mut rest = coded.as_str();
        while !rest.is_empty() {
            let (line, more) = rest.split_at(rest.len().min(76));
            let _ = write!(bytes, "{line}\r\n");
            rest = more;
        }
        Note { message_id, bytes }
    }

    /// Reads a message of `Askfirst/Memory` back. `None` for anything that is not whole and ours: its
    /// Message-ID must name exactly this content.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() as u64 > LARGEST {
            return None;
        }
        let id = super::message_id_of(bytes)?;
        let text = std::str::from_utf8(bytes).ok()?;
        let (_, coded) = text.split_once(RULE)?;
        // Servers that store a rendering of their own break lines elsewhere.
        let coded: String = coded.split_whitespace().collect();
        let json = String::from_utf8(STANDARD.decode(coded).ok()?).ok()?;
        let record: Self = serde_json::from_str(&json).ok()?;
        let (_, domain) = id.as_str().rsplit_once('@')?;
        (id == id_of(&record.about(), &json, domain)).then_some(record)
    }
}

/// `memory.abcdefgh.<digest>@…`
fn id_of(about: &About, json: &str, domain: &str) -> MessageId {
    let name = match about {
        About::Introduction(id) => id.0.as_str(),
        About::Standings => "standings",
    };
    let digest = Sha256::digest(json.as_bytes());
    let hex: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
    MessageId::new(&format!("memory.{name}.{hex}@{domain}"))
        .or_else(|| MessageId::new(&format!("memory.{name}.{hex}@memory.invalid")))
        .unwrap_or_else(|| unreachable!("an id of base32 characters has no spaces"))
}

/// What a record with this Message-ID is about; `None` for any other message.
#[must_use]
pub fn about(id: &MessageId) -> Option<About> {
    let (name, _) = id
        .as_str()
        .strip_prefix("memory.")?
        .split_once('@')?
        .0
        .split_once('.')?;
    if name == "standings" {
        return Some(About::Standings);
    }
    let is_id = name.len() == 8
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
    is_id.then(|| About::Introduction(Id(name.to_owned())))
}

/// Makes this note, or none, all that Memory says about it: the new one stands before older ones go.
///
/// # Errors
/// As the mailbox.
pub fn remember(
    mb: &mut dyn Mailbox,
    folder: &FolderName,
    of: &About,
    note: Option<&Note>,
) -> Result<(), MailboxError> {
    if let Some(note) = note {
        let seen = Flags {
            seen: true,
            ..Flags::default()
        };
        // Not the deed that files letters: a record that somebody has marked as deleted is wanted again.
        let items = survey(mb, folder)?.items;
        let stands =
            |i: &super::Item| !i.flags.deleted && i.message_id.as_ref() == Some(&note.message_id);
        if !items.iter().any(stands) {
            super::transfer::with_folder(mb, folder, |mb| {
                mb.append(folder, note.bytes.as_bytes(), &seen, None)
            })?;
        }
    }
    let keep = note.map(|n| &n.message_id);
    let items = survey(mb, folder)?.items;
    let mut kept = false;
    for item in items.iter().rev().filter(|i| !i.flags.deleted) {
        let Some(id) = item
            .message_id
            .as_ref()
            .filter(|id| about(id).as_ref() == Some(of))
        else {
            continue;
        };
        if Some(id) == keep && !kept {
            kept = true;
            continue;
        }
        take_away(mb, item.uid, id)?;
    }
    if keep.is_some() && !kept {
        return Err(super::transfer::refused(
            "it said OK, and the note is not there",
        ));
    }
    Ok(())
}

/// A message of our own in the selected folder goes, if it is still the one that bears this id.
pub(super) fn take_away(
    mb: &mut dyn Mailbox,
    uid: Uid,
    id: &MessageId,
) -> Result<(), MailboxError> {
    let Some(fetched) = mb.fetch(uid)? else {
        return Ok(());
    };
    if super::message_id_of(&fetched.bytes).as_ref() != Some(id) {
        return Ok(());
    }
    super::transfer::clear(mb, uid, &fetched.flags)
}

/// What was found about one record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recalled {
    /// `None` when the message is gone, or no record of ours.
    pub record: Option<Record>,
    /// The held message as it lies in one of our folders, if it is the one that the record names.
    pub held: Option<Vec<u8>>,
    /// Its asks and reminders as they stand in Sent.
    pub asks: Vec<Vec<u8>>,
    /// It stands in Sent: it has left.
    pub has_left: bool,
}

/// Reads a record and everything that the mailbox knows about what it names. Touches nothing.
///
/// # Errors
/// As the mailbox.
pub fn recall(
    mb: &mut dyn Mailbox,
    places: &Places,
    note: &MessageId,
) -> Result<Recalled, MailboxError> {
    let mut recalled = Recalled::default();
    let items = survey(mb, &places.memory)?.items;
    let newest = items
        .iter()
        .rev()
        .find(|i| !i.flags.deleted && i.size <= LARGEST && i.message_id.as_ref() == Some(note));
    let Some(fetched) = newest.map(|i| mb.fetch(i.uid)).transpose()?.flatten() else {
        return Ok(recalled);
    };
    recalled.record = Record::read(&fetched.bytes);
    let Some(Record::Introduction { introduction, .. }) = &recalled.record else {
        return Ok(recalled);
    };
    let introduction = introduction.clone();
    let sent: Vec<FolderName> = places.sent.iter().cloned().collect();
    let stands = find(mb, &sent, &introduction.message_id)?;
    recalled.has_left = stands.iter().any(|(_, _, flags)| !flags.deleted);
    let asked = introduction.parties.iter().filter_map(|p| p.asked.as_ref());
    for id in asked.flat_map(|a| std::iter::once(&a.message_id).chain(&a.reminder)) {
        for (folder, uid, _) in find(mb, &sent, id)? {
            mb.select(&folder)?;
            if let Some(fetched) = mb.fetch(uid)? {
                recalled.asks.push(fetched.bytes);
                break;
            }
        }
    }
    let own_id = (!introduction.message_id_is_ours).then(|| introduction.message_id.clone());
    let identity = Identity::known(own_id, introduction.digest.clone(), introduction.size);
    for folder in [
        &places.held,
        &places.send_now,
        &places.ask,
        &places.give_back,
        &places.closed,
    ] {
        if select_if_there(mb, folder)?.is_none() {
            continue;
        }
        for copy in super::transfer::copies(mb, &identity)? {
            if copy.stands()
                && let Some(fetched) = mb.fetch(copy.uid)?
            {
                recalled.held = Some(fetched.bytes);
                return Ok(recalled);
            }
        }
    }
    Ok(recalled)
}

/// The introduction that a record names, as far as the mailbox bears it out: never further along than
/// it truly is. Consent is not in it; what must be asked or looked at by the introducer is.
///
/// `None` when there is nothing to wait for: no held message of that kind stands in our folders, and it
/// has not left either.
#[must_use]
pub fn rebuilt(recalled: &Recalled, at: Timestamp) -> Option<Introduction> {
    let Some(Record::Introduction {
        introduction,
        leaving,
    }) = &recalled.record
    else {
        return None;
    };
    let mut back = (**introduction).clone();
    back.updated = at;
    back.by_hand = false;
    back.release = None;
    let asks: Vec<Message> = recalled
        .asks
        .iter()
        .map(|b| crate::mail::parse(b))
        .collect();
    for party in &mut back.parties {
        // A record never speaks for anybody.
        (party.answer, party.answered_at, party.answer_id) = (None, None, None);
        party.heard = Vec::new();
        party.trouble = None;
        let Some(asked) = &mut party.asked else {
            continue;
        };
        party.ask_decided = true;
        let is_ask = |m: &&Message| {
            m.message_id.as_ref() == Some(&asked.message_id)
                && m.value(MARK) == Some("ask")
                && m.to.iter().any(|p| p.address == party.address)
        };
        match asks.iter().find(is_ask) {
            Some(ask) => {
                asked.subject.clone_from(&ask.subject);
                asked.text.clone_from(&ask.text);
                asked.sent = asked.sent.or(Some(asked.decided));
            }
            None => {
                // Decided, perhaps sent, and no sign of it: nobody is asked twice, and only the
                // introducer can say what came of it.
                asked.sent = None;
                party.trouble = Some(Reason::InDoubt);
            }
        }
        let reminded = |id: &MessageId| asks.iter().any(|m| m.message_id.as_ref() == Some(id));
        party.reminder_decided |= asked.reminder.as_ref().is_some_and(reminded);
    }
    if recalled.has_left {
        back.state = State::Releasing;
        back.release = Some(Release::HandedOver);
        return Some(back);
    }
    let held = recalled.held.as_ref()?;
    let identity = Identity::of(held);
    // Another only where the server keeps a rendering of its own (Exchange): what stands there is what there is.
    (back.digest, back.size) = (identity.digest, identity.size);
    if *leaving {
        back.stuck = Some(Reason::InDoubt);
    }
    let trouble = back
        .stuck
        .or_else(|| back.parties.iter().find_map(|p| p.trouble));
    let asked = back.parties.iter().any(|p| p.ask_decided);
    back.reason = trouble;
    back.state = match trouble {
        Some(_) => State::Attention,
        None if asked => State::Asking,
        None => State::Held,
    };
    if back.state == State::Held && !back.confirmed {
        back.reason = Some(Reason::Unconfirmed);
    }
    Some(back)
}
