//! What a resting daemon costs: memory, and how often it wakes.

use super::dovecot::Dovecot;
use super::program::{Program, number, status};
use std::time::Duration;

const LIMIT_KB: u64 = 15 * 1024;
const LIMIT_WAKEUPS: u64 = 10;
const MINUTE: Duration = Duration::from_secs(60);

pub fn measure(server: &Dovecot, program: &Program) {
    let running = program.spawn("run", server, server.imaps_port);
    let pid = running.id();
    // What is done at the start is over by then; it never looks twice within five minutes.
    std::thread::sleep(Duration::from_secs(20));
    let threads = status(pid, "Threads").unwrap_or(0);
    let before = switches(pid);
    std::thread::sleep(MINUTE);
    let wakeups = switches(pid) - before;
    let resident = status(pid, "VmRSS").unwrap_or(0);
    let rollup = format!("/proc/{pid}/smaps_rollup");
    let pss = number(&rollup, "Pss").unwrap_or(0);
    let private = number(&rollup, "Private_Dirty").unwrap_or(0);
    let peak = status(pid, "VmHWM").unwrap_or(0);
    println!(
        "resting: {resident} kB resident ({:.2} of the limit), {pss} kB PSS, {private} kB of its own, peak {peak} kB, {threads} threads",
        resident as f64 / LIMIT_KB as f64
    );
    println!("resting: {wakeups} wakeups in a minute (limit {LIMIT_WAKEUPS})");
    for (name, count) in by_thread(pid) {
        println!("  thread {name}: {count} wakeups since its start");
    }
}

fn by_thread(pid: u32) -> Vec<(String, u64)> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task"));
    let mut threads: Vec<(String, u64)> = tasks
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|task| {
            let task = task.path().display().to_string();
            let name = std::fs::read_to_string(format!("{task}/comm")).ok()?;
            let of = |kind: &str| number(&format!("{task}/status"), kind).unwrap_or(0);
            let count = of("voluntary_ctxt_switches") + of("nonvoluntary_ctxt_switches");
            Some((name.trim().to_owned(), count))
        })
        .collect();
    threads.sort();
    threads
}

/// How often its threads were put to sleep or aside.
fn switches(pid: u32) -> u64 {
    by_thread(pid).iter().map(|(_, count)| count).sum()
}
