//! Learning, and the honest test of it: letters of a scene or of a writer that were not learnt from.

use crate::learn::{DRAWS, Example, Model, examples};
use crate::letters::{self, LANGUAGES, Letter};
use std::collections::BTreeMap;
use std::path::Path;

/// Added to the sum, so that 0.5 is where a false hold is rare enough; see docs/JUDGE.md.
pub const SHIFT: f32 = -0.25;
const FOLDS: usize = 10;
const WORST: usize = 40;

pub fn learn(from: &Path, to: &Path) {
    let letters = letters::read(from);
    let examples = examples(&letters);
    let model = Model::learn(examples.iter(), false);
    let foreign = Model::learn(examples.iter(), true);
    model
        .write(&foreign, to, SHIFT)
        .expect("the weights can be written");
    println!(
        "learnt from {} letters, {} dressed",
        letters.len(),
        examples.len()
    );
}

pub fn validate(from: &Path) {
    let letters = letters::read(from);
    let all = examples(&letters);
    println!(
        "{} letters: {} introductions ({} hard), {} look-alikes ({} hard); each dressed {DRAWS} times",
        letters.len(),
        letters.iter().filter(|l| l.introduction).count(),
        letters.iter().filter(|l| l.introduction && l.hard).count(),
        letters.iter().filter(|l| !l.introduction).count(),
        letters.iter().filter(|l| !l.introduction && l.hard).count(),
    );
    by(&letters, &all, "scene", |l| l.scene.clone(), false);
    by(&letters, &all, "writer", |l| l.style.clone(), false);
    by(
        &letters,
        &all,
        "scene, signs alone",
        |l| l.scene.clone(),
        true,
    );
}

fn by(
    letters: &[Letter],
    all: &[Example],
    what: &str,
    group: impl Fn(&Letter) -> String,
    signs_only: bool,
) {
    let mut folds: BTreeMap<String, usize> = BTreeMap::new();
    for letter in letters {
        let next = folds.len();
        folds.entry(group(letter)).or_insert(next % FOLDS);
    }
    let fold = |e: &Example| folds[&group(&letters[e.letter])];
    let used = folds.values().max().copied().unwrap_or_default() + 1;
    let mut scores = vec![0.0f32; all.len()];
    for left_out in 0..used {
        let model = Model::learn(all.iter().filter(|e| fold(e) != left_out), signs_only);
        for (at, example) in all.iter().enumerate() {
            if fold(example) == left_out {
                let score = model.score(&example.seen).clamp(1e-6, 1.0 - 1e-6);
                let sum = (score / (1.0 - score)).ln() + SHIFT;
                scores[at] = 1.0 / (1.0 + (-sum).exp());
            }
        }
    }
    if !signs_only {
        worst(letters, all, &scores);
    }
    println!("left out by {what}: held of all, at 0.5 (0.3, 0.7)");
    let count = |language: Option<&str>, introduction: bool, hard: bool| {
        let those: Vec<f32> = all
            .iter()
            .zip(&scores)
            .filter(|(e, _)| {
                let l = &letters[e.letter];
                l.introduction == introduction
                    && l.hard == hard
                    && language.is_none_or(|x| x == l.language)
            })
            .map(|(_, s)| *s)
            .collect();
        let held = |t: f32| those.iter().filter(|s| **s >= t).count();
        format!(
            "{}/{} ({}, {})",
            held(0.5),
            those.len(),
            held(0.3),
            held(0.7)
        )
    };
    for language in std::iter::once(None).chain(LANGUAGES.map(Some)) {
        println!(
            "  {:4} introductions {:22} hard {:20} look-alikes {:22} hard {}",
            language.unwrap_or("all"),
            count(language, true, false),
            count(language, true, true),
            count(language, false, false),
            count(language, false, true),
        );
    }
}

/// The mistakes that most deserve a letter of their own.
fn worst(letters: &[Letter], all: &[Example], scores: &[f32]) {
    for introduction in [true, false] {
        let mut those: Vec<_> = all
            .iter()
            .zip(scores)
            .filter(|(e, _)| {
                let letter = &letters[e.letter];
                letter.introduction == introduction && !letter.hard
            })
            .map(|(e, s)| {
                (
                    if introduction { *s } else { 1.0 - *s },
                    letters[e.letter].key(),
                )
            })
            .collect();
        those.sort_by(|a, b| a.0.total_cmp(&b.0));
        let names: Vec<String> = those
            .iter()
            .take(WORST)
            .map(|(s, key)| format!("{key} {s:.2}"))
            .collect();
        println!(
            "  worst {}: {}",
            if introduction { "missed" } else { "held" },
            names.join("; ")
        );
    }
}
