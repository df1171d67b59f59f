//! Opening the vault: the root key opens the installation key, or closes a new one in a database that has none.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::cipher::{self, KEY_LEN, Secret};
use super::ring::as_cipher;
use super::rows::{
    ADD_INSTALLATION, ALL_PRACTICE_KEYS, ANY_PRACTICE, INSTALLATION, INSTALLATION_FIELD, PRACTICE_FIELD,
};
use super::stretch::Stretch;
use super::{KeyError, Keys, RootKey, Seal, Vault, marks};
use crate::kernel::{Moved, OpenError, StoreError, Tx};

/// The one row of the vault.
pub(super) const ROW: &str = "installation";
/// The installation's row as it is kept.
pub(super) struct Kept {
    pub(super) root_key: String,
    pub(super) kind: String,
    pub(super) created_at: i64,
    pub(super) wrapped: Vec<u8>,
    pub(super) stretch: Option<Stretch>,
}

pub(super) fn kept(tx: &mut Tx<'_>) -> Result<Option<Kept>, StoreError> {
    tx.one(INSTALLATION, &[], |row| {
        Ok(Kept {
            root_key: row.get(1)?,
            kind: row.get(2)?,
            created_at: row.get(3)?,
            wrapped: row.get(4)?,
            stretch: row.get::<Option<Vec<u8>>>(5)?.and_then(|salt| Stretch::kept(&salt)),
        })
    })
}

/// Opens the vault of a database, or makes one in an empty database. `moved` is how far its schema just moved: rows from
/// before their table had marks get theirs now.
pub(crate) fn open(tx: &mut Tx<'_>, keys: &Keys, moved: Moved) -> Result<Vault, OpenError> {
    if let Some(kept) = kept(tx)? {
        let vault = opened(keys, &kept)?;
        learn_practices(tx, &vault)?;
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

/// Opens the keys of all practices now, so that another root key, also one that this program never gets, changes
/// nothing for it as long as it runs. One that does not open is told of where it is used.
fn learn_practices(tx: &mut Tx<'_>, vault: &Vault) -> Result<(), StoreError> {
    tx.each(ALL_PRACTICE_KEYS, &[], |row| {
        let root = vault.keys.find(&row.get::<String>(1)?);
        let opened = root.and_then(|root| {
            let key = Seal(root.cipher().ok()?).open(&PRACTICE_FIELD, row, 0).ok()?;
            as_cipher(&key).ok()
        });
        if let Some(cipher) = opened {
            vault.learn_practice(row.get(0)?, &cipher);
        }
        Ok(true)
    })
}

fn opened(keys: &Keys, kept: &Kept) -> Result<Vault, OpenError> {
    let wrong = || KeyError::Wrong { needed: kept.root_key.clone() };
    let root = keys.find_with(&kept.root_key, kept.stretch.as_ref())?.ok_or_else(wrong)?;
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
    if let Some(root) = keys.is_passphrase().then(Stretch::new).transpose()? {
        keys.learn_stretched(&root)?;
    }
    let known = keys.known().ok_or(KeyError::Cipher)?;
    let root = known.current().ok_or(KeyError::Cipher)?;
    let secret = cipher::new_secret().map_err(KeyError::from)?;
    let (kind, now) = (known.kind().code(), Timestamp::now());
    let place = INSTALLATION_FIELD.place(&[&ROW, &root.id(), &kind, &now])?;
    let wrapped = root.cipher().and_then(|cipher| cipher.seal(place.bytes(), secret.as_slice()));
    let wrapped = wrapped.map_err(KeyError::from)?;
    tx.exec(ADD_INSTALLATION, &[&ROW, &root.id(), &kind, &now, &wrapped, &salt(root)])?;
    Ok(())
}

/// What the database keeps of how a root key was made from a passphrase.
pub(super) fn salt(root: &RootKey) -> Option<Vec<u8>> {
    root.stretch().map(|stretch| stretch.salt().to_vec())
}

/// The root key that a database is closed with now.
#[derive(Debug)]
pub struct Closing {
    /// Its name.
    pub name: String,
    /// The key, where the program has it.
    pub key: Option<RootKey>,
}

/// Which root key the database is closed with now; looks for it anew where the program does not know it yet.
///
/// # Errors
/// [`KeyError::Damaged`] when the database has no keys; the store's failure.
pub fn closing(tx: &mut Tx<'_>, keys: &Keys) -> Result<Closing, StoreError> {
    let kept = kept(tx)?.ok_or(KeyError::Damaged("missing"))?;
    let key = keys.find_with(&kept.root_key, kept.stretch.as_ref())?;
    Ok(Closing { name: kept.root_key, key })
}
