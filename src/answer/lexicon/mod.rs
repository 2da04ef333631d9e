//! The words of answers, per language: what each phrase says by itself.
//!
//! A plain yes is read by accounting for every word, so `Soft` lists what may stand around a yes
//! without changing it. A word that is missing here costs the user a look; it never makes a yes.

mod de;
mod en;
mod es;
mod fr;
mod frames;
mod it;
mod more;
mod nl;
mod pattern;
mod pt;

use super::words::fold_word;
use pattern::{Around, Pattern};
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
    /// Asks where it stands in a question ("is she", "hat er"), and says nothing elsewhere.
    Invert,
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
    patterns: Vec<Pattern>,
    /// By first word: which patterns may begin with it. Those that begin with a name stand under `@`.
    first: HashMap<&'static str, Vec<usize>>,
    /// Words of five letters and more that say nothing by themselves, and those that do.
    silent: Vec<&'static str>,
    telling: Vec<&'static str>,
    /// Words that say something alone, which no open place in a pattern takes.
    loud: HashSet<&'static str>,
}

impl Lexicon {
    fn new(code: &'static str, tables: [&'static [(Cue, &'static str)]; 3]) -> Self {
        let mut seen = HashSet::new();
        let mut phrases: HashMap<_, Vec<(Vec<_>, _)>> = HashMap::new();
        let mut patterns = Vec::new();
        let mut first: HashMap<_, Vec<usize>> = HashMap::new();
        // Soft comes last in each table, so that a phrase which says something is never taken for one that does not.
        let mut rows: Vec<&(Cue, &str)> = tables.into_iter().flatten().collect();
        rows.sort_by_key(|(cue, _)| *cue == Cue::Soft);
        for (cue, row) in rows {
            for phrase in row.split(';').map(str::trim) {
                if Pattern::is_one(phrase) {
                    for pattern in Pattern::new(phrase, *cue) {
                        for word in pattern.first() {
                            first.entry(*word).or_default().push(patterns.len());
                        }
                        patterns.push(pattern);
                    }
                    continue;
                }
                let words: Vec<&str> = phrase.split_whitespace().collect();
                let Some(start) = words.first() else { continue };
                if seen.insert(words.clone()) {
                    phrases.entry(*start).or_default().push((words, *cue));
                }
            }
        }
        // A slip of the pen in a phrase that says something must not make its words silent.
        let says = |cue: Cue| !matches!(cue, Cue::Soft | Cue::Rhetorical | Cue::Invert);
        let in_phrases = phrases.values().flatten();
        let telling: HashSet<&'static str> = in_phrases
            .filter(|(_, cue)| says(*cue))
            .flat_map(|(words, _)| words.iter().copied())
            .chain(
                patterns
                    .iter()
                    .filter(|p: &&Pattern| says(p.cue))
                    .flat_map(Pattern::words),
            )
            .filter(|w| w.len() >= 4)
            .collect();
        let silent: Vec<&'static str> = phrases
            .values()
            .flatten()
            .filter(|(words, cue)| words.len() == 1 && *cue == Cue::Soft)
            .map(|(words, _)| words[0])
            .filter(|w| w.len() >= 5 && !telling.contains(w))
            .collect();
        let telling: Vec<&'static str> = telling.into_iter().collect();
        let loud = phrases
            .values()
            .flatten()
            .filter(|(words, cue)| {
                words.len() == 1 && !matches!(cue, Cue::Soft | Cue::Rhetorical | Cue::Invert)
            })
            .map(|(words, _)| words[0])
            .chain(frames::SUSPECT.split_whitespace())
            .collect();
        for list in phrases.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Self {
            code,
            phrases,
            patterns,
            first,
            silent,
            telling,
            loud,
        }
    }

    /// Whether the word at the start of `words` says nothing, and begins no phrase that says something.
    fn is_mute(&self, words: &[&str]) -> bool {
        let Some(word) = words.first() else {
            return false;
        };
        let says = |cue: Cue| {
            !matches!(
                cue,
                Cue::Soft | Cue::Rhetorical | Cue::Invert | Cue::Yes | Cue::Go
            )
        };
        !self.loud.contains(word)
            && !word.contains('<')
            && !self.phrases.get(word).is_some_and(|list| {
                list.iter()
                    .any(|(phrase, cue)| says(*cue) && words.starts_with(phrase))
            })
            && !self.first.get(word).into_iter().flatten().any(|i| {
                self.patterns.get(*i).is_some_and(|p| {
                    says(p.cue)
                        && p.longest(
                            words,
                            &Around {
                                name: &|_| false,
                                opens: false,
                                mute: &|_| false,
                            },
                        )
                        .is_some()
                })
            })
    }

    /// Whether this unknown word is a mistyped one that says nothing ("pleasee", "introdution"):
    /// one letter off such a word, and not one letter off any that stands in a phrase which does.
    pub(super) fn is_slip(&self, word: &str) -> bool {
        word.chars().count() >= 5
            && !ALL
                .iter()
                .any(|l| l.telling.iter().any(|t| one_off(t, word)))
            && self.silent.iter().any(|s| one_off(s, word))
    }

    /// The longest phrase at the start of `words`, and how many words it takes; `opens` says whether
    /// they are the first of their clause, `name` which of them are names. Of two that are equally long the one without choices counts, else the more careful one.
    pub(super) fn longest(
        &self,
        words: &[&str],
        opens: bool,
        name: &dyn Fn(usize) -> bool,
    ) -> Option<(Cue, usize)> {
        let word = words.first()?;
        let plain = self.phrases.get(word).and_then(|list| {
            list.iter()
                .find(|(phrase, _)| words.starts_with(phrase))
                .map(|(phrase, cue)| (*cue, phrase.len()))
        });
        let named = if name(0) { self.first.get("@") } else { None };
        let open = if name(0) { None } else { self.first.get("~") };
        let mute = |i: usize| !name(i) && self.is_mute(words.get(i..).unwrap_or(&[]));
        let around = Around {
            name,
            opens,
            mute: &mute,
        };
        self.first
            .get(word)
            .into_iter()
            .chain(named)
            .chain(open)
            .flatten()
            .filter_map(|i| {
                let pattern = self.patterns.get(*i)?;
                let length = pattern.longest(words, &around)?;
                let yes = matches!(pattern.cue, Cue::Yes | Cue::Go);
                // "For me not" is no "for me".
                (!yes || !frames::is_denied(words.get(..length)?)).then_some(())?;
                Some((pattern.cue, length, false))
            })
            .chain(plain.map(|(cue, length)| (cue, length, true)))
            .max_by_key(|(cue, length, plain)| (*length, *plain, caution(*cue)))
            .map(|(cue, length, _)| (cue, length))
    }
}

/// Whether the words differ in one letter: one too many, one missing, another one, or two swapped.
fn one_off(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 || a.first() != b.first() || a == b {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[same..], &b[same..]);
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Equal => {
            x[1..] == y[1..] || x.len() >= 2 && x[0] == y[1] && x[1] == y[0] && x[2..] == y[2..]
        }
        std::cmp::Ordering::Less => x == &y[1..],
        std::cmp::Ordering::Greater => &x[1..] == y,
    }
}

/// Which of two readings of the same words is the more careful one.
fn caution(cue: Cue) -> u8 {
    match cue {
        Cue::Soft | Cue::Invert => 0,
        Cue::Rhetorical => 1,
        Cue::Yes | Cue::Go => 2,
        Cue::Always => 3,
        Cue::But | Cue::Known | Cue::Hedge => 4,
        Cue::Again | Cue::Later => 5,
        Cue::Cond | Cue::Ask | Cue::Hand => 6,
        Cue::Not | Cue::No => 7,
        Cue::Never => 8,
    }
}

pub(super) static ALL: LazyLock<Vec<Lexicon>> = LazyLock::new(|| {
    vec![
        Lexicon::new("en", [en::ROWS, more::en::ROWS, frames::en::ROWS]),
        Lexicon::new("de", [de::ROWS, more::de::ROWS, frames::de::ROWS]),
        Lexicon::new("fr", [fr::ROWS, more::fr::ROWS, frames::fr::ROWS]),
        Lexicon::new("es", [es::ROWS, more::es::ROWS, frames::es::ROWS]),
        Lexicon::new("pt", [pt::ROWS, more::pt::ROWS, frames::pt::ROWS]),
        Lexicon::new("it", [it::ROWS, more::it::ROWS, frames::it::ROWS]),
        Lexicon::new("nl", [nl::ROWS, more::nl::ROWS, frames::nl::ROWS]),
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
        for word in lexicon.patterns.iter().flat_map(Pattern::words) {
            words.entry(word).or_insert(false);
        }
    }
    words
});

/// Whether this word, which means nothing, is a denial but for a slip: "nqicht", "no7".
pub(super) fn is_slipped_denial(word: &str) -> bool {
    const DENIALS: &[&str] = &[
        "nicht", "nein", "kein", "keine", "niet", "geen", "never", "nunca", "jamais", "dont",
        "cant",
    ];
    let bare = word.trim_matches(|c: char| c.is_ascii_digit());
    bare != word && is_sharp(bare) || DENIALS.iter().any(|d| one_off(d, word))
}

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
            for word in lexicon.patterns.iter().flat_map(Pattern::words) {
                assert_eq!(word, fold_word(word), "{}", lexicon.code);
            }
        }
    }
}
