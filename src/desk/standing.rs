//! One word of a person and the other introductions that wait for them: `never` ends what has not
//! been asked yet, `always` answers it (PRODUCT “Answers”; Y18).

use super::{Desk, Turn, World};
use crate::Timestamp;
use crate::answer::Answer;
use crate::consent::ConsentKind;
use crate::introduction::{Event, Id, Introduction, Proof, Release};
use crate::ledger::{Entry, Errand};
use crate::mail::{Address, Message, MessageId};
use chrono::{DateTime, TimeDelta, Utc};

/// A release that became possible longer ago is told first (PRODUCT “Time”).
const LONG_AGO: TimeDelta = TimeDelta::hours(24);

impl Desk {
    /// What an answer means beyond the introduction that it answers.
    pub(super) fn follow_word(
        &mut self,
        world: &mut World<'_>,
        id: &Id,
        event: &Event,
        message: &Message,
        turn: &mut Turn,
    ) {
        let Event::Answered {
            party,
            answer,
            id: mail,
            proof,
            ..
        } = event
        else {
            return;
        };
        if arrival(message).is_some_and(|at| world.at - at > LONG_AGO) {
            let looking = |i: &Introduction| i.release == Some(Release::Looking) && !i.by_hand;
            if self.books.introductions.get(id).is_some_and(looking) {
                self.step(world, id, &Event::AgreedLongAgo, turn);
                self.forget_look(id, turn);
            }
        }
        let who = self
            .books
            .introductions
            .get(id)
            .and_then(|i| i.parties.get(*party))
            .map(|p| p.address.clone());
        if let Some(address) = who {
            let by = mail.as_ref().map(|mail| (mail, proof.as_ref()));
            self.spread(world, &address, *answer, by, Some(id), turn);
        }
    }

    /// `always` and `never` in every other open introduction of this person; `by` is the mail that says
    /// so, where it was no command.
    pub(super) fn spread(
        &mut self,
        world: &mut World<'_>,
        address: &Address,
        answer: Answer,
        by: Option<(&MessageId, Option<&Proof>)>,
        except: Option<&Id>,
        turn: &mut Turn,
    ) {
        if !matches!(answer, Answer::Always | Answer::Never) {
            return;
        }
        let waiting: Vec<(Id, usize)> = self
            .books
            .introductions
            .values()
            .filter(|i| i.state.is_open() && Some(&i.id) != except)
            .flat_map(|i| i.parties.iter().enumerate().map(move |(n, p)| (i, n, p)))
            .filter(|(_, _, p)| p.required && p.answer.is_none())
            .filter(|(_, _, p)| p.address == *address || p.also.contains(address))
            .map(|(i, n, _)| (i.id.clone(), n))
            .collect();
        for (id, party) in waiting {
            let event = if answer == Answer::Never {
                Event::Unaskable { party }
            } else {
                Event::Answered {
                    party,
                    answer,
                    until: None,
                    text: String::new(),
                    id: by.map(|(mail, _)| mail.clone()),
                    proof: by.and_then(|(_, proof)| proof.cloned()),
                    why: vec!["They are fine with any introduction of yours.".to_owned()],
                }
            };
            self.step(world, &id, &event, turn);
            self.forget_ask(&id, party, turn);
        }
    }

    /// Whether this person said that they do not want to be asked at all.
    pub(super) fn is_unaskable(&self, address: &Address) -> bool {
        self.books
            .standings
            .iter()
            .any(|s| s.kind == ConsentKind::Never && s.about.is_none() && s.address == *address)
    }

    /// An ask that has not left yet, and is not wanted any more.
    fn forget_ask(&mut self, id: &Id, party: usize, turn: &mut Turn) {
        self.forget_errand(
            id,
            |e| matches!(e, Errand::Send { party: p, reminder: false, .. } if *p == party),
            turn,
        );
    }

    fn forget_look(&mut self, id: &Id, turn: &mut Turn) {
        self.forget_errand(id, |e| *e == Errand::Look, turn);
    }

    fn forget_errand(&mut self, id: &Id, which: impl Fn(&Errand) -> bool, turn: &mut Turn) {
        let needless: Vec<u64> = self
            .books
            .items
            .values()
            .filter(|i| i.introduction.as_ref() == Some(id) && !i.committing)
            .filter(|i| !self.in_flight.contains_key(&i.id) && which(&i.errand))
            .map(|i| i.id)
            .collect();
        for item in needless {
            self.write(Entry::Done { item }, turn);
        }
    }
}

/// When a mail came: the topmost trace field (RFC 5321 §4.4), else its own date.
fn arrival(message: &Message) -> Option<Timestamp> {
    let trace = message.value("Received").and_then(|field| {
        let (_, date) = field.rsplit_once(';')?;
        let date = date.split('(').next().unwrap_or_default();
        let date = date.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = DateTime::parse_from_rfc2822(&date).ok()?;
        Some(at.with_timezone(&Utc))
    });
    trace.or(message.date)
}
