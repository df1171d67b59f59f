//! Worked cases.

use std::collections::BTreeMap;

use super::super::lint::Lint;
use super::super::shape::Shape;
use super::super::tree::Value;
use super::F;
use super::task::ids;
use crate::cases::{Case, Expectation};
use crate::fact::{Fact, Facts};
use crate::ids::{GateId, TaskId};

pub(super) fn case(f: &mut F<'_, '_, '_>) -> Case {
    let mut case = Case {
        name: f.text("name"),
        day: f.optional_number("day", 0),
        sessions_held: f.optional_number("sessions_held", 0).unwrap_or(0),
        open_session: f.optional_number("open_session", 1),
        sessions_planned: f.optional_number("sessions_planned", 1),
        gates_passed: ids(f, "gates_passed"),
        risks_open: f.optional_number("risks_open", 0).unwrap_or(0),
        focus: f.optional_word("focus"),
        focus_agreed: f.optional_flag("focus_agreed").unwrap_or(true),
        facts: facts(f),
        scores: BTreeMap::new(),
        expect: Expectation::default(),
    };
    for (name, node) in f.values("scores", || Shape::list(Shape::Number { least: None })) {
        let Some(totals) = node.as_list() else {
            f.reader.wrong(&name.field, Lint::WrongKind, "expected a list of totals, one per session");
            continue;
        };
        let totals: Vec<i64> = totals.iter().filter_map(super::super::tree::Node::as_integer).collect();
        case.scores.insert(name.text, totals);
    }
    case.expect = f.table("expect", expectation).unwrap_or_default();
    case
}

fn facts(f: &mut F<'_, '_, '_>) -> Facts {
    let mut facts = Facts::new();
    for (name, node) in f.values("facts", || Shape::Any) {
        match &node.value {
            Value::Flag(flag) => facts.set(&name.text, Fact::Flag(*flag)),
            Value::Text(text) => facts.set(&name.text, Fact::Text(text.clone())),
            Value::Integer(count) => facts.set(&name.text, Fact::Count(*count)),
            _ => {
                let message = "a fact is `true` or `false`, a whole number or a word";
                f.reader.wrong(&name.field, Lint::WrongKind, message);
            }
        }
    }
    facts
}

fn expectation(f: &mut F<'_, '_, '_>) -> Expectation {
    let phase = f.optional_word("phase");
    let measures_due = (f.has("measures_due"), f.texts("measures_due"));
    let mut blocked = BTreeMap::new();
    for (name, node) in f.values("blocked", || Shape::list(Shape::Text)) {
        let Some(tasks) = node.as_list() else {
            let message = "expected a list of tasks, for example `G1 = [\"I5\"]`";
            f.reader.wrong(&name.field, Lint::WrongKind, message);
            continue;
        };
        let tasks = tasks.iter().filter_map(|task| task.as_text()).map(TaskId::from).collect();
        blocked.insert(GateId::from(name.text), tasks);
    }
    Expectation {
        phase,
        ready: f.optional_text("ready").map(|word| word.text.into()),
        blocked,
        due: ids(f, "due"),
        overdue: ids(f, "overdue"),
        not_due: ids(f, "not_due"),
        sessions_left: f.optional_number("sessions_left", 0),
        measures_due: measures_due.0.then_some(measures_due.1),
        overrun: f.optional_flag("overrun"),
        steps: ids(f, "steps"),
    }
}
