//! Responses: instruments answered, with what followed. Written once, never changed.

use crate::{Row, StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::{EpisodeId, ResponseId};
use domain::response::{Mode, Scoring};
use jiff::Timestamp;
use jiff::civil::Date;
use measure::Answers;

queries! {
    INSERT = "INSERT INTO response (practice_id, episode_id, answered_at, id, answered_on, instrument,
                instrument_version, mode, author, session_no, total, severity, scoring, answers)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    // The same sheet sent again a moment later.
    TWIN = "SELECT id, total, severity, scoring FROM response
            WHERE practice_id = $1 AND episode_id = $2 AND answered_at >= $3 AND instrument = $4 AND mode = $5
              AND author = $6 AND answered_on = $7 AND answers = $8 ORDER BY answered_at DESC LIMIT 1";
    OF_EPISODE = "SELECT r.id, r.answered_at, r.answered_on, r.instrument, r.instrument_version, r.mode, r.session_no,
                    r.total, r.severity, r.scoring, a.name
                  FROM response r LEFT JOIN account a ON a.practice_id = r.practice_id AND a.id = r.author
                  WHERE r.practice_id = $1 AND r.episode_id = $2 ORDER BY r.answered_on, r.answered_at, r.id";
    ANSWERS = "SELECT answers FROM response WHERE practice_id = $1 AND episode_id = $2 AND id = $3";
}

/// An answered instrument, before it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewResponse {
    /// Id.
    pub id: ResponseId,
    /// When it came in.
    pub answered_at: Timestamp,
    /// The day it was filled, in the practice's zone.
    pub answered_on: Date,
    /// The instrument.
    pub instrument: String,
    /// The version of the definition it was scored with.
    pub instrument_version: String,
    /// How it came in.
    pub mode: Mode,
    /// The session it was answered for.
    pub session: Option<u16>,
    /// The total, where one could be given.
    pub total: Option<f64>,
    /// The band of the total.
    pub severity: Option<String>,
    /// What else followed.
    pub scoring: Scoring,
    /// The answers.
    pub answers: Answers,
}

/// A kept response without its answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Id.
    pub id: ResponseId,
    /// When it came in.
    pub answered_at: Timestamp,
    /// The day it was filled.
    pub answered_on: Date,
    /// The instrument.
    pub instrument: String,
    /// The version of the definition it was scored with.
    pub instrument_version: String,
    /// How it came in; none for a word this version does not know.
    pub mode: Option<Mode>,
    /// The session it was answered for.
    pub session: Option<u16>,
    /// The total, where one could be given.
    pub total: Option<f64>,
    /// The band of the total.
    pub severity: Option<String>,
    /// What else followed.
    pub scoring: Scoring,
    /// The name of the account that sent it; none for a link.
    pub author: Option<String>,
}

/// What a response gave, as far as the one who sent it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Twin {
    /// Id.
    pub id: ResponseId,
    /// The total.
    pub total: Option<f64>,
    /// The band of the total.
    pub severity: Option<String>,
    /// What else followed.
    pub scoring: Scoring,
}

/// Keeps a response. The caller has made sure the episode is the granted client's.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
    new: &NewResponse,
) -> Result<(), StoreError> {
    tx.exec(
        INSERT,
        &[
            &grant.scope().practice(),
            &episode,
            &new.answered_at,
            &new.id,
            &new.answered_on,
            &new.instrument,
            &new.instrument_version,
            &new.mode.code(),
            &crate::author(grant),
            &new.session,
            &new.total,
            &new.severity,
            &crate::document(&new.scoring)?,
            &crate::document(&new.answers)?,
        ],
    )?;
    Ok(())
}

/// The same answers by the same person in the same way since `since`, if there are any.
///
/// # Errors
/// [`StoreError`].
pub fn twin(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
    new: &NewResponse,
    since: Timestamp,
) -> Result<Option<Twin>, StoreError> {
    let answers = crate::document(&new.answers)?;
    tx.one(
        TWIN,
        &[
            &grant.scope().practice(),
            &episode,
            &since,
            &new.instrument,
            &new.mode.code(),
            &crate::author(grant),
            &new.answered_on,
            &answers,
        ],
        |row| {
            let scoring = crate::read_document(&row.get::<String>(3)?, "response.scoring")?;
            Ok(Twin { id: row.get(0)?, total: row.get(1)?, severity: row.get(2)?, scoring })
        },
    )
}

/// All responses of an episode, by the day they were filled. The caller has made sure the episode is the granted
/// client's.
///
/// # Errors
/// [`StoreError`].
pub fn of_episode(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId) -> Result<Vec<Response>, StoreError> {
    tx.all(OF_EPISODE, &[&grant.scope().practice(), &episode], response)
}

/// The answers of one response of an episode.
///
/// # Errors
/// [`StoreError`].
pub fn answers(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, ResponseId),
) -> Result<Option<Answers>, StoreError> {
    tx.one(ANSWERS, &[&grant.scope().practice(), &episode, &id], |row| {
        crate::read_document(&row.get::<String>(0)?, "response.answers")
    })
}

fn response(row: &Row<'_>) -> Result<Response, StoreError> {
    Ok(Response {
        id: row.get(0)?,
        answered_at: row.get(1)?,
        answered_on: row.get(2)?,
        instrument: row.get(3)?,
        instrument_version: row.get(4)?,
        mode: Mode::from_code(&row.get::<String>(5)?),
        session: row.get(6)?,
        total: row.get(7)?,
        severity: row.get(8)?,
        scoring: crate::read_document(&row.get::<String>(9)?, "response.scoring")?,
        author: row.get(10)?,
    })
}
