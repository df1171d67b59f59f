//! Practices: the tenants.

use crate::vault::{Field, Vault};
use crate::{Row, StoreError, Tx, queries};
use domain::ids::PracticeId;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO practice (id, name, zone, purpose, created_at, mark) VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT id, name, zone, purpose, created_at, mark FROM practice WHERE id = $1";
    ALL = "SELECT id, name, zone, purpose, created_at, mark FROM practice ORDER BY created_at, id";
    IDS = "SELECT id FROM practice ORDER BY created_at, id";
    HOLD = "UPDATE practice SET name = name WHERE id = $1";
    RENAME = "UPDATE practice SET name = $1, zone = $2, mark = $3 WHERE id = $4";
}

/// The mark of a practice: over all of it.
pub(crate) const MARK: Field = Field {
    table: "practice",
    column: "mark",
    bound: &["id", "name", "zone", "purpose", "created_at"],
    named_by: 1,
};

/// What a practice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Real care.
    Care,
    /// Made-up people, to try the program. Only here do sign-in links exist.
    Demonstration,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Purpose::Care => "care",
            Purpose::Demonstration => "demonstration",
        }
    }
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
    let mark = mark(tx, practice)?;
    let purpose = practice.purpose.code();
    let values: [&dyn crate::ToValue; 6] =
        [&practice.id, &practice.name, &practice.zone, &purpose, &practice.created_at, &mark];
    match tx.exec(INSERT, &values) {
        Err(refused) if refused.conflicts_on("one_practice_per_file") => Err(StoreError::OnePracticePerFile),
        outcome => outcome.map(drop),
    }?;
    tx.new_practice_key(practice.id)?;
    Ok(())
}

fn mark(tx: &Tx<'_>, practice: &Practice) -> Result<Vec<u8>, StoreError> {
    let Practice { id, name, zone, purpose, created_at } = practice;
    tx.vault().mark(&MARK, &[id, name, zone, &purpose.code(), created_at])
}

/// A practice by id.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, id: PracticeId) -> Result<Option<Practice>, StoreError> {
    let vault = tx.share_vault();
    tx.one(FIND, &[&id], |row| practice(&vault, row))
}

/// All practices of this database, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Practice>, StoreError> {
    let vault = tx.share_vault();
    tx.all(ALL, &[], |row| practice(&vault, row))
}

/// The ids of all practices of this database, oldest first, whatever became of the rest of their rows.
///
/// # Errors
/// [`StoreError`].
pub fn ids(tx: &mut Tx<'_>) -> Result<Vec<PracticeId>, StoreError> {
    tx.all(IDS, &[], |row| row.get(0))
}

/// Changes name and zone.
///
/// # Errors
/// [`StoreError`].
pub fn update(tx: &mut Tx<'_>, id: PracticeId, name: &str, zone: &str) -> Result<(), StoreError> {
    let Some(before) = find(tx, id)? else { return Ok(()) };
    let mark = mark(tx, &Practice { name: name.to_owned(), zone: zone.to_owned(), ..before })?;
    tx.exec(RENAME, &[&name, &zone, &mark, &id])?;
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

fn practice(vault: &Vault, row: &Row<'_>) -> Result<Practice, StoreError> {
    vault.verify(&MARK, row, 0)?;
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
