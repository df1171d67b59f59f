//! The lock file: how many libraries, from where.

use crate::Said;
use rustsec::Lockfile;
use std::path::Path;
use std::process::{Command, Output};

/// Most packages in the lock file: whoever reviews the supply has to be able to.
const PACKAGES_MAX: usize = 450;

/// The lock file of a workspace.
///
/// # Errors
/// A sentence when it is missing or damaged.
pub fn lock(root: &Path) -> Result<Lockfile, String> {
    let path = root.join("Cargo.lock");
    Lockfile::load(&path).map_err(|wrong| format!("{}: {wrong}", path.display()))
}

/// The packages of two lock files in one, each once.
pub fn merged(mut first: Lockfile, second: Lockfile) -> Lockfile {
    for package in second.packages {
        let same = |known: &rustsec::cargo_lock::Package| {
            (&known.name, &known.version, &known.source) == (&package.name, &package.version, &package.source)
        };
        if !first.packages.iter().any(same) {
            first.packages.push(package);
        }
    }
    first
}

/// What cargo knows about every package in the lock file; where a network is missing, about those of this platform only
/// (a note says so).
///
/// # Errors
/// A sentence when cargo cannot say.
pub fn metadata(root: &Path) -> Result<(serde_json::Value, Said), String> {
    let all = ask(root, &[]);
    let Err(reason) = all else { return all.map(|value| (value, Said::default())) };
    let host = host()?;
    let value = ask(root, &["--offline", "--filter-platform", &host]).map_err(|_| reason)?;
    let note = format!("licences: offline, so only the packages for {host} were read");
    Ok((value, Said { notes: vec![note], ..Said::default() }))
}

fn ask(root: &Path, more: &[&str]) -> Result<serde_json::Value, String> {
    let text = cargo(root, &[&["metadata", "--format-version", "1", "--locked"], more].concat())?;
    serde_json::from_str(&text).map_err(|wrong| format!("cargo metadata: {wrong}"))
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("cargo").current_dir(root).args(arguments).output();
    said(output.map_err(|wrong| format!("cargo: {wrong}"))?)
}

fn host() -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").output();
    let text = said(output.map_err(|wrong| format!("rustc: {wrong}"))?)?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| "rustc does not name its host".into())
}

fn said(output: Output) -> Result<String, String> {
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// The number of packages from elsewhere, tests and tools included.
pub fn count(lock: &Lockfile) -> Said {
    let count = lock.packages.iter().filter(|package| package.source.is_some()).count();
    judged(count)
}

fn judged(count: usize) -> Said {
    let mut said =
        Said { notes: vec![format!("packages: {count} (at most {PACKAGES_MAX})")], ..Said::default() };
    if count > PACKAGES_MAX {
        said.failures.push(format!("{count} packages are more than {PACKAGES_MAX}: build on less"));
    }
    said
}

/// Everything comes from crates.io, with a checksum, or from this repository.
pub fn sources(lock: &Lockfile) -> Said {
    let mut said = Said::default();
    for package in &lock.packages {
        let Some(source) = &package.source else { continue };
        if !source.is_default_registry() {
            said.failures.push(format!(
                "{} {} comes from {source}: only crates.io is allowed",
                package.name, package.version
            ));
        } else if package.checksum.is_none() {
            said.failures.push(format!("{} {} has no checksum", package.name, package.version));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lock_of(packages: &str) -> Lockfile {
        format!("version = 4\n{packages}").parse().unwrap()
    }

    #[test]
    fn d1_a_library_from_somewhere_else_is_found() {
        let good = lock_of(
            "[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
             checksum = \"0000000000000000000000000000000000000000000000000000000000000000\"\n",
        );
        assert_eq!(sources(&good), Said::default());
        let bad = lock_of(
            "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+https://example.org/a#0123456789\"\n\n\
             [[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"registry+https://example.org/index\"\n\n\
             [[package]]\nname = \"c\"\nversion = \"1.0.0\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\n",
        );
        assert_eq!(sources(&bad).failures.len(), 3, "{:?}", sources(&bad));
    }

    #[test]
    fn d1_what_stands_in_two_lock_files_is_looked_at_once() {
        let package = |name: &str, version: &str| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n")
        };
        let one = lock_of(&[package("a", "1.0.0"), package("b", "1.0.0")].concat());
        let two = lock_of(&[package("a", "1.0.0"), package("a", "2.0.0"), package("c", "1.0.0")].concat());
        let all = merged(one, two);
        let names: Vec<String> =
            all.packages.iter().map(|one| format!("{} {}", one.name, one.version)).collect();
        assert_eq!(names, ["a 1.0.0", "b 1.0.0", "a 2.0.0", "c 1.0.0"]);
    }

    #[test]
    fn d3_too_many_libraries_are_found() {
        assert!(judged(450).failures.is_empty());
        assert_eq!(judged(451).failures.len(), 1);
    }
}
