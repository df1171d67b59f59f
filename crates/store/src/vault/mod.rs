//! What closes the records: a root key outside the database, keys of practices and clients inside it, each wrapped by
//! the one above, and the sealing of columns. `docs/keys.md` tells what is sealed and why.
//!
//! ```text
//! root key (a file, a passphrase)  ──wraps──  installation key   → derived secrets, marks of rows, links, sessions
//!                                  ──wraps──  practice key       → names, addresses and secrets of accounts
//!                                                  └─wraps─ client key (one a class)  → the client's record
//! ```

mod cache;
mod cipher;
mod field;
pub mod file;
mod key_text;
mod keys;
pub(crate) mod marks;
mod ring;
mod root;
mod rotate;
mod rows;
pub mod sheet;
pub mod signatures;
mod start;
mod stretch;
pub(crate) mod verify;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use domain::ids::PracticeId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::kernel::{Row, StoreError, ToValue};
use cache::Cache;
use cipher::{Cipher, CipherError, KEY_LEN, Marker, Secret};

pub use field::Field;
pub use file::SecretFile;
pub use key_text::NotAKey;
pub use keys::Keys;
pub(crate) use ring::{Ring, wrapped};
pub use root::{KeyError, KeyKind, RootKey, RootKeys};
pub use rotate::{Generations, closing_of, generations, rotate, verify_keys};
pub(crate) use rows::TEXTS;
pub(crate) use start::open;
pub use start::{Closing, closing};
pub use stretch::Stretch;
pub use verify::{Verified, clients_page, practice_page};

/// Which of a client's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The record: everything that is not of another class (K3).
    Chart,
    /// Psychotherapy notes (K5).
    Notes,
}

impl Class {
    /// The word the database keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Class::Chart => "K3",
            Class::Notes => "K5",
        }
    }
}

impl From<CipherError> for StoreError {
    fn from(_: CipherError) -> Self {
        StoreError::other("cipher", "the cipher failed")
    }
}

/// The keys of a running program. Nothing of it is ever printed.
pub struct Vault {
    keys: Keys,
    installation: Secret,
    entrance: Seal,
    marker: Marker,
    addresses: Marker,
    practices: Mutex<HashMap<PracticeId, Cipher>>,
    clients: Cache,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    fn of(keys: Keys, installation: Secret) -> Result<Vault, CipherError> {
        let entrance = Seal(Cipher::new(&cipher::derive(&installation, "links and sessions")?)?);
        let marker = Marker::new(&cipher::derive(&installation, "marks of rows")?);
        let addresses = Marker::new(&cipher::derive(&installation, "addresses")?);
        Ok(Vault {
            keys,
            installation,
            entrance,
            marker,
            addresses,
            practices: Mutex::default(),
            clients: Cache::default(),
        })
    }

    /// A vault of random keys that are kept nowhere, for work before a database's own is open and for the kernel's
    /// tests: what it closes, nobody opens.
    #[expect(clippy::expect_used, reason = "a machine without a random source must not make up keys")]
    pub(crate) fn none() -> Arc<Vault> {
        static NONE: LazyLock<Arc<Vault>> = LazyLock::new(|| {
            let made = || -> Result<Vault, KeyError> {
                let keys = RootKeys::of(KeyKind::Demonstration, RootKey::new(1)?);
                Ok(Vault::of(Keys::fixed(keys), cipher::new_secret()?)?)
            };
            Arc::new(made().expect("the operating system gives random bytes"))
        });
        Arc::clone(&NONE)
    }

    /// A secret of this installation for a purpose: depends on the root key outside the database, survives its
    /// rotation, and gives nothing of any other away.
    ///
    /// # Errors
    /// [`StoreError`] when the cipher fails.
    pub fn derive(&self, label: &'static str) -> Result<[u8; KEY_LEN], StoreError> {
        Ok(*cipher::derive(&self.installation, label)?)
    }

    /// What seals what comes before anybody is signed in: links and sessions.
    pub fn entrance(&self) -> &Seal {
        &self.entrance
    }

    /// The mark of a row without a sealed column.
    ///
    /// # Errors
    /// [`StoreError`] when the bound values are not those of the field.
    pub fn mark(&self, field: &Field, values: &[&dyn ToValue]) -> Result<Vec<u8>, StoreError> {
        Ok(self.marker.mark(field.place(values)?.bytes()))
    }

    /// Whether a mark is the one over these values. Compares in constant time.
    pub(crate) fn marked(
        &self,
        field: &Field,
        values: &[&dyn ToValue],
        mark: &[u8],
    ) -> Result<bool, StoreError> {
        Ok(self.marker.holds(field.place(values)?.bytes(), mark))
    }

    /// Makes sure that a row is as it was marked: its bound columns stand from `at` on, then the mark.
    ///
    /// # Errors
    /// [`StoreError::Broken`].
    pub fn verify(&self, field: &Field, row: &Row<'_>, at: usize) -> Result<(), StoreError> {
        let place = field.place_in(row, at)?;
        match row.cell(at + field.bound.len())? {
            crate::Value::Bytes(mark) if self.marker.holds(place.bytes(), &mark) => Ok(()),
            _ => Err(field.broken(&place)),
        }
    }

    /// The mark of a row just read, whose bound columns stand from `at` on.
    ///
    /// # Errors
    /// [`StoreError`] when a cell cannot be read.
    pub(crate) fn mark_of(&self, field: &Field, row: &Row<'_>, at: usize) -> Result<Vec<u8>, StoreError> {
        Ok(self.marker.mark(field.place_in(row, at)?.bytes()))
    }

    /// An address as sign-in looks it up: nobody without the key can tell which address it is.
    pub fn address(&self, folded: &str) -> String {
        let mark = self.addresses.mark(folded.as_bytes());
        mark.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn practice(&self, id: PracticeId) -> Option<Cipher> {
        self.practices.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn learn_practice(&self, id: PracticeId, cipher: &Cipher) {
        self.practices.lock().unwrap_or_else(PoisonError::into_inner).insert(id, cipher.clone());
    }
}

/// A key that seals columns: a practice's, or one of a client's.
#[derive(Debug, Clone)]
pub struct Seal(Cipher);

impl Seal {
    /// Seals bytes for a field, with the bound columns in the order of [`Field::bound`].
    ///
    /// # Errors
    /// [`StoreError`] when the cipher fails or the bound values are not those of the field.
    pub fn bytes(&self, field: &Field, bound: &[&dyn ToValue], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(self.0.seal(field.place(bound)?.bytes(), plain)?)
    }

    /// Seals a document (JSON) for a field.
    ///
    /// # Errors
    /// As [`Seal::bytes`].
    pub fn document<T: Serialize>(
        &self,
        field: &Field,
        bound: &[&dyn ToValue],
        value: &T,
    ) -> Result<Vec<u8>, StoreError> {
        let plain = zeroize::Zeroizing::new(crate::document(value)?);
        self.bytes(field, bound, plain.as_bytes())
    }

    /// Opens a sealed cell: the bound columns stand from `at` on, then the sealed one.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the cell, a bound one or their place is not as it was sealed.
    pub fn open(
        &self,
        field: &Field,
        row: &Row<'_>,
        at: usize,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, StoreError> {
        let place = field.place_in(row, at)?;
        let sealed = row.cell(at + field.bound.len())?;
        let crate::Value::Bytes(sealed) = &sealed else { return Err(field.broken(&place)) };
        self.0.open(place.bytes(), sealed).map_err(|_| field.broken(&place))
    }

    /// Opens a sealed cell as text.
    ///
    /// # Errors
    /// As [`Seal::open`].
    pub fn text(&self, field: &Field, row: &Row<'_>, at: usize) -> Result<String, StoreError> {
        words(field, &self.open(field, row, at)?)
    }

    /// Opens a cell that was taken from its row.
    ///
    /// # Errors
    /// As [`Seal::open`].
    pub(crate) fn bytes_of(&self, taken: &Taken) -> Result<zeroize::Zeroizing<Vec<u8>>, StoreError> {
        let plain = self.0.open(taken.place.bytes(), &taken.sealed);
        plain.map_err(|_| taken.field.broken(&taken.place))
    }

    /// The same as text.
    ///
    /// # Errors
    /// As [`Seal::text`].
    pub(crate) fn text_of(&self, taken: &Taken) -> Result<String, StoreError> {
        words(taken.field, &self.bytes_of(taken)?)
    }

    /// Opens a sealed cell as a document.
    ///
    /// # Errors
    /// As [`Seal::open`], and [`StoreError::Decode`] when the document is not of the type.
    pub fn read<T: DeserializeOwned>(
        &self,
        field: &Field,
        row: &Row<'_>,
        at: usize,
    ) -> Result<T, StoreError> {
        let plain = self.open(field, row, at)?;
        serde_json::from_slice(&plain).map_err(|wrong| StoreError::Decode {
            column: format!("{}.{}", field.table, field.column),
            reason: format!("the document does not fit (line {}, column {})", wrong.line(), wrong.column()),
        })
    }
}

/// A sealed cell with its place, taken from its row: to be opened once the row has told whose key that takes.
pub(crate) struct Taken {
    field: &'static Field,
    place: field::Place,
    sealed: Vec<u8>,
}

impl Taken {
    /// The bound columns stand from `at` on, then the sealed one.
    pub(crate) fn of(field: &'static Field, row: &Row<'_>, at: usize) -> Result<Taken, StoreError> {
        let place = field.place_in(row, at)?;
        match row.cell(at + field.bound.len())? {
            crate::Value::Bytes(sealed) => Ok(Taken { field, place, sealed: sealed.to_vec() }),
            _ => Err(field.broken(&place)),
        }
    }
}

fn words(field: &Field, plain: &[u8]) -> Result<String, StoreError> {
    let text = std::str::from_utf8(plain).map_err(|_| StoreError::Decode {
        column: format!("{}.{}", field.table, field.column),
        reason: "the text is not UTF-8".to_owned(),
    })?;
    Ok(text.to_owned())
}
