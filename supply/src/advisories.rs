//! Known flaws in what the lock file names.

use crate::Said;
use jiff::civil::Date;
use rustsec::advisory::Informational;
use rustsec::report::{Report, Settings};
use rustsec::{Database, Lockfile};
use serde::Deserialize;
use std::collections::BTreeSet;

/// A known flaw that we live with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    id: String,
    reason: String,
    until: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accepted: Vec<Accepted>,
}

/// Reads the list of accepted flaws.
///
/// # Errors
/// It is not well formed.
pub fn accepted(text: &str) -> Result<Vec<Accepted>, String> {
    let file: File = toml::from_str(text).map_err(|wrong| format!("supply/accepted.toml: {wrong}"))?;
    Ok(file.accepted)
}

/// Vulnerabilities fail; what is unmaintained or unsound is told. Offline nobody can say what was withdrawn.
pub fn check(lock: &Lockfile, database: &Database, accepted: &[Accepted], today: Date) -> Said {
    let settings = Settings {
        informational_warnings: vec![
            Informational::Notice,
            Informational::Unmaintained,
            Informational::Unsound,
        ],
        ..Settings::default()
    };
    let report = Report::generate(database, lock, &settings);
    let mut said = Said::default();
    let mut met = BTreeSet::new();
    for flaw in &report.vulnerabilities.list {
        let id = flaw.advisory.id.to_string();
        let what = format!("{id} in {} {}: {}", flaw.package.name, flaw.package.version, flaw.advisory.title);
        match accepted.iter().find(|entry| entry.id == id) {
            Some(entry) => {
                said.notes.push(format!("accepted until {}: {what} ({})", entry.until, entry.reason))
            }
            None => said.failures.push(what),
        }
        met.insert(id);
    }
    for warning in report.warnings.values().flatten() {
        let Some(advisory) = &warning.advisory else { continue };
        met.insert(advisory.id.to_string());
        said.notes.push(format!(
            "{}: {} {} ({}: {})",
            warning.kind.as_str(),
            warning.package.name,
            warning.package.version,
            advisory.id,
            advisory.title
        ));
    }
    for entry in accepted {
        let id = &entry.id;
        if entry.until < today {
            said.failures.push(format!("{id} was accepted until {}: look again", entry.until));
        }
        if entry.reason.trim().is_empty() {
            said.failures.push(format!("{id} is accepted without a reason"));
        }
        if !met.contains(id) {
            said.failures
                .push(format!("{id} is accepted and does not concern us any more: remove the entry"));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    const FLAW: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2026-9999\"\npackage = \"leaky\"\ndate = \"2026-01-02\"\n\
        [versions]\npatched = [\">= 1.0.1\"]\n```\n\n# It leaks\n\nIt does.\n";
    const TIRED: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2026-9998\"\npackage = \"tired\"\ndate = \"2026-01-02\"\n\
        informational = \"unmaintained\"\n[versions]\npatched = []\n```\n\n# Nobody looks after it\n\nNobody.\n";

    fn database() -> Database {
        let folder = tempfile::tempdir().unwrap();
        for (package, id, text) in
            [("leaky", "RUSTSEC-2026-9999", FLAW), ("tired", "RUSTSEC-2026-9998", TIRED)]
        {
            let place = folder.path().join("crates").join(package);
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join(format!("{id}.md")), text).unwrap();
        }
        Database::open(folder.path()).unwrap()
    }

    fn lock(leaky: &str) -> Lockfile {
        let package = |name: &str, version: &str| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
                 source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{}\"\n\n",
                "0".repeat(64)
            )
        };
        format!("version = 4\n\n{}{}", package("leaky", leaky), package("tired", "0.3.0")).parse().unwrap()
    }

    #[test]
    fn d1_a_known_flaw_fails_and_a_mended_version_passes() {
        let today = date(2026, 11, 24);
        let said = check(&lock("1.0.0"), &database(), &[], today);
        assert_eq!(said.failures, ["RUSTSEC-2026-9999 in leaky 1.0.0: It leaks"]);
        let said = check(&lock("1.0.1"), &database(), &[], today);
        assert!(said.failures.is_empty(), "{said:?}");
    }

    #[test]
    fn d1_what_nobody_looks_after_is_told_and_stops_nothing() {
        let said = check(&lock("1.0.1"), &database(), &[], date(2026, 11, 24));
        assert_eq!(said.notes, ["unmaintained: tired 0.3.0 (RUSTSEC-2026-9998: Nobody looks after it)"]);
    }

    #[test]
    fn d1_an_accepted_flaw_needs_a_reason_and_is_looked_at_again() {
        let list = |reason: &str| {
            let text = format!(
                "[[accepted]]\nid = \"RUSTSEC-2026-9999\"\nreason = \"{reason}\"\nuntil = \"2026-12-01\"\n"
            );
            accepted(&text).unwrap()
        };
        let before = check(&lock("1.0.0"), &database(), &list("not called"), date(2026, 12, 1));
        assert!(before.failures.is_empty(), "{before:?}");
        let after = check(&lock("1.0.0"), &database(), &list("not called"), date(2026, 12, 2));
        assert_eq!(after.failures, ["RUSTSEC-2026-9999 was accepted until 2026-12-01: look again"]);
        assert_eq!(check(&lock("1.0.0"), &database(), &list(" "), date(2026, 12, 1)).failures.len(), 1);
        assert_eq!(check(&lock("1.0.1"), &database(), &list("x"), date(2026, 12, 1)).failures.len(), 1);
        assert!(accepted("[[accepted]]\nid = \"RUSTSEC-2026-9999\"\nreason = \"x\"\n").is_err());
    }
}
