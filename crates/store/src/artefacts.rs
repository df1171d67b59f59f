//! Worksheets filled in during an episode: versions that never overwrite one another.

use crate::account_names::Names;
use crate::vault::{Field, Seal};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::ids::EpisodeId;
use domain::worksheet::Body;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO artefact (practice_id, episode_id, kind, version, author, at, session_no, shared, format, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LATEST = "SELECT v.practice_id, v.episode_id, v.kind, v.version, v.author, v.at, v.session_no, v.shared, v.format, v.body,
              a.practice_id, a.id, a.version, a.name FROM artefact v
              LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.author
              WHERE v.practice_id = $1 AND v.episode_id = $2 AND v.version = (
                  SELECT MAX(n.version) FROM artefact n
                  WHERE n.practice_id = v.practice_id AND n.episode_id = v.episode_id AND n.kind = v.kind)
              ORDER BY v.kind";
    NEWEST = "SELECT v.practice_id, v.episode_id, v.kind, v.version, v.author, v.at, v.session_no, v.shared, v.format, v.body,
              a.practice_id, a.id, a.version, a.name FROM artefact v
              LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.author
              WHERE v.practice_id = $1 AND v.episode_id = $2 AND v.kind = $3
              ORDER BY v.version DESC LIMIT 1";
    ONE = "SELECT v.practice_id, v.episode_id, v.kind, v.version, v.author, v.at, v.session_no, v.shared, v.format, v.body,
              a.practice_id, a.id, a.version, a.name FROM artefact v
           LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.author
           WHERE v.practice_id = $1 AND v.episode_id = $2 AND v.kind = $3 AND v.version = $4";
    HISTORY = "SELECT v.version, v.at, v.session_no, v.shared, a.practice_id, a.id, a.version, a.name FROM artefact v
               LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.author
               WHERE v.practice_id = $1 AND v.episode_id = $2 AND v.kind = $3
               ORDER BY v.version DESC";
}

/// What is sealed.
pub(crate) const BODY: Field = Field {
    table: "artefact",
    column: "body",
    bound: &[
        "practice_id",
        "episode_id",
        "kind",
        "version",
        "author",
        "at",
        "session_no",
        "shared",
        "format",
    ],
    named_by: 4,
};

/// Who may read an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// The staff around the client.
    Staff,
    /// The client too.
    Client,
}

impl Shared {
    fn code(self) -> &'static str {
        match self {
            Shared::Staff => "staff",
            Shared::Client => "client",
        }
    }

    /// A word this version does not know shows nothing to a client.
    fn from_code(code: &str) -> Shared {
        if code == "client" { Shared::Client } else { Shared::Staff }
    }
}

/// Which version it is, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Number, from 1.
    pub version: u32,
    /// When it was saved.
    pub at: Timestamp,
    /// Name of who saved it; none where the account is not known any more.
    pub author: Option<String>,
    /// The session that was open, if any.
    pub session: Option<u16>,
    /// Who may read it.
    pub shared: Shared,
}

/// One version of one artefact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// The worksheet it was made with.
    pub kind: String,
    /// Version, author, time.
    pub stamp: Stamp,
    /// What it says.
    pub body: Body,
}

/// A version about to be kept.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The worksheet's id.
    pub kind: &'a str,
    /// Number of this version, one above the newest.
    pub version: u32,
    /// The session that is open, if any.
    pub session: Option<u16>,
    /// Who may read it.
    pub shared: Shared,
    /// Format of the body, from the worksheet.
    pub format: u32,
    /// What it says.
    pub body: &'a Body,
}

/// Keeps a new version.
///
/// # Errors
/// [`StoreError::Conflict`] when that version exists: somebody else was faster.
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
    new: New<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (practice, author, shared) = (grant.scope().practice(), crate::author(grant), new.shared.code());
    let row: [&dyn ToValue; 9] =
        [&practice, &episode, &new.kind, &new.version, &author, &now, &new.session, &shared, &new.format];
    let sealed = tx.episode_key(practice, episode)?.document(&BODY, &row, new.body)?;
    tx.exec(INSERT, &[&row[..], &[&sealed]].concat())?;
    Ok(())
}

/// The newest version of every artefact of an episode, by kind.
///
/// # Errors
/// [`StoreError`].
pub fn latest(tx: &mut Tx<'_>, grant: &Grant, episode: EpisodeId) -> Result<Vec<Artefact>, StoreError> {
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.all(LATEST, &[&practice, &episode], |row| artefact(&key, &names, row))
}

/// The newest version of one artefact.
///
/// # Errors
/// [`StoreError`].
pub fn newest(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
    kind: &str,
) -> Result<Option<Artefact>, StoreError> {
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.one(NEWEST, &[&practice, &episode, &kind], |row| artefact(&key, &names, row))
}

/// One version of one artefact.
///
/// # Errors
/// [`StoreError`].
pub fn version(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
    (kind, version): (&str, u32),
) -> Result<Option<Artefact>, StoreError> {
    let practice = grant.scope().practice();
    let key = tx.episode_key(practice, episode)?;
    let names = tx.names(grant.scope().practice())?;
    tx.one(ONE, &[&practice, &episode, &kind, &version], |row| artefact(&key, &names, row))
}

/// All versions of one artefact without their bodies, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn history(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
    kind: &str,
) -> Result<Vec<Stamp>, StoreError> {
    let names = tx.names(grant.scope().practice())?;
    tx.all(HISTORY, &[&grant.scope().practice(), &episode, &kind], |row| {
        Ok(Stamp {
            version: row.get(0)?,
            at: row.get(1)?,
            session: row.get(2)?,
            shared: Shared::from_code(&row.get::<String>(3)?),
            author: names.any(row, 4)?,
        })
    })
}

fn artefact(key: &Seal, names: &Names, row: &Row<'_>) -> Result<Artefact, StoreError> {
    Ok(Artefact {
        kind: row.get(2)?,
        stamp: Stamp {
            version: row.get(3)?,
            at: row.get(5)?,
            session: row.get(6)?,
            shared: Shared::from_code(&row.get::<String>(7)?),
            author: names.any(row, 10)?,
        },
        body: key.read(&BODY, row, 0)?,
    })
}
