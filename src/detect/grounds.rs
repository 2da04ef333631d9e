//! What speaks for an introduction beside its words, and what speaks against it.

use super::cues::Kind;
use super::weigh::Letter;
use super::words::Set;
use crate::mail::Message;

/// Below this many characters a letter says nothing of its own.
const NO_TEXT: usize = 20;

impl Letter {
    pub(super) fn weigh_shape(
        &self,
        chosen: Set,
        strongest: f64,
        evidence: &mut Vec<(f64, String)>,
    ) {
        let shape = &self.shape;
        if let Some(pair) = shape.mutual().filter(|pair| pair & chosen == *pair) {
            evidence.push((
                0.7,
                format!("{} are each told who the other is.", self.people.call(pair)),
            ));
        } else if let Some(&(to, about)) = shape
            .told
            .iter()
            .find(|(to, about)| (to | about) & !chosen == 0)
        {
            evidence.push((
                0.3,
                format!(
                    "{} is told about {}.",
                    self.people.call(to),
                    self.people.call(about)
                ),
            ));
        } else if (shape.described & chosen).count_ones() >= 2 {
            evidence.push((
                0.3,
                format!(
                    "It describes {} in turn.",
                    self.people.call(shape.described & chosen)
                ),
            ));
        }
        if (shape.greeted & chosen).count_ones() >= 2 && strongest > 0.0 {
            evidence.push((
                0.2,
                format!(
                    "It greets {} together.",
                    self.people.call(shape.greeted & chosen)
                ),
            ));
        }
    }

    pub(super) fn weigh_subject(&self, chosen: Set, evidence: &mut Vec<(f64, String)>) {
        let subject = &self.subject;
        if subject.recurring || subject.is_answer {
            return;
        }
        let both = (subject.named & chosen).count_ones() >= 2;
        if subject.joins && both {
            let weight = if self.text.trim().chars().count() < NO_TEXT {
                0.6
            } else {
                0.35
            };
            evidence.push((
                weight,
                format!("The subject joins {}.", self.people.call(subject.named)),
            ));
        }
        if subject.says_intro {
            evidence.push((
                if both { 0.5 } else { 0.35 },
                "The subject calls it an introduction.".to_owned(),
            ));
        }
    }

    /// Sending one recipient to another. Within one's own house this is how work is passed on,
    /// the commonest look-alike of all.
    pub(super) fn weigh_referral(&self, chosen: Set, evidence: &mut Vec<(f64, String)>) {
        let mut seen: Vec<usize> = Vec::new();
        let mut taken = 0.0;
        for hit in self.of(Kind::Refer) {
            let about = hit.all();
            if about & !chosen != 0 || seen.contains(&hit.sentence) || taken > 0.75 {
                continue;
            }
            let house = if about == 0 {
                self.members(chosen)
                    .all(|(_, h)| self.is_colleague(&h.address))
            } else {
                self.members(about)
                    .any(|(_, h)| self.is_colleague(&h.address))
            };
            let weight = if house { hit.weight * 0.35 } else { hit.weight };
            seen.push(hit.sentence);
            taken += weight;
            evidence.push((weight, format!("It says “{}”.", hit.quote)));
        }
    }

    pub(super) fn weigh_contrary(
        &self,
        chosen: Set,
        strongest: f64,
        message: &Message,
        against: &mut Vec<(f64, String)>,
    ) {
        let least = |kind: Kind| self.of(kind).min_by(|a, b| a.weight.total_cmp(&b.weight));
        if let Some(hit) = least(Kind::Thanks) {
            against.push((
                hit.weight,
                format!("It answers an introduction (“{}”).", hit.quote),
            ));
        }
        if let Some(hit) = least(Kind::Myself) {
            let factor = if strongest >= 0.85 && hit.weight > 0.2 {
                0.9
            } else {
                hit.weight
            };
            against.push((
                factor,
                format!("The writer presents themselves (“{}”).", hit.quote),
            ));
        }
        if strongest < 0.8
            && let Some(hit) = least(Kind::Request)
        {
            against.push((
                hit.weight,
                format!("It asks for an introduction (“{}”).", hit.quote),
            ));
        }
        let many = chosen.count_ones() > 3 || self.people.roles > 0;
        let one_house = self
            .members(chosen)
            .any(|(_, h)| self.is_colleague(&h.address));
        if (many || strongest < 0.8 && one_house)
            && let Some(hit) = least(Kind::Announce)
        {
            against.push((
                hit.weight,
                format!("It is news for a group (“{}”).", hit.quote),
            ));
        }
        if (strongest < 0.8 || one_house)
            && let Some(hit) = least(Kind::Handover)
        {
            let factor = if strongest >= 0.8 && !self.hands_over() {
                0.9
            } else {
                hit.weight
            };
            against.push((
                factor,
                format!("It passes a matter on to a colleague (“{}”).", hit.quote),
            ));
        }
        if strongest < 0.85
            && let Some(hit) = least(Kind::Acquainted)
        {
            against.push((hit.weight, format!("They have met (“{}”).", hit.quote)));
        }
        if let Some(hit) = least(Kind::Elsewhere) {
            let factor = if strongest >= 0.85 {
                hit.weight.max(0.75)
            } else {
                hit.weight
            };
            against.push((
                factor,
                format!("The introduction happens elsewhere (“{}”).", hit.quote),
            ));
        }
        if self.subject.recurring && strongest < 0.8 {
            against.push((
                0.4,
                format!("The subject is an ordinary one (“{}”).", message.subject),
            ));
        }
        if chosen.count_ones() > 6 {
            against.push((0.3, "It goes to a whole group.".to_owned()));
        }
    }
}
