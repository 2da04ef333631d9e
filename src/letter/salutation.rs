//! How the introducer speaks to each party: taken over from greeting and closing of the
//! introduction (A12).

use super::lexicon::{self, Lexicon, flat, holds};
use super::names;

/// A greeting has at most this many words.
const LONGEST: usize = 16;

/// How one party is spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// “Dear Dr. Ito”, without the comma; `None` where the introduction has none for this party alone.
    pub greeting: Option<String>,
    /// “Dr. Ito”, “Rachel”: the form of the name in the greeting.
    pub form: Option<String>,
    /// Sie, vous, usted, u.
    pub formal: bool,
}

/// An introduction's text without its frame, and what the frame told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// One for each party, in order.
    pub manners: Vec<Manner>,
    /// What stands between greeting and closing.
    pub body: String,
    /// “All the best”, without the comma.
    pub closing: Option<String>,
    /// “Alex”: how the introducer signed.
    pub signature: Option<String>,
}

/// Reads the frame of an introduction to these parties (their clean names, where known).
#[must_use]
pub fn read(text: &str, parties: &[Option<String>], own: Option<&str>, words: &Lexicon) -> Frame {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let (greeting, rest) = split_greeting(&lines, parties, words);
    let (body, closing, signature) = split_closing(rest, own, words);
    let body_text = body.join("\n");
    let warm = closing
        .as_deref()
        .is_some_and(|c| words.warm_closings().contains(&flat(c).trim()));
    let familiar =
        holds(&flat(&body_text), words.familiar) || holds(&flat(&greeting), words.familiar);
    let stiff = holds(&flat(&body_text), words.formal)
        || super::sentences::split(&body_text)
            .iter()
            .any(|s| lexicon::speaks_formally(s, words) && !familiar);
    let mut manners = greet(&greeting, parties, words);
    for manner in &mut manners {
        let by_title = manner
            .form
            .as_deref()
            .is_some_and(|f| f.split_whitespace().any(lexicon::is_honorific));
        let informal_word = holds(
            &flat(manner.greeting.as_deref().unwrap_or(&greeting)),
            words.informal,
        );
        let formal_word = holds(
            &flat(manner.greeting.as_deref().unwrap_or(&greeting)),
            words.formal,
        );
        // “Hallo Rachel Winters” keeps its distance.
        let whole_name = manner
            .form
            .as_deref()
            .is_some_and(|f| f.split_whitespace().count() > 1);
        let near = (informal_word || warm) && !stiff && !(whole_name && words.language != "en");
        manner.formal = by_title || formal_word || !(familiar || near);
    }
    for (manner, name) in manners.iter_mut().zip(parties) {
        if let (Some(form), Some(name)) = (&manner.form, name) {
            let spelt = as_spelt(form, name);
            manner.greeting = manner.greeting.take().map(|g| {
                g.strip_suffix(form.as_str())
                    .map_or(g.clone(), |w| format!("{w}{spelt}"))
            });
            manner.form = Some(spelt);
        }
    }
    Frame {
        manners,
        body: body_text,
        closing,
        signature,
    }
}

/// “hey rachel” in a hurry is “Hey Rachel” to her.
fn as_spelt(form: &str, name: &str) -> String {
    let spelt = |word: &str| {
        let lower = word.chars().all(|c| !c.is_uppercase());
        let own = name
            .split_whitespace()
            .find(|own| lower && own.to_lowercase() == word && own.chars().any(char::is_uppercase));
        own.map_or_else(|| word.to_owned(), names::unshouted)
    };
    form.split(' ').map(spelt).collect::<Vec<_>>().join(" ")
}

/// The greeting line, and the lines after it. A greeting that runs into the text (“Rachel,
/// Jordan runs a lab”) is left in the text.
fn split_greeting<'a>(
    lines: &[&'a str],
    parties: &[Option<String>],
    words: &Lexicon,
) -> (String, Vec<&'a str>) {
    let Some(at) = lines.iter().position(|l| !l.trim().is_empty()) else {
        return (String::new(), Vec::new());
    };
    let rest: Vec<&str> = lines.iter().skip(at + 1).copied().collect();
    let line = lines.get(at).copied().unwrap_or_default().trim();
    let known: Vec<String> = parties
        .iter()
        .flatten()
        .flat_map(|n| names::tokens(n))
        .collect();
    let count = names::words_of(line).count();
    let ends = !goes_on(line)
        && (line.ends_with([',', '!', ':', '-', '–', '—', '，'])
            || (count <= 6 && rest.first().is_none_or(|l| l.trim().is_empty())));
    let greets = starts_with_greeting(line, words);
    let only_names = count > 0
        && names::words_of(line).all(|w| {
            known.contains(&names::bare(w))
                || lexicon::is_honorific(w)
                || flat(w).trim() == words.and
        });
    if ends && count <= LONGEST && (greets || only_names) {
        return (line.to_owned(), rest);
    }
    // “Hi both! I'd like …” on one line.
    if greets
        && let Some(end) = line.find(['!', ',', ':'])
        && names::words_of(line.get(..end).unwrap_or_default()).count() <= 6
        && let (Some(head), Some(tail)) = (line.get(..end), line.get(end + 1..))
    {
        // After a comma a name may be the next one greeted; after “Hi both!” it begins a sentence.
        let greets_more = starts_with_greeting(tail, words)
            || (!line.get(end..).unwrap_or_default().starts_with('!')
                && names::words_of(tail)
                    .next()
                    .is_some_and(|w| known.contains(&names::bare(w))));
        if !greets_more {
            let mut kept = vec![tail.trim_start()];
            kept.extend(rest);
            return (head.to_owned(), kept);
        }
    }
    (String::new(), lines.iter().skip(at).copied().collect())
}

/// Whether a sentence ends within the line: then it is more than a greeting.
fn goes_on(line: &str) -> bool {
    line.split_inclusive(['.', '!', '?']).any(|part| {
        let cut = part.ends_with(['.', '?'])
            || (part.ends_with('!') && part.len() < line.len() && !line.ends_with(part));
        let last = part
            .trim_end_matches(['.', '!', '?'])
            .split_whitespace()
            .last()
            .unwrap_or_default();
        cut && !lexicon::is_honorific(last) && last.chars().count() > 1
    })
}

fn starts_with_greeting(line: &str, words: &Lexicon) -> bool {
    let text = flat(line);
    [
        words.greetings,
        words.informal,
        words.formal,
        words.gendered,
        lexicon::HOURS,
    ]
    .iter()
    .flat_map(|list| list.iter())
    .any(|g| text.starts_with(&format!(" {g} ")))
}

/// Each party's own greeting out of the one for all.
fn greet(greeting: &str, parties: &[Option<String>], words: &Lexicon) -> Vec<Manner> {
    let pieces = pieces(greeting, words);
    let mut taken = vec![false; pieces.len()];
    let mut manners = vec![Manner::default(); parties.len()];
    for (manner, name) in manners.iter_mut().zip(parties) {
        let Some(tokens) = name.as_deref().map(names::tokens) else {
            continue;
        };
        let found = pieces.iter().position(|p| {
            names::words_of(p)
                .any(|w| tokens.contains(&names::bare(w)) || is_short_for(w, name.as_deref()))
        });
        if let Some(i) = found {
            if let Some(t) = taken.get_mut(i) {
                *t = true;
            }
            *manner = from_piece(&pieces, i, words);
        }
    }
    // “Hi Jim and Rachel” to James and Rachel: who is left over is left over on both sides.
    let left: Vec<usize> = taken
        .iter()
        .enumerate()
        .filter(|(_, t)| !**t)
        .map(|(i, _)| i)
        .collect();
    let missing: Vec<usize> = manners
        .iter()
        .enumerate()
        .filter(|(_, m)| m.form.is_none())
        .map(|(i, _)| i)
        .collect();
    if let ([piece], [party]) = (left.as_slice(), missing.as_slice())
        && pieces.len() == parties.len()
        && pieces.len() > 1
        && let Some(manner) = manners.get_mut(*party)
    {
        let found = from_piece(&pieces, *piece, words);
        let is_name = found.form.as_deref().is_some_and(|f| {
            f.split_whitespace().count() <= 3 && f.chars().next().is_some_and(char::is_uppercase)
        });
        if is_name {
            *manner = found;
        }
    }
    manners
}

/// “Rach” is short for Rachel, “Alex” for Alexandra.
fn is_short_for(word: &str, name: Option<&str>) -> bool {
    let short = names::bare(word);
    short.chars().count() >= 3
        && name.is_some_and(|n| names::first(n).to_lowercase().starts_with(&short))
}

/// The greeting cut into one piece a person.
fn pieces(greeting: &str, words: &Lexicon) -> Vec<String> {
    let text = greeting.trim_end_matches([',', '!', ':', '-', '–', '—', ' ', '.', '，']);
    text.split([',', '&', '/', '+', '!', ';'])
        .flat_map(|p| {
            let mut out = vec![String::new()];
            for word in p.split_whitespace() {
                if flat(word).trim() == words.and || word == "et" || word == "y" || word == "e" {
                    out.push(String::new());
                } else if let Some(last) = out.last_mut() {
                    if !last.is_empty() {
                        last.push(' ');
                    }
                    last.push_str(word);
                }
            }
            out
        })
        .filter(|p| !p.is_empty())
        .collect()
}

fn from_piece(pieces: &[String], i: usize, words: &Lexicon) -> Manner {
    let cut = |piece: &str| -> (String, String) {
        let all: Vec<&str> = piece.split_whitespace().collect();
        let (mut n, mut of_an_hour) = (0, false);
        for k in 1..=all.len().min(4) {
            let head = flat(&all.get(..k).unwrap_or_default().join(" "));
            let head = head.trim();
            if [
                words.greetings,
                words.informal,
                words.formal,
                words.gendered,
                lexicon::HOURS,
            ]
            .iter()
            .any(|list| list.contains(&head))
            {
                n = k;
                of_an_hour = lexicon::HOURS.contains(&head);
            }
        }
        let said = if of_an_hour { 0 } else { n };
        (
            all.get(..said).unwrap_or_default().join(" "),
            all.get(n..).unwrap_or_default().join(" "),
        )
    };
    let Some(piece) = pieces.get(i) else {
        return Manner::default();
    };
    let (own, form) = cut(piece);
    let shared = pieces.first().map(|p| cut(p).0).unwrap_or_default();
    let word = if own.is_empty() {
        // A greeting said to somebody else is taken over only where it fits anybody.
        Some(shared).filter(|s| {
            let s = flat(s);
            let s = s.trim();
            !words.gendered.contains(&s)
                && (words.greetings.contains(&s) || words.informal.contains(&s))
        })
    } else {
        Some(own)
    };
    let form = form.trim().to_owned();
    let usable = !form.is_empty() && !super::scrub::has_contact(&form);
    let titled = form.split_whitespace().any(lexicon::is_honorific);
    Manner {
        greeting: match word.filter(|w| !w.is_empty()) {
            Some(word) if usable => Some(format!("{} {form}", capitalised(&word))),
            // “Madame Durand,” is a greeting by itself.
            None if usable && titled => Some(form.clone()),
            _ => None,
        },
        form: usable.then_some(form),
        formal: false,
    }
}

/// With its first letter in upper case.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// Body lines, closing and signature. Only well-known closings are taken over, and only a
/// signature that shares a word with the introducer's name.
fn split_closing<'a>(
    lines: Vec<&'a str>,
    own: Option<&str>,
    words: &Lexicon,
) -> (Vec<&'a str>, Option<String>, Option<String>) {
    let own_tokens = own.map(names::tokens).unwrap_or_default();
    let full: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
        .map(|(i, _)| i)
        .collect();
    // Looked for from the end, among the last lines: below a closing stands only the name.
    for &i in full.iter().rev().take(5) {
        let line = lines.get(i).copied().unwrap_or_default().trim();
        let (phrase, after) = match line.split_once([',', '!']) {
            Some((phrase, after)) => (phrase, after.trim()),
            None => (line.trim_end_matches('.'), ""),
        };
        // “LG Alex” on one line.
        let (phrase, after) = match phrase.rsplit_once(' ') {
            Some((head, name))
                if after.is_empty()
                    && is_closing(head, words)
                    && signature(name, &own_tokens).is_some() =>
            {
                (head, name)
            }
            _ => (phrase, after),
        };
        if is_closing(phrase, words) && names::words_of(after).count() <= 3 {
            let below = full
                .iter()
                .find(|k| **k > i)
                .and_then(|k| lines.get(*k))
                .copied();
            let candidate = if after.is_empty() {
                below.unwrap_or_default()
            } else {
                after
            };
            let body = lines.into_iter().take(i).collect();
            return (
                body,
                Some(phrase.trim().to_owned()),
                signature(candidate, &own_tokens),
            );
        }
    }
    if let Some(&i) = full.last() {
        let last = lines.get(i).copied().unwrap_or_default();
        let name = signature(last, &own_tokens);
        if name.is_some() {
            return (lines.into_iter().take(i).collect(), None, name);
        }
    }
    (lines, None, None)
}

/// Swiss hands write “Grüsse”.
fn is_closing(phrase: &str, words: &Lexicon) -> bool {
    let swiss = |text: &str| text.replace('ß', "ss");
    let key = swiss(flat(phrase).trim());
    words.closings.iter().any(|c| swiss(c) == key)
}

fn signature(line: &str, own_tokens: &[String]) -> Option<String> {
    let name = line
        .trim()
        .trim_start_matches(['-', '–', '—', '~', ' '])
        .trim_end_matches(['.', ',', ' ']);
    let words: Vec<&str> = name.split_whitespace().collect();
    let fits = (1..=4).contains(&words.len())
        && !super::scrub::has_contact(name)
        && words.iter().any(|w| {
            let w = names::bare(w.trim_end_matches('.'));
            own_tokens.iter().any(|t| {
                *t == w
                    || ((w.chars().count() >= 2
                        || words.len() == 1 && name.chars().any(char::is_uppercase))
                        && !w.is_empty()
                        && t.starts_with(&w))
            })
        });
    // An initial keeps its point.
    let point = if name.chars().count() == 1 && line.trim().ends_with('.') {
        "."
    } else {
        ""
    };
    fits.then(|| format!("{name}{point}"))
}

#[cfg(test)]
#[path = "salutation_tests.rs"]
mod tests;
