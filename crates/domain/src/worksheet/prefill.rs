//! Values the program knows already, offered to a form before anybody types.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::body::Body;
use super::definition::{Field, FieldKind, Worksheet};

/// Names every caller can fill, beside `measure.<instrument>.<figure>` and `<worksheet>.<field>`. All are texts but
/// `focus.steps`, rows with `step`, and `course.rule_outcomes`, rows with `finding`.
pub const PREFILL_NAMES: &[&str] = &[
    "today",
    "client.name",
    "therapist.name",
    "session.number",
    "course.sessions_held",
    "course.sessions_left",
    "protocol.title",
    "protocol.sessions",
    "protocol.session_minutes",
    "protocol.starts_on",
    "protocol.end_date",
    "focus.area",
    "focus.steps",
    "course.rule_outcomes",
];

/// Figures a caller can fill for each instrument: `measure.phq-9.baseline`.
pub const MEASURE_FIGURES: &[&str] = &["baseline", "latest", "change_words"];

/// Named values a form may start from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prefill(BTreeMap<String, Prefilled>);

/// One named value.
#[derive(Debug, Clone, PartialEq)]
pub enum Prefilled {
    /// One value, in the form the field stores: a day as `2026-03-02`, a choice as its value.
    Text(String),
    /// Several values, for fields that hold several.
    List(Vec<String>),
    /// Rows, each with values by name; a column takes the value its own `prefill` names, or else its id.
    Rows(Vec<BTreeMap<String, String>>),
}

impl Prefill {
    /// Adds one value under a name; a later value replaces an earlier one.
    pub fn set(&mut self, name: impl Into<String>, value: Prefilled) -> &mut Self {
        self.0.insert(name.into(), value);
        self
    }

    /// Adds one text under a name; an empty text is passed over.
    pub fn set_text(&mut self, name: impl Into<String>, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        if text.is_empty() { self } else { self.set(name, Prefilled::Text(text)) }
    }

    /// Adds every field of another worksheet's latest body as `<worksheet id>.<field>`, so that a form can start
    /// from it: `contract.goals`.
    pub fn add_body(&mut self, worksheet: &Worksheet, body: &Body) -> &mut Self {
        for field in &worksheet.fields {
            let name = format!("{}.{}", worksheet.id, field.id);
            match body.0.get(&field.id) {
                Some(Value::String(text)) => drop(self.0.insert(name, Prefilled::Text(text.clone()))),
                Some(Value::Array(list)) if field.columns().is_empty() => {
                    let texts = list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                    self.0.insert(name, Prefilled::List(texts));
                }
                Some(Value::Array(list)) => {
                    self.0.insert(
                        name,
                        Prefilled::Rows(list.iter().filter_map(Value::as_object).map(flat).collect()),
                    );
                }
                _ => {}
            }
        }
        self
    }

    fn get(&self, field: &Field) -> Option<&Prefilled> {
        self.0.get(field.prefill.as_ref()?)
    }
}

impl Worksheet {
    /// Gives the body a new form starts with.
    pub fn blank(&self, prefill: &Prefill) -> Body {
        let mut body = Body::default();
        for field in self.fields.iter().filter(|field| !field.retired) {
            if let Some(value) = prefill.get(field).and_then(|value| start_value(field, value)) {
                body.0.insert(field.id.clone(), value);
            }
        }
        body
    }

    /// Sets every measure field anew from the program's values, whatever a form sent for it. Where the program
    /// has no value, the one `kept` holds (the version being edited) stays.
    pub fn refill_measures(&self, mut body: Body, kept: &Body, prefill: &Prefill) -> Body {
        for field in self.fields.iter().filter(|field| field.kind == FieldKind::Measure) {
            let known = prefill.get(field).and_then(|value| start_value(field, value));
            match known.or_else(|| kept.0.get(&field.id).cloned()) {
                Some(value) => drop(body.0.insert(field.id.clone(), value)),
                None => drop(body.0.remove(&field.id)),
            }
        }
        body
    }

    /// Takes the fields for staff from the version being edited, whatever a form sent for them, so that a client
    /// who saves neither writes nor wipes them.
    pub fn keep_staff_fields(&self, mut body: Body, kept: &Body) -> Body {
        for field in self.fields.iter().filter(|field| field.staff_only) {
            match kept.0.get(&field.id) {
                Some(value) => drop(body.0.insert(field.id.clone(), value.clone())),
                None => drop(body.0.remove(&field.id)),
            }
        }
        body
    }
}

fn start_value(field: &Field, value: &Prefilled) -> Option<Value> {
    match (&field.kind, value) {
        (FieldKind::Rows { columns, rows_max, .. }, Prefilled::Rows(rows)) => {
            let rows: Vec<Value> =
                rows.iter().take(*rows_max).filter_map(|row| start_row(columns, row)).collect();
            (!rows.is_empty()).then_some(Value::Array(rows))
        }
        (FieldKind::Rows { columns, rows_max, .. }, Prefilled::List(texts)) => {
            let first = columns.first()?;
            let row = |text: &String| {
                Value::Object(Map::from_iter([(first.id.clone(), Value::String(text.clone()))]))
            };
            let rows: Vec<Value> = texts.iter().take(*rows_max).map(row).collect();
            (!rows.is_empty()).then_some(Value::Array(rows))
        }
        (FieldKind::Info | FieldKind::Rows { .. }, _) => None,
        (_, Prefilled::List(texts)) if field.holds_many() => {
            Some(Value::Array(texts.iter().cloned().map(Value::String).collect()))
        }
        (_, Prefilled::Text(text)) if field.holds_many() => {
            Some(Value::Array(vec![Value::String(text.clone())]))
        }
        (_, Prefilled::Text(text)) => Some(Value::String(text.clone())),
        (FieldKind::Text { .. }, Prefilled::List(texts)) => Some(Value::String(texts.join("\n"))),
        _ => None,
    }
}

fn start_row(columns: &[Field], row: &BTreeMap<String, String>) -> Option<Value> {
    let mut values = Map::new();
    for column in columns {
        let name = column.prefill.as_ref().unwrap_or(&column.id);
        if let Some(text) = row.get(name).filter(|text| !text.is_empty()) {
            let value = Value::String(text.clone());
            let value = if column.holds_many() { Value::Array(vec![value]) } else { value };
            values.insert(column.id.clone(), value);
        }
    }
    (!values.is_empty()).then_some(Value::Object(values))
}

fn flat(row: &Map<String, Value>) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    row.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect()
}
