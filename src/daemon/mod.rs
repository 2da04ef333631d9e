//! The loop: hear, step, write down, do.
