//! Attune's one program: commands, configuration, wiring.
//!
//! Never knows: rules of the therapy, SQL, HTML.

mod cli;
mod commands;
mod deeds;
mod demo;
mod entrance;
mod failure;
mod keys;
mod say;
mod sheet;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    say::start_log(&cli);
    let run = || -> Result<ExitCode, failure::Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(failure::Failure::Runtime)?;
        runtime.block_on(commands::run(cli.command))
    };
    run().unwrap_or_else(|failure| {
        say::err(&format!("attune: {failure}"));
        ExitCode::FAILURE
    })
}
