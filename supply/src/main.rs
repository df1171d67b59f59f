//! `cargo run -p supply`: known flaws, licences, sources and the number of libraries, without a network.
//!
//! Reads the lock file, `cargo metadata`, `deny.toml` (the list of licences), `supply/accepted.toml`, and a copy of the
//! public RustSec advisory database: a `.tar.gz` or a folder named by `ATTUNE_ADVISORIES`, else the newest
//! `rustsec-advisory-db-*.tar.gz` in `../shared/data`.

mod advisories;
mod copy;
mod licences;
mod packages;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What a check has to say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    /// Worth knowing; stops nothing.
    notes: Vec<String>,
    /// Must be mended.
    failures: Vec<String>,
}

impl Said {
    fn add(&mut self, other: Said) {
        self.notes.extend(other.notes);
        self.failures.extend(other.failures);
    }
}

fn main() -> ExitCode {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here).to_path_buf();
    match check(&root) {
        Ok(said) => {
            said.notes.iter().for_each(|note| println!("{note}"));
            said.failures.iter().for_each(|failure| println!("FAILED: {failure}"));
            println!("supply: {} to mend", said.failures.len());
            if said.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(reason) => {
            println!("FAILED: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn check(root: &Path) -> Result<Said, String> {
    let lock = packages::lock(root)?;
    let mut said = packages::count(&lock);
    said.add(packages::sources(&lock));
    let (metadata, told) = packages::metadata(root)?;
    said.add(told);
    said.add(licences::check(&metadata, &read(&root.join("deny.toml"))?)?);
    match copy::find(root)? {
        None => said.notes.push(
            "skipped: there is no copy of the advisory database; name one with ATTUNE_ADVISORIES".into(),
        ),
        Some(found) => {
            let today = jiff::Zoned::now().date();
            let copy = copy::open(&found)?;
            said.notes.push(copy.age(today));
            let accepted = advisories::accepted(&read(&root.join("supply/accepted.toml"))?)?;
            said.add(advisories::check(&lock, &copy.database, &accepted, today));
        }
    }
    Ok(said)
}

fn read(path: &PathBuf) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|wrong| format!("{}: {wrong}", path.display()))
}
