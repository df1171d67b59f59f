//! `cargo xtask freeze-schema VERSION`: keeps the schema of a release as it went out.

use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "Usage: cargo xtask freeze-schema VERSION

Copies the steps of the schema into the folder VERSION under crates/store/tests/schemas, once a version is
released. From then on `cargo xtask tidy` refuses any change of those steps, and a new one comes after them.
";

/// Where the steps are.
pub const STEPS: &str = "crates/store/migrations";
/// Where what was released is kept.
pub const FROZEN: &str = "crates/store/tests/schemas";

/// Runs the command.
///
/// # Errors
/// A sentence when the version was frozen before or a file cannot be copied.
pub fn run(repository: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let [version] = arguments else {
        print!("{HELP}");
        return Ok(ExitCode::from(2));
    };
    if version == "--help" {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let count = freeze(repository, version)?;
    println!("freeze-schema: {count} steps of {version} are kept in {FROZEN}/{version}");
    Ok(ExitCode::SUCCESS)
}

fn freeze(repository: &Path, version: &str) -> Result<usize, String> {
    let numbers = version.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !numbers {
        return Err(format!("`{version}` is no version"));
    }
    let folder = repository.join(FROZEN).join(version);
    if folder.exists() {
        return Err(format!("{version} is frozen already"));
    }
    let told = |path: &Path, wrong: std::io::Error| format!("{}: {wrong}", path.display());
    std::fs::create_dir_all(&folder).map_err(|wrong| told(&folder, wrong))?;
    let from = repository.join(STEPS);
    let mut count = 0;
    for step in std::fs::read_dir(&from).map_err(|wrong| told(&from, wrong))? {
        let step = step.map_err(|wrong| told(&from, wrong))?;
        let copied = std::fs::copy(step.path(), folder.join(step.file_name()));
        copied.map_err(|wrong| told(&step.path(), wrong))?;
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_version_is_frozen_once_and_whole() {
        let root = std::env::temp_dir().join(format!("attune-freeze-{}", std::process::id()));
        let steps = root.join(STEPS);
        std::fs::create_dir_all(&steps).unwrap();
        std::fs::write(steps.join("0001_first.sql"), "the first step").unwrap();
        assert_eq!(freeze(&root, "1.0.0"), Ok(1));
        let kept = root.join(FROZEN).join("1.0.0/0001_first.sql");
        assert_eq!(std::fs::read_to_string(kept).unwrap(), "the first step");
        assert!(freeze(&root, "1.0.0").is_err() && freeze(&root, "../x").is_err());
        std::fs::remove_dir_all(root).unwrap();
    }
}
