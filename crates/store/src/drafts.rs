//! Drafts: what somebody typed and has not saved yet, one per person and form.

use crate::vault::Field;
use crate::{StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::ids::EpisodeId;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

queries! {
    KEEP = "INSERT INTO draft (practice_id, account_id, episode_id, form, base_version, at, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (practice_id, account_id, episode_id, form)
            DO UPDATE SET base_version = excluded.base_version, at = excluded.at, body = excluded.body";
    FIND = "SELECT practice_id, account_id, episode_id, form, base_version, at, body FROM draft
            WHERE practice_id = $1 AND account_id = $2 AND episode_id = $3 AND form = $4";
    DROP = "DELETE FROM draft WHERE practice_id = $1 AND account_id = $2 AND episode_id = $3 AND form = $4";
    DROP_OF_FORM = "DELETE FROM draft WHERE practice_id = $1 AND episode_id = $2 AND form = $3";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "draft",
    column: "body",
    bound: &["practice_id", "account_id", "episode_id", "form", "base_version", "at"],
    named_by: 4,
};

/// A draft as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<T> {
    /// The version of the record it was begun on.
    pub base_version: i64,
    /// When it was kept.
    pub at: Timestamp,
    /// What was typed.
    pub typed: T,
}

/// Keeps the acting person's draft of a form (`session 4`), in place of an earlier one. Nobody acting, nothing kept.
///
/// # Errors
/// [`StoreError`].
pub fn keep<T: Serialize>(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, form): (EpisodeId, &str),
    base_version: i64,
    typed: &T,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(account) = grant.account() else { return Ok(()) };
    let practice = grant.scope().practice();
    let bound: &[&dyn ToValue] = &[&practice, &account, &episode, &form, &base_version, &now];
    let sealed = tx.episode_key(practice, episode)?.document(&BODY, bound, typed)?;
    tx.exec(KEEP, &[&practice, &account, &episode, &form, &base_version, &now, &sealed])?;
    Ok(())
}

/// The acting person's draft of a form.
///
/// # Errors
/// [`StoreError`].
pub fn find<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, form): (EpisodeId, &str),
) -> Result<Option<Draft<T>>, StoreError> {
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    tx.one(FIND, &[&practice, &grant.account(), &episode, &form], |row| {
        let typed = key.read(&BODY, row, 0)?;
        Ok(Draft { base_version: row.get(4)?, at: row.get(5)?, typed })
    })
}

/// Removes the acting person's draft of a form.
///
/// # Errors
/// [`StoreError`].
pub fn remove(tx: &mut Tx<'_>, grant: &Grant, (episode, form): (EpisodeId, &str)) -> Result<(), StoreError> {
    tx.exec(DROP, &[&grant.scope().practice(), &grant.account(), &episode, &form])?;
    Ok(())
}

/// Removes everybody's drafts of a form that is closed for good.
///
/// # Errors
/// [`StoreError`].
pub fn remove_all(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, form): (EpisodeId, &str),
) -> Result<(), StoreError> {
    tx.exec(DROP_OF_FORM, &[&grant.scope().practice(), &episode, &form])?;
    Ok(())
}
