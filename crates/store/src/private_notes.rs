//! Psychotherapy notes (class K5): sealed with a key of their own. Everything here takes a grant for one of the two
//! actions of that class and gives only what the granted person wrote or was let read.

use crate::vault::{Class, Field, Seal};
use crate::{Row, StoreError, Tx, queries};
use domain::access::{Action, Grant};
use domain::ids::{AccountId, EpisodeId, PracticeId, PrivateNoteId};
use domain::private_note::{PrivateForm, PrivateNote, Standing, standing};
use jiff::{SignedDuration, Timestamp};

queries! {
    LATEST = "SELECT practice_id, episode_id, id, version, author_id, at, body FROM psychotherapy_note
              WHERE practice_id = $1 AND episode_id = $2 AND id = $3 ORDER BY version DESC LIMIT 1";
    MINE = "SELECT n.id FROM psychotherapy_note n
            WHERE n.practice_id = $1 AND n.episode_id = $2
              AND (n.author_id = $3 OR EXISTS (
                  SELECT 1 FROM psychotherapy_note_reader r
                  WHERE r.practice_id = n.practice_id AND r.episode_id = n.episode_id AND r.note_id = n.id
                    AND r.account_id = $3))
              AND n.version = (SELECT MAX(l.version) FROM psychotherapy_note l
                  WHERE l.practice_id = n.practice_id AND l.episode_id = n.episode_id AND l.id = n.id)
            ORDER BY n.id DESC";
    VERSIONS = "SELECT version, at FROM psychotherapy_note
                WHERE practice_id = $1 AND episode_id = $2 AND id = $3 ORDER BY version DESC";
    AT_VERSION = "SELECT practice_id, episode_id, id, version, author_id, at, body FROM psychotherapy_note
                WHERE practice_id = $1 AND episode_id = $2 AND id = $3 AND version = $4";
    ADD = "INSERT INTO psychotherapy_note (practice_id, episode_id, id, version, author_id, at, body)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (practice_id, episode_id, id, version) DO NOTHING";
    KEEP_DRAFT = "INSERT INTO psychotherapy_note_draft (practice_id, episode_id, author_id, note, base_version, at, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (practice_id, episode_id, author_id, note)
            DO UPDATE SET base_version = excluded.base_version, at = excluded.at, body = excluded.body";
    DRAFT = "SELECT practice_id, episode_id, author_id, note, base_version, at, body FROM psychotherapy_note_draft
            WHERE practice_id = $1 AND episode_id = $2 AND author_id = $3 AND note = $4";
    DROP_DRAFT = "DELETE FROM psychotherapy_note_draft
            WHERE practice_id = $1 AND episode_id = $2 AND author_id = $3 AND note = $4";
    READERS = "SELECT practice_id, episode_id, note_id, account_id, granted_by, granted_at, mark
            FROM psychotherapy_note_reader
            WHERE practice_id = $1 AND episode_id = $2 AND note_id = $3 ORDER BY granted_at, account_id";
    LET_READ = "INSERT INTO psychotherapy_note_reader
            (practice_id, episode_id, note_id, account_id, granted_by, granted_at, mark) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (practice_id, episode_id, note_id, account_id) DO NOTHING";
    KEEP_OUT = "DELETE FROM psychotherapy_note_reader
            WHERE practice_id = $1 AND episode_id = $2 AND note_id = $3 AND account_id = $4";
    OPENED = "INSERT INTO psychotherapy_opening (practice_id, account_id, verified_at, mark) VALUES ($1, $2, $3, $4)
            ON CONFLICT (practice_id, account_id, verified_at) DO NOTHING";
    WAS_OPENED = "SELECT practice_id, account_id, verified_at, mark FROM psychotherapy_opening
            WHERE practice_id = $1 AND account_id = $2 AND verified_at = $3";
    FORGET_OPENINGS = "DELETE FROM psychotherapy_opening WHERE practice_id = $1 AND account_id = $2 AND verified_at < $3";
}

/// What is sealed of a note.
pub(crate) const BODY: Field = Field {
    table: "psychotherapy_note",
    column: "body",
    bound: &["practice_id", "episode_id", "id", "version", "author_id", "at"],
    named_by: 4,
};
/// What is sealed of a draft.
pub(crate) const DRAFT_BODY: Field = Field {
    table: "psychotherapy_note_draft",
    column: "body",
    bound: &["practice_id", "episode_id", "author_id", "note", "base_version", "at"],
    named_by: 4,
};
/// The mark of a reader.
pub(crate) const READER: Field = Field {
    table: "psychotherapy_note_reader",
    column: "mark",
    bound: &["practice_id", "episode_id", "note_id", "account_id", "granted_by", "granted_at"],
    named_by: 4,
};

/// The mark of a session that opened the notes.
pub(crate) const OPENING: Field = Field {
    table: "psychotherapy_opening",
    column: "mark",
    bound: &["practice_id", "account_id", "verified_at"],
    named_by: 3,
};

/// A session lasts at most this long; what it opened is forgotten after it.
const OPENING_HOURS: i64 = 24;

/// A version of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Id.
    pub id: PrivateNoteId,
    /// Version, from 1.
    pub version: i64,
    /// Who wrote it.
    pub author: AccountId,
    /// When this version was written.
    pub at: Timestamp,
    /// The note.
    pub note: PrivateNote,
}

/// A note as the granted person may open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its newest version.
    pub kept: Kept,
    /// How the person stands to it.
    pub standing: Standing,
}

/// What the author typed and has not saved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteDraft {
    /// The version it was begun on; 0 for a new note.
    pub base_version: i64,
    /// When it was kept.
    pub at: Timestamp,
    /// What was typed.
    pub typed: PrivateForm,
}

/// Somebody the author lets read a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub account: AccountId,
    /// Since when.
    pub since: Timestamp,
}

/// Refuses any grant that is not for this class: a grant for the chart opens nothing here.
fn of_this_class(grant: &Grant) -> Result<(PracticeId, AccountId), StoreError> {
    match (grant.action(), grant.account()) {
        (Action::ReadPrivateNotes | Action::WritePrivateNotes, Some(account)) => {
            Ok((grant.scope().practice(), account))
        }
        _ => Err(StoreError::Other {
            code: "grant".to_owned(),
            message: "a psychotherapy note was asked for under another grant".to_owned(),
        }),
    }
}

/// The key of the granted client's psychotherapy notes. It is made with the first one.
fn key(tx: &mut Tx<'_>, grant: &Grant, now: Timestamp) -> Result<Seal, StoreError> {
    let client = grant.client().ok_or_else(|| StoreError::Other {
        code: "grant".to_owned(),
        message: "a psychotherapy note belongs to a client".to_owned(),
    })?;
    tx.client_key_or_new(grant.scope().practice(), client, Class::Notes, now)
}

/// The newest versions of the notes the granted person may open, newest note first.
///
/// # Errors
/// [`StoreError`].
pub fn all(
    tx: &mut Tx<'_>,
    grant: &Grant,
    episode: EpisodeId,
    now: Timestamp,
) -> Result<Vec<Opened>, StoreError> {
    let (practice, account) = of_this_class(grant)?;
    let ids = tx.all(MINE, &[&practice, &episode, &account], |row| row.get::<PrivateNoteId>(0))?;
    let mut found = Vec::new();
    for id in ids {
        found.extend(find(tx, grant, (episode, id), now)?);
    }
    Ok(found)
}

/// The newest version of one note, if the granted person may open it.
///
/// # Errors
/// [`StoreError`].
pub fn find(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, PrivateNoteId),
    now: Timestamp,
) -> Result<Option<Opened>, StoreError> {
    let (practice, account) = of_this_class(grant)?;
    let Some(author) = tx.one(LATEST, &[&practice, &episode, &id], |row| row.get::<AccountId>(4))? else {
        return Ok(None);
    };
    let let_in = readers(tx, grant, (episode, id))?.iter().any(|reader| reader.account == account);
    let Some(standing) = standing(grant, author, let_in) else { return Ok(None) };
    let seal = key(tx, grant, now)?;
    let kept = tx.one(LATEST, &[&practice, &episode, &id], |row| kept(&seal, row))?;
    Ok(kept.map(|kept| Opened { kept, standing }))
}

/// One version of a note the granted person wrote or may read.
///
/// # Errors
/// [`StoreError`].
pub fn at_version(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, PrivateNoteId),
    version: i64,
    now: Timestamp,
) -> Result<Option<Kept>, StoreError> {
    let (practice, _) = of_this_class(grant)?;
    if find(tx, grant, (episode, id), now)?.is_none() {
        return Ok(None);
    }
    let seal = key(tx, grant, now)?;
    tx.one(AT_VERSION, &[&practice, &episode, &id, &version], |row| kept(&seal, row))
}

/// Numbers and instants of a note's versions, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn versions(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, PrivateNoteId),
) -> Result<Vec<(i64, Timestamp)>, StoreError> {
    let (practice, _) = of_this_class(grant)?;
    tx.all(VERSIONS, &[&practice, &episode, &id], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Writes a version by the granted person; gives whether nobody had written it before.
///
/// # Errors
/// [`StoreError`].
pub fn add(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, PrivateNoteId),
    version: i64,
    note: &PrivateNote,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (practice, account) = of_this_class(grant)?;
    let body =
        key(tx, grant, now)?.document(&BODY, &[&practice, &episode, &id, &version, &account, &now], note)?;
    Ok(tx.exec(ADD, &[&practice, &episode, &id, &version, &account, &now, &body])? > 0)
}

/// The name a draft is kept under.
fn of_note(note: Option<PrivateNoteId>) -> String {
    note.map_or_else(|| "new".to_owned(), |id| id.to_string())
}

/// Keeps the author's draft in place of an earlier one.
///
/// # Errors
/// [`StoreError`].
pub fn keep_draft(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, note): (EpisodeId, Option<PrivateNoteId>),
    base_version: i64,
    typed: &PrivateForm,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (practice, account) = of_this_class(grant)?;
    let note = of_note(note);
    let body = key(tx, grant, now)?.document(
        &DRAFT_BODY,
        &[&practice, &episode, &account, &note, &base_version, &now],
        typed,
    )?;
    tx.exec(KEEP_DRAFT, &[&practice, &episode, &account, &note, &base_version, &now, &body])?;
    Ok(())
}

/// The author's draft.
///
/// # Errors
/// [`StoreError`].
pub fn draft(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, note): (EpisodeId, Option<PrivateNoteId>),
    now: Timestamp,
) -> Result<Option<NoteDraft>, StoreError> {
    let (practice, account) = of_this_class(grant)?;
    let seal = key(tx, grant, now)?;
    tx.one(DRAFT, &[&practice, &episode, &account, &of_note(note)], |row| {
        let typed = seal.read(&DRAFT_BODY, row, 0)?;
        Ok(NoteDraft { base_version: row.get(4)?, at: row.get(5)?, typed })
    })
}

/// Removes the author's draft.
///
/// # Errors
/// [`StoreError`].
pub fn drop_draft(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, note): (EpisodeId, Option<PrivateNoteId>),
) -> Result<(), StoreError> {
    let (practice, account) = of_this_class(grant)?;
    tx.exec(DROP_DRAFT, &[&practice, &episode, &account, &of_note(note)])?;
    Ok(())
}

/// Whom a note's author lets read it.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Broken`] when a row was not written by the program.
pub fn readers(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, PrivateNoteId),
) -> Result<Vec<Reader>, StoreError> {
    let (practice, _) = of_this_class(grant)?;
    let vault = std::sync::Arc::clone(&tx.vault);
    tx.all(READERS, &[&practice, &episode, &id], |row| {
        vault.verify(&READER, row, 0)?;
        Ok(Reader { account: row.get(3)?, since: row.get(5)? })
    })
}

/// The author lets somebody read a note.
///
/// # Errors
/// [`StoreError`].
pub fn let_read(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, PrivateNoteId),
    reader: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (practice, account) = of_this_class(grant)?;
    let mark = tx.vault().mark(&READER, &[&practice, &episode, &id, &reader, &account, &now])?;
    tx.exec(LET_READ, &[&practice, &episode, &id, &reader, &account, &now, &mark])?;
    Ok(())
}

/// The author lets somebody read a note no more.
///
/// # Errors
/// [`StoreError`].
pub fn keep_out(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (episode, id): (EpisodeId, PrivateNoteId),
    reader: AccountId,
) -> Result<(), StoreError> {
    let (practice, _) = of_this_class(grant)?;
    tx.exec(KEEP_OUT, &[&practice, &episode, &id, &reader])?;
    Ok(())
}

/// Notes that the granted person's session, known by the instant of its second factor, opened psychotherapy notes.
///
/// # Errors
/// [`StoreError`].
pub fn opened(
    tx: &mut Tx<'_>,
    grant: &Grant,
    verified_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (practice, account) = of_this_class(grant)?;
    let past = now.saturating_sub(SignedDuration::from_hours(OPENING_HOURS)).unwrap_or(Timestamp::MIN);
    tx.exec(FORGET_OPENINGS, &[&practice, &account, &past])?;
    let mark = tx.vault().mark(&OPENING, &[&practice, &account, &verified_at])?;
    tx.exec(OPENED, &[&practice, &account, &verified_at, &mark])?;
    Ok(())
}

/// Whether the granted person's session has opened psychotherapy notes before.
///
/// # Errors
/// [`StoreError`].
pub fn was_opened(tx: &mut Tx<'_>, grant: &Grant, verified_at: Timestamp) -> Result<bool, StoreError> {
    let (practice, account) = of_this_class(grant)?;
    let vault = tx.share_vault();
    let found =
        tx.one(WAS_OPENED, &[&practice, &account, &verified_at], |row| vault.verify(&OPENING, row, 0))?;
    Ok(found.is_some())
}

fn kept(seal: &Seal, row: &Row<'_>) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: row.get(2)?,
        version: row.get(3)?,
        author: row.get(4)?,
        at: row.get(5)?,
        note: seal.read(&BODY, row, 0)?,
    })
}
