//! The judge: message and acquaintance in, verdict with its reasons out.

mod cues;
mod exempt;
mod grounds;
mod hash;
mod hits;
mod language;
mod learnt;
mod names;
mod parties;
mod pattern;
mod people;
mod phrases;
mod roles;
mod shape;
mod subject;
#[cfg(test)]
mod tests;
mod weigh;
pub(crate) mod wishes;
mod words;

pub use language::language_of;
pub use learnt::{PARTS, parts, rare};

use crate::acquaintance::Records;
use crate::mail::{Address, AddressPattern, Message};

/// Whose outgoing mail is judged.
#[derive(Clone, Debug, Default)]
pub struct Introducer {
    /// Main address and aliases, patterns for a catch-all.
    pub addresses: Vec<AddressPattern>,
    pub name: Option<String>,
}

impl Introducer {
    #[must_use]
    pub fn owns(&self, address: &Address) -> bool {
        self.addresses.iter().any(|p| p.matches(address))
    }
}

/// A person being introduced in a message; the ones with one address have no `also`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub address: Address,
    /// From the header or, failing that, from the text; never an address.
    pub name: Option<String>,
    /// Further addresses of the same person on this message (K3).
    pub also: Vec<Address>,
}

/// What the judge makes of one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// `score >= threshold` and nothing exempts it and there are two parties.
    pub introduction: bool,
    /// 0 to 1.
    pub score: f64,
    /// Those recognised, also where it passes. In header order.
    pub parties: Vec<Found>,
    /// Sentences for a person, strongest first.
    pub reasons: Vec<String>,
    /// ISO 639-1 of the text; `en` when unknown.
    pub language: String,
    /// Parties whose agreement the text itself states (“as you both agreed”).
    pub agreed: Vec<Address>,
    /// Pairs of parties that the text itself calls acquainted or colleagues (indices into `parties`).
    pub same_side: Vec<(usize, usize)>,
}

/// The configured limits of judging.
#[derive(Clone, Debug)]
pub struct Limits {
    pub threshold: f64,
    pub ignore: Vec<AddressPattern>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            ignore: Vec::new(),
        }
    }
}

/// Is this outgoing message an introduction, and of whom?
///
/// Three things are weighed together: what the words say, how the letter is built (who is spoken
/// to, who is told about whom), and which parts the recipients play. Acquaintance is not weighed
/// here: two old friends can be parties, and the desk then finds that nobody needs asking.
#[must_use]
pub fn judge(
    message: &Message,
    introducer: &Introducer,
    limits: &Limits,
    records: &dyn Records,
) -> Verdict {
    let letter = weigh::Letter::read(message, introducer, limits, records);
    // Most mail goes to one person, and is not worth a second look.
    let mut verdict = letter.verdict(message, limits);
    if let Some(why) = exempt::reason(message, &letter, &verdict, records) {
        verdict.reasons.insert(0, why);
        verdict.introduction = false;
        verdict.score = verdict.score.min(limits.threshold / 2.0);
    }
    verdict
}

/// What the judge looks at in one message, for those who learn its weights and those who ask why
/// (`check --explain`): the signs by name, and the slots of its notions and words.
#[derive(Clone, Debug, Default)]
pub struct Study {
    /// A name and how strongly it shows.
    pub signs: Vec<(&'static str, f32)>,
    pub notions: Vec<u32>,
    pub words: Vec<u32>,
    /// In which sentence each of the notions, and of the words, stands.
    pub of_sentence: [Vec<u16>; 2],
    /// How often each notion occurs, by its number.
    pub counts: Vec<u8>,
    pub language: &'static str,
}

/// See [`Study`].
#[must_use]
pub fn study(
    message: &Message,
    introducer: &Introducer,
    limits: &Limits,
    records: &dyn Records,
) -> Study {
    let letter = weigh::Letter::read(message, introducer, limits, records);
    letter.shown(message).study(letter.language)
}

/// Why a message has its score: what each sign and each sentence adds to the sum, the strongest
/// first. The sum above 0 means a score above 0.5.
#[must_use]
pub fn explain(
    message: &Message,
    introducer: &Introducer,
    limits: &Limits,
    records: &dyn Records,
) -> Vec<(String, f32)> {
    let letter = weigh::Letter::read(message, introducer, limits, records);
    let shown = letter.shown(message);
    let mut lines: Vec<(String, f32)> = shown
        .weighed_signs()
        .map(|(name, weight)| (name.to_owned(), weight))
        .collect();
    let together = shown.together(&shown.parts());
    lines.push(("how these come together".to_owned(), together));
    lines.push(("how rare such letters are".to_owned(), rare(&shown.signs)));
    for pro in [true, false] {
        lines.extend(
            shown
                .sentences(&letter, pro)
                .into_iter()
                .map(|(quote, weight)| (format!("“{quote}”"), if pro { weight } else { -weight })),
        );
    }
    lines.retain(|(_, weight)| weight.abs() >= 0.005);
    lines.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    lines
}
