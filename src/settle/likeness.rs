//! How much of one text stands in another.

use crate::mail::text::own_words;
use crate::mail::{Address, Message};
use std::collections::HashMap;

/// Words that are compared as one.
const RUN: usize = 3;
/// The part of the shorter text that must stand in the longer one.
const GREW: f64 = 0.6;
/// The part of the longer text that must have stood in the shorter one, for a yes to carry over.
const MOSTLY: f64 = 0.5;

/// The same visible recipients. A letter in the making may gain or lose one (`growing`).
pub(super) fn same_people(older: &Message, newer: &Message, growing: bool) -> bool {
    let people = |m: &Message| -> Vec<Address> {
        let mut all: Vec<Address> = m.visible().map(|p| p.address.clone()).collect();
        all.sort();
        all.dedup();
        all
    };
    let (old, new) = (people(older), people(newer));
    if old == new {
        return true;
    }
    let within = |a: &[Address], b: &[Address]| !a.is_empty() && a.iter().all(|x| b.contains(x));
    growing && (within(&old, &new) || within(&new, &old))
}

/// Equal, or one still being typed.
pub(super) fn same_subject(older: &Message, newer: &Message) -> bool {
    let plain = |m: &Message| {
        m.subject
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    let (old, new) = (plain(older), plain(newer));
    old.starts_with(&new) || new.starts_with(&old)
}

/// Whether most of the shorter text stands in the longer one.
pub(super) fn grew(older: &Message, newer: &Message) -> bool {
    let (common, old, new) = compare(older, newer);
    let shorter = old.min(new);
    shorter == 0.0 || common / shorter >= GREW
}

/// Whether most of both stands in both.
pub(super) fn mostly_same(older: &Message, newer: &Message) -> bool {
    let (common, old, new) = compare(older, newer);
    common >= GREW * old.min(new) && common >= MOSTLY * old.max(new)
}

/// Runs of words in both, in the older, in the newer.
#[allow(clippy::cast_precision_loss)] // a text has no 2^52 words
fn compare(older: &Message, newer: &Message) -> (f64, f64, f64) {
    let (old, new) = (words(older), words(newer));
    // A text that has only begun is compared by as many words as it has.
    let length = RUN.min(old.len()).min(new.len()).max(1);
    let (old, new) = (runs(&old, length), runs(&new, length));
    let count = |runs: &HashMap<String, usize>| runs.values().sum::<usize>() as f64;
    let common = old
        .iter()
        .map(|(run, n)| n.min(new.get(run).unwrap_or(&0)))
        .sum::<usize>() as f64;
    (common, count(&old), count(&new))
}

fn words(message: &Message) -> Vec<String> {
    own_words(message)
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

fn runs(words: &[String], length: usize) -> HashMap<String, usize> {
    let mut runs = HashMap::new();
    for run in words.windows(length) {
        *runs.entry(run.join(" ")).or_default() += 1;
    }
    runs
}
