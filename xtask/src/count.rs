//! Reads the closing lines of the test runners and adds them up.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Reads nextest's `Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 2 skipped`.
pub fn nextest(output: &str) -> Count {
    let mut count = Count::default();
    let summary = output.lines().map(plain).rfind(|line| line.trim_start().starts_with("Summary ["));
    let Some((_, figures)) = summary.as_deref().and_then(|line| line.split_once("run: ")) else {
        return count;
    };
    for figure in without_parentheses(figures).split(',') {
        let Some((number, word)) = number_and_word(figure) else { continue };
        match word {
            "passed" | "flaky" => count.passed += number,
            "skipped" => count.skipped += number,
            _ => count.failed += number,
        }
    }
    count
}

/// Adds up cargo's own `test result: ok. 3 passed; 0 failed; 1 ignored; …` lines, one for each binary.
pub fn cargo(output: &str) -> Count {
    let mut count = Count::default();
    for line in output.lines().map(plain) {
        let Some((_, figures)) = line.strip_prefix("test result: ").and_then(|line| line.split_once(". "))
        else {
            continue;
        };
        for figure in figures.split(';') {
            match number_and_word(figure) {
                Some((number, "passed")) => count.passed += number,
                Some((number, "failed")) => count.failed += number,
                Some((number, "ignored")) => count.skipped += number,
                _ => {}
            }
        }
    }
    count
}

/// Reads the closing lines of node's test runner, `ℹ pass 4` (spec) or `# pass 4` (tap).
pub fn node(output: &str) -> Count {
    let mut count = Count::default();
    for line in output.lines().map(plain) {
        let Some(figure) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else { continue };
        let Some((word, number)) = figure.split_once(' ') else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        match word {
            "pass" => count.passed += number,
            "fail" | "cancelled" => count.failed += number,
            "skipped" | "todo" => count.skipped += number,
            _ => {}
        }
    }
    count
}

fn number_and_word(figure: &str) -> Option<(u64, &str)> {
    let (number, word) = figure.trim().split_once(' ')?;
    Some((number.parse().ok()?, word.trim()))
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0;
    let outside = |letter: &char| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

/// The line without terminal colours.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest_counts_every_way_to_fail() {
        let output = "     PASS [   0.1s] x\n     Summary [   1.2s] 10/11 tests run: 7 passed (1 slow, 1 leaky), 1 failed, 2 timed out, 3 skipped\n";
        assert_eq!(nextest(output), Count { passed: 7, failed: 3, skipped: 3 });
        assert_eq!(nextest("nothing here"), Count::default());
    }

    #[test]
    fn nextest_is_read_through_colours() {
        let output = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.005s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(nextest(output), Count { passed: 3, failed: 0, skipped: 0 });
    }

    #[test]
    fn cargo_binaries_are_added_up() {
        let output = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(cargo(output), Count { passed: 4, failed: 2, skipped: 1 });
    }

    #[test]
    fn node_counts_cancelled_as_failed() {
        let output = "ℹ tests 8\nℹ suites 2\nℹ pass 5\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\n";
        assert_eq!(node(output), Count { passed: 5, failed: 2, skipped: 1 });
        assert_eq!(node("# pass 2\n# fail 0\n"), Count { passed: 2, failed: 0, skipped: 0 });
    }

    #[test]
    fn the_closing_line_reads_plainly() {
        let mut sum = Count { passed: 1, failed: 0, skipped: 2 };
        sum += Count { passed: 2, failed: 1, skipped: 0 };
        assert_eq!(sum.to_string(), "3 passed, 1 failed, 2 skipped");
    }
}
