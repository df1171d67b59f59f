//! Wrong tries, and the devices that an account is known to use. Asked before anybody is signed in, so these functions
//! ask for no grant.

use crate::credentials::Owner;
use crate::{StoreError, Tx, queries};
use jiff::Timestamp;

queries! {
    FIND = "SELECT failures, wait_until FROM guess WHERE practice_id = $1 AND account_id = $2 AND place = $3";
    COUNT = "INSERT INTO guess (practice_id, account_id, place, failures, wait_until) VALUES ($1, $2, $3, 1, $4)
             ON CONFLICT (practice_id, account_id, place)
             DO UPDATE SET failures = guess.failures + 1, wait_until = excluded.wait_until";
    FORGET = "DELETE FROM guess WHERE practice_id = $1 AND account_id = $2 AND place = $3";
    FORGET_ALL = "DELETE FROM guess WHERE practice_id = $1 AND account_id = $2";
    KNOWS = "SELECT since FROM known_device WHERE practice_id = $1 AND account_id = $2 AND device_hash = $3";
    KNOW = "INSERT INTO known_device (practice_id, account_id, device_hash, since, seen_at) VALUES ($1, $2, $3, $4, $4)
            ON CONFLICT (practice_id, account_id, device_hash) DO UPDATE SET seen_at = excluded.seen_at";
    FORGET_DEVICES = "DELETE FROM known_device WHERE practice_id = $1 AND account_id = $2";
    FROM_NETWORK = "SELECT failures, since FROM network_guess WHERE network = $1";
    COUNT_NETWORK = "INSERT INTO network_guess (network, failures, since) VALUES ($1, 1, $2)
             ON CONFLICT (network) DO UPDATE SET
                 failures = CASE WHEN network_guess.since > $3 THEN network_guess.failures + 1 ELSE 1 END,
                 since = CASE WHEN network_guess.since > $3 THEN network_guess.since ELSE excluded.since END";
    SWEEP_NETWORKS = "DELETE FROM network_guess WHERE since <= $1";
    SWEEP_DEVICES = "DELETE FROM known_device WHERE seen_at <= $1";
}

/// Wrong tries in a row at an account from one place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub failures: i64,
    /// No try counts before this instant.
    pub wait_until: Option<Timestamp>,
}

/// Wrong tries at an account from a place.
///
/// # Errors
/// [`StoreError`].
pub fn find(tx: &mut Tx<'_>, (practice, id): Owner, place: &str) -> Result<Tries, StoreError> {
    let found = tx.one(FIND, &[&practice, &id, &place], |row| {
        Ok(Tries { failures: row.get(0)?, wait_until: row.get(1)? })
    })?;
    Ok(found.unwrap_or_default())
}

/// Counts a wrong try; no further one counts before `wait_until`.
///
/// # Errors
/// [`StoreError`].
pub fn count(
    tx: &mut Tx<'_>,
    (practice, id): Owner,
    place: &str,
    wait_until: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.exec(COUNT, &[&practice, &id, &place, &wait_until])?;
    Ok(())
}

/// Forgets the wrong tries from a place.
///
/// # Errors
/// [`StoreError`].
pub fn forget(tx: &mut Tx<'_>, (practice, id): Owner, place: &str) -> Result<(), StoreError> {
    tx.exec(FORGET, &[&practice, &id, &place])?;
    Ok(())
}

/// Forgets all wrong tries at an account.
///
/// # Errors
/// [`StoreError`].
pub fn forget_all(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(FORGET_ALL, &[&practice, &id])?;
    Ok(())
}

/// Whether an account signed in from a device before.
///
/// # Errors
/// [`StoreError`].
pub fn knows(tx: &mut Tx<'_>, (practice, id): Owner, device: &str) -> Result<bool, StoreError> {
    Ok(tx.one(KNOWS, &[&practice, &id, &device], |row| row.get::<Timestamp>(0))?.is_some())
}

/// Notes that an account signed in from a device.
///
/// # Errors
/// [`StoreError`].
pub fn know(tx: &mut Tx<'_>, (practice, id): Owner, device: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.exec(KNOW, &[&practice, &id, &device, &now])?;
    Ok(())
}

/// Forgets every device of an account.
///
/// # Errors
/// [`StoreError`].
pub fn forget_devices(tx: &mut Tx<'_>, (practice, id): Owner) -> Result<(), StoreError> {
    tx.exec(FORGET_DEVICES, &[&practice, &id])?;
    Ok(())
}

/// Wrong tries from a network whose count began after an instant.
///
/// # Errors
/// [`StoreError`].
pub fn from_network(tx: &mut Tx<'_>, network: &str, after: Timestamp) -> Result<i64, StoreError> {
    let found =
        tx.one(FROM_NETWORK, &[&network], |row| Ok((row.get::<i64>(0)?, row.get::<Timestamp>(1)?)))?;
    Ok(found.filter(|(_, since)| *since > after).map_or(0, |(failures, _)| failures))
}

/// Counts a wrong try from a network; a count that began at `after` or before begins anew.
///
/// # Errors
/// [`StoreError`].
pub fn count_network(
    tx: &mut Tx<'_>,
    network: &str,
    now: Timestamp,
    after: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(COUNT_NETWORK, &[&network, &now, &after])?;
    Ok(())
}

/// Forgets networks whose count began at `networks` or before, and devices last seen at `devices` or before.
///
/// # Errors
/// [`StoreError`].
pub fn sweep(tx: &mut Tx<'_>, networks: Timestamp, devices: Timestamp) -> Result<u64, StoreError> {
    Ok(tx.exec(SWEEP_NETWORKS, &[&networks])? + tx.exec(SWEEP_DEVICES, &[&devices])?)
}
