//! Days named in an answer: "ask me on the 20th", "im Herbst" (no day), "in two months", "bis 5. Mai".

use super::words::fold_word;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &[ "january", "jan", "januar", "jaenner", "janvier", "enero", "ene", "janeiro", "gennaio", "gen", "januari"],
    &[ "february", "feb", "februar", "fevrier", "fev", "febrero", "fevereiro", "febbraio", "februari"],
    &[ "march", "mar", "maerz", "mrz", "mars", "marzo", "marco", "maart", "mrt"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maio", "maggio", "mag", "mei"],
    &[ "june", "jun", "juni", "juin", "junio", "junho", "giugno", "giu"],
    &[ "july", "jul", "juli", "juillet", "juil", "julio", "julho", "luglio", "lug"],
    &["august", "aug", "aout", "agosto", "ago", "augustus"],
    &[ "september", "sep", "sept", "septembre", "septiembre", "setembro", "set", "settembre"],
    &[ "october", "oct", "oktober", "okt", "octobre", "octubre", "outubro", "out", "ottobre", "ott"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &[ "december", "dec", "dezember", "dez", "decembre", "diciembre", "dic", "dezembro", "dicembre"],
];

#[rustfmt::skip]
const WEEKDAYS: [&[&str]; 7] = [
    &[ "monday", "montag", "lundi", "lunes", "segunda", "lunedi", "maandag"],
    &[ "tuesday", "dienstag", "mardi", "martes", "terca", "martedi", "dinsdag"],
    &[ "wednesday", "mittwoch", "mercredi", "miercoles", "quarta", "mercoledi", "woensdag"],
    &[ "thursday", "donnerstag", "jeudi", "jueves", "quinta", "giovedi", "donderdag"],
    &[ "friday", "freitag", "vendredi", "viernes", "sexta", "venerdi", "vrijdag"],
    &[ "saturday", "samstag", "samedi", "sabado", "sabato", "zaterdag"],
    &[ "sunday", "sonntag", "dimanche", "domingo", "domenica", "zondag"],
];

#[rustfmt::skip]
const NUMBERS: &[(&str, u32)] = &[
    ("a", 1), ("an", 1), ("one", 1), ("einem", 1), ("einer", 1), ("un", 1), ("une", 1), ("una", 1), ("um", 1),
    ("uma", 1), ("een", 1), ("two", 2), ("couple", 2), ("zwei", 2), ("deux", 2), ("dos", 2), ("dois", 2),
    ("duas", 2), ("due", 2), ("twee", 2), ("three", 3), ("drei", 3), ("trois", 3), ("tres", 3), ("tre", 3),
    ("drie", 3), ("four", 4), ("vier", 4), ("quatre", 4), ("cuatro", 4), ("quatro", 4), ("quattro", 4),
    ("five", 5), ("fuenf", 5), ("cinq", 5), ("cinco", 5), ("cinque", 5), ("vijf", 5), ("six", 6), ("sechs", 6),
    ("seis", 6), ("sei", 6), ("zes", 6), ("eight", 8), ("acht", 8), ("ten", 10), ("zehn", 10),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "day" | "days" | "tag" | "tage" | "tagen" | "jour" | "jours" | "dia" | "dias"
        | "giorno" | "giorni" | "dag" | "dagen" => Unit::Day,
        "week" | "weeks" | "woche" | "wochen" | "semaine" | "semaines" | "semana" | "semanas"
        | "settimana" | "settimane" | "weken" => Unit::Week,
        "month" | "months" | "monat" | "monate" | "monaten" | "mois" | "mes" | "meses" | "mese"
        | "mesi" | "maand" | "maanden" => Unit::Month,
        "year" | "years" | "jahr" | "jahre" | "jahren" | "an" | "ans" | "annee" | "ano"
        | "anos" | "anno" | "anni" | "jaar" | "jaren" => Unit::Year,
        _ => return None,
    })
}

/// The first day that `text` names, on or after `today`; `None` if it names none ("in autumn").
#[must_use]
pub fn day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '!' | '?' | '"'))
        .map(|w| fold_word(w.trim_end_matches('.')))
        .filter(|w| !w.is_empty())
        .take(600)
        .collect();
    let get = |i: usize| words.get(i).map_or("", String::as_str);
    for i in 0..words.len() {
        if let Some(date) = numeric(get(i), today) {
            return Some(date);
        }
        let before = if i > 0 { get(i - 1) } else { "" };
        if let Some(month) = month(get(i)) {
            // "5 May", "5 de mayo", "May 5th", "May 2027", "in May"
            let number_before = ordinal(before).or_else(|| {
                matches!(before, "de" | "of" | "di")
                    .then(|| i.checked_sub(2).and_then(|j| ordinal(get(j))))
                    .flatten()
            });
            let number_after = ordinal(get(i + 1));
            let year = [get(i + 1), get(i + 2), get(i + 3)]
                .iter()
                .find_map(|w| year(w));
            let alone = matches!(
                before,
                "in" | "im"
                    | "en"
                    | "em"
                    | "a"
                    | "ad"
                    | "until"
                    | "till"
                    | "til"
                    | "after"
                    | "before"
                    | "nach"
                    | "bis"
                    | "ab"
                    | "vor"
                    | "apres"
                    | "avant"
                    | "hasta"
                    | "despues"
                    | "ate"
                    | "depois"
                    | "dopo"
                    | "fino"
                    | "na"
                    | "tot"
                    | "vanaf"
                    | "next"
                    | "from"
                    | "by"
                    | "early"
                    | "late"
                    | "mid"
                    | "anfang"
                    | "ende"
                    | "begin"
                    | "eind"
                    | "debut"
                    | "fin"
                    | "inizio"
                    | "fine"
                    | "of"
                    | "de"
                    | "di"
            );
            if let Some(day) = number_before.or(number_after) {
                return dated(day, month, year, today);
            }
            if alone || get(i).len() > 4 {
                return dated(1, month, year, today);
            }
        }
        if let Some(unit) = unit(get(i)) {
            let ahead = |n: u32| match unit {
                Unit::Day => today.checked_add_days(Days::new(u64::from(n))),
                Unit::Week => today.checked_add_days(Days::new(7 * u64::from(n))),
                Unit::Month => today.checked_add_months(Months::new(n)),
                Unit::Year => today.checked_add_months(Months::new(12 * n)),
            };
            let near = [before, if i > 1 { get(i - 2) } else { "" }];
            let starts = |w: &str| {
                matches!(
                    w,
                    "in" | "dans"
                        | "en"
                        | "dentro"
                        | "fra"
                        | "tra"
                        | "over"
                        | "daqui"
                        | "another"
                        | "couple"
                        | "a"
                        | "de"
                )
            };
            if let Some(n) = near.iter().find_map(|w| number(w))
                && (1..=4).any(|back| i.checked_sub(back).is_some_and(|j| starts(get(j))))
            {
                return ahead(n);
            }
            let next = |w: &str| {
                matches!(
                    w,
                    "next"
                        | "naechste"
                        | "naechsten"
                        | "naechstes"
                        | "naechster"
                        | "kommende"
                        | "kommenden"
                        | "prochain"
                        | "prochaine"
                        | "proxima"
                        | "proximo"
                        | "prossima"
                        | "prossimo"
                        | "volgende"
                        | "volgend"
                        | "komende"
                )
            };
            if next(before)
                || next(get(i + 1))
                || matches!((get(i + 1), get(i + 2)), ("que", "viene" | "vem"))
            {
                return ahead(1);
            }
        }
        if let Some(weekday) = WEEKDAYS.iter().position(|names| names.contains(&get(i))) {
            let weekday = Weekday::try_from(u8::try_from(weekday).ok()?).ok()?;
            return (1..=7).find_map(|n| {
                today
                    .checked_add_days(Days::new(n))
                    .filter(|d| d.weekday() == weekday)
            });
        }
        // "on the 20th", "am 20.", "le 20", "el 20"
        if matches!(
            before,
            "the"
                | "am"
                | "den"
                | "dem"
                | "zum"
                | "le"
                | "el"
                | "dia"
                | "il"
                | "de"
                | "after"
                | "until"
        ) && let Some(d) = ordinal(get(i))
            && unit(get(i + 1)).is_none()
            && (get(i).len() > 2 || words.get(i + 1).is_none_or(|w| month(w).is_none()))
            && !get(i).contains(':')
        {
            let this =
                NaiveDate::from_ymd_opt(today.year(), today.month(), d).filter(|x| *x >= today);
            let following = today
                .checked_add_months(Months::new(1))
                .and_then(|m| NaiveDate::from_ymd_opt(m.year(), m.month(), d));
            if get(i + 1).is_empty() || month(get(i + 1)).is_none() && month(get(i + 2)).is_none() {
                return this.or(following);
            }
        }
    }
    None
}

fn month(word: &str) -> Option<u32> {
    MONTHS
        .iter()
        .position(|names| names.contains(&word))
        .and_then(|m| u32::try_from(m + 1).ok())
}

fn number(word: &str) -> Option<u32> {
    NUMBERS
        .iter()
        .find(|(w, _)| *w == word)
        .map(|(_, n)| *n)
        .or_else(|| word.parse().ok().filter(|n| (1..=60).contains(n)))
}

fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|y| (2000..2200).contains(y))
}

/// 20, 20th, 1er, 3º as a day of a month.
fn ordinal(word: &str) -> Option<u32> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let rest = &word[digits.len()..];
    matches!(
        rest,
        "" | "st" | "nd" | "rd" | "th" | "er" | "º" | "°" | "e" | "ste" | "de" | "ten"
    )
    .then(|| digits.parse().ok())
    .flatten()
    .filter(|d| (1..=31).contains(d))
}

/// 2027-05-15, 15.05.2027, 15/5, 15.5.
fn numeric(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    let parts: Vec<u32> = word
        .split(['-', '.', '/'])
        .filter(|p| !p.is_empty())
        .map(|p| p.parse().ok())
        .collect::<Option<Vec<u32>>>()?;
    match parts[..] {
        [y, m, d] if (2000..2200).contains(&y) => {
            NaiveDate::from_ymd_opt(i32::try_from(y).ok()?, m, d)
        }
        [a, b, y] => {
            let y = if y < 100 { y + 2000 } else { y };
            let y = i32::try_from(y).ok().filter(|y| (2000..2200).contains(y))?;
            // Day first, as nearly everywhere, unless that cannot be.
            NaiveDate::from_ymd_opt(y, b, a).or_else(|| NaiveDate::from_ymd_opt(y, a, b))
        }
        [d, m] if word.contains(['.', '/']) => dated(d, m, None, today),
        _ => None,
    }
}

/// That day in its year, or the next time it comes.
fn dated(day: u32, month: u32, year: Option<i32>, today: NaiveDate) -> Option<NaiveDate> {
    match year {
        Some(y) => NaiveDate::from_ymd_opt(y, month, day),
        None => [today.year(), today.year() + 1]
            .into_iter()
            .find_map(|y| NaiveDate::from_ymd_opt(y, month, day).filter(|d| *d >= today)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_name_them() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        for (text, want) in [
            ("ask me again on the 20th", "2026-12-20"),
            ("in two months", "2027-01-24"),
            ("after May 5th, please", "2027-05-05"),
            ("frag mich nach dem 3. März wieder", "2027-03-03"),
            ("pas avant le 12 janvier 2027", "2027-01-12"),
            ("después del 5 de febrero", "2027-02-05"),
            ("não antes de março", "2027-03-01"),
            ("la settimana prossima", "2026-12-01"),
            ("volgende maand graag", "2026-12-24"),
            ("until 2027-01-07", "2027-01-07"),
            ("bis 07.01.2027", "2027-01-07"),
            ("on Friday", "2026-11-27"),
        ] {
            assert_eq!(
                day(text, today).map(|d| d.to_string()).as_deref(),
                Some(want),
                "{text}"
            );
        }
        for none in [
            "in autumn",
            "later",
            "when things calm down",
            "I may be wrong",
            "10:30",
        ] {
            assert_eq!(day(none, today), None, "{none}");
        }
    }
}
