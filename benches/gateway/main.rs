//! Mail through the gateway beside the same load straight to the same server, beside haproxy in TCP mode and
//! nginx's mail module (neither looks at the mail). One run, taken in turns; figures are shares of direct.
//!
//! ```text
//! cargo bench --bench gateway                    # all of it; some minutes
//! cargo bench --bench gateway -- connection      # or: open, large, held, line
//! cargo bench --bench gateway -- connection 5000 # messages each time
//! cargo bench --bench gateway -- open alone      # without haproxy and nginx
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
use load::{Kind, Load, Target};
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
    if !words.iter().any(|w| w == "alone") {
        targets.extend(others.targets());
    }
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

/// Several rounds in turns, so that what else the machine does falls on all alike; the best round counts. Then the
/// same at a quarter of what direct can do: as fast as they can, fifty clients wait for each other, and a time says
/// no more than the rate does.
fn compare(targets: &[Target], kind: Kind, clients: usize, messages: usize) {
    const ROUNDS: usize = 3;
    let round = |rate: Option<f64>| {
        let mut best: Vec<Option<load::Figures>> = vec![None; targets.len()];
        for _ in 0..ROUNDS {
            for (best, target) in best.iter_mut().zip(targets) {
                let load = Load {
                    kind,
                    clients,
                    messages: messages / ROUNDS,
                    rate,
                };
                let figures = load::run(target, load);
                let better = |b: &load::Figures| match rate {
                    None => b.rate < figures.rate,
                    Some(_) => b.p50 > figures.p50,
                };
                if best.as_ref().is_none_or(better) {
                    *best = Some(figures);
                }
            }
        }
        best.into_iter().flatten().collect::<Vec<_>>()
    };
    let fast = round(None);
    let Some(direct) = fast.first().map(|d| d.rate) else {
        return;
    };
    let paced = round(Some(direct / 4.0));
    for ((target, fast), slow) in targets.iter().zip(&fast).zip(&paced) {
        let added = |a: Duration, b: &dyn Fn(&load::Figures) -> Duration| {
            ms(a) - paced.first().map_or(0.0, |d| ms(b(d)))
        };
        println!(
            "  {clients:>2} clients  {:<8} {:>6.0}/s  share {:.2}  p50 {:>6.2} ms | at {:.0}/s: p50 {:>5.2} ms (+{:.2})  p99 {:>5.2} ms (+{:.2})",
            target.name,
            fast.rate,
            fast.rate / direct,
            ms(fast.p50),
            direct / 4.0,
            ms(slow.p50),
            added(slow.p50, &|f| f.p50),
            ms(slow.p99),
            added(slow.p99, &|f| f.p99),
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
