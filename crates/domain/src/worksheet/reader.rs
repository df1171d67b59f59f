//! Reads TOML tables key by key and gathers every mistake with its place, instead of stopping at the first.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mistake in a worksheet's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}, {field}: {message}")]
pub struct WorksheetError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Which entry, `field.goals.column.measure`; `file` where no entry can be named.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Gathers mistakes while a file is read.
pub(super) struct Mistakes<'s> {
    source: &'s str,
    found: RefCell<Vec<(usize, WorksheetError)>>,
}

impl<'s> Mistakes<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Mistakes { source, found: RefCell::default() }
    }

    pub(super) fn add(&self, at: &Range<usize>, field: &str, message: impl Into<String>) {
        let before = self.source.get(..at.start).unwrap_or(self.source);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        let error = WorksheetError { line, column, field: field.to_owned(), message: message.into() };
        self.found.borrow_mut().push((at.start, error));
    }

    /// Gives all mistakes from top to bottom.
    pub(super) fn into_sorted(self) -> Vec<WorksheetError> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, error)| error).collect()
    }
}

/// A value with its place.
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) at: Range<usize>,
}

/// One table being read; keys never asked for are mistakes.
pub(super) struct Table<'t> {
    entries: Vec<(&'t str, Range<usize>, &'t Spanned<DeValue<'t>>)>,
    used: RefCell<Vec<&'static str>>,
    pub(super) at: Range<usize>,
    pub(super) path: String,
    pub(super) mistakes: &'t Mistakes<'t>,
}

impl<'t> Table<'t> {
    pub(super) fn new(
        table: &'t DeTable<'t>,
        at: Range<usize>,
        path: String,
        mistakes: &'t Mistakes<'t>,
    ) -> Self {
        let entries = table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
        Table { entries, used: RefCell::default(), at, path, mistakes }
    }

    pub(super) fn mistake(&self, at: &Range<usize>, message: impl Into<String>) {
        self.mistakes.add(at, &self.path, message);
    }

    pub(super) fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// Place of a key's value, or of the table while the key is not there.
    pub(super) fn at_key(&self, key: &'static str) -> Range<usize> {
        self.find(key).map_or_else(|| self.at.clone(), Spanned::span)
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        let text = self.optional_text(key);
        if text.is_none() && !self.has(key) {
            self.mistake(&self.at, format!("`{key}` is not given"));
        }
        if let Some("") = text.as_deref().map(str::trim) {
            self.mistake(&self.at_key(key), format!("`{key}` is empty"));
        }
        text
    }

    pub(super) fn optional_text(&self, key: &'static str) -> Option<String> {
        self.read(key, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn flag(&self, key: &'static str) -> bool {
        self.read(key, "true or false", DeValue::as_bool).unwrap_or(false)
    }

    pub(super) fn number(&self, key: &'static str) -> Option<f64> {
        self.read(key, "a number", |value| match value {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        })
    }

    pub(super) fn whole<N: std::str::FromStr>(&self, key: &'static str) -> Option<N> {
        self.read(key, "a whole number in range", |value| value.as_integer()?.as_str().parse().ok())
    }

    pub(super) fn texts(&self, key: &'static str) -> Vec<Placed<String>> {
        let list = self.read(key, "a list of texts", |value| value.as_array()).into_iter().flatten();
        let text = |value: &Spanned<DeValue<'_>>| match value.get_ref().as_str() {
            Some(text) => Some(Placed { value: text.to_owned(), at: value.span() }),
            None => {
                self.mistake(&value.span(), format!("`{key}` must hold texts only"));
                None
            }
        };
        list.filter_map(text).collect()
    }

    /// Reads a list of pairs of texts.
    pub(super) fn pairs(&self, key: &'static str) -> Vec<Placed<(String, String)>> {
        let list = self.read(key, "a list of pairs", |value| value.as_array()).into_iter().flatten();
        let pair = |value: &Spanned<DeValue<'_>>| {
            let texts: Vec<&str> = value
                .get_ref()
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one.get_ref().as_str())
                .collect();
            match texts.as_slice() {
                [name, text] => {
                    Some(Placed { value: ((*name).to_owned(), (*text).to_owned()), at: value.span() })
                }
                _ => {
                    self.mistake(
                        &value.span(),
                        format!("`{key}` must hold pairs such as [\"name\", \"text\"]"),
                    );
                    None
                }
            }
        };
        list.filter_map(pair).collect()
    }

    /// Reads a list of tables, written `[[key]]` or inline.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'t>> {
        let list = self.read(key, "a list of tables", |value| value.as_array()).into_iter().flatten();
        let table = |value: &'t Spanned<DeValue<'t>>| match value.get_ref().as_table() {
            Some(table) => Some(self.inside(key, table, value.span())),
            None => {
                self.mistake(&value.span(), format!("`{key}` must hold tables"));
                None
            }
        };
        list.filter_map(table).collect()
    }

    /// Reads one table.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'t>> {
        let found = self.read(key, "a table", |value| value.as_table())?;
        Some(self.inside(key, found, self.at_key(key)))
    }

    /// Gives every key with its value, for tables whose keys are data.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'t str, &'t Spanned<DeValue<'t>>)> + '_ {
        self.entries.iter().map(|(key, _, value)| (*key, *value))
    }

    /// Reports every key nobody asked for.
    pub(super) fn finish(&self) {
        let used = self.used.borrow();
        for (key, at, _) in self.entries.iter().filter(|(key, ..)| !used.contains(key)) {
            let mut known: Vec<&str> = used.iter().copied().collect();
            known.sort_unstable();
            known.dedup();
            self.mistake(at, format!("`{key}` is not known here; known: {}", known.join(", ")));
        }
    }

    fn inside(&self, key: &str, table: &'t DeTable<'t>, at: Range<usize>) -> Table<'t> {
        let path = if self.path == FILE { key.to_owned() } else { format!("{}.{key}", self.path) };
        Table::new(table, at, path, self.mistakes)
    }

    fn find(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.used.borrow_mut().push(key);
        self.entries.iter().find(|(name, ..)| *name == key).map(|(_, _, value)| *value)
    }

    fn read<T>(
        &self,
        key: &'static str,
        what: &str,
        of: impl FnOnce(&'t DeValue<'t>) -> Option<T>,
    ) -> Option<T> {
        let value = self.find(key)?;
        let read = of(value.get_ref());
        if read.is_none() {
            self.mistake(&value.span(), format!("`{key}` must be {what}"));
        }
        read
    }
}

/// Path of the top level of a file.
pub(super) const FILE: &str = "file";
