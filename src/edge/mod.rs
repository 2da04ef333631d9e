//! What touches the world.

pub mod control;
pub mod discover;
pub mod gateway;
pub mod http;
pub mod imap;
pub mod index;
pub mod keyring;
pub mod notify;
pub mod oauth;
pub mod secret;
pub mod settings;
pub mod smtp;
pub mod stop;
pub mod tls;
pub mod wording;

pub use stop::Stop;
pub mod disk;
