//! Standing consents and refusals, and prior consent inside messages.

use crate::Timestamp;
use crate::acquaintance::organisation;
use crate::detect::wishes;
use crate::mail::text::own_words;
use crate::mail::{Address, Message, Oddity};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What stands about a person until it is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// Fine with any introduction from this introducer.
    Always,
    /// Not to be asked again, by their own word or the introducer's.
    Never,
    /// Fine with being introduced to `about`.
    Pair,
    /// Declined being introduced to `about`.
    Declined,
}

/// One line of `consent list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub address: Address,
    pub about: Option<Address>,
    pub kind: ConsentKind,
    pub since: Timestamp,
    /// Where it comes from: `answer`, `command`, …
    pub source: String,
}

/// Why a party need not be asked, in words for `show`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorConsent {
    pub address: Address,
    pub why: String,
}

/// How long a request to be put in touch with somebody counts.
pub const REQUEST_COUNTS: TimeDelta = TimeDelta::days(365);
/// How long a yes to the introducer's own question counts.
pub const YES_COUNTS: TimeDelta = TimeDelta::days(90);
/// A clock that runs ahead by less than this is no reason to doubt a mail.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::days(1);

/// Whether this mail of `from` asked for, or agreed to, being put in touch with the other party
/// (K9; a name alone is not enough for another person of that name, K10).
///
/// `mail` was written by the party to the introducer; `about` are the other party's address and name.
/// The other one must be meant beyond doubt: by address, by first and last name with no other firm
/// beside it, or by first name and firm. A general offer (“happy to meet any of your founders”) is
/// nobody's consent (K11). `namesake` says that somebody else of that name is known: then only the
/// address will do (K4). A request counts for [`REQUEST_COUNTS`], a yes for [`YES_COUNTS`]; mail without
/// a date, or from the future, for nothing. In doubt the person is asked. Gives a sentence for `show`.
#[must_use]
pub fn asked_for(
    mail: &Message,
    about: &Address,
    about_name: Option<&str>,
    namesake: bool,
    at: Timestamp,
) -> Option<String> {
    if mail.from.len() != 1
        || mail.odd.contains(&Oddity::Repeated("From".to_owned()))
        || is_automatic(mail)
    {
        return None;
    }
    let age = at.signed_duration_since(mail.date?);
    if age < -CLOCKS_DIFFER || age > REQUEST_COUNTS {
        return None;
    }
    let own = own_words(mail);
    let meant = |text: &str, whole_name: bool| {
        by_address(text, &mail.subject, about)
            || !namesake && is_meant(text, &mail.subject, about, about_name, whole_name)
    };
    if let Some(wish) = wishes::wish(&own, about, about_name)
        && meant(&own, wish.whole_name)
    {
        return Some(told(mail, "asked for it", &wish.quote));
    }
    if age <= YES_COUNTS && is_plain_yes(&own) {
        let quoted = quoted_words(&mail.text);
        if let Some(offer) = wishes::offer(&quoted, about, about_name)
            && meant(&quoted, offer.whole_name)
        {
            return Some(told(mail, "said yes when asked", &offer.quote));
        }
    }
    None
}

fn told(mail: &Message, what: &str, quote: &str) -> String {
    match mail.date {
        Some(date) => format!("{what} on {}: “{quote}”", date.format("%-d %B %Y")),
        None => format!("{what}: “{quote}”"),
    }
}

/// Whether the words give the address itself.
fn by_address(text: &str, subject: &str, about: &Address) -> bool {
    [subject, text]
        .into_iter()
        .flat_map(|t| t.split(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c)))
        .filter(|w| w.contains('@'))
        .any(|w| Address::new(w.trim_end_matches(['.', '?', '!'])).is_ok_and(|a| a == *about))
}

/// Whether the person with this address is the one the words speak of.
fn is_meant(
    text: &str,
    subject: &str,
    about: &Address,
    name: Option<&str>,
    whole_name: bool,
) -> bool {
    let everything = format!("{subject}\n{text}");
    // Another address with that name on it is another person.
    let parts: Vec<String> = name
        .unwrap_or_default()
        .to_lowercase()
        .split_whitespace()
        .filter(|p| p.chars().count() > 2)
        .map(str::to_owned)
        .collect();
    let elsewhere = everything
        .split(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c))
        .filter_map(|w| Address::new(w.trim_end_matches('.')).ok())
        .any(|a| parts.iter().any(|p| a.local().to_lowercase().contains(p)));
    if elsewhere {
        return false;
    }
    let firm = firm_of(about);
    let says_firm = firm.as_deref().is_some_and(|firm| {
        everything
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .any(|w| w == firm)
    });
    says_firm || (whole_name && !other_firm(text, name, firm.as_deref()))
}

/// `lab` of `jordan@mail.lab.example`; nothing at public mail hosts.
fn firm_of(address: &Address) -> Option<String> {
    let domain = psl::domain_str(address.domain()).unwrap_or(address.domain());
    if organisation::is_public_host(domain) {
        return None;
    }
    let label = domain.split('.').next().unwrap_or_default();
    (label.chars().count() > 2).then(|| label.to_owned())
}

/// “Jordan Okafor at Initech” is somebody else when our Jordan Okafor is at the lab.
fn other_firm(text: &str, name: Option<&str>, firm: Option<&str>) -> bool {
    let (Some(name), Some(firm)) = (name, firm) else {
        return false;
    };
    let last = name
        .split_whitespace()
        .last()
        .unwrap_or_default()
        .to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().any(|(i, word)| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.to_lowercase() != last || word.ends_with(['.', '?', '!', ';']) {
            return false;
        }
        let mut after = words.iter().skip(i + 1);
        let at = after.next().map(|w| {
            w.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        });
        let place = after
            .next()
            .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
        at.is_some_and(|w| {
            matches!(
                w.as_str(),
                "at" | "from"
                    | "of"
                    | "with"
                    | "bei"
                    | "von"
                    | "chez"
                    | "de"
                    | "van"
                    | "bij"
                    | "da"
                    | "di"
                    | "en"
                    | "em"
            )
        }) && place.is_some_and(|p| {
            p.chars().next().is_some_and(char::is_uppercase) && p.to_lowercase() != firm
        })
    })
}

/// RFC 3834 and lists: no person's wish.
fn is_automatic(mail: &Message) -> bool {
    mail.values("Auto-Submitted")
        .any(|v| !v.trim().to_ascii_lowercase().starts_with("no"))
        || mail.value("List-Id").is_some()
        || mail.value("List-Unsubscribe").is_some()
        || mail.content_type == "multipart/report"
}

/// A yes and nothing beside it but greeting, thanks and name.
fn is_plain_yes(own: &str) -> bool {
    const YES: &[&str] = &[
        "yes",
        "yes please",
        "yes please do",
        "yes of course",
        "yes sure",
        "yes gladly",
        "sure",
        "of course",
        "please do",
        "happy to",
        "go ahead",
        "absolutely",
        "gladly",
        "that would be great",
        "yes that would be great",
        "that would be lovely",
        "yes that would be lovely",
        "with pleasure",
        "ja",
        "ja gerne",
        "ja bitte",
        "gerne",
        "sehr gerne",
        "oui",
        "oui volontiers",
        "volontiers",
        "avec plaisir",
        "oui avec plaisir",
        "sí",
        "sí claro",
        "claro",
        "con gusto",
        "sim",
        "sim claro",
        "com prazer",
        "sì",
        "sì certo",
        "certo",
        "volentieri",
        "ja graag",
        "graag",
    ];
    let lines: Vec<String> = own
        .lines()
        .map(|l| {
            l.to_lowercase()
                .split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|l| !l.is_empty())
        .collect();
    let yes = |l: &&String| YES.contains(&l.as_str()) || is_glad_to_talk(l);
    let says_yes = lines.iter().filter(yes).count();
    let rest = lines.iter().filter(|l| !yes(l));
    // What is left are a greeting, a thank-you and a name.
    says_yes == 1 && rest.clone().count() <= 4 && rest.clone().all(|l| l.split(' ').count() <= 3)
}

/// “Happy to talk to her”, “yes, I'd love to meet him”: a yes to whoever is quoted below.
fn is_glad_to_talk(line: &str) -> bool {
    const GLAD: &[&str] = &["happy", "glad", "delighted", "love", "like"];
    const TALK: &[&str] = &["talk", "speak", "meet", "chat", "connect", "help"];
    const BESIDE: &[&str] = &[
        "yes", "sure", "of", "course", "i", "d", "m", "would", "be", "am", "very", "always", "to",
        "with", "her", "him", "them",
    ];
    let words: Vec<&str> = line.split(' ').collect();
    let one_of = |list: &[&str]| words.iter().filter(|w| list.contains(w)).count();
    one_of(GLAD) == 1
        && one_of(TALK) == 1
        && one_of(&["her", "him", "them"]) == 1
        && words
            .iter()
            .all(|w| GLAD.contains(w) || TALK.contains(w) || BESIDE.contains(w))
}

/// The quoted lines without their marks.
fn quoted_words(text: &str) -> String {
    text.lines()
        .filter(|l| l.trim_start().starts_with('>'))
        .map(|l| l.trim_start_matches(['>', ' ']))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse;

    fn from_rachel(text: &str) -> Message {
        parse(format!("From: Rachel Winters <rachel@folio.example>\r\nTo: alex@hub.example\r\nSubject: a favour\r\nDate: Tue, 3 Nov 2026 09:00:00 +0000\r\n\r\n{text}").as_bytes())
    }

    fn asked(text: &str) -> Option<String> {
        let jordan = Address::new("jordan@lab.example").unwrap();
        asked_for(
            &from_rachel(text),
            &jordan,
            Some("Jordan Okafor"),
            false,
            later(20),
        )
    }

    /// So many days after Rachel wrote.
    fn later(days: i64) -> Timestamp {
        "2026-11-03T09:00:00Z".parse::<Timestamp>().unwrap() + TimeDelta::days(days)
    }

    #[test]
    fn k9_a_request_counts_for_a_year_and_a_yes_for_ninety_days() {
        let jordan = Address::new("jordan@lab.example").unwrap();
        let after = |text: &str, days: i64| {
            asked_for(
                &from_rachel(text),
                &jordan,
                Some("Jordan Okafor"),
                false,
                later(days),
            )
            .is_some()
        };
        let request = "Could you introduce me to Jordan Okafor?";
        assert!(after(request, 365) && !after(request, 366) && !after(request, -2));
        let yes = "Happy to talk to him!\n\nOn Mon, 2 Nov 2026, Alex Rivera <alex@hub.example> wrote:\n> may I introduce you to Jordan Okafor, who owns a kiln?\n";
        assert!(after(yes, 90) && !after(yes, 91));
        let undated = parse(format!("From: rachel@folio.example\r\n\r\n{request}").as_bytes());
        assert_eq!(
            asked_for(&undated, &jordan, Some("Jordan Okafor"), false, later(1)),
            None
        );
    }

    #[test]
    fn k4_where_there_are_two_jordans_only_the_address_tells_which() {
        let jordan = Address::new("jordan@lab.example").unwrap();
        let with_namesake = |text: &str| {
            asked_for(
                &from_rachel(text),
                &jordan,
                Some("Jordan Okafor"),
                true,
                later(1),
            )
            .is_some()
        };
        assert!(!with_namesake("Could you introduce me to Jordan Okafor?"));
        assert!(!with_namesake(
            "Could you introduce me to Jordan from the Lab?"
        ));
        assert!(with_namesake(
            "Could you introduce me to Jordan Okafor (jordan@lab.example)?"
        ));
    }

    #[test]
    fn k9_who_asked_for_it_need_not_be_asked() {
        for text in [
            "Hi Alex,\n\ncould you connect me with Jordan Okafor? I have a question about kilns.\n\nRachel\n",
            "Would you introduce me to Jordan from the Lab?",
            "I'd love an intro to Jordan (jordan@lab.example).",
            "I would love to meet Jordan Okafor one day.",
            "Please put us in touch with Jordan Okafor, if he has time."
                .replace(", if he has time", "")
                .as_str(),
            "Könntest du mich bitte mit Jordan Okafor in Kontakt bringen?",
            "Pourrais-tu me mettre en contact avec Jordan Okafor ?",
            "¿Podrías presentarme a Jordan Okafor?",
        ] {
            assert!(asked(text).is_some(), "{text}");
        }
        assert_eq!(
            asked("Could you introduce me to Jordan Okafor? Thanks, R.").unwrap(),
            "asked for it on 3 November 2026: “Could you introduce me to Jordan Okafor?”"
        );
    }

    #[test]
    fn k10_another_person_of_that_name_is_not_meant() {
        for text in [
            "Could you connect me with Jordan?",
            "Could you connect me with Jordan Baker?",
            "Could you introduce me to Jordan Okafor at Initech?",
            "Could you introduce me to Jordan (jordan@other.example)?",
            "Could you introduce me to Jordan Okafor (jordan.okafor@other.example)?",
            "Could you introduce me to Mr Okafor?",
        ] {
            assert_eq!(asked(text), None, "{text}");
        }
    }

    #[test]
    fn k11_a_general_offer_is_no_consent() {
        assert_eq!(asked("I am happy to meet any of your founders."), None);
        assert_eq!(asked("I am always glad to meet people from the Lab."), None);
    }

    #[test]
    fn what_was_refused_is_over_or_quoted_is_no_wish() {
        for text in [
            "Please don't introduce me to Jordan Okafor.",
            "I would rather not meet Jordan Okafor.",
            "Thanks for introducing me to Jordan Okafor!",
            "You introduced me to Jordan Okafor last year, remember?",
            "Fine, thanks.\n\n> Could you introduce me to Jordan Okafor?\n",
            "Could you introduce my colleague Bob to Jordan Okafor?",
        ] {
            assert_eq!(asked(text), None, "{text}");
        }
        let machine = parse(b"From: rachel@folio.example\r\nDate: Tue, 3 Nov 2026 09:00:00 +0000\r\nAuto-Submitted: auto-replied\r\n\r\nCould you introduce me to Jordan Okafor?");
        assert_eq!(
            asked_for(
                &machine,
                &Address::new("jordan@lab.example").unwrap(),
                Some("Jordan Okafor"),
                false,
                later(1)
            ),
            None
        );
    }

    #[test]
    fn n9_a_yes_to_the_introducers_own_question_is_consent() {
        let yes = "Yes, please!\n\nRachel\n\nOn Mon, 2 Nov 2026, Alex Rivera <alex@hub.example> wrote:\n> Hi Rachel,\n> may I introduce you to Jordan Okafor, who owns a kiln?\n> Alex\n";
        assert!(
            asked(yes)
                .unwrap()
                .starts_with("said yes when asked on 3 November 2026")
        );
        assert_eq!(
            asked(&yes.replace("Yes, please!", "Yes, I saw it, but let me think.")),
            None
        );
        assert_eq!(asked(&yes.replace("Jordan Okafor", "Kim Baker")), None);
    }
}
