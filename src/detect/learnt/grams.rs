//! Which notions and which words stand near each other, as numbers.
//!
//! A mention of a recipient is a notion too, by the part it plays in its sentence: spoken to, or
//! spoken of while on To or on Cc, and whether that person is of the writer's own house.

use super::concepts::LEXICON;
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
pub(super) const SPOKEN_TO: u16 = 900;
pub(super) const ADDRESSED: u16 = 901;
pub(super) const OF_TO: u16 = 902;
pub(super) const OF_CC: u16 = 903;
pub(super) const COLLEAGUE_OF_TO: u16 = 904;
pub(super) const COLLEAGUE_OF_CC: u16 = 905;
pub(super) const NUMBER: u16 = 906;
pub(super) const QUESTION: u16 = 907;
pub(super) const BEGIN: u16 = 908;

/// The notions of a letter in their order, sentence by sentence.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct Tokens {
    /// Notion and place in the sentence.
    list: Vec<(u16, u16)>,
    /// For each sentence how many words of it count, and where its notions end in the list.
    ends: Vec<(usize, usize)>,
    /// Those that greet and say nothing else.
    greetings: Vec<bool>,
}

impl Tokens {
    pub fn of(sentences: &[Sentence], shape: &Shape, column: Option<usize>, sides: Sides) -> Self {
        let mut tokens = Self::default();
        let mut left = WORDS_CAP;
        for (number, sentence) in sentences.iter().enumerate() {
            if left == 0 {
                break;
            }
            let count = left.min(sentence.words.len());
            left -= count;
            let (to, head) = shape.heads.get(number).copied().unwrap_or_default();
            tokens.list.push((BEGIN, 0));
            for (i, word) in sentence.words.iter().take(count).enumerate() {
                if let Some(token) = token(word, i < head, to, column, sides) {
                    let at = u16::try_from(i).unwrap_or(u16::MAX);
                    tokens.list.push((token, at));
                }
            }
            tokens.ends.push((count, tokens.list.len()));
            tokens.greetings.push(head >= count);
        }
        tokens
    }

    /// Each sentence's words that count, and its notions.
    pub fn sentences(&self) -> impl Iterator<Item = (usize, &[(u16, u16)])> {
        let mut from = 0;
        self.ends.iter().map(move |&(count, end)| {
            let those = self.list.get(from..end).unwrap_or_default();
            from = end;
            (count, those)
        })
    }
}

impl Grams {
    pub fn of(
        sentences: &[Sentence],
        tokens: &Tokens,
        column: Option<usize>,
        sides: Sides,
    ) -> Self {
        let mut grams = Self::default();
        let Some(column) = column else {
            return grams;
        };
        for (number, (sentence, (count, notions))) in
            sentences.iter().zip(tokens.sentences()).enumerate()
        {
            // Who is greeted is told by signs. How, is the writer's habit: “Hi A and B,” stands above
            // introductions as above everything else that goes to two.
            if tokens.greetings.get(number) == Some(&true) {
                continue;
            }
            let words = sentence.words.get(..count).unwrap_or_default();
            let at = u16::try_from(number).unwrap_or(u16::MAX);
            grams.notions_of(notions, at, sides.envelope);
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

fn token(word: &Word, in_head: bool, to: Set, column: Option<usize>, sides: Sides) -> Option<u16> {
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
        Word::Plain(text) => LEXICON.notion(column?, text),
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
