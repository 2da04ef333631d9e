//! Decisions made on the command line.

use super::request::{Decision, Request};
use super::{Desk, Turn, World};
use crate::Timestamp;
use crate::answer::Answer;
use crate::consent::{ConsentKind, Standing};
use crate::introduction::{Event, Id, Introduction, Reason, State};
use crate::ledger::Entry;
use crate::mail::Address;
use chrono::TimeDelta;
use serde_json::{Value, json};

impl Desk {
    /// Takes a request in; the answer is for the person who asked.
    ///
    /// # Errors
    /// A sentence: what was tried, what stood in the way, what helps.
    pub fn request(
        &mut self,
        world: &mut World<'_>,
        request: &Request,
        turn: &mut Turn,
    ) -> Result<Value, String> {
        match request {
            Request::Decide { id, .. } => {
                let account = self.books.find(id)?.account.clone();
                self.refuse_to_follow(Some(&account))?;
            }
            Request::Grant { .. } | Request::Refuse { .. } | Request::Revoke { .. } => {
                self.refuse_to_follow(None)?;
            }
            _ => {}
        }
        let done = self.requested(world, request, turn);
        self.remember_changes(world, turn);
        done
    }

    fn requested(
        &mut self,
        world: &mut World<'_>,
        request: &Request,
        turn: &mut Turn,
    ) -> Result<Value, String> {
        match request {
            Request::Decide { id, decision } => self.decide(world, id, decision, turn),
            Request::Grant { address, about } => {
                let kind = if about.is_some() {
                    ConsentKind::Pair
                } else {
                    ConsentKind::Always
                };
                self.stand_by_hand(world, address, about.as_ref(), kind, turn)
            }
            Request::Refuse { address, about } => {
                let kind = if about.is_some() {
                    ConsentKind::Declined
                } else {
                    ConsentKind::Never
                };
                self.stand_by_hand(world, address, about.as_ref(), kind, turn)
            }
            Request::Revoke { address, about } => {
                let known = |s: &Standing| s.address == *address && s.about == *about;
                if !self.books.standings.iter().any(known) {
                    return Err(format!(
                        "Nothing stands about {address} that could be revoked. `askfirst consent list` shows what does."
                    ));
                }
                self.write(
                    Entry::Revoke {
                        address: address.clone(),
                        about: about.clone(),
                    },
                    turn,
                );
                Ok(json!({}))
            }
            Request::Forget { address } => self.forget(address, turn),
            Request::Status | Request::Reload => Ok(json!({})),
        }
    }

    pub(super) fn decide(
        &mut self,
        world: &mut World<'_>,
        prefix: &str,
        decision: &Decision,
        turn: &mut Turn,
    ) -> Result<Value, String> {
        let now = self.books.find(prefix)?.clone();
        let id = now.id.clone();
        match decision {
            Decision::Ask if now.can_be_confirmed() => {
                self.step(world, &id, &Event::Confirmed, turn)
            }
            Decision::Ask => return Err(refusal(&now, "ask about", self)),
            Decision::Release if now.can_be_released() => {
                self.step(world, &id, &Event::ReleaseNow, turn)
            }
            Decision::Release => return Err(refusal(&now, "release", self)),
            Decision::Cancel if now.can_be_called_back() => {
                self.step(
                    world,
                    &id,
                    &Event::Cancelled {
                        reason: Reason::Cancelled,
                    },
                    turn,
                );
            }
            Decision::Cancel => return Err(refusal(&now, "cancel", self)),
            Decision::Remind => self.remind(world, &now, turn)?,
            Decision::Answer { address, yes } => {
                self.answer_for(world, &now, address, *yes, turn)?
            }
        }
        let after = self
            .books
            .introductions
            .get(&id)
            .map_or(now.state, |i| i.state);
        Ok(json!({ "id": id, "state": after }))
    }

    fn remind(
        &mut self,
        world: &mut World<'_>,
        now: &Introduction,
        turn: &mut Turn,
    ) -> Result<(), String> {
        if !matches!(now.state, State::Asking | State::Attention) {
            return Err(refusal(now, "remind anybody about", self));
        }
        let able = now
            .silent()
            .into_iter()
            .any(|p| !now.parties[p].reminder_decided);
        if !able {
            return Err(format!(
                "Nobody can be reminded about {}: everybody asked has answered or had their one reminder.",
                now.id
            ));
        }
        self.step(world, &now.id, &Event::RemindNow, turn);
        Ok(())
    }

    fn answer_for(
        &mut self,
        world: &mut World<'_>,
        now: &Introduction,
        address: &Address,
        yes: bool,
        turn: &mut Turn,
    ) -> Result<(), String> {
        let Some(party) = now
            .parties
            .iter()
            .position(|p| p.address == *address || p.also.contains(address))
        else {
            let parties: Vec<String> = now.parties.iter().map(|p| p.address.to_string()).collect();
            return Err(format!(
                "{address} is no party of {}. Its parties are {}.",
                now.id,
                parties.join(", ")
            ));
        };
        if !now.can_be_called_back() {
            return Err(refusal(now, "answer", self));
        }
        let answer = if yes { Answer::Yes } else { Answer::No };
        self.stand(world, &now.id, party, answer, "command", turn);
        let event = Event::Answered {
            party,
            answer,
            until: None,
            text: String::new(),
            id: None,
            why: Vec::new(),
            proof: None,
        };
        self.step(world, &now.id, &event, turn);
        Ok(())
    }

    fn stand_by_hand(
        &mut self,
        world: &mut World<'_>,
        address: &Address,
        about: Option<&Address>,
        kind: ConsentKind,
        turn: &mut Turn,
    ) -> Result<Value, String> {
        let standing = Standing {
            address: address.clone(),
            about: about.cloned(),
            kind,
            since: world.at,
            source: "command".to_owned(),
        };
        self.write(Entry::Stand { standing }, turn);
        let word = match kind {
            ConsentKind::Always => Answer::Always,
            ConsentKind::Never => Answer::Never,
            _ => return Ok(json!({})),
        };
        self.spread(world, address, word, None, None, turn);
        Ok(json!({}))
    }

    fn forget(&mut self, address: &Address, turn: &mut Turn) -> Result<Value, String> {
        if let Some(open) = self
            .books
            .introductions
            .values()
            .find(|i| i.state.is_open() && i.concerns(address))
        {
            return Err(format!(
                "{address} can't be forgotten while introduction {} is open. End it first, with `askfirst cancel {}` \
                 or `askfirst release {}`.",
                open.id, open.id, open.id
            ));
        }
        self.write(
            Entry::Forgotten {
                address: address.clone(),
            },
            turn,
        );
        let left = &self.books.introductions;
        self.held.retain(|id, _| left.contains_key(id));
        Ok(json!({}))
    }

    /// Whether the kept bytes of this introduction may still be needed: it is open, or may be released by
    /// hand, or has ended within the last thirty days.
    #[must_use]
    pub fn keeps(&self, id: &Id, at: Timestamp) -> bool {
        self.books.introductions.get(id).is_some_and(|i| {
            let over = matches!(i.state, State::Released | State::Cancelled | State::Slipped);
            !over || at - i.updated < TimeDelta::days(30)
        })
    }
}

fn refusal(now: &Introduction, verb: &str, desk: &Desk) -> String {
    let state = match now.state {
        State::Held => "held",
        State::Asking => "being asked about",
        State::Attention => "waiting for your decision",
        State::Releasing => "just leaving",
        State::Released => "released",
        State::Declined => "declined",
        State::Expired => "expired",
        State::Cancelled => "cancelled",
        State::Slipped => "one that slipped out",
    };
    let help = match now.state {
        State::Releasing => "It is on its way already.",
        State::Released | State::Slipped => "It is out; nothing can call it back.",
        State::Cancelled => {
            "Its message went back to your drafts: send it from there, or leave it there to be held anew."
        }
        State::Declined | State::Expired => {
            "`askfirst release` sends it all the same, if you decide so."
        }
        _ if now.stuck == Some(Reason::Never) => {
            "A party does not want to be asked (`askfirst consent list`)."
        }
        _ => "`askfirst show` tells where it stands.",
    };
    let _ = desk;
    format!(
        "Could not {verb} introduction {}: it is {state}. {help}",
        now.id
    )
}
