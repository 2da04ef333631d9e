//! What the person wrote: the new text of a reply, without the quoted ask, the lines that mail
//! clients put around it, signatures, device lines and disclaimers.

use super::furniture::{
    is_attribution_end, is_attribution_start, is_closing, is_closing_with_name, is_device_line,
    is_disclaimer, is_header_label, is_separator, is_thanks,
};
use super::html::{CUT, SIGNATURE, SIGNATURE_END};
use super::lexicon;
use super::words::{fold_line, fold_word, is_invisible};

/// Longer texts are cut here; an answer does not need more.
const MAX_LINES: usize = 5_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line {
    Theirs,
    Quoted,
    /// Attribution, separator, signature: neither theirs nor quoted.
    Gone,
}

/// The person's own words in `text`, invisible characters and all (see [`super::words::seen`]). `names` are how the person may sign (display name, first
/// name); `asks` our own letters, none of whose lines are ever theirs.
#[must_use]
pub fn own_words(text: &str, asks: &[&str], names: &[String]) -> String {
    let lines: Vec<&str> = text
        .lines()
        .take(MAX_LINES)
        .map(|l| l.trim_end_matches(|c: char| c.is_whitespace()))
        .collect();
    let cut = old_mail_starts(&lines).unwrap_or(lines.len());
    let ours = OurLines::new(asks);
    let words = gather(&lines[..cut], &ours, names);
    if !words.is_empty() || asks.is_empty() {
        return words;
    }
    // An answer below, or in the middle of, an old mail that bears no quote marks: with our own
    // letter at hand its lines can be told from theirs.
    let below = &lines[cut..];
    if !below.iter().any(|l| ours.has(l)) {
        return words;
    }
    let rest: Vec<&str> = below
        .iter()
        .copied()
        .filter(|l| !is_header_label(l) && !is_separator(l) && *l != CUT && !is_attribution_end(l))
        .collect();
    gather(&rest, &ours, names)
}

/// Lines of our own letters, white space folded.
struct OurLines {
    lines: std::collections::BTreeSet<String>,
    flowing: Vec<String>,
}

impl OurLines {
    fn new(asks: &[&str]) -> Self {
        Self {
            lines: asks
                .iter()
                .flat_map(|a| a.lines())
                .map(bare)
                .filter(|l| !l.is_empty())
                .collect(),
            flowing: asks.iter().map(|a| bare(a)).collect(),
        }
    }

    fn has(&self, line: &str) -> bool {
        let line = bare(line);
        !line.is_empty() && self.lines.contains(&line)
    }

    /// A line that a client broke out of a quoted one, or joined from several of ours.
    fn broken_off(&self, before: Option<&str>, line: &str) -> bool {
        let folded = bare(line);
        let words = folded.split(' ').count();
        if folded.is_empty() {
            return false;
        }
        self.flowing.iter().any(|ask| {
            (words >= 5 && ask.contains(&folded))
                || before.is_some_and(|b| {
                    let b = bare(b);
                    b.split(' ').count() >= 2 && ask.contains(&format!("{b} {folded}"))
                })
        })
    }
}

/// A line without quote marks, white space folded.
fn bare(line: &str) -> String {
    fold_line(line.trim_start_matches(|c: char| c == '>' || c.is_whitespace() || is_invisible(c)))
}

fn is_quoted(line: &str) -> bool {
    let start = line.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    start.starts_with('>') && !start.starts_with(">:") || start.starts_with('\u{2502}')
}

/// Where a quoted mail without quote marks begins, and does not end any more.
fn old_mail_starts(lines: &[&str]) -> Option<usize> {
    let mut at = None;
    for (i, line) in lines.iter().enumerate() {
        if *line == CUT
            || (is_separator(line) && is_long_separator(line))
            || header_block(&lines[i..])
        {
            at = Some(i);
            break;
        }
        // "… wrote:" with nothing marked below it.
        if ends_attribution(lines, i)
            && !is_quoted(line)
            && !lines[i + 1..]
                .iter()
                .find(|l| !l.trim().is_empty())
                .is_some_and(|l| is_quoted(l))
        {
            at = Some(attribution_from(lines, i));
            break;
        }
    }
    let mut at = at?;
    // The rule that clients draw above it belongs to it.
    while at > 0 && (lines[at - 1].trim().is_empty() || is_separator(lines[at - 1])) {
        at -= 1;
    }
    Some(at)
}

/// `-----Original Message-----`, as against a rule that somebody drew.
fn is_long_separator(line: &str) -> bool {
    line.chars().any(char::is_alphabetic)
}

/// Three header labels on consecutive lines, as Outlook writes them.
fn header_block(lines: &[&str]) -> bool {
    let labels = lines
        .iter()
        .take(8)
        .filter(|l| !l.trim().is_empty())
        .take(4)
        .map(|l| is_header_label(l))
        .collect::<Vec<_>>();
    labels.first() == Some(&true) && labels.iter().take_while(|l| **l).count() >= 3
}

/// Whether an attribution ends on this line, be it that a client broke it within a name: "… wrote Alex / Rivera:".
fn ends_attribution(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    is_attribution_end(line)
        || at > 0
            && line.trim_end().ends_with(':')
            && line.split_whitespace().count() <= 4
            && is_attribution_start(lines[at - 1])
            && is_attribution_end(&format!("{} {line}", lines[at - 1]))
}

/// The first line of an attribution that ends at `end`; clients wrap it.
fn attribution_from(lines: &[&str], end: usize) -> usize {
    if is_attribution_start(lines[end]) {
        return end;
    }
    for back in 1..=3 {
        let Some(i) = end.checked_sub(back) else {
            break;
        };
        if lines[i].trim().is_empty() || is_quoted(lines[i]) {
            break;
        }
        if is_attribution_start(lines[i]) {
            return i;
        }
    }
    end
}

fn gather(lines: &[&str], ours: &OurLines, names: &[String]) -> String {
    let mut kinds = vec![Line::Theirs; lines.len()];
    let mut signature = false;
    let mut last_quoted: Option<&str> = None;
    for (i, line) in lines.iter().enumerate() {
        if *line == SIGNATURE {
            signature = true;
            kinds[i] = Line::Gone;
        } else if *line == SIGNATURE_END {
            signature = false;
            kinds[i] = Line::Gone;
        } else if is_quoted(line) {
            kinds[i] = Line::Quoted;
            signature = false;
            last_quoted = Some(line);
            continue;
        } else if signature || *line == CUT {
            kinds[i] = Line::Gone;
        } else if ends_attribution(lines, i)
            && lines[i + 1..]
                .iter()
                .find(|l| !l.trim().is_empty())
                .is_some_and(|l| is_quoted(l))
        {
            let from = attribution_from(lines, i);
            kinds[from..=i].fill(Line::Gone);
        } else if ours.has(line) || ours.broken_off(last_quoted, line) {
            kinds[i] = Line::Gone;
        }
        if !line.trim().is_empty() {
            last_quoted = None;
        }
    }
    let mut pieces = Vec::new();
    let mut piece: Vec<&str> = Vec::new();
    for (line, kind) in lines.iter().zip(&kinds) {
        match kind {
            Line::Theirs => piece.push(line),
            Line::Quoted => pieces.push(std::mem::take(&mut piece)),
            Line::Gone => {}
        }
    }
    pieces.push(piece);
    pieces
        .into_iter()
        .map(|p| without_ending(p, names))
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// One run of their lines without signature, device lines and disclaimers.
fn without_ending(mut lines: Vec<&str>, names: &[String]) -> String {
    lines.retain(|l| !is_device_line(l));
    if let Some(at) = lines.iter().position(|l| is_signature_mark(l)) {
        lines.truncate(at);
    }
    if let Some(at) = lines.iter().position(|l| is_disclaimer(l)) {
        lines.truncate(at);
    }
    trim_blank(&mut lines);
    if let Some(at) = closing_from(&lines, names) {
        lines.truncate(at);
        trim_blank(&mut lines);
    }
    while lines.len() > 1 && lines.last().is_some_and(|l| is_name(l, names)) {
        lines.pop();
        trim_blank(&mut lines);
    }
    let text = lines.join("\n");
    text.trim().to_owned()
}

fn trim_blank(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|l| l.trim().is_empty()) {
        lines.pop();
    }
}

/// RFC 3676 §4.3 asks for "-- "; many write it without the blank, or draw a rule.
fn is_signature_mark(line: &str) -> bool {
    let line = line.trim();
    matches!(line, "--" | "—" | "––" | "---" | "-=-")
        || (line.chars().count() >= 5
            && line
                .chars()
                .all(|c| matches!(c, '_' | '-' | '=' | '*' | '─')))
}

/// Where a closing ("Best, Tess") begins that ends this text.
fn closing_from(lines: &[&str], names: &[String]) -> Option<usize> {
    let filled: Vec<usize> = (0..lines.len())
        .filter(|i| !lines[*i].trim().is_empty())
        .collect();
    let last = *filled.last()?;
    if is_closing_with_name(lines[last], names) && filled.len() > 1 {
        return Some(last);
    }
    for (n, &i) in filled.iter().enumerate().rev().take(8) {
        let after = &filled[n + 1..];
        let closes = is_closing(lines[i]) && n > 0
            || is_thanks(lines[i])
                && n > 0
                && after.first().is_some_and(|j| is_name(lines[*j], names));
        // A postscript is no signature, nor is a sentence.
        if closes && after.iter().all(|j| !is_prose(lines[*j])) {
            return Some(i);
        }
        if is_closing_with_name(lines[i], names)
            && n > 0
            && after.iter().all(|j| !is_prose(lines[*j]))
        {
            return Some(i);
        }
    }
    None
}

fn is_prose(line: &str) -> bool {
    let folded = fold_line(line);
    let words = folded.split(' ').count();
    folded.starts_with("ps") && !folded.chars().nth(2).is_some_and(char::is_alphabetic)
        || folded.starts_with("p.s")
        || folded.starts_with("p. s")
        || line.contains('?')
        || (words >= 4 && line.trim_end().ends_with(['.', '!', '…']))
        || folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .any(|w| lexicon::is_sharp(&fold_word(w)))
}

/// A line on which somebody only signs: one to three capitalised words that mean nothing else.
fn is_name(line: &str, names: &[String]) -> bool {
    let whole = line.trim();
    let line = whole
        .trim_start_matches(['-', '–', '—', '~', '/'])
        .trim_end_matches(['.', ',', '!'])
        .trim();
    if line.is_empty() || line.chars().count() > 40 {
        return false;
    }
    let folded = fold_line(line);
    if names.contains(&folded) {
        return true;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    // A word with a full stop is said, and may take back what stands above it: "Peut-être."
    let said = words.len() == 1 && line.chars().count() > 2 && whole.ends_with(['.', '!', '…']);
    let known = |word: &str| {
        lexicon::is_known(&fold_word(word))
            || word.contains('-') && word.split('-').any(|w| lexicon::is_known(&fold_word(w)))
    };
    words.len() <= 3
        && !said
        && words.iter().all(|w| {
            w.chars().next().is_some_and(char::is_uppercase)
                && w.chars()
                    .all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
                && (words.len() > 1 || !w.ends_with('.') || w.chars().count() <= 2)
                && !known(w)
        })
}
