//! What is held until writing begins again: the traces of reads made while the database takes no changes.
//!
//! A read that leaves no trace must not happen, and a database that cannot be written must still be read. So a small
//! file is made beside it while all is well, its blocks taken from the disk at once: lines written over them need no
//! room on a full disk. A line is synced before its read is answered; when that fails too, the read is refused.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::error::StoreError;
use super::health::Fault;
use super::sqlite::private;

/// Bytes set aside: some four thousand lines.
const SIZE: usize = 1024 * 1024;

/// The file, once there is one.
#[derive(Default)]
pub(crate) struct Held {
    file: Mutex<Option<Lines>>,
}

struct Lines {
    file: File,
    used: usize,
}

impl Held {
    /// Takes a file into use; lines from before the program's start are still in it.
    pub(crate) fn open(&self, path: &Path) -> Result<(), std::io::Error> {
        let mut file = private().read(true).create(true).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let used = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        if bytes.len() < SIZE {
            file.write_all(&vec![0; SIZE - bytes.len()])?;
            file.sync_all()?;
        }
        *self.lines() = Some(Lines { file, used });
        Ok(())
    }

    /// Holds a line; it is on the disk when this returns.
    pub(crate) fn hold(&self, line: &str) -> Result<(), StoreError> {
        let mut lines = self.lines();
        let Some(lines) = lines.as_mut() else { return Err(StoreError::Stopped(Fault::Disk)) };
        let mut text = line.replace('\n', " ");
        text.push('\n');
        if lines.used + text.len() > SIZE {
            return Err(StoreError::Stopped(Fault::Full));
        }
        let write = || -> std::io::Result<()> {
            let place = u64::try_from(lines.used).map_err(std::io::Error::other)?;
            lines.file.seek(SeekFrom::Start(place))?;
            lines.file.write_all(text.as_bytes())?;
            lines.file.sync_data()
        };
        let mut write = write;
        write().map_err(|_| StoreError::Stopped(Fault::Disk))?;
        lines.used += text.len();
        Ok(())
    }

    /// What is held, oldest first.
    pub(crate) fn all(&self) -> Result<Vec<String>, std::io::Error> {
        let mut lines = self.lines();
        let Some(lines) = lines.as_mut().filter(|lines| lines.used > 0) else { return Ok(Vec::new()) };
        let mut bytes = vec![0; lines.used];
        lines.file.seek(SeekFrom::Start(0))?;
        lines.file.read_exact(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Forgets the first lines, which are kept elsewhere now.
    pub(crate) fn forget(&self, count: usize) -> Result<(), std::io::Error> {
        let rest = self.all()?.split_off(count);
        let mut lines = self.lines();
        let Some(lines) = lines.as_mut() else { return Ok(()) };
        let mut bytes: Vec<u8> = rest.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
        let used = bytes.len();
        bytes.resize(lines.used.max(used), 0);
        lines.file.seek(SeekFrom::Start(0))?;
        lines.file.write_all(&bytes)?;
        lines.file.sync_data()?;
        lines.used = used;
        Ok(())
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Option<Lines>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_outlive_the_program_until_they_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("held");
        let held = Held::default();
        assert!(held.hold("nowhere to go").is_err());
        held.open(&path).unwrap();
        held.hold("one").unwrap();
        held.hold("two\nlines").unwrap();
        let again = Held::default();
        again.open(&path).unwrap();
        assert_eq!(again.all().unwrap(), ["one", "two lines"]);
        again.hold("three").unwrap();
        again.forget(2).unwrap();
        assert_eq!(again.all().unwrap(), ["three"]);
        again.forget(1).unwrap();
        let last = Held::default();
        last.open(&path).unwrap();
        assert!(last.all().unwrap().is_empty());
        assert_eq!(path.metadata().unwrap().len(), SIZE as u64);
    }

    #[test]
    fn a_full_file_holds_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let held = Held::default();
        held.open(&folder.path().join("held")).unwrap();
        let line = "x".repeat(SIZE / 4);
        let taken = (0..8).filter(|_| held.hold(&line).is_ok()).count();
        assert_eq!(taken, 3);
        assert_eq!(held.all().unwrap().len(), 3);
    }
}
