//! Snapshots open with this program and with `openssl`, and with nothing else.
#![allow(clippy::print_stderr)]

use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use store::snapshot::{self, SnapshotKeys};
use store::testing::{OPTIONS, TestDatabase, each_database};
use store::vault::RootKey;
use store::{BackupError, DatabaseUrl, Db, Engine, Overwrite, Sql, restore_with};

use crate::schema::{SCHEMA, add};

const ALL: Sql = Sql::new("SELECT id, email, age FROM person ORDER BY id");

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn root() -> RootKey {
    RootKey::of(1, [7; 32]).unwrap()
}

/// Every row of every table that the test fills.
async fn rows(url: &DatabaseUrl) -> Vec<(String, String, i64)> {
    let db = Db::open_with(url, OPTIONS, SCHEMA).unwrap();
    let read = |row: &store::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found = db.read(move |tx| tx.all(ALL, &[], read)).await.unwrap();
    db.close().await;
    found
}

async fn filled(url: &DatabaseUrl) {
    let db = Db::open_with(url, OPTIONS, SCHEMA).unwrap();
    db.write(|tx| (0..300).try_for_each(|n| add(tx, &format!("person-{n}")))).await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn r5_the_newest_snapshot_comes_back_on_an_empty_host() {
    each_database(SCHEMA, async |database| {
        let (url, folder) = (database.url(), tempfile::tempdir().unwrap());
        filled(url).await;
        let keys = SnapshotKeys::of(&root());
        snapshot::take(url, &keys, folder.path(), at("2026-11-24T10:00:00Z")).unwrap();
        let taken = snapshot::take(url, &keys, folder.path(), at("2026-11-24T11:00:00Z")).unwrap();
        assert_eq!(snapshot::list(folder.path()).unwrap()[0], taken);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing plain is left");
        let sealed = std::fs::read(&taken.path).unwrap();
        assert!(!sealed.windows(8).any(|found| found == b"person-1"), "nothing readable is in it");

        let before = rows(url).await;
        let fresh = TestDatabase::new(url.engine(), &[]).unwrap();
        let opened = snapshot::opened(&taken.path, &keys).unwrap();
        restore_with(opened.path(), fresh.url(), Overwrite::Replace, SCHEMA).unwrap();
        assert_eq!(rows(fresh.url()).await, before);
    })
    .await;
}

fn shell(script: &str, words: &[&str]) -> String {
    let ended = Command::new("sh").arg("-c").arg(script).arg("sh").args(words).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap()
}

#[tokio::test]
async fn r5_openssl_alone_proves_and_opens_a_snapshot() {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: openssl is not installed");
        return;
    }
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let folder = tempfile::tempdir().unwrap();
    filled(database.url()).await;
    let keys = SnapshotKeys::of(&root());
    let taken = snapshot::take(database.url(), &keys, folder.path(), at("2026-11-24T10:00:00Z")).unwrap();
    let (opens, proves) = keys.reveal();
    let file = taken.path.to_str().unwrap();
    // The commands of docs/durability.md.
    let mark = shell(
        "head -c -65 \"$1\" | openssl dgst -sha256 -mac HMAC -macopt hexkey:\"$2\" | sed 's/.*= //'",
        &[file, &proves],
    );
    assert_eq!(mark, shell("tail -c 65 \"$1\"", &[file]));
    let plain = folder.path().join("plain.db");
    shell(
        "iv=$(head -c 512 \"$1\" | sed -n 's/^iv //p');
         head -c -65 \"$1\" | tail -c +513 | openssl enc -d -aes-256-ctr -K \"$2\" -iv \"$iv\" > \"$3\"",
        &[file, &opens, plain.to_str().unwrap()],
    );
    assert_eq!(rows(&DatabaseUrl::Sqlite(plain)).await, rows(database.url()).await);
}

#[tokio::test]
async fn r5_an_altered_snapshot_and_another_key_open_nothing() {
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let folder = tempfile::tempdir().unwrap();
    filled(database.url()).await;
    let keys = SnapshotKeys::of(&root());
    let taken = snapshot::take(database.url(), &keys, folder.path(), at("2026-11-24T10:00:00Z")).unwrap();
    let refused = |path: &Path, keys: &SnapshotKeys| {
        matches!(snapshot::opened(path, keys), Err(BackupError::NotSealed(_)))
    };
    assert!(refused(&taken.path, &SnapshotKeys::of(&RootKey::of(1, [8; 32]).unwrap())));
    let whole = std::fs::read(&taken.path).unwrap();
    let altered = folder.path().join("altered");
    let flips = (0..2000).map(|n| n * (whole.len() - 1) / 1999);
    for place in flips {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        std::fs::write(&altered, bytes).unwrap();
        assert!(refused(&altered, &keys), "a flipped bit at {place} was not found");
    }
    for length in [0, 64, 65, 576, whole.len() - 1] {
        std::fs::write(&altered, &whole[..length]).unwrap();
        assert!(refused(&altered, &keys), "cut off at {length}");
    }
}

#[test]
fn r5_a_day_of_hours_and_two_weeks_of_days_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let newest = at("2026-11-24T10:00:00Z");
    for hour in 0..24 * 30 {
        let at = newest.checked_sub(jiff::SignedDuration::from_hours(hour)).unwrap();
        let name = at.strftime("attune-%Y%m%dT%H%M%SZ.snapshot").to_string();
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    std::fs::write(folder.path().join("letter.txt"), "").unwrap();
    snapshot::prune(folder.path()).unwrap();
    let kept = snapshot::list(folder.path()).unwrap();
    assert_eq!(kept.len(), 24 + 14);
    assert_eq!(kept[0].at, newest);
    assert!(folder.path().join("letter.txt").exists());
    assert_eq!(snapshot::prune(folder.path()).unwrap(), 0);
}
