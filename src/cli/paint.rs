//! Text for people: colour where the terminal can, and nothing that could steer it.

use std::io::IsTerminal as _;

/// Colours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    pub coloured: bool,
}

impl Paint {
    pub const PLAIN: Self = Self { coloured: false };

    /// Colours on a terminal, unless `NO_COLOR` or `TERM=dumb` says otherwise.
    #[must_use]
    pub fn of_stdout() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            coloured: std::io::stdout().is_terminal() && !set("NO_COLOR") && !dumb,
        }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.coloured {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.with("32", text)
    }
    #[must_use]
    pub fn warn(self, text: &str) -> String {
        self.with("33", text)
    }
    #[must_use]
    pub fn bad(self, text: &str) -> String {
        self.with("31", text)
    }
}

/// A value from mail on one line: no control characters, no line breaks, nothing that reorders.
#[must_use]
pub fn clean(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_odd(*c))
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text from mail with its lines kept.
#[must_use]
pub fn clean_lines(text: &str) -> String {
    text.chars()
        .filter(|c| *c == '\n' || !is_odd(*c))
        .collect::<String>()
}

fn is_odd(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// At most `width` characters, the last an ellipsis where something is missing.
#[must_use]
pub fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Words broken into lines of at most `width` characters, each begun with `indent`.
#[must_use]
pub fn wrap(text: &str, indent: &str, width: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && indent.chars().count() + longer > width {
            out.push_str(&format!("{indent}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        out.push_str(&format!("{indent}{line}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_cannot_steer_the_terminal() {
        assert_eq!(clean("a\x1b[2Jb\r\n c\u{202e}d"), "a[2Jb cd");
        assert_eq!(clean_lines("a\x07\nb\x1b]0;x\x07"), "a\nb]0;x");
    }

    #[test]
    fn long_words_and_lines_are_cut_between_characters() {
        assert_eq!(fit("Grüße an alle", 6), "Grüße…");
        assert_eq!(fit("kurz", 4), "kurz");
        assert_eq!(wrap("one two three", "  ", 9), "  one two\n  three\n");
        assert_eq!(wrap("", "  ", 9), "");
    }

    #[test]
    fn colours_are_only_for_terminals() {
        assert_eq!(Paint::PLAIN.bad("x"), "x");
        assert_eq!(Paint { coloured: true }.bad("x"), "\x1b[31mx\x1b[0m");
    }
}
