//! What the nightly look found, until somebody said what was done about it and it is found no more.
//!
//! A row is sealed with the key of the installation, not the practice's: a damaged key of a practice is itself something
//! to be told of.

use crate::vault::{Field, Seal};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::finding::Kind;
use domain::ids::{FindingId, Identifier, PracticeId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

queries! {
    ALL = "SELECT practice_id, id, first_at, last_at, gone_at, answered_at, answered_by, body FROM finding
           WHERE practice_id = $1 ORDER BY first_at, id";
    WAITING = "SELECT 1 FROM finding WHERE practice_id = $1 AND answered_at IS NULL LIMIT 1";
    ONE = "SELECT practice_id, id, first_at, last_at, gone_at, answered_at, answered_by, body FROM finding
           WHERE practice_id = $1 AND id = $2";
    DROP = "DELETE FROM finding WHERE practice_id = $1 AND id = $2";
    INSERT = "INSERT INTO finding (practice_id, id, first_at, last_at, gone_at, answered_at, answered_by, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LOOK = "SELECT practice_id, at, found, mark FROM last_look WHERE practice_id = $1";
    DROP_LOOK = "DELETE FROM last_look WHERE practice_id = $1";
    INSERT_LOOK = "INSERT INTO last_look (practice_id, at, found, mark) VALUES ($1, $2, $3, $4)";
}

/// What was found, and what was done about it.
pub(crate) const BODY: Field = Field {
    table: "finding",
    column: "body",
    bound: &["practice_id", "id", "first_at", "last_at", "gone_at", "answered_at", "answered_by"],
    named_by: 2,
};

/// The mark of the last look.
pub(crate) const LOOKED: Field =
    Field { table: "last_look", column: "mark", bound: &["practice_id", "at", "found"], named_by: 1 };

/// Findings of one look that are kept one by one; more are counted.
pub const KEPT_MAX: usize = 200;

/// One thing that a look found: ids and names of tables, never content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Where.
    pub kind: Kind,
    /// What, in a line.
    pub line: String,
}

impl Found {
    /// Its name: the same for the same thing, whenever it is found.
    #[must_use]
    pub fn id(&self) -> FindingId {
        let hash = Sha256::new().chain_update(self.kind.code()).chain_update([0]).chain_update(&self.line);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        // Version 8, the one for names made in a way of one's own, and the variant every UUID has.
        bytes[6] = 0x80 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        FindingId::from_uuid(uuid::Uuid::from_bytes(bytes))
    }
}

/// What was done about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// When it was said.
    pub at: Timestamp,
    /// By which account, or by which rule.
    pub by: String,
    /// What was done.
    pub note: String,
}

/// A finding as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its name.
    pub id: FindingId,
    /// What was found.
    pub found: Found,
    /// When it was found first.
    pub first_at: Timestamp,
    /// When it was found last.
    pub last_at: Timestamp,
    /// Since when it is not found any more.
    pub gone_at: Option<Timestamp>,
    /// What was done about it.
    pub answer: Option<Answer>,
}

/// What is sealed of a finding.
#[derive(Serialize, Deserialize)]
struct Body {
    kind: String,
    line: String,
    note: String,
}

/// When a look last went through to its end, and how much it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastLook {
    /// When.
    pub at: Timestamp,
    /// Findings, those that were only counted included.
    pub found: u64,
}

/// What one look at a practice gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// What it found.
    pub found: BTreeSet<Found>,
    /// The kinds it went through to the end: what it did not find of them is not there any more.
    pub through: BTreeSet<Kind>,
    /// Whether no part of it failed for another reason than what it found.
    pub whole: bool,
}

/// Keeps what a look found: what was known is found again, what is not found any more is said to be gone. Gives whether
/// there was anything to keep or to say.
///
/// # Errors
/// [`StoreError`].
pub fn keep(tx: &mut Tx<'_>, practice: PracticeId, look: &Look, now: Timestamp) -> Result<bool, StoreError> {
    let (known, unreadable) = read(tx, practice)?;
    if look.through.contains(&Kind::Field) {
        // The look has named what cannot be read here; it would stay for good otherwise.
        for (id, _) in unreadable {
            tx.exec(DROP, &[&practice, &id])?;
        }
    }
    for found in look.found.iter().take(KEPT_MAX) {
        let id = found.id();
        let before = known.iter().find(|one| one.id == id);
        let first_at = before.map_or(now, |one| one.first_at);
        // What had gone and came back is a new matter.
        let answer = before.filter(|one| one.gone_at.is_none()).and_then(|one| one.answer.clone());
        let again = Finding { id, found: found.clone(), first_at, last_at: now, gone_at: None, answer };
        write(tx, practice, &again)?;
    }
    let mut told = !look.found.is_empty();
    for one in known.into_iter().filter(|one| one.gone_at.is_none()) {
        if look.through.contains(&one.found.kind) && !look.found.contains(&one.found) {
            write(tx, practice, &Finding { gone_at: Some(now), ..one })?;
            told = true;
        }
    }
    if look.whole {
        looked(tx, practice, look.found.len() as u64, now)?;
    }
    Ok(told)
}

/// Keeps one finding beside those there are.
///
/// # Errors
/// [`StoreError`].
pub fn add(tx: &mut Tx<'_>, practice: PracticeId, found: Found, now: Timestamp) -> Result<(), StoreError> {
    let look = Look { found: BTreeSet::from([found]), ..Look::default() };
    keep(tx, practice, &look, now).map(drop)
}

/// Whether a finding is there that the last look met.
///
/// # Errors
/// [`StoreError`].
pub fn is_known(tx: &mut Tx<'_>, practice: PracticeId, found: &Found) -> Result<bool, StoreError> {
    let (known, _) = read(tx, practice)?;
    Ok(known.iter().any(|one| one.found == *found && one.gone_at.is_none()))
}

/// Whether something waits for somebody to say what is done about it. Trusts no seal: a row whose answer was forged is
/// found by the next look.
///
/// # Errors
/// [`StoreError`].
pub fn any_waiting(tx: &mut Tx<'_>, practice: PracticeId) -> Result<bool, StoreError> {
    Ok(tx.one(WAITING, &[&practice], |row| row.get::<i64>(0))?.is_some())
}

/// What is still to be told, oldest first: not answered, or still found. A finding that cannot be read itself is told as
/// one.
///
/// # Errors
/// [`StoreError`].
pub fn standing(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Finding>, StoreError> {
    let (mut known, unreadable) = read(tx, grant.scope().practice())?;
    known.retain(|one| one.answer.is_none() || one.gone_at.is_none());
    known.extend(unreadable.into_iter().map(|(_, line)| {
        let found = Found { kind: Kind::Field, line };
        let at = Timestamp::UNIX_EPOCH;
        Finding { id: found.id(), found, first_at: at, last_at: at, gone_at: None, answer: None }
    }));
    Ok(known)
}

/// Writes down what was done about a finding; gives whether it is there and nobody had said so before.
///
/// # Errors
/// [`StoreError`].
pub fn answer(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: FindingId,
    note: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let practice = grant.scope().practice();
    let vault = tx.share_vault();
    let kept = tx.one(ONE, &[&practice, &id], |row| finding(vault.entrance(), row))?;
    let Some(open) = kept.filter(|one| one.answer.is_none()) else { return Ok(false) };
    let answer = Answer { at: now, by: crate::author(grant), note: note.to_owned() };
    write(tx, practice, &Finding { answer: Some(answer), ..open })?;
    Ok(true)
}

/// When a look last went through to its end; none when it never did, or when what says so is not as it was written.
///
/// # Errors
/// [`StoreError`].
pub fn last_look(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Option<LastLook>, StoreError> {
    let vault = tx.share_vault();
    let found = tx.one(LOOK, &[&practice], |row| {
        if vault.verify(&LOOKED, row, 0).is_err() {
            return Ok(None);
        }
        Ok(Some(LastLook { at: row.get(1)?, found: u64::try_from(row.get::<i64>(2)?).unwrap_or(0) }))
    })?;
    Ok(found.flatten())
}

fn looked(tx: &mut Tx<'_>, practice: PracticeId, found: u64, now: Timestamp) -> Result<(), StoreError> {
    let found = i64::try_from(found).unwrap_or(i64::MAX);
    let mark = tx.vault().mark(&LOOKED, &[&practice, &now, &found])?;
    tx.exec(DROP_LOOK, &[&practice])?;
    tx.exec(INSERT_LOOK, &[&practice, &now, &found, &mark])?;
    Ok(())
}

/// Rows that cannot be read: their name, and what says so.
type Unreadable = Vec<(String, String)>;

fn read(tx: &mut Tx<'_>, practice: PracticeId) -> Result<(Vec<Finding>, Unreadable), StoreError> {
    let vault = tx.share_vault();
    let (mut whole, mut unreadable) = (Vec::new(), Vec::new());
    tx.each(ALL, &[&practice], |row| {
        match finding(vault.entrance(), row) {
            Ok(one) => whole.push(one),
            Err(wrong) if wrong.is_of_a_value() => {
                unreadable.push((row.get(1)?, wrong.to_string()));
            }
            Err(wrong) => return Err(wrong),
        }
        Ok(true)
    })?;
    Ok((whole, unreadable))
}

fn finding(key: &Seal, row: &Row<'_>) -> Result<Finding, StoreError> {
    let body: Body = key.read(&BODY, row, 0)?;
    let kind = Kind::from_code(&body.kind).unwrap_or(Kind::Failed);
    let answered: (Option<Timestamp>, Option<String>) = (row.get(5)?, row.get(6)?);
    Ok(Finding {
        id: row.get(1)?,
        found: Found { kind, line: body.line },
        first_at: row.get(2)?,
        last_at: row.get(3)?,
        gone_at: row.get(4)?,
        answer: answered.0.zip(answered.1).map(|(at, by)| Answer { at, by, note: body.note }),
    })
}

/// Puts a finding in the place of what was there under its name.
fn write(tx: &mut Tx<'_>, practice: PracticeId, one: &Finding) -> Result<(), StoreError> {
    let answer = one.answer.as_ref();
    let (at, by) = (answer.map(|answer| answer.at), answer.map(|answer| answer.by.as_str()));
    let body = Body {
        kind: one.found.kind.code().to_owned(),
        line: one.found.line.clone(),
        note: answer.map_or_else(String::new, |answer| answer.note.clone()),
    };
    let bound: &[&dyn ToValue] = &[&practice, &one.id, &one.first_at, &one.last_at, &one.gone_at, &at, &by];
    let sealed = tx.vault().entrance().document(&BODY, bound, &body)?;
    tx.exec(DROP, &[&practice, &one.id])?;
    tx.exec(INSERT, &[bound, &[&sealed]].concat())?;
    Ok(())
}
