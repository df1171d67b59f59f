//! Accounts: people who can sign in.

use crate::account_names::NAME;
use crate::vault::{Field, Seal, Vault};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::access::Grant;
use domain::account::{AccountState, Roles};
use domain::ids::{AccountId, ClientId, PracticeId};
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO account (practice_id, id, version, name, email, email_key, roles, zone, state, client_id, created_at, mark)
              VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIND = "SELECT practice_id, id, version, email_key, roles, zone, state, client_id, created_at, mark,
              practice_id, id, version, name, practice_id, id, email_key, email
            FROM account WHERE practice_id = $1 AND id = $2";
    COLLEAGUES = "SELECT practice_id, id, version, name, roles FROM account
            WHERE practice_id = $1 AND state = 'active' AND client_id IS NULL";
    ID_BY_EMAIL = "SELECT practice_id, id FROM account WHERE email_key = $1";
    SET_PROFILE = "UPDATE account SET version = version + 1, zone = $1 WHERE practice_id = $2 AND id = $3";
    SET_ROLES = "UPDATE account SET version = version + 1, roles = $1 WHERE practice_id = $2 AND id = $3";
    SET_STATE = "UPDATE account SET version = version + 1, state = $1 WHERE practice_id = $2 AND id = $3";
    TO_CHANGE = {
        sqlite: "SELECT practice_id, id, version, email_key, roles, zone, state, client_id, created_at, mark,
                   practice_id, id, version, name
                 FROM account WHERE practice_id = $1 AND id = $2",
        postgres: "SELECT practice_id, id, version, email_key, roles, zone, state, client_id, created_at, mark,
                   practice_id, id, version, name
                   FROM account WHERE practice_id = $1 AND id = $2 FOR NO KEY UPDATE"
    };
    REMARK = "UPDATE account SET mark = $1, name = $2 WHERE practice_id = $3 AND id = $4";
    STANDING = "SELECT id, totp_last_step IS NOT NULL OR EXISTS (
              SELECT 1 FROM passkey p WHERE p.practice_id = account.practice_id AND p.account_id = account.id),
            signed_in_at FROM account WHERE practice_id = $1";
    // Codes of roles are words, and no other role's word holds this one.
    WITH_ADMINISTRATORS = "SELECT practice_id, id, version, email_key, roles, zone, state, client_id, created_at, mark
            FROM account WHERE practice_id = $1
              AND (id = $2 OR (state = 'active' AND roles LIKE '%administrator%'))";
    ALL = "SELECT practice_id, id, version, email_key, roles, zone, state, client_id, created_at, mark,
              practice_id, id, version, name, practice_id, id, email_key, email
            FROM account WHERE practice_id = $1";
}

/// The mark of an account: over what decides what it may do. Name and address are not part of it.
pub(crate) const MARK: Field = Field {
    table: "account",
    column: "mark",
    bound: &[
        "practice_id",
        "id",
        "version",
        "email_key",
        "roles",
        "zone",
        "state",
        "client_id",
        "created_at",
    ],
    named_by: 2,
};

/// The address. Its key in the table changes with it, so that an older address put back is found.
pub(crate) const EMAIL: Field =
    Field { table: "account", column: "email", bound: &["practice_id", "id", "email_key"], named_by: 2 };

/// An account without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The practice.
    pub practice: PracticeId,
    /// Id.
    pub id: AccountId,
    /// Version, from 1.
    pub version: i64,
    /// Name.
    pub name: String,
    /// Email address as written.
    pub email: String,
    /// Roles held.
    pub roles: Roles,
    /// Time zone (IANA name).
    pub zone: String,
    /// Where it stands.
    pub state: AccountState,
    /// The client this account is, if it is a client's own.
    pub client: Option<ClientId>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Adds an account. `folded` is the address as sign-in compares it; only a keyed hash of it is kept.
///
/// # Errors
/// [`StoreError::Conflict`] when the address has an account already.
pub fn insert(tx: &mut Tx<'_>, account: &Account, folded: &str) -> Result<(), StoreError> {
    let email_key = tx.vault().address(folded);
    let place: &[&dyn ToValue] = &[&account.practice, &account.id, &email_key];
    let name = tx.names(account.practice)?.sealed((account.practice, account.id, 1), &account.name)?;
    let email = tx.practice_key(account.practice)?.bytes(&EMAIL, place, account.email.as_bytes())?;
    let bound: &[&dyn ToValue] = &[
        &account.practice,
        &account.id,
        &1_i64,
        &email_key,
        &account.roles.codes(),
        &account.zone,
        &account.state.code(),
        &account.client,
        &account.created_at,
    ];
    let mark = tx.vault().mark(&MARK, bound)?;
    tx.exec(
        INSERT,
        &[
            &account.practice,
            &account.id,
            &name,
            &email,
            &email_key,
            &account.roles.codes(),
            &account.zone,
            &account.state.code(),
            &account.client,
            &account.created_at,
            &mark,
        ],
    )?;
    Ok(())
}

/// An account by id.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, practice: PracticeId, id: AccountId) -> Result<Option<Account>, StoreError> {
    let (vault, key) = (tx.share_vault(), tx.practice_key(practice)?);
    tx.one(FIND, &[&practice, &id], |row| account(&vault, &key, row))
}

/// All accounts of a practice, by name.
///
/// # Errors
/// [`StoreError`].
pub fn all(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Account>, StoreError> {
    let (vault, key) = (tx.share_vault(), tx.practice_key(practice)?);
    let mut all = tx.all(ALL, &[&practice], |row| account(&vault, &key, row))?;
    all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    Ok(all)
}

/// What an account may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Powers {
    /// The account.
    pub id: AccountId,
    /// Roles held.
    pub roles: Roles,
    /// Where it stands.
    pub state: AccountState,
}

/// An account, and with it the active administrators of its practice.
///
/// # Errors
/// [`StoreError`].
pub fn with_administrators(
    tx: &mut Tx<'_>,
    (practice, id): (PracticeId, AccountId),
) -> Result<Vec<Powers>, StoreError> {
    let vault = tx.share_vault();
    tx.all(WITH_ADMINISTRATORS, &[&practice, &id], |row| {
        vault.verify(&MARK, row, 0)?;
        let (roles, state): (String, String) = (row.get(4)?, row.get(6)?);
        let (roles, state) = (Roles::from_codes(&roles), AccountState::from_code(&state));
        Ok(Powers { id: row.get(1)?, roles, state })
    })
}

/// Somebody who works here, as a colleague sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Id.
    pub id: AccountId,
    /// Name.
    pub name: String,
    /// Roles held.
    pub roles: Roles,
}

/// The active staff of the granted practice, by name.
///
/// # Errors
/// [`StoreError`].
pub fn colleagues(tx: &mut Tx<'_>, grant: &Grant) -> Result<Vec<Colleague>, StoreError> {
    let names = tx.names(grant.scope().practice())?;
    let mut all = tx.all(COLLEAGUES, &[&grant.scope().practice()], |row| {
        let roles = Roles::from_codes(&row.get::<String>(4)?);
        Ok(Colleague { id: row.get(1)?, name: names.of(row, 0)?, roles })
    })?;
    all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    // Guardians have accounts too, and are nobody's colleagues.
    all.retain(|one| one.roles.is_staff());
    Ok(all)
}

/// Which account an address signs in to. `folded` is the address as sign-in compares it.
///
/// # Errors
/// [`StoreError`].
pub fn by_email(tx: &mut Tx<'_>, folded: &str) -> Result<Option<(PracticeId, AccountId)>, StoreError> {
    let email_key = tx.vault().address(folded);
    tx.one(ID_BY_EMAIL, &[&email_key], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Changes name and zone.
///
/// # Errors
/// [`StoreError`].
pub fn set_profile(
    tx: &mut Tx<'_>,
    (practice, id): (PracticeId, AccountId),
    name: &str,
    zone: &str,
) -> Result<(), StoreError> {
    change(tx, (practice, id), Some(name), SET_PROFILE, &[&zone, &practice, &id])
}

/// Changes the roles.
///
/// # Errors
/// [`StoreError`].
pub fn set_roles(
    tx: &mut Tx<'_>,
    (practice, id): (PracticeId, AccountId),
    roles: &Roles,
) -> Result<(), StoreError> {
    change(tx, (practice, id), None, SET_ROLES, &[&roles.codes(), &practice, &id])
}

/// Changes where the account stands.
///
/// # Errors
/// [`StoreError`].
pub fn set_state(
    tx: &mut Tx<'_>,
    (practice, id): (PracticeId, AccountId),
    state: AccountState,
) -> Result<(), StoreError> {
    change(tx, (practice, id), None, SET_STATE, &[&state.code(), &practice, &id])
}

/// Changes marked columns of an account that is as it was marked, marks it anew, and closes its name (a new one, or the
/// one it has) for the next version.
fn change(
    tx: &mut Tx<'_>,
    (practice, id): (PracticeId, AccountId),
    name: Option<&str>,
    sql: crate::Sql,
    values: &[&dyn ToValue],
) -> Result<(), StoreError> {
    let (vault, names) = (tx.share_vault(), tx.names(practice)?);
    let before = tx.one(TO_CHANGE, &[&practice, &id], |row| {
        vault.verify(&MARK, row, 0)?;
        Ok((row.get::<i64>(2)?, names.of(row, 10)?))
    })?;
    let Some((version, old)) = before else { return Ok(()) };
    let name = names.sealed((practice, id, version + 1), name.unwrap_or(&old))?;
    tx.exec(sql, values)?;
    let mark = tx.one(TO_CHANGE, &[&practice, &id], |row| vault.mark_of(&MARK, row, 0))?;
    tx.exec(REMARK, &[&mark, &name, &practice, &id])?;
    Ok(())
}

/// What the list of people shows beside an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The account.
    pub id: AccountId,
    /// Whether a second factor is in force.
    pub has_factor: bool,
    /// When the person last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// How each account of a practice stands, in no order.
///
/// # Errors
/// [`StoreError`].
pub fn standings(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Standing>, StoreError> {
    tx.all(STANDING, &[&practice], |row| {
        Ok(Standing { id: row.get(0)?, has_factor: row.get(1)?, signed_in_at: row.get(2)? })
    })
}

fn account(vault: &Vault, key: &Seal, row: &Row<'_>) -> Result<Account, StoreError> {
    vault.verify(&MARK, row, 0)?;
    Ok(Account {
        practice: row.get(0)?,
        id: row.get(1)?,
        version: row.get(2)?,
        name: key.text(&NAME, row, 10)?,
        email: key.text(&EMAIL, row, 14)?,
        roles: Roles::from_codes(&row.get::<String>(4)?),
        zone: row.get(5)?,
        state: AccountState::from_code(&row.get::<String>(6)?),
        client: row.get(7)?,
        created_at: row.get(8)?,
    })
}
