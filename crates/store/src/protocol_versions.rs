//! Protocols a practice brings itself, each version by itself, and the shipped ones that its courses began with. What a
//! version says is never changed: only whether new courses may choose it.

use crate::account_names::Names;
use crate::audit::chain::hex;
use crate::vault::{Field, Vault};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::ids::PracticeId;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

queries! {
    INSERT = "INSERT INTO protocol_version (practice_id, id, version, state, uploaded_by, uploaded_at, withdrawn_by,
                withdrawn_at, whole_hash, source_hash, whole, source, mark)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
              ON CONFLICT (practice_id, id, version) DO NOTHING";
    LIST = "SELECT v.practice_id, v.id, v.version, v.state, v.uploaded_by, v.uploaded_at, v.withdrawn_by, v.withdrawn_at,
              v.whole_hash, v.source_hash, v.mark, a.practice_id, a.id, a.version, a.name FROM protocol_version v
            LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.uploaded_by
            WHERE v.practice_id = $1 AND v.state <> 'kept' ORDER BY v.id, v.uploaded_at DESC, v.version DESC";
    FIND = "SELECT v.practice_id, v.id, v.version, v.state, v.uploaded_by, v.uploaded_at, v.withdrawn_by, v.withdrawn_at,
              v.whole_hash, v.source_hash, v.mark, a.practice_id, a.id, a.version, a.name FROM protocol_version v
            LEFT JOIN account a ON a.practice_id = v.practice_id AND a.id = v.uploaded_by
            WHERE v.practice_id = $1 AND v.id = $2 AND v.version = $3";
    WHOLE = "SELECT practice_id, id, version, state, uploaded_by, uploaded_at, withdrawn_by, withdrawn_at, whole_hash,
               source_hash, mark, whole FROM protocol_version WHERE practice_id = $1 AND id = $2 AND version = $3";
    SOURCE = "SELECT practice_id, id, version, state, uploaded_by, uploaded_at, withdrawn_by, withdrawn_at, whole_hash,
               source_hash, mark, source FROM protocol_version WHERE practice_id = $1 AND id = $2 AND version = $3";
    // For the look at everything: what the hashes under the mark are of.
    pub(crate) TEXTS_OF = "SELECT practice_id, id, version, state, uploaded_by, uploaded_at, withdrawn_by, withdrawn_at,
               whole_hash, source_hash, mark, whole, source FROM protocol_version WHERE practice_id = $1";
    SET_STATE = "UPDATE protocol_version SET state = $1, withdrawn_by = $2, withdrawn_at = $3, mark = $4
                 WHERE practice_id = $5 AND id = $6 AND version = $7 AND state = $8";
}

/// The mark of a version: over who brought it, whether it is offered, and what it says.
pub(crate) const MARK: Field = Field {
    table: "protocol_version",
    column: "mark",
    bound: &[
        "practice_id",
        "id",
        "version",
        "state",
        "uploaded_by",
        "uploaded_at",
        "withdrawn_by",
        "withdrawn_at",
        "whole_hash",
        "source_hash",
    ],
    named_by: 3,
};

/// Whether new courses may choose a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// They may.
    Active,
    /// They may not any more; running courses keep it.
    Withdrawn,
    /// A shipped one, kept for the courses that began with it. The program offers its own.
    Kept,
}

impl State {
    /// The word the row keeps.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Withdrawn => "withdrawn",
            State::Kept => "kept",
        }
    }

    fn from_code(code: &str) -> Option<State> {
        [State::Active, State::Withdrawn, State::Kept].into_iter().find(|state| state.code() == code)
    }
}

/// A protocol in one version, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The protocol's id.
    pub id: String,
    /// Its version.
    pub version: String,
}

/// One version with what is known about it, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub key: Key,
    /// Whether new courses may choose it.
    pub state: State,
    /// When it came.
    pub uploaded_at: Timestamp,
    /// Who brought it, by name, while there is such an account.
    pub uploaded_by: Option<String>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// SHA-256 of the file as it came, in hex.
    pub source_hash: String,
}

/// A version to be kept.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Which.
    pub key: &'a Key,
    /// The protocol in one piece.
    pub whole: &'a str,
    /// The file as it came; of a shipped one nothing.
    pub source: &'a str,
    /// [`State::Active`], or [`State::Kept`] for a shipped one.
    pub state: State,
}

/// SHA-256 of a text, in hex, as [`Kept::source_hash`] has it.
#[must_use]
pub fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Keeps a version. Gives whether it was new; one of the same id and version stays as it is.
///
/// # Errors
/// [`StoreError`].
pub fn insert(tx: &mut Tx<'_>, grant: &Grant, new: New<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let (practice, by, state) = (grant.scope().practice(), crate::author(grant), new.state.code());
    let (whole, source) = (hash(new.whole), hash(new.source));
    let bound: [&dyn ToValue; 10] = [
        &practice,
        &new.key.id,
        &new.key.version,
        &state,
        &by,
        &now,
        &None::<String>,
        &None::<Timestamp>,
        &whole,
        &source,
    ];
    let mark = tx.vault().mark(&MARK, &bound)?;
    let texts: [&dyn ToValue; 3] = [&new.whole, &new.source, &mark];
    Ok(tx.exec(INSERT, &[&bound[..], &texts[..]].concat())? > 0)
}

/// The versions the practice brought itself, by id, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn list(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Kept>, StoreError> {
    let (vault, names) = (tx.share_vault(), tx.names(practice)?);
    tx.all(LIST, &[&practice], |row| kept(&vault, &names, row))
}

/// One version, without its text.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, practice: PracticeId, key: &Key) -> Result<Option<Kept>, StoreError> {
    let (vault, names) = (tx.share_vault(), tx.names(practice)?);
    tx.one(FIND, &[&practice, &key.id, &key.version], |row| kept(&vault, &names, row))
}

/// The protocol of one version, in one piece.
///
/// # Errors
/// [`StoreError::Broken`] when it is not as the program wrote it; another [`StoreError`].
pub fn whole(tx: &mut Tx<'_>, practice: PracticeId, key: &Key) -> Result<Option<String>, StoreError> {
    let vault = tx.share_vault();
    tx.one(WHOLE, &[&practice, &key.id, &key.version], |row| text(&vault, row, 8))
}

/// The file of one version as it came.
///
/// # Errors
/// [`StoreError::Broken`] when it is not as the program wrote it; another [`StoreError`].
pub fn source(tx: &mut Tx<'_>, practice: PracticeId, key: &Key) -> Result<Option<String>, StoreError> {
    let vault = tx.share_vault();
    tx.one(SOURCE, &[&practice, &key.id, &key.version], |row| text(&vault, row, 9))
}

/// Offers a version to new courses or does not offer it any more. Gives whether that changed anything.
///
/// # Errors
/// [`StoreError`].
pub fn offer(
    tx: &mut Tx<'_>,
    grant: &Grant,
    key: &Key,
    offered: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (practice, vault) = (grant.scope().practice(), tx.share_vault());
    let (from, to) =
        if offered { (State::Withdrawn, State::Active) } else { (State::Active, State::Withdrawn) };
    let (by, at) = if offered { (None, None) } else { (Some(crate::author(grant)), Some(now)) };
    let mark = tx.one(WHOLE, &[&practice, &key.id, &key.version], |row| {
        vault.verify(&MARK, row, 0)?;
        let (author, came, whole, source): (String, Timestamp, String, String) =
            (row.get(4)?, row.get(5)?, row.get(8)?, row.get(9)?);
        let state = to.code();
        vault.mark(
            &MARK,
            &[&practice, &key.id, &key.version, &state, &author, &came, &by, &at, &whole, &source],
        )
    })?;
    let Some(mark) = mark else { return Ok(false) };
    let values: [&dyn ToValue; 8] =
        [&to.code(), &by, &at, &mark, &practice, &key.id, &key.version, &from.code()];
    Ok(tx.exec(SET_STATE, &values)? > 0)
}

/// Whether a row of [`TEXTS_OF`] says what it said when it was kept.
pub(crate) fn sound(row: &Row<'_>) -> Result<(), StoreError> {
    for (hashed, text) in [(8, 11), (9, 12)] {
        if hash(&row.get::<String>(text)?) != row.get::<String>(hashed)? {
            return Err(MARK.broken(&MARK.place_in(row, 0)?));
        }
    }
    Ok(())
}

fn kept(vault: &Vault, names: &Names, row: &Row<'_>) -> Result<Kept, StoreError> {
    vault.verify(&MARK, row, 0)?;
    Ok(Kept {
        key: Key { id: row.get(1)?, version: row.get(2)? },
        state: State::from_code(&row.get::<String>(3)?).unwrap_or(State::Withdrawn),
        uploaded_at: row.get(5)?,
        uploaded_by: names.any(row, 11)?,
        withdrawn_at: row.get(7)?,
        source_hash: row.get(9)?,
    })
}

/// The text behind the mark, whose hash stands at `hashed`.
fn text(vault: &Vault, row: &Row<'_>, hashed: usize) -> Result<String, StoreError> {
    vault.verify(&MARK, row, 0)?;
    let text: String = row.get(11)?;
    if hash(&text) == row.get::<String>(hashed)? {
        Ok(text)
    } else {
        Err(MARK.broken(&MARK.place_in(row, 0)?))
    }
}
