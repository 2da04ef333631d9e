//! What answers a held introduction waits with it, and goes where it goes.

use super::Submitted;
use crate::config::Account;
use crate::desk::drafts::Candidate;
use crate::desk::weigh::Weighed;
use crate::desk::{Desk, Turn, World};
use crate::introduction::{Event, Id, Introduction, Moment, Reason, State, Via};
use crate::letter::AccountMatter;
use crate::mail::{Address, Message};
use std::collections::BTreeSet;

impl Desk {
    /// The held introduction that this answers, where it goes to the same people (L18).
    pub(super) fn followed(
        &self,
        own: &Account,
        mail: &Submitted,
        message: &Message,
    ) -> Option<Id> {
        let ids = || message.in_reply_to.iter().chain(&message.references);
        let introducer = Self::introducer(own);
        let people: BTreeSet<&Address> = mail
            .envelope
            .to
            .iter()
            .filter(|a| !introducer.owns(a))
            .collect();
        let all = self.books.introductions.values();
        all.filter(|i| i.account == own.name && i.state.is_open() && i.via != Via::Sent)
            .filter(|i| i.follows().is_none() && ids().any(|id| *id == i.message_id))
            .filter(|i| {
                let mut parties = i.parties.iter();
                let known = |a: &&Address| i.concerns(a);
                parties.all(|p| {
                    people.contains(&p.address) || p.also.iter().any(|a| people.contains(a))
                }) && people.iter().all(known)
            })
            .max_by_key(|i| i.updated)
            .map(|i| i.id.clone())
    }

    /// It waits with the one that it answers. Gives that one's id.
    pub(super) fn join_hold(
        &mut self,
        world: &mut World<'_>,
        own: &Account,
        leader: &Id,
        mail: Submitted,
        message: Message,
        turn: &mut Turn,
    ) -> Id {
        let repeated = self
            .books
            .introductions
            .values()
            .any(|i| i.follows() == Some(leader) && i.digest == mail.identity.digest);
        if repeated {
            return leader.clone();
        }
        let subject = message.subject.clone();
        let key = format!("joined {}", mail.identity.digest);
        let candidate = Candidate {
            bytes: Vec::new(),
            identity: mail.identity.clone(),
            weighed: Weighed {
                parties: Vec::new(),
                why: vec![format!("It answers the held introduction {leader}.")],
                stuck: None,
            },
            language: own.language.clone(),
            score: 0.0,
            message,
        };
        let id = self.enter(world, own, candidate, mail, Some(leader.clone()), turn);
        if let Some(led) = self.books.introductions.get(leader) {
            let mut led = led.clone();
            led.history.push(Moment {
                at: world.at,
                event: "joined".to_owned(),
                detail: subject.clone(),
            });
            self.write_as_it_is(led, turn);
        }
        tracing::debug!(id = id.0, "a follow-up has joined a hold");
        let text = format!(
            "Your mail “{subject}” answers an introduction that is still held, so it waits with it, and leaves right after it. \
             Send it to one of them alone, or in a thread of its own, and it goes at once."
        );
        self.tell_account_once(
            world,
            &own.name,
            &key,
            &AccountMatter::Trouble { text },
            turn,
        );
        leader.clone()
    }

    /// What answers an introduction goes where it goes.
    pub(in crate::desk) fn lead_followers(
        &mut self,
        world: &mut World<'_>,
        led: &Introduction,
        turn: &mut Turn,
    ) {
        if led.state.is_open() || led.via == Via::Sent {
            return;
        }
        let followers: Vec<Id> = self.followers(&led.id);
        for id in followers {
            let event = match led.state {
                State::Released => Event::ReleaseNow,
                // Handed on to the newer version by whoever made it.
                State::Cancelled if led.reason == Some(Reason::Superseded) => continue,
                _ => Event::Cancelled {
                    reason: Reason::Cancelled,
                },
            };
            self.step(world, &id, &event, turn);
        }
    }

    fn followers(&self, id: &Id) -> Vec<Id> {
        let all = self.books.introductions.values();
        let open = all.filter(|i| i.follows() == Some(id) && i.state.is_open());
        open.map(|i| i.id.clone()).collect()
    }

    pub(super) fn hand_followers_on(&mut self, older: &Id, newer: &Id, turn: &mut Turn) {
        for id in self.followers(older) {
            let Some(mut next) = self.books.introductions.get(&id).cloned() else {
                continue;
            };
            if let Some(submission) = &mut next.submission {
                submission.follows = Some(newer.clone());
            }
            self.write_as_it_is(next, turn);
        }
    }
}
