//! One flipped bit in the file of a database, its audit trail included: found by opening, by the look at everything or by
//! the trail, or nothing that is kept has changed.

use crate::records_support::Practice;
use std::collections::BTreeMap;
use std::path::Path;
use store::testing::{OPTIONS, keys};
use store::{Across, DatabaseUrl, Db, Sql, StoreError, Tx};

/// Bits flipped: `ATTUNE_FLIP_ROUNDS` for more.
fn rounds() -> usize {
    std::env::var("ATTUNE_FLIP_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

/// What no seal and no mark covers, with the reason in docs/keys.md: it gives nobody access, and changes too often or
/// tells nothing about a client. A flip there is not found.
const UNGUARDED: &[&str] = &[
    "account.signed_in_at",
    "account.totp_last_step",
    "web_session.seen_at",
    "schema_migration.",
    "vault.salt",
    "audit_checkpoint.",
];

type Dump = BTreeMap<String, Vec<String>>;

fn dump(tx: &mut Tx<'_>) -> Result<Dump, StoreError> {
    // The engine tells no small from capital letters in names.
    const COLUMNS: Sql = Sql::new(
        "SELECT lower(t.name || '.' || c.name),
            'SELECT typeof(\"' || c.name || '\") || hex(\"' || c.name || '\") FROM \"' || t.name || '\" ORDER BY 1'
         FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY 1",
    );
    let columns = tx.all(COLUMNS, &[], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?;
    let mut found = Dump::new();
    for (name, text) in columns {
        let rows = tx.all(Sql::new(text.leak()), &[], |row| row.get::<String>(0))?;
        found.insert(name, rows);
    }
    Ok(found)
}

async fn logical(db: &Db) -> Result<Dump, StoreError> {
    db.across_practices(Across::Operator).read(dump).await
}

/// A small database with a course in it, closed.
async fn prepared(path: &Path) -> Dump {
    let db = Db::open(&DatabaseUrl::Sqlite(path.to_owned()), &keys(), OPTIONS).unwrap();
    let practice = Practice::new(db.clone()).await;
    practice.pass_first_gate().await;
    let (app, ctx, episode) = (&practice.world.app, &practice.ctx, practice.episode);
    let typed = app::private_notes::PrivateForm { session: String::new(), text: "Mine alone.".into() };
    app.save_private_note(ctx, (episode, None), 0, typed).await.unwrap();
    app.checkpoint_audit(1).await.unwrap();
    let dump = logical(&db).await.unwrap();
    db.close().await;
    dump
}

#[derive(Debug, Default)]
struct Count {
    opening: usize,
    engine: usize,
    fields: usize,
    trail: usize,
    harmless: usize,
    unguarded: usize,
}

/// Whether the look at everything or the trail names it.
async fn named(db: &Db, count: &mut Count) -> bool {
    let (app, _) = app::testing::bare(db.clone());
    if app.verify_fields().await.map_or(true, |report| !report.findings.is_empty())
        || app.check_records().await.map_or(true, |report| !report.findings.is_empty())
    {
        count.fields += 1;
        return true;
    }
    let trails = app.verify_audit(&[]).await;
    let broken = trails.map_or(true, |all| all.iter().any(|(_, trail)| !trail.is_well()));
    count.trail += usize::from(broken);
    broken
}

/// Where a flip was met; the columns that changed when it was met nowhere.
async fn met(path: &Path, before: &Dump, count: &mut Count) -> Result<(), Vec<String>> {
    let url = DatabaseUrl::Sqlite(path.to_owned());
    let Ok(db) = Db::open(&url, &keys(), OPTIONS) else {
        count.opening += 1;
        return Ok(());
    };
    let now = logical(&db).await;
    let found = now.as_ref() == Ok(before) || named(&db, count).await;
    if now.as_ref() == Ok(before) {
        count.harmless += 1;
    }
    db.close().await;
    if found {
        return Ok(());
    }
    // The dump met it, or the engine's own check of every page does.
    if now.is_err() || store::integrity(&url).map_or(true, |lines| !lines.is_empty()) {
        count.engine += 1;
        return Ok(());
    }
    let now = now.unwrap_or_default();
    let names = before.keys().chain(now.keys());
    let mut changed: Vec<String> =
        names.filter(|name| before.get(*name) != now.get(*name)).cloned().collect();
    changed.dedup();
    if !changed.is_empty() && changed.iter().all(|one| UNGUARDED.iter().any(|known| one.starts_with(known))) {
        count.unguarded += 1;
        return Ok(());
    }
    Err(changed)
}

#[tokio::test]
async fn r4_every_flipped_bit_of_a_database_is_found_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.db");
    let before = prepared(&whole).await;
    let bytes = std::fs::read(&whole).unwrap();
    let mut count = Count::default();
    // The same bits each time: a failure can be seen again.
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..rounds() {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let bit = usize::try_from(chance % (bytes.len() as u64 * 8)).unwrap();
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let path = folder.path().join(format!("{round}.db"));
        std::fs::write(&path, flipped).unwrap();
        let met = met(&path, &before, &mut count).await;
        assert_eq!(met, Ok(()), "bit {bit} was found by nobody, and this changed");
        for ending in [".db", ".db-wal", ".db-shm", ".db.held", ".db.lock"] {
            // Some are there, some are not.
            let _ = std::fs::remove_file(folder.path().join(format!("{round}{ending}")));
        }
    }
    assert!(count.opening > 0 && count.fields > 0 && count.trail > 0, "{count:?}");
    assert!(count.unguarded * 50 <= rounds(), "{count:?}");
}
