//! `cargo xtask bench`: builds the program as it is handed out, gives it a PostgreSQL, and lets `bench/` measure it.

use crate::postgres::Server;
use crate::process;
use std::path::Path;
use std::process::{Command, ExitCode};

const HELP: &str =
    "Usage: cargo xtask bench [--quick] [--engine sqlite|postgres|both] [--seconds N] [--markdown]

Measures the release build: the demonstration and a generated practice of 10,000
clients with 300,000 scored measures, on each engine. Takes about half an hour.

  --quick       a practice of 500 clients with 15,000 measures
  --engine      one engine instead of both
  --seconds N   how long each load runs (3)
  --markdown    print what goes into docs/performance.md
";

/// What a practice of `--quick` has.
const QUICK_CLIENTS: &str = "500";

/// Runs the measurements.
///
/// # Errors
/// A sentence that says what is missing or what failed.
pub fn run(repository: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let mut words = arguments.iter().map(String::as_str);
    let (mut pass_on, mut engine): (Vec<&str>, &str) = (Vec::new(), "both");
    while let Some(word) = words.next() {
        match word {
            "--help" | "-h" => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            "--quick" => pass_on.extend(["--clients", QUICK_CLIENTS]),
            "--markdown" => pass_on.push("--markdown"),
            "--seconds" => pass_on.extend(["--seconds", words.next().ok_or("`--seconds` wants a number")?]),
            "--engine" => engine = words.next().ok_or("`--engine` wants sqlite, postgres or both")?,
            other => return Err(format!("`{other}` is not an option; see `cargo xtask bench --help`")),
        }
    }
    if !matches!(engine, "sqlite" | "postgres" | "both") {
        return Err(format!("`{engine}` is no engine: sqlite, postgres or both"));
    }
    let build = ["build", "--release", "--locked", "-p", "attune", "-p", "bench", "--bins"];
    process::pass(&mut process::command(repository, "cargo", &build))?;
    measure(repository, &pass_on, engine)?;
    Ok(ExitCode::SUCCESS)
}

fn measure(repository: &Path, pass_on: &[&str], engine: &str) -> Result<(), String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), Into::into);
    let programs = target.join("release");
    let folder = target.join("bench");
    let failed = |error| format!("cannot make {}: {error}", folder.display());
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let mut command = Command::new(programs.join("bench"));
    command.args(pass_on).arg("--program").arg(programs.join("attune")).arg("--folder").arg(&folder);
    if engine != "postgres" {
        command.arg("--sqlite");
    }
    let server = if engine == "sqlite" { None } else { Some(Server::start()?) };
    if let Some(server) = &server {
        command.arg("--postgres").arg(&server.url).arg(server.process()?.to_string());
    }
    let outcome = process::pass(&mut command);
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}
