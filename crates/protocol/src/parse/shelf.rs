//! Files that stand together: a protocol may extend another one of the shelf.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use toml::de::DeTable;

use super::differ::{self, Difference};
use super::lint::Lint;
use super::reader::{Reader, Source, hint};
use super::tree::{self, Place, Table};
use super::{ProtocolError, check, compose, draft};
use crate::catalogue::Catalogue;
use crate::model::Protocol;

/// Largest file, in bytes.
const LARGEST: usize = 1_000_000;

/// Protocol files that stand together. What is on it is read, laid over what it extends, and checked as a whole.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    volumes: BTreeMap<String, Volume>,
    catalogue: Option<Catalogue>,
}

/// One protocol with the tree it was read from.
#[derive(Clone, Debug)]
struct Volume {
    protocol: Protocol,
    tree: Table,
    /// Its own file first, then those it extends.
    sources: Vec<Source>,
}

impl Shelf {
    /// Puts files on a shelf: pairs of a name (for messages) and the bytes of the file. A file may extend another
    /// one of them, in any order. Returns the shelf with every file that is sound, and the mistakes of the others.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> (Self, Vec<ProtocolError>) {
        Self::default().filled(files)
    }

    /// The same, for an installation: files may ask only for what it has.
    #[must_use]
    pub fn knowing(
        catalogue: Catalogue,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> (Self, Vec<ProtocolError>) {
        Self { volumes: BTreeMap::new(), catalogue: Some(catalogue) }.filled(files)
    }

    /// The shelf with more files on it; one with the id of an older one takes its place.
    #[must_use]
    pub fn filled(
        mut self,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> (Self, Vec<ProtocolError>) {
        let mut errors = Vec::new();
        let mut waiting = BTreeMap::new();
        for (name, bytes) in files {
            match Open::read(&name, &bytes) {
                Ok(open) => {
                    if let Some(other) = waiting.insert(open.id(), open) {
                        let message = format!("another file has the id of `{}`", other.source.name);
                        errors.push(error(&other.source, Lint::DuplicateId, "id", message));
                    }
                }
                Err(mut found) => errors.append(&mut found),
            }
        }
        self.put_all(waiting, &mut errors);
        errors.extend(self.unknown_relatives());
        errors.sort();
        (self, errors)
    }

    /// Reads one more file as if it stood on the shelf, in place of one with the same id.
    ///
    /// # Errors
    /// Every mistake found, in the order of the file. Text that is no TOML hides what comes after it; mistakes
    /// of form (a missing field, a number out of range) hide mistakes of sense (a gate that needs no known task)
    /// only where the one makes the other undecidable.
    pub fn read(&self, name: &str, bytes: &[u8]) -> Result<Protocol, Vec<ProtocolError>> {
        self.volume(name, bytes).map(|volume| volume.protocol)
    }

    /// Reads one more file and puts it on the shelf, in place of one with the same id.
    ///
    /// # Errors
    /// Like [`Shelf::read`]; the shelf is then as it was.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<&Protocol, Vec<ProtocolError>> {
        let volume = self.volume(name, bytes)?;
        let id = volume.protocol.id.to_string();
        self.volumes.insert(id.clone(), volume);
        self.protocol(&id).ok_or_else(Vec::new)
    }

    fn volume(&self, name: &str, bytes: &[u8]) -> Result<Volume, Vec<ProtocolError>> {
        let open = Open::read(name, bytes)?;
        let volume = self.lay(open)?;
        let unknown = self.relatives_missing(&volume);
        if unknown.is_empty() { Ok(volume) } else { Err(unknown) }
    }

    /// A protocol by id.
    #[must_use]
    pub fn protocol(&self, id: &str) -> Option<&Protocol> {
        self.volumes.get(id).map(|volume| &volume.protocol)
    }

    /// All protocols, by id.
    pub fn protocols(&self) -> impl Iterator<Item = &Protocol> {
        self.volumes.values().map(|volume| &volume.protocol)
    }

    /// A protocol as one piece, with everything it extends laid under it. [`Protocol::from_whole`] reads it again
    /// without the shelf, so that a course can be run by it for ever.
    #[must_use]
    pub fn whole(&self, id: &str) -> Option<String> {
        self.volumes.get(id).map(|volume| tree::to_json(&volume.tree).to_string())
    }

    /// What two protocols of the shelf say differently, by field; `None` when one of them is not there.
    #[must_use]
    pub fn differences(&self, left: &str, right: &str) -> Option<Vec<Difference>> {
        let tree = |id: &str| self.volumes.get(id).map(|volume| &volume.tree);
        Some(differ::differences(tree(left)?, tree(right)?))
    }

    /// The worked cases that do not come out as their author expects, in one protocol or in all.
    #[must_use]
    pub fn failing_cases(&self, id: Option<&str>) -> Vec<ProtocolError> {
        let wanted = self.volumes.iter().filter(|(name, _)| id.is_none_or(|id| id == name.as_str()));
        wanted.flat_map(|(_, volume)| volume.failing_cases()).collect()
    }

    fn put_all(&mut self, mut waiting: BTreeMap<String, Open>, errors: &mut Vec<ProtocolError>) {
        let mut broken = BTreeSet::new();
        // Parents first. What is left when nothing moves any more waits for itself, for nobody or for a broken file.
        loop {
            let on_shelf = |open: &Open| {
                open.parent()
                    .is_none_or(|parent| self.volumes.contains_key(parent) && !waiting.contains_key(parent))
            };
            let ready: Vec<String> =
                waiting.iter().filter(|(_, open)| on_shelf(open)).map(|(id, _)| id.clone()).collect();
            if ready.is_empty() {
                break;
            }
            for id in ready {
                let Some(open) = waiting.remove(&id) else { continue };
                match self.lay(open) {
                    Ok(volume) => {
                        self.volumes.insert(volume.protocol.id.to_string(), volume);
                    }
                    Err(mut found) => {
                        errors.append(&mut found);
                        broken.insert(id);
                    }
                }
            }
        }
        for (id, open) in &waiting {
            let parent = open.parent().unwrap_or_default();
            errors.push(if waits_for_itself(id, &waiting) {
                let message = format!("`{id}` extends itself through `{parent}`");
                open.error_at("extends", Lint::ExtendsCycle, message)
            } else if broken.contains(parent) || waiting.contains_key(parent) {
                let message = format!("`{parent}`, which it extends, has mistakes of its own");
                open.error_at("extends", Lint::UnknownParent, message)
            } else {
                open.error_at("extends", Lint::UnknownParent, self.no_parent(parent))
            });
        }
    }

    fn no_parent(&self, id: &str) -> String {
        let known = self.volumes.keys().map(String::as_str);
        format!("there is no protocol `{id}` to extend{}", hint(id, known))
    }

    /// Lays a file over what it extends, and checks the whole.
    fn lay(&self, open: Open) -> Result<Volume, Vec<ProtocolError>> {
        let Open { source, tree } = open;
        let extends = tree.get("extends").and_then(|node| Some((node.place, node.as_text()?.to_owned())));
        let parent = extends.as_ref().and_then(|(_, id)| self.volumes.get(id));
        let inherited = parent.map(|parent| parent.sources.clone()).unwrap_or_default();
        let sources: Vec<Source> = std::iter::once(source).chain(inherited).collect();
        let mut reader = Reader::new(&sources);
        let tree = match (&extends, parent) {
            (Some((_, _)), Some(parent)) => compose::compose(&mut reader, &moved(&parent.tree), tree),
            (Some((place, id)), None) => {
                reader.wrong_at(*place, "extends", Lint::UnknownParent, self.no_parent(id));
                return Err(reader.into_errors());
            }
            (None, _) => tree,
        };
        let protocol = read_tree(&mut reader, &tree, self.catalogue.as_ref());
        let errors = reader.into_errors();
        match protocol {
            Some(protocol) if errors.is_empty() => Ok(Volume { protocol, tree, sources }),
            _ => Err(errors),
        }
    }

    fn unknown_relatives(&self) -> Vec<ProtocolError> {
        self.volumes.values().flat_map(|volume| self.relatives_missing(volume)).collect()
    }

    fn relatives_missing(&self, volume: &Volume) -> Vec<ProtocolError> {
        let mut reader = Reader::new(&volume.sources);
        let entries = volume.tree.get("related").and_then(tree::Node::as_list).unwrap_or_default();
        for (related, node) in volume.protocol.related.iter().zip(entries) {
            let id = related.protocol.as_str();
            if self.volumes.contains_key(id) || volume.protocol.id == *id {
                continue;
            }
            let message =
                format!("there is no protocol `{id}`{}", hint(id, self.volumes.keys().map(String::as_str)));
            reader.wrong_at(node.place, &format!("related.{id}"), Lint::UnknownProtocol, message);
        }
        reader.into_errors()
    }
}

impl Volume {
    fn failing_cases(&self) -> Vec<ProtocolError> {
        let mut reader = Reader::new(&self.sources);
        let nodes = self.tree.get("cases").and_then(tree::Node::as_list).unwrap_or_default();
        for failure in self.protocol.run_cases() {
            let index = self.protocol.cases.iter().position(|case| case.name == failure.case);
            let place = index.and_then(|index| nodes.get(index)).map(|node| node.place).unwrap_or_default();
            let field = format!("cases[{}]", index.unwrap_or_default());
            reader.wrong_at(place, &field, Lint::CaseFails, failure.to_string());
        }
        reader.into_errors()
    }
}

impl Protocol {
    /// Reads a protocol that extends no other one, and checks it as a whole.
    ///
    /// # Errors
    /// Like [`Shelf::read`].
    pub fn parse(text: &str) -> Result<Self, Vec<ProtocolError>> {
        Shelf::default().lay(Open::read("", text.as_bytes())?).map(|volume| volume.protocol)
    }

    /// Reads what [`Shelf::whole`] wrote. It was checked then; rules that were added since do not take a running course
    /// its protocol away.
    ///
    /// # Errors
    /// The mistakes found; they have no place in a file.
    pub fn from_whole(json: &str) -> Result<Self, Vec<ProtocolError>> {
        let nowhere = Source { name: String::new(), text: String::new() };
        let unreadable = || vec![error(&nowhere, Lint::WrongKind, "", "this is no protocol in one piece")];
        let json: Json = serde_json::from_str(json).map_err(|_| unreadable())?;
        let tree = tree::from_json(&json).ok_or_else(unreadable)?;
        let mut reader = Reader::new(&[]);
        let protocol = draft::protocol(&mut reader, compose::start(0), &tree);
        let errors = reader.into_errors();
        protocol.filter(|_| errors.is_empty()).ok_or(errors)
    }
}

fn read_tree(reader: &mut Reader<'_>, tree: &Table, catalogue: Option<&Catalogue>) -> Option<Protocol> {
    let protocol = draft::protocol(reader, compose::start(0), tree);
    if let Some(protocol) = &protocol {
        check::check(reader, protocol, catalogue);
    }
    protocol
}

/// The parent's tree with its places counted from the child, whose own file comes first.
fn moved(tree: &Table) -> Table {
    let mut tree = tree.clone();
    tree.each_place(&mut |place| place.file += 1);
    tree
}

/// The format as a JSON Schema, for files that stand on their own and for those that extend another one.
pub(super) fn schema() -> Json {
    let shape = draft::shape();
    let child =
        json!({ "if": { "required": ["extends"] }, "then": shape.schema(false), "else": shape.schema(true) });
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A treatment protocol",
        "type": "object",
    });
    if let (Some(schema), Some(child)) = (schema.as_object_mut(), child.as_object()) {
        schema.extend(child.clone());
    }
    schema
}

/// A file that is TOML, before it is laid over another one.
struct Open {
    source: Source,
    tree: Table,
}

impl Open {
    fn read(name: &str, bytes: &[u8]) -> Result<Self, Vec<ProtocolError>> {
        let text = text(name, bytes).map_err(|error| vec![error])?;
        let source = Source { name: name.to_owned(), text };
        let sources = std::slice::from_ref(&source);
        let mut reader = Reader::new(sources);
        let tree = match DeTable::parse(&source.text) {
            Ok(table) => match tree::from_toml(table.get_ref(), 0) {
                Ok(tree) => Some(tree),
                Err(place) => {
                    let message =
                        format!("lists and tables stand more than {} deep inside each other", tree::DEEPEST);
                    reader.wrong_at(place, "", Lint::Depth, message);
                    None
                }
            },
            Err(broken) => {
                let at = broken.span().map_or(0, |span| span.start);
                reader.wrong_at(Place { file: 0, at }, "", Lint::Toml, broken.message());
                None
            }
        };
        let errors = reader.into_errors();
        match tree {
            Some(tree) => Ok(Self { source, tree }),
            None => Err(errors),
        }
    }

    fn id(&self) -> String {
        // A file without an id is kept apart by its name; reading it says what is missing.
        self.tree.get("id").and_then(tree::Node::as_text).unwrap_or(&self.source.name).to_owned()
    }

    fn parent(&self) -> Option<&str> {
        self.tree.get("extends")?.as_text()
    }

    fn error_at(&self, field: &str, lint: Lint, message: String) -> ProtocolError {
        let place = self.tree.get(field).map(|node| node.place).unwrap_or_default();
        let mut reader = Reader::new(std::slice::from_ref(&self.source));
        reader.wrong_at(place, field, lint, message.clone());
        reader.into_errors().pop().unwrap_or_else(|| error(&self.source, lint, field, message))
    }
}

/// Whether following `extends` from a file leads back to it.
fn waits_for_itself(id: &str, waiting: &BTreeMap<String, Open>) -> bool {
    let mut at = id;
    for _ in 0..waiting.len() {
        match waiting.get(at).and_then(Open::parent) {
            Some(parent) if parent == id => return true,
            Some(parent) => at = parent,
            None => return false,
        }
    }
    false
}

/// The text of a file that is small enough and is text.
fn text(name: &str, bytes: &[u8]) -> Result<String, ProtocolError> {
    let nowhere = Source { name: name.to_owned(), text: String::new() };
    if bytes.len() > LARGEST {
        let message = format!("the file has {} bytes; at most {LARGEST} are read", bytes.len());
        return Err(error(&nowhere, Lint::Size, "", message));
    }
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|broken| {
        let before = String::from_utf8_lossy(bytes.get(..broken.valid_up_to()).unwrap_or_default());
        let mut found = error(&nowhere, Lint::Encoding, "", "a byte here is not part of any letter in UTF-8");
        found.line = before.matches('\n').count() + 1;
        found.column = before.rsplit('\n').next().map_or(1, |line| line.chars().count() + 1);
        found
    })
}

fn error(source: &Source, lint: Lint, field: &str, message: impl Into<String>) -> ProtocolError {
    ProtocolError {
        file: source.name.clone(),
        line: 1,
        column: 1,
        field: field.to_owned(),
        lint,
        message: message.into(),
    }
}
