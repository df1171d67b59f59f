//! The ledger of erasures as a file: kept beside a SQLite database, or exported, so that a backup that is older than an
//! erasure cannot bring anybody back. One JSON object a line; no names.

use crate::kernel::{BackupError, DatabaseUrl, replace_file};
use domain::erasure::Erased;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The ledger's name in the data folder of a program that uses PostgreSQL. One for all its databases: whichever of them
/// comes back from a backup, at whatever address, what was erased is named there.
const IN_FOLDER: &str = "attune.erasures";

/// Where the ledger of a database lies: beside a SQLite file, in the data folder with PostgreSQL.
#[must_use]
pub fn place(url: &DatabaseUrl, data_folder: &Path) -> PathBuf {
    beside(url).unwrap_or_else(|| data_folder.join(IN_FOLDER))
}

/// Where the ledger of a SQLite database lies: its name with `.erasures` at its end. PostgreSQL has no place beside it.
#[must_use]
pub fn beside(url: &DatabaseUrl) -> Option<PathBuf> {
    let DatabaseUrl::Sqlite(path) = url else { return None };
    let mut name = path.clone().into_os_string();
    name.push(".erasures");
    Some(PathBuf::from(name))
}

/// The lines of a ledger file; none when there is no such file.
///
/// # Errors
/// [`BackupError::File`] when it cannot be read or holds something else.
pub fn read(path: &Path) -> Result<Vec<Erased>, BackupError> {
    let failed = |source| BackupError::File { path: path.to_owned(), source };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(wrong) => return Err(failed(wrong)),
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let read = lines.map(|line| {
        if !measure::nesting::is_shallow(line.as_bytes()) {
            return Err(std::io::Error::other("a line nests too deep"));
        }
        serde_json::from_str(line).map_err(std::io::Error::from)
    });
    read.collect::<Result<_, _>>().map_err(failed)
}

/// Writes a ledger file: what it held already and these lines, one a client. It appears whole or not at all, and only
/// its owner may read it. Two programs that write it at once wait for each other.
///
/// # Errors
/// [`BackupError`].
pub fn add(path: &Path, lines: &[Erased]) -> Result<(), BackupError> {
    let _held = hold_folder(path)?;
    let mut all: BTreeMap<(String, String), Erased> = BTreeMap::new();
    for line in read(path)?.into_iter().chain(lines.iter().cloned()) {
        all.entry((line.practice.to_string(), line.client.to_string())).or_insert(line);
    }
    let mut text = String::new();
    for line in all.values() {
        let line = serde_json::to_string(line)
            .map_err(|wrong| BackupError::File { path: path.to_owned(), source: wrong.into() })?;
        text.push_str(&line);
        text.push('\n');
    }
    replace_file(path, text.as_bytes())
}

/// Held while the file is read and written anew.
#[cfg(unix)]
fn hold_folder(path: &Path) -> Result<std::fs::File, BackupError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let held = std::fs::File::open(folder).and_then(|folder| folder.lock().map(|()| folder));
    held.map_err(|source| BackupError::File { path: folder.to_owned(), source })
}

/// Elsewhere a folder cannot be held; there a database has one program.
#[cfg(not(unix))]
fn hold_folder(_: &Path) -> Result<(), BackupError> {
    Ok(())
}
