//! Root keys: the one secret that stays outside the database. A file holds the current generation and older ones.

use std::fmt::Write as _;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::cipher::{self, Cipher, KEY_LEN, Secret};
use super::key_text::NotAKey;
use super::stretch::Stretch;

/// What a root key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Records of real people.
    Practice,
    /// Made-up people: a key that is thrown away with them.
    Demonstration,
}

impl KeyKind {
    /// The word in key files and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            KeyKind::Practice => "practice",
            KeyKind::Demonstration => "demonstration",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<KeyKind> {
        [KeyKind::Practice, KeyKind::Demonstration].into_iter().find(|kind| kind.code() == code)
    }
}

/// A root key cannot be used. Each says what to do; none holds a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no key file.
    #[error(
        "there is no root key at {}\nMake one with `attune key new`, or say with --key where yours is. Nothing was opened.",
        _0.display()
    )]
    Missing(PathBuf),
    /// There is no file with a passphrase.
    #[error("there is no file {} with a passphrase\nNothing was opened.", _0.display())]
    NoPassphrase(PathBuf),
    /// Others on this machine may read it.
    #[error(
        "{} can be read by others on this machine (mode {mode:03o}), and it opens the records\nRun `chmod 600 {}`. If somebody else may have read it, run `attune key rotate` too. Nothing was opened.",
        path.display(), path.display()
    )]
    Readable {
        /// The key file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It lies beside the records.
    #[error(
        "the root key or passphrase {} lies in the folder of the database: whoever copies the folder has both\nMove it elsewhere and say where with --key. Nothing was opened.",
        _0.display()
    )]
    BesideDatabase(PathBuf),
    /// A key for made-up people.
    #[error(
        "the root key {0} is a demonstration's: it is not kept secret\nMake one with `attune key new`. Nothing was opened."
    )]
    Demonstration(String),
    /// Not a key file.
    #[error(
        "{} is not a root key of this program\nName the right file with --key. Nothing was opened.", _0.display()
    )]
    NotAKey(PathBuf),
    /// A key file that is not as it was written.
    #[error(
        "the key file {} is damaged in line {line}\nPut a copy of it in its place. Where there is none, move it aside and type the key in from its recovery sheet: `attune key new --from-sheet`. Nothing was opened.",
        path.display()
    )]
    FileDamaged {
        /// The key file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// Another database's key.
    #[error(
        "this root key does not open this database, which was closed with key {needed}\nName the right key file with --key (or a passphrase with --key-passphrase-file), or type the key in again from its recovery sheet: `attune key new --from-sheet`. Nothing was changed."
    )]
    Wrong {
        /// The id of the key it was closed with.
        needed: String,
    },
    /// The vault's row is damaged or gone.
    #[error("the database's own key is {0}: stop, and restore a backup. Nothing was changed.")]
    Damaged(&'static str),
    /// The file could not be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The machine gave no random bytes, or the cipher failed.
    #[error("the cipher failed: nothing was opened")]
    Cipher,
}

impl From<cipher::CipherError> for KeyError {
    fn from(_: cipher::CipherError) -> Self {
        KeyError::Cipher
    }
}

/// One generation of the root key.
#[derive(Clone)]
pub struct RootKey {
    generation: u32,
    secret: Secret,
    id: String,
    stretch: Option<Stretch>,
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RootKey(generation {}, {})", self.generation, self.id)
    }
}

impl RootKey {
    /// A key of known bytes.
    ///
    /// # Errors
    /// [`KeyError::Cipher`].
    pub fn of(generation: u32, bytes: [u8; KEY_LEN]) -> Result<RootKey, KeyError> {
        let secret = Zeroizing::new(bytes);
        let name = cipher::derive(&secret, "attune root key id")?;
        let id = name.iter().take(8).fold(String::new(), |mut id, byte| {
            let _ = write!(id, "{byte:02x}");
            id
        });
        Ok(RootKey { generation, secret, id, stretch: None })
    }

    /// A new random key.
    ///
    /// # Errors
    /// [`KeyError::Cipher`] when the machine has no random source.
    pub fn new(generation: u32) -> Result<RootKey, KeyError> {
        RootKey::of(generation, cipher::random()?)
    }

    /// Which generation, from 1.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Its name: 16 letters that give nothing of it away.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its bytes, to be written on a recovery sheet.
    #[must_use]
    pub fn reveal(&self) -> &[u8; KEY_LEN] {
        &self.secret
    }

    /// What its passphrase was stretched with; none for a key that comes from a file.
    #[must_use]
    pub fn stretch(&self) -> Option<&Stretch> {
        self.stretch.as_ref()
    }

    pub(super) fn stretched(self, stretch: Stretch) -> RootKey {
        RootKey { stretch: Some(stretch), ..self }
    }

    pub(crate) fn cipher(&self) -> Result<Cipher, cipher::CipherError> {
        Cipher::new(&self.secret)
    }
}

/// The generations of a root key, the current one last.
#[derive(Debug, Clone)]
pub struct RootKeys {
    kind: KeyKind,
    keys: Vec<RootKey>,
}

impl RootKeys {
    /// A first key.
    #[must_use]
    pub fn of(kind: KeyKind, key: RootKey) -> RootKeys {
        RootKeys { kind, keys: vec![key] }
    }

    /// What the key is for.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// All generations, the oldest first.
    #[must_use]
    pub fn all(&self) -> &[RootKey] {
        &self.keys
    }

    /// The key that closes what is new.
    #[must_use]
    pub fn current(&self) -> Option<&RootKey> {
        self.keys.last()
    }

    /// The generation of that name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&RootKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// The same with a newer generation.
    #[must_use]
    pub fn with(&self, key: RootKey) -> RootKeys {
        let mut more = self.clone();
        more.keys.push(key);
        more
    }

    /// The text of a key file.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        super::key_text::write(self)
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// [`NotAKey`]: it is something else, or it is not as it was written.
    pub fn from_text(text: &[u8]) -> Result<RootKeys, NotAKey> {
        super::key_text::read(text)
    }
}
