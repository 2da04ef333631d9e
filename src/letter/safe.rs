//! No line of an ask may read as an answer by itself: a mail program may quote it without a mark.

use super::post;
use crate::answer::{Answer, Reading, read};
use std::collections::BTreeSet;

/// A line is not broken before this many characters, unless it must be.
const NARROW: usize = 30;

/// The text so wrapped that no line with words of the introduction decides anything; where it
/// cannot be, the text without those words.
pub(super) fn undecided(text: String, without: impl Fn() -> String) -> String {
    let plain = without();
    if text == plain {
        return text;
    }
    let fixed: Vec<&str> = plain.split("\n\n").collect();
    let mut out: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n") {
        if fixed.contains(&paragraph) {
            out.push(paragraph.to_owned());
            continue;
        }
        let lines: Vec<&str> = paragraph.split(' ').filter(|w| !w.is_empty()).collect();
        match broken(&lines, &mut BTreeSet::new()) {
            Some(lines) => out.push(lines.join("\n")),
            None => return plain,
        }
    }
    out.join("\n\n")
}

/// Lines as long as may be, none of which decides. `hopeless` holds the lengths of the ends that
/// were tried in vain.
fn broken(words: &[&str], hopeless: &mut BTreeSet<usize>) -> Option<Vec<String>> {
    if words.is_empty() {
        return Some(Vec::new());
    }
    if hopeless.contains(&words.len()) {
        return None;
    }
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut length = 0;
    for (i, word) in words.iter().enumerate() {
        length += word.chars().count() + usize::from(i > 0);
        if i > 0 && length > post::WIDTH {
            break;
        }
        ends.push((i + 1, length));
    }
    for (end, length) in ends.into_iter().rev() {
        let (line, rest) = words.split_at(end);
        if length < NARROW && !rest.is_empty() {
            break;
        }
        let line = line.join(" ");
        if decides(&line) {
            continue;
        }
        if let Some(mut lines) = broken(rest, hopeless) {
            lines.insert(0, line);
            return Some(lines);
        }
    }
    hopeless.insert(words.len());
    None
}

/// Whether a line, found alone in a reply, would be taken for a decision.
fn decides(line: &str) -> bool {
    let mail = format!(
        "From: a@reply.example\r\nTo: b@reply.example\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{line}\r\n"
    );
    let message = crate::mail::parse(mail.as_bytes());
    matches!(
        read(mail.as_bytes(), &message, &[], None),
        Reading::Answer {
            answer: Answer::Yes | Answer::No | Answer::Always | Answer::Never,
            ..
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_would_decide_is_broken_elsewhere() {
        let about = "She teaches carpentry in the old school behind the harbour of Kiel, and\nno thanks were ever louder there.";
        assert!(decides("No thanks"), "the check is alive");
        let text = format!("Hello,\n\n{}\n\nAlex", about.replace('\n', " "));
        let safe = post::wrap(&undecided(text, || "Hello,\n\nAlex".to_owned()));
        assert!(!safe.lines().any(decides), "{safe}");
    }

    #[test]
    fn words_that_decide_however_they_are_broken_are_left_out() {
        let text = "Hello,\n\nNo.\n\nAlex".to_owned();
        assert_eq!(
            undecided(text, || "Hello,\n\nAlex".to_owned()),
            "Hello,\n\nAlex"
        );
    }
}
