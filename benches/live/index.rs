//! The first index of a large mailbox, beside a bare client that fetches the same and drops it.

use super::client::Client;
use super::dovecot::Dovecot;
use super::letters;
use super::program::Program;
use askfirst::mailroom::indexing::FIELDS;
use std::time::Instant;

const LIMIT_KB: u64 = 64 * 1024;
const OURS: &str = "ours@hub.example";
const BARE: &str = "bare-index@hub.example";
const CHUNK: u32 = 1000;

/// Fills a mailbox and indexes it; gives the program whose index is complete then.
pub fn measure(server: &Dovecot, count: u32, compare: bool) -> Program {
    letters::fill(server, OURS, count);
    let program = Program::new(OURS);
    let (took, peak) = index(server, &program);
    let ours = f64::from(count) / took;
    println!(
        "first index, the server's cache cold: {count} messages in {took:.1} s, {ours:.0} a second; peak {peak} kB, {:.2} of the limit",
        peak as f64 / LIMIT_KB as f64
    );
    if !compare {
        return program;
    }
    letters::fill(server, BARE, count);
    let bare_cold = f64::from(count) / bare(server, count);
    println!(
        "a bare client, the server's cache cold: {bare_cold:.0} a second; ours does {:.2} of that",
        ours / bare_cold
    );
    let again = Program::new(OURS);
    let (took, peak) = index(server, &again);
    let ours = f64::from(count) / took;
    let bare_warm = f64::from(count) / bare(server, count);
    println!(
        "first index, the server's cache warm: {ours:.0} a second, peak {peak} kB; a bare client {bare_warm:.0}; ours does {:.2} of that",
        ours / bare_warm
    );
    again
}

/// Seconds from exec to its end, and peak resident memory in kB.
fn index(server: &Dovecot, program: &Program) -> (f64, u64) {
    let began = Instant::now();
    let (peak, well) = program.spawn("index", server, server.imaps_port).finish();
    assert!(well, "{}", program.log());
    (began.elapsed().as_secs_f64(), peak)
}

/// Seconds from the connection to the last message.
fn bare(server: &Dovecot, count: u32) -> f64 {
    let began = Instant::now();
    let mut client = Client::log_in(server, server.imaps_port, BARE);
    client.run("SELECT INBOX");
    let mut read = 0;
    for first in (1..=count).step_by(CHUNK as usize) {
        let last = first + CHUNK - 1;
        read += client.run(&format!(
            "UID FETCH {first}:{last} (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({})])",
            FIELDS.join(" ")
        ));
    }
    assert_eq!(read, count as usize, "every message answers");
    began.elapsed().as_secs_f64()
}
