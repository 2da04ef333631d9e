//! What is found in Sent: introductions that slipped out, and the user's own words to us.

use super::drafts::Candidate;
use super::{Desk, Turn, World};
use crate::config::CourtesyNotes;
use crate::introduction::{Effect, Event, Id, Moment, Notice, Reason, State, Via};
use crate::ledger::Entry;
use crate::mailroom::Identity;

const ANOTHER_WAY: &str = "It did not come through askfirst's gateway: the mail program that sent it uses another \
    outgoing server (a phone or webmail does; some programs fall back on a second server of theirs by themselves).";

impl Desk {
    /// A message that stands in Sent since the first index.
    pub(super) fn found_in_sent(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        bytes: Vec<u8>,
        turn: &mut Turn,
    ) {
        self.sent_looked_at(world, account, bytes, false, turn);
    }

    /// `waited`: nothing of it came through the gateway meanwhile.
    pub(super) fn sent_looked_at(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        bytes: Vec<u8>,
        waited: bool,
        turn: &mut Turn,
    ) {
        let Some(own) = self
            .config
            .accounts
            .iter()
            .find(|a| a.name == account)
            .cloned()
        else {
            return;
        };
        let message = crate::mail::parse(&bytes);
        if self.sends_by_hand(account) && self.ready_was_sent(world, account, &message, turn) {
            return;
        }
        if message.value(crate::letter::MARK).is_some() {
            return;
        }
        if self.note_answered(world, &own, &message, turn)
            || self.is_copy_of_submitted(world, account, &message, turn)
        {
            return;
        }
        if let Some(id) = &message.message_id {
            let known: Vec<(Id, State, bool)> = self
                .books
                .introductions
                .values()
                .filter(|i| i.account == account && i.message_id == *id)
                .map(|i| (i.id.clone(), i.state, i.release.is_some()))
                .collect();
            for (known, state, releasing) in &known {
                // The user sent it from a composer that was still open.
                if state.is_open() && !releasing {
                    self.step(
                        world,
                        known,
                        &Event::Cancelled {
                            reason: Reason::Superseded,
                        },
                        turn,
                    );
                }
            }
            let ours = |s: &State| matches!(s, State::Releasing | State::Released | State::Slipped);
            if known.iter().any(|(_, state, _)| ours(state))
                || known.iter().any(|(_, s, r)| s.is_open() && *r)
            {
                return;
            }
        }
        let verdict = self.judge(&own, &message, world.records);
        if !verdict.introduction || !self.config.sent.enabled {
            return;
        }
        if self.config.gateway.enabled && !waited {
            // Some clients file before they send.
            self.wait_for_submission(world, account, bytes);
            return;
        }
        let mut weighed = self.weigh(&own, &message, &verdict, world.records, world.at);
        if waited {
            weighed.why.push(ANOTHER_WAY.to_owned());
        }
        self.supersede_by_sent(world, account, &message, turn);
        if !weighed.needs_asking() {
            return;
        }
        let identity = Identity::of(&bytes);
        let candidate = Candidate {
            bytes,
            message,
            identity,
            weighed,
            language: verdict.language,
            score: verdict.score,
        };
        let mut slipped = self.new_introduction(world, &own, &candidate, Via::Sent);
        slipped.state = State::Slipped;
        slipped.history.push(Moment {
            at: world.at,
            event: "slipped".to_owned(),
            detail: String::new(),
        });
        let parties = slipped.parties.iter().map(|p| p.address.clone()).collect();
        turn.introduced
            .push((account.to_owned(), parties, slipped.message_id.clone()));
        let effects = match self.config.sent.notes {
            CourtesyNotes::Each => vec![
                Effect::Courtesy,
                Effect::Tell {
                    notice: Notice::Slipped,
                },
            ],
            // Told together on Monday.
            CourtesyNotes::Weekly => vec![],
            CourtesyNotes::Off => {
                slipped.filed = true;
                vec![]
            }
        };
        let items = self.items_for(world, &mut slipped, effects, turn);
        self.write(
            Entry::Step {
                introduction: Box::new(slipped),
                event: None,
                items,
            },
            turn,
        );
    }

    /// The same introduction sent again from elsewhere: the held one is moot (L14).
    fn supersede_by_sent(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        sent: &crate::mail::Message,
        turn: &mut Turn,
    ) {
        let same: Vec<Id> = self
            .books
            .introductions
            .values()
            .filter(|i| i.account == account && i.state.is_open() && i.release.is_none())
            .filter(|i| self.held.get(&i.id).is_some_and(|h| same_again(h, sent)))
            .map(|i| i.id.clone())
            .collect();
        for id in same {
            self.step(
                world,
                &id,
                &Event::Cancelled {
                    reason: Reason::Superseded,
                },
                turn,
            );
        }
    }
}

/// The same Message-ID, or the same people and most of the text.
pub(super) fn same_again(held: &crate::mail::Message, sent: &crate::mail::Message) -> bool {
    crate::settle::same_draft(held, sent) || crate::settle::same_purpose(held, sent)
}
