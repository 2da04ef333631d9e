//! Which language a text is written in.

use super::hash::Table;
use std::sync::LazyLock;

/// No small word has more octets, in any case.
const LONGEST: usize = 24;

/// The commonest small words of the languages that the cues know; no word stands in two lists
/// that are easily confused.
const SMALL_WORDS: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "the", "and", "you", "to", "of", "is", "that", "for", "with", "this", "have", "are",
            "from", "your", "would", "will", "both", "i", "we", "my", "about", "here", "who", "it",
            "be", "has", "thanks", "dear", "hi", "hello", "meet", "best", "two",
        ],
    ),
    (
        "de",
        &[
            "und", "der", "die", "das", "ich", "ist", "nicht", "euch", "ihr", "sie", "mit", "für",
            "auf", "ein", "eine", "den", "dem", "von", "zu", "wir", "dir", "dich", "auch", "aus",
            "bei", "liebe", "lieber", "hallo", "grüße", "einander", "beide", "beiden", "gerne",
            "hat", "wie",
        ],
    ),
    (
        "fr",
        &[
            "le", "les", "des", "et", "vous", "je", "est", "que", "pour", "dans", "une", "un",
            "qui", "avec", "sur", "pas", "nous", "mon", "ma", "bonjour", "cher", "chère", "deux",
            "te", "tu", "au", "ce", "cette", "du", "à", "très", "votre", "merci", "mes",
        ],
    ),
    (
        "es",
        &[
            "el", "los", "las", "y", "que", "en", "una", "un", "con", "para", "por", "os", "es",
            "hola", "su", "mi", "muy", "te", "como", "pero", "del", "al", "querido", "querida",
            "ustedes", "vosotros", "gracias", "saludos", "está", "quería", "sobre", "lo", "se",
            "mucho",
        ],
    ),
    (
        "pt",
        &[
            "o", "os", "e", "que", "em", "uma", "um", "com", "para", "por", "não", "olá", "vocês",
            "você", "muito", "do", "da", "dos", "das", "no", "na", "ao", "se", "caro", "cara",
            "obrigado", "está", "são", "mas", "meu", "minha", "abraço", "oi", "eu",
        ],
    ),
    (
        "it",
        &[
            "il", "lo", "gli", "e", "che", "di", "un", "una", "con", "per", "vi", "ti", "è",
            "ciao", "non", "sono", "molto", "della", "del", "mi", "si", "come", "anche", "cari",
            "caro", "cara", "grazie", "più", "nel", "dei", "ho", "da", "alla", "questo",
        ],
    ),
    (
        "nl",
        &[
            "de", "het", "een", "en", "van", "ik", "je", "jullie", "is", "dat", "met", "voor",
            "op", "niet", "aan", "hallo", "beste", "hoi", "ook", "zijn", "naar", "bij", "mijn",
            "elkaar", "wil", "graag", "maar", "groet", "groeten", "die", "heeft", "twee", "dag",
        ],
    ),
];

/// The small words, and in which of the lists each stands, one bit a language.
static LISTS: LazyLock<Table<&'static str, u8>> = LazyLock::new(|| {
    let mut lists: Table<&'static str, u8> = Table::default();
    for (at, (_, words)) in SMALL_WORDS.iter().enumerate() {
        for word in *words {
            *lists.entry(word).or_default() |= 1 << at;
        }
    }
    lists
});

/// ISO 639-1 of a text; `en` when it cannot be told.
///
/// Small words decide first: short letters full of names lead a model of letter groups astray.
#[must_use]
pub fn language_of(text: &str) -> &'static str {
    let mut counts = [0usize; 7];
    let mut total = 0usize;
    let mut lower = String::new();
    for word in text
        .split(|c: char| !c.is_alphabetic() && c != '\'')
        .filter(|w| !w.is_empty())
        .take(400)
    {
        total += 1;
        if word.len() > LONGEST {
            continue;
        }
        let word = if word.bytes().all(|b| b.is_ascii_lowercase()) {
            word
        } else {
            lower.clear();
            lower.extend(word.chars().flat_map(char::to_lowercase));
            &lower
        };
        if let Some(lists) = LISTS.get(word) {
            for (at, count) in counts.iter_mut().enumerate() {
                *count += usize::from(lists >> at & 1);
            }
        }
    }
    let best = counts.iter().enumerate().max_by_key(|(_, n)| **n);
    let second = |best: usize| {
        counts
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != best)
            .map(|(_, n)| *n)
            .max()
            .unwrap_or_default()
    };
    if let Some((i, &n)) = best
        && n >= 2
        && n * 10 >= total
        && n > second(i)
    {
        return SMALL_WORDS.get(i).map_or("en", |(code, _)| code);
    }
    if total >= 8
        && let Some(info) = whatlang::detect(text)
        && info.is_reliable()
    {
        return iso_639_1(info.lang());
    }
    match best {
        Some((i, &n)) if n > second(i) => SMALL_WORDS.get(i).map_or("en", |(code, _)| code),
        _ => "en",
    }
}

fn iso_639_1(lang: whatlang::Lang) -> &'static str {
    use whatlang::Lang;
    match lang {
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Nld => "nl",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "nb",
        Lang::Fin => "fi",
        Lang::Pol => "pl",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Cat => "ca",
        Lang::Tur => "tr",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bul => "bg",
        Lang::Ell => "el",
        Lang::Heb => "he",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Cmn => "zh",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        _ => "en",
    }
}
