//! Whether the database may be written: the first failing write stops all of them, until a look from outside says
//! that disk and data are well.
//!
//! A disk that failed once is not believed again on its word. After a failed `fsync` the pages that never reached the
//! disk are still in memory and read back as if they had: so the connection that met the fault is closed, and only a
//! verification on fresh connections lets writing begin again. Reading goes on all the while.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::error::StoreError;
use super::held::Held;

/// Whether the database takes changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does.
    Writing,
    /// A write failed: changes are refused at once, reading goes on.
    ReadingOnly {
        /// What failed.
        why: Fault,
        /// Since when.
        since: Instant,
    },
    /// Disk and data are being looked at, to write again if they are well. Changes are still refused.
    Verifying {
        /// What failed.
        why: Fault,
        /// Since when changes are refused.
        since: Instant,
    },
}

impl State {
    /// What keeps changes from being taken; none while they are.
    pub fn fault(self) -> Option<Fault> {
        match self {
            Self::Writing => None,
            Self::ReadingOnly { why, .. } | Self::Verifying { why, .. } => Some(why),
        }
    }
}

/// What makes a disk or a database unfit to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No room is left.
    Full,
    /// Reading, writing or syncing failed.
    Disk,
    /// The data is damaged.
    Damaged,
    /// The file system or the server takes no changes.
    ReadOnly,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Full => "the disk is full",
            Self::Disk => "the disk failed",
            Self::Damaged => "the data is damaged",
            Self::ReadOnly => "the disk or the server takes no changes",
        })
    }
}

impl Fault {
    /// The fault behind an error, if it is one that stops writing.
    pub(crate) fn of(wrong: &StoreError) -> Option<Self> {
        match wrong {
            StoreError::Full => Some(Self::Full),
            StoreError::Io(_) => Some(Self::Disk),
            StoreError::Corrupt(_) => Some(Self::Damaged),
            StoreError::ReadOnly => Some(Self::ReadOnly),
            _ => None,
        }
    }
}

/// Shared by the threads that serve one database.
pub(crate) struct Health {
    /// Whether changes are taken is read off this alone: a flag beside it said otherwise for a moment, and for good when
    /// the next fault came in that moment.
    state: watch::Sender<State>,
    /// How often writing began again: a connection from before is replaced.
    epoch: AtomicU64,
    open: Mutex<bool>,
    changed: Condvar,
    /// Traces of reads, until writing begins again.
    pub(crate) held: Held,
}

impl Health {
    pub(crate) fn new() -> Self {
        Self {
            epoch: AtomicU64::new(0),
            state: watch::Sender::new(State::Writing),
            open: Mutex::new(true),
            changed: Condvar::new(),
            held: Held::default(),
        }
    }

    pub(crate) fn state(&self) -> State {
        *self.state.borrow()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Refuses a change while writing is stopped.
    pub(crate) fn writable(&self) -> Result<(), StoreError> {
        match self.state().fault() {
            Some(why) => Err(StoreError::Stopped(why)),
            None => Ok(()),
        }
    }

    /// A fault was met: nothing more is written.
    pub(crate) fn stop(&self, why: Fault) {
        let stopped = self.state.send_if_modified(|state| {
            let first = *state == State::Writing;
            if first {
                *state = State::ReadingOnly { why, since: Instant::now() };
            }
            first
        });
        if stopped {
            tracing::error!(%why, "writing has stopped; reading goes on");
            let _open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            self.changed.notify_all();
        }
    }

    /// Lets the guard go.
    pub(crate) fn close(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.changed.notify_all();
    }

    /// Until the database is closed: waits for a fault, then looks every `pause` whether all is well again.
    pub(crate) fn guard(&self, pause: Duration, verify: impl Fn() -> Result<(), StoreError>) {
        while self.wait_for_a_fault() {
            while self.wait(pause) {
                if self.look(&verify) {
                    break;
                }
            }
        }
    }

    fn look(&self, verify: &impl Fn() -> Result<(), StoreError>) -> bool {
        let State::ReadingOnly { why, since } = self.state() else { return true };
        self.state.send_replace(State::Verifying { why, since });
        match verify() {
            Ok(()) => {
                self.epoch.fetch_add(1, Ordering::AcqRel);
                self.state.send_replace(State::Writing);
                tracing::info!(seconds = since.elapsed().as_secs(), "disk and data are well: writing again");
                true
            }
            Err(wrong) => {
                tracing::warn!(%wrong, "writing stays stopped");
                let why = Fault::of(&wrong).unwrap_or(why);
                self.state.send_replace(State::ReadingOnly { why, since });
                false
            }
        }
    }

    /// `false` once the database is closed.
    fn wait_for_a_fault(&self) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        while *open && self.writable().is_ok() {
            open = self.changed.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
        *open
    }

    /// `false` once the database is closed.
    fn wait(&self, pause: Duration) -> bool {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(open, pause, |open| *open);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn r3_a_fault_in_the_moment_writing_begins_again_stops_it_again() {
        let health = Health::new();
        for round in 0..2000 {
            health.stop(Fault::Disk);
            std::thread::scope(|both| {
                // Whoever waits for writing to begin again writes at once, and meets the next fault.
                let writer = both.spawn(|| {
                    while health.state() != State::Writing {
                        std::hint::spin_loop();
                    }
                    health.stop(Fault::Disk);
                });
                assert!(health.look(&|| Ok(())));
                writer.join().unwrap();
            });
            assert_eq!(health.state().fault(), Some(Fault::Disk));
            assert!(health.writable().is_err(), "round {round}: stopped by name, and writing all the same");
        }
    }
}
