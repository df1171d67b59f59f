//! What somebody has filled in: values by field, kept exactly as typed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The values of one worksheet, as stored: texts as typed, lists for fields with several values, and lists of
/// objects for rows. A field that is empty is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Body(pub(super) Map<String, Value>);

/// One row of a repeating group, or the top level of a body.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a>(&'a Map<String, Value>);

impl Body {
    /// Tells whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(is_blank)
    }

    /// Gives the text of a top-level field as typed; `None` while it is empty or holds several values.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.values().text(field)
    }

    /// Gives every value of a field with several values; a single value comes as a list of one.
    pub fn texts(&self, field: &str) -> Vec<&str> {
        self.values().texts(field)
    }

    /// Gives the day in a date field; `None` while it is empty or not a day.
    pub fn date(&self, field: &str) -> Option<jiff::civil::Date> {
        self.values().date(field)
    }

    /// Gives the number in a number or scale field; `None` while it is empty or not a number.
    pub fn number(&self, field: &str) -> Option<f64> {
        self.values().number(field)
    }

    /// Tells whether a tick is set or a yes-or-no question answered with yes.
    pub fn is_yes(&self, field: &str) -> bool {
        self.values().is_yes(field)
    }

    /// Gives the rows of a repeating group, blank ones included.
    pub fn rows(&self, field: &str) -> Vec<Values<'_>> {
        rows_of(&self.0, field).iter().filter_map(Value::as_object).map(Values).collect()
    }

    /// Gives the top level in the same shape as a row.
    pub fn values(&self) -> Values<'_> {
        Values(&self.0)
    }
}

impl<'a> Values<'a> {
    pub(super) fn of(map: &'a Map<String, Value>) -> Self {
        Values(map)
    }

    /// Gives the text of a field as typed; see [`Body::text`].
    pub fn text(&self, field: &str) -> Option<&'a str> {
        self.0.get(field).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    /// Gives every value of a field; see [`Body::texts`].
    pub fn texts(&self, field: &str) -> Vec<&'a str> {
        match self.0.get(field) {
            Some(Value::String(text)) if !text.is_empty() => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Gives the day in a date field; see [`Body::date`].
    pub fn date(&self, field: &str) -> Option<jiff::civil::Date> {
        super::check::parse_date(self.text(field)?)
    }

    /// Gives the number in a field; see [`Body::number`].
    pub fn number(&self, field: &str) -> Option<f64> {
        super::check::parse_number(self.text(field)?)
    }

    /// Tells whether a field is ticked or answered with yes; see [`Body::is_yes`].
    pub fn is_yes(&self, field: &str) -> bool {
        self.text(field) == Some(YES)
    }

    /// Tells whether every field is empty.
    pub fn is_blank(&self) -> bool {
        self.0.values().all(is_blank)
    }
}

/// Stored value of a tick that is set and of a yes.
pub const YES: &str = "yes";
/// Stored value of a no.
pub const NO: &str = "no";

pub(super) fn rows_of<'a>(map: &'a Map<String, Value>, field: &str) -> &'a [Value] {
    map.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.iter().all(is_blank),
        Value::Object(map) => map.values().all(is_blank),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
