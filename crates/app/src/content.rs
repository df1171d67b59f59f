//! What clinicians review: protocols, instruments, worksheets. Embedded in the program, or read from a folder.

use crate::phrases::Phrases;
use crate::protocols::Kept;
use domain::worksheet::Worksheet;
use measure::Instrument;
use protocol::{Protocol, Shelf};
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "../../content"]
struct Embedded;

/// Everything read, parsed and checked.
#[derive(Debug, Clone, Default)]
pub struct Content {
    shelf: Shelf,
    protocols: BTreeMap<String, Arc<Protocol>>,
    kept: Kept,
    instruments: BTreeMap<String, Instrument>,
    worksheets: BTreeMap<String, Worksheet>,
    phrases: Phrases,
}

/// A content file that cannot be used. Says where and what, so that its author can mend it.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Mistakes in files: one line each, `file:line:column: field: message`.
    #[error("the content has mistakes; nothing was started\n{}", .0.join("\n"))]
    Mistakes(Vec<String>),
}

impl Content {
    /// The content shipped inside the program.
    ///
    /// # Errors
    /// [`ContentError::Mistakes`]; a test keeps that from ever being released.
    pub fn embedded() -> Result<Content, ContentError> {
        let files = Embedded::iter().filter_map(|path| {
            let file = Embedded::get(&path)?;
            Some((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
        });
        Content::from_files(files)
    }

    /// The shipped content with a folder laid over it: a file of the same name wins, others are added.
    ///
    /// # Errors
    /// [`ContentError`] when the folder cannot be read or a file has mistakes.
    pub fn with_folder(folder: &Path) -> Result<Content, ContentError> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for path in Embedded::iter() {
            if let Some(file) = Embedded::get(&path) {
                files.insert(path.to_string(), String::from_utf8_lossy(&file.data).into_owned());
            }
        }
        for kind in ["instruments", "phrases", "protocols", "worksheets"] {
            let dir = folder.join(kind);
            if !dir.is_dir() {
                continue;
            }
            let unreadable = |path: &Path, source| ContentError::Unreadable { path: path.to_owned(), source };
            for entry in std::fs::read_dir(&dir).map_err(|e| unreadable(&dir, e))? {
                let path = entry.map_err(|e| unreadable(&dir, e))?.path();
                let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
                let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, e))?;
                files.insert(format!("{kind}/{name}"), text);
            }
        }
        Content::from_files(files.into_iter())
    }

    fn from_files(files: impl Iterator<Item = (String, String)>) -> Result<Content, ContentError> {
        let mut content = Content::default();
        let mut mistakes = Vec::new();
        // Protocols may extend each other, so they are read together.
        let is_protocol = |path: &str| path.starts_with("protocols/") && path.ends_with(".toml");
        let (protocols, others): (Vec<_>, Vec<_>) = files.partition(|(path, _)| is_protocol(path));
        for (path, text) in others {
            if let Err(mut found) = content.add(&path, &text) {
                mistakes.append(&mut found);
            }
        }
        let catalogue =
            domain::artefact::catalogue(content.instruments.keys().cloned(), content.worksheets.values());
        let bytes = protocols.into_iter().map(|(path, text)| (path, text.into_bytes()));
        let (shelf, found) = Shelf::knowing(catalogue, bytes);
        let shared = |protocol: &Protocol| (protocol.id.to_string(), Arc::new(protocol.clone()));
        content.protocols = shelf.protocols().map(shared).collect();
        content.shelf = shelf;
        let located = |e: &protocol::ProtocolError| {
            format!("{}:{}:{}: {}: {}", e.file, e.line, e.column, e.field, e.message)
        };
        mistakes.extend(found.iter().map(located));
        if mistakes.is_empty() { Ok(content) } else { Err(ContentError::Mistakes(mistakes)) }
    }

    fn add(&mut self, path: &str, text: &str) -> Result<(), Vec<String>> {
        let located = |line: usize, column: usize, field: &str, message: &str| {
            format!("{path}:{line}:{column}: {field}: {message}")
        };
        if path.starts_with("instruments/") && path.ends_with(".json") {
            let instrument = Instrument::parse(text).map_err(|e| vec![format!("{path}: {e}")])?;
            self.instruments.insert(instrument.id.to_string(), instrument);
        } else if path.starts_with("worksheets/") && path.ends_with(".toml") {
            let worksheet = Worksheet::parse(text).map_err(|errors| {
                errors.iter().map(|e| located(e.line, e.column, &e.field, &e.message)).collect::<Vec<_>>()
            })?;
            self.worksheets.insert(worksheet.id.clone(), worksheet);
        } else if path == "phrases/en.toml" {
            self.phrases = toml::from_str(text).map_err(|e| vec![format!("{path}: {e}")])?;
        }
        Ok(())
    }

    /// The protocols as files that stand together.
    #[must_use]
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// A protocol by id.
    #[must_use]
    pub fn protocol(&self, id: &str) -> Option<&Protocol> {
        self.protocols.get(id).map(|protocol| &**protocol)
    }

    /// A protocol by id, to be held on to.
    pub(crate) fn shared(&self, id: &str) -> Option<Arc<Protocol>> {
        self.protocols.get(id).cloned()
    }

    /// A protocol in one piece, to be kept by the practice.
    pub(crate) fn whole(&self, id: &str) -> Option<String> {
        self.shelf.whole(id)
    }

    /// Protocols that practices keep, read once and remembered.
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// All protocols, by id.
    pub fn protocols(&self) -> impl Iterator<Item = &Protocol> {
        self.protocols.values().map(|protocol| &**protocol)
    }

    /// An instrument by id.
    #[must_use]
    pub fn instrument(&self, id: &str) -> Option<&Instrument> {
        self.instruments.get(id)
    }

    /// All instruments, by id.
    pub fn instruments(&self) -> impl Iterator<Item = &Instrument> {
        self.instruments.values()
    }

    /// A worksheet by the kind of artefact it makes.
    #[must_use]
    pub fn worksheet(&self, kind: &str) -> Option<&Worksheet> {
        self.worksheets.get(kind)
    }

    /// Sentences the program writes into the record itself.
    #[must_use]
    pub fn phrases(&self) -> &Phrases {
        &self.phrases
    }

    /// All worksheets, by kind.
    pub fn worksheets(&self) -> impl Iterator<Item = &Worksheet> {
        self.worksheets.values()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_shipped_is_sound_and_complete_for_each_protocol() {
        let content = Content::embedded().unwrap();
        assert!(content.protocol("ipt16_adult").is_some() && content.protocol("ipt12_adult").is_some());
        assert!(content.instrument("phq-9").is_some() && content.instrument("gad-7").is_some());
    }

    #[test]
    fn a_mistake_in_a_protocol_names_file_line_and_field() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("protocols")).unwrap();
        std::fs::write(folder.path().join("protocols/broken.toml"), "id = \"broken\"\nsesions = 16\n")
            .unwrap();
        let error = Content::with_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("protocols/broken.toml:2:1"), "{error}");
    }
}
