//! What did not go at once: later attempts, and doubts that a look into Sent settles.

use super::heard::Question;
use super::{Backoff, Desk, Turn, World};
use crate::introduction::{Event, Via};
use crate::ledger::{Entry, Errand, Item};
use crate::letter;
use chrono::TimeDelta;

/// After this long the user is told instead of trying again (PRODUCT “Releasing”).
const GIVE_UP: TimeDelta = TimeDelta::hours(24);
/// Looks into Sent after a doubt, at these seconds after the first.
const PROBES: [i64; 3] = [0, 15, 45];

impl Desk {
    pub(super) fn put_off(
        &mut self,
        world: &mut World<'_>,
        item: &Item,
        reply: String,
        turn: &mut Turn,
    ) {
        if world.at - item.since < GIVE_UP {
            if self.books.items.get(&item.id).is_some_and(|i| i.committing) {
                self.write(
                    Entry::Again {
                        item: item.id,
                        repeated: false,
                    },
                    turn,
                );
                if let Some(introduction) = item.introduction.clone() {
                    self.step(world, &introduction, &Event::PutOff, turn);
                }
            }
            return self.try_later(world, item, None, turn);
        }
        if let Some(introduction) = item.introduction.clone() {
            let event = match &item.errand {
                Errand::Release => Some(Event::Refused { reply }),
                Errand::Send { party, .. } => Some(Event::AskRefused {
                    party: *party,
                    reply,
                }),
                _ => None,
            };
            if let Some(event) = event {
                self.step(world, &introduction, &event, turn);
            }
        }
        self.write(Entry::Done { item: item.id }, turn);
    }

    /// Within a minute, then at doubling intervals up to four hours.
    pub(super) fn try_later(
        &mut self,
        world: &mut World<'_>,
        item: &Item,
        told: Option<String>,
        turn: &mut Turn,
    ) {
        let tries = self.backoff.get(&item.id).map_or(0, |b| b.tries);
        let wait = TimeDelta::seconds(30i64.saturating_mul(1 << tries.min(9)).min(4 * 3600));
        self.backoff.insert(
            item.id,
            Backoff {
                tries: tries + 1,
                not_before: world.at + wait,
            },
        );
        if let Some(text) = told.filter(|_| tries == 2) {
            let matter = letter::AccountMatter::Trouble { text: text.clone() };
            self.tell_account_once(
                world,
                &item.account,
                &format!("trouble {text}"),
                &matter,
                turn,
            );
        }
    }

    /// In doubt: it stays in the books as being committed, so the daemon asks for a sign of it
    /// instead of sending.
    pub(super) fn doubt(&mut self, item: &Item, turn: &mut Turn) {
        if !item.committing {
            self.write(Entry::Committing { item: item.id }, turn);
        }
        self.backoff.remove(&item.id);
    }

    pub(super) fn no_sign(&mut self, world: &mut World<'_>, item: &Item, turn: &mut Turn) {
        let tries = self.backoff.get(&item.id).map_or(0, |b| b.tries);
        if let Some(wait) = PROBES.get(tries as usize + 1) {
            let not_before = world.at + TimeDelta::seconds(*wait);
            self.backoff.insert(
                item.id,
                Backoff {
                    tries: tries + 1,
                    not_before,
                },
            );
            return;
        }
        self.backoff.remove(&item.id);
        match &item.errand {
            // Byte-identical, once; the same Message-ID lets the other side see that it is the same.
            Errand::Send { .. } if !item.repeated => self.write(
                Entry::Again {
                    item: item.id,
                    repeated: true,
                },
                turn,
            ),
            Errand::Send {
                party, reminder, ..
            } => {
                // Nobody would ever hear of it otherwise: the introducer has to look.
                if let (false, Some(introduction)) = (*reminder, item.introduction.clone()) {
                    let reply = "the outgoing server was lost twice in the middle of it, and there is no sign that \
                                 the question has left"
                        .to_owned();
                    let event = Event::AskRefused {
                        party: *party,
                        reply,
                    };
                    self.step(world, &introduction, &event, turn);
                }
                self.write(Entry::Done { item: item.id }, turn);
            }
            _ => {
                if let Some(introduction) = item.introduction.clone() {
                    self.step(world, &introduction, &Event::InDoubt, turn);
                }
                self.write(Entry::Done { item: item.id }, turn);
            }
        }
    }

    /// An item that was being committed when the process ended is in doubt.
    #[must_use]
    pub fn is_in_doubt(item: &Item) -> bool {
        item.committing && matches!(item.errand, Errand::Send { .. } | Errand::Release)
    }

    /// What the daemon does with a ready item that is in doubt: asks for a sign of it.
    #[must_use]
    pub fn probe_of(&self, item: &Item) -> Option<Question> {
        let (message_id, but_dated) = match &item.errand {
            Errand::Send { letter, .. } => (letter.message_id.clone(), None),
            _ => {
                let introduction = self.books.introductions.get(item.introduction.as_ref()?)?;
                // The client may file its own copy as late as this. A release bears the date on which it leaves.
                let own = (introduction.via == Via::Gateway)
                    .then(|| self.held.get(&introduction.id)?.date)
                    .flatten();
                (introduction.message_id.clone(), own)
            }
        };
        Some(Question::Probe {
            account: item.account.clone(),
            item: item.id,
            message_id,
            but_dated,
        })
    }
}
