//! A text as words, with every mention of a recipient marked as one.
//!
//! The cues are patterns over these words, so “introduce Rachel to Jordan” and “introduce Mr Okafor
//! to Dr Winters” are one pattern, and the name of somebody who is no recipient never fits it.

use super::people::People;

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
            let ends =
                matches!(raw.text.as_str(), "." | "!" | "?" | ";" | "…") && !raw.abbreviation;
            words.push(raw);
            if ends {
                finish(&mut words, paragraph, people, &mut out);
            }
        }
    }
    finish(&mut words, paragraph, people, &mut out);
    out
}

fn finish(raw: &mut Vec<Raw>, paragraph: usize, people: &People, out: &mut Vec<Sentence>) {
    if raw.is_empty() {
        return;
    }
    let words = mark(raw, people);
    raw.clear();
    out.push(Sentence { words, paragraph });
}

/// A word before it is known whether it names somebody.
#[derive(Debug)]
pub(super) struct Raw {
    /// As written.
    pub text: String,
    pub lower: String,
    abbreviation: bool,
}

/// The words and marks of one line.
pub(super) fn split_line(line: &str) -> Vec<Raw> {
    let mut out: Vec<Raw> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = line.chars().take(20_000).collect();
    let push = |word: &mut String, out: &mut Vec<Raw>| {
        if !word.is_empty() {
            let lower = word.to_lowercase();
            out.push(Raw {
                text: std::mem::take(word),
                lower,
                abbreviation: false,
            });
        }
    };
    for (i, &c) in chars.iter().enumerate() {
        let next = chars.get(i + 1).copied().unwrap_or(' ');
        let c = if matches!(c, '’' | '‘' | 'ʼ' | '`' | '´') {
            '\''
        } else {
            c
        };
        if c.is_alphanumeric()
            || (c == '\'' && !word.is_empty() && next.is_alphabetic())
            || c == '@'
        {
            word.push(c);
        } else if c == '.' && !word.is_empty() && next.is_alphanumeric() {
            // example.org, 10.30, e.g
            word.push(c);
        } else {
            let abbreviated = c == '.'
                && (is_title(&word.to_lowercase())
                    || (word.chars().count() == 1 && word.chars().all(char::is_uppercase)));
            push(&mut word, &mut out);
            if !c.is_whitespace() && !matches!(c, '*' | '_' | '"' | '“' | '”' | '„' | '«' | '»')
            {
                let mark = if matches!(c, '–' | '—') { '-' } else { c };
                out.push(Raw {
                    text: mark.to_string(),
                    lower: mark.to_string(),
                    abbreviation: abbreviated,
                });
            }
        }
    }
    push(&mut word, &mut out);
    out
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
fn mark(raw: &[Raw], people: &People) -> Vec<Word> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(word) = raw.get(at) {
        let (name, possessive) = match word.lower.strip_suffix("'s") {
            Some(name) => (name, true),
            None => (word.lower.as_str(), false),
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
                None => out.push(Word::Plain(word.lower.clone())),
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
            let last = raw.get(at + length - 1).map_or("", |w| w.lower.as_str());
            if possessive || (length > 1 && last.ends_with("'s")) {
                out.push(Word::Plain("'s".to_owned()));
            }
        }
        at += length;
    }
    out
}
