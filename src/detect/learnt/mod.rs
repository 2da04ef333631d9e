//! What was learnt from labelled letters: the weight of every sign, and the score they add up to.
//!
//! The weights lie beside this file and are made by `cargo bench --bench judge -- learn` out of the
//! letters in `tests/mail/judge`; docs/JUDGE.md tells how. A score is the chance that somebody who
//! reads the letter would call it an introduction.

mod concepts;
mod grams;
mod signs;
mod trees;
mod turns;
mod weights;

use super::hits::quote;
use super::weigh::Letter;
use crate::mail::Message;
use concepts::Lexicon;
use grams::{Gram, Grams, NOTIONS_TOGETHER, Tokens, WORDS_TOGETHER, share};
use signs::Houses;
pub(super) use signs::Sign;
pub use signs::rare;
use trees::TREES;
pub use trees::{PARTS, parts};
use weights::WEIGHTS;

/// Everything about one letter that has a weight.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub signs: Vec<Sign>,
    grams: Grams,
    /// How often each notion occurs, by its number.
    counts: Vec<u8>,
    /// A language without a column in the table of notions: only the signs are weighed.
    foreign: bool,
}

impl Shown {
    /// `by_hand` is what the hand-made weighing of wordings makes of it, 0 to 1.
    pub fn of(letter: &Letter, message: &Message, by_hand: f64) -> Self {
        let houses = Houses::of(letter);
        let column = Lexicon::column(letter.language);
        let sides = houses.sides(letter);
        let tokens = Tokens::of(&letter.sentences, &letter.shape, column, sides);
        let mut signs = signs::signs(letter, message, houses, by_hand);
        turns::turns(letter, &tokens, &mut signs);
        Self {
            signs,
            grams: Grams::of(&letter.sentences, &tokens, column, sides),
            counts: turns::counts(&tokens),
            foreign: column.is_none(),
        }
    }

    pub fn study(self, language: &'static str) -> super::Study {
        super::Study {
            notions: self.grams.notions.iter().map(|g| g.slot).collect(),
            words: self.grams.words.iter().map(|g| g.slot).collect(),
            of_sentence: [&self.grams.notions, &self.grams.words]
                .map(|l| l.iter().map(|g| g.sentence).collect()),
            counts: self.counts,
            signs: self.signs,
            language,
        }
    }

    /// 0 to 1: how likely the letter is an introduction.
    pub fn score(&self) -> f64 {
        let parts = self.parts();
        let sum = parts[8] + self.together(&parts) + rare(&self.signs) + WEIGHTS.shift();
        1.0 / (1.0 + (-f64::from(sum)).exp())
    }

    /// What the weights add up to.
    pub fn parts(&self) -> [f32; 9] {
        let signs: f32 = self.weighed_signs().map(|(_, weight)| weight).sum();
        let notions = self.grams.notions.len();
        parts(
            WEIGHTS.bias(self.foreign) + signs,
            self.weighed_grams()
                .enumerate()
                .map(|(i, (gram, weight))| (gram.sentence, weight, i < notions)),
        )
    }

    /// What the trees add to it. They were learnt with notions, and know nothing without.
    pub fn together(&self, parts: &[f32; 9]) -> f32 {
        if self.foreign {
            return 0.0;
        }
        TREES.sum(&self.signs, &self.counts, parts)
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
