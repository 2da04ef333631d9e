//! Notes to the user: what happened, why, and each way out.

use super::picture::Picture;
use super::templates::{TO_USER, Values};
use super::{AccountMatter, Stationery, names};
use crate::Timestamp;
use crate::introduction::{Introduction, Notice, Party, Reason, State, Via};
use chrono::{FixedOffset, Offset, TimeDelta, Utc};
use minijinja::value::Value;

/// The longest quotation of somebody's own words, in characters.
const LONGEST: usize = 4_000;

/// Whether a note stands in the held message's own thread: the hold notes do, but for those that
/// tell of an earlier answer (they could be forwarded with the thread).
pub(super) fn threads(introduction: &Introduction, notice: &Notice) -> bool {
    match notice {
        Notice::Held | Notice::Unconfirmed => true,
        Notice::NobodyAsked => !matches!(
            introduction.reason,
            Some(Reason::Never | Reason::DeclinedBefore | Reason::Declined)
        ),
        _ => false,
    }
}

/// Subject and text of a note.
pub(super) fn words(
    stationery: &Stationery<'_>,
    introduction: &Introduction,
    notice: &Notice,
    language: &str,
) -> (String, String) {
    let mut matter = Matter::of(notice);
    if matches!(notice, Notice::NotUnderstood | Notice::NotDone { .. }) {
        matter.ways = ways_from(introduction.state);
    }
    let list = |parties: &[usize]| people(introduction, parties, language);
    let everybody: Vec<usize> = (0..introduction.parties.len()).collect();
    let required = |p: &Party| p.required;
    let picture = Picture::of(introduction);
    let told_of = |i: usize| {
        introduction
            .parties
            .iter()
            .enumerate()
            .any(|(k, p)| k != i && p.required)
    };
    let which = |f: &dyn Fn(usize) -> bool| -> Vec<usize> {
        everybody.iter().copied().filter(|i| f(*i)).collect()
    };

    let mut values = blank(stationery);
    let mut set = |name: &'static str, value: Value| {
        values.insert(name, value);
    };
    let people_all = list(&everybody);
    let subject = if introduction.subject.trim().is_empty() {
        people_all.clone()
    } else {
        introduction.subject.clone()
    };
    set("subject", Value::from(subject));
    set("people", Value::from(people_all));
    set("id", Value::from(introduction.id.to_string()));
    set("from", Value::from(introduction.from.address.to_string()));
    set("gateway", Value::from(introduction.via == Via::Gateway));
    set("by_hand", Value::from(introduction.by_hand));
    set(
        "reason",
        Value::from(introduction.reason.map(snake).unwrap_or_default()),
    );
    set("state", Value::from(snake(introduction.state)));
    if let Notice::NotDone { word } = notice {
        set("word", Value::from(word.as_str()));
    }
    set(
        "grace",
        Value::from(grace(stationery, introduction, notice)),
    );
    set(
        "awaited",
        Value::from(list(introduction.replies_to.as_slice())),
    );
    set(
        "asked",
        Value::from(list(&which(&|i| {
            introduction.parties.get(i).is_some_and(required)
        }))),
    );
    set(
        "thin",
        Value::from(list(&which(&|i| told_of(i) && picture.is_thin(i)))),
    );
    set(
        "discreet",
        Value::from(list(&which(&|i| told_of(i) && picture.is_delicate(i)))),
    );
    set(
        "expires",
        Value::from(expiry(introduction, stationery.utc_offset)),
    );
    let silent = match notice {
        Notice::Waiting { parties } => parties.clone(),
        _ => which(&|i| {
            introduction
                .parties
                .get(i)
                .is_some_and(|p| p.required && p.answer.is_none())
        }),
    };
    set("silent", Value::from(list(&silent)));
    let reasons = if matches!(notice, Notice::Held | Notice::Unconfirmed) {
        introduction.why.as_slice()
    } else {
        matter.why
    };
    set("why", Value::from(bullets(reasons)));
    set("words", Value::from(quoted(matter.words)));
    set(
        "answer",
        Value::from(matter.answer.map(snake).unwrap_or_default()),
    );
    set(
        "doubtful",
        Value::from(matches!(notice, Notice::Answered { answer: None, .. })),
    );
    let single = match silent.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let party = matter
        .party
        .or(if matches!(notice, Notice::Waiting { .. }) {
            single
        } else {
            None
        });
    if let Some((i, p)) = party.and_then(|i| introduction.parties.get(i).map(|p| (i, p))) {
        set("who", Value::from(list(&[i])));
        set(
            "first",
            Value::from(clean(p).as_deref().map(names::first).unwrap_or_default()),
        );
        set("address", Value::from(p.address.to_string()));
        set(
            "until",
            Value::from(p.until.map(|d| d.to_string()).unwrap_or_default()),
        );
    }
    let waiting = matches!(notice, Notice::Waiting { .. } | Notice::LaterCame { .. });
    set(
        "remindable",
        Value::from(
            waiting
                && silent
                    .iter()
                    .filter_map(|i| introduction.parties.get(*i))
                    .any(|p| p.asked.as_ref().is_some_and(|a| a.reminder.is_none())),
        ),
    );
    if let Some(ways) = matter.ways {
        let (_, text) = stationery.templates.render(language, ways, &values);
        values.insert("ways", Value::from(text));
    }
    stationery
        .templates
        .render(language, matter.letter, &values)
}

/// Subject and text of a note about the account.
pub(super) fn account_words(
    stationery: &Stationery<'_>,
    matter: &AccountMatter,
    language: &str,
) -> (String, String) {
    let mut values = blank(stationery);
    let letter = match matter {
        AccountMatter::WatchingBegins { messages, since } => {
            values.insert("messages", Value::from(*messages));
            values.insert(
                "since",
                Value::from(
                    since
                        .map(|t| day(t, stationery.utc_offset))
                        .unwrap_or_default(),
                ),
            );
            "account-watching"
        }
        AccountMatter::Trouble { text } => {
            values.insert("words", Value::from(tidy(text)));
            "account-trouble"
        }
        AccountMatter::Ready { subject } => {
            values.insert("subject", Value::from(one_line(subject)));
            "account-ready"
        }
        AccountMatter::NeverTaken { subject, why } => {
            values.insert("subject", Value::from(one_line(subject)));
            values.insert("words", Value::from(sentence(why)));
            "account-never-taken"
        }
        AccountMatter::Slipped { lines } => {
            values.insert("words", Value::from(bullets(lines)));
            "account-slipped"
        }
        AccountMatter::NotOurs { folder } => {
            values.insert("folder", Value::from(one_line(folder)));
            "account-not-ours"
        }
    };
    stationery.templates.render(language, letter, &values)
}

/// The ways out of where it stands.
fn ways_from(state: State) -> Option<&'static str> {
    match state {
        State::Held => Some("ways-held"),
        State::Asking | State::Attention => Some("ways-asked"),
        State::Declined | State::Expired => Some("ways-closed"),
        _ => None,
    }
}

/// How long until something happens: what is left of a clock that runs already, else the whole.
fn grace(stationery: &Stationery<'_>, introduction: &Introduction, notice: &Notice) -> String {
    let ends = match notice {
        Notice::Leaving => introduction.leaves_at,
        _ => introduction.grace_ends,
    };
    let left = ends
        .and_then(|end| u64::try_from((end - stationery.at).num_seconds()).ok())
        .filter(|left| *left > 0);
    duration(left.unwrap_or(introduction.terms.grace))
}

/// What a notice brings along.
struct Matter<'a> {
    letter: &'static str,
    ways: Option<&'static str>,
    party: Option<usize>,
    words: &'a str,
    why: &'a [String],
    answer: Option<crate::answer::Answer>,
}

impl<'a> Matter<'a> {
    fn of(notice: &'a Notice) -> Self {
        let plain = |letter, ways| Matter {
            letter,
            ways,
            party: None,
            words: "",
            why: &[],
            answer: None,
        };
        let held = Some("ways-held");
        let asked = Some("ways-asked");
        let closed = Some("ways-closed");
        match notice {
            Notice::Held => plain("note-held", held),
            Notice::Unconfirmed => plain("note-unconfirmed", held),
            Notice::NobodyAsked => plain("note-nobody-asked", held),
            Notice::Answered {
                party,
                answer,
                text,
                why,
            } => Matter {
                party: Some(*party),
                words: text,
                why,
                answer: *answer,
                ..plain("note-answered", asked)
            },
            Notice::Declined { party, text } => Matter {
                party: Some(*party),
                words: text,
                ..plain("note-declined", closed)
            },
            Notice::Expired => plain("note-expired", closed),
            Notice::Released => plain("note-released", None),
            Notice::Cancelled => plain("note-cancelled", None),
            Notice::Waiting { .. } => plain("note-waiting", asked),
            Notice::LaterCame { party } => Matter {
                party: Some(*party),
                ..plain("note-later-came", asked)
            },
            Notice::Bounced { party, text } => Matter {
                party: Some(*party),
                words: text,
                ..plain("note-bounced", asked)
            },
            Notice::Away { party, text } => Matter {
                party: Some(*party),
                words: text,
                ..plain("note-away", asked)
            },
            Notice::Refused { reply } => Matter {
                words: reply,
                ..plain("note-refused", asked)
            },
            Notice::InDoubt => plain("note-in-doubt", asked),
            Notice::DatePassed => plain("note-date-passed", asked),
            Notice::Slipped => plain("note-slipped", None),
            Notice::NotUnderstood => plain("note-not-understood", None),
            Notice::NotDone { .. } => plain("note-not-done", None),
            Notice::Unaskable { party } => Matter {
                party: Some(*party),
                ..plain("note-unaskable", asked)
            },
            Notice::Leaving => plain("note-leaving", asked),
            Notice::TooLate { party, text } => Matter {
                party: Some(*party),
                words: text,
                ..plain("note-too-late", None)
            },
        }
    }
}

/// Every value of a note, empty but for the names of our folders.
fn blank(stationery: &Stationery<'_>) -> Values {
    let folders = &stationery.folders;
    TO_USER
        .iter()
        .map(|name| {
            let value = match *name {
                "by_hand" | "doubtful" | "gateway" | "remindable" => Value::from(false),
                "messages" => Value::from(0),
                "ask_folder" => Value::from(folders.ask.as_str()),
                "held" => Value::from(folders.held.as_str()),
                "send_now" => Value::from(folders.send_now.as_str()),
                "give_back" => Value::from(folders.give_back.as_str()),
                "closed" => Value::from(folders.closed.as_str()),
                _ => Value::from(""),
            };
            (*name, value)
        })
        .collect()
}

fn clean(party: &Party) -> Option<String> {
    party
        .name
        .as_deref()
        .and_then(|n| names::clean(n, &party.address))
}

/// Names for the user's own eyes: here an address may stand where a name is missing.
fn people(introduction: &Introduction, parties: &[usize], language: &str) -> String {
    let called: Vec<String> = parties
        .iter()
        .filter_map(|i| introduction.parties.get(*i))
        .map(|p| clean(p).unwrap_or_else(|| p.address.to_string()))
        .collect();
    names::list(&called, super::lexicon::of(language))
}

/// “10 min”, the same in every language.
fn duration(seconds: u64) -> String {
    match seconds {
        s if s >= 86_400 && s % 86_400 == 0 => format!("{} d", s / 86_400),
        s if s >= 3_600 && (s % 3_600 == 0 || s >= 7_200) => format!("{} h", s.div_ceil(3_600)),
        s if s >= 60 => format!("{} min", s.div_ceil(60)),
        s => format!("{s} s"),
    }
}

/// The day on which it ends by itself, counted from the latest ask sent.
fn expiry(introduction: &Introduction, utc_offset: i32) -> String {
    introduction
        .parties
        .iter()
        .filter_map(|p| p.asked.as_ref()?.sent)
        .max()
        .and_then(|sent| {
            let wait =
                TimeDelta::try_seconds(i64::try_from(introduction.terms.expire_after).ok()?)?;
            sent.checked_add_signed(wait)
        })
        .map(|t| day(t, utc_offset))
        .unwrap_or_default()
}

fn day(at: Timestamp, utc_offset: i32) -> String {
    let zone = FixedOffset::east_opt(utc_offset).unwrap_or_else(|| Utc.fix());
    at.with_timezone(&zone).format("%Y-%m-%d").to_string()
}

/// The word of a unit variant, as in JSON.
fn snake(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn bullets(lines: &[String]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|l| one_line(l))
        .filter(|l| !l.is_empty())
        .map(|l| format!("- {l}"))
        .collect();
    lines.join("\n")
}

/// Somebody's own words, set apart line by line.
fn quoted(text: &str) -> String {
    tidy(text)
        .lines()
        .map(|l| format!("> {l}").trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Without characters that nobody sees, and not without end.
fn tidy(text: &str) -> String {
    let mut kept: String = text
        .chars()
        .filter(|c| *c == '\n' || !(c.is_control() || names::is_invisible(*c)))
        .take(LONGEST)
        .collect();
    if text.chars().count() > LONGEST {
        kept.push_str(" …");
    }
    kept.trim().to_owned()
}

fn one_line(text: &str) -> String {
    tidy(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sentence(text: &str) -> String {
    let line = one_line(text);
    if line.is_empty() || line.ends_with(['.', '!', '?']) {
        line
    } else {
        format!("{line}.")
    }
}
