//! Running text cut into sentences.

use super::lexicon;

/// The sentences of a text, unwrapped. A list entry, a blank line and a short line without an end
/// all end a sentence; abbreviations, initials and decimal points do not.
#[must_use]
pub fn split(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for block in blocks(text) {
        let mut current = String::new();
        let chars: Vec<char> = block.chars().collect();
        // Inside brackets nothing ends, unless they are never closed.
        let mut open = 0_usize;
        for (i, c) in chars.iter().enumerate() {
            current.push(*c);
            match c {
                '(' if chars.iter().skip(i).take(120).any(|c| *c == ')') => open += 1,
                ')' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > 0 || !matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？') {
                continue;
            }
            let next = chars
                .iter()
                .skip(i + 1)
                .find(|c| !matches!(c, '"' | '\'' | ')' | '”' | '’' | '»' | '“'));
            let ends_here = match next {
                None => true,
                Some(n) if n.is_whitespace() => {
                    let start = chars.iter().skip(i + 1).find(|c| c.is_alphanumeric());
                    *c != '.'
                        || (start.is_none_or(|s| !s.is_lowercase()) && !is_abbreviation(&current))
                }
                Some(_) => false,
            };
            if ends_here {
                keep(&mut out, &current);
                current.clear();
            }
        }
        keep(&mut out, &current);
    }
    out
}

fn keep(out: &mut Vec<String>, sentence: &str) {
    let tidy = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    let tidy = tidy
        .trim_start_matches(['"', '\'', '”', '’', ')', '»'])
        .trim();
    if tidy.chars().any(char::is_alphanumeric) {
        out.push(tidy.to_owned());
    }
}

/// Paragraphs, list entries and lines that stand alone.
fn blocks(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    let mut last_short = false;
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            open = false;
            continue;
        }
        let marked = line.trim_start_matches(['-', '*', '•', '–', '·']);
        let is_entry = marked.len() < line.len() && marked.starts_with(' ');
        let content = if is_entry { marked.trim() } else { line };
        let starts_upper = content.chars().next().is_some_and(char::is_uppercase);
        if !open || is_entry || (last_short && starts_upper) {
            out.push(String::new());
        }
        if let Some(block) = out.last_mut() {
            block.push_str(content);
            block.push(' ');
        }
        open = true;
        last_short = content.chars().count() < 45 && !content.ends_with([',', ';', ':', '-', '–']);
    }
    out
}

fn is_abbreviation(so_far: &str) -> bool {
    let word = so_far
        .trim_end_matches('.')
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or_default();
    let key = word.to_lowercase();
    word.chars().count() == 1
        || (word.contains('.') && word.split('.').all(|w| w.chars().count() <= 2))
        || lexicon::is_honorific(word)
        || matches!(
            key.as_str(),
            "st" | "inc"
                | "ltd"
                | "co"
                | "corp"
                | "vs"
                | "etc"
                | "ca"
                | "approx"
                | "nr"
                | "bzw"
                | "usw"
                | "jr"
                | "mt"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_would_stop() {
        assert_eq!(
            split(
                "Dr. Ito runs a lab\nin Porto, e.g. for J. Blake. She has 3.5 people!\n\n- Rachel: designer\n- Jordan: engineer\nOne more"
            ),
            [
                "Dr. Ito runs a lab in Porto, e.g. for J. Blake.",
                "She has 3.5 people!",
                "Rachel: designer",
                "Jordan: engineer",
                "One more",
            ]
        );
    }

    #[test]
    fn wrapped_lines_belong_together() {
        assert_eq!(
            split(
                "Rachel is a product designer who has spent the last ten years on\nTools for small workshops."
            ),
            [
                "Rachel is a product designer who has spent the last ten years on Tools for small workshops."
            ]
        );
    }
}
