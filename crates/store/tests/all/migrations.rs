//! Every step of the schema is walked with rows in it: from each earlier step to the newest, on both engines, and a step
//! that fails half-way leaves everything as it was. Rows are made from the tables themselves, so that a new step needs
//! no change here.

use std::collections::BTreeMap;

use store::testing::{self, OPTIONS, each_database};
use store::{Across, Db, Engine, MIGRATIONS, Migration, OpenError, Sql, StoreError, Tx, vault};

/// Every identifier in every row: whatever refers to a row refers to the one there is.
const ID: &str = "0198c0de-0000-7000-8000-00000000000a";
/// The audit trail was made anew by step 5, on purpose and before any release.
const TRAIL_SINCE: usize = 5;
/// Tables that the program or the kernel fills.
const OWN: [&str; 2] = ["vault", "schema_migration"];

/// Texts made here, of table and column names out of the schema.
fn text(sql: String) -> Sql {
    Sql::new(sql.leak())
}

fn names(tx: &mut Tx<'_>, sql: Sql) -> Result<Vec<String>, StoreError> {
    tx.all(sql, &[], |row| row.get(0))
}

fn tables(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    names(
        tx,
        Sql::per_engine(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        ),
    )
}

/// Columns of a table with their types.
fn columns(tx: &mut Tx<'_>, table: &str) -> Result<Vec<(String, String)>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => format!("SELECT name, lower(type) FROM pragma_table_info('{table}') ORDER BY name"),
        Engine::Postgres => format!(
            "SELECT column_name::text, data_type::text FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY 1"
        ),
    };
    tx.all(text(sql), &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The first word that a CHECK of the steps so far allows in a column.
fn allowed(table: &str, column: &str, steps: &[Migration]) -> Option<String> {
    let made = |step: &&Migration| {
        let text = step.text;
        text.contains(&format!("CREATE TABLE {table} (")) || text.contains(&format!("RENAME TO {table};"))
    };
    let step = steps.iter().rev().find(made)?.text;
    let body = step.split("CREATE TABLE ").find(|body| {
        body.starts_with(&format!("{table} (")) || body.starts_with(&format!("{table}_next ("))
    })?;
    let rest = body.split(&format!("CHECK ({column} IN ('")).nth(1)?;
    rest.split('\'').next().map(str::to_owned)
}

/// Puts a row into every table that takes one made of nothing but its columns; gives how many did.
fn fill(tx: &mut Tx<'_>, steps: &[Migration]) -> Result<usize, StoreError> {
    let mut waiting: Vec<String> =
        tables(tx)?.into_iter().filter(|table| !OWN.contains(&table.as_str())).collect();
    let mut filled = 0;
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for table in waiting {
            match tx.savepoint(|tx| row_in(tx, &table, steps)) {
                Ok(()) => filled += 1,
                // What it refers to comes later, or a rule of its own wants more than this knows.
                Err(StoreError::Conflict { .. }) => still.push(table),
                Err(other) => return Err(other),
            }
        }
        waiting = still;
        if waiting.is_empty() || waiting.len() == before {
            return Ok(filled);
        }
    }
}

fn row_in(tx: &mut Tx<'_>, table: &str, steps: &[Migration]) -> Result<(), StoreError> {
    let bytes = if tx.engine() == Engine::Sqlite { "x'010203'" } else { "'\\x010203'" };
    let mut cells = Vec::new();
    for (column, kind) in columns(tx, table)? {
        let cell = match kind.as_str() {
            "blob" | "bytea" => bytes.to_owned(),
            "text" => format!("'{}'", allowed(table, &column, steps).unwrap_or_else(|| ID.to_owned())),
            "boolean" => "true".to_owned(),
            _ => "1".to_owned(),
        };
        cells.push((column, cell));
    }
    let (columns, cells): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), cells.join(", "));
    tx.exec(text(sql), &[]).map(drop)
}

/// Table and column, and what stands in it, row by row.
type Dump = BTreeMap<(String, String), Vec<String>>;

fn dump(tx: &mut Tx<'_>) -> Result<Dump, StoreError> {
    let mut found = Dump::new();
    for table in tables(tx)? {
        for (column, _) in columns(tx, &table)? {
            let sql = match tx.engine() {
                Engine::Sqlite => format!("SELECT quote({column}) FROM {table} ORDER BY 1"),
                Engine::Postgres => {
                    format!("SELECT COALESCE({column}::text, 'NULL') FROM {table} ORDER BY 1")
                }
            };
            found.insert((table.clone(), column), names(tx, text(sql))?);
        }
    }
    Ok(found)
}

async fn all(db: &Db) -> Dump {
    db.across_practices(Across::Operator).read(dump).await.unwrap()
}

/// A database at a step, with rows in it.
async fn at_step(url: &store::DatabaseUrl, steps: &'static [Migration]) -> Dump {
    let db = testing::open_at(url, steps).unwrap();
    let filled = db.across_practices(Across::Operator).write(move |tx| fill(tx, steps)).await.unwrap();
    let there = db.across_practices(Across::Operator).read(tables).await.unwrap().len() - OWN.len();
    assert!(filled + 3 >= there, "{filled} of {there} tables took a row");
    let dump = all(&db).await;
    db.close().await;
    dump
}

#[tokio::test]
async fn r6_every_earlier_schema_with_rows_in_it_becomes_the_newest_and_opens() {
    for count in 1..MIGRATIONS.len() {
        each_database(&[], async |database| {
            let steps = &MIGRATIONS[..count];
            let before = at_step(database.url(), steps).await;
            let db = Db::open(database.url(), &testing::keys(), OPTIONS).unwrap();
            let after = all(&db).await;
            let mut compared = 0;
            for ((table, column), rows) in &before {
                let remade = table == "audit" && count < TRAIL_SINCE;
                let Some(now) = after.get(&(table.clone(), column.clone())).filter(|_| !remade) else {
                    continue;
                };
                // A row from before marks gets one; the ledger of steps grows.
                if column != "mark" && table != "schema_migration" {
                    assert_eq!(now, rows, "{table}.{column} from step {count}");
                    compared += rows.len();
                }
            }
            assert!(compared > 100, "{compared} cells");
            let practice = ID.parse().unwrap();
            let looked = db.read_in(practice, move |tx| vault::practice_page(tx, practice)).await.unwrap();
            let unmarked: Vec<_> = looked.broken.iter().filter(|line| line.contains(".mark ")).collect();
            let since = MIGRATIONS.iter().position(|step| step.name == "0011_marks").unwrap();
            assert!(
                count > since || unmarked.iter().all(|line| line.contains("note_reader")),
                "{unmarked:?}"
            );
            db.close().await;
        })
        .await;
    }
}

#[tokio::test]
async fn r6_a_step_that_fails_half_way_leaves_everything_as_it_was() {
    for count in 1..MIGRATIONS.len() {
        each_database(&[], async |database| {
            let before = at_step(database.url(), &MIGRATIONS[..count]).await;
            let mut steps = MIGRATIONS[..=count].to_vec();
            let last = steps.last_mut().unwrap();
            last.text = format!("{}\n;SELECT nonsense FROM nowhere;", last.text).leak();
            let failed = testing::open_at(database.url(), &steps);
            let number = MIGRATIONS[count].number;
            assert!(
                matches!(failed, Err(OpenError::Migration { number: told, .. }) if told == number),
                "step {number}"
            );
            let db = testing::open_at(database.url(), &MIGRATIONS[..count]).unwrap();
            assert_eq!(all(&db).await, before, "step {number} left something");
            db.close().await;
            Db::open(database.url(), &testing::keys(), OPTIONS).unwrap().close().await;
        })
        .await;
    }
}
