//! `--keep`: the world stays open for the user's own mail program, until Ctrl-C.

use super::Stopped;
use super::backstage::Backstage;
use super::interrupt::Interrupt;
use super::tell::Teller;
use crate::demo::World;

pub fn open(
    world: &World,
    backstage: &Backstage,
    teller: &mut Teller,
    interrupt: &Interrupt,
) -> Result<(), Stopped> {
    backstage.slow_down().map_err(Stopped::Sentence)?;
    teller.doors(world)?;
    interrupt.wait();
    Ok(())
}
