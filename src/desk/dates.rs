//! Dates in a text that a late release would make stale (SCENES L8).
//!
//! Only ISO dates, day-month dates, weekdays, today and tomorrow count.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The latest day that the text, written on `written`, names as still to come; `None` when it names none.
///
/// Once that day is over the text is stale, and the introducer is told before it leaves.
#[must_use]
pub fn latest(text: &str, written: NaiveDate) -> Option<NaiveDate> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.' || c == '/'))
        .filter(|w| !w.is_empty())
        .collect();
    let words: Vec<&str> = words
        .iter()
        .map(|w| w.trim_matches(['.', '-', '/']))
        .collect();
    let mut found = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let next = words.get(i + 1).copied().unwrap_or_default();
        found.extend(iso(word));
        found.extend(relative(word, written));
        found.extend(weekday(word).map(|day| upcoming(day, written)));
        found.extend(day_and_month(
            word,
            next,
            words.get(i + 2).copied(),
            written,
        ));
    }
    found.into_iter().filter(|day| *day >= written).max()
}

fn iso(word: &str) -> Option<NaiveDate> {
    (word.len() == 10).then(|| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok())?
}

fn relative(word: &str, written: NaiveDate) -> Option<NaiveDate> {
    match word {
        "today" | "tonight" | "heute" | "aujourd" | "hoy" | "oggi" | "hoje" | "vandaag" => {
            Some(written)
        }
        "tomorrow" | "demain" | "domani" | "amanhã" => written.checked_add_days(Days::new(1)),
        _ => None,
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 21] = [
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
        ("montag", Weekday::Mon),
        ("dienstag", Weekday::Tue),
        ("mittwoch", Weekday::Wed),
        ("donnerstag", Weekday::Thu),
        ("freitag", Weekday::Fri),
        ("samstag", Weekday::Sat),
        ("sonntag", Weekday::Sun),
        ("lundi", Weekday::Mon),
        ("mardi", Weekday::Tue),
        ("mercredi", Weekday::Wed),
        ("jeudi", Weekday::Thu),
        ("vendredi", Weekday::Fri),
        ("samedi", Weekday::Sat),
        ("dimanche", Weekday::Sun),
    ];
    NAMES
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, day)| *day)
}

fn upcoming(day: Weekday, written: NaiveDate) -> NaiveDate {
    let ahead = (7 + day.num_days_from_monday() - written.weekday().num_days_from_monday()) % 7;
    written
        .checked_add_days(Days::new(u64::from(ahead)))
        .unwrap_or(written)
}

/// “3 May”, “May 3rd”, “3. Mai”, with or without a year; without one the next such day.
fn day_and_month(
    word: &str,
    next: &str,
    third: Option<&str>,
    written: NaiveDate,
) -> Option<NaiveDate> {
    let (day, month) = match (number(word), month(next), month(word), number(next)) {
        (Some(day), Some(month), _, _) => (day, month),
        (_, _, Some(month), Some(day)) => (day, month),
        _ => return None,
    };
    let year = third
        .and_then(|y| y.parse::<i32>().ok())
        .filter(|y| (2000..2200).contains(y));
    match year {
        Some(year) => NaiveDate::from_ymd_opt(year, month, day),
        None => {
            let this = NaiveDate::from_ymd_opt(written.year(), month, day)?;
            if this >= written {
                Some(this)
            } else {
                NaiveDate::from_ymd_opt(written.year() + 1, month, day)
            }
        }
    }
    // A date a long way off is a plan, not an appointment that a few weeks of waiting make stale.
    .filter(|d| (*d - written).num_days() < 300)
}

fn number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h', '.']);
    digits.parse().ok().filter(|n| (1..=31).contains(n))
}

fn month(word: &str) -> Option<u32> {
    const STEMS: [(&str, u32); 20] = [
        ("january", 1),
        ("february", 2),
        ("march", 3),
        ("april", 4),
        ("may", 5),
        ("june", 6),
        ("july", 7),
        ("august", 8),
        ("september", 9),
        ("october", 10),
        ("november", 11),
        ("december", 12),
        ("januar", 1),
        ("februar", 2),
        ("märz", 3),
        ("mai", 5),
        ("juni", 6),
        ("juli", 7),
        ("oktober", 10),
        ("dezember", 12),
    ];
    let short = STEMS
        .iter()
        .take(12)
        .find(|(name, _)| word.len() == 3 && name.starts_with(word));
    STEMS
        .iter()
        .find(|(name, _)| *name == word)
        .or(short)
        .map(|(_, n)| *n)
}

#[cfg(test)]
mod tests {
    use super::latest;
    use chrono::NaiveDate;

    fn day(text: &str) -> Option<String> {
        // A Wednesday.
        let written = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
        latest(text, written).map(|d| d.to_string())
    }

    #[test]
    fn l8_days_named_in_the_text_are_found() {
        assert_eq!(
            day("Are you both free tomorrow at 3?").as_deref(),
            Some("2026-11-26")
        );
        assert_eq!(day("see you tonight").as_deref(), Some("2026-11-25"));
        assert_eq!(
            day("Perhaps on Friday, or Monday?").as_deref(),
            Some("2026-11-30")
        );
        assert_eq!(
            day("The dinner is on 3 December.").as_deref(),
            Some("2026-12-03")
        );
        assert_eq!(day("Dec 3rd would suit").as_deref(), Some("2026-12-03"));
        assert_eq!(
            day("by 2026-12-24 at the latest").as_deref(),
            Some("2026-12-24")
        );
        assert_eq!(day("am 5. Januar in Wien").as_deref(), Some("2027-01-05"));
    }

    #[test]
    fn l8_what_is_no_appointment_makes_nothing_stale() {
        assert_eq!(day("We met in 2019, and you may like each other."), None);
        assert_eq!(day("He founded it on 2001-05-04."), None);
    }
}
