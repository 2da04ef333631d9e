//! `--keep`: the world stays open for the user's own mail program, until Ctrl-C.

use super::Stopped;
use super::backstage::Backstage;
use super::tell::Teller;
use crate::demo::World;

pub fn open(world: &World, backstage: &Backstage, teller: &mut Teller) -> Result<(), Stopped> {
    backstage.slow_down().map_err(Stopped::Sentence)?;
    teller.doors(world)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| Stopped::Sentence(format!("the demo cannot wait for Ctrl-C: {why}")))?;
    runtime
        .block_on(tokio::signal::ctrl_c())
        .map_err(|why| Stopped::Sentence(format!("the demo cannot wait for Ctrl-C: {why}")))
}
