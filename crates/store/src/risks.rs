//! Risk tasks: opened by an answer, kept until somebody has looked.

use crate::account_names::Names;
use crate::vault::{Field, Seal};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::ids::{AccountId, ClientId, EpisodeId, ResponseId, RiskId};
use domain::risk::{Body, Reason};
use jiff::Timestamp;
use protocol::RiskLevel;

queries! {
    INSERT = "INSERT INTO risk (practice_id, episode_id, id, client_id, response_id, source, owner, opened_at, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_EPISODE = "SELECT r.practice_id, r.episode_id, r.id, r.client_id, r.response_id, r.source, r.owner, r.opened_at,
                    r.answered_at, r.answered_by, r.body, o.practice_id, o.id, o.version, o.name,
                    b.practice_id, b.id, b.version, b.name
                  FROM risk r
                  LEFT JOIN account o ON o.practice_id = r.practice_id AND o.id = r.owner
                  LEFT JOIN account b ON b.practice_id = r.practice_id AND b.id = r.answered_by
                  WHERE r.practice_id = $1 AND r.episode_id = $2 ORDER BY r.opened_at DESC, r.id DESC";
    OPEN = "SELECT client_id, response_id, source, owner, opened_at FROM risk
            WHERE practice_id = $1 AND episode_id = $2 AND id = $3 AND answered_at IS NULL";
    ANSWER = "UPDATE risk SET answered_at = $1, answered_by = $2, body = $3
              WHERE practice_id = $4 AND episode_id = $5 AND id = $6 AND answered_at IS NULL";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "risk",
    column: "body",
    bound: &[
        "practice_id",
        "episode_id",
        "id",
        "client_id",
        "response_id",
        "source",
        "owner",
        "opened_at",
        "answered_at",
        "answered_by",
    ],
    named_by: 3,
};

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
    let body = Body { reason: new.reason.clone(), answer: None };
    let (practice, source) = (grant.scope().practice(), new.reason.source());
    let row: [&dyn ToValue; 8] =
        [&practice, &episode, &new.id, &grant.client(), &new.response, &source, &owner, &new.opened_at];
    let bound = [&row[..], &[&None::<Timestamp>, &None::<String>]].concat();
    let sealed = tx.episode_key(practice, episode)?.document(&BODY, &bound, &body)?;
    tx.send(INSERT, &[&row[..], &[&sealed]].concat())
}

/// All risk tasks of an episode, the newest first. The caller has made sure the episode is the granted client's.
///
/// # Errors
/// [`StoreError`].
pub fn of_episode(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId) -> Result<Vec<Risk>, StoreError> {
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(OF_EPISODE, &[&practice, &episode], |row| risk(&key, &names, row))
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
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    let open = tx.one(OPEN, &[&practice, &episode, &id], |row| {
        let (client, response, source): (ClientId, Option<ResponseId>, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((client, response, source, row.get::<String>(3)?, row.get::<Timestamp>(4)?))
    })?;
    let Some((client, response, source, owner, opened_at)) = open else { return Ok(false) };
    let bound: &[&dyn ToValue] =
        &[&practice, &episode, &id, &client, &response, &source, &owner, &opened_at, &now, &author];
    let sealed = tx.episode_key(practice, episode)?.document(&BODY, bound, body)?;
    Ok(tx.exec(ANSWER, &[&now, &author, &sealed, &practice, &episode, &id])? > 0)
}

fn risk(key: &Seal, names: &Names, row: &Row<'_>) -> Result<Risk, StoreError> {
    let body: Body = key.read(&BODY, row, 0)?;
    Ok(Risk {
        id: row.get(2)?,
        response: row.get(4)?,
        opened_at: row.get(7)?,
        answered_at: row.get(8)?,
        level: body.answer.as_ref().map(|answer| answer.level),
        body,
        owner: row.get::<String>(6)?.parse().ok(),
        owner_name: names.any(row, 11)?,
        answered_by: names.any(row, 15)?,
    })
}
