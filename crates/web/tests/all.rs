//! Stories through the real door: request in, page out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod clients;
mod plans;
mod sessions;
mod measures;
mod support;
