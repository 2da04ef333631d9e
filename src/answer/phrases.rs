//! What a person's words mean: phrases to cues, cues to sentences, sentences to one answer.
//!
//! The worst error is to read anything else as a yes. So a yes is read only when every word
//! around it is accounted for; whatever is left over makes the answer unclear, and a person looks.

use super::Answer;
use super::decide::decide;
use super::exclaim;
use super::lexicon::{self, ALL, Cue, Lexicon};
use super::part::Found;
use super::sentences::{Clause, Sentence, sentences, sign};
use super::words::is_disguised;
use std::collections::BTreeSet;

/// Longer answers are letters; nobody says a plain yes in so many words.
const MAX_WORDS: usize = 400;

/// An answer and what spoke for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub answer: Answer,
    pub reasons: Vec<String>,
    /// The language it was read in (ISO 639-1).
    pub language: &'static str,
}

/// What `text` says. `names` are folded names that may stand in an answer (the other person's);
/// `context` is our own letter or the quoted mail, which shows the language to expect.
#[must_use]
pub fn classify(text: &str, names: &BTreeSet<String>, context: &str) -> Verdict {
    let sentences = sentences(text, names);
    let total: usize = sentences
        .iter()
        .flat_map(|s| &s.clauses)
        .map(Vec::len)
        .sum();
    if total == 0 {
        return Verdict {
            answer: Answer::Unclear,
            reasons: vec!["no words of their own".to_owned()],
            language: "en",
        };
    }
    let context_sentences = self::sentences(context, &BTreeSet::new());
    let mut readings: Vec<((usize, bool), &Lexicon, Verdict)> = Vec::new();
    for lexicon in ALL.iter() {
        let found: Vec<(Vec<Found>, bool)> = sentences
            .iter()
            .map(|s| (looked(lexicon, s), s.question))
            .collect();
        let all = found.iter().flat_map(|(f, _)| f);
        let known = total - all.clone().map(|f| f.unknown.len()).sum::<usize>();
        let says = all.clone().any(|f| {
            f.cues
                .iter()
                .any(|(c, ..)| !matches!(c, Cue::Soft | Cue::Invert))
        });
        let praise: Vec<bool> = sentences.iter().map(|s| is_praise(lexicon, s)).collect();
        let mut verdict = decide(&found, &praise, lexicon.code);
        verdict.language = lexicon.code;
        readings.push(((known, says), lexicon, verdict));
    }
    // Of two languages that read it equally well, the one of the ask counts, then the more careful reading.
    let top = readings.iter().map(|(rank, ..)| *rank).max();
    readings.retain(|(rank, ..)| Some(*rank) == top);
    let expected = |lexicon: &Lexicon| -> usize {
        context_sentences
            .iter()
            .flat_map(|s| &s.clauses)
            .take(60)
            .map(|c| c.len() - look(lexicon, c).unknown.len())
            .sum()
    };
    let mut best: Option<((usize, bool), Verdict)> = None;
    let alone = readings.len() == 1;
    for (_, lexicon, verdict) in readings {
        let context = if alone { 0 } else { expected(lexicon) };
        let rank = (context, !verdict.answer.is_consent());
        if best.as_ref().is_none_or(|(r, _)| rank > *r) {
            best = Some((rank, verdict));
        }
    }
    let mut verdict = best.map(|(_, v)| v).unwrap_or(Verdict {
        answer: Answer::Unclear,
        reasons: Vec::new(),
        language: "en",
    });
    if verdict.answer.is_consent() && total > MAX_WORDS {
        verdict.answer = Answer::Unclear;
        verdict.reasons.push("too long for a plain yes".to_owned());
    }
    if verdict.answer.is_consent() && is_disguised(text) {
        verdict.answer = Answer::Unclear;
        verdict
            .reasons
            .push("it holds letters that only look like others".to_owned());
    }
    verdict
}

/// The phrases in each clause of a sentence.
fn looked(lexicon: &Lexicon, sentence: &Sentence) -> Vec<Found> {
    let mut clauses: Vec<Found> = sentence.clauses.iter().map(|c| look(lexicon, c)).collect();
    // "Yeah, right": doubt and irony do not stop at a comma.
    let words: Vec<(usize, &str)> = sentence
        .clauses
        .iter()
        .enumerate()
        .flat_map(|(n, c)| c.iter().map(move |w| (n, w.folded.as_str())))
        .collect();
    let bare: Vec<&str> = words.iter().map(|(_, w)| *w).collect();
    let names: Vec<bool> = sentence
        .clauses
        .iter()
        .flatten()
        .map(|w| w.is_name)
        .collect();
    let allowed = clauses.iter().any(|c| c.has(Cue::Go));
    for at in 0..words.len() {
        let name = |i: usize| names.get(at + i).copied().unwrap_or(false);
        if let Some((Cue::Hedge, length @ 2..)) = lexicon.longest(&bare[at..], at == 0, &name)
            && words[at].0 != words[at + length - 1].0
            && let Some(first) = clauses.first_mut()
        {
            // "Yes, and no need to ask" is no "yes and no".
            if bare.len() > at + length
                && ["no", "non", "nao", "nein", "nee"].contains(&bare[at + length - 1])
            {
                continue;
            }
            // "Sure, you can give him my address" doubts nothing.
            if bare[at] == "sure" && allowed {
                continue;
            }
            let phrase = bare[at..at + length].join(" ");
            first.cues.push((Cue::Hedge, phrase, length));
        }
    }
    clauses
}

/// The phrases in one clause.
fn look(lexicon: &Lexicon, clause: &Clause) -> Found {
    let words: Vec<&str> = clause.iter().map(|w| w.folded.as_str()).collect();
    let mut found = Found {
        words: words.len(),
        ..Found::default()
    };
    let mut at = 0;
    if exclaim::is_delight(lexicon.code, &words) {
        found
            .cues
            .push((Cue::Rhetorical, words.join(" "), words.len()));
        at = words.len();
    }
    while at < words.len() {
        let name = |i: usize| clause.get(at + i).is_some_and(|w| w.is_name);
        // "si" for "sí", as people type it: alone, or before "por favor", "claro", "gracias".
        let lone_si = words[at] == "si"
            && lexicon.code == "es"
            && at == 0
            && matches!(
                words.get(1),
                None | Some(
                    &("por" | "claro" | "gracias" | "si" | "porfa" | "adelante" | "quiero")
                )
            );
        if let Some(cue) = sign(words[at]).or(lone_si.then_some(Cue::Yes)) {
            found.cues.push((cue, words[at].to_owned(), 1));
            at += 1;
        } else if matches!(words[at..], ["dont"] | ["do", "not"]) && lexicon.code == "en" {
            // "Please don't." says no; "don't share my number" says what not to do.
            found.cues.push((Cue::No, words[at..].join(" "), 2));
            at = words.len();
        } else if let Some((cue, length)) = lexicon.longest(&words[at..], at == 0, &name) {
            found
                .cues
                .push((cue, words[at..at + length].join(" "), length));
            at += length;
        } else {
            if clause[at].is_name {
                found.names.insert(words[at].to_owned());
            } else if !lexicon.is_slip(words[at]) {
                if lexicon::is_slipped_denial(words[at]) {
                    found.cues.push((Cue::Hedge, words[at].to_owned(), 1));
                }
                found.unknown.push(words[at].to_owned());
            }
            at += 1;
        }
    }
    for word in clause.iter().filter(|w| w.is_name) {
        found.names.insert(word.folded.clone());
    }
    // "I know Jordan" is one thing, "I know it is late" another.
    for (at, pair) in words.windows(3).enumerate() {
        if pair[0] == "i" && pair[1] == "know" && clause.get(at + 2).is_some_and(|w| w.is_name) {
            found.cues.push((Cue::Known, "i know".to_owned(), 2));
        }
    }
    found
}

/// Whether a sentence praises what the ask is about, and does nothing else.
fn is_praise(lexicon: &Lexicon, sentence: &Sentence) -> bool {
    let words: Vec<&str> = sentence
        .clauses
        .iter()
        .flatten()
        .map(|w| w.folded.as_str())
        .collect();
    let named = sentence
        .clauses
        .first()
        .and_then(|c| c.first())
        .is_some_and(|w| w.is_name);
    sentence.clauses.len() == 1
        && !sentence.question
        && exclaim::is_praise(lexicon.code, &words, named)
}

#[cfg(test)]
#[path = "phrases_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "delight_tests.rs"]
mod delight_tests;
