//! `attune backup` and `attune restore`: a consistent copy, read back before it counts.

use super::database_url;
use crate::cli::{Backup, Restore};
use crate::failure::Failure;
use crate::say;
use std::process::ExitCode;
use store::{Overwrite, Report};

pub fn run(args: &Backup) -> Result<ExitCode, Failure> {
    let report = store::backup(&database_url(&args.database)?, &args.dest, overwrite(args.replace))?;
    tell(&report, &format!("{} written and read back", args.dest.display()));
    Ok(ExitCode::SUCCESS)
}

pub fn restore(args: &Restore) -> Result<ExitCode, Failure> {
    let report = store::restore(&args.src, &database_url(&args.database)?, overwrite(args.replace))?;
    tell(&report, &format!("{} restored and read back", args.src.display()));
    if let Some(kept) = &report.kept {
        say::out(&format!("The database that was there before is kept as {kept}."));
    }
    Ok(ExitCode::SUCCESS)
}

fn overwrite(replace: bool) -> Overwrite {
    if replace { Overwrite::Replace } else { Overwrite::Refuse }
}

fn tell(report: &Report, what: &str) {
    let rows: u64 = report.tables.iter().map(|table| table.rows).sum();
    say::out(&format!("{what}: {} tables, {rows} rows, {} bytes", report.tables.len(), report.bytes));
}
