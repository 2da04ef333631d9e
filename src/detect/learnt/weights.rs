//! The weights themselves, as `learn` wrote them.

use crate::detect::hash::Table;
use std::sync::LazyLock;

static NOTIONS: &[u8] = include_bytes!("notions.weights");
static WORDS: &[u8] = include_bytes!("words.weights");

pub(super) static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights::read(include_str!("signs.weights")));

/// A name and a number a line in `signs.weights`; the two tables are octets, -127 to 127, that are
/// multiplied by `scale of notions` and `scale of words`.
#[derive(Default)]
pub(super) struct Weights {
    bias: [f32; 2],
    /// Added last, so that a score of 0.5 is where a false hold is rare enough.
    shift: f32,
    notions: f32,
    words: f32,
    /// With words known, and without (`other:` in front of the name): for languages of which only
    /// the build can be read.
    signs: Table<&'static str, [f32; 2]>,
}

impl Weights {
    fn read(text: &'static str) -> Self {
        let mut weights = Self::default();
        for line in text.lines() {
            let Some((name, number)) = line.rsplit_once('\t') else {
                continue;
            };
            let number: f32 = number.parse().unwrap_or_default();
            let (name, which) = match name.strip_prefix("other: ") {
                Some(name) => (name, 1),
                None => (name, 0),
            };
            match name {
                "bias" => weights.bias[which] = number,
                "shift" => weights.shift = number,
                "scale of notions" => weights.notions = number,
                "scale of words" => weights.words = number,
                _ => weights.signs.entry(name).or_default()[which] = number,
            }
        }
        weights
    }

    pub fn bias(&self, foreign: bool) -> f32 {
        self.bias[usize::from(foreign)]
    }

    pub fn shift(&self) -> f32 {
        self.shift
    }

    pub fn sign(&self, name: &str, foreign: bool) -> f32 {
        self.signs
            .get(name)
            .map_or(0.0, |both| both[usize::from(foreign)])
    }

    pub fn notion(&self, slot: u32) -> f32 {
        self.notions * octet(NOTIONS, slot)
    }

    pub fn word(&self, slot: u32) -> f32 {
        self.words * octet(WORDS, slot)
    }
}

fn octet(table: &[u8], slot: u32) -> f32 {
    table
        .get(slot as usize)
        .map_or(0.0, |b| f32::from(i8::from_le_bytes([*b])))
}
