//! Checking: whether the parts of a protocol fit together. Everything the engine relies on is made sure of here.

mod order;

use std::collections::{BTreeSet, HashSet};

use super::draft::hint;
use super::reader::Reader;
use crate::condition::{Condition, Criterion, Test};
use crate::model::{FactType, Gate, Phase, PhaseSpan, Protocol, Task, TaskPhase, Timing};

/// Facts the engine states itself, by name.
const OWN_FACTS: [(&str, FactType); 11] = [
    ("session.held", FactType::Count),
    ("session.left", FactType::Count),
    ("session.ending_discussed", FactType::Flag),
    ("focus.chosen", FactType::Flag),
    ("focus.client_agreed", FactType::Flag),
    ("focus.versions", FactType::Count),
    ("risk.open", FactType::Count),
    ("risk.level", FactType::Text),
    ("outcome.battery_done", FactType::Flag),
    ("outcome.responded", FactType::Flag),
    ("outcome.in_remission", FactType::Flag),
];

/// Artefact names the engine keeps for itself; `focus` is made by choosing a problem area.
const OWN_ARTEFACTS: [&str; 5] = ["session", "focus", "risk", "scored", "outcome"];

/// Notes every mistake of sense.
pub(super) fn check(reader: &mut Reader<'_>, protocol: &Protocol) {
    let mut check = Check { reader, protocol };
    check.sessions();
    check.phases();
    check.artefacts();
    check.tasks();
    check.gates();
    order::check(check.reader, protocol);
    check.measures();
    check.areas();
    check.steps();
    check.cases();
}

struct Check<'r, 't, 'p> {
    reader: &'r mut Reader<'t>,
    protocol: &'p Protocol,
}

impl Check<'_, '_, '_> {
    fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.reader.wrong(field, message);
    }

    fn sessions(&mut self) {
        let sessions = &self.protocol.sessions;
        if sessions.fewest > sessions.count {
            let message = format!(
                "the fewest sessions ({}) are more than the usual {}",
                sessions.fewest, sessions.count
            );
            self.wrong("sessions.fewest", message);
        }
        if sessions.most < sessions.count {
            let message =
                format!("the most sessions ({}) are fewer than the usual {}", sessions.most, sessions.count);
            self.wrong("sessions.most", message);
        }
        if sessions.minutes_max < sessions.minutes_min {
            self.wrong("sessions.minutes_max", "the longest length is below the shortest");
        }
    }

    fn phases(&mut self) {
        let wanted = [Phase::Initial, Phase::Middle, Phase::Ending];
        let mut next = 1;
        for (span, phase) in self.protocol.phases.iter().zip(wanted) {
            let field = format!("phases.{}", span.phase.as_str());
            if span.phase != phase {
                self.wrong(
                    &field,
                    format!("expected the phase `{}` here: initial, middle, ending", phase.as_str()),
                );
                return;
            }
            if span.from != next {
                let kind = if span.from > next { "leaves a gap after" } else { "overlaps" };
                let message = format!(
                    "starts at session {} and {kind} the phase before; it has to start at {next}",
                    span.from
                );
                self.wrong(&format!("{field}.from"), message);
            }
            if span.to < span.from {
                self.wrong(
                    &format!("{field}.to"),
                    format!("ends at session {} before it starts at {}", span.to, span.from),
                );
            }
            next = span.to.saturating_add(1);
        }
        let (last, count) = (self.protocol.phase(Phase::Ending).to, self.protocol.sessions.count);
        if last != count {
            self.wrong(
                "phases.ending.to",
                format!("the last phase ends at session {last}, but there are {count} sessions"),
            );
        }
    }

    fn artefacts(&mut self) {
        for (name, artefact) in &self.protocol.artefacts {
            let field = format!("artefacts.{name}");
            if OWN_ARTEFACTS.contains(&name.as_str()) {
                self.wrong(&field, "the engine keeps this name for itself");
            }
            self.snake_case(&field, name);
            for fact in artefact.facts.keys() {
                self.snake_case(&format!("{field}.facts.{fact}"), fact);
            }
        }
    }

    fn snake_case(&mut self, field: &str, name: &str) {
        let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if !name.chars().all(fits) {
            self.wrong(field, format!("`{name}` may hold only small letters, digits and `_`"));
        }
    }

    fn tasks(&mut self) {
        let mut seen = HashSet::new();
        for (index, task) in self.protocol.tasks.iter().enumerate() {
            let first = seen.insert(task.id.as_str());
            let field = if first { format!("tasks.{}", task.id) } else { format!("tasks[{index}]") };
            if !first {
                self.wrong(&format!("{field}.id"), format!("there are two tasks `{}`", task.id));
            }
            if task.id.as_str().starts_with('G') {
                self.wrong(&format!("{field}.id"), "names that start with G are gates");
            }
            self.window(&field, task);
            for (place, name) in task.artefacts.iter().enumerate() {
                self.known_artefact(&format!("{field}.artefacts[{place}]"), name);
            }
            self.criteria(&format!("{field}.opens_when"), &task.opens_when);
            self.criteria(&format!("{field}.done_when"), &task.done_when);
        }
    }

    fn window(&mut self, field: &str, task: &Task) {
        let span = |phase| self.protocol.phase(phase).clone();
        let count = self.protocol.sessions.count;
        let (from, to, around) = match task.phase {
            TaskPhase::Before => (0, 0, "before the first session (0 to 0)".to_owned()),
            TaskPhase::Any => (1, count, format!("the sessions 1 to {count}")),
            TaskPhase::Initial => bounds(&span(Phase::Initial)),
            TaskPhase::Middle => bounds(&span(Phase::Middle)),
            TaskPhase::Ending => bounds(&span(Phase::Ending)),
        };
        if task.to < task.from {
            self.wrong(
                &format!("{field}.to"),
                format!("the window ends at {} before it starts at {}", task.to, task.from),
            );
        }
        if task.from < from {
            self.wrong(&format!("{field}.from"), format!("session {} lies outside {around}", task.from));
        }
        if task.to > to {
            self.wrong(&format!("{field}.to"), format!("session {} lies outside {around}", task.to));
        }
        if task.phase == TaskPhase::Before && task.timing != Timing::Window {
            self.wrong(
                &format!("{field}.due"),
                "a task before the first session can only be due in its window",
            );
        }
    }

    fn known_artefact(&mut self, field: &str, name: &str) {
        let known = self.protocol.artefacts.keys().map(String::as_str).chain(["focus"]);
        if !known.clone().any(|one| one == name) {
            let message = format!("there is no artefact `{name}`{}", hint(name, known));
            self.wrong(field, message);
        }
    }

    fn criteria(&mut self, field: &str, criteria: &[Criterion]) {
        for (index, criterion) in criteria.iter().enumerate() {
            self.condition(&format!("{field}[{index}]"), &criterion.condition);
        }
    }

    fn condition(&mut self, field: &str, condition: &Condition) {
        match condition {
            Condition::Any(parts) | Condition::All(parts) => {
                let word = if matches!(condition, Condition::Any(_)) { "any" } else { "all" };
                for (index, part) in parts.iter().enumerate() {
                    self.condition(&format!("{field}.{word}[{index}]"), part);
                }
            }
            Condition::Fact { name, test } => {
                let Some(found) = self.known_fact(&format!("{field}.fact"), name) else { return };
                let (wanted, word) = match test {
                    Test::Is(_) => (FactType::Flag, "`is`"),
                    Test::AtLeast(_) => (FactType::Count, "`at_least`"),
                    Test::AtMost(_) => (FactType::Count, "`at_most`"),
                    Test::AtLeastFact(_) => (FactType::Count, "`at_least_fact`"),
                    Test::OneOf(_) => (FactType::Text, "`one_of`"),
                    Test::NoneOf(_) => (FactType::Text, "`none_of`"),
                };
                if found != wanted {
                    let message = format!(
                        "`{name}` is a {}, but {word} asks for a {}",
                        word_for(found),
                        word_for(wanted)
                    );
                    self.wrong(&format!("{field}.fact"), message);
                }
                if let Test::AtLeastFact(other) = test {
                    let field = format!("{field}.at_least_fact");
                    if self.known_fact(&field, other).is_some_and(|found| found != FactType::Count) {
                        self.wrong(&field, format!("`{other}` is not a count"));
                    }
                }
            }
        }
    }

    /// The type of a fact, or a mistake noted that says which names exist.
    fn known_fact(&mut self, field: &str, name: &str) -> Option<FactType> {
        let Some((artefact, fact)) = name.split_once('.') else {
            self.wrong(field, format!("`{name}` is no fact; a fact is written `artefact.fact`"));
            return None;
        };
        if artefact == "scored" {
            let instruments = self.protocol.measures.iter().map(|measure| measure.instrument.as_str());
            if instruments.clone().any(|one| one == fact) {
                return Some(FactType::Count);
            }
            let message = format!("no measure `{fact}` is asked in this protocol{}", hint(fact, instruments));
            self.wrong(field, message);
            return None;
        }
        let own = OWN_FACTS.iter().find(|(own, _)| *own == name).map(|(_, kind)| *kind);
        let declared = self.protocol.artefacts.get(artefact).and_then(|one| one.facts.get(fact)).copied();
        let found = own.or(declared);
        if found.is_none() {
            let declared = self.protocol.artefacts.iter();
            let names: Vec<String> = declared
                .flat_map(|(name, artefact)| artefact.facts.keys().map(move |fact| format!("{name}.{fact}")))
                .chain(OWN_FACTS.iter().map(|(name, _)| (*name).to_owned()))
                .collect();
            let message =
                format!("there is no fact `{name}`{}", hint(name, names.iter().map(String::as_str)));
            self.wrong(field, message);
        }
        found
    }

    fn known_task(&mut self, field: &str, name: &str) {
        let known = self.protocol.tasks.iter().map(|task| task.id.as_str());
        if !known.clone().any(|one| one == name) {
            let message = format!("there is no task `{name}`{}", hint(name, known));
            self.wrong(field, message);
        }
    }

    fn gates(&mut self) {
        let mut seen = HashSet::new();
        for (index, gate) in self.protocol.gates.iter().enumerate() {
            let first = seen.insert(gate.id.as_str());
            let field = if first { format!("gates.{}", gate.id) } else { format!("gates[{index}]") };
            if !first {
                self.wrong(&format!("{field}.id"), format!("there are two gates `{}`", gate.id));
            }
            self.gate(&field, gate);
        }
        let needs = &self.protocol.discharge.needs;
        if needs.is_empty() {
            self.wrong(
                "discharge.needs",
                "a discharge needs at least the task that makes the relapse-prevention plan",
            );
        }
        for (index, task) in needs.iter().enumerate() {
            self.known_task(&format!("discharge.needs[{index}]"), task.as_str());
        }
    }

    fn gate(&mut self, field: &str, gate: &Gate) {
        if !gate.id.as_str().starts_with('G') {
            self.wrong(&format!("{field}.id"), "the name of a gate starts with G");
        }
        if gate.needs.is_empty() && gate.when.is_empty() {
            self.wrong(field, "a gate without `needs` and `when` holds nothing back");
        }
        for (index, task) in gate.needs.iter().enumerate() {
            self.known_task(&format!("{field}.needs[{index}]"), task.as_str());
        }
        self.criteria(&format!("{field}.when"), &gate.when);
    }

    fn measures(&mut self) {
        let mut seen = HashSet::new();
        for (index, measure) in self.protocol.measures.iter().enumerate() {
            if !seen.insert(measure.instrument.as_str()) {
                let message = format!("the measure `{}` is named twice", measure.instrument);
                self.wrong(&format!("measures[{index}]"), message);
            }
        }
        let deciding = self.protocol.outcome.instrument.as_str();
        if !seen.contains(deciding) {
            let message =
                format!("`{deciding}` is not among the measures{}", hint(deciding, seen.iter().copied()));
            self.wrong("outcome.instrument", message);
        }
        for rule in &self.protocol.rules {
            let asked = rule.instrument.as_str();
            if !seen.contains(asked) {
                let message =
                    format!("`{asked}` is not among the measures{}", hint(asked, seen.iter().copied()));
                self.wrong(&format!("rules.{}.instrument", rule.id), message);
            }
        }
        if self.protocol.outcome.response_drop_percent > 100 {
            self.wrong("outcome.response_drop_percent", "a score cannot drop by more than 100 percent");
        }
    }

    fn areas(&mut self) {
        let mut seen = BTreeSet::new();
        for (index, area) in self.protocol.areas.iter().enumerate() {
            if !seen.insert(area.area) {
                self.wrong(
                    &format!("areas[{index}]"),
                    format!("the area `{}` is described twice", area.area.as_str()),
                );
            }
        }
        if seen.is_empty() {
            self.wrong("areas", "a protocol needs at least one problem area");
        }
    }

    fn steps(&mut self) {
        let mut seen = HashSet::new();
        for (index, step) in self.protocol.steps.iter().enumerate() {
            let first = seen.insert(step.id.as_str());
            let field = if first { format!("steps.{}", step.id) } else { format!("steps[{index}]") };
            if !first {
                self.wrong(&format!("{field}.id"), format!("there are two steps `{}`", step.id));
            }
            let (from, to, around) = bounds(self.protocol.phase(step.phase));
            if step.from < from && step.from != 0 {
                self.wrong(&format!("{field}.from"), format!("session {} lies outside {around}", step.from));
            }
            if step.to > to && step.to != u16::MAX {
                self.wrong(&format!("{field}.to"), format!("session {} lies outside {around}", step.to));
            }
        }
        for phase in [Phase::Initial, Phase::Middle, Phase::Ending] {
            if !self.protocol.steps.iter().any(|step| step.phase == phase) {
                self.wrong("steps", format!("the {} phase has no steps", phase.as_str()));
            }
        }
    }

    fn cases(&mut self) {
        for (index, case) in self.protocol.cases.iter().enumerate() {
            let field = format!("cases[{index}]");
            for (name, _) in case.facts.iter() {
                self.known_fact(&format!("{field}.facts.{name}"), name);
            }
            let expect = &case.expect;
            for (list, tasks) in
                [("due", &expect.due), ("overdue", &expect.overdue), ("not_due", &expect.not_due)]
            {
                for (place, task) in tasks.iter().enumerate() {
                    self.known_task(&format!("{field}.expect.{list}[{place}]"), task.as_str());
                }
            }
            let gates = case.gates_passed.iter().chain(expect.blocked.keys()).chain(&expect.ready);
            for gate in gates {
                if self.protocol.gate(gate.as_str()).is_none() {
                    self.wrong(&field, format!("there is no gate `{gate}`"));
                }
            }
        }
    }
}

fn bounds(span: &PhaseSpan) -> (u16, u16, String) {
    (span.from, span.to, format!("the {} phase, sessions {} to {}", span.phase.as_str(), span.from, span.to))
}

const fn word_for(kind: FactType) -> &'static str {
    match kind {
        FactType::Flag => "flag",
        FactType::Count => "count",
        FactType::Text => "text",
    }
}
