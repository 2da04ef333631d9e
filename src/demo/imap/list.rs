//! LIST and LSUB, with the options of RFC 5258, RFC 5819 and RFC 6154, which `imap-codec` does
//! not read: the line is taken apart here.

use super::folders::status_line;
use super::line;
use super::session::{Answer, Session};
use crate::demo::store::{Account, DELIMITER};
use imap_codec::imap_types::status::StatusDataItemName;
use std::collections::BTreeMap;

/// One LIST or LSUB, understood.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ListCommand {
    lsub: bool,
    reference: String,
    patterns: Vec<String>,
    only_subscribed: bool,
    only_special_use: bool,
    return_subscribed: bool,
    status: Vec<StatusDataItemName>,
}

#[derive(Debug, PartialEq, Eq)]
enum Word {
    Text(String),
    List(Vec<Word>),
}

impl ListCommand {
    /// `None` for every other command and for what is no good LIST.
    #[must_use]
    pub fn parse(message: &[u8]) -> Option<Self> {
        let rest = &mut std::str::from_utf8(message).ok()?.chars().peekable();
        let mut words = Vec::new();
        while let Some(word) = next_word(rest, 0)? {
            words.push(word);
        }
        let mut words = words.into_iter().skip(1).peekable();
        let mut command = Self::default();
        match text(words.next()?)?.to_ascii_uppercase().as_str() {
            "LIST" => {}
            "LSUB" => command.lsub = true,
            _ => return None,
        }
        if matches!(words.peek(), Some(Word::List(_)))
            && let Some(Word::List(options)) = words.next()
        {
            for option in options {
                match text(option)?.to_ascii_uppercase().as_str() {
                    "SUBSCRIBED" => command.only_subscribed = true,
                    "SPECIAL-USE" => command.only_special_use = true,
                    "REMOTE" | "RECURSIVEMATCH" => {}
                    _ => return None,
                }
            }
        }
        command.reference = text(words.next()?)?;
        command.patterns = match words.next()? {
            Word::Text(pattern) => vec![pattern],
            Word::List(patterns) => patterns.into_iter().map(text).collect::<Option<_>>()?,
        };
        match words.next() {
            None => return Some(command),
            Some(Word::Text(word)) if word.eq_ignore_ascii_case("RETURN") => {}
            Some(_) => return None,
        }
        let Some(Word::List(options)) = words.next() else {
            return None;
        };
        let mut options = options.into_iter();
        while let Some(option) = options.next() {
            match text(option)?.to_ascii_uppercase().as_str() {
                "SUBSCRIBED" => command.return_subscribed = true,
                "CHILDREN" | "SPECIAL-USE" => {}
                "STATUS" => {
                    let Some(Word::List(items)) = options.next() else {
                        return None;
                    };
                    for item in items {
                        command.status.push(status_item(&text(item)?)?);
                    }
                }
                _ => return None,
            }
        }
        words.next().is_none().then_some(command)
    }
}

fn status_item(name: &str) -> Option<StatusDataItemName> {
    Some(match name.to_ascii_uppercase().as_str() {
        "MESSAGES" => StatusDataItemName::Messages,
        "RECENT" => StatusDataItemName::Recent,
        "UIDNEXT" => StatusDataItemName::UidNext,
        "UIDVALIDITY" => StatusDataItemName::UidValidity,
        "UNSEEN" => StatusDataItemName::Unseen,
        "DELETED" => StatusDataItemName::Deleted,
        "HIGHESTMODSEQ" => StatusDataItemName::HighestModSeq,
        _ => return None,
    })
}

fn text(word: Word) -> Option<String> {
    match word {
        Word::Text(text) => Some(text),
        Word::List(_) => None,
    }
}

/// The next word of a command line; `Some(None)` at its end or at the end of a list, `None` when
/// it makes no sense (or holds a literal before its end, which stays one line after all).
fn next_word(
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    depth: u8,
) -> Option<Option<Word>> {
    while rest.next_if(|c| matches!(c, ' ' | '\r' | '\n')).is_some() {}
    match rest.peek() {
        None => return (depth == 0).then_some(None),
        Some('(') if depth < 3 => {
            rest.next();
            let mut words = Vec::new();
            while let Some(word) = next_word(rest, depth + 1)? {
                words.push(word);
            }
            return Some(Some(Word::List(words)));
        }
        Some(')') if depth > 0 => {
            rest.next();
            return Some(None);
        }
        Some('(' | ')') => return None,
        Some('"') => {
            rest.next();
            let mut word = String::new();
            loop {
                match rest.next()? {
                    '"' => return Some(Some(Word::Text(word))),
                    '\\' => word.push(rest.next()?),
                    c => word.push(c),
                }
            }
        }
        Some('{') => {
            rest.next();
            let mut length = String::new();
            while let Some(c) = rest.next_if(char::is_ascii_digit) {
                length.push(c);
            }
            rest.next_if_eq(&'+');
            let length: usize = length.parse().ok()?;
            let (brace, cr, lf) = (rest.next()?, rest.next()?, rest.next()?);
            if (brace, cr, lf) != ('}', '\r', '\n') {
                return None;
            }
            let mut word = String::new();
            while word.len() < length {
                word.push(rest.next()?);
            }
            return Some(Some(Word::Text(word)));
        }
        Some(_) => {}
    }
    let mut word = String::new();
    while let Some(c) = rest.next_if(|c| !matches!(c, ' ' | '\r' | '\n' | '(' | ')' | '"')) {
        word.push(c);
    }
    Some(Some(Word::Text(word)))
}

/// Whether a name fits a pattern: `*` is anything, `%` anything within one level (RFC 3501 §6.3.8).
fn fits(pattern: &str, name: &str) -> bool {
    let mut reached = vec![false; name.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for p in pattern.bytes() {
        let mut next = vec![false; name.len() + 1];
        for (at, here) in reached.iter().enumerate() {
            if !here {
                continue;
            }
            match p {
                b'*' | b'%' => {
                    let level = name.as_bytes().get(at..).unwrap_or_default();
                    let reach = level
                        .iter()
                        .take_while(|c| p == b'*' || **c != DELIMITER as u8)
                        .count();
                    for step in next.iter_mut().skip(at).take(reach + 1) {
                        *step = true;
                    }
                }
                _ => {
                    if name.as_bytes().get(at) == Some(&p)
                        && let Some(step) = next.get_mut(at + 1)
                    {
                        *step = true;
                    }
                }
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or_default()
}

/// Every name there is; false stands for one that is only a level above others.
fn names(account: &Account) -> BTreeMap<&str, bool> {
    let mut names = BTreeMap::new();
    for name in account.folders.keys() {
        for (at, _) in name.match_indices(DELIMITER) {
            names
                .entry(name.get(..at).unwrap_or_default())
                .or_insert(false);
        }
        names.insert(name.as_str(), true);
    }
    names
}

impl Session {
    pub(super) fn list(&mut self, command: &ListCommand) -> Answer {
        let verb = if command.lsub { "LSUB" } else { "LIST" };
        if command.patterns.iter().all(String::is_empty) {
            self.say(&format!("* {verb} (\\Noselect) \"/\" \"\""));
            return Answer::ok("that is the delimiter");
        }
        let Some(who) = &self.who else {
            return Answer::bad("log in first");
        };
        let lines = self
            .store
            .read(who, |account| lines(account, command, verb));
        for line in lines.unwrap_or_default() {
            self.say(&line);
        }
        Answer::ok("that is all")
    }
}

fn lines(account: &Account, command: &ListCommand, verb: &str) -> Vec<String> {
    let names = names(account);
    let mut lines = Vec::new();
    for (&name, &real) in &names {
        let wanted = command.patterns.iter().any(|pattern| {
            let pattern = format!("{}{pattern}", command.reference);
            fits(&pattern, name) || name == "INBOX" && fits(&pattern.to_ascii_uppercase(), "INBOX")
        });
        let folder = account.folder(name).filter(|_| real);
        let subscribed = folder.is_some_and(|f| f.subscribed);
        let special_use = folder.and_then(|f| f.special_use);
        if !wanted
            || (command.lsub || command.only_subscribed) && !subscribed
            || command.only_special_use && special_use.is_none()
        {
            continue;
        }
        let under = format!("{name}{DELIMITER}");
        let mut attributes = vec![if names.keys().any(|n| n.starts_with(&under)) {
            "\\HasChildren"
        } else {
            "\\HasNoChildren"
        }];
        if folder.is_none() {
            attributes.push("\\Noselect");
        }
        if subscribed && (command.only_subscribed || command.return_subscribed) {
            attributes.push("\\Subscribed");
        }
        attributes.extend(special_use);
        lines.push(format!(
            "* {verb} ({}) \"/\" {}",
            attributes.join(" "),
            line::string(name)
        ));
        if let Some(folder) = folder
            && !command.status.is_empty()
        {
            lines.push(status_line(name, folder, &command.status));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_stays_within_one_level() {
        assert!(fits("%", "Drafts"));
        assert!(!fits("%", "Askfirst/Held"));
        assert!(fits("Askfirst/%", "Askfirst/Send now"));
        assert!(fits("*", "Askfirst/Held"));
        assert!(fits("A*d", "Askfirst/Held"));
        assert!(!fits("A*x", "Askfirst/Held"));
    }

    #[test]
    fn options_on_either_side_are_read() {
        let command = ListCommand::parse(
            b"a1 LIST (SUBSCRIBED) \"\" (\"INBOX\" %) RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN))\r\n",
        );
        assert_eq!(
            command,
            Some(ListCommand {
                patterns: vec!["INBOX".into(), "%".into()],
                only_subscribed: true,
                status: vec![StatusDataItemName::Messages, StatusDataItemName::Unseen],
                ..ListCommand::default()
            })
        );
    }

    #[test]
    fn a_pattern_may_come_as_a_literal() {
        let command = ListCommand::parse(b"a1 LSUB \"\" {4+}\r\nA b*\r\n");
        assert_eq!(
            command.map(|c| (c.lsub, c.patterns)),
            Some((true, vec!["A b*".to_owned()]))
        );
    }

    #[test]
    fn other_commands_are_left_to_the_codec() {
        for line in [
            "a1 SELECT INBOX\r\n",
            "a1 LIST \"\"\r\n",
            "a1 LIST \"\" \"*\" RETURN\r\n",
            "a1 LIST (((((((((\r\n",
            "a1 LIST \"\" \"*\" RETURN (NOISE)\r\n",
        ] {
            assert_eq!(ListCommand::parse(line.as_bytes()), None, "{line}");
        }
    }
}
