//! Sessions and their notes, with the addenda that follow a signature.

use crate::account_names::Names;
use crate::record_versions::FORMAT;
use crate::vault::{Field, Seal};
use crate::{Row, StoreError, ToValue, Tx, queries, record_versions};
use domain::access::Grant;
use domain::ids::{AccountId, AddendumId, EpisodeId, PracticeId, SessionId};
use domain::session::SessionNote;
use jiff::Timestamp;
use jiff::civil::Date;

queries! {
    INSERT = "INSERT INTO therapy_session
                  (practice_id, episode_id, session_no, id, version, author, at, held_on, state, signed_at, signed_by,
                   format, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    ROW = "SELECT practice_id, episode_id, session_no, id, version, author, at, held_on, state, signed_at, signed_by,
                  format, body FROM therapy_session
           WHERE practice_id = $1 AND episode_id = $2 AND session_no = $3";
    FIND = "SELECT s.practice_id, s.episode_id, s.session_no, s.id, s.version, s.author, s.at, s.held_on, s.state, s.signed_at,
                   s.signed_by, s.format, s.body, w.practice_id, w.id, w.version, w.name,
                   g.practice_id, g.id, g.version, g.name
            FROM therapy_session s
            LEFT JOIN account w ON w.practice_id = s.practice_id AND w.id = s.author
            LEFT JOIN account g ON g.practice_id = s.practice_id AND g.id = s.signed_by
            WHERE s.practice_id = $1 AND s.episode_id = $2 AND s.session_no = $3";
    ALL = "SELECT s.practice_id, s.episode_id, s.session_no, s.id, s.version, s.author, s.at, s.held_on, s.state, s.signed_at,
                   s.signed_by, s.format, s.body, w.practice_id, w.id, w.version, w.name,
                   g.practice_id, g.id, g.version, g.name
           FROM therapy_session s
           LEFT JOIN account w ON w.practice_id = s.practice_id AND w.id = s.author
           LEFT JOIN account g ON g.practice_id = s.practice_id AND g.id = s.signed_by
           WHERE s.practice_id = $1 AND s.episode_id = $2 ORDER BY s.session_no";
    UPDATE = "UPDATE therapy_session SET version = version + 1, author = $1, at = $2, format = $9, body = $3
              WHERE practice_id = $4 AND episode_id = $5 AND session_no = $6 AND version = $7 AND held_on = $8
                AND state = 'open'";
    MOVE = "UPDATE therapy_session SET held_on = $1, body = $2
            WHERE practice_id = $3 AND episode_id = $4 AND session_no = $5 AND version = $6 AND state = 'open'";
    SIGN = "UPDATE therapy_session SET state = 'signed', signed_at = $1, signed_by = $2, body = $3
            WHERE practice_id = $4 AND episode_id = $5 AND session_no = $6 AND version = $7 AND state = 'open'";
    ADD = "INSERT INTO addendum (practice_id, episode_id, session_no, id, author, at, text)
           VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ADDENDA = "SELECT d.practice_id, d.episode_id, d.session_no, d.id, d.author, d.at, d.text, a.practice_id, a.id, a.version, a.name FROM addendum d
               LEFT JOIN account a ON a.practice_id = d.practice_id AND a.id = d.author
               WHERE d.practice_id = $1 AND d.episode_id = $2 AND d.session_no = $3 ORDER BY d.at, d.id";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "therapy_session",
    column: "body",
    bound: &[
        "practice_id",
        "episode_id",
        "session_no",
        "id",
        "version",
        "author",
        "at",
        "held_on",
        "state",
        "signed_at",
        "signed_by",
        "format",
    ],
    named_by: 3,
};
/// What is sealed of an addition.
pub(crate) const ADDED: Field = Field {
    table: "addendum",
    column: "text",
    bound: &["practice_id", "episode_id", "session_no", "id", "author", "at"],
    named_by: 4,
};
/// A note that may still be written.
const OPEN: &str = "open";

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
    let row = Plain {
        practice,
        episode,
        number,
        id,
        version: 1,
        author,
        at: now,
        held_on,
        state: OPEN.to_owned(),
        signed_at: None,
        signed_by: None,
        format: FORMAT,
    };
    let sealed = tx.episode_key(practice, episode)?.bytes(&BODY, &row.bound(), body.as_bytes())?;
    tx.exec(INSERT, &[&row.bound()[..], &[&sealed]].concat())?;
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
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.one(FIND, &[&practice, &episode, &number], |row| session(&key, &names, row))
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
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(ALL, &[&practice, &episode], |row| session(&key, &names, row))
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
    let row = Plain {
        practice,
        episode,
        number: base.number,
        id: base.id,
        version: base.version + 1,
        author: author.clone(),
        at: now,
        held_on: base.held_on,
        state: OPEN.to_owned(),
        signed_at: None,
        signed_by: None,
        format: FORMAT,
    };
    let sealed = tx.episode_key(practice, episode)?.bytes(&BODY, &row.bound(), body.as_bytes())?;
    let (number, version, held_on) = (base.number, base.version, base.held_on);
    let values: &[&dyn ToValue] =
        &[&author, &now, &sealed, &practice, &episode, &number, &version, &held_on, &FORMAT];
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
    let practice = grant.scope().practice();
    let Some(row) = plain(tx, practice, (episode, number))? else { return Ok(()) };
    let (version, moved) = (row.plain.version, Plain { held_on, ..row.plain });
    let sealed = tx.episode_key(practice, episode)?.bytes(&BODY, &moved.bound(), &row.note)?;
    tx.exec(MOVE, &[&held_on, &sealed, &practice, &episode, &number, &version])?;
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
    let Some(row) = plain(tx, practice, (episode, number))? else { return Ok(false) };
    if row.plain.version != version || row.plain.state != OPEN {
        return Ok(false);
    }
    let by_text = by.map(|by| by.to_string());
    let signed =
        Plain { state: "signed".to_owned(), signed_at: Some(now), signed_by: by_text.clone(), ..row.plain };
    let sealed = tx.episode_key(practice, episode)?.bytes(&BODY, &signed.bound(), &row.note)?;
    Ok(tx.exec(SIGN, &[&now, &by_text, &sealed, &practice, &episode, &number, &version])? > 0)
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
    let (practice, author) = (grant.scope().practice(), crate::author(grant));
    let bound: &[&dyn ToValue] = &[&practice, &episode, &number, &id, &author, &now];
    let sealed = tx.episode_key(practice, episode)?.bytes(&ADDED, bound, text.as_bytes())?;
    tx.exec(ADD, &[&practice, &episode, &number, &id, &author, &now, &sealed])?;
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
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(ADDENDA, &[&practice, &episode, &number], |row| {
        let text = key.text(&ADDED, row, 0)?;
        Ok(Addendum { id: row.get(3)?, author: names.any(row, 7)?, at: row.get(5)?, text })
    })
}

/// A kept version of a note, read back.
///
/// # Errors
/// [`StoreError`].
pub fn note_of(kept: &record_versions::Kept) -> Result<SessionNote, StoreError> {
    crate::read_document(&kept.body, "record_version.body")
}

fn session(key: &Seal, names: &Names, row: &Row<'_>) -> Result<TherapySession, StoreError> {
    let signed_at: Option<Timestamp> = row.get(9)?;
    let by = names.any(row, 17)?;
    Ok(TherapySession {
        number: row.get(2)?,
        id: row.get(3)?,
        version: row.get(4)?,
        author: names.any(row, 13)?,
        at: row.get(6)?,
        held_on: row.get(7)?,
        signed: signed_at.map(|at| Signature { at, by }),
        note: key.read(&BODY, row, 0)?,
    })
}

/// The plain columns of a row: all of them are bound to its note.
struct Plain {
    practice: PracticeId,
    episode: EpisodeId,
    number: u16,
    id: SessionId,
    version: i64,
    author: String,
    at: Timestamp,
    held_on: Date,
    state: String,
    signed_at: Option<Timestamp>,
    signed_by: Option<String>,
    format: i64,
}

impl Plain {
    fn bound(&self) -> [&dyn ToValue; 12] {
        [
            &self.practice,
            &self.episode,
            &self.number,
            &self.id,
            &self.version,
            &self.author,
            &self.at,
            &self.held_on,
            &self.state,
            &self.signed_at,
            &self.signed_by,
            &self.format,
        ]
    }
}

/// A row whose plain columns are about to change, with its note opened.
struct Opened {
    plain: Plain,
    note: zeroize::Zeroizing<Vec<u8>>,
}

fn plain(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    (episode, number): Which,
) -> Result<Option<Opened>, StoreError> {
    let key = tx.episode_key(practice, episode)?;
    tx.one(ROW, &[&practice, &episode, &number], |row| {
        let plain = Plain {
            practice,
            episode,
            number,
            id: row.get(3)?,
            version: row.get(4)?,
            author: row.get(5)?,
            at: row.get(6)?,
            held_on: row.get(7)?,
            state: row.get(8)?,
            signed_at: row.get(9)?,
            signed_by: row.get(10)?,
            format: row.get(11)?,
        };
        Ok(Opened { plain, note: key.open(&BODY, row, 0)? })
    })
}
