//! askfirst: asks both people before your introduction mail leaves.
//!
//! # What happens to one message
//!
//! 1. A watcher ([`edge::imap`]) or a survey sees a draft; the mailroom fetches its bytes.
//! 2. The [`daemon`] hears of it on its one channel. Nothing else changes state.
//! 3. The [`desk`] finds the introduction it concerns, or asks [`detect::judge`] whether it is a new one.
//! 4. To be held: the exact bytes go to disk and are synced, then the draft moves to Held.
//! 5. [`introduction::Introduction::step`] says where it stands now and what has to be done.
//! 6. Event, new state and effects become one [`ledger`] entry, synced before anything is done.
//! 7. The effects become jobs, carried out by the [`mailroom`] (IMAP) and [`edge::smtp`],
//!    with letters from [`letter`].
//! 8. How each went comes back as something heard, and is stepped and written down the same way.
//!
//! # The rooms
//!
//! Imports point inward:
//! `cli → daemon, demo → edge → desk → mailroom → ledger → consent → detect → letter → config →
//! introduction → acquaintance → answer, settle, port → mail`.
//! Everything up to `desk` is pure or acts only through [`port`]: it is told the time and
//! handed the bytes. `tests/layering.rs` watches over that, and docs/ARCHITECTURE.md says what each
//! room deliberately does not know.
#![forbid(unsafe_code)]

// So that unit tests can include files of tests/world, which name the crate from outside.
#[cfg(test)]
extern crate self as askfirst;

pub mod acquaintance;
pub mod answer;
pub mod cli;
pub mod config;
pub mod consent;
pub mod daemon;
pub mod demo;
pub mod desk;
pub mod detect;
pub mod edge;
pub mod introduction;
pub mod ledger;
pub mod letter;
pub mod mail;
pub mod mailroom;
pub mod port;
pub mod settle;

/// A moment in UTC; the program's only kind of time.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
