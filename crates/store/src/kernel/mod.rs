//! The kernel: one code path over SQLite and PostgreSQL.
//!
//! Work is a synchronous closure on a [`Tx`], run by a thread that owns its connection: no await can
//! stand inside a transaction. [`Db::write`] answers only after the change is durable; [`Db::read`]
//! sees one state of the whole database.

mod backup;
mod beside;
mod db;
mod dialect;
mod error;
mod heads;
mod health;
mod held;
mod jobs;
mod migrate;
mod names;
mod numeric;
mod postgres;
mod queries;
mod reach;
mod server;
mod sqlite;
mod sqlite_serve;
mod tx;
mod url;
mod value;
mod wire;

pub(crate) use backup::replace_file;
pub use backup::snapshot;
pub use backup::{
    BackupError, Overwrite, Report, TableRows, backup, erasures as erasures_of, integrity, restore,
    restore_with,
};
pub(crate) use beside::beside;
pub use db::{AcrossPractices, Db, Options, sqlite_version};
pub use dialect::Engine;
pub use error::{ConflictKind, OpenError, StoreError};
pub use heads::Head;
pub use health::{Fault, State};
pub(crate) use migrate::Moved;
pub use migrate::{Applied, Migration};
pub use queries::{Sql, check_texts};
pub use reach::Across;
pub(crate) use sqlite::private;
pub use tx::{Row, Tx};
pub use url::{DatabaseUrl, UrlError};
pub use value::{FromValue, Json, ToValue, Value, ValueError};
#[cfg(feature = "testing")]
pub(crate) use {dialect::migration_text, server::Server};
