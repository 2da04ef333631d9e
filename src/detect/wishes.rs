//! What a party wrote to the introducer before: did they ask to be put in touch with this person?

use super::pattern::Book;
use super::people::People;
use super::words::{Sentence, Word, sentences};
use crate::mail::Address;
use std::sync::LazyLock;

/// A wish found in somebody's words.
pub(crate) struct Wish {
    /// The sentence, as written, shortened.
    pub quote: String,
    /// The whole name stands there, not a first or last name alone.
    pub whole_name: bool,
}

/// Words that ask to be put in touch with the person called P, or agree to it.
const WISHES: &[&str] = &[
    "introduce|connect|e-introduce me|us .. P",
    "introduce|connect P .. to|with|and me|us",
    "introduced|connected to|with .. P",
    "put|get|bring me|us in touch|contact with .. P",
    "put P .. in touch|contact with me|us",
    "introduction|intro|connection to|with|for .. P",
    "love|like|want|wanted|happy|glad|keen|delighted|pleased|interested|hoping|grateful|eager|honoured|honored ?to|in ?be ?get ?to meet|meeting|talk|talking|speak|speaking|know|chat|chatting|touch|contact|connect|connecting .. P",
    "ask P if|whether|to .. me|us",
    "give|pass|send P my|our email|address|number|details|contact|card",
    "mich|uns ?bitte ?doch ?mal .. P .. vorstellen|bekannt|verbinden|kontakt|zusammenbringen|vernetzen",
    "stell|stelle|stellst mich|uns|du .. P .. vor",
    "kontakt|verbindung zu|mit .. P",
    "gern|gerne|gerne ?auch P .. kennenlernen|sprechen|kennen|treffen",
    "me|nous présenter|présente|mettre .. P",
    "en contact|relation avec .. P",
    "presentarme|presentarnos|ponerme|ponernos|conectarme .. P",
    "me|nos presentas|presentes|presentarías|presentar|pones|pongas|poner .. P",
    "en contacto con .. P",
    "apresentar|apresentas|apresente|apresentar-me .. P",
    "em|en contato|contacto com .. P",
    "presentarmi|presentarci|mettermi|metterci .. P",
    "mi|ci presenti|presenteresti|presentare|metti|metteresti .. P",
    "in contatto con .. P",
    "mij|me|ons .. aan P .. voorstellen|voor",
    "in contact met|brengen .. P",
];

/// Words with which the introducer offers it; a plain yes to them is a wish too (N9).
const OFFERS: &[&str] = &[
    "introduce|connect you .. P",
    "put you in touch|contact with .. P",
    "introduction|intro to .. P",
    "like|love you to meet P",
    "dich|sie|ihnen|dir .. P .. vorstellen|bekannt|kontakt",
    "te|vous présenter|présente|mettre .. P",
    "presentarte|presentarle|presentarvi|presentarti|apresentar .. P",
    "je|u .. aan P .. voorstellen",
];

/// Words beside which a wish is none.
const AGAINST: &[&str] = &[
    "don't",
    "not",
    "no",
    "never",
    "rather",
    "without",
    "thanks",
    "thank",
    "introduced",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "danke",
    "nie",
    "pas",
    "merci",
    "jamais",
    "nunca",
    "gracias",
    "não",
    "obrigado",
    "obrigada",
    "non",
    "grazie",
    "mai",
    "niet",
    "geen",
    "bedankt",
    "if",
    "unless",
    "falls",
    "si",
    "se",
    "colleague",
];

static WISH: LazyLock<Book> = LazyLock::new(|| Book::new(WISHES.iter().copied()));
static OFFER: LazyLock<Book> = LazyLock::new(|| Book::new(OFFERS.iter().copied()));

/// Finds a wish for contact with this person in somebody's own words.
pub(crate) fn wish(text: &str, about: &Address, name: Option<&str>) -> Option<Wish> {
    find(&WISH, text, about, name, true)
}

/// Finds an offer of contact with this person in the introducer's quoted words.
pub(crate) fn offer(text: &str, about: &Address, name: Option<&str>) -> Option<Wish> {
    find(&OFFER, text, about, name, false)
}

fn find(book: &Book, text: &str, about: &Address, name: Option<&str>, plain: bool) -> Option<Wish> {
    let people = People::alone(about, name, text);
    sentences(text, &people).iter().find_map(|sentence| {
        let words = &sentence.words;
        // “be introduced to Jordan” is a wish, “you introduced me” is the past.
        let spoilt =
            |word: &Word| matches!(word, Word::Plain(text) if AGAINST.contains(&text.as_str()));
        let hit = book.find(words).into_iter().find(|hit| {
            !plain
                || !words.iter().enumerate().any(|(i, w)| {
                    spoilt(w)
                        && !(w.is("introduced")
                            && i >= hit.from
                            && i > 0
                            && words.get(i - 1).is_some_and(|b| b.is("be")))
                })
        })?;
        let _ = hit;
        Some(Wish {
            whole_name: names_whole(text, name, sentence),
            quote: shorten(text, sentence),
        })
    })
}

/// Whether first and last name stand side by side in the text.
fn names_whole(text: &str, name: Option<&str>, _sentence: &Sentence) -> bool {
    let Some(name) = name else {
        return false;
    };
    let flat = |t: &str| {
        t.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    name.split_whitespace().count() > 1 && flat(text).contains(&flat(name))
}

/// The line of the text where the sentence stands, at most 140 characters.
fn shorten(text: &str, sentence: &Sentence) -> String {
    let longest = sentence
        .words
        .iter()
        .filter_map(|w| match w {
            Word::Plain(t) if t.chars().count() > 3 => Some(t.as_str()),
            _ => None,
        })
        .max_by_key(|t| t.len())
        .unwrap_or_default();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let piece = flat
        .split_inclusive(['.', '!', '?'])
        .find(|s| s.to_lowercase().contains(longest))
        .unwrap_or(&flat)
        .trim();
    if piece.chars().count() <= 140 {
        piece.to_owned()
    } else {
        format!(
            "{}…",
            piece.chars().take(139).collect::<String>().trim_end()
        )
    }
}
