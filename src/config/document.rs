//! The file as written and the environment beside it: what stands where, and what cannot stand there.

use super::keys::{self, FILE, Given, Key, Kind};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What every variable of ours begins with; two underscores also part section and key.
pub const PREFIX: &str = "ASKFIRST__";

/// A checked document: all keys known, all values of the right kind.
pub struct Document<'a> {
    file: &'a str,
    text: &'a str,
    table: DeTable<'a>,
    /// Key path to the name of the variable that overrides it.
    variables: BTreeMap<String, String>,
}

impl<'a> Document<'a> {
    /// Checks the text of the file called `file`, and the variables that begin with [`PREFIX`].
    ///
    /// # Errors
    /// One sentence about the first thing that is wrong, with its line or variable.
    pub fn read(
        file: &'a str,
        text: &'a str,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(text.len(), |span| span.start);
            // Only the message: the library's own display repeats the line, and a password may stand in it.
            let what = error.message().trim().replace('\n', ", ");
            format!("{file}, line {}: this is not TOML: {what}", line(text, at))
        })?;
        let mut document = Self {
            file,
            text,
            table: table.into_inner(),
            variables: BTreeMap::new(),
        };
        document.check_table("", &document.table, FILE)?;
        for (name, value) in environment {
            document
                .variables
                .insert(variable(name, value)?, name.clone());
        }
        Ok(document)
    }

    fn check_table(&self, path: &str, table: &DeTable<'_>, known: &[Key]) -> Result<(), String> {
        // In the order of the file, so that the first slip is the one that is told.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let name = key.get_ref().as_ref();
            let here = join(path, name);
            let place = format!("{}, line {}", self.file, line(self.text, key.span().start));
            let Some((_, kind)) = known.iter().find(|(k, _)| *k == name) else {
                return Err(format!("{place}: {}", unknown(&here, name, path, known)));
            };
            match (kind, value.get_ref()) {
                (Kind::Table(inner), DeValue::Table(table)) => {
                    self.check_table(&here, table, inner)?;
                }
                (Kind::Tables(inner), DeValue::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        let Some(table) = item.get_ref().as_table() else {
                            return Err(format!(
                                "{place}: “{name}” must be a list of sections, each begun with [[{name}]]"
                            ));
                        };
                        self.check_table(&join(&here, &index.to_string()), table, inner)?;
                    }
                }
                (kind, value) => {
                    if let Some(fault) = keys::fault(*kind, &given(value)) {
                        return Err(format!("{place}: “{}” {fault}", shown(&here)));
                    }
                }
            }
        }
        Ok(())
    }

    /// Where the value of this key came from, for the head of a sentence: the variable, the line,
    /// or, for a key that is missing, the line of the section that should have it.
    #[must_use]
    pub fn place(&self, path: &str) -> String {
        if let Some(name) = self.variables.get(path) {
            return format!("the environment variable {name}");
        }
        match self.offset(path) {
            Some(at) => format!("{}, line {}", self.file, line(self.text, at)),
            None => self.file.to_owned(),
        }
    }

    /// A sentence about the value of this key.
    #[must_use]
    pub fn complaint(&self, path: &str, what: &str) -> String {
        format!("{}: “{}” {what}", self.place(path), shown(path))
    }

    /// The byte where the deepest part of this path that is there begins.
    fn offset(&self, path: &str) -> Option<usize> {
        let mut found = None;
        let mut table = &self.table;
        let mut items: Option<&[Spanned<DeValue<'_>>]> = None;
        for step in path.split('.') {
            let value = match items.take() {
                Some(list) => {
                    let item = list.get(step.parse::<usize>().ok()?)?;
                    found = Some(item.span().start);
                    item
                }
                None => {
                    let Some((key, value)) = table.iter().find(|(k, _)| k.get_ref() == step) else {
                        return found;
                    };
                    found = Some(key.span().start);
                    value
                }
            };
            match value.get_ref() {
                DeValue::Table(inner) => table = inner,
                DeValue::Array(list) => items = Some(list),
                _ => return found,
            }
        }
        found
    }
}

/// Checks one variable and gives the path of its key.
fn variable(name: &str, value: &str) -> Result<String, String> {
    let place = format!("the environment variable {name}");
    let rest = name.get(PREFIX.len()..).unwrap_or_default();
    let path = rest.to_lowercase().replace("__", ".");
    let mut known = FILE;
    let mut above = String::new();
    let mut steps = path.split('.').peekable();
    while let Some(step) = steps.next() {
        let Some((_, kind)) = known.iter().find(|(k, _)| *k == step) else {
            return Err(format!("{place}: {}", unknown(&path, step, &above, known)));
        };
        match kind {
            Kind::Table(inner) if steps.peek().is_some() => known = inner,
            Kind::Tables(_) | Kind::Texts => {
                return Err(format!(
                    "{place}: “{step}” is a list, and lists can only be set in the file"
                ));
            }
            // A plain key has nothing below it.
            _ if steps.peek().is_some() => {
                return Err(format!(
                    "{place}: there is no key “{path}”; “{step}” is a key and not a section"
                ));
            }
            kind => {
                if let Some(fault) = keys::fault(*kind, &Given::from_variable(*kind, value)) {
                    return Err(format!("{place}: “{path}” {fault}"));
                }
            }
        }
        above = join(&above, step);
    }
    Ok(path)
}

fn given<'a>(value: &'a DeValue<'_>) -> Given<'a> {
    match value {
        DeValue::String(text) => Given::Text(text),
        DeValue::Boolean(flag) => Given::Flag(*flag),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix())
            .map_or(Given::Other("integer"), Given::Integer),
        DeValue::Float(n) => n
            .as_str()
            .parse()
            .map_or(Given::Other("float"), Given::Number),
        DeValue::Array(items) if items.iter().all(|i| i.get_ref().is_str()) => Given::Texts,
        other => Given::Other(other.type_str()),
    }
}

fn unknown(path: &str, name: &str, section: &str, known: &[Key]) -> String {
    let near = known
        .iter()
        .map(|(k, _)| *k)
        .min_by_key(|k| distance(k, name))
        .filter(|k| distance(k, name) <= 2);
    let help = match near {
        Some(near) => format!("did you mean “{near}”?"),
        None => {
            let names: Vec<&str> = known.iter().map(|(k, _)| *k).collect();
            match section {
                "" => format!("at the top there are {}", names.join(", ")),
                section => format!("“{}” has {}", shown(section), names.join(", ")),
            }
        }
    };
    format!(
        "there is no key “{}”; {help}",
        keys::shortened(&shown(path))
    )
}

/// How many letters have to be changed, added or taken away (Levenshtein), the first 40 of each.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(40).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let changed = diagonal + usize::from(x != *y);
            diagonal = *cell;
            left = changed.min(*cell + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// The path as people write it: `accounts.imap.host`, without the place in the list.
fn shown(path: &str) -> String {
    path.split('.')
        .filter(|step| !step.bytes().all(|b| b.is_ascii_digit()))
        .collect::<Vec<_>>()
        .join(".")
}

/// The number of the line that holds this byte, from 1.
fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before.iter().filter(|b| **b == b'\n').count() + 1
}
