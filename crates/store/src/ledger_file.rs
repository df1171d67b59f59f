//! The ledger of erasures as a file: kept beside a SQLite database, or exported, so that a backup that is older than an
//! erasure cannot bring anybody back. One JSON object a line; no names.

use crate::kernel::{BackupError, DatabaseUrl, replace_file};
use domain::erasure::Erased;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
    let read = lines.map(|line| serde_json::from_str(line).map_err(std::io::Error::from));
    read.collect::<Result<_, _>>().map_err(failed)
}

/// Writes a ledger file: what it held already and these lines, one a client. It appears whole or not at all, and only
/// its owner may read it.
///
/// # Errors
/// [`BackupError`].
pub fn add(path: &Path, lines: &[Erased]) -> Result<(), BackupError> {
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
