//! One HTML tag: its name, its attributes, and whether its style hides what it holds.

use super::references::entities;

pub(super) fn is_hidden(tag: &str, style: &str) -> bool {
    let lower = tag.to_ascii_lowercase();
    if lower
        .split(|c: char| c.is_whitespace())
        .any(|a| a == "hidden" || a.starts_with("hidden="))
    {
        return true;
    }
    if attribute(tag, "aria-hidden").is_some_and(|v| v == "true") {
        return true;
    }
    let value = |key: &str| {
        style
            .split(';')
            .filter_map(|d| d.split_once(':'))
            .filter(|(k, _)| *k == key)
            .map(|(_, v)| v.trim_end_matches("!important").to_owned())
            .next_back()
    };
    let number = |v: &str| {
        v.trim_end_matches(|c: char| !c.is_ascii_digit())
            .parse::<f32>()
            .ok()
    };
    let small = |key: &str, limit: f32| {
        value(key)
            .and_then(|v| number(&v))
            .is_some_and(|n| n <= limit)
    };
    let far = |key: &str| {
        value(key).is_some_and(|v| v.starts_with('-') && number(&v).is_some_and(|n| n <= -200.0))
    };
    let colour = |v: Option<String>| v.map(|v| colour(&v));
    value("display").is_some_and(|v| v == "none")
        || value("visibility").is_some_and(|v| v == "hidden" || v == "collapse")
        || value("mso-hide").is_some_and(|v| v == "all")
        || value("clip").is_some_and(|v| v.starts_with("rect(0"))
        || small("font-size", 2.0) && !value("font-size").is_some_and(|v| v.contains("em"))
        || value("font-size")
            .is_some_and(|v| v.contains("em") && number(&v).is_some_and(|n| n < 0.2))
        || small("opacity", 0.1)
        || (value("overflow").is_some_and(|v| v == "hidden")
            && (small("max-height", 1.0)
                || small("height", 1.0)
                || small("width", 1.0)
                || small("max-width", 1.0)))
        || far("left")
        || far("top")
        || far("text-indent")
        || far("margin-left")
        || matches!(
            (
                colour(value("color").or_else(|| attribute(tag, "color"))),
                colour(value("background-color").or_else(|| value("background")).or_else(|| attribute(tag, "bgcolor")))
                    .unwrap_or_else(|| "white".to_owned()),
            ),
            (Some(front), back) if front == back || (front == "transparent")
        )
}

fn colour(v: &str) -> String {
    let v = v.trim().to_lowercase();
    match v.as_str() {
        "#fff" | "#ffffff" | "white" | "rgb(255,255,255)" | "#fefefe" | "#fdfdfd" | "snow" => {
            "white".to_owned()
        }
        "#000" | "#000000" | "black" | "rgb(0,0,0)" => "black".to_owned(),
        _ => v,
    }
}

pub(super) fn squeeze(style: &str) -> String {
    style
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The offset of the `>` that ends this tag; quoted attribute values may hold one.
pub(super) fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    for (at, c) in rest.char_indices().skip(1) {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') if rest[..at].trim_end().ends_with('=') => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            _ => {}
        }
        if at > 16 * 1024 {
            break;
        }
    }
    // An unterminated quote or tag: end at the first `>` there is.
    rest.find('>').unwrap_or(rest.len())
}

pub(super) fn word(tag: &str) -> String {
    tag.trim_start()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '!' | '?'))
        .take(40)
        .flat_map(char::to_lowercase)
        .collect()
}

pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower[from..].find(name).map(|at| at + from) {
        from = at + name.len();
        let starts = at > 0
            && lower[..at]
                .ends_with(|c: char| c.is_whitespace() || c == '"' || c == '\'' || c == '/');
        let after = lower[from..].trim_start();
        if !starts || !after.starts_with('=') {
            continue;
        }
        let offset = tag.len() - after.len() + 1;
        let value = tag.get(offset..)?.trim_start();
        return Some(entities(match value.chars().next() {
            Some(q @ ('"' | '\'')) => value[1..].split(q).next().unwrap_or(""),
            _ => value
                .split(|c: char| c.is_whitespace() || c == '>')
                .next()
                .unwrap_or(""),
        }));
    }
    None
}

pub(super) fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    let (text, what) = (text.as_bytes(), what.as_bytes());
    text.windows(what.len())
        .position(|w| w.eq_ignore_ascii_case(what))
}
