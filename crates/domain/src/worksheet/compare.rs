//! What changed between two versions.

use serde_json::{Map, Value};

use super::body::{Body, is_blank, rows_of};
use super::definition::{Field, FieldKind, Worksheet};
use super::display::{Labels, ShownValue, field_value, table};

pub(super) type Row = Map<String, Value>;

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Where: `told_on`, `goals.1.text`, or `goals.1` for a whole row. A row is numbered as in the newer version,
    /// a removed one as in the older.
    pub path: String,
    /// What is asked there.
    pub label: String,
    /// What the older version says.
    pub before: ShownValue,
    /// What the newer version says.
    pub after: ShownValue,
}

impl Worksheet {
    /// Gives every difference between two versions, in the order of the form. Rows are matched by what they say,
    /// not by their number: a row put in at the top is one change, and rows only moved are none.
    pub fn compare(&self, old: &Body, new: &Body, labels: &Labels) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        for field in &self.fields {
            if let FieldKind::Rows { columns, .. } = &field.kind {
                self.compare_rows(field, columns, (&old.0, &new.0), labels, &mut changes);
            } else if get(&old.0, field) != get(&new.0, field) {
                changes.push(FieldChange {
                    path: field.id.clone(),
                    label: field.label.clone(),
                    before: field_value(field, &old.0, labels),
                    after: field_value(field, &new.0, labels),
                });
            }
        }
        changes
    }

    fn compare_rows(
        &self,
        group: &Field,
        columns: &[Field],
        (old, new): (&Row, &Row),
        labels: &Labels,
        changes: &mut Vec<FieldChange>,
    ) {
        let (old, new) = (rows(old, group), rows(new, group));
        let pairs = match_rows(columns, &old, &new);
        let whole = |row: &Row| table(columns, std::iter::once(row), labels);
        for (index, row) in new.iter().enumerate() {
            let path = format!("{}.{index}", group.id);
            let Some(before) = pairs.iter().find(|(_, at)| *at == index).and_then(|(at, _)| old.get(*at))
            else {
                let label = self.label(&path);
                changes.push(FieldChange { path, label, before: ShownValue::Nothing, after: whole(row) });
                continue;
            };
            for column in columns.iter().filter(|column| get(before, column) != get(row, column)) {
                let path = format!("{path}.{}", column.id);
                let (before, after) = (field_value(column, before, labels), field_value(column, row, labels));
                changes.push(FieldChange { label: self.label(&path), path, before, after });
            }
        }
        for (index, row) in
            old.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(at, _)| at == index))
        {
            let path = format!("{}.{index}", group.id);
            let label = self.label(&path);
            changes.push(FieldChange { path, label, before: whole(row), after: ShownValue::Nothing });
        }
    }
}

/// Pairs rows of two versions, `(old, new)`: equal rows first, then those that share most cells (the first column
/// counts most, since it names the row), nearest first; at last rows left over at the same number.
pub(super) fn match_rows(columns: &[Field], old: &[&Row], new: &[&Row]) -> Vec<(usize, usize)> {
    let mut likely: Vec<(usize, usize, usize)> = Vec::new();
    for (old_at, before) in old.iter().enumerate() {
        for (new_at, after) in new.iter().enumerate() {
            let score = likeness(columns, before, after);
            if score > 0 {
                likely.push((score, old_at, new_at));
            }
        }
    }
    likely.sort_by_key(|(score, old_at, new_at)| (usize::MAX - score, old_at.abs_diff(*new_at), *old_at));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let same_number = (0..old.len().min(new.len())).map(|at| (at, at));
    for (old_at, new_at) in likely.into_iter().map(|(_, old_at, new_at)| (old_at, new_at)).chain(same_number)
    {
        if !pairs.iter().any(|(taken_old, taken_new)| *taken_old == old_at || *taken_new == new_at) {
            pairs.push((old_at, new_at));
        }
    }
    pairs
}

fn likeness(columns: &[Field], before: &Row, after: &Row) -> usize {
    if same_row(columns, before, after) {
        return usize::MAX;
    }
    let shared = |(at, column): (usize, &Field)| {
        let value = get(before, column)?;
        (get(after, column) == Some(value)).then_some(if at == 0 { columns.len() } else { 1 })
    };
    columns.iter().enumerate().filter_map(shared).sum()
}

pub(super) fn same_row(columns: &[Field], one: &Row, other: &Row) -> bool {
    columns.iter().all(|column| get(one, column) == get(other, column))
}

pub(super) fn rows<'a>(values: &'a Row, group: &Field) -> Vec<&'a Row> {
    rows_of(values, &group.id)
        .iter()
        .filter_map(Value::as_object)
        .filter(|row| !row.values().all(is_blank))
        .collect()
}

pub(super) fn get<'a>(values: &'a Row, field: &Field) -> Option<&'a Value> {
    values.get(&field.id).filter(|value| !is_blank(value))
}
