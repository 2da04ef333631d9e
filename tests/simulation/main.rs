//! The desk, the ledger and the real deeds in a world of chance: one number, one run.
//!
//! Real are the judge, the desk, the ledger's lines, the letters, the reading of answers, the deeds in
//! the mailbox and the bytes that leave. Simulated are the mail server (with and without MOVE and
//! UIDPLUS; it loses the connection before, after or in the middle of any command, and refuses some),
//! the outgoing server (cut before and after the final dot, having taken the message or not), the
//! clock, the people with their habits, the user's hands, and the process, which dies anywhere: before
//! the files are kept, with half a line written, before anything is done about it, within a deed,
//! before the dot, behind it. The daemon's three threads take turns by chance.
//!
//! After every step the oracle (`oracle.rs`, `ending.rs`) compares with what was really said and done:
//! nothing leaves without everybody's latest yes or the user's word, nobody is asked twice, nobody but
//! the user hears of a no, the message always stands somewhere, and in the end nothing is forgotten.
//!
//! `ASKFIRST_SEEDS=5000` plays more runs; `ASKFIRST_SEED=17` plays one again and tells its story.
//!
//! That it can fail was tried by hand. Found within the seeds that run every day: `before_dot` that
//! lets a release go without asking who agreed (a no came while the server was dialled: I1), or an
//! ask after the end (“is written to after”); `way_of` that sends what is in doubt instead of looking
//! for it (I7); `before_dot` that does not write `Committing` (I7); `begin_release` that skips the
//! look (I1). What it found when it was new: a held copy thrown away though its draft had not come
//! back, one draft held twice after a lost connection, a lost look after a doubt that was never
//! repeated, an ask in doubt twice that nobody heard of, and a daemon that woke itself without rest.

mod beginning;
mod chance;
mod disk;
mod ending;
mod hands;
#[path = "../world/mailbox.rs"]
#[allow(dead_code)]
mod mailbox;
mod mailing;
mod oracle;
mod people;
mod process;
mod reading;
mod run;
mod sending;
mod story;
mod turns;

use askfirst::letter::Templates;
use run::Run;
use std::sync::Arc;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn whatever_breaks_nobody_is_introduced_unasked() {
    let templates = Arc::new(Templates::built_in());
    let one = number("ASKFIRST_SEED");
    let many = number("ASKFIRST_SEEDS").unwrap_or(150);
    let seeds = one.map_or(0..many, |seed| seed..seed + 1);
    let (mut asks, mut releases, mut crashes, mut cuts, mut steps) = (0, 0, 0, 0, 0);
    for seed in seeds {
        let mut run = Run::new(seed, &templates);
        run.telling = one.is_some();
        let lived = run.live();
        if let Err(broken) = &lived {
            // The same number tells the same story, this time aloud.
            let mut again = Run::new(seed, &templates);
            again.telling = true;
            let _ = again.live();
            println!("{}", again.story.join("\n"));
            panic!("seed {seed}: {broken}\nplay it again with ASKFIRST_SEED={seed}");
        }
        if one.is_some() {
            println!("{}", run.story.join("\n"));
        }
        asks += run.oracle.asks;
        releases += run.oracle.releases;
        crashes += run.crashed;
        cuts += run.cut;
        steps += run.step;
    }
    println!(
        "{asks} asks, {releases} releases, {crashes} crashes, {cuts} lost connections, {steps} steps"
    );
    if one.is_none() {
        assert!(
            asks > many as usize / 2 && releases > many as usize / 20,
            "too little has happened"
        );
    }
}
