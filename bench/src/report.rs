//! What was measured, as tables: plain, or as `docs/performance.md` shows it.

use crate::load::{Outcome, Path};
use crate::machine;

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    Markdown,
}

/// Columns and rows of words.
pub struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&'static str]) -> Table {
        Table { head: head.to_vec(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn text(&self, style: Style) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain([self.head.get(column).map_or(0, |word| word.len())]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let line = |cells: Vec<&str>| {
            let padded: Vec<String> = cells
                .iter()
                .zip(&widths)
                .enumerate()
                .map(
                    |(at, (cell, width))| {
                        if at == 0 { format!("{cell:width$}") } else { format!("{cell:>width$}") }
                    },
                )
                .collect();
            match style {
                Style::Plain => padded.join("  ") + "\n",
                Style::Markdown => format!("| {} |\n", padded.join(" | ")),
            }
        };
        let mut text = line(self.head.clone());
        let rule: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(at, width)| match (style, at) {
                (Style::Plain, _) | (Style::Markdown, 0) => "-".repeat(*width),
                (Style::Markdown, _) => "-".repeat(width.saturating_sub(1)) + ":",
            })
            .collect();
        text.push_str(&line(rule.iter().map(String::as_str).collect()));
        for row in &self.rows {
            text.push_str(&line(row.iter().map(String::as_str).collect()));
        }
        text
    }
}

/// A target with what was measured against it.
pub struct Verdict {
    pub what: String,
    pub target: String,
    pub measured: String,
    pub met: bool,
}

/// One practice on one engine.
#[derive(Default)]
pub struct Section {
    pub title: String,
    pub engine: &'static str,
    pub runs: Vec<(Path, usize, Outcome)>,
    pub verdicts: Vec<Verdict>,
    /// Sentences that belong to no table.
    pub notes: Vec<String>,
}

impl Section {
    /// The run of a path at a number of connections.
    pub fn run(&self, path: Path, connections: usize) -> Option<&Outcome> {
        let mut runs = self.runs.iter();
        runs.find(|(one, count, _)| *one == path && *count == connections).map(|(_, _, outcome)| outcome)
    }

    /// Holds a figure against the most that it may be.
    pub fn at_most(&mut self, what: &str, measured: f64, most: f64, unit: &str) {
        self.verdict(
            what,
            format!("≤ {} {unit}", figure(most)),
            format!("{} {unit}", figure(measured)),
            measured <= most,
        );
    }

    /// Holds a figure against the least that it may be.
    pub fn at_least(&mut self, what: &str, measured: f64, least: f64, unit: &str) {
        self.verdict(
            what,
            format!("≥ {} {unit}", figure(least)),
            format!("{} {unit}", figure(measured)),
            measured >= least,
        );
    }

    fn verdict(&mut self, what: &str, target: String, measured: String, met: bool) {
        self.verdicts.push(Verdict { what: what.to_owned(), target, measured, met });
    }

    pub fn text(&self, style: Style) -> String {
        let mut text = match style {
            Style::Plain => format!("\n== {}, {}\n\n", self.title, self.engine),
            Style::Markdown => format!("\n### {}, {}\n\n", self.title, self.engine),
        };
        text.push_str(&self.loads().text(style));
        if !self.verdicts.is_empty() {
            text.push('\n');
            text.push_str(&self.targets().text(style));
        }
        for note in &self.notes {
            text.push_str(&format!("\n{note}\n"));
        }
        text
    }

    fn loads(&self) -> Table {
        let mut table = Table::new(&[
            "path",
            "connections",
            "requests/s",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "CPU ms",
            "of it database",
            "failed",
        ]);
        for (path, connections, outcome) in &self.runs {
            table.row(vec![
                path.name().to_owned(),
                connections.to_string(),
                format!("{:.0}", outcome.per_second()),
                figure(outcome.percentile_ms(0.50)),
                figure(outcome.percentile_ms(0.95)),
                figure(outcome.percentile_ms(0.99)),
                format!("{:.2}", outcome.cpu_ms()),
                format!("{:.2}", outcome.database_ms),
                outcome.failures.to_string(),
            ]);
        }
        table
    }

    fn targets(&self) -> Table {
        let mut table = Table::new(&["what", "target", "measured", ""]);
        for verdict in &self.verdicts {
            let word = if verdict.met { "met" } else { "missed" };
            table.row(vec![
                verdict.what.clone(),
                verdict.target.clone(),
                verdict.measured.clone(),
                word.to_owned(),
            ]);
        }
        table
    }
}

/// What stands above all tables.
pub fn head(style: Style) -> String {
    let machine = format!("{}; load average at the start {}", machine::describe(), machine::load_average());
    match style {
        Style::Plain => format!("{machine}\n"),
        Style::Markdown => format!("Machine: {machine}.\n"),
    }
}

/// Three digits that matter.
pub fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_well_on_a_terminal_and_as_markdown() {
        let mut table = Table::new(&["path", "ms"]);
        table.row(vec!["caseload".to_owned(), "0.71".to_owned()]);
        assert_eq!(table.text(Style::Plain), "path        ms\n--------  ----\ncaseload  0.71\n");
        assert_eq!(
            table.text(Style::Markdown),
            "| path     |   ms |\n| -------- | ---: |\n| caseload | 0.71 |\n"
        );
    }

    #[test]
    fn a_target_is_met_or_missed() {
        let mut section = Section::default();
        section.at_most("submit", 0.39, 0.4, "ms");
        section.at_least("rate", 10.0, 20.0, "/s");
        assert_eq!(section.verdicts.iter().map(|v| v.met).collect::<Vec<_>>(), [true, false]);
    }
}
