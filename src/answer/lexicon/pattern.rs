//! Phrases that vary in the middle, written down once.
//!
//! A row of the tables is words; a word may be a choice (`pass/give`), and end in `?` (may be
//! missing), `+` (one or more of the choice, in any order) or `*` (none or more). `@` is anybody's
//! name, `#` a number, `~` a word that says nothing in this language (no cue stands on it), `$` the
//! end of the clause; of a choice in which some words begin with `!` one of those is needed; and `^` before all else its beginning. A pattern counts only where it takes two words at least,
//! or all of the clause.

use super::Cue;

/// One word of a pattern.
#[derive(Clone, Debug)]
struct Slot {
    choice: Vec<&'static str>,
    /// Of these at least one has to be among the words taken, where there are any.
    anchors: Vec<&'static str>,
    least: usize,
    most: usize,
}

/// One pattern and what it says.
#[derive(Debug)]
pub(super) struct Pattern {
    slots: Vec<Slot>,
    pub cue: Cue,
    /// Counts only where the clause begins.
    opens: bool,
}

/// What a pattern has to know of the words it is held against, by their place.
pub(super) struct Around<'a> {
    /// Whether it is somebody's name.
    pub name: &'a dyn Fn(usize) -> bool,
    /// Whether the first of them is the first of its clause.
    pub opens: bool,
    /// Whether it says nothing by itself, nor begins a phrase that does.
    pub mute: &'a dyn Fn(usize) -> bool,
}

/// No phrase repeats a choice more often than this.
const REPEATS: usize = 12;

impl Pattern {
    /// Whether this phrase is a pattern and not plain words.
    pub fn is_one(phrase: &str) -> bool {
        phrase.contains(['/', '!', '?', '*', '@', '$', '~', '#', '^'])
            || phrase.split(' ').any(|w| w.len() > 1 && w.ends_with('+'))
    }

    pub fn new(phrase: &'static str, cue: Cue) -> Vec<Self> {
        let (opens, phrase) = match phrase.strip_prefix('^') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, phrase),
        };
        let slots: Vec<Slot> = phrase
            .split_whitespace()
            .map(|word| {
                let (word, least, most) = match word.as_bytes() {
                    [.., b'?'] => (&word[..word.len() - 1], 0, 1),
                    [_, .., b'+'] => (&word[..word.len() - 1], 1, REPEATS),
                    [.., b'*'] => (&word[..word.len() - 1], 0, REPEATS),
                    _ => (word, 1, 1),
                };
                let words = || word.split('/').filter(|w| !w.is_empty());
                Slot {
                    choice: words().map(|w| w.trim_start_matches('!')).collect(),
                    anchors: words().filter_map(|w| w.strip_prefix('!')).collect(),
                    least,
                    most,
                }
            })
            .collect();
        // Where the first word may be missing there is one pattern with and one without it.
        let surely = slots.iter().take_while(|s| s.least == 0).count();
        (0..=surely.min(slots.len().saturating_sub(1)))
            .map(|from| {
                let mut slots = slots[from..].to_vec();
                if let Some(first) = slots.first_mut() {
                    first.least = first.least.max(1);
                }
                Self { slots, cue, opens }
            })
            .collect()
    }

    /// The words that it may begin with.
    pub fn first(&self) -> &[&'static str] {
        self.slots.first().map_or(&[], |s| s.choice.as_slice())
    }

    /// All words that it may be made of.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.slots
            .iter()
            .flat_map(|s| s.choice.iter().copied())
            .filter(|w| !matches!(*w, "@" | "$" | "~" | "#"))
    }

    /// How many words at the start of `words` it takes, the most that it can.
    pub fn longest(&self, words: &[&str], around: &Around) -> Option<usize> {
        if self.opens && !around.opens {
            return None;
        }
        let mut budget = 2_000;
        self.take(0, 0, words, around, &mut budget)
            .filter(|n| *n >= 2 || self.opens && *n == words.len())
            .filter(|n| {
                // “a mail” may begin many a frame and is no yes: what consents says a little more.
                let letters = |n| {
                    words
                        .iter()
                        .take(n)
                        .map(|w| w.chars().count())
                        .sum::<usize>()
                };
                !matches!(self.cue, Cue::Yes | Cue::Go) || letters(*n) > 6
            })
    }

    fn take(
        &self,
        slot: usize,
        at: usize,
        words: &[&str],
        around: &Around,
        budget: &mut u32,
    ) -> Option<usize> {
        *budget = budget.checked_sub(1)?;
        let Some(here) = self.slots.get(slot) else {
            return Some(at);
        };
        if here.choice == ["$"] {
            return (at == words.len())
                .then(|| self.take(slot + 1, at, words, around, budget))
                .flatten();
        }
        let fits = |i: usize| {
            words.get(i).is_some_and(|w| {
                here.choice.contains(w)
                    || here.choice.contains(&"@") && (around.name)(i)
                    || here.choice.contains(&"#") && w.contains(|c: char| c.is_ascii_digit())
                    || here.choice.contains(&"~") && (around.mute)(i)
            })
        };
        let run = (0..here.most).take_while(|n| fits(at + n)).count();
        (here.least..=run)
            .rev()
            .filter(|n| {
                here.anchors.is_empty()
                    || (at..at + n).any(|i| words.get(i).is_some_and(|w| here.anchors.contains(w)))
            })
            .filter_map(|n| self.take(slot + 1, at + n, words, around, budget))
            .max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(pattern: &'static str, text: &str) -> Option<usize> {
        let words: Vec<&str> = text.split(' ').collect();
        Pattern::new(pattern, Cue::Hedge)
            .iter()
            .filter_map(|p| {
                let around = Around {
                    name: &|i| words.get(i) == Some(&"jordan"),
                    opens: true,
                    mute: &|i| words.get(i).is_some_and(|w| w.starts_with('m')),
                };
                p.longest(&words, &around)
            })
            .max()
    }

    #[test]
    fn a_pattern_takes_the_most_it_can() {
        let pattern = "pass/give on? him/her/@? my email/address+ on?";
        assert_eq!(length(pattern, "pass my address on please"), Some(4));
        assert_eq!(length(pattern, "give jordan my email address"), Some(5));
        assert_eq!(length(pattern, "pass on my email"), Some(4));
        assert_eq!(length(pattern, "pass on this one"), None);
        assert_eq!(length(pattern, "give"), None);
        assert_eq!(length("not at/all*", "not at all"), Some(3));
        assert_eq!(length("not at/all*", "not"), None);
        assert_eq!(length("you? may/can ask", "can ask"), Some(2));
        assert_eq!(length("about ~+ $", "about mills mostly"), Some(3));
        assert_eq!(length("about ~+ $", "about mills only"), None);
        assert_eq!(length("!sorry/so/for+ ~* $", "so sorry my"), Some(3));
        assert_eq!(length("!sorry/so/for+ ~* $", "so for my"), None);
        assert_eq!(length("^ great/super thanks* $", "great"), Some(1));
        assert_eq!(length("!sorry/so/for+ ~* $", "so sorry my"), Some(3));
        assert_eq!(length("!sorry/so/for+ ~* $", "so for my"), None);
        assert_eq!(length("^ great/super thanks* $", "great pots"), None);
        assert_eq!(length("number is #+", "number is 555 0142"), Some(4));
        assert_eq!(length("but no thanks? $", "but no thanks"), Some(3));
        assert_eq!(length("but no thanks? $", "but no later"), None);
    }
}
