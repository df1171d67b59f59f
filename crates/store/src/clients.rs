//! Clients: the register.

use crate::vault::Class;
use crate::{Row, StoreError, Tx, queries, record_versions};
use domain::access::Grant;
use domain::client::Particulars;
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO client (practice_id, id, version, name, body, created_at, created_by)
              VALUES ($1, $2, 1, $3, $4, $5, $6)";
    FIND = "SELECT id, version, body, account_id, created_at FROM client WHERE practice_id = $1 AND id = $2";
    ALL = "SELECT id, version, body, account_id, created_at FROM client WHERE practice_id = $1 ORDER BY id";
    UPDATE = "UPDATE client SET version = version + 1, name = $1, body = $2
              WHERE practice_id = $3 AND id = $4 AND version = $5";
    SET_ACCOUNT = "UPDATE client SET account_id = $1 WHERE practice_id = $2 AND id = $3";
}

/// A client as the register holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Id.
    pub id: ClientId,
    /// Version of the particulars, from 1.
    pub version: i64,
    /// Who they are and how to reach them.
    pub particulars: Particulars,
    /// Their account, if they can sign in.
    pub account: Option<AccountId>,
    /// When they were registered.
    pub created_at: Timestamp,
}

/// Registers a client.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: ClientId,
    particulars: &Particulars,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = crate::document(particulars)?;
    let key = tx.new_client_key((grant.scope().practice(), id, Class::Chart), now)?;
    tx.exec(INSERT, &[&grant.scope().practice(), &id, &particulars.name, &body, &now, &grant.account()])?;
    tx.keep_client_key(key)?;
    record_versions::keep(tx, grant, record_versions::of("client", id, 1), &body, now)
}

/// The granted client.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, grant: &Grant) -> Result<Option<Client>, StoreError> {
    tx.one(FIND, &[&grant.scope().practice(), &grant.client()], client)
}

/// The names of clients of the granted practice, for who may read whose record was opened.
///
/// # Errors
/// [`StoreError`].
pub fn names(
    tx: &mut Tx<'_>,
    grant: &Grant,
    ids: &[ClientId],
) -> Result<Vec<(ClientId, String)>, StoreError> {
    let mut names = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(found) = tx.one(FIND, &[&grant.scope().practice(), id], client)? {
            names.push((*id, found.particulars.name));
        }
    }
    Ok(names)
}

/// Every client of a practice, in the order they were registered. For the register, which a role opens as a whole.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Client>, StoreError> {
    every(tx, grant.scope().practice())
}

/// The one client with exactly this name; none when several have it. Part of the decision about an emergency, so it
/// comes before a grant. Names are compared after opening them: nothing in the database can be searched by name.
///
/// # Errors
/// [`StoreError`].
pub fn exactly(tx: &mut Tx<'_>, practice: PracticeId, name: &str) -> Result<Option<ClientId>, StoreError> {
    let mut found = every(tx, practice)?.into_iter().filter(|client| client.particulars.name == name);
    let first = found.next().map(|client| client.id);
    Ok(first.filter(|_| found.next().is_none()))
}

fn every(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Client>, StoreError> {
    tx.all(ALL, &[&practice], client)
}

/// Changes the particulars of the granted client if they are still at `version`; gives whether they were.
///
/// # Errors
/// [`StoreError`].
pub fn update(
    tx: &mut Tx<'_>,
    grant: &Grant,
    version: i64,
    particulars: &Particulars,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(id) = grant.client() else { return Ok(false) };
    let body = crate::document(particulars)?;
    let changed = tx.exec(UPDATE, &[&particulars.name, &body, &grant.scope().practice(), &id, &version])? > 0;
    if changed {
        record_versions::keep(tx, grant, record_versions::of("client", id, version + 1), &body, now)?;
    }
    Ok(changed)
}

/// Ties an account to the granted client.
///
/// # Errors
/// [`StoreError`].
pub fn set_account(tx: &mut Tx<'_>, grant: &Grant, account: AccountId) -> Result<(), StoreError> {
    tx.exec(SET_ACCOUNT, &[&account, &grant.scope().practice(), &grant.client()])?;
    Ok(())
}

/// Ties an account to a client where no grant about that client exists: accepting an invitation, a demonstration.
///
/// # Errors
/// [`StoreError`].
pub fn link_account(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    client: ClientId,
    account: AccountId,
) -> Result<(), StoreError> {
    tx.exec(SET_ACCOUNT, &[&account, &practice, &client])?;
    Ok(())
}

fn client(row: &Row<'_>) -> Result<Client, StoreError> {
    Ok(Client {
        id: row.get(0)?,
        version: row.get(1)?,
        particulars: crate::read_document(&row.get::<String>(2)?, "client.body")?,
        account: row.get(3)?,
        created_at: row.get(4)?,
    })
}
