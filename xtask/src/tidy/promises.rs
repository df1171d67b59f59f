//! The table of docs/security.md: whoever says that a promise is held names a test that is there.

use super::{Finding, Tree};
use crate::promises::{self, DOCUMENT, Row};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sources: Vec<String> =
        tree.with_extension("rs").chain(tree.with_extension("mjs")).map(|path| tree.text(path)).collect();
    judge(&tree.text(Path::new(DOCUMENT)), &sources)
}

fn judge(document: &str, sources: &[String]) -> Vec<Finding> {
    let carried = promises::carried(sources.iter().map(String::as_str));
    let mut findings = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let rows = document.lines().enumerate().filter_map(|(index, line)| Some((index + 1, Row::read(line)?)));
    for (line, row) in rows {
        let mut say = |message: String| findings.push(Finding::new(Path::new(DOCUMENT), line, message));
        if let Some(first) = seen.insert(row.id, line) {
            say(format!("`{}` stands in line {first} already", row.id));
        }
        let named: Vec<&str> = row.tests.split('`').skip(1).step_by(2).collect();
        for name in &named {
            if !sources.iter().any(|source| source.contains(name)) {
                say(format!("there is no test `{name}`"));
            }
        }
        if row.state == "held" && named.is_empty() && !carried.contains_key(row.id) {
            say(format!("`{}` is said to be held, and no test carries it", row.id));
        }
        if !["0", "1"].contains(&row.priority) {
            say(format!("`{}` is of priority 0 or 1", row.id));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_without_a_test_is_found() {
        let sources = ["fn c1_moved() {}".to_owned()];
        let table = |rows: &str| judge(rows, &sources).len();
        assert_eq!(table("| C1 | 0 | sealed | held | `c1_moved` |"), 0);
        assert_eq!(table("| C2 | 0 | root key | held |  |"), 1);
        assert_eq!(table("| C2 | 0 | root key | held | `c2_gone` |"), 1);
        assert_eq!(table("| C2 | 0 | root key | open: not yet | none |"), 0);
        assert_eq!(
            table("| C1 | 0 | sealed | held | `c1_moved` |\n| C1 | 0 | sealed | held | `c1_moved` |"),
            1
        );
        assert_eq!(table("| C1 | 2 | sealed | held | `c1_moved` |"), 1);
    }
}
