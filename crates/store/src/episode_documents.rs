//! Documents of an episode that have a type of their own in the domain (the onset, "nobody to name", the strategy):
//! versions in the table of artefacts.

use crate::artefacts::BODY;
use crate::record_versions::FORMAT;
use crate::{StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::ids::EpisodeId;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

queries! {
    INSERT = "INSERT INTO artefact (practice_id, episode_id, kind, version, author, at, session_no, shared, format, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ALL = "SELECT v.practice_id, v.episode_id, v.kind, v.version, v.author, v.at, v.session_no, v.shared, v.format, v.body,
                  a.practice_id, a.id, a.version, a.name FROM artefact v
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
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    let row: [&dyn ToValue; 9] =
        [&practice, &which.episode, &which.kind, &version, &author, &now, &session, &"staff", &FORMAT];
    let sealed = tx.episode_key(practice, which.episode)?.document(&BODY, &row, document)?;
    tx.exec(INSERT, &[&row[..], &[&sealed]].concat())?;
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
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, which.episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(ALL, &[&practice, &which.episode, &which.kind, &limit], |row| {
        Ok(KeptDocument {
            version: row.get(3)?,
            at: row.get(5)?,
            body: key.read(&BODY, row, 0)?,
            author: names.any(row, 10)?,
        })
    })
}
