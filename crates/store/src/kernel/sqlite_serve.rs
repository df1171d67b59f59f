//! SQLite's threads: one writes in groups, several read, one guards.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::backup::beside;
use super::error::StoreError;
use super::heads::Heads;
use super::health::{Fault, Health};
use super::jobs::{Job, Queue};
use super::names::sqlite_error;
use super::sqlite::{command, connect, control, each, private, reading_only};
use super::tx::{Link, Tx};

/// A group ends here, so that the first one in it does not wait too long for its answer.
const GROUP: usize = 256;
const GROUP_TIME: Duration = Duration::from_millis(20);
/// Room that must be there before writing begins again, in bytes: a log of this size is folded in at the latest.
const ROOM: usize = 4 * 1024 * 1024;

/// What a thread holds: a connection that is replaced after a fault.
pub(crate) struct Held {
    path: PathBuf,
    health: Arc<Health>,
    reads: bool,
    connection: Option<Connection>,
    epoch: u64,
}

impl Held {
    pub(crate) fn writing(path: &Path, health: &Arc<Health>, connection: Connection) -> Self {
        let (path, health) = (path.to_owned(), Arc::clone(health));
        Self { path, epoch: health.epoch(), health, reads: false, connection: Some(connection) }
    }

    pub(crate) fn reading(path: &Path, health: &Arc<Health>) -> Result<Self, StoreError> {
        let (path, health) = (path.to_owned(), Arc::clone(health));
        let mut held = Self { path, epoch: health.epoch(), health, reads: true, connection: None };
        held.renew()?;
        Ok(held)
    }

    fn renew(&mut self) -> Result<(), StoreError> {
        // Before the new one: nothing that the old one remembers may live on.
        self.connection = None;
        let epoch = self.health.epoch();
        let connection = connect(&self.path)?;
        if self.reads {
            reading_only(&connection)?;
        }
        self.connection = Some(connection);
        self.epoch = epoch;
        Ok(())
    }

    /// The connection, a fresh one after writing was stopped and began again.
    fn current(&mut self) -> Result<&Connection, StoreError> {
        if self.connection.is_none() || self.epoch != self.health.epoch() {
            self.renew()?;
        }
        self.connection.as_ref().ok_or_else(|| StoreError::Unavailable("no connection".to_owned()))
    }
}

/// Serves writing jobs until the queue closes.
pub(crate) fn serve_writes(mut held: Held, queue: &Queue) {
    let health = Arc::clone(&held.health);
    let mut heads = Heads::default();
    while let Some(first) = queue.pop() {
        if let Err(stopped) = health.writable() {
            first.settle(Err(stopped));
            continue;
        }
        let outcome = match held.current() {
            Ok(connection) => write_group(connection, &mut heads, first, (queue, &health)),
            Err(wrong) => {
                note(&health, &wrong);
                first.settle(Err(wrong.clone()));
                Err(wrong)
            }
        };
        if outcome.is_err() && health.writable().is_err() {
            held.connection = None;
        }
    }
    if let Some(connection) = &held.connection {
        // Keeps the planner's statistics fresh; nothing is lost when it cannot.
        let _ = command(connection, "PRAGMA optimize");
    }
}

/// Stops writing if the error is a fault of disk or data.
fn note(health: &Health, wrong: &StoreError) {
    if let Some(why) = Fault::of(wrong) {
        health.stop(why);
    }
}

/// All waiting jobs in one transaction, each in its own savepoint; answers after the one fsync.
fn write_group(
    connection: &Connection,
    heads: &mut Heads,
    first: Box<dyn Job>,
    (queue, health): (&Queue, &Health),
) -> Result<(), StoreError> {
    if let Err(wrong) = control(connection, "BEGIN IMMEDIATE") {
        note(health, &wrong);
        first.settle(Err(wrong.clone()));
        return Err(wrong);
    }
    let started = Instant::now();
    let mut done = Vec::new();
    let mut next = Some(first);
    let mut standing = Ok(());
    while let Some(mut job) = next {
        if job.wanted() {
            standing = write_one(connection, heads, job.as_mut());
        }
        done.push(job);
        if standing.is_err() || done.len() == GROUP || started.elapsed() > GROUP_TIME {
            break;
        }
        next = queue.pop_waiting();
    }
    let ended = standing.and_then(|()| control(connection, "COMMIT"));
    if ended.is_err() && !connection.is_autocommit() {
        // What was not committed is gone with the transaction; there is nobody else to tell.
        let _ = control(connection, "ROLLBACK");
    }
    match ended {
        Ok(()) => heads.settle(),
        Err(_) => heads.forget(),
    }
    if let Err(wrong) = &ended {
        // Before anybody hears of it, so that whoever tries again is refused at once.
        note(health, wrong);
    }
    for job in done {
        job.settle(ended.clone());
    }
    ended
}

/// Each job has its own savepoint. An error here means that the transaction of the whole group is lost.
fn write_one(connection: &Connection, heads: &mut Heads, job: &mut dyn Job) -> Result<(), StoreError> {
    control(connection, "SAVEPOINT attune_1")?;
    let mark = heads.mark();
    let mut tx = Tx::standing(Link::Sqlite(connection), heads);
    let keep = job.run(&mut tx);
    if let Some(fault) = tx.fault() {
        return Err(fault);
    }
    if connection.is_autocommit() {
        // A full or failing disk makes SQLite roll back everything at once.
        let cause = tx.failure();
        return Err(cause.unwrap_or_else(|| StoreError::Io("SQLite rolled back".to_owned())));
    }
    if !keep {
        heads.back_to(mark);
        control(connection, "ROLLBACK TO SAVEPOINT attune_1")?;
    }
    control(connection, "RELEASE SAVEPOINT attune_1")
}

/// Serves reading jobs until the queue closes, each on one state of the database.
pub(crate) fn serve_reads(mut held: Held, queue: &Queue) {
    let health = Arc::clone(&held.health);
    while let Some(mut job) = queue.pop() {
        if !job.wanted() {
            continue;
        }
        let ended = held.current().and_then(|connection| read_one(connection, job.as_mut(), &health));
        if let Err(wrong @ (StoreError::Io(_) | StoreError::Corrupt(_))) = &ended {
            note(&health, wrong);
        }
        job.settle(ended);
    }
}

fn read_one(connection: &Connection, job: &mut dyn Job, health: &Health) -> Result<(), StoreError> {
    control(connection, "BEGIN")?;
    let mut tx = Tx::reading(Link::Sqlite(connection), health);
    job.run(&mut tx);
    if let Some(fault @ (StoreError::Io(_) | StoreError::Corrupt(_))) = tx.fault() {
        note(health, &fault);
    }
    if connection.is_autocommit() { Ok(()) } else { control(connection, "ROLLBACK") }
}

/// Looks at disk and data: room beside the database, the log folded in and synced anew (so that what was acknowledged
/// has gone to the disk once more), SQLite's own check of all pages, a change that is kept.
///
/// # Errors
/// What is still wrong.
pub(crate) fn verify(path: &Path) -> Result<(), StoreError> {
    room(path)?;
    let connection = connect(path)?;
    let folded = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    folded.map_err(|wrong| sqlite_error(None, &wrong))?;
    let mut found = None;
    each(&connection, "PRAGMA quick_check(1)", &[], &mut |row| {
        found = Some(row.get::<String>(0)?).filter(|line| line != "ok");
        Ok(false)
    })?;
    if let Some(damage) = found {
        return Err(StoreError::Corrupt(damage));
    }
    command(&connection, "BEGIN IMMEDIATE; UPDATE schema_migration SET applied_at = applied_at; COMMIT")
}

/// Whether a file of some size can be written and synced in the database's folder.
fn room(path: &Path) -> Result<(), StoreError> {
    let probe = beside(path, ".probe");
    let write = || {
        let mut file = private().create(true).truncate(true).open(&probe)?;
        file.write_all(&vec![0x5a; ROOM])?;
        file.sync_all()
    };
    let written = write();
    // One that was never made need not be removed.
    let _ = fs::remove_file(&probe);
    written.map_err(|wrong| match wrong.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => StoreError::ReadOnly,
        _ => StoreError::Io(wrong.to_string()),
    })
}
