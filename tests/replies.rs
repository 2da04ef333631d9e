//! Seven hundred written replies in seven languages (`mail/answer/words`), sent as mail programs
//! send them. Prints what was read against what was meant: `cargo test --test replies -- --nocapture`.

#[path = "replies/blind.rs"]
mod blind;
#[path = "replies/clients.rs"]
mod clients;
#[path = "replies/forged.rs"]
mod forged;

use askfirst::answer::{Reading, read};
use askfirst::mail;
use clients::{STYLES, TONGUES, Tongue, send};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

/// One written reply: its language, what it means (the first is meant, the others are near enough), and its words.
struct Reply {
    tongue: &'static Tongue,
    means: Vec<String>,
    words: String,
}

fn replies() -> Vec<Reply> {
    replies_in("words")
}

/// The replies in this folder of `mail/answer`, where there are some.
fn replies_in(folder: &str) -> Vec<Reply> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/mail/answer")
        .join(folder);
    let mut all = Vec::new();
    for tongue in &TONGUES {
        let text = std::fs::read_to_string(folder.join(format!("{}.txt", tongue.code)));
        let text = text.unwrap_or_default();
        for line in text
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            let (means, words) = line.split_once(" | ").unwrap_or_else(|| panic!("{line}"));
            all.push(Reply {
                tongue,
                means: means.split(',').map(str::to_owned).collect(),
                words: words.replace("\\n", "\n"),
            });
        }
    }
    all
}

fn word(reading: &Reading) -> (String, String) {
    match reading {
        Reading::Answer { answer, text, .. } => {
            (format!("{answer:?}").to_lowercase(), text.clone())
        }
        Reading::Automatic { text, .. } => ("automatic".to_owned(), text.clone()),
        Reading::Bounce { text, .. } => ("bounce".to_owned(), text.clone()),
        Reading::Other { .. } => ("other".to_owned(), String::new()),
    }
}

fn reading(bytes: &[u8]) -> Reading {
    read(bytes, &mail::parse(bytes), &[], None)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn consents(word: &str) -> bool {
    matches!(word, "yes" | "always")
}

#[test]
fn y1_y22_written_replies_are_read_as_they_are_meant() {
    let replies = replies();
    assert!(replies.len() >= 600, "{}", replies.len());
    let mut table: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut by_style: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut plain, mut other, mut exact) = ((0, 0), (0, 0), (0, 0));
    let mut wrong = Vec::new();
    for (n, reply) in replies.iter().enumerate() {
        // Every reply in three styles, every style in every language.
        for turn in 0..3 {
            let style = STYLES[(n * 3 + turn * 9) % STYLES.len()];
            let (got, text) = word(&reading(&send(reply.tongue, style, &reply.words)));
            let meant = &reply.means[0];
            *table.entry((meant.clone(), got.clone())).or_default() += 1;
            let right = reply.means.contains(&got);
            let sum = if matches!(meant.as_str(), "yes" | "no") {
                &mut plain
            } else {
                &mut other
            };
            sum.0 += usize::from(right);
            sum.1 += 1;
            let same = folded(&text) == folded(&reply.words);
            exact.0 += usize::from(same);
            exact.1 += 1;
            let s = by_style.entry(style).or_default();
            s.0 += usize::from(same);
            s.1 += 1;
            if !right || !same {
                wrong.push(format!(
                    "{} {style}: meant {meant}, read {got} in {text:?} of {:?}",
                    reply.tongue.code, reply.words
                ));
            }
            assert!(
                !consents(&got) || reply.means.iter().any(|m| consents(m)),
                "a consent read in {:?} ({style})",
                reply.words
            );
        }
    }
    println!("meant / read");
    for ((meant, got), count) in &table {
        println!("{meant:12} {got:12} {count:5}");
    }
    let share = |(right, all): (usize, usize)| right as f64 / all as f64;
    println!(
        "plain yes and no {:.3}, other kinds {:.3}, text exact {:.3}",
        share(plain),
        share(other),
        share(exact)
    );
    for (style, sum) in &by_style {
        println!("{style:18} text exact {:.3}", share(*sum));
    }
    for line in &wrong {
        println!("{line}");
    }
    assert!(share(plain) >= 0.97 && share(other) >= 0.85 && share(exact) >= 0.92);
}

/// Fuzzing by hand: `ASKFIRST_FUZZ_CASES=1000000 cargo test --release --test replies mutation`.
fn cases(usual: u32) -> u32 {
    std::env::var("ASKFIRST_FUZZ_CASES")
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(usual)
}

/// What changes nothing that a reader sees as assent.
const BETWEEN: &[&str] = &[
    " ", "\n", "\n\n", ".", ",", "!", "?", "…", " - ", "\u{200b}", "\u{ad}", "\u{202e}",
    "\u{feff}", "é", "q", "7", " hm ", " not ", " the ", " 🙂 ", "😀", "\u{301}", "<", ">", "\"",
    "&amp;", "\t", "а", "ｏ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(600), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn i4_no_mutation_of_what_is_no_yes_becomes_one(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..BETWEEN.len()), 0..3),
        shape in 0..5usize,
        style in 0..STYLES.len(),
    ) {
        static ALL: LazyLock<Vec<Reply>> = LazyLock::new(replies);
        let no: Vec<&Reply> = ALL.iter().filter(|r| !r.means.iter().any(|m| consents(m))).collect();
        let reply = no[which.index(no.len())];
        let mut chars: Vec<char> = reply.words.chars().collect();
        for (at, what) in changes {
            let at = at.index(chars.len() + 1);
            chars.splice(at..at, BETWEEN[what].chars());
        }
        let text: String = chars.into_iter().collect();
        let text = match shape {
            1 => text.to_uppercase(),
            2 => text.to_lowercase(),
            3 => text.chars().map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c) } else { c }).collect(),
            4 => format!("{text}\n\n> Yes, please!\n> Ja, gerne!"),
            _ => text,
        };
        let (got, read) = word(&reading(&send(reply.tongue, STYLES[style], &text)));
        prop_assert!(!consents(&got), "{text:?} ({}) was read as {got}: {read:?}", STYLES[style]);
    }
}
