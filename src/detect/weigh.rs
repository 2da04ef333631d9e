//! Words, shape and roles, weighed together.

use super::cues::Kind;
use super::hits::{Hit, find_hits, without_code};
use super::learnt::Shown;
use super::parties::{self, Roles};
use super::people::{self, People};
use super::roles::same_house;
use super::shape::Shape;
use super::subject::Subject;
use super::words::{Sentence, Set, sentences};
use super::{Found, Introducer, Limits, Verdict, language_of};
use crate::acquaintance::Records;
use crate::mail::text::own_words;
use crate::mail::{Address, Message};

const NOTHING: &str = "Nothing in it puts two of its recipients in contact.";

/// How the names of those signs begin that a reason can be made of.
const TELLING: &[&str] = &["greets", "speaks", "describes", "sends", "tells"];

/// One message, read for the judge.
pub(super) struct Letter {
    pub people: People,
    pub text: String,
    pub shape: Shape,
    pub hits: Vec<Hit>,
    pub subject: Subject,
    pub is_reply: bool,
    /// ISO 639-1 of the text, or of the subject where there is none.
    pub language: &'static str,
    pub sentences: Vec<Sentence>,
    /// The addresses it is from.
    own: Vec<Address>,
}

impl Letter {
    pub fn read(
        message: &Message,
        introducer: &Introducer,
        limits: &Limits,
        records: &dyn Records,
    ) -> Self {
        let text = if message.encrypted {
            String::new()
        } else {
            without_code(&own_words(message))
        };
        let naming = format!("{text}\n\n{}", message.subject);
        let people = people::people(message, &naming, introducer, limits, records);
        let sentences = sentences(&text, &people);
        let shape = Shape::of(&sentences);
        let subject = Subject::of(&message.subject, &people);
        let mut hits = find_hits(&sentences);
        for mut hit in find_hits(&self::sentences(&message.subject, &people)) {
            if hit.kind == Kind::Join {
                hit.weight *= 0.8;
                hits.push(hit);
            }
        }
        Self {
            is_reply: subject.is_answer
                || !message.in_reply_to.is_empty()
                || !message.references.is_empty(),
            language: language_of(if text.trim().is_empty() {
                &message.subject
            } else {
                &text
            }),
            people,
            text,
            shape,
            hits,
            subject,
            sentences,
            own: message.from.iter().map(|p| p.address.clone()).collect(),
        }
    }

    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(move |h| h.kind == kind)
    }

    fn chosen(&self) -> Set {
        parties::parties(&self.people, &self.roles())
    }

    /// Everything that has a learnt weight.
    pub fn shown(&self, message: &Message) -> Shown {
        let (by_hand, _) = self.score(self.chosen(), message);
        Shown::of(self, message, by_hand)
    }

    /// The sentence that weighed most, where the hand-made wordings do not tell why.
    fn add_reasons(&self, shown: &Shown, score: f64, reasons: &mut Vec<String>) {
        let pro = score >= 0.5;
        let told = reasons.iter().filter(|r| !r.starts_with(NOTHING)).count();
        if told >= 2 || (!pro && told >= 1) {
            return;
        }
        if pro {
            reasons.retain(|r| !r.starts_with(NOTHING));
            for (quote, _) in shown.sentences(self, true).into_iter().take(2) {
                let reason = format!("It says “{quote}”.");
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            let mut signs: Vec<_> = shown
                .weighed_signs()
                .filter(|(name, weight)| {
                    *weight > 0.2 && TELLING.iter().any(|t| name.starts_with(t))
                })
                .collect();
            signs.sort_by(|a, b| b.1.total_cmp(&a.1));
            reasons.extend(signs.iter().take(2).map(|(name, _)| format!("It {name}.")));
        }
        if reasons.is_empty() {
            reasons.push("It is built like an introduction.".to_owned());
        }
    }

    /// The verdict before exemptions.
    pub fn verdict(&self, message: &Message, limits: &Limits) -> Verdict {
        let chosen = self.chosen();
        let (by_hand, mut reasons) = self.score(chosen, message);
        let score = if self.people.humans.len() < 2 {
            // Nothing can come of it, and most mail is such.
            by_hand.min(0.1)
        } else {
            let shown = Shown::of(self, message, by_hand);
            let score = shown.score();
            self.add_reasons(&shown, score, &mut reasons);
            (score * 1000.0).round() / 1000.0
        };
        let parties: Vec<Found> = self
            .members(chosen)
            .map(|(_, h)| Found {
                address: h.address.clone(),
                name: h.name.clone(),
                also: h.also.clone(),
            })
            .collect();
        let place = |person: usize| self.members(chosen).position(|(i, _)| i == person);
        let agreed = self.agreed(chosen);
        let same_side = self
            .same_side(chosen)
            .into_iter()
            .filter_map(|(a, b)| Some((place(a)?, place(b)?)))
            .collect();
        Verdict {
            introduction: parties.len() >= 2 && score >= limits.threshold,
            score,
            language: self.language.to_owned(),
            agreed: self
                .members(agreed)
                .map(|(_, h)| h.address.clone())
                .collect(),
            parties,
            reasons,
            same_side,
        }
    }

    /// Whether somebody belongs to the introducer's own house.
    pub(super) fn is_colleague(&self, address: &Address) -> bool {
        self.own.iter().any(|own| same_house(own, address))
    }

    pub(super) fn members(&self, set: Set) -> impl Iterator<Item = (usize, &people::Human)> {
        self.people
            .humans
            .iter()
            .enumerate()
            .filter(move |(i, _)| set & (1 << i) != 0)
    }

    fn roles(&self) -> Roles {
        let mut roles = Roles {
            present: self.shape.greeted | self.shape.spoken_to,
            greets_all: self.shape.greets_all,
            named_on_to: self.shape.named & self.people.on_to(),
            in_subject: if self.subject.joins {
                self.subject.named
            } else {
                0
            },
            ..Roles::default()
        };
        for hit in &self.hits {
            match hit.kind {
                Kind::Join if hit.weight >= 0.5 => roles.joined |= hit.all(),
                Kind::Aside if hit.weight >= 0.6 => {
                    roles.aside |= hit.persons.first().copied().unwrap_or_default()
                }
                _ => {}
            }
            if hit.kind == Kind::Join {
                let says = |w: &str| hit.quote.split(' ').any(|q| q == w);
                roles.two |= [
                    "two", "both", "beide", "beiden", "zwei", "deux", "dos", "dois", "duas", "due",
                    "twee", "each",
                ]
                .iter()
                .any(|w| says(w));
                roles.everybody |= says("three") || says("four") || (says("all") && says("you"));
            }
        }
        // A description introduces, unless the person is only kept informed.
        roles.present |= self.shape.described & !roles.aside;
        // Who is in brackets and nowhere else stands by, even where the sentence has the verb.
        roles
    }

    /// How likely this introduces `chosen` to each other, and why.
    fn score(&self, chosen: Set, message: &Message) -> (f64, Vec<String>) {
        let mut evidence: Vec<(f64, String)> = Vec::new();
        let mut against: Vec<(f64, String)> = Vec::new();
        let join = self.best_join();
        for hit in &join {
            evidence.push((hit.weight, format!("It says “{}”.", hit.quote)));
        }
        let strongest = join.first().map_or(0.0, |h| h.weight);
        self.weigh_shape(chosen, strongest, &mut evidence);
        self.weigh_subject(chosen, &mut evidence);
        self.weigh_referral(chosen, &mut evidence);
        self.weigh_contrary(chosen, strongest, message, &mut against);

        evidence.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut score = 1.0 - evidence.iter().fold(1.0, |left, (w, _)| left * (1.0 - w));
        for (factor, _) in &against {
            score *= factor;
        }
        let mut reasons: Vec<String> = if score < 0.5 && !against.is_empty() {
            against
                .iter()
                .map(|a| a.1.clone())
                .chain(evidence.iter().map(|e| e.1.clone()))
                .collect()
        } else {
            evidence
                .iter()
                .map(|e| e.1.clone())
                .chain(against.iter().map(|a| a.1.clone()))
                .collect()
        };
        reasons.dedup();
        reasons.truncate(6);
        if reasons.is_empty() {
            reasons.push(NOTHING.to_owned());
        }
        ((score * 1000.0).round() / 1000.0, reasons)
    }

    /// The strongest words of introducing, one a sentence, at most three.
    fn best_join(&self) -> Vec<&Hit> {
        let mut best: Vec<&Hit> = Vec::new();
        for hit in self.of(Kind::Join) {
            match best.iter_mut().find(|b| b.sentence == hit.sentence) {
                Some(there) if there.weight < hit.weight => *there = hit,
                Some(_) => {}
                None => best.push(hit),
            }
        }
        best.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        best.truncate(3);
        best
    }

    /// Words that end one service and begin another, not merely a help that is promised.
    pub(super) fn hands_over(&self) -> bool {
        self.of(Kind::Handover).any(|h| h.weight <= 0.35)
    }

    fn agreed(&self, chosen: Set) -> Set {
        if self.of(Kind::AllAgreed).next().is_some() {
            return chosen;
        }
        self.of(Kind::OneAgreed)
            .filter_map(|h| h.persons.first().copied())
            .filter(|set| set.count_ones() == 1)
            .fold(0, |all, set| all | set)
            & chosen
    }

    fn same_side(&self, chosen: Set) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for hit in self.of(Kind::SameSide) {
            let [a, b, ..] = hit.persons.as_slice() else {
                continue;
            };
            // “My friends Ann and Bob” are one side only where there is another one.
            let another = chosen & !(a | b) != 0;
            if (hit.weight < 1.0 && !another) || a.count_ones() != 1 || b.count_ones() != 1 {
                continue;
            }
            let pair = (a.trailing_zeros() as usize, b.trailing_zeros() as usize);
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        pairs
    }
}
