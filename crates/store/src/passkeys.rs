//! Passkeys of accounts. Asked before anybody is signed in, so these functions ask for no grant.

use crate::credentials::Owner;
use crate::vault::{Field, Vault};
use crate::{Row, StoreError, ToValue, Tx, queries};
use domain::ids::{AccountId, PasskeyId, PracticeId};
use domain::passkey::KeyState;
use jiff::Timestamp;

queries! {
    INSERT = "INSERT INTO passkey (practice_id, account_id, id, credential_id, public_key, counter, transports,
                may_be_copied, is_copied, created_at, mark, name)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    OF_ACCOUNT = "SELECT practice_id, account_id, id, credential_id, public_key, counter, transports, may_be_copied,
                is_copied, created_at, mark, used_at, practice_id, account_id, id, name
              FROM passkey WHERE practice_id = $1 AND account_id = $2 ORDER BY created_at, id";
    BY_CREDENTIAL = {
        sqlite: "SELECT practice_id, account_id, id, credential_id, public_key, counter, transports, may_be_copied,
                is_copied, created_at, mark, used_at FROM passkey WHERE credential_id = $1",
        // Of two answers at once the second one waits, and sees the count that the first one left.
        postgres: "SELECT practice_id, account_id, id, credential_id, public_key, counter, transports, may_be_copied,
                is_copied, created_at, mark, used_at FROM passkey WHERE credential_id = $1 FOR UPDATE"
    };
    OWNER = "SELECT practice_id, account_id FROM passkey WHERE credential_id = $1";
    USED = "UPDATE passkey SET counter = $1, is_copied = $2, used_at = $3, mark = $4
            WHERE practice_id = $5 AND account_id = $6 AND id = $7";
    RENAME = "UPDATE passkey SET name = $1 WHERE practice_id = $2 AND account_id = $3 AND id = $4";
    REMOVE = "DELETE FROM passkey WHERE practice_id = $1 AND account_id = $2 AND id = $3";
    FORGET_ALL = "DELETE FROM passkey WHERE practice_id = $1 AND account_id = $2";
}

/// The mark of a passkey: over all that decides whether an answer is taken.
pub(crate) const MARK: Field = Field {
    table: "passkey",
    column: "mark",
    bound: &[
        "practice_id",
        "account_id",
        "id",
        "credential_id",
        "public_key",
        "counter",
        "transports",
        "may_be_copied",
        "is_copied",
        "created_at",
    ],
    named_by: 3,
};

/// The name its person gave it.
pub(crate) const NAME: Field =
    Field { table: "passkey", column: "name", bound: &["practice_id", "account_id", "id"], named_by: 3 };

/// A passkey as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Whose it is: practice.
    pub practice: PracticeId,
    /// Whose it is: account.
    pub account: AccountId,
    /// Its own id, for pages and the trail.
    pub id: PasskeyId,
    /// As the device names it.
    pub credential_id: Vec<u8>,
    /// The public key in COSE form.
    pub public_key: Vec<u8>,
    /// What the device said last.
    pub state: KeyState,
    /// How the device is reached, in the words of the standard with commas between.
    pub transports: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When somebody last signed in with it.
    pub used_at: Option<Timestamp>,
}

impl Passkey {
    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> Owner {
        (self.practice, self.account)
    }

    fn mark(&self, vault: &Vault) -> Result<Vec<u8>, StoreError> {
        vault.mark(
            &MARK,
            &[
                &self.practice,
                &self.account,
                &self.id,
                &self.credential_id,
                &self.public_key,
                &i64::from(self.state.counter),
                &self.transports,
                &self.state.may_be_copied,
                &self.state.is_copied,
                &self.created_at,
            ],
        )
    }
}

/// Adds a passkey under a name.
///
/// # Errors
/// [`StoreError::Conflict`] when another account, or this one, has it already.
pub fn insert(tx: &mut Tx<'_>, passkey: &Passkey, name: &str) -> Result<(), StoreError> {
    let mark = passkey.mark(tx.vault())?;
    let name = sealed_name(tx, passkey.owner(), passkey.id, name)?;
    tx.exec(
        INSERT,
        &[
            &passkey.practice,
            &passkey.account,
            &passkey.id,
            &passkey.credential_id,
            &passkey.public_key,
            &i64::from(passkey.state.counter),
            &passkey.transports,
            &passkey.state.may_be_copied,
            &passkey.state.is_copied,
            &passkey.created_at,
            &mark,
            &name,
        ],
    )?;
    Ok(())
}

/// The passkeys of an account with their names, the oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn of_account(tx: &mut Tx<'_>, owner: Owner) -> Result<Vec<(Passkey, String)>, StoreError> {
    let (vault, seal) = (tx.share_vault(), tx.practice_key(owner.0)?);
    tx.all(OF_ACCOUNT, &[&owner.0, &owner.1], |row| Ok((passkey(&vault, row)?, seal.text(&NAME, row, 12)?)))
}

/// The passkey that a device names so, in whatever practice the transaction reaches. Held until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub fn by_credential(tx: &mut Tx<'_>, credential_id: &[u8]) -> Result<Option<Passkey>, StoreError> {
    let vault = tx.share_vault();
    tx.one(BY_CREDENTIAL, &[&credential_id], |row| passkey(&vault, row))
}

/// Whose passkey a device names so.
///
/// # Errors
/// [`StoreError`].
pub fn owner_of(tx: &mut Tx<'_>, credential_id: &[u8]) -> Result<Option<Owner>, StoreError> {
    tx.one(OWNER, &[&credential_id], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Notes that somebody signed in with a passkey, and what its device said.
///
/// # Errors
/// [`StoreError`].
pub fn used(tx: &mut Tx<'_>, passkey: &Passkey, state: KeyState, now: Timestamp) -> Result<(), StoreError> {
    let mark = Passkey { state, ..passkey.clone() }.mark(tx.vault())?;
    let place: &[&dyn ToValue] = &[&passkey.practice, &passkey.account, &passkey.id];
    let told: &[&dyn ToValue] = &[&i64::from(state.counter), &state.is_copied, &now, &mark];
    tx.exec(USED, &[told, place].concat())?;
    Ok(())
}

/// Gives a passkey another name; gives whether there is such a one.
///
/// # Errors
/// [`StoreError`].
pub fn rename(tx: &mut Tx<'_>, owner: Owner, id: PasskeyId, name: &str) -> Result<bool, StoreError> {
    let name = sealed_name(tx, owner, id, name)?;
    Ok(tx.exec(RENAME, &[&name, &owner.0, &owner.1, &id])? > 0)
}

/// Takes a passkey away; gives whether there was such a one.
///
/// # Errors
/// [`StoreError`].
pub fn remove(tx: &mut Tx<'_>, owner: Owner, id: PasskeyId) -> Result<bool, StoreError> {
    Ok(tx.exec(REMOVE, &[&owner.0, &owner.1, &id])? > 0)
}

/// Takes every passkey of an account away.
///
/// # Errors
/// [`StoreError`].
pub fn forget_all(tx: &mut Tx<'_>, owner: Owner) -> Result<(), StoreError> {
    tx.exec(FORGET_ALL, &[&owner.0, &owner.1])?;
    Ok(())
}

fn sealed_name(tx: &mut Tx<'_>, owner: Owner, id: PasskeyId, name: &str) -> Result<Vec<u8>, StoreError> {
    tx.practice_key(owner.0)?.bytes(&NAME, &[&owner.0, &owner.1, &id], name.as_bytes())
}

fn passkey(vault: &Vault, row: &Row<'_>) -> Result<Passkey, StoreError> {
    vault.verify(&MARK, row, 0)?;
    let counter: i64 = row.get(5)?;
    Ok(Passkey {
        practice: row.get(0)?,
        account: row.get(1)?,
        id: row.get(2)?,
        credential_id: row.get(3)?,
        public_key: row.get(4)?,
        state: KeyState {
            // Marked, so that it is a number that was written here.
            counter: u32::try_from(counter).unwrap_or(u32::MAX),
            may_be_copied: row.get(7)?,
            is_copied: row.get(8)?,
        },
        transports: row.get(6)?,
        created_at: row.get(9)?,
        used_at: row.get(11)?,
    })
}
