//! What was learnt from labelled letters: the weight of every sign, and the score they add up to.
//!
//! The weights lie beside this file and are made by `cargo bench --bench judge -- learn` out of the
//! letters in `tests/mail/judge`; docs/JUDGE.md tells how. A score is the chance that somebody who
//! reads the letter would call it an introduction.

mod concepts;
mod grams;
mod signs;
mod weights;

use super::hits::quote;
use super::weigh::Letter;
use crate::mail::Message;
use concepts::Lexicon;
use grams::{Gram, Grams, NOTIONS_TOGETHER, WORDS_TOGETHER, share};
use signs::Houses;
pub(super) use signs::Sign;
use weights::WEIGHTS;

/// Everything about one letter that has a weight.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub signs: Vec<Sign>,
    grams: Grams,
    /// A language without a column in the table of notions: only the signs are weighed.
    foreign: bool,
}

impl Shown {
    /// `by_hand` is what the hand-made weighing of wordings makes of it, 0 to 1.
    pub fn of(letter: &Letter, message: &Message, by_hand: f64) -> Self {
        let houses = Houses::of(letter);
        Self {
            signs: signs::signs(letter, message, houses, by_hand),
            grams: Grams::of(
                &letter.sentences,
                &letter.shape,
                letter.language,
                houses.sides(letter),
            ),
            foreign: Lexicon::column(letter.language).is_none(),
        }
    }

    pub fn study(self, language: &'static str) -> super::Study {
        super::Study {
            notions: self.grams.notions.iter().map(|g| g.slot).collect(),
            words: self.grams.words.iter().map(|g| g.slot).collect(),
            signs: self.signs,
            language,
        }
    }

    /// 0 to 1: how likely the letter is an introduction.
    pub fn score(&self) -> f64 {
        let signs: f32 = self.weighed_signs().map(|(_, weight)| weight).sum();
        let words: f32 = self.weighed_grams().map(|(_, weight)| weight).sum();
        let sum = f64::from(WEIGHTS.bias(self.foreign) + signs + words);
        1.0 / (1.0 + (-sum).exp())
    }

    /// Every sign with what it adds to the sum; above 0 speaks for an introduction.
    pub fn weighed_signs(&self) -> impl Iterator<Item = (&'static str, f32)> {
        self.signs
            .iter()
            .map(|(name, value)| (*name, value * WEIGHTS.sign(name, self.foreign)))
    }

    fn weighed_grams(&self) -> impl Iterator<Item = (Gram, f32)> {
        let notions = share(NOTIONS_TOGETHER, self.grams.notions.len());
        let words = share(WORDS_TOGETHER, self.grams.words.len());
        let of_notions = self
            .grams
            .notions
            .iter()
            .map(move |g| (*g, notions * WEIGHTS.notion(g.slot)));
        let of_words = self
            .grams
            .words
            .iter()
            .map(move |g| (*g, words * WEIGHTS.word(g.slot)));
        of_notions.chain(of_words)
    }

    /// The sentences that weigh most for an introduction, or against one, as a person would read
    /// them, with what they weigh; the strongest first.
    pub fn sentences(&self, letter: &Letter, pro: bool) -> Vec<(String, f32)> {
        let mut sums: Vec<(u16, f32, Option<Gram>, f32)> = Vec::new();
        for (gram, weight) in self.weighed_grams() {
            let weight = if pro { weight } else { -weight };
            let at = match sums.iter().position(|s| s.0 == gram.sentence) {
                Some(at) => at,
                None => {
                    sums.push((gram.sentence, 0.0, None, 0.0));
                    sums.len() - 1
                }
            };
            if let Some(sum) = sums.get_mut(at) {
                sum.1 += weight;
                if weight > sum.3 && gram.to > gram.from + 1 {
                    sum.2 = Some(gram);
                    sum.3 = weight;
                }
            }
        }
        sums.sort_by(|a, b| b.1.total_cmp(&a.1));
        sums.into_iter()
            .filter(|sum| sum.1 > 0.0)
            .filter_map(|(sentence, weight, gram, _)| {
                let words = &letter.sentences.get(usize::from(sentence))?.words;
                let from = usize::from(gram?.from);
                // Some words more than the strongest ones, so that it can be read.
                let from = if words.len() <= 14 { 0 } else { from };
                let quote = quote(words.get(from..)?);
                (!quote.is_empty()).then_some((quote, weight))
            })
            .collect()
    }
}
