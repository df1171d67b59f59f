//! Another root key: what it wraps is rewrapped in one transaction, also while a server runs.

use std::thread;

use super::ring::as_cipher;
use super::rows::{
    ALL_PRACTICE_KEYS, INSTALLATION_FIELD, PRACTICE_FIELD, REWRAP_INSTALLATION, REWRAP_PRACTICE, ROOTS_IN_USE,
};
use super::start::{self, Closing, ROW};
use super::{KeyError, Keys, RootKey, RootKeys, Seal};
use crate::kernel::{self, DatabaseUrl, OpenError, StoreError, Tx};
use domain::ids::PracticeId;

/// Which generations a database is closed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generations {
    /// Name of each root key and how many wrapped keys name it.
    pub used: Vec<(String, u64)>,
}

/// Which root keys the keys in a database name; reads only, also while a server runs.
///
/// # Errors
/// [`OpenError`].
pub fn generations(url: &DatabaseUrl) -> Result<Generations, OpenError> {
    aside(|| kernel::beside(url, |tx| Ok(Generations { used: roots_in_use(tx)? })))
}

fn roots_in_use(tx: &mut Tx<'_>) -> Result<Vec<(String, u64)>, StoreError> {
    tx.all(ROOTS_IN_USE, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Wraps every key that another generation of `keys` wraps with the current one, in one transaction: all or none.
/// Gives how many there were. A server that runs goes on: it reads the key file again when it meets the new name.
///
/// # Errors
/// [`OpenError`]; nothing was changed then.
pub fn rotate(url: &DatabaseUrl, keys: &RootKeys) -> Result<u64, OpenError> {
    let current = keys.current().ok_or(KeyError::Cipher)?.clone();
    aside(|| kernel::beside(url, |tx| rewrap(tx, keys, &current)))
}

fn rewrap(tx: &mut Tx<'_>, keys: &RootKeys, current: &RootKey) -> Result<u64, OpenError> {
    let kept = start::kept(tx)?.ok_or(KeyError::Damaged("missing"))?;
    let mut count = 0;
    if kept.root_key != current.id() {
        let root = keys.find(&kept.root_key).ok_or(KeyError::Wrong { needed: kept.root_key.clone() })?;
        let secret = start::unwrap(root, &kept).ok_or(KeyError::Damaged("damaged"))?;
        let place = INSTALLATION_FIELD.place(&[&ROW, &current.id(), &kept.kind, &kept.created_at])?;
        let wrapped = current.cipher().and_then(|cipher| cipher.seal(place.bytes(), secret.as_slice()));
        let wrapped = wrapped.map_err(KeyError::from)?;
        count += tx.exec(
            REWRAP_INSTALLATION,
            &[&current.id(), &wrapped, &start::salt(current), &ROW, &kept.root_key],
        )?;
    }
    let fixed = Keys::fixed(keys.clone());
    for (practice, root, secret) in practices(tx, &fixed, Some(current))? {
        let seal = Seal(current.cipher().map_err(KeyError::from)?);
        let wrapped = seal.bytes(&PRACTICE_FIELD, &[&practice, &current.id()], &secret)?;
        count += tx.exec(REWRAP_PRACTICE, &[&current.id(), &wrapped, &practice, &root])?;
    }
    Ok(count)
}

/// Which root key a database is closed with; reads only, also while a server runs.
///
/// # Errors
/// [`OpenError`].
pub fn closing_of(url: &DatabaseUrl, keys: &Keys) -> Result<Closing, OpenError> {
    aside(|| kernel::beside(url, |tx| Ok(start::closing(tx, keys)?)))
}

/// Opens every key that a root key wraps, and gives how many there are.
///
/// # Errors
/// [`OpenError::Key`] when one does not open.
pub fn verify_keys(url: &DatabaseUrl, keys: &RootKeys) -> Result<u64, OpenError> {
    aside(|| {
        kernel::beside(url, |tx| {
            let kept = start::kept(tx)?.ok_or(KeyError::Damaged("missing"))?;
            let root = keys.find(&kept.root_key).ok_or(KeyError::Wrong { needed: kept.root_key.clone() })?;
            start::unwrap(root, &kept).ok_or(KeyError::Damaged("damaged"))?;
            Ok(1 + practices(tx, &Keys::fixed(keys.clone()), None)?.len() as u64)
        })
    })
}

type Opened = (PracticeId, String, zeroize::Zeroizing<Vec<u8>>);

/// The practice keys that another generation than the current one wraps, opened.
fn practices(tx: &mut Tx<'_>, keys: &Keys, current: Option<&RootKey>) -> Result<Vec<Opened>, OpenError> {
    let all = tx.all(ALL_PRACTICE_KEYS, &[], |row| {
        let (practice, name): (PracticeId, String) = (row.get(0)?, row.get(1)?);
        if current.is_some_and(|current| name == current.id()) {
            return Ok(None);
        }
        let root = keys.find(&name).ok_or_else(|| KeyError::Wrong { needed: name.clone() })?;
        let secret = Seal(root.cipher()?).open(&PRACTICE_FIELD, row, 0)?;
        as_cipher(&secret)?;
        Ok(Some((practice, name, secret)))
    })?;
    Ok(all.into_iter().flatten().collect())
}

/// On a thread of its own: the PostgreSQL client cannot run inside a caller's async runtime.
fn aside<T: Send>(work: impl FnOnce() -> Result<T, OpenError> + Send) -> Result<T, OpenError> {
    let done = thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or(Err(OpenError::Store(StoreError::Panicked)))
}
