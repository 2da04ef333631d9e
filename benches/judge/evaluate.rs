//! The judge as it is, over labelled mail.

use crate::labelled::{self, Labelled};
use crate::letters;
use askfirst::acquaintance::NoRecords;
use askfirst::detect::{Introducer, Limits, Verdict, judge};
use askfirst::mail::{AddressPattern, Message};
use std::collections::BTreeMap;
use std::path::Path;

fn verdict(message: &Message) -> Verdict {
    let introducer = Introducer {
        addresses: message
            .from
            .iter()
            .filter_map(|p| AddressPattern::new(p.address.as_str()).ok())
            .collect(),
        name: message.from.first().and_then(|p| p.name.clone()),
    };
    judge(message, &introducer, &Limits::default(), &NoRecords)
}

/// Precision, recall, a table by label and language, the curve, and the worst mistakes.
pub fn file(path: &Path) {
    let all = labelled::read(path);
    let judged: Vec<(&Labelled, Verdict)> = all.iter().map(|l| (l, verdict(&l.message))).collect();
    println!("{}: {} messages", path.display(), all.len());
    let mut table: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for (l, v) in &judged {
        let cell = table
            .entry((l.label.clone(), l.language.clone()))
            .or_default();
        cell.0 += usize::from(v.introduction);
        cell.1 += 1;
    }
    println!("  label           language   held / all");
    for ((label, language), (held, of)) in &table {
        println!("  {label:15} {language:8} {held:6} / {of}");
    }
    println!("  threshold   held right   held wrong   missed   precision   recall");
    for percent in [10, 20, 30, 40, 50, 60, 70, 80, 90] {
        let threshold = f64::from(percent) / 100.0;
        // What an exemption lets pass has a score below any threshold worth setting.
        let held = |v: &Verdict| {
            v.score >= threshold && v.parties.len() >= 2 && (v.introduction || v.score < 0.5)
        };
        let right = judged
            .iter()
            .filter(|(l, v)| l.label == "INTRO" && held(v))
            .count();
        let wrong = judged
            .iter()
            .filter(|(l, v)| l.label != "INTRO" && held(v))
            .count();
        let missed = judged
            .iter()
            .filter(|(l, v)| l.label == "INTRO" && !held(v))
            .count();
        println!(
            "  {threshold:9.1} {right:12} {wrong:12} {missed:8} {:11.3} {:8.3}",
            share(right, right + wrong),
            share(right, right + missed)
        );
    }
    let told: Vec<_> = judged
        .iter()
        .filter(|(l, v)| l.label == "INTRO" && v.introduction && l.parties.is_some())
        .collect();
    let exact = told
        .iter()
        .filter(|(l, v)| l.parties.as_ref().is_some_and(|p| same(p, v)))
        .count();
    if !told.is_empty() {
        println!(
            "  parties exactly right in {exact} of {} held introductions",
            told.len()
        );
    }
    let mut worst: Vec<_> = judged
        .iter()
        .filter(|(l, v)| (l.label == "INTRO") != v.introduction)
        .map(|(l, v)| ((v.score - 0.5).abs(), l, v))
        .collect();
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("  the worst mistakes:");
    for (_, l, v) in worst.into_iter().take(20) {
        println!(
            "    {} {} {:.3} {:?}",
            l.id,
            l.label,
            v.score,
            v.reasons.first()
        );
    }
}

fn same(wanted: &[String], verdict: &Verdict) -> bool {
    let mut found: Vec<String> = verdict
        .parties
        .iter()
        .map(|p| p.address.as_str().to_lowercase())
        .collect();
    let mut wanted: Vec<String> = wanted.iter().map(|w| w.to_lowercase()).collect();
    found.sort();
    wanted.sort();
    found == wanted
}

#[allow(clippy::cast_precision_loss)]
fn share(of: usize, all: usize) -> f64 {
    of as f64 / all.max(1) as f64
}

/// The written letters themselves, which the weights were learnt from: what is wrong even so.
pub fn letters(folder: &Path) {
    let (mut wrong, mut parties, mut introductions, mut all) = (0, 0, 0, 0);
    for letter in letters::read(folder) {
        let sent = letter.sent(0);
        let v = verdict(&sent.message);
        all += 1;
        if v.introduction != letter.introduction {
            wrong += 1;
            println!(
                "{} {:.3} {}",
                if letter.introduction {
                    "missed"
                } else {
                    "held"
                },
                v.score,
                letter.key()
            );
        }
        if letter.introduction {
            introductions += 1;
            if same(&sent.parties, &v) {
                parties += 1;
            } else {
                let found: Vec<&str> = v.parties.iter().map(|p| p.address.as_str()).collect();
                println!(
                    "parties of {}: {found:?} and not {:?}",
                    letter.key(),
                    sent.parties
                );
            }
        }
    }
    println!("{wrong} of {all} wrong; parties right in {parties} of {introductions}");
}
