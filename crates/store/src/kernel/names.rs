//! SQLite's errors in the kernel's words, with the names PostgreSQL would give to constraints.

use rusqlite::ffi;
use rusqlite::{Connection, Error};

use super::error::{ConflictKind, StoreError};

/// Maps an error; the connection is asked for the name of a unique index.
pub(crate) fn sqlite_error(connection: Option<&Connection>, wrong: &Error) -> StoreError {
    let (code, message) = match wrong {
        Error::SqliteFailure(failure, message) => (failure.extended_code, message.clone()),
        Error::SqlInputError { error, msg, .. } => (error.extended_code, Some(msg.clone())),
        other => return StoreError::other("rusqlite", other.to_string()),
    };
    let message = message.unwrap_or_default();
    match code & 0xff {
        ffi::SQLITE_CONSTRAINT => conflict(connection, code, &message),
        ffi::SQLITE_FULL => StoreError::Full,
        ffi::SQLITE_IOERR => StoreError::Io(format!("SQLite {code}")),
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => StoreError::Busy,
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => StoreError::Corrupt(message),
        ffi::SQLITE_READONLY => StoreError::ReadOnly,
        ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM => StoreError::Unavailable(message),
        _ => StoreError::other(&format!("SQLite {code}"), message),
    }
}

fn conflict(connection: Option<&Connection>, code: i32, message: &str) -> StoreError {
    let (_, subject) = message.split_once(" failed: ").unwrap_or(("", message));
    let conflict = |kind, constraint: &str| StoreError::Conflict { kind, constraint: constraint.to_owned() };
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            let primary = code != ffi::SQLITE_CONSTRAINT_UNIQUE;
            conflict(ConflictKind::Unique, &unique_name(connection, subject, primary))
        }
        ffi::SQLITE_CONSTRAINT_CHECK => conflict(ConflictKind::Check, subject),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => conflict(ConflictKind::ForeignKey, "foreign_key"),
        ffi::SQLITE_CONSTRAINT_NOTNULL => conflict(ConflictKind::NotNull, subject),
        ffi::SQLITE_CONSTRAINT_TRIGGER => conflict(ConflictKind::Trigger, message),
        _ => StoreError::other(&format!("SQLite {code}"), message),
    }
}

/// `index 'name'`, or `table.a, table.b`, in which case the index on these columns is looked up.
fn unique_name(connection: Option<&Connection>, subject: &str, primary: bool) -> String {
    if let Some(name) = subject.strip_prefix("index '") {
        return name.trim_end_matches('\'').to_owned();
    }
    let mut table = "";
    let mut columns = Vec::new();
    for part in subject.split(", ") {
        let (of, column) = part.split_once('.').unwrap_or(("", part));
        table = of;
        columns.push(column);
    }
    if primary {
        return format!("{table}_pkey");
    }
    let named = connection.and_then(|connection| index_on(connection, table, &columns.join(",")));
    named.unwrap_or_else(|| format!("{table}_{}_key", columns.join("_")))
}

/// The unique index of a table that was created by name on exactly these columns.
fn index_on(connection: &Connection, table: &str, columns: &str) -> Option<String> {
    const FIND: &str = "SELECT l.name FROM pragma_index_list(?1) l
        WHERE l.\"unique\" AND l.origin = 'c' AND ?2 = (SELECT group_concat(i.name, ',')
            FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) i)";
    connection.query_row(FIND, [table, columns], |row| row.get(0)).ok()
}
