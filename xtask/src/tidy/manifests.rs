//! Who may depend on whom, and what may be in the lock file.

use super::{Finding, Tree};
use crate::process;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The house's drawing, from the ground up: each crate and the crates of ours that it may use.
/// Its tests may use anything further down, to build the world that they run in.
const ARROWS: [(&str, &[&str]); 12] = [
    ("measure", &[]),
    ("protocol", &["measure"]),
    ("domain", &["measure", "protocol"]),
    ("fhir", &["domain", "measure", "protocol"]),
    ("store", &["domain", "measure", "protocol"]),
    ("app", &["domain", "measure", "protocol", "store"]),
    ("print", &["app", "domain", "measure", "protocol"]),
    ("web", &["app", "domain", "fhir", "measure", "print", "protocol"]),
    ("attune", &["app", "domain", "fhir", "measure", "print", "protocol", "store", "web"]),
    ("bench", &["app", "domain", "measure", "protocol", "store"]),
    ("oracle", &["domain"]),
    ("xtask", &[]),
];

/// Libraries that belong to one room.
const ROOMS: [(&str, &[&str]); 7] = [
    ("rusqlite", &["store", "bench"]),
    ("postgres", &["store"]),
    ("tokio-postgres", &["store"]),
    ("axum", &["web"]),
    ("maud", &["web"]),
    ("tower-http", &["web"]),
    ("fluent-bundle", &["web"]),
];

/// Packages that need a system library, or tools nobody was asked to install.
const UNWANTED: [&str; 7] =
    ["openssl-sys", "native-tls", "aws-lc-sys", "libpq", "pq-sys", "cmake", "protobuf-src"];

/// Packages that ask other hosts on behalf of a program: Attune asks nobody.
const FETCHING: [&str; 7] = ["attohttpc", "curl", "hyper-rustls", "hyper-tls", "isahc", "reqwest", "ureq"];

const ALLOWED: &str = "xtask/tidy-allow.txt";

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    for path in tree
        .with_extension("toml")
        .filter(|path| path.ends_with("Cargo.toml") && path.parent() != Some(Path::new("")))
    {
        findings.extend(manifest(path, &tree.text(path)));
    }
    findings.extend(lock_file(&tree.text(Path::new("Cargo.lock"))));
    let arguments = [
        "tree",
        "--workspace",
        "--duplicates",
        "--depth",
        "0",
        "--prefix",
        "none",
        "--edges",
        "normal",
        "--locked",
    ];
    let listing = process::output(&mut process::command(&tree.root, "cargo", &arguments))?;
    findings.extend(duplicates(&listing, &tree.text(Path::new(ALLOWED))));
    Ok(findings)
}

fn manifest(path: &Path, text: &str) -> Vec<Finding> {
    let name = path
        .parent()
        .and_then(Path::file_name)
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let ours = ARROWS.iter().find(|(crate_name, _)| *crate_name == name);
    let floor = |name: &str| ARROWS.iter().position(|(crate_name, _)| *crate_name == name);
    let mut findings = Vec::new();
    for Dependency { line, name: dependency, of } in dependencies(text) {
        let drawn = ours.is_some_and(|(_, allowed)| allowed.contains(&dependency.as_str()));
        let below = of == Of::Tests && floor(&dependency) < floor(&name);
        if floor(&dependency).is_some() && dependency != name && !drawn && !below {
            findings.push(Finding::new(
                path,
                line,
                format!("`{name}` may not use `{dependency}`: change the drawing first"),
            ));
        }
        let room = ROOMS.iter().find(|(library, _)| *library == dependency);
        if let Some((_, owners)) = room.filter(|(_, owners)| !owners.contains(&name.as_str())) {
            findings.push(Finding::new(
                path,
                line,
                format!("only `{}` may use `{dependency}`", owners.join("`, `")),
            ));
        }
    }
    findings
}

/// Who needs a dependency: the crate itself, or its tests alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Crate,
    Tests,
}

struct Dependency {
    line: usize,
    name: String,
    of: Of,
}

/// What a manifest's dependency sections name.
fn dependencies(text: &str) -> Vec<Dependency> {
    let mut section = String::new();
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let name = if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']').to_owned();
            section.split_once("dependencies.").map(|(_, name)| name)
        } else if section.ends_with("dependencies") && !line.starts_with('#') {
            line.split(['=', '.']).next()
        } else {
            None
        };
        let name = name.unwrap_or_default().trim().trim_matches('"').to_owned();
        let of = if section.contains("dev-dependencies") { Of::Tests } else { Of::Crate };
        if !name.is_empty() {
            found.push(Dependency { line: index + 1, name, of });
        }
    }
    found
}

fn lock_file(text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    let packages = lines
        .filter_map(|(index, line)| Some((index + 1, line.strip_prefix("name = \"")?.trim_end_matches('"'))));
    let lock = Path::new("Cargo.lock");
    packages
        .filter_map(|(line, name)| {
            let reason = match name {
                _ if UNWANTED.contains(&name) => "needs what a fresh machine lacks",
                _ if FETCHING.contains(&name) => "asks other hosts, and the server asks nobody",
                _ => return None,
            };
            Some(Finding::new(lock, line, format!("`{name}` {reason}")))
        })
        .collect()
}

/// Packages in several versions that nobody has given a reason for, and reasons no longer needed.
fn duplicates(listing: &str, allowed: &str) -> Vec<Finding> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in listing.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            versions.entry(name).or_default().insert(version);
        }
    }
    versions.retain(|_, versions| versions.len() > 1);
    let mut findings = Vec::new();
    let mut excused = BTreeSet::new();
    for (index, line) in
        allowed.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let (name, reason) = line.split_once(':').unwrap_or((line, ""));
        excused.insert(name.trim());
        if reason.trim().is_empty() {
            findings.push(Finding::new(
                Path::new(ALLOWED),
                index + 1,
                format!("`{}` has no reason", name.trim()),
            ));
        } else if !versions.contains_key(name.trim()) {
            findings.push(Finding::new(
                Path::new(ALLOWED),
                index + 1,
                format!("`{}` is there once; remove the line", name.trim()),
            ));
        }
    }
    for (name, versions) in versions.iter().filter(|(name, _)| !excused.contains(*name)) {
        let list = versions.iter().copied().collect::<Vec<_>>().join(" and ");
        let message = format!("`{name}` is there as {list}: `cargo tree -i {name}@VERSION` tells why");
        findings.push(Finding::new(Path::new("Cargo.lock"), 0, message));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(findings: Vec<Finding>) -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_refused() {
        let text = "[package]\nname = \"domain\"\n[dependencies]\nmeasure.workspace = true\nstore = { path = \"../store\" }\n";
        let found = messages(manifest(Path::new("crates/domain/Cargo.toml"), text));
        assert_eq!(
            found,
            ["crates/domain/Cargo.toml:5: `domain` may not use `store`: change the drawing first"]
        );
    }

    #[test]
    fn tests_may_reach_down_but_not_up() {
        let text = "[dev-dependencies]\nstore.workspace = true\n";
        assert!(manifest(Path::new("crates/web/Cargo.toml"), text).is_empty());
        assert_eq!(manifest(Path::new("crates/domain/Cargo.toml"), text).len(), 1);
    }

    #[test]
    fn libraries_stay_in_their_room() {
        let text = "[dev-dependencies]\nrusqlite = \"1\"\n\n[target.'cfg(unix)'.dependencies.axum]\nversion = \"1\"\n";
        let found = messages(manifest(Path::new("crates/app/Cargo.toml"), text));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].ends_with(":2: only `store`, `bench` may use `rusqlite`"));
        assert!(
            manifest(Path::new("crates/store/Cargo.toml"), "[dependencies]\nrusqlite.workspace = true\n")
                .is_empty()
        );
    }

    #[test]
    fn a_system_library_in_the_lock_file_is_found() {
        let text = "[[package]]\nname = \"openssl-sys\"\n[[package]]\nname = \"openssl-probe\"\n";
        assert_eq!(lock_file(text).len(), 1);
    }

    #[test]
    fn w7_a_library_that_fetches_addresses_is_found() {
        let text = "[[package]]\nname = \"reqwest\"\n[[package]]\nname = \"hyper\"\n";
        assert_eq!(
            messages(lock_file(text)),
            ["Cargo.lock:2: `reqwest` asks other hosts, and the server asks nobody"]
        );
    }

    #[test]
    fn a_second_version_needs_a_reason() {
        let listing = "syn v2.0.1\n\nsyn v3.0.0 (*)\n\nserde v1.0.0\n\nserde v1.0.0\n";
        assert_eq!(messages(duplicates(listing, "")).len(), 1);
        assert!(duplicates(listing, "# why\nsyn: half the world is still on 2\n").is_empty());
        assert_eq!(messages(duplicates(listing, "syn:\nserde: gone\n")).len(), 2);
    }
}
