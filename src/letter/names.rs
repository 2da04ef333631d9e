//! What people are called: names fit to be written to somebody else.

use super::lexicon::{self, Lexicon};
use super::scrub;
use crate::mail::Address;

/// The longest name that is written out, in characters.
const LONGEST: usize = 80;

/// A display name as a person would write it, or `None` where only an address is known (A13).
///
/// Taken out are addresses, links, numbers, anything in brackets, quotes, and characters that
/// nobody sees. “Winters, Rachel” is turned round. A mere local part (“rk77”) is no name.
#[must_use]
pub fn clean(raw: &str, address: &Address) -> Option<String> {
    let mut open = 0_usize;
    let mut kept = String::new();
    for c in raw.chars() {
        match c {
            '(' | '[' | '<' | '{' => open += 1,
            ')' | ']' | '>' | '}' => open = open.saturating_sub(1),
            _ if open > 0 => {}
            '"' | '“' | '”' | '„' | '«' | '»' | '`' | ';' | '|' => kept.push(' '),
            c if c.is_control() || is_invisible(c) => kept.push(' '),
            c => kept.push(c),
        }
    }
    let parts: Vec<&str> = kept.split(',').map(str::trim).collect();
    let turned = match parts.as_slice() {
        [last, first] if !last.is_empty() && !first.is_empty() && !is_suffix(first) => {
            format!("{first} {last}")
        }
        [name, ..] => (*name).to_owned(),
        [] => String::new(),
    };
    let words: Vec<&str> = turned
        .split_whitespace()
        .map(|w| w.trim_matches('\''))
        .filter(|w| !w.is_empty() && !w.contains('@') && !scrub::has_contact(w))
        .collect();
    let name: String = words.join(" ").chars().take(LONGEST).collect();
    let bare = name.trim().to_lowercase();
    let is_login = bare == address.local().to_lowercase()
        && bare
            .chars()
            .any(|c| c.is_numeric() || matches!(c, '.' | '_' | '+'));
    (!is_login && name.chars().any(char::is_alphabetic)).then_some(name)
}

/// Zero-width and direction-changing characters, which can make a name read as another.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// A combining accent, which some keyboards write after the letter.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_suffix(part: &str) -> bool {
    let key = part.replace('.', "").to_lowercase();
    matches!(
        key.as_str(),
        "jr" | "sr" | "phd" | "md" | "mba" | "esq" | "ii" | "iii" | "msc" | "bsc" | "rn" | "cpa"
    )
}

/// Without words in capitals only: “ITO Kenji” is written “Ito Kenji”. Initials stay.
#[must_use]
pub fn unshouted(name: &str) -> String {
    let quiet = |word: &str| {
        let long = word.chars().filter(|c| c.is_alphabetic()).count() > 2;
        if !(long
            && word.to_uppercase() == word
            && word.chars().all(|c| c.is_alphabetic() || c == '-'))
        {
            return word.to_owned();
        }
        word.split('-')
            .map(|part| super::salutation::capitalised(&part.to_lowercase()))
            .collect::<Vec<_>>()
            .join("-")
    };
    name.split(' ').map(quiet).collect::<Vec<_>>().join(" ")
}

/// The given name: the first word that is no title; where one word stands in capitals and
/// another does not (“ITO Kenji”), the other.
#[must_use]
pub fn first(name: &str) -> String {
    let words: Vec<&str> = name
        .split_whitespace()
        .filter(|w| !lexicon::is_honorific(w))
        .collect();
    let shouts = |w: &&&str| w.chars().count() > 1 && w.to_uppercase() == ***w;
    let chosen = match words.first() {
        Some(w) if shouts(&w) => words.iter().find(|w| !shouts(w)).unwrap_or(w),
        Some(w) => w,
        None => return name.to_owned(),
    };
    unshouted(chosen)
}

/// The words by which a text may speak of this person, lower case.
pub(super) fn tokens(name: &str) -> Vec<String> {
    words_of(name)
        .filter(|w| w.chars().count() > 1 && !lexicon::is_honorific(w) && !is_particle(w))
        .map(|w| w.to_lowercase())
        .collect()
}

fn is_particle(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "de" | "da"
            | "do"
            | "dos"
            | "del"
            | "della"
            | "di"
            | "van"
            | "von"
            | "der"
            | "den"
            | "la"
            | "le"
            | "el"
            | "al"
            | "bin"
            | "ten"
            | "ter"
            | "zu"
            | "y"
            | "e"
            | "and"
            | "und"
            | "the"
    )
}

/// Words of a text, without punctuation around them.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '.')))
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|w| !w.is_empty())
}

/// A word without its possessive ending.
pub(super) fn bare(word: &str) -> String {
    let lower = word.to_lowercase().replace('’', "'");
    let own = lower.strip_suffix("'s").unwrap_or(&lower);
    // “Ito-san” is Ito.
    ["-san", "-sama", "-sensei"]
        .iter()
        .find_map(|polite| own.strip_suffix(polite))
        .unwrap_or(own)
        .trim_end_matches('\'')
        .to_owned()
}

/// Several people in one phrase: “Jordan Blake”, “Ann and Bob”, “Ann, Bob and Kim”.
pub(super) fn list(names: &[String], lexicon: &Lexicon) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {} {last}", most.join(", "), lexicon.and),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(raw: &str) -> Option<String> {
        clean(raw, &Address::new("rk77@example.org").expect("an address"))
    }

    #[test]
    fn a13_an_address_never_stands_in_for_a_name() {
        for nameless in [
            "rk77",
            "rk77@example.org",
            "\"rk77@example.org\" <rk77@example.org>",
            "+44 20 7946 0958",
            "(rk77@example.org)",
            "https://rk77.example.org/",
            "…",
        ] {
            assert_eq!(cleaned(nameless), None, "{nameless}");
        }
    }

    #[test]
    fn a_name_is_written_as_its_bearer_would() {
        for (raw, name) in [
            ("Rachel Winters", "Rachel Winters"),
            ("Winters, Rachel", "Rachel Winters"),
            ("Winters, Rachel (London)", "Rachel Winters"),
            ("Rachel Winters (rachel@example.org)", "Rachel Winters"),
            ("\"Rachel W.\"", "Rachel W."),
            ("Rachel Winters, PhD", "Rachel Winters"),
            ("Rachel\u{202e} Winters\u{0}", "Rachel Winters"),
            ("Rachel rachel@example.org", "Rachel"),
        ] {
            assert_eq!(cleaned(raw).as_deref(), Some(name), "{raw}");
        }
    }

    #[test]
    fn the_given_name_may_stand_last() {
        assert_eq!(first("Rachel Winters"), "Rachel");
        assert_eq!(first("Dr. Kenji Ito"), "Kenji");
        assert_eq!(first("ITO Kenji"), "Kenji");
        assert_eq!(first("JP"), "JP");
    }
}
