//! Every version of every versioned record: written beside the record, never changed.

use crate::vault::{Class, Field};
use crate::{StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::{ClientId, Identifier};
use jiff::Timestamp;

queries! {
    KEEP = "INSERT INTO record_version (practice_id, client_id, kind, record_id, version, author, at, format, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    HISTORY = "SELECT v.practice_id, v.client_id, v.kind, v.record_id, v.version, v.author, v.at, v.format, v.body, a.practice_id, a.id, a.version, a.name
               FROM record_version v
               LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.author
               WHERE v.practice_id = $1 AND v.kind = $2 AND v.record_id = $3 ORDER BY v.version DESC";
    ONE = "SELECT practice_id, client_id, kind, record_id, version, author, at, format, body FROM record_version
           WHERE practice_id = $1 AND kind = $2 AND record_id = $3 AND version = $4";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "record_version",
    column: "body",
    bound: &["practice_id", "client_id", "kind", "record_id", "version", "author", "at", "format"],
    named_by: 5,
};
/// Format of a document.
pub(crate) const FORMAT: i64 = 1;

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
    client: Option<ClientId>,
}

impl Which {
    /// Of a client whom no grant is about yet: one who is being registered.
    #[must_use]
    pub fn about(self, client: ClientId) -> Which {
        Which { client: Some(client), ..self }
    }
}

/// Names a version: kind is the table's name.
#[must_use]
pub fn of(kind: &'static str, id: impl Identifier, version: i64) -> Which {
    Which { kind, record: id.uuid().to_string(), version, client: None }
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
    let practice = grant.scope().practice();
    let client = which.client.or(grant.client());
    let key = match which.client {
        Some(client) => tx.client_key(practice, client, Class::Chart)?,
        None => tx.chart_key(grant)?,
    };
    let bound: [&dyn crate::ToValue; 8] =
        [&practice, &client, &which.kind, &which.record, &which.version, &author, &now, &FORMAT];
    let sealed = key.bytes(&BODY, &bound, body.as_bytes())?;
    let [practice, client, kind, record, version, author, now, format] = bound;
    tx.exec(KEEP, &[practice, client, kind, record, version, author, now, format, &sealed])?;
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
    let key = tx.chart_key(grant)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(HISTORY, &[&grant.scope().practice(), &kind, &id.uuid().to_string()], |row| {
        let body = key.text(&BODY, row, 0)?;
        Ok(Kept { version: row.get(4)?, at: row.get(6)?, body, author: names.any(row, 9)? })
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
    let key = tx.chart_key(grant)?;
    let values: &[&dyn crate::ToValue] =
        &[&grant.scope().practice(), &which.kind, &which.record, &which.version];
    tx.one(ONE, values, |row| key.text(&BODY, row, 0))
}
