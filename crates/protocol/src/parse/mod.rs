//! From text to a checked protocol. Every mistake is named by file, line, column and field, all in one go.

mod check;
mod compose;
mod differ;
mod draft;
mod lint;
mod reader;
mod shape;
mod shelf;
mod tree;

use std::fmt;

pub use differ::Difference;
pub use lint::Lint;
pub use shelf::Shelf;

/// One mistake in a protocol file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProtocolError {
    /// The file it stands in, by the name it was given; empty for a text without a name.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The field, for example `tasks.I5.after`; empty when the file is no TOML at that place.
    pub field: String,
    /// The rule that is broken; [`Lint::fix`] says what to do about it.
    pub lint: Lint,
    /// What is wrong, and what would be right where that is known.
    pub message: String,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}: ", self.file)?;
        }
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "`{}`: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ProtocolError {}

/// The format as a JSON Schema (draft 2020-12), made from what the reader reads.
#[must_use]
pub fn schema() -> serde_json::Value {
    shelf::schema()
}
