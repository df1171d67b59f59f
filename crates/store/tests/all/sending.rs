//! Statements that are sent and not waited for: they are kept with the rest, and a failure of one is never lost.

use std::time::Duration;

use store::testing::{OPTIONS, each_engine_with};
use store::{ConflictKind, Engine, Sql, StoreError, Tx};

use crate::schema::{ADD, SCHEMA, add, count};

fn send(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    let email = format!("{id}@example.org");
    tx.send(ADD, &[&id, &email, &None::<&str>, &30_i64])
}

fn is_double<T>(outcome: &Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Conflict { kind: ConflictKind::Unique, .. }))
}

#[tokio::test]
async fn what_is_sent_is_kept_and_seen_by_the_next_statement() {
    each_engine_with(SCHEMA, async |db| {
        let seen = db.write(|tx| {
            send(tx, "ada")?;
            send(tx, "bob")?;
            let seen = count(tx)?;
            send(tx, "cora").map(|()| seen)
        });
        assert_eq!(seen.await, Ok(2));
        assert_eq!(db.read(count).await, Ok(3));
    })
    .await;
}

#[tokio::test]
async fn a_sent_statement_that_is_refused_undoes_the_whole_and_says_why() {
    each_engine_with(SCHEMA, async |db| {
        let last = db.write(|tx| {
            add(tx, "ada")?;
            send(tx, "ada")
        });
        assert!(is_double(&last.await), "though nothing came after it");
        let swallowed = db.write(|tx| {
            send(tx, "ada")?;
            let _ = send(tx, "ada");
            let _ = send(tx, "bob");
            Ok::<_, StoreError>(())
        });
        assert!(is_double(&swallowed.await));
        let refused = db.write(|tx| {
            send(tx, "ada")?;
            let _ = send(tx, "ada");
            Err::<(), _>(StoreError::Busy)
        });
        assert_eq!(refused.await, Err(StoreError::Busy), "the work's own word counts");
        assert_eq!(db.read(count).await, Ok(0));
        assert_eq!(db.write(|tx| send(tx, "ada")).await, Ok(()), "the next one is not disturbed");
        assert_eq!(db.read(count).await, Ok(1));
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_inside_a_savepoint_goes_back_with_it() {
    each_engine_with(SCHEMA, async |db| {
        let doubled = db.write(|tx| {
            // The first savepoint of a transaction and one after a change take different ways.
            let first = tx.savepoint(|tx| {
                send(tx, "ada")?;
                let _ = send(tx, "ada");
                Ok::<_, StoreError>(())
            });
            send(tx, "bob")?;
            let second = tx.savepoint(|tx| {
                send(tx, "cora")?;
                let _ = send(tx, "bob");
                Ok::<_, StoreError>(())
            });
            let third = tx.savepoint(|tx| send(tx, "dora"));
            Ok::<_, StoreError>((first, second, third))
        });
        let (first, second, third) = doubled.await.unwrap();
        assert!(is_double(&first) && is_double(&second), "{first:?} {second:?}");
        assert_eq!(third, Ok(()));
        assert_eq!(db.read(count).await, Ok(2));
        let whole = db.write(|tx| {
            tx.attempt(|tx| {
                send(tx, "emil")?;
                let _ = send(tx, "bob");
                Ok::<_, StoreError>(())
            })
        });
        assert!(is_double(&whole.await));
        assert_eq!(db.read(count).await, Ok(2));
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_stood_idle_or_was_ended_a_moment_ago_is_replaced_before_the_work_begins() {
    const OTHERS: Sql = Sql::new(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    each_engine_with(SCHEMA, async |db| {
        if db.engine() == Engine::Sqlite {
            return;
        }
        for idle in [Duration::ZERO, Duration::from_millis(700)] {
            for _ in 0..2 * OPTIONS.readers {
                assert_eq!(db.read(count).await, Ok(0));
            }
            db.write(|tx| tx.one(OTHERS, &[], |row| row.get::<i64>(0))).await.unwrap();
            tokio::time::sleep(idle).await;
            for _ in 0..2 * OPTIONS.readers {
                assert_eq!(db.read(count).await, Ok(0), "idle for {idle:?}");
            }
        }
    })
    .await;
}
