//! Clients: the register.

use crate::vault::{Class, Field, Seal, wrapped};
use crate::{StoreError, ToValue, Tx, queries, record_versions};
use domain::access::Grant;
use domain::client::Particulars;
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO client (practice_id, id, version, name, body, created_at, created_by)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "SELECT practice_id, id, version, account_id, created_at, created_by, body FROM client
            WHERE practice_id = $1 AND id = $2";
    ALL = "SELECT k.created_at, k.wrapped, c.practice_id, c.id, c.version, c.account_id, c.created_at, c.created_by, c.body
           FROM client c
           JOIN client_key k ON k.practice_id = c.practice_id AND k.client_id = c.id AND k.class = 'K3'
           WHERE c.practice_id = $1 ORDER BY c.id";
    UPDATE = "UPDATE client SET version = version + 1, name = $1, body = $2
              WHERE practice_id = $3 AND id = $4 AND version = $5";
    SET_ACCOUNT = "UPDATE client SET account_id = $1, body = $2 WHERE practice_id = $3 AND id = $4 AND version = $5";
}

/// The sealed name.
pub(crate) const NAME: Field =
    Field { table: "client", column: "name", bound: &["practice_id", "id", "version"], named_by: 2 };
/// The sealed particulars.
pub(crate) const BODY: Field = Field {
    table: "client",
    column: "body",
    bound: &["practice_id", "id", "version", "account_id", "created_at", "created_by"],
    named_by: 2,
};

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
    let (practice, by) = (grant.scope().practice(), grant.account().map(|by| by.to_string()));
    let plain = Plain { practice, id, version: 1, account: None, created_at: now, created_by: by };
    let (name, sealed) = plain.seal(&key.seal, &particulars.name, body.as_bytes())?;
    tx.exec(INSERT, &[&practice, &id, &1_i64, &name, &sealed, &now, &plain.created_by])?;
    tx.keep_client_key(key)?;
    record_versions::keep(tx, grant, record_versions::of("client", id, 1).about(id), &body, now)
}

/// The granted client.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, grant: &Grant) -> Result<Option<Client>, StoreError> {
    let Some(id) = grant.client() else { return Ok(None) };
    Ok(opened(tx, grant.scope().practice(), id)?.map(|opened| opened.client))
}

/// The names of clients of the granted practice whose records were not erased, for who may read whose record was opened.
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
        match opened(tx, grant.scope().practice(), *id) {
            Ok(Some(opened)) => names.push((*id, opened.client.particulars.name)),
            // Erased: nobody can read the name any more.
            Ok(None) | Err(StoreError::NoKey { .. }) => {}
            Err(wrong) => return Err(wrong),
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
    let keys = tx.practice_key(practice)?;
    let vault = tx.share_vault();
    tx.all(ALL, &[&practice], |row| {
        let id: ClientId = row.get(3)?;
        let wrapped = wrapped(row, 0)?.ok_or_else(|| StoreError::NoKey { whose: id.to_string() })?;
        let key = vault.unwrap(&keys, (practice, id, Class::Chart), &wrapped)?;
        let particulars = key.read(&BODY, row, 2)?;
        Ok(Client { id, version: row.get(4)?, particulars, account: row.get(5)?, created_at: row.get(6)? })
    })
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
    let practice = grant.scope().practice();
    let Some(before) = opened(tx, practice, id)? else { return Ok(false) };
    let plain = Plain { version: version + 1, ..before.plain };
    let (name, sealed) = plain.seal(&before.key, &particulars.name, body.as_bytes())?;
    let changed = tx.exec(UPDATE, &[&name, &sealed, &practice, &id, &version])? > 0;
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
    match grant.client() {
        Some(client) => link_account(tx, grant.scope().practice(), client, account),
        None => Ok(()),
    }
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
    let Some(before) = opened(tx, practice, client)? else { return Ok(()) };
    let plain = Plain { account: Some(account), ..before.plain };
    let name = &before.client.particulars.name;
    let (_, sealed) = plain.seal(&before.key, name, &before.body)?;
    match tx.exec(SET_ACCOUNT, &[&account, &sealed, &practice, &client, &plain.version])? {
        0 => Err(StoreError::Retry),
        _ => Ok(()),
    }
}

/// The plain columns of a row.
struct Plain {
    practice: PracticeId,
    id: ClientId,
    version: i64,
    account: Option<AccountId>,
    created_at: Timestamp,
    created_by: Option<String>,
}

impl Plain {
    /// Name and particulars, sealed.
    fn seal(&self, key: &Seal, name: &str, body: &[u8]) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
        let name = key.bytes(&NAME, &[&self.practice, &self.id, &self.version], name.as_bytes())?;
        let bound: &[&dyn ToValue] =
            &[&self.practice, &self.id, &self.version, &self.account, &self.created_at, &self.created_by];
        Ok((name, key.bytes(&BODY, bound, body)?))
    }
}

/// A row, opened, with what is needed to seal it again.
struct Opened {
    client: Client,
    plain: Plain,
    body: zeroize::Zeroizing<Vec<u8>>,
    key: Seal,
}

fn opened(tx: &mut Tx<'_>, practice: PracticeId, id: ClientId) -> Result<Option<Opened>, StoreError> {
    let key = tx.client_key(practice, id, Class::Chart)?;
    tx.one(FIND, &[&practice, &id], |row| {
        let body = key.open(&BODY, row, 0)?;
        let particulars = key.read(&BODY, row, 0)?;
        let (version, account, created_at) = (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(Opened {
            client: Client { id, version, particulars, account, created_at },
            plain: Plain { practice, id, version, account, created_at, created_by: row.get(5)? },
            body,
            key: key.clone(),
        })
    })
}
