//! Patterns over words: the language in which cues are written.
//!
//! `introduce|introducing P .. to P` is: one of these words, a recipient, up to ten words, `to`, and
//! another recipient. `^` is the beginning of a sentence, `?word` may be missing, `!word` must not
//! come next, `*` is any word. Nothing reaches beyond its sentence.

use super::words::{Set, Word};
use std::collections::HashMap;

/// Words of which one must stand here; with `P` among them a recipient will do.
#[derive(Clone, Debug)]
struct Choice {
    words: Vec<String>,
    person: bool,
}

impl Choice {
    fn new(text: &str) -> Self {
        let words: Vec<String> = text.split('|').map(str::to_owned).collect();
        Self {
            person: words.iter().any(|w| w == "P"),
            words,
        }
    }

    fn allows(&self, word: Option<&Word>) -> bool {
        match word {
            Some(Word::Plain(text)) => self.words.iter().any(|w| w == text),
            Some(Word::Person(_)) => self.person,
            None => false,
        }
    }
}

#[derive(Clone, Debug)]
enum Piece {
    Start,
    OneOf(Choice),
    Optional(Choice),
    Not(Choice),
    Any,
    Gap,
}

/// The most words that `..` skips.
const GAP: usize = 10;

#[derive(Clone, Debug)]
struct Pattern {
    pieces: Vec<Piece>,
    /// Which cue it belongs to.
    cue: usize,
}

impl Pattern {
    fn new(source: &str, cue: usize) -> Self {
        let pieces = source
            .split_whitespace()
            .map(|piece| match piece {
                "^" => Piece::Start,
                "*" => Piece::Any,
                ".." => Piece::Gap,
                _ => match (piece.strip_prefix('?'), piece.strip_prefix('!')) {
                    (Some(words), _) if !words.is_empty() => Piece::Optional(Choice::new(words)),
                    (_, Some(words)) if !words.is_empty() => Piece::Not(Choice::new(words)),
                    _ => Piece::OneOf(Choice::new(piece)),
                },
            })
            .collect();
        Self { pieces, cue }
    }
}

/// Where a cue stands.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub cue: usize,
    /// Of the sentence's words.
    pub from: usize,
    pub to: usize,
    /// In the order of the pattern.
    pub persons: Vec<Set>,
}

/// Many patterns, looked up by their first word.
#[derive(Debug, Default)]
pub(super) struct Book {
    by_word: HashMap<String, Vec<Pattern>>,
    /// Those that begin with a recipient.
    by_person: Vec<Pattern>,
}

impl Book {
    /// The patterns, numbered as they come.
    pub fn new<'a>(sources: impl IntoIterator<Item = &'a str>) -> Self {
        let mut book = Self::default();
        for (cue, source) in sources.into_iter().enumerate() {
            let pattern = Pattern::new(source, cue);
            let first = pattern.pieces.iter().find(|p| !matches!(p, Piece::Start));
            match first {
                Some(Piece::OneOf(choice)) => {
                    for word in choice.words.iter().filter(|w| *w != "P") {
                        book.by_word
                            .entry(word.clone())
                            .or_default()
                            .push(pattern.clone());
                    }
                    if choice.person {
                        book.by_person.push(pattern);
                    }
                }
                _ => debug_assert!(
                    false,
                    "a pattern begins with a word or a recipient: {source}"
                ),
            }
        }
        book
    }

    /// Every cue found in a sentence, once at each place.
    pub fn find(&self, words: &[Word]) -> Vec<Match> {
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let candidates = match word {
                Word::Plain(text) => self.by_word.get(text).map_or(&[][..], Vec::as_slice),
                Word::Person(_) => self.by_person.as_slice(),
            };
            for pattern in candidates {
                let mut persons = Vec::new();
                if let Some(to) = fits(
                    &pattern.pieces,
                    words,
                    at,
                    at == 0 || at == 1 && words.first().is_some_and(|w| w.is("-")),
                    &mut persons,
                ) && distinct(&persons)
                {
                    found.push(Match {
                        cue: pattern.cue,
                        from: at,
                        to,
                        persons,
                    });
                }
            }
        }
        found
    }
}

/// Whether the mentions can be as many people as there are mentions.
fn distinct(persons: &[Set]) -> bool {
    let all = persons.iter().fold(0, |all, p| all | p);
    all.count_ones() as usize >= persons.len()
}

/// Where the match ends, if the pieces fit from `at` on.
fn fits(
    pieces: &[Piece],
    words: &[Word],
    at: usize,
    start: bool,
    persons: &mut Vec<Set>,
) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_first() else {
        return Some(at);
    };
    let here = words.get(at);
    let known = persons.len();
    match piece {
        Piece::Start => start
            .then(|| fits(rest, words, at, false, persons))
            .flatten(),
        Piece::OneOf(choice) => {
            if !choice.allows(here) {
                return None;
            }
            persons.extend(here.map(Word::person).filter(|set| *set != 0));
            fits(rest, words, at + 1, false, persons)
        }
        Piece::Optional(choice) => {
            if choice.allows(here) {
                persons.extend(here.map(Word::person).filter(|set| *set != 0));
                if let Some(end) = fits(rest, words, at + 1, false, persons) {
                    return Some(end);
                }
                persons.truncate(known);
            }
            fits(rest, words, at, false, persons)
        }
        Piece::Not(choice) => (!choice.allows(here))
            .then(|| fits(rest, words, at, false, persons))
            .flatten(),
        Piece::Any => here.and_then(|_| fits(rest, words, at + 1, false, persons)),
        Piece::Gap => {
            for skip in 0..=GAP {
                if at + skip > words.len() {
                    break;
                }
                if let Some(end) = fits(rest, words, at + skip, false, persons) {
                    return Some(end);
                }
                persons.truncate(known);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word> {
        text.split(' ')
            .map(|w| match w {
                "A" => Word::Person(1),
                "B" => Word::Person(2),
                "AB" => Word::Person(3),
                _ => Word::Plain(w.to_owned()),
            })
            .collect()
    }

    fn fits(pattern: &str, text: &str) -> bool {
        !Book::new([pattern]).find(&words(text)).is_empty()
    }

    #[test]
    fn pieces_mean_what_the_head_of_the_file_says() {
        assert!(fits(
            "introduce P .. to P",
            "let me introduce A , a potter , to B"
        ));
        assert!(!fits(
            "introduce P .. to P",
            "let me introduce A , a potter , to A"
        ));
        assert!(fits("introduce P .. to P", "introduce AB to AB"));
        assert!(fits("^ meet P", "meet A"));
        assert!(!fits("^ meet P", "i meet A"));
        assert!(fits("meet ?with P", "meet with A") && fits("meet ?with P", "meet A"));
        assert!(fits("meet !with|at *", "meet me") && !fits("meet !with|at *", "meet with"));
        assert!(fits("P|she will call", "she will call") && fits("P|she will call", "A will call"));
        assert!(!fits("a .. b", "a 1 2 3 4 5 6 7 8 9 10 11 b"));
    }
}
