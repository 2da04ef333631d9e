//! The cues of [`super::cues`] found in a letter.

use super::cues::{BOOK, Kind};
use super::words::{Sentence, Set, Word};

/// A cue found in the letter.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub kind: Kind,
    pub weight: f64,
    pub persons: Vec<Set>,
    pub sentence: usize,
    /// The words that it was, for the reason.
    pub quote: String,
}

impl Hit {
    pub fn all(&self) -> Set {
        self.persons.iter().fold(0, |all, p| all | p)
    }
}

pub(super) fn find_hits(sentences: &[Sentence]) -> Vec<Hit> {
    let (book, cues) = &*BOOK;
    let mut hits = Vec::new();
    for (number, sentence) in sentences.iter().enumerate() {
        for found in book.find(&sentence.words) {
            let Some(cue) = cues.get(found.cue) else {
                continue;
            };
            if cue.kind == Kind::Join && presents_a_thing(&sentence.words, found.to) {
                continue;
            }
            hits.push(Hit {
                kind: cue.kind,
                weight: cue.weight,
                persons: if cue.kind == Kind::Join {
                    listed(&sentence.words, found.from, found.to)
                } else {
                    found.persons.clone()
                },
                sentence: number,
                quote: quote(sentence.words.get(found.from..found.to).unwrap_or_default()),
            });
        }
    }
    hits
}

/// Everybody within the words of a cue, and who follows in a list: “… to Ann, Bob and Cleo”.
fn listed(words: &[Word], from: usize, to: usize) -> Vec<Set> {
    let mut persons: Vec<Set> = words
        .get(from..to)
        .unwrap_or_default()
        .iter()
        .map(Word::person)
        .filter(|set| *set != 0)
        .collect();
    let mut rest = words.get(to..).unwrap_or_default();
    if persons.is_empty() || to == 0 || words.get(to - 1).is_none_or(|w| w.person() == 0) {
        return persons;
    }
    while let [Word::Plain(joint), more @ ..] = rest {
        let joins = matches!(
            joint.as_str(),
            "," | "and" | "&" | "und" | "et" | "y" | "e" | "en"
        );
        // “and his colleague Kim”
        let next = more.iter().take(3).position(|w| w.person() != 0);
        let (true, Some(next)) = (joins && (joint != "," || next == Some(0)), next) else {
            break;
        };
        persons.extend(more.get(next).map(Word::person));
        rest = more.get(next + 1..).unwrap_or_default();
    }
    persons
}

/// “… introduce you both **to our new pricing**”: what is introduced is no recipient (N1).
fn presents_a_thing(words: &[Word], after: usize) -> bool {
    let rest = words.get(after..).unwrap_or_default();
    let begins = rest
        .first()
        .is_some_and(|w| matches!(w, Word::Plain(t) if matches!(t.as_str(), "to" | "with")));
    let thing = rest.get(1).is_some_and(|w| matches!(w, Word::Plain(t) if matches!(t.as_str(), "our" | "my" | "the" | "a" | "an" | "this" | "your" | "new" | "some" | "his" | "her" | "their")));
    begins && thing && !rest.iter().any(|w| w.person() != 0)
}

/// Words as a person would read them; recipients are not named in it.
pub(super) fn quote(words: &[Word]) -> String {
    let mut out = String::new();
    for word in words.iter().take(14) {
        let text = match word {
            Word::Plain(text) => text.as_str(),
            Word::Person(_) => "…",
        };
        let glue = matches!(text, "," | "." | ":" | "!" | "?" | "'s" | ")");
        if !out.is_empty() && !glue {
            out.push(' ');
        }
        out.push_str(text);
    }
    out
}

/// Fenced code and training texts do not count (N16).
pub(super) fn without_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            inside = !inside;
            continue;
        }
        if !inside && !line.starts_with("    ") && !line.starts_with('\t') {
            out.push_str(line);
            out.push('\n');
        } else if !inside && !out.ends_with("\n\n") {
            out.push_str(line.trim_start());
            out.push('\n');
        }
    }
    out
}
