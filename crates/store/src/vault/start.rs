//! Opening the vault: the root key opens the installation key, or closes a new one in a database that has none.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::cipher::{self, KEY_LEN, Secret};
use super::rows::{ADD_INSTALLATION, ANY_PRACTICE, INSTALLATION, INSTALLATION_FIELD};
use super::{KeyError, KeyKind, Keys, RootKey, RootKeys, Vault, marks};
use crate::kernel::{Moved, OpenError, StoreError, Tx};

/// The one row of the vault.
pub(super) const ROW: &str = "installation";
/// Memory of the passphrase's hash in KiB (64 MiB).
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes over it.
const PASSES: u32 = 3;

/// The installation's row as it is kept.
pub(super) struct Kept {
    pub(super) root_key: String,
    pub(super) kind: String,
    pub(super) created_at: i64,
    pub(super) wrapped: Vec<u8>,
    pub(super) salt: Option<Vec<u8>>,
}

pub(super) fn kept(tx: &mut Tx<'_>) -> Result<Option<Kept>, StoreError> {
    tx.one(INSTALLATION, &[], |row| {
        Ok(Kept {
            root_key: row.get(1)?,
            kind: row.get(2)?,
            created_at: row.get(3)?,
            wrapped: row.get(4)?,
            salt: row.get(5)?,
        })
    })
}

/// Opens the vault of a database, or makes one in an empty database. `moved` is how far its schema just moved: rows from
/// before their table had marks get theirs now.
pub(crate) fn open(tx: &mut Tx<'_>, keys: &Keys, moved: Moved) -> Result<Vault, OpenError> {
    if let Some(kept) = kept(tx)? {
        let vault = opened(keys, &kept)?;
        if moved.across(marks::SINCE) {
            marks::mark_all(tx, &vault)?;
        }
        return Ok(vault);
    }
    if tx.one(ANY_PRACTICE, &[], |_| Ok(()))?.is_some() {
        return Err(KeyError::Damaged("missing").into());
    }
    make(tx, keys)?;
    // Another program may have been faster.
    let kept = kept(tx)?.ok_or(KeyError::Damaged("missing"))?;
    opened(keys, &kept)
}

fn opened(keys: &Keys, kept: &Kept) -> Result<Vault, OpenError> {
    if let (Some(passphrase), Some(salt)) = (keys.passphrase(), &kept.salt) {
        keys.learn(RootKeys::of(KeyKind::Practice, from_passphrase(passphrase, salt)?));
    }
    let wrong = || KeyError::Wrong { needed: kept.root_key.clone() };
    let root = keys.find(&kept.root_key).ok_or_else(wrong)?;
    let secret = unwrap(&root, kept).ok_or(KeyError::Damaged("damaged"))?;
    if kept.kind != keys.kind().code() {
        return Err(wrong().into());
    }
    Ok(Vault::of(keys.clone(), secret).map_err(KeyError::from)?)
}

/// Opens the installation key with a root key.
pub(super) fn unwrap(root: &RootKey, kept: &Kept) -> Option<Secret> {
    let place = INSTALLATION_FIELD.place(&[&ROW, &kept.root_key, &kept.kind, &kept.created_at]).ok()?;
    let bytes = root.cipher().ok()?.open(place.bytes(), &kept.wrapped).ok()?;
    let bytes: [u8; KEY_LEN] = bytes.as_slice().try_into().ok()?;
    Some(Zeroizing::new(bytes))
}

fn make(tx: &mut Tx<'_>, keys: &Keys) -> Result<(), OpenError> {
    let mut salt = None;
    if let Some(passphrase) = keys.passphrase() {
        let fresh: [u8; 16] = cipher::random().map_err(KeyError::from)?;
        keys.learn(RootKeys::of(KeyKind::Practice, from_passphrase(passphrase, &fresh)?));
        salt = Some(fresh.to_vec());
    }
    let known = keys.known().ok_or(KeyError::Cipher)?;
    let root = known.current().ok_or(KeyError::Cipher)?;
    let secret = cipher::new_secret().map_err(KeyError::from)?;
    let (kind, now) = (known.kind().code(), Timestamp::now());
    let place = INSTALLATION_FIELD.place(&[&ROW, &root.id(), &kind, &now])?;
    let wrapped = root.cipher().and_then(|cipher| cipher.seal(place.bytes(), secret.as_slice()));
    let wrapped = wrapped.map_err(KeyError::from)?;
    tx.exec(ADD_INSTALLATION, &[&ROW, &root.id(), &kind, &now, &wrapped, &salt])?;
    Ok(())
}

/// The root key of a passphrase: Argon2id over the passphrase with the salt that the database keeps.
fn from_passphrase(passphrase: &str, salt: &[u8]) -> Result<RootKey, KeyError> {
    use argon2::{Algorithm, Argon2, Params, Version};
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(KEY_LEN)).map_err(|_| KeyError::Cipher)?;
    let mut bytes = [0; KEY_LEN];
    let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
        passphrase.as_bytes(),
        salt,
        &mut bytes,
    );
    hashed.map_err(|_| KeyError::Cipher)?;
    RootKey::of(1, bytes)
}
