//! Rust source read as text, as far as layering needs it: no parser, but no regular expression either.

use std::path::{Path, PathBuf};

/// The text with comments, strings and characters blanked; every line keeps its number.
pub fn bare(text: &str) -> String {
    let mut source = Source {
        chars: text.chars().collect(),
        at: 0,
        out: String::with_capacity(text.len()),
    };
    while source.at < source.chars.len() {
        source.next();
    }
    source.out
}

struct Source {
    chars: Vec<char>,
    at: usize,
    out: String,
}

impl Source {
    /// What stands `ahead` of here; NUL past the end.
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn keep(&mut self) {
        self.out.push(self.peek(0));
        self.at += 1;
    }

    fn blank(&mut self, count: usize) {
        for _ in 0..count {
            self.out.push(if self.peek(0) == '\n' { '\n' } else { ' ' });
            self.at += 1;
        }
    }

    /// Blanks up to and with the place where `closes` says so, `closing` characters long.
    fn blank_until(&mut self, closing: usize, closes: impl Fn(&Self) -> bool) {
        while self.at < self.chars.len() && !closes(self) {
            self.blank(1);
        }
        self.blank(closing);
    }

    fn next(&mut self) {
        let in_word = self.at > 0 && is_of_word(self.chars[self.at - 1]);
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.blank_until(0, |s| s.peek(0) == '\n'),
            ('/', '*') => self.blank_until(2, |s| s.peek(0) == '*' && s.peek(1) == '/'),
            ('r', '"' | '#') if !in_word => self.raw_string(1),
            ('b', 'r') if !in_word && matches!(self.peek(2), '"' | '#') => self.raw_string(2),
            ('"', _) => {
                self.blank(1);
                while self.at < self.chars.len() && self.peek(0) != '"' {
                    let escaped = self.peek(0) == '\\';
                    self.blank(1 + usize::from(escaped));
                }
                self.blank(1);
            }
            // A character, not a lifetime.
            ('\'', '\\') => {
                self.blank(3);
                self.blank_until(1, |s| s.peek(0) == '\'');
            }
            ('\'', _) if self.peek(2) == '\'' => self.blank(3),
            _ => self.keep(),
        }
    }

    /// `prefix` is `r` or `br`; after it come as many `#` as there may be.
    fn raw_string(&mut self, prefix: usize) {
        let hashes = (0..).take_while(|n| self.peek(prefix + n) == '#').count();
        if self.peek(prefix + hashes) != '"' {
            // A raw identifier, `r#type`.
            return self.keep();
        }
        self.blank(prefix + hashes + 1);
        self.blank_until(hashes + 1, |s| {
            s.peek(0) == '"' && (1..=hashes).all(|n| s.peek(n) == '#')
        });
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

const TEST_ONLY: &str = "#[cfg(test)]";

/// The bare text with every item behind `#[cfg(test)]` blanked.
pub fn without_tests(bare: &str) -> String {
    let mut out = String::with_capacity(bare.len());
    let mut rest = bare;
    while let Some(start) = rest.find(TEST_ONLY) {
        let (before, item) = rest.split_at(start);
        let end = end_of_item(item);
        out.push_str(before);
        out.extend(
            item[..end]
                .chars()
                .map(|c| if c == '\n' { '\n' } else { ' ' }),
        );
        rest = &item[end..];
    }
    out + rest
}

/// Past the `;` or the closing brace that ends the item at the beginning of `text`.
fn end_of_item(text: &str) -> usize {
    let mut depth = 0_u32;
    for (i, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return i + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return i + 1,
            _ => {}
        }
    }
    text.len()
}

/// The files that are modules behind `#[cfg(test)]`, as their parent `file` declares them.
pub fn test_files(file: &str, text: &str) -> Vec<PathBuf> {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let stem = Path::new(file)
        .file_stem()
        .and_then(|s| s.to_str())
        .unwrap_or_default();
    let inner = match stem {
        "mod" | "lib" | "main" => folder.to_owned(),
        _ => folder.join(stem),
    };
    let mut found = Vec::new();
    for (start, _) in text.match_indices(TEST_ONLY) {
        let item = &text[start + TEST_ONLY.len()..];
        let item = &item[..item.find([';', '{']).map_or(item.len(), |end| end + 1)];
        if let Some((_, path)) = item.split_once("#[path = \"") {
            found.extend(path.split('"').next().map(|name| folder.join(name)));
        } else if let Some(name) = item.strip_suffix(';').and_then(|i| i.split("mod ").nth(1)) {
            found.push(inner.join(format!("{name}.rs")));
            found.push(inner.join(name).join("mod.rs"));
        }
    }
    found
}

/// Every path in the bare text with its line, imports spread out.
pub fn paths(bare: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut words: Vec<(usize, String)> = Vec::new();
    for (i, text) in bare.lines().enumerate() {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let length = match c {
                _ if is_of_word(c) => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                _ => c.len_utf8(),
            };
            if !c.is_whitespace() {
                words.push((i + 1, rest[..length].to_owned()));
            }
            rest = &rest[length..];
        }
    }
    let mut at = 0;
    while at < words.len() {
        if words[at].1.starts_with(is_of_word) {
            spread(&words, &mut at, "", &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one path from `at`, or one branch of an import below `before`.
fn spread(
    words: &[(usize, String)],
    at: &mut usize,
    before: &str,
    found: &mut Vec<(usize, String)>,
) {
    let word = |i: usize| words.get(i).map_or("", |(_, w)| w.as_str());
    let line = words[*at].0;
    let mut path = before.to_owned();
    loop {
        path += word(*at);
        *at += 1;
        if word(*at) != "::" {
            break found.push((line, path));
        }
        path += "::";
        *at += 1;
        if word(*at) == "{" {
            *at += 1;
            while !matches!(word(*at), "}" | "") {
                if word(*at) == "," {
                    *at += 1;
                } else if word(*at) == "as" {
                    *at += 2;
                } else {
                    spread(words, at, &path, found);
                }
            }
            *at += 1;
            break;
        }
        if !word(*at).starts_with(is_of_word) {
            // `Vec::<T>`, or `a::*`.
            break found.push((line, path.trim_end_matches(':').to_owned()));
        }
    }
}
