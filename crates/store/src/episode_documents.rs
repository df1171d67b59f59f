//! Documents of an episode that have a type of their own in the domain (the onset, "nobody to name", the strategy):
//! versions in the table of artefacts.

use crate::{StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::EpisodeId;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

queries! {
    INSERT = "INSERT INTO artefact (practice_id, episode_id, kind, version, author, at, session_no, shared, format, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, 'staff', 1, $8)";
    ALL = "SELECT v.version, v.at, v.body, a.name FROM artefact v
           LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.author
           WHERE v.practice_id = $1 AND v.episode_id = $2 AND v.kind = $3 ORDER BY v.version DESC LIMIT $4";
}

/// One version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDocument<T> {
    /// Number, from 1.
    pub version: u32,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it, by name.
    pub author: Option<String>,
    /// What it says.
    pub body: T,
}

/// Which document of which episode.
#[derive(Debug, Clone, Copy)]
pub struct Which {
    /// The episode; the caller has made sure it is the granted client's.
    pub episode: EpisodeId,
    /// The kind of document.
    pub kind: &'static str,
}

/// Keeps a new version, written in a session or between two.
///
/// # Errors
/// [`StoreError::Conflict`] when that version exists: somebody else was faster.
pub fn insert<T: Serialize>(
    tx: &mut Tx<'_>,
    grant: &Grant,
    which: Which,
    (version, session): (u32, Option<u16>),
    (document, now): (&T, Timestamp),
) -> Result<(), StoreError> {
    let (body, author) = (crate::document(document)?, crate::author(grant));
    let practice = grant.scope().practice();
    tx.exec(INSERT, &[&practice, &which.episode, &which.kind, &version, &author, &now, &session, &body])?;
    Ok(())
}

/// The newest version.
///
/// # Errors
/// [`StoreError`].
pub fn newest<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    grant: &Grant,
    which: Which,
) -> Result<Option<KeptDocument<T>>, StoreError> {
    Ok(history(tx, grant, which, 1)?.pop())
}

/// The newest `limit` versions, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn history<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    grant: &Grant,
    which: Which,
    limit: i64,
) -> Result<Vec<KeptDocument<T>>, StoreError> {
    tx.all(ALL, &[&grant.scope().practice(), &which.episode, &which.kind, &limit], |row| {
        Ok(KeptDocument {
            version: row.get(0)?,
            at: row.get(1)?,
            body: crate::read_document(&row.get::<String>(2)?, "artefact.body")?,
            author: row.get(3)?,
        })
    })
}
