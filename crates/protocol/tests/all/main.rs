//! Stories on the public face of the crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod beside;
mod compose;
mod files;
mod fits;
mod fuzz;
mod lints;
mod mistakes;
mod random;
mod rules;
mod simulated;
mod standing;
mod stored;
mod story;
mod walks;
