//! What the protocol learns from a body, and the worked cases that show it.

use protocol::{Fact, Facts};
use serde_json::{Map, Value};

use super::body::{Body, rows_of};
use super::check::is_filled_validly;
use super::definition::{Case, ExpectedFact, Field, Rule, Worksheet};

impl Worksheet {
    /// Gives every fact the file declares, named `<worksheet id>.<fact>`. An empty body gives false flags and
    /// zero counts; a text fact is absent while its field is empty.
    pub fn facts(&self, body: &Body) -> Facts {
        let mut facts = Facts::new();
        for declared in &self.facts {
            if let Some(fact) = self.fact(&declared.rule, body) {
                facts.set(&format!("{}.{}", self.id, declared.name), fact);
            }
        }
        facts
    }

    /// Runs the worked cases of the file and gives one sentence for each expectation that does not hold.
    pub fn run_cases(&self) -> Vec<String> {
        self.cases.iter().flat_map(|case| self.run_case(case)).collect()
    }

    fn fact(&self, rule: &Rule, body: &Body) -> Option<Fact> {
        let filled = |id: &String| self.field(id).is_some_and(|field| is_answered(&body.0, field));
        match rule {
            Rule::Filled(fields) => Some(Fact::Flag(fields.iter().all(filled))),
            Rule::AnyFilled(fields) => Some(Fact::Flag(fields.iter().any(filled))),
            Rule::Equals { field, is } => {
                let values = body.values().texts(field);
                Some(Fact::Flag(values.iter().any(|value| is.iter().any(|one| one == value))))
            }
            Rule::Complete => Some(Fact::Flag(self.completeness(body).is_empty())),
            Rule::Count { rows, with, without } => {
                let group = self.field(rows)?;
                let count =
                    rows_of(&body.0, rows).iter().filter(|row| counts(group, row, with, without)).count();
                i64::try_from(count).ok().map(Fact::Count)
            }
            Rule::Text(field) => body.text(field).map(|text| Fact::Text(text.to_owned())),
        }
    }

    fn run_case(&self, case: &Case) -> Vec<String> {
        let mut failures = Vec::new();
        let reading = self.read_form(&case.form);
        let mut fail = |what: String| failures.push(format!("{}: case `{}`: {what}", self.id, case.name));
        let facts = self.facts(&reading.body);
        for (name, expected) in &case.facts {
            let found = facts.get(&format!("{}.{name}", self.id));
            if !found.is_some_and(|found| equals(found, expected)) {
                fail(format!("fact `{name}` should be {expected:?}, is {found:?}"));
            }
        }
        if let Some(expected) = &case.missing {
            let mut found: Vec<String> =
                self.completeness(&reading.body).into_iter().map(|missing| missing.path).collect();
            let mut expected = expected.clone();
            found.sort();
            expected.sort();
            if found != expected {
                fail(format!("missing should be {expected:?}, is {found:?}"));
            }
        }
        let errors: Vec<String> =
            reading.errors.iter().map(|error| format!("{}: {}", error.path, error.kind.code())).collect();
        if errors != case.errors {
            fail(format!("errors should be {:?}, are {errors:?}", case.errors));
        }
        failures
    }
}

/// Tells whether a field is filled in validly; a group of rows, whether any row is.
fn is_answered(values: &Map<String, Value>, field: &Field) -> bool {
    if field.columns().is_empty() {
        return is_filled_validly(values, field);
    }
    rows_of(values, &field.id).iter().any(|row| counts(field, row, &[], &[]))
}

fn counts(group: &Field, row: &Value, with: &[String], without: &[String]) -> bool {
    let Some(row) = row.as_object() else { return false };
    let filled = |id: &String| {
        let column = group.columns().iter().find(|column| column.id == *id);
        column.is_some_and(|column| is_filled_validly(row, column))
    };
    let any = group.columns().iter().any(|column| is_filled_validly(row, column));
    any && with.iter().all(filled) && (without.is_empty() || !without.iter().all(filled))
}

fn equals(found: &Fact, expected: &ExpectedFact) -> bool {
    match (found, expected) {
        (Fact::Flag(found), ExpectedFact::Flag(expected)) => found == expected,
        (Fact::Count(found), ExpectedFact::Count(expected)) => found == expected,
        (Fact::Text(found), ExpectedFact::Text(expected)) => found == expected,
        _ => false,
    }
}
