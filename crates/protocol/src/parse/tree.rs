//! A file as a tree of values that remember where they stand, so that files can be laid over each other and every
//! mistake still be named in the file it was written in.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value as Json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Lists and tables inside each other, at most. A protocol needs seven.
pub(super) const DEEPEST: usize = 16;

/// A byte in one of the files that were laid over each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Which file: its place among the reader's sources.
    pub file: usize,
    /// The byte in it.
    pub at: usize,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub place: Place,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Flag(bool),
    /// Something no field asks for: a number with a point, one too large, a date. Kept as it was written.
    Other(String),
    List(Vec<Node>),
    Table(Table),
}

/// A table: each value under its key, with the place of the key.
#[derive(Clone, Debug, Default)]
pub(super) struct Table(BTreeMap<String, (Place, Node)>);

impl Table {
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.0.get(key).map(|(_, node)| node)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.0.get_mut(key).map(|(_, node)| node)
    }

    pub fn put(&mut self, key: &str, place: Place, node: Node) {
        self.0.insert(key.to_owned(), (place, node));
    }

    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.0.remove(key).map(|(_, node)| node)
    }

    pub fn entries(&self) -> impl Iterator<Item = (&str, Place, &Node)> {
        self.0.iter().map(|(key, (place, node))| (key.as_str(), *place, node))
    }

    /// Changes every place in the table.
    pub fn each_place(&mut self, change: &mut impl FnMut(&mut Place)) {
        for (place, node) in self.0.values_mut() {
            change(place);
            node.each_place(change);
        }
    }

    pub fn into_entries(self) -> impl Iterator<Item = (String, Place, Node)> {
        self.0.into_iter().map(|(key, (place, node))| (key, place, node))
    }
}

impl Node {
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    pub fn as_integer(&self) -> Option<i64> {
        if let Value::Integer(number) = self.value { Some(number) } else { None }
    }

    pub fn as_table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    pub fn as_table_mut(&mut self) -> Option<&mut Table> {
        if let Value::Table(table) = &mut self.value { Some(table) } else { None }
    }

    pub fn as_list(&self) -> Option<&[Node]> {
        if let Value::List(items) = &self.value { Some(items) } else { None }
    }

    pub fn as_list_mut(&mut self) -> Option<&mut Vec<Node>> {
        if let Value::List(items) = &mut self.value { Some(items) } else { None }
    }

    fn each_place(&mut self, change: &mut impl FnMut(&mut Place)) {
        change(&mut self.place);
        match &mut self.value {
            Value::Table(table) => table.each_place(change),
            Value::List(items) => items.iter_mut().for_each(|item| item.each_place(change)),
            _ => {}
        }
    }

    /// The name an entry of a list of tables goes by, where it has one.
    pub fn label(&self) -> Option<&str> {
        let table = self.as_table()?;
        LABELS.iter().find_map(|key| table.get(key)?.as_text())
    }

    /// What was found, in words.
    pub fn kind(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("the text `{text}`"),
            Value::Integer(number) => format!("`{number}`"),
            Value::Flag(flag) => format!("`{flag}`"),
            Value::Other(written) => format!("`{written}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Table(_) => "a table".to_owned(),
        }
    }
}

/// Fields that name an entry among its siblings, the most telling first.
const LABELS: [&str; 5] = ["id", "phase", "area", "instrument", "who"];

/// Takes a TOML table over; `Err` is the place where it nests too deep.
pub(super) fn from_toml(table: &DeTable<'_>, file: usize) -> Result<Table, Place> {
    Taking { file }.table(table, DEEPEST)
}

struct Taking {
    file: usize,
}

impl Taking {
    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place { file: self.file, at: spanned.span().start }
    }

    fn table(&self, table: &DeTable<'_>, depth: usize) -> Result<Table, Place> {
        let mut taken = Table::default();
        for (key, value) in table {
            taken.put(key.get_ref(), self.place(key), self.node(value, depth)?);
        }
        Ok(taken)
    }

    fn node(&self, found: &Spanned<DeValue<'_>>, depth: usize) -> Result<Node, Place> {
        let place = self.place(found);
        let Some(depth) = depth.checked_sub(1) else { return Err(place) };
        let value = match found.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::Integer(number),
                Err(_) => Value::Other(number.to_string()),
            },
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Float(number) => Value::Other(number.to_string()),
            DeValue::Datetime(date) => Value::Other(date.to_string()),
            DeValue::Array(items) => {
                Value::List(items.iter().map(|item| self.node(item, depth)).collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => Value::Table(self.table(table, depth)?),
        };
        Ok(Node { place, value })
    }
}

/// The tree as JSON, without places.
pub(super) fn to_json(table: &Table) -> Json {
    Json::Object(
        table.entries().map(|(key, _, node)| (key.to_owned(), node_to_json(node))).collect::<Map<_, _>>(),
    )
}

fn node_to_json(node: &Node) -> Json {
    match &node.value {
        Value::Text(text) | Value::Other(text) => Json::String(text.clone()),
        Value::Integer(number) => Json::Number(Number::from(*number)),
        Value::Flag(flag) => Json::Bool(*flag),
        Value::List(items) => Json::Array(items.iter().map(node_to_json).collect()),
        Value::Table(table) => to_json(table),
    }
}

/// A tree from JSON that [`to_json`] wrote; its values stand nowhere.
pub(super) fn from_json(json: &Json) -> Option<Table> {
    let mut table = Table::default();
    for (key, value) in json.as_object()? {
        table.put(key, Place::default(), node_from_json(value));
    }
    Some(table)
}

fn node_from_json(json: &Json) -> Node {
    let value = match json {
        Json::Null => Value::Other("null".to_owned()),
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::Other(number.to_string()), Value::Integer)
        }
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(node_from_json).collect()),
        Json::Object(_) => Value::Table(from_json(json).unwrap_or_default()),
    };
    Node { place: Place::default(), value }
}
