//! Who stands in which relation to which client, and since when.

use crate::account_names::Names;
use crate::vault::{Class, Field, Vault, wrapped};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::{Grant, Items, Relation, RelationWindow};
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::Timestamp;

queries! {
    CLIENT_EXISTS = "SELECT c.id, k.created_at, k.wrapped FROM client c
               LEFT JOIN client_key k ON k.practice_id = c.practice_id AND k.client_id = c.id AND k.class = 'K3'
               WHERE c.practice_id = $1 AND c.id = $2";
    OF = "SELECT practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source, items, mark FROM relation
          WHERE practice_id = $1 AND account_id = $2 AND client_id = $3";
    INSERT = "INSERT INTO relation
                (practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source, items, mark)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    TO_END = {
        sqlite: "SELECT practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source, items, mark
                 FROM relation WHERE practice_id = $1 AND client_id = $2 AND (ends_at IS NULL OR ends_at > $3)",
        postgres: "SELECT practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source, items, mark
                   FROM relation WHERE practice_id = $1 AND client_id = $2 AND (ends_at IS NULL OR ends_at > $3)
                   FOR NO KEY UPDATE"
    };
    GUARDED = "SELECT practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source, items, mark FROM relation
               WHERE practice_id = $1 AND account_id = $2 AND kind = 'guardian_of' ORDER BY client_id, starts_at";
    END = "UPDATE relation SET ends_at = $1, mark = $2
           WHERE practice_id = $3 AND account_id = $4 AND client_id = $5 AND kind = $6 AND starts_at = $7";
    TREATING = "SELECT t.client_id, a.practice_id, a.id, a.version, a.name FROM relation s
               JOIN relation t ON t.practice_id = s.practice_id AND t.client_id = s.client_id AND t.kind = 'treats'
                 AND t.starts_at <= $3 AND (t.ends_at IS NULL OR t.ends_at > $3)
               JOIN account a ON a.practice_id = t.practice_id AND a.id = t.account_id
               WHERE s.practice_id = $1 AND s.account_id = $2 AND s.kind = 'supervises' AND s.starts_at <= $3
                 AND (s.ends_at IS NULL OR s.ends_at > $3)";
    HOLDERS = "SELECT r.practice_id, r.account_id, r.client_id, r.kind, r.starts_at, r.ends_at, r.granted_by, r.source,
                 r.items, r.mark, a.practice_id, a.id, a.version, a.name FROM relation r
               JOIN account a ON a.practice_id = r.practice_id AND a.id = r.account_id
               WHERE r.practice_id = $1 AND r.client_id = $2 AND r.starts_at <= $3
                 AND (r.ends_at IS NULL OR r.ends_at > $3)
               ORDER BY r.kind";
}

/// The mark of a relation: over all of it.
pub(crate) const MARK: Field = Field {
    table: "relation",
    column: "mark",
    bound: &[
        "practice_id",
        "account_id",
        "client_id",
        "kind",
        "starts_at",
        "ends_at",
        "granted_by",
        "source",
        "items",
    ],
    named_by: 5,
};

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
    let vault = tx.share_vault();
    let rows = tx.all(OF, &[&practice, &account, &client], |row| window(&vault, row, 0))?;
    // A word this version does not know gives no right.
    Ok(rows.into_iter().flatten().collect())
}

/// The relation whose row stands from `at` on, its mark last; refused when it is not as the program wrote it.
pub(crate) fn window(vault: &Vault, row: &Row<'_>, at: usize) -> Result<Option<RelationWindow>, StoreError> {
    vault.verify(&MARK, row, at)?;
    let (kind, starts_at, ends_at, items): (String, _, _, String) =
        (row.get(at + 3)?, row.get(at + 4)?, row.get(at + 5)?, row.get(at + 8)?);
    let relation = Relation::from_code(&kind);
    Ok(relation.map(|relation| RelationWindow {
        relation,
        starts_at,
        ends_at,
        items: Items::from_codes(&items),
    }))
}

/// Whose guardian an account is now, and until when. Each is decided anew before anything of theirs is read.
///
/// # Errors
/// [`StoreError`].
pub fn guarded(
    tx: &mut Tx<'_>,
    (practice, account): (PracticeId, AccountId),
    now: Timestamp,
) -> Result<Vec<(ClientId, Option<Timestamp>)>, StoreError> {
    let vault = tx.share_vault();
    let rows = tx.all(GUARDED, &[&practice, &account], |row| {
        let stands = window(&vault, row, 0)?.filter(|one| one.holds(now));
        stands.map(|one| Ok((row.get(2)?, one.ends_at))).transpose()
    })?;
    Ok(rows.into_iter().flatten().collect())
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
    let row: &[&dyn ToValue] = &[
        &grant.scope().practice(),
        &new.account,
        &new.client,
        &new.relation.code(),
        &starts_at,
        &ends_at,
        &grant.account(),
        &new.source,
        &new.items.codes(),
    ];
    let mark = tx.vault().mark(&MARK, row)?;
    tx.exec(INSERT, &[row, &[&mark]].concat())?;
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
    let practice = grant.scope().practice();
    let mut standing = to_end(tx, (practice, client), now)?;
    standing.retain(|row| row.account == account && row.kind == relation.code());
    if let Some(broken) = standing.iter().find_map(|row| row.whole.clone().err()) {
        return Err(broken);
    }
    for row in &standing {
        put_end(tx, (practice, client), row, now)?;
    }
    Ok(!standing.is_empty())
}

/// Ends every relation to a client whose record is erased. One that is not as it was written gives nothing anyway, and
/// stays so.
///
/// # Errors
/// [`StoreError`].
pub(crate) fn end_all(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    client: ClientId,
    now: Timestamp,
) -> Result<(), StoreError> {
    for row in to_end(tx, (practice, client), now)? {
        if row.whole.is_ok() {
            put_end(tx, (practice, client), &row, now)?;
        }
    }
    Ok(())
}

/// A relation that has not ended.
struct Standing {
    account: AccountId,
    kind: String,
    starts_at: Timestamp,
    granted_by: Option<String>,
    source: String,
    items: String,
    /// Whether it is as the program wrote it.
    whole: Result<(), StoreError>,
}

fn to_end(
    tx: &mut Tx<'_>,
    (practice, client): (PracticeId, ClientId),
    now: Timestamp,
) -> Result<Vec<Standing>, StoreError> {
    let vault = tx.share_vault();
    tx.all(TO_END, &[&practice, &client, &now], |row| {
        Ok(Standing {
            account: row.get(1)?,
            kind: row.get(3)?,
            starts_at: row.get(4)?,
            granted_by: row.get(6)?,
            source: row.get(7)?,
            items: row.get(8)?,
            whole: vault.verify(&MARK, row, 0),
        })
    })
}

fn put_end(
    tx: &mut Tx<'_>,
    (practice, client): (PracticeId, ClientId),
    row: &Standing,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Standing { account, kind, starts_at, granted_by, source, items, .. } = row;
    let bound: &[&dyn ToValue] =
        &[&practice, account, &client, kind, starts_at, &now, granted_by, source, items];
    let mark = tx.vault().mark(&MARK, bound)?;
    tx.exec(END, &[&now, &mark, &practice, account, &client, kind, starts_at])?;
    Ok(())
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
    let names = tx.names(grant.scope().practice())?;
    tx.all(TREATING, &[&grant.scope().practice(), &supervisor, &now], |row| {
        Ok((row.get(0)?, names.of(row, 1)?))
    })
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
    let (vault, names) = (tx.share_vault(), tx.names(grant.scope().practice())?);
    let values: &[&dyn ToValue] = &[&grant.scope().practice(), &grant.client(), &now];
    let rows = tx.all(HOLDERS, values, |row| holder(&vault, &names, row))?;
    let mut holders: Vec<Holder> = rows.into_iter().flatten().collect();
    holders.sort_by(|one, other| {
        (one.relation.code(), &one.name, one.account).cmp(&(
            other.relation.code(),
            &other.name,
            other.account,
        ))
    });
    Ok(holders)
}

fn holder(vault: &Vault, names: &Names, row: &Row<'_>) -> Result<Option<Holder>, StoreError> {
    let Some(window) = window(vault, row, 0)? else { return Ok(None) };
    Ok(Some(Holder {
        relation: window.relation,
        account: row.get(1)?,
        name: names.of(row, 10)?,
        starts_at: window.starts_at,
        ends_at: window.ends_at,
        source: row.get(7)?,
        items: window.items,
    }))
}
