//! What two people changed at once: a three-way merge that loses nothing.

use serde_json::Value;

use super::body::Body;
use super::compare::{Row, get, match_rows, rows, same_row};
use super::definition::{Field, FieldKind, Worksheet};
use super::display::{Labels, ShownValue, field_value, table};

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
            let value = if let FieldKind::Rows { columns, .. } = &field.kind {
                let sides = Sides {
                    base: rows(&base.0, field),
                    mine: rows(&mine.0, field),
                    theirs: rows(&theirs.0, field),
                };
                let (kept, conflicts) = RowMerge::new(self, field, columns, sides, labels).run();
                merged.conflicts.extend(conflicts);
                (!kept.is_empty()).then_some(Value::Array(kept))
            } else {
                let sides = Sides { base: &base.0, mine: &mine.0, theirs: &theirs.0 };
                let (value, conflict) = sides.settle(field, &field.id, &field.label, labels);
                merged.conflicts.extend(conflict);
                value
            };
            set(&mut merged.body.0, field, value);
        }
        merged
    }
}

/// One group of rows being merged.
struct RowMerge<'a> {
    worksheet: &'a Worksheet,
    group: &'a Field,
    columns: &'a [Field],
    labels: &'a Labels,
    sides: Sides<Vec<&'a Row>>,
    /// Rows of `base` and the rows of `mine` they became.
    in_mine: Vec<(usize, usize)>,
    /// Rows of `base` and the rows of `theirs` they became.
    in_theirs: Vec<(usize, usize)>,
    kept: Vec<Value>,
    conflicts: Vec<FieldConflict>,
}

impl<'a> RowMerge<'a> {
    fn new(
        worksheet: &'a Worksheet,
        group: &'a Field,
        columns: &'a [Field],
        sides: Sides<Vec<&'a Row>>,
        labels: &'a Labels,
    ) -> Self {
        let in_mine = match_rows(columns, &sides.base, &sides.mine);
        let in_theirs = match_rows(columns, &sides.base, &sides.theirs);
        let (kept, conflicts) = (Vec::new(), Vec::new());
        RowMerge { worksheet, group, columns, labels, sides, in_mine, in_theirs, kept, conflicts }
    }

    fn run(mut self) -> (Vec<Value>, Vec<FieldConflict>) {
        for index in 0..self.sides.mine.len() {
            self.take_mine(index);
        }
        for index in 0..self.sides.theirs.len() {
            self.take_theirs(index);
        }
        (self.kept, self.conflicts)
    }

    fn take_mine(&mut self, index: usize) {
        let Some(mine) = self.sides.mine.get(index).copied() else { return };
        let base_at = became(&self.in_mine, index);
        let theirs_at =
            base_at.and_then(|base| self.in_theirs.iter().find(|(at, _)| *at == base)).map(|(_, at)| *at);
        let base = base_at.and_then(|at| self.sides.base.get(at)).copied();
        let theirs = theirs_at.and_then(|at| self.sides.theirs.get(at)).copied();
        match (base, theirs) {
            (Some(base), Some(theirs)) => self.merge_cells(&Sides { base, mine, theirs }),
            // They took out a row that I left as it was: it goes.
            (Some(base), None) if same_row(self.columns, base, mine) => {}
            (Some(base), None) => {
                self.ask_about_row(base, Some(mine), None);
                self.kept.push(Value::Object(mine.clone()));
            }
            (None, _) => self.kept.push(Value::Object(mine.clone())),
        }
    }

    fn take_theirs(&mut self, index: usize) {
        let Some(theirs) = self.sides.theirs.get(index).copied() else { return };
        let base_at = became(&self.in_theirs, index);
        if base_at.is_some_and(|base| self.in_mine.iter().any(|(at, _)| *at == base)) {
            return;
        }
        let same_as_mine = self.sides.mine.iter().any(|mine| same_row(self.columns, mine, theirs));
        match base_at.and_then(|at| self.sides.base.get(at)).copied() {
            None if !same_as_mine => self.kept.push(Value::Object(theirs.clone())),
            // I took out a row that they changed: it comes back at the end, to be decided.
            Some(base) if !same_row(self.columns, base, theirs) => {
                self.ask_about_row(base, None, Some(theirs));
                self.kept.push(Value::Object(theirs.clone()));
            }
            _ => {}
        }
    }

    fn merge_cells(&mut self, sides: &Sides<&Row>) {
        let mut row = sides.mine.clone();
        for column in self.columns {
            let path = format!("{}.{}.{}", self.group.id, self.kept.len(), column.id);
            let (value, conflict) = sides.settle(column, &path, &self.worksheet.label(&path), self.labels);
            set(&mut row, column, value);
            self.conflicts.extend(conflict);
        }
        self.kept.push(Value::Object(row));
    }

    fn ask_about_row(&mut self, base: &Row, mine: Option<&Row>, theirs: Option<&Row>) {
        let whole = |row: Option<&Row>| {
            row.map_or(ShownValue::Nothing, |row| table(self.columns, std::iter::once(row), self.labels))
        };
        let path = format!("{}.{}", self.group.id, self.kept.len());
        let label = self.worksheet.label(&path);
        let (base, mine, theirs) = (whole(Some(base)), whole(mine), whole(theirs));
        self.conflicts.push(FieldConflict { path, label, base, mine, theirs });
    }
}

/// Finds the row of `base` that became this one.
fn became(pairs: &[(usize, usize)], index: usize) -> Option<usize> {
    pairs.iter().find(|(_, at)| *at == index).map(|(at, _)| *at)
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

fn set(values: &mut Row, field: &Field, value: Option<Value>) {
    match value {
        Some(value) => drop(values.insert(field.id.clone(), value)),
        None => drop(values.remove(&field.id)),
    }
}
