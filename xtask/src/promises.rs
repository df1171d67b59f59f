//! `cargo xtask promises`: fills the column of tests in the table of docs/security.md from the names of the tests.
//!
//! A test that holds a requirement carries its id at the start of its name: `c1_…`, `p6_c6_w5_…`.

use crate::process;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

/// The document with the table.
pub const DOCUMENT: &str = "docs/security.md";
/// Tests named in a row; of more, only the number is told.
const NAMED: usize = 3;

/// One row of the table: `| C1 | 0 | what | state | tests |`.
#[derive(Debug, PartialEq, Eq)]
pub struct Row<'a> {
    pub id: &'a str,
    pub priority: &'a str,
    what: &'a str,
    pub state: &'a str,
    pub tests: &'a str,
}

impl<'a> Row<'a> {
    /// Reads a line of the document, when it is a row.
    pub fn read(line: &'a str) -> Option<Row<'a>> {
        let cells: Vec<&str> =
            line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").map(str::trim).collect();
        let [id, priority, what, state, tests] = cells[..] else { return None };
        let is_id = id.starts_with(|letter: char| letter.is_ascii_uppercase())
            && id[1..].bytes().all(|byte| byte.is_ascii_digit())
            && id.len() > 1;
        is_id.then_some(Row { id, priority, what, state, tests })
    }
}

/// The ids that begin a test's name, and the tests that carry each.
pub fn carried<'a>(sources: impl Iterator<Item = &'a str>) -> BTreeMap<String, BTreeSet<String>> {
    let mut carried: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let names = sources.flat_map(|text| text.split("fn ").skip(1));
    for rest in names {
        let name: String =
            rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
        if !rest[name.len()..].starts_with('(') {
            continue;
        }
        for part in name.split('_').take_while(|part| is_id(part)) {
            carried.entry(part.to_ascii_uppercase()).or_default().insert(name.clone());
        }
    }
    carried
}

fn is_id(part: &str) -> bool {
    let mut letters = part.chars();
    letters.next().is_some_and(|first| "aszcwiplrvd".contains(first))
        && !letters.as_str().is_empty()
        && letters.as_str().bytes().all(|byte| byte.is_ascii_digit())
}

/// Runs the command.
///
/// # Errors
/// A sentence when the repository cannot be read or the document not written.
pub fn run(repository: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    if !arguments.is_empty() {
        println!(
            "Usage: cargo xtask promises\n\nFills the column of tests in {DOCUMENT}; the states are yours to judge."
        );
        return Ok(ExitCode::from(2));
    }
    let mut list = process::command(repository, "git", &["ls-files", "-z", "--", "*.rs"]);
    let names = process::output(&mut list)?;
    let texts: Vec<String> =
        names.split('\0').filter_map(|name| std::fs::read_to_string(repository.join(name)).ok()).collect();
    let carried = carried(texts.iter().map(String::as_str));
    let path = repository.join(DOCUMENT);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{DOCUMENT}: {error}"))?;
    std::fs::write(&path, filled(&text, &carried)).map_err(|error| format!("{DOCUMENT}: {error}"))?;
    Ok(ExitCode::SUCCESS)
}

fn filled(text: &str, carried: &BTreeMap<String, BTreeSet<String>>) -> String {
    let line = |line: &str| match Row::read(line) {
        Some(row) if carried.contains_key(row.id) => {
            let tests = &carried[row.id];
            let mut named: Vec<String> = tests.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
            if tests.len() > NAMED {
                named.push(format!("{} more", tests.len() - NAMED));
            }
            format!("| {} | {} | {} | {} | {} |", row.id, row.priority, row.what, row.state, named.join(", "))
        }
        _ => line.to_owned(),
    };
    let mut filled = text.lines().map(line).collect::<Vec<_>>().join("\n");
    filled.push('\n');
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_carry_the_ids_their_names_begin_with() {
        let source =
            "fn p6_c6_words_stay() {} async fn c6_keys() {} fn r2d2() {} fn c6(x: u8) fn c_6_no() {}";
        let carried = carried(std::iter::once(source));
        assert_eq!(carried["P6"].len(), 1);
        assert_eq!(carried["C6"].iter().collect::<Vec<_>>(), ["c6", "c6_keys", "p6_c6_words_stay"]);
        assert!(!carried.contains_key("R2"));
    }

    #[test]
    fn a_row_is_filled_and_what_is_no_row_stays() {
        let carried = carried(std::iter::once("fn c1_a() {} fn c1_b() {} fn c1_c() {} fn c1_d() {}"));
        let text = "| id | priority | what | state | tests |\n| C1 | 0 | sealed | held | old |\n| C2 | 0 | root | open | by hand |\n";
        let after = filled(text, &carried);
        assert!(after.contains("| C1 | 0 | sealed | held | `c1_a`, `c1_b`, `c1_c`, 1 more |"), "{after}");
        assert!(after.contains("| C2 | 0 | root | open | by hand |"), "{after}");
    }
}
