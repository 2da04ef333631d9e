//! The wording of letters: built in, or the user's own (`template_dir`).
//!
//! One file a language (`en.txt`), cut into letters by lines such as `== ask ==`. Templates are
//! Jinja (minijinja); what may stand in braces is a closed list for each letter, checked at start.

use super::lexicon;
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, UndefinedBehavior, syntax::SyntaxConfig};
use std::collections::BTreeMap;

const BUILT_IN: &[(&str, &str)] = &[
    ("en", include_str!("wording/en.txt")),
    ("es", include_str!("wording/es.txt")),
    ("fr", include_str!("wording/fr.txt")),
    ("de", include_str!("wording/de.txt")),
    ("pt", include_str!("wording/pt.txt")),
    ("it", include_str!("wording/it.txt")),
    ("nl", include_str!("wording/nl.txt")),
];

/// What may stand in braces in letters to parties.
pub const TO_PARTIES: &[&str] = &[
    "about", "closing", "first", "formal", "greeting", "me", "name", "other", "others", "subject",
    "withheld", "wrote",
];
/// What may stand in braces in notes to the user.
pub const TO_USER: &[&str] = &[
    "address",
    "answer",
    "ask_folder",
    "asked",
    "awaited",
    "by_hand",
    "closed",
    "discreet",
    "doubtful",
    "expires",
    "first",
    "folder",
    "from",
    "gateway",
    "give_back",
    "grace",
    "held",
    "id",
    "messages",
    "people",
    "reason",
    "remindable",
    "send_now",
    "silent",
    "since",
    "state",
    "subject",
    "thin",
    "until",
    "ways",
    "who",
    "why",
    "word",
    "words",
];

/// Every letter there is, and whether it goes to a party.
pub const LETTERS: &[(&str, bool)] = &[
    ("ask", true),
    ("reminder", true),
    ("courtesy", true),
    ("ways-held", false),
    ("ways-asked", false),
    ("ways-closed", false),
    ("note-held", false),
    ("note-unconfirmed", false),
    ("note-nobody-asked", false),
    ("note-answered", false),
    ("note-declined", false),
    ("note-expired", false),
    ("note-released", false),
    ("note-cancelled", false),
    ("note-waiting", false),
    ("note-later-came", false),
    ("note-bounced", false),
    ("note-away", false),
    ("note-refused", false),
    ("note-in-doubt", false),
    ("note-date-passed", false),
    ("note-slipped", false),
    ("note-too-late", false),
    ("note-not-understood", false),
    ("note-not-done", false),
    ("note-unaskable", false),
    ("note-leaving", false),
    ("account-watching", false),
    ("account-trouble", false),
    ("account-ready", false),
    ("account-never-taken", false),
    ("account-not-ours", false),
    ("account-slipped", false),
];

/// The values of one letter.
pub(super) type Values = BTreeMap<&'static str, Value>;

#[derive(Clone, Debug)]
struct Wording {
    /// The file and the line before its first, for errors.
    file: String,
    line: usize,
    text: String,
}

/// All texts, by language and letter.
#[derive(Clone, Debug)]
pub struct Templates {
    built_in: BTreeMap<(String, String), Wording>,
    own: BTreeMap<(String, String), Wording>,
}

impl Default for Templates {
    fn default() -> Self {
        Self::built_in()
    }
}

impl Templates {
    /// Built-in texts only.
    #[must_use]
    pub fn built_in() -> Self {
        let mut built_in = BTreeMap::new();
        for (language, text) in BUILT_IN {
            // A test reads every built-in file without error.
            for (letter, wording) in sections(&format!("{language}.txt"), text).unwrap_or_default()
            {
                built_in.insert(((*language).to_owned(), letter), wording);
            }
        }
        Self {
            built_in,
            own: BTreeMap::new(),
        }
    }

    /// The user's own wording before the built-in one. `files` maps the name of a file in
    /// `template_dir` (`en.txt`, `de.txt` …) to its text; a file may hold only some of the letters.
    ///
    /// # Errors
    /// A sentence naming file and line: a broken template, an unknown variable, letter or language.
    pub fn with_overrides(files: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut templates = Self::built_in();
        for (file, text) in files {
            let language = file.rsplit(['/', '\\']).next().unwrap_or(file);
            let language = language.strip_suffix(".txt").and_then(lexicon::known).ok_or_else(|| {
                format!("{file} is no wording: its name must be a language and .txt, such as en.txt (en, es, fr, de, pt, it, nl)")
            })?;
            for (letter, wording) in sections(file, text)? {
                check(&letter, &wording)?;
                templates
                    .own
                    .insert((language.language.to_owned(), letter), wording);
            }
        }
        Ok(templates)
    }

    /// The languages in which every letter is built in.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(language, _)| *language)
    }

    /// The first of these languages in which there is wording; English if none.
    #[must_use]
    pub fn choose<'a>(wanted: &[&'a str]) -> &'a str {
        wanted
            .iter()
            .find(|w| lexicon::known(w).is_some_and(|l| Self::languages().any(|b| b == l.language)))
            .copied()
            .unwrap_or("en")
    }

    /// Subject and text of a letter. The user's wording has been tried at start; should it fail
    /// on these values all the same, the built-in one is used: never a broken mail.
    pub(super) fn render(&self, language: &str, letter: &str, values: &Values) -> (String, String) {
        let code = lexicon::of(language).language;
        let key = (code.to_owned(), letter.to_owned());
        let english = ("en".to_owned(), letter.to_owned());
        [
            self.own.get(&key),
            self.built_in.get(&key),
            self.built_in.get(&english),
        ]
        .into_iter()
        .flatten()
        .find_map(|w| fill(w, values).ok())
        .unwrap_or_default()
    }
}

/// Cuts a file into its letters.
fn sections(file: &str, text: &str) -> Result<Vec<(String, Wording)>, String> {
    let mut out: Vec<(String, Wording)> = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let number = i + 1;
        if let Some(letter) = line
            .strip_prefix("== ")
            .and_then(|l| l.trim_end().strip_suffix(" =="))
        {
            if !LETTERS.iter().any(|(known, _)| *known == letter) {
                let known: Vec<&str> = LETTERS.iter().map(|(l, _)| *l).collect();
                return Err(format!(
                    "{file}, line {number}: there is no letter “{letter}”; there are {}",
                    known.join(", ")
                ));
            }
            if out.iter().any(|(l, _)| l == letter) {
                return Err(format!(
                    "{file}, line {number}: the letter “{letter}” stands here a second time"
                ));
            }
            out.push((
                letter.to_owned(),
                Wording {
                    file: file.to_owned(),
                    line: number,
                    text: String::new(),
                },
            ));
        } else if let Some((_, wording)) = out.last_mut() {
            wording.text.push_str(line);
            wording.text.push('\n');
        } else if !(line.trim().is_empty() || line.starts_with('#')) {
            return Err(format!(
                "{file}, line {number}: this text belongs to no letter; begin one with a line such as “== ask ==”, or a comment with #"
            ));
        }
    }
    Ok(out)
}

/// Refuses what could only fail later.
fn check(letter: &str, wording: &Wording) -> Result<(), String> {
    let Wording { file, line, text } = wording;
    let at = |e: &Error| {
        let line = line + e.line().unwrap_or(1);
        format!(
            "{file}, line {line}: the letter “{letter}” cannot be written: {}",
            e.detail()
                .map_or_else(|| e.kind().to_string(), str::to_owned)
        )
    };
    let to_party = LETTERS.iter().any(|(l, p)| *l == letter && *p);
    let known = if to_party { TO_PARTIES } else { TO_USER };
    let env = environment();
    let template = env.template_from_str(text).map_err(|e| at(&e))?;
    let mut unknown: Vec<String> = template
        .undeclared_variables(false)
        .into_iter()
        .filter(|v| !known.contains(&v.as_str()))
        .collect();
    unknown.sort();
    if let Some(name) = unknown.first() {
        let offset = text.lines().position(|l| {
            lexicon::flat(&l.replace('_', "ₓ")).contains(&format!(" {} ", name.replace('_', "ₓ")))
        });
        return Err(format!(
            "{file}, line {}: the letter “{letter}” knows no “{name}”; it knows {}",
            line + 1 + offset.unwrap_or(0),
            known.join(", ")
        ));
    }
    for full in [true, false] {
        let (subject, body) = fill(wording, &sample(known, full)).map_err(|e| at(&e))?;
        if !letter.starts_with("ways")
            && full
            && (subject.trim().is_empty() || body.trim().is_empty())
        {
            return Err(format!(
                "{file}, line {}: the letter “{letter}” needs a first line “Subject: …” and a text below it",
                line + 1
            ));
        }
        if letter == "ask" && !(subject + &body).contains("Jordan") && full {
            return Err(format!(
                "{file}, line {}: the letter “ask” does not say who the other person is; {{{{ other }}}} must stand in it",
                line + 1
            ));
        }
    }
    Ok(())
}

/// Values to try a template on: everything there, or as little as can be.
fn sample(known: &[&'static str], full: bool) -> Values {
    known
        .iter()
        .map(|name| {
            let value = match *name {
                "others" => Value::from(if full { 1 } else { 2 }),
                "messages" => Value::from(12),
                "formal" | "withheld" | "gateway" | "doubtful" | "by_hand" | "remindable" => {
                    Value::from(full)
                }
                "other" => Value::from("Jordan Blake"),
                _ if full => Value::from("text"),
                _ => Value::from(""),
            };
            (*name, value)
        })
        .collect()
}

fn environment<'a>() -> Environment<'a> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    if let Ok(syntax) = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
    {
        env.set_syntax(syntax);
    }
    env
}

/// The subject without its label, and the text below it. What is filled in is never read as a
/// template again, and a line break in it starts no second subject.
fn fill(wording: &Wording, values: &Values) -> Result<(String, String), Error> {
    let env = environment();
    // A tilde keeps words on one line, but one that is filled in stays a tilde.
    let source = wording.text.replace('~', "\u{a0}");
    let values: Kwargs = values.iter().map(|(k, v)| (*k, v.clone())).collect();
    let text = env
        .template_from_str(&source)?
        .render(Value::from(values))?;
    let text = text.trim_start();
    Ok(match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("Subject:") => (
            first
                .trim_start_matches("Subject:")
                .trim()
                .replace('\u{a0}', " "),
            rest.trim().to_owned(),
        ),
        _ => (String::new(), text.trim().to_owned()),
    })
}

#[cfg(test)]
#[path = "templates_tests.rs"]
mod tests;
