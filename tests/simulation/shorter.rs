//! A failing run made shorter: what happens in it by plan is left out, one thing after another, for as long as
//! the same promise is still broken. What remains is the story worth reading.

use super::run::Run;
use askfirst::letter::Templates;
use std::sync::Arc;

/// One thing more is left out.
type Attempt = Box<dyn Fn(&mut Without)>;

/// What is left out of a run.
#[derive(Clone, Debug, Default)]
pub struct Without {
    /// Of what was planned at the beginning, by its place there.
    planned: Vec<usize>,
    crashes: bool,
    cuts: bool,
    losses: bool,
    sleeps: bool,
}

impl Without {
    fn run(&self, seed: u64, templates: &Arc<Templates>) -> Run {
        let mut run = Run::new(seed, templates);
        let keys: Vec<_> = run.agenda.keys().copied().collect();
        for n in &self.planned {
            run.agenda.remove(&keys[*n]);
        }
        for (left_out, chance) in [
            (self.crashes, &mut run.crashes),
            (self.cuts, &mut run.cuts),
            (self.losses, &mut run.losses),
        ] {
            if left_out {
                *chance = usize::MAX;
            }
        }
        run.sleeps &= !self.sleeps;
        run
    }
}

/// The promise that was broken, without names and numbers.
fn promise(why: &str) -> String {
    let words = why
        .split_whitespace()
        .filter(|w| w.chars().all(|c| c.is_alphabetic() || c == ':'));
    let code = why.split(':').next().unwrap_or_default();
    match code.len() {
        0..=4 => code.to_owned(),
        _ => words.take(6).collect::<Vec<_>>().join(" "),
    }
}

/// The shortest story found in which this promise is broken, and how much of it was left out.
pub fn story(seed: u64, why: &str, templates: &Arc<Templates>) -> String {
    let wanted = promise(why);
    let fails = |without: &Without| {
        let mut run = without.run(seed, templates);
        run.live().err().filter(|why| promise(why) == wanted)
    };
    let planned = Run::new(seed, templates).agenda.len();
    let mut best = Without::default();
    let mut attempts: Vec<Attempt> = vec![
        Box::new(|w| w.crashes = true),
        Box::new(|w| w.losses = true),
        Box::new(|w| w.sleeps = true),
        Box::new(|w| w.cuts = true),
    ];
    for n in 0..planned {
        attempts.push(Box::new(move |w| w.planned.push(n)));
    }
    let mut left_out = 0;
    for attempt in &attempts {
        let mut shorter = best.clone();
        attempt(&mut shorter);
        if fails(&shorter).is_some() {
            best = shorter;
            left_out += 1;
        }
    }
    let mut run = best.run(seed, templates);
    run.telling = true;
    let why = run.live().err().unwrap_or_else(|| why.to_owned());
    format!(
        "{}\n{left_out} of {} kinds of happenings are left out: {best:?}\nseed {seed}: {why}",
        run.story.join("\n"),
        attempts.len()
    )
}
