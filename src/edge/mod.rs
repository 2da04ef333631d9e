//! What touches the world.

pub mod imap;
pub mod smtp;
