//! What a developer and CI run: `cargo xtask test`, `bench`, `tidy`, `postgres`.
//!
//! Plain Rust on the standard library, so that it builds in seconds before anything else does.

mod bench;
mod count;
mod freeze;
mod passwords;
mod postgres;
mod process;
mod promises;
mod provide;
mod steps;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One developer command: its name, one line of help, and what runs it.
struct Command {
    name: &'static str,
    help: &'static str,
    run: fn(&Path, &[String]) -> Result<ExitCode, String>,
}

/// Every command there is. A new one is a module and a line here.
const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        help: "everything CI runs: format, lints, tidy, all tests on both engines, browser",
        run: steps::run,
    },
    Command {
        name: "bench",
        help: "measure the release build: load, start, memory, sizes, on both engines",
        run: bench::run,
    },
    Command {
        name: "tidy",
        help: "what lints cannot check: sizes, documents, content, dependency arrows",
        run: tidy::run,
    },
    Command {
        name: "passwords",
        help: "make the list of common passwords from a text of leaked ones",
        run: passwords::run,
    },
    Command { name: "promises", help: "fill the column of tests in docs/security.md", run: promises::run },
    Command {
        name: "freeze-schema",
        help: "keep the schema of a version that is released",
        run: freeze::run,
    },
    Command {
        name: "postgres",
        help: "run a command with a throw-away PostgreSQL in ATTUNE_TEST_POSTGRES",
        run: postgres::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", help());
        return ExitCode::SUCCESS;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("xtask: there is no command `{name}`\n\n{}", help());
        return ExitCode::from(2);
    };
    (command.run)(&repository(), rest).unwrap_or_else(|message| {
        eprintln!("xtask {name}: {message}");
        ExitCode::FAILURE
    })
}

fn help() -> String {
    let mut text = String::from("Usage: cargo xtask COMMAND [OPTIONS]\n\nCommands:\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:13} {}\n", command.name, command.help));
    }
    text.push_str("\n`cargo xtask COMMAND --help` tells more about one of them.\n");
    text
}

/// The repository's root: the folder above this crate.
fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
