//! Replies written before anybody looked at the phrases (`mail/answer/blind*`), round after round. What
//! each round gave before it was mended is in docs/TESTING.md; here they keep what was mended.
//! `cargo test --test replies -- --nocapture blind`; `ASKFIRST_BLIND=2` shows that round alone.

use super::{Reply, reading, replies_in, word};
use crate::clients::send;
use std::collections::BTreeMap;

/// What each round keeps, of plain yes, plain no and all else.
const KEPT: [[f64; 3]; 3] = [[0.95, 0.95, 0.92], [0.78, 0.90, 0.80], [0.95, 0.90, 0.90]];

/// Kinds that are shown in one column.
fn column(kind: &str) -> &str {
    match kind {
        "yes" | "no" => kind,
        _ => "other",
    }
}

#[test]
fn y1_y22_blind_replies_stay_read() {
    let only: Option<usize> = std::env::var("ASKFIRST_BLIND")
        .ok()
        .and_then(|v| v.parse().ok());
    let mut sums: BTreeMap<(usize, &str, String), (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    let mut false_yes = Vec::new();
    for round in (1..=9).filter(|r| only.is_none_or(|o| o == *r)) {
        for Reply {
            tongue,
            means,
            words,
        } in replies_in(&format!("blind{round}"))
        {
            let (got, _) = word(&reading(&send(tongue, "gmail", &words)));
            let right = means.contains(&got);
            for key in [
                (round, tongue.code, column(&means[0]).to_owned()),
                (round, "all", column(&means[0]).to_owned()),
                (round, "kind", means[0].clone()),
            ] {
                let sum = sums.entry(key).or_default();
                sum.0 += usize::from(right);
                sum.1 += 1;
            }
            let consent = |k: &str| matches!(k, "yes" | "always");
            let line = format!(
                "round {round} {}: meant {}, read {got}: {words:?}",
                tongue.code, means[0]
            );
            if consent(&got) && !means.iter().any(|m| consent(m)) {
                false_yes.push(line);
            } else if !right {
                missed.push(line);
            }
        }
    }
    for ((round, tongue, kind), (right, all)) in &sums {
        println!(
            "round {round} {tongue:4} {kind:12} {right:4} of {all:4} {:.3}",
            *right as f64 / *all as f64
        );
    }
    println!("{}", missed.join("\n"));
    assert!(false_yes.is_empty(), "false yes:\n{}", false_yes.join("\n"));
    for ((round, tongue, kind), (right, all)) in &sums {
        let column = match column(kind) {
            "yes" => 0,
            "no" => 1,
            _ => 2,
        };
        let wanted = KEPT.get(round - 1).unwrap_or(&[0.0; 3])[column];
        if *tongue == "all" {
            assert!(
                *right as f64 >= wanted * *all as f64,
                "round {round}, {kind}: {right} of {all}"
            );
        }
    }
}

/// A sentence that limits, doubts or takes back: no yes beside it is plain, whichever comes first.
#[test]
fn y2_a_limit_beside_a_yes_is_never_lost() {
    // Every yes with some of the limits; `ASKFIRST_FUZZ_CASES` set at all tries each with every one.
    let every = std::env::var("ASKFIRST_FUZZ_CASES").is_ok();
    let mut composed = 0;
    let mut lost = Vec::new();
    for tongue in &crate::clients::TONGUES {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/mail/answer/limits/{}.txt", tongue.code));
        let text = std::fs::read_to_string(file).unwrap();
        let limits: Vec<&str> = text
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .collect();
        assert!(limits.len() >= 30);
        let yes = ["words", "blind1", "blind2", "blind3"]
            .into_iter()
            .flat_map(replies_in)
            .filter(|r| r.tongue.code == tongue.code && r.means[0] == "yes");
        for (n, Reply { words, .. }) in yes.enumerate() {
            for (k, limit) in limits.iter().enumerate() {
                if !every && (n * 7 + k) % 57 != 0 {
                    continue;
                }
                let text = match (n + k) % 3 {
                    0 => format!("{words} {limit}"),
                    1 => format!("{limit} {words}"),
                    _ => format!("{words}\n\n{limit}"),
                };
                composed += 1;
                let (got, _) = word(&reading(&send(tongue, "bare", &text)));
                if matches!(got.as_str(), "yes" | "always") {
                    lost.push(text);
                }
            }
        }
    }
    println!("{composed} composed");
    assert!(lost.is_empty(), "{} lost: {:#?}", lost.len(), lost);
}

#[test]
fn y5_what_only_sounds_like_a_yes_is_none() {
    for Reply { tongue, words, .. } in replies_in("traps") {
        let (got, _) = word(&reading(&send(tongue, "gmail", &words)));
        assert!(
            !matches!(got.as_str(), "yes" | "always"),
            "{words:?} read as {got}"
        );
    }
}
