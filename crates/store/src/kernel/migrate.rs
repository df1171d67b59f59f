//! Migrations: numbered texts, applied forward only, each in a transaction of its own.

use ::postgres::Client;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::dialect::{Engine, migration_text};
use super::error::{OpenError, StoreError};
use super::postgres::Session;
use super::reach::{EVERY, SETTING, WALLS};
use super::tx::Row;
use super::{postgres, sqlite};

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number, from 1, without gaps.
    pub number: u32,
    /// What it does, in a word or two.
    pub name: &'static str,
    /// SQL with the words of `dialect.rs`.
    pub text: &'static str,
}

/// Lists migrations by file: `migrations![1 "first_schema", 2 "more"]` embeds
/// `migrations/0001_first_schema.sql` and so on.
#[macro_export]
macro_rules! migrations {
    ($($number:literal $file:literal),* $(,)?) => {
        &[$($crate::Migration {
            number: $number,
            name: $file,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $file, ".sql")),
        }),*]
    };
}

/// A migration recorded in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its number.
    pub number: u32,
    /// Its name when it was applied.
    pub name: String,
    /// SHA-256 of its text when it was applied, in hex.
    pub checksum: String,
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT (CAST(CURRENT_TIMESTAMP AS TEXT)))";
const APPLIED: &str = "SELECT number, name, checksum FROM schema_migration ORDER BY number";
/// Any number will do that nobody else takes on the same server: two programs that start together
/// wait for each other here.
const GUARD: &str = "SELECT pg_advisory_lock(4704261939402)";

/// The checksum of a text, the same whatever the ends of its lines.
fn checksum(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What remains to be applied.
pub(crate) fn remaining<'m>(
    applied: &[Applied],
    known: &'m [Migration],
) -> Result<&'m [Migration], OpenError> {
    let last = |number: Option<u32>| number.unwrap_or_default();
    let database = last(applied.last().map(|done| done.number));
    let program = last(known.last().map(|migration| migration.number));
    if database > program {
        return Err(OpenError::Newer { database, program });
    }
    for (done, migration) in applied.iter().zip(known) {
        if done.number != migration.number || done.checksum != checksum(migration.text) {
            return Err(OpenError::Changed { number: done.number, name: done.name.clone() });
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

fn failed(migration: &Migration) -> impl FnOnce(StoreError) -> OpenError {
    let (number, name) = (migration.number, migration.name.to_owned());
    move |source| OpenError::Migration { number, name, source }
}

/// The whole text of one step for an engine, with its entry in the ledger.
fn script(engine: Engine, migration: &Migration) -> Result<String, OpenError> {
    let text = migration_text(engine, migration.text)
        .map_err(|reason| failed(migration)(StoreError::other("migration", reason)))?;
    let (number, name, checksum) = (migration.number, migration.name, checksum(migration.text));
    Ok(format!(
        "{text};\nINSERT INTO schema_migration (number, name, checksum) VALUES ({number}, '{name}', '{checksum}');"
    ))
}

/// Where the schema stood before it was brought up to date, and where it stands: the number of its last step, 0 for
/// none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moved {
    from: u32,
    to: u32,
}

impl Moved {
    fn of(applied: &[Applied], pending: &[Migration]) -> Moved {
        let from = applied.last().map_or(0, |done| done.number);
        Moved { from, to: pending.last().map_or(from, |step| step.number) }
    }

    /// Whether there were tables already, and this step came only now.
    pub(crate) fn across(self, step: u32) -> bool {
        (1..step).contains(&self.from) && self.to >= step
    }
}

/// The steps up to a number.
fn up_to(pending: &[Migration], last: u32) -> &[Migration] {
    pending.get(..pending.partition_point(|step| step.number <= last)).unwrap_or_default()
}

/// Brings a SQLite file up to a step. The lock of the file keeps others away.
pub(crate) fn sqlite(connection: &Connection, known: &[Migration], last: u32) -> Result<Moved, OpenError> {
    sqlite::command(connection, LEDGER)?;
    let applied = sqlite_applied(connection)?;
    let pending = up_to(remaining(&applied, known)?, last);
    if pending.is_empty() {
        return Ok(Moved::of(&applied, pending));
    }
    // A table that is rebuilt is referred to while it is away; the whole is checked before each commit.
    sqlite::command(connection, "PRAGMA foreign_keys=OFF")?;
    let outcome = pending.iter().try_for_each(|migration| sqlite_step(connection, migration));
    sqlite::command(connection, "PRAGMA foreign_keys=ON")?;
    outcome.map(|()| Moved::of(&applied, pending))
}

fn sqlite_step(connection: &Connection, migration: &Migration) -> Result<(), OpenError> {
    let text = script(Engine::Sqlite, migration)?;
    let step = || {
        sqlite::command(connection, "BEGIN EXCLUSIVE")?;
        sqlite::command(connection, &text)?;
        if !sqlite::foreign_keys_hold(connection)? {
            return Err(StoreError::other("foreign_key_check", "a reference points nowhere"));
        }
        sqlite::command(connection, "COMMIT")
    };
    step().map_err(|wrong| {
        if !connection.is_autocommit() {
            // The error that led here is the one to tell.
            let _ = sqlite::command(connection, "ROLLBACK");
        }
        failed(migration)(wrong)
    })
}

/// What a SQLite file records.
pub(crate) fn sqlite_applied(connection: &Connection) -> Result<Vec<Applied>, StoreError> {
    let mut applied = Vec::new();
    sqlite::each(connection, APPLIED, &[], &mut |row| {
        applied.push(applied_in(row)?);
        Ok(true)
    })?;
    Ok(applied)
}

/// Whether a SQLite file holds tables, but not ours.
pub(crate) fn is_foreign(connection: &Connection) -> Result<bool, StoreError> {
    const TABLES: &str = "SELECT count(*) > 0 AND sum(name = 'schema_migration') = 0
        FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut foreign = false;
    sqlite::each(connection, TABLES, &[], &mut |row| {
        foreign = row.get::<Option<bool>>(0)?.unwrap_or_default();
        Ok(true)
    })?;
    Ok(foreign)
}

/// Brings a PostgreSQL database up to a step, one program at a time.
pub(crate) fn postgres(session: &mut Session, known: &[Migration], last: u32) -> Result<Moved, OpenError> {
    // Waiting for another program that migrates may take long. Freed with the connection.
    // It may rewrite the rows of all practices.
    session
        .command(&format!("SET lock_timeout = 0; SET statement_timeout = 0; SET {SETTING} = '{EVERY}'"))?;
    session.command(GUARD)?;
    session.command(LEDGER)?;
    let applied = applied_here(session)?;
    let pending = up_to(remaining(&applied, known)?, last);
    for migration in pending {
        let text = format!("BEGIN;\n{}\n{WALLS}\nCOMMIT", script(Engine::Postgres, migration)?);
        session.command(&text).map_err(failed(migration))?;
    }
    Ok(Moved::of(&applied, pending))
}

fn applied_here(session: &mut Session) -> Result<Vec<Applied>, StoreError> {
    let mut applied = Vec::new();
    session.each(APPLIED, &[], &mut |row| {
        applied.push(applied_in(row)?);
        Ok(true)
    })?;
    Ok(applied)
}

/// What a PostgreSQL database records.
pub(crate) fn postgres_applied(client: &mut Client) -> Result<Vec<Applied>, StoreError> {
    let rows = client.query(APPLIED, &[]).map_err(|wrong| postgres::error(&wrong))?;
    rows.iter().map(|row| applied_in(&Row::postgres(row))).collect()
}

fn applied_in(row: &Row<'_>) -> Result<Applied, StoreError> {
    Ok(Applied { number: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? })
}
