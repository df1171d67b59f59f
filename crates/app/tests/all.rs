//! Stories about the verbs, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clients;
