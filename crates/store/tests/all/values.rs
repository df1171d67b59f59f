//! Values come back as they went in, on both engines.

use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::testing::{OPTIONS, TestDatabase, each_engine_with};
use store::{Db, Engine, Json, Sql, StoreError, ToValue, Tx};
use uuid::Uuid;

use crate::schema::{SCHEMA, VISIT, add};

const PUT: Sql = Sql::new("INSERT INTO cell VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
const TAKE: Sql = Sql::new("DELETE FROM cell WHERE id = $1 RETURNING *");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PersonId(Uuid);

impl From<Uuid> for PersonId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<PersonId> for Uuid {
    fn from(id: PersonId) -> Self {
        id.0
    }
}

// How the store is taught the id of another crate.
store::uuid_values!(PersonId);

#[derive(Debug, Clone, PartialEq)]
struct Cell {
    id: PersonId,
    number: i64,
    small: i32,
    flag: Option<bool>,
    share: f64,
    words: Option<String>,
    bytes: Vec<u8>,
    instant: Timestamp,
    day: Date,
    tree: serde_json::Value,
}

fn there_and_back(tx: &mut Tx<'_>, cell: &Cell) -> Result<Option<Cell>, StoreError> {
    let Cell { id, number, small, flag, share, words, bytes, instant, day, tree } = cell;
    tx.exec(PUT, &[id, number, small, flag, share, words, bytes, instant, day, tree])?;
    tx.one(TAKE, &[id], |row| {
        Ok(Cell {
            id: row.get(0)?,
            number: row.get(1)?,
            small: row.get(2)?,
            flag: row.get(3)?,
            share: row.get(4)?,
            words: row.get(5)?,
            bytes: row.get(6)?,
            instant: row.get(7)?,
            day: row.get(8)?,
            tree: row.get(9)?,
        })
    })
}

fn cells() -> impl Strategy<Value = Cell> {
    let instants =
        any::<i64>().prop_filter_map("in range", |micros| Timestamp::from_microsecond(micros / 64).ok());
    let days = (-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d));
    let words = proptest::option::of("[^\\x00]{0,40}");
    let trees = proptest::collection::btree_map("[a-z\"\\\\é]{0,4}", any::<i32>(), 0..4)
        .prop_map(|map| serde_json::json!(map));
    let share = any::<f64>().prop_filter("a number", |share| !share.is_nan());
    let bytes = proptest::collection::vec(any::<u8>(), 0..40);
    let numbers = (any::<u128>(), any::<i64>(), any::<i32>(), any::<Option<bool>>());
    (numbers, share, words, bytes, instants, days, trees).prop_map(
        |((id, number, small, flag), share, words, bytes, instant, day, tree)| Cell {
            id: PersonId(Uuid::from_u128(id)),
            number,
            small,
            flag,
            share,
            words,
            bytes,
            instant,
            day,
            tree,
        },
    )
}

#[test]
fn every_value_comes_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::new(engine, SCHEMA) else { continue };
        let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
        let config = Config { cases: 128, failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config).run(&cells(), |cell| {
            let expected = cell.clone();
            let found = runtime.block_on(db.write(move |tx| there_and_back(tx, &cell)));
            prop_assert_eq!(found, Ok(Some(expected)));
            Ok(())
        });
        outcome.unwrap_or_else(|wrong| panic!("{engine}: {wrong}"));
        runtime.block_on(db.close());
    }
}

#[tokio::test]
async fn what_cannot_be_kept_faithfully_is_refused() {
    each_engine_with(SCHEMA, async |db| {
        let refuse = |value: fn() -> Box<dyn ToValue>| {
            db.write(move |tx| {
                const TEXT: Sql = Sql::new("INSERT INTO person (id, email) VALUES ($1, 'x')");
                tx.exec(TEXT, &[&*value()])
            })
        };
        for value in [
            || -> Box<dyn ToValue> { Box::new("a\0b") },
            || -> Box<dyn ToValue> { Box::new(f64::NAN) },
            || -> Box<dyn ToValue> { Box::new(u64::MAX) },
        ] {
            let refused = refuse(value).await;
            assert!(matches!(refused, Err(StoreError::Bind { position: 1, .. })), "{refused:?}");
        }
        const SMALL: Sql = Sql::new("INSERT INTO cell (id, small) VALUES ('s', $1) RETURNING small");
        let narrow = db.write(|tx| tx.one(SMALL, &[&300_i64], |row| row.get::<u8>(0))).await;
        assert!(matches!(narrow, Err(StoreError::Decode { ref column, .. }) if column == "small"));
    })
    .await;
}

#[tokio::test]
async fn sums_and_means_are_numbers_on_both() {
    each_engine_with(SCHEMA, async |db| {
        const SUMS: Sql = Sql::new("SELECT sum(points), avg(points), count(*) FROM visit");
        let read = db
            .write(|tx| {
                add(tx, "ada")?;
                for points in [12_i64, 7, 3_000_000_000_000] {
                    tx.exec(VISIT, &[&"ada", &points])?;
                }
                tx.one(SUMS, &[], |row| Ok((row.get::<i64>(0)?, row.get::<f64>(1)?, row.get::<u32>(2)?)))
            })
            .await;
        let (sum, mean, count) = read.unwrap().unwrap();
        assert_eq!((sum, count), (3_000_000_000_019, 3));
        assert!((mean - 1_000_000_000_006.333).abs() < 0.01, "{mean}");
    })
    .await;
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Plan {
    sessions: u16,
}
store::json_values!(Plan);

#[tokio::test]
async fn json_that_does_not_fit_is_refused_without_being_quoted() {
    each_engine_with(SCHEMA, async |db| {
        const TREE: Sql = Sql::new("INSERT INTO cell (id, tree) VALUES ('t', $1) RETURNING tree");
        let plan = db.write(|tx| tx.one(TREE, &[&Plan { sessions: 16 }], |row| row.get::<Plan>(0))).await;
        assert_eq!(plan, Ok(Some(Plan { sessions: 16 })));
        const AGAIN: Sql = Sql::new("SELECT '{\"sessions\":\"secret\"}' AS tree");
        let wrong = db.read(|tx| tx.one(AGAIN, &[], |row| row.get::<Json<Plan>>(0))).await.unwrap_err();
        assert!(!wrong.to_string().contains("secret"), "{wrong}");
    })
    .await;
}

#[test]
fn a_value_in_a_log_tells_its_kind_only() {
    for (value, kind) in [
        ("Amina Nabwire".to_value(), "text"),
        (b"token".as_slice().to_value(), "bytes"),
        (27_i64.to_value(), "a whole number"),
    ] {
        assert_eq!(format!("{:?}", [value.expect("a value")]), format!("[{kind}]"));
    }
}
