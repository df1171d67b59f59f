//! Databases for tests: a fresh one on each engine, gone afterwards.
//!
//! PostgreSQL takes part when `ATTUNE_TEST_POSTGRES` holds the address of a server's database whose
//! user may create databases and roles, for example `postgres://postgres@/postgres?host=/tmp/pg`. The databases belong
//! to an ordinary role and are opened as it, so that row-level security holds in every test.
#![allow(clippy::print_stderr, clippy::panic, clippy::expect_used)]

mod authenticator;

pub use authenticator::Authenticator;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::kernel::{Server, migration_text};
use crate::vault::{KeyKind, Keys, RootKey, RootKeys};
use crate::{DatabaseUrl, Db, Engine, MIGRATIONS, Migration, OpenError, Options};

/// Few connections, so that many tests fit on one server.
pub const OPTIONS: Options = Options {
    readers: 2,
    writers: 2,
    queue_length: 1024,
    wait: std::time::Duration::from_secs(30),
    look_again: std::time::Duration::from_millis(20),
};

const SERVER: &str = "ATTUNE_TEST_POSTGRES";
/// The role the databases belong to: no superuser, no BYPASSRLS. The password matters only to servers that ask for one.
const ROLE: &str = "attune_test";
const GUARD: &str = "SELECT pg_advisory_lock(4704261939403)";

/// Runs a test on an empty, migrated database of each engine.
///
/// ```ignore
/// #[tokio::test]
/// async fn a_client_is_found() {
///     store::testing::each_engine(async |db| { … }).await;
/// }
/// ```
pub async fn each_engine(test: impl AsyncFn(Db)) {
    each_database(MIGRATIONS, async |database: &TestDatabase| {
        let db = Db::open(database.url(), &keys(), OPTIONS).expect("the test database opens");
        test(db.clone()).await;
        db.close().await;
    })
    .await;
}

/// The root key of every test: a practice's, known to everybody who reads this.
pub fn keys() -> Keys {
    let key = RootKey::of(1, *b"a root key that everybody knows!").expect("a key");
    Keys::fixed(RootKeys::of(KeyKind::Practice, key))
}

/// A database opened by a program that knows these steps of the schema, with the key of every test.
///
/// # Errors
/// [`OpenError`].
pub fn open_at(url: &DatabaseUrl, migrations: &[Migration]) -> Result<Db, OpenError> {
    Db::open_at(url, &keys(), OPTIONS, migrations)
}

/// [`each_engine`] with another schema.
pub async fn each_engine_with(migrations: &[Migration], test: impl AsyncFn(Db)) {
    each_database(migrations, async |database: &TestDatabase| {
        let db = Db::open_with(database.url(), OPTIONS, migrations).expect("the test database opens");
        test(db.clone()).await;
        db.close().await;
    })
    .await;
}

/// Runs a test on a database of each engine without opening it.
pub async fn each_database(migrations: &[Migration], test: impl AsyncFn(&TestDatabase)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(database) = TestDatabase::new(engine, migrations) {
            eprintln!("on {engine}");
            test(&database).await;
        }
    }
}

/// A database that goes away when this is dropped.
pub struct TestDatabase {
    url: DatabaseUrl,
    folder: Option<tempfile::TempDir>,
}

impl TestDatabase {
    /// Makes one; `None`, with a printed word, when there is no PostgreSQL server to test on.
    pub fn new(engine: Engine, migrations: &[Migration]) -> Option<Self> {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = DatabaseUrl::Sqlite(folder.path().join("attune.db"));
                Some(Self { url, folder: Some(folder) })
            }
            Engine::Postgres => {
                let Ok(server) = std::env::var(SERVER) else {
                    eprintln!("skipped PostgreSQL: {SERVER} is not set");
                    return None;
                };
                let create = || create(&server, migrations);
                let url = thread::scope(|scope| scope.spawn(create).join());
                Some(Self { url: url.expect("a PostgreSQL database"), folder: None })
            }
        }
    }

    /// Its address.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.folder.is_some() {
            return;
        }
        let (Ok(server), DatabaseUrl::Postgres(url)) = (std::env::var(SERVER), &self.url) else { return };
        let name = database_of(url).to_owned();
        let drop = move || run(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        if thread::spawn(drop).join().is_err() {
            eprintln!("a test database could not be dropped");
        }
    }
}

fn admin(server: &str) -> postgres::Client {
    let server = Server::at(server).expect("ATTUNE_TEST_POSTGRES is an address");
    server.connect().expect("the PostgreSQL server answers")
}

fn run(server: &str, sql: &str) {
    admin(server).batch_execute(sql).expect("the PostgreSQL server obeys");
}

/// A copy of a template that holds the schema; the template is made once per schema and stays.
fn create(server: &str, migrations: &[Migration]) -> DatabaseUrl {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut hasher = DefaultHasher::new();
    for migration in migrations {
        let text = migration_text(Engine::Postgres, migration.text);
        (migration.number, migration.name, migration.text, text).hash(&mut hasher);
    }
    let template = format!("attune_template_{:016x}", hasher.finish());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let instant = jiff::Timestamp::now().as_microsecond();
    let name = format!("attune_test_{}_{count}_{instant}", std::process::id());

    let mut admin = admin(server);
    admin.batch_execute(GUARD).expect("the lock of the templates");
    let known = admin
        .query("SELECT 1 FROM pg_database WHERE datname = $1", &[&template])
        .expect("the list of databases");
    if known.is_empty() {
        make_role(&mut admin);
        let draft = format!("{name}_draft");
        let create = format!("CREATE DATABASE {draft} OWNER {ROLE} TEMPLATE template0 ENCODING 'UTF8'");
        admin.batch_execute(&create).expect("a new database");
        let db = Db::open_with(&renamed(server, &draft), OPTIONS, migrations).expect("the schema");
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(db.close());
        let rename = format!("ALTER DATABASE {draft} RENAME TO {template}");
        admin.batch_execute(&rename).expect("a renamed database");
    }
    admin
        .batch_execute(&format!("CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template}"))
        .expect("a new database");
    renamed(server, &name)
}

fn make_role(admin: &mut postgres::Client) {
    let make = format!(
        "DO $$ BEGIN
             IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}') THEN
                 CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '{ROLE}';
             END IF;
         END $$"
    );
    admin.batch_execute(&make).expect("a role for tests");
}

/// Where the name of the database stands in an address.
fn name_range(url: &str) -> std::ops::Range<usize> {
    let end = url.find('?').unwrap_or(url.len());
    let host = url.find("://").map_or(0, |at| at + 3);
    let start = url.get(host..end).and_then(|rest| rest.find('/')).map_or(end, |at| host + at + 1);
    start..end
}

fn database_of(url: &str) -> &str {
    url.get(name_range(url)).unwrap_or_default()
}

/// The address of another database of the server, for the ordinary role.
fn renamed(url: &str, name: &str) -> DatabaseUrl {
    let mut url = url.to_owned();
    url.replace_range(name_range(&url), name);
    let host = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(host..).unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let user = rest.get(..end).and_then(|part| part.rfind('@')).map_or(0, |at| at + 1);
    url.replace_range(host..host + user, &format!("{ROLE}:{ROLE}@"));
    DatabaseUrl::Postgres(url)
}
