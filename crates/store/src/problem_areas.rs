//! Choices of the problem area: versions of an episode, each with its reason; the newest counts.

use crate::account_names::Names;
use crate::record_versions::FORMAT;
use crate::vault::{Field, Seal};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::focus::FocusChoice;
use domain::ids::EpisodeId;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO problem_area (practice_id, episode_id, version, author, at, format, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ALL = "SELECT p.practice_id, p.episode_id, p.version, p.author, p.at, p.format, p.body, a.practice_id, a.id, a.version, a.name FROM problem_area p
           LEFT JOIN account a ON a.practice_id = p.practice_id AND a.id = p.author
           WHERE p.practice_id = $1 AND p.episode_id = $2 ORDER BY p.version DESC";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "problem_area",
    column: "body",
    bound: &["practice_id", "episode_id", "version", "author", "at", "format"],
    named_by: 3,
};

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
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    let bound: &[&dyn ToValue] = &[&practice, &episode, &version, &author, &now, &FORMAT];
    let sealed = tx.episode_key(practice, episode)?.document(&BODY, bound, choice)?;
    tx.exec(INSERT, &[&practice, &episode, &version, &author, &now, &FORMAT, &sealed])?;
    Ok(())
}

/// All versions, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId) -> Result<Vec<KeptChoice>, StoreError> {
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(ALL, &[&practice, &episode], |row| kept(&key, &names, row))
}

fn kept(key: &Seal, names: &Names, row: &Row<'_>) -> Result<KeptChoice, StoreError> {
    Ok(KeptChoice {
        version: row.get(2)?,
        at: row.get(4)?,
        body: key.read(&BODY, row, 0)?,
        author: names.any(row, 7)?,
    })
}
