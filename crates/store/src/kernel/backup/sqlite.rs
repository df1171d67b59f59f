//! SQLite: the online backup API, one snapshot, into a file of its own.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::super::dialect::Engine;
use super::super::error::StoreError;
use super::super::migrate::{self, Migration};
use super::super::names::sqlite_error;
use super::super::sqlite::{command, connect_plain, lock};
use super::file::{Part, beside, failed, is_free, keep};
use super::{BackupError, Overwrite, Report, TableRows};

pub(crate) fn backup(path: &Path, target: &Path, overwrite: Overwrite) -> Result<Report, BackupError> {
    let source = open_existing(path)?;
    is_free(target, overwrite)?;
    if target.exists() && same_file(path, target) {
        return Err(BackupError::SameFile(target.to_owned()));
    }
    let part = Part::beside(target)?;
    let tables = copy(&source, &part)?;
    drop(source);
    let bytes = part.put(target, overwrite)?;
    Ok(Report { engine: Engine::Sqlite, bytes, tables, kept: None })
}

pub(crate) fn restore(
    source: &Path,
    path: &Path,
    overwrite: Overwrite,
    known: &[Migration],
) -> Result<Report, BackupError> {
    let exists = path.metadata().is_ok_and(|found| found.len() > 0);
    if exists {
        is_free(path, overwrite)?;
    }
    if exists && same_file(source, path) {
        return Err(BackupError::SameFile(path.to_owned()));
    }
    let backup = open_backup(source, known)?;
    let (path, _held) = lock(path)?;
    let part = Part::beside(&path)?;
    let tables = copy(&backup, &part)?;
    let kept = if exists { Some(set_aside(&path)?.display().to_string()) } else { None };
    let bytes = part.put(&path, Overwrite::Replace)?;
    Ok(Report { engine: Engine::Sqlite, bytes, tables, kept })
}

pub(crate) fn integrity(path: &Path) -> Result<Vec<String>, BackupError> {
    let connection = open_existing(path)?;
    Ok(faults(&connection)?)
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn open_existing(path: &Path) -> Result<Connection, BackupError> {
    if !path.is_file() {
        return Err(BackupError::Missing(path.to_owned()));
    }
    Ok(connect_plain(path)?)
}

/// Opens a backup without ever changing it, and makes sure that this program can serve it.
fn open_backup(source: &Path, known: &[Migration]) -> Result<Connection, BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let not_ours = || BackupError::NotABackup(source.to_owned());
    let backup = Connection::open_with_flags(source, flags).map_err(|_| not_ours())?;
    let applied = migrate::sqlite_applied(&backup).map_err(|wrong| match wrong {
        StoreError::Other { .. } | StoreError::Corrupt(_) | StoreError::Unavailable(_) => not_ours(),
        other => other.into(),
    })?;
    migrate::remaining(&applied, known)?;
    Ok(backup)
}

/// Copies one state of the source, then reads the copy back. The tables are counted in that same state.
fn copy(source: &Connection, part: &Part) -> Result<Vec<TableRows>, BackupError> {
    command(source, "BEGIN")?;
    let tables = counts(source)?;
    let mut copy = connect_plain(part.path())?;
    let whole = Backup::new(source, &mut copy).and_then(|backup| backup.step(-1));
    match whole.map_err(|wrong| sqlite_error(None, &wrong))? {
        StepResult::Done => {}
        _ => return Err(StoreError::Busy.into()),
    }
    command(source, "ROLLBACK")?;
    // One file, without a log beside it.
    command(&copy, "PRAGMA journal_mode=DELETE")?;
    let mut wrong = faults(&copy)?;
    if counts(&copy)? != tables {
        wrong.push("the rows of the copy are not those of the original".to_owned());
    }
    if wrong.is_empty() { Ok(tables) } else { Err(BackupError::Damaged(wrong)) }
}

/// Keeps the database that is to be replaced under another name, its log folded into it. The lock is
/// held; a log left beside the new file would be played into it and damage it.
fn set_aside(path: &Path) -> Result<PathBuf, BackupError> {
    let fold = || {
        let old = connect_plain(path)?;
        command(&old, "PRAGMA journal_mode=DELETE")
    };
    // A damaged database cannot fold its log: it is kept beside it then.
    let _ = fold();
    let kept = keep(path)?;
    for ending in ["-wal", "-shm", "-journal"] {
        let log = beside(path, ending);
        if log.exists() {
            fs::rename(&log, beside(&kept, ending)).map_err(failed(&log))?;
        }
    }
    Ok(kept)
}

fn counts(connection: &Connection) -> Result<Vec<TableRows>, StoreError> {
    const TABLES: &str = "SELECT name FROM sqlite_schema
        WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    let count = |table: String| {
        let quoted = table.replace('"', "\"\"");
        let sql = format!("SELECT count(*) FROM \"{quoted}\"");
        let rows = connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?;
        Ok(TableRows { table, rows: u64::try_from(rows).unwrap_or_default() })
    };
    lines(connection, TABLES, |row| row.get::<_, String>(0))?
        .into_iter()
        .map(count)
        .collect::<Result<_, _>>()
        .map_err(|wrong| sqlite_error(None, &wrong))
}

/// What SQLite finds wrong; `ok` is all that a sound file says.
fn faults(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut found = lines(connection, "PRAGMA integrity_check", |row| row.get::<_, String>(0))?;
    found.retain(|line| line != "ok");
    found.extend(lines(connection, "PRAGMA foreign_key_check", |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        let row_number: Option<i64> = row.get(1)?;
        let row_number = row_number.map_or_else(String::new, |number| format!(" {number}"));
        Ok(format!("{table}: row{row_number} refers to a row of {parent} that is not there"))
    })?);
    Ok(found)
}

fn lines(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<String>,
) -> Result<Vec<String>, StoreError> {
    let collect = || -> rusqlite::Result<Vec<String>> {
        let mut statement = connection.prepare(sql)?;
        statement.query_map([], read)?.collect()
    };
    collect().map_err(|wrong| sqlite_error(None, &wrong))
}
