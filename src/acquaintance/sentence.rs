//! Evidence in sentences that a person can check against the mailbox.

use super::Kind;
use crate::Timestamp;

/// What a sentence about one shared message is made of.
pub struct Facts<'a> {
    /// Names, or addresses where there is no name.
    pub a: &'a str,
    pub b: &'a str,
    /// Who wrote it: a name, an address, or `None` for the user.
    pub writer: Option<&'a str>,
    /// `a` wrote it (with [`Kind::Wrote`] it is `b` otherwise).
    pub a_wrote: bool,
    /// The other one stood on Cc.
    pub on_copy: bool,
    pub date: Option<Timestamp>,
    /// Empty when there is none.
    pub subject: &'a str,
}

/// “Rachel wrote to Jordan on 3 May 2026: “Dinner at eight””.
#[must_use]
pub fn shared(kind: Kind, facts: &Facts<'_>) -> String {
    let Facts { a, b, .. } = facts;
    let when = when(facts.date);
    let quoted = match facts.subject {
        "" => String::new(),
        subject => format!(": “{subject}”"),
    };
    match kind {
        Kind::Wrote => {
            let (from, to) = if facts.a_wrote { (a, b) } else { (b, a) };
            if facts.on_copy {
                format!("{from} wrote with {to} on copy{when}{quoted}")
            } else {
                format!("{from} wrote to {to}{when}{quoted}")
            }
        }
        Kind::Thread => {
            format!("{a} and {b} both wrote in one thread, seen together{when}{quoted}")
        }
        _ => match facts.writer {
            Some(writer) => format!("{writer} wrote to {a} and {b} together{when}{quoted}"),
            None => format!("you wrote to {a} and {b} together{when}{quoted}"),
        },
    }
}

/// “you introduced Rachel and Jordan on 3 May 2026”.
#[must_use]
pub fn introduced(a: &str, b: &str, date: Option<Timestamp>) -> String {
    format!("you introduced {a} and {b}{}", when(date))
}

/// “both write from nova.example”.
#[must_use]
pub fn organisation(domain: &str) -> String {
    format!("both have addresses of one organisation: {domain}")
}

/// “ on 3 May 2026”, in UTC; nothing when the date is unknown.
fn when(date: Option<Timestamp>) -> String {
    date.map_or_else(String::new, |d| format!(" on {}", d.format("%-d %B %Y")))
}
