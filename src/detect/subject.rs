//! What a subject line shows.

use super::people::People;
use super::words::{Set, sentences};

/// What the subject line shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    pub named: Set,
    /// “Rachel <> Jordan”, “Rachel x Jordan”.
    pub joins: bool,
    /// “Intro”, “Introduction”, “Vorstellung”.
    pub says_intro: bool,
    /// A meeting, an invoice, minutes: something that comes again.
    pub recurring: bool,
    pub is_answer: bool,
}

impl Subject {
    pub fn of(subject: &str, people: &People) -> Self {
        let lower = subject.to_lowercase();
        let words = sentences(subject, people);
        let named = words
            .iter()
            .flat_map(|s| &s.words)
            .fold(0, |all, w| all | w.person());
        let is_answer = [
            "re:", "aw:", "sv:", "antw:", "fw:", "fwd:", "wg:", "tr:", "rv:", "rif:", "r:", "enc:",
            "res:",
        ]
        .iter()
        .any(|p| lower.starts_with(p));
        let in_lower: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
        let word = |w: &str| in_lower.contains(&w);
        let says_intro = [
            "intro",
            "intros",
            "introduction",
            "introductions",
            "introducing",
            "introduce",
            "vorstellung",
            "bekanntmachung",
            "présentation",
            "présentations",
            "presentación",
            "apresentação",
            "presentazione",
            "introductie",
            "kennismaking",
            "connecting",
            "connection",
        ]
        .iter()
        .any(|w| word(w))
            || lower.contains("mise en relation")
            || lower.contains("mise en contact")
            || lower.contains("you two should")
            || lower.contains("meet each other");
        let joins = [
            "<>", "<->", "<=>", "><", "↔", "⇄", "↔️", " x ", " + ", " & ", " / ", "/", " meet ",
            " meets ", " and ", " und ", " et ", " y ", " e ", " en ", "–", "—", "🤝", " | ", ", ",
        ]
        .iter()
        .any(|mark| lower.contains(mark));
        let recurring = [
            "weekly",
            "sync",
            "agenda",
            "minutes",
            "standup",
            "stand-up",
            "invoice",
            "meeting",
            "call",
            "1:1",
            "catch-up",
            "catchup",
            "notes",
            "update",
            "status",
            "lunch",
            "dinner",
            "budget",
            "review",
            "contract",
            "schedule",
            "report",
            "draft",
            "proposal",
            "party",
            "trip",
            "invitation",
            "protokoll",
            "rechnung",
            "termin",
        ]
        .iter()
        .any(|w| {
            if w.contains([':', '-']) {
                lower.contains(w)
            } else {
                word(w)
            }
        }) && !says_intro;
        Self {
            named,
            joins,
            says_intro,
            recurring,
            is_answer,
        }
    }
}
