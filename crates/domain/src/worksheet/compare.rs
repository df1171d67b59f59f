//! What changed between two versions, and what two people changed at once.

use serde_json::{Map, Value};

use super::body::{Body, is_blank, rows_of};
use super::definition::{Field, FieldKind, Worksheet};
use super::display::{Labels, ShownValue, field_value, table};

type Row = Map<String, Value>;

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

/// A place that two people changed in different ways since the version both started from.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldConflict {
    /// Where, numbered as in the merged body.
    pub path: String,
    /// What is asked there.
    pub label: String,
    /// What both started from.
    pub base: ShownValue,
    /// What the person who saves now has typed.
    pub mine: ShownValue,
    /// What was saved in the meantime.
    pub theirs: ShownValue,
}

/// Two changed versions brought together.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// Mine, with everything only they changed. At a conflict it holds mine; a row I took out and they changed
    /// is back at the end of its group.
    pub body: Body,
    /// Places to decide, field by field.
    pub conflicts: Vec<FieldConflict>,
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

    /// Gives the places where a stale form (`mine`, started from `base`) and the version saved in the meantime
    /// (`theirs`) disagree.
    pub fn merge_view(&self, base: &Body, mine: &Body, theirs: &Body, labels: &Labels) -> Vec<FieldConflict> {
        self.merge(base, mine, theirs, labels).conflicts
    }

    /// Brings a stale form together with the version saved in the meantime. Nothing of either is lost: what only
    /// one side changed is taken, what both changed differently is a conflict that names both texts.
    pub fn merge(&self, base: &Body, mine: &Body, theirs: &Body, labels: &Labels) -> Merged {
        let mut merged = Merged { body: mine.clone(), conflicts: Vec::new() };
        for field in &self.fields {
            if let FieldKind::Rows { columns, .. } = &field.kind {
                let sides = Sides {
                    base: rows(&base.0, field),
                    mine: rows(&mine.0, field),
                    theirs: rows(&theirs.0, field),
                };
                let kept = self.merge_rows(field, columns, &sides, labels, &mut merged.conflicts);
                set(&mut merged.body.0, field, (!kept.is_empty()).then_some(Value::Array(kept)));
                continue;
            }
            let sides = Sides { base: &base.0, mine: &mine.0, theirs: &theirs.0 };
            let (value, conflict) = sides.settle(field, &field.id, &field.label, labels);
            set(&mut merged.body.0, field, value);
            merged.conflicts.extend(conflict);
        }
        merged
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

    fn merge_rows(
        &self,
        group: &Field,
        columns: &[Field],
        sides: &Sides<Vec<&Row>>,
        labels: &Labels,
        conflicts: &mut Vec<FieldConflict>,
    ) -> Vec<Value> {
        let in_mine = match_rows(columns, &sides.base, &sides.mine);
        let in_theirs = match_rows(columns, &sides.base, &sides.theirs);
        let whole = |row: Option<&&Row>| {
            row.map_or(ShownValue::Nothing, |row| table(columns, std::iter::once(*row), labels))
        };
        let mut kept: Vec<Value> = Vec::new();
        for (index, mine) in sides.mine.iter().enumerate() {
            let path = format!("{}.{}", group.id, kept.len());
            let base_at = in_mine.iter().find(|(_, at)| *at == index).map(|(at, _)| *at);
            let base = base_at.and_then(|at| sides.base.get(at));
            let theirs_at =
                base_at.and_then(|base| in_theirs.iter().find(|(at, _)| *at == base)).map(|(_, at)| *at);
            match (base, theirs_at.and_then(|at| sides.theirs.get(at))) {
                (Some(base), Some(theirs)) => {
                    let cells = Sides { base: *base, mine: *mine, theirs: *theirs };
                    kept.push(Value::Object(self.merge_row(&path, columns, &cells, labels, conflicts)));
                }
                // They took out a row that I left as it was: it goes.
                (Some(base), None) if same_row(columns, base, mine) => {}
                (base, theirs) => {
                    if base.is_some() {
                        let label = self.label(&path);
                        let (base, theirs) = (whole(base), whole(theirs));
                        conflicts.push(FieldConflict { path, label, base, mine: whole(Some(mine)), theirs });
                    }
                    kept.push(Value::Object((*mine).clone()));
                }
            }
        }
        for (index, theirs) in sides.theirs.iter().enumerate() {
            let base_at = in_theirs.iter().find(|(_, at)| *at == index).map(|(at, _)| *at);
            if base_at.is_some_and(|base| in_mine.iter().any(|(at, _)| *at == base)) {
                continue;
            }
            let base = base_at.and_then(|at| sides.base.get(at));
            let same_as_mine = sides.mine.iter().any(|mine| same_row(columns, mine, theirs));
            match base {
                None if !same_as_mine => kept.push(Value::Object((*theirs).clone())),
                // I took out a row that they changed: it comes back at the end, to be decided.
                Some(base) if !same_row(columns, base, theirs) => {
                    let path = format!("{}.{}", group.id, kept.len());
                    let (label, mine) = (self.label(&path), ShownValue::Nothing);
                    let (base, theirs_shown) = (whole(Some(base)), whole(Some(theirs)));
                    conflicts.push(FieldConflict { path, label, base, mine, theirs: theirs_shown });
                    kept.push(Value::Object((*theirs).clone()));
                }
                _ => {}
            }
        }
        kept
    }

    fn merge_row(
        &self,
        path: &str,
        columns: &[Field],
        cells: &Sides<&Row>,
        labels: &Labels,
        conflicts: &mut Vec<FieldConflict>,
    ) -> Row {
        let mut row = cells.mine.clone();
        for column in columns {
            let path = format!("{path}.{}", column.id);
            let (value, conflict) = cells.settle(column, &path, &self.label(&path), labels);
            set(&mut row, column, value);
            conflicts.extend(conflict);
        }
        row
    }
}

/// The three texts of one place.
struct Sides<T> {
    base: T,
    mine: T,
    theirs: T,
}

impl Sides<&Row> {
    fn settle(
        &self,
        field: &Field,
        path: &str,
        label: &str,
        labels: &Labels,
    ) -> (Option<Value>, Option<FieldConflict>) {
        let (base, mine, theirs) = (get(self.base, field), get(self.mine, field), get(self.theirs, field));
        if mine == theirs || base == theirs {
            return (mine.cloned(), None);
        }
        if base == mine {
            return (theirs.cloned(), None);
        }
        let conflict = FieldConflict {
            path: path.to_owned(),
            label: label.to_owned(),
            base: field_value(field, self.base, labels),
            mine: field_value(field, self.mine, labels),
            theirs: field_value(field, self.theirs, labels),
        };
        (mine.cloned(), Some(conflict))
    }
}

/// Pairs rows of two versions, `(old, new)`: equal rows first, then those that share most cells (the first column
/// counts most, since it names the row), nearest first; at last rows left over at the same number.
fn match_rows(columns: &[Field], old: &[&Row], new: &[&Row]) -> Vec<(usize, usize)> {
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

fn same_row(columns: &[Field], one: &Row, other: &Row) -> bool {
    columns.iter().all(|column| get(one, column) == get(other, column))
}

fn rows<'a>(values: &'a Row, group: &Field) -> Vec<&'a Row> {
    rows_of(values, &group.id)
        .iter()
        .filter_map(Value::as_object)
        .filter(|row| !row.values().all(is_blank))
        .collect()
}

fn get<'a>(values: &'a Row, field: &Field) -> Option<&'a Value> {
    values.get(&field.id).filter(|value| !is_blank(value))
}

fn set(values: &mut Row, field: &Field, value: Option<Value>) {
    match value {
        Some(value) => drop(values.insert(field.id.clone(), value)),
        None => drop(values.remove(&field.id)),
    }
}
