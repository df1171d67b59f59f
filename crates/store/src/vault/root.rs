//! Root keys: the one secret that stays outside the database. A file holds the current generation and older ones.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use zeroize::Zeroizing;

use super::cipher::{self, Cipher, KEY_LEN, Secret};

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

    fn from_code(code: &str) -> Option<KeyKind> {
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
    /// Others on this machine may read it.
    #[error(
        "the root key {} can be read by others on this machine (mode {mode:03o})\nRun `chmod 600 {}`. If somebody else may have read it, run `attune key rotate` too. Nothing was opened.",
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
        "the root key {} lies in the folder of the database: whoever copies the folder has both\nMove it elsewhere and say where with --key. Nothing was opened.",
        _0.display()
    )]
    BesideDatabase(PathBuf),
    /// A key for made-up people.
    #[error(
        "the root key {0} is a demonstration's: it is not kept secret\nMake one with `attune key new`. Nothing was opened."
    )]
    Demonstration(String),
    /// Not a key file.
    #[error("{}: {reason}\nIf it was damaged, type it in again: `attune key new --from-sheet`. Nothing was opened.", path.display())]
    Malformed {
        /// The key file.
        path: PathBuf,
        /// What is wrong, without the key.
        reason: String,
    },
    /// Another database's key.
    #[error(
        "this root key does not open this database, which was closed with key {needed}\nName the right key file with --key, or type the key in again from its recovery sheet: `attune key new --from-sheet`. Nothing was changed."
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
        Ok(RootKey { generation, secret, id })
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
        let mut text = Zeroizing::new(String::with_capacity(512));
        text.push_str(
            "# The root key of an Attune installation. Keep it secret, and keep a copy of it on paper:\n",
        );
        text.push_str("# without it nobody can read the records or their backups.\n");
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{HEADING}\nfor {}", self.kind.code());
        for key in &self.keys {
            let _ = write!(text, "{} ", key.generation);
            for byte in key.secret.iter() {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\n');
        }
        text
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// What is wrong with it, without the key.
    pub fn from_text(text: &str) -> Result<RootKeys, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        if lines.next() != Some(HEADING) {
            return Err("this is not a root key of this program".to_owned());
        }
        let kind = lines.next().and_then(|line| KeyKind::from_code(line.strip_prefix("for ")?));
        let kind = kind.ok_or("it does not say what the key is for")?;
        let mut keys: Vec<RootKey> = Vec::new();
        for line in lines {
            let (generation, bytes) = line.split_once(' ').ok_or("a line is cut off")?;
            let generation: u32 = generation.parse().map_err(|_| "a generation is not a number")?;
            if keys.last().is_some_and(|before| before.generation >= generation) {
                return Err("the generations are not in order".to_owned());
            }
            let bytes = from_hex(bytes.trim()).ok_or("a key has letters missing or wrong")?;
            keys.push(RootKey::of(generation, bytes).map_err(|wrong| wrong.to_string())?);
        }
        if keys.is_empty() {
            return Err("it holds no key".to_owned());
        }
        Ok(RootKeys { kind, keys })
    }
}

const HEADING: &str = "attune root key 1";

fn from_hex(text: &str) -> Option<[u8; KEY_LEN]> {
    if text.len() != KEY_LEN * 2 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; KEY_LEN];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Where the root key comes from: what it is made of at the start, and where a newer generation is looked for.
#[derive(Clone)]
pub struct Keys {
    inner: Arc<Held>,
}

struct Held {
    known: RwLock<Option<RootKeys>>,
    source: Source,
}

enum Source {
    Fixed,
    File(PathBuf),
    Passphrase(Zeroizing<String>),
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    fn held(known: Option<RootKeys>, source: Source) -> Keys {
        Keys { inner: Arc::new(Held { known: RwLock::new(known), source }) }
    }

    /// These keys and no others.
    #[must_use]
    pub fn fixed(keys: RootKeys) -> Keys {
        Keys::held(Some(keys), Source::Fixed)
    }

    /// The keys of a file, which is read again when the database names a generation that is not known yet.
    ///
    /// # Errors
    /// See [`super::file::read`].
    pub fn from_file(path: &Path) -> Result<Keys, KeyError> {
        let known = super::file::read(path)?;
        Ok(Keys::held(Some(known), Source::File(path.to_owned())))
    }

    /// A key made from a passphrase and a salt that the database keeps.
    #[must_use]
    pub fn from_passphrase(passphrase: Zeroizing<String>) -> Keys {
        Keys::held(None, Source::Passphrase(passphrase))
    }

    /// What the key is for; a passphrase is always a practice's.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.known().map_or(KeyKind::Practice, |known| known.kind)
    }

    /// The generations known now.
    #[must_use]
    pub fn known(&self) -> Option<RootKeys> {
        self.inner.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The passphrase, where that is the source.
    pub(crate) fn passphrase(&self) -> Option<&str> {
        match &self.inner.source {
            Source::Passphrase(passphrase) => Some(passphrase),
            _ => None,
        }
    }

    pub(crate) fn learn(&self, keys: RootKeys) {
        *self.inner.known.write().unwrap_or_else(PoisonError::into_inner) = Some(keys);
    }

    /// The generation of that name; looks into the file again when it is not known.
    pub(crate) fn find(&self, id: &str) -> Option<RootKey> {
        if let Some(key) = self.known().and_then(|known| known.find(id).cloned()) {
            return Some(key);
        }
        let Source::File(path) = &self.inner.source else { return None };
        match super::file::read(path) {
            Ok(newer) => {
                let found = newer.find(id).cloned();
                self.learn(newer);
                found
            }
            Err(wrong) => {
                tracing::error!(%wrong, "the root key could not be read again");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn two() -> RootKeys {
        RootKeys::of(KeyKind::Practice, RootKey::of(1, [7; 32]).unwrap())
            .with(RootKey::of(3, [8; 32]).unwrap())
    }

    #[test]
    fn a_key_file_reads_back_as_it_was_written() {
        let read = RootKeys::from_text(&two().to_text()).unwrap();
        assert_eq!(read.kind(), KeyKind::Practice);
        assert_eq!(read.current().unwrap().id(), two().current().unwrap().id());
        assert_eq!(read.find(two().all().first().unwrap().id()).unwrap().generation(), 1);
        assert_eq!(read.current().unwrap().reveal(), &[8; 32]);
    }

    #[test]
    fn a_key_file_with_a_mistake_is_refused_without_telling_the_key() {
        let text = two().to_text().to_string();
        let key = "07".repeat(32);
        for (wrong, with) in [
            ("attune root key 1", "something else"),
            ("for practice", "for fun"),
            ("0707", "07"),
            ("0707", "zz07"),
            ("3 0808", "1 0808"),
            ("1 ", ""),
        ] {
            let told = RootKeys::from_text(&text.replacen(wrong, with, 1)).unwrap_err();
            assert!(!told.contains(&key), "{told}");
        }
        assert!(RootKeys::from_text("attune root key 1\nfor practice\n").is_err());
    }

    #[test]
    fn c6_a_root_key_is_never_printed() {
        let printed = format!("{:?} {:?}", two(), Keys::fixed(two()));
        assert!(!printed.contains("0707") && !printed.contains("7, 7"), "{printed}");
    }
}
