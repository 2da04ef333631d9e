//! The desk, the ledger and the real deeds in a world of chance: one number, one run.

mod chance;
mod disk;
mod ending;
mod hands;
#[path = "../world/mailbox.rs"]
#[allow(dead_code)]
mod mailbox;
mod oracle;
mod people;
mod process;
mod run;
mod story;

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
