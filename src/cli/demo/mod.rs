//! `askfirst demo`: the daemon at work in a world of its own, told as it happens.

mod backstage;
mod checks;
mod interrupt;
mod kept;
mod story;
mod tell;

use super::args::Demo;
use super::paint::Paint;
use super::{Failure, out};
use crate::demo::{World, people, script};
use backstage::Backstage;
use interrupt::Interrupt;
use std::process::ExitCode;
use std::time::Instant;
use tell::Teller;

/// Plays both stories; exit code 0 only when every step of them was seen to be true.
///
/// # Errors
/// A sentence that says which step was not seen, and what was seen instead.
pub fn run(demo: &Demo) -> Result<ExitCode, Failure> {
    let mut teller = Teller::new(Paint::of_stdout());
    match play(demo, &mut teller) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(Stopped::Closed) => Ok(ExitCode::SUCCESS),
        // As the system itself says it: 128 and the number of SIGINT.
        Err(Stopped::Interrupted) => Ok(ExitCode::from(130)),
        Err(Stopped::Unwritable(why)) => Err(out::failed(&why)),
        Err(Stopped::Sentence(why)) => Err(Failure::CouldNot(why)),
    }
}

/// Why the demo ended before its end.
#[derive(Debug)]
enum Stopped {
    /// Something was not as it should be: a whole sentence.
    Sentence(String),
    /// The reader has seen enough (`| head`).
    Closed,
    /// Ctrl-C, before the end of the story.
    Interrupted,
    Unwritable(std::io::Error),
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Unwritable(error)
        }
    }
}

fn play(demo: &Demo, teller: &mut Teller) -> Result<(), Stopped> {
    let began = Instant::now();
    let world = World::start(&people::everybody()).map_err(|why| {
        Stopped::Sentence(format!(
            "the demo could not open its two servers on 127.0.0.1: {why}; it needs nothing but \
             two free ports there"
        ))
    })?;
    let interrupt = Interrupt::listen(world.store())
        .map_err(|why| Stopped::Sentence(format!("the demo cannot listen for Ctrl-C: {why}")))?;
    script::furnish(world.store(), chrono::Local::now().fixed_offset());
    teller.opening()?;
    let backstage = Backstage::open(&world).map_err(Stopped::Sentence)?;
    let mut stage = story::Stage {
        world: &world,
        backstage: &backstage,
        teller,
        interrupt: &interrupt,
    };
    stage.curtain()?;
    stage.two_agree()?;
    stage.one_declines()?;
    if demo.keep {
        stage.teller.closing(began.elapsed())?;
        kept::open(&world, &backstage, stage.teller, &interrupt)?;
        return backstage.close().map_err(Stopped::Sentence);
    }
    let before = stage.inboxes();
    backstage.close().map_err(Stopped::Sentence)?;
    stage.nothing_came_late(&before)?;
    stage.teller.closing(began.elapsed())
}
