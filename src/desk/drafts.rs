//! What lies in Drafts and in Ask: seen, read, judged, settled, taken.

use super::heard::Question;
use super::weigh::Weighed;
use super::{Desk, Room, Turn, World};
use crate::Timestamp;
use crate::config::Take;
use crate::ledger::{DraftKey, Entry, Errand};
use crate::letter::AccountMatter;
use crate::mail::Message;
use crate::mailroom::{Identity, Survey};
use crate::port::{Place, UidValidity};
use chrono::TimeDelta;

/// One version of one draft.
#[derive(Debug)]
pub struct Sighting {
    pub size: u64,
    pub since: Timestamp,
    pub what: What,
}

/// What is known of it.
#[derive(Debug)]
pub enum What {
    /// Its bytes were asked for.
    Fetching,
    /// Read while the index was not complete yet.
    Waiting(Vec<u8>),
    /// Not ours to take, for this reason.
    Left(String),
    /// An introduction that settles until then.
    Settling {
        candidate: Box<Candidate>,
        until: Timestamp,
    },
    /// Settled; what its parties wrote lately is being looked up.
    Consulting { candidate: Box<Candidate> },
    /// Being taken.
    Taken,
}

/// A draft that was read and judged to be an introduction.
#[derive(Debug)]
pub struct Candidate {
    pub bytes: Vec<u8>,
    pub message: Message,
    pub identity: Identity,
    pub weighed: Weighed,
    pub language: String,
    pub score: f64,
}

impl Sighting {
    /// When it wants to be looked at again.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match &self.what {
            What::Settling { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// A question about it is under way.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(
            self.what,
            What::Fetching | What::Consulting { .. } | What::Taken
        )
    }
}

impl Desk {
    /// Asks what lies in every place that matters.
    pub(super) fn survey(&mut self, account: &str, turn: &mut Turn) {
        self.changed(account, None, turn);
    }

    /// Asks what lies where a change in `place` may have gone.
    pub(super) fn changed(&mut self, account: &str, place: Option<Place>, turn: &mut Turn) {
        let ours = [
            Place::Held,
            Place::Ask,
            Place::SendNow,
            Place::GiveBack,
            Place::Closed,
        ];
        let places: Vec<Vec<Place>> = match place {
            // By itself, so that a draft is read without waiting for the rest, which is watched too.
            Some(Place::Drafts) => vec![vec![Place::Drafts]],
            Some(Place::Held | Place::Closed | Place::Ask | Place::SendNow | Place::GiveBack) => {
                vec![ours.to_vec()]
            }
            _ => vec![vec![Place::Drafts], ours.to_vec()],
        };
        for places in places {
            turn.questions.push(Question::Survey {
                account: account.to_owned(),
                places,
            });
        }
    }

    /// Whether drafts are taken after their settle time, not only from `Askfirst/Ask`.
    fn takes_settled(&self, room: &Room) -> bool {
        self.config.drafts.enabled
            && match self.config.drafts.take {
                Some(take) => take == Take::Settled,
                None => !room.exchange,
            }
    }

    pub(super) fn drafts_surveyed(
        &mut self,
        world: &World<'_>,
        account: &str,
        survey: &Survey,
        turn: &mut Turn,
    ) {
        let Some(validity) = survey.uid_validity else {
            return;
        };
        let alive: Vec<_> = survey.items.iter().filter(|i| !i.flags.deleted).collect();
        if self.books.account(account).learned.is_none() {
            let drafts = alive
                .iter()
                .map(|i| DraftKey {
                    message_id: i.message_id.clone(),
                    size: i.size,
                })
                .collect();
            self.write(
                Entry::Learned {
                    account: account.to_owned(),
                    drafts,
                },
                turn,
            );
        }
        let learned = self
            .books
            .account(account)
            .learned
            .clone()
            .unwrap_or_default();
        // Decided before the last connection was lost, or the process ended, and not done yet.
        let taken: Vec<u32> = alive
            .iter()
            .map(|i| i.uid.0)
            .filter(|uid| self.is_being_taken(account, false, validity, *uid))
            .collect();
        let Some(room) = self.rooms.get(account) else {
            return;
        };
        if !room.acts() || !self.takes_settled(room) {
            return;
        }
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        if room.drafts_validity != Some(validity) {
            room.drafts.clear();
            room.drafts_validity = Some(validity);
        }
        room.drafts
            .retain(|uid, _| alive.iter().any(|i| i.uid.0 == *uid));
        for item in alive {
            let key = DraftKey {
                message_id: item.message_id.clone(),
                size: item.size,
            };
            if room.drafts.contains_key(&item.uid.0) {
                continue;
            }
            let what = if learned.contains(&key) {
                What::Left("it lay in Drafts before askfirst began".to_owned())
            } else if taken.contains(&item.uid.0) {
                What::Taken
            } else {
                turn.questions.push(Question::Fetch {
                    account: account.to_owned(),
                    ask_folder: false,
                    uid_validity: validity,
                    uid: item.uid.0,
                });
                What::Fetching
            };
            room.drafts.insert(
                item.uid.0,
                Sighting {
                    size: item.size,
                    since: world.at,
                    what,
                },
            );
        }
    }

    /// Whether taking this draft is decided and not done yet.
    pub(super) fn is_being_taken(
        &self,
        account: &str,
        ask_folder: bool,
        validity: UidValidity,
        uid: u32,
    ) -> bool {
        let hold = Errand::Hold {
            ask_folder,
            uid_validity: validity.0,
            uid,
        };
        let mut items = self.books.items.values();
        items.any(|i| i.account == account && i.errand == hold)
    }

    /// The bytes of a draft came.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn draft_read(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        ask_folder: bool,
        uid_validity: UidValidity,
        uid: u32,
        bytes: Option<Vec<u8>>,
        turn: &mut Turn,
    ) {
        if ask_folder {
            if let Some(bytes) = bytes {
                self.ask_folder_read(world, account, uid_validity, uid, bytes, turn);
            }
            return;
        }
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        if room.drafts_validity != Some(uid_validity) {
            return;
        }
        // Asked for twice, after a lost connection: what it was judged to be stands.
        let asked_for = |s: &Sighting| matches!(s.what, What::Fetching);
        if !room.drafts.get(&uid).is_some_and(asked_for) {
            return;
        }
        let Some(bytes) = bytes else {
            room.drafts.remove(&uid);
            return;
        };
        // Until the first index is complete everybody would look a stranger: drafts wait.
        let what = if room.indexed {
            self.judge_draft(world, account, uid, bytes, turn)
        } else {
            What::Waiting(bytes)
        };
        self.put_sighting(account, uid, what);
        self.drafts_due(world, account, turn);
    }

    pub(super) fn put_sighting(&mut self, account: &str, uid: u32, what: What) {
        if let Some(sighting) = self
            .rooms
            .get_mut(account)
            .and_then(|r| r.drafts.get_mut(&uid))
        {
            sighting.what = what;
        }
    }

    /// The index is complete: what waited is judged now.
    pub(super) fn judge_waiting(&mut self, world: &mut World<'_>, account: &str, turn: &mut Turn) {
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        let mut waiting = Vec::new();
        for (uid, sighting) in &mut room.drafts {
            if let What::Waiting(bytes) = &mut sighting.what {
                waiting.push((*uid, std::mem::take(bytes)));
            }
        }
        for (uid, bytes) in waiting {
            let what = self.judge_draft(world, account, uid, bytes, turn);
            self.put_sighting(account, uid, what);
        }
    }

    fn judge_draft(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        uid: u32,
        bytes: Vec<u8>,
        turn: &mut Turn,
    ) -> What {
        let left = |why: &str| What::Left(why.to_owned());
        let Some(own) = self
            .config
            .accounts
            .iter()
            .find(|a| a.name == account)
            .cloned()
        else {
            return left("its account is not configured");
        };
        let identity = Identity::of(&bytes);
        if self
            .books
            .account(account)
            .left_alone
            .contains(&identity.digest)
            || self.was_closed(account, &identity.digest)
        {
            return left("you took it back");
        }
        let message = crate::mail::parse(&bytes);
        if message.value(crate::letter::MARK).is_some() {
            return left("it is a letter of askfirst's");
        }
        let tried = |id: &crate::mail::MessageId| id.as_str().contains(super::hands::TRIED);
        if !self.trial && message.message_id.as_ref().is_some_and(tried) {
            return left("`askfirst try` has put it there");
        }
        if self.is_ready_release(account, &message) {
            return left("it is ready for you to send");
        }
        if let Some(held) = self.comes_back(account, &message, &identity) {
            if let Some(room) = self.rooms.get_mut(account) {
                room.returned
                    .entry(held)
                    .or_insert(super::returned::Returned {
                        since: world.at,
                        digest: identity.digest.clone(),
                        uid,
                        asked: None,
                    });
            }
            return left("its held copy is being looked at");
        }
        if self.has_left(account, &message) {
            return left("it was sent already");
        }
        let verdict = self.judge(&own, &message, world.records);
        if !verdict.introduction {
            return left("it is no introduction");
        }
        if let Some(why) = crate::settle::never_taken(&message) {
            let key = format!("never taken {}", identity.digest);
            let matter = AccountMatter::NeverTaken {
                subject: message.subject.clone(),
                why: why.to_string(),
            };
            self.tell_account_once(world, account, &key, &matter, turn);
            return What::Left(why.to_string());
        }
        if let Some(why) = crate::settle::unfinished(&message) {
            return What::Left(format!("it is not finished: {why}"));
        }
        let weighed = self.weigh(&own, &message, &verdict, world.records, world.at);
        if !weighed.needs_asking() {
            return left("nobody needs asking");
        }
        let settle = TimeDelta::from_std(self.config.drafts.settle).unwrap_or(TimeDelta::days(365));
        let Some(room) = self.rooms.get(account) else {
            return left("its account is gone");
        };
        let since = room.drafts.get(&uid).map_or(world.at, |s| s.since);
        let returns = room
            .returns
            .get(&likeness_key(&message))
            .copied()
            .unwrap_or(0)
            .min(8);
        // Doubling nothing is still nothing: a draft that keeps coming back must come to rest.
        let settle = if returns > 0 {
            settle.max(TimeDelta::seconds(15))
        } else {
            settle
        };
        let until = since + settle * (1 << returns);
        let (language, score) = (verdict.language, verdict.score);
        let candidate = Box::new(Candidate {
            bytes,
            message,
            identity,
            weighed,
            language,
            score,
        });
        What::Settling { candidate, until }
    }

    /// Settled drafts are taken; drafts that came back are decided upon.
    pub(super) fn drafts_due(&mut self, world: &mut World<'_>, account: &str, turn: &mut Turn) {
        self.returned_due(world, account, turn);
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        let mut settled = Vec::new();
        for (uid, sighting) in &mut room.drafts {
            let due = matches!(&sighting.what, What::Settling { until, .. } if *until <= world.at);
            if due
                && let What::Settling { candidate, .. } =
                    std::mem::replace(&mut sighting.what, What::Taken)
            {
                settled.push((*uid, candidate));
            }
        }
        // An older version that stayed behind never counts beside a newer one (D3).
        let newest: Vec<u32> = settled.iter().map(|(uid, _)| *uid).collect();
        for (uid, candidate) in settled {
            let newer = room.drafts.iter().any(|(other, s)| {
                let message = match &s.what {
                    What::Settling { candidate, .. } | What::Consulting { candidate } => {
                        Some(&candidate.message)
                    }
                    _ => None,
                };
                *other > uid
                    && !newest.contains(other)
                    && message.is_some_and(|m| crate::settle::same_draft(&candidate.message, m))
            });
            let what = if newer {
                What::Left("a newer version lies beside it".to_owned())
            } else {
                let people = candidate
                    .weighed
                    .parties
                    .iter()
                    .filter(|p| p.required)
                    .map(|p| p.address.clone());
                turn.questions.push(Question::Consult {
                    account: account.to_owned(),
                    ask_folder: false,
                    uid,
                    people: people.collect(),
                });
                What::Consulting { candidate }
            };
            if let Some(sighting) = room.drafts.get_mut(&uid) {
                sighting.what = what;
            }
        }
    }
}

/// Drafts of one compose session share it: the subject, without case.
pub(super) fn likeness_key(message: &Message) -> String {
    message.subject.trim().to_lowercase()
}
