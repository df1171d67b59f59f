//! Stories about the kernel, told on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audit;
mod backups;
mod faults;
mod fuzz;
mod migrations;
mod opening;
mod queries;
mod reading;
mod schema;
mod sending;
mod snapshots;
mod values;
mod walls;
mod writing;
