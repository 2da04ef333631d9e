//! From DATA to the verdict: one message passes, or is held.

mod deciding;
mod facts;
mod passing;
mod words;

use super::gather::Gather;
use super::now;
use super::recorder::{Key, Print};
use super::reply;
use super::session::Act;
use super::talk::Talk;
use deciding::Case;
use facts::{Facts, envelope_hash, header_of, others};
use passing::Passing;
use std::io;
use std::time::Duration;
use words::no_room;
use xxhash_rust::xxh3::Xxh3;

/// A header longer than this is not looked through before the message goes on its way.
const LONGEST_HEADER: usize = 64 << 10;
/// A client sends its message without pauses (RFC 5321 §4.5.3.2.5 has three minutes).
const BETWEEN: Duration = Duration::from_secs(3 * 60);
/// Disk space that is left alone.
const SPARE: u64 = 32 << 20;
/// What the size of a message is taken to be when the client does not say.
const UNSAID: u64 = 1 << 20;
/// How long the desk may take. It has its own work, but a client shows its user a clock.
const DECIDING: Duration = Duration::from_secs(60);
/// How long Sent is searched for a repeat.
const SEARCHING: Duration = Duration::from_secs(20);

/// What is counted of a message as it passes.
struct Tally {
    length: u64,
    hash: Xxh3,
}

impl Tally {
    fn count(&mut self, piece: &[u8]) {
        self.length += piece.len() as u64;
        self.hash.update(piece);
    }

    fn print(&self) -> Print {
        Print {
            length: self.length,
            hash: self.hash.digest(),
        }
    }
}

impl Talk {
    /// The client wants to send its message.
    pub(super) async fn message(&mut self) -> io::Result<()> {
        let busy = |n: isize, talk: &Self| {
            let cell = &talk.house.busy;
            cell.set(cell.get().saturating_add_signed(n));
        };
        busy(1, self);
        let result = self.carry().await;
        busy(-1, self);
        if result.is_err() {
            // Whatever the real server has of it has no end, and so it is no message.
            self.upstream = None;
            self.session.disconnected();
        }
        result
    }

    async fn carry(&mut self) -> io::Result<()> {
        let (Some(transaction), Some(route)) =
            (self.session.transaction().cloned(), self.route.clone())
        else {
            return Err(io::Error::other("no message is under way"));
        };
        let account = route.account.name.clone();
        let watched = self.house.behind.watched(&account);
        let others = others(&transaction, &watched);
        let likely = others < 2;
        if !likely && !self.has_room(transaction.mail.size().unwrap_or(UNSAID)) {
            let full = reply(
                452,
                "4.3.1",
                "The disk is too full to take a message; nothing was sent",
            );
            self.session.refuse_data(&full);
            return Ok(());
        }
        self.session.begin();
        let mut passing = Passing::default();
        if likely {
            // The answer comes while the client begins to send.
            self.ask_to_send(&mut passing).await;
        }
        let mut tally = Tally {
            length: 0,
            hash: Xxh3::new(),
        };
        // As much of the message as it takes to know what kind of mail this is.
        let (mut head, mut end) = (Vec::new(), false);
        while !end && head.len() <= LONGEST_HEADER && header_of(&head).is_none() {
            let Some((length, last)) = self.piece().await? else {
                return Ok(());
            };
            head.extend_from_slice(self.session.input().get(..length).unwrap_or_default());
            self.session.took(length, last);
            end = last;
        }
        tally.count(&head);
        let facts = Facts::of(header_of(&head).unwrap_or(&head));
        let key = Key {
            account,
            envelope: envelope_hash(&transaction),
            message_id: facts.message_id.clone(),
        };
        let repeat = self.house.recorder.borrow().may_repeat(&key, now());
        if others >= 2 || repeat || facts.concern(&watched) || facts.others(&watched) >= 2 {
            let mut gather = Gather::new(&self.house.spool, self.house.stage_name());
            let mut taken = gather.add(&head).await;
            while !end {
                let Some((length, last)) = self.piece().await? else {
                    return Ok(());
                };
                let piece = self.session.input().get(..length).unwrap_or_default();
                tally.count(piece);
                if taken.is_ok() {
                    taken = gather.add(piece).await;
                }
                self.session.took(length, last);
                end = last;
            }
            if let Err(error) = taken {
                self.finish(&no_room(&error), passing.asked).await?;
                return Ok(());
            }
            let case = Case {
                transaction,
                watched,
                facts,
                key,
                print: tally.print(),
            };
            return self.decide(case, gather, passing).await;
        }
        self.pass_on(&mut passing, &mut head, end, &key, tally.print())
            .await;
        while !end {
            let Some((length, last)) = self.piece().await? else {
                return Ok(());
            };
            tally.count(self.session.input().get(..length).unwrap_or_default());
            end = last;
            self.pass_piece(&mut passing, length, end, &key, &tally)
                .await;
            self.session.took(length, last);
        }
        self.verdict(passing, &key, tally.print()).await
    }

    /// The next piece of the message, and whether it is the last; `None` when it holds what no message may, and
    /// the conversation is over.
    async fn piece(&mut self) -> io::Result<Option<(usize, bool)>> {
        loop {
            match self.session.act() {
                Act::Body { length, end } => return Ok(Some((length, end))),
                Act::Read => self.read(BETWEEN).await?,
                _ => {
                    // Nothing of it may be sent on; the session has said why, and closes.
                    self.upstream = None;
                    self.session.disconnected();
                    self.spoiled = true;
                    return Ok(None);
                }
            }
        }
    }

    /// Whether the disk could hold it.
    fn has_room(&self, size: u64) -> bool {
        let Some(free) = self.house.spool.free() else {
            return true;
        };
        free >= size.saturating_mul(2).saturating_add(SPARE)
    }
}
