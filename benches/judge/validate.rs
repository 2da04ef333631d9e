//! Learning, and the honest test of it: letters of a scene or of a writer that were not learnt from.

use crate::learn::{DRAWS, Example, Judge, Model, examples};
use crate::letters::{self, LANGUAGES, Letter};
use std::collections::BTreeMap;
use std::path::Path;

/// Added to the sum, so that 0.5 is where a false hold is rare enough; see docs/JUDGE.md.
pub const SHIFT: f32 = -0.5;
const FOLDS: usize = 10;
const WORST: usize = 40;

pub fn learn(from: &Path, to: &Path) {
    let letters = letters::read(from);
    let examples = examples(&letters);
    let scenes = numbered(&letters, |l| l.scene.clone());
    let all: Vec<&Example> = examples.iter().collect();
    let judge = Judge::learn(&all, |e| scenes[e.letter]);
    let foreign = Model::learn(examples.iter(), true);
    judge
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
    by(&letters, &all, "scene", |l| l.scene.clone());
    by(&letters, &all, "writer", |l| l.style.clone());
}

/// The number of each letter's group, in the order in which the groups first occur.
fn numbered(letters: &[Letter], group: impl Fn(&Letter) -> String) -> Vec<usize> {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    letters
        .iter()
        .map(|letter| {
            let next = numbers.len();
            *numbers.entry(group(letter)).or_insert(next)
        })
        .collect()
}

fn by(letters: &[Letter], all: &[Example], what: &str, group: impl Fn(&Letter) -> String) {
    let groups = numbered(letters, group);
    let scenes = numbered(letters, |l| l.scene.clone());
    let fold = |e: &Example| groups[e.letter] % FOLDS;
    let score = |sum: f32| 1.0 / (1.0 + (-sum - SHIFT).exp());
    let (mut scores, mut alone, mut signs) = (
        vec![0.0f32; all.len()],
        vec![0.0f32; all.len()],
        vec![0.0f32; all.len()],
    );
    for left_out in 0..FOLDS {
        let known: Vec<&Example> = all.iter().filter(|e| fold(e) != left_out).collect();
        // By tens, so that the shares within are not the folds without.
        let judge = Judge::learn(&known, |e| scenes[e.letter] / FOLDS);
        let foreign = Model::learn(known.iter().copied(), true);
        for (at, example) in all.iter().enumerate().filter(|(_, e)| fold(e) == left_out) {
            let (sum, weights) = judge.sums(&example.seen);
            scores[at] = score(sum);
            alone[at] = score(weights);
            signs[at] = score(foreign.sum_of(&example.seen));
        }
    }
    worst(letters, all, &scores);
    table(letters, all, &scores, &format!("left out by {what}"));
    curve(letters, all, &scores);
    for introduction in [true, false] {
        let those = all
            .iter()
            .zip(&scores)
            .filter(|(e, _)| e.long && e.introduction == introduction);
        let held = those.clone().filter(|(_, s)| **s >= 0.5).count();
        let what = if introduction {
            "introductions"
        } else {
            "look-alikes"
        };
        println!("  in long mails: {held} of {} {what}", those.count());
    }
    println!("without the trees:");
    curve(letters, all, &alone);
    println!("signs alone, as for other languages:");
    curve(letters, all, &signs);
}

/// What is held right and wrong at each threshold, of the ordinary ones and the hard ones.
#[allow(clippy::cast_precision_loss)]
fn curve(letters: &[Letter], all: &[Example], scores: &[f32]) {
    println!(
        "  threshold   introductions   without wording   look-alikes   hard look-alikes   precision"
    );
    for percent in [20, 30, 40, 50, 60, 70, 80, 90] {
        let held = |introduction: bool, hard: bool| {
            all.iter()
                .zip(scores)
                .filter(|(e, score)| {
                    let letter = &letters[e.letter];
                    (letter.introduction, letter.hard) == (introduction, hard)
                        && !e.long
                        && **score * 100.0 >= percent as f32
                })
                .count()
        };
        let right = held(true, false) + held(true, true);
        let wrong = held(false, false) + held(false, true);
        println!(
            "  {:9.1} {:15} {:17} {:13} {:18} {:11.3}",
            percent as f32 / 100.0,
            held(true, false),
            held(true, true),
            held(false, false),
            held(false, true),
            right as f32 / (right + wrong).max(1) as f32
        );
    }
}

fn table(letters: &[Letter], all: &[Example], scores: &[f32], what: &str) {
    println!("{what}: held of all, at 0.5 (0.3, 0.7)");
    let count = |language: Option<&str>, introduction: bool, hard: bool| {
        let those: Vec<f32> = all
            .iter()
            .zip(scores)
            .filter(|(e, _)| {
                let l = &letters[e.letter];
                l.introduction == introduction
                    && l.hard == hard
                    && !e.long
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
                letter.introduction == introduction && !letter.hard && !e.long
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
