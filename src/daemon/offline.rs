//! Decisions while no daemon runs: written into the ledger, carried out at the next start.

use super::OsRandom;
use crate::acquaintance::NoRecords;
use crate::config::Config;
use crate::desk::request::{Reply, Request};
use crate::desk::{Desk, Turn, World};
use crate::edge::disk::Disk;
use crate::edge::index::{Index, Settings};
use chrono::{Local, Utc};
use std::sync::Arc;
use std::time::Duration;

/// Takes the state folder, decides, and gives it back.
///
/// # Errors
/// A sentence: another process has the folder, the disk fails, or the decision can't be taken.
pub fn request(config: Config, request: &Request) -> Result<Reply, String> {
    let config = Arc::new(config);
    let (mut disk, books) = Disk::open(&config.state_dir)?;
    let templates = Arc::new(super::templates(&config)?);
    let spool = disk.spool().clone();
    let mut desk = Desk::new(config.clone(), templates, books, |id| spool.read(id));
    let mut turn = Turn::default();
    let utc_offset = Local::now().offset().local_minus_utc();
    let mut world = World {
        at: Utc::now(),
        records: &NoRecords,
        random: &mut OsRandom,
        utc_offset,
    };
    let reply = match desk.request(&mut world, request, &mut turn) {
        Ok(done) => Reply::Done(done),
        Err(why) => return Ok(Reply::Refused(why)),
    };
    disk.append(&turn.entries)
        .map_err(|e| format!("Could not write to the state folder: {e}."))?;
    if let Request::Forget { address } = request {
        disk.rewrite(&desk.books)?;
        disk.sweep(|id| desk.keeps(id, Utc::now()), Duration::ZERO);
        let index =
            Index::open(&config.state_dir, Settings::of(&config)).map_err(|e| e.to_string())?;
        index
            .forget(address)
            .map_err(|e| format!("The index could not forget {address}: {e}."))?;
    }
    Ok(reply)
}
