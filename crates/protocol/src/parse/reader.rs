//! Reads fields out of a tree, remembers where each one stands, and collects mistakes instead of stopping.

use std::collections::HashMap;

use super::ProtocolError;
use super::lint::Lint;
use super::shape::{Shape, Sketch};
use super::tree::{Node, Place, Table};
use crate::words::Words;

/// A file that was read: its name and its text.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub name: String,
    pub text: String,
}

/// Collects mistakes and remembers at which place each field stands.
pub(super) struct Reader<'s> {
    sources: &'s [Source],
    places: HashMap<String, Place>,
    errors: Vec<ProtocolError>,
}

impl<'s> Reader<'s> {
    pub fn new(sources: &'s [Source]) -> Self {
        Self { sources, places: HashMap::new(), errors: Vec::new() }
    }

    /// Notes a mistake at a field that was read, or at the nearest field around it.
    pub fn wrong(&mut self, field: &str, lint: Lint, message: impl Into<String>) {
        let mut around = field;
        let place = loop {
            if let Some(place) = self.places.get(around) {
                break *place;
            }
            match around.rfind(['.', '[']) {
                Some(cut) => around = &around[..cut],
                None => break self.places.get("").copied().unwrap_or_default(),
            }
        };
        self.wrong_at(place, field, lint, message);
    }

    pub fn wrong_at(&mut self, place: Place, field: &str, lint: Lint, message: impl Into<String>) {
        let source = self.sources.get(place.file);
        let text = source.map_or("", |source| source.text.as_str());
        let before = text.get(..place.at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.errors.push(ProtocolError {
            file: source.map_or_else(String::new, |source| source.name.clone()),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            field: field.to_owned(),
            lint,
            message: message.into(),
        });
    }

    pub fn into_errors(mut self) -> Vec<ProtocolError> {
        self.errors.sort();
        self.errors.dedup();
        self.errors
    }

    pub fn remember(&mut self, field: &str, place: Place) {
        self.places.entry(field.to_owned()).or_insert(place);
    }

    fn knows(&self, field: &str) -> bool {
        self.places.contains_key(field)
    }
}

/// One table whose fields are taken out one by one; what is left over is unknown.
pub(super) struct Fields<'r, 's, 'a> {
    pub reader: &'r mut Reader<'s>,
    /// The table's own path, without the last dot; empty for the file itself.
    pub path: String,
    table: &'a Table,
    taken: Vec<&'static str>,
    /// Set when nothing is read and only the fields are listed.
    sketch: Option<Sketch>,
}

/// A word with the field it was read from.
pub(super) struct Word {
    pub text: String,
    pub field: String,
}

impl<'r, 's, 'a> Fields<'r, 's, 'a> {
    pub fn new(reader: &'r mut Reader<'s>, path: String, place: Place, table: &'a Table) -> Self {
        reader.remember(&path, place);
        Self { reader, path, table, taken: Vec::new(), sketch: None }
    }

    /// The same, to list the fields and read nothing.
    pub fn sketching(reader: &'r mut Reader<'s>, depth: u8, empty: &'a Table) -> Self {
        Self {
            reader,
            path: String::new(),
            table: empty,
            taken: Vec::new(),
            sketch: Some(Sketch::new(depth)),
        }
    }

    pub fn into_sketch(self) -> Option<Sketch> {
        self.sketch
    }

    pub fn field(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub fn wrong(&mut self, name: &str, lint: Lint, message: impl Into<String>) {
        let field = self.field(name);
        self.reader.wrong(&field, lint, message);
    }

    /// Notes a mistake of the table as a whole.
    pub fn wrong_here(&mut self, lint: Lint, message: impl Into<String>) {
        let field = self.path.clone();
        self.reader.wrong(&field, lint, message);
    }

    pub fn has(&self, name: &str) -> bool {
        self.table.get(name).is_some()
    }

    fn note(&mut self, name: &'static str, required: bool, shape: impl FnOnce() -> Shape) {
        if let Some(sketch) = &mut self.sketch {
            sketch.note(name, required, shape());
        }
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Node> {
        self.taken.push(name);
        let found = self.table.get(name)?;
        let field = self.field(name);
        self.reader.remember(&field, found.place);
        Some(found)
    }

    fn need(&mut self, name: &'static str) -> Option<&'a Node> {
        let found = self.take(name);
        if found.is_none() {
            self.wrong(name, Lint::MissingField, "this field is missing");
        }
        found
    }

    fn expected(&mut self, field: &str, wanted: &str, got: &Node) {
        self.reader.wrong(field, Lint::WrongKind, format!("expected {wanted}, found {}", got.kind()));
    }

    /// A text that must be there and say something.
    pub fn text(&mut self, name: &'static str) -> String {
        self.note(name, true, || Shape::Text);
        let Some(found) = self.need(name) else { return String::new() };
        let field = self.field(name);
        self.as_text(&field, found).unwrap_or_default()
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, name: &'static str) -> Option<Word> {
        self.note(name, false, || Shape::Text);
        let found = self.take(name)?;
        let field = self.field(name);
        self.as_text(&field, found).map(|text| Word { text, field })
    }

    fn as_text(&mut self, field: &str, found: &Node) -> Option<String> {
        match found.as_text() {
            Some(text) if text.trim().is_empty() => {
                self.reader.wrong(field, Lint::EmptyText, "this text is empty");
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                self.expected(field, "a text", found);
                None
            }
        }
    }

    /// A word of a fixed list that must be there.
    pub fn word<T: Words>(&mut self, name: &'static str) -> Option<T> {
        self.note(name, true, Shape::of_words::<T>);
        let found = self.need(name)?;
        let field = self.field(name);
        self.as_word(&field, found)
    }

    /// A word of a fixed list that may be left out.
    pub fn optional_word<T: Words>(&mut self, name: &'static str) -> Option<T> {
        self.note(name, false, Shape::of_words::<T>);
        let found = self.take(name)?;
        let field = self.field(name);
        self.as_word(&field, found)
    }

    /// A list of words of a fixed list; empty when left out.
    pub fn words_of<T: Words>(&mut self, name: &'static str) -> Vec<T> {
        self.note(name, false, || Shape::list(Shape::of_words::<T>()));
        self.list(name, Self::as_word)
    }

    pub fn as_word<T: Words>(&mut self, field: &str, found: &Node) -> Option<T> {
        let text = self.as_text(field, found)?;
        let meant = T::meant_by(&text);
        if meant.is_none() {
            let message = format!("`{text}` is not one of: {}", T::words().join(", "));
            self.reader.wrong(field, Lint::UnknownWord, message);
        }
        meant
    }

    /// A whole number that must be there.
    pub fn number(&mut self, name: &'static str, least: u16) -> u16 {
        self.note(name, true, || Shape::Number { least: Some(least.into()) });
        let Some(found) = self.need(name) else { return least };
        let field = self.field(name);
        self.as_number(&field, found, least).unwrap_or(least)
    }

    /// A whole number that may be left out.
    pub fn optional_number(&mut self, name: &'static str, least: u16) -> Option<u16> {
        self.note(name, false, || Shape::Number { least: Some(least.into()) });
        let found = self.take(name)?;
        let field = self.field(name);
        self.as_number(&field, found, least)
    }

    fn as_number(&mut self, field: &str, found: &Node, least: u16) -> Option<u16> {
        let number = found.as_integer().and_then(|number| u16::try_from(number).ok());
        match number {
            Some(number) if number >= least => Some(number),
            _ => {
                let wanted = format!("a whole number from {least} to {}", u16::MAX);
                self.expected(field, &wanted, found);
                None
            }
        }
    }

    /// A whole number of any size, with sign.
    pub fn optional_integer(&mut self, name: &'static str) -> Option<i64> {
        self.note(name, false, || Shape::Number { least: None });
        let found = self.take(name)?;
        let number = found.as_integer();
        if number.is_none() {
            let field = self.field(name);
            self.expected(&field, "a whole number", found);
        }
        number
    }

    /// `true` or `false`, which may be left out.
    pub fn optional_flag(&mut self, name: &'static str) -> Option<bool> {
        self.note(name, false, || Shape::Flag);
        let found = self.take(name)?;
        let flag = if let super::tree::Value::Flag(flag) = found.value { Some(flag) } else { None };
        if flag.is_none() {
            let field = self.field(name);
            self.expected(&field, "`true` or `false`", found);
        }
        flag
    }

    /// A list of texts; empty when left out.
    pub fn words(&mut self, name: &'static str) -> Vec<Word> {
        self.note(name, false, || Shape::list(Shape::Text));
        self.list(name, |fields, field, found| {
            fields.as_text(field, found).map(|text| Word { text, field: field.to_owned() })
        })
    }

    /// The same, without the places.
    pub fn texts(&mut self, name: &'static str) -> Vec<String> {
        self.words(name).into_iter().map(|word| word.text).collect()
    }

    /// A list of whole numbers; empty when left out.
    pub fn numbers(&mut self, name: &'static str, least: u16) -> Vec<u16> {
        self.note(name, false, || Shape::list(Shape::Number { least: Some(least.into()) }));
        self.list(name, |fields, field, found| fields.as_number(field, found, least))
    }

    fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Self, &str, &'a Node) -> Option<T>,
    ) -> Vec<T> {
        let Some(found) = self.take(name) else { return Vec::new() };
        let field = self.field(name);
        let Some(items) = found.as_list() else {
            self.expected(&field, "a list in `[ ]`", found);
            return Vec::new();
        };
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let field = format!("{field}[{index}]");
            self.reader.remember(&field, item.place);
            out.extend(read(self, &field, item));
        }
        out
    }

    /// A table that must be there.
    pub fn table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_, 's, 'a>) -> T,
    ) -> Option<T> {
        if self.sketch.is_some() {
            return self.sketch_inside(name, true, |shape| shape, read);
        }
        self.need(name)?;
        self.optional_table(name, read)
    }

    /// A table that may be left out.
    pub fn optional_table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_, 's, 'a>) -> T,
    ) -> Option<T> {
        if self.sketch.is_some() {
            return self.sketch_inside(name, false, |shape| shape, read);
        }
        let found = self.take(name)?;
        let field = self.field(name);
        self.within(&field, found, read)
    }

    /// Every entry of a table whose keys are names chosen by the author.
    pub fn entries<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Fields<'_, 's, 'a>) -> T,
    ) -> Vec<(Word, T)> {
        if self.sketch.is_some() {
            self.sketch_inside(name, false, Shape::map, read);
            return Vec::new();
        }
        let mut out = Vec::new();
        for (word, value) in self.nodes(name) {
            let one = self.within(&word.field, value, &mut read);
            out.extend(one.map(|one| (word, one)));
        }
        out
    }

    /// Every value of a table whose keys are names chosen by the author.
    pub fn values(&mut self, name: &'static str, shape: impl FnOnce() -> Shape) -> Vec<(Word, &'a Node)> {
        self.note(name, false, || Shape::map(shape()));
        self.nodes(name)
    }

    fn nodes(&mut self, name: &'static str) -> Vec<(Word, &'a Node)> {
        let Some(found) = self.take(name) else { return Vec::new() };
        let field = self.field(name);
        let Some(table) = found.as_table() else {
            self.expected(&field, "a table", found);
            return Vec::new();
        };
        let mut out = Vec::new();
        for (key, place, value) in table.entries() {
            let field = format!("{field}.{key}");
            self.reader.remember(&field, place);
            out.push((Word { text: key.to_owned(), field }, value));
        }
        out
    }

    /// A list of tables; each is named by its `id` where it has one, else by its place.
    pub fn tables<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Fields<'_, 's, 'a>) -> T,
    ) -> Vec<T> {
        if self.sketch.is_some() {
            self.sketch_inside(name, false, Shape::list, read);
            return Vec::new();
        }
        let Some(found) = self.take(name) else { return Vec::new() };
        let field = self.field(name);
        let Some(items) = found.as_list() else {
            self.expected(&field, "a list of tables", found);
            return Vec::new();
        };
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let named = item.label().map(|label| format!("{field}.{label}"));
            let path = named
                .filter(|named| !self.reader.knows(named))
                .unwrap_or_else(|| format!("{field}[{index}]"));
            out.extend(self.within(&path, item, &mut read));
        }
        out
    }

    fn within<T>(
        &mut self,
        field: &str,
        found: &'a Node,
        read: impl FnOnce(&mut Fields<'_, 's, 'a>) -> T,
    ) -> Option<T> {
        let Some(table) = found.as_table() else {
            self.reader.remember(field, found.place);
            self.expected(field, "a table", found);
            return None;
        };
        let mut fields = Fields::new(self.reader, field.to_owned(), found.place, table);
        let out = read(&mut fields);
        fields.nothing_left();
        Some(out)
    }

    /// Lists the fields of a table inside this one.
    fn sketch_inside<T>(
        &mut self,
        name: &'static str,
        required: bool,
        wrap: impl FnOnce(Shape) -> Shape,
        read: impl FnOnce(&mut Fields<'_, 's, 'a>) -> T,
    ) -> Option<T> {
        let depth = self.sketch.as_ref()?.deeper()?;
        let mut inside = Fields::sketching(self.reader, depth, self.table);
        let out = read(&mut inside);
        let shape = inside.into_sketch()?.into_shape();
        self.note(name, required, || wrap(shape));
        Some(out)
    }

    /// Names every field that nobody asked for.
    pub fn nothing_left(&mut self) {
        for (name, place, _) in self.table.entries() {
            if self.taken.contains(&name) {
                continue;
            }
            let field = self.field(name);
            let hint = nearest(name, self.taken.iter().copied());
            let message = match hint {
                Some(hint) => format!("unknown field; did you mean `{hint}`?"),
                None => "unknown field".to_owned(),
            };
            self.reader.wrong_at(place, &field, Lint::UnknownField, message);
        }
    }
}

/// The known name that is closest to a mistyped one, if one is close.
pub(super) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let close = |other: &&str| distance(name, other) <= 1 + name.chars().count() / 4;
    known.into_iter().filter(close).min_by_key(|other| distance(name, other))
}

/// A hint for a mistyped name.
pub(super) fn hint<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// Edits between two words (Levenshtein 1966).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, b) in other.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(a != *b)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or(0)
}
