//! Ties: the people in a client's life, one document each, every version kept.

use crate::record_versions::{self, Versioned};
use crate::{Row, StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::TieId;
use domain::tie::Tie;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO tie (practice_id, client_id, id, version, author, at, format, body)
              VALUES ($1, $2, $3, 1, $4, $5, 1, $6)";
    ALL = "SELECT t.id, t.version, t.at, t.body, a.name FROM tie t
           LEFT JOIN account a ON a.practice_id = t.practice_id AND a.id = t.author
           WHERE t.practice_id = $1 AND t.client_id = $2 ORDER BY t.id";
    FIND = "SELECT t.id, t.version, t.at, t.body, a.name FROM tie t
            LEFT JOIN account a ON a.practice_id = t.practice_id AND a.id = t.author
            WHERE t.practice_id = $1 AND t.client_id = $2 AND t.id = $3";
    UPDATE = "UPDATE tie SET version = version + 1, author = $1, at = $2, body = $3
              WHERE practice_id = $4 AND client_id = $5 AND id = $6 AND version = $7";
}

/// A tie as it stands now.
pub type KeptTie = Versioned<TieId, Tie>;

/// Adds a tie to the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: TieId,
    tie: &Tie,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = crate::document(tie)?;
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    tx.exec(INSERT, &[&practice, &grant.client(), &id, &author, &now, &body])?;
    record_versions::keep(tx, grant, record_versions::of("tie", id, 1), &body, now)
}

/// All ties of the granted client in the order they were added, those taken off included.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<KeptTie>, StoreError> {
    tx.all(ALL, &[&grant.scope().practice(), &grant.client()], kept)
}

/// One tie of the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, grant: &Grant, id: TieId) -> Result<Option<KeptTie>, StoreError> {
    tx.one(FIND, &[&grant.scope().practice(), &grant.client(), &id], kept)
}

/// Changes a tie if it is still at `version`; gives whether it was.
///
/// # Errors
/// [`StoreError`].
pub fn update(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (id, version): (TieId, i64),
    tie: &Tie,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let body = crate::document(tie)?;
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    let changed = tx.exec(UPDATE, &[&author, &now, &body, &practice, &grant.client(), &id, &version])? > 0;
    if changed {
        record_versions::keep(tx, grant, record_versions::of("tie", id, version + 1), &body, now)?;
    }
    Ok(changed)
}

/// The people of the granted client by name, for a list to choose from; without those taken off.
///
/// # Errors
/// [`StoreError`].
pub fn labels(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<(TieId, String)>, StoreError> {
    let all = all(tx, grant)?.into_iter().filter(|tie| tie.body.counts());
    Ok(all.map(|tie| (tie.id, tie.body.nickname)).collect())
}

fn kept(row: &Row<'_>) -> Result<KeptTie, StoreError> {
    Ok(Versioned {
        id: row.get(0)?,
        version: row.get(1)?,
        at: row.get(2)?,
        body: crate::read_document(&row.get::<String>(3)?, "tie.body")?,
        author: row.get(4)?,
    })
}
