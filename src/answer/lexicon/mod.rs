//! The words of answers, per language: what each phrase says by itself.
//!
//! A plain yes is read by accounting for every word, so `Soft` lists what may stand around a yes
//! without changing it. A word that is missing here costs the user a look; it never makes a yes.

mod de;
mod en;
mod es;
mod fr;
mod it;
mod nl;
mod pt;

use super::words::fold_word;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a phrase says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Cue {
    /// A yes: "sure", "no problem", "with pleasure".
    Yes,
    /// A yes that names what is allowed: "please introduce us".
    Go,
    Always,
    No,
    Never,
    /// A negation or a regret, which says no unless something else explains it.
    Not,
    /// A time that is not now.
    Later,
    /// "Ask me again", which makes a time an answer.
    Again,
    /// A condition or a limit.
    Cond,
    /// A wish to know more.
    Ask,
    /// Somebody else is to be asked, or answers.
    Hand,
    /// Doubt, irony, or words that say both.
    Hedge,
    /// "I know her already."
    Known,
    /// What follows counts more than what came before.
    But,
    /// A question or a negation in form only: "how are you?", "without a doubt".
    Rhetorical,
    /// Says nothing by itself.
    Soft,
}

/// The phrases of one language.
pub(super) struct Lexicon {
    pub code: &'static str,
    /// By first word: the phrases that begin with it, longest first.
    phrases: HashMap<&'static str, Vec<(Vec<&'static str>, Cue)>>,
}

impl Lexicon {
    fn new(code: &'static str, rows: &'static [(Cue, &'static str)]) -> Self {
        let mut seen = HashSet::new();
        let mut phrases: HashMap<_, Vec<(Vec<_>, _)>> = HashMap::new();
        // Soft comes last in each table, so that a phrase which says something is never taken for one that does not.
        for (cue, row) in rows {
            for phrase in row.split(';') {
                let words: Vec<&str> = phrase.split_whitespace().collect();
                let Some(first) = words.first() else { continue };
                if seen.insert(words.clone()) {
                    phrases.entry(*first).or_default().push((words, *cue));
                }
            }
        }
        for list in phrases.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Self { code, phrases }
    }

    /// The longest phrase at the start of `words`, and how many words it takes.
    pub(super) fn longest(&self, words: &[&str]) -> Option<(Cue, usize)> {
        self.phrases
            .get(words.first()?)?
            .iter()
            .find(|(phrase, _)| words.starts_with(phrase))
            .map(|(phrase, cue)| (*cue, phrase.len()))
    }
}

pub(super) static ALL: LazyLock<Vec<Lexicon>> = LazyLock::new(|| {
    vec![
        Lexicon::new("en", en::ROWS),
        Lexicon::new("de", de::ROWS),
        Lexicon::new("fr", fr::ROWS),
        Lexicon::new("es", es::ROWS),
        Lexicon::new("pt", pt::ROWS),
        Lexicon::new("it", it::ROWS),
        Lexicon::new("nl", nl::ROWS),
    ]
});

static SINGLE: LazyLock<HashMap<&'static str, bool>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for lexicon in ALL.iter() {
        for (first, phrases) in &lexicon.phrases {
            for (phrase, cue) in phrases {
                let sharp = phrase.len() == 1
                    && matches!(
                        cue,
                        Cue::Yes
                            | Cue::No
                            | Cue::Never
                            | Cue::Not
                            | Cue::Always
                            | Cue::Again
                            | Cue::But
                    );
                *words.entry(*first).or_insert(false) |= sharp;
                for word in phrase {
                    words.entry(*word).or_insert(false);
                }
            }
        }
    }
    words
});

/// Whether this folded word means anything in any language.
pub(super) fn is_known(word: &str) -> bool {
    SINGLE.contains_key(word) || SINGLE.contains_key(fold_word(word).as_str())
}

/// Whether this folded word alone may decide an answer.
pub(super) fn is_sharp(word: &str) -> bool {
    SINGLE.get(word).copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_written_the_way_it_is_looked_up() {
        for lexicon in ALL.iter() {
            for phrases in lexicon.phrases.values() {
                for (phrase, cue) in phrases {
                    for word in phrase {
                        assert_eq!(*word, fold_word(word), "{} {cue:?}", lexicon.code);
                    }
                }
            }
        }
    }
}
