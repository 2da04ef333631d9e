//! What touches the world.

pub mod imap;
pub mod index;
pub mod settings;
pub mod smtp;
pub mod stop;
pub mod tls;

pub use stop::Stop;
