//! Running other programs: with their output passed through, or also kept for reading.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Whether a program of this name can be found.
pub fn found(program: &str) -> bool {
    which(program).is_some()
}

/// Where a program of this name lies: on the path, or in the administrator's folders, which a
/// plain user's path often lacks.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let administrators = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(administrators)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Runs a program with its output passed through.
///
/// # Errors
/// A sentence when it cannot be started or when it failed.
pub fn pass(command: &mut Command) -> Result<(), String> {
    let name = command_line(command);
    let status = command.status().map_err(|error| format!("`{name}` cannot be started: {error}"))?;
    verdict(&name, status)
}

/// Runs a program with its output passed through, and returns both streams' text as well.
/// The inner result is the program's verdict: a failed test run still has figures to read.
pub fn pass_and_keep(command: &mut Command) -> Result<(String, Result<(), String>), String> {
    let name = command_line(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{name}` cannot be started: {error}"))?;
    let errors =
        child.stderr.take().map(|stream| std::thread::spawn(move || copy(stream, std::io::stderr())));
    let mut text = child.stdout.take().map_or_else(String::new, |stream| copy(stream, std::io::stdout()));
    if let Some(thread) = errors {
        text.push_str(&thread.join().unwrap_or_default());
    }
    let status = child.wait().map_err(|error| format!("`{name}`: {error}"))?;
    Ok((text, verdict(&name, status)))
}

/// Runs a program quietly and returns what it printed.
///
/// # Errors
/// A sentence with the program's own words when it cannot be started or failed.
pub fn output(command: &mut Command) -> Result<String, String> {
    let name = command_line(command);
    let output = command.output().map_err(|error| format!("`{name}` cannot be started: {error}"))?;
    verdict(&name, output.status)
        .map_err(|message| format!("{message}\n{}", String::from_utf8_lossy(&output.stderr)))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command that works in `folder`.
pub fn command(folder: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    command
}

fn verdict(name: &str, status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(format!("`{name}` failed ({status})")) }
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn copy(stream: impl Read, mut to: impl Write) -> String {
    let mut kept = String::new();
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while let Ok(1..) = reader.read_until(b'\n', &mut line) {
        // A closed terminal is no reason to stop reading: the program would block on a full pipe.
        let _ = to.write_all(&line);
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    kept
}
