//! The audit trail: appended in the transaction of the act it tells of, never changed.

use crate::{Row, StoreError, Tx, queries};
use domain::access::Grant;
use domain::ids::{AccountId, AuditId, ClientId, PracticeId};
use jiff::Timestamp;

queries! {
    COUNT = "SELECT COUNT(*) FROM audit WHERE practice_id = $1";
    APPEND = "INSERT INTO audit (practice_id, at, id, actor, action, class, client_id, object, outcome, rule, origin)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    STAFF_EVENTS = "SELECT id, at, actor, action, class, client_id, object, outcome, rule, origin FROM audit
              WHERE practice_id = $1 AND class = 'K10' AND at < $2 ORDER BY at DESC, id DESC LIMIT $3";
    STAFF_EVENTS_OF = "SELECT id, at, actor, action, class, client_id, object, outcome, rule, origin FROM audit
              WHERE practice_id = $1 AND class = 'K10' AND at < $2 AND (actor = $3 OR object = $4)
              ORDER BY at DESC, id DESC LIMIT $5";
    OF_CLIENT = "SELECT id, at, actor, action, class, client_id, object, outcome, rule, origin FROM audit
              WHERE practice_id = $1 AND client_id = $2 AND at < $3 ORDER BY at DESC, id DESC LIMIT $4";
}

/// One line of the trail: who, what, whose, when, from where, by which rule, with which outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Id of the line.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who: an account's id, `link …`, `operator`, `visitor`.
    pub actor: String,
    /// What was asked.
    pub action: String,
    /// Class of records.
    pub class: String,
    /// Whose record.
    pub client: Option<ClientId>,
    /// The thing touched: a noun and an id or number.
    pub object: String,
    /// `done`, `refused` or `denied`.
    pub outcome: String,
    /// The rule that allowed it or the reason of the denial.
    pub rule: String,
    /// Network address, or `command line`.
    pub origin: String,
}

/// Appends a line. Called by the corridor before any grant exists, since denials are recorded too.
///
/// # Errors
/// [`StoreError`]; then the whole act must not happen.
pub fn append(tx: &mut Tx<'_>, practice: PracticeId, entry: &Entry) -> Result<(), StoreError> {
    tx.exec(
        APPEND,
        &[
            &practice,
            &entry.at,
            &entry.id,
            &entry.actor,
            &entry.action,
            &entry.class,
            &entry.client,
            &entry.object,
            &entry.outcome,
            &entry.rule,
            &entry.origin,
        ],
    )?;
    Ok(())
}

/// How many lines a practice's trail has.
///
/// # Errors
/// [`StoreError`].
pub fn count(tx: &mut Tx<'_>, practice: PracticeId) -> Result<u64, StoreError> {
    Ok(tx.one(COUNT, &[&practice], |row| row.get(0))?.unwrap_or(0))
}

/// Staff events (accounts, roles, settings, sign-ins) before an instant, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn staff_events(
    tx: &mut Tx<'_>,
    grant: &Grant,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    tx.all(STAFF_EVENTS, &[&grant.scope().practice(), &before, &limit], entry)
}

/// The same, only those that an account caused or that are about it.
///
/// # Errors
/// [`StoreError`].
pub fn staff_events_of(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: AccountId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let (actor, object) = (account.to_string(), format!("account {account}"));
    tx.all(STAFF_EVENTS_OF, &[&grant.scope().practice(), &before, &actor, &object, &limit], entry)
}

/// Lines about the granted client before an instant, newest first.
///
/// # Errors
/// [`StoreError`].
pub fn of_client(
    tx: &mut Tx<'_>,
    grant: &Grant,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    tx.all(OF_CLIENT, &[&grant.scope().practice(), &grant.client(), &before, &limit], entry)
}

fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        class: row.get(4)?,
        client: row.get(5)?,
        object: row.get(6)?,
        outcome: row.get(7)?,
        rule: row.get(8)?,
        origin: row.get(9)?,
    })
}
