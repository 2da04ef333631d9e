//! By which names a text may call somebody.

use super::words::is_title;
use crate::mail::Address;

/// Given names whose short form is no beginning of them.
const SHORT_FORMS: &[(&str, &[&str])] = &[
    ("robert", &["bob", "bobby"]),
    ("william", &["bill", "billy"]),
    ("richard", &["dick", "rick"]),
    ("james", &["jim", "jimmy"]),
    ("john", &["jack", "johnny"]),
    ("thomas", &["tom", "tommy"]),
    ("anthony", &["tony"]),
    ("antonio", &["tony", "toni"]),
    ("elizabeth", &["liz", "beth", "betty", "lisa"]),
    ("katherine", &["kate", "katie", "kathy"]),
    ("catherine", &["kate", "katie", "cathy"]),
    ("margaret", &["peggy", "maggie", "meg"]),
    ("edward", &["ted", "ned"]),
    ("theodore", &["ted"]),
    ("michael", &["mike"]),
    ("charles", &["chuck", "charlie"]),
    ("henry", &["harry", "hank"]),
    ("david", &["dave"]),
    ("stephen", &["steve"]),
    ("steven", &["steve"]),
    ("patricia", &["trish", "patty"]),
    ("jonathan", &["jon"]),
    ("alexander", &["sandy", "sascha", "sasha", "xander"]),
    ("francisco", &["paco"]),
    ("josé", &["pepe"]),
    ("giuseppe", &["beppe"]),
    ("johannes", &["hannes", "jan"]),
    ("sebastian", &["basti"]),
];

/// Whether a text that says `said` may mean somebody called `name`; both lower case.
pub(super) fn same_first_name(name: &str, said: &str) -> bool {
    if name == said {
        return true;
    }
    let short = |long: &str, short: &str| {
        (short.chars().count() >= 3
            && long.chars().count() > short.chars().count()
            && long.starts_with(short)
            && !NO_NAMES.contains(&short)
            && !WORDS_TOO.contains(&short))
            || SHORT_FORMS
                .iter()
                .any(|(l, s)| *l == long && s.contains(&short))
    };
    short(name, said) || short(said, name)
}

/// Names that are words as well.
pub(super) const WORDS_TOO: &[&str] = &[
    "will",
    "may",
    "mark",
    "grace",
    "hope",
    "faith",
    "joy",
    "art",
    "rob",
    "bill",
    "pat",
    "sue",
    "june",
    "april",
    "august",
    "dawn",
    "rose",
    "frank",
    "grant",
    "chase",
    "miles",
    "drew",
    "max",
    "summer",
    "autumn",
    "christian",
    "penny",
    "guy",
    "don",
    "rich",
    "in",
    "so",
    "an",
    "de",
    "la",
    "le",
    "do",
    "da",
    "to",
    "be",
    "an",
    "as",
    "see",
    "so",
    "van",
    "long",
    "young",
    "good",
    "best",
    "love",
    "page",
    "case",
    "day",
    "park",
    "king",
    "song",
    "man",
    "lee",
    "ma",
    "no",
    "hi",
    "she",
    "he",
    "you",
    "we",
    "yes",
    "any",
    "our",
    "all",
];

/// Capitalised words that are nobody's name.
pub(super) const NO_NAMES: &[&str] = &[
    "the",
    "and",
    "hi",
    "hello",
    "dear",
    "hey",
    "good",
    "morning",
    "afternoon",
    "evening",
    "both",
    "all",
    "team",
    "everyone",
    "everybody",
    "thanks",
    "thank",
    "best",
    "regards",
    "mail",
    "email",
    "intro",
    "introduction",
    "meet",
    "subject",
    "info",
    "here",
    "this",
    "that",
    "you",
    "liebe",
    "lieber",
    "hallo",
    "guten",
    "tag",
    "cher",
    "chère",
    "chers",
    "bonjour",
    "hola",
    "querido",
    "querida",
    "queridos",
    "estimado",
    "estimada",
    "olá",
    "caro",
    "cara",
    "ciao",
    "beste",
    "dag",
    "hoi",
    "folks",
    "guys",
    "ladies",
    "gentlemen",
    "greetings",
    "from",
    "for",
    "with",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "work",
    "home",
    "com",
    "org",
    "contact",
    "office",
];

/// “Winters, Rachel” and “Rachel Winters (Folio)” as a person would write them.
pub(super) fn plain_name(raw: &str, address: &Address) -> Option<String> {
    let mut name = raw.to_owned();
    for (open, close) in [('(', ')'), ('[', ']')] {
        while let Some(at) = name.find(open) {
            let end = name
                .get(at..)
                .and_then(|t| t.find(close))
                .map_or(name.len(), |i| at + i + 1);
            name.replace_range(at..end.min(name.len()), " ");
        }
    }
    if let Some((last, first)) = name.split_once(',') {
        let suffix = first
            .trim()
            .trim_end_matches('.')
            .to_lowercase()
            .replace('.', "");
        let is_suffix = matches!(
            suffix.split([',', ' ']).next().unwrap_or_default(),
            "phd"
                | "md"
                | "jr"
                | "sr"
                | "ii"
                | "iii"
                | "esq"
                | "mba"
                | "msc"
                | "bsc"
                | "ma"
                | "inc"
                | "ltd"
                | "gmbh"
                | "cpa"
                | "rn"
                | "dphil"
                | "meng"
        );
        name = if is_suffix || first.trim().is_empty() {
            last.to_owned()
        } else {
            format!("{} {}", first.trim(), last.trim())
        };
    }
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name
        .trim_matches(|c: char| !c.is_alphanumeric() && c != '.')
        .to_owned();
    let is_local = name.to_lowercase() == address.local().to_lowercase()
        && (name.contains(['.', '_']) || name.bytes().any(|b| b.is_ascii_digit()));
    (!name.is_empty() && !is_local && name.chars().any(char::is_alphabetic)).then_some(name)
}

/// The parts of a name by which a text may call somebody.
pub(super) fn parts_of(name: &str) -> Vec<String> {
    name.split([' ', '\u{a0}'])
        .map(|p| {
            p.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
                .replace('’', "'")
        })
        .filter(|p| !p.is_empty() && !is_title(p))
        .collect()
}
