//! What the signs mean together: small decision trees, whose leaves are added to the sum.
//!
//! The sum of the weights knows no “unless”; a tree does. They look at the signs, at how often each
//! notion occurs, and at what the weighing made of the letter and of its sentences.

use crate::detect::hash::Table;
use std::sync::LazyLock;

/// What the weighing made of a letter, for the trees; in the order of [`parts`].
pub const PARTS: [&str; 9] = [
    "sum of signs",
    "sum of notions",
    "sum of words",
    "the strongest sentence",
    "the second sentence",
    "the weakest sentence",
    "the last sentence",
    "all sentences against",
    "the whole sum",
];

/// The [`PARTS`] of a letter: `signs` is the sum of bias and signs, and for each notion and word
/// there is its sentence, its weight, and whether it is a notion.
pub fn parts(signs: f32, grams: impl Iterator<Item = (u16, f32, bool)>) -> [f32; 9] {
    let (mut notions, mut words) = (0.0, 0.0);
    let mut sentences: Vec<f32> = Vec::new();
    for (sentence, weight, notion) in grams {
        if notion {
            notions += weight;
        } else {
            words += weight;
        }
        let at = usize::from(sentence);
        if sentences.len() <= at {
            sentences.resize(at + 1, 0.0);
        }
        if let Some(sum) = sentences.get_mut(at) {
            *sum += weight;
        }
    }
    let last = sentences.last().copied().unwrap_or_default();
    let against = sentences.iter().filter(|s| **s < 0.0).sum();
    sentences.sort_by(|a, b| b.total_cmp(a));
    let at = |i: usize| sentences.get(i).copied().unwrap_or_default();
    [
        signs,
        notions,
        words,
        at(0),
        at(1),
        sentences.last().copied().unwrap_or_default(),
        last,
        against,
        signs + notions + words,
    ]
}

/// A question whether a feature is at most so much, or what a tree says in the end.
#[derive(Clone, Copy)]
enum Node {
    Split {
        feature: usize,
        most: f32,
        /// Where the “no” begins; the “yes” is the next one.
        no: usize,
    },
    Leaf(f32),
}

/// As `learn` wrote them: first the features, a number and a name a line, then a tree a line, its
/// nodes in the order of asking: `12:0.5` asks whether feature 12 is at most 0.5, `=0.03` is a leaf.
pub(super) struct Trees {
    features: Table<&'static str, usize>,
    /// By the number of a notion.
    notions: Vec<Option<usize>>,
    parts: [Option<usize>; 9],
    count: usize,
    nodes: Vec<Node>,
    /// Where each tree begins.
    roots: Vec<usize>,
}

pub(super) static TREES: LazyLock<Trees> =
    LazyLock::new(|| Trees::read(include_str!("trees.weights")));

impl Trees {
    fn read(text: &'static str) -> Self {
        let mut trees = Self {
            features: Table::default(),
            notions: Vec::new(),
            parts: [None; 9],
            count: 0,
            nodes: Vec::new(),
            roots: Vec::new(),
        };
        for line in text.lines() {
            match line.split_once('\t') {
                Some((_, name)) => {
                    trees.feature(name);
                    trees.count += 1;
                }
                None => trees.tree(line),
            }
        }
        trees
    }

    fn feature(&mut self, name: &'static str) {
        let number = Some(self.count);
        if let Some(notion) = name.strip_prefix("notion ") {
            let at: usize = notion.parse().unwrap_or_default();
            if self.notions.len() <= at {
                self.notions.resize(at + 1, None);
            }
            if let Some(place) = self.notions.get_mut(at) {
                *place = number;
            }
        } else if let Some(at) = PARTS.iter().position(|p| *p == name) {
            if let Some(place) = self.parts.get_mut(at) {
                *place = number;
            }
        } else {
            self.features.insert(name, self.count);
        }
    }

    fn tree(&mut self, line: &str) {
        self.roots.push(self.nodes.len());
        // Splits whose “no” is still to come.
        let mut open: Vec<usize> = Vec::new();
        for word in line.split_ascii_whitespace() {
            let here = self.nodes.len();
            if let Some(leaf) = word.strip_prefix('=') {
                self.nodes
                    .push(Node::Leaf(leaf.parse().unwrap_or_default()));
                if let Some(split) = open.pop()
                    && let Some(Node::Split { no, .. }) = self.nodes.get_mut(split)
                {
                    *no = here + 1;
                }
            } else if let Some((feature, most)) = word.split_once(':') {
                self.nodes.push(Node::Split {
                    feature: feature.parse().unwrap_or_default(),
                    most: most.parse().unwrap_or_default(),
                    no: here + 1,
                });
                open.push(here);
            }
        }
    }

    /// What all trees together add to the sum.
    pub fn sum(&self, signs: &[(&'static str, f32)], counts: &[u8], parts: &[f32; 9]) -> f32 {
        let mut values = vec![0.0f32; self.count];
        let mut put = |place: Option<usize>, value: f32| {
            if let Some(slot) = place.and_then(|at| values.get_mut(at)) {
                *slot = value;
            }
        };
        for (name, value) in signs {
            put(self.features.get(name).copied(), *value);
        }
        for (place, count) in self.notions.iter().zip(counts) {
            put(*place, f32::from(*count));
        }
        for (place, part) in self.parts.iter().zip(parts) {
            put(*place, *part);
        }
        self.roots
            .iter()
            .map(|root| self.leaf(*root, &values))
            .sum()
    }

    fn leaf(&self, root: usize, values: &[f32]) -> f32 {
        let mut at = root;
        // The next node always stands further on, so this ends.
        while let Some(node) = self.nodes.get(at) {
            match node {
                Node::Leaf(value) => return *value,
                Node::Split { feature, most, no } => {
                    let value = values.get(*feature).copied().unwrap_or_default();
                    at = if value <= *most { at + 1 } else { *no };
                }
            }
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_asked_from_its_root_down() {
        let trees = Trees::read(
            "0\tgreets two\n1\tnotion 3\n2\tthe whole sum\n0:0.5 1:1 =1 =2 2:-1 =4 =8\n=16\n",
        );
        let ask = |greets: f32, notion: u8, sum: f32| {
            let mut parts = [0.0; 9];
            parts[8] = sum;
            trees.sum(&[("greets two", greets)], &[9, 9, 9, notion], &parts)
        };
        assert_eq!(ask(0.0, 1, 0.0), 17.0);
        assert_eq!(ask(0.0, 2, 0.0), 18.0);
        assert_eq!(ask(1.0, 2, -2.0), 20.0);
        assert_eq!(ask(1.0, 2, 2.0), 24.0);
    }

    #[test]
    fn sentences_are_summed_apart() {
        let of = [(0, 1.0, true), (2, -3.0, false), (0, 0.5, false)];
        assert_eq!(
            parts(2.0, of.into_iter()),
            [2.0, 1.0, -2.5, 1.5, 0.0, -3.0, -3.0, -3.0, 0.5]
        );
    }
}
