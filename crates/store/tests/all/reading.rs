//! Reading: one state of the whole database, and no way to change it.

use std::sync::mpsc;
use std::time::Duration;

use store::testing::{each_database, each_engine_with};
use store::{Db, Options, Sql, StoreError};

use crate::schema::{SCHEMA, add, count};

#[tokio::test(flavor = "multi_thread")]
async fn a_read_sees_one_state_while_others_write() {
    each_engine_with(SCHEMA, async |db| {
        db.write(|tx| add(tx, "ada")).await.unwrap();
        let (begun, has_begun) = mpsc::channel();
        let (written, has_written) = mpsc::channel();
        let reading = tokio::spawn({
            let db = db.clone();
            async move {
                db.read(move |tx| {
                    let before = count(tx)?;
                    begun.send(()).unwrap();
                    has_written.recv_timeout(Duration::from_secs(10)).unwrap();
                    Ok::<_, StoreError>((before, count(tx)?))
                })
                .await
            }
        });
        has_begun.recv_timeout(Duration::from_secs(10)).unwrap();
        db.write(|tx| add(tx, "bob")).await.unwrap();
        assert_eq!(db.read(count).await, Ok(2));
        written.send(()).unwrap();
        assert_eq!(reading.await.unwrap(), Ok((1, 1)));
    })
    .await;
}

#[tokio::test]
async fn a_read_cannot_change_anything() {
    each_engine_with(SCHEMA, async |db| {
        assert_eq!(db.read(|tx| add(tx, "ada")).await, Err(StoreError::ReadOnly));
        assert_eq!(db.export(|tx| add(tx, "ada")).await, Err(StoreError::ReadOnly));
        let panicked = db.read(|_| -> Result<(), StoreError> { panic!("as the test wants") }).await;
        assert_eq!(panicked, Err(StoreError::Panicked));
        let half_way = db
            .write(|tx| {
                add(tx, "ada")?;
                tx.each(Sql::new("SELECT id FROM person"), &[], |_| panic!("as the test wants"))
            })
            .await;
        assert_eq!(half_way, Err(StoreError::Panicked));
        assert_eq!(db.read(count).await, Ok(0));
    })
    .await;
}

#[tokio::test]
async fn rows_come_one_by_one_until_enough() {
    each_engine_with(SCHEMA, async |db| {
        const NAMES: Sql = Sql::new("SELECT id FROM person ORDER BY id");
        db.write(|tx| ["b", "A", "a", "é"].iter().try_for_each(|id| add(tx, id))).await.unwrap();
        let all = db.read(|tx| tx.all(NAMES, &[], |row| row.get::<String>(0))).await.unwrap();
        assert_eq!(all, ["A", "a", "b", "é"], "both engines sort by bytes");
        let two = db
            .read(|tx| {
                let mut seen = Vec::new();
                tx.each(NAMES, &[], |row| {
                    seen.push(row.get::<String>(0)?);
                    Ok(seen.len() < 2)
                })?;
                Ok::<_, StoreError>(seen)
            })
            .await;
        assert_eq!(two.unwrap(), ["A", "a"]);
        assert_eq!(db.read(|tx| tx.one(NAMES, &[], |row| row.get(0))).await, Ok(Some("A".to_owned())));
        let wrong = db.read(|tx| tx.one(NAMES, &[], |row| row.get::<i64>(0))).await;
        assert!(matches!(wrong, Err(StoreError::Decode { ref column, .. }) if column == "id"), "{wrong:?}");
        let outside = db.read(|tx| tx.one(NAMES, &[], |row| row.get::<i64>(3))).await;
        assert!(matches!(outside, Err(StoreError::Decode { .. })), "{outside:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_turns_callers_away_in_time() {
    each_database(SCHEMA, async |database| {
        let options =
            Options { readers: 1, queue_length: 1, wait: Duration::from_millis(50), ..Options::default() };
        let db = Db::open_with(database.url(), options, SCHEMA).unwrap();
        let (free, wait) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel();
        let spawn = |work: Box<dyn FnOnce() + Send>| {
            let db = db.clone();
            tokio::spawn(async move {
                db.read(move |_| {
                    work();
                    Ok::<_, StoreError>(())
                })
                .await
            })
        };
        let busy = spawn(Box::new(move || {
            begun.send(()).unwrap();
            wait.recv_timeout(Duration::from_secs(10)).unwrap();
        }));
        has_begun.recv_timeout(Duration::from_secs(10)).unwrap();
        let waiting = spawn(Box::new(|| {}));
        tokio::time::sleep(Duration::from_millis(20)).await;
        let late = spawn(Box::new(|| {})).await.unwrap();
        assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
        free.send(()).unwrap();
        assert_eq!((busy.await.unwrap(), waiting.await.unwrap()), (Ok(()), Ok(())));
        db.close().await;
    })
    .await;
}
