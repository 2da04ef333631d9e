//! Mail that may be an answer: whose, to which ask, and what it says.

use super::{Desk, Outcome, Turn, World};
use crate::answer::vouching::Arrival;
use crate::answer::{Answer, Reading};
use crate::consent::{ConsentKind, Standing};
use crate::introduction::{Event, Id, Introduction, Party, Proof, Reason, State};
use crate::ledger::{Entry, Errand};
use crate::mail::{Message, MessageId};

impl Desk {
    /// Reads one mail. Nothing happens unless it concerns an ask of ours.
    pub(super) fn arrived(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        junk: bool,
        bytes: &[u8],
        arrival: &Arrival,
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
        let message = crate::mail::parse(bytes);
        if message.value(crate::letter::MARK).is_some() {
            return;
        }
        let introducer = Self::introducer(&own);
        if message.from.iter().any(|p| introducer.owns(&p.address)) {
            return;
        }
        let ids: Vec<MessageId> = message
            .in_reply_to
            .iter()
            .chain(&message.references)
            .cloned()
            .collect();
        let named = self.asks_named(&ids);
        let asks: Vec<String> = named
            .iter()
            .filter_map(|(id, p)| self.ask_text(id, *p))
            .collect();
        let asks: Vec<&str> = asks.iter().map(String::as_str).collect();
        let subject = named
            .first()
            .and_then(|(id, p)| Some(self.party(id, *p)?.asked.as_ref()?.subject.clone()));
        let reading = crate::answer::read(bytes, &message, &asks, subject.as_deref());
        self.ask_has_left(world, &ids, turn);
        if let Reading::Bounce { original_ids, .. } = &reading {
            self.ask_has_left(world, original_ids, turn);
        }
        // The same mail seen in two folders, or again after a crash, must be the same to us.
        let id = message
            .message_id
            .clone()
            .unwrap_or_else(|| digest_id(bytes));
        let proof = Proof {
            digest: crate::mailroom::Identity::of(bytes).digest,
            rules: crate::answer::RULES,
            written: message.date,
        };
        match reading {
            Reading::Bounce {
                failed,
                recipients,
                original_ids,
                text,
            } => {
                if failed {
                    let mut about = self.asks_named(&original_ids);
                    about.extend(named);
                    self.bounced(world, about, &recipients, &text, turn);
                }
            }
            Reading::Automatic {
                absent_until,
                moved,
                text,
                ..
            } => {
                if absent_until.is_some() || moved {
                    for (id, party) in named {
                        let event = Event::Away {
                            party,
                            until: absent_until,
                            text: text.clone(),
                        };
                        self.step(world, &id, &event, turn);
                    }
                }
            }
            Reading::Answer {
                answer,
                until,
                text,
                mut reasons,
            } => {
                if named.is_empty() {
                    self.no_reply(world, &message, &text, &id, turn);
                } else if named.len() > 1 {
                    reasons.insert(0, "It answers more than one question at once.".to_owned());
                    for (introduction, party) in named {
                        let (text, why) = (text.clone(), reasons.clone());
                        let event = Event::Answered {
                            party,
                            answer: Answer::Unclear,
                            until: None,
                            text,
                            id: Some(id.clone()),
                            why,
                            proof: None,
                        };
                        self.step(world, &introduction, &event, turn);
                    }
                } else if let Some((introduction, party)) = named.into_iter().next() {
                    let doubt = self
                        .doubt_sender(&own, bytes, &message, &introduction, party, junk, arrival)
                        .or_else(|| self.doubt_time(&message, &id, &introduction, party, arrival));
                    let event = match doubt {
                        Some(why) => Event::Doubtful {
                            party,
                            text,
                            id,
                            why: vec![why],
                        },
                        None if self.others_can_see(&introduction, party, &message) => {
                            Event::Cancelled {
                                reason: Reason::Moot,
                            }
                        }
                        None => Event::Answered {
                            party,
                            answer,
                            until,
                            text,
                            id: Some(id),
                            why: reasons,
                            proof: Some(proof),
                        },
                    };
                    self.answered_by(world, &introduction, party, &event, turn);
                    self.follow_word(world, &introduction, &event, &message, turn);
                }
            }
            Reading::Other { .. } => {}
        }
    }

    /// Whatever names an ask proves that it went out, also one that was cut off behind its final dot:
    /// it is not looked for any longer, and above all not repeated.
    fn ask_has_left(&mut self, world: &mut World<'_>, named: &[MessageId], turn: &mut Turn) {
        let doubtful: Vec<u64> = self
            .books
            .items
            .values()
            .filter(|item| Self::is_in_doubt(item))
            .filter(|item| {
                matches!(&item.errand, Errand::Send { letter, .. } if named.contains(&letter.message_id))
            })
            .map(|item| item.id)
            .collect();
        for item in doubtful {
            self.done(world, item, Outcome::Found(true), turn);
        }
    }

    /// Steps it, and remembers what stands from now on.
    fn answered_by(
        &mut self,
        world: &mut World<'_>,
        id: &Id,
        party: usize,
        event: &Event,
        turn: &mut Turn,
    ) {
        if let Event::Answered { answer, .. } = event {
            self.stand(world, id, party, *answer, "answer", turn);
        }
        self.step(world, id, event, turn);
    }

    /// `always` and `never` stand for the person, a no for the pair (K12).
    pub(super) fn stand(
        &mut self,
        world: &World<'_>,
        id: &Id,
        party: usize,
        answer: Answer,
        source: &str,
        turn: &mut Turn,
    ) {
        let Some(introduction) = self.books.introductions.get(id) else {
            return;
        };
        let Some(who) = introduction.parties.get(party) else {
            return;
        };
        let address = who.address.clone();
        let standing = |kind, about| Standing {
            address: address.clone(),
            about,
            kind,
            since: world.at,
            source: source.to_owned(),
        };
        let new: Vec<Standing> = match answer {
            Answer::Always => vec![standing(ConsentKind::Always, None)],
            Answer::Never => vec![standing(ConsentKind::Never, None)],
            Answer::No => introduction
                .parties
                .iter()
                .filter(|p| p.address != address)
                .map(|p| standing(ConsentKind::Declined, Some(p.address.clone())))
                .collect(),
            _ => vec![],
        };
        for standing in new {
            let known = self.books.standings.iter().any(|s| {
                s.address == standing.address
                    && s.about == standing.about
                    && s.kind == standing.kind
            });
            if !known {
                self.write(Entry::Stand { standing }, turn);
            }
        }
    }

    fn bounced(
        &mut self,
        world: &mut World<'_>,
        mut about: Vec<(Id, usize)>,
        recipients: &[crate::mail::Address],
        text: &str,
        turn: &mut Turn,
    ) {
        about.dedup();
        if about.is_empty() {
            // Some reports name nothing but the address: it must be one we have just asked.
            about = self
                .books
                .introductions
                .values()
                .filter(|i| i.state == State::Asking || i.state == State::Attention)
                .flat_map(|i| i.parties.iter().enumerate().map(move |(n, p)| (i, n, p)))
                .filter(|(_, _, p)| {
                    p.asked.is_some() && p.answer.is_none() && recipients.contains(&p.address)
                })
                .map(|(i, n, _)| (i.id.clone(), n))
                .collect();
        }
        for (id, party) in about {
            self.step(
                world,
                &id,
                &Event::Bounced {
                    party,
                    text: text.to_owned(),
                },
                turn,
            );
        }
    }

    /// The answer went to the other party as well: they are in touch (Y15).
    fn others_can_see(&self, id: &Id, party: usize, message: &Message) -> bool {
        self.books
            .introductions
            .get(id)
            .is_some_and(|i| i.state.is_open() && others_on(i, party, message))
    }

    /// New mail, no reply, from somebody who was asked (Y14): only if it speaks of the introduction.
    fn no_reply(
        &mut self,
        world: &mut World<'_>,
        message: &Message,
        text: &str,
        id: &MessageId,
        turn: &mut Turn,
    ) {
        let [from] = message.from.as_slice() else {
            return;
        };
        let words = format!("{} {text}", message.subject).to_lowercase();
        let about: Vec<(Id, usize)> = self
            .books
            .introductions
            .values()
            .filter(|i| i.state == State::Asking || i.state == State::Attention)
            .flat_map(|i| i.parties.iter().enumerate().map(move |(n, p)| (i, n, p)))
            .filter(|(_, _, p)| {
                p.address == from.address && p.asked.as_ref().is_some_and(|a| a.sent.is_some())
            })
            .filter(|(i, n, _)| speaks_of(&words, i, *n))
            // Written to the other party: no answer to us, and the look before release sees it (K8).
            .filter(|(i, n, _)| !others_on(i, *n, message))
            .map(|(i, n, _)| (i.id.clone(), n))
            .collect();
        for (introduction, party) in about {
            let why = vec!["It is a new mail, not a reply to the question.".to_owned()];
            let event = Event::Doubtful {
                party,
                text: text.to_owned(),
                id: id.clone(),
                why,
            };
            self.step(world, &introduction, &event, turn);
        }
    }

    pub(super) fn party(&self, id: &Id, party: usize) -> Option<&Party> {
        self.books.introductions.get(id)?.parties.get(party)
    }

    fn ask_text(&self, id: &Id, party: usize) -> Option<String> {
        Some(self.party(id, party)?.asked.as_ref()?.text.clone())
    }

    /// Whether a mail with these ids and sender may matter, so that its whole text is worth fetching.
    #[must_use]
    pub fn may_be_an_answer(&self, ids: &[MessageId], from: Option<&crate::mail::Address>) -> bool {
        !self.asks_named(ids).is_empty()
            || from.is_some_and(|from| {
                self.books
                    .introductions
                    .values()
                    .filter(|i| i.state.is_open())
                    .any(|i| {
                        i.parties
                            .iter()
                            .any(|p| p.address == *from && p.asked.is_some())
                    })
            })
    }
}

/// Whether another party stands on this mail.
fn others_on(introduction: &Introduction, party: usize, message: &Message) -> bool {
    let others = introduction
        .parties
        .iter()
        .enumerate()
        .filter(|(n, _)| *n != party);
    others
        .map(|(_, p)| &p.address)
        .any(|address| message.visible().any(|v| v.address == *address))
}

fn speaks_of(words: &str, introduction: &Introduction, party: usize) -> bool {
    let others = introduction
        .parties
        .iter()
        .enumerate()
        .filter(|(n, _)| *n != party);
    words.contains("introduc")
        || words
            .split(|c: char| !c.is_alphanumeric())
            .any(|w| w == "intro")
        || others.filter_map(|(_, p)| p.first_name()).any(|name| {
            let name = name.to_lowercase();
            words
                .split(|c: char| !c.is_alphanumeric())
                .any(|w| w == name)
        })
}

/// Some mails have no Message-ID: their bytes stand in for it.
fn digest_id(bytes: &[u8]) -> MessageId {
    let digest = crate::mailroom::Identity::of(bytes).digest;
    MessageId::new(&format!("{digest}@no-id.invalid"))
        .unwrap_or_else(|| unreachable!("a digest is an id"))
}
