//! Backups that were read back before they count as made, and restores that keep what they replace.
//!
//! Everything here blocks; from async code call it on `spawn_blocking`.

mod file;
mod postgres;
pub mod snapshot;
mod sqlite;

pub(crate) use file::beside;

use std::path::{Path, PathBuf};
use std::thread;

use super::dialect::Engine;
use super::error::{OpenError, StoreError};
use super::migrate::Migration;
use super::url::DatabaseUrl;

pub(crate) use file::replace_file;

/// What to do when something stands where the copy is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it and fail.
    Refuse,
    /// Replace it: an older backup is gone afterwards, an older database is kept beside.
    Replace,
}

/// A copy that was made and read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The engine of the database.
    pub engine: Engine,
    /// The size of the backup file in bytes.
    pub bytes: u64,
    /// The tables and their rows, counted in the copy and equal to the original's.
    pub tables: Vec<TableRows>,
    /// After a restore over a database: where the one before is kept (a file, or a schema on PostgreSQL).
    pub kept: Option<String>,
}

/// How many rows a table has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableRows {
    /// Name of the table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
}

/// A backup or restore failed; what stood there before still stands, unless the text says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The target exists, and replacing it was not asked for.
    #[error(
        "{0} exists already: nothing was changed; choose another place, or say that it is to be replaced"
    )]
    Exists(String),
    /// Nothing to copy from.
    #[error("{} does not exist", _0.display())]
    Missing(PathBuf),
    /// Source and target are one file.
    #[error("{} is the database itself: choose another place", _0.display())]
    SameFile(PathBuf),
    /// The file is no backup of ours.
    #[error("{} is not a backup of this program: nothing was changed", _0.display())]
    NotABackup(PathBuf),
    /// Programs are connected to the database that is to be replaced.
    #[error("the database is in use ({0} connections): stop the program first, nothing was changed")]
    InUse(i64),
    /// The copy, once read back, was not right.
    #[error("the copy was not right and was thrown away: {}", _0.join("; "))]
    Damaged(Vec<String>),
    /// A snapshot does not open.
    #[error("{} was altered, is cut off, or was sealed with another key: nothing was changed", _0.display())]
    NotSealed(PathBuf),
    /// The cipher or the machine's random source failed.
    #[error("the cipher failed")]
    Cipher,
    /// A program of PostgreSQL is needed and is not there.
    #[error(
        "{0} was not found: install the PostgreSQL client programs (Debian and Ubuntu: postgresql-client) of the server's version or later"
    )]
    ToolMissing(&'static str),
    /// A program of PostgreSQL failed.
    #[error("{tool} failed: {message}")]
    ToolFailed {
        /// Which program.
        tool: &'static str,
        /// Its error lines, without quoted rows.
        message: String,
    },
    /// Reading or writing a file failed.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database could not be opened, or does not suit this program.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies a database, also one in use, into a file only its owner may read. The file appears when the
/// copy is whole: SQLite's was checked and its rows counted; PostgreSQL's archive was read to its end.
///
/// # Errors
/// See [`BackupError`]; no half-made file is left.
pub fn backup(url: &DatabaseUrl, target: &Path, overwrite: Overwrite) -> Result<Report, BackupError> {
    aside(|| match url {
        DatabaseUrl::Sqlite(path) => sqlite::backup(path, target, overwrite),
        DatabaseUrl::Postgres(text) => postgres::backup(text, target, overwrite),
    })
}

/// Puts a backup in place of a database that no program uses.
///
/// # Errors
/// See [`BackupError`]; the database before is still in place.
pub fn restore(source: &Path, url: &DatabaseUrl, overwrite: Overwrite) -> Result<Report, BackupError> {
    restore_with(source, url, overwrite, crate::MIGRATIONS)
}

/// [`restore`] of another schema, for tests of the kernel.
///
/// # Errors
/// See [`BackupError`].
pub fn restore_with(
    source: &Path,
    url: &DatabaseUrl,
    overwrite: Overwrite,
    known: &[Migration],
) -> Result<Report, BackupError> {
    if !source.is_file() {
        return Err(BackupError::Missing(source.to_owned()));
    }
    aside(|| match url {
        DatabaseUrl::Sqlite(path) => sqlite::restore(source, path, overwrite, known),
        DatabaseUrl::Postgres(text) => postgres::restore(source, text, overwrite, known),
    })
}

/// Looks for damage, also in a database in use: what is wrong, line by line; empty when all is well.
///
/// SQLite reads every page and follows every reference. PostgreSQL reads every table, and reports
/// indexes and constraints that are not valid and pages whose checksum failed.
///
/// # Errors
/// When the database cannot be reached.
pub fn integrity(url: &DatabaseUrl) -> Result<Vec<String>, BackupError> {
    aside(|| match url {
        DatabaseUrl::Sqlite(path) => sqlite::integrity(path),
        DatabaseUrl::Postgres(text) => postgres::integrity(text),
    })
}

/// The ledger of erasures that a database holds, with its schema as it is; empty where there is no database, or one from
/// before there were erasures. Read before a restore replaces it.
///
/// # Errors
/// When the database cannot be read.
pub fn erasures(url: &DatabaseUrl) -> Result<Vec<domain::erasure::Erased>, BackupError> {
    if matches!(url, DatabaseUrl::Sqlite(path) if !path.metadata().is_ok_and(|found| found.len() > 0)) {
        return Ok(Vec::new());
    }
    aside(|| Ok(super::beside(url, |tx| Ok(crate::erasures::ledger_if_any(tx)?))?))
}

/// On a thread of its own: the PostgreSQL client cannot run inside a caller's async runtime.
fn aside<T: Send>(work: impl FnOnce() -> Result<T, BackupError> + Send) -> Result<T, BackupError> {
    let done = thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or(Err(BackupError::Store(StoreError::Panicked)))
}
