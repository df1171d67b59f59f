//! `attune backup` and `attune restore`: a consistent copy, read back before it counts.

use super::{database_url, erase, ledger_place};
use crate::cli::{Backup, Restore};
use crate::failure::Failure;
use crate::keys;
use crate::say;
use std::process::ExitCode;
use store::snapshot::{self, Opened, SnapshotKeys};
use store::{Overwrite, Report};

pub fn run(args: &Backup) -> Result<ExitCode, Failure> {
    let report = store::backup(&database_url(&args.database)?, &args.dest, overwrite(args.replace))?;
    tell(&report, &format!("{} written and read back", args.dest.display()));
    Ok(ExitCode::SUCCESS)
}

/// What was erased since the backup was made is erased again: the ledger of the database that is replaced, and the one
/// that lies beside it, are read first.
pub async fn restore(args: &Restore) -> Result<ExitCode, Failure> {
    let url = database_url(&args.database)?;
    let place = ledger_place(&args.database, &url)?;
    let ledger = erase::known(&url, &place)?;
    let keys = if ledger.is_empty() { None } else { Some(keys::for_practice(&args.key, &url)?) };
    // A snapshot is opened first; it goes away again when this is done.
    let opened = open_snapshot(args)?;
    let source = opened.as_ref().map_or(args.src.as_path(), |opened| opened.path());
    let report = store::restore(source, &url, overwrite(args.replace))?;
    tell(&report, &format!("{} restored and read back", args.src.display()));
    if let Some(kept) = &report.kept {
        say::out(&format!("The database that was there before is kept as {kept}."));
    }
    if let Some(keys) = keys {
        erase::again((&url, &place), &keys, ledger).await?;
    }
    Ok(ExitCode::SUCCESS)
}

fn open_snapshot(args: &Restore) -> Result<Option<Opened>, Failure> {
    if !args.src.is_file() {
        return Ok(None);
    }
    let Some(sealed) = snapshot::sealed_under(&args.src)? else { return Ok(None) };
    let root = keys::of_snapshot(&args.key, &sealed)?;
    let opened = snapshot::opened(&args.src, &SnapshotKeys::of(&root))?;
    if let Some(records) = &sealed.records {
        say::out(&format!(
            "The records in it are closed with another root key, {records}: keep that one too."
        ));
    }
    Ok(Some(opened))
}

fn overwrite(replace: bool) -> Overwrite {
    if replace { Overwrite::Replace } else { Overwrite::Refuse }
}

fn tell(report: &Report, what: &str) {
    let rows: u64 = report.tables.iter().map(|table| table.rows).sum();
    say::out(&format!("{what}: {} tables, {rows} rows, {} bytes", report.tables.len(), report.bytes));
}
