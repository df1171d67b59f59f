//! Who stands in which relation to which client, and since when.

use crate::{StoreError, Tx, queries};
use domain::access::{Grant, Relation, RelationWindow};
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::Timestamp;

queries! {
    CLIENT_EXISTS = "SELECT id FROM client WHERE practice_id = $1 AND id = $2";
    OF = "SELECT kind, starts_at, ends_at FROM relation WHERE practice_id = $1 AND account_id = $2 AND client_id = $3";
    INSERT = "INSERT INTO relation (practice_id, account_id, client_id, kind, starts_at, granted_by)
              VALUES ($1, $2, $3, $4, $5, $6)";
    END = "UPDATE relation SET ends_at = $1
           WHERE practice_id = $2 AND account_id = $3 AND client_id = $4 AND kind = $5 AND ends_at IS NULL";
    TREATING = "SELECT t.client_id, a.name FROM relation s
               JOIN relation t ON t.practice_id = s.practice_id AND t.client_id = s.client_id AND t.kind = 'treats'
                 AND t.starts_at <= $3 AND (t.ends_at IS NULL OR t.ends_at > $3)
               JOIN account a ON a.practice_id = t.practice_id AND a.id = t.account_id
               WHERE s.practice_id = $1 AND s.account_id = $2 AND s.kind = 'supervises' AND s.starts_at <= $3
                 AND (s.ends_at IS NULL OR s.ends_at > $3)";
    HOLDERS = "SELECT r.kind, r.account_id, a.name FROM relation r
               JOIN account a ON a.practice_id = r.practice_id AND a.id = r.account_id
               WHERE r.practice_id = $1 AND r.client_id = $2 AND r.starts_at <= $3
                 AND (r.ends_at IS NULL OR r.ends_at > $3)
               ORDER BY r.kind, a.name";
}

/// The client's id again if such a client exists in the practice. Part of the decision, so it comes before a grant.
///
/// # Errors
/// [`StoreError`].
pub fn client_exists(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    client: ClientId,
) -> Result<Option<ClientId>, StoreError> {
    tx.one(CLIENT_EXISTS, &[&practice, &client], |row| row.get(0))
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
    let rows = tx.all(OF, &[&practice, &account, &client], |row| {
        Ok((row.get::<String>(0)?, row.get(1)?, row.get(2)?))
    })?;
    // A word this version does not know gives no right.
    let known = rows.into_iter().filter_map(|(kind, starts_at, ends_at)| {
        Some(RelationWindow { relation: Relation::from_code(&kind)?, starts_at, ends_at })
    });
    Ok(known.collect())
}

/// Starts a relation.
///
/// # Errors
/// [`StoreError`].
pub fn start(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (account, relation, client): (AccountId, Relation, ClientId),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(
        INSERT,
        &[&grant.scope().practice(), &account, &client, &relation.code(), &now, &grant.account()],
    )?;
    Ok(())
}

/// Ends a relation that is open; gives whether there was one.
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
}

/// Everybody who stands in a relation to the granted client now.
///
/// # Errors
/// [`StoreError`].
pub fn holders(tx: &mut Tx<'_>, grant: &Grant, now: Timestamp) -> Result<Vec<Holder>, StoreError> {
    let rows = tx.all(HOLDERS, &[&grant.scope().practice(), &grant.client(), &now], |row| {
        Ok((row.get::<String>(0)?, row.get(1)?, row.get(2)?))
    })?;
    let known = rows.into_iter().filter_map(|(kind, account, name)| {
        Some(Holder { relation: Relation::from_code(&kind)?, account, name })
    });
    Ok(known.collect())
}
