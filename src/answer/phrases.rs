//! What a person's words mean: phrases to cues, cues to sentences, sentences to one answer.
//!
//! The worst error is to read anything else as a yes. So a yes is read only when every word
//! around it is accounted for; whatever is left over makes the answer unclear, and a person looks.

use super::Answer;
use super::lexicon::{ALL, Cue, Lexicon};
use super::part::{Found, Part};
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
    let mut best: Option<((usize, bool, usize, bool), Verdict)> = None;
    for lexicon in ALL.iter() {
        let found: Vec<(Vec<Found>, bool)> = sentences
            .iter()
            .map(|s| (looked(lexicon, s), s.question))
            .collect();
        let all = found.iter().flat_map(|(f, _)| f);
        let known = total - all.clone().map(|f| f.unknown.len()).sum::<usize>();
        let says = all
            .clone()
            .any(|f| f.cues.iter().any(|(c, ..)| *c != Cue::Soft));
        let expected: usize = context_sentences
            .iter()
            .flat_map(|s| &s.clauses)
            .take(60)
            .map(|c| c.len() - look(lexicon, c).unknown.len())
            .sum();
        let mut verdict = decide(&found);
        verdict.language = lexicon.code;
        // Of two languages that read it equally well, the one of the ask counts, then the more careful reading.
        let rank = (known, says, expected, !verdict.answer.is_consent());
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
    for at in 0..words.len() {
        if let Some((Cue::Hedge, length @ 2..)) = lexicon.longest(&bare[at..])
            && words[at].0 != words[at + length - 1].0
            && let Some(first) = clauses.first_mut()
        {
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
    while at < words.len() {
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
        } else if let Some((cue, length)) = lexicon.longest(&words[at..]) {
            found
                .cues
                .push((cue, words[at..at + length].join(" "), length));
            at += length;
        } else {
            if clause[at].is_name {
                found.names.insert(words[at].to_owned());
            } else {
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

fn decide(sentences: &[(Vec<Found>, bool)]) -> Verdict {
    let mut all = Found::default();
    let mut parts: Vec<Part> = Vec::new();
    for (clauses, question) in sentences {
        let part = Part::new(clauses, *question);
        all.add(part.found.clone());
        parts.push(part);
    }
    let say = |answer, reason: String| Verdict {
        answer,
        reasons: vec![reason],
        language: "en",
    };
    let quoted = |cue: Cue| {
        all.first(cue)
            .map_or_else(String::new, |p| format!("“{p}”"))
    };
    let no = all.has(Cue::No);
    let yes = all.yes();

    if let Some(never) = parts.iter().find_map(Part::never) {
        return if all.any(&[Cue::Go, Cue::Always]) {
            say(Answer::Unclear, format!("says “{never}”, and yes as well"))
        } else {
            say(Answer::Never, format!("“{never}”"))
        };
    }
    if all.has(Cue::Hand) {
        let apart = parts
            .iter()
            .any(|p| p.found.has(Cue::Hand) && !p.found.has(Cue::No));
        if apart || !no {
            return say(
                Answer::Delegate,
                format!("somebody else: {}", quoted(Cue::Hand)),
            );
        }
    }
    if let Some(part) = parts.iter().find(|p| p.asks()) {
        return if part.found.any(&[Cue::Again]) {
            say(
                Answer::Later,
                format!(
                    "another time: “{}”",
                    part.found.first(Cue::Again).unwrap_or("")
                ),
            )
        } else {
            say(
                Answer::Question,
                format!(
                    "asks back: “{}”",
                    part.found
                        .first(Cue::Ask)
                        .or(part.found.first(Cue::Cond))
                        .unwrap_or("?")
                ),
            )
        };
    }
    if all.has(Cue::Again) {
        return say(
            Answer::Later,
            format!("another time: {}", quoted(Cue::Again)),
        );
    }
    if parts.iter().any(|p| p.odd_question()) {
        return say(Answer::Unclear, "a question of its own".to_owned());
    }
    if all.has(Cue::Known) && !yes {
        return say(
            Answer::Unclear,
            format!("says that they know each other: {}", quoted(Cue::Known)),
        );
    }
    if yes && parts.iter().any(Part::conditional) {
        return say(
            Answer::Conditional,
            format!("a yes with a condition: {}", quoted(Cue::Cond)),
        );
    }
    if no && yes {
        return both(&parts, &all, say);
    }
    if no {
        return say(Answer::No, quoted(Cue::No));
    }
    if yes {
        return affirmative(&parts, &all, say);
    }
    if all.cues.iter().any(|(c, _, n)| *c == Cue::Hedge && *n >= 2) {
        return say(
            Answer::Unclear,
            format!("undecided: {}", quoted(Cue::Hedge)),
        );
    }
    if all.has(Cue::Later) {
        return say(Answer::Later, format!("not now: {}", quoted(Cue::Later)));
    }
    if all.has(Cue::Cond) {
        return say(
            Answer::Conditional,
            format!("with a condition: {}", quoted(Cue::Cond)),
        );
    }
    if all.has(Cue::Hedge) {
        return say(
            Answer::Unclear,
            format!("undecided: {}", quoted(Cue::Hedge)),
        );
    }
    if all.has(Cue::Not)
        && all.cues.iter().filter(|(c, ..)| *c == Cue::Not).count() <= 2
        && negates(&all)
    {
        return say(Answer::No, quoted(Cue::Not));
    }
    say(Answer::Unclear, "neither a yes nor a no in it".to_owned())
}

/// "I don't want that" says no; "sorry" or "nothing" alone says nothing.
fn negates(all: &Found) -> bool {
    all.words >= 3
        && all.words <= 25
        && all.cues.iter().any(|(c, p, _)| {
            *c == Cue::Not
                && matches!(
                    p.as_str(),
                    "not"
                        | "dont"
                        | "wont"
                        | "cant"
                        | "cannot"
                        | "wouldnt"
                        | "nicht"
                        | "kein"
                        | "keine"
                        | "keinen"
                        | "pas"
                        | "ne"
                        | "non"
                        | "niet"
                        | "geen"
                        | "nao"
                        | "nem"
                        | "ni"
                )
        })
}

/// Yes and no in one answer: the last word counts where there is one, else nobody can tell.
fn both(parts: &[Part], all: &Found, say: impl Fn(Answer, String) -> Verdict) -> Verdict {
    let unclear = || say(Answer::Unclear, "says yes and no".to_owned());
    if all.names.len() >= 2 {
        return unclear();
    }
    let last = parts
        .iter()
        .rev()
        .find(|p| p.found.yes() || p.found.has(Cue::No));
    match last {
        Some(p)
            if p.after_but
                .as_ref()
                .is_some_and(|a| a.has(Cue::No) && !a.yes()) =>
        {
            say(
                Answer::No,
                format!("“{}” after a “but”", p.found.first(Cue::No).unwrap_or("no")),
            )
        }
        Some(p)
            if p.found.has(Cue::No)
                && !p.found.yes()
                && p.found.unknown.is_empty()
                && p.found.names.is_empty()
                && !p.found.has(Cue::Hedge) =>
        {
            say(
                Answer::No,
                format!("“{}” in the end", p.found.first(Cue::No).unwrap_or("no")),
            )
        }
        _ => unclear(),
    }
}

/// A yes is in it: is it plain, and what else is there?
fn affirmative(parts: &[Part], all: &Found, say: impl Fn(Answer, String) -> Verdict) -> Verdict {
    let quoted = |cue: Cue| {
        all.first(cue)
            .map_or_else(String::new, |p| format!("“{p}”"))
    };
    if let Some(p) = parts.iter().find(|p| p.before_yes && p.after_but.is_some()) {
        let after = p.after_but.as_ref();
        if after.is_some_and(|a| {
            a.has(Cue::Not) && !a.any(&[Cue::Cond, Cue::Later]) && !a.yes() && a.unknown.is_empty()
        }) {
            return say(
                Answer::No,
                "a yes that is taken back after a “but”".to_owned(),
            );
        }
        return say(
            Answer::Conditional,
            format!("a yes with a {}", quoted(Cue::But)),
        );
    }
    // "Yes, we have met" agrees to nothing.
    let beyond = |p: &Part| p.found.yes() && !p.found.has(Cue::Known);
    if all.has(Cue::Known) && !all.has(Cue::Go) && !parts.iter().any(beyond) {
        return say(
            Answer::Unclear,
            format!("says that they know each other: {}", quoted(Cue::Known)),
        );
    }
    if all.has(Cue::Hedge) {
        return say(
            Answer::Unclear,
            format!("a yes in doubt: {}", quoted(Cue::Hedge)),
        );
    }
    for (cue, why) in [
        (Cue::Cond, "a yes with a condition"),
        (Cue::Later, "a yes for another time"),
    ] {
        if all.has(cue) {
            return say(Answer::Conditional, format!("{why}: {}", quoted(cue)));
        }
    }
    if all.has(Cue::Not) {
        return say(
            Answer::Unclear,
            format!("a yes beside {}", quoted(Cue::Not)),
        );
    }
    let explicit = parts.iter().any(|p| p.plain() && p.found.has(Cue::Go));
    for part in parts {
        let fine =
            part.plain() || (explicit && part.harmless()) || part.clauses_plain_or_harmless();
        if !fine {
            let what = part
                .found
                .unknown
                .first()
                .map_or("something", String::as_str);
            return say(
                Answer::Unclear,
                format!("a yes beside other matters: “{what}”"),
            );
        }
    }
    let why = [Cue::Go, Cue::Yes, Cue::Always]
        .into_iter()
        .find_map(|c| all.first(c))
        .unwrap_or("yes");
    if standing(parts, all) {
        return say(Answer::Always, quoted(Cue::Always));
    }
    say(Answer::Yes, format!("“{why}”, and nothing that limits it"))
}

/// Whether "always" means all introductions and not only good manners.
fn standing(parts: &[Part], all: &Found) -> bool {
    all.cues.iter().any(|(c, p, n)| {
        *c == Cue::Always && (*n >= 3 || p == "without asking" || p == "carte blanche")
    }) || (all.has(Cue::Always)
        && all.words <= 3
        && all.first(Cue::Always).is_some_and(|p| {
            ![
                "time",
                "whenever",
                "happy",
                "welcome",
                "open",
                "gern",
                "volontiers",
            ]
            .iter()
            .any(|w| p.contains(w))
        }))
        || parts.iter().any(|p| {
            p.found.has(Cue::Always)
                && p.found.cues.iter().any(|(_, p, _)| {
                    ["intro", "vorstell", "present", "introduc"]
                        .iter()
                        .any(|w| p.contains(w))
                })
        })
}

#[cfg(test)]
#[path = "phrases_tests.rs"]
mod tests;
