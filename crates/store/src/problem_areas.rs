//! Choices of the problem area: versions of an episode, each with its reason; the newest counts.

use crate::{Row, StoreError, Tx, queries};
use domain::access::Grant;
use domain::focus::FocusChoice;
use domain::ids::EpisodeId;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO problem_area (practice_id, episode_id, version, author, at, format, body)
              VALUES ($1, $2, $3, $4, $5, 1, $6)";
    ALL = "SELECT p.version, p.at, p.body, a.name FROM problem_area p
           LEFT JOIN account a ON a.practice_id = p.practice_id AND a.id = p.author
           WHERE p.practice_id = $1 AND p.episode_id = $2 ORDER BY p.version DESC";
}

/// One version of the choice.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptChoice {
    /// Number, from 1.
    pub version: u32,
    /// When it was made.
    pub at: Timestamp,
    /// Who wrote it down, by name.
    pub author: Option<String>,
    /// The choice.
    pub body: FocusChoice,
}

/// Keeps a new version. The caller has made sure the episode is the granted client's.
///
/// # Errors
/// [`StoreError::Conflict`] when that version exists: somebody else was faster.
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, version): (EpisodeId, u32),
    choice: &FocusChoice,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (body, author) = (crate::document(choice)?, crate::author(grant));
    tx.exec(INSERT, &[&grant.scope().practice(), &episode, &version, &author, &now, &body])?;
    Ok(())
}

/// All versions, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId) -> Result<Vec<KeptChoice>, StoreError> {
    tx.all(ALL, &[&grant.scope().practice(), &episode], kept)
}

fn kept(row: &Row<'_>) -> Result<KeptChoice, StoreError> {
    Ok(KeptChoice {
        version: row.get(0)?,
        at: row.get(1)?,
        body: crate::read_document(&row.get::<String>(2)?, "problem_area.body")?,
        author: row.get(3)?,
    })
}
