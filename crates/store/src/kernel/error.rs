//! What can go wrong, the same words for both engines.

use std::path::PathBuf;

/// A statement or a whole job failed. Texts carry names of tables and constraints, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A rule of the schema was broken; nothing was changed.
    #[error("the database refused the change: {kind} {constraint}")]
    Conflict {
        /// Which sort of rule.
        kind: ConflictKind,
        /// PostgreSQL's name for it, on both engines: the name of the unique index or check;
        /// `table_pkey`; `table_column_key` for an unnamed UNIQUE; `table.column` for NOT NULL; the
        /// raised message for a trigger. SQLite does not name foreign keys: there it is `foreign_key`.
        /// When a change breaks several rules at once, the engines may name different ones.
        constraint: String,
    },
    /// The disk is full; nothing was changed.
    #[error("the disk of the database is full: free some space, nothing was saved")]
    Full,
    /// Reading or writing the disk failed; nothing was changed.
    #[error("the disk of the database failed ({0}): nothing was saved")]
    Io(String),
    /// An earlier write met a fault: none is tried until disk and data were looked at. Nothing was changed.
    #[error("writing has stopped because {0}: nothing was saved, reading goes on")]
    Stopped(super::health::Fault),
    /// Another transaction held what this one needed for too long; trying again may work.
    #[error("the database is busy: nothing was saved, try again")]
    Busy,
    /// Two transactions got into each other's way and this one gave up; run it again from its start.
    #[error("another change got in the way: nothing was saved, try again")]
    Retry,
    /// The database cannot be reached or is closing; nothing was changed.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The connection broke during COMMIT: the change may or may not be kept. Look before repeating.
    #[error("the connection broke while saving: look whether the change is there before repeating it")]
    InDoubt,
    /// The database is damaged.
    #[error("the database is damaged ({0}): stop, and restore a backup")]
    Corrupt(String),
    /// A column held something other than what the program reads from it.
    #[error("column {column}: {reason}")]
    Decode {
        /// Name of the column, or its number when there is no such column.
        column: String,
        /// What was expected and found, without the value.
        reason: String,
    },
    /// A value could not be bound.
    #[error("value {position}: {reason}")]
    Bind {
        /// Number of the placeholder, from 1.
        position: usize,
        /// Why not, without the value.
        reason: String,
    },
    /// A sealed value, or a plain cell bound to it, is not as it was sealed.
    #[error(
        "{table}.{column} of row {row} is not as it was written: it was damaged, or changed from outside"
    )]
    Broken {
        /// The table.
        table: String,
        /// The sealed column.
        column: String,
        /// The row's key.
        row: String,
    },
    /// The key of a record is not there: it was destroyed with the record, or the root key at hand does not open it.
    #[error("there is no key for {whose}: the record was erased, or another root key closed it")]
    NoKey {
        /// Whose key: a word and an id.
        whose: String,
    },
    /// A write inside `read`.
    #[error("a change was tried inside a reading transaction")]
    ReadOnly,
    /// A second practice in a SQLite file.
    #[error(
        "a SQLite file holds one practice, and this one has its own: use another file, or PostgreSQL for several"
    )]
    OnePracticePerFile,
    /// The job panicked; its changes were undone and the connection is well.
    #[error("the work panicked: nothing was saved")]
    Panicked,
    /// Anything else, with the engine's code.
    #[error("the database failed ({code}): {message}")]
    Other {
        /// SQLite's extended code or the SQLSTATE.
        code: String,
        /// The engine's words.
        message: String,
    },
}

impl StoreError {
    /// Whether the same job may succeed when run again from its start.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy | Self::Retry)
    }

    /// Whether this is a conflict on the given constraint.
    pub fn conflicts_on(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint, .. } if constraint == name)
    }

    /// Whether it tells of a value and not of the transaction, which goes on.
    pub(crate) fn is_of_a_value(&self) -> bool {
        matches!(self, Self::Decode { .. } | Self::Bind { .. } | Self::Broken { .. } | Self::NoKey { .. })
    }

    pub(crate) fn other(code: &str, message: impl Into<String>) -> Self {
        Self::Other { code: code.to_owned(), message: message.into() }
    }
}

/// The sort of rule a change broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictKind {
    /// A primary key or a unique index.
    Unique,
    /// A CHECK.
    Check,
    /// A foreign key.
    ForeignKey,
    /// A NOT NULL.
    NotNull,
    /// A trigger that raised.
    Trigger,
}

impl std::fmt::Display for ConflictKind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Unique => "unique",
            Self::Check => "check",
            Self::ForeignKey => "foreign key",
            Self::NotNull => "not null",
            Self::Trigger => "trigger",
        })
    }
}

/// The database could not be opened. Nothing was changed, unless the text says so.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address of the database is not one.
    #[error(transparent)]
    Url(#[from] super::url::UrlError),
    /// Another process has the file open.
    #[error(
        "{} is in use by another process: stop it first (one process per SQLite file; use PostgreSQL for several)",
        path.display()
    )]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The bundled SQLite is older than what is known to be safe.
    #[error("SQLite {found} is too old: {needed} or later is needed")]
    SqliteTooOld {
        /// The bundled version.
        found: String,
        /// The least version.
        needed: &'static str,
    },
    /// The file holds tables, but none of ours.
    #[error("{} is a database of another program: nothing was changed", path.display())]
    NotOurs {
        /// The database file.
        path: PathBuf,
    },
    /// A later version of the program has changed the database.
    #[error(
        "the database is at version {database}, this program knows {program}: use the newer program, nothing was changed"
    )]
    Newer {
        /// Highest migration recorded in the database.
        database: u32,
        /// Highest migration of the program.
        program: u32,
    },
    /// A migration that was applied has another text now.
    #[error("migration {number:04}_{name} differs from what was applied: use the program that applied it")]
    Changed {
        /// Number of the migration.
        number: u32,
        /// Its name.
        name: String,
    },
    /// A migration failed; those before it are applied, it and those after it are not.
    #[error("migration {number:04}_{name} failed: {source}")]
    Migration {
        /// Number of the migration.
        number: u32,
        /// Its name.
        name: String,
        /// Why.
        source: StoreError,
    },
    /// The files of the database could not be reached.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The root key cannot be used, or does not open this database.
    #[error(transparent)]
    Key(#[from] crate::vault::KeyError),
    /// The engine failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
