//! Practices cannot touch: row-level security on PostgreSQL, one practice per file on SQLite.

use domain::account::{AccountState, Roles};
use domain::ids::{AccountId, Identifier, PracticeId};
use jiff::Timestamp;
use store::testing::{OPTIONS, TestDatabase, each_engine};
use store::{Across, Db, Engine, Overwrite, Sql, StoreError, Tx, backup, restore};
use store::{accounts, practices};
use uuid::Uuid;

/// Texts that forgot their condition.
const EVERY_ACCOUNT: Sql = Sql::new("SELECT count(*) FROM account");
const EVERY_PRACTICE: Sql = Sql::new("SELECT count(*) FROM practice");
const TOUCH_ALL: Sql = Sql::new("UPDATE account SET signed_in_at = 7");
const TOUCHED: Sql = Sql::new("SELECT count(*) FROM account WHERE signed_in_at = 7");

fn practice(number: u128) -> PracticeId {
    PracticeId::from_uuid(Uuid::from_u128(number))
}

fn found(tx: &mut Tx<'_>, number: u128) -> Result<(), StoreError> {
    let made = practices::Practice {
        id: practice(number),
        name: format!("Practice {number}"),
        zone: "UTC".into(),
        purpose: practices::Purpose::Care,
        created_at: Timestamp::UNIX_EPOCH,
    };
    practices::insert(tx, &made)
}

fn somebody(tx: &mut Tx<'_>, number: u128) -> Result<(), StoreError> {
    let account = accounts::Account {
        practice: practice(number),
        id: AccountId::from_uuid(Uuid::from_u128(number)),
        version: 1,
        name: format!("Person {number}"),
        email: format!("p{number}@example.org"),
        roles: Roles::from_codes("therapist"),
        zone: "UTC".into(),
        state: AccountState::Active,
        client: None,
        created_at: Timestamp::UNIX_EPOCH,
    };
    accounts::insert(tx, &account, &account.email)
}

fn number(tx: &mut Tx<'_>, sql: Sql) -> Result<i64, StoreError> {
    Ok(tx.one(sql, &[], |row| row.get(0))?.unwrap_or_default())
}

async fn two_practices(db: &Db) {
    for number in [1, 2] {
        db.across_practices(Across::Founding).write(move |tx| found(tx, number)).await.unwrap();
        db.write_in(practice(number), move |tx| somebody(tx, number)).await.unwrap();
    }
}

/// Runs a story on a PostgreSQL database with two practices, when there is a server.
async fn with_two_practices(story: impl AsyncFn(Db)) {
    each_engine(async |db| {
        if db.engine() == Engine::Postgres {
            two_practices(&db).await;
            story(db).await;
        }
    })
    .await;
}

#[tokio::test]
async fn z5_a_query_that_forgot_its_practice_finds_nothing_of_another_one() {
    with_two_practices(async |db| {
        let here = |tx: &mut Tx<'_>| number(tx, EVERY_ACCOUNT);
        assert_eq!(db.read_in(practice(1), here).await, Ok(1), "its own only");
        assert_eq!(db.read_in(practice(9), here).await, Ok(0), "a practice that is not there has nobody");
        assert_eq!(db.read(here).await, Ok(0), "without a practice there is nothing");
        assert_eq!(db.write(here).await, Ok(0));
        let both = db.across_practices(Across::Operator).read(here).await;
        assert_eq!(both, Ok(2));
        assert_eq!(db.read(here).await, Ok(0), "the reach ends with its transaction");
        assert_eq!(db.read_in(practice(2), |tx| number(tx, EVERY_PRACTICE)).await, Ok(1));
    })
    .await;
}

#[tokio::test]
async fn z5_a_change_that_forgot_its_practice_changes_nothing_of_another_one() {
    with_two_practices(async |db| {
        assert_eq!(db.write_in(practice(1), |tx| tx.exec(TOUCH_ALL, &[])).await, Ok(1));
        assert_eq!(db.write(|tx| tx.exec(TOUCH_ALL, &[])).await, Ok(0));
        assert_eq!(db.across_practices(Across::Operator).read(|tx| number(tx, TOUCHED)).await, Ok(1));
        let foreign = db.write_in(practice(1), |tx| {
            let account = accounts::find(tx, practice(1), AccountId::from_uuid(Uuid::from_u128(1)))?;
            let mut account = account.ok_or(StoreError::ReadOnly)?;
            account.practice = practice(2);
            account.id = AccountId::from_uuid(Uuid::from_u128(3));
            accounts::insert(tx, &account, "p3@example.org")
        });
        let refused = foreign.await;
        assert!(matches!(&refused, Err(StoreError::Other { code, .. }) if code == "42501"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn z5_every_table_of_a_practice_stands_behind_its_wall() {
    const WITHOUT: Sql = Sql::new(
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND (c.relname = 'practice' OR EXISTS (SELECT 1 FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attname = 'practice_id'))
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 1)",
    );
    const BEHIND: Sql = Sql::new("SELECT count(*) FROM pg_policy");
    const ORDINARY: Sql = Sql::new(
        "SELECT count(*) FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND NOT rolbypassrls",
    );
    with_two_practices(async |db| {
        let bare = db.read(|tx| tx.all(WITHOUT, &[], |row| row.get::<String>(0))).await;
        assert_eq!(bare, Ok(vec![]));
        assert!(db.read(|tx| number(tx, BEHIND)).await.unwrap() >= 21);
        assert_eq!(db.read(|tx| number(tx, ORDINARY)).await, Ok(1), "a superuser would prove nothing");
    })
    .await;
}

#[tokio::test]
async fn z5_a_backup_holds_every_practice_and_its_walls() {
    let Some(database) = TestDatabase::new(Engine::Postgres, store::MIGRATIONS) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("attune.backup");
    let db = Db::open(database.url(), &store::testing::keys(), OPTIONS).unwrap();
    two_practices(&db).await;
    let made = backup(database.url(), &file, Overwrite::Refuse).unwrap();
    assert_eq!(made.tables.iter().find(|found| found.table == "account").unwrap().rows, 2);
    db.close().await;
    restore(&file, database.url(), Overwrite::Replace).unwrap();
    let db = Db::open(database.url(), &store::testing::keys(), OPTIONS).unwrap();
    assert_eq!(db.read_in(practice(1), |tx| number(tx, EVERY_ACCOUNT)).await, Ok(1));
    assert_eq!(db.read(|tx| number(tx, EVERY_ACCOUNT)).await, Ok(0));
    db.close().await;
}

#[tokio::test]
async fn z5_a_sqlite_file_takes_one_practice() {
    let database = TestDatabase::new(Engine::Sqlite, store::MIGRATIONS).unwrap();
    let db = Db::open(database.url(), &store::testing::keys(), OPTIONS).unwrap();
    db.across_practices(Across::Founding).write(|tx| found(tx, 1)).await.unwrap();
    let second = db.across_practices(Across::Founding).write(|tx| found(tx, 2)).await;
    assert_eq!(second, Err(StoreError::OnePracticePerFile));
    assert_eq!(db.read(|tx| number(tx, EVERY_PRACTICE)).await, Ok(1));
    db.close().await;
}
