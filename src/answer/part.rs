//! One sentence of an answer: what its phrases say together.

use super::lexicon::Cue;
use std::collections::BTreeSet;

/// What stands in one clause or sentence.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub cues: Vec<(Cue, String, usize)>,
    pub unknown: Vec<String>,
    pub words: usize,
    pub names: BTreeSet<String>,
}

impl Found {
    pub fn has(&self, cue: Cue) -> bool {
        self.cues.iter().any(|(c, ..)| *c == cue)
    }
    pub fn any(&self, cues: &[Cue]) -> bool {
        cues.iter().any(|c| self.has(*c))
    }
    pub fn yes(&self) -> bool {
        self.any(&[Cue::Yes, Cue::Go, Cue::Always])
    }
    pub fn first(&self, cue: Cue) -> Option<&str> {
        self.cues
            .iter()
            .find(|(c, ..)| *c == cue)
            .map(|(_, p, _)| p.as_str())
    }
    pub fn add(&mut self, other: Found) {
        self.cues.extend(other.cues);
        self.unknown.extend(other.unknown);
        self.words += other.words;
        self.names.extend(other.names);
    }
}

/// Everything but a yes that a word can say.
const BLOCKS: &[Cue] = &[
    Cue::No,
    Cue::Never,
    Cue::Not,
    Cue::Later,
    Cue::Again,
    Cue::Cond,
    Cue::Ask,
    Cue::Hand,
    Cue::Hedge,
];

/// One sentence, judged.
pub(super) struct Part {
    pub found: Found,
    clauses: Vec<Found>,
    question: bool,
    /// What follows a "but".
    pub after_but: Option<Found>,
    /// A yes stands before the "but".
    pub before_yes: bool,
    /// "Not my habit, but yes": what stands before the "but" was let go.
    conceded: bool,
}

impl Part {
    pub fn new(clauses: &[Found], question: bool) -> Self {
        let mut found = Found::default();
        for clause in clauses {
            found.add(clause.clone());
        }
        let mut part = Part {
            found,
            clauses: clauses.to_vec(),
            question,
            after_but: None,
            before_yes: false,
            conceded: false,
        };
        let Some(at) = part.found.cues.iter().position(|(c, ..)| *c == Cue::But) else {
            return part;
        };
        let before = Found {
            cues: part.found.cues[..at].to_vec(),
            ..Found::default()
        };
        let after = Found {
            cues: part.found.cues[at + 1..].to_vec(),
            unknown: after_unknown(clauses),
            ..Found::default()
        };
        part.before_yes = before.yes();
        if !question
            && !before.yes()
            && after.yes()
            && !after.any(BLOCKS)
            && after.unknown.is_empty()
            && !before.any(&[
                Cue::Cond,
                Cue::Later,
                Cue::Again,
                Cue::Ask,
                Cue::Hand,
                Cue::Never,
                Cue::Hedge,
            ])
        {
            part.conceded = true;
            part.found = Found {
                words: part.found.words,
                ..after
            };
            part.clauses = vec![part.found.clone()];
        } else if at > 0 && before.cues.iter().any(|(c, ..)| *c != Cue::Soft) {
            part.after_but = Some(after);
        }
        part
    }

    /// The word that asks to be left alone, unless it stands in a long sentence about other things.
    pub fn never(&self) -> Option<&str> {
        self.found
            .cues
            .iter()
            .find(|(c, _, n)| {
                *c == Cue::Never
                    && (*n >= 2 || (self.found.unknown.len() <= 1 && self.found.words <= 8))
            })
            .map(|(_, p, _)| p.as_str())
    }

    /// "Only if she is not looking for a job": a condition first, and a no that belongs to it.
    pub fn only_if(&self) -> bool {
        self.clauses.iter().any(|c| {
            let place = |cue| c.cues.iter().position(|(x, ..)| *x == cue);
            let said = c
                .cues
                .iter()
                .position(|(x, ..)| !matches!(x, Cue::Soft | Cue::Rhetorical | Cue::Yes));
            place(Cue::Cond).is_some()
                && place(Cue::Cond) == said
                && place(Cue::No) > place(Cue::Cond)
                && (!c.unknown.is_empty()
                    || c.cues.iter().any(|(x, _, n)| *x == Cue::No && *n >= 3))
        })
    }

    /// "OK provided there is no fee": the no belongs to the condition.
    pub fn conditional(&self) -> bool {
        self.found.has(Cue::Cond)
            && self.found.has(Cue::No)
            && self.found.yes()
            && !self.after_but.as_ref().is_some_and(|a| a.has(Cue::No))
    }

    /// Whether something is asked that only the introducer can answer.
    pub fn asks(&self) -> bool {
        let asked = |(c, _, n): &&(Cue, String, usize)| *c == Cue::Ask && *n >= 2;
        let opens = self
            .clauses
            .iter()
            .any(|c| matches!(c.cues.first(), Some((Cue::Ask, ..))) && c.words >= 2);
        if self.question {
            self.found.any(&[Cue::Ask, Cue::Again])
                || self.found.has(Cue::Invert) && !self.found.yes()
                || (self.found.has(Cue::Cond) && !self.found.yes())
        } else {
            self.found.cues.iter().find(asked).is_some()
                || (opens
                    && self.found.words <= 12
                    && !self.found.any(&[Cue::Yes, Cue::Go, Cue::No]))
        }
    }

    /// A question that is neither about the introduction nor good manners.
    pub fn odd_question(&self) -> bool {
        if !self.question || self.asks() {
            return false;
        }
        let idiom = self.clauses.last().is_some_and(|c| {
            c.unknown.is_empty()
                && !c.has(Cue::Later)
                && c.cues.iter().any(|(c, p, _)| {
                    *c == Cue::Rhetorical
                        || (*c == Cue::Yes
                            && [
                                "why",
                                "who",
                                "how",
                                "por que",
                                "porque",
                                "pourquoi",
                                "comment",
                                "warum",
                                "wieso",
                                "waarom",
                                "perche",
                                "como",
                                "come",
                                "e por",
                                "y por",
                                "et pourquoi",
                                "e perche",
                            ]
                            .iter()
                            .any(|w| p.starts_with(w)))
                })
        });
        !idiom
    }

    /// Every word is accounted for, and nothing speaks against.
    pub fn plain(&self) -> bool {
        self.found.unknown.is_empty() && !self.found.any(BLOCKS) && !self.found.has(Cue::But)
            || self.conceded && self.found.unknown.is_empty() && !self.found.any(BLOCKS)
            || self.leading_but()
    }

    /// "Aber gern!", "Mais oui": a but that opposes nothing.
    pub fn leading_but(&self) -> bool {
        self.after_but.is_none() && self.found.unknown.is_empty() && !self.found.any(BLOCKS)
    }

    /// Words that say nothing about the matter.
    pub fn harmless(&self) -> bool {
        !self.question
            && !self.found.any(BLOCKS)
            && !self.found.has(Cue::But)
            && self.found.unknown.len() <= 25
    }

    /// "Please introduce us, her pots are famous": the clause with the yes is plain, the others harmless.
    pub fn clauses_plain_or_harmless(&self) -> bool {
        let explicit = self
            .clauses
            .iter()
            .any(|c| c.has(Cue::Go) && c.unknown.is_empty() && !c.any(BLOCKS));
        explicit
            && self.harmless()
            && self.found.unknown.len() <= 8
            && self
                .clauses
                .iter()
                .all(|c| c.unknown.is_empty() || !c.yes())
    }
}

/// Unknown words after the first "but" of a sentence; a clause that holds the "but" counts whole.
fn after_unknown(clauses: &[Found]) -> Vec<String> {
    clauses
        .iter()
        .skip_while(|c| !c.has(Cue::But))
        .flat_map(|c| c.unknown.iter().cloned())
        .collect()
}
