//! `attune protocol`: for whoever writes a protocol or wants to know what one says.

mod list;
mod show;
mod simulate;

use crate::cli::{Protocol, ProtocolFolder};
use crate::failure::Failure;
use crate::say;
use app::content::Content;
use protocol::{ProtocolError, Shelf};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Exit code when `check` found something.
const FOUND: u8 = 3;

pub fn run(command: &Protocol) -> Result<ExitCode, Failure> {
    match command {
        Protocol::Check { files, json, shelf } => return check(files, *json, shelf),
        Protocol::List { json, shelf } => list::run(content(shelf)?.shelf(), *json)?,
        Protocol::Show { id, json, shelf } => show::run(content(shelf)?.shelf(), id, *json)?,
        Protocol::Diff { left, right, shelf } => diff(content(shelf)?.shelf(), left, right)?,
        Protocol::Simulate { id, seed, courses, json, shelf } => {
            simulate::run(known(content(shelf)?.shelf(), id)?, *seed, *courses, *json)?;
        }
        Protocol::Schema => say::out(&format!("{:#}", protocol::schema())),
    }
    Ok(ExitCode::SUCCESS)
}

fn content(shelf: &ProtocolFolder) -> Result<Content, Failure> {
    Ok(match &shelf.content {
        Some(folder) => Content::with_folder(folder)?,
        None => Content::embedded()?,
    })
}

/// A protocol that is there, or a word on those that are.
fn known<'s>(shelf: &'s Shelf, id: &str) -> Result<&'s protocol::Protocol, Failure> {
    shelf.protocol(id).ok_or_else(|| {
        Failure::Said(format!(
            "there is no protocol `{id}`\n`attune protocol list` names those that are there."
        ))
    })
}

fn check(files: &[PathBuf], as_json: bool, shelf: &ProtocolFolder) -> Result<ExitCode, Failure> {
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).map_err(|source| unreadable(path, &source))?;
        Ok((path.display().to_string(), bytes))
    };
    let files = files.iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let (shelf, mut errors) = content(shelf)?.shelf().clone().filled(files);
    // The cases of what stands inside are tried when the program is built.
    errors.extend(shelf.failing_cases(None).into_iter().filter(|error| names.contains(&error.file)));
    errors.sort();
    if as_json {
        let list: Vec<serde_json::Value> = errors.iter().map(as_value).collect();
        say::out(&format!("{:#}", serde_json::Value::Array(list)));
    } else {
        for error in &errors {
            say::out(&line(error));
        }
        say::out(&match errors.len() {
            0 => format!("{} checked, nothing wrong", counted(names.len(), "file")),
            found => format!("{} checked, {} found", counted(names.len(), "file"), counted(found, "mistake")),
        });
    }
    Ok(if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn unreadable(path: &Path, source: &std::io::Error) -> Failure {
    Failure::Said(format!("cannot read {}: {source}", path.display()))
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn line(error: &ProtocolError) -> String {
    let field = if error.field.is_empty() { String::new() } else { format!("{}: ", error.field) };
    format!(
        "{}:{}:{}: {field}{} [{}]\n    {}",
        error.file,
        error.line,
        error.column,
        error.message,
        error.lint.as_str(),
        error.lint.fix()
    )
}

fn as_value(error: &ProtocolError) -> serde_json::Value {
    json!({
        "file": error.file,
        "line": error.line,
        "column": error.column,
        "field": error.field,
        "rule": error.lint.as_str(),
        "message": error.message,
        "fix": error.lint.fix(),
    })
}

fn diff(shelf: &Shelf, left: &str, right: &str) -> Result<(), Failure> {
    known(shelf, left)?;
    known(shelf, right)?;
    let differences = shelf.differences(left, right).unwrap_or_default();
    say::out(&format!("- {left}\n+ {right}"));
    for one in &differences {
        say::out(&format!("{}:", one.field));
        for (sign, said) in [("-", &one.left), ("+", &one.right)] {
            if let Some(said) = said {
                say::out(&format!("  {sign} {said}"));
            }
        }
    }
    say::out(&match differences.len() {
        0 => "they say the same".to_owned(),
        found => counted(found, "difference"),
    });
    Ok(())
}
