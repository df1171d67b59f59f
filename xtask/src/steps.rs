//! `cargo xtask test`: one step after the other, each with its heading and its seconds.

use crate::count::{self, Count};
use crate::postgres::{self, Server};
use crate::{process, provide, tidy};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// One step of the run, known by its name in `--only` and `--skip`.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&mut Run) -> Result<(), String>,
}

/// In the order of cost: what is quick to fail comes first.
const STEPS: &[Step] = &[
    Step { name: "format", about: "rustfmt", run: format },
    Step { name: "tidy", about: "sizes, documents, content, dependency arrows", run: tidy_up },
    Step { name: "clippy", about: "lints, warnings denied", run: clippy },
    Step { name: "docs", about: "rustdoc, warnings denied", run: docs },
    Step { name: "supply", about: "known flaws, licences, sources and number of libraries", run: supply },
    Step { name: "build", about: "the binary and every test", run: build },
    Step { name: "tests", about: "Rust tests on SQLite and PostgreSQL", run: tests },
    Step { name: "doctests", about: "examples in the documentation", run: doctests },
    Step { name: "oracle", about: "who may do what, against an independent policy", run: oracle },
    Step { name: "browser", about: "journeys in Chromium on both engines", run: browser },
];

const HELP: &str = "Usage: cargo xtask test [--only STEP]… [--skip STEP]… [-- FILTER…]

Runs every step in order and stops at the first that fails. Installs Debian's
postgresql, chromium and strace and the npm packages in e2e/ when it is root; otherwise
says what it skipped. With CI=true a missing PostgreSQL or Chromium is a failure.

FILTER goes to the tests (a nextest filter) and the browser (names of journeys):
  cargo xtask test --only tests -- measure
  cargo xtask test --only browser -- welcome

Steps:
";

/// What the steps share.
struct Run {
    repository: PathBuf,
    chosen: BTreeSet<&'static str>,
    filters: Vec<String>,
    /// In CI a part that cannot run is a failure: green must mean that everything ran.
    strict: bool,
    server: Option<Server>,
    count: Count,
    skipped: Vec<String>,
}

/// Runs the chosen steps.
///
/// # Errors
/// A sentence when the arguments make no sense.
pub fn run(repository: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    if arguments.iter().any(|word| matches!(word.as_str(), "--help" | "-h")) {
        print!("{HELP}");
        STEPS.iter().for_each(|step| println!("  {:9} {}", step.name, step.about));
        return Ok(ExitCode::SUCCESS);
    }
    let (chosen, filters) = choose(arguments)?;
    let strict = std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false");
    let repository = repository.to_path_buf();
    let mut run = Run {
        repository,
        chosen,
        filters,
        strict,
        server: None,
        count: Count::default(),
        skipped: Vec::new(),
    };
    let failure = run.all_steps().err();
    run.close(failure)
}

fn choose(arguments: &[String]) -> Result<(BTreeSet<&'static str>, Vec<String>), String> {
    let (mut only, mut skip) = (BTreeSet::new(), BTreeSet::new());
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let chosen = match word.as_str() {
            "--only" => &mut only,
            "--skip" => &mut skip,
            "--" => break,
            other => return Err(format!("`{other}` is not an option; see `cargo xtask test --help`")),
        };
        let names = words.next().ok_or_else(|| format!("`{word}` wants the name of a step"))?;
        for name in names.split(',') {
            let step = STEPS.iter().find(|step| step.name == name);
            chosen.insert(
                step.ok_or_else(|| format!("there is no step `{name}`; see `cargo xtask test --help`"))?.name,
            );
        }
    }
    let all = STEPS.iter().map(|step| step.name);
    let chosen =
        all.filter(|name| (only.is_empty() || only.contains(name)) && !skip.contains(name)).collect();
    Ok((chosen, words.cloned().collect()))
}

impl Run {
    fn all_steps(&mut self) -> Result<(), String> {
        for step in STEPS {
            if !self.chosen.contains(step.name) {
                continue;
            }
            println!("\n== {}: {}", step.name, step.about);
            let start = Instant::now();
            let result = (step.run)(self);
            println!("== {}: {:.1} s", step.name, start.elapsed().as_secs_f64());
            result.map_err(|error| {
                format!("{error}\nstep `{0}` failed; alone: cargo xtask test --only {0}", step.name)
            })?;
        }
        Ok(())
    }

    fn close(mut self, failure: Option<String>) -> Result<ExitCode, String> {
        // The server goes first, so that nothing of it runs on under the closing line.
        drop(self.server.take());
        println!();
        self.skipped.iter().for_each(|reason| println!("skipped: {reason}"));
        if let Some(error) = &failure {
            println!("{error}");
            self.count.failed = self.count.failed.max(1);
        }
        println!("{}", self.count);
        Ok(if failure.is_none() && self.count.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        process::command(&self.repository, "cargo", arguments)
    }

    /// Notes a part that cannot run here; in CI that is a failure if the part is `needed`.
    fn skip(&mut self, reason: String) {
        println!("skipped: {reason}");
        self.count.skipped += 1;
        self.skipped.push(reason);
    }

    fn skip_unless_strict(&mut self, reason: String) -> Result<(), String> {
        if self.strict {
            return Err(format!("{reason} (CI runs everything or fails)"));
        }
        self.skip(reason);
        Ok(())
    }

    /// The address of a PostgreSQL: the one in the environment, else our own, started once.
    fn postgres(&mut self) -> Result<String, String> {
        if let Some(url) = std::env::var(postgres::URL_VARIABLE).ok().filter(|url| !url.is_empty()) {
            return Ok(url);
        }
        if self.server.is_none() {
            provide::postgres()?;
            self.server = Some(Server::start()?);
        }
        self.server.as_ref().map(|server| server.url.clone()).ok_or_else(|| "no PostgreSQL".into())
    }

    fn add(&mut self, count: Count, verdict: Result<(), String>) -> Result<(), String> {
        self.count += count;
        verdict?;
        if count.failed > 0 { Err(format!("{} failed", count.failed)) } else { Ok(()) }
    }
}

fn format(run: &mut Run) -> Result<(), String> {
    process::pass(&mut run.cargo(&["fmt", "--all", "--check"]))
}

fn tidy_up(run: &mut Run) -> Result<(), String> {
    let findings = tidy::findings(&run.repository)?;
    findings.iter().for_each(|finding| println!("{finding}"));
    if findings.is_empty() { Ok(()) } else { Err(format!("{} findings", findings.len())) }
}

fn clippy(run: &mut Run) -> Result<(), String> {
    process::pass(&mut run.cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

fn docs(run: &mut Run) -> Result<(), String> {
    process::pass(
        run.cargo(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn supply(run: &mut Run) -> Result<(), String> {
    let mut command = run.cargo(&["run", "--quiet", "--locked", "--package", "supply"]);
    let (output, verdict) = process::pass_and_keep(&mut command)?;
    for reason in output.lines().filter_map(|line| line.strip_prefix("skipped: ")) {
        run.skip(format!("known flaws: {reason}"));
    }
    verdict
}

fn build(run: &mut Run) -> Result<(), String> {
    // Together, so that both are built with the same features and nothing is compiled twice.
    process::pass(&mut run.cargo(&["build", "--workspace", "--bins", "--tests", "--locked"]))
}

fn tests(run: &mut Run) -> Result<(), String> {
    let url = match run.postgres() {
        Ok(url) => Some(url),
        Err(reason) => {
            run.skip_unless_strict(format!("the Rust tests on PostgreSQL: {reason}"))?;
            None
        }
    };
    // Nobody needs it but on Linux, and nobody must have it: the tests that want it say so.
    if let Err(reason) = provide::strace() {
        run.skip(format!("failing and slow syncs by strace: {reason}"));
    }
    let nextest = process::found("cargo-nextest");
    let mut command = if nextest {
        run.cargo(&["nextest", "run", "--workspace", "--locked", "--no-fail-fast", "--status-level", "slow"])
    } else {
        run.cargo(&["test", "--workspace", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"])
    };
    command.args(&run.filters);
    if let Some(url) = url {
        command.env(postgres::URL_VARIABLE, url);
    }
    let (output, verdict) = process::pass_and_keep(&mut command)?;
    let count = if nextest { count::nextest(&output) } else { count::cargo(&output) };
    run.add(count, verdict)?;
    if count.passed == 0 { Err("no test ran".into()) } else { Ok(()) }
}

fn doctests(run: &mut Run) -> Result<(), String> {
    let (output, verdict) =
        process::pass_and_keep(&mut run.cargo(&["test", "--workspace", "--doc", "--locked", "--quiet"]))?;
    run.add(count::cargo(&output), verdict)
}

/// The second opinion on access: a workspace of its own, so that what it needs is in no other lock file.
fn oracle(run: &mut Run) -> Result<(), String> {
    let manifest = "oracle/Cargo.toml";
    let target = run.repository.join("target/oracle");
    let mut command = run.cargo(&["test", "--manifest-path", manifest, "--locked", "--quiet"]);
    command.env("CARGO_TARGET_DIR", target);
    let (output, verdict) = process::pass_and_keep(&mut command)?;
    run.add(count::cargo(&output), verdict)
}

fn browser(run: &mut Run) -> Result<(), String> {
    let e2e = run.repository.join("e2e");
    let chromium = match provide::chromium().and_then(|path| provide::node_packages(&e2e).map(|()| path)) {
        Ok(path) => path,
        Err(reason) => return run.skip_unless_strict(format!("the browser journeys: {reason}")),
    };
    let postgres = match run.postgres() {
        Ok(url) => Some(url),
        Err(reason) => {
            run.skip_unless_strict(format!("the browser journeys on PostgreSQL: {reason}"))?;
            None
        }
    };
    build(run)?;
    let journeys = journeys(&e2e.join("journeys"), &run.filters)?;
    let mut command =
        process::command(&e2e, "node", &["--test", "--test-reporter=spec", "--test-timeout=600000"]);
    command.args(journeys).env("CHROMIUM", chromium);
    // Another binary, a release build for one, may be named from outside.
    if std::env::var_os("ATTUNE_BINARY").is_none() {
        command.env("ATTUNE_BINARY", binary(&run.repository));
    }
    let engines = if postgres.is_some() { "sqlite,postgres" } else { "sqlite" };
    if std::env::var_os("ATTUNE_E2E_ENGINES").is_none() {
        command.env("ATTUNE_E2E_ENGINES", engines);
    }
    if let Some(url) = postgres {
        command.env(postgres::URL_VARIABLE, url);
    }
    if let Some(programs) = postgres::programs() {
        command.env("ATTUNE_POSTGRES_PROGRAMS", programs);
    }
    let (output, verdict) = process::pass_and_keep(&mut command)?;
    let count = count::node(&output);
    run.add(count, verdict)?;
    if count.passed == 0 { Err("no journey ran".into()) } else { Ok(()) }
}

fn journeys(folder: &Path, filters: &[String]) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| {
            entry.file_name().to_str().is_some_and(|name| name.ends_with(".test.mjs") && wanted(name))
        })
        .map(|entry| entry.path())
        .collect();
    files.sort();
    if files.is_empty() {
        Err(format!("no journey in {} fits {filters:?}", folder.display()))
    } else {
        Ok(files)
    }
}

fn binary(repository: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    repository.join(target).join("debug/attune")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(words: &[&str]) -> Result<Vec<&'static str>, String> {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        choose(&words).map(|(steps, _)| steps.into_iter().collect())
    }

    #[test]
    fn everything_runs_unless_told_otherwise() {
        assert_eq!(chosen(&[]).map(|steps| steps.len()), Ok(STEPS.len()));
        assert_eq!(chosen(&["--only", "clippy,tests"]), Ok(vec!["clippy", "tests"]));
        let without = chosen(&["--skip", "browser"]).unwrap();
        assert!(!without.contains(&"browser") && without.len() == STEPS.len() - 1);
    }

    #[test]
    fn a_misspelt_step_is_named() {
        assert_eq!(
            chosen(&["--only", "clipy"]).unwrap_err(),
            "there is no step `clipy`; see `cargo xtask test --help`"
        );
        assert!(chosen(&["--only"]).unwrap_err().contains("wants the name"));
        assert!(chosen(&["clippy"]).is_err());
    }

    #[test]
    fn what_follows_two_dashes_is_a_filter() {
        let words = ["--only", "tests", "--", "measure"].map(String::from);
        assert_eq!(choose(&words).unwrap().1, ["measure"]);
    }
}
