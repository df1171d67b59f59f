//! Opening: one process per file, migrations once and forward only, lost connections come back.

use std::thread;

use store::testing::{OPTIONS, TestDatabase, each_database, each_engine_with};
use store::{DatabaseUrl, Db, Engine, Migration, OpenError, Sql, StoreError, sqlite_version};

use crate::schema::{SCHEMA, TEXT, add, count};

const LEDGER: Sql = Sql::new("SELECT count(*) FROM schema_migration");

#[tokio::test]
async fn a_second_program_is_told_that_the_file_is_in_use() {
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    let second = Db::open_with(database.url(), OPTIONS, SCHEMA);
    assert!(matches!(second, Err(OpenError::InUse { .. })));
    db.write(|tx| add(tx, "ada")).await.unwrap();
    db.close().await;
    let third = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    assert_eq!(third.read(count).await, Ok(1));
    third.close().await;
}

#[test]
fn two_programs_that_start_together_migrate_once() {
    let Some(database) = TestDatabase::new(Engine::Postgres, &[]) else { return };
    let open = || Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    let (one, two) = thread::scope(|scope| {
        let starts = (scope.spawn(open), scope.spawn(open));
        (starts.0.join().unwrap(), starts.1.join().unwrap())
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let rows = one.read(|tx| tx.one(LEDGER, &[], |row| row.get::<i64>(0))).await;
        assert_eq!(rows, Ok(Some(1)));
        two.write(|tx| add(tx, "ada")).await.unwrap();
        assert_eq!(one.read(count).await, Ok(1));
        one.close().await;
        two.close().await;
    });
}

#[tokio::test]
async fn migrations_go_forward_only_and_never_change() {
    const MORE: Migration = Migration { number: 2, name: "more", text: "CREATE TABLE more (id {TEXT});" };
    const BROKEN: Migration =
        Migration { number: 2, name: "more", text: "CREATE TABLE more (id {TEXT}); SELECT nonsense;" };
    each_database(SCHEMA, async |database| {
        let open = |steps: &[Migration]| Db::open_with(database.url(), OPTIONS, steps);
        open(SCHEMA).unwrap().close().await;
        let failed = open(&[SCHEMA[0], BROKEN]);
        assert!(matches!(failed, Err(OpenError::Migration { number: 2, .. })));
        // The failed step left nothing, so the mended one can run.
        open(&[SCHEMA[0], MORE]).unwrap().close().await;
        let older = open(SCHEMA);
        assert!(matches!(older, Err(OpenError::Newer { database: 2, program: 1 })));

        let edited = Migration { text: "CREATE TABLE other (id {TEXT});", ..SCHEMA[0] };
        assert!(matches!(open(&[edited, MORE]), Err(OpenError::Changed { number: 1, .. })));
        let ends = TEXT.replace('\n', "\r\n");
        let same = Migration { text: ends.leak(), ..SCHEMA[0] };
        open(&[same, MORE]).unwrap().close().await;
    })
    .await;
}

#[test]
fn a_file_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let text = "not a database, but a text of some length ".repeat(40);
    std::fs::write(&path, &text).unwrap();
    let opened = Db::open_with(&DatabaseUrl::Sqlite(path.clone()), OPTIONS, SCHEMA);
    assert!(matches!(opened, Err(OpenError::Store(StoreError::Corrupt(_)))), "{:?}", opened.err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert!(sqlite_version() >= "3.51.3");
}

#[test]
fn steps_are_numbered_without_gaps() {
    assert!(store::MIGRATIONS.iter().map(|step| step.number).eq(1..=store::MIGRATIONS.len() as u32));
}

#[tokio::test]
async fn tables_of_another_program_are_left_alone() {
    const RENAME: Sql = Sql::new("ALTER TABLE schema_migration RENAME TO songs");
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    db.write(|tx| tx.exec(RENAME, &[])).await.unwrap();
    db.close().await;
    let opened = Db::open_with(database.url(), OPTIONS, SCHEMA);
    assert!(matches!(opened, Err(OpenError::NotOurs { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let database = TestDatabase::new(Engine::Sqlite, SCHEMA).unwrap();
    let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
    let DatabaseUrl::Sqlite(path) = database.url() else { panic!("a file") };
    for ending in ["", "-wal", "-shm", ".lock"] {
        let file = format!("{}{ending}", path.display());
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    db.close().await;
}

#[tokio::test]
async fn a_lost_connection_comes_back() {
    const OTHERS: Sql = Sql::new(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    const MYSELF: Sql = Sql::new("SELECT pg_terminate_backend(pg_backend_pid())");
    each_engine_with(SCHEMA, async |db| {
        if db.engine() == Engine::Sqlite {
            return;
        }
        db.read(count).await.unwrap();
        db.write(|tx| tx.one(OTHERS, &[], |row| row.get::<i64>(0))).await.unwrap();
        for _ in 0..OPTIONS.readers {
            assert_eq!(db.read(count).await, Ok(0), "idle connections that died are replaced");
        }
        let cut = db
            .write(|tx| {
                add(tx, "ada")?;
                tx.exec(MYSELF, &[])
            })
            .await;
        assert!(matches!(cut, Err(StoreError::Unavailable(_))), "{cut:?}");
        assert_eq!(db.write(|tx| add(tx, "bob")).await, Ok(()));
        assert_eq!(db.read(count).await, Ok(1));
    })
    .await;
}
