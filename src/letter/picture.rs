//! What a letter to one party may say of the others.

use super::about::{self, Called, Matter};
use super::lexicon::{self, Lexicon};
use super::salutation::{self, Frame};
use super::templates::Values;
use super::{manners, names, scrub};
use crate::introduction::{Introduction, Reveal};
use crate::mail::Address;
use chrono::NaiveDate;
use minijinja::value::Value;
use std::collections::BTreeSet;

/// Quoted words about one other person, at most.
const WORDS_ABOUT_ONE: usize = 48;
/// … and where there are several.
const WORDS_ABOUT_EACH: usize = 28;

/// The parties of an introduction as its text shows them.
#[derive(Debug)]
pub(super) struct Picture {
    addresses: Vec<Vec<Address>>,
    names: Vec<Option<String>>,
    /// For each party, whom of the others it knows already.
    knows: Vec<Vec<usize>>,
    called: Called,
    frame: Frame,
    matter: Matter,
    own_name: Option<String>,
    words: &'static Lexicon,
    /// For each party, how the introducer closed the last mail to them.
    closings: Vec<Option<String>>,
    /// For each party, the day of that mail.
    wrote: Vec<Option<NaiveDate>>,
    today: NaiveDate,
}

impl Picture {
    /// Reads the introducer's own words. A text in a language that is not understood gives no
    /// matter: nobody could tell whom its sentences are spoken to.
    pub fn of(introduction: &Introduction) -> Self {
        let names: Vec<Option<String>> = introduction
            .parties
            .iter()
            .map(|p| p.name.as_deref().and_then(|n| names::clean(n, &p.address)))
            .collect();
        let own_name = introduction
            .from
            .name
            .as_deref()
            .and_then(|n| names::clean(n, &introduction.from.address));
        let language = spoken(&introduction.text, &introduction.language);
        let words = language.unwrap_or_else(|| lexicon::of("en"));
        let mut frame = salutation::read(&introduction.text, &names, own_name.as_deref(), words);
        let mut closings = vec![None; names.len()];
        for known in &introduction.manners {
            let Some(manner) = frame.manners.get_mut(known.party) else {
                continue;
            };
            // The introduction's own greeting comes first.
            if manner.greeting.is_none() && known.greeting.is_some() {
                manner.greeting.clone_from(&known.greeting);
                manner.form.clone_from(&known.form);
                manner.formal = known.formal;
                if let Some(slot) = closings.get_mut(known.party) {
                    slot.clone_from(&known.closing);
                }
            }
        }
        let wrote = (0..names.len())
            .map(|i| {
                let mut known = introduction.manners.iter();
                known.find(|k| k.party == i).and_then(|k| k.wrote)
            })
            .collect();
        let called = called(&names, &frame);
        let matter =
            language.map_or_else(Matter::default, |l| about::read(&frame.body, &called, l));
        Self {
            addresses: introduction
                .parties
                .iter()
                .map(|p| {
                    std::iter::once(&p.address)
                        .chain(&p.also)
                        .cloned()
                        .collect()
                })
                .collect(),
            names,
            knows: introduction
                .parties
                .iter()
                .map(|p| p.knows.clone())
                .collect(),
            called,
            frame,
            matter,
            own_name,
            words,
            closings,
            wrote,
            today: introduction.created.date_naive(),
        }
    }

    /// Those whom this party has not met: a letter is about them alone. Everybody else, where it
    /// knows them all and is written to all the same.
    fn strangers_to(&self, party: usize) -> Vec<usize> {
        let knows = self.knows.get(party).map_or(&[][..], Vec::as_slice);
        let others = || (0..self.names.len()).filter(|i| *i != party);
        let strangers: Vec<usize> = others().filter(|i| !knows.contains(i)).collect();
        if strangers.is_empty() {
            others().collect()
        } else {
            strangers
        }
    }

    /// The text between greeting and closing.
    pub fn body(&self) -> &str {
        &self.frame.body
    }

    pub fn called(&self) -> &Called {
        &self.called
    }

    pub fn words(&self) -> &'static Lexicon {
        self.words
    }

    /// Forgets what the text says, where it cannot be read.
    pub fn say_nothing(&mut self) {
        self.matter = Matter::default();
    }

    /// Whether the text has nothing to tell others about this party (R8).
    pub fn is_thin(&self, party: usize) -> bool {
        self.sentences(party, WORDS_ABOUT_ONE, false).is_empty()
    }

    /// Whether this party's name is withheld for what the text says of them.
    pub fn is_delicate(&self, party: usize) -> bool {
        self.matter.is_delicate(party)
    }

    /// The values of a letter to `party`. `seen` is what they have read already: nothing more is
    /// revealed than stands there. `steps_down` is false where everything is out already.
    pub fn values(
        &self,
        party: usize,
        reveal: Reveal,
        seen: Option<&str>,
        steps_down: bool,
        language: &str,
    ) -> Values {
        let words = lexicon::of(language);
        let others = self.strangers_to(party);
        let budget = if others.len() > 1 {
            WORDS_ABOUT_EACH
        } else {
            WORDS_ABOUT_ONE
        };
        let mut shown = Vec::new();
        let mut nameless = 0;
        let mut withheld = false;
        let mut told: Vec<String> = Vec::new();
        for &other in &others {
            let reveal = if steps_down && self.matter.is_delicate(other) {
                Reveal::Nothing
            } else {
                reveal
            };
            let name = self
                .name(other, reveal, words)
                .filter(|n| seen.is_none_or(|s| s.contains(n.as_str())));
            withheld |= name.is_none() && self.names.get(other).is_some_and(Option::is_some);
            told.extend(
                self.sentences(other, budget, others.len() > 1)
                    .into_iter()
                    .map(|s| self.disguised(&s, other, reveal, words)),
            );
            match name {
                Some(name) => shown.push(name),
                None => nameless += 1,
            }
        }
        match nameless {
            0 => {}
            1 => shown.push(words.a_contact.to_owned()),
            _ => shown.push(words.contacts.to_owned()),
        }
        let manner = self.frame.manners.get(party).cloned().unwrap_or_default();
        let name = self.names.get(party).cloned().flatten();
        let first = name.as_deref().map(names::first);
        let own = self.own_name.clone().unwrap_or_default();
        let me = self.frame.signature.clone().unwrap_or_else(|| {
            if manner.formal {
                own.clone()
            } else {
                names::first(&own)
            }
        });
        Values::from([
            ("about", Value::from(told.join(" "))),
            (
                "closing",
                Value::from(
                    self.frame
                        .closing
                        .clone()
                        .or_else(|| self.closings.get(party).cloned().flatten())
                        .unwrap_or_default(),
                ),
            ),
            ("first", Value::from(first.unwrap_or_default())),
            ("formal", Value::from(manner.formal)),
            ("greeting", Value::from(manner.greeting.unwrap_or_default())),
            ("me", Value::from(me)),
            (
                "name",
                Value::from(name.as_deref().map(names::unshouted).unwrap_or_default()),
            ),
            ("other", Value::from(names::list(&shown, words))),
            // How many “you all” are, with those it knows.
            ("others", Value::from(self.names.len().saturating_sub(1))),
            ("withheld", Value::from(withheld)),
            (
                "wrote",
                Value::from(
                    self.wrote
                        .get(party)
                        .copied()
                        .flatten()
                        .filter(|_| withheld)
                        .map(|wrote| manners::day(wrote, self.today, words))
                        .unwrap_or_default(),
                ),
            ),
        ])
    }

    /// What this person is called before others, as far as it is revealed.
    fn name(&self, party: usize, reveal: Reveal, words: &Lexicon) -> Option<String> {
        let name = self.names.get(party)?.clone()?;
        let shown = match reveal {
            Reveal::Nothing => return None,
            Reveal::FirstName => names::first(&name),
            Reveal::Name => {
                let title = self
                    .frame
                    .manners
                    .get(party)
                    .and_then(|m| m.form.as_deref())
                    .and_then(|f| f.split_whitespace().find(|t| lexicon::is_plain_title(t)))
                    .filter(|_| words.bare_titles())
                    .filter(|_| !name.split_whitespace().any(lexicon::is_honorific));
                title.map_or_else(
                    || names::unshouted(&name),
                    |t| format!("{} {}", salutation::capitalised(t), names::unshouted(&name)),
                )
            }
        };
        (!self.betrays(&shown, party)).then_some(shown)
    }

    /// Quotable sentences about this person, each looked at once more for their own details.
    fn sentences(&self, party: usize, budget: usize, among: bool) -> Vec<String> {
        self.matter
            .about(party, budget, among)
            .into_iter()
            .filter(|s| !s.is_empty() && !self.betrays(s, party))
            .collect()
    }

    /// Whether a text holds an address of this person, whole or in a form that stands out.
    fn betrays(&self, text: &str, party: usize) -> bool {
        let lower = text.to_lowercase();
        let bare = scrub::squeezed(text);
        self.addresses.get(party).into_iter().flatten().any(|a| {
            let local = a.local().to_lowercase();
            let telling = local.chars().any(|c| !c.is_alphabetic());
            bare.contains(&scrub::squeezed(a.as_str()))
                || bare.contains(&scrub::squeezed(a.key()))
                || (!a.domain().is_empty() && lower.contains(a.domain()))
                || (telling && lower.contains(&local))
        })
    }

    /// The sentence with as much of this person's name as is revealed.
    fn disguised(&self, sentence: &str, party: usize, reveal: Reveal, words: &Lexicon) -> String {
        let (Some(called), Some(name)) = (self.called.get(party), self.names.get(party)) else {
            return sentence.to_owned();
        };
        let stands_in = match (reveal, name) {
            (Reveal::Name, _) | (_, None) => return sentence.to_owned(),
            (Reveal::FirstName, Some(name)) => names::first(name),
            (Reveal::Nothing, Some(_)) => words.this_person.to_owned(),
        };
        let mut out: Vec<String> = Vec::new();
        let mut in_name = false;
        for token in sentence.split(' ') {
            let word = names::words_of(token).next().unwrap_or_default();
            if called.contains(&names::bare(word)) {
                let after = ending(token);
                if in_name {
                    if let Some(last) = out.last_mut() {
                        last.push_str(after);
                    }
                } else {
                    if out.last().is_some_and(|t| lexicon::is_honorific(t)) {
                        out.pop();
                    }
                    // “A Rachel”, “la Rachel”, “der Jordan”: the article was the name's.
                    if reveal == Reveal::Nothing
                        && out.last().is_some_and(|t| words.stands_before_a_name(t))
                    {
                        out.pop();
                    }
                    let lead: String = token.chars().take_while(|c| !c.is_alphanumeric()).collect();
                    out.push(format!("{lead}{stands_in}{after}"));
                }
                in_name = true;
            } else {
                in_name = false;
                out.push(token.to_owned());
            }
        }
        salutation::capitalised(&out.join(" "))
    }
}

/// What stands behind a name in one word: “’s”, a comma, both.
fn ending(token: &str) -> &str {
    let at = token.find("'s").or_else(|| token.find("’s"));
    let at = at.unwrap_or_else(|| token.trim_end_matches(|c: char| !c.is_alphanumeric()).len());
    token.get(at..).unwrap_or_default()
}

/// The words for the language that a text is written in, where it is one of ours. The judge says
/// `en` where it does not know; a text that is plainly something else is not read as English.
pub(super) fn spoken(text: &str, language: &str) -> Option<&'static Lexicon> {
    let seen = whatlang::detect(text).filter(|i| i.is_reliable() && i.confidence() > 0.9);
    match seen.map(|i| i.lang().code()) {
        Some("eng") => lexicon::known("en"),
        Some("spa") => lexicon::known("es"),
        Some("fra") => lexicon::known("fr"),
        Some("deu") => lexicon::known("de"),
        Some("por") => lexicon::known("pt"),
        Some("ita") => lexicon::known("it"),
        Some("nld") => lexicon::known("nl"),
        Some(_) => None,
        None => lexicon::known(language),
    }
}

/// The words by which each party is spoken of; what two share (a family name) names neither.
fn called(names: &[Option<String>], frame: &Frame) -> Called {
    let all: Vec<BTreeSet<String>> = names
        .iter()
        .zip(&frame.manners)
        .map(|(name, manner)| {
            [name.as_deref(), manner.form.as_deref()]
                .into_iter()
                .flatten()
                .flat_map(names::tokens)
                .collect()
        })
        .collect();
    all.iter()
        .enumerate()
        .map(|(i, own)| {
            own.iter()
                .filter(|w| {
                    !all.iter()
                        .enumerate()
                        .any(|(k, other)| k != i && other.contains(*w))
                })
                .cloned()
                .collect()
        })
        .collect()
}
