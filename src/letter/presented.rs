//! “Rachel, meet Jordan: he mends boats. Last year he launched a festival.”: whom a pronoun means
//! where somebody is presented, or where a sentence begins with a time or a place.

use super::lexicon::{Lexicon, flat, holds};

struct Third {
    language: &'static str,
    /// The subject, then the other forms.
    he: &'static [&'static str],
    she: &'static [&'static str],
    /// What stands before the name of somebody who is presented.
    presents: &'static [&'static str],
    /// The first word of a time or a place.
    openers: &'static [&'static str],
    /// In Germanic languages the verb stands before the subject then.
    verb_first: bool,
    /// Words after a pronoun that show that it means nobody (“il y a”).
    nobody: &'static [&'static str],
}

const THIRDS: [Third; 7] = [
    Third {
        language: "en",
        he: &["he", "his", "him", "himself"],
        she: &["she", "her", "hers", "herself"],
        presents: &[
            "meet",
            "this is",
            "here is",
            "here s",
            "introduce you to",
            "introduce to you",
        ],
        openers: &[
            "last",
            "this",
            "since",
            "for",
            "in",
            "after",
            "before",
            "at",
            "on",
            "until",
            "once",
            "today",
            "now",
            "currently",
            "recently",
            "previously",
            "earlier",
            "lately",
            "during",
            "over",
            "by",
            "every",
            "most",
            "sometimes",
            "these",
            "back",
        ],
        verb_first: false,
        nobody: &[],
    },
    Third {
        language: "de",
        he: &[
            "er", "sein", "seine", "seinem", "seinen", "seiner", "ihn", "ihm",
        ],
        she: &["sie", "ihr", "ihre", "ihrem", "ihren", "ihrer"],
        presents: &[
            "vorstellen",
            "das ist",
            "hier ist",
            "dies ist",
            "vorzustellen",
            "kennen",
        ],
        openers: &[
            "letztes",
            "letzten",
            "dieses",
            "seit",
            "in",
            "im",
            "nach",
            "vor",
            "bei",
            "am",
            "heute",
            "früher",
            "kürzlich",
            "neulich",
            "zuletzt",
            "derzeit",
            "zurzeit",
            "während",
            "jedes",
            "voriges",
            "vergangenes",
        ],
        verb_first: true,
        nobody: &[],
    },
    Third {
        language: "fr",
        he: &["il", "lui"],
        she: &["elle"],
        presents: &[
            "voici",
            "te présente",
            "vous présente",
            "présenter",
            "c est",
        ],
        openers: &[
            "l",
            "depuis",
            "en",
            "après",
            "avant",
            "à",
            "pendant",
            "aujourd",
            "récemment",
            "chez",
            "cette",
            "cet",
            "autrefois",
            "dans",
            "chaque",
        ],
        verb_first: false,
        nobody: &["y", "faut", "est", "s", "pleut", "fait", "n"],
    },
    Third {
        language: "es",
        he: &["él"],
        she: &["ella"],
        presents: &[
            "presento a",
            "presentarte a",
            "presentaros a",
            "presentarle a",
            "este es",
            "esta es",
            "él es",
            "ella es",
        ],
        openers: &[
            "el",
            "desde",
            "en",
            "tras",
            "después",
            "antes",
            "durante",
            "hoy",
            "recientemente",
            "este",
            "hace",
            "cada",
        ],
        verb_first: false,
        nobody: &[],
    },
    Third {
        language: "pt",
        he: &["ele", "dele"],
        she: &["ela", "dela"],
        presents: &[
            "apresento o",
            "apresento a",
            "apresento",
            "este é",
            "esta é",
            "ele é",
            "ela é",
            "apresentar",
        ],
        openers: &[
            "no",
            "desde",
            "em",
            "após",
            "depois",
            "antes",
            "durante",
            "hoje",
            "recentemente",
            "este",
            "há",
            "cada",
        ],
        verb_first: false,
        nobody: &[],
    },
    Third {
        language: "it",
        he: &["lui", "egli"],
        she: &["lei", "ella"],
        presents: &[
            "presento",
            "presentarti",
            "presentarvi",
            "questo è",
            "questa è",
            "lui è",
            "lei è",
            "ecco",
        ],
        openers: &[
            "l",
            "da",
            "dal",
            "in",
            "dopo",
            "prima",
            "durante",
            "oggi",
            "recentemente",
            "quest",
            "nel",
        ],
        verb_first: false,
        nobody: &[],
    },
    Third {
        language: "nl",
        he: &["hij", "zijn", "hem"],
        she: &["zij", "haar"],
        presents: &[
            "dit is",
            "hier is",
            "voorstellen",
            "voorstellen aan",
            "ontmoet",
        ],
        openers: &[
            "vorig",
            "afgelopen",
            "dit",
            "sinds",
            "in",
            "na",
            "voor",
            "bij",
            "op",
            "vandaag",
            "vroeger",
            "onlangs",
            "tijdens",
            "elk",
        ],
        verb_first: true,
        nobody: &[],
    },
];

fn of(words: &Lexicon) -> Option<&'static Third> {
    THIRDS.iter().find(|t| t.language == words.language)
}

/// The subject's form of a pronoun: “her” is “she”, “seine” is “er”.
pub(super) fn subject_form(pronoun: &str, words: &Lexicon) -> Option<&'static str> {
    let third = of(words)?;
    [third.he, third.she]
        .into_iter()
        .find(|forms| forms.contains(&pronoun))
        .and_then(|forms| forms.first().copied())
}

/// Whether what follows a vocative presents somebody else: “Rachel, das ist Jordan”.
pub(super) fn presents(flat_tail: &str, words: &Lexicon) -> bool {
    of(words).is_some_and(|third| {
        third
            .presents
            .iter()
            .any(|p| flat_tail.starts_with(&format!(" {p} ")))
    })
}

/// Whether both “he" and “she” (or “his” and “her”) stand in a text, so that nobody can tell.
fn is_about_two(text: &str, third: &Third) -> bool {
    holds(text, third.he) && holds(text, third.she)
}

/// Plural verbs go with another “sie”.
fn is_plural(verb: &str, third: &Third) -> bool {
    third.verb_first && (verb.ends_with("en") || verb == "sind")
}

/// “he mends boats” after “meet Jordan:”, said with the name; `head` is what stands before the
/// name. The pronoun it began with comes back as well.
pub(super) fn named(
    head: &str,
    name: &str,
    after: &str,
    words: &Lexicon,
) -> Option<(String, &'static str)> {
    let third = of(words)?;
    if !holds(&flat(head), third.presents) || is_about_two(&flat(after), third) {
        return None;
    }
    let (first, rest) = after.split_once(' ')?;
    let subject = subject_form(&first.to_lowercase(), words)?;
    let verb = rest.split(' ').next().unwrap_or_default();
    let is_subject = first.to_lowercase() == subject;
    // A capital “Sie” after a colon may be whoever is spoken to.
    if first == "Sie"
        || third.nobody.contains(&verb)
        || (subject == "sie" || subject == "zij") && is_plural(verb, third)
    {
        return None;
    }
    if is_subject {
        return Some((format!("{name} {rest}"), subject));
    }
    (third.language == "en" && matches!(first.to_lowercase().as_str(), "his" | "her"))
        .then(|| (format!("{name}'s {rest}"), subject))
}

/// The subject of a sentence that begins with a time or a place: “Last year *she* …”, “After ten
/// years at sea, *he* …”. `None` where it could be anybody else.
pub(super) fn later_subject(sentence: &str, words: &Lexicon) -> Option<&'static str> {
    let third = of(words)?;
    let text = flat(sentence);
    let spoken: Vec<&str> = text.split_whitespace().collect();
    if !third.openers.contains(spoken.first()?) || is_about_two(&text, third) {
        return None;
    }
    let subjects = [*third.he.first()?, *third.she.first()?];
    let tokens: Vec<&str> = sentence.split(' ').collect();
    let at = tokens.iter().take(9).position(|t| subjects.contains(t))?;
    let before = tokens.get(at.checked_sub(1)?)?;
    let next = tokens.get(at + 1).copied().unwrap_or_default();
    let pause = before.ends_with(',');
    let head = tokens.get(1..at)?;
    // Somebody else may be named there: “After Kim left, he …”. German nouns all have capitals.
    let stranger = third.language != "de"
        && head.windows(2).any(|w| {
            let capital = w
                .get(1)
                .and_then(|t| t.chars().next())
                .is_some_and(char::is_uppercase);
            let place = w.first().is_some_and(|p| {
                matches!(
                    p.to_lowercase().as_str(),
                    "at" | "in" | "à" | "en" | "em" | "a" | "chez" | "bij"
                )
            });
            capital && !place
        })
        || third.language != "de"
            && head
                .first()
                .is_some_and(|t| t.chars().next().is_some_and(char::is_uppercase))
            && !matches!(
                *spoken.first()?,
                "in" | "at" | "en" | "à" | "em" | "bij" | "chez"
            );
    if stranger || third.nobody.contains(&flat(next).trim()) {
        return None;
    }
    // Without a pause, only a short time stands before the subject.
    if !pause && !third.verb_first && at > 4 {
        return None;
    }
    let subject = subject_form(tokens.get(at)?, words)?;
    let verb = if third.verb_first && !pause {
        before
    } else {
        next
    };
    ((subject != "sie" && subject != "zij") || !is_plural(verb, third)).then_some(subject)
}
