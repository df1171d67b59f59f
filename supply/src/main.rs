//! `cargo run -p supply`: known flaws, licences, sources and the number of libraries, without a network.
//!
//! Reads the lock files of the repository and of `oracle/` (a workspace of its own, for tests only), `cargo metadata`, `deny.toml` (the list of licences), `supply/accepted.toml`, and a copy of the
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

/// The workspaces of the repository: what a report calls them, and their folders.
const WORKSPACES: [(&str, &str); 2] = [("", ""), ("oracle: ", "oracle")];

impl Said {
    /// The same, said of a workspace.
    fn of(mut self, name: &str) -> Said {
        for line in self.notes.iter_mut().chain(&mut self.failures) {
            line.insert_str(0, name);
        }
        self
    }

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
    let places = WORKSPACES.map(|(name, folder)| (name, root.join(folder)));
    let deny = read(&root.join("deny.toml"))?;
    let (mut said, mut locks) = (Said::default(), Vec::new());
    for (name, place) in &places {
        let lock = packages::lock(place)?;
        let mut of_one = packages::count(&lock);
        of_one.add(packages::sources(&lock));
        let (metadata, told) = packages::metadata(place)?;
        of_one.add(told);
        of_one.add(licences::check(&metadata, &deny)?);
        said.add(of_one.of(name));
        locks.push(lock);
    }
    match copy::find(root)? {
        None => said.notes.push(
            "skipped: there is no copy of the advisory database; name one with ATTUNE_ADVISORIES".into(),
        ),
        Some(found) => {
            let today = jiff::Zoned::now().date();
            let copy = copy::open(&found)?;
            said.notes.push(copy.age(today));
            let accepted = advisories::accepted(&read(&root.join("supply/accepted.toml"))?)?;
            // All in one: what is accepted has to concern one of them, not each.
            let every = locks.into_iter().reduce(packages::merged).ok_or("there is no lock file")?;
            said.add(advisories::check(&every, &copy.database, &accepted, today));
        }
    }
    Ok(said)
}

fn read(path: &PathBuf) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|wrong| format!("{}: {wrong}", path.display()))
}
