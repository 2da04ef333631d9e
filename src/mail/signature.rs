//! Where a letter ends: closings, names, cards, device lines and small print.

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

/// In octets, with room for capitals that take more of them.
const LONGEST_CLOSING: usize = 48;

/// Whether this line is a closing, such as “Best,” or “Viele Grüße”.
pub(crate) fn is_closing(line: &str) -> bool {
    let bare = line
        .trim()
        .trim_end_matches([',', '.', '!', '-', '–', '—', ' ', ':']);
    bare.len() <= LONGEST_CLOSING && CLOSINGS.contains(&bare.to_lowercase().as_str())
}

/// Whether this line is a closing with the name on it: “Kind regards, Alex”.
pub(crate) fn is_closing_with_name(line: &str) -> bool {
    line.split_once([',', '!', '-', '–', '—'])
        .is_some_and(|(closing, name)| is_closing(closing) && is_name_line(name))
}

/// At most four words without digits, as a name below a letter is.
fn is_name_line(line: &str) -> bool {
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
pub(super) fn without_signature<'a>(lines: &[&'a str]) -> Vec<&'a str> {
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

pub(super) fn without_notices<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        let bare = line.trim();
        if bare.len() < 80 {
            let lower = bare.to_lowercase();
            if DEVICE_LINES.iter().any(|d| lower.starts_with(d)) {
                at += 1;
                continue;
            }
        }
        let fresh = kept.last().is_none_or(|l: &&str| l.trim().is_empty());
        if fresh && !bare.is_empty() {
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
