//! Letters made comparable: what looks the same to a reader is the same to us, and what only
//! pretends to is noticed.

/// Characters that are never seen: zero-width, bidi marks, soft hyphen, tags.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
        | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0xE0000..=0xE0FFF)
}

/// Whether the letters pretend to be others: invisible characters inside a word, Cyrillic or
/// Greek letters among Latin ones, a changed writing direction, styled mathematical letters.
#[must_use]
pub fn is_disguised(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let plain_letter =
        |i: Option<&char>| i.is_some_and(|c| c.is_alphabetic() && u32::from(*c) < 0x250);
    chars.iter().enumerate().any(|(i, &c)| {
        let code = u32::from(c);
        let between = i > 0 && plain_letter(chars.get(i - 1)) && plain_letter(chars.get(i + 1));
        matches!(code, 0x202D | 0x202E | 0x2066..=0x2069 | 0x1D400..=0x1D7FF | 0xE0000..=0xE0FFF)
            || (is_invisible(c) && code != 0xAD && between)
            || (looks_latin(c).is_some()
                && (i > 0 && plain_letter(chars.get(i - 1)) || plain_letter(chars.get(i + 1))))
            || (u32::from(c) >= 0x300
                && u32::from(c) <= 0x36F
                && i > 0
                && marks_before(&chars, i) > 1)
    }) || text.split(|c: char| !c.is_alphanumeric()).any(|w| {
        // a whole word of letters that only look Latin, such as a Cyrillic "со"
        !w.is_empty() && w.chars().all(|c| looks_latin(c).is_some())
    })
}

fn marks_before(chars: &[char], at: usize) -> usize {
    chars[..=at]
        .iter()
        .rev()
        .take_while(|c| (0x300..=0x36F).contains(&u32::from(**c)))
        .count()
}

/// The Latin letter that this Cyrillic, Greek or Armenian one is mistaken for.
fn looks_latin(c: char) -> Option<char> {
    let table = "аaеeоoрpсcуyхxіiѕsјjԁdһhոnԛqԝwνvοoαaεeιiκkρpτtυuγyηnАAВBЕEКKМMНHОOРPСCТTХXУYΑAΒBΕEΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXΖZ";
    let mut chars = table.chars();
    while let (Some(odd), Some(latin)) = (chars.next(), chars.next()) {
        if odd == c {
            return Some(latin);
        }
    }
    None
}

/// Lower case, without accents (ä is ae as people type it), apostrophes and invisible characters.
/// `sí` and `sì` keep their accent: without it the word is an "if" in three languages.
#[must_use]
pub fn fold_word(word: &str) -> String {
    let lower: String = word
        .chars()
        .filter(|c| !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .collect();
    if matches!(lower.as_str(), "sí" | "sì" | "si\u{301}" | "si\u{300}") {
        return "sí".to_owned();
    }
    let mut out = String::with_capacity(lower.len());
    for c in lower.chars() {
        match c {
            'á' | 'à' | 'â' | 'ã' | 'å' | 'ā' => out.push('a'),
            'ä' | 'æ' => out.push_str("ae"),
            'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ę' => out.push('e'),
            'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' => out.push('i'),
            'ó' | 'ò' | 'ô' | 'õ' | 'ō' | 'ø' => out.push('o'),
            'ö' | 'œ' => out.push_str("oe"),
            'ú' | 'ù' | 'û' | 'ū' => out.push('u'),
            'ü' => out.push_str("ue"),
            'ñ' => out.push('n'),
            'ç' => out.push('c'),
            'ý' | 'ÿ' => out.push('y'),
            'ß' => out.push_str("ss"),
            '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '＇' => {}
            '\u{300}'..='\u{36F}' => {}
            '\u{FF01}'..='\u{FF5E}' => {
                if let Some(ascii) = char::from_u32(u32::from(c) - 0xFEE0) {
                    out.extend(ascii.to_lowercase());
                }
            }
            c => out.push(looks_latin(c).unwrap_or(c)),
        }
    }
    out
}

/// `text` as it is seen: without invisible characters, but for those that emoji are made of.
#[must_use]
pub fn seen(text: &str) -> String {
    text.chars()
        .filter(|c| !is_invisible(*c) || matches!(c, '\u{fe0f}' | '\u{200d}'))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// A line with its white space folded and invisible characters gone, to compare lines by.
#[must_use]
pub fn fold_line(line: &str) -> String {
    let seen: String = line.chars().filter(|c| !is_invisible(*c)).collect();
    seen.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_pretend_are_noticed() {
        assert!(is_disguised("yе s".replace(' ', "").as_str())); // Cyrillic е
        assert!(is_disguised("y\u{200b}es"));
        assert!(is_disguised("\u{202e}sey"));
        assert!(!is_disguised("Sí, ça va, Grüße 👍🏽 👨‍👩‍👧"));
        assert!(!is_disguised("\u{feff}Yes, please"));
    }

    #[test]
    fn accents_and_apostrophes_do_not_matter() {
        assert_eq!(fold_word("D’accord"), "daccord");
        assert_eq!(fold_word("Grüße"), "gruesse");
        assert_eq!(fold_word("Não"), "nao");
        assert_eq!(fold_word("SÍ"), "sí");
        assert_eq!(fold_word("ｎｏ"), "no");
    }
}
