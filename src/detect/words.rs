//! A text as words, with every mention of a recipient marked as one.
//!
//! The cues are patterns over these words, so “introduce Rachel to Jordan” and “introduce Mr Okafor
//! to Dr Winters” are one pattern, and the name of somebody who is no recipient never fits it.

use super::people::People;
use std::borrow::Cow;

/// A set of recipients, by index; a mention may fit two people of one first name.
pub(super) type Set = u64;

/// One word, mark or mention.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// Lower case, apostrophes straightened.
    Plain(String),
    /// Of one of these recipients.
    Person(Set),
}

impl Word {
    pub fn is(&self, text: &str) -> bool {
        matches!(self, Self::Plain(word) if word == text)
    }

    pub fn person(&self) -> Set {
        match self {
            Self::Person(set) => *set,
            Self::Plain(_) => 0,
        }
    }
}

/// A sentence, or a line that stands alone.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub words: Vec<Word>,
    /// Counted from 0.
    pub paragraph: usize,
}

/// Cuts a text into sentences and marks the mentions.
pub(super) fn sentences(text: &str, people: &People) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut paragraph = 0;
    let mut words: Vec<Raw> = Vec::new();
    let mut short_line = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || short_line {
            finish(&mut words, paragraph, people, &mut out);
        }
        if trimmed.is_empty() {
            paragraph += 1;
            short_line = false;
            continue;
        }
        // A line that ends early with a comma or a colon is a greeting or a closing.
        short_line = trimmed.len() < 60 && trimmed.ends_with([',', ':', '!']);
        for raw in split_line(trimmed) {
            let ends = matches!(&*raw.text, "." | "!" | "?" | ";" | "…") && !raw.abbreviation;
            words.push(raw);
            if ends {
                finish(&mut words, paragraph, people, &mut out);
            }
        }
    }
    finish(&mut words, paragraph, people, &mut out);
    out
}

fn finish(raw: &mut Vec<Raw<'_>>, paragraph: usize, people: &People, out: &mut Vec<Sentence>) {
    if raw.is_empty() {
        return;
    }
    let words = mark(raw, people);
    raw.clear();
    out.push(Sentence { words, paragraph });
}

/// A word before it is known whether it names somebody.
#[derive(Debug)]
pub(super) struct Raw<'a> {
    /// As written, apostrophes straightened.
    pub text: Cow<'a, str>,
    pub lower: Cow<'a, str>,
    abbreviation: bool,
}

/// Octets of one line that are read.
const LINE_CAP: usize = 20_000;

/// The words and marks of one line.
pub(super) fn split_line(line: &str) -> Vec<Raw<'_>> {
    let line = line
        .get(..line.floor_char_boundary(LINE_CAP))
        .unwrap_or(line);
    let mut out: Vec<Raw> = Vec::with_capacity(line.len() / 5 + 4);
    // Where the word began that is being read.
    let mut begun: Option<usize> = None;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let c = straight(c);
        let inside = c.is_alphanumeric()
            || (c == '\'' && begun.is_some() && next.is_alphabetic())
            || c == '@'
            // example.org, 10.30, e.g
            || (c == '.' && begun.is_some() && next.is_alphanumeric());
        if inside {
            begun.get_or_insert(at);
            continue;
        }
        let word = begun
            .take()
            .and_then(|from| line.get(from..at))
            .map(Raw::word);
        let abbreviation = c == '.'
            && word.as_ref().is_some_and(|w| {
                is_title(&w.lower)
                    || w.text.chars().next().is_some_and(char::is_uppercase)
                        && w.text.chars().nth(1).is_none()
            });
        out.extend(word);
        if !c.is_whitespace() && !matches!(c, '*' | '_' | '"' | '“' | '”' | '„' | '«' | '»')
        {
            out.push(Raw::mark(
                c,
                line.get(at..).unwrap_or_default(),
                abbreviation,
            ));
        }
    }
    out.extend(begun.and_then(|from| line.get(from..)).map(Raw::word));
    out
}

fn straight(c: char) -> char {
    if matches!(c, '’' | '‘' | 'ʼ' | '`' | '´') {
        '\''
    } else {
        c
    }
}

impl<'a> Raw<'a> {
    fn word(text: &'a str) -> Self {
        let text: Cow<str> = if text.is_ascii() && !text.contains('`') {
            text.into()
        } else if text.contains(|c| straight(c) != c) {
            text.chars().map(straight).collect::<String>().into()
        } else {
            text.into()
        };
        let lower = if text
            .bytes()
            .all(|b| b.is_ascii() && !b.is_ascii_uppercase())
        {
            text.clone()
        } else {
            text.to_lowercase().into()
        };
        Self {
            text,
            lower,
            abbreviation: false,
        }
    }

    /// The mark `c`, with which `rest` begins as it was written.
    fn mark(c: char, rest: &'a str, abbreviation: bool) -> Self {
        let text: Cow<str> = match c {
            '–' | '—' => "-".into(),
            '\'' => "'".into(),
            _ => rest.get(..c.len_utf8()).unwrap_or_default().into(),
        };
        Self {
            lower: text.clone(),
            text,
            abbreviation,
        }
    }
}

/// Words before a name that are no part of it.
pub(super) fn is_title(lower: &str) -> bool {
    matches!(
        lower,
        "mr" | "mrs"
            | "ms"
            | "mx"
            | "dr"
            | "prof"
            | "professor"
            | "sir"
            | "herr"
            | "frau"
            | "herrn"
            | "m"
            | "mme"
            | "mlle"
            | "monsieur"
            | "madame"
            | "sr"
            | "sra"
            | "señor"
            | "señora"
            | "senhor"
            | "senhora"
            | "dott"
            | "dottor"
            | "ing"
            | "rev"
            | "amb"
            | "ambassador"
            | "sig"
            | "signor"
            | "signora"
            | "dhr"
            | "mevr"
            | "mw"
            | "dipl"
            | "mag"
            | "st"
    )
}

/// Puts mentions in the place of the words that make them up.
fn mark(raw: &[Raw<'_>], people: &People) -> Vec<Word> {
    let mut out = Vec::with_capacity(raw.len() + 2);
    let mut at = 0;
    while let Some(word) = raw.get(at) {
        let (name, possessive) = match word.lower.strip_suffix("'s") {
            Some(name) => (name, true),
            None => (&*word.lower, false),
        };
        let first = at == 0;
        let (mut set, mut length) = (people.named(name, &word.text, first), 1);
        if set != 0 {
            // “Rachel Winters”, “Rachel M. Winters”: the whole name decides between two Rachels.
            let mut ahead = at + 1;
            for _ in 0..3 {
                let Some(next) = raw.get(ahead) else { break };
                if next.abbreviation
                    || (next.lower.chars().count() == 1
                        && next.text.chars().all(char::is_uppercase))
                {
                    ahead += 1;
                    continue;
                }
                let bare = next.lower.strip_suffix("'s").unwrap_or(&next.lower);
                let both = set & people.any_part(bare);
                if both == 0 || !next.text.chars().next().is_some_and(char::is_uppercase) {
                    break;
                }
                set = both;
                ahead += 1;
                length = ahead - at;
                if next.lower.ends_with("'s") {
                    break;
                }
            }
        }
        if set == 0 && word.text.contains('@') {
            set = people.addressed(&word.lower);
        }
        if set == 0 {
            match word.lower.strip_suffix("'s") {
                // “here's”, “that's”: the verb is a word of its own.
                Some(base) => {
                    out.push(Word::Plain(base.to_owned()));
                    out.push(Word::Plain("'s".to_owned()));
                }
                None => out.push(Word::Plain(word.lower.clone().into_owned())),
            }
        } else {
            // A title belongs to the name.
            if matches!(out.last(), Some(Word::Plain(mark)) if mark == ".")
                && matches!(out.len().checked_sub(2).and_then(|i| out.get(i)), Some(Word::Plain(w)) if is_title(w))
            {
                out.pop();
            }
            if matches!(out.last(), Some(Word::Plain(w)) if is_title(w) && w != "m" && w != "st") {
                out.pop();
            }
            out.push(Word::Person(set));
            let last = raw.get(at + length - 1).map_or("", |w| &*w.lower);
            if possessive || (length > 1 && last.ends_with("'s")) {
                out.push(Word::Plain("'s".to_owned()));
            }
        }
        at += length;
    }
    out
}
