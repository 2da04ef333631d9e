//! The built program against a real Dovecot: the four figures of `docs/TESTING.md`, each beside
//! its limit and a bare client in the same run. Needs Dovecot and root (it runs one of its own).
//!
//! ```text
//! cargo bench --bench live                       # all of it, 100,000 messages; some minutes
//! cargo bench --bench live -- reaction           # or: index, start, rest
//! cargo bench --bench live -- index 20000
//! ```

#[allow(dead_code)]
#[path = "../../tests/world/dovecot.rs"]
mod dovecot;

mod client;
mod index;
mod letters;
mod program;
mod proxy;
mod reaction;
mod rest;
mod start;

use dovecot::{Dovecot, Shape};
use std::time::Duration;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let count = words.iter().find_map(|w| w.parse().ok()).unwrap_or(100_000);
    let chosen = |name: &str| {
        let named = ["reaction", "index", "start", "rest"];
        words.iter().any(|w| w == name) || !words.iter().any(|w| named.contains(&w.as_str()))
    };
    if !dovecot::is_here() {
        return;
    }
    println!("load before: {}", load());
    let server = Dovecot::start(&Shape::default());
    if chosen("reaction") {
        reaction::measure(&server);
    }
    if chosen("index") || chosen("start") || chosen("rest") {
        let program = index::measure(&server, count, chosen("index"));
        if chosen("start") {
            start::measure(&server, &program);
        }
        if chosen("rest") {
            rest::measure(&server, &program);
        }
    }
    println!("load after: {}", load());
}

/// The machine's load averages: others' work makes every time longer.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// “median 3.1 ms (fastest 2.9, slowest 4.4, of 20)”, and the median.
fn spread(mut times: Vec<Duration>) -> (String, f64) {
    times.sort_unstable();
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return ("nothing was measured".to_owned(), f64::NAN);
    };
    let median = ms(times[times.len() / 2]);
    let text = format!(
        "median {median:.1} ms (fastest {:.1}, slowest {:.1}, of {})",
        ms(*first),
        ms(*last),
        times.len()
    );
    (text, median)
}
