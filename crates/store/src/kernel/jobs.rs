//! Jobs and the queue between async callers and the threads that own connections.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::error::StoreError;
use super::reach::Reach;
use super::tx::Tx;
use crate::vault::Vault;

/// Work waiting for a connection.
pub(crate) trait Job: Send {
    /// Whether anybody still waits for the answer.
    fn wanted(&self) -> bool;
    /// Whose rows the work may touch.
    fn reach(&self) -> Reach;
    /// Does the work inside a transaction; `true` when its changes are to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Answers: the work's own outcome if the transaction ended well, else the error.
    fn settle(self: Box<Self>, ended: Result<(), StoreError>);
}

struct Pending<F, T, E> {
    reach: Reach,
    work: Option<F>,
    vault: Arc<Vault>,
    outcome: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Pending<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn wanted(&self) -> bool {
        !self.answer.is_closed()
    }

    fn reach(&self) -> Reach {
        self.reach
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        tx.vault = Arc::clone(&self.vault);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx)));
        let outcome = outcome.unwrap_or_else(|_| Err(E::from(StoreError::Panicked)));
        // A closure may swallow the error of a statement; nothing is kept all the same.
        let outcome = match tx.failure() {
            Some(spoilt) if outcome.is_ok() => Err(E::from(spoilt)),
            _ => outcome,
        };
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn settle(self: Box<Self>, ended: Result<(), StoreError>) {
        let answer = match (ended, self.outcome) {
            (_, Some(Err(own))) => Err(own),
            (Err(wrong), _) => Err(E::from(wrong)),
            (Ok(()), Some(done)) => done,
            (Ok(()), None) => Err(E::from(closing())),
        };
        // Nobody waits any more: the work stands as it is.
        let _ = self.answer.send(answer);
    }
}

pub(crate) fn closing() -> StoreError {
    StoreError::Unavailable("it is closing".to_owned())
}

/// A bounded queue: callers wait (async) for room, threads wait for jobs.
pub(crate) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
    room: Arc<Semaphore>,
    wait: Duration,
    vault: OnceLock<Arc<Vault>>,
}

struct State {
    waiting: VecDeque<Waiting>,
    open: bool,
}

struct Waiting {
    job: Box<dyn Job>,
    room: OwnedSemaphorePermit,
}

impl Queue {
    pub(crate) fn new(length: usize, wait: Duration) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State { waiting: VecDeque::new(), open: true }),
            ready: Condvar::new(),
            room: Arc::new(Semaphore::new(length.clamp(1, Semaphore::MAX_PERMITS))),
            wait,
            vault: OnceLock::new(),
        })
    }

    /// Gives the work of this queue its keys, once.
    pub(crate) fn equip(&self, vault: &Arc<Vault>) {
        // A second time changes nothing.
        let _ = self.vault.set(Arc::clone(vault));
    }

    /// Queues the work and waits for its answer.
    pub(crate) async fn submit<T, E, F>(&self, reach: Reach, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = {
            let vault = self.vault.get().cloned().unwrap_or_else(Vault::none);
            Box::new(Pending { reach, work: Some(work), vault, outcome: None, answer })
        };
        self.push(job).await?;
        answered.await.unwrap_or_else(|_| Err(E::from(closing())))
    }

    async fn push(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let room = tokio::time::timeout(self.wait, Arc::clone(&self.room).acquire_owned()).await;
        let Ok(room) = room else {
            return Err(StoreError::Unavailable("too much work is waiting".to_owned()));
        };
        let room = room.map_err(|_| closing())?;
        let mut state = self.state();
        if !state.open {
            return Err(closing());
        }
        state.waiting.push_back(Waiting { job, room });
        self.ready.notify_one();
        Ok(())
    }

    /// The next job; waits for one. `None` once closed and empty.
    pub(crate) fn pop(&self) -> Option<Box<dyn Job>> {
        let mut state = self.state();
        loop {
            if let Some(next) = state.waiting.pop_front() {
                drop(next.room);
                return Some(next.job);
            }
            if !state.open {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next job, if one waits already.
    pub(crate) fn pop_waiting(&self) -> Option<Box<dyn Job>> {
        let next = self.state().waiting.pop_front()?;
        drop(next.room);
        Some(next.job)
    }

    /// Takes no more jobs; those waiting are still done.
    pub(crate) fn close(&self) {
        self.state().open = false;
        self.room.close();
        self.ready.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held by a serving thread: if the thread dies, nobody waits for it for ever.
pub(crate) struct Served(pub(crate) Arc<Queue>);

impl Drop for Served {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.close();
            self.0.state().waiting.clear();
        }
    }
}
