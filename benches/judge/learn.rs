//! Logistic regression over the signs, notions and words of the written letters, by stochastic
//! gradients with a step of its own for every weight (AdaGrad), and on top of it boosted trees.
//! No chance in it: the same letters give the same weights.

use crate::letters::Letter;
use crate::names::Dice;
use crate::trees::Trees;
use askfirst::acquaintance::NoRecords;
use askfirst::detect::{Introducer, Limits, PARTS, Study, parts, rare, study};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// How often each letter is dressed anew.
pub const DRAWS: u64 = 3;
/// How often an ordinary letter, and an introduction, is part of a long mail besides.
const LONG_DRAWS: [u64; 2] = [3, 1];
const EPOCHS: usize = 12;
const STEP: f32 = 0.15;
/// Of all weights, for all examples together.
const PULL: f32 = 2.0;
const SLOTS: [usize; 2] = [1 << 15, 1 << 16];
const TOGETHER: [f32; 2] = [4.0, 3.0];
const FEW: usize = 30;
/// What an ordinary letter counts: they are far commoner in life than among the written ones.
const ORDINARY: f32 = 4.0;
/// And a hard one.
const HARD: f32 = 1.5;

/// Signs that may only speak against, and only for: what a person knows and few letters could teach.
const AGAINST: &[&str] = &[
    "all are the writer's colleagues",
    "a list or office among them",
    "four recipients",
    "five to seven recipients",
    "eight recipients or more",
    "thanks for an introduction",
    "presents the writer",
    "asks for an introduction",
    "news for a group",
    "passes a matter on",
    "they have met",
    "the introduction is elsewhere",
    "somebody on Cc goes unnamed",
    "greets one and no other occurs",
    "a web address",
    "bullet points",
    "a file",
    "many digits",
    "some digits",
    "several questions",
    "120 to 250 words",
    "over 250 words",
    "names nobody",
    "describes a colleague",
    "speaks of a colleague on Cc",
    "a colleague on Cc",
    "a reply",
    "the subject is an answer",
    "the subject is an ordinary one",
    "all of one other house",
    "two of another house",
    "somebody is kept informed",
    "days or hours",
    "figures in several places",
    "words of papers or money",
    "words of what was before",
    "asks you for something for the writer",
    "we, often",
];
const FOR: &[&str] = &[
    "wordings weighed by hand",
    "wordings enough by hand",
    "words of introducing",
    "strong words of introducing",
    "several such sentences",
    "each is told who the other is",
    "one is told about the other",
    "asked for in the thread",
    "the subject calls it an introduction",
    "the subject joins two",
    "the subject joins two over no text",
    "they agreed",
    "outsiders of different houses",
];

pub struct Example {
    pub introduction: bool,
    /// What a mistake about it costs.
    cost: f32,
    /// Part of a mail about several things; see `letters.rs`.
    pub long: bool,
    pub letter: usize,
    pub seen: Study,
}

pub fn examples(letters: &[Letter]) -> Vec<Example> {
    let mut out = Vec::new();
    for (number, letter) in letters.iter().enumerate() {
        let long = match (letter.introduction, letter.hard) {
            (false, false) => LONG_DRAWS[0],
            (true, false) => LONG_DRAWS[1],
            _ => 0,
        };
        for draw in 0..DRAWS + long {
            let sent = letter.sent(draw);
            out.push(Example {
                introduction: letter.introduction,
                cost: match (letter.introduction, letter.hard) {
                    (true, _) => 1.0,
                    (false, true) => HARD,
                    (false, false) => ORDINARY,
                },
                long: draw >= DRAWS,
                letter: number,
                seen: study(
                    &sent.message,
                    &Introducer::default(),
                    &Limits::default(),
                    &NoRecords,
                ),
            });
        }
    }
    out
}

#[derive(Clone)]
pub struct Model {
    names: BTreeMap<&'static str, usize>,
    weights: Vec<f32>,
    pub bias: f32,
    signs_only: bool,
}

impl Model {
    fn vector(&self, seen: &Study) -> Vec<(usize, f32)> {
        let mut out: Vec<(usize, f32)> = seen
            .signs
            .iter()
            .filter_map(|(name, value)| Some((*self.names.get(name)?, *value)))
            .collect();
        if !self.signs_only {
            let mut base = self.names.len();
            for (block, slots) in [&seen.notions, &seen.words].into_iter().enumerate() {
                #[allow(clippy::cast_precision_loss)]
                let share = TOGETHER[block] / (slots.len().max(FEW) as f32).sqrt();
                out.extend(slots.iter().map(|s| (base + *s as usize, share)));
                base += SLOTS[block];
            }
        }
        out
    }

    fn sum(&self, vector: &[(usize, f32)]) -> f32 {
        self.bias
            + vector
                .iter()
                .map(|(i, v)| self.weights[*i] * v)
                .sum::<f32>()
    }

    pub fn sum_of(&self, seen: &Study) -> f32 {
        self.sum(&self.vector(seen))
    }

    /// What the weights make of a letter; see [`parts`].
    fn parts(&self, seen: &Study) -> [f32; 9] {
        let vector = self.vector(seen);
        let signs = vector
            .iter()
            .filter(|(i, _)| *i < self.names.len())
            .map(|(i, v)| self.weights[*i] * v)
            .sum::<f32>();
        let grams = vector
            .iter()
            .filter(|(i, _)| *i >= self.names.len())
            .map(|(i, v)| self.weights[*i] * v);
        let sentences = seen.of_sentence.iter().flatten();
        let notions = seen.notions.len();
        parts(
            self.bias + signs,
            grams
                .zip(sentences)
                .enumerate()
                .map(|(at, (weight, sentence))| (*sentence, weight, at < notions)),
        )
    }

    #[allow(clippy::cast_precision_loss)]
    pub fn learn<'a>(
        examples: impl Iterator<Item = &'a Example> + Clone,
        signs_only: bool,
    ) -> Self {
        let mut names = BTreeMap::new();
        for example in examples.clone() {
            for (name, _) in &example.seen.signs {
                names.entry(*name).or_insert(0);
            }
        }
        for (at, index) in names.values_mut().enumerate() {
            *index = at;
        }
        let size = names.len() + SLOTS.iter().sum::<usize>();
        let bound: Vec<i8> = names
            .keys()
            .map(|name| {
                if AGAINST.contains(name) {
                    -1
                } else {
                    i8::from(FOR.contains(name))
                }
            })
            .collect();
        let mut model = Self {
            names,
            weights: vec![0.0; size],
            bias: 0.0,
            signs_only,
        };
        type Row = (f32, f32, Vec<(usize, f32)>);
        let data: Vec<Row> = examples
            .map(|e| {
                (
                    if e.introduction { 1.0 } else { 0.0 },
                    e.cost,
                    model.vector(&e.seen),
                )
            })
            .collect();
        let mut often = vec![0.0f32; size];
        for (_, _, vector) in &data {
            for (i, _) in vector {
                often[*i] += 1.0;
            }
        }
        let mut squares = vec![1e-2f32; size];
        let mut bias_squares = 1e-2f32;
        let mut order: Vec<usize> = (0..data.len()).collect();
        let mut dice = Dice::new(7, "order");
        for _ in 0..EPOCHS {
            for i in (1..order.len()).rev() {
                order.swap(i, dice.below(i + 1));
            }
            for &at in &order {
                let (wanted, cost, vector) = &data[at];
                let score = 1.0 / (1.0 + (-model.sum(vector)).exp());
                let slope = (score - wanted) * cost;
                for (i, value) in vector {
                    let gradient = slope * value + PULL * model.weights[*i] / often[*i];
                    squares[*i] += gradient * gradient;
                    let w = &mut model.weights[*i];
                    *w -= STEP * gradient / squares[*i].sqrt();
                    match bound.get(*i) {
                        Some(-1) => *w = w.min(0.0),
                        Some(1) => *w = w.max(0.0),
                        _ => {}
                    }
                }
                bias_squares += slope * slope;
                model.bias -= STEP * slope / bias_squares.sqrt();
            }
        }
        model
    }

    /// Writes the three files that the judge reads; `foreign` is the one for other languages.
    fn write(&self, foreign: &Self, folder: &Path, shift: f32) -> std::io::Result<()> {
        let mut text = String::new();
        let scale = |block: usize| {
            let from = self.names.len() + SLOTS[..block].iter().sum::<usize>();
            let table = &self.weights[from..from + SLOTS[block]];
            let most = table.iter().fold(0.0f32, |m, w| m.max(w.abs()));
            (most / 127.0, table)
        };
        let line = |text: &mut String, name: &str, number: f32| {
            let _ = writeln!(text, "{name}\t{number:.5}");
        };
        line(&mut text, "shift", shift);
        line(&mut text, "bias", self.bias);
        line(&mut text, "other: bias", foreign.bias);
        for (block, (name, file)) in [
            ("scale of notions", "notions.weights"),
            ("scale of words", "words.weights"),
        ]
        .into_iter()
        .enumerate()
        {
            let (scale, table) = scale(block);
            let _ = writeln!(text, "{name}\t{scale:.8}");
            #[allow(clippy::cast_possible_truncation)]
            let octets: Vec<u8> = table
                .iter()
                .flat_map(|w| ((w / scale).round() as i8).to_le_bytes())
                .collect();
            std::fs::write(folder.join(file), octets)?;
        }
        for (name, at) in &self.names {
            line(&mut text, name, self.weights[*at]);
        }
        for (name, at) in &foreign.names {
            line(&mut text, &format!("other: {name}"), foreign.weights[*at]);
        }
        std::fs::write(folder.join("signs.weights"), text)
    }
}

/// The weights, and the trees that say what they cannot.
pub struct Judge {
    pub linear: Model,
    trees: Trees,
}

/// Into so many shares the scenes are parted, for the trees to learn from sums of letters that the
/// weights did not know.
const SHARES: usize = 4;

impl Judge {
    /// `share` tells for each example which of the shares its scene is in.
    pub fn learn(examples: &[&Example], share: impl Fn(&Example) -> usize) -> Self {
        let linear = Model::learn(examples.iter().copied(), false);
        let mut sums = vec![[0.0f32; 9]; examples.len()];
        for left_out in 0..SHARES {
            let others = examples
                .iter()
                .copied()
                .filter(|e| share(e) % SHARES != left_out);
            let model = Model::learn(others, false);
            for (example, sums) in examples.iter().zip(&mut sums) {
                if share(example) % SHARES == left_out {
                    *sums = model.parts(&example.seen);
                }
            }
        }
        let rows: Vec<Vec<f32>> = examples
            .iter()
            .zip(&sums)
            .map(|(e, sums)| row(&linear.names, &e.seen, sums))
            .collect();
        let wanted: Vec<f32> = examples
            .iter()
            .map(|e| f32::from(u8::from(e.introduction)))
            .collect();
        let weight: Vec<f32> = examples.iter().map(|e| e.cost).collect();
        let offset: Vec<f32> = sums.iter().map(|sums| sums[8]).collect();
        Self {
            trees: Trees::learn(&rows, &wanted, &weight, &offset),
            linear,
        }
    }

    /// The sum of everything, and that of the weights alone.
    pub fn sums(&self, seen: &Study) -> (f32, f32) {
        let sums = self.linear.parts(seen);
        let trees = self.trees.sum(&row(&self.linear.names, seen, &sums));
        let rare = rare(&seen.signs);
        (sums[8] + trees + rare, sums[8] + rare)
    }

    /// Writes the files that the judge reads; `foreign` is for languages without notions.
    pub fn write(&self, foreign: &Model, folder: &Path, shift: f32) -> std::io::Result<()> {
        let notions = self.trees.width() - self.linear.names.len() - PARTS.len();
        let names: Vec<String> = self
            .linear
            .names
            .keys()
            .chain(&PARTS)
            .map(ToString::to_string)
            .chain((0..notions).map(|n| format!("notion {n}")))
            .collect();
        std::fs::write(folder.join("trees.weights"), self.trees.text(&names))?;
        self.linear.write(foreign, folder, shift)
    }
}

/// What the trees see of a letter.
fn row(names: &BTreeMap<&'static str, usize>, seen: &Study, sums: &[f32; 9]) -> Vec<f32> {
    let mut row = vec![0.0f32; names.len()];
    for (name, value) in &seen.signs {
        if let Some(at) = names.get(name) {
            row[*at] = *value;
        }
    }
    row.extend(sums);
    row.extend(seen.counts.iter().map(|count| f32::from(*count)));
    row
}
