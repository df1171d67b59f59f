//! Forms that were sent: the same one sent twice does its work once.

use crate::{StoreError, Tx, queries};
use domain::ids::{AccountId, PracticeId};
use jiff::Timestamp;

queries! {
    SPEND = "INSERT INTO form_key (practice_id, account_id, submission, sending, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (practice_id, account_id, submission) DO NOTHING";
    SENDING = "SELECT sending FROM form_key WHERE practice_id = $1 AND account_id = $2 AND submission = $3";
    SET_RESULT = "UPDATE form_key SET result = $4 WHERE practice_id = $1 AND account_id = $2 AND submission = $3";
    RESULT = "SELECT result FROM form_key WHERE practice_id = $1 AND account_id = $2 AND submission = $3
              AND result IS NOT NULL";
    SWEEP = "DELETE FROM form_key WHERE at < $1";
}

/// Writes down that a request does what a submission asks for. `false` when another request with the same submission
/// came before: then nothing must be done.
///
/// # Errors
/// [`StoreError`].
pub fn spend(
    tx: &mut Tx<'_>,
    (practice, account): (PracticeId, AccountId),
    (submission, sending): (&str, &str),
    at: Timestamp,
) -> Result<bool, StoreError> {
    if tx.exec(SPEND, &[&practice, &account, &submission, &sending, &at])? == 1 {
        return Ok(true);
    }
    let first: Option<String> = tx.one(SENDING, &[&practice, &account, &submission], |row| row.get(0))?;
    Ok(first.as_deref() == Some(sending))
}

/// Keeps the addresses that submissions led to: account, submission, address.
///
/// # Errors
/// [`StoreError`].
pub fn set_results(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    places: &[(AccountId, String, String)],
) -> Result<(), StoreError> {
    for (account, submission, place) in places {
        tx.send(SET_RESULT, &[&practice, account, submission, place])?;
    }
    Ok(())
}

/// The address a submission led to, once it is known.
///
/// # Errors
/// [`StoreError`].
pub fn result(
    tx: &mut Tx<'_>,
    (practice, account): (PracticeId, AccountId),
    submission: &str,
) -> Result<Option<String>, StoreError> {
    tx.one(RESULT, &[&practice, &account, &submission], |row| row.get(0))
}

/// Forgets submissions from before an instant; gives how many.
///
/// # Errors
/// [`StoreError`].
pub fn sweep(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(SWEEP, &[&before])
}
