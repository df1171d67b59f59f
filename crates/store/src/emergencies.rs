//! Records opened in an emergency: who, whose, why, and what the review found.

use crate::account_names::Names;
use crate::vault::{Class, Field, Seal, Vault};
use crate::{Row, StoreError, Tx, queries};
use domain::access::Grant;
use domain::emergency::{Finding, Reason};
use domain::ids::{AccountId, ClientId, EmergencyId, PracticeId};
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO emergency_access (practice_id, id, account_id, client_id, reason, started_at, words)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ALL = "SELECT e.practice_id, e.id, e.account_id, e.client_id, e.reason, e.started_at, e.words,
                  a.practice_id, a.id, a.version, a.name, e.reviewed_at,
                  r.practice_id, r.id, r.version, r.name, e.finding,
                  (SELECT COUNT(*) FROM audit t WHERE t.practice_id = e.practice_id AND t.client_id = e.client_id
                     AND t.actor = e.account_id AND t.rule = 'break_glass' AND t.at >= e.started_at),
                  e.practice_id, e.id, e.reviewed_at, e.reviewed_by, e.finding, e.mark
           FROM emergency_access e
           JOIN account a ON a.practice_id = e.practice_id AND a.id = e.account_id
           LEFT JOIN account r ON r.practice_id = e.practice_id AND r.id = e.reviewed_by
           WHERE e.practice_id = $1 ORDER BY e.started_at DESC, e.id DESC LIMIT 200";
    // Reviewed ones come along, so that the marks of their reviews are looked at.
    OF_ACCOUNT = "SELECT practice_id, id, reviewed_at, reviewed_by, finding, mark, started_at FROM emergency_access
                  WHERE practice_id = $1 AND account_id = $2 ORDER BY started_at";
    REVIEW = "UPDATE emergency_access SET reviewed_at = $1, reviewed_by = $2, finding = $3, mark = $6
              WHERE practice_id = $4 AND id = $5 AND reviewed_at IS NULL AND account_id <> $2";
}

/// Why a record was opened.
pub(crate) const WORDS: Field = Field {
    table: "emergency_access",
    column: "words",
    bound: &["practice_id", "id", "account_id", "client_id", "reason", "started_at"],
    named_by: 2,
};

/// The mark of a review: whether there was one decides whether its person may open the next record.
pub(crate) const REVIEWED: Field = Field {
    table: "emergency_access",
    column: "mark",
    bound: &["practice_id", "id", "reviewed_at", "reviewed_by", "finding"],
    named_by: 2,
};

/// One record opened in an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// Id.
    pub id: EmergencyId,
    /// Who opened it.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Whose record.
    pub client: ClientId,
    /// Why, in a word.
    pub reason: Reason,
    /// Why, in their own words.
    pub words: String,
    /// When.
    pub started_at: Timestamp,
    /// When it was reviewed, by whom, and what was found.
    pub review: Option<Review>,
    /// How many times the record was opened under it.
    pub looks: i64,
}

/// What a review found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// When.
    pub at: Timestamp,
    /// By whom, by name.
    pub by: Option<String>,
    /// What was found.
    pub finding: Finding,
}

/// Keeps that the granted account opened the granted client's record.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: EmergencyId,
    (reason, words): (Reason, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let (practice, account, client) = (grant.scope().practice(), grant.account(), grant.client());
    let key: Seal = tx.chart_key(grant)?;
    let bound: &[&dyn crate::ToValue] = &[&practice, &id, &account, &client, &reason.code(), &now];
    let words = key.bytes(&WORDS, bound, words.as_bytes())?;
    tx.exec(INSERT, &[&practice, &id, &account, &client, &reason.code(), &now, &words])?;
    Ok(())
}

/// The newest emergencies of the practice, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Emergency>, StoreError> {
    let practice = grant.scope().practice();
    let whose = tx.all(ALL, &[&practice], |row| row.get::<ClientId>(3))?;
    let mut keys: Vec<(ClientId, Option<Seal>)> = Vec::new();
    for client in whose {
        if !keys.iter().any(|(known, _)| *known == client) {
            let key = match tx.client_key(practice, client, Class::Chart) {
                Ok(key) => Some(key),
                // The record was erased; who opened it and what was found stays.
                Err(StoreError::NoKey { .. }) => None,
                Err(other) => return Err(other),
            };
            keys.push((client, key));
        }
    }
    let (vault, names) = (tx.share_vault(), tx.names(practice)?);
    tx.all(ALL, &[&practice], |row| {
        is_reviewed(&vault, row, 18)?;
        emergency(row, &keys, &names)
    })
}

/// When the oldest emergency of an account that waits for its review began.
///
/// # Errors
/// [`StoreError`].
pub fn oldest_open(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    account: AccountId,
) -> Result<Option<Timestamp>, StoreError> {
    let vault = tx.share_vault();
    let began = tx.all(OF_ACCOUNT, &[&practice, &account], |row| {
        let open = !is_reviewed(&vault, row, 0)?;
        Ok(open.then_some(row.get::<Timestamp>(6)?))
    })?;
    Ok(began.into_iter().flatten().next())
}

/// Whether an emergency was reviewed; the review stands from `at` on, then its mark.
fn is_reviewed(vault: &Vault, row: &Row<'_>, at: usize) -> Result<bool, StoreError> {
    if row.get::<Option<Timestamp>>(at + 2)?.is_none() {
        return Ok(false);
    }
    vault.verify(&REVIEWED, row, at)?;
    Ok(true)
}

/// Writes down what a review found; gives whether it was open and somebody else's.
///
/// # Errors
/// [`StoreError`].
pub fn review(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: EmergencyId,
    finding: Finding,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (practice, by) = (grant.scope().practice(), grant.account());
    let mark = tx.vault().mark(&REVIEWED, &[&practice, &id, &Some(now), &by, &finding.code()])?;
    let values: &[&dyn crate::ToValue] = &[&now, &by, &finding.code(), &practice, &id, &mark];
    Ok(tx.exec(REVIEW, values)? > 0)
}

fn emergency(
    row: &Row<'_>,
    keys: &[(ClientId, Option<Seal>)],
    names: &Names,
) -> Result<Emergency, StoreError> {
    let client: ClientId = row.get(3)?;
    let key = keys.iter().find(|(known, _)| *known == client).and_then(|(_, key)| key.as_ref());
    let words = match key {
        Some(key) => key.text(&WORDS, row, 0)?,
        None => String::new(),
    };
    let (at, by): (Option<Timestamp>, Option<String>) = (row.get(11)?, names.any(row, 12)?);
    let finding = row.get::<Option<String>>(16)?.and_then(|code| Finding::from_code(&code));
    Ok(Emergency {
        id: row.get(1)?,
        account: row.get(2)?,
        client,
        reason: Reason::from_code(&row.get::<String>(4)?).unwrap_or(Reason::Inquiry),
        started_at: row.get(5)?,
        words,
        name: names.of(row, 7)?,
        review: at.zip(finding).map(|(at, finding)| Review { at, by, finding }),
        looks: row.get(17)?,
    })
}
