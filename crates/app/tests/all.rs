//! Stories about the verbs, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod care;
mod clients;
mod demonstration;
mod emergencies;
mod ending;
mod entrance;
mod erasure;
mod measures;
mod news;
mod nightly;
mod notes;
mod passkeys;
mod races;
mod reading_on;

/// A fresh SQLite database that lives as long as the test program.
fn sqlite() -> store::Db {
    let folder = tempfile::tempdir().unwrap().keep();
    store::Db::open(
        &store::DatabaseUrl::Sqlite(folder.join("test.db")),
        &store::testing::keys(),
        store::testing::OPTIONS,
    )
    .unwrap()
}
mod final_entries;
mod flips;
mod focus;
mod guardians;
mod guessing;
mod hashing;
mod homework;
mod keys;
mod lists;
mod marks;
mod plans;
mod private_notes;
mod protocols;
mod records_support;
mod ties;
mod timeline;
mod trail;
mod walls;
