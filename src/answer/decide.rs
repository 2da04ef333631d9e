//! What the sentences of an answer say together.

use super::Answer;
use super::exclaim;
use super::lexicon::Cue;
use super::part::{Found, Part};
use super::phrases::Verdict;

/// One answer of all sentences (clauses, and whether it is a question); `praise` says of each
/// whether it is nothing but praise, `code` in which language they are read.
pub(super) fn decide(sentences: &[(Vec<Found>, bool)], praise: &[bool], code: &str) -> Verdict {
    let mut all = Found::default();
    let mut parts: Vec<Part> = Vec::new();
    for (clauses, question) in sentences {
        let part = Part::new(clauses, *question);
        all.add(part.found.clone());
        parts.push(part);
    }
    let say = |answer, reason: String| Verdict {
        answer,
        reasons: vec![reason],
        language: "en",
    };
    let quoted = |cue: Cue| {
        all.first(cue)
            .map_or_else(String::new, |p| format!("“{p}”"))
    };
    let no = all.has(Cue::No);
    let yes = all.yes();

    if let Some(never) = parts.iter().find_map(Part::never) {
        // "I never want to be introduced": so long a phrase is no slip of the tongue.
        let surely = never.split(' ').count() >= 3 && !all.has(Cue::Yes);
        return if all.any(&[Cue::Go, Cue::Always]) && !surely {
            say(Answer::Unclear, format!("says “{never}”, and yes as well"))
        } else {
            say(Answer::Never, format!("“{never}”"))
        };
    }
    if all.has(Cue::Hand) {
        let apart = parts
            .iter()
            .any(|p| p.found.has(Cue::Hand) && !p.found.has(Cue::No));
        if apart || !no {
            return say(
                Answer::Delegate,
                format!("somebody else: {}", quoted(Cue::Hand)),
            );
        }
    }
    if let Some(part) = parts.iter().find(|p| p.asks()) {
        return if part.found.any(&[Cue::Again]) {
            say(
                Answer::Later,
                format!(
                    "another time: “{}”",
                    part.found.first(Cue::Again).unwrap_or("")
                ),
            )
        } else {
            say(
                Answer::Question,
                format!(
                    "asks back: “{}”",
                    part.found
                        .first(Cue::Ask)
                        .or(part.found.first(Cue::Cond))
                        .unwrap_or("?")
                ),
            )
        };
    }
    if all.has(Cue::Again) {
        return say(
            Answer::Later,
            format!("another time: {}", quoted(Cue::Again)),
        );
    }
    if parts.iter().any(|p| p.odd_question()) {
        return if yes || no || all.any(&[Cue::Hedge, Cue::Known]) {
            say(Answer::Unclear, "a question of its own".to_owned())
        } else if all.has(Cue::Later) {
            say(Answer::Unclear, "a question about a time".to_owned())
        } else {
            say(Answer::Question, "asks back".to_owned())
        };
    }
    if all.has(Cue::Known) && !yes {
        return say(
            Answer::Unclear,
            format!("says that they know each other: {}", quoted(Cue::Known)),
        );
    }
    if yes && parts.iter().any(Part::conditional) {
        return say(
            Answer::Conditional,
            format!("a yes with a condition: {}", quoted(Cue::Cond)),
        );
    }
    if no && !yes && parts.iter().any(Part::only_if) {
        return say(
            Answer::Conditional,
            format!("with a condition: {}", quoted(Cue::Cond)),
        );
    }
    if no && yes {
        return both(&parts, &all, say);
    }
    if no {
        return say(Answer::No, quoted(Cue::No));
    }
    if yes {
        return affirmative(&parts, praise, code, &all, say);
    }
    let doubts = |(c, p, n): &(Cue, String, usize)| {
        *c == Cue::Hedge && *n >= 2 && !(all.has(Cue::Later) && MAYBE.contains(&p.as_str()))
    };
    if all.cues.iter().any(doubts) {
        return say(
            Answer::Unclear,
            format!("undecided: {}", quoted(Cue::Hedge)),
        );
    }
    if all.has(Cue::Later) {
        return say(Answer::Later, format!("not now: {}", quoted(Cue::Later)));
    }
    if all.has(Cue::Cond) {
        return say(
            Answer::Conditional,
            format!("with a condition: {}", quoted(Cue::Cond)),
        );
    }
    if all.has(Cue::Hedge) {
        return say(
            Answer::Unclear,
            format!("undecided: {}", quoted(Cue::Hedge)),
        );
    }
    if all.has(Cue::Not)
        && all.cues.iter().filter(|(c, ..)| *c == Cue::Not).count() <= 2
        && negates(&all)
    {
        return say(Answer::No, quoted(Cue::Not));
    }
    say(Answer::Unclear, "neither a yes nor a no in it".to_owned())
}

/// A maybe before a time is about the time: "after the holidays, perhaps".
const MAYBE: &[&str] = &[
    "peut etre",
    "tal vez",
    "a lo mejor",
    "quem sabe",
    "zou kunnen",
    "kan zijn",
    "puede ser",
];

/// "I don't want that" says no; "sorry" or "nothing" alone says nothing.
fn negates(all: &Found) -> bool {
    all.words >= 3
        && all.words <= 25
        && all.cues.iter().any(|(c, p, _)| {
            *c == Cue::Not
                && matches!(
                    p.as_str(),
                    "not"
                        | "dont"
                        | "wont"
                        | "cant"
                        | "cannot"
                        | "wouldnt"
                        | "nicht"
                        | "kein"
                        | "keine"
                        | "keinen"
                        | "pas"
                        | "ne"
                        | "non"
                        | "niet"
                        | "geen"
                        | "nao"
                        | "nem"
                        | "ni"
                )
        })
}

/// Yes and no in one answer: the last word counts where there is one, else nobody can tell.
fn both(parts: &[Part], all: &Found, say: impl Fn(Answer, String) -> Verdict) -> Verdict {
    let unclear = || say(Answer::Unclear, "says yes and no".to_owned());
    if all.names.len() >= 2 {
        return unclear();
    }
    let last = parts
        .iter()
        .rev()
        .find(|p| p.found.yes() || p.found.has(Cue::No));
    match last {
        Some(p)
            if p.after_but
                .as_ref()
                .is_some_and(|a| a.has(Cue::No) && !a.yes()) =>
        {
            say(
                Answer::No,
                format!("“{}” after a “but”", p.found.first(Cue::No).unwrap_or("no")),
            )
        }
        Some(p)
            if p.found.has(Cue::No)
                && !p.found.yes()
                && p.found.unknown.is_empty()
                && p.found.names.is_empty()
                && !p.found.has(Cue::Hedge) =>
        {
            say(
                Answer::No,
                format!("“{}” in the end", p.found.first(Cue::No).unwrap_or("no")),
            )
        }
        _ => unclear(),
    }
}

/// A yes is in it: is it plain, and what else is there?
fn affirmative(
    parts: &[Part],
    praise: &[bool],
    code: &str,
    all: &Found,
    say: impl Fn(Answer, String) -> Verdict,
) -> Verdict {
    let quoted = |cue: Cue| {
        all.first(cue)
            .map_or_else(String::new, |p| format!("“{p}”"))
    };
    if let Some(p) = parts.iter().find(|p| p.before_yes && p.after_but.is_some()) {
        let after = p.after_but.as_ref();
        if after.is_some_and(|a| {
            a.has(Cue::Not) && !a.any(&[Cue::Cond, Cue::Later]) && !a.yes() && a.unknown.is_empty()
        }) {
            return say(
                Answer::No,
                "a yes that is taken back after a “but”".to_owned(),
            );
        }
        return say(
            Answer::Conditional,
            format!("a yes with a {}", quoted(Cue::But)),
        );
    }
    // "Yes, we have met" agrees to nothing.
    let beyond = |p: &Part| p.found.yes() && !p.found.has(Cue::Known);
    if all.has(Cue::Known) && !all.has(Cue::Go) && !parts.iter().any(beyond) {
        return say(
            Answer::Unclear,
            format!("says that they know each other: {}", quoted(Cue::Known)),
        );
    }
    if all.has(Cue::Hedge) {
        return say(
            Answer::Unclear,
            format!("a yes in doubt: {}", quoted(Cue::Hedge)),
        );
    }
    for (cue, why) in [
        (Cue::Cond, "a yes with a condition"),
        (Cue::Later, "a yes for another time"),
    ] {
        if all.has(cue) {
            return say(Answer::Conditional, format!("{why}: {}", quoted(cue)));
        }
    }
    if all.has(Cue::Not) {
        return say(
            Answer::Unclear,
            format!("a yes beside {}", quoted(Cue::Not)),
        );
    }
    let explicit = parts.iter().any(|p| p.plain() && p.found.has(Cue::Go));
    // Praise changes nothing about a yes that was given with a will before it.
    let mut willing = false;
    for (part, praise) in parts
        .iter()
        .zip(praise.iter().chain(std::iter::repeat(&false)))
    {
        let fine = part.plain()
            || (explicit && part.harmless())
            || part.clauses_plain_or_harmless()
            || (willing && *praise && part.harmless() && all.names.len() <= 2);
        willing |= part.plain() && part.found.yes() && exclaim::is_willing(code, &part.found);
        if !fine {
            let what = part
                .found
                .unknown
                .first()
                .map_or("something", String::as_str);
            return say(
                Answer::Unclear,
                format!("a yes beside other matters: “{what}”"),
            );
        }
    }
    let why = [Cue::Go, Cue::Yes, Cue::Always]
        .into_iter()
        .find_map(|c| all.first(c))
        .unwrap_or("yes");
    if standing(parts, all) {
        return say(Answer::Always, quoted(Cue::Always));
    }
    say(Answer::Yes, format!("“{why}”, and nothing that limits it"))
}

/// Whether "always" means all introductions and not only good manners.
fn standing(parts: &[Part], all: &Found) -> bool {
    all.cues.iter().any(|(c, p, n)| {
        *c == Cue::Always && (*n >= 3 || p == "without asking" || p == "carte blanche")
    }) || (all.has(Cue::Always)
        && all.words <= 3
        && all.first(Cue::Always).is_some_and(|p| {
            ![
                "time",
                "whenever",
                "happy",
                "welcome",
                "open",
                "gern",
                "volontiers",
            ]
            .iter()
            .any(|w| p.contains(w))
        }))
        || parts.iter().any(|p| {
            p.found.has(Cue::Always)
                && p.found.cues.iter().any(|(_, p, _)| {
                    ["intro", "vorstell", "present", "introduc"]
                        .iter()
                        .any(|w| p.contains(w))
                })
        })
}
