//! After a fault nothing is acknowledged, reading goes on, and writing begins again only once all is well.

use std::time::{Duration, Instant};

use store::testing::{OPTIONS, TestDatabase, each_engine_with};
use store::{DatabaseUrl, Db, Engine, Fault, Sql, State, StoreError};

use crate::schema::{SCHEMA, add, count};

/// Waits, for at most half a minute, for a state.
async fn until(db: &Db, wanted: impl FnMut(&State) -> bool) {
    let mut state = db.watch_state();
    let reached = tokio::time::timeout(Duration::from_secs(30), state.wait_for(wanted)).await;
    assert!(reached.is_ok(), "{:?}", db.state());
}

const LIMIT: Sql = Sql::new("PRAGMA max_page_count = 40");
const FILL: Sql = Sql::new(
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
     INSERT INTO tag (word) SELECT 'word' || i FROM n",
);

#[tokio::test]
async fn r3_on_a_full_disk_the_whole_group_is_refused_and_writing_comes_back_after_a_look() {
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    db.write(|tx| add(tx, "kept")).await.unwrap();
    // The limit belongs to the connection: the one opened after the fault does not have it.
    db.write(|tx| tx.exec(LIMIT, &[])).await.unwrap();
    let beside = db.write(|tx| add(tx, "beside"));
    // Even when the work swallows the error, nothing is acknowledged.
    let filling = db.write(|tx| {
        let _ = tx.savepoint(|tx| tx.exec(FILL, &[]));
        Ok::<_, StoreError>(())
    });
    let (beside, filling) = tokio::join!(beside, filling);
    assert_eq!(filling, Err(StoreError::Full));
    let expected = if beside.is_ok() { 2 } else { 1 };
    assert_eq!(db.read(count).await, Ok(expected), "{beside:?}");
    until(&db, |state| *state == State::Writing).await;
    assert_eq!(db.write(|tx| add(tx, "later")).await, Ok(()));
    assert_eq!(db.read(count).await, Ok(expected + 1));
    db.close().await;
    assert_eq!(store::integrity(database.url()).unwrap(), Vec::<String>::new());
}

fn failing(db: &Db) -> Sql {
    const FULL: Sql = Sql::new("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$");
    if db.engine() == Engine::Sqlite { FILL } else { FULL }
}

#[tokio::test]
async fn r3_while_writing_is_stopped_changes_are_refused_at_once_and_reading_goes_on() {
    let slow = store::Options { look_again: Duration::from_secs(3600), ..OPTIONS };
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::new(engine, SCHEMA) else { continue };
        let db = Db::open_with(database.url(), slow, SCHEMA).unwrap();
        if engine == Engine::Sqlite {
            db.write(|tx| tx.exec(LIMIT, &[])).await.unwrap();
        }
        db.write(|tx| add(tx, "kept")).await.unwrap();
        assert_eq!(db.state(), State::Writing);
        let fail = failing(&db);
        assert_eq!(db.write(move |tx| tx.exec(fail, &[])).await, Err(StoreError::Full));
        assert!(matches!(db.state(), State::ReadingOnly { why: Fault::Full, .. }), "{:?}", db.state());
        let asked = Instant::now();
        for _ in 0..100 {
            let refused = db.write(|tx| add(tx, "more")).await;
            assert_eq!(refused, Err(StoreError::Stopped(Fault::Full)));
            assert_eq!(db.read(count).await, Ok(1));
            assert_eq!(db.export(count).await, Ok(1));
        }
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        db.close().await;
    }
}

#[tokio::test]
async fn r3_writing_comes_back_on_both_engines_and_a_refused_change_of_a_reader_stops_nothing() {
    each_engine_with(SCHEMA, async |db| {
        if db.engine() == Engine::Sqlite {
            db.write(|tx| tx.exec(LIMIT, &[])).await.unwrap();
        }
        assert_eq!(db.read(|tx| add(tx, "ada")).await, Err(StoreError::ReadOnly));
        assert_eq!(db.state(), State::Writing);
        let fail = failing(&db);
        assert_eq!(db.write(move |tx| tx.exec(fail, &[])).await, Err(StoreError::Full));
        until(&db, |state| *state == State::Writing).await;
        assert_eq!(db.write(|tx| add(tx, "later")).await, Ok(()));
        assert_eq!(db.read(count).await, Ok(1));
    })
    .await;
}

#[tokio::test]
async fn r3_damaged_data_is_not_written_to_until_it_is_whole_again() {
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let DatabaseUrl::Sqlite(path) = database.url() else { panic!("a file") };
    let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    db.write(|tx| (0..2000).try_for_each(|n| add(tx, &format!("person-{n}")))).await.unwrap();
    db.close().await;
    let whole = std::fs::read(path).unwrap();
    let mut damaged = whole.clone();
    let half = damaged.len() / 2 / 4096 * 4096;
    damaged[half..].fill(0x5a);
    std::fs::write(path, damaged).unwrap();

    let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    let wrong = db.write(|tx| tx.exec(FILL, &[]).and_then(|_| count(tx))).await;
    assert!(matches!(wrong, Err(StoreError::Corrupt(_))), "{wrong:?}");
    // It is looked at several times, and stays stopped.
    for _ in 0..3 {
        until(&db, |state| matches!(state, State::Verifying { .. })).await;
        until(&db, |state| matches!(state, State::ReadingOnly { why: Fault::Damaged, .. })).await;
    }
    assert_eq!(db.write(|tx| add(tx, "more")).await, Err(StoreError::Stopped(Fault::Damaged)));
    db.close().await;
}

#[tokio::test]
async fn r1_every_connection_that_writes_syncs_each_commit() {
    const SYNC: Sql = Sql::new("PRAGMA synchronous");
    const MODE: Sql = Sql::new("PRAGMA journal_mode");
    const COMMIT: Sql = Sql::new("SELECT current_setting('synchronous_commit')");
    each_engine_with(SCHEMA, async |db| {
        if db.engine() == Engine::Sqlite {
            assert_eq!(db.write(|tx| tx.one(SYNC, &[], |row| row.get::<i64>(0))).await, Ok(Some(2)));
            let mode = db.write(|tx| tx.one(MODE, &[], |row| row.get::<String>(0))).await;
            assert_eq!(mode, Ok(Some("wal".to_owned())));
        } else {
            let commit =
                db.write(|tx| tx.one(COMMIT, &[], |row| row.get::<String>(0))).await.unwrap().unwrap();
            assert!(!["off", "local"].contains(&commit.as_str()), "{commit}");
        }
    })
    .await;
}

#[test]
fn r2_the_sqlite_inside_is_one_known_to_be_safe() {
    let parts: Vec<u32> = store::sqlite_version().split('.').map(|part| part.parse().unwrap()).collect();
    assert!(parts >= vec![3, 51, 3], "{parts:?}");
}
