//! One file a command.

use crate::cli::{Command, Database};
use crate::deeds::Order;
use crate::failure::Failure;
use app::App;
use app::content::Content;
use app::context::{SystemClock, SystemEntropy};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::vault::Keys;
use store::{DatabaseUrl, Db, Options, ledger_file};

pub mod audit;
mod backup;
mod check;
mod demo;
mod erase;
mod key;
mod protocol;
pub mod serve;
pub mod snapshot;
mod user;

/// Runs a command.
pub async fn run(command: Command) -> Result<ExitCode, Failure> {
    tracing::debug!(policy = %Order::of(&command).policy(), "a command begins");
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Check(args) => check::run(args).await,
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => backup::restore(&args).await,
        Command::Erase(command) => erase::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::User(command) => user::run(command).await,
        Command::Protocol(command) => protocol::run(&command),
        Command::Key(command) => key::run(&command),
        Command::Snapshot(command) => snapshot::run(&command),
    }
}

/// The database somebody named, or the file in the platform's data folder.
fn database_url(database: &Database) -> Result<DatabaseUrl, Failure> {
    match &database.database {
        Some(url) => Ok(url.parse()?),
        None => Ok(DatabaseUrl::Sqlite(data_folder()?.join("attune.db"))),
    }
}

/// Where the ledger of erasures lies outside the database.
fn ledger_place(database: &Database, url: &DatabaseUrl) -> Result<PathBuf, Failure> {
    match ledger_file::beside(url) {
        Some(path) => Ok(path),
        None => Ok(ledger_file::place(url, &folder_for_data(database)?)),
    }
}

/// The folder somebody named for what is kept outside a database of PostgreSQL, or the platform's.
fn folder_for_data(database: &Database) -> Result<PathBuf, Failure> {
    let Some(folder) = &database.data else { return data_folder() };
    std::fs::create_dir_all(folder).map_err(|source| Failure::Folder { path: folder.clone(), source })?;
    Ok(folder.clone())
}

/// A name mistyped must not leave an empty database behind.
fn must_exist(url: &DatabaseUrl) -> Result<(), Failure> {
    match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => Err(Failure::Said(format!(
            "there is no database {}\nRun `attune serve` to make one, or name another with --database.",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// The platform's folder for a program's data, made if it is not there.
fn data_folder() -> Result<PathBuf, Failure> {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support/Attune"))
    } else if cfg!(windows) {
        var("APPDATA").map(|data| data.join("Attune"))
    } else {
        var("XDG_DATA_HOME")
            .or_else(|| var("HOME").map(|home| home.join(".local/share")))
            .map(|data| data.join("attune"))
    };
    let path = folder.ok_or(Failure::NoDataFolder)?;
    std::fs::create_dir_all(&path).map_err(|source| Failure::Folder { path: path.clone(), source })?;
    Ok(path)
}

/// The application on an opened database.
fn application(url: &DatabaseUrl, keys: &Keys, content: Content) -> Result<App, Failure> {
    let db = Db::open(url, keys, Options::default())?;
    Ok(App::new(db, content, Arc::new(SystemClock), Arc::new(SystemEntropy)))
}
