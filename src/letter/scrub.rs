//! Contact details: what an ask must never pass on about the other person (A2, R2).

use super::lexicon;

/// Digits in one run (spaces, dashes, dots, brackets between them count as the same run) from
/// which on a number could be dialled.
const DIALLABLE: usize = 6;

/// Whether a text holds an address, a number that could be dialled, a link, a handle, or one of
/// these spelt out. Rather too often than once too seldom: such a sentence is left out whole.
#[must_use]
pub fn has_contact(text: &str) -> bool {
    text.contains(['@', '＠', '﹫'])
        || has_number(text)
        || has_link(text)
        || spelt_out(text)
        || lexicon::speaks_of_contact(text)
}

fn has_number(text: &str) -> bool {
    let mut run = 0;
    for c in text.chars() {
        if c.is_numeric() {
            run += 1;
            if run >= DIALLABLE {
                return true;
            }
        } else if !(c.is_whitespace() || "+-–—‑.()/[]·_".contains(c)) {
            run = 0;
        }
    }
    false
}

fn has_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    if ["://", "www.", "mailto:", "tel:"]
        .iter()
        .any(|m| lower.contains(m))
    {
        return true;
    }
    lower.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !(c.is_alphanumeric() || c == '/'));
        looks_like_host(word) || (word.contains('/') && word.matches('/').count() > 1)
    })
}

/// `lab.example`, `blake-labs.io/x`: a dot between two words of which the last is letters only.
/// “e.g.”, “U.S.” and “z.B.” have single letters, “3.5” has digits.
fn looks_like_host(word: &str) -> bool {
    let host = word.split(['/', ':', '?']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [first, .., last] => {
            first.chars().count() > 1
                && last.chars().count() > 1
                && last.chars().all(char::is_alphabetic)
                && labels.iter().all(|l| !l.is_empty())
        }
        _ => false,
    }
}

/// “rachel at example dot org”, “rachel [at] example”, “zero seven nine four six”.
fn spelt_out(text: &str) -> bool {
    let lower = text.to_lowercase();
    if [
        "[at]",
        "(at)",
        "{at}",
        "<at>",
        " at]",
        "[dot]",
        "(dot)",
        "[punkt]",
        "(punkt)",
        "[point]",
        "[arroba]",
        "(arroba)",
        "(point)",
        "[punto]",
        "(punto)",
        "[ponto]",
        "[punt]",
        "[chiocciola]",
        "[apenstaartje]",
    ]
    .iter()
    .any(|m| lower.contains(m))
    {
        return true;
    }
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let at = words.iter().any(|w| {
        matches!(
            *w,
            "at" | "ät" | "arroba" | "arobase" | "chiocciola" | "apenstaartje"
        )
    });
    let dot = |w: &&str| matches!(*w, "punkt" | "punto" | "ponto" | "point" | "punt");
    if words.contains(&"dot") || (at && words.iter().any(dot)) {
        return true;
    }
    let mut run = 0;
    words.iter().any(|w| {
        run = if lexicon::is_digit_word(w) || (w.len() <= 2 && w.chars().all(char::is_numeric)) {
            run + 1
        } else {
            0
        };
        run >= 5
    })
}

/// A text reduced to letters and digits, so that no spacing or punctuation hides a detail in it.
pub(super) fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_details_are_seen_in_every_dress() {
        for detail in [
            "Her number is +44 (0)20 7946 0958.",
            "Ring 020.7946.0958",
            "Call her: 0 2 0 7 9 4 6",
            "jordan@lab.example",
            "jordan [at] lab.example",
            "jordan at lab dot example",
            "See lab.example for more",
            "https://lab.example/x1",
            "He is @jordanb on the usual platforms",
            "zero two zero seven nine four six",
            "You find him on LinkedIn",
            "WhatsApp works best for her",
        ] {
            assert!(has_contact(detail), "{detail}");
        }
    }

    #[test]
    fn ordinary_sentences_pass() {
        for plain in [
            "Jordan runs a robotics lab in Porto.",
            "She raised 3.5 million in 2024, e.g. for grippers.",
            "Jordan studied in the U.S. for 12 years.",
            "Rachel designs hand tools and teaches at the art school.",
            "He has built boats since 1998 and sailed the 24-hour race.",
        ] {
            assert!(!has_contact(plain), "{plain}");
        }
    }
}
