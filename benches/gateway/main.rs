//! Mail through the gateway beside the same load straight to the same server, beside haproxy in TCP mode and
//! nginx's mail module (neither looks at the mail). One run, taken in turns; figures are shares of direct.
//!
//! ```text
//! cargo bench --bench gateway                    # all of it; some minutes
//! cargo bench --bench gateway -- connection      # or: open, large, held, line
//! cargo bench --bench gateway -- connection 5000 # messages each time
//! ```
//!
//! Needs Dovecot and Postfix (smtp-sink); haproxy and nginx take part where they are installed.

#[allow(dead_code)]
#[path = "../../tests/world/dovecot.rs"]
mod dovecot;

mod large;
mod line;
mod load;
mod others;
mod program;

use dovecot::{Dovecot, Shape};
use load::{Kind, Target};
use others::Others;
use program::Program;
use std::time::Duration;

/// The clients at one time.
const CLIENTS: [usize; 3] = [1, 10, 50];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let count: Option<usize> = words.iter().find_map(|w| w.parse().ok());
    let named = ["connection", "open", "large", "held", "line"];
    let chosen = |name: &str| {
        words.iter().any(|w| w == name) || !words.iter().any(|w| named.contains(&w.as_str()))
    };
    if !dovecot::is_here() {
        return;
    }
    println!("load before: {}", system_load());
    let server = Dovecot::start(&Shape::default());
    let others = Others::start();
    let program = Program::start(&server, others.sink, None);
    let gateway = Target::with_login("gateway", program.port, &program.user);
    let mut targets = vec![Target::new("direct", others.sink), gateway.clone()];
    targets.extend(others.targets());
    for (name, kind, messages) in [
        ("connection", Kind::Connection, [1_000, 4_000, 6_000]),
        ("open", Kind::Open, [2_000, 8_000, 12_000]),
    ] {
        if !chosen(name) {
            continue;
        }
        println!(
            "\n{}",
            match kind {
                Kind::Connection => "a connection for each message of 5 kB",
                Kind::Open => "open connections, 5 kB",
            }
        );
        for (clients, usual) in CLIENTS.into_iter().zip(messages) {
            compare(&targets, kind, clients, count.unwrap_or(usual));
        }
    }
    if chosen("large") {
        large::measure(&targets, &program);
    }
    if chosen("held") {
        program.held(&gateway, count.unwrap_or(60));
    }
    drop(program);
    if chosen("line") {
        line::measure(&server);
    }
    println!("load after: {}", system_load());
}

/// Several rounds in turns, so that what else the machine does falls on all alike; the best round counts.
fn compare(targets: &[Target], kind: Kind, clients: usize, messages: usize) {
    const ROUNDS: usize = 3;
    let mut best: Vec<Option<load::Figures>> = vec![None; targets.len()];
    for _ in 0..ROUNDS {
        for (best, target) in best.iter_mut().zip(targets) {
            let figures = load::run(target, kind, clients, messages / ROUNDS);
            if best.as_ref().is_none_or(|b| b.rate < figures.rate) {
                *best = Some(figures);
            }
        }
    }
    let Some(direct) = best.first().cloned().flatten() else {
        return;
    };
    for (target, figures) in targets.iter().zip(best.into_iter().flatten()) {
        println!(
            "  {clients:>2} clients  {:<8} {:>6.0}/s  share {:.2}  p50 {:>6.2} ms (+{:.2})  p99 {:>6.2} ms (+{:.2})",
            target.name,
            figures.rate,
            figures.rate / direct.rate,
            ms(figures.p50),
            ms(figures.p50) - ms(direct.p50),
            ms(figures.p99),
            ms(figures.p99) - ms(direct.p99),
        );
    }
}

/// The machine's load averages: others' work makes every time longer.
fn system_load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
