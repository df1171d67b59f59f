//! SQLite: one thread writes in groups, several read.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags};

use super::error::{OpenError, StoreError};
use super::names::sqlite_error;
use super::tx::Row;
use super::value::Value;

/// WAL databases could be damaged by a race between checkpoint and commit before this version.
const LEAST_VERSION: (i32, &str) = (3_051_003, "3.51.3");
const BUSY: Duration = Duration::from_secs(15);
/// Most texts a program of this size has; a text beyond it is prepared again each time.
const STATEMENTS: usize = 1024;

/// Pragmas of every connection: `synchronous=FULL` because what was acknowledged must survive a power
/// cut, `temp_store=MEMORY` because nothing of a client may reach a temporary folder, `secure_delete`
/// because what is erased must be gone, `recursive_triggers` because a REPLACE must meet the triggers that guard the
/// audit trail.
const SETTINGS: &str = "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;
    PRAGMA secure_delete=ON; PRAGMA recursive_triggers=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;
    PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000;";

/// The bundled version, if it is one known to be safe.
pub(crate) fn check_version() -> Result<(), OpenError> {
    if rusqlite::version_number() < LEAST_VERSION.0 {
        return Err(OpenError::SqliteTooOld {
            found: rusqlite::version().to_owned(),
            needed: LEAST_VERSION.1,
        });
    }
    Ok(())
}

/// Makes this process the only one with the file open, until the returned file is dropped or the
/// process ends, however it ends.
pub(crate) fn lock(path: &Path) -> Result<(PathBuf, File), OpenError> {
    let file_error = |path: &Path, source| OpenError::File { path: path.to_owned(), source };
    // Make the file first (private to its owner), so that its true name is known and two names of one
    // file share one lock. Never open it again beside SQLite: closing would drop SQLite's own locks.
    match private().create_new(true).open(path) {
        Ok(_) => {}
        Err(exists) if exists.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(wrong) => return Err(file_error(path, wrong)),
    }
    let path = path.canonicalize().map_err(|wrong| file_error(path, wrong))?;
    let mut beside = path.clone().into_os_string();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let file = private().create(true).open(&beside).map_err(|wrong| file_error(&beside, wrong))?;
    match file.try_lock() {
        Ok(()) => Ok((path, file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse { path }),
        Err(std::fs::TryLockError::Error(wrong)) => Err(file_error(&beside, wrong)),
    }
}

/// Files hold clinical data: only their owner may read them.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A connection with our settings, in WAL mode.
pub(crate) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect_plain(path)?;
    let set = |connection: &Connection| {
        let mode = connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0))?;
        connection.execute_batch(SETTINGS).map(|()| mode)
    };
    match set(&connection).map_err(|wrong| sqlite_error(None, &wrong))?.as_str() {
        "wal" => Ok(connection),
        // SQLite answers with the mode it stays in, without an error.
        _ => Err(StoreError::Io("the file system cannot share memory between connections".to_owned())),
    }
}

/// A connection to an existing file, as it is.
pub(crate) fn connect_plain(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Without this SQLite plans a prepared query anew each time a value is bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    };
    open().map_err(|wrong| sqlite_error(None, &wrong))
}

/// Makes a connection refuse every change.
pub(crate) fn reading_only(connection: &Connection) -> Result<(), StoreError> {
    command(connection, "PRAGMA query_only=ON")
}

pub(crate) fn command(connection: &Connection, text: &str) -> Result<(), StoreError> {
    connection.execute_batch(text).map_err(|wrong| sqlite_error(Some(connection), &wrong))
}

/// One of the few words that open, divide and close transactions: kept prepared, since every job says them.
pub(crate) fn control(connection: &Connection, text: &str) -> Result<(), StoreError> {
    let run = || connection.prepare_cached(text)?.raw_execute().map(drop);
    run().map_err(|wrong| sqlite_error(Some(connection), &wrong))
}

pub(crate) fn prepare(connection: &Connection, text: &str) -> Result<(), StoreError> {
    connection.prepare_cached(text).map(drop).map_err(|wrong| sqlite_error(Some(connection), &wrong))
}

pub(crate) fn exec(connection: &Connection, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
    let run = || -> Result<u64, Wrong> {
        let mut statement = connection.prepare_cached(text)?;
        bind(&mut statement, values)?;
        let mut rows = statement.raw_query();
        let mut returned = 0;
        while rows.next()?.is_some() {
            returned += 1;
        }
        drop(rows);
        // `changes` still tells of the statement before when this one changes no rows.
        let returns = statement.column_count() > 0 || statement.readonly();
        Ok(if returns { returned } else { connection.changes() })
    };
    run().map_err(|wrong| wrong.named(connection))
}

pub(crate) fn each(
    connection: &Connection,
    text: &str,
    values: &[Value<'_>],
    take: &mut dyn FnMut(&Row<'_>) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let mut run = || -> Result<(), Wrong> {
        let mut statement = connection.prepare_cached(text)?;
        bind(&mut statement, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            // Stopping early loses no change: `RETURNING` makes them all before its first row.
            if !take(&Row::sqlite(row)).map_err(Wrong::Store)? {
                break;
            }
        }
        Ok(())
    };
    run().map_err(|wrong| wrong.named(connection))
}

enum Wrong {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Wrong {
    fn from(wrong: rusqlite::Error) -> Self {
        Self::Sqlite(wrong)
    }
}

impl Wrong {
    fn named(self, connection: &Connection) -> StoreError {
        match self {
            Self::Sqlite(wrong) => sqlite_error(Some(connection), &wrong),
            Self::Store(wrong) => wrong,
        }
    }
}

/// Binds by the number in `$n`: SQLite itself counts names in the order they first appear.
fn bind(statement: &mut CachedStatement<'_>, values: &[Value<'_>]) -> Result<(), Wrong> {
    let mut used = 0;
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let Some(value) = name.and_then(|number| values.get(number.checked_sub(1)?)) else {
            let message = format!("no value for placeholder {index}");
            return Err(Wrong::Store(StoreError::other("placeholder", message)));
        };
        used = used.max(name.unwrap_or_default());
        statement.raw_bind_parameter(index, cell_of(value))?;
    }
    if used != values.len() {
        let message = format!("{} values for {used} placeholders", values.len());
        return Err(Wrong::Store(StoreError::other("placeholder", message)));
    }
    Ok(())
}

fn cell_of<'v>(value: &'v Value<'_>) -> ToSqlOutput<'v> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
        Value::Int(number) => ValueRef::Integer(*number),
        Value::Real(number) => ValueRef::Real(*number),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(bytes) => ValueRef::Blob(bytes),
    })
}

pub(crate) fn cell<'r>(row: &'r rusqlite::Row<'_>, index: usize) -> Result<Value<'r>, String> {
    Ok(match row.get_ref(index).map_err(|_| "there is no such column".to_owned())? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).map_err(|_| "the text is not UTF-8".to_owned())?;
            Value::Text(text.into())
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes.into()),
    })
}

/// Whether every reference of the file points at a row.
pub(crate) fn foreign_keys_hold(connection: &Connection) -> Result<bool, StoreError> {
    let mut hold = true;
    each(connection, "PRAGMA foreign_key_check", &[], &mut |_| {
        hold = false;
        Ok(false)
    })?;
    Ok(hold)
}
