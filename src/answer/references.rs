//! Character references of HTML (`&eacute;`, `&#128077;`), those that mail programs write.

/// Decodes the character references that mail clients write.
pub(super) fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name: String = rest[1..]
            .chars()
            .take(12)
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '#')
            .collect();
        let used = 1 + name.len();
        if let Some(c) = named(&name) {
            out.push_str(&c);
            rest = &rest[used..];
            rest = rest.strip_prefix(';').unwrap_or(rest);
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn named(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    let c = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" | "ensp" | "emsp" | "thinsp" => " ",
        "shy" | "zwnj" | "zwj" => "",
        "rsquo" | "lsquo" => "’",
        "ldquo" | "rdquo" => "\"",
        "laquo" => "«",
        "raquo" => "»",
        "hellip" => "…",
        "ndash" => "–",
        "mdash" => "—",
        "iexcl" => "¡",
        "iquest" => "¿",
        "euro" => "€",
        "szlig" => "ß",
        "ntilde" => "ñ",
        "Ntilde" => "Ñ",
        "ccedil" => "ç",
        "Ccedil" => "Ç",
        "aelig" => "æ",
        "oelig" => "œ",
        "oslash" => "ø",
        _ => {
            let base = name.chars().next()?;
            let mark = match name.get(1..)? {
                "acute" => '\u{301}',
                "grave" => '\u{300}',
                "circ" => '\u{302}',
                "uml" => '\u{308}',
                "tilde" => '\u{303}',
                "ring" => '\u{30a}',
                _ => return None,
            };
            return Some(compose(base, mark));
        }
    };
    Some(c.to_owned())
}

/// The precomposed letter for the few accents that named references know.
fn compose(base: char, mark: char) -> String {
    const TABLE: &[(char, &str)] = &[
        ('\u{301}', "aáeéiíoóuúyýAÁEÉIÍOÓUÚYÝ"),
        ('\u{300}', "aàeèiìoòuùAÀEÈIÌOÒUÙ"),
        ('\u{302}', "aâeêiîoôuûAÂEÊIÎOÔUÛ"),
        ('\u{308}', "aäeëiïoöuüyÿAÄEËIÏOÖUÜ"),
        ('\u{303}', "aãnñoõAÃNÑOÕ"),
        ('\u{30a}', "aåAÅ"),
    ];
    for (m, row) in TABLE {
        if *m == mark {
            let mut letters = row.chars();
            while let (Some(plain), Some(composed)) = (letters.next(), letters.next()) {
                if plain == base {
                    return composed.to_string();
                }
            }
        }
    }
    format!("{base}{mark}")
}
