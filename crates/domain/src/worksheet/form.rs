//! From form pairs to a body and back, without losing anything typed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::body::{Body, YES, is_blank, rows_of};
use super::check::{FieldError, FieldErrorKind};
use super::definition::{Field, FieldKind, Worksheet};

/// Name of the buttons that add and remove rows without script.
const EDIT: &str = "edit";

/// What a sent form holds.
#[derive(Debug, Clone, PartialEq)]
pub struct FormReading {
    /// Everything typed, also what does not fit; a row edit is already carried out.
    pub body: Body,
    /// What does not fit: characters taken out first, then the rest in the order of the form.
    pub errors: Vec<FieldError>,
    /// The row button that sent the form, if one did: draw the form again instead of finishing.
    pub edit: Option<RowEdit>,
}

/// A change to the rows of a group, asked for by a button named `edit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowEdit {
    /// `add:goals`: one more empty row at the end, unless the group is full.
    Add {
        /// The group.
        rows: String,
    },
    /// `remove:goals.2`: without the third row.
    Remove {
        /// The group.
        rows: String,
        /// Number of the row in the form as sent, from 0.
        index: usize,
    },
}

impl FormReading {
    /// Tells whether the body may be kept as a draft; see [`FieldErrorKind::forbids_draft`].
    pub fn allows_draft(&self) -> bool {
        !self.errors.iter().any(|error| error.kind.forbids_draft())
    }
}

impl Worksheet {
    /// Reads the pairs of a sent form: `field`, `rows.0.field`, several values as repeated names, and buttons
    /// named `edit`. Names the worksheet does not know are passed over. Rows left wholly empty are dropped and
    /// the others counted anew from 0; texts keep every character except control characters, which are reported.
    pub fn read_form(&self, pairs: &[(String, String)]) -> FormReading {
        let mut sent = Sent::default();
        for (name, value) in pairs {
            sent.take(self, name, value);
        }
        let edit =
            pairs.iter().rev().filter(|(name, _)| name == EDIT).find_map(|(_, value)| self.row_edit(value));
        let mut reading = Reading::default();
        for field in &self.fields {
            match &field.kind {
                FieldKind::Rows { columns, .. } => reading.rows(field, columns, &sent, edit.as_ref()),
                _ => {
                    let values = sent.single.get(field.id.as_str()).map_or(&[][..], Vec::as_slice);
                    if let Some(value) = reading.value(field, &field.id, values) {
                        reading.body.0.insert(field.id.clone(), value);
                    }
                }
            }
        }
        let mut errors = reading.stripped;
        errors.extend(self.check(&reading.body));
        FormReading { body: reading.body, errors, edit }
    }

    /// Gives the pairs a browser would send for a body; `read_form` makes the same body of them.
    pub fn to_form(&self, body: &Body) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for field in &self.fields {
            if let FieldKind::Rows { columns, .. } = &field.kind {
                for (index, row) in rows_of(&body.0, &field.id).iter().enumerate() {
                    for column in columns {
                        push_pairs(
                            format!("{}.{index}.{}", field.id, column.id),
                            row.get(&column.id),
                            &mut pairs,
                        );
                    }
                }
            } else {
                push_pairs(field.id.clone(), body.0.get(&field.id), &mut pairs);
            }
        }
        pairs
    }

    fn row_edit(&self, value: &str) -> Option<RowEdit> {
        let (verb, target) = value.split_once(':')?;
        let is_group = |id: &str| {
            self.fields.iter().any(|field| field.id == id && matches!(field.kind, FieldKind::Rows { .. }))
        };
        match verb {
            "add" if is_group(target) => Some(RowEdit::Add { rows: target.to_owned() }),
            "remove" => {
                let (rows, index) = target.split_once('.')?;
                let index = row_number(index)?;
                is_group(rows).then(|| RowEdit::Remove { rows: rows.to_owned(), index })
            }
            _ => None,
        }
    }
}

/// Pairs sorted by field, before anything is judged.
#[derive(Default)]
struct Sent<'a> {
    single: BTreeMap<&'a str, Vec<&'a str>>,
    rows: BTreeMap<&'a str, BTreeMap<usize, BTreeMap<&'a str, Vec<&'a str>>>>,
}

impl<'a> Sent<'a> {
    fn take(&mut self, worksheet: &Worksheet, name: &'a str, value: &'a str) {
        if worksheet.field(name).is_none() {
            return;
        }
        let mut parts = name.splitn(3, '.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(field), None, None) => self.single.entry(field).or_default().push(value),
            (Some(group), Some(row), Some(column)) => {
                if let Some(row) = row_number(row) {
                    let cells = self.rows.entry(group).or_default().entry(row).or_default();
                    cells.entry(column).or_default().push(value);
                }
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Reading {
    body: Body,
    stripped: Vec<FieldError>,
}

impl Reading {
    fn rows(&mut self, field: &Field, columns: &[Field], sent: &Sent<'_>, edit: Option<&RowEdit>) {
        let mut rows = Vec::new();
        for (number, cells) in sent.rows.get(field.id.as_str()).into_iter().flatten() {
            if matches!(edit, Some(RowEdit::Remove { rows, index }) if *rows == field.id && index == number) {
                continue;
            }
            let mut row = Map::new();
            for column in columns {
                let path = format!("{}.{}.{}", field.id, rows.len(), column.id);
                let values = cells.get(column.id.as_str()).map_or(&[][..], Vec::as_slice);
                if let Some(value) = self.value(column, &path, values) {
                    row.insert(column.id.clone(), value);
                }
            }
            if !row.is_empty() {
                rows.push(Value::Object(row));
            }
        }
        let adds = matches!(edit, Some(RowEdit::Add { rows }) if *rows == field.id);
        if adds && rows.len() < field.rows_max() {
            rows.push(Value::Object(Map::new()));
        }
        if !rows.is_empty() {
            self.body.0.insert(field.id.clone(), Value::Array(rows));
        }
    }

    fn value(&mut self, field: &Field, path: &str, values: &[&str]) -> Option<Value> {
        let mut kept = Vec::new();
        for value in values {
            let (text, stripped) = clean(&field.kind, value);
            if stripped {
                let error = FieldError { path: path.to_owned(), kind: FieldErrorKind::ControlCharacters };
                self.stripped.push(error);
            }
            if !text.trim().is_empty() {
                kept.push(text);
            }
        }
        if field.holds_many() {
            let mut list: Vec<Value> = Vec::new();
            for text in kept {
                let value = Value::String(text);
                if !list.contains(&value) {
                    list.push(value);
                }
            }
            return (!list.is_empty()).then_some(Value::Array(list));
        }
        // A hidden field before a tick box sends two values: the later one counts.
        kept.pop().map(Value::String)
    }
}

/// Takes out control characters and gives line ends one shape; tells whether anything was taken out.
fn clean(kind: &FieldKind, value: &str) -> (String, bool) {
    let keeps_lines = matches!(kind, FieldKind::Text { .. });
    if matches!(kind, FieldKind::Info) {
        return (String::new(), false);
    }
    if matches!(kind, FieldKind::Tick) && matches!(value, "on" | "true" | "1") {
        return (YES.to_owned(), false);
    }
    let unix = value.replace("\r\n", "\n").replace('\r', "\n");
    let mut stripped = false;
    let text = unix.chars().filter_map(|char| match char {
        '\n' if keeps_lines => Some('\n'),
        '\n' | '\t' => Some(' '),
        char if char.is_control() => {
            stripped = true;
            None
        }
        char => Some(char),
    });
    let text: String = text.collect();
    (text, stripped)
}

fn row_number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn push_pairs(name: String, value: Option<&Value>, pairs: &mut Vec<(String, String)>) {
    match value {
        Some(Value::String(text)) => pairs.push((name, text.clone())),
        Some(Value::Array(list)) => {
            let texts = list.iter().filter(|value| !is_blank(value)).filter_map(Value::as_str);
            pairs.extend(texts.map(|text| (name.clone(), text.to_owned())));
        }
        _ => {}
    }
}
