//! Where the root key comes from: what it is at the start, and where a newer one is looked for.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::file::{self, SecretFile};
use super::root::{KeyError, KeyKind, RootKey, RootKeys};
use super::stretch::Stretch;

/// After a passphrase did not fit, it is not stretched again for so long: it costs time and memory.
const PATIENCE: Duration = Duration::from_secs(10);

/// The root keys at hand. Clones share what they learn.
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
    File(SecretFile),
    Passphrase(Passphrase),
}

struct Passphrase {
    /// Where it is read again when the database was closed with another one.
    file: Option<SecretFile>,
    words: Mutex<Zeroizing<String>>,
    /// The id that did not fit, and when.
    failed: Mutex<Option<(String, Instant)>>,
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
    /// See [`file::read`].
    pub fn from_file(file: impl Into<SecretFile>) -> Result<Keys, KeyError> {
        let file = file.into();
        let known = file::read(&file)?;
        Ok(Keys::held(Some(known), Source::File(file)))
    }

    /// A key made from a passphrase and a salt that the database keeps.
    #[must_use]
    pub fn from_passphrase(passphrase: Zeroizing<String>) -> Keys {
        Keys::of_passphrase(passphrase, None)
    }

    /// A key made from the first line of a file, which is read again when the database was closed with another one.
    ///
    /// # Errors
    /// See [`file::read_passphrase`].
    pub fn from_passphrase_file(file: impl Into<SecretFile>) -> Result<Keys, KeyError> {
        let file = file.into();
        Ok(Keys::of_passphrase(file::read_passphrase(&file)?, Some(file)))
    }

    fn of_passphrase(words: Zeroizing<String>, file: Option<SecretFile>) -> Keys {
        let (words, failed) = (Mutex::new(words), Mutex::default());
        Keys::held(None, Source::Passphrase(Passphrase { file, words, failed }))
    }

    /// What the key is for; a passphrase is always a practice's.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.known().map_or(KeyKind::Practice, |known| known.kind())
    }

    /// The generations known now; none before a passphrase was stretched.
    #[must_use]
    pub fn known(&self) -> Option<RootKeys> {
        self.inner.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The file that the keys or the passphrase are read from; empty where there is none.
    #[must_use]
    pub fn path(&self) -> &Path {
        let file = match &self.inner.source {
            Source::Fixed => None,
            Source::File(file) => Some(file),
            Source::Passphrase(passphrase) => passphrase.file.as_ref(),
        };
        file.map_or(Path::new(""), SecretFile::path)
    }

    /// Whether the key is made from a passphrase.
    #[must_use]
    pub fn is_passphrase(&self) -> bool {
        matches!(self.inner.source, Source::Passphrase(_))
    }

    /// Stretches the passphrase; none where the source is another.
    ///
    /// # Errors
    /// [`KeyError::Cipher`].
    pub fn stretched(&self, stretch: &Stretch) -> Result<Option<RootKey>, KeyError> {
        let Source::Passphrase(passphrase) = &self.inner.source else { return Ok(None) };
        let words = passphrase.words().clone();
        stretch.key(&words).map(Some)
    }

    /// Stretches the passphrase of a database that is being made, and remembers the key.
    pub(super) fn learn_stretched(&self, stretch: &Stretch) -> Result<(), KeyError> {
        if let Some(key) = self.stretched(stretch)? {
            self.learn_one(&key);
        }
        Ok(())
    }

    pub(crate) fn learn(&self, keys: RootKeys) {
        *self.inner.known.write().unwrap_or_else(PoisonError::into_inner) = Some(keys);
    }

    /// One more key; what was closed with an older one still opens.
    fn learn_one(&self, key: &RootKey) {
        let mut known = self.inner.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some(match known.take() {
            Some(older) => older.with(key.clone()),
            None => RootKeys::of(KeyKind::Practice, key.clone()),
        });
    }

    /// The generation of that name; looks into the file again when it is not known.
    pub(crate) fn find(&self, id: &str) -> Option<RootKey> {
        if let Some(key) = self.known().and_then(|known| known.find(id).cloned()) {
            return Some(key);
        }
        let Source::File(file) = &self.inner.source else { return None };
        match file::read(file) {
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

    /// The root key of that name, which the database was closed with: also from a passphrase, stretched with what the
    /// database keeps and, where that does not fit, read again from its file.
    pub(crate) fn find_with(&self, id: &str, stretch: Option<&Stretch>) -> Result<Option<RootKey>, KeyError> {
        if let Some(key) = self.find(id) {
            return Ok(Some(key));
        }
        let (Source::Passphrase(passphrase), Some(stretch)) = (&self.inner.source, stretch) else {
            return Ok(None);
        };
        let mut failed = passphrase.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.as_ref().is_some_and(|(name, at)| name == id && at.elapsed() < PATIENCE) {
            return Ok(None);
        }
        let found = passphrase.fitting(id, stretch)?;
        match &found {
            Some(key) => self.learn_one(key),
            None => *failed = Some((id.to_owned(), Instant::now())),
        }
        Ok(found)
    }
}

impl Passphrase {
    fn words(&self) -> MutexGuard<'_, Zeroizing<String>> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fitting(&self, id: &str, stretch: &Stretch) -> Result<Option<RootKey>, KeyError> {
        let words = self.words().clone();
        let key = stretch.key(&words)?;
        if key.id() == id {
            return Ok(Some(key));
        }
        let Some(file) = &self.file else { return Ok(None) };
        let newer = match file::read_passphrase(file) {
            Ok(newer) if newer != words => newer,
            Ok(_) => return Ok(None),
            Err(wrong) => {
                tracing::error!(%wrong, "the passphrase could not be read again");
                return Ok(None);
            }
        };
        let key = stretch.key(&newer)?;
        if key.id() != id {
            return Ok(None);
        }
        *self.words() = newer;
        Ok(Some(key))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn c6_a_root_key_is_never_printed() {
        let keys = RootKeys::of(KeyKind::Practice, RootKey::of(1, [7; 32]).unwrap());
        let printed = format!("{keys:?} {:?}", Keys::fixed(keys.clone()));
        assert!(!printed.contains("0707") && !printed.contains("7, 7"), "{printed}");
    }

    #[test]
    fn a_passphrase_that_was_changed_in_its_file_is_found_and_the_older_key_stays_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words");
        let write = |words: &str| {
            std::fs::write(&path, words).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            }
        };
        let (first, second) = ("the first of two long passphrases", "the second of two long passphrases");
        write(first);
        let keys = Keys::from_passphrase_file(path.as_path()).unwrap();
        let stretch = Stretch::new().unwrap();
        let (old, new) = (stretch.key(first).unwrap(), stretch.key(second).unwrap());
        assert_eq!(keys.find_with(old.id(), Some(&stretch)).unwrap().unwrap().id(), old.id());
        write(second);
        assert_eq!(keys.find_with(new.id(), Some(&stretch)).unwrap().unwrap().id(), new.id());
        assert_eq!(keys.find_with(old.id(), None).unwrap().unwrap().id(), old.id());
        assert!(keys.find_with("another", Some(&stretch)).unwrap().is_none());
        assert_eq!(keys.known().unwrap().current().unwrap().id(), new.id());
    }
}
