//! The transition function: every rule of the life cycle.
