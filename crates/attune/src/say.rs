//! The only place that writes to the terminal.

use crate::cli::{Cli, LogFormat};
use std::io::{IsTerminal, Write};
use tracing_subscriber::EnvFilter;

/// A line on standard output. A reader that has gone away is no reason to fall over.
pub fn out(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// A line on standard error.
pub fn err(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Starts the log on standard error. `ATTUNE_LOG` chooses what is logged (default: warnings and our own notices, and
/// as JSON each request, by the pattern of its route).
pub fn start_log(cli: &Cli) {
    let default = match cli.log {
        LogFormat::Text => "warn,attune=info,attune::request=warn",
        LogFormat::Json => "warn,attune=info",
    };
    let filter = EnvFilter::try_from_env("ATTUNE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match cli.log {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().init(),
    }
}
