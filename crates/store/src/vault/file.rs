//! The key file: read with care, written so that it is whole or as before, never readable by others.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::key_text::NotAKey;
use super::root::{KeyError, RootKeys};

/// Longest key file that is read, in bytes: thousands of generations.
const LONGEST: u64 = 1 << 20;

/// Least letters of a passphrase: it is all that stands between a copied database and its reader.
const PASSPHRASE_LETTERS: usize = 20;

/// A file that holds a secret, and how it came here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFile {
    path: PathBuf,
    handed: bool,
}

impl From<&Path> for SecretFile {
    fn from(path: &Path) -> Self {
        SecretFile { path: path.to_owned(), handed: false }
    }
}

impl SecretFile {
    /// A file that systemd handed over, in the folder it made for this service.
    #[must_use]
    pub fn handed_over(path: &Path) -> SecretFile {
        SecretFile { path: path.to_owned(), handed: true }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether systemd handed it over: then it is a copy.
    #[must_use]
    pub fn is_handed_over(&self) -> bool {
        self.handed
    }

    /// The bytes, if nobody else may read them.
    fn read(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let path = self.path();
        let found = fs::metadata(path).map_err(|wrong| match wrong.kind() {
            std::io::ErrorKind::NotFound => KeyError::Missing(path.to_owned()),
            _ => failed(path)(wrong),
        })?;
        self.is_private(&found)?;
        if found.len() > LONGEST {
            return Err(KeyError::NotAKey(path.to_owned()));
        }
        Ok(Zeroizing::new(fs::read(path).map_err(failed(path))?))
    }

    /// Refuses a file that others on this machine may read. systemd (254 and later) gives its service a file of root's with
    /// mode 0440: what looks like the group's right to read is the bound of an access list that names the service's user
    /// alone. So that mode is allowed, for a file of root and root's group in a folder that nobody else can write, where
    /// systemd said it is.
    #[cfg(unix)]
    fn is_private(&self, found: &fs::Metadata) -> Result<(), KeyError> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o077 == 0 {
            return Ok(());
        }
        let roots = |found: &fs::Metadata| found.uid() == 0 && found.gid() == 0;
        let folder = self.path.parent().and_then(|folder| fs::metadata(folder).ok());
        let kept = folder.is_some_and(|folder| roots(&folder) && folder.permissions().mode() & 0o022 == 0);
        if self.handed && mode == 0o440 && roots(found) && kept {
            return Ok(());
        }
        Err(KeyError::Readable { path: self.path.clone(), mode })
    }

    /// Elsewhere the folder of the person keeps others out.
    #[cfg(not(unix))]
    fn is_private(&self, _: &fs::Metadata) -> Result<(), KeyError> {
        Ok(())
    }
}

/// Reads a key file that nobody else may read.
///
/// # Errors
/// [`KeyError`]: missing, readable by others, not a key file, or damaged.
pub fn read(file: &SecretFile) -> Result<RootKeys, KeyError> {
    RootKeys::from_text(&file.read()?).map_err(|wrong| match wrong {
        NotAKey::Other => KeyError::NotAKey(file.path.clone()),
        NotAKey::Damaged(line) => KeyError::FileDamaged { path: file.path.clone(), line },
    })
}

/// Reads the passphrase that is the first line of a file that nobody else may read.
///
/// # Errors
/// [`KeyError::NoPassphrase`], [`KeyError::Readable`], or [`KeyError::File`] when it is too short.
pub fn read_passphrase(file: &SecretFile) -> Result<Zeroizing<String>, KeyError> {
    let bytes = file.read().map_err(|wrong| match wrong {
        KeyError::Missing(path) => KeyError::NoPassphrase(path),
        other => other,
    })?;
    let refused = |reason: String| KeyError::File { path: file.path.clone(), reason };
    let text =
        std::str::from_utf8(&bytes).map_err(|_| refused("a passphrase is text in UTF-8".to_owned()))?;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() < PASSPHRASE_LETTERS {
        return Err(refused(format!("a passphrase needs {PASSPHRASE_LETTERS} letters or more")));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

/// Writes a key file where there is none.
///
/// # Errors
/// [`KeyError::File`], also when there is one: a key is never overwritten.
pub fn create(path: &Path, keys: &RootKeys) -> Result<(), KeyError> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let mut file = crate::kernel::private().create_new(true).open(path).map_err(failed(path))?;
    file.write_all(keys.to_text().as_bytes()).and_then(|()| file.sync_all()).map_err(failed(path))?;
    sync_folder(path)
}

/// Puts other keys into a key file: written beside it, made durable, then moved over it.
///
/// # Errors
/// [`KeyError::File`]; the file is as before then.
pub fn replace(path: &Path, keys: &RootKeys) -> Result<(), KeyError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = Path::new(&name);
    // Left over from a try that was cut off.
    let _ = fs::remove_file(part);
    create(part, keys)?;
    fs::rename(part, path).map_err(failed(path))?;
    sync_folder(path)
}

/// Held while a key file is changed, so that two rotations do not meet.
///
/// # Errors
/// [`KeyError::File`] when another process holds it.
pub fn hold(path: &Path) -> Result<File, KeyError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = File::open(folder).map_err(failed(path))?;
    match folder.try_lock() {
        Ok(()) => Ok(folder),
        Err(_) => Err(KeyError::File {
            path: path.to_owned(),
            reason: "another program is changing it: try again".to_owned(),
        }),
    }
}

fn private_folder(folder: &Path) -> Result<(), KeyError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(failed(folder))
}

fn sync_folder(path: &Path) -> Result<(), KeyError> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(path))
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> KeyError {
    let path = path.to_owned();
    move |wrong| KeyError::File { path, reason: wrong.to_string() }
}
