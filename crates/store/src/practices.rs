//! Practices: the tenants.

use crate::{Row, StoreError, Tx, queries};
use domain::ids::PracticeId;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO practice (id, name, zone, purpose, created_at) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, name, zone, purpose, created_at FROM practice WHERE id = $1";
    ALL = "SELECT id, name, zone, purpose, created_at FROM practice ORDER BY created_at, id";
    HOLD = "UPDATE practice SET name = name WHERE id = $1";
    RENAME = "UPDATE practice SET name = $1, zone = $2 WHERE id = $3";
}

/// What a practice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Real care.
    Care,
    /// Made-up people, to try the program. Only here do sign-in links exist.
    Demonstration,
}

/// A practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Id.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// Its time zone (IANA name): what "today" means in its records.
    pub zone: String,
    /// What it is for.
    pub purpose: Purpose,
    /// When it was set up.
    pub created_at: Timestamp,
}

/// Sets up a practice, with its key.
///
/// # Errors
/// [`StoreError::OnePracticePerFile`] where a SQLite file holds one already; another [`StoreError`].
pub fn insert(tx: &mut Tx<'_>, practice: &Practice) -> Result<(), StoreError> {
    let purpose = match practice.purpose {
        Purpose::Care => "care",
        Purpose::Demonstration => "demonstration",
    };
    let values: [&dyn crate::ToValue; 5] =
        [&practice.id, &practice.name, &practice.zone, &purpose, &practice.created_at];
    match tx.exec(INSERT, &values) {
        Err(refused) if refused.conflicts_on("one_practice_per_file") => Err(StoreError::OnePracticePerFile),
        outcome => outcome.map(drop),
    }?;
    tx.new_practice_key(practice.id)?;
    Ok(())
}

/// A practice by id.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, id: PracticeId) -> Result<Option<Practice>, StoreError> {
    tx.one(FIND, &[&id], practice)
}

/// All practices of this database, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Practice>, StoreError> {
    tx.all(ALL, &[], practice)
}

/// Changes name and zone.
///
/// # Errors
/// [`StoreError`].
pub fn update(tx: &mut Tx<'_>, id: PracticeId, name: &str, zone: &str) -> Result<(), StoreError> {
    tx.exec(RENAME, &[&name, &zone, &id])?;
    Ok(())
}

/// Makes whoever else wants to hold this practice wait until this transaction ends.
///
/// # Errors
/// [`StoreError`].
pub fn hold(tx: &mut Tx<'_>, id: PracticeId) -> Result<(), StoreError> {
    tx.exec(HOLD, &[&id])?;
    Ok(())
}

fn practice(row: &Row<'_>) -> Result<Practice, StoreError> {
    Ok(Practice {
        id: row.get(0)?,
        name: row.get(1)?,
        zone: row.get(2)?,
        purpose: match row.get::<String>(3)?.as_str() {
            "demonstration" => Purpose::Demonstration,
            _ => Purpose::Care,
        },
        created_at: row.get(4)?,
    })
}
