//! What an account proves itself with: password hash, second factor, recovery codes.
//! Used before anybody is signed in, so these functions ask for no grant.

use crate::{Row, StoreError, Tx, queries};
use domain::ids::{AccountId, PracticeId};
use jiff::Timestamp;

queries! {
    FIND = "SELECT password_hash, totp_secret, totp_last_step, totp_pending FROM account
            WHERE practice_id = $1 AND id = $2";
    SET_PASSWORD = "UPDATE account SET password_hash = $1 WHERE practice_id = $2 AND id = $3";
    BEGIN_FACTOR = "UPDATE account SET totp_pending = $1 WHERE practice_id = $2 AND id = $3";
    CONFIRM_FACTOR = "UPDATE account SET totp_secret = totp_pending, totp_last_step = $1, totp_pending = NULL
                      WHERE practice_id = $2 AND id = $3 AND totp_pending IS NOT NULL";
    REMOVE_FACTOR = "UPDATE account SET totp_secret = NULL, totp_last_step = NULL, totp_pending = NULL
                     WHERE practice_id = $1 AND id = $2";
    USE_STEP = "UPDATE account SET totp_last_step = $1 WHERE practice_id = $2 AND id = $3 AND totp_last_step < $1";
    ENTERED = "UPDATE account SET signed_in_at = $1 WHERE practice_id = $2 AND id = $3";
    FORGET = "UPDATE account SET password_hash = NULL, totp_secret = NULL, totp_last_step = NULL, totp_pending = NULL
              WHERE practice_id = $1 AND id = $2";
    ADD_CODE = "INSERT INTO recovery_code (practice_id, account_id, code_hash) VALUES ($1, $2, $3)";
    USE_CODE = "UPDATE recovery_code SET used_at = $1
                WHERE practice_id = $2 AND account_id = $3 AND code_hash = $4 AND used_at IS NULL";
    FORGET_CODES = "DELETE FROM recovery_code WHERE practice_id = $1 AND account_id = $2";
    COUNT_CODES = "SELECT COUNT(*) FROM recovery_code WHERE practice_id = $1 AND account_id = $2 AND used_at IS NULL";
}

/// Whose credentials: every function here works on one account.
pub type Owner = (PracticeId, AccountId);

/// What an account proves itself with. Never printed, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Argon2id hash of the password in its usual text form.
    pub password_hash: Option<String>,
    /// The second factor in force.
    pub factor: Option<Factor>,
    /// Secret of a second factor that is being added and not yet proven.
    pub pending: Option<String>,
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
    tx.one(FIND, &[&practice, &id], credentials)
}

/// Keeps a new password.
///
/// # Errors
/// [`StoreError`].
pub fn set_password(tx: &mut Tx<'_>, (practice, id): Owner, hash: &str) -> Result<(), StoreError> {
    tx.exec(SET_PASSWORD, &[&hash, &practice, &id])?;
    Ok(())
}

/// Begins to add a second factor: its secret waits to be proven, the one in force stays.
///
/// # Errors
/// [`StoreError`].
pub fn begin_factor(tx: &mut Tx<'_>, (practice, id): Owner, secret: &str) -> Result<(), StoreError> {
    tx.exec(BEGIN_FACTOR, &[&secret, &practice, &id])?;
    Ok(())
}

/// Puts the waiting second factor in force; `step` is the one it was proven with. Gives whether one was waiting.
///
/// # Errors
/// [`StoreError`].
pub fn confirm_factor(tx: &mut Tx<'_>, (practice, id): Owner, step: i64) -> Result<bool, StoreError> {
    Ok(tx.exec(CONFIRM_FACTOR, &[&step, &practice, &id])? > 0)
}

/// Takes the second factor away.
///
/// # Errors
/// [`StoreError`].
pub fn remove_factor(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(REMOVE_FACTOR, &[&practice, &id])?;
    forget_codes(tx, (practice, id))
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

/// Forgets password, second factor and recovery codes: the person starts anew by an invitation.
///
/// # Errors
/// [`StoreError`].
pub fn forget(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(FORGET, &[&practice, &id])?;
    forget_codes(tx, (practice, id))
}

/// Replaces the recovery codes by the hashes of new ones.
///
/// # Errors
/// [`StoreError`].
pub fn replace_codes(tx: &mut Tx<'_>, (practice, id): Owner, hashes: &[String]) -> Result<(), StoreError> {
    forget_codes(tx, (practice, id))?;
    for hash in hashes {
        tx.exec(ADD_CODE, &[&practice, &id, hash])?;
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
    Ok(tx.exec(USE_CODE, &[&now, &practice, &id, &hash])? > 0)
}

/// How many recovery codes are left.
///
/// # Errors
/// [`StoreError`].
pub fn codes_left(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<i64, StoreError> {
    Ok(tx.one(COUNT_CODES, &[&practice, &id], |row| row.get(0))?.unwrap_or(0))
}

fn forget_codes(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(FORGET_CODES, &[&practice, &id])?;
    Ok(())
}

fn credentials(row: &Row<'_>) -> Result<Credentials, StoreError> {
    let secret: Option<String> = row.get(1)?;
    let last_step: Option<i64> = row.get(2)?;
    Ok(Credentials {
        password_hash: row.get(0)?,
        factor: secret.zip(last_step).map(|(secret, last_step)| Factor { secret, last_step }),
        pending: row.get(3)?,
    })
}
