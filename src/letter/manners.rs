//! Greeting and closing out of the newest mails to a party, where the introduction greets everybody
//! at once or nobody (A12).

use super::lexicon::{self, Lexicon};
use super::picture::spoken;
use super::{names, salutation};
use crate::introduction::{Introduction, KnownManner};
use crate::mail::Address;
use chrono::{Datelike, FixedOffset, NaiveDate, Offset, Utc};

/// The parties whom the introduction does not greet in words of their own.
#[must_use]
pub fn unknown(introduction: &Introduction) -> Vec<usize> {
    let names = clean_names(introduction);
    let own = own_name(introduction);
    let words =
        spoken(&introduction.text, &introduction.language).unwrap_or_else(|| lexicon::of("en"));
    let frame = salutation::read(&introduction.text, &names, own.as_deref(), words);
    (0..names.len())
        .filter(|i| {
            frame.manners.get(*i).is_none_or(|m| m.greeting.is_none())
                || introduction.terms.reveal == crate::introduction::Reveal::Nothing
        })
        .filter(|i| introduction.parties.get(*i).is_some_and(|p| p.required))
        .collect()
}

/// What these mails show of each party, newest mail first. Mails in another language than the
/// introduction tell the day alone.
#[must_use]
pub fn from_mails(introduction: &Introduction, mails: &[(Address, Vec<u8>)]) -> Vec<KnownManner> {
    let names = clean_names(introduction);
    let own = own_name(introduction);
    let language = spoken(&introduction.text, &introduction.language);
    let mut known = Vec::new();
    for (i, party) in introduction.parties.iter().enumerate() {
        let mut found: Option<KnownManner> = None;
        let to = |a: &&(Address, Vec<u8>)| a.0 == party.address || party.also.contains(&a.0);
        for (_, bytes) in mails.iter().filter(to) {
            let message = crate::mail::parse(bytes);
            if message.value(super::MARK).is_some()
                || message.message_id.as_ref() == Some(&introduction.message_id)
            {
                continue;
            }
            let entry = found.get_or_insert_with(|| KnownManner {
                party: i,
                greeting: None,
                form: None,
                formal: true,
                closing: None,
                wrote: message
                    .date
                    .map(|at| local_day(at, introduction.utc_offset)),
            });
            let text = crate::mail::text::own_words(&message);
            let Some(words) = language.filter(|l| same_tongue(&text, l)) else {
                continue;
            };
            let name = names.get(i).cloned().flatten();
            let frame = salutation::read(&text, &[name], own.as_deref(), words);
            let Some(manner) = frame
                .manners
                .into_iter()
                .next()
                .filter(|m| m.greeting.is_some())
            else {
                continue;
            };
            entry.greeting = manner.greeting;
            entry.form = manner.form;
            entry.formal = manner.formal;
            entry.closing = frame.closing;
            break;
        }
        known.extend(found);
    }
    known
}

/// A short mail may be too short to tell; one that is plainly in another language is not read.
fn same_tongue(text: &str, words: &Lexicon) -> bool {
    spoken(text, words.language).is_some_and(|l| l.language == words.language)
}

fn clean_names(introduction: &Introduction) -> Vec<Option<String>> {
    introduction
        .parties
        .iter()
        .map(|p| p.name.as_deref().and_then(|n| names::clean(n, &p.address)))
        .collect()
}

fn own_name(introduction: &Introduction) -> Option<String> {
    introduction
        .from
        .name
        .as_deref()
        .and_then(|n| names::clean(n, &introduction.from.address))
}

fn local_day(at: crate::Timestamp, utc_offset: i32) -> NaiveDate {
    let zone = FixedOffset::east_opt(utc_offset).unwrap_or_else(|| Utc.fix());
    at.with_timezone(&zone).date_naive()
}

/// “3 March”, with the year where it is another one.
pub(super) fn day(day: NaiveDate, now: NaiveDate, words: &Lexicon) -> String {
    const MONTHS: [(&str, [&str; 12]); 7] = [
        (
            "en",
            [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
        ),
        (
            "es",
            [
                "enero",
                "febrero",
                "marzo",
                "abril",
                "mayo",
                "junio",
                "julio",
                "agosto",
                "septiembre",
                "octubre",
                "noviembre",
                "diciembre",
            ],
        ),
        (
            "fr",
            [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
        ),
        (
            "de",
            [
                "Januar",
                "Februar",
                "März",
                "April",
                "Mai",
                "Juni",
                "Juli",
                "August",
                "September",
                "Oktober",
                "November",
                "Dezember",
            ],
        ),
        (
            "pt",
            [
                "janeiro",
                "fevereiro",
                "março",
                "abril",
                "maio",
                "junho",
                "julho",
                "agosto",
                "setembro",
                "outubro",
                "novembro",
                "dezembro",
            ],
        ),
        (
            "it",
            [
                "gennaio",
                "febbraio",
                "marzo",
                "aprile",
                "maggio",
                "giugno",
                "luglio",
                "agosto",
                "settembre",
                "ottobre",
                "novembre",
                "dicembre",
            ],
        ),
        (
            "nl",
            [
                "januari",
                "februari",
                "maart",
                "april",
                "mei",
                "juni",
                "juli",
                "augustus",
                "september",
                "oktober",
                "november",
                "december",
            ],
        ),
    ];
    let months = MONTHS
        .iter()
        .find(|(l, _)| *l == words.language)
        .map_or(&MONTHS[0].1, |(_, months)| months);
    let month = months
        .get(day.month0() as usize)
        .copied()
        .unwrap_or_default();
    let (number, year) = (day.day(), day.year());
    let other_year = (year != now.year()).then_some(year);
    match words.language {
        "es" | "pt" => other_year.map_or_else(
            || format!("{number} de {month}"),
            |y| format!("{number} de {month} de {y}"),
        ),
        language => {
            let number = match (language, number) {
                ("de", n) => format!("{n}."),
                ("fr", 1) => "1er".to_owned(),
                ("it", 1) => "1º".to_owned(),
                (_, n) => n.to_string(),
            };
            other_year.map_or_else(
                || format!("{number} {month}"),
                |y| format!("{number} {month} {y}"),
            )
        }
    }
}

#[cfg(test)]
#[path = "manners_tests.rs"]
mod tests;
