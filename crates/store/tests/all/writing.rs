//! Writing: what was answered is kept, what failed is gone, and nobody suffers for another.

use std::time::Duration;

use store::testing::{OPTIONS, each_database, each_engine_with};
use store::{ConflictKind, Db, Engine, Options, Sql, StoreError};

use crate::schema::{ADD, SCHEMA, TAG, VISIT, add, count};

#[tokio::test]
async fn what_was_answered_is_there_after_opening_again() {
    each_database(SCHEMA, async |database| {
        let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
        db.write(|tx| add(tx, "ada")).await.unwrap();
        db.close().await;
        let late = db.write(|tx| add(tx, "bob")).await;
        assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");

        let db = Db::open_with(database.url(), OPTIONS, SCHEMA).unwrap();
        assert_eq!(db.read(count).await, Ok(1));
        db.close().await;
    })
    .await;
}

/// Id and email are both taken; the engines need not name the same one.
fn is_double<T>(outcome: &Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Conflict { kind: ConflictKind::Unique, .. }))
}

#[derive(Debug, PartialEq)]
enum Refusal {
    NotToday,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(wrong: StoreError) -> Self {
        Self::Store(wrong)
    }
}

#[tokio::test]
async fn a_failing_job_is_undone_alone_while_those_beside_it_are_kept() {
    each_engine_with(SCHEMA, async |db| {
        let slow = db.write(|tx| {
            // While this one works, the others gather behind it.
            std::thread::sleep(Duration::from_millis(5));
            add(tx, "first")
        });
        let refused = db.write(|tx| {
            add(tx, "refused")?;
            Err::<(), _>(Refusal::NotToday)
        });
        let panicking = db.write(|tx| -> Result<(), StoreError> {
            add(tx, "panicking")?;
            panic!("as the test wants")
        });
        let doubled = db.write(|tx| {
            add(tx, "doubled")?;
            add(tx, "doubled")
        });
        let last = db.write(|tx| add(tx, "last"));
        let (slow, refused, panicking, doubled, last) = tokio::join!(slow, refused, panicking, doubled, last);
        assert_eq!(slow, Ok(()));
        assert_eq!(refused, Err(Refusal::NotToday));
        assert_eq!(panicking, Err(StoreError::Panicked));
        assert!(is_double(&doubled));
        assert_eq!(last, Ok(()));
        assert_eq!(db.read(count).await, Ok(2));
    })
    .await;
}

#[tokio::test]
async fn a_swallowed_error_keeps_nothing_and_a_savepoint_saves_the_rest() {
    each_engine_with(SCHEMA, async |db| {
        let swallowed = db
            .write(|tx| {
                add(tx, "ada")?;
                let _ = add(tx, "ada");
                Ok::<_, StoreError>(())
            })
            .await;
        assert!(is_double(&swallowed));
        assert_eq!(db.read(count).await, Ok(0));

        let saved = db
            .write(|tx| {
                add(tx, "ada")?;
                let again = tx.savepoint(|tx| {
                    add(tx, "bob")?;
                    tx.savepoint(|tx| add(tx, "cleo"))?;
                    add(tx, "ada")
                });
                assert!(again.is_err());
                tx.savepoint(|tx| add(tx, "dora"))?;
                count(tx)
            })
            .await;
        assert_eq!(saved, Ok(2));
        assert_eq!(db.read(count).await, Ok(2));
    })
    .await;
}

#[tokio::test]
async fn the_first_savepoint_of_a_transaction_undoes_no_more_than_itself_either() {
    each_engine_with(SCHEMA, async |db| {
        let saved = db
            .write(|tx| {
                count(tx)?;
                let refused: Result<(), StoreError> = tx.savepoint(|tx| {
                    add(tx, "ada")?;
                    tx.savepoint(|tx| add(tx, "bob"))?;
                    Err(StoreError::Busy)
                });
                assert_eq!(refused, Err(StoreError::Busy));
                assert!(tx.savepoint(|tx| add(tx, "cleo").and_then(|_| add(tx, "cleo"))).is_err());
                tx.savepoint(|tx| add(tx, "dora"))?;
                add(tx, "elif")?;
                assert!(tx.savepoint(|tx| add(tx, "elif")).is_err());
                count(tx)
            })
            .await;
        assert_eq!(saved, Ok(2));
        assert_eq!(db.read(count).await, Ok(2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_write_at_once() {
    each_engine_with(SCHEMA, async |db| {
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let db = db.clone();
                tokio::spawn(async move { db.write(move |tx| add(tx, &format!("p{number}"))).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), Ok(()));
        }
        assert_eq!(db.read(count).await, Ok(200));
    })
    .await;
}

#[tokio::test]
async fn constraints_have_the_same_names_on_both_engines() {
    each_engine_with(SCHEMA, async |db| {
        let try_add = async |id: &'static str, email: &'static str, nick: Option<&'static str>, age: i32| {
            db.write(move |tx| tx.exec(ADD, &[&id, &email, &nick, &age])).await
        };
        let conflict = |kind, name: &str| Err(StoreError::Conflict { kind, constraint: name.to_owned() });
        assert_eq!(try_add("1", "a@x", Some("al"), 1).await, Ok(1));
        assert_eq!(try_add("1", "b@x", None, 1).await, conflict(ConflictKind::Unique, "person_pkey"));
        assert_eq!(try_add("2", "a@x", None, 1).await, conflict(ConflictKind::Unique, "person_email"));
        assert_eq!(
            try_add("2", "b@x", Some("al"), 1).await,
            conflict(ConflictKind::Unique, "person_nick_key")
        );
        assert_eq!(try_add("2", "b@x", None, -1).await, conflict(ConflictKind::Check, "person_age"));
        let missing = db.write(|tx| tx.exec(ADD, &[&"3", &None::<&str>, &None::<&str>, &1_i32])).await;
        assert_eq!(missing, conflict(ConflictKind::NotNull, "person.email"));
        assert_eq!(db.write(|tx| tx.exec(TAG, &[&"Calm"])).await, Ok(1));
        let folded = db.write(|tx| tx.exec(TAG, &[&"calm"])).await;
        assert_eq!(folded, conflict(ConflictKind::Unique, "tag_word_folded"));
        let name = if db.engine() == Engine::Sqlite { "foreign_key" } else { "visit_person" };
        let orphan = db.write(|tx| tx.exec(VISIT, &[&"nobody", &1_i64])).await;
        assert_eq!(orphan, conflict(ConflictKind::ForeignKey, name));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_wait_for_each_other_one_is_told_to_try_again() {
    const TOUCH: Sql = Sql::new("UPDATE person SET age = age + 1 WHERE id = $1");
    each_engine_with(SCHEMA, async |db| {
        db.write(|tx| ["ada", "bob"].iter().try_for_each(|id| add(tx, id))).await.unwrap();
        let touch = |first: &'static str, second: &'static str| {
            db.write(move |tx| {
                tx.exec(TOUCH, &[&first])?;
                std::thread::sleep(Duration::from_millis(200));
                tx.exec(TOUCH, &[&second])
            })
        };
        let (one, two) = tokio::join!(touch("ada", "bob"), touch("bob", "ada"));
        if db.engine() == Engine::Sqlite {
            assert_eq!((one, two), (Ok(1), Ok(1)), "one after the other");
        } else {
            let given_up = if one.is_ok() { two } else { one };
            assert!(given_up.unwrap_err().is_retryable());
        }
    })
    .await;
}

#[tokio::test]
async fn a_table_changed_by_a_newer_program_is_read_anew() {
    const ALL: Sql = Sql::new("SELECT * FROM tag");
    const WIDEN: Sql = Sql::new("ALTER TABLE tag ADD COLUMN note TEXT");
    each_database(SCHEMA, async |database| {
        let options = Options { writers: 1, ..OPTIONS };
        let db = Db::open_with(database.url(), options, SCHEMA).unwrap();
        let read = || db.write(|tx| tx.all(ALL, &[], |row| row.get::<String>(0)));
        db.write(|tx| tx.exec(TAG, &[&"calm"])).await.unwrap();
        read().await.unwrap();
        db.write(|tx| tx.exec(WIDEN, &[])).await.unwrap();
        // PostgreSQL stumbles once over what it had prepared.
        let first = read().await;
        assert!(first.as_ref().map_or_else(StoreError::is_retryable, |found| found.len() == 1), "{first:?}");
        assert_eq!(read().await, Ok(vec!["calm".to_owned()]));
        db.close().await;
    })
    .await;
}
