//! Challenges of passkeys. A challenge is 256 random bits, the instant it ends, and a mark over both, over what it is for
//! and over whom it was given to: whoever lacks the key of the installation can make none, and one that was given for
//! something else, or to somebody else, is none. Asking for one writes nothing, so that looking at the page of the
//! sign-in changes nothing; answering one writes it down, and a second answer finds it used.

use crate::vault::{Field, Vault};
use crate::{StoreError, ToValue, Tx, queries};
use jiff::Timestamp;

queries! {
    SPEND = "INSERT INTO passkey_challenge (challenge, ends_at) VALUES ($1, $2) ON CONFLICT (challenge) DO NOTHING";
    SWEEP = "DELETE FROM passkey_challenge WHERE ends_at <= $1";
}

/// Random bytes of a challenge.
const RANDOM: usize = 32;
/// Bytes of the instant it ends.
const INSTANT: usize = 8;
/// Bytes of its mark.
const MARK_BYTES: usize = 32;

/// The mark of a challenge.
const MARK: Field = Field {
    table: "passkey_challenge",
    column: "mark",
    bound: &["challenge", "ends_at", "purpose", "whose"],
    named_by: 0,
};

/// What a challenge is for, and whom it is given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound<'b> {
    /// What for.
    pub purpose: &'b str,
    /// To whom: the hash of a session's or a visit's token.
    pub whose: &'b str,
}

/// Makes a challenge of random bytes that ends at an instant. Writes nothing.
///
/// # Errors
/// [`StoreError`] when the cipher fails.
pub fn issue(
    vault: &Vault,
    random: &[u8; RANDOM],
    ends_at: Timestamp,
    bound: Bound<'_>,
) -> Result<Vec<u8>, StoreError> {
    let mark = vault.mark(&MARK, &values(random, &ends_at, &bound))?;
    Ok([random.as_slice(), &ends_at.as_microsecond().to_be_bytes(), &mark].concat())
}

/// Uses a challenge up; gives whether it was one of ours, for this and for them, not ended and not used before.
///
/// # Errors
/// [`StoreError`].
pub fn spend(
    tx: &mut Tx<'_>,
    challenge: &[u8],
    bound: Bound<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((random, ends_at, mark)) = read(challenge) else { return Ok(false) };
    if now >= ends_at || !tx.vault().marked(&MARK, &values(random, &ends_at, &bound), mark)? {
        return Ok(false);
    }
    Ok(tx.exec(SPEND, &[random, &ends_at])? > 0)
}

/// Forgets challenges that would have ended by now.
///
/// # Errors
/// [`StoreError`].
pub fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.exec(SWEEP, &[&now])
}

fn values<'v>(
    random: &'v [u8; RANDOM],
    ends_at: &'v Timestamp,
    bound: &'v Bound<'v>,
) -> [&'v dyn ToValue; 4] {
    [random, ends_at, &bound.purpose, &bound.whose]
}

fn read(challenge: &[u8]) -> Option<(&[u8; RANDOM], Timestamp, &[u8; MARK_BYTES])> {
    let (random, rest) = challenge.split_first_chunk::<RANDOM>()?;
    let (instant, mark) = rest.split_first_chunk::<INSTANT>()?;
    let ends_at = Timestamp::from_microsecond(i64::from_be_bytes(*instant)).ok()?;
    Some((random, ends_at, mark.try_into().ok()?))
}
