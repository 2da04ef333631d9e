//! Command lines. The only place where anything is written into one, so that nothing that comes
//! from a message, a server or a configuration can end a line or begin another command.

use super::utf7;
use crate::port::{Flags, FolderName, Uid};
use std::fmt::Write;

/// One command without tag and line end; by its making free of CR, LF and NUL.
#[derive(Clone, Debug)]
pub struct Line(String);

impl Line {
    #[must_use]
    pub fn new(command: &'static str) -> Self {
        Self(command.to_owned())
    }
    /// A further word of the grammar.
    #[must_use]
    pub fn word(mut self, word: &'static str) -> Self {
        self.0.push(' ');
        self.0.push_str(word);
        self
    }
    #[must_use]
    pub fn folder(mut self, folder: &FolderName) -> Self {
        // Modified UTF-7 is printable US-ASCII whatever the name is.
        let _ = write!(self.0, " \"{}\"", escaped_folder(folder));
        self
    }
    /// Several folders, as `("a" "b")`.
    #[must_use]
    pub fn folders(mut self, folders: &[FolderName]) -> Self {
        for (i, folder) in folders.iter().enumerate() {
            self.0.push_str(if i == 0 { " (" } else { " " });
            let _ = write!(self.0, "\"{}\"", escaped_folder(folder));
        }
        self.0.push(')');
        self
    }
    #[must_use]
    pub fn uid(mut self, uid: Uid) -> Self {
        let _ = write!(self.0, " {}", uid.0);
        self
    }
    /// `first:last`, or `first:*`.
    #[must_use]
    pub fn uids(mut self, first: Uid, last: Option<Uid>) -> Self {
        let _ = match last {
            Some(last) => write!(self.0, " {}:{}", first.0, last.0),
            None => write!(self.0, " {}:*", first.0),
        };
        self
    }
    /// Several UIDs, as a set.
    #[must_use]
    pub fn uid_set(mut self, uids: &[Uid]) -> Self {
        let set: Vec<String> = uids.iter().map(|uid| uid.0.to_string()).collect();
        self.0.push(' ');
        self.0.push_str(&set.join(","));
        self
    }
    /// A quoted string (RFC 9051 §4.3); control characters are left out of it.
    #[must_use]
    pub fn string(mut self, text: &str) -> Self {
        self.0.push_str(" \"");
        for c in text.chars().filter(|c| !c.is_control()) {
            if c == '"' || c == '\\' {
                self.0.push('\\');
            }
            self.0.push(c);
        }
        self.0.push('"');
        self
    }
    /// `(\Seen $Keyword …)`; what is no flag is left out.
    #[must_use]
    pub fn flags(mut self, flags: &Flags) -> Self {
        let _ = write!(self.0, " ({})", flag_words(flags).join(" "));
        self
    }
    /// `d-Mon-yyyy` (RFC 9051 §9, date).
    #[must_use]
    pub fn date(mut self, date: chrono::NaiveDate) -> Self {
        let _ = write!(self.0, " {}", date.format("%-d-%b-%Y"));
        self
    }
    /// `(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (…)])`; what is no field
    /// name is left out.
    #[must_use]
    pub fn header_fields(mut self, fields: &[&str]) -> Self {
        let fields: Vec<&str> = fields.iter().copied().filter(|f| is_atom(f)).collect();
        if fields.is_empty() {
            self.0.push_str(" (UID FLAGS INTERNALDATE RFC822.SIZE)");
        } else {
            let _ = write!(
                self.0,
                " (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({})])",
                fields.join(" ")
            );
        }
        self
    }
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands between the quotes of a mailbox argument.
#[must_use]
pub fn escaped_folder(folder: &FolderName) -> String {
    let name = if folder.is_inbox() {
        "INBOX"
    } else {
        folder.as_str()
    };
    utf7::encode(name)
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
}

/// The flags as the protocol writes them.
#[must_use]
pub fn flag_words(flags: &Flags) -> Vec<&str> {
    let mut words = Vec::new();
    for (set, word) in [
        (flags.seen, "\\Seen"),
        (flags.answered, "\\Answered"),
        (flags.flagged, "\\Flagged"),
        (flags.deleted, "\\Deleted"),
        (flags.draft, "\\Draft"),
    ] {
        if set {
            words.push(word);
        }
    }
    words.extend(
        flags
            .keywords
            .iter()
            .map(String::as_str)
            .filter(|k| is_atom(k)),
    );
    words
}

/// RFC 9051 §9, atom: no specials, no white space, no control characters.
fn is_atom(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"(){%*\"\\]".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_folder_is_quoted_and_encoded() {
        let name = FolderName::new("He\"ld \\ Entwürfe").unwrap();
        assert_eq!(
            Line::new("SELECT").folder(&name).as_str(),
            "SELECT \"He\\\"ld \\\\ Entw&APw-rfe\""
        );
        let inbox = FolderName::new("inbox").unwrap();
        assert_eq!(
            Line::new("SELECT").folder(&inbox).as_str(),
            "SELECT \"INBOX\""
        );
    }

    #[test]
    fn what_is_no_flag_or_field_is_left_out() {
        let flags = Flags {
            seen: true,
            keywords: vec!["$Held".to_owned(), "a) (b".to_owned(), "x\r\ny".to_owned()],
            ..Flags::default()
        };
        assert_eq!(flag_words(&flags), ["\\Seen", "$Held"]);
        let line = Line::new("UID FETCH").header_fields(&["To", "X)]\r\n"]);
        assert!(line.as_str().ends_with("BODY.PEEK[HEADER.FIELDS (To)])"));
    }

    proptest! {
        #[test]
        fn no_text_ends_a_line_or_leaves_its_quotes(text in "(?s).{0,40}") {
            let line = Line::new("X").string(&text);
            prop_assert!(!line.as_str().contains(['\r', '\n', '\0']));
            let values = super::super::value::read(line.as_str().as_bytes());
            prop_assert_eq!(values.len(), 2);
            let kept: String = text.chars().filter(|c| !c.is_control()).collect();
            prop_assert_eq!(values[1].text(), Some(kept.as_str()));
        }
    }
}
