//! Stories about the kernel, told on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod schema;
mod writing;
