//! `format=flowed` (RFC 3676): lines that a client broke are one line again.

/// Joins what was broken; `delsp` says that the blank at the end of a broken line belongs to the break.
pub(super) fn joined(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let rest = &line[depth..];
        // §4.4: a space is stuffed before lines that would mean something else.
        let words = rest.strip_prefix(' ').unwrap_or(rest);
        if open == Some(depth) {
            out.push_str(words);
        } else {
            if open.is_some() {
                out.push('\n');
            }
            out.push_str(&line[..depth]);
            if depth > 0 && !words.is_empty() {
                out.push(' ');
            }
            out.push_str(words);
        }
        // §4.3: the signature mark ends in a blank, and is no broken line.
        if words.ends_with(' ') && words != "-- " {
            if delsp {
                out.pop();
            }
            open = Some(depth);
        } else {
            out.push('\n');
            open = None;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn broken_lines_are_one_and_quotes_stay_apart() {
        let text = "Yes, \r\nplease do.\r\n\r\nOn Friday Alex \r\nwrote:\r\n> May \r\n> I?\r\n>> No \r\n> yes\r\n-- \r\nRachel";
        assert_eq!(
            joined(text, false),
            "Yes, please do.\n\nOn Friday Alex wrote:\n> May I?\n>> No \n> yes\n-- \nRachel\n"
        );
        assert_eq!(joined("Ja, ger \nne!", true), "Ja, gerne!\n");
        assert_eq!(
            joined(" From here\n >no quote", false),
            "From here\n>no quote\n"
        );
    }
}
