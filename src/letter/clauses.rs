//! A sentence about two people, cut in two.

use super::about::{Called, mentions};
use super::lexicon::{Lexicon, flat};
use super::names;

/// A sentence about two people cut where the second one's clause begins: “Rachel designs tools,
/// Jordan runs a lab”.
pub(super) fn clauses(sentence: &str, called: &Called, words: &Lexicon) -> Vec<String> {
    if mentions(sentence, called).len() < 2 {
        return vec![sentence.to_owned()];
    }
    let tokens: Vec<&str> = sentence.split(' ').collect();
    let mut parts: Vec<Vec<&str>> = vec![Vec::new()];
    for (i, token) in tokens.iter().enumerate() {
        let before = i
            .checked_sub(1)
            .and_then(|k| tokens.get(k))
            .copied()
            .unwrap_or_default();
        let before_that = i
            .checked_sub(2)
            .and_then(|k| tokens.get(k))
            .copied()
            .unwrap_or_default();
        let joint = words.joints.contains(&flat(before).trim());
        let pause = |t: &str| t.ends_with([',', ';', ':']) || matches!(t, "–" | "—" | "-");
        // “…, Jordan runs the boats and Kim knows the council”: one whole clause stands before “and”.
        let whole = parts
            .last()
            .is_some_and(|p| p.len() > 3 && begins_clause(p, called, words));
        let starts = (pause(before)
            || (joint && (whole || pause(before_that) || flat(before).trim() != words.and)))
            && begins_clause(tokens.get(i..).unwrap_or_default(), called, words);
        if starts {
            if joint && let Some(part) = parts.last_mut() {
                part.pop();
            }
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    parts
        .into_iter()
        .map(|p| {
            p.join(" ")
                .trim_end_matches([',', ';', ':', '–', '—', '-', ' '])
                .to_owned()
        })
        .filter(|p| !p.is_empty())
        .collect()
}

/// A name and a word after it that may be its verb.
fn begins_clause(tokens: &[&str], called: &Called, words: &Lexicon) -> bool {
    let mut who = None;
    for token in tokens.iter().take(5) {
        let word = names::words_of(token)
            .next()
            .map(names::bare)
            .unwrap_or_default();
        match called.iter().position(|c| c.contains(&word)) {
            Some(i) if who.is_none_or(|w| w == i) => {
                who = Some(i);
                if token.ends_with([',', ';', ':', '.']) {
                    return false;
                }
            }
            Some(_) => return false,
            // “o Jordan conduz”, “Dr. Ito runs”.
            None if who.is_none()
                && (words.articles.contains(&word.as_str())
                    || super::lexicon::is_honorific(token)) => {}
            None => {
                let verb_like = token.chars().next().is_some_and(char::is_lowercase)
                    && (word == words.is
                        || !words.no_verb.contains(&word.as_str())
                        || word.ends_with("'s"));
                return who.is_some() && verb_like;
            }
        }
    }
    false
}
