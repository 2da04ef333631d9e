//! The world around askfirst, for tests: simulated where that says more, real where it is at hand.

// Every test binary uses its own part of the world.
#![allow(dead_code)]

pub mod client;
pub mod dovecot;
pub mod house;
pub mod mailbox;
pub mod people;
pub mod postfix;
pub mod proxy;
pub mod stories;
pub mod submission;
pub mod wire;
