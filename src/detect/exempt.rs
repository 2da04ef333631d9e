//! Invitations, lists, receipts, replies: never an introduction, whatever the words.

use super::Verdict;
use super::cues::Kind;
use super::weigh::Letter;
use crate::acquaintance::Records;
use crate::letter;
use crate::mail::{Address, Message, MessageId, Oddity};

/// More visible recipients than a person introduces.
const CROWD: usize = 20;

/// Why this can be no introduction, as a sentence; `None` when the weighing stands.
pub(super) fn reason(
    message: &Message,
    letter: &Letter,
    verdict: &Verdict,
    records: &dyn Records,
) -> Option<String> {
    let say = |text: &str| Some(text.to_owned());
    if message.value(letter::MARK).is_some() {
        return say("askfirst wrote this letter itself.");
    }
    if letter.people.humans.len() < 2 {
        return say("It goes to fewer than two people beside the writer.");
    }
    if message.to.len() + message.cc.len() > CROWD {
        return say("It goes to a crowd, and a crowd is not introduced to each other.");
    }
    if is_invitation(message) {
        return say("It is a calendar invitation.");
    }
    if is_machine_mail(message) {
        return say("It is marked as a newsletter, list or automatic mail.");
    }
    if message
        .odd
        .iter()
        .any(|o| matches!(o, Oddity::Malformed(what) if what.contains("addresses in one field")))
    {
        return say("It has too many recipients to be read.");
    }
    known_from_thread(message, letter, verdict, records)
}

/// Calendar programs write to people on the organiser's behalf (N10; RFC 6047).
fn is_invitation(message: &Message) -> bool {
    message.content_type == "text/calendar"
        || message
            .attachments
            .iter()
            .any(|a| a.content_type == "text/calendar" || a.content_type == "application/ics")
        || message
            .value("Content-Class")
            .is_some_and(|v| v.contains("calendarmessage"))
}

/// RFC 2369 lists, RFC 3834 automatic mail, reports, and what mail-merge programs stamp.
fn is_machine_mail(message: &Message) -> bool {
    let is = |name: &str, values: &[&str]| {
        message
            .values(name)
            .any(|v| values.contains(&v.trim().to_ascii_lowercase().as_str()))
    };
    [
        "List-Id",
        "List-Unsubscribe",
        "List-Post",
        "Feedback-ID",
        "X-Campaign-Id",
        "X-MC-User",
    ]
    .iter()
    .any(|name| message.value(name).is_some())
        || is("Precedence", &["bulk", "list", "junk"])
        || message
            .values("Auto-Submitted")
            .any(|v| !v.trim().to_ascii_lowercase().starts_with("no"))
        || message.content_type == "multipart/report"
}

/// People who already stood on an earlier message of the thread are not new to each other (N6, D8).
fn known_from_thread(
    message: &Message,
    letter: &Letter,
    verdict: &Verdict,
    records: &dyn Records,
) -> Option<String> {
    let ids: Vec<MessageId> = message
        .references
        .iter()
        .chain(&message.in_reply_to)
        .cloned()
        .collect();
    if !letter.is_reply || verdict.parties.len() < 2 {
        return None;
    }
    let mut earlier = if ids.is_empty() {
        Vec::new()
    } else {
        records.thread_people(&ids)
    };
    earlier.extend(people_in_quote(&message.text));
    let new = verdict
        .parties
        .iter()
        .filter(|p| !earlier.contains(&p.address) && !p.also.iter().any(|a| earlier.contains(a)))
        .count();
    if new == 0 {
        return Some("All of them were on an earlier message of this thread.".to_owned());
    }
    // Somebody answers an introduction with everybody still on it.
    (letter.of(Kind::Thanks).next().is_some())
        .then(|| "It answers somebody else's introduction.".to_owned())
}

/// The addresses in the quoted part: in attribution lines and copied headers.
fn people_in_quote(text: &str) -> Vec<Address> {
    let mut found = Vec::new();
    for line in text.lines().take(2000).filter(|l| l.contains('@')) {
        let bare = line.trim_start_matches(['>', ' ', '\t', '*']);
        let lower = bare.to_lowercase();
        let header = [
            "from:", "to:", "cc:", "von:", "an:", "de :", "de:", "à :", "para:", "da:", "a:",
            "van:", "aan:", "on ", "am ", "le ", "el ", "em ", "il ", "op ",
        ]
        .iter()
        .any(|h| lower.starts_with(h))
            || lower.contains("wrote:")
            || lower.contains("schrieb")
            || lower.contains("écrit :");
        if !header {
            continue;
        }
        found.extend(
            bare.split(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c))
                .filter(|w| w.contains('@'))
                .filter_map(|w| Address::new(w).ok()),
        );
        if found.len() > 100 {
            break;
        }
    }
    found
}
