//! All that askfirst knows.

pub mod request;
