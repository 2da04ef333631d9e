//! What the introducer's answer to a note says: one clear word, in any of our languages.

use crate::introduction::{Introduction, Party};
use crate::letter::names;
use std::collections::BTreeSet;

/// What a reply asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    Ask,
    Send,
    /// `back` and `cancel` alike put the message into Drafts.
    Back,
    Remind,
    Said {
        party: usize,
        yes: bool,
    },
}

impl Word {
    /// The English word for it, as the commands and templates say it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Send => "send",
            Self::Back => "back",
            Self::Remind => "remind",
            Self::Said { yes: true, .. } => "yes",
            Self::Said { yes: false, .. } => "no",
        }
    }
}

/// The one clear word of a reply. Below it only a greeting, the introducer's own name or a device
/// line may stand: “send”, and two lines on “but not before Monday”, is nothing clear.
pub(super) fn word(own_words: &str, introduction: &Introduction) -> Option<Word> {
    let mut lines = own_words.lines().map(str::trim).filter(|l| !l.is_empty());
    let line = lines.next()?;
    let own: BTreeSet<String> = introduction
        .from
        .name
        .iter()
        .flat_map(|n| tokens(n))
        .chain(tokens(introduction.from.address.local()))
        .collect();
    if !lines.all(|l| says_nothing(l, &own)) {
        return None;
    }
    // A question or a doubt is no order.
    if line.contains('?') || line.contains('…') || line.contains("...") {
        return None;
    }
    let words: Vec<String> = tokens(line)
        .into_iter()
        .filter(|w| !POLITE.contains(&w.as_str()))
        .collect();
    match words.as_slice() {
        [one] => command(one),
        [first, rest @ ..] | [rest @ .., first] if rest.len() <= 4 && affirms(first).is_some() => {
            said(rest, affirms(first)?, introduction)
        }
        [name @ .., last] if name.len() <= 4 => said(name, affirms(last)?, introduction),
        _ => None,
    }
}

/// The one party that these words name, and no other.
fn said(name: &[String], yes: bool, introduction: &Introduction) -> Option<Word> {
    let called = |p: &Party| {
        let full: Vec<String> = p.name.iter().flat_map(|n| tokens(n)).collect();
        let known = |w: &String| {
            full.contains(w)
                || (w.chars().count() >= 3 && full.iter().any(|f| f.starts_with(w.as_str())))
        };
        let spoken: Vec<&String> = name
            .iter()
            .filter(|w| !TITLES.contains(&w.as_str()))
            .collect();
        !spoken.is_empty() && spoken.into_iter().all(known)
    };
    let exact = |p: &Party| {
        let full: Vec<String> = p.name.iter().flat_map(|n| tokens(n)).collect();
        !full.is_empty() && name.iter().all(|w| full.contains(w))
    };
    let all: Vec<usize> = (0..introduction.parties.len()).collect();
    let find = |f: &dyn Fn(&Party) -> bool| -> Vec<usize> {
        all.iter()
            .copied()
            .filter(|n| introduction.parties.get(*n).is_some_and(f))
            .collect()
    };
    // “Ann yes” means Ann, though Anna stands beside her.
    let parties = match find(&exact) {
        found if found.len() == 1 => found,
        _ => find(&called),
    };
    match parties.as_slice() {
        [party] => Some(Word::Said { party: *party, yes }),
        _ => None,
    }
}

/// Lower case, without accents and punctuation: what a thumb types.
fn tokens(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || names::is_mark(c)))
        .map(|w| {
            w.chars()
                .flat_map(char::to_lowercase)
                .flat_map(plain)
                .collect::<String>()
        })
        .filter(|w| !w.is_empty())
        .collect()
}

/// The letter that a hurried hand writes in its place.
fn plain(c: char) -> impl Iterator<Item = char> {
    let text: &'static str = match c {
        'á' | 'à' | 'â' | 'ã' | 'å' | 'ā' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ó' | 'ò' | 'ô' | 'õ' | 'ø' => "o",
        'ö' => "oe",
        'ß' => "ss",
        'ś' | 'š' => "s",
        'ú' | 'ù' | 'û' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    };
    let own = text.is_empty().then_some(c).filter(|c| !names::is_mark(*c));
    text.chars().chain(own)
}

const POLITE: &[&str] = &[
    "please", "pls", "thanks", "thx", "bitte", "danke", "merci", "svp", "stp", "gracias",
    "obrigado", "obrigada", "grazie", "prego", "graag", "bedankt", "now", "jetzt", "ya", "subito",
];

const TITLES: &[&str] = &[
    "dr", "prof", "herr", "frau", "mr", "mrs", "ms", "madame", "monsieur", "sra", "sr", "signora",
    "signor", "mevrouw", "meneer", "senhor", "senhora",
];

fn says_nothing(line: &str, own: &BTreeSet<String>) -> bool {
    const DEVICE: &[&str] = &[
        "sent from",
        "von meinem",
        "gesendet von",
        "envoye de",
        "envoye depuis",
        "enviado de",
        "enviado desde",
        "enviado do",
        "inviato da",
        "verzonden",
        "verstuurd vanaf",
        "get outlook",
    ];
    const FAREWELL: &[&str] = &[
        "best",
        "regards",
        "cheers",
        "thanks",
        "thank",
        "you",
        "kind",
        "all",
        "the",
        "gruss",
        "gruesse",
        "viele",
        "liebe",
        "beste",
        "freundliche",
        "lg",
        "vg",
        "danke",
        "merci",
        "cordialement",
        "bien",
        "a",
        "toi",
        "vous",
        "saludos",
        "un",
        "saludo",
        "abrazo",
        "gracias",
        "abraco",
        "um",
        "obrigado",
        "obrigada",
        "saluti",
        "grazie",
        "ciao",
        "groet",
        "groeten",
        "groetjes",
        "met",
        "vriendelijke",
        "mit",
        "freundlichen",
        "gruessen",
        "bedankt",
    ];
    let words = tokens(line);
    let flat = words.join(" ");
    DEVICE.iter().any(|d| flat.starts_with(d))
        || words
            .iter()
            .all(|w| own.contains(w) || FAREWELL.contains(&w.as_str()))
}

fn command(word: &str) -> Option<Word> {
    match word {
        "ask" | "fragen" | "frag" | "frage" | "nachfragen" | "preguntar" | "pregunta"
        | "pregunte" | "demander" | "demande" | "demandez" | "perguntar" | "pergunte"
        | "pergunta" | "chiedi" | "chiedere" | "chieda" | "vraag" | "vragen" => Some(Word::Ask),
        "send" | "senden" | "sende" | "abschicken" | "enviar" | "envia" | "envie" | "envoyer"
        | "envoie" | "envoyez" | "mandar" | "invia" | "inviare" | "invii" | "verstuur"
        | "versturen" | "verzenden" | "stuur" => Some(Word::Send),
        "back" | "zurueck" | "zuruck" | "zurueckholen" | "devolver" | "devuelve" | "atras"
        | "recuperar" | "retour" | "reprendre" | "rends" | "voltar" | "devolve" | "indietro"
        | "riprendere" | "terug" | "terughalen" | "cancel" | "abbrechen" | "abbruch"
        | "cancelar" | "cancela" | "anular" | "annuler" | "annule" | "annulla" | "annullare"
        | "annuleren" | "annuleer" => Some(Word::Back),
        "remind" | "erinnern" | "erinnere" | "recordar" | "recuerda" | "recordatorio"
        | "rappeler" | "rappelle" | "relancer" | "relance" | "lembrar" | "lembre" | "lembra"
        | "ricorda" | "ricordare" | "ricordi" | "herinner" | "herinneren" => Some(Word::Remind),
        _ => None,
    }
}

fn affirms(word: &str) -> Option<bool> {
    match word {
        "yes" | "ja" | "si" | "oui" | "sim" => Some(true),
        "no" | "nein" | "non" | "nao" | "nee" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
#[path = "spoken_tests.rs"]
mod tests;
