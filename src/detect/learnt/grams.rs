//! Which notions and which words stand near each other, as numbers.
//!
//! A mention of a recipient is a notion too, by the part it plays in its sentence: spoken to, or
//! spoken of while on To or on Cc, and whether that person is of the writer's own house.

use super::concepts::{LEXICON, Lexicon};
use crate::detect::shape::Shape;
use crate::detect::words::{Sentence, Set, Word};

/// Slots of the table of notions, and of that of words.
pub(in crate::detect) const NOTION_SLOTS: u32 = 1 << 15;
pub(in crate::detect) const WORD_SLOTS: u32 = 1 << 16;
/// Words of one message that are looked at; nobody introduces two people after four pages.
const WORDS_CAP: usize = 500;
/// What the slots of one message weigh together, whatever their number: a long letter shows more.
pub(in crate::detect) const NOTIONS_TOGETHER: f32 = 4.0;
pub(in crate::detect) const WORDS_TOGETHER: f32 = 3.0;
const FEW: usize = 30;

/// What one slot of so many counts.
#[expect(clippy::cast_precision_loss, reason = "some hundreds")]
pub(in crate::detect) fn share(together: f32, slots: usize) -> f32 {
    together / (slots.max(FEW) as f32).sqrt()
}
/// How far apart two notions may stand, in notions and in words.
const NEAR: usize = 4;
const FAR_WORDS: usize = 8;

/// One of them, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Gram {
    pub slot: u32,
    pub sentence: u16,
    pub from: u16,
    pub to: u16,
}

/// All of one message, each slot once.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct Grams {
    pub notions: Vec<Gram>,
    pub words: Vec<Gram>,
}

/// Sets of recipients that matter for the part a mention plays.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::detect) struct Sides {
    pub on_to: Set,
    pub colleagues: Set,
    /// What the envelope looks like as a whole; see [`super::signs`].
    pub envelope: u16,
}

/// Tokens that are no notion of the lexicon.
const SPOKEN_TO: u16 = 900;
const ADDRESSED: u16 = 901;
const OF_TO: u16 = 902;
const OF_CC: u16 = 903;
const COLLEAGUE_OF_TO: u16 = 904;
const COLLEAGUE_OF_CC: u16 = 905;
const NUMBER: u16 = 906;
const QUESTION: u16 = 907;
const BEGIN: u16 = 908;

impl Grams {
    pub fn of(sentences: &[Sentence], shape: &Shape, language: &str, sides: Sides) -> Self {
        let mut grams = Self::default();
        let Some(column) = Lexicon::column(language) else {
            return grams;
        };
        let mut left = WORDS_CAP;
        let mut tokens: Vec<(u16, u16)> = Vec::new();
        for (number, sentence) in sentences.iter().enumerate() {
            if left == 0 {
                break;
            }
            let words = sentence
                .words
                .get(..left.min(sentence.words.len()))
                .unwrap_or_default();
            left -= words.len();
            let (to, head) = shape.heads.get(number).copied().unwrap_or_default();
            let at = u16::try_from(number).unwrap_or(u16::MAX);
            tokens.clear();
            tokens.push((BEGIN, 0));
            for (i, word) in words.iter().enumerate() {
                if let Some(token) = token(word, i < head, to, column, sides) {
                    tokens.push((token, u16::try_from(i).unwrap_or(u16::MAX)));
                }
            }
            grams.notions_of(&tokens, at, sides.envelope);
            grams.words_of(words, column, at);
        }
        for list in [&mut grams.notions, &mut grams.words] {
            list.sort_by_key(|g| (g.slot, g.sentence, g.from));
            list.dedup_by_key(|g| g.slot);
        }
        grams
    }

    fn notions_of(&mut self, tokens: &[(u16, u16)], sentence: u16, envelope: u16) {
        for (i, &(token, from)) in tokens.iter().enumerate() {
            let mut push = |key: &[u16], to: u16| {
                self.notions.push(Gram {
                    slot: slot(key, NOTION_SLOTS),
                    sentence,
                    from,
                    to: to + 1,
                });
            };
            if token != BEGIN {
                push(&[1, token], from);
                push(&[2, token, envelope], from);
            }
            for (step, &(next, to)) in tokens.iter().skip(i + 1).take(NEAR).enumerate() {
                if usize::from(to - from) > FAR_WORDS {
                    break;
                }
                push(&[3, token, next], to);
                if step == 0 {
                    push(&[4, token, next], to);
                    if let Some(&(third, end)) = tokens.get(i + 2)
                        && usize::from(end - from) <= FAR_WORDS + NEAR
                    {
                        push(&[5, token, next, third], end);
                    }
                }
            }
        }
    }

    fn words_of(&mut self, words: &[Word], column: usize, sentence: u16) {
        let column = u64::try_from(column).unwrap_or_default();
        let mut before: Option<u64> = None;
        for (i, word) in words.iter().enumerate() {
            let from = u16::try_from(i).unwrap_or(u16::MAX);
            let this = match word {
                Word::Person(_) => 7,
                Word::Plain(text) if text.bytes().any(|b| b.is_ascii_digit()) => 8,
                Word::Plain(text) => text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ column, step),
            };
            let mut push = |key: u64, from: u16| {
                self.words.push(Gram {
                    slot: fold(key, WORD_SLOTS),
                    sentence,
                    from,
                    to: u16::try_from(i + 1).unwrap_or(u16::MAX),
                });
            };
            push(this, from);
            if let Some(before) = before {
                push(mix(before, this), from.saturating_sub(1));
            }
            before = Some(this);
        }
    }
}

fn token(word: &Word, in_head: bool, to: Set, column: usize, sides: Sides) -> Option<u16> {
    match word {
        Word::Person(set) if in_head => {
            let _ = set;
            Some(ADDRESSED)
        }
        Word::Person(set) if to & set != 0 => Some(SPOKEN_TO),
        Word::Person(set) => Some(
            match (set & sides.on_to != 0, set & sides.colleagues != 0) {
                (true, false) => OF_TO,
                (false, false) => OF_CC,
                (true, true) => COLLEAGUE_OF_TO,
                (false, true) => COLLEAGUE_OF_CC,
            },
        ),
        Word::Plain(text) if text == "?" => Some(QUESTION),
        Word::Plain(text) if text.bytes().any(|b| b.is_ascii_digit()) => Some(NUMBER),
        Word::Plain(text) => LEXICON.notion(column, text),
    }
}

/// FNV-1a, one octet.
fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn slot(key: &[u16], slots: u32) -> u32 {
    let hash = key
        .iter()
        .flat_map(|k| k.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, step);
    fold(hash, slots)
}

/// The upper bits of a hash that is mixed once more.
fn fold(hash: u64, slots: u32) -> u32 {
    let mixed = mix(hash, hash >> 29);
    u32::try_from(mixed >> 40).unwrap_or_default() & (slots - 1)
}
