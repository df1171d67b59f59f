//! Snapshots: sealed copies that `openssl` opens without this program.
//!
//! A file is 512 bytes of readable head, the copy under AES-256-CTR, and at its end the HMAC-SHA256 of everything before,
//! in hex, with a line feed. Both keys come from the root key by HMAC-SHA256. `docs/durability.md` shows the commands.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use aes::Aes256;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use jiff::Timestamp;
use ring::rand::SecureRandom;
use ring::{hmac, rand};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::file::{Part, failed};
use super::{BackupError, Overwrite, backup};
use crate::DatabaseUrl;
use crate::vault::{RootKey, Stretch};

/// Bytes of the head.
const HEAD: usize = 512;
/// Bytes of the mark at the end: 64 digits and a line feed.
const MARK: u64 = 65;
const CHUNK: usize = 64 * 1024;
const NAME: &str = "attune-%Y%m%dT%H%M%SZ.snapshot";
/// How many are kept: the newest, and of the days before one each.
const HOURS: usize = 24;
const DAYS: usize = 14;

/// What closes and marks snapshots.
pub struct SnapshotKeys {
    id: String,
    generation: u32,
    stretch: Option<Stretch>,
    records: String,
    seal: Zeroizing<[u8; 32]>,
    mark: Zeroizing<[u8; 32]>,
}

impl SnapshotKeys {
    /// The keys that come from a root key.
    #[must_use]
    pub fn of(root: &RootKey) -> SnapshotKeys {
        let key = hmac::Key::new(hmac::HMAC_SHA256, root.reveal());
        let derive = |label: &str| {
            let mut out = Zeroizing::new([0; 32]);
            out.copy_from_slice(hmac::sign(&key, label.as_bytes()).as_ref());
            out
        };
        SnapshotKeys {
            id: root.id().to_owned(),
            generation: root.generation(),
            stretch: root.stretch().cloned(),
            records: root.id().to_owned(),
            seal: derive("attune snapshot 1 seal"),
            mark: derive("attune snapshot 1 mark"),
        }
    }

    /// Says in the head that the records inside are closed with another root key, of that name.
    #[must_use]
    pub fn of_records_closed_with(self, records: String) -> SnapshotKeys {
        SnapshotKeys { records, ..self }
    }

    /// What a snapshot's head says, so that the key can be found, or made from a passphrase, without the database.
    fn head(&self, at: Timestamp, iv: &[u8; 16]) -> Vec<u8> {
        let made = match &self.stretch {
            Some(stretch) => format!("passphrase {}", stretch.to_text()),
            None => format!("generation {}", self.generation),
        };
        let (id, records, iv) = (&self.id, &self.records, hex(iv));
        let head = format!("attune-snapshot 1\nmade {at}\nkey {id}\n{made}\nrecords {records}\niv {iv}\n");
        let mut head = head.into_bytes();
        head.resize(HEAD - 1, b' ');
        head.push(b'\n');
        head
    }

    /// The keys in hex, to be printed and kept: the one that opens, the one that proves.
    #[must_use]
    pub fn reveal(&self) -> (Zeroizing<String>, Zeroizing<String>) {
        (Zeroizing::new(hex(&*self.seal)), Zeroizing::new(hex(&*self.mark)))
    }

    fn stream(&self, iv: &[u8; 16]) -> Result<Ctr128BE<Aes256>, BackupError> {
        Ctr128BE::<Aes256>::new_from_slices(&*self.seal, iv).map_err(|_| BackupError::Cipher)
    }

    fn marker(&self) -> hmac::Context {
        hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*self.mark))
    }
}

/// A snapshot that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its file.
    pub path: PathBuf,
    /// When it was begun, to the second.
    pub at: Timestamp,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes a snapshot of a database, also one in use, into a folder. It has its name once it was read back and found whole.
///
/// # Errors
/// See [`BackupError`]; no half-made file is left.
pub fn take(
    url: &DatabaseUrl,
    keys: &SnapshotKeys,
    folder: &Path,
    at: Timestamp,
) -> Result<Snapshot, BackupError> {
    make_private(folder)?;
    let path = folder.join(at.strftime(NAME).to_string());
    super::file::is_free(&path, Overwrite::Refuse)?;
    let plain = Plain(folder.join(".copy-in-the-making"));
    backup(url, &plain.0, Overwrite::Replace)?;
    let part = Part::beside(&path)?;
    let sum = seal(&plain.0, part.path(), keys, at)?;
    let mut read = Sha256::new();
    open(part.path(), keys, |bytes| {
        read.update(bytes);
        Ok(())
    })?;
    if read.finalize().as_slice() != sum {
        return Err(BackupError::Damaged(vec!["the snapshot does not open to what was sealed".to_owned()]));
    }
    part.put(&path, Overwrite::Refuse)?;
    Ok(Snapshot { path, at })
}

/// A plain copy on its way; never left behind.
struct Plain(PathBuf);

impl Drop for Plain {
    fn drop(&mut self) {
        // Gone already, or never made.
        let _ = fs::remove_file(&self.0);
    }
}

fn make_private(folder: &Path) -> Result<(), BackupError> {
    let mut made = fs::DirBuilder::new();
    made.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut made, 0o700);
    made.create(folder).map_err(failed(folder))
}

/// Seals a file; gives the SHA-256 of what was sealed.
fn seal(plain: &Path, sealed: &Path, keys: &SnapshotKeys, at: Timestamp) -> Result<Vec<u8>, BackupError> {
    let mut iv = [0; 16];
    rand::SystemRandom::new().fill(&mut iv).map_err(|_| BackupError::Cipher)?;
    let (mut stream, mut marker, mut sum) = (keys.stream(&iv)?, keys.marker(), Sha256::new());
    let mut from = BufReader::new(File::open(plain).map_err(failed(plain))?);
    let to = File::options().write(true).open(sealed).map_err(failed(sealed))?;
    let mut to = BufWriter::new(to);
    let head = keys.head(at, &iv);
    marker.update(&head);
    to.write_all(&head).map_err(failed(sealed))?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from.read(&mut chunk).map_err(failed(plain))?;
        let Some(bytes) = chunk.get_mut(..read).filter(|bytes| !bytes.is_empty()) else { break };
        sum.update(&*bytes);
        stream.apply_keystream(bytes);
        marker.update(bytes);
        to.write_all(bytes).map_err(failed(sealed))?;
    }
    writeln!(to, "{}", hex(marker.sign().as_ref())).map_err(failed(sealed))?;
    to.flush().map_err(failed(sealed))?;
    Ok(sum.finalize().to_vec())
}

/// Opens a snapshot piece by piece, after its mark was found right.
///
/// # Errors
/// [`BackupError::NotSealed`] when it was altered, is cut off, or was sealed with another key.
fn open(
    path: &Path,
    keys: &SnapshotKeys,
    mut take: impl FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let not_sealed = || BackupError::NotSealed(path.to_owned());
    let mut file = File::open(path).map_err(failed(path))?;
    let size = file.metadata().map_err(failed(path))?.len();
    let marked = size.checked_sub(MARK).filter(|marked| *marked >= HEAD as u64).ok_or_else(not_sealed)?;
    let mut marker = keys.marker();
    each_chunk(&mut (&file).take(marked), path, |bytes| {
        marker.update(bytes);
        Ok(())
    })?;
    let mut mark = String::new();
    file.read_to_string(&mut mark).map_err(|_| not_sealed())?;
    if mark != format!("{}\n", hex(marker.sign().as_ref())) {
        return Err(not_sealed());
    }
    file.seek(SeekFrom::Start(0)).map_err(failed(path))?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head).map_err(failed(path))?;
    let mut stream = keys.stream(&iv_in(&head).ok_or_else(not_sealed)?)?;
    each_chunk(&mut file.take(marked - HEAD as u64), path, |bytes| {
        stream.apply_keystream(bytes);
        take(bytes)
    })
}

fn each_chunk(
    from: &mut impl Read,
    path: &Path,
    mut take: impl FnMut(&mut [u8]) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from.read(&mut chunk).map_err(failed(path))?;
        match chunk.get_mut(..read) {
            Some(bytes) if !bytes.is_empty() => take(bytes)?,
            _ => return Ok(()),
        }
    }
}

fn iv_in(head: &[u8]) -> Option<[u8; 16]> {
    let text = std::str::from_utf8(head).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("iv "))?;
    let mut iv = [0; 16];
    for (place, byte) in iv.iter_mut().enumerate() {
        *byte = u8::from_str_radix(line.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(iv)
}

/// What the head of a snapshot says of its keys. It is believed only once the snapshot opened with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The name of the root key it was sealed under.
    pub key: String,
    /// What the passphrase is stretched with that gives that key; none when it stands in a key file.
    pub stretch: Option<Stretch>,
    /// The name of the root key that the records inside are closed with, where that is another one.
    pub records: Option<String>,
}

/// Which root key a snapshot was sealed under; `None` when the file is no snapshot.
///
/// # Errors
/// [`BackupError::File`]; [`BackupError::NotSealed`] when the head names no key, or asks for a passphrase to be stretched
/// in a way this program does not do.
pub fn sealed_under(path: &Path) -> Result<Option<Sealed>, BackupError> {
    let mut head = Vec::new();
    File::open(path).map_err(failed(path))?.take(HEAD as u64).read_to_end(&mut head).map_err(failed(path))?;
    let text = String::from_utf8_lossy(&head);
    if !text.starts_with("attune-snapshot 1\n") {
        return Ok(None);
    }
    let not_sealed = || BackupError::NotSealed(path.to_owned());
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    let key = line("key ").ok_or_else(not_sealed)?.to_owned();
    let stretch = match line("passphrase ") {
        Some(text) => Some(Stretch::from_text(text).ok_or_else(not_sealed)?),
        None => None,
    };
    let records = line("records ").filter(|records| *records != key).map(str::to_owned);
    Ok(Some(Sealed { key, stretch, records }))
}

/// The snapshots of a folder, newest first; none where there is no folder.
///
/// # Errors
/// [`BackupError::File`].
pub fn list(folder: &Path) -> Result<Vec<Snapshot>, BackupError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(wrong) => return Err(failed(folder)(wrong)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let at = jiff::civil::DateTime::strptime(NAME, name).ok();
        let at = at.and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC).ok());
        if let Some(at) = at {
            found.push(Snapshot { path, at: at.timestamp() });
        }
    }
    found.sort_by_key(|snapshot| std::cmp::Reverse(snapshot.at));
    Ok(found)
}

/// Removes what is older than the newest 24 and not the last of one of the 14 newest days before them. Gives how many.
///
/// # Errors
/// [`BackupError::File`].
pub fn prune(folder: &Path) -> Result<usize, BackupError> {
    let mut days = Vec::new();
    let mut removed = 0;
    for old in list(folder)?.iter().skip(HOURS) {
        let day = old.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        if !days.contains(&day) && days.len() < DAYS {
            days.push(day);
            continue;
        }
        if days.contains(&day) || days.len() == DAYS {
            fs::remove_file(&old.path).map_err(failed(&old.path))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// An opened snapshot: a backup that goes away with this.
pub struct Opened(Part);

impl Opened {
    /// The backup, for [`super::restore`].
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Opens a snapshot into a file beside it that only its owner may read.
///
/// # Errors
/// [`BackupError::NotSealed`] when it was altered, is cut off, or was sealed with another key.
pub fn opened(snapshot: &Path, keys: &SnapshotKeys) -> Result<Opened, BackupError> {
    let plain = Part::beside(&snapshot.with_extension("open"))?;
    let mut to = File::options().write(true).open(plain.path()).map_err(failed(plain.path()))?;
    open(snapshot, keys, |bytes| to.write_all(bytes).map_err(failed(plain.path())))?;
    Ok(Opened(plain))
}
