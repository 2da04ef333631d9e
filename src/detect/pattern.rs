//! Patterns over words: the language in which cues are written.
//!
//! `introduce|introducing P .. to P` is: one of these words, a recipient, up to ten words, `to`, and
//! another recipient. `^` is the beginning of a sentence, `?word` may be missing, `!word` must not
//! come next, `*` is any word. Nothing reaches beyond its sentence.

use super::hash::Table;
use super::words::{Set, Word};

/// A word of the patterns by its number; [`NONE`] is any word that no pattern has, [`PERSON`] a mention.
type Token = u32;
const NONE: Token = 0;
const PERSON: Token = Token::MAX;

/// Words of which one must stand here; with `P` among them a recipient will do.
#[derive(Clone, Debug)]
struct Choice(Vec<Token>);

impl Choice {
    fn new(text: &str, numbers: &mut Table<String, Token>) -> Self {
        Self(
            text.split('|')
                .map(|word| {
                    if word == "P" {
                        return PERSON;
                    }
                    let next = Token::try_from(numbers.len() + 1).unwrap_or(NONE);
                    *numbers.entry(word.to_owned()).or_insert(next)
                })
                .collect(),
        )
    }

    fn allows(&self, token: Option<&Token>) -> bool {
        token.is_some_and(|t| *t != NONE && self.0.contains(t))
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
    fn new(source: &str, cue: usize, numbers: &mut Table<String, Token>) -> Self {
        let mut choice = |text: &str| Choice::new(text, numbers);
        let pieces = source
            .split_whitespace()
            .map(|piece| match piece {
                "^" => Piece::Start,
                "*" => Piece::Any,
                ".." => Piece::Gap,
                _ => match (piece.strip_prefix('?'), piece.strip_prefix('!')) {
                    (Some(words), _) if !words.is_empty() => Piece::Optional(choice(words)),
                    (_, Some(words)) if !words.is_empty() => Piece::Not(choice(words)),
                    _ => Piece::OneOf(choice(piece)),
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
    patterns: Vec<Pattern>,
    numbers: Table<String, Token>,
    /// By the number of the first word: which patterns begin with it, in their order.
    by_word: Vec<Vec<usize>>,
    /// Those that begin with a recipient.
    by_person: Vec<usize>,
}

impl Book {
    /// The patterns, numbered as they come.
    pub fn new<'a>(sources: impl IntoIterator<Item = &'a str>) -> Self {
        let mut book = Self::default();
        for (cue, source) in sources.into_iter().enumerate() {
            let pattern = Pattern::new(source, cue, &mut book.numbers);
            let first = pattern.pieces.iter().find(|p| !matches!(p, Piece::Start));
            match first {
                Some(Piece::OneOf(choice)) => {
                    for &token in &choice.0 {
                        if token == PERSON {
                            book.by_person.push(cue);
                            continue;
                        }
                        let token = token as usize;
                        if book.by_word.len() <= token {
                            book.by_word.resize_with(token + 1, Vec::new);
                        }
                        if let Some(those) = book.by_word.get_mut(token) {
                            those.push(cue);
                        }
                    }
                }
                _ => debug_assert!(
                    false,
                    "a pattern begins with a word or a recipient: {source}"
                ),
            }
            book.patterns.push(pattern);
        }
        book
    }

    /// Every cue found in a sentence, once at each place.
    pub fn find(&self, words: &[Word]) -> Vec<Match> {
        let tokens: Vec<Token> = words
            .iter()
            .map(|word| match word {
                Word::Plain(text) => self.numbers.get(text.as_str()).copied().unwrap_or(NONE),
                Word::Person(_) => PERSON,
            })
            .collect();
        let mut found = Vec::new();
        let mut persons = Vec::new();
        for (at, &token) in tokens.iter().enumerate() {
            let candidates = match token {
                NONE => continue,
                PERSON => self.by_person.as_slice(),
                word => self
                    .by_word
                    .get(word as usize)
                    .map_or(&[][..], Vec::as_slice),
            };
            for pattern in candidates.iter().filter_map(|i| self.patterns.get(*i)) {
                persons.clear();
                let start = at == 0 || at == 1 && words.first().is_some_and(|w| w.is("-"));
                let sentence = Tokens {
                    tokens: &tokens,
                    words,
                };
                if let Some(to) = fits(&pattern.pieces, sentence, at, start, &mut persons)
                    && distinct(&persons)
                {
                    found.push(Match {
                        cue: pattern.cue,
                        from: at,
                        to,
                        persons: persons.clone(),
                    });
                }
            }
        }
        found
    }
}

/// A sentence with its words as numbers.
#[derive(Clone, Copy)]
struct Tokens<'a> {
    tokens: &'a [Token],
    words: &'a [Word],
}

/// Whether the mentions can be as many people as there are mentions.
fn distinct(persons: &[Set]) -> bool {
    let all = persons.iter().fold(0, |all, p| all | p);
    all.count_ones() as usize >= persons.len()
}

/// Where the match ends, if the pieces fit from `at` on.
fn fits(
    pieces: &[Piece],
    words: Tokens<'_>,
    at: usize,
    start: bool,
    persons: &mut Vec<Set>,
) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_first() else {
        return Some(at);
    };
    let here = words.tokens.get(at);
    let person = || {
        words
            .words
            .get(at)
            .map(Word::person)
            .filter(|set| *set != 0)
    };
    let known = persons.len();
    match piece {
        Piece::Start => start
            .then(|| fits(rest, words, at, false, persons))
            .flatten(),
        Piece::OneOf(choice) => {
            if !choice.allows(here) {
                return None;
            }
            persons.extend(person());
            fits(rest, words, at + 1, false, persons)
        }
        Piece::Optional(choice) => {
            if choice.allows(here) {
                persons.extend(person());
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
                if at + skip > words.tokens.len() {
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
