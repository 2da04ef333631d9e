//! From exec to the first IDLE, with everything indexed.

use super::dovecot::Dovecot;
use super::program::Program;
use super::proxy::{Passed, Proxy};
use super::spread;
use std::time::{Duration, Instant};

const RUNS: usize = 15;
const LIMIT_MS: f64 = 60.0;

pub fn measure(server: &Dovecot, program: &Program) {
    let proxy = Proxy::start(server);
    let (mut first, mut all, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    // One more at the beginning: it makes the folders and marks what it has read.
    for run in 0..=RUNS {
        let from = proxy.here();
        let began = Instant::now();
        let running = program.spawn("run", server, proxy.port);
        let idles = proxy.wait(from, |passed| {
            let idles: Vec<Instant> = idles(passed).collect();
            (!idles.is_empty()).then_some(idles)
        });
        proxy.rest(Duration::from_millis(1500));
        let idles = idles_since(&proxy, from).len().max(idles.len());
        let times = idles_since(&proxy, from);
        if run > 0 {
            first.push(times[0] - began);
            all.push(times[idles - 1] - began);
        }
        if run == RUNS && std::env::var_os("SHOW").is_some() {
            for p in proxy.since(from) {
                let (line, way) = (p.text.lines().next().unwrap_or_default(), p.to_server);
                let (way, all) = (if way { '>' } else { '<' }, p.text.len());
                println!(
                    "  {:6.1} #{} {way} {all:6} {line}",
                    super::ms(p.at - began),
                    p.connection
                );
            }
        }
        drop(running);
        if run > 0 {
            bare.push(bare_client(server, &program.user, &proxy));
        }
        proxy.rest(Duration::from_millis(300));
    }
    let (text, ours) = spread(first);
    println!(
        "from exec to the first IDLE: {text}; {:.2} of the limit of {LIMIT_MS} ms",
        ours / LIMIT_MS
    );
    println!("from exec to the last IDLE: {}", spread(all).0);
    let (text, theirs) = spread(bare);
    println!(
        "a bare client, without an exec: {text}; ours takes {:.1} times as long",
        ours / theirs
    );
}

/// Connection, TLS, login, SELECT, IDLE, and nothing else.
fn bare_client(server: &Dovecot, user: &str, proxy: &Proxy) -> Duration {
    let from = proxy.here();
    let began = Instant::now();
    let mut client = super::client::Client::log_in(server, proxy.port, user);
    client.run("SELECT INBOX");
    client.say("i IDLE\r\n");
    proxy.wait(from, |passed| idles(passed).next()) - began
}

fn idles(passed: &[Passed]) -> impl Iterator<Item = Instant> {
    passed
        .iter()
        .filter(|p| p.to_server && p.text.trim_end().ends_with(" IDLE"))
        .map(|p| p.at)
}

fn idles_since(proxy: &Proxy, from: usize) -> Vec<Instant> {
    idles(&proxy.since(from)).collect()
}
