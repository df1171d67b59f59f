//! Every SQL text of the crate is prepared on both engines.

use store::testing::{each_engine, each_engine_with};
use store::{Sql, StoreError, all_queries, check_texts};

use crate::schema::SCHEMA;

#[tokio::test]
async fn every_query_is_understood() {
    each_engine(async |db| {
        let refused = db.write(|tx| check_texts(tx, &all_queries())).await.unwrap();
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    })
    .await;
}

mod sample {
    store::queries! {
        /// A plain text.
        pub ALL = "SELECT id FROM person";
        JOINED = (concat!("SELECT id ", "FROM person WHERE id = $1"));
        OWN = { sqlite: "SELECT unixepoch()", postgres: "SELECT extract(epoch FROM now())::bigint" };
        WRONG = "SELECT nothing FROM person";
    }

    pub fn texts() -> &'static [(&'static str, store::Sql)] {
        TEXTS
    }
}

#[tokio::test]
async fn a_wrong_text_is_found_and_the_others_are_still_looked_at() {
    each_engine_with(SCHEMA, async |db| {
        let mut texts: Vec<(String, Sql)> = Vec::new();
        texts.extend(sample::texts().iter().rev().map(|(name, sql)| ((*name).to_owned(), *sql)));
        assert_eq!(texts.len(), 4);
        let refused = db.write(move |tx| check_texts(tx, &texts)).await.unwrap();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].starts_with("WRONG on"), "{refused:?}");
        assert_eq!(db.read(|tx| tx.all(sample::ALL, &[], |row| row.get::<String>(0))).await, Ok(vec![]));
    })
    .await;
}

#[tokio::test]
async fn placeholders_may_come_in_any_order_and_more_than_once() {
    each_engine_with(SCHEMA, async |db| {
        const TURNED: Sql = Sql::new(
            "SELECT CAST($2 AS TEXT), CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($1 AS BIGINT) + $3",
        );
        let read = |count: usize| {
            db.read(move |tx| {
                let values: [&dyn store::ToValue; 4] = [&7_i64, &"seven", &1_i64, &0_i64];
                tx.one(TURNED, &values[..count], |row| {
                    Ok((row.get::<String>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?, row.get::<i64>(3)?))
                })
            })
        };
        assert_eq!(read(3).await, Ok(Some(("seven".to_owned(), 7, "seven".to_owned(), 8))));
        assert!(matches!(read(2).await, Err(StoreError::Other { .. })));
        assert!(matches!(read(4).await, Err(StoreError::Other { .. })));
    })
    .await;
}
