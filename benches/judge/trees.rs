//! Gradient boosting: one small decision tree after another, each learnt from what the sum so far
//! gets wrong. No chance in it but a fixed dice.

use crate::names::Dice;

const TREES: usize = 200;
const DEPTH: usize = 4;
/// How much of a tree's advice is taken.
const RATE: f32 = 0.06;
/// Pull of a leaf to zero, and the least evidence on one side of a split.
const PULL: f32 = 10.0;
const LEAST: f32 = 8.0;
const GAIN: f32 = 1e-3;
/// Each tree sees so many percent of the examples and of the features.
const ROWS: usize = 60;
const COLUMNS: usize = 30;
/// Into so many classes the values of a feature are sorted.
const CLASSES: usize = 24;

enum Node {
    Split {
        feature: usize,
        class: u8,
        no: usize,
    },
    Leaf(f32),
}

/// Trees over features by their column.
pub struct Trees {
    /// For each feature the values between its classes.
    between: Vec<Vec<f32>>,
    trees: Vec<Vec<Node>>,
}

/// What a tree is grown from.
struct Soil<'a> {
    /// By feature, then by example.
    classes: &'a [Vec<u8>],
    between: &'a [Vec<f32>],
    slopes: &'a [f32],
    bends: &'a [f32],
    columns: &'a [usize],
}

impl Trees {
    /// `offset` is the sum that an example has already.
    pub fn learn(rows: &[Vec<f32>], wanted: &[f32], weight: &[f32], offset: &[f32]) -> Self {
        let width = rows.first().map_or(0, Vec::len);
        let between: Vec<Vec<f32>> = (0..width).map(|f| between(rows, f)).collect();
        let classes: Vec<Vec<u8>> = between
            .iter()
            .enumerate()
            .map(|(f, between)| rows.iter().map(|row| class(between, row[f])).collect())
            .collect();
        let mut dice = Dice::new(11, "trees");
        let mut sums = offset.to_vec();
        let mut trees = Vec::new();
        let (mut slopes, mut bends) = (vec![0.0f32; rows.len()], vec![0.0f32; rows.len()]);
        for _ in 0..TREES {
            for i in 0..rows.len() {
                let score = 1.0 / (1.0 + (-sums[i]).exp());
                slopes[i] = (score - wanted[i]) * weight[i];
                bends[i] = (score * (1.0 - score)).max(1e-4) * weight[i];
            }
            let those: Vec<usize> = (0..rows.len()).filter(|_| dice.below(100) < ROWS).collect();
            let columns: Vec<usize> = (0..width).filter(|_| dice.below(100) < COLUMNS).collect();
            let soil = Soil {
                classes: &classes,
                between: &between,
                slopes: &slopes,
                bends: &bends,
                columns: &columns,
            };
            let mut tree = Vec::new();
            soil.grow(those, 0, &mut tree);
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum += leaf(&tree, |f| classes[f][i]);
            }
            trees.push(tree);
        }
        Self { between, trees }
    }

    /// How many features it was learnt with.
    pub fn width(&self) -> usize {
        self.between.len()
    }

    pub fn sum(&self, row: &[f32]) -> f32 {
        self.trees
            .iter()
            .map(|tree| leaf(tree, |f| class(&self.between[f], row[f])))
            .sum()
    }

    /// As the judge reads it.
    pub fn text(&self, names: &[String]) -> String {
        let mut used = vec![false; names.len()];
        for node in self.trees.iter().flatten() {
            if let Node::Split { feature, .. } = node {
                used[*feature] = true;
            }
        }
        let mut text = String::new();
        let mut number = vec![0; names.len()];
        let mut next = 0;
        for (f, name) in names.iter().enumerate() {
            if used[f] {
                text.push_str(&format!("{next}\t{name}\n"));
                number[f] = next;
                next += 1;
            }
        }
        for tree in &self.trees {
            let words: Vec<String> = tree
                .iter()
                .map(|node| match node {
                    Node::Split { feature, class, .. } => {
                        let most = self.between[*feature][usize::from(*class)];
                        format!("{}:{most:.3}", number[*feature])
                    }
                    Node::Leaf(value) => format!("={value:.4}"),
                })
                .collect();
            text.push_str(&words.join(" "));
            text.push('\n');
        }
        text
    }
}

/// The values between the classes of a feature.
fn between(rows: &[Vec<f32>], feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = rows.iter().map(|row| row[feature]).collect();
    values.sort_by(f32::total_cmp);
    let mut different = values.clone();
    different.dedup();
    // As they will be written down.
    let round = |v: f32| (v * 1000.0).round() / 1000.0;
    let mut between: Vec<f32> = if different.len() <= CLASSES {
        different
            .windows(2)
            .map(|pair| round((pair[0] + pair[1]) / 2.0))
            .collect()
    } else {
        (1..CLASSES)
            .map(|q| round(values[q * values.len() / CLASSES]))
            .collect()
    };
    between.dedup();
    between
}

fn class(between: &[f32], value: f32) -> u8 {
    u8::try_from(between.partition_point(|b| *b < value)).unwrap_or(u8::MAX)
}

fn leaf(tree: &[Node], class: impl Fn(usize) -> u8) -> f32 {
    let mut at = 0;
    loop {
        match &tree[at] {
            Node::Leaf(value) => return *value,
            Node::Split {
                feature,
                class: most,
                no,
            } => {
                at = if class(*feature) <= *most {
                    at + 1
                } else {
                    *no
                }
            }
        }
    }
}

impl Soil<'_> {
    fn grow(&self, rows: Vec<usize>, depth: usize, tree: &mut Vec<Node>) {
        let slope: f32 = rows.iter().map(|i| self.slopes[*i]).sum();
        let bend: f32 = rows.iter().map(|i| self.bends[*i]).sum();
        let best = if depth < DEPTH {
            self.best(&rows, slope, bend)
        } else {
            None
        };
        let Some((feature, most)) = best else {
            tree.push(Node::Leaf(-RATE * slope / (bend + PULL)));
            return;
        };
        let here = tree.len();
        tree.push(Node::Split {
            feature,
            class: most,
            no: 0,
        });
        let (yes, no): (Vec<usize>, Vec<usize>) = rows
            .into_iter()
            .partition(|i| self.classes[feature][*i] <= most);
        self.grow(yes, depth + 1, tree);
        let second = tree.len();
        if let Node::Split { no, .. } = &mut tree[here] {
            *no = second;
        }
        self.grow(no, depth + 1, tree);
    }

    fn best(&self, rows: &[usize], slope: f32, bend: f32) -> Option<(usize, u8)> {
        let worth = |s: f32, b: f32| s * s / (b + PULL);
        let mut best = None;
        let mut most = GAIN;
        for &feature in self.columns {
            let splits = self.between[feature].len();
            let (mut slopes, mut bends) = ([0.0f32; CLASSES + 1], [0.0f32; CLASSES + 1]);
            let classes = &self.classes[feature];
            for &i in rows {
                let class = usize::from(classes[i]);
                slopes[class] += self.slopes[i];
                bends[class] += self.bends[i];
            }
            let (mut left, mut left_bend) = (0.0, 0.0);
            for class in 0..splits {
                left += slopes[class];
                left_bend += bends[class];
                if left_bend < LEAST || bend - left_bend < LEAST {
                    continue;
                }
                let gain = worth(left, left_bend) + worth(slope - left, bend - left_bend)
                    - worth(slope, bend);
                if gain > most {
                    most = gain;
                    best = u8::try_from(class).ok().map(|class| (feature, class));
                }
            }
        }
        best
    }
}
