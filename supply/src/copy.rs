//! The copy of the advisory database: where it is, how old it is.

use flate2::read::GzDecoder;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rustsec::Database;
use std::fs::File;
use std::path::{Path, PathBuf};

const VARIABLE: &str = "ATTUNE_ADVISORIES";
const BESIDE: &str = "../shared/data";

/// A copy, read.
pub struct Copy {
    /// The advisories.
    pub database: Database,
    from: PathBuf,
    taken: Date,
}

impl Copy {
    /// How old the copy is, as a sentence.
    pub fn age(&self, today: Date) -> String {
        let days = today.since(self.taken).map_or(0, |span| span.get_days());
        let count = self.database.iter().count();
        format!("advisories: {count} of {}, {days} days old ({})", self.taken, self.from.display())
    }
}

/// Where a copy is: the one somebody named, else the newest beside the repository.
///
/// # Errors
/// A copy was named and is not there.
pub fn find(root: &Path) -> Result<Option<PathBuf>, String> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let path = PathBuf::from(named);
        return if path.exists() {
            Ok(Some(path))
        } else {
            Err(format!("{VARIABLE}: {} is not there", path.display()))
        };
    }
    let Ok(entries) = std::fs::read_dir(root.join(BESIDE)) else { return Ok(None) };
    let is_copy = |name: &str| name.starts_with("rustsec-advisory-db-") && name.ends_with(".tar.gz");
    let copies = entries.flatten().map(|entry| entry.path());
    Ok(copies.filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_copy)).max())
}

/// Reads a copy, a folder or a packed one.
///
/// # Errors
/// A sentence when it cannot be read.
pub fn open(path: &Path) -> Result<Copy, String> {
    let wrong = |reason: String| format!("{}: {reason}", path.display());
    let taken = date_in(path).map_or_else(|| changed(path), Ok).map_err(&wrong)?;
    let database = if path.is_dir() {
        Database::open(path).map_err(|reason| wrong(reason.to_string()))?
    } else {
        let folder = tempfile::tempdir().map_err(|reason| wrong(reason.to_string()))?;
        let file = File::open(path).map_err(|reason| wrong(reason.to_string()))?;
        tar::Archive::new(GzDecoder::new(file))
            .unpack(folder.path())
            .map_err(|reason| wrong(reason.to_string()))?;
        Database::open(folder.path()).map_err(|reason| wrong(reason.to_string()))?
    };
    if database.iter().next().is_none() {
        return Err(wrong("holds no advisory".into()));
    }
    Ok(Copy { database, from: path.to_path_buf(), taken })
}

/// The day in the file's name: `…-2026-08-21.tar.gz`.
fn date_in(path: &Path) -> Option<Date> {
    let name = path.file_name()?.to_str()?.trim_end_matches(".tar.gz");
    name.get(name.len().checked_sub(10)?..)?.parse().ok()
}

fn changed(path: &Path) -> Result<Date, String> {
    let time = path.metadata().and_then(|known| known.modified()).map_err(|reason| reason.to_string())?;
    let time = jiff::Timestamp::try_from(time).map_err(|reason| reason.to_string())?;
    Ok(time.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn d1_the_age_of_a_copy_is_in_its_name() {
        let day = date_in(Path::new("/x/rustsec-advisory-db-2026-08-21.tar.gz"));
        assert_eq!(day, Some(jiff::civil::date(2026, 8, 21)));
        assert_eq!(date_in(Path::new("/x/db.tar.gz")), None);
    }

    #[test]
    fn d1_an_empty_copy_is_no_copy() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("crates")).unwrap();
        assert!(open(folder.path()).err().unwrap().ends_with("holds no advisory"));
    }
}
