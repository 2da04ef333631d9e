//! Accounts without a sending route: what lies ready in Drafts, and what became of it.

use super::sent::same_again;
use super::{Backoff, Desk, Turn, World};
use crate::config::SmtpMode;
use crate::introduction::{Event, Introduction, State};
use crate::ledger::{Entry, Errand, Item};
use crate::letter::AccountMatter;
use crate::mail::{Message, MessageId};
use crate::mailroom::Identity;
use chrono::TimeDelta;

/// What lies ready is looked for this often; that it was sent is heard of at once.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(5);
/// So many looks in vain before it counts as deleted: a client takes its time to show it in Sent.
const MISSED: u32 = 3;

impl Desk {
    /// Whether the user presses Send for this account.
    pub(super) fn sends_by_hand(&self, account: &str) -> bool {
        let mut accounts = self.config.accounts.iter();
        accounts.any(|a| a.name == account && a.smtp_mode == SmtpMode::Drafts)
    }

    /// Whether this item was put ready before.
    pub(super) fn lay_ready(&self, item: &Item) -> bool {
        item.committing
            && matches!(item.errand, Errand::Send { .. } | Errand::Release)
            && self.sends_by_hand(&item.account)
    }

    /// It lies in Drafts. The user is told once; it stays in the books until Sent shows it.
    pub(super) fn lies_ready(&mut self, world: &mut World<'_>, item: &Item, turn: &mut Turn) {
        if !item.committing {
            // Never put there a second time.
            self.write(Entry::Committing { item: item.id }, turn);
            let told = match &item.errand {
                Errand::Send { letter, .. } => {
                    Some((letter.message_id.clone(), letter.subject.clone()))
                }
                _ => self
                    .introduction_of(item)
                    .map(|i| (i.message_id.clone(), i.subject.clone())),
            };
            if let Some((id, subject)) = told {
                let key = format!("ready {id}");
                let matter = AccountMatter::Ready { subject };
                self.tell_account_once(world, &item.account, &key, &matter, turn);
            }
        }
        let not_before = world.at + LOOK_AGAIN;
        self.backoff.insert(
            item.id,
            Backoff {
                tries: 0,
                not_before,
            },
        );
    }

    /// Neither in Drafts nor in Sent: on its way between them, or deleted.
    pub(super) fn ready_is_gone(&mut self, world: &mut World<'_>, item: &Item, turn: &mut Turn) {
        let tries = self.backoff.get(&item.id).map_or(0, |b| b.tries) + 1;
        if tries < MISSED {
            let not_before = world.at + LOOK_AGAIN;
            self.backoff.insert(item.id, Backoff { tries, not_before });
            return;
        }
        self.backoff.remove(&item.id);
        let reply = "it lay ready in Drafts and was deleted there without being sent".to_owned();
        let event = match &item.errand {
            Errand::Send {
                party,
                reminder: false,
                ..
            } => Some(Event::AskRefused {
                party: *party,
                reply,
            }),
            Errand::Release => Some(Event::Refused { reply }),
            _ => None,
        };
        if let (Some(id), Some(event)) = (item.introduction.clone(), event) {
            self.step(world, &id, &event, turn);
        }
        self.write(Entry::Done { item: item.id }, turn);
    }

    /// Whether this message in Sent is one that lay ready; its life goes on then. A client may have
    /// given it another Message-ID: answers will name that one.
    pub(super) fn ready_was_sent(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        sent: &Message,
        turn: &mut Turn,
    ) -> bool {
        let item = self
            .books
            .items
            .values()
            .filter(|i| i.account == account && self.lay_ready(i))
            .find(|i| self.is_this(i, sent))
            .cloned();
        let Some(item) = item else { return false };
        if let (Some(actual), Errand::Send { .. }) = (&sent.message_id, &item.errand) {
            self.adopt(&item, actual, turn);
        }
        self.done(world, item.id, super::Outcome::Found(true), turn);
        true
    }

    fn is_this(&self, item: &Item, sent: &Message) -> bool {
        match &item.errand {
            Errand::Send { letter, .. } => {
                sent.message_id.as_ref() == Some(&letter.message_id)
                    || crate::settle::same_draft(&crate::mail::parse(letter.bytes.as_bytes()), sent)
            }
            Errand::Release => self.introduction_of(item).is_some_and(|i| {
                sent.message_id.as_ref() == Some(&i.message_id)
                    || self.held.get(&i.id).is_some_and(|h| same_again(h, sent))
            }),
            _ => false,
        }
    }

    fn adopt(&mut self, item: &Item, actual: &MessageId, turn: &mut Turn) {
        let Errand::Send {
            party, reminder, ..
        } = &item.errand
        else {
            return;
        };
        let Some(mut next) = self.introduction_of(item).cloned() else {
            return;
        };
        let Some(asked) = next.parties.get_mut(*party).and_then(|p| p.asked.as_mut()) else {
            return;
        };
        let known = match reminder {
            true => asked.reminder.replace(actual.clone()).as_ref() == Some(actual),
            false => std::mem::replace(&mut asked.message_id, actual.clone()) == *actual,
        };
        if !known {
            self.write(
                Entry::Step {
                    introduction: Box::new(next),
                    event: Some(Event::SentByHand { party: *party }),
                    items: Vec::new(),
                },
                turn,
            );
        }
    }

    /// Whether this draft is a release that the user is to send.
    pub(super) fn is_ready_release(&self, account: &str, draft: &Message) -> bool {
        self.sends_by_hand(account)
            && self.books.introductions.values().any(|i| {
                i.account == account
                    && i.state == State::Releasing
                    && (draft.message_id.as_ref() == Some(&i.message_id)
                        || self
                            .held
                            .get(&i.id)
                            .is_some_and(|h| crate::settle::same_draft(h, draft)))
            })
    }

    /// The introduction has ended: what lies ready for it and was not touched leaves Drafts.
    pub(super) fn take_ready_away(
        &mut self,
        world: &World<'_>,
        ended: &Introduction,
        turn: &mut Turn,
    ) {
        if !self.sends_by_hand(&ended.account) {
            return;
        }
        let ready: Vec<Item> = self
            .books
            .items
            .values()
            .filter(|i| i.introduction.as_ref() == Some(&ended.id) && self.lay_ready(i))
            .cloned()
            .collect();
        for item in ready {
            let errand = match &item.errand {
                Errand::Send { letter, .. } => Errand::Unready {
                    message_id: letter.message_id.clone(),
                    digest: Some(Identity::of(letter.bytes.as_bytes()).digest),
                },
                _ => Errand::Unready {
                    message_id: ended.message_id.clone(),
                    digest: None,
                },
            };
            self.backoff.remove(&item.id);
            self.write(Entry::Done { item: item.id }, turn);
            let items = vec![self.new_item(&ended.account, Some(&ended.id), errand, world.at)];
            self.write(Entry::Todo { items }, turn);
        }
    }

    fn introduction_of(&self, item: &Item) -> Option<&Introduction> {
        self.books.introductions.get(item.introduction.as_ref()?)
    }
}
