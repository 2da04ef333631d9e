//! All that askfirst knows.
