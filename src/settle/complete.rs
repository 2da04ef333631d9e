//! Whether a draft looks as if its writer had put down the pen.

use crate::mail::text::{is_closing, is_closing_with_name, own_words};
use crate::mail::{Message, Oddity};

/// What is missing, as a sentence; `None` when nothing is.
pub(super) fn gap(draft: &Message) -> Option<&'static str> {
    if draft.odd.iter().any(|o| matches!(o, Oddity::BadAddress(_))) {
        return Some("one of its addresses cannot be read");
    }
    if draft.visible().next().is_none() {
        return Some("it is not addressed to anybody yet");
    }
    let text = own_words(draft);
    if text.trim().is_empty() {
        return Some("there is no text in it yet");
    }
    if has_placeholder(&text) || has_placeholder(&draft.subject) {
        return Some("there is a gap in it still to be filled in");
    }
    if promises_attachment(&text) && !has_attachment(draft) {
        return Some("it speaks of an attachment, and there is none");
    }
    if is_greeting_only(&text) {
        return Some("there is only a greeting in it yet");
    }
    if !has_end(draft, &text) {
        return Some("its text has no end yet");
    }
    None
}

/// What people write in brackets where something is still to come; the first word of it.
const TO_COME: &[&str] = &[
    "todo",
    "tbd",
    "tba",
    "tk",
    "xx",
    "xxx",
    "link",
    "links",
    "url",
    "insert",
    "add",
    "fill",
    "name",
    "names",
    "firstname",
    "lastname",
    "first",
    "last",
    "date",
    "time",
    "company",
    "title",
    "role",
    "number",
    "phone",
    "email",
    "address",
    "describe",
    "description",
    "bio",
    "blurb",
    "website",
    "linkedin",
    "video",
    "deck",
    "photo",
    "calendly",
    "your",
    "their",
    "something",
    "more",
    "check",
    "placeholder",
    "attach",
    "attachment",
    "city",
    "topic",
    "reason",
    "why",
    "detail",
    "details",
    "…",
    "nom",
    "prénom",
    "lien",
    "nombre",
    "enlace",
    "nome",
    "naam",
    "datum",
    "einfügen",
    "ergänzen",
    "vorname",
    "firma",
    "compléter",
    "insertar",
    "inserir",
    "inserire",
    "invullen",
];

fn has_placeholder(text: &str) -> bool {
    let words = || {
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|w| !w.is_empty())
    };
    if words().any(|w| {
        matches!(w, "TODO" | "TBD" | "TBC" | "FIXME" | "TKTK" | "XXXX")
            || w.len() > 2 && w.bytes().all(|b| b == b'_')
    }) {
        return true;
    }
    // “XXX” below a name is a kiss.
    let last = text.trim_end().lines().last().unwrap_or_default();
    let before_last = text.trim_end().strip_suffix(last).unwrap_or(text);
    let kiss = last.split_whitespace().count() <= 3;
    if before_last
        .split(|c: char| !c.is_alphanumeric())
        .any(|w| w == "XXX")
        || (!kiss
            && last
                .split(|c: char| !c.is_alphanumeric())
                .any(|w| w == "XXX"))
    {
        return true;
    }
    let lower = text.to_lowercase();
    if lower.contains("lorem ipsum")
        || lower.contains("???")
        || between(&lower, "{{", "}}").next().is_some()
        || between(&lower, "${", "}").next().is_some()
        || between(&lower, "<<", ">>").next().is_some()
        || between(&lower, "{%", "%}").next().is_some()
    {
        return true;
    }
    between(&lower, "[", "]").any(is_to_come)
        || between(&lower, "<", ">").any(is_to_come)
        || between(&lower, "{", "}").any(|inside| {
            is_to_come(inside)
                || (inside.len() <= 24
                    && inside.chars().all(|c| c.is_alphabetic() || c == '_')
                    && !inside.is_empty())
        })
}

/// Whether the words within brackets stand for something still to come.
fn is_to_come(inside: &str) -> bool {
    let inside = inside.trim();
    if inside.chars().count() > 60 || inside.contains('@') || inside.contains("://") {
        return false;
    }
    let first = inside
        .split(|c: char| !c.is_alphanumeric() && c != '…')
        .find(|w| !w.is_empty())
        .unwrap_or_default();
    inside
        .chars()
        .all(|c| matches!(c, '.' | '_' | '?' | '…' | ' '))
        && inside.chars().any(|c| c != ' ')
        || TO_COME.contains(&first)
}

/// What stands between two marks on one line.
fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().flat_map(move |line| {
        line.split(open)
            .skip(1)
            .filter_map(move |rest| rest.split_once(close).map(|(inside, _)| inside))
    })
}

/// Words that promise a file.
const ATTACHED: &[&str] = &[
    "attached",
    "attaching",
    "attachment",
    "attachments",
    "enclosed",
    "i attach",
    "i've attached",
    "im anhang",
    "angehängt",
    "angehaengt",
    "anbei",
    "beigefügt",
    "beiliegend",
    "als anhang",
    "hänge",
    "ci-joint",
    "ci-jointe",
    "ci-joints",
    "pièce jointe",
    "pièces jointes",
    "en pj",
    "je joins",
    "adjunto",
    "adjunta",
    "adjuntos",
    "adjuntas",
    "adjuntar",
    "em anexo",
    "anexo",
    "anexei",
    "segue anexo",
    "in allegato",
    "allegato",
    "allegata",
    "allegati",
    "allego",
    "bijgevoegd",
    "bijlage",
    "als bijlage",
];

/// The same words in another sense.
const NOT_A_FILE: &[&str] = &[
    "attached to",
    "strings attached",
    "unattached",
    "get attached",
    "emotionally attached",
    "grown attached",
    "no attachment",
    "without attachment",
    "attachment to",
    "attachment theory",
    "attachment style",
];

fn promises_attachment(text: &str) -> bool {
    let mut lower = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
        .replace('’', "'");
    for other in NOT_A_FILE {
        lower = lower.replace(other, " ");
    }
    ATTACHED.iter().any(|promise| {
        lower.match_indices(promise).any(|(at, found)| {
            let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            is_edge(lower.get(..at).and_then(|t| t.chars().next_back()))
                && is_edge(lower.get(at + found.len()..).and_then(|t| t.chars().next()))
        })
    })
}

/// A picture of the signature is no attachment; a picture attached on purpose is one.
fn has_attachment(draft: &Message) -> bool {
    draft.attachments.iter().any(|a| {
        let signature = a.content_type.starts_with("application/pgp-")
            || a.content_type.ends_with("pkcs7-signature");
        let logo = a.inline && a.content_type.starts_with("image/");
        !signature && !logo
    })
}

/// A greeting, perhaps a closing, and nothing between them.
fn is_greeting_only(text: &str) -> bool {
    let mut lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    if lines.first().is_some_and(|l| {
        l.ends_with([',', ':', '!', '-', '–', '—'])
            || l.split_whitespace().count() <= 6 && !l.ends_with(['.', '?'])
    }) {
        lines.remove(0);
    }
    while lines.last().is_some_and(|l| {
        is_closing(l)
            || is_closing_with_name(l)
            || (l.split_whitespace().count() <= 2 && !l.ends_with(['.', '!', '?']))
    }) {
        lines.pop();
    }
    lines
        .iter()
        .map(|l| l.split_whitespace().count())
        .sum::<usize>()
        < 2
}

/// A closing, a signature, a name, or a last full sentence.
fn has_end(draft: &Message, text: &str) -> bool {
    if draft.text.lines().any(|l| l == "-- ") {
        return true;
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let Some(last) = lines.iter().rposition(|l| !l.is_empty()) else {
        return false;
    };
    let line = lines.get(last).copied().unwrap_or_default();
    if is_closing(line) || is_closing_with_name(line) {
        return true;
    }
    let bare = line.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '*', '_']);
    if bare.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।']) || ends_in_a_smile(line)
    {
        return true;
    }
    is_signed(
        draft,
        line,
        last.checked_sub(1).and_then(|i| lines.get(i)).copied(),
    )
}

fn ends_in_a_smile(line: &str) -> bool {
    line.chars()
        .next_back()
        .is_some_and(|c| c as u32 >= 0x1F300 || matches!(c, '☺' | '♥' | '❤' | '\u{fe0f}'))
        || [":)", ":-)", ";)", ";-)", ":D", "<3"]
            .iter()
            .any(|s| line.ends_with(s))
}

/// Whether the last line is the writer's name, alone or after a dash.
fn is_signed(draft: &Message, line: &str, before: Option<&str>) -> bool {
    let name = line.trim_matches(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = name.split_whitespace().collect();
    if words.is_empty() || words.len() > 4 {
        return false;
    }
    let own = draft
        .from
        .first()
        .and_then(|p| p.name.as_deref())
        .unwrap_or_default()
        .to_lowercase();
    let own: Vec<&str> = own.split_whitespace().collect();
    let lower = name.to_lowercase();
    if lower.split_whitespace().all(|w| own.contains(&w)) {
        return true;
    }
    // An initial, or a name that the From field does not know, on a line of its own.
    let initial =
        words.len() == 1 && name.chars().count() <= 2 && own.iter().any(|o| o.starts_with(&lower));
    let alone = before.is_none_or(|b| b.is_empty() || is_closing(b));
    let capital = words.iter().all(|w| {
        w.chars().next().is_some_and(char::is_uppercase)
            && w.chars()
                .all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\''))
    });
    let common = matches!(
        words.first().copied(),
        Some("I" | "The" | "A" | "He" | "She" | "They" | "We" | "You" | "And" | "But" | "So")
    );
    alone && (initial || (capital && !common && words.len() <= 3))
}
