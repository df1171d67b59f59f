//! Sessions and their notes, with the addenda that follow a signature.

use crate::{Row, StoreError, Tx, queries, record_versions};
use domain::access::Grant;
use domain::ids::{AccountId, AddendumId, EpisodeId, SessionId};
use domain::session::SessionNote;
use jiff::Timestamp;
use jiff::civil::Date;

queries! {
    INSERT = "INSERT INTO therapy_session
                  (practice_id, episode_id, session_no, id, version, author, at, held_on, state, format, body)
              VALUES ($1, $2, $3, $4, 1, $5, $6, $7, 'open', 1, $8)";
    FIND = "SELECT s.session_no, s.id, s.version, w.name, s.at, s.held_on, s.state, s.signed_at, g.name, s.body
            FROM therapy_session s
            LEFT JOIN account w ON w.practice_id = s.practice_id AND w.id = s.author
            LEFT JOIN account g ON g.practice_id = s.practice_id AND g.id = s.signed_by
            WHERE s.practice_id = $1 AND s.episode_id = $2 AND s.session_no = $3";
    ALL = "SELECT s.session_no, s.id, s.version, w.name, s.at, s.held_on, s.state, s.signed_at, g.name, s.body
           FROM therapy_session s
           LEFT JOIN account w ON w.practice_id = s.practice_id AND w.id = s.author
           LEFT JOIN account g ON g.practice_id = s.practice_id AND g.id = s.signed_by
           WHERE s.practice_id = $1 AND s.episode_id = $2 ORDER BY s.session_no";
    UPDATE = "UPDATE therapy_session SET version = version + 1, author = $1, at = $2, body = $3
              WHERE practice_id = $4 AND episode_id = $5 AND session_no = $6 AND version = $7 AND state = 'open'";
    MOVE = "UPDATE therapy_session SET held_on = $1
            WHERE practice_id = $2 AND episode_id = $3 AND session_no = $4 AND state = 'open'";
    SIGN = "UPDATE therapy_session SET state = 'signed', signed_at = $1, signed_by = $2
            WHERE practice_id = $3 AND episode_id = $4 AND session_no = $5 AND version = $6 AND state = 'open'";
    ADD = "INSERT INTO addendum (practice_id, episode_id, session_no, id, author, at, text)
           VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ADDENDA = "SELECT d.id, a.name, d.at, d.text FROM addendum d
               LEFT JOIN account a ON a.practice_id = d.practice_id AND a.id = d.author
               WHERE d.practice_id = $1 AND d.episode_id = $2 AND d.session_no = $3 ORDER BY d.at, d.id";
}

/// A session as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TherapySession {
    /// Its number, from 1.
    pub number: u16,
    /// Id, under which its versions are kept.
    pub id: SessionId,
    /// Version of the note, from 1.
    pub version: i64,
    /// Who wrote that version, by name.
    pub author: Option<String>,
    /// When that version was written.
    pub at: Timestamp,
    /// The day the session was held.
    pub held_on: Date,
    /// When and by whom the note was signed; none while it is open.
    pub signed: Option<Signature>,
    /// The note.
    pub note: SessionNote,
}

/// When a note was signed, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// When.
    pub at: Timestamp,
    /// By whom, by name.
    pub by: Option<String>,
}

/// What was added to a signed note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addendum {
    /// Id.
    pub id: AddendumId,
    /// Who wrote it, by name.
    pub author: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The text.
    pub text: String,
}

/// Which session of which episode.
pub type Which = (EpisodeId, u16);

/// Keeps a session that begins, with its first note.
///
/// # Errors
/// [`StoreError::Conflict`] when there is one of that number.
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, number): Which,
    (id, held_on): (SessionId, Date),
    note: &SessionNote,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = crate::document(note)?;
    let author = crate::author(grant);
    let practice = grant.scope().practice();
    tx.exec(INSERT, &[&practice, &episode, &number, &id, &author, &now, &held_on, &body])?;
    record_versions::keep(tx, grant, record_versions::of("therapy_session", id, 1), &body, now)
}

/// One session of an episode. The caller has made sure the episode is the granted client's.
///
/// # Errors
/// [`StoreError`].
pub fn find(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, number): Which,
) -> Result<Option<TherapySession>, StoreError> {
    tx.one(FIND, &[&grant.scope().practice(), &episode, &number], session)
}

/// All sessions of an episode, in order.
///
/// # Errors
/// [`StoreError`].
pub fn of_episode(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
) -> Result<Vec<TherapySession>, StoreError> {
    tx.all(ALL, &[&grant.scope().practice(), &episode], session)
}

/// Writes the next version of an open note if it is still at this one's version; gives whether it was.
///
/// # Errors
/// [`StoreError`].
pub fn update(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
    base: &TherapySession,
    note: &SessionNote,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let body = crate::document(note)?;
    let author = crate::author(grant);
    let practice = grant.scope().practice();
    let values: &[&dyn crate::ToValue] =
        &[&author, &now, &body, &practice, &episode, &base.number, &base.version];
    let changed = tx.exec(UPDATE, values)? > 0;
    if changed {
        let which = record_versions::of("therapy_session", base.id, base.version + 1);
        record_versions::keep(tx, grant, which, &body, now)?;
    }
    Ok(changed)
}

/// Gives an open session another day.
///
/// # Errors
/// [`StoreError`].
pub fn move_to(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, number): Which,
    held_on: Date,
) -> Result<(), StoreError> {
    tx.exec(MOVE, &[&held_on, &grant.scope().practice(), &episode, &number])?;
    Ok(())
}

/// Signs a version of a note; gives whether it was still the newest and open. From then on it is locked.
///
/// # Errors
/// [`StoreError`].
pub fn sign(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, number): Which,
    version: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let practice = grant.scope().practice();
    let by: Option<AccountId> = grant.account();
    Ok(tx.exec(SIGN, &[&now, &by, &practice, &episode, &number, &version])? > 0)
}

/// Adds to a signed note.
///
/// # Errors
/// [`StoreError`].
pub fn add(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, number): Which,
    id: AddendumId,
    text: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let author = crate::author(grant);
    tx.exec(ADD, &[&grant.scope().practice(), &episode, &number, &id, &author, &now, &text])?;
    Ok(())
}

/// What was added to a note, in order.
///
/// # Errors
/// [`StoreError`].
pub fn addenda(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, number): Which,
) -> Result<Vec<Addendum>, StoreError> {
    tx.all(ADDENDA, &[&grant.scope().practice(), &episode, &number], |row| {
        Ok(Addendum { id: row.get(0)?, author: row.get(1)?, at: row.get(2)?, text: row.get(3)? })
    })
}

/// A kept version of a note, read back.
///
/// # Errors
/// [`StoreError`].
pub fn note_of(kept: &record_versions::Kept) -> Result<SessionNote, StoreError> {
    crate::read_document(&kept.body, "record_version.body")
}

fn session(row: &Row<'_>) -> Result<TherapySession, StoreError> {
    let signed_at: Option<Timestamp> = row.get(7)?;
    let by: Option<String> = row.get(8)?;
    Ok(TherapySession {
        number: row.get(0)?,
        id: row.get(1)?,
        version: row.get(2)?,
        author: row.get(3)?,
        at: row.get(4)?,
        held_on: row.get(5)?,
        signed: signed_at.map(|at| Signature { at, by }),
        note: crate::read_document(&row.get::<String>(9)?, "therapy_session.body")?,
    })
}
