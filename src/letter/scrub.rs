//! Contact details: what an ask must never pass on about the other person (A2, R2).

use super::lexicon;

/// Digits in one run (spaces, dashes, dots, brackets between them count as the same run) from
/// which on a number could be dialled.
const DIALLABLE: usize = 6;

/// Whether a text holds an address, a number that could be dialled, a link, a handle, or one of
/// these spelt out. Rather too often than once too seldom: such a sentence is left out whole.
#[must_use]
pub fn has_contact(text: &str) -> bool {
    let text = &plainly(text);
    text.contains(['@', '＠', '﹫'])
        || has_number(text)
        || has_link(text)
        || spelt_out(text)
        || has_street(text)
        || has_tag(text)
        || text.split_whitespace().any(is_opaque)
        || lexicon::speaks_of_contact(text)
}

/// “12 Mill Lane”, “Hafenstraße 44”, “LS1 4AP”, “1012 AB”, “75011 Paris”: where somebody lives is a
/// way to reach them as well.
fn has_street(text: &str) -> bool {
    const STREETS: &[&str] = &[
        "street",
        "st",
        "road",
        "rd",
        "lane",
        "ln",
        "avenue",
        "ave",
        "drive",
        "close",
        "crescent",
        "terrace",
        "boulevard",
        "blvd",
        "apartment",
        "apt",
        "flat",
        "unit",
        "suite",
        "rue",
        "quai",
        "chemin",
        "impasse",
        "allée",
        "calle",
        "avenida",
        "plaza",
        "paseo",
        "carrer",
        "rua",
        "travessa",
        "praça",
        "via",
        "viale",
        "piazza",
        "corso",
        "vicolo",
        "weg",
        "gasse",
        "platz",
        "allee",
        "laan",
        "plein",
        "gracht",
        "kade",
        "straat",
        "straße",
        "strasse",
        "str",
    ];
    const ENDINGS: &[&str] = &[
        "straße", "strasse", "str", "gasse", "platz", "weg", "allee", "straat", "laan", "plein",
        "gracht", "kade", "steeg", "singel", "dijk",
    ];
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let is_number = |w: &str| {
        let digits = w.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        (1..=4).contains(&digits.len())
            && digits.chars().all(|c| c.is_ascii_digit())
            && w.len() - digits.len() <= 1
    };
    // A year is no house.
    let is_house = |w: &&str| is_number(w) && !matches!(w.parse::<u32>(), Ok(1900..=2099));
    // “close to”, “drive”, “flat” and the Latin “via” are words as well.
    let is_street = |w: &str| {
        let lower = w.to_lowercase();
        let doubtful = matches!(
            lower.as_str(),
            "close" | "drive" | "flat" | "unit" | "st" | "place" | "weg" | "suite"
        );
        let via = lower == "via"
            && !words.windows(2).any(|p| {
                p.first() == Some(&w)
                    && p.get(1).is_some_and(|n| {
                        n.starts_with(char::is_uppercase)
                            || matches!(*n, "del" | "della" | "dei" | "delle" | "degli" | "dell")
                    })
            });
        (STREETS.contains(&lower.as_str())
            && !via
            && (!doubtful || w.starts_with(char::is_uppercase)))
            || ENDINGS.iter().any(|e| {
                lower.len() > e.len() + 2 && lower.ends_with(e) && *e != "weg" && *e != "str"
            })
            || (lower.len() > 5 && (lower.ends_with("weg") || lower.ends_with("str")))
    };
    let named = words.iter().enumerate().any(|(i, w)| {
        is_street(w) && {
            let near = words
                .get(i.saturating_sub(3)..(i + 4).min(words.len()))
                .unwrap_or_default();
            near.iter().any(is_house)
        }
    });
    let pairs = words.windows(2).any(|w| {
        let [a, b] = w else { return false };
        is_outward(a) && is_inward(b) || is_dutch(a, b) || is_postcode(a, b)
    });
    named || pairs
}

/// “LS1” of “LS1 4AP”.
fn is_outward(word: &str) -> bool {
    let letters = word.chars().take_while(char::is_ascii_uppercase).count();
    (1..=2).contains(&letters)
        && (2..=4).contains(&word.len())
        && word
            .chars()
            .nth(letters)
            .is_some_and(|c| c.is_ascii_digit())
}

fn is_inward(word: &str) -> bool {
    let mut chars = word.chars();
    word.len() == 3
        && chars.next().is_some_and(|c| c.is_ascii_digit())
        && chars.all(|c| c.is_ascii_uppercase())
}

fn is_dutch(a: &str, b: &str) -> bool {
    let digits = |w: &str| w.len() == 4 && w.chars().all(|c| c.is_ascii_digit());
    digits(a)
        && b.len() == 2
        && b.chars().all(|c| c.is_ascii_uppercase())
        && !matches!(b, "EU" | "US" | "UK" | "AD" | "BC" | "CE")
}

/// Five digits and the name of a town; sums of money are none.
fn is_postcode(a: &str, b: &str) -> bool {
    a.len() == 5
        && a.chars().all(|c| c.is_ascii_digit())
        && b.chars().next().is_some_and(char::is_uppercase)
        && !matches!(
            b,
            "Euro" | "Euros" | "EUR" | "Dollar" | "USD" | "Franken" | "Menschen" | "Leute"
        )
}

/// What only a machine reads (`am9yZGFuQGxhYi5leGFtcGxl`, `%40lab%2Eexample`): nobody can say what is in it.
fn is_opaque(word: &str) -> bool {
    let has = |f: fn(&char) -> bool| word.chars().any(|c| f(&c));
    let mixed = word.len() >= 16
        && word.chars().filter(char::is_ascii_alphanumeric).count() + 4 > word.len()
        && has(char::is_ascii_digit)
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase);
    let escaped = word
        .split(['%', '='])
        .skip(1)
        .filter(|p| p.len() >= 2 && p.chars().take(2).all(|c| c.is_ascii_hexdigit()))
        .count()
        >= 2;
    mixed || escaped
}

/// “jblake#4411”.
fn has_tag(text: &str) -> bool {
    text.split_whitespace().any(|w| {
        w.split_once('#').is_some_and(|(name, tag)| {
            name.chars().any(char::is_alphanumeric)
                && tag.chars().take(3).filter(char::is_ascii_digit).count() == 3
        })
    })
}

/// Wide letters as narrow ones, and nothing that nobody sees.
fn plainly(text: &str) -> String {
    text.chars()
        .filter(|c| !super::names::is_invisible(*c))
        .map(|c| match c as u32 {
            wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

fn has_number(text: &str) -> bool {
    let mut run = 0;
    for c in text.chars() {
        if c.is_numeric() {
            run += 1;
            if run >= DIALLABLE {
                return true;
            }
        } else if !(c.is_whitespace() || "+-–—‑.()/[]·_".contains(c)) {
            run = 0;
        }
    }
    false
}

fn has_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    if ["://", "www.", "mailto:", "tel:"]
        .iter()
        .any(|m| lower.contains(m))
    {
        return true;
    }
    lower.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !(c.is_alphanumeric() || c == '/'));
        looks_like_host(word) || (word.contains('/') && word.matches('/').count() > 1)
    })
}

/// `lab.example`, `blake-labs.io/x`: a dot between two words of which the last is letters only.
/// “e.g.”, “U.S.” and “z.B.” have single letters, “3.5” has digits.
fn looks_like_host(word: &str) -> bool {
    let host = word.split(['/', ':', '?']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [first, .., last] => {
            first.chars().count() > 1
                && last.chars().count() > 1
                && last.chars().all(char::is_alphabetic)
                && labels.iter().all(|l| !l.is_empty())
        }
        _ => false,
    }
}

/// “rachel at example dot org”, “rachel [at] example”, “zero seven nine four six”.
fn spelt_out(text: &str) -> bool {
    let lower = text.to_lowercase();
    if [
        "[at]",
        "(at)",
        "{at}",
        "<at>",
        " at]",
        "[dot]",
        "(dot)",
        "[punkt]",
        "(punkt)",
        "[point]",
        "[arroba]",
        "(arroba)",
        "(point)",
        "[punto]",
        "(punto)",
        "[ponto]",
        "[punt]",
        "[chiocciola]",
        "[apenstaartje]",
    ]
    .iter()
    .any(|m| lower.contains(m))
    {
        return true;
    }
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let at = words.iter().any(|w| {
        matches!(
            *w,
            "at" | "ät" | "arroba" | "arobase" | "chiocciola" | "apenstaartje"
        )
    });
    let dot = |w: &&str| matches!(*w, "punkt" | "punto" | "ponto" | "point" | "punt");
    if words.contains(&"dot") || (at && words.iter().any(dot)) {
        return true;
    }
    let mut run = 0;
    words.iter().any(|w| {
        run = if lexicon::is_digit_word(w) || (w.len() <= 2 && w.chars().all(char::is_numeric)) {
            run + 1
        } else {
            0
        };
        run >= 5
    })
}

/// A text reduced to letters and digits, so that no spacing or punctuation hides a detail in it.
pub(super) fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_details_are_seen_in_every_dress() {
        for detail in [
            "Her number is +44 (0)20 7946 0958.",
            "Ring 020.7946.0958",
            "Call her: 0 2 0 7 9 4 6",
            "jordan@lab.example",
            "jordan [at] lab.example",
            "jordan at lab dot example",
            "See lab.example for more",
            "https://lab.example/x1",
            "He is @jordanb on the usual platforms",
            "zero two zero seven nine four six",
            "You find him on LinkedIn",
            "WhatsApp works best for her",
            "Rachel lives at 12 Mill Lane, just round the corner.",
            "Her workshop is in Unit 7 on the harbour.",
            "Jordan wohnt in der Hafenstraße 44.",
            "Jordan habite 44 rue du Port.",
            "Vive en la calle del Puerto 44.",
            "O Jordan mora na Rua do Porto, 44.",
            "Jordan abita in via del Porto 44.",
            "Jordan woont op Havenstraat 44.",
            "She is in Leeds LS1 4AP.",
            "Hij zit in 1012 AB Amsterdam.",
            "Elle est à 75011 Paris.",
            "He is jblake#4411 there.",
            "Rachel tweets as rwinters.",
        ] {
            assert!(has_contact(detail), "{detail}");
        }
    }

    #[test]
    fn ordinary_sentences_pass() {
        for plain in [
            "Jordan runs a robotics lab in Porto.",
            "She raised 3.5 million in 2024, e.g. for grippers.",
            "Jordan studied in the U.S. for 12 years.",
            "Rachel designs hand tools and teaches at the art school.",
            "He has built boats since 1998 and sailed the 24-hour race.",
            "She runs a street theatre of twelve and has played 300 shows.",
            "Jordan hat 20000 Euro gesammelt und leitet 12 Leute.",
            "Jordan lavora via mare da 20 anni e costruisce barche da 10 metri per i porti.",
            "In 2019 he moved to a flat country.",
        ] {
            assert!(!has_contact(plain), "{plain}");
        }
    }
}
