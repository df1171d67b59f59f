//! What an account proves itself with: password hash, second factor, recovery codes.
//! Used before anybody is signed in, so these functions ask for no grant.

use crate::vault::{Field, Seal};
use crate::{Row, StoreError, Tx, queries};
use domain::ids::{AccountId, PracticeId};
use domain::way_in::Factors;
use jiff::Timestamp;

queries! {
    // Each sealed value stands behind the columns bound to it.
    FIND = "SELECT practice_id, id, password_hash, practice_id, id, totp_secret, practice_id, id, totp_pending,
              totp_last_step, (SELECT COUNT(*) FROM passkey p WHERE p.practice_id = a.practice_id AND p.account_id = a.id)
            FROM account a WHERE practice_id = $1 AND id = $2";
    HOLD = "UPDATE account SET zone = zone WHERE practice_id = $1 AND id = $2";
    SET_PASSWORD = "UPDATE account SET password_hash = $1 WHERE practice_id = $2 AND id = $3";
    BEGIN_FACTOR = "UPDATE account SET totp_pending = $1 WHERE practice_id = $2 AND id = $3";
    PENDING = "SELECT practice_id, id, totp_pending FROM account
               WHERE practice_id = $1 AND id = $2 AND totp_pending IS NOT NULL";
    CONFIRM_FACTOR = "UPDATE account SET totp_secret = $4, totp_last_step = $1, totp_pending = NULL
                      WHERE practice_id = $2 AND id = $3 AND totp_pending = $5";
    REMOVE_FACTOR = "UPDATE account SET totp_secret = NULL, totp_last_step = NULL, totp_pending = NULL
                     WHERE practice_id = $1 AND id = $2";
    USE_STEP = "UPDATE account SET totp_last_step = $1 WHERE practice_id = $2 AND id = $3 AND totp_last_step < $1";
    ENTERED = "UPDATE account SET signed_in_at = $1 WHERE practice_id = $2 AND id = $3";
    FORGET = "UPDATE account SET password_hash = NULL, totp_secret = NULL, totp_last_step = NULL, totp_pending = NULL
              WHERE practice_id = $1 AND id = $2";
    ADD_CODE = "INSERT INTO recovery_code (practice_id, account_id, code_hash, mark) VALUES ($1, $2, $3, $4)";
    CODE = "SELECT practice_id, account_id, code_hash, used_at, mark FROM recovery_code
            WHERE practice_id = $1 AND account_id = $2 AND code_hash = $3";
    USE_CODE = "UPDATE recovery_code SET used_at = $1, mark = $5
                WHERE practice_id = $2 AND account_id = $3 AND code_hash = $4 AND used_at IS NULL";
    FORGET_CODES = "DELETE FROM recovery_code WHERE practice_id = $1 AND account_id = $2";
    COUNT_CODES = "SELECT COUNT(*) FROM recovery_code WHERE practice_id = $1 AND account_id = $2 AND used_at IS NULL";
}

/// The sealed hash of the password: useless to whoever has the database alone.
pub(crate) const PASSWORD: Field = field("password_hash");
/// The sealed secret of the second factor.
pub(crate) const SECRET: Field = field("totp_secret");
/// The sealed secret that waits to be proven.
pub(crate) const WAITING: Field = field("totp_pending");

/// The mark of a recovery code.
pub(crate) const CODE_MARK: Field = Field {
    table: "recovery_code",
    column: "mark",
    bound: &["practice_id", "account_id", "code_hash", "used_at"],
    named_by: 3,
};

const fn field(column: &'static str) -> Field {
    Field { table: "account", column, bound: &["practice_id", "id"], named_by: 2 }
}

/// Whose credentials: every function here works on one account.
pub type Owner = (PracticeId, AccountId);

/// What an account proves itself with. Never printed, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Argon2id hash of the password in its usual text form.
    pub password_hash: Option<String>,
    /// The codes of an authenticator in force.
    pub factor: Option<Factor>,
    /// How many passkeys there are.
    pub passkeys: u32,
    /// Secret of a second factor that is being added and not yet proven.
    pub pending: Option<String>,
}

impl Credentials {
    /// What there is beside the password.
    #[must_use]
    pub fn factors(&self) -> Factors {
        Factors { codes: self.factor.is_some(), passkeys: self.passkeys }
    }
}

/// A second factor by time-based codes.
#[derive(Clone, PartialEq, Eq)]
pub struct Factor {
    /// The secret, base32.
    pub secret: String,
    /// The newest step that was used; no step up to it works again.
    pub last_step: i64,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl std::fmt::Debug for Factor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Factor(…)")
    }
}

/// The credentials of an account.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<Option<Credentials>, StoreError> {
    let key = tx.practice_key(practice)?;
    tx.one(FIND, &[&practice, &id], |row| credentials(&key, row))
}

/// Holds the account's row, so that of two changes of its factors at once the second one sees what the first one left.
///
/// # Errors
/// [`StoreError`].
pub fn hold(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(HOLD, &[&practice, &id])?;
    Ok(())
}

/// Keeps a new password.
///
/// # Errors
/// [`StoreError`].
pub fn set_password(tx: &mut Tx<'_>, (practice, id): Owner, hash: &str) -> Result<(), StoreError> {
    let sealed = tx.practice_key(practice)?.bytes(&PASSWORD, &[&practice, &id], hash.as_bytes())?;
    tx.exec(SET_PASSWORD, &[&sealed, &practice, &id])?;
    Ok(())
}

/// Begins to add a second factor: its secret waits to be proven, the one in force stays.
///
/// # Errors
/// [`StoreError`].
pub fn begin_factor(tx: &mut Tx<'_>, (practice, id): Owner, secret: &str) -> Result<(), StoreError> {
    let sealed = tx.practice_key(practice)?.bytes(&WAITING, &[&practice, &id], secret.as_bytes())?;
    tx.exec(BEGIN_FACTOR, &[&sealed, &practice, &id])?;
    Ok(())
}

/// Puts the waiting second factor in force; `step` is the one it was proven with. Gives whether one was waiting.
///
/// # Errors
/// [`StoreError`].
pub fn confirm_factor(tx: &mut Tx<'_>, (practice, id): Owner, step: i64) -> Result<bool, StoreError> {
    let key = tx.practice_key(practice)?;
    let pending = tx.one(PENDING, &[&practice, &id], |row| {
        let secret = key.open(&WAITING, row, 0)?;
        Ok((key.bytes(&SECRET, &[&practice, &id], &secret)?, row.get::<Vec<u8>>(2)?))
    })?;
    let Some((sealed, waiting)) = pending else { return Ok(false) };
    Ok(tx.exec(CONFIRM_FACTOR, &[&step, &practice, &id, &sealed, &waiting])? > 0)
}

/// Takes the codes of the authenticator away.
///
/// # Errors
/// [`StoreError`].
pub fn remove_factor(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(REMOVE_FACTOR, &[&practice, &id])?;
    Ok(())
}

/// Uses a step of the second factor up; gives whether it and no later one was used before.
///
/// # Errors
/// [`StoreError`].
pub fn use_step(tx: &mut Tx<'_>, (practice, id): Owner, step: i64) -> Result<bool, StoreError> {
    Ok(tx.exec(USE_STEP, &[&step, &practice, &id])? > 0)
}

/// Notes that somebody is in with all their factors.
///
/// # Errors
/// [`StoreError`].
pub fn entered(tx: &mut Tx<'_>, (practice, id): Owner, now: Timestamp) -> Result<(), StoreError> {
    tx.exec(ENTERED, &[&now, &practice, &id])?;
    Ok(())
}

/// Forgets password, second factor, passkeys and recovery codes: the person starts anew by an invitation.
///
/// # Errors
/// [`StoreError`].
pub fn forget(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(FORGET, &[&practice, &id])?;
    crate::passkeys::forget_all(tx, (practice, id))?;
    forget_codes(tx, (practice, id))
}

/// Replaces the recovery codes by the hashes of new ones.
///
/// # Errors
/// [`StoreError`].
pub fn replace_codes(tx: &mut Tx<'_>, (practice, id): Owner, hashes: &[String]) -> Result<(), StoreError> {
    forget_codes(tx, (practice, id))?;
    for hash in hashes {
        let mark = tx.vault().mark(&CODE_MARK, &[&practice, &id, hash, &None::<Timestamp>])?;
        tx.exec(ADD_CODE, &[&practice, &id, hash, &mark])?;
    }
    Ok(())
}

/// Uses a recovery code up; gives whether it was one and whole.
///
/// # Errors
/// [`StoreError`].
pub fn use_code(
    tx: &mut Tx<'_>,
    (practice, id): Owner,
    hash: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let vault = tx.share_vault();
    if tx.one(CODE, &[&practice, &id, &hash], |row| vault.verify(&CODE_MARK, row, 0))?.is_none() {
        return Ok(false);
    }
    let mark = vault.mark(&CODE_MARK, &[&practice, &id, &hash, &Some(now)])?;
    Ok(tx.exec(USE_CODE, &[&now, &practice, &id, &hash, &mark])? > 0)
}

/// How many recovery codes are left.
///
/// # Errors
/// [`StoreError`].
pub fn codes_left(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<i64, StoreError> {
    Ok(tx.one(COUNT_CODES, &[&practice, &id], |row| row.get(0))?.unwrap_or(0))
}

/// Forgets the recovery codes: there is nothing left that they could stand in for.
///
/// # Errors
/// [`StoreError`].
pub fn forget_codes(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(FORGET_CODES, &[&practice, &id])?;
    Ok(())
}

fn credentials(key: &Seal, row: &Row<'_>) -> Result<Credentials, StoreError> {
    let text = |field: &Field, at: usize| match row.get::<Option<Vec<u8>>>(at + 2)? {
        Some(_) => key.text(field, row, at).map(Some),
        None => Ok(None),
    };
    let last_step: Option<i64> = row.get(9)?;
    let factor = text(&SECRET, 3)?.zip(last_step);
    Ok(Credentials {
        password_hash: text(&PASSWORD, 0)?,
        factor: factor.map(|(secret, last_step)| Factor { secret, last_step }),
        pending: text(&WAITING, 6)?,
        passkeys: row.get(10)?,
    })
}
