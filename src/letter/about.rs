//! What the introducer says *about* each party, in the third person: the matter of an ask.
//!
//! Left out are sentences spoken to somebody, sentences with a way to be reached in them, talk
//! about the introduction itself, and whatever names two parties at once and cannot be taken
//! apart (A2, A4). If unsure, less.

use super::clauses::clauses;
use super::lexicon::{self, Lexicon, flat, holds};
use super::salutation::capitalised;
use super::{hearsay, names, presented, scrub, sentences};
use std::collections::BTreeSet;

/// One sentence, and whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    text: String,
    /// Parties it names, or goes on about.
    concerns: BTreeSet<usize>,
    /// The one it can be quoted about.
    about: Option<usize>,
    delicate: bool,
    /// It begins with “he” or “she”: somebody must have been named before it.
    by_pronoun: bool,
}

/// What was said about everybody.
#[derive(Clone, Debug, Default)]
pub struct Matter {
    said: Vec<Said>,
}

/// The words by which each party is spoken of, lower case; no two parties share one.
pub type Called = Vec<BTreeSet<String>>;

/// Takes a body apart (greeting and closing taken off).
#[must_use]
pub fn read(body: &str, called: &Called, words: &Lexicon) -> Matter {
    let mut matter = Matter::default();
    let mut topic: Option<usize> = None;
    let mut pronoun_of: Vec<Option<String>> = vec![None; called.len()];
    // Whom the sentence before this one was about.
    let mut previous: Option<usize> = None;
    // Whether the sentence before can be told: what points back to it stays with it.
    let mut told_before = true;
    let seen: String = body
        .chars()
        .filter(|c| *c != '*' && !names::is_invisible(*c))
        .collect();
    let body = hearsay::without_copy_remarks(&seen);
    let all = sentences::split(&body);
    let listed = is_list(&all, called, words);
    for sentence in all {
        let sentence = called_at(&sentence, called);
        let (spoken_to, rest) = if listed && entry(&sentence, called).is_some() {
            (None, sentence.clone())
        } else {
            vocative(&sentence, called, words)
        };
        for part in clauses(&rest, called, words) {
            let mentioned = mentions(&part, called);
            let delicate = is_delicate(&part, words);
            let pronoun = leading_pronoun(&part, words).or_else(|| {
                previous
                    .and(presented::later_subject(&part, words))
                    .map(str::to_owned)
            });
            let mut about = None;
            let mut concerns = mentioned.clone();
            match mentioned.iter().collect::<Vec<_>>().as_slice() {
                [one] => {
                    about = Some(**one);
                    topic = about;
                }
                [] => {
                    let others: Vec<usize> = (0..called.len())
                        .filter(|i| Some(*i) != spoken_to)
                        .collect();
                    let meant = match (topic, spoken_to, others.as_slice()) {
                        (t, Some(s), [other]) if t.is_none() || t == Some(s) => Some(*other),
                        (t, _, _) => t,
                    };
                    if let (Some(p), Some(who)) = (&pronoun, meant) {
                        // “He” after “she” was said of the same person is somebody else.
                        let known = pronoun_of.get(who).cloned().flatten();
                        let taken = pronoun_of
                            .iter()
                            .enumerate()
                            .any(|(i, o)| i != who && o.as_ref() == Some(p));
                        if known.as_ref().is_none_or(|k| k == p) && !(taken && known.is_none()) {
                            about = Some(who);
                            concerns.insert(who);
                            if let Some(slot) = pronoun_of.get_mut(who) {
                                *slot = Some(p.clone());
                            }
                        }
                    }
                    if about.is_none() {
                        // Nobody knows whom it concerns: for delicacy, everybody.
                        concerns = (0..called.len()).collect();
                    }
                    topic = about.or(topic);
                }
                _ => topic = None,
            }
            previous = about.filter(|who| Some(*who) != spoken_to);
            // “This is Jordan: he …” is better told as “Jordan …”.
            let beginning: Vec<&str> = part.split(' ').take(5).collect();
            let presents = (presented::presents(&flat(&part), words)
                && !mentions(&beginning.join(" "), called).is_empty())
                || about
                    .and_then(|who| aside(&part, who, called, words))
                    .is_some_and(|(_, pronoun)| pronoun.is_some());
            let hearsay = hearsay::is_hearsay(&part, called, words);
            let quotable = !presents
                && !hearsay
                && (told_before || !hearsay::points_back(&part, words) || pronoun.is_none())
                && about.is_some_and(|who| Some(who) != spoken_to)
                && is_quotable(&part, words);
            told_before = quotable;
            let text = if quotable {
                Some(finished(&part))
            } else {
                None
            };
            if let Some(text) = text {
                matter.said.push(Said {
                    text,
                    concerns,
                    about,
                    delicate,
                    by_pronoun: mentioned.is_empty(),
                });
                continue;
            }
            matter.said.push(Said {
                text: String::new(),
                concerns,
                about: None,
                delicate,
                by_pronoun: false,
            });
            for who in 0..called.len() {
                if let Some((text, pronoun)) = aside(&part, who, called, words)
                    && !hearsay
                    && Some(who) != spoken_to
                {
                    told_before = true;
                    if let (Some(p), Some(slot)) = (pronoun, pronoun_of.get_mut(who)) {
                        *slot = Some(p.to_owned());
                    }
                    previous = Some(who);
                    let delicate = is_delicate(&text, words);
                    matter.said.push(Said {
                        text,
                        concerns: BTreeSet::from([who]),
                        about: Some(who),
                        delicate,
                        by_pronoun: false,
                    });
                    topic = Some(who);
                }
            }
        }
    }
    matter
}

impl Matter {
    /// Whether something delicate concerns this party (job search, health, law, money; R6).
    #[must_use]
    pub fn is_delicate(&self, party: usize) -> bool {
        self.said
            .iter()
            .any(|s| s.delicate && s.concerns.contains(&party))
    }

    /// The sentences about this party that somebody else may read, at most `longest` words and
    /// three sentences; empty where the introduction says nothing fit. `among` several others a
    /// “she” that nobody stands before is left out.
    #[must_use]
    pub fn about(&self, party: usize, longest: usize, among: bool) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut count = 0;
        for said in self
            .said
            .iter()
            .filter(|s| s.about == Some(party) && !s.delicate)
        {
            if among && said.by_pronoun && out.is_empty() {
                continue;
            }
            if out.contains(&said.text) {
                continue;
            }
            let text = if out.is_empty() {
                shortened(&said.text, longest)
            } else {
                said.text.clone()
            };
            count += text.split_whitespace().count();
            if out.len() == 3 || count > longest {
                break;
            }
            out.push(text);
        }
        out
    }
}

/// Which parties a text names.
pub(super) fn mentions(text: &str, called: &Called) -> BTreeSet<usize> {
    let spoken: BTreeSet<String> = names::words_of(text).map(names::bare).collect();
    (0..called.len())
        .filter(|i| called.get(*i).is_some_and(|c| !c.is_disjoint(&spoken)))
        .collect()
}

/// “@Rachel” is Rachel.
fn called_at(sentence: &str, called: &Called) -> String {
    if !sentence.contains('@') {
        return sentence.to_owned();
    }
    let plain = |token: &str| match token.strip_prefix('@') {
        Some(name) if !mentions(name, called).is_empty() && !name.contains('@') => name.to_owned(),
        _ => token.to_owned(),
    };
    sentence.split(' ').map(plain).collect::<Vec<_>>().join(" ")
}

/// “Rachel – product designer”: whose entry of a list a sentence is. Nobody else is named in it.
fn entry(sentence: &str, called: &Called) -> Option<usize> {
    let tokens: Vec<&str> = sentence.split(' ').collect();
    let at = tokens
        .iter()
        .take(4)
        .position(|t| matches!(*t, "–" | "—" | "-"))?;
    let head = mentions(&tokens.get(..at)?.join(" "), called);
    let rest = tokens.get(at + 1..)?;
    let one = *head.iter().next().filter(|_| head.len() == 1)?;
    (rest.len() >= 2 && mentions(&rest.join(" "), called).is_empty()).then_some(one)
}

/// Whether two people or more have such an entry: then a dash describes, and nobody is spoken to.
fn is_list(sentences: &[String], called: &Called, words: &Lexicon) -> bool {
    let people: BTreeSet<usize> = sentences
        .iter()
        .filter(|s| !holds(&flat(s), words.you) && !lexicon::speaks_formally(s, words))
        .filter_map(|s| entry(s, called))
        .collect();
    people.len() > 1
}

/// “Rachel, Jordan runs a lab”: who is spoken to, and what is said. “Rachel, a designer, …” and
/// “Rachel: designer” speak *of* her.
fn vocative(sentence: &str, called: &Called, words: &Lexicon) -> (Option<usize>, String) {
    let whole = (None, sentence.to_owned());
    let Some(end) = sentence
        .find([',', '–', '—'])
        .or_else(|| sentence.find(" - "))
    else {
        return whole;
    };
    let (Some(head), Some(tail)) = (sentence.get(..end), sentence.get(end..)) else {
        return whole;
    };
    let tail = tail.trim_start_matches([',', '–', '—', '-', ' ']);
    let mut spoken_to = BTreeSet::new();
    for word in names::words_of(head) {
        let word = names::bare(word);
        let is_greeting =
            words.greetings.contains(&word.as_str()) || words.informal.contains(&word.as_str());
        match called.iter().position(|c| c.contains(&word)) {
            Some(i) => {
                spoken_to.insert(i);
            }
            None if is_greeting || word == words.and => {}
            None => return whole,
        }
    }
    let after = flat(tail);
    let beginning: Vec<&str> = tail.split(' ').take(3).collect();
    let describes = !presented::presents(&after, words)
        // “Rachel, o Jordan funde bronze”: that article belongs to the next name.
        && mentions(&beginning.join(" "), called).is_subset(&spoken_to)
        && words
            .articles
            .iter()
            .chain(words.who)
            .any(|a| after.starts_with(&format!(" {a} ")));
    match spoken_to.iter().collect::<Vec<_>>().as_slice() {
        [one] if !describes && !tail.is_empty() => (Some(**one), capitalised(tail)),
        _ => whole,
    }
}

/// “…, meet Jordan, who runs a lab” and “this is Jordan, a designer from Porto”: what the aside
/// says of Jordan, as a sentence of its own.
fn aside(
    part: &str,
    who: usize,
    called: &Called,
    words: &Lexicon,
) -> Option<(String, Option<&'static str>)> {
    let own = called.get(who)?;
    let tokens: Vec<&str> = part.split(' ').collect();
    let is_own = |t: &&str| {
        names::words_of(t)
            .next()
            .is_some_and(|w| own.contains(&names::bare(w)))
    };
    let start = tokens.iter().position(is_own)?;
    let length = tokens.iter().skip(start).take_while(|t| is_own(t)).count();
    let last = tokens.get(start + length - 1)?;
    let (opens, bracket) = match tokens.get(start + length) {
        Some(t) if t.starts_with('(') => (true, true),
        Some(t) if matches!(*t, "–" | "—" | "-" | ":") => (true, false),
        _ => (last.ends_with([',', ':']), false),
    };
    if !opens {
        return None;
    }
    let after = tokens.get(start + length..)?.join(" ");
    let mut after = after
        .trim_start_matches(['–', '—', '-', ':', ' ', '('])
        .to_owned();
    if bracket {
        after = after.split(')').next().unwrap_or_default().to_owned();
    }
    // Only as far as nobody else is spoken of.
    while !mentions(&after, called).is_subset(&BTreeSet::from([who])) {
        let cut = after.rfind([',', ';'])?;
        after.truncate(cut);
    }
    let after = after
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .to_owned();
    let key = flat(&after);
    let name: Vec<&str> = tokens.get(start..start + length)?.to_vec();
    let name = name.join(" ");
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let head = tokens.get(..start)?.join(" ");
    let mut pronoun = None;
    let said = if mentions(&head, called).is_empty()
        && is_quotable(&after, words)
        && let Some((text, subject)) = presented::named(&head, name, &after, words)
    {
        pronoun = Some(subject);
        format!("{text}.")
    } else if let Some(who) = words
        .who
        .iter()
        .find(|w| key.starts_with(&format!(" {w} ")))
    {
        format!("{name} {}.", after.get(who.len()..)?.trim())
    } else if words
        .articles
        .iter()
        .any(|a| key.starts_with(&format!(" {a} ")))
    {
        format!("{name} {} {}.", words.is, after)
    } else {
        return None;
    };
    (after.split_whitespace().count() >= 3 && is_quotable(&said, words)).then_some((said, pronoun))
}

/// The pronoun with which a sentence goes on, normalised (“her” is “she”).
fn leading_pronoun(part: &str, words: &Lexicon) -> Option<String> {
    let text = flat(part);
    let found = words
        .pronouns
        .iter()
        .find(|p| text.starts_with(&format!(" {p} ")))?;
    Some(presented::subject_form(found, words).map_or_else(
        || found.replace("their", "they").replace("them", "they"),
        str::to_owned,
    ))
}

fn is_quotable(part: &str, words: &Lexicon) -> bool {
    let text = flat(part);
    !part.trim_end().ends_with('?')
        && !part.starts_with('>')
        && !holds(&text, words.you)
        && !lexicon::speaks_formally(part, words)
        && !holds(&text, words.chatter)
        && !scrub::has_contact(part)
        && text.split_whitespace().count() >= 3
}

/// Whether a sentence touches what people do not want told: job search, health, law, money.
#[must_use]
pub fn is_delicate(text: &str, words: &Lexicon) -> bool {
    let text = flat(text);
    holds(&text, words.delicate) || (holds(&text, words.topics) && !holds(&text, words.trades))
}

fn finished(part: &str) -> String {
    let text = capitalised(
        part.trim()
            .trim_end_matches([',', ';', ':', '–', '—', '-', ' ']),
    );
    if text.ends_with(['.', '!', '…', '。']) {
        text
    } else {
        format!("{text}.")
    }
}

/// Cut at the last pause before `longest` words, where it is longer.
fn shortened(text: &str, longest: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= longest {
        return text.to_owned();
    }
    let head = words.get(..longest).unwrap_or_default();
    match head.iter().rposition(|w| w.ends_with([',', ';', ':'])) {
        Some(end) if end >= 3 => finished(&head.get(..=end).unwrap_or_default().join(" ")),
        _ => String::new(),
    }
}

#[cfg(test)]
#[path = "about_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "presented_tests.rs"]
mod presented_tests;
