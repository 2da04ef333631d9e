//! A logged-in account and what its server can do.
