//! Responses: instruments answered, with what followed. Written once, never changed.

use crate::account_names::Names;
use crate::vault::{Field, Seal};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::ids::{EpisodeId, ResponseId};
use domain::response::{Mode, Scoring};
use jiff::Timestamp;
use jiff::civil::Date;
use measure::Answers;
use serde::{Deserialize, Serialize};

queries! {
    INSERT = "INSERT INTO response (practice_id, episode_id, answered_at, id, answered_on, instrument,
                instrument_version, mode, author, session_no, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    // The same sheet sent again a moment later: the answers are compared when they are open.
    TWIN = "SELECT practice_id, episode_id, answered_at, id, answered_on, instrument, instrument_version, mode, author,
              session_no, body FROM response
            WHERE practice_id = $1 AND episode_id = $2 AND answered_at >= $3 AND instrument = $4 AND mode = $5
              AND author = $6 AND answered_on = $7 ORDER BY answered_at DESC";
    OF_EPISODE = "SELECT r.practice_id, r.episode_id, r.answered_at, r.id, r.answered_on, r.instrument,
                    r.instrument_version, r.mode, r.author, r.session_no, r.body, a.practice_id, a.id, a.version, a.name
                  FROM response r LEFT JOIN account a ON a.practice_id = r.practice_id AND a.id = r.author
                  WHERE r.practice_id = $1 AND r.episode_id = $2 ORDER BY r.answered_on, r.answered_at, r.id";
    ANSWERS = "SELECT practice_id, episode_id, answered_at, id, answered_on, instrument, instrument_version, mode, author,
                 session_no, body FROM response WHERE practice_id = $1 AND episode_id = $2 AND id = $3";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "response",
    column: "body",
    bound: &[
        "practice_id",
        "episode_id",
        "answered_at",
        "id",
        "answered_on",
        "instrument",
        "instrument_version",
        "mode",
        "author",
        "session_no",
    ],
    named_by: 4,
};

/// The sealed document: what came of the answers, and the answers.
#[derive(Serialize)]
struct Sealed<'a> {
    total: Option<f64>,
    severity: Option<&'a str>,
    scoring: &'a Scoring,
    answers: &'a Answers,
}

/// The document without the answers.
#[derive(Deserialize)]
struct Outcome {
    total: Option<f64>,
    severity: Option<String>,
    scoring: Scoring,
}

/// The answers alone.
#[derive(Deserialize)]
struct Given {
    answers: Answers,
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
    let (practice, mode, author) = (grant.scope().practice(), new.mode.code(), crate::author(grant));
    let row: [&dyn ToValue; 10] = [
        &practice,
        &episode,
        &new.answered_at,
        &new.id,
        &new.answered_on,
        &new.instrument,
        &new.instrument_version,
        &mode,
        &author,
        &new.session,
    ];
    let severity = new.severity.as_deref();
    let sealed = Sealed { total: new.total, severity, scoring: &new.scoring, answers: &new.answers };
    let sealed = tx.episode_key(practice, episode)?.document(&BODY, &row, &sealed)?;
    tx.send(INSERT, &[&row[..], &[&sealed]].concat())
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
    let (practice, mode, author) = (grant.scope().practice(), new.mode.code(), crate::author(grant));
    let key = tx.episode_key(practice, episode)?;
    let values: &[&dyn ToValue] =
        &[&practice, &episode, &since, &new.instrument, &mode, &author, &new.answered_on];
    let mut found = None;
    tx.each(TWIN, values, |row| {
        let given: Given = key.read(&BODY, row, 0)?;
        if given.answers == new.answers {
            let Outcome { total, severity, scoring } = key.read(&BODY, row, 0)?;
            found = Some(Twin { id: row.get(3)?, total, severity, scoring });
        }
        Ok(found.is_none())
    })?;
    Ok(found)
}

/// All responses of an episode, by the day they were filled. The caller has made sure the episode is the granted
/// client's.
///
/// # Errors
/// [`StoreError`].
pub fn of_episode(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId) -> Result<Vec<Response>, StoreError> {
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(OF_EPISODE, &[&practice, &episode], |row| response(&key, &names, row))
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
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let given = tx.one(ANSWERS, &[&practice, &episode, &id], |row| key.read::<Given>(&BODY, row, 0))?;
    Ok(given.map(|given| given.answers))
}

fn response(key: &Seal, names: &Names, row: &Row<'_>) -> Result<Response, StoreError> {
    let Outcome { total, severity, scoring } = key.read(&BODY, row, 0)?;
    Ok(Response {
        id: row.get(3)?,
        answered_at: row.get(2)?,
        answered_on: row.get(4)?,
        instrument: row.get(5)?,
        instrument_version: row.get(6)?,
        mode: Mode::from_code(&row.get::<String>(7)?),
        session: row.get(9)?,
        total,
        severity,
        scoring,
        author: names.any(row, 11)?,
    })
}
