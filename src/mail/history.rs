//! Quoted lines, the lines that introduce them, and copied or forwarded messages.

/// Takes out quoted lines and what introduces them, and everything from a forwarded or copied
/// message on.
pub(super) fn without_history<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        if is_quoted(line) {
            drop_attribution(&mut kept);
            at += rest
                .iter()
                .take_while(|l| is_quoted(l) || l.trim().is_empty())
                .count();
            kept.push("");
        } else if begins_copy(rest) {
            // The name and the date that some programs put above it go too.
            drop_attribution(&mut kept);
            break;
        } else if let Some(length) = attribution(rest) {
            let after = rest.get(length..).unwrap_or_default();
            let quoted = after
                .iter()
                .find(|l| !l.trim().is_empty())
                .is_some_and(|l| is_quoted(l));
            if !quoted {
                // The quoted text below carries no marks: nothing after it is surely ours.
                break;
            }
            at += length;
        } else {
            kept.push(line);
            at += 1;
        }
    }
    kept
}

/// Whether this line is quoted: `>`, or the `|` some programs use with a blank after it.
fn is_quoted(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('>') && !line.starts_with(">>>>>>>>")
}

/// Takes a line like “Jo wrote on Monday:” off the end, with the empty lines after it.
fn drop_attribution(kept: &mut Vec<&str>) {
    while kept.last().is_some_and(|l| l.trim().is_empty()) {
        kept.pop();
    }
    // Some programs break it over two lines, some over three.
    for length in 1..=3usize.min(kept.len()) {
        let tail = kept.get(kept.len() - length..).unwrap_or_default();
        if tail.iter().any(|l| l.trim().is_empty()) {
            break;
        }
        let whole = tail.join(" ");
        if whole.trim_end().ends_with(':') && looks_like_attribution(&whole) {
            kept.truncate(kept.len() - length);
            break;
        }
    }
}

/// The verbs with which mail programs introduce a quotation.
const WROTE: &[&str] = &[
    "wrote",
    "writes",
    "schrieb",
    "schreibt",
    "a écrit",
    "escribió",
    "escribio",
    "escreveu",
    "ha scritto",
    "schreef",
    "skrev",
    "napisał",
    "írta",
    "kirjoitti",
    "geschreven",
];

fn looks_like_attribution(whole: &str) -> bool {
    let lower = whole.to_lowercase();
    let has_digit = lower.bytes().any(|b| b.is_ascii_digit());
    (WROTE.iter().any(|w| lower.contains(w))
        && (has_digit || lower.contains('@') || lower.len() < 80))
        || (lower.contains('@') && has_digit)
}

/// The number of lines of an attribution that begins here, such as “On Tue, 3 Nov 2026, Jo wrote:”.
fn attribution(rest: &[&str]) -> Option<usize> {
    let first = rest.first()?.trim();
    let lower = first.to_lowercase();
    let opens = ["on ", "am ", "le ", "el ", "em ", "il ", "op ", "den "]
        .iter()
        .any(|w| lower.starts_with(w))
        || lower.contains('@')
        || first.starts_with(|c: char| c.is_ascii_digit());
    if !opens {
        return None;
    }
    let mut whole = String::new();
    for (i, line) in rest.iter().take(3).enumerate() {
        let line = line.trim();
        if line.is_empty() {
            return None;
        }
        whole.push_str(line);
        whole.push(' ');
        let lower = whole.to_lowercase();
        let ends = lower.trim_end().trim_end_matches(':').trim_end();
        if lower.trim_end().ends_with(':')
            && WROTE
                .iter()
                .any(|w| ends.ends_with(w) || lower.contains(&format!("{w} am ")))
            && lower.bytes().any(|b| b.is_ascii_digit())
        {
            return Some(i + 1);
        }
    }
    None
}

/// Lines under which mail programs put a whole copied message.
const COPY_MARKS: &[&str] = &[
    "original message",
    "original appointment",
    "forwarded message",
    "forwarded by",
    "begin forwarded message",
    "ursprüngliche nachricht",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten",
    "message d'origine",
    "message original",
    "message transféré",
    "début du message transféré",
    "mensaje original",
    "mensaje reenviado",
    "mensagem original",
    "mensagem encaminhada",
    "messaggio originale",
    "messaggio inoltrato",
    "oorspronkelijk bericht",
    "doorgestuurd bericht",
    "inizio messaggio inoltrato",
];

/// The names of fields as mail programs write them above a copied message, lower case.
const COPIED_FIELDS: &[&str] = &[
    "from:",
    "to:",
    "cc:",
    "sent:",
    "date:",
    "subject:",
    "sent by:",
    "reply-to:",
    "von:",
    "gesendet:",
    "an:",
    "betreff:",
    "datum:",
    "de :",
    "de:",
    "envoyé :",
    "envoyé:",
    "à :",
    "à:",
    "objet :",
    "objet:",
    "date :",
    "enviado:",
    "enviado el:",
    "para:",
    "asunto:",
    "fecha:",
    "assunto:",
    "data:",
    "enviada em:",
    "enviado em:",
    "da:",
    "inviato:",
    "a:",
    "oggetto:",
    "van:",
    "verzonden:",
    "aan:",
    "onderwerp:",
    "cc :",
];

/// Whether a forwarded or copied message begins with these lines.
fn begins_copy(rest: &[&str]) -> bool {
    let Some(first) = rest.first() else {
        return false;
    };
    let line = first.trim();
    if line.is_empty() {
        return false;
    }
    let lower = line.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphabetic());
    let ruled = line.starts_with("--") || line.starts_with("__") || line.ends_with("--");
    if COPY_MARKS.iter().any(|mark| {
        bare == *mark
            || (ruled && bare.starts_with(mark))
            || (bare.starts_with("begin forwarded") || bare.starts_with("début du message"))
    }) {
        return true;
    }
    if copied_fields(rest) {
        return true;
    }
    // Outlook's rule, then the fields.
    line.len() >= 20
        && line.bytes().all(|b| b == b'_' || b == b'-')
        && rest
            .iter()
            .enumerate()
            .skip(1)
            .take(3)
            .any(|(i, _)| copied_fields(rest.get(i..).unwrap_or_default()))
}

/// At least three different fields of a copied header within six lines, the first of them here.
fn copied_fields(rest: &[&str]) -> bool {
    let field = |line: &&&str| {
        if !line.contains(':') {
            return None;
        }
        let lower = line.trim().trim_matches('*').to_lowercase();
        let plain = if lower.contains('*') {
            lower.replace('*', "")
        } else {
            String::new()
        };
        COPIED_FIELDS
            .iter()
            .position(|f| lower.starts_with(f) || plain.starts_with(f))
    };
    if rest.first().as_ref().and_then(field).is_none() {
        return false;
    }
    let mut seen: Vec<usize> = rest.iter().take(7).filter_map(|l| field(&l)).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() >= 3
}
