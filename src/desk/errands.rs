//! Effects become items with their letters made; outcomes become events.

use super::heard::{Look, Outcome};
use super::{Desk, Popup, Turn, World, new_message_id};
use crate::introduction::{Asked, Effect, Event, Id, Introduction, Notice, Reason, Release, Via};
use crate::ledger::{Entry, Errand, Item};
use crate::letter::{self, FolderNames, Stationery};
use crate::mailroom::Identity;
use crate::port::SendError;
use chrono::TimeDelta;

impl Desk {
    /// Makes the letters and items of a step; the asks' ids and texts go into the introduction itself.
    pub(super) fn items_for(
        &mut self,
        world: &mut World<'_>,
        next: &mut Introduction,
        effects: Vec<Effect>,
        turn: &mut Turn,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        for effect in effects {
            for errand in self.errands_of(world, next, effect, turn) {
                let account = next.account.clone();
                items.push(self.new_item(&account, Some(&next.id), errand, world.at));
            }
        }
        items
    }

    fn errands_of(
        &mut self,
        world: &mut World<'_>,
        next: &mut Introduction,
        effect: Effect,
        turn: &mut Turn,
    ) -> Vec<Errand> {
        match effect {
            Effect::Ask { party }
                if next
                    .parties
                    .get(party)
                    .is_some_and(|p| self.is_unaskable(&p.address)) =>
            {
                // They said so since it was held: not even by the user's word (PRODUCT “Commands”).
                let (stopped, effects) = next.step(world.at, &Event::Unaskable { party });
                *next = stopped;
                effects
                    .into_iter()
                    .flat_map(|effect| self.errands_of(world, next, effect, turn))
                    .collect()
            }
            Effect::Ask { party } => self.ask_errand(world, next, party).into_iter().collect(),
            Effect::Remind { party } => {
                let letter = letter::reminder(&self.stationery_for(world, next), next, party);
                if let Some(asked) = next.parties.get_mut(party).and_then(|p| p.asked.as_mut()) {
                    asked.reminder = Some(letter.message_id.clone());
                }
                vec![Errand::Send {
                    party,
                    letter,
                    reminder: true,
                }]
            }
            Effect::Tell { notice } => self
                .tell_errand(world, next, &notice, turn)
                .into_iter()
                .collect(),
            Effect::FileAsk { party } => {
                let sent = self.books.items.values().find_map(|i| match &i.errand {
                    Errand::Send {
                        party: p,
                        letter,
                        reminder: false,
                    } if *p == party && i.introduction.as_ref() == Some(&next.id) => {
                        Some(letter.clone())
                    }
                    _ => None,
                });
                sent.into_iter()
                    .map(|letter| Errand::FileLetter { letter })
                    .collect()
            }
            Effect::Look => vec![Errand::Look],
            Effect::Release => vec![Errand::Release],
            Effect::File => {
                let parties = next.parties.iter().map(|p| p.address.clone()).collect();
                turn.introduced
                    .push((next.account.clone(), parties, next.message_id.clone()));
                vec![Errand::File]
            }
            Effect::GiveBack => vec![Errand::GiveBack],
            Effect::Close => vec![Errand::Close],
            Effect::RemoveHeld => vec![Errand::RemoveHeld],
            Effect::RemoveNote => next
                .hold_note
                .clone()
                .map(|message_id| Errand::RemoveNote { message_id })
                .into_iter()
                .collect(),
            Effect::Courtesy => {
                let letters: Vec<letter::Letter> = (0..next.parties.len())
                    .map(|party| letter::courtesy(&self.stationery_for(world, next), next, party))
                    .collect();
                next.courtesy = letters
                    .iter()
                    .map(|l| {
                        (
                            l.message_id.clone(),
                            Identity::of(l.bytes.as_bytes()).digest,
                        )
                    })
                    .collect();
                vec![Errand::Courtesy { letters }]
            }
            Effect::RemoveCourtesy => vec![Errand::RemoveCourtesy {
                letters: next.courtesy.clone(),
            }],
        }
    }

    fn ask_errand(
        &mut self,
        world: &mut World<'_>,
        next: &mut Introduction,
        party: usize,
    ) -> Option<Errand> {
        let held = self.held.get(&next.id)?;
        let stationery = self.stationery_for(world, next);
        let letter = letter::ask(&stationery, next, party, held, next.terms.reveal);
        next.parties.get_mut(party)?.asked = Some(Asked {
            message_id: letter.message_id.clone(),
            decided: world.at,
            sent: None,
            reminder: None,
            text: letter.text.clone(),
            subject: letter.subject.clone(),
        });
        Some(Errand::Send {
            party,
            letter,
            reminder: false,
        })
    }

    fn tell_errand(
        &mut self,
        world: &mut World<'_>,
        next: &mut Introduction,
        notice: &Notice,
        turn: &mut Turn,
    ) -> Option<Errand> {
        let of_hold = matches!(
            notice,
            Notice::Held | Notice::Unconfirmed | Notice::NobodyAsked
        );
        if next.follows().is_some() && !matches!(notice, Notice::Refused { .. } | Notice::InDoubt) {
            // What is told of the introduction is told of what answers it.
            return None;
        }
        let stationery = self.stationery_for(world, next);
        let letter = letter::note(&stationery, next, notice);
        if self.config.notify.desktop {
            turn.popups.push(Popup::of(&letter));
        }
        if !self.config.notify.inbox {
            // Nobody to wait for: grace begins with the hold itself.
            if of_hold && next.grace_ends.is_none() {
                let (noted, _) = next.step(world.at, &Event::Noted);
                *next = noted;
            }
            return None;
        }
        next.notes.push(letter.message_id.clone());
        if of_hold {
            next.hold_note = Some(letter.message_id.clone());
        }
        Some(Errand::Tell { letter, of_hold })
    }

    fn stationery_for<'a>(
        &'a self,
        world: &mut World<'_>,
        introduction: &Introduction,
    ) -> Stationery<'a> {
        let account = self
            .config
            .accounts
            .iter()
            .find(|a| a.name == introduction.account);
        Stationery {
            at: world.at,
            utc_offset: introduction.utc_offset,
            message_id: new_message_id(world.random, &introduction.from.address),
            user_language: account.map_or("en", |a| a.language.as_str()),
            templates: &self.templates,
            folders: account
                .map(|a| FolderNames::of(&a.folders))
                .unwrap_or_default(),
        }
    }

    /// How an item went: its end is written down together with what follows from it.
    pub(super) fn done(
        &mut self,
        world: &mut World<'_>,
        id: u64,
        outcome: Outcome,
        turn: &mut Turn,
    ) {
        self.in_flight.remove(&id);
        let Some(item) = self.books.items.get(&id).cloned() else {
            return;
        };
        let own = item
            .introduction
            .as_ref()
            .and_then(|id| self.books.introductions.get(id));
        let outcome = match outcome {
            // By hand only Sent is looked at: the introducer has decided.
            Outcome::Looked(Look::Missing | Look::Changed) if own.is_some_and(|i| i.by_hand) => {
                Outcome::Looked(Look::Fresh)
            }
            other => other,
        };
        let outcome = match outcome {
            // Nobody wants it taken any more: it isn't tried again.
            Outcome::Failed(_)
                if matches!(item.errand, Errand::Hold { .. } | Errand::Place { .. })
                    && !own.is_some_and(|i| i.state.is_open()) =>
            {
                Outcome::Gone
            }
            other => other,
        };
        if let (Errand::Tell { .. }, Outcome::NotSent(_)) = (&item.errand, &outcome) {
            // The user must hear of it, and grace waits for that: the inbox takes it.
            self.by_append.insert(id);
            return;
        }
        match outcome {
            Outcome::Ready => return self.lies_ready(world, &item, turn),
            Outcome::Gone if self.lay_ready(&item) => {
                return self.ready_is_gone(world, &item, turn);
            }
            Outcome::Failed(reply) => return self.try_later(world, &item, Some(reply), turn),
            Outcome::NotSent(SendError::Later { reply }) => {
                return self.put_off(world, &item, reply, turn);
            }
            Outcome::NotSent(SendError::Login { reply }) => {
                return self.try_later(world, &item, Some(reply), turn);
            }
            Outcome::NotSent(SendError::Unreachable {
                in_doubt: false,
                why,
            }) => {
                return self.put_off(world, &item, why, turn);
            }
            Outcome::NotSent(SendError::Unreachable { in_doubt: true, .. }) => {
                return self.doubt(&item, turn);
            }
            Outcome::Found(false) => return self.no_sign(world, &item, turn),
            // Another machine leads by now, or it was not to be found out in time who does.
            Outcome::NotSent(SendError::Stopped) if self.is_wanted(&item) => {
                return self.try_later(world, &item, None, turn);
            }
            _ => {}
        }
        if let (Errand::Remember { of, note }, Outcome::Done) = (&item.errand, &outcome) {
            let entry = Entry::Remembered {
                account: item.account.clone(),
                of: of.clone(),
                note: note.as_ref().map(|n| n.message_id.clone()),
            };
            self.write(entry, turn);
        }
        if let Some(introduction) = item.introduction.clone() {
            let event = self.event_of(world, &item, &outcome);
            if let Some(event) = event {
                self.step(world, &introduction, &event, turn);
            }
            if item.errand == Errand::Look && outcome == Outcome::Looked(Look::Fresh) {
                self.looked_fresh(world, &introduction, turn);
            }
        }
        if let (Errand::Hold { .. } | Errand::Place { .. }, Outcome::Done, Some(id)) =
            (&item.errand, &outcome, &item.introduction)
            && let Some(room) = self.rooms.get_mut(&item.account)
        {
            // A server may say nothing of a message that came and was moved on at once: looked for
            // where it lies, unless a survey shows it first.
            room.missing.insert(id.clone(), world.at);
        }
        if let (Errand::RemoveHeld, Outcome::Changed, Some(own)) = (
            &item.errand,
            &outcome,
            item.introduction
                .as_ref()
                .and_then(|id| self.books.introductions.get(id)),
        ) {
            // It was the last copy, and went back to Drafts: the user threw the other away.
            let (account, digest) = (own.account.clone(), own.digest.clone());
            self.write(Entry::LeaveAlone { account, digest }, turn);
        }
        if let Errand::Send {
            letter,
            reminder: true,
            ..
        } = &item.errand
            && matches!(outcome, Outcome::Sent(_) | Outcome::Found(true))
        {
            let errand = Errand::FileLetter {
                letter: letter.clone(),
            };
            let items =
                vec![self.new_item(&item.account, item.introduction.as_ref(), errand, world.at)];
            self.write(Entry::Todo { items }, turn);
        }
        self.backoff.remove(&id);
        self.by_append.remove(&id);
        if self.books.items.contains_key(&id) {
            self.write(Entry::Done { item: id }, turn);
        }
    }

    /// It may still go out, if not now.
    fn is_wanted(&self, item: &Item) -> bool {
        let own = item.introduction.as_ref();
        let Some(own) = own.and_then(|id| self.books.introductions.get(id)) else {
            return false;
        };
        match &item.errand {
            Errand::Send { .. } => own.state.is_open(),
            Errand::Release => own.release == Some(Release::Sending) && own.may_leave(),
            _ => false,
        }
    }

    fn event_of(&self, _world: &World<'_>, item: &Item, outcome: &Outcome) -> Option<Event> {
        let accepted = matches!(
            outcome,
            Outcome::Sent(_) | Outcome::Found(true) | Outcome::Done
        );
        match &item.errand {
            Errand::Hold { .. } if accepted => Some(Event::Placed),
            Errand::Hold { .. } => Some(Event::NotPlaced),
            Errand::Place { .. } if accepted => Some(Event::Placed),
            Errand::Send {
                party, reminder, ..
            } => match outcome {
                _ if accepted && !reminder => Some(Event::AskSent { party: *party }),
                Outcome::NotSent(SendError::Refused { reply, .. }) => Some(Event::AskRefused {
                    party: *party,
                    reply: reply.clone(),
                }),
                _ => None,
            },
            Errand::Tell { of_hold: true, .. } if accepted => Some(Event::Noted),
            Errand::Look => match outcome {
                Outcome::Looked(Look::InSent) => Some(Event::Cancelled {
                    reason: Reason::Superseded,
                }),
                Outcome::Looked(Look::Missing) => Some(Event::Cancelled {
                    reason: Reason::Deleted,
                }),
                Outcome::Looked(Look::Changed) => Some(Event::Cancelled {
                    reason: Reason::Edited,
                }),
                _ => None,
            },
            Errand::Release => match outcome {
                _ if accepted => Some(Event::Accepted),
                Outcome::NotSent(SendError::Refused { reply, .. }) => Some(Event::Refused {
                    reply: reply.clone(),
                }),
                _ => None,
            },
            Errand::File if accepted => Some(Event::Filed),
            _ => None,
        }
    }

    /// The mailbox has nothing against it; the desk looks at what it knows itself.
    fn looked_fresh(&mut self, world: &mut World<'_>, id: &Id, turn: &mut Turn) {
        let Some(now) = self.books.introductions.get(id) else {
            return;
        };
        let event = if now.by_hand {
            Event::LookedFresh
        } else if self.in_touch(world, now) {
            Event::Cancelled {
                reason: Reason::Moot,
            }
        } else if self.dates_passed(now, world) {
            Event::LookedStale
        } else {
            Event::LookedFresh
        };
        self.step(world, id, &event, turn);
    }

    /// A day that the text names is over (L8). A draft may have been written days before it was held;
    /// a date older than a month is not believed.
    fn dates_passed(&self, introduction: &Introduction, world: &World<'_>) -> bool {
        let offset = TimeDelta::seconds(i64::from(introduction.utc_offset));
        let held = introduction.created;
        let dated = self.held.get(&introduction.id).and_then(|m| m.date);
        let written = dated
            .filter(|date| *date < held && held - *date < TimeDelta::days(31))
            .unwrap_or(held);
        let day = |at: crate::Timestamp| (at + offset).date_naive();
        introduction.via != Via::Sent
            && super::dates::gone_by(&introduction.text, day(written), day(world.at)).is_some()
    }

    /// Strangers when it was held, and evidence of contact since (K8).
    fn in_touch(&self, world: &World<'_>, introduction: &Introduction) -> bool {
        let all = &introduction.parties;
        let mut strangers = all
            .iter()
            .enumerate()
            .flat_map(|(n, a)| all.iter().skip(n + 1).map(move |b| (a, b)))
            .map(|(a, b)| (a, world.records.evidence(&a.address, &b.address)))
            // A pair that was acquainted when it was held says nothing new.
            .filter(|(a, known)| {
                !known.iter().any(|e| {
                    a.evidence
                        .iter()
                        .any(|k| k.kind == e.kind && k.message_id == e.message_id)
                })
            })
            .peekable();
        strangers.peek().is_some() && strangers.all(|(_, known)| !known.is_empty())
    }
}
