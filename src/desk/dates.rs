//! Dates in a text that a late release would make stale (SCENES L8).
//!
//! Only ISO dates, day-month dates, weekdays, today and tomorrow count.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A date longer gone when the text was written is history, and one further off is a plan.
const NEAR: std::ops::Range<i64> = -60..300;

/// The first day that the text, written on `written`, names as an appointment and that is over by
/// `today`; `None` when there is none.
///
/// A day in a sentence that tells of the past (“we met on Tuesday”) is no appointment. One that was
/// over already when the text was written counts where nothing says that it is told as past.
#[must_use]
pub fn gone_by(text: &str, written: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    let lower = text.to_lowercase();
    sentences(&lower)
        .filter(|sentence| !tells_of_the_past(sentence))
        .flat_map(|sentence| named(sentence, written))
        .filter(|day| *day < today)
        .min()
}

/// Cut at the end of a sentence or line, but not after “3.” in “3. Mai”.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut before = ' ';
    text.split(move |c: char| {
        let ends = matches!(c, '!' | '?' | '\n' | ';') || c == '.' && !before.is_ascii_digit();
        before = c;
        ends
    })
}

/// Words that tell a sentence as past, in the seven languages.
fn tells_of_the_past(sentence: &str) -> bool {
    const PAST: &str = " met saw spoke talked was were had did went visited heard wrote told since ago last \
        traf trafen war waren hatte hatten sprach sprachen kennengelernt getroffen gesehen gesprochen seit letzten letzte \
        était étaient étions avons rencontré rencontrés rencontrée vu parlé hier depuis dernier dernière \
        conocí conocimos vi vimos hablé hablamos estuvo estuve estuvimos fue fueron ayer desde pasado pasada \
        conheci conhecemos falei falamos esteve estive foi foram ontem passado passada \
        conosciuto conosciuti incontrato incontrati visto parlato era erano ieri scorso scorsa \
        ontmoette ontmoetten zag sprak spraken ontmoet gezien gesproken gisteren sinds vorige afgelopen ";
    sentence
        .split(|c: char| !c.is_alphabetic())
        .any(|word| word.len() > 1 && PAST.contains(&format!(" {word} ")))
}

fn named(sentence: &str, written: NaiveDate) -> Vec<NaiveDate> {
    let words: Vec<&str> = sentence
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '/')))
        .map(|word| word.trim_matches(['.', '-', '/']))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for (i, word) in words.iter().enumerate() {
        // “3 de mayo”, “4 de março”
        let after = |n: usize| words.get(i + n).copied().unwrap_or_default();
        let (next, third) = match after(1) {
            "de" | "di" => (after(2), after(3)),
            next => (next, after(2)),
        };
        found.extend(iso(word));
        found.extend(relative(word, written));
        found.extend(weekday(word).map(|day| upcoming(day, written)));
        found.extend(day_and_month(word, next, third, written));
    }
    found.retain(|day| NEAR.contains(&(*day - written).num_days()));
    found
}

fn iso(word: &str) -> Option<NaiveDate> {
    (word.len() == 10).then(|| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok())?
}

fn relative(word: &str, written: NaiveDate) -> Option<NaiveDate> {
    match word {
        "today" | "tonight" | "heute" | "aujourd" | "hoy" | "oggi" | "stasera" | "hoje"
        | "vandaag" | "vanavond" => Some(written),
        "tomorrow" | "demain" | "domani" | "amanhã" | "mañana" => {
            written.checked_add_days(Days::new(1))
        }
        _ => None,
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday montag lundi lunes lunedì maandag", Weekday::Mon),
        (
            "tuesday dienstag mardi martes martedì dinsdag",
            Weekday::Tue,
        ),
        (
            "wednesday mittwoch mercredi miércoles mercoledì woensdag",
            Weekday::Wed,
        ),
        (
            "thursday donnerstag jeudi jueves giovedì donderdag",
            Weekday::Thu,
        ),
        (
            "friday freitag vendredi viernes venerdì vrijdag",
            Weekday::Fri,
        ),
        (
            "saturday samstag samedi sábado sabato zaterdag",
            Weekday::Sat,
        ),
        (
            "sunday sonntag dimanche domingo domenica zondag",
            Weekday::Sun,
        ),
    ];
    // Portuguese counts: segunda-feira is Monday.
    const COUNTED: [(&str, Weekday); 5] = [
        ("segunda-feira", Weekday::Mon),
        ("terça-feira", Weekday::Tue),
        ("quarta-feira", Weekday::Wed),
        ("quinta-feira", Weekday::Thu),
        ("sexta-feira", Weekday::Fri),
    ];
    NAMES
        .iter()
        .chain(&COUNTED)
        .find(|(names, _)| names.split(' ').any(|name| name == word))
        .map(|(_, day)| *day)
}

fn upcoming(day: Weekday, written: NaiveDate) -> NaiveDate {
    let ahead = (7 + day.num_days_from_monday() - written.weekday().num_days_from_monday()) % 7;
    written
        .checked_add_days(Days::new(u64::from(ahead)))
        .unwrap_or(written)
}

/// “3 May”, “May 3rd”, “3. Mai”, with or without a year; without one the nearest such day, and of
/// two as near as that the one to come.
fn day_and_month(word: &str, next: &str, third: &str, written: NaiveDate) -> Option<NaiveDate> {
    let (day, month) = match (number(word), month(next), month(word), number(next)) {
        (Some(day), Some(month), _, _) => (day, month),
        (_, _, Some(month), Some(day)) => (day, month),
        _ => return None,
    };
    let year = third.parse().ok().filter(|y| (2000..2200).contains(y));
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let in_year = |year| NaiveDate::from_ymd_opt(year, month, day);
    [written.year() - 1, written.year(), written.year() + 1]
        .into_iter()
        .filter_map(in_year)
        .find(|day| (*day - written).num_days() >= NEAR.start)
}

fn number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h', '.', 'º', 'e']);
    digits.parse().ok().filter(|n| (1..=31).contains(n))
}

fn month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january januar janvier enero janeiro gennaio januari jan",
        "february februar février febrero fevereiro febbraio februari feb",
        "march märz mars marzo março maart mar",
        "april avril abril aprile apr",
        "may mai mayo maio maggio mei",
        "june juni juin junio junho giugno jun",
        "july juli juillet julio julho luglio jul",
        "august août agosto augustus aug",
        "september septembre septiembre setembro settembre sep sept",
        "october oktober octobre octubre outubro ottobre oct",
        "november novembre noviembre novembro nov",
        "december dezember décembre diciembre dezembro dicembre dec",
    ];
    NAMES
        .iter()
        .position(|names| names.split(' ').any(|name| name == word))
        .map(|n| n as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::gone_by;
    use chrono::{Days, NaiveDate};

    /// Written on a Wednesday and looked at `later` days after.
    fn after(later: u64, text: &str) -> Option<String> {
        let written = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
        gone_by(text, written, written + Days::new(later)).map(|d| d.to_string())
    }

    #[test]
    fn l8_a_day_named_in_the_text_goes_by_when_it_is_over() {
        for (text, days) in [
            ("see you tonight", 0),
            ("Are you both free tomorrow at 3?", 1),
            ("Perhaps on Friday, or Monday?", 2),
            ("The dinner is on 3 December.", 8),
            ("Dec 3rd would suit", 8),
            ("by 2026-12-24 at the latest", 29),
            ("am 5. Januar in Wien", 41),
            ("el 3 de diciembre en Sevilla", 8),
            ("le 3 décembre à Lyon", 8),
            ("na quinta-feira, às dez", 1),
            ("sabato a Torino", 3),
            ("op 3 december in Gent", 8),
        ] {
            assert_eq!(after(days, text), None, "{text}: the day itself");
            assert!(after(days + 1, text).is_some(), "{text}: the day after");
        }
    }

    #[test]
    fn l8_the_first_of_several_days_is_enough() {
        let text = "She is in town until Friday, and back on 10 December.";
        assert_eq!(after(3, text).as_deref(), Some("2026-11-27"));
    }

    #[test]
    fn l8_a_fair_that_was_over_when_the_draft_was_held_is_seen() {
        let text = "You should meet before the fair on 2026-11-24.";
        assert_eq!(after(0, text).as_deref(), Some("2026-11-24"));
    }

    #[test]
    fn l8_what_is_no_appointment_makes_nothing_stale() {
        for text in [
            "We met in 2019, and you may like each other.",
            "He founded it on 2001-05-04.",
            "I saw Jordan on Tuesday, and again on 20 November.",
            "Wir haben uns am 20. November kennengelernt.",
            "Nous étions à Lyon lundi.",
        ] {
            assert_eq!(after(40, text), None, "{text}");
        }
    }
}
