//! Documents that name files which are not there.

use super::{Finding, Tree};
use std::path::{Component, Path, PathBuf};

/// Folders whose paths are recognised inside backticks.
const FOLDERS: [&str; 9] =
    ["bench/", "content/", "crates/", "docs/", "e2e/", "fuzz/", "xtask/", ".ci/", ".cargo/"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.with_extension("md") {
        for (line, named, target) in references(path, &tree.text(path)) {
            if !tree.root.join(&target).exists() {
                findings.push(Finding::new(path, line, format!("`{named}` does not exist")));
            }
        }
    }
    findings
}

/// Every path the document names: its line, its words, and the path from the repository's root.
fn references(document: &Path, text: &str) -> Vec<(usize, String, PathBuf)> {
    let folder = document.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let links = links(line).filter_map(|link| Some((link.to_owned(), link_target(folder, link)?)));
        let paths = code(line).filter_map(|code| Some((code.to_owned(), code_target(code)?)));
        found.extend(links.chain(paths).map(|(named, target)| (index + 1, named, target)));
    }
    found
}

fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn link_target(folder: &Path, link: &str) -> Option<PathBuf> {
    let path = link.split(['#', '?']).next().filter(|path| !path.is_empty())?;
    if path.contains(':') || path.starts_with("//") {
        return None;
    }
    let joined = path.strip_prefix('/').map_or_else(|| folder.join(path), PathBuf::from);
    Some(without_dots(&joined))
}

fn code_target(code: &str) -> Option<PathBuf> {
    if !FOLDERS.iter().any(|folder| code.starts_with(folder)) || code.contains(char::is_whitespace) {
        return None;
    }
    let path = code.split(':').next().unwrap_or(code);
    // `content/instruments/ID.json` and `docs/*.md` stand for many files: their folder must exist.
    let real = Path::new(path).components().take_while(|part| !is_placeholder(part));
    Some(real.collect())
}

fn is_placeholder(part: &Component<'_>) -> bool {
    let name = part.as_os_str().to_string_lossy();
    let stem = name.split('.').next().unwrap_or(&name);
    let shouted = stem.len() > 1 && stem.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    let known = ["README", "ARCHITECTURE", "CONTRIBUTING", "CHANGELOG", "LICENSE", "NOTICE"].contains(&stem);
    (shouted && !known) || name.contains(['*', '<', '{', '…']) || name.contains("NNNN")
}

fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(document: &str, text: &str) -> Vec<String> {
        references(Path::new(document), text)
            .into_iter()
            .map(|(_, _, path)| path.display().to_string())
            .collect()
    }

    #[test]
    fn links_are_followed_from_their_document() {
        let text = "See [a](../README.md#top), [b](/LICENSE), [c](https://example.org/x), [d](#here) and ![e](shot.png \"title\").";
        assert_eq!(targets("docs/security.md", text), ["README.md", "LICENSE", "docs/shot.png"]);
    }

    #[test]
    fn paths_in_backticks_start_at_the_root() {
        let text = "`crates/app/src/entry.rs:12` and `content/instruments/ID.json`, `docs/*.md`, `cargo xtask tidy`, `e2e/lib`";
        assert_eq!(
            targets("docs/a/b.md", text),
            ["crates/app/src/entry.rs", "content/instruments", "docs", "e2e/lib"]
        );
    }

    #[test]
    fn fenced_blocks_are_left_alone() {
        assert!(targets("a.md", "```\n`docs/nothing.md`\n```\n").is_empty());
        assert_eq!(references(Path::new("a.md"), "one\n`docs/two.md`")[0].0, 2);
    }
}
