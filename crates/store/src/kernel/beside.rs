//! One transaction of the program's own: at its start, or beside whatever program serves the database.

use rusqlite::Connection;

use super::error::{OpenError, StoreError};
use super::postgres::{Lane, Session};
use super::reach::{Across, Reach};
use super::server::Server;
use super::sqlite;
use super::tx::{Link, Tx};
use super::url::DatabaseUrl;

/// Runs work in one transaction on a connection of its own; `Err` undoes it. The schema is left as it is. Blocks.
pub(crate) fn beside<T>(
    url: &DatabaseUrl,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            if !path.is_file() {
                let source = std::io::Error::from(std::io::ErrorKind::NotFound);
                return Err(OpenError::File { path: path.clone(), source });
            }
            on_sqlite(&sqlite::connect(path)?, work)
        }
        DatabaseUrl::Postgres(text) => {
            on_postgres(&mut Session::connect(&Server::at(text)?, Lane::Write)?, work)
        }
    }
}

pub(crate) fn on_sqlite<T>(
    connection: &Connection,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    sqlite::command(connection, "BEGIN IMMEDIATE")?;
    let outcome = settled(Tx::new(Link::Sqlite(connection)), work);
    end(outcome, |word| sqlite::command(connection, word))
}

pub(crate) fn on_postgres<T>(
    session: &mut Session,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let reach = Reach::Across(Across::Keys).command();
    session.command(&format!("BEGIN ISOLATION LEVEL READ COMMITTED{reach}"))?;
    let outcome = settled(Tx::new(Link::Postgres(session)), work);
    end(outcome, |word| session.command(word))
}

fn settled<T>(
    mut tx: Tx<'_>,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let outcome = work(&mut tx);
    match tx.failure() {
        Some(spoilt) if outcome.is_ok() => Err(spoilt.into()),
        _ => outcome,
    }
}

fn end<T>(
    outcome: Result<T, OpenError>,
    mut command: impl FnMut(&str) -> Result<(), StoreError>,
) -> Result<T, OpenError> {
    let ended = command(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" });
    let done = outcome?;
    ended?;
    Ok(done)
}
