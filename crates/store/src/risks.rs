//! Risk tasks: opened by an answer, kept until somebody has looked.

use crate::{Row, StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::{AccountId, EpisodeId, ResponseId, RiskId};
use domain::risk::{Body, Reason};
use jiff::Timestamp;
use protocol::RiskLevel;

queries! {
    INSERT = "INSERT INTO risk (practice_id, episode_id, id, client_id, response_id, source, owner, opened_at, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_EPISODE = "SELECT r.id, r.response_id, r.opened_at, r.answered_at, r.level, r.body, r.owner, o.name, b.name
                  FROM risk r
                  LEFT JOIN account o ON o.practice_id = r.practice_id AND o.id = r.owner
                  LEFT JOIN account b ON b.practice_id = r.practice_id AND b.id = r.answered_by
                  WHERE r.practice_id = $1 AND r.episode_id = $2 ORDER BY r.opened_at DESC, r.id DESC";
    ANSWER = "UPDATE risk SET answered_at = $1, answered_by = $2, level = $3, body = $4
              WHERE practice_id = $5 AND episode_id = $6 AND id = $7 AND answered_at IS NULL";
}

/// A risk task to open.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRisk {
    /// Id.
    pub id: RiskId,
    /// The response it comes from.
    pub response: Option<ResponseId>,
    /// Why it is opened.
    pub reason: Reason,
    /// Who has to look: an account's id; empty when nobody treats the client.
    pub owner: Option<AccountId>,
    /// When.
    pub opened_at: Timestamp,
}

/// A risk task with the names a page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Risk {
    /// Id.
    pub id: RiskId,
    /// The response it comes from.
    pub response: Option<ResponseId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// The level that was judged.
    pub level: Option<RiskLevel>,
    /// Why it was opened and what was found.
    pub body: Body,
    /// Who has to look.
    pub owner: Option<AccountId>,
    /// Their name.
    pub owner_name: Option<String>,
    /// Who looked, by name.
    pub answered_by: Option<String>,
}

/// Opens a risk task for an episode of the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn open(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId, new: &NewRisk) -> Result<(), StoreError> {
    let owner = new.owner.map_or_else(String::new, |owner| owner.to_string());
    let body = crate::document(&Body { reason: new.reason.clone(), answer: None })?;
    tx.exec(
        INSERT,
        &[
            &grant.scope().practice(),
            &episode,
            &new.id,
            &grant.client(),
            &new.response,
            &new.reason.source(),
            &owner,
            &new.opened_at,
            &body,
        ],
    )?;
    Ok(())
}

/// All risk tasks of an episode, the newest first. The caller has made sure the episode is the granted client's.
///
/// # Errors
/// [`StoreError`].
pub fn of_episode(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId) -> Result<Vec<Risk>, StoreError> {
    tx.all(OF_EPISODE, &[&grant.scope().practice(), &episode], risk)
}

/// Writes the answer of an open risk task; gives whether it was open.
///
/// # Errors
/// [`StoreError`].
pub fn answer(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, RiskId),
    body: &Body,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let level = body.answer.as_ref().map(|answer| answer.level.as_str());
    let kept = crate::document(body)?;
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    Ok(tx.exec(ANSWER, &[&now, &author, &level, &kept, &practice, &episode, &id])? > 0)
}

fn risk(row: &Row<'_>) -> Result<Risk, StoreError> {
    Ok(Risk {
        id: row.get(0)?,
        response: row.get(1)?,
        opened_at: row.get(2)?,
        answered_at: row.get(3)?,
        level: row.get::<Option<String>>(4)?.as_deref().and_then(RiskLevel::from_word),
        body: crate::read_document(&row.get::<String>(5)?, "risk.body")?,
        owner: row.get::<String>(6)?.parse().ok(),
        owner_name: row.get(7)?,
        answered_by: row.get(8)?,
    })
}
