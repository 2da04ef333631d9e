//! Durations as people write them: `90s`, `5m`, `4d`.

use std::time::Duration;

/// Ten years: whatever is longer is a slip of the finger, and would overflow a date.
const LONGEST: u64 = 3653 * 24 * 3600;

/// Reads a whole number and one unit: `s`, `m`, `h`, `d` or `w`.
///
/// A bare number is refused: nobody remembers whether it means seconds or minutes.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let digits = text.strip_suffix(unit)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        'w' => 7 * 24 * 3600,
        _ => return None,
    };
    let total = digits.parse::<u64>().ok()?.checked_mul(seconds)?;
    (total <= LONGEST).then(|| Duration::from_secs(total))
}

/// The shortest way to write it: `90s`, `5m`, `4d`.
#[must_use]
pub fn show(duration: Duration) -> String {
    let seconds = duration.as_secs();
    for (unit, size) in [("d", 24 * 3600), ("h", 3600), ("m", 60)] {
        if seconds >= size && seconds.is_multiple_of(size) {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read_and_shown_again() {
        for (text, seconds) in [
            ("0s", 0),
            ("90s", 90),
            ("5m", 300),
            ("2h", 7200),
            ("4d", 345_600),
        ] {
            let read = parse(text).map(|d| d.as_secs());
            assert_eq!(read, Some(seconds), "{text}");
            assert_eq!(show(Duration::from_secs(seconds)), text);
        }
        assert_eq!(parse("2w"), parse("14d"));
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for text in [
            "",
            "30",
            "s",
            "-1s",
            "+1s",
            "1.5h",
            "1 h",
            "2min",
            "1h30m",
            "٣s",
            "5M",
            "99999999999999999999s",
            "40000d",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
