//! How a letter is built: whom it greets, whom it speaks to, and whom it tells about whom.
//!
//! These signs work in languages whose wordings nobody has listed yet: two people greeted by
//! name, and then each of them told who the other one is.

use super::cues::{AFTER_IS, DESCRIBES, GREETINGS, IS};
use super::words::{Sentence, Set, Word};

/// What the build of a letter shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Named in the greeting.
    pub greeted: Set,
    /// Spoken to by name at the head of a sentence.
    pub spoken_to: Set,
    /// Said to be or do something, in the third person.
    pub described: Set,
    /// (whom, about whom): a sentence that speaks to one and describes another.
    pub told: Vec<(Set, Set)>,
    /// Named anywhere in the text.
    pub named: Set,
    /// “Hi both”, “Dear all”.
    pub greets_all: bool,
    /// For each sentence whom it speaks to, and how many words the greeting or address takes.
    pub heads: Vec<(Set, usize)>,
}

impl Shape {
    pub fn of(sentences: &[Sentence]) -> Self {
        let mut shape = Self::default();
        // Whom the paragraph speaks to, and which paragraph that is.
        let mut spoken: (usize, Set) = (usize::MAX, 0);
        let mut greeting = true;
        for sentence in sentences {
            let words = &sentence.words;
            shape.named |= words.iter().fold(0, |all, w| all | w.person());
            if greeting {
                greeting = false;
                if let Some(length) = shape.greeting(words) {
                    let rest = words.get(length..).unwrap_or_default();
                    shape.describe(rest, shape.greeted);
                    shape.heads.push((shape.greeted, length));
                    // A letter that greets one of them speaks to that one.
                    if shape.greeted.count_ones() == 1 {
                        spoken = (usize::MAX, shape.greeted);
                    }
                    continue;
                }
            }
            let (vocative, length) = vocative(words);
            if vocative != 0 {
                shape.spoken_to |= vocative;
                spoken = (sentence.paragraph, vocative);
            } else if spoken.0 != sentence.paragraph {
                spoken = (
                    usize::MAX,
                    if shape.greeted.count_ones() == 1 {
                        shape.greeted
                    } else {
                        0
                    },
                );
            }
            shape.describe(words.get(length..).unwrap_or_default(), spoken.1);
            shape.heads.push((spoken.1, length));
        }
        shape
    }

    /// The length of the greeting at the beginning of the letter, if there is one.
    fn greeting(&mut self, words: &[Word]) -> Option<usize> {
        let opens = words
            .first()
            .is_some_and(|w| matches!(w, Word::Plain(text) if GREETINGS.contains(&text.as_str())));
        let end = words
            .iter()
            .take(14)
            .position(
                |w| matches!(w, Word::Plain(t) if matches!(t.as_str(), "!" | ":" | "." | "-")),
            )
            .unwrap_or_else(|| words.len().min(14));
        let head = words.get(..end).unwrap_or_default();
        let bare_names = head.iter().all(|w| {
            w.person() != 0 || matches!(w, Word::Plain(t) if matches!(t.as_str(), "," | "and" | "&" | "und" | "et" | "y" | "e" | "en" | "/"))
        });
        if !opens && (head.is_empty() || !bare_names) {
            return None;
        }
        // “Hi Rachel, Jordan runs …” on one line: the greeting ends at the last name of the list.
        let mut length = 0;
        for (i, word) in head.iter().enumerate() {
            match word {
                Word::Person(set) => {
                    let described = head
                        .get(i + 1)
                        .is_some_and(|next| is_predicate(next, head.get(i + 2)));
                    if described && self.greeted != 0 {
                        return Some(length);
                    }
                    self.greeted |= set;
                    length = i + 1;
                }
                Word::Plain(text) => {
                    if matches!(
                        text.as_str(),
                        "both"
                            | "all"
                            | "everyone"
                            | "everybody"
                            | "folks"
                            | "guys"
                            | "two"
                            | "team"
                            | "beide"
                            | "zusammen"
                            | "alle"
                            | "tous"
                            | "toutes"
                            | "deux"
                            | "ambos"
                            | "todos"
                            | "todas"
                            | "dois"
                            | "duas"
                            | "tutti"
                            | "entrambi"
                            | "allebei"
                            | "allemaal"
                            | "beiden"
                            | "ihr"
                            | "jullie"
                    ) {
                        self.greets_all = true;
                        length = i + 1;
                    }
                    let joins = matches!(
                        text.as_str(),
                        "," | "and" | "&" | "und" | "et" | "y" | "e" | "en" | "/" | "+"
                    );
                    if !joins && !GREETINGS.contains(&text.as_str()) && self.greeted != 0 {
                        return Some(length);
                    }
                }
            }
        }
        Some(end.min(words.len()).max(length))
    }

    /// Finds “X is the …”, “X, who …”, “X runs …” in words spoken to `to`.
    fn describe(&mut self, words: &[Word], to: Set) {
        for (i, word) in words.iter().enumerate() {
            let set = word.person();
            if set == 0 {
                continue;
            }
            let after = |n: usize| words.get(i + n);
            let predicate = after(1).is_some_and(|next| is_predicate(next, after(2)));
            // “Rachel: Jordan from the lab, …”
            let presented = i == 0
                && to != 0
                && after(1).is_some_and(|w| w.is("from") || w.is("at") || w.is("of"));
            let relative = after(1).is_some_and(|w| w.is(","))
                && after(2).is_some_and(|w| matches!(w, Word::Plain(t) if matches!(t.as_str(), "who" | "whom" | "whose" | "der" | "die" | "qui" | "quien" | "que" | "che" | "a" | "the" | "my")));
            if predicate || relative || presented {
                self.described |= set;
                if to != 0 && to & set == 0 {
                    self.told.push((to, set));
                }
            }
        }
    }

    /// Two people each told about the other.
    pub fn mutual(&self) -> Option<Set> {
        self.told.iter().find_map(|&(to, about)| {
            self.told
                .iter()
                .any(|&(t, a)| t & about != 0 && a & to != 0 && (to | about).count_ones() > 1)
                .then_some(to | about)
        })
    }
}

/// Whether these words say what somebody is or does.
fn is_predicate(next: &Word, then: Option<&Word>) -> bool {
    let Word::Plain(verb) = next else {
        return false;
    };
    if IS.contains(&verb.as_str()) {
        return match then {
            Some(Word::Plain(word)) => AFTER_IS.contains(&word.as_str()),
            // “Jordan is Rachel's old teacher.”
            Some(Word::Person(_)) => true,
            None => false,
        };
    }
    // “has asked”, “does not”: about a matter.
    if matches!(
        verb.as_str(),
        "has"
            | "does"
            | "just"
            | "recently"
            | "needs"
            | "wants"
            | "hat"
            | "used"
            | "helps"
            | "knows"
            | "keeps"
    ) {
        return matches!(then, Some(Word::Plain(word)) if matches!(word.as_str(), "a" | "an" | "the" | "been" | "built" | "founded" | "started" | "moved" | "launched" | "written" | "joined" | "spent" | "just" | "finished" | "published" | "to" | "more" | "three" | "two" | "four" | "her" | "his" | "einen" | "eine" | "ein" | "somebody" | "someone" | "everything" | "lots" | "years"));
    }
    DESCRIBES.contains(&verb.as_str())
}

/// Who is spoken to at the head of a sentence, and how many words that takes:
/// “Rachel, …”, “Rachel and Jordan – …”, “And Jordan: …”.
fn vocative(words: &[Word]) -> (Set, usize) {
    let mut set = 0;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word {
            Word::Person(person) => {
                set |= person;
                at += 1;
                match words.get(at) {
                    Some(Word::Plain(mark)) if matches!(mark.as_str(), "," | "-" | ":") => {
                        // “Rachel, Jordan, …” goes on; “Rachel, Jordan runs …” does not.
                        let more = matches!(words.get(at + 1), Some(Word::Person(_)))
                            && words
                                .get(at + 2)
                                .is_some_and(|w| w.is(",") || w.is("-") || w.is(":"))
                            && !words
                                .get(at + 3)
                                .is_some_and(|w| w.is("who") || w.is("whom"));
                        at += 1;
                        if mark != "," || !more {
                            return (set, at);
                        }
                    }
                    Some(Word::Plain(and))
                        if matches!(
                            and.as_str(),
                            "and" | "&" | "und" | "et" | "y" | "e" | "en"
                        ) =>
                    {
                        at += 1
                    }
                    _ => return (0, 0),
                }
            }
            Word::Plain(text)
                if at == 0
                    && matches!(
                        text.as_str(),
                        "and"
                            | "so"
                            | "-"
                            | "und"
                            | "et"
                            | "y"
                            | "e"
                            | "en"
                            | "now"
                            | "dear"
                            | "liebe"
                            | "lieber"
                    ) =>
            {
                at += 1
            }
            Word::Plain(_) => return (0, 0),
        }
    }
    (0, 0)
}
