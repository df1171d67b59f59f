//! The audit trail: appended in the transaction of the act it tells of, never changed, chained line by line.
//!
//! Each connection that writes has a chain of its own in each practice (see [`Head`]); the first line of a chain names
//! the heads that stood when it began, so that the chains hold each other. What the chain proves: `docs/audit.md`.

use crate::{Head, Row, StoreError, Tx, document, queries, read_document};
use chain::Line;
use domain::access::Grant;
use domain::ids::{AccountId, AuditId, ClientId, Identifier, PracticeId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub mod chain;
pub mod checkpoint;
pub mod keeping;
#[cfg(test)]
mod mutations;
pub mod search;
pub mod verify;

queries! {
    HAS = "SELECT 1 FROM audit WHERE practice_id = $1 AND at = $2 AND id = $3";
    COUNT = "SELECT COUNT(*) FROM audit WHERE practice_id = $1";
    APPEND = "INSERT INTO audit (practice_id, chain, seq, at, id, actor, for_whom, action, class, client_id, object,
                  outcome, rule, origin, ties, hash)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    // One step a chain: a grouped query would read the whole trail.
    HEADS = "WITH RECURSIVE chains (chain) AS (
                  SELECT MIN(chain) FROM audit WHERE practice_id = $1
                  UNION ALL
                  SELECT (SELECT MIN(chain) FROM audit WHERE practice_id = $1 AND chain > c.chain)
                  FROM chains c WHERE c.chain IS NOT NULL)
              SELECT l.chain, l.seq, l.hash, f.ties FROM chains c
              JOIN audit l ON l.practice_id = $1 AND l.chain = c.chain AND l.seq =
                  (SELECT MAX(seq) FROM audit WHERE practice_id = $1 AND chain = c.chain)
              JOIN audit f ON f.practice_id = $1 AND f.chain = c.chain AND f.seq =
                  (SELECT MIN(seq) FROM audit WHERE practice_id = $1 AND chain = c.chain)";
    STAFF_EVENTS = "SELECT id, at, actor, for_whom, action, class, client_id, object, outcome, rule, origin FROM audit
              WHERE practice_id = $1 AND class = 'K10' AND at < $2 ORDER BY at DESC, id DESC LIMIT $3";
    STAFF_EVENTS_OF = "SELECT id, at, actor, for_whom, action, class, client_id, object, outcome, rule, origin FROM audit
              WHERE practice_id = $1 AND class = 'K10' AND at < $2 AND (actor = $3 OR object = $4)
              ORDER BY at DESC, id DESC LIMIT $5";
    OF_CLIENT = "SELECT id, at, actor, for_whom, action, class, client_id, object, outcome, rule, origin FROM audit
              WHERE practice_id = $1 AND client_id = $2 AND at < $3 ORDER BY at DESC, id DESC LIMIT $4";
}

/// One line of the trail: who, for whom, what, whose, when, from where, by which rule, with which outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Id of the line.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who: an account's id, `link …`, `operator`, `visitor`.
    pub actor: String,
    /// For whom the actor acts: `self`, `client …`, or `practice`.
    pub for_whom: String,
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

/// Appends a line to this connection's chain. Called by the corridor before any grant exists, since denials are
/// recorded too. Asks the database nothing, except for the first line of a chain.
///
/// # Errors
/// [`StoreError`]; then the whole act must not happen.
pub fn append(tx: &mut Tx<'_>, practice: PracticeId, entry: &Entry) -> Result<(), StoreError> {
    if tx.holds_traces() {
        return tx.hold(&document(&(practice, entry))?);
    }
    let name = practice.to_string();
    let (before, ties) = match tx.head(practice.uuid()) {
        Some(head) => (head, None),
        None => (begun(&name, entry), Some(chain::heads_text(&leaves(tx, practice)?))),
    };
    let mut line = line_of(entry, before, ties);
    let hash = line.hash_after(&tx.chain_key()?, &name, &before.hash);
    line.hash = hash.to_vec();
    insert(tx, &name, &line)?;
    tx.set_head(practice.uuid(), Head { seq: line.seq, hash, ..before })
}

/// A chain before its first line.
fn begun(practice: &str, first: &Entry) -> Head {
    Head { chain: chain::number_of(practice, &first.id.to_string()), seq: 0, hash: chain::NOTHING }
}

fn line_of(entry: &Entry, before: Head, ties: Option<String>) -> Line {
    Line {
        chain: before.chain,
        seq: before.seq + 1,
        at: entry.at.as_microsecond(),
        id: entry.id.to_string(),
        actor: entry.actor.clone(),
        for_whom: entry.for_whom.clone(),
        action: entry.action.clone(),
        class: entry.class.clone(),
        client: entry.client.map(|client| client.to_string()),
        object: entry.object.clone(),
        outcome: entry.outcome.clone(),
        rule: entry.rule.clone(),
        origin: entry.origin.clone(),
        ties,
        hash: Vec::new(),
    }
}

fn insert(tx: &mut Tx<'_>, practice: &str, line: &Line) -> Result<(), StoreError> {
    tx.send(
        APPEND,
        &[
            &practice,
            &line.chain,
            &line.seq,
            &line.at,
            &line.id,
            &line.actor,
            &line.for_whom,
            &line.action,
            &line.class,
            &line.client,
            &line.object,
            &line.outcome,
            &line.rule,
            &line.origin,
            &line.ties,
            &line.hash,
        ],
    )
}

/// The heads of a practice's chains that no later chain names.
fn leaves(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Head>, StoreError> {
    let mut ties: Vec<String> = Vec::new();
    let heads = tx.all(HEADS, &[&practice], |row| {
        ties.extend(row.get::<Option<String>>(3)?);
        Ok(Head { chain: row.get(0)?, seq: row.get(1)?, hash: row.get(2)? })
    })?;
    Ok(chain::leaves(&heads, &ties))
}

/// A line that was held while nothing could be written ([`Tx::hold`]), and whose it is.
///
/// # Errors
/// [`StoreError::Decode`] when it is none.
pub fn held(line: &str) -> Result<(PracticeId, Entry), StoreError> {
    read_document(line, "held")
}

/// Whether a line of this id is in the trail.
///
/// # Errors
/// [`StoreError`].
pub fn has(tx: &mut Tx<'_>, practice: PracticeId, entry: &Entry) -> Result<bool, StoreError> {
    Ok(tx.one(HAS, &[&practice, &entry.at, &entry.id], |_| Ok(()))?.is_some())
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
        for_whom: row.get(3)?,
        action: row.get(4)?,
        class: row.get(5)?,
        client: row.get(6)?,
        object: row.get(7)?,
        outcome: row.get(8)?,
        rule: row.get(9)?,
        origin: row.get(10)?,
    })
}
