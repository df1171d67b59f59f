//! Stories through the real door: request in, page out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod accounts;
mod clients;
mod findings;
mod flood;
mod forged;
mod measures;
mod once;
mod paging;
mod passkeys;
mod plans;
mod private_notes;
mod promises;
mod record_access;
mod records;
mod serve;
mod sessions;
mod spoilt_forms;
mod support;
mod tls;
mod untold;
