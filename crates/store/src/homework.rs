//! Homework of an episode: steps agreed and what became of them, every version kept.

use crate::account_names::Names;
use crate::record_versions::{self, FORMAT, Versioned};
use crate::vault::{Field, Seal};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::fields::Coded;
use domain::homework::Homework;
use domain::ids::{EpisodeId, HomeworkId};
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO homework (practice_id, episode_id, id, version, author, at, due_on, status, format, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ALL = "SELECT h.practice_id, h.episode_id, h.id, h.version, h.author, h.at, h.due_on, h.status, h.format, h.body,
                  a.practice_id, a.id, a.version, a.name FROM homework h
           LEFT JOIN account a ON a.practice_id = h.practice_id AND a.id = h.author
           WHERE h.practice_id = $1 AND h.episode_id = $2 ORDER BY h.due_on, h.id";
    UPDATE = "UPDATE homework SET version = version + 1, author = $1, at = $2, due_on = $3, status = $4,
                body = $5, format = $10
              WHERE practice_id = $6 AND episode_id = $7 AND id = $8 AND version = $9";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "homework",
    column: "body",
    bound: &["practice_id", "episode_id", "id", "version", "author", "at", "due_on", "status", "format"],
    named_by: 3,
};

/// A step as it stands now.
pub type KeptHomework = Versioned<HomeworkId, Homework>;

/// Adds a step to an episode. The caller has made sure the episode is the granted client's.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, HomeworkId),
    homework: &Homework,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = crate::document(homework)?;
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    let status = homework.status.code();
    let due_on = &homework.due_on;
    let bound: &[&dyn ToValue] = &[&practice, &episode, &id, &1_i64, &author, &now, due_on, &status, &FORMAT];
    let sealed = tx.episode_key(practice, episode)?.bytes(&BODY, bound, body.as_bytes())?;
    let values: &[&dyn ToValue] =
        &[&practice, &episode, &id, &1_i64, &author, &now, due_on, &status, &FORMAT, &sealed];
    tx.exec(INSERT, values)?;
    record_versions::keep(tx, grant, record_versions::of("homework", id, 1), &body, now)
}

/// All steps of an episode, the earliest due first. The caller has made sure the episode is the granted client's.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId) -> Result<Vec<KeptHomework>, StoreError> {
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(ALL, &[&practice, &episode], |row| kept(&key, &names, row))
}

/// Changes a step if it is still at `version`; gives whether it was.
///
/// # Errors
/// [`StoreError`].
pub fn update(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id, version): (EpisodeId, HomeworkId, i64),
    homework: &Homework,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let body = crate::document(homework)?;
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    let status = homework.status.code();
    let (due_on, next) = (&homework.due_on, version + 1);
    let bound: &[&dyn ToValue] = &[&practice, &episode, &id, &next, &author, &now, due_on, &status, &FORMAT];
    let sealed = tx.episode_key(practice, episode)?.bytes(&BODY, bound, body.as_bytes())?;
    let values: &[&dyn ToValue] =
        &[&author, &now, due_on, &status, &sealed, &practice, &episode, &id, &version, &FORMAT];
    let changed = tx.exec(UPDATE, values)? > 0;
    if changed {
        record_versions::keep(tx, grant, record_versions::of("homework", id, version + 1), &body, now)?;
    }
    Ok(changed)
}

/// The steps of an episode by their task, for a list to choose from.
///
/// # Errors
/// [`StoreError`].
pub fn labels(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
) -> Result<Vec<(HomeworkId, String)>, StoreError> {
    Ok(all(tx, grant, episode)?.into_iter().map(|step| (step.id, step.body.task)).collect())
}

fn kept(key: &Seal, names: &Names, row: &Row<'_>) -> Result<KeptHomework, StoreError> {
    Ok(Versioned {
        id: row.get(2)?,
        version: row.get(3)?,
        at: row.get(5)?,
        body: key.read(&BODY, row, 0)?,
        author: names.any(row, 10)?,
    })
}
