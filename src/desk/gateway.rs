//! What comes through the gateway: a pressed Send, stopped where it is an introduction.

mod copies;
mod follow;

use super::drafts::Candidate;
use super::heard::Question;
use super::weigh::Weighed;
use super::{Desk, Turn, World};
use crate::Timestamp;
use crate::config::{Account, Confirm};
use crate::detect::Introducer;
use crate::introduction::{Event, Id, Introduction, Reason, StandIn, State, Submission, Via};
use crate::ledger::{Entry, Errand};
use crate::letter;
use crate::mail::{Address, Message, MessageId};
use crate::mailroom::Identity;
use crate::port::Envelope;
use chrono::TimeDelta;
use std::collections::HashSet;

/// The same message within this time is the client's repeat (PRODUCT “The gateway”).
const REPEAT: TimeDelta = TimeDelta::hours(24);
/// Some clients file into Sent before they send: an introduction found there is given this long to come
/// through the gateway.
const UNPAIRED: TimeDelta = TimeDelta::seconds(8);
/// Above this many octets Held shows a note in place of the message.
const LARGEST_IN_HELD: u64 = 25 << 20;

/// A message that a client has submitted, and that may concern us.
#[derive(Debug)]
pub struct Submitted {
    pub account: String,
    /// The recipients that the real server has taken, with the client's options.
    pub envelope: Envelope,
    pub identity: Identity,
    /// The message, or the beginning of a large one: enough to judge it.
    pub bytes: Vec<u8>,
    /// The name under which all of it lies in the spool, until it is adopted there.
    pub staged: String,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A mail like any other: to the real server with it.
    Pass,
    /// Held under this id.
    Held(Id),
    /// It was held before, or has joined what is held: nothing of it is to be sent.
    Joined(Id),
    /// An answer to one of our notes: understood, and not to be sent.
    Understood,
}

/// By what the gateway knows in passing that a message concerns us.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// The index is complete: strangers can be told from friends.
    pub ready: bool,
    pub own: Introducer,
    /// Of introductions that are open, or came through the gateway lately.
    pub messages: HashSet<MessageId>,
    /// Of notes to the user.
    pub notes: HashSet<MessageId>,
}

/// An introduction found in Sent that may still come through the gateway.
#[derive(Debug)]
pub struct Unpaired {
    pub until: Timestamp,
    pub bytes: Vec<u8>,
}

impl Desk {
    /// What the gateway has to look out for.
    #[must_use]
    pub fn watched(&self, account: &str, at: Timestamp) -> Watched {
        let own = self.config.accounts.iter().find(|a| a.name == account);
        let mut watched = Watched {
            own: own.map(Self::introducer).unwrap_or_default(),
            ..Watched::default()
        };
        for introduction in self.books.introductions.values() {
            if introduction.account != account {
                continue;
            }
            watched.notes.extend(introduction.notes.iter().cloned());
            let open = introduction.state.is_open() && introduction.via != Via::Sent;
            if open || is_recent(introduction, at) {
                watched.messages.insert(introduction.message_id.clone());
            }
        }
        watched
    }

    /// A message stands at the gateway, and its client waits.
    pub fn submitted(&mut self, world: &mut World<'_>, mail: Submitted) -> (Turn, Received) {
        let mut turn = Turn::default();
        let received = self.receive(world, mail, &mut turn);
        (turn, received)
    }

    fn receive(&mut self, world: &mut World<'_>, mail: Submitted, turn: &mut Turn) -> Received {
        let found = self.config.accounts.iter().find(|a| a.name == mail.account);
        let Some(own) = found.cloned() else {
            return Received::Pass;
        };
        let message = crate::mail::parse(&mail.bytes);
        if message.value(letter::MARK).is_some() {
            return Received::Pass;
        }
        if self.note_answered(world, &own, &message, turn) {
            return Received::Understood;
        }
        if let Some(known) = self.submitted_before(world.at, &mail, &message) {
            self.join_envelope(world.at, &known, &mail.envelope, turn);
            let leader = self
                .books
                .introductions
                .get(&known)
                .and_then(|i| i.follows().cloned());
            return Received::Joined(leader.unwrap_or(known));
        }
        if let Some(leader) = self.followed(&own, &mail, &message) {
            let joined = self.join_hold(world, &own, &leader, mail, message, turn);
            return Received::Joined(joined);
        }
        let taken_back = &self.books.account(&own.name).left_alone;
        if taken_back.contains(&mail.identity.digest) {
            return Received::Pass;
        }
        let verdict = self.judge(&own, &message, world.records);
        if !verdict.introduction {
            return Received::Pass;
        }
        let weighed = self.weigh(&own, &message, &verdict, world.records, world.at);
        if !weighed.needs_asking() || self.is_mail_merge(world, &own, &message) {
            return Received::Pass;
        }
        let candidate = Candidate {
            bytes: Vec::new(),
            identity: mail.identity.clone(),
            weighed,
            language: verdict.language,
            score: verdict.score,
            message,
        };
        Received::Held(self.open_submitted(world, &own, candidate, mail, turn))
    }

    /// The introduction that this is a repeat of: a client that missed our 250, one that sends to each
    /// recipient in a transaction of its own, or Send pressed on what was held as a draft.
    fn submitted_before(&self, at: Timestamp, mail: &Submitted, message: &Message) -> Option<Id> {
        let same_id = |i: &Introduction| message.message_id.as_ref() == Some(&i.message_id);
        let same = |i: &&Introduction| {
            let bytes = i.digest == mail.identity.digest;
            match i.via {
                Via::Gateway => {
                    let lately = is_recent(i, at) || i.state.is_open();
                    let envelope = || i.envelope == mail.envelope.to;
                    lately && (same_id(i) || (bytes && envelope()))
                }
                Via::Drafts => i.state.is_open() && bytes,
                Via::Sent => false,
            }
        };
        let all = self.books.introductions.values();
        let own = all.filter(|i| i.account == mail.account).filter(same);
        own.max_by_key(|i| (i.state.is_open(), i.updated))
            .map(|i| i.id.clone())
    }

    /// Further recipients of the same message, as long as it has not left.
    fn join_envelope(&mut self, at: Timestamp, id: &Id, envelope: &Envelope, turn: &mut Turn) {
        let Some(known) = self.books.introductions.get(id) else {
            return;
        };
        if !known.state.is_open() || known.release.is_some() {
            return;
        }
        let mut next = known.clone();
        let submission = next.submission.get_or_insert_with(|| Submission {
            envelope: Envelope {
                to: Vec::new(),
                rcpt_options: Vec::new(),
                ..envelope.clone()
            },
            follows: None,
            stand_in: None,
        });
        let all = &mut submission.envelope;
        for (number, to) in envelope.to.iter().enumerate() {
            if !all.to.contains(to) {
                all.to.push(to.clone());
                all.rcpt_options.resize(all.to.len() - 1, Vec::new());
                let options = envelope.rcpt_options.get(number).cloned();
                all.rcpt_options.push(options.unwrap_or_default());
            }
        }
        next.envelope = all.to.clone();
        if next != *known {
            next.updated = at;
            self.write_as_it_is(next, turn);
        }
    }

    fn write_as_it_is(&mut self, introduction: Introduction, turn: &mut Turn) {
        let entry = Entry::Step {
            introduction: Box::new(introduction),
            event: Some(Event::Due),
            items: Vec::new(),
        };
        self.write(entry, turn);
    }

    fn open_submitted(
        &mut self,
        world: &mut World<'_>,
        own: &Account,
        candidate: Candidate,
        mail: Submitted,
        turn: &mut Turn,
    ) -> Id {
        let asked = candidate.weighed.parties.iter().filter(|p| p.required);
        let people = asked.map(|p| p.address.clone()).collect();
        let id = self.enter(world, own, candidate, mail, None, turn);
        turn.questions.push(Question::ConsultHeld {
            account: own.name.clone(),
            introduction: id.clone(),
            people,
        });
        id
    }

    /// Writes down what is held from now on, and the errand to show it.
    fn enter(
        &mut self,
        world: &mut World<'_>,
        own: &Account,
        candidate: Candidate,
        mail: Submitted,
        follows: Option<Id>,
        turn: &mut Turn,
    ) -> Id {
        let mut introduction = self.new_introduction(world, own, &candidate, Via::Gateway);
        let id = introduction.id.clone();
        let older = if follows.is_some() {
            introduction.confirmed = false;
            None
        } else {
            introduction.confirmed = self.config.ask.confirm != Confirm::Always;
            self.carry_over(&mut introduction, &candidate.message)
        };
        let letter = (mail.identity.size > LARGEST_IN_HELD).then(|| {
            let stationery = letter::Stationery {
                utc_offset: introduction.utc_offset,
                ..self.stationery(world, own)
            };
            letter::stand_in(&stationery, &own.email, &introduction)
        });
        introduction.envelope = mail.envelope.to.clone();
        introduction.submission = Some(Submission {
            envelope: mail.envelope,
            follows,
            stand_in: letter.as_ref().map(|letter| {
                let identity = Identity::of(letter.bytes.as_bytes());
                StandIn {
                    message_id: letter.message_id.clone(),
                    digest: identity.digest,
                    size: identity.size,
                }
            }),
        });
        turn.adopted.push((id.clone(), mail.staged));
        turn.no_evidence
            .push((own.name.clone(), introduction.message_id.clone()));
        self.held.insert(id.clone(), candidate.message);
        // Placed before an older version goes: its copy may be the last one otherwise.
        let place = Errand::Place { stand_in: letter };
        let items = vec![self.new_item(&own.name, Some(&id), place, world.at)];
        let entry = Entry::Step {
            introduction: Box::new(introduction),
            event: None,
            items,
        };
        self.write(entry, turn);
        if let Some(older) = older {
            let reason = Reason::Superseded;
            self.step(world, &older, &Event::Cancelled { reason }, turn);
            self.hand_followers_on(&older, &id, turn);
        }
        id
    }

    /// What its parties wrote lately is known: those who asked for it are not asked (K9), and where nobody is left to ask
    /// the Send that the user pressed is done.
    pub(super) fn consulted_held(
        &mut self,
        world: &mut World<'_>,
        id: &Id,
        mails: &[(Address, Vec<u8>)],
        turn: &mut Turn,
    ) {
        let Some(known) = self.books.introductions.get(id) else {
            return;
        };
        if known.state != State::Held || known.parties.iter().any(|p| p.ask_decided) {
            return;
        }
        let mut next = known.clone();
        let mut weighed = Weighed {
            parties: std::mem::take(&mut next.parties),
            why: std::mem::take(&mut next.why),
            stuck: next.stuck,
        };
        super::consult::count_prior_consent(&mut weighed, mails, world.at);
        let needless = !weighed.needs_asking();
        (next.parties, next.why) = (weighed.parties, weighed.why);
        if next != *known {
            next.updated = world.at;
            self.write_as_it_is(next, turn);
        }
        if needless {
            self.step(world, id, &Event::ReleaseNow, turn);
        }
    }
}

/// Its client may still repeat it.
fn is_recent(introduction: &Introduction, at: Timestamp) -> bool {
    introduction.via == Via::Gateway
        && introduction.state != State::Cancelled
        && at - introduction.created < REPEAT
}
