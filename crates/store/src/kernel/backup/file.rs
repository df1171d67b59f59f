//! Files that appear whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::sqlite::private;
use super::{BackupError, Overwrite};

pub(crate) fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { path, source }
}

/// The same path with something added to its end.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// A file in the making beside its place; removed unless it is put there.
pub(crate) struct Part {
    path: PathBuf,
}

impl Part {
    /// An empty file that only its owner may read, in the folder of `target`.
    pub(crate) fn beside(target: &Path) -> Result<Self, BackupError> {
        let path = beside(target, &format!(".part-{}", std::process::id()));
        private().create_new(true).open(&path).map_err(failed(&path))?;
        Ok(Self { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file durable and gives it its name in one step. Returns its size in bytes.
    pub(crate) fn put(self, target: &Path, overwrite: Overwrite) -> Result<u64, BackupError> {
        let file = File::open(&self.path).map_err(failed(&self.path))?;
        file.sync_all().map_err(failed(&self.path))?;
        let bytes = file.metadata().map_err(failed(&self.path))?.len();
        match overwrite {
            Overwrite::Replace => fs::rename(&self.path, target).map_err(failed(target))?,
            Overwrite::Refuse => self.put_new(target)?,
        }
        make_names_durable(target)?;
        Ok(bytes)
    }

    /// A rename would replace; a second name cannot.
    fn put_new(&self, target: &Path) -> Result<(), BackupError> {
        match fs::hard_link(&self.path, target) {
            Ok(()) => Ok(()),
            Err(taken) if taken.kind() == ErrorKind::AlreadyExists => {
                Err(BackupError::Exists(target.display().to_string()))
            }
            // A file system without second names.
            Err(_) if !target.exists() => fs::rename(&self.path, target).map_err(failed(target)),
            Err(wrong) => Err(failed(target)(wrong)),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        for ending in ["", "-journal", "-wal", "-shm"] {
            // Already renamed, or never there.
            let _ = fs::remove_file(beside(&self.path, ending));
        }
    }
}

/// Gives a file this content, durably: as before or as now, never between. Only its owner may read it.
pub(crate) fn replace_file(path: &Path, content: &[u8]) -> Result<(), BackupError> {
    let part = Part::beside(path)?;
    std::fs::write(part.path(), content).map_err(failed(part.path()))?;
    part.put(path, Overwrite::Replace).map(drop)
}

/// Refuses a taken place before any work is done.
pub(crate) fn is_free(target: &Path, overwrite: Overwrite) -> Result<(), BackupError> {
    if overwrite == Overwrite::Refuse && target.exists() {
        return Err(BackupError::Exists(target.display().to_string()));
    }
    Ok(())
}

/// Writes the folder to the disk, where the names of files are kept.
fn make_names_durable(file: &Path) -> Result<(), BackupError> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))?;
    }
    Ok(())
}

/// Gives a file a second, free name, so that it stays when its first name is taken over.
pub(crate) fn keep(path: &Path) -> Result<PathBuf, BackupError> {
    let mut number = 1;
    loop {
        let kept = beside(path, &format!(".before-restore-{number}"));
        match fs::hard_link(path, &kept) {
            Ok(()) => return Ok(kept),
            Err(taken) if taken.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(_) if !kept.exists() => {
                fs::copy(path, &kept).map_err(failed(&kept))?;
                return Ok(kept);
            }
            Err(wrong) => return Err(failed(&kept)(wrong)),
        }
    }
}
