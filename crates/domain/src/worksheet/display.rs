//! What a filled form says, ready for reading and print.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::body::{Body, NO, YES, is_blank, rows_of};
use super::check::parse_date;
use super::definition::{Field, FieldKind, ReferenceKind, Worksheet};

/// Words for the records a worksheet points at, given by the caller; also what a reference can be chosen from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(BTreeMap<ReferenceKind, Vec<Labelled>>);

/// One record that can be pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Id of the record.
    pub id: String,
    /// Words shown for it.
    pub label: String,
}

impl Labels {
    /// Adds one record; records are offered in the order they were added.
    pub fn add(&mut self, kind: ReferenceKind, id: impl Into<String>, label: impl Into<String>) -> &mut Self {
        self.0.entry(kind).or_default().push(Labelled { id: id.into(), label: label.into() });
        self
    }

    /// Gives the records of one kind that can be pointed at.
    pub fn options(&self, kind: ReferenceKind) -> &[Labelled] {
        self.0.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Gives the words for one record, if it is known.
    pub fn label(&self, kind: ReferenceKind, id: &str) -> Option<&str> {
        self.options(kind).iter().find(|one| one.id == id).map(|one| one.label.as_str())
    }
}

/// A reference found in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Name of the field in the form.
    pub path: String,
    /// What it points at.
    pub kind: ReferenceKind,
    /// Id of the record, as sent: the caller checks that it belongs to the episode.
    pub id: String,
}

/// One line of a filled form.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Id of the field.
    pub field: String,
    /// Heading of the part that begins here.
    pub part: Option<String>,
    /// What was asked.
    pub label: String,
    /// What was answered.
    pub value: ShownValue,
}

/// An answer ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum ShownValue {
    /// Left empty.
    Nothing,
    /// Text, possibly of several lines.
    Text(String),
    /// A day, for the reader's own way of writing days.
    Date(jiff::civil::Date),
    /// A fixed word, for the reader's language.
    Word(ShownWord),
    /// Several texts.
    List(Vec<String>),
    /// Rows under column headings.
    Table {
        /// Headings.
        columns: Vec<String>,
        /// Cells, as many in each row as there are headings; never tables.
        rows: Vec<Vec<ShownValue>>,
    },
}

/// Words that belong to the reader's language, not to the worksheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownWord {
    /// A question answered with yes.
    Yes,
    /// A question answered with no.
    No,
    /// A box that was ticked.
    Acknowledged,
    /// A reference to a record that is not there any more.
    Gone,
}

impl Worksheet {
    /// Gives every field with its answer, in the order of the form, for the read view and for print. Information
    /// is left out, and so are retired fields nobody filled.
    pub fn display(&self, body: &Body, labels: &Labels) -> Vec<Shown> {
        let mut part = None;
        let mut shown = Vec::new();
        for field in &self.fields {
            part = field.part.clone().or(part);
            let value = field_value(field, &body.0, labels);
            let left_out = field.kind == FieldKind::Info || (field.retired && value == ShownValue::Nothing);
            if !left_out {
                shown.push(Shown {
                    field: field.id.clone(),
                    part: part.take(),
                    label: field.label.clone(),
                    value,
                });
            }
        }
        shown
    }

    /// Gives every reference in a body, so that the caller can check each before saving.
    pub fn references(&self, body: &Body) -> Vec<Reference> {
        let mut references = Vec::new();
        for (path, value) in self.to_form(body) {
            if let Some(Field { kind: FieldKind::Reference { to, .. }, .. }) = self.field(&path) {
                references.push(Reference { path, kind: *to, id: value });
            }
        }
        references
    }
}

pub(super) fn field_value(field: &Field, values: &Map<String, Value>, labels: &Labels) -> ShownValue {
    if let FieldKind::Rows { columns, .. } = &field.kind {
        let rows = rows_of(values, &field.id).iter().filter_map(Value::as_object);
        return table(columns, rows, labels);
    }
    match values.get(&field.id) {
        Some(Value::String(text)) if !text.trim().is_empty() => text_value(field, text, labels),
        Some(Value::Array(list)) if !list.iter().all(is_blank) => {
            let texts = list.iter().filter_map(Value::as_str).filter(|text| !text.is_empty());
            ShownValue::List(texts.map(|text| plain(field, text, labels)).collect())
        }
        _ => ShownValue::Nothing,
    }
}

pub(super) fn table<'a>(
    columns: &[Field],
    rows: impl Iterator<Item = &'a Map<String, Value>>,
    labels: &Labels,
) -> ShownValue {
    let filled: Vec<_> = rows.filter(|row| !row.values().all(is_blank)).collect();
    if filled.is_empty() {
        return ShownValue::Nothing;
    }
    let cells =
        |row: &Map<String, Value>| columns.iter().map(|column| field_value(column, row, labels)).collect();
    ShownValue::Table {
        columns: columns.iter().map(|column| column.label.clone()).collect(),
        rows: filled.into_iter().map(cells).collect(),
    }
}

fn text_value(field: &Field, text: &str, labels: &Labels) -> ShownValue {
    match &field.kind {
        FieldKind::Date => {
            parse_date(text).map_or_else(|| ShownValue::Text(text.to_owned()), ShownValue::Date)
        }
        FieldKind::YesNo if text == YES => ShownValue::Word(ShownWord::Yes),
        FieldKind::YesNo if text == NO => ShownValue::Word(ShownWord::No),
        FieldKind::Tick if text == YES => ShownValue::Word(ShownWord::Acknowledged),
        FieldKind::Reference { to, .. } if labels.label(*to, text).is_none() => {
            ShownValue::Word(ShownWord::Gone)
        }
        _ => ShownValue::Text(plain(field, text, labels)),
    }
}

fn plain(field: &Field, text: &str, labels: &Labels) -> String {
    match &field.kind {
        FieldKind::Choice { options } | FieldKind::Choices { options } => options
            .iter()
            .find(|option| option.value == text)
            .map_or(text, |option| option.label.as_str())
            .to_owned(),
        FieldKind::Reference { to, .. } => labels.label(*to, text).unwrap_or("…").to_owned(),
        FieldKind::Scale { max, .. } => format!("{text} / {max}"),
        _ => text.to_owned(),
    }
}
