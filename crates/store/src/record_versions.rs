//! Every version of every versioned record: written beside the record, never changed.

use crate::{StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::Identifier;
use jiff::Timestamp;

queries! {
    KEEP = "INSERT INTO record_version (practice_id, kind, record_id, version, author, at, format, body)
            VALUES ($1, $2, $3, $4, $5, $6, 1, $7)";
    HISTORY = "SELECT v.version, v.at, v.body, a.name FROM record_version v
               LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.author
               WHERE v.practice_id = $1 AND v.kind = $2 AND v.record_id = $3 ORDER BY v.version DESC";
    ONE = "SELECT body FROM record_version
           WHERE practice_id = $1 AND kind = $2 AND record_id = $3 AND version = $4";
}

/// A record as it stands now, with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<I, T> {
    /// Its id.
    pub id: I,
    /// Its version, from 1.
    pub version: i64,
    /// When this version was written.
    pub at: Timestamp,
    /// Who wrote it, by name; none for a client's link.
    pub author: Option<String>,
    /// What it says.
    pub body: T,
}

/// Which version of which record.
#[derive(Debug, Clone)]
pub struct Which {
    kind: &'static str,
    record: String,
    version: i64,
}

/// Names a version: kind is the table's name.
#[must_use]
pub fn of(kind: &'static str, id: impl Identifier, version: i64) -> Which {
    Which { kind, record: id.uuid().to_string(), version }
}

/// Keeps a version.
///
/// # Errors
/// [`StoreError::Conflict`] when that version exists already: somebody else was faster.
pub fn keep(
    tx: &mut Tx<'_>,
    grant: &Grant,
    which: Which,
    body: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let author = crate::author(grant);
    tx.exec(
        KEEP,
        &[&grant.scope().practice(), &which.kind, &which.record, &which.version, &author, &now, &body],
    )?;
    Ok(())
}

/// A version as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Number from 1.
    pub version: i64,
    /// When it was written.
    pub at: Timestamp,
    /// The document.
    pub body: String,
    /// Who wrote it, by name; none for a client's link.
    pub author: Option<String>,
}

/// All versions of a record, newest first. The caller has made sure the record is the granted client's.
///
/// # Errors
/// [`StoreError`].
pub fn history(
    tx: &mut Tx<'_>,
    grant: &Grant,
    kind: &'static str,
    id: impl Identifier,
) -> Result<Vec<Kept>, StoreError> {
    tx.all(HISTORY, &[&grant.scope().practice(), &kind, &id.uuid().to_string()], |row| {
        Ok(Kept { version: row.get(0)?, at: row.get(1)?, body: row.get(2)?, author: row.get(3)? })
    })
}

/// All versions of a record with their documents read, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn read_history<I: Identifier, T: serde::de::DeserializeOwned>(
    tx: &mut Tx<'_>,
    grant: &Grant,
    kind: &'static str,
    id: I,
) -> Result<Vec<Versioned<I, T>>, StoreError> {
    let kept = history(tx, grant, kind, id)?.into_iter();
    kept.map(|kept| {
        let body = crate::read_document(&kept.body, "record_version.body")?;
        Ok(Versioned { id, version: kept.version, at: kept.at, author: kept.author, body })
    })
    .collect()
}

/// The document of one version.
///
/// # Errors
/// [`StoreError`].
pub fn body(tx: &mut Tx<'_>, grant: &Grant, which: Which) -> Result<Option<String>, StoreError> {
    tx.one(ONE, &[&grant.scope().practice(), &which.kind, &which.record, &which.version], |row| row.get(0))
}
