//! Which of several machines looks after this mailbox: the one whose claim lies lowest in `Askfirst/Memory`.
//!
//! A claim is a small message. It needs nothing of the server but APPEND, one flag and a look into a folder of
//! ours. UIDs ascend, so two machines that claim at the same moment agree about who was first. Whoever leads
//! shows every [`RENEW`] that it lives by turning a flag of its claim (a new message each time would pile up
//! where folders are labels, or where there is no UIDPLUS). Others watch; after [`GONE`] without a sign, by
//! their own waking time, so that no two clocks are compared, they take the claim away and claim themselves.
//! A leader that finds its claim gone has been replaced while it slept. It looks again before every final
//! dot ([`FRESH`]), and whoever takes over from a silent machine does nothing for longer than that.

use super::memory::take_away;
use super::{Survey, survey};
use crate::Timestamp;
use crate::letter::MARK;
use crate::mail::{Address, MessageId};
use crate::port::{Flags, FolderName, Mailbox, MailboxError, Uid};
use chrono::TimeDelta;

/// A claim counts so long without a sign of life.
pub const GONE: TimeDelta = TimeDelta::minutes(15);
/// Whoever leads gives a sign this often.
pub const RENEW: TimeDelta = TimeDelta::minutes(5);
/// A look at the claims is good for a final dot for so long.
pub const FRESH: TimeDelta = TimeDelta::seconds(10);
/// Whoever follows looks this often whether the leader is still there.
pub const LOOK: TimeDelta = TimeDelta::seconds(10);
/// Longer than this between two looks, and the machine may have slept: what it saw before says nothing.
const BLINK: TimeDelta = TimeDelta::minutes(2);
/// After a silent machine was replaced nothing is done for so long: it may be within its last [`FRESH`].
const SETTLE: TimeDelta = TimeDelta::seconds(15);

/// One machine's part in it, for as long as its process lives.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// Of the state folder.
    instance: String,
    /// Of the machine and the path: there only one process at a time has the lock.
    place: String,
    /// Of the process.
    nonce: String,
    own: Address,
    renewed: Option<Timestamp>,
    /// The other's claim, with its flag, since when it has been seen so, and the latest look.
    watched: Option<(Uid, bool, Timestamp, Timestamp)>,
    /// Leads, but not before then.
    settles: Option<Timestamp>,
    /// Has looked before: what was there of its own kind then is gone.
    begun: bool,
}

/// What a look at the claims showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Leadership {
    pub leads: bool,
    /// When the look began.
    pub at: Timestamp,
    /// What else lies in Memory, lowest UID first.
    pub notes: Vec<MessageId>,
}

/// One claim as it lies there.
#[derive(Clone, Debug)]
struct Lying {
    uid: Uid,
    id: MessageId,
    instance: String,
    place: String,
    nonce: String,
    sign: bool,
}

impl Claimant {
    /// `instance` names the state folder, `place` where it stands, `nonce` the process; all of letters and
    /// digits only.
    #[must_use]
    pub fn new(instance: &str, place: &str, nonce: &str, own: &Address) -> Self {
        Self {
            instance: instance.to_owned(),
            place: place.to_owned(),
            nonce: nonce.to_owned(),
            own: own.clone(),
            renewed: None,
            watched: None,
            settles: None,
            begun: false,
        }
    }

    /// Looks who leads, and claims where nobody does (any more). `at` is now, by a clock that goes on while the
    /// machine sleeps.
    ///
    /// # Errors
    /// As the mailbox; then nothing is known, and nothing may be sent.
    pub fn look(
        &mut self,
        mb: &mut dyn Mailbox,
        folder: &FolderName,
        at: Timestamp,
    ) -> Result<Leadership, MailboxError> {
        let mut seen = survey(mb, folder)?;
        let mut claims = claims(&seen);
        // An earlier process of this state folder, or of one that stood at this very place and is lost.
        let (kin, rest): (Vec<_>, Vec<_>) = claims.into_iter().partition(|c| {
            let kin = c.instance == self.instance || c.place == self.place;
            // Once it works, one of its kind can only be its successor.
            kin && c.nonce != self.nonce && !self.begun
        });
        let mut replaced = false;
        for claim in &kin {
            take_away(mb, claim.uid, &claim.id)?;
            // The lock says that the earlier process of the same folder is gone; of another nothing does.
            replaced |= claim.instance != self.instance;
        }
        claims = rest;
        self.begun = true;
        if !claims.iter().any(|c| self.is_mine(c)) {
            self.renewed = None;
            self.settles = replaced.then_some(at + SETTLE);
            if claims.first().is_some_and(|c| !self.is_gone(c, at)) {
                return Ok(self.result(false, at, &seen));
            }
            for claim in &claims {
                take_away(mb, claim.uid, &claim.id)?;
                self.settles = Some(at + SETTLE);
            }
            self.claim(mb, folder, at)?;
            self.renewed = Some(at);
            seen = survey(mb, folder)?;
            claims = self::claims(&seen);
        }
        let first = claims.first().is_some_and(|c| self.is_mine(c));
        if !first {
            for claim in claims.iter().filter(|c| self.is_mine(c)) {
                take_away(mb, claim.uid, &claim.id)?;
            }
            self.renewed = None;
            self.settles = None;
            return Ok(self.result(false, at, &seen));
        }
        self.watched = None;
        if self
            .renewed
            .is_none_or(|then| at - then >= RENEW || at < then)
            && let Some(claim) = claims.first()
        {
            let sign = Flags {
                answered: true,
                ..Flags::default()
            };
            let (add, remove) = if claim.sign {
                (Flags::default(), sign)
            } else {
                (sign, Flags::default())
            };
            if mb
                .fetch(claim.uid)?
                .is_some_and(|f| super::message_id_of(&f.bytes).as_ref() == Some(&claim.id))
            {
                mb.store(claim.uid, &add, &remove)?;
            }
            self.renewed = Some(at);
        }
        let settled = self.settles.is_none_or(|then| at >= then);
        if settled {
            self.settles = None;
        }
        Ok(self.result(settled, at, &seen))
    }

    /// At a clean end: the next may lead at once.
    ///
    /// # Errors
    /// As the mailbox; the claim then ends by itself.
    pub fn leave(&mut self, mb: &mut dyn Mailbox, folder: &FolderName) -> Result<(), MailboxError> {
        if self.renewed.take().is_some() {
            for claim in claims(&survey(mb, folder)?) {
                if self.is_mine(&claim) {
                    take_away(mb, claim.uid, &claim.id)?;
                }
            }
        }
        Ok(())
    }

    fn is_mine(&self, claim: &Lying) -> bool {
        claim.instance == self.instance && claim.nonce == self.nonce
    }

    /// Whether it has given no sign for [`GONE`] in which this machine was awake and looked.
    fn is_gone(&mut self, claim: &Lying, at: Timestamp) -> bool {
        match &mut self.watched {
            Some((uid, sign, since, last))
                if *uid == claim.uid
                    && *sign == claim.sign
                    && at >= *last
                    && at - *last < BLINK =>
            {
                *last = at;
                at - *since >= GONE
            }
            watched => {
                *watched = Some((claim.uid, claim.sign, at, at));
                false
            }
        }
    }

    fn claim(
        &self,
        mb: &mut dyn Mailbox,
        folder: &FolderName,
        at: Timestamp,
    ) -> Result<(), MailboxError> {
        let (own, domain) = (&self.own, self.own.domain());
        let id = format!(
            "claim.{}.{}.{}@{domain}",
            self.instance, self.place, self.nonce
        );
        let message = format!(
            "Date: {}\r\nFrom: askfirst <{own}>\r\nTo: <{own}>\r\nSubject: askfirst looks after this mailbox\r\n\
             Message-ID: <{id}>\r\n{MARK}: claim\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=us-ascii\r\n\r\n\
             One computer at a time looks after this mailbox; this note says which. It goes by itself.\r\n",
            at.to_rfc2822(),
        );
        let seen = Flags {
            seen: true,
            ..Flags::default()
        };
        super::transfer::with_folder(mb, folder, |mb| {
            mb.append(folder, message.as_bytes(), &seen, None)
        })?;
        Ok(())
    }

    fn result(&self, leads: bool, at: Timestamp, seen: &Survey) -> Leadership {
        let notes = seen.items.iter().filter(|i| !i.flags.deleted);
        Leadership {
            leads,
            at,
            notes: notes
                .filter_map(|i| i.message_id.clone())
                .filter(|id| super::memory::about(id).is_some())
                .collect(),
        }
    }
}

/// The claims that stand, lowest UID first.
fn claims(seen: &Survey) -> Vec<Lying> {
    seen.items
        .iter()
        .filter(|i| !i.flags.deleted)
        .filter_map(|item| {
            let id = item.message_id.clone()?;
            let [instance, place, nonce] = parts(id.as_str())?;
            Some(Lying {
                uid: item.uid,
                sign: item.flags.answered,
                id,
                instance,
                place,
                nonce,
            })
        })
        .collect()
}

fn parts(id: &str) -> Option<[String; 3]> {
    let (name, _) = id.strip_prefix("claim.")?.split_once('@')?;
    let plain =
        |t: &str| !t.is_empty() && t.len() <= 40 && t.bytes().all(|b| b.is_ascii_alphanumeric());
    let parts: Vec<String> = name
        .split('.')
        .filter(|t| plain(t))
        .map(str::to_owned)
        .collect();
    parts.try_into().ok()
}
