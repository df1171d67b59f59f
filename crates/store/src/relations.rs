//! Who stands in which relation to which client, and since when.

use crate::vault::{Class, wrapped};
use crate::{Row, StoreError, Tx, queries};
use domain::access::{Grant, Items, Relation, RelationWindow};
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::Timestamp;

queries! {
    CLIENT_EXISTS = "SELECT c.id, k.created_at, k.wrapped FROM client c
               LEFT JOIN client_key k ON k.practice_id = c.practice_id AND k.client_id = c.id AND k.class = 'K3'
               WHERE c.practice_id = $1 AND c.id = $2";
    OF = "SELECT kind, starts_at, ends_at, items FROM relation
          WHERE practice_id = $1 AND account_id = $2 AND client_id = $3";
    INSERT = "INSERT INTO relation (practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source, items)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    END = "UPDATE relation SET ends_at = $1
           WHERE practice_id = $2 AND account_id = $3 AND client_id = $4 AND kind = $5
             AND (ends_at IS NULL OR ends_at > $1)";
    TREATING = "SELECT t.client_id, a.name FROM relation s
               JOIN relation t ON t.practice_id = s.practice_id AND t.client_id = s.client_id AND t.kind = 'treats'
                 AND t.starts_at <= $3 AND (t.ends_at IS NULL OR t.ends_at > $3)
               JOIN account a ON a.practice_id = t.practice_id AND a.id = t.account_id
               WHERE s.practice_id = $1 AND s.account_id = $2 AND s.kind = 'supervises' AND s.starts_at <= $3
                 AND (s.ends_at IS NULL OR s.ends_at > $3)";
    HOLDERS = "SELECT r.kind, r.account_id, a.name, r.starts_at, r.ends_at, r.source, r.items FROM relation r
               JOIN account a ON a.practice_id = r.practice_id AND a.id = r.account_id
               WHERE r.practice_id = $1 AND r.client_id = $2 AND r.starts_at <= $3
                 AND (r.ends_at IS NULL OR r.ends_at > $3)
               ORDER BY r.kind, a.name";
}

/// The client's id again if such a client exists in the practice. Part of the decision, so it comes before a grant.
/// The client's wrapped key comes along; it stays closed until somebody granted uses it.
///
/// # Errors
/// [`StoreError`].
pub fn client_exists(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    client: ClientId,
) -> Result<Option<ClientId>, StoreError> {
    let found = tx.one(CLIENT_EXISTS, &[&practice, &client], |row| Ok((row.get(0)?, wrapped(row, 1)?)))?;
    Ok(found.map(|(client, key)| {
        tx.hold_client_key((practice, client, Class::Chart), key);
        client
    }))
}

/// The relations of an account to a client, past and future ones included. Part of the decision.
///
/// # Errors
/// [`StoreError`].
pub fn of(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    account: AccountId,
    client: ClientId,
) -> Result<Vec<RelationWindow>, StoreError> {
    let rows = tx.all(OF, &[&practice, &account, &client], window)?;
    // A word this version does not know gives no right.
    Ok(rows.into_iter().flatten().collect())
}

fn window(row: &Row<'_>) -> Result<Option<RelationWindow>, StoreError> {
    let (kind, starts_at, ends_at, items): (String, _, _, String) =
        (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
    let relation = Relation::from_code(&kind);
    Ok(relation.map(|relation| RelationWindow {
        relation,
        starts_at,
        ends_at,
        items: Items::from_codes(&items),
    }))
}

/// A relation that begins.
#[derive(Debug, Clone, Copy)]
pub struct NewRelation {
    /// Whose.
    pub account: AccountId,
    /// What.
    pub relation: Relation,
    /// To which client.
    pub client: ClientId,
    /// From when to when; none means until it is ended.
    pub window: (Timestamp, Option<Timestamp>),
    /// Where it comes from, in a word: `registered`, `asked`, `parent` …
    pub source: &'static str,
    /// What a guardian may be given.
    pub items: Items,
}

impl NewRelation {
    /// A relation that begins now, without an end.
    #[must_use]
    pub fn now(
        (account, relation, client): (AccountId, Relation, ClientId),
        source: &'static str,
        now: Timestamp,
    ) -> NewRelation {
        NewRelation { account, relation, client, window: (now, None), source, items: Items::NONE }
    }
}

/// Starts a relation.
///
/// # Errors
/// [`StoreError`].
pub fn start(tx: &mut Tx<'_>, grant: &Grant, new: &NewRelation) -> Result<(), StoreError> {
    let (starts_at, ends_at) = new.window;
    tx.exec(
        INSERT,
        &[
            &grant.scope().practice(),
            &new.account,
            &new.client,
            &new.relation.code(),
            &starts_at,
            &ends_at,
            &grant.account(),
            &new.source,
            &new.items.codes(),
        ],
    )?;
    Ok(())
}

/// Ends a relation that has not ended; gives whether there was one.
///
/// # Errors
/// [`StoreError`].
pub fn end(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (account, relation, client): (AccountId, Relation, ClientId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = tx.exec(END, &[&now, &grant.scope().practice(), &account, &client, &relation.code()])?;
    Ok(ended > 0)
}

/// Who treats each of the clients whose therapy an account supervises now.
///
/// # Errors
/// [`StoreError`].
pub fn treating(
    tx: &mut Tx<'_>,
    grant: &Grant,
    supervisor: AccountId,
    now: Timestamp,
) -> Result<Vec<(ClientId, String)>, StoreError> {
    tx.all(TREATING, &[&grant.scope().practice(), &supervisor, &now], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Somebody who stands in a relation to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The relation.
    pub relation: Relation,
    /// Whose.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub starts_at: Timestamp,
    /// Until when, where an end is set.
    pub ends_at: Option<Timestamp>,
    /// Where it comes from, in a word.
    pub source: String,
    /// What a guardian may be given.
    pub items: Items,
}

/// Everybody who stands in a relation to the granted client now.
///
/// # Errors
/// [`StoreError`].
pub fn holders(tx: &mut Tx<'_>, grant: &Grant, now: Timestamp) -> Result<Vec<Holder>, StoreError> {
    let rows = tx.all(HOLDERS, &[&grant.scope().practice(), &grant.client(), &now], holder)?;
    Ok(rows.into_iter().flatten().collect())
}

fn holder(row: &Row<'_>) -> Result<Option<Holder>, StoreError> {
    let Some(relation) = Relation::from_code(&row.get::<String>(0)?) else { return Ok(None) };
    Ok(Some(Holder {
        relation,
        account: row.get(1)?,
        name: row.get(2)?,
        starts_at: row.get(3)?,
        ends_at: row.get(4)?,
        source: row.get(5)?,
        items: Items::from_codes(&row.get::<String>(6)?),
    }))
}
