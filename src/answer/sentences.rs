//! Words, clauses and sentences of an answer, and the signs that say something without words.

use super::lexicon::Cue;
use super::words::{fold_word, is_invisible};
use std::collections::BTreeSet;

/// One word, comparable, and how it was written.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub folded: String,
    pub is_name: bool,
    pub capital: bool,
}

/// Words between two commas.
pub(super) type Clause = Vec<Word>;

#[derive(Clone, Debug, Default)]
pub(super) struct Sentence {
    pub clauses: Vec<Clause>,
    pub question: bool,
}

/// Signs that mean the same in every language.
pub(super) fn sign(word: &str) -> Option<Cue> {
    Some(match word {
        "👍" | "✅" | "👌" | "✔" | "☑" | "+1" => Cue::Yes,
        "👎" | "❌" | "🚫" | "⛔" | "🛑" | "✖" | "-1" | "🙅" => Cue::No,
        "🤔" | "🙄" | "🙃" | "😬" | "😕" | "😐" | "🤷" | "😒" | "😏" | "❓" | "❔" | ":("
        | "🤨" | "😑" | "😡" | "🤬" | "💩" | "🤡" => Cue::Hedge,
        "<emoji>" => Cue::Soft,
        "<address>" => Cue::Hand,
        "<link>" => Cue::Hedge,
        _ => return None,
    })
}

/// Sentences, clauses, words. Lines that a client wrapped are joined again.
pub(super) fn sentences(text: &str, names: &BTreeSet<String>) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut sentence = Sentence::default();
    let mut clause: Clause = Vec::new();
    let chars: Vec<char> = joined(text)
        .chars()
        .filter(|c| !is_invisible(*c))
        .take(40_000)
        .collect();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_alphanumeric() || (c == '+' && chars.get(at + 1) == Some(&'1')) {
            let start = at;
            at += 1;
            while at < chars.len() && (chars[at].is_alphanumeric() || in_word(&chars, at)) {
                at += 1;
            }
            let raw: String = chars[start..at].iter().collect();
            clause.push(word(&raw, names));
            continue;
        }
        at += 1;
        match c {
            '.' | '!' | '?' | '…' | '\n' | '。' | '！' | '？' | '⁉' | '‽' => {
                let question = matches!(c, '?' | '？' | '⁉' | '‽');
                if !clause.is_empty() {
                    sentence.clauses.push(std::mem::take(&mut clause));
                }
                if sentence.clauses.is_empty() {
                    // "Yes...?" and "What?!": the mark belongs to what stands before it.
                    if question && let Some(last) = out.last_mut() {
                        let last: &mut Sentence = last;
                        last.question = true;
                    }
                } else {
                    sentence.question = question;
                    out.push(std::mem::take(&mut sentence));
                }
            }
            ',' | ';' | ':' | '(' | ')' | '–' | '—' | '/' | '"' | '“' | '”' | '«' | '»' | '|' =>
            {
                if c == ':' && chars.get(at) == Some(&'(') {
                    clause.push(Word {
                        folded: ":(".to_owned(),
                        is_name: false,
                        capital: false,
                    });
                } else if matches!(c, ':' | ';')
                    && chars
                        .get(at)
                        .is_some_and(|n| matches!(n, ')' | 'D' | 'P' | 'p'))
                    && !chars.get(at + 1).is_some_and(|n| n.is_alphanumeric())
                {
                    at += 1;
                }
                if !clause.is_empty() {
                    sentence.clauses.push(std::mem::take(&mut clause));
                }
            }
            '-' if clause_dash(&chars, at - 1) && !clause.is_empty() => {
                sentence.clauses.push(std::mem::take(&mut clause));
            }
            c if is_emoji(c) => {
                let folded = c.to_string();
                let folded = if sign(&folded).is_some() {
                    folded
                } else {
                    "<emoji>".to_owned()
                };
                clause.push(Word {
                    folded,
                    is_name: false,
                    capital: false,
                });
            }
            _ => {}
        }
    }
    if !clause.is_empty() {
        sentence.clauses.push(clause);
    }
    if !sentence.clauses.is_empty() {
        out.push(sentence);
    }
    greet(&mut out);
    out
}

/// "Liebe Anna," and "Hi Sam!" name whoever is written to.
fn greet(sentences: &mut [Sentence]) {
    const GREETINGS: &[&str] = &[
        "hi",
        "hello",
        "hey",
        "dear",
        "hiya",
        "morning",
        "hallo",
        "liebe",
        "lieber",
        "moin",
        "servus",
        "guten",
        "hola",
        "querida",
        "querido",
        "estimada",
        "estimado",
        "buenas",
        "buenos",
        "bonjour",
        "salut",
        "coucou",
        "cher",
        "chere",
        "bonsoir",
        "oi",
        "ola",
        "cara",
        "caro",
        "prezado",
        "prezada",
        "ciao",
        "buongiorno",
        "gentile",
        "salve",
        "hoi",
        "dag",
        "beste",
        "lieve",
        "thanks",
        "danke",
        "gracias",
        "merci",
        "obrigado",
        "obrigada",
        "grazie",
        "bedankt",
    ];
    // "Thanks, Alex.": one capitalised word after the comma. Danke is left out, for German nouns
    // are capitalised too.
    const THANKS: &[&str] = &[
        "thanks", "thank", "cheers", "gracias", "merci", "obrigado", "obrigada", "grazie",
        "bedankt",
    ];
    for sentence in sentences.iter_mut() {
        if let [.., thanks, name] = sentence.clauses.as_mut_slice()
            && thanks.len() <= 3
            && thanks.iter().any(|w| THANKS.contains(&w.folded.as_str()))
            && let [word] = name.as_mut_slice()
            && word.capital
            && !super::lexicon::is_known(&word.folded)
        {
            word.is_name = true;
        }
    }
    for clause in sentences.iter_mut().flat_map(|s| s.clauses.iter_mut()) {
        let greets = clause
            .first()
            .is_some_and(|w| GREETINGS.contains(&w.folded.as_str()));
        if greets && clause.len() <= 4 {
            for word in clause.iter_mut().skip(1).filter(|w| w.capital) {
                word.is_name = true;
            }
        }
    }
}

/// Apostrophes, and the points and slashes of addresses, belong to the word they stand in.
fn in_word(chars: &[char], at: usize) -> bool {
    let next = chars.get(at + 1).is_some_and(|c| c.is_alphanumeric());
    match chars[at] {
        '\'' | '’' | '‘' | '`' | '´' | 'ʼ' => next,
        '@' | '_' => next,
        '.' => {
            next && chars
                .get(at + 1)
                .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
        }
        ':' => chars.get(at + 1) == Some(&'/') && chars.get(at + 2) == Some(&'/'),
        '/' => at > 0 && (chars[at - 1] == ':' || chars[at - 1] == '/'),
        c => (0x300..=0x36F).contains(&u32::from(c)),
    }
}

fn clause_dash(chars: &[char], at: usize) -> bool {
    at == 0
        || chars.get(at - 1).is_some_and(|c| c.is_whitespace())
        || chars.get(at + 1).is_none_or(|c| c.is_whitespace())
}

fn is_emoji(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0x2190..=0x21FF | 0x2300..=0x27BF | 0x2900..=0x297F | 0x2B00..=0x2BFF | 0x1F000..=0x1FAFF)
        && !matches!(code, 0x1F3FB..=0x1F3FF)
}

fn word(raw: &str, names: &BTreeSet<String>) -> Word {
    let folded = if raw.contains('@') && raw.contains('.') {
        "<address>".to_owned()
    } else if raw.contains("://") || raw.to_lowercase().starts_with("www.") {
        "<link>".to_owned()
    } else {
        let folded = fold_word(raw);
        // "Jordan's"
        match folded.strip_suffix('s') {
            Some(stem) if names.contains(stem) => stem.to_owned(),
            _ => stretched(&folded),
        }
    };
    Word {
        is_name: names.contains(&folded),
        capital: raw.chars().next().is_some_and(char::is_uppercase),
        folded,
    }
}

/// "yesssss" is "yesss": a letter repeated more than three times counts three times.
fn stretched(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut run = 0;
    let mut before = None;
    for c in word.chars() {
        run = if before == Some(c) { run + 1 } else { 1 };
        before = Some(c);
        if run <= 3 {
            out.push(c);
        }
    }
    out
}

/// Lines that were only wrapped, made one: the first is long, or the next begins small.
fn joined(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    for (i, line) in lines.iter().enumerate() {
        out.push_str(line);
        let small = lines
            .get(i + 1)
            .and_then(|n| n.trim_start().chars().next())
            .is_some_and(char::is_lowercase);
        let long = line.chars().count() >= 60;
        let open = !line.trim_end().ends_with(['.', '!', '?', ':', '…']);
        out.push(
            if open && (small || (long && lines.get(i + 1).is_some_and(|n| !n.trim().is_empty()))) {
                ' '
            } else {
                '\n'
            },
        );
    }
    out
}
