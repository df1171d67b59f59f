//! The measure of submits: SQLite alone, one row a transaction, synchronised as ours are.

use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};

/// Transactions per second on a file in `folder`.
pub fn transactions_per_second(folder: &Path, time: Duration) -> Result<f64, String> {
    let file = folder.join("raw.db");
    let rate = measure(&file, time).map_err(|error| error.to_string());
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    rate
}

fn measure(file: &Path, time: Duration) -> rusqlite::Result<f64> {
    let connection = Connection::open(file)?;
    connection.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
    connection
        .execute_batch("PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")?;
    let mut insert = connection.prepare("INSERT INTO t (body) VALUES (?1)")?;
    let start = Instant::now();
    let mut count = 0_u32;
    while start.elapsed() < time {
        insert.execute(["one row"])?;
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}
