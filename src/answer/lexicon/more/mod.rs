//! Phrases that vary in the middle (see [`super::pattern`]), and words that change nothing.

pub(super) mod de;
pub(super) mod en;
pub(super) mod es;
pub(super) mod fr;
pub(super) mod it;
pub(super) mod nl;
pub(super) mod pt;
