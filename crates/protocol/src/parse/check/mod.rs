//! Checking: whether the parts of a protocol fit together. Everything the engine relies on is made sure of here.

mod content;
mod frame;
mod known;
mod order;
mod reach;
mod texts;
mod work;

use std::collections::HashSet;

use super::lint::Lint;
use super::reader::Reader;
use crate::catalogue::Catalogue;
use crate::model::Protocol;

/// Notes every mistake of sense. Whether the installation has what is asked for is looked at where it is known.
pub(super) fn check(reader: &mut Reader<'_>, protocol: &Protocol, catalogue: Option<&Catalogue>) {
    let mut check = Check { reader, protocol, seen: HashSet::new() };
    check.sessions();
    check.phases();
    check.meetings();
    check.artefacts();
    check.tasks();
    check.gates();
    order::check(check.reader, protocol);
    check.measures();
    check.rules();
    check.areas();
    check.steps();
    check.about();
    check.texts();
    check.reach();
    if let Some(catalogue) = catalogue {
        check.known(catalogue);
    }
    check.cases();
}

struct Check<'r, 's, 'p> {
    reader: &'r mut Reader<'s>,
    protocol: &'p Protocol,
    /// Names met so far, with the list they stand in.
    seen: HashSet<(&'static str, String)>,
}

impl Check<'_, '_, '_> {
    fn wrong(&mut self, field: &str, lint: Lint, message: impl Into<String>) {
        self.reader.wrong(field, lint, message);
    }

    /// The path of an entry, and a mistake noted when another one of its list bears the same name.
    fn once(&mut self, list: &'static str, index: usize, id: &str, what: &str) -> String {
        if self.seen.insert((list, id.to_owned())) {
            return format!("{list}.{id}");
        }
        let field = format!("{list}[{index}]");
        self.wrong(&format!("{field}.id"), Lint::DuplicateId, format!("there are two {what} `{id}`"));
        field
    }

    /// Notes every name that comes twice in a list.
    fn all_once<'n>(&mut self, field: &str, ids: impl Iterator<Item = &'n str>, what: &str) {
        let mut seen = HashSet::new();
        for (index, id) in ids.enumerate() {
            if !seen.insert(id) {
                let field = format!("{field}[{index}].id");
                self.wrong(&field, Lint::DuplicateId, format!("there are two {what} `{id}`"));
            }
        }
    }
}
