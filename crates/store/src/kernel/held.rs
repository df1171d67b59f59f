//! What is held until writing begins again: the traces of reads made while the database takes no changes.
//!
//! A read that leaves no trace must not happen, and a database that cannot be written must still be read. So a small
//! file is made beside it while all is well, its blocks taken from the disk at once: lines written over them need no
//! room on a full disk. A line is synced before its read is answered; when that fails too, the read is refused.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::error::StoreError;
use super::health::Fault;
use super::sqlite::private;

/// Bytes set aside: some four thousand lines.
const SIZE: usize = 1024 * 1024;
/// Most processes of one database on one machine.
const PROCESSES: u32 = 256;

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
    /// Takes the file of a database that belongs to one process into use; lines from before its start are still in it.
    pub(crate) fn open(&self, path: &Path) -> Result<(), std::io::Error> {
        *self.lines() = Some(Lines::read(private().read(true).create(true).open(path)?)?);
        Ok(())
    }

    /// Takes a file of that name and the first free number in a folder into use, and what processes that are gone have
    /// left in the others.
    pub(crate) fn open_in(&self, folder: &Path, name: &str) -> Result<(), std::io::Error> {
        let numbered = |number: u32| folder.join(format!("{name}-{number}.held"));
        let mut own = None;
        for number in 1..=PROCESSES {
            let path: PathBuf = numbered(number);
            if own.is_some() && !path.exists() {
                continue;
            }
            let Some(mut lines) = Lines::free(&path)? else { continue };
            match &mut own {
                None => own = Some(lines),
                Some(own) => {
                    for line in lines.all()? {
                        own.add(&line)?;
                    }
                    lines.keep(&[])?;
                }
            }
        }
        let own = own.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::ResourceBusy))?;
        *self.lines() = Some(own);
        Ok(())
    }

    /// Holds a line; it is on the disk when this returns.
    pub(crate) fn hold(&self, line: &str) -> Result<(), StoreError> {
        let mut lines = self.lines();
        let Some(lines) = lines.as_mut() else { return Err(StoreError::Stopped(Fault::Disk)) };
        lines.add(line).map_err(|wrong| match wrong.kind() {
            std::io::ErrorKind::StorageFull => StoreError::Stopped(Fault::Full),
            _ => StoreError::Stopped(Fault::Disk),
        })
    }

    /// What is held, oldest first.
    pub(crate) fn all(&self) -> Result<Vec<String>, std::io::Error> {
        self.lines().as_mut().map_or_else(|| Ok(Vec::new()), Lines::all)
    }

    /// Forgets the first lines, which are kept elsewhere now.
    pub(crate) fn forget(&self, count: usize) -> Result<(), std::io::Error> {
        let mut lines = self.lines();
        let Some(lines) = lines.as_mut() else { return Ok(()) };
        let rest = lines.all()?.split_off(count);
        lines.keep(&rest)
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Option<Lines>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// Takes hold of a file; none while another process has it.
    fn free(path: &Path) -> Result<Option<Lines>, std::io::Error> {
        let file = private().read(true).create(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Lines::read(file).map(Some),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(wrong)) => Err(wrong),
        }
    }

    /// Reads what a file holds, and takes its blocks from the disk.
    fn read(mut file: File) -> Result<Lines, std::io::Error> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let used = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        if bytes.len() < SIZE {
            file.write_all(&vec![0; SIZE - bytes.len()])?;
            file.sync_all()?;
        }
        Ok(Lines { file, used })
    }

    /// Adds a line; it is on the disk when this returns.
    fn add(&mut self, line: &str) -> Result<(), std::io::Error> {
        let mut text = line.replace('\n', " ");
        text.push('\n');
        if self.used + text.len() > SIZE {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        let place = u64::try_from(self.used).map_err(std::io::Error::other)?;
        self.file.seek(SeekFrom::Start(place))?;
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()?;
        self.used += text.len();
        Ok(())
    }

    fn all(&mut self) -> Result<Vec<String>, std::io::Error> {
        let mut bytes = vec![0; self.used];
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_exact(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
    }

    /// Keeps these lines and no others.
    fn keep(&mut self, lines: &[String]) -> Result<(), std::io::Error> {
        let mut bytes: Vec<u8> = lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
        let used = bytes.len();
        bytes.resize(self.used.max(used), 0);
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.used = used;
        Ok(())
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
    fn r3_each_process_has_a_file_of_its_own_and_the_next_one_takes_over_what_the_gone_left() {
        let folder = tempfile::tempdir().unwrap();
        let start = || {
            let held = Held::default();
            held.open_in(folder.path(), "name").unwrap();
            held
        };
        let (first, second, third) = (start(), start(), start());
        for (held, line) in [(&first, "one"), (&second, "two"), (&third, "three")] {
            held.hold(line).unwrap();
            assert_eq!(held.all().unwrap(), [line]);
        }
        // Two are killed, the first one serves on.
        drop((second, third));
        let next = start();
        assert_eq!(next.all().unwrap(), ["two", "three"]);
        assert_eq!(first.all().unwrap(), ["one"]);
        assert!(start().all().unwrap().is_empty(), "nothing is taken over twice");
        let another = Held::default();
        another.open_in(folder.path(), "another").unwrap();
        assert!(another.all().unwrap().is_empty());
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
