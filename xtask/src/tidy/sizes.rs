//! Functions and files that have grown too large to hold in the head.

use super::shape::{self, Function};
use super::{Finding, Tree};
use std::path::Path;

const FUNCTION_LINES_MAX: usize = 70;
const TEST_FUNCTION_LINES_MAX: usize = 140;
const FILE_LINES_MAX: usize = 600;
const TEST_FILE_LINES_MAX: usize = 1200;
const NESTING_MAX: usize = 4;
const PARAMETERS_MAX: usize = 6;
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Written above a function that is long because its one thought is.
const ALLOWANCE: &str = "// tidy: one thought";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.with_extension("rs") {
        findings.extend(rust_file(path, &tree.text(path)));
    }
    for path in &tree.files {
        let bytes = std::fs::metadata(tree.root.join(path)).map_or(0, |data| data.len());
        if bytes > FILE_BYTES_MAX {
            findings.push(Finding::new(path, 0, format!("{bytes} bytes; at most {FILE_BYTES_MAX}")));
        }
    }
    findings
}

fn rust_file(path: &Path, source: &str) -> Vec<Finding> {
    let tests = is_test_file(path);
    let shape = shape::measure(source);
    let lines: Vec<&str> = source.lines().collect();
    let mut findings: Vec<Finding> = shape
        .functions
        .iter()
        .flat_map(|function| {
            complaints(function, tests, &lines)
                .into_iter()
                .map(|text| Finding::new(path, function.line, text))
        })
        .collect();
    let most = if tests { TEST_FILE_LINES_MAX } else { FILE_LINES_MAX };
    if shape.lines > most {
        let message = format!("{} lines without tests and tables; at most {most}", shape.lines);
        findings.push(Finding::new(path, 0, message));
    }
    findings
}

fn complaints(function: &Function, test_file: bool, lines: &[&str]) -> Vec<String> {
    let Function { name, nesting, parameters, .. } = function;
    let most = if test_file || function.test { TEST_FUNCTION_LINES_MAX } else { FUNCTION_LINES_MAX };
    let mut found = Vec::new();
    if function.lines > most && !allowed(function.line, lines) {
        found.push(format!("`{name}` has {} lines; at most {most}", function.lines));
    }
    if *nesting > NESTING_MAX {
        found.push(format!("`{name}` nests {nesting} deep; at most {NESTING_MAX}"));
    }
    if *parameters > PARAMETERS_MAX {
        found.push(format!("`{name}` takes {parameters} parameters; at most {PARAMETERS_MAX}"));
    }
    found
}

/// Whether the allowance stands among the comments and attributes right above the function.
fn allowed(line: usize, lines: &[&str]) -> bool {
    let above = lines.iter().take(line.saturating_sub(1)).rev().map(|text| text.trim());
    let mut head = above.take_while(|text| text.starts_with("//") || text.starts_with('#'));
    head.any(|text| text.starts_with(ALLOWANCE))
}

fn is_test_file(path: &Path) -> bool {
    let named = |name: &str| path.components().any(|part| part.as_os_str() == name);
    named("tests") || named("fuzz") || path.file_stem().is_some_and(|stem| stem == "tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_function(above: &str) -> String {
        format!("{above}fn long() {{\n{}}}\n", "    a();\n".repeat(80))
    }

    fn messages(path: &str, source: &str) -> Vec<String> {
        rust_file(Path::new(path), source).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_long_function_is_named_with_its_line() {
        let found = messages("crates/app/src/x.rs", &long_function("\n"));
        assert_eq!(found, ["crates/app/src/x.rs:2: `long` has 82 lines; at most 70"]);
    }

    #[test]
    fn the_allowance_lets_a_long_function_pass() {
        let head = "/// Draws the table.\n// tidy: one thought, a row per rule\n#[inline]\n";
        assert!(messages("x.rs", &long_function(head)).is_empty());
        let elsewhere = "// tidy: one thought\nfn other() {}\n";
        assert_eq!(messages("x.rs", &long_function(elsewhere)).len(), 1);
    }

    #[test]
    fn tests_may_be_longer_but_not_endless() {
        assert!(messages("crates/app/tests/all.rs", &long_function("")).is_empty());
        let endless = "fn a() {}\n".repeat(1300);
        assert_eq!(messages("crates/app/tests/all.rs", &endless).len(), 1);
    }

    #[test]
    fn depth_and_parameters_are_limited() {
        let source =
            "fn f(a: A, b: A, c: A, d: A, e: A, g: A, h: A) { if a { if b { if c { if d { if e {} } } } } }";
        let found = messages("x.rs", source);
        assert_eq!(
            found,
            ["x.rs:1: `f` nests 5 deep; at most 4", "x.rs:1: `f` takes 7 parameters; at most 6"]
        );
    }
}
