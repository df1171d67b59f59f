//! The handle on a database.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use domain::ids::PracticeId;
use tokio::sync::watch;

use super::beside::{on_postgres, on_sqlite};
use super::dialect::Engine;
use super::error::{OpenError, StoreError};
use super::health::{Health, State};
use super::jobs::{Queue, Served};
use super::migrate::{self, Migration};
use super::postgres::{self, Lane, Session};
use super::reach::{Across, IGNORES_WALLS, Reach};
use super::server::Server;
use super::sqlite;
use super::sqlite_serve::{self, Held};
use super::tx::Tx;
use super::url::DatabaseUrl;
use crate::vault::{self, Keys, Vault};

/// How a database is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Connections that read, at least 1.
    pub readers: usize,
    /// Connections that write, at least 1. SQLite always has one.
    pub writers: usize,
    /// Jobs that may wait in each queue before callers wait themselves.
    pub queue_length: usize,
    /// How long a caller waits for room in a queue before [`StoreError::Unavailable`].
    pub wait: Duration,
    /// After a fault of disk or data: how often to look whether writing may begin again.
    pub look_again: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 4,
            writers: 4,
            queue_length: 1024,
            wait: Duration::from_secs(30),
            look_again: Duration::from_secs(5),
        }
    }
}

/// The version of the SQLite built into the program.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// A database, open and up to date. Clones share its connections; when the last one is dropped, or
/// [`Db::close`] is called, waiting jobs are finished and the connections closed.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    url: DatabaseUrl,
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    exports: Arc<Queue>,
    health: Arc<Health>,
    vault: OnceLock<Arc<Vault>>,
    /// Each serving thread holds a receiver: all gone means all connections closed.
    alive: watch::Sender<()>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Inner {
    /// The queue of changes, unless writing is stopped.
    fn writable(&self) -> Result<&Queue, StoreError> {
        self.health.writable().map(|()| &*self.writes)
    }

    fn stop(&self) {
        for queue in [&self.writes, &self.reads, &self.exports] {
            queue.close();
        }
        self.health.close();
    }

    /// Gives all work its keys.
    fn equip(&self, vault: Option<Vault>) {
        let vault = vault.map_or_else(Vault::none, Arc::new);
        for queue in [&self.writes, &self.reads, &self.exports] {
            queue.equip(&vault);
        }
        // A second time changes nothing.
        let _ = self.vault.set(vault);
    }

    /// Starts a thread that serves a queue; it holds `keep` until its connection is closed.
    fn serve<K: Send + 'static>(
        &self,
        name: &str,
        queue: &Arc<Queue>,
        keep: K,
        serve: impl FnOnce(&Queue) + Send + 'static,
    ) -> Result<(), OpenError> {
        let queue = Arc::clone(queue);
        self.start(name, move || {
            let _keep = keep;
            let served = Served(queue);
            serve(&served.0);
        })
    }

    /// Starts a thread that is waited for when the database is closed.
    fn start(&self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let alive = self.alive.subscribe();
        let run = move || {
            let _alive = alive;
            work();
        };
        let started = thread::Builder::new().name(format!("store-{name}")).spawn(run);
        started.map(drop).map_err(|wrong| StoreError::Unavailable(wrong.to_string()).into())
    }
}

impl Db {
    /// Opens a database: takes hold of it, brings its schema up to date, opens its keys with the root key (or closes
    /// new ones, in an empty database), starts its threads. Blocks for as long as that takes; meant for the start of
    /// the program.
    ///
    /// # Errors
    /// See [`OpenError`]. Nothing is left running.
    pub fn open(url: &DatabaseUrl, keys: &Keys, options: Options) -> Result<Self, OpenError> {
        Self::start(url, Some(keys), options, crate::MIGRATIONS)
    }

    /// A database of another schema, with keys that are kept nowhere, for tests of the kernel.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_with(
        url: &DatabaseUrl,
        options: Options,
        migrations: &[Migration],
    ) -> Result<Self, OpenError> {
        Self::start(url, None, options, migrations)
    }

    /// [`Db::open`] as a program of an earlier step of the schema would.
    #[cfg(feature = "testing")]
    pub(crate) fn open_at(
        url: &DatabaseUrl,
        keys: &Keys,
        options: Options,
        migrations: &[Migration],
    ) -> Result<Self, OpenError> {
        Self::start(url, Some(keys), options, migrations)
    }

    fn start(
        url: &DatabaseUrl,
        keys: Option<&Keys>,
        options: Options,
        migrations: &[Migration],
    ) -> Result<Self, OpenError> {
        let queue = || Queue::new(options.queue_length, options.wait);
        let inner = Inner {
            url: url.clone(),
            writes: queue(),
            reads: queue(),
            exports: queue(),
            health: Arc::new(Health::new()),
            vault: OnceLock::new(),
            alive: watch::Sender::new(()),
        };
        // The PostgreSQL client drives a runtime of its own, which cannot run inside the caller's.
        thread::scope(|scope| {
            let start = || match url {
                DatabaseUrl::Sqlite(path) => start_sqlite(&inner, (path, keys), options, migrations),
                DatabaseUrl::Postgres(text) => start_postgres(&inner, (text, keys), options, migrations),
            };
            scope.spawn(start).join().unwrap_or(Err(OpenError::Store(StoreError::Panicked)))
        })?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs work in a writing transaction and answers after its changes are durable. `Err` from the
    /// work undoes them. Work whose caller has gone away before it started is not done.
    ///
    /// With PostgreSQL it finds no practice's rows: that takes [`Db::write_in`] or [`Db::across_practices`].
    ///
    /// On SQLite, work that waits at the same time shares one transaction and one write to the disk;
    /// each piece still succeeds or fails alone.
    ///
    /// # Errors
    /// The work's own error, or a [`StoreError`].
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.writable()?.submit(Reach::None, work).await
    }

    /// [`Db::write`] on the rows of one practice. With PostgreSQL the work finds and writes no row of another one,
    /// whatever it asks.
    ///
    /// # Errors
    /// The work's own error, or a [`StoreError`].
    pub async fn write_in<T, E, F>(&self, practice: PracticeId, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.writable()?.submit(Reach::Practice(practice), work).await
    }

    /// [`Db::read`] on the rows of one practice. With PostgreSQL the work finds no row of another one, whatever it
    /// asks.
    ///
    /// # Errors
    /// The work's own error, or a [`StoreError`].
    pub async fn read_in<T, E, F>(&self, practice: PracticeId, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.reads.submit(Reach::Practice(practice), work).await
    }

    /// The database with the rows of all practices, for one of the few reasons there are.
    pub fn across_practices(&self, why: Across) -> AcrossPractices<'_> {
        AcrossPractices { db: self, why }
    }

    /// Runs work on one state of the whole database; changes are refused.
    ///
    /// With PostgreSQL it finds no practice's rows: that takes [`Db::read_in`] or [`Db::across_practices`].
    ///
    /// # Errors
    /// The work's own error, or a [`StoreError`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.reads.submit(Reach::None, work).await
    }

    /// [`Db::read`] on a connection of its own, for exports and statistics that take long.
    ///
    /// # Errors
    /// The work's own error, or a [`StoreError`].
    pub async fn export<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.exports.submit(Reach::None, work).await
    }

    /// [`Db::export`] on the rows of one practice.
    ///
    /// # Errors
    /// The work's own error, or a [`StoreError`].
    pub async fn export_in<T, E, F>(&self, practice: PracticeId, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.exports.submit(Reach::Practice(practice), work).await
    }

    /// Takes no more work, finishes what waits, closes the connections, then returns. Other clones
    /// get [`StoreError::Unavailable`] from now on.
    pub async fn close(&self) {
        self.inner.stop();
        self.inner.alive.closed().await;
    }

    /// Whether changes are taken now.
    pub fn state(&self) -> State {
        self.inner.health.state()
    }

    /// The same, told at each change.
    pub fn watch_state(&self) -> watch::Receiver<State> {
        self.inner.health.watch()
    }

    /// The keys of the installation.
    pub fn vault(&self) -> Arc<Vault> {
        self.inner.vault.get().cloned().unwrap_or_else(Vault::none)
    }

    /// Makes a file, in a folder on this machine, in which traces of reads are held while nothing can be written, and takes
    /// over what processes that are gone have left there of this database. With SQLite there is one beside the database
    /// from the start, and this does nothing.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the file cannot be made.
    pub fn hold_in(&self, folder: &Path) -> Result<(), StoreError> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        let failed = |wrong: std::io::Error| StoreError::Io(format!("{}: {wrong}", folder.display()));
        std::fs::create_dir_all(folder).map_err(failed)?;
        let name = self.vault().derive("name of held traces")?;
        let name = name.iter().take(8).fold("attune".to_owned(), |name, byte| format!("{name}{byte:02x}"));
        self.inner.health.held.open_in(folder, &name).map_err(failed)
    }

    /// The lines that are held, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Io`] when they cannot be read.
    pub fn held(&self) -> Result<Vec<String>, StoreError> {
        self.inner.health.held.all().map_err(|wrong| StoreError::Io(wrong.to_string()))
    }

    /// Forgets the first of the held lines: they are in the database now.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the file cannot be written.
    pub fn forget_held(&self, count: usize) -> Result<(), StoreError> {
        self.inner.health.held.forget(count).map_err(|wrong| StoreError::Io(wrong.to_string()))
    }

    /// Which engine serves this database.
    pub fn engine(&self) -> Engine {
        self.inner.url.engine()
    }

    /// Where the database is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.url
    }
}

/// A database with the rows of all its practices. Made by [`Db::across_practices`].
pub struct AcrossPractices<'d> {
    db: &'d Db,
    why: Across,
}

impl AcrossPractices<'_> {
    /// [`Db::write`] on the rows of all practices.
    ///
    /// # Errors
    /// The work's own error, or a [`StoreError`].
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.db.inner.writable()?.submit(Reach::Across(self.why), work).await
    }

    /// [`Db::read`] on the rows of all practices.
    ///
    /// # Errors
    /// The work's own error, or a [`StoreError`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.db.inner.reads.submit(Reach::Across(self.why), work).await
    }
}

fn start_sqlite(
    inner: &Inner,
    (path, keys): (&Path, Option<&Keys>),
    options: Options,
    migrations: &[Migration],
) -> Result<(), OpenError> {
    sqlite::check_version()?;
    let (path, lock) = sqlite::lock(path)?;
    let lock = Arc::new(lock);
    let plain = sqlite::connect_plain(&path)?;
    if migrate::is_foreign(&plain)? {
        return Err(OpenError::NotOurs { path });
    }
    drop(plain);
    let writer = sqlite::connect(&path)?;
    let moved = migrate::sqlite(&writer, migrations, vault::marks::SINCE)?;
    inner.equip(keys.map(|keys| on_sqlite(&writer, |tx| vault::open(tx, keys, moved))).transpose()?);
    migrate::sqlite(&writer, migrations, u32::MAX)?;
    tracing::info!(sqlite = sqlite_version(), file = %path.display(), "database open");
    let health = &inner.health;
    let beside = super::backup::beside(&path, ".held");
    health.held.open(&beside).map_err(|source| OpenError::File { path: beside, source })?;
    for _ in 0..options.readers.max(1) {
        let held = Held::reading(&path, health)?;
        inner.serve("read", &inner.reads, Arc::clone(&lock), move |queue| {
            sqlite_serve::serve_reads(held, queue);
        })?;
    }
    let held = Held::reading(&path, health)?;
    inner.serve("export", &inner.exports, Arc::clone(&lock), move |queue| {
        sqlite_serve::serve_reads(held, queue);
    })?;
    let held = Held::writing(&path, health, writer);
    inner.serve("write", &inner.writes, Arc::clone(&lock), move |queue| {
        sqlite_serve::serve_writes(held, queue);
    })?;
    let health = Arc::clone(health);
    inner.start("guard", move || {
        let _lock = lock;
        health.guard(options.look_again, || sqlite_serve::verify(&path));
    })
}

fn start_postgres(
    inner: &Inner,
    (url, keys): (&str, Option<&Keys>),
    options: Options,
    migrations: &[Migration],
) -> Result<(), OpenError> {
    let server = Server::at(url)?;
    let mut session = Session::connect(&server, Lane::Write)?;
    let moved = migrate::postgres(&mut session, migrations, vault::marks::SINCE)?;
    warn_of_a_role_above_the_walls(&mut session)?;
    warn_of_an_unsafe_server(&mut session)?;
    inner.equip(keys.map(|keys| on_postgres(&mut session, |tx| vault::open(tx, keys, moved))).transpose()?);
    migrate::postgres(&mut session, migrations, u32::MAX)?;
    drop(session);
    tracing::info!(database = %inner.url, "database open");
    let lanes = [
        ("write", &inner.writes, Lane::Write, options.writers.max(1)),
        ("read", &inner.reads, Lane::Read, options.readers.max(1)),
        ("export", &inner.exports, Lane::Export, 1),
    ];
    for (name, queue, lane, count) in lanes {
        for _ in 0..count {
            let (server, health) = (server.clone(), Arc::clone(&inner.health));
            inner.serve(name, queue, (), move |queue| postgres::serve(&server, lane, queue, &health))?;
        }
    }
    let health = Arc::clone(&inner.health);
    inner.start("guard", move || health.guard(options.look_again, || postgres::verify(&server)))
}

/// Pages that rot on the server's disk are found only with checksums; a failed sync must end the server, or it would
/// believe what it never wrote.
fn warn_of_an_unsafe_server(session: &mut Session) -> Result<(), StoreError> {
    const UNSAFE: &str = "SELECT name FROM pg_settings WHERE (name = 'data_checksums' AND setting = 'off')
        OR (name = 'fsync' AND setting = 'off') OR (name = 'full_page_writes' AND setting = 'off')
        OR (name = 'data_sync_retry' AND setting = 'on')";
    session.each(UNSAFE, &[], &mut |row| {
        let setting: String = row.get(0)?;
        tracing::warn!(
            setting,
            "this setting of the PostgreSQL server puts records at risk: see docs/durability.md"
        );
        Ok(true)
    })
}

/// Row-level security does not hold a superuser, nor a role with BYPASSRLS. The program works with one all the same:
/// its own conditions keep practices apart.
fn warn_of_a_role_above_the_walls(session: &mut Session) -> Result<(), StoreError> {
    let mut above = false;
    session.each(IGNORES_WALLS, &[], &mut |row| {
        above = row.get(0)?;
        Ok(true)
    })?;
    if above {
        tracing::warn!(
            "the database role is a superuser or has BYPASSRLS: row-level security, the second wall between \
             practices, does not hold for it. docs/operations.md says how to make an ordinary role"
        );
    }
    Ok(())
}
