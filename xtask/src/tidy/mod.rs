//! `cargo xtask tidy`: the house rules that lints cannot check.

mod content;
mod documents;
mod frozen;
mod gates;
mod lexer;
mod manifests;
mod promises;
mod shape;
mod sizes;

use crate::process;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "Usage: cargo xtask tidy

Checks what lints cannot:
  functions     70 lines, nesting 4, parameters 6; tests 140 lines
                (`// tidy: one thought` above a function lets a long one pass)
  files         600 lines without tests and long tables; test files 1200; nothing over 1 MiB
  documents     paths and relative links in *.md exist
  content       instruments, protocols and worksheets carry their source, instruments a licence;
                no message key twice in one language
  gates         raw SQL, raw HTML, starting programs, asking other hosts, unchecked certificates and
                unsafe code only in files listed with a reason in xtask/reviewed.txt
  promises      whoever says in docs/security.md that a promise is held names a test that is there
  schema        a step that was released (cargo xtask freeze-schema) never changes afterwards
  dependencies  arrows between crates, who may use SQL and HTTP libraries, no library twice
                (exceptions with reasons in xtask/tidy-allow.txt), nothing that needs a system library
";

/// Something to mend, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: PathBuf,
    /// Counted from 1; 0 for the file as a whole.
    pub line: usize,
    pub message: String,
}

impl Finding {
    fn new(path: &Path, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: path.to_path_buf(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        if self.line > 0 {
            write!(f, "{}:", self.line)?;
        }
        write!(f, " {}", self.message)
    }
}

/// The repository's files: their paths relative to its root, tracked or new, without what git ignores.
struct Tree {
    root: PathBuf,
    files: Vec<PathBuf>,
}

impl Tree {
    fn open(root: &Path) -> Result<Tree, String> {
        let mut command =
            process::command(root, "git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let names = process::output(&mut command)?;
        let files = names.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
        let mut files: Vec<PathBuf> = files.filter(|path| root.join(path).is_file()).collect();
        files.sort();
        files.dedup();
        Ok(Tree { root: root.to_path_buf(), files })
    }

    /// The text of a file, and nothing for one that is no text.
    fn text(&self, path: &Path) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a Path> {
        self.files
            .iter()
            .map(PathBuf::as_path)
            .filter(move |path| path.extension().is_some_and(|found| found == extension))
    }
}

/// Runs the command.
///
/// # Errors
/// A sentence when the repository cannot be read.
pub fn run(repository: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    if !arguments.is_empty() {
        print!("{HELP}");
        return Ok(if arguments == ["--help"] { ExitCode::SUCCESS } else { ExitCode::from(2) });
    }
    let findings = findings(repository)?;
    findings.iter().for_each(|finding| println!("{finding}"));
    println!("tidy: {} findings", findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Everything there is to mend, in the order of paths.
///
/// # Errors
/// A sentence when the repository cannot be read.
pub fn findings(repository: &Path) -> Result<Vec<Finding>, String> {
    let tree = Tree::open(repository)?;
    let mut findings = sizes::check(&tree);
    findings.extend(documents::check(&tree));
    findings.extend(content::check(&tree));
    findings.extend(gates::check(&tree));
    findings.extend(promises::check(&tree));
    findings.extend(frozen::check(&tree));
    findings.extend(manifests::check(&tree)?);
    findings.sort();
    Ok(findings)
}
