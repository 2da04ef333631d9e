//! The words by which the letter room understands what an introduction says, per language.
//!
//! A cue is lower case and matched on whole words; one that ends in `*` matches beginnings.

mod de;
mod en;
mod es;
mod fr;
mod it;
mod nl;
mod pt;

/// One language's words.
#[derive(Debug)]
pub struct Lexicon {
    /// ISO 639-1.
    pub language: &'static str,
    pub and: &'static str,
    /// Whoever is spoken to, and both together.
    pub you: &'static [&'static str],
    /// Formal words for whoever is spoken to, told from others by their capital alone.
    pub you_capital: &'static [&'static str],
    /// What a sentence begins with, or holds, that goes on about somebody named before.
    pub pronouns: &'static [&'static str],
    /// “Jordan, *who* runs a lab”: only where the clause stands as a sentence without the pronoun.
    pub who: &'static [&'static str],
    /// “Jordan, *a* designer” becomes “Jordan *is* a designer”.
    pub articles: &'static [&'static str],
    pub is: &'static str,
    /// Words after a name that show that no new clause begins there.
    pub no_verb: &'static [&'static str],
    /// What may stand before a clause about the next person (“…, *and* Jordan runs …”).
    pub joints: &'static [&'static str],
    /// Greetings that fit one person as well as two, and either gender.
    pub greetings: &'static [&'static str],
    /// Greetings that are said to friends.
    pub informal: &'static [&'static str],
    /// Greetings that keep a distance, and words that do.
    pub formal: &'static [&'static str],
    /// Greetings that agree with one person's gender or number; taken over only where they stand right before the name.
    pub gendered: &'static [&'static str],
    /// Words of the text that show familiarity with the people addressed.
    pub familiar: &'static [&'static str],
    pub closings: &'static [&'static str],
    /// Always delicate.
    pub delicate: &'static [&'static str],
    /// Delicate, unless somebody's trade is spoken of.
    pub topics: &'static [&'static str],
    /// Somebody's trade.
    pub trades: &'static [&'static str],
    /// Ways to be reached, and calls to use them.
    pub contact: &'static [&'static str],
    /// Instructions and talk about the introduction itself.
    pub chatter: &'static [&'static str],
    /// Stands in the place of a name that is withheld.
    pub this_person: &'static str,
    /// A party without a name, or whose name is withheld.
    pub a_contact: &'static str,
    /// Several of them.
    pub contacts: &'static str,
}

impl Lexicon {
    /// Whether a title may stand before a name without an article (“with Dr. Ito”, but “con el Dr. Ito”).
    pub(super) fn bare_titles(&self) -> bool {
        matches!(self.language, "en" | "de" | "fr" | "nl")
    }

    /// Whether this word is an article that people put before names (“o Jordan”, “die Rachel”).
    pub(super) fn stands_before_a_name(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let articles: &[&str] = match self.language {
            "pt" => &["o", "a"],
            "it" => &["il", "la"],
            "es" => &["el", "la"],
            "fr" => &["le", "la"],
            "de" => &["der", "die", "den", "dem"],
            _ => &[],
        };
        articles.contains(&word.as_str())
    }

    /// Closings that are written to friends alone.
    pub(super) fn warm_closings(&self) -> &'static [&'static str] {
        match self.language {
            "de" => &[
                "lg",
                "liebe grüße",
                "liebe grüsse",
                "viele liebe grüße",
                "ciao",
                "hdl",
                "drück euch",
            ],
            "fr" => &[
                "bises",
                "bisous",
                "gros bisous",
                "amitiés",
                "amicalement",
                "je vous embrasse",
                "à plus",
                "bien à toi",
                "je t embrasse",
            ],
            "es" => &[
                "besos",
                "un beso",
                "abrazos",
                "un abrazo",
                "un fuerte abrazo",
                "con cariño",
            ],
            "pt" => &[
                "beijos",
                "um beijo",
                "beijinhos",
                "abraços",
                "um abraço",
                "abraço",
                "um grande abraço",
            ],
            "it" => &[
                "baci",
                "un bacio",
                "un abbraccio",
                "un abbraccio a tutti",
                "ciao",
                "con affetto",
            ],
            "nl" => &[
                "liefs",
                "veel liefs",
                "groetjes",
                "kus",
                "tot snel",
                "tot gauw",
            ],
            _ => &[],
        }
    }
}

const ALL: [&Lexicon; 7] = [
    &en::WORDS,
    &es::WORDS,
    &fr::WORDS,
    &de::WORDS,
    &pt::WORDS,
    &it::WORDS,
    &nl::WORDS,
];

/// The words of this language (`pt-BR` is `pt`), or English ones.
#[must_use]
pub fn of(language: &str) -> &'static Lexicon {
    known(language).unwrap_or(&en::WORDS)
}

/// The words of this language, where it is one of the seven.
#[must_use]
pub fn known(language: &str) -> Option<&'static Lexicon> {
    let code = language
        .split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    ALL.into_iter().find(|l| l.language == code)
}

/// Lower case, with everything but letters and digits turned into single spaces, one at each end.
pub(super) fn flat(text: &str) -> String {
    let mut out = String::from(" ");
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Whether a flattened text holds one of the cues.
pub(super) fn holds(flat_text: &str, cues: &[&str]) -> bool {
    let starts: Vec<&str> = flat_text
        .char_indices()
        .filter(|(_, c)| *c == ' ')
        .filter_map(|(at, _)| flat_text.get(at + 1..))
        .filter(|rest| !rest.is_empty())
        .collect();
    cues.iter().any(|cue| {
        let (stem, whole) = cue
            .strip_suffix('*')
            .map_or((*cue, true), |stem| (stem, false));
        let first = stem.as_bytes().first();
        starts.iter().any(|rest| {
            rest.as_bytes().first() == first
                && rest
                    .strip_prefix(stem)
                    .is_some_and(|after| !whole || after.starts_with(' '))
        })
    })
}

/// Ways to be reached are named in any language; the name of a service is the same in all.
pub(super) fn speaks_of_contact(text: &str) -> bool {
    let flat_text = flat(text);
    holds(&flat_text, SERVICES) || ALL.iter().any(|l| holds(&flat_text, l.contact))
}

/// Greetings of an hour, which are understood but not said again at another one.
pub(super) const HOURS: &[&str] = &[
    "good morning",
    "good afternoon",
    "good evening",
    "guten morgen",
    "guten abend",
    "bonsoir",
    "buenos días",
    "buenas tardes",
    "buenas noches",
    "bom dia",
    "boa tarde",
    "boa noite",
    "buonasera",
    "buona sera",
    "buon pomeriggio",
    "goedemorgen",
    "goedemiddag",
    "goedenavond",
];

/// Whether somebody is spoken to by a capital alone (“Ihnen”, “Lei”) inside a sentence; at its
/// beginning every word has one, so there the German verb tells: “Sie kennen”, not “Sie kennt”.
pub(super) fn speaks_formally(sentence: &str, words: &Lexicon) -> bool {
    let spoken: Vec<&str> = super::names::words_of(sentence).collect();
    let inside = spoken.iter().skip(1).any(|w| words.you_capital.contains(w));
    let plural = |verb: &str| verb == "sind" || verb.ends_with("en");
    let begins = match spoken.as_slice() {
        ["Sie", verb, ..] => words.language == "de" && plural(verb),
        _ => false,
    };
    inside || begins || speaks_to_several(&spoken, words)
}

/// “ihr kennt”, “Ihr seid”: the German plural, which else looks like “her”.
fn speaks_to_several(spoken: &[&str], words: &Lexicon) -> bool {
    words.language == "de"
        && spoken.windows(2).any(|w| {
            matches!(w, ["ihr" | "Ihr", verb] if verb.chars().next().is_some_and(char::is_lowercase) && (verb.ends_with('t') || *verb == "seid"))
        })
}

const SERVICES: &[&str] = &[
    "whatsapp",
    "telegram",
    "skype",
    "linkedin",
    "instagram",
    "facebook",
    "twitter",
    "tiktok",
    "wechat",
    "github",
    "calendly",
    "zoom",
    "facetime",
    "imessage",
    "mastodon",
    "bluesky",
    "discord",
    "slack",
    "x com",
    "http*",
    "www",
    "url",
    "email*",
    "e mail*",
    "mailto",
    "fax",
    "sms",
    "website",
    "homepage",
    "handle is",
    "handle on",
    "her handle",
    "his handle",
    "their handle",
    "tweets",
    "tweet",
    "tweeting",
    "toots",
    "insta",
    "username",
    "user name",
    "nick",
    "nickname",
    "matrix",
    "threema",
    "viber",
    "snapchat",
    "youtube",
    "pager",
    "postcode",
    "zip code",
];

pub(super) fn is_digit_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "double", "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht",
        "neun", "zwo", "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho",
        "nueve", "zéro", "un", "deux", "trois", "quatre", "cinq", "sept", "huit", "neuf", "um",
        "dois", "três", "quatro", "sete", "oito", "nove", "due", "tre", "quattro", "cinque", "sei",
        "sette", "otto", "nul", "een", "twee", "drie", "vijf", "zes", "zeven", "negen",
    ];
    WORDS.contains(&word)
}

const HONORIFICS: &[&str] = &[
    "dr",
    "doctor",
    "prof",
    "professor",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "sir",
    "madam",
    "dame",
    "rev",
    "father",
    "rabbi",
    "judge",
    "captain",
    "ambassador",
    "senator",
    "herr",
    "frau",
    "doktor",
    "professorin",
    "m",
    "mme",
    "mlle",
    "madame",
    "monsieur",
    "mademoiselle",
    "docteur",
    "maître",
    "me",
    "sr",
    "sra",
    "srta",
    "señor",
    "señora",
    "señorita",
    "don",
    "doña",
    "doctora",
    "profesor",
    "profesora",
    "senhor",
    "senhora",
    "dra",
    "doutor",
    "doutora",
    "professora",
    "dom",
    "dona",
    "sig",
    "signor",
    "signora",
    "sig ra",
    "dott",
    "dottor",
    "dottore",
    "dottoressa",
    "dottssa",
    "professore",
    "professoressa",
    "avv",
    "ing",
    "meneer",
    "mevrouw",
    "mw",
    "dhr",
    "de heer",
    "drs",
    "ir",
    "mag",
    "dipl",
];

/// Titles that are written small as well, and are no other word.
const SMALL_TITLES: &[&str] = &[
    "dr", "prof", "drs", "dhr", "mevrouw", "meneer", "sra", "dra", "dott",
];

/// “Dr.”, “Frau”, “Prof”; most only with a capital, for “m” and “me” are words as well.
#[must_use]
pub fn is_honorific(word: &str) -> bool {
    let key = word.trim_end_matches('.').replace('.', "").to_lowercase();
    HONORIFICS.contains(&key.as_str())
        && (word.chars().next().is_some_and(char::is_uppercase)
            || SMALL_TITLES.contains(&key.as_str()))
}

/// Titles that stay the same whatever stands around them, so that they may be put before a name.
#[must_use]
pub fn is_plain_title(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.').to_lowercase().as_str(),
        "dr" | "prof" | "professor"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_match_whole_words_and_stems() {
        let text = flat("She's DIVORCING; “in debt”, alas.");
        assert!(holds(&text, &["divorc*"]));
        assert!(holds(&text, &["in debt"]));
        assert!(!holds(&text, &["deb", "vorc*"]));
    }

    #[test]
    fn a_language_is_known_by_its_code_or_its_country() {
        assert_eq!(of("pt-BR").language, "pt");
        assert_eq!(of("xx").language, "en");
        assert!(known("xx").is_none());
    }

    #[test]
    fn every_cue_is_flat() {
        for l in ALL {
            for cues in [
                l.you,
                l.pronouns,
                l.who,
                l.articles,
                l.no_verb,
                l.joints,
                l.greetings,
                l.informal,
                l.formal,
                l.gendered,
                l.familiar,
                l.closings,
                l.delicate,
                l.topics,
                l.trades,
                l.contact,
                l.chatter,
            ] {
                for cue in cues {
                    let stem = cue.strip_suffix('*').unwrap_or(cue);
                    assert_eq!(
                        flat(stem).trim(),
                        stem,
                        "{}: {cue:?} can never match",
                        l.language
                    );
                }
            }
        }
    }
}
