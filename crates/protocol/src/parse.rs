//! From text to a checked protocol. Every mistake is named by line, column and field, all in one go.

mod check;
mod draft;
mod reader;

use std::fmt;

use crate::model::Protocol;
use reader::Reader;

/// One mistake in a protocol file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProtocolError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The field, for example `tasks.I5.after`; empty when the file is no TOML at that place.
    pub field: String,
    /// What is wrong, and what would be right where that is known.
    pub message: String,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "`{}`: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ProtocolError {}

impl Protocol {
    /// Reads a protocol file and checks it as a whole.
    ///
    /// # Errors
    /// Every mistake found, in the order of the file. Text that is no TOML hides what comes after it; mistakes
    /// of form (a missing field, a number out of range) hide mistakes of sense (a gate that needs no known task)
    /// only where the one makes the other undecidable.
    pub fn parse(text: &str) -> Result<Self, Vec<ProtocolError>> {
        let mut reader = Reader::new(text);
        let protocol = match toml::de::DeTable::parse(text) {
            Ok(table) => draft::protocol(&mut reader, &table),
            Err(error) => {
                reader.broken(&error);
                None
            }
        };
        if let Some(protocol) = &protocol {
            check::check(&mut reader, protocol);
        }
        let errors = reader.into_errors();
        match protocol {
            Some(protocol) if errors.is_empty() => Ok(protocol),
            _ => Err(errors),
        }
    }
}
