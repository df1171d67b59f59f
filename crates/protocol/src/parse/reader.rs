//! Reads fields out of spanned TOML, remembers where each one stands, and collects mistakes instead of stopping.

use std::collections::HashMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ProtocolError;

/// Collects mistakes and remembers at which byte each field stands.
pub(super) struct Reader<'t> {
    text: &'t str,
    places: HashMap<String, usize>,
    errors: Vec<ProtocolError>,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, places: HashMap::new(), errors: Vec::new() }
    }

    /// Notes a mistake at a field that was read, or at the nearest field around it.
    pub fn wrong(&mut self, field: &str, message: impl Into<String>) {
        let mut around = field;
        let at = loop {
            if let Some(at) = self.places.get(around) {
                break *at;
            }
            match around.rfind(['.', '[']) {
                Some(cut) => around = &around[..cut],
                None => break 0,
            }
        };
        self.wrong_at(at, field, message);
    }

    /// Notes that the text is no TOML.
    pub fn broken(&mut self, error: &toml::de::Error) {
        let at = error.span().map_or(0, |span| span.start);
        self.wrong_at(at, "", error.message());
    }

    fn wrong_at(&mut self, at: usize, field: &str, message: impl Into<String>) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.errors.push(ProtocolError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            field: field.to_owned(),
            message: message.into(),
        });
    }

    pub fn into_errors(mut self) -> Vec<ProtocolError> {
        self.errors.sort();
        self.errors.dedup();
        self.errors
    }

    fn remember(&mut self, field: &str, at: usize) {
        self.places.entry(field.to_owned()).or_insert(at);
    }

    fn knows(&self, field: &str) -> bool {
        self.places.contains_key(field)
    }
}

/// One table whose fields are taken out one by one; what is left over is unknown.
pub(super) struct Fields<'r, 't, 'a> {
    pub reader: &'r mut Reader<'t>,
    /// The table's own path, without the last dot; empty for the file itself.
    pub path: String,
    table: &'a DeTable<'a>,
    taken: Vec<&'static str>,
}

/// A word with the field it was read from.
pub(super) struct Word {
    pub text: String,
    pub field: String,
}

impl<'r, 't, 'a> Fields<'r, 't, 'a> {
    pub fn new(reader: &'r mut Reader<'t>, path: String, at: usize, table: &'a DeTable<'a>) -> Self {
        reader.remember(&path, at);
        Self { reader, path, table, taken: Vec::new() }
    }

    pub fn field(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        let field = self.field(name);
        self.reader.wrong(&field, message);
    }

    pub fn has(&self, name: &str) -> bool {
        self.table.get(name).is_some()
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.taken.push(name);
        let found = self.table.get(name)?;
        let field = self.field(name);
        self.reader.remember(&field, found.span().start);
        Some(found)
    }

    fn need(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let found = self.take(name);
        if found.is_none() {
            self.wrong(name, "this field is missing");
        }
        found
    }

    fn expected(&mut self, field: &str, wanted: &str, got: &DeValue<'_>) {
        self.reader.wrong(field, format!("expected {wanted}, found {}", kind(got)));
    }

    /// A text that must be there and say something.
    pub fn text(&mut self, name: &'static str) -> String {
        let Some(found) = self.need(name) else { return String::new() };
        let field = self.field(name);
        self.as_text(&field, found).unwrap_or_default()
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, name: &'static str) -> Option<Word> {
        let found = self.take(name)?;
        let field = self.field(name);
        self.as_text(&field, found).map(|text| Word { text, field })
    }

    fn as_text(&mut self, field: &str, found: &Spanned<DeValue<'_>>) -> Option<String> {
        match found.get_ref().as_str() {
            Some(text) if text.trim().is_empty() => {
                self.reader.wrong(field, "this text is empty");
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                self.expected(field, "a text", found.get_ref());
                None
            }
        }
    }

    /// A whole number that must be there.
    pub fn number(&mut self, name: &'static str, least: u16) -> u16 {
        if self.need(name).is_none() {
            return least;
        }
        self.optional_number(name, least).unwrap_or(least)
    }

    /// A whole number that may be left out.
    pub fn optional_number(&mut self, name: &'static str, least: u16) -> Option<u16> {
        let found = self.take(name)?;
        let field = self.field(name);
        self.as_number(&field, found, least)
    }

    fn as_number(&mut self, field: &str, found: &Spanned<DeValue<'_>>, least: u16) -> Option<u16> {
        let number = integer(found.get_ref()).and_then(|number| u16::try_from(number).ok());
        match number {
            Some(number) if number >= least => Some(number),
            _ => {
                let wanted = format!("a whole number from {least} to {}", u16::MAX);
                self.expected(field, &wanted, found.get_ref());
                None
            }
        }
    }

    /// A whole number of any size, with sign.
    pub fn optional_integer(&mut self, name: &'static str) -> Option<i64> {
        let found = self.take(name)?;
        let number = integer(found.get_ref());
        if number.is_none() {
            let field = self.field(name);
            self.expected(&field, "a whole number", found.get_ref());
        }
        number
    }

    /// `true` or `false`, which may be left out.
    pub fn optional_flag(&mut self, name: &'static str) -> Option<bool> {
        let found = self.take(name)?;
        let flag = found.get_ref().as_bool();
        if flag.is_none() {
            let field = self.field(name);
            self.expected(&field, "`true` or `false`", found.get_ref());
        }
        flag
    }

    /// A list of texts; empty when left out.
    pub fn words(&mut self, name: &'static str) -> Vec<Word> {
        let read = |fields: &mut Self, field: &str, found: &'a Spanned<DeValue<'a>>| {
            fields.as_text(field, found).map(|text| Word { text, field: field.to_owned() })
        };
        self.list(name, read)
    }

    /// A list of whole numbers; empty when left out.
    pub fn numbers(&mut self, name: &'static str, least: u16) -> Vec<u16> {
        self.list(name, |fields, field, found| fields.as_number(field, found, least))
    }

    fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Self, &str, &'a Spanned<DeValue<'a>>) -> Option<T>,
    ) -> Vec<T> {
        let Some(found) = self.take(name) else { return Vec::new() };
        let field = self.field(name);
        let Some(items) = found.get_ref().as_array() else {
            self.expected(&field, "a list in `[ ]`", found.get_ref());
            return Vec::new();
        };
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let field = format!("{field}[{index}]");
            self.reader.remember(&field, item.span().start);
            out.extend(read(self, &field, item));
        }
        out
    }

    /// A table that must be there.
    pub fn table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_, 't, 'a>) -> T,
    ) -> Option<T> {
        self.need(name)?;
        self.optional_table(name, read)
    }

    /// A table that may be left out.
    pub fn optional_table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_, 't, 'a>) -> T,
    ) -> Option<T> {
        let found = self.take(name)?;
        let field = self.field(name);
        self.within(&field, found, read)
    }

    /// Every entry of a table whose keys are names chosen by the author.
    pub fn entries<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Fields<'_, 't, 'a>, &str) -> T,
    ) -> Vec<(Word, T)> {
        let Some(found) = self.take(name) else { return Vec::new() };
        let field = self.field(name);
        let Some(table) = found.get_ref().as_table() else {
            self.expected(&field, "a table", found.get_ref());
            return Vec::new();
        };
        let mut out = Vec::new();
        for (key, value) in table {
            let field = format!("{field}.{}", key.get_ref());
            let key = key.get_ref().to_string();
            let one = self.within(&field, value, |fields| read(fields, &key));
            out.extend(one.map(|one| (Word { text: key, field }, one)));
        }
        out
    }

    /// Every plain value of a table whose keys are names chosen by the author.
    pub fn values(&mut self, name: &'static str) -> Vec<(Word, &'a DeValue<'a>)> {
        let Some(found) = self.take(name) else { return Vec::new() };
        let field = self.field(name);
        let Some(table) = found.get_ref().as_table() else {
            self.expected(&field, "a table", found.get_ref());
            return Vec::new();
        };
        let mut out = Vec::new();
        for (key, value) in table {
            let field = format!("{field}.{}", key.get_ref());
            self.reader.remember(&field, key.span().start);
            out.push((Word { text: key.get_ref().to_string(), field }, value.get_ref()));
        }
        out
    }

    /// A list of tables; each is named by its `id` where it has one, else by its place.
    pub fn tables<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Fields<'_, 't, 'a>) -> T,
    ) -> Vec<T> {
        let Some(found) = self.take(name) else { return Vec::new() };
        let field = self.field(name);
        let Some(items) = found.get_ref().as_array() else {
            self.expected(&field, "a list of tables", found.get_ref());
            return Vec::new();
        };
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let mut path = format!("{field}[{index}]");
            let label = ["id", "phase", "area", "instrument"]
                .iter()
                .find_map(|key| item.get_ref().get(*key)?.get_ref().as_str());
            if let Some(label) = label {
                let named = format!("{field}.{label}");
                if !self.reader.knows(&named) {
                    path = named;
                }
            }
            out.extend(self.within(&path, item, &mut read));
        }
        out
    }

    fn within<T>(
        &mut self,
        field: &str,
        found: &'a Spanned<DeValue<'a>>,
        read: impl FnOnce(&mut Fields<'_, 't, 'a>) -> T,
    ) -> Option<T> {
        let Some(table) = found.get_ref().as_table() else {
            self.reader.remember(field, found.span().start);
            self.expected(field, "a table", found.get_ref());
            return None;
        };
        let mut fields = Fields::new(self.reader, field.to_owned(), found.span().start, table);
        let out = read(&mut fields);
        fields.nothing_left();
        Some(out)
    }

    /// Names every field that nobody asked for.
    pub fn nothing_left(&mut self) {
        for key in self.table.keys() {
            let name = key.get_ref();
            if self.taken.contains(&&**name) {
                continue;
            }
            let field = self.field(name);
            self.reader.remember(&field, key.span().start);
            let hint = nearest(name, self.taken.iter().copied());
            let message = match hint {
                Some(hint) => format!("unknown field; did you mean `{hint}`?"),
                None => "unknown field".to_owned(),
            };
            self.reader.wrong(&field, message);
        }
    }
}

/// The whole number a value stands for.
pub(super) fn integer(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text `{text}`"),
        DeValue::Integer(number) => format!("`{number}`"),
        DeValue::Float(number) => format!("`{number}`"),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// The known name that is closest to a mistyped one, if one is close.
pub(super) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let close = |other: &&str| distance(name, other) <= 1 + name.chars().count() / 4;
    known.into_iter().filter(close).min_by_key(|other| distance(name, other))
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
