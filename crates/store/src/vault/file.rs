//! The key file: read with care, written so that it is whole or as before, never readable by others.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use zeroize::Zeroizing;

use super::root::{KeyError, RootKeys};

/// Longest key file that is read, in bytes: thousands of generations.
const LONGEST: u64 = 1 << 20;

/// Reads a key file that only its owner may read.
///
/// # Errors
/// [`KeyError`]: missing, readable by others, or not a key file.
pub fn read(path: &Path) -> Result<RootKeys, KeyError> {
    let found = fs::metadata(path).map_err(|wrong| match wrong.kind() {
        std::io::ErrorKind::NotFound => KeyError::Missing(path.to_owned()),
        _ => failed(path)(wrong),
    })?;
    check_mode(path, &found)?;
    let malformed = |reason: String| KeyError::Malformed { path: path.to_owned(), reason };
    if found.len() > LONGEST {
        return Err(malformed("it is too long for a key file".to_owned()));
    }
    let text = Zeroizing::new(fs::read(path).map_err(failed(path))?);
    let text = std::str::from_utf8(&text).map_err(|_| malformed("it is not text".to_owned()))?;
    RootKeys::from_text(text).map_err(malformed)
}

/// Refuses a secret file that others on this machine may read.
///
/// # Errors
/// [`KeyError::Readable`].
#[cfg(unix)]
pub fn check_mode(path: &Path, found: &fs::Metadata) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::Readable { path: path.to_owned(), mode }) }
}

/// Elsewhere the folder of the person keeps others out.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn check_mode(_: &Path, _: &fs::Metadata) -> Result<(), KeyError> {
    Ok(())
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
