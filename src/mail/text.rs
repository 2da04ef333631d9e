//! What the writer wrote: without quotes, attribution lines and signature.

use super::Message;

/// The writer's own words in a message they composed (an introduction, a draft): greeting and
/// closing included, quoted and forwarded parts, signature block and device lines left out.
#[must_use]
pub fn own_words(message: &Message) -> String {
    let lines: Vec<&str> = message.text.lines().collect();
    let lines = without_history(&lines);
    let lines = without_signature(&lines);
    let lines = without_notices(&lines);
    joined(&lines)
}

/// Takes out quoted lines and what introduces them, and everything from a forwarded or copied
/// message on.
fn without_history<'a>(lines: &[&'a str]) -> Vec<&'a str> {
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
pub(crate) fn is_quoted(line: &str) -> bool {
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
        let lower = line.trim().trim_matches('*').to_lowercase();
        COPIED_FIELDS
            .iter()
            .position(|f| lower.starts_with(f) || lower.replace('*', "").starts_with(f))
    };
    if rest.first().as_ref().and_then(field).is_none() {
        return false;
    }
    let mut seen: Vec<usize> = rest.iter().take(7).filter_map(|l| field(&l)).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() >= 3
}

/// Closings after which only the name and the signature follow; lower case, without the comma.
const CLOSINGS: &[&str] = &[
    "best",
    "all the best",
    "best wishes",
    "best regards",
    "kind regards",
    "warm regards",
    "warmest regards",
    "regards",
    "with kind regards",
    "many thanks",
    "thanks",
    "thanks again",
    "thank you",
    "thanks so much",
    "thx",
    "cheers",
    "warmly",
    "sincerely",
    "sincerely yours",
    "yours",
    "yours truly",
    "yours sincerely",
    "yours faithfully",
    "yours ever",
    "love",
    "xo",
    "xoxo",
    "take care",
    "talk soon",
    "speak soon",
    "enjoy",
    "have fun",
    "ciao",
    "cordially",
    "respectfully",
    "with best wishes",
    "with warm regards",
    "hugs",
    "so long",
    "good luck",
    "br",
    "rgds",
    "viele grüße",
    "viele gruesse",
    "liebe grüße",
    "liebe gruesse",
    "beste grüße",
    "herzliche grüße",
    "herzlich",
    "mit freundlichen grüßen",
    "mit freundlichen gruessen",
    "mit besten grüßen",
    "gruß",
    "grüße",
    "schöne grüße",
    "herzlichst",
    "lg",
    "vg",
    "mfg",
    "dein",
    "deine",
    "euer",
    "eure",
    "ihr",
    "ihre",
    "danke",
    "alles gute",
    "cordialement",
    "bien cordialement",
    "bien à vous",
    "bien à toi",
    "amicalement",
    "amitiés",
    "bises",
    "merci",
    "à bientôt",
    "sincères salutations",
    "salutations",
    "belle journée",
    "bonne journée",
    "saludos",
    "un saludo",
    "saludos cordiales",
    "un cordial saludo",
    "un abrazo",
    "abrazos",
    "gracias",
    "atentamente",
    "besos",
    "abraço",
    "abraços",
    "um abraço",
    "atenciosamente",
    "cumprimentos",
    "com os melhores cumprimentos",
    "obrigado",
    "obrigada",
    "beijos",
    "saudações",
    "cordiali saluti",
    "distinti saluti",
    "saluti",
    "un saluto",
    "un caro saluto",
    "a presto",
    "un abbraccio",
    "grazie",
    "groet",
    "groeten",
    "groetjes",
    "met vriendelijke groet",
    "met vriendelijke groeten",
    "hartelijke groet",
    "hartelijke groeten",
    "vriendelijke groet",
    "bedankt",
    "liefs",
    "mvg",
    "vriendelijke groeten",
];

/// Whether this line is a closing, such as “Best,” or “Viele Grüße”.
pub(crate) fn is_closing(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    let bare = line.trim_end_matches([',', '.', '!', '-', '–', '—', ' ', ':']);
    CLOSINGS.contains(&bare)
}

/// Whether this line is a closing with the name on it: “Kind regards, Alex”.
pub(crate) fn is_closing_with_name(line: &str) -> bool {
    line.split_once([',', '!', '-', '–', '—'])
        .is_some_and(|(closing, name)| is_closing(closing) && is_name_line(name))
}

/// At most four words without digits, as a name below a letter is.
pub(crate) fn is_name_line(line: &str) -> bool {
    let line = line
        .trim()
        .trim_matches(['-', '–', '—', '~', '/', ' ', '.', '*', ',']);
    let words = line.split_whitespace().count();
    (1..=4).contains(&words)
        && line.len() <= 48
        && line.chars().next().is_some_and(char::is_alphabetic)
        && !line.ends_with(['?', '!', ':', ';'])
        && !line.contains(['@', '/', '|', '<', '>', '(', '[', '{', '_', '='])
        && !line.bytes().any(|b| b.is_ascii_digit())
}

/// Ends the text at a marked signature, or below a closing and the name.
fn without_signature<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let end = lines
        .iter()
        .position(|l| {
            matches!(
                l.trim_end_matches('\r'),
                "-- " | "--" | "—" | "__" | "-- \u{a0}"
            )
        })
        .unwrap_or(lines.len());
    let mut lines: Vec<&str> = lines.get(..end).unwrap_or(lines).to_vec();
    let Some(closing) = lines
        .iter()
        .rposition(|l| is_closing(l) || is_closing_with_name(l))
    else {
        return lines;
    };
    let mut at = closing + 1;
    if !is_closing_with_name(lines.get(closing).copied().unwrap_or_default()) {
        // The name, on the next line that says anything.
        let name = lines
            .iter()
            .enumerate()
            .skip(at)
            .find(|(_, l)| !l.trim().is_empty());
        match name {
            Some((i, line)) if is_name_line(line) => at = i + 1,
            _ => return lines,
        }
    }
    let tail = lines.get(at..).unwrap_or_default();
    let is_postscript = |l: &&str| {
        let l = l.trim().to_lowercase();
        ["ps", "p.s", "p. s", "pps", "n.b", "nb:"]
            .iter()
            .any(|p| l.starts_with(p))
    };
    let postscript: Vec<&str> = tail
        .iter()
        .position(is_postscript)
        .map(|i| tail.get(i..).unwrap_or_default().to_vec())
        .unwrap_or_default();
    let between = tail.len() - postscript.len();
    // A dozen short lines below a name are a card; more, or long ones, are text.
    let card = tail
        .get(..between)
        .unwrap_or_default()
        .iter()
        .filter(|l| !l.trim().is_empty());
    if card.clone().count() <= 12
        && card
            .clone()
            .all(|l| l.len() <= 120 && !l.trim_end().ends_with(['?', '!']))
    {
        lines.truncate(at);
        if !postscript.is_empty() {
            lines.push("");
            lines.extend(postscript);
        }
    }
    lines
}

/// What telephones and mail programs write below a message by themselves.
const DEVICE_LINES: &[&str] = &[
    "sent from my ",
    "sent from outlook",
    "sent from mail for",
    "sent from yahoo",
    "sent from proton",
    "sent via ",
    "sent with ",
    "get outlook for",
    "von meinem ",
    "gesendet von ",
    "gesendet mit ",
    "envoyé de mon",
    "envoyé depuis",
    "envoyé à partir",
    "enviado desde mi",
    "enviado do meu",
    "enviado a partir",
    "inviato da ",
    "verstuurd vanaf",
    "verzonden vanaf",
    "sent on the run",
    "diese nachricht wurde von meinem",
    "obtener outlook",
    "télécharger outlook",
    "scarica outlook",
    "obter o outlook",
];

/// Words of the small print that companies put below every message.
const SMALL_PRINT: &[(&str, &[&str])] = &[
    (
        "confidential",
        &["intended", "recipient", "privileged", "disclos"],
    ),
    ("privileged", &["intended", "recipient"]),
    ("vertraulich", &["empfänger", "adressat", "bestimmt"]),
    ("confidentiel", &["destinataire", "usage"]),
    ("confidencial", &["destinatari"]),
    ("riservat", &["destinatari"]),
    ("vertrouwelijk", &["geadresseerde", "bestemd"]),
    ("viruses", &["attachment", "e-mail", "email"]),
    ("consider the environment", &["print"]),
];

fn without_notices<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        let lower = line.trim().to_lowercase();
        if lower.len() < 80 && DEVICE_LINES.iter().any(|d| lower.starts_with(d)) {
            at += 1;
            continue;
        }
        let fresh = kept.last().is_none_or(|l: &&str| l.trim().is_empty());
        if fresh && !lower.is_empty() {
            let length = lines
                .iter()
                .skip(at)
                .take_while(|l| !l.trim().is_empty())
                .count();
            let paragraph = lines
                .get(at..at + length)
                .unwrap_or_default()
                .join(" ")
                .to_lowercase();
            let small = paragraph.len() > 60
                && SMALL_PRINT.iter().any(|(word, others)| {
                    paragraph.contains(word) && others.iter().any(|o| paragraph.contains(o))
                })
                && SMALL_PRINT_OPENS.iter().any(|o| paragraph.contains(o));
            if small {
                // Nothing that a person wrote follows the small print.
                break;
            }
        }
        kept.push(line);
        at += 1;
    }
    kept
}

/// The small print speaks of the message itself.
const SMALL_PRINT_OPENS: &[&str] = &[
    "this e-mail",
    "this email",
    "this message",
    "this communication",
    "this transmission",
    "confidentiality notice",
    "the information contained",
    "the contents of this",
    "the information in this",
    "diese e-mail",
    "diese nachricht",
    "ce message",
    "ce courriel",
    "este mensaje",
    "este correo",
    "esta mensagem",
    "este e-mail",
    "questo messaggio",
    "questa e-mail",
    "dit bericht",
    "deze e-mail",
    "consider the environment",
    "please think before",
];

/// One text of these lines, with no empty lines at either end and at most one between.
fn joined(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in lines {
        let line = line.trim_end();
        if line.is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('\n');
            gap = false;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}
