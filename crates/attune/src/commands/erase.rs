//! `attune erase`: the ledger of erased records, and applying it again after a restore.

use super::{application, database_url, ledger_place, must_exist};
use crate::cli::Erase;
use crate::failure::Failure;
use crate::{keys, say};
use app::content::Content;
use app::erasure::Erased;
use std::path::Path;
use std::process::ExitCode;
use store::vault::Keys;
use store::{DatabaseUrl, ledger_file};

pub async fn run(command: Erase) -> Result<ExitCode, Failure> {
    match command {
        Erase::List { database } => {
            let url = database_url(&database)?;
            must_exist(&url)?;
            for line in store::erasures_of(&url)? {
                say::out(&format!("{}  {:<17} client {}", line.at, line.reason.code(), line.client));
            }
        }
        Erase::Ledger { out, database } => {
            let url = database_url(&database)?;
            must_exist(&url)?;
            let lines = store::erasures_of(&url)?;
            ledger_file::add(&out, &lines)?;
            say::out(&format!("{} erasures written to {}", lines.len(), out.display()));
        }
        Erase::Apply { file, database, key } => {
            let url = database_url(&database)?;
            must_exist(&url)?;
            if !file.is_file() {
                return Err(Failure::Said(format!("there is no ledger {}", file.display())));
            }
            let place = ledger_place(&database, &url)?;
            again((&url, &place), &keys::for_practice(&key, &url)?, ledger_file::read(&file)?).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The ledger of the database that is there, and the one outside it. A database too damaged to be read is passed over: the
/// file tells the same.
pub fn known(url: &DatabaseUrl, place: &Path) -> Result<Vec<Erased>, Failure> {
    let mut lines = ledger_file::read(place)?;
    match store::erasures_of(url) {
        Ok(kept) => lines.extend(kept),
        Err(failure) => say::err(&format!("the ledger of the present database cannot be read: {failure}")),
    }
    lines.sort_by_key(|line| (line.practice, line.client, line.at));
    lines.dedup_by_key(|line| (line.practice, line.client));
    Ok(lines)
}

/// Erases again what a ledger names, and writes it to its place outside the database.
pub async fn again(
    (url, place): (&DatabaseUrl, &Path),
    keys: &Keys,
    lines: Vec<Erased>,
) -> Result<(), Failure> {
    let named = lines.len();
    let app = application(url, keys, Content::embedded()?)?.with_ledger(place);
    let done = app.apply_ledger(lines).await;
    app.db().clone().close().await;
    let done = done?;
    say::out(&format!(
        "The ledger names {named} erased records; {done} had come back and were erased again."
    ));
    Ok(())
}
