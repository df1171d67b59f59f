//! The audit trail on a real database: chained as it is written, refused to be changed, found when it was.

use domain::ids::{AuditId, Identifier, PracticeId};
use jiff::Timestamp;
use rusqlite::Connection;
use store::audit::checkpoint::{Checkpoint, Signer};
use store::audit::verify::{Finding, Verified};
use store::audit::{self, Entry, keeping};
use store::testing::{OPTIONS, TestDatabase, each_engine};
use store::{ConflictKind, DatabaseUrl, Db, Engine, MIGRATIONS, Sql, StoreError, Tx};
use uuid::Uuid;

fn practice() -> PracticeId {
    PracticeId::from_uuid(Uuid::from_u128(1))
}

fn entry(number: u128) -> Entry {
    Entry {
        id: AuditId::from_uuid(Uuid::from_u128(0x019a_0000_0000_7000_8000_0000_0000_0000 + number)),
        at: Timestamp::from_second(1_800_000_000 + i64::try_from(number).unwrap()).unwrap(),
        actor: "operator".into(),
        for_whom: "practice".into(),
        action: "operate".into(),
        class: "K10".into(),
        client: None,
        object: format!("thing {number}"),
        outcome: "done".into(),
        rule: "operator".into(),
        origin: "command line".into(),
    }
}

fn open(database: &TestDatabase) -> Db {
    Db::open(database.url(), &store::testing::keys(), OPTIONS).unwrap()
}

fn signer() -> Signer {
    Signer::of(&[5; 32]).unwrap()
}

async fn write(db: &Db, number: u128) {
    db.write_in(practice(), move |tx| audit::append(tx, practice(), &entry(number))).await.unwrap();
}

async fn check(db: &Db, number: u128) -> Option<Checkpoint> {
    db.write_in(practice(), move |tx| keeping::make_checkpoint(tx, practice(), entry(number), &signer()))
        .await
        .unwrap()
}

async fn verified(db: &Db, kept: Vec<Checkpoint>) -> Verified {
    let work = move |tx: &mut Tx<'_>| keeping::verify(tx, practice(), &signer().public_key(), &kept);
    db.export_in(practice(), work).await.unwrap()
}

#[tokio::test]
async fn l2_lines_are_chained_as_they_are_written_and_checkpoints_cover_them() {
    each_engine(async |db| {
        for number in 0..20 {
            write(&db, number).await;
        }
        let first = check(&db, 100).await.unwrap();
        assert_eq!(check(&db, 101).await, None, "nothing was written since");
        write(&db, 20).await;
        let second = check(&db, 102).await.unwrap();
        assert_eq!((first.number, second.number), (1, 2));
        let report = verified(&db, vec![first, second]).await;
        assert!(report.is_well(), "{:?}", report.findings);
        assert_eq!((report.lines, report.checkpoints), (23, 2));
    })
    .await;
}

#[tokio::test]
async fn l2_what_is_undone_leaves_no_gap_in_the_chain() {
    each_engine(async |db| {
        write(&db, 0).await;
        let undone: Result<(), StoreError> = db
            .write_in(practice(), |tx| {
                audit::append(tx, practice(), &entry(1))?;
                Err(StoreError::Busy)
            })
            .await;
        assert_eq!(undone, Err(StoreError::Busy));
        db.write_in(practice(), |tx| -> Result<(), StoreError> {
            let refused: Result<(), StoreError> = tx.savepoint(|tx| {
                audit::append(tx, practice(), &entry(2))?;
                Err(StoreError::Busy)
            });
            assert!(refused.is_err());
            audit::append(tx, practice(), &entry(3))
        })
        .await
        .unwrap();
        let panicking = db
            .write_in(practice(), |tx| -> Result<(), StoreError> {
                audit::append(tx, practice(), &entry(4))?;
                panic!("as the test wants")
            })
            .await;
        assert_eq!(panicking, Err(StoreError::Panicked));
        write(&db, 5).await;
        let report = verified(&db, vec![]).await;
        assert!(report.is_well(), "{:?}", report.findings);
        assert_eq!(report.lines, 3);
    })
    .await;
}

#[tokio::test]
async fn l2_many_who_write_at_once_each_have_a_chain_and_every_chain_holds() {
    each_engine(async |db| {
        let writing = (0..200_u128).map(|number| {
            let db = db.clone();
            tokio::spawn(async move { write(&db, number).await })
        });
        for done in writing.collect::<Vec<_>>() {
            done.await.unwrap();
        }
        let report = verified(&db, vec![]).await;
        assert!(report.is_well(), "{:?}", report.findings);
        assert_eq!(report.lines, 200);
        assert!(report.chains <= OPTIONS.writers as u64, "{} chains", report.chains);
    })
    .await;
}

#[tokio::test]
async fn l2_the_database_itself_refuses_to_change_or_remove_a_line() {
    const TRIED: [(&str, Sql); 3] = [
        ("change", Sql::new("UPDATE audit SET actor = 'nobody' WHERE practice_id = $1")),
        ("delete", Sql::new("DELETE FROM audit WHERE practice_id = $1")),
        ("delete a checkpoint", Sql::new("DELETE FROM audit_checkpoint WHERE practice_id = $1")),
    ];
    each_engine(async |db| {
        write(&db, 0).await;
        check(&db, 1).await.unwrap();
        for (what, sql) in TRIED {
            let tried = db.write_in(practice(), move |tx| tx.exec(sql, &[&practice()])).await;
            let trigger = |kind| matches!(kind, ConflictKind::Trigger);
            let refused = matches!(&tried, Err(StoreError::Conflict { kind, constraint })
                if trigger(*kind) && constraint == "audit_append_only");
            assert!(refused, "{what}: {tried:?}");
        }
        if db.engine() == Engine::Sqlite {
            const REPLACE: Sql = Sql::new(
                "INSERT OR REPLACE INTO audit SELECT practice_id, chain, seq, at, id, 'nobody', for_whom, action, class,
                 client_id, object, outcome, rule, origin, ties, hash FROM audit WHERE practice_id = $1",
            );
            let tried = db.write_in(practice(), |tx| tx.exec(REPLACE, &[&practice()])).await;
            assert!(matches!(tried, Err(StoreError::Conflict { kind: ConflictKind::Trigger, .. })), "{tried:?}");
        }
        assert!(verified(&db, vec![]).await.is_well());
    })
    .await;
}

#[tokio::test]
async fn l2_each_start_begins_a_chain_that_names_the_ones_before() {
    let Some(database) = TestDatabase::new(Engine::Sqlite, MIGRATIONS) else { return };
    for round in 0..3_u128 {
        let db = open(&database);
        write(&db, round * 10).await;
        write(&db, round * 10 + 1).await;
        db.close().await;
    }
    // Somebody with the file takes the triggers away and the whole second chain.
    let DatabaseUrl::Sqlite(path) = database.url() else { return };
    let raw = Connection::open(path).unwrap();
    raw.execute_batch("DROP TRIGGER audit_no_delete").unwrap();
    let chain: i64 =
        raw.query_row("SELECT chain FROM audit WHERE object = 'thing 10'", [], |row| row.get(0)).unwrap();
    raw.execute("DELETE FROM audit WHERE chain = ?1", [chain]).unwrap();
    drop(raw);
    let db = open(&database);
    let found = verified(&db, vec![]).await.findings;
    assert!(
        matches!(found.as_slice(), [Finding::Gone { chain: gone, seq: 2, .. }] if *gone == chain),
        "{found:?}"
    );
    db.close().await;
}

#[tokio::test]
async fn l2_a_lost_end_is_found_against_what_was_kept_elsewhere() {
    let Some(database) = TestDatabase::new(Engine::Sqlite, MIGRATIONS) else { return };
    let DatabaseUrl::Sqlite(path) = database.url() else { return };
    let db = open(&database);
    write(&db, 0).await;
    let first = check(&db, 1).await.unwrap();
    db.close().await;
    let older = path.with_extension("older");
    std::fs::copy(path, &older).unwrap();
    let db = open(&database);
    write(&db, 2).await;
    let second = check(&db, 3).await.unwrap();
    db.close().await;
    // Yesterday's file in place of today's is whole in itself; only what was kept elsewhere tells.
    std::fs::copy(&older, path).unwrap();
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{beside}", path.display()));
    }
    let db = open(&database);
    assert!(verified(&db, vec![first.clone()]).await.is_well());
    let found = verified(&db, vec![first, second]).await.findings;
    assert!(found.contains(&Finding::CheckpointMissing(2)), "{found:?}");
    assert!(found.iter().any(|finding| matches!(finding, Finding::Gone { .. })), "{found:?}");
    db.close().await;
}

/// What somebody could do who owns the database and has not the key.
const UNLOCK: [Sql; 2] = [
    Sql::per_engine("DROP TRIGGER audit_no_update", "ALTER TABLE audit DISABLE TRIGGER audit_no_change"),
    Sql::per_engine("DROP TRIGGER audit_no_delete", "SELECT 1"),
];
const TAMPERING: [Sql; 18] = [
    Sql::new("UPDATE audit SET chain = chain - 1 WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET seq = 1000 WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET at = at + 1 WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET id = '' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET actor = 'somebody' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET for_whom = 'self' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET action = 'read_chart' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET class = 'K3' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET client_id = 'not an id' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET object = 'thing' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET outcome = 'denied' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET rule = 'own' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET origin = '192.0.2.1' WHERE practice_id = $1 AND seq = 5"),
    Sql::new("UPDATE audit SET ties = '' WHERE practice_id = $1 AND seq = 5"),
    Sql::per_engine(
        "UPDATE audit SET hash = zeroblob(32) WHERE practice_id = $1 AND seq = 5",
        "UPDATE audit SET hash = decode(repeat('00', 32), 'hex') WHERE practice_id = $1 AND seq = 5",
    ),
    Sql::new("DELETE FROM audit WHERE practice_id = $1 AND seq = 5"),
    Sql::new("DELETE FROM audit WHERE practice_id = $1 AND seq > 5"),
    Sql::new(
        "INSERT INTO audit SELECT practice_id, chain, seq + 1000, at, id, actor, for_whom, action, class, client_id,
             object, outcome, rule, origin, ties, hash FROM audit WHERE practice_id = $1 AND seq = 5",
    ),
];

#[tokio::test]
async fn l2_each_column_each_gap_and_a_lost_end_are_found_in_a_real_database() {
    each_engine(async |db| {
        db.write_in(practice(), |tx| -> Result<(), StoreError> {
            (0..10).try_for_each(|number| audit::append(tx, practice(), &entry(number)))
        })
        .await
        .unwrap();
        check(&db, 100).await.unwrap();
        let tried: Result<(), StoreError> = db
            .write_in(practice(), |tx| {
                UNLOCK.into_iter().try_for_each(|sql| tx.exec(sql, &[]).map(drop))?;
                for (number, sql) in TAMPERING.into_iter().enumerate() {
                    let undone: Result<(), StoreError> = tx.savepoint(|tx| {
                        assert!(tx.exec(sql, &[&practice()])? > 0, "tampering {number} did nothing");
                        let report = keeping::verify(tx, practice(), &signer().public_key(), &[])?;
                        assert!(!report.is_well(), "tampering {number} was not found");
                        Err(StoreError::Busy)
                    });
                    assert_eq!(undone, Err(StoreError::Busy), "tampering {number}");
                }
                let report = keeping::verify(tx, practice(), &signer().public_key(), &[])?;
                assert!(report.is_well(), "{:?}", report.findings);
                Err(StoreError::Retry)
            })
            .await;
        assert_eq!(tried, Err(StoreError::Retry));
    })
    .await;
}

/// What a line costs beside a plain INSERT of the same row, in one transaction. Prints; run it with `--run-ignored only`.
#[tokio::test]
#[ignore = "a measurement, not a promise"]
#[allow(clippy::print_stderr)]
async fn what_a_chained_line_costs() {
    const PLAIN: Sql = Sql::new(
        "INSERT INTO audit (practice_id, chain, seq, at, id, actor, for_whom, action, class, client_id, object, outcome,
             rule, origin, ties, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    );
    const LINES: u128 = 5000;
    each_engine(async |db| {
        for round in 0..3_u128 {
            let chained = db
                .write_in(practice(), move |tx| -> Result<_, StoreError> {
                    let started = std::time::Instant::now();
                    for number in 0..LINES {
                        audit::append(tx, practice(), &entry(round * 1_000_000 + number))?;
                    }
                    Ok(started.elapsed())
                })
                .await
                .unwrap();
            let plain = db
                .write_in(practice(), move |tx| -> Result<_, StoreError> {
                    let started = std::time::Instant::now();
                    for number in 0..LINES {
                        let entry = entry(round * 1_000_000 + 500_000 + number);
                        let (chain, seq) = (1_i64, i64::try_from(round * LINES + number).unwrap());
                        tx.exec(
                            PLAIN,
                            &[
                                &practice(),
                                &chain,
                                &seq,
                                &entry.at,
                                &entry.id,
                                &entry.actor,
                                &entry.for_whom,
                                &entry.action,
                                &entry.class,
                                &entry.client,
                                &entry.object,
                                &entry.outcome,
                                &entry.rule,
                                &entry.origin,
                                &None::<String>,
                                &[0_u8; 32],
                            ],
                        )?;
                    }
                    Ok(started.elapsed())
                })
                .await
                .unwrap();
            let each = |time: std::time::Duration| time.as_nanos() as f64 / LINES as f64 / 1000.0;
            let (with, without) = (each(chained), each(plain));
            eprintln!("{}: a line {with:.1} us chained, {without:.1} us plain", db.engine());
        }
    })
    .await;
}
