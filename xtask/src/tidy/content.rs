//! Content files: what they must say of their origin, and message keys that clash.

use super::{Finding, Tree};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder under `content/`, the kind of file it holds, and the fields each file must fill:
/// one name of each row.
const ORIGINS: [(&str, &str, &[&[&str]]); 3] = [
    ("content/instruments", "json", &[&["citation"], &["licence"]]),
    ("content/protocols", "toml", &[&["source", "sources", "citation", "citations"]]),
    ("content/worksheets", "toml", &[&["source", "sources", "citation", "citations"]]),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = origins(tree);
    findings.extend(clashing_keys(tree));
    findings
}

fn origins(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, extension, fields) in ORIGINS {
        for path in tree.with_extension(extension).filter(|path| path.starts_with(folder)) {
            let text = tree.text(path);
            let missing =
                fields.iter().filter(|names| !names.iter().any(|name| fills(&text, extension, name)));
            findings.extend(
                missing.map(|names| Finding::new(path, 0, format!("says no {}", names.join(" or ")))),
            );
        }
    }
    findings
}

/// Whether the file gives the field a value that is not empty. The crates parse these files in
/// full; here it is enough to see that somebody wrote the field.
fn fills(text: &str, extension: &str, name: &str) -> bool {
    let empty = ["\"\"", "[]", "{}", "null"];
    let (key, sign) = if extension == "json" { (format!("\"{name}\""), ':') } else { (name.to_owned(), '=') };
    let tables = [format!("[{name}]"), format!("[[{name}]]")];
    text.lines().map(str::trim).any(|line| {
        let line = if extension == "json" { line.find(&key).map_or(line, |at| &line[at..]) } else { line };
        let value =
            line.strip_prefix(&key).and_then(|rest| rest.trim_start().strip_prefix(sign)).map(str::trim);
        let filled = value.is_some_and(|value| !empty.iter().any(|empty| value.starts_with(empty)));
        filled || (extension == "toml" && tables.iter().any(|table| line == table))
    })
}

/// Keys given twice in one language: Fluent would silently keep one of them.
fn clashing_keys(tree: &Tree) -> Vec<Finding> {
    let mut seen: BTreeMap<(PathBuf, String), (PathBuf, usize)> = BTreeMap::new();
    let mut findings = Vec::new();
    for path in tree.with_extension("ftl") {
        let language = path.parent().unwrap_or(Path::new("")).to_path_buf();
        for (line, key) in keys(&tree.text(path)) {
            let place = (path.to_path_buf(), line);
            match seen.get(&(language.clone(), key.clone())) {
                Some((first, at)) => {
                    let message = format!("`{key}` is already in {}:{at}", first.display());
                    findings.push(Finding::new(path, line, message));
                }
                None => {
                    seen.insert((language.clone(), key), place);
                }
            }
        }
    }
    findings
}

fn keys(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((key, _)) = line.split_once('=') else { continue };
        let key = key.trim_end();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        if key.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '-')
            && key.chars().all(plain)
        {
            found.push((index + 1, key.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_keys_and_terms_are_keys_and_text_is_not() {
        let text = "# a = b\nhello = Hi\n-brand = Attune\nhello-two =\n    .title = x\n    a = b\n[x] = y\n";
        let found: Vec<_> = keys(text).into_iter().map(|(line, key)| format!("{line} {key}")).collect();
        assert_eq!(found, ["2 hello", "3 -brand", "4 hello-two"]);
    }

    #[test]
    fn a_field_counts_only_with_a_value() {
        assert!(fills("{\"id\": \"x\", \"citation\": \"Kroenke 2001\"}", "json", "citation"));
        assert!(fills("  \"licence\": {\n", "json", "licence"));
        assert!(!fills("\"citation\": \"\"", "json", "citation"));
        assert!(fills("source = \"Weissman 2018\"", "toml", "source"));
        assert!(fills("sources = [\n", "toml", "sources") && fills("[[source]]", "toml", "source"));
        assert!(!fills("sources = []\nresource = \"x\"", "toml", "source"));
    }
}
