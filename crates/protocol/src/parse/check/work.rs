//! Artefacts, facts, tasks and gates: whether everything that is named exists and fits.

use super::Check;
use crate::condition::{Condition, Criterion, Test};
use crate::model::{FactType, Gate, Phase, PhaseSpan, Task, TaskPhase, Timing};
use crate::parse::lint::Lint;
use crate::parse::reader::hint;

/// Facts the engine states itself, by name.
const OWN_FACTS: [(&str, FactType); 15] = [
    ("session.held", FactType::Count),
    ("session.left", FactType::Count),
    ("session.ending_discussed", FactType::Flag),
    ("session.missed", FactType::Count),
    ("course.week", FactType::Count),
    ("course.maintenance", FactType::Flag),
    ("course.transfers", FactType::Count),
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
const OWN_ARTEFACTS: [&str; 7] = ["session", "course", "focus", "risk", "scored", "outcome", "meeting"];

impl Check<'_, '_, '_> {
    pub(super) fn artefacts(&mut self) {
        for (name, artefact) in &self.protocol.artefacts {
            let field = format!("artefacts.{name}");
            if OWN_ARTEFACTS.contains(&name.as_str()) {
                self.wrong(&field, Lint::BadName, "the engine keeps this name for itself");
            }
            self.snake_case(&field, name);
            for fact in artefact.facts.keys() {
                self.snake_case(&format!("{field}.facts.{fact}"), fact);
            }
        }
    }

    pub(super) fn snake_case(&mut self, field: &str, name: &str) {
        let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if !name.chars().all(fits) {
            let message = format!("`{name}` may hold only small letters, digits and `_`");
            self.wrong(field, Lint::BadName, message);
        }
    }

    pub(super) fn tasks(&mut self) {
        for (index, task) in self.protocol.tasks.iter().enumerate() {
            let field = self.once("tasks", index, task.id.as_str(), "tasks");
            if task.id.as_str().starts_with('G') {
                self.wrong(&format!("{field}.id"), Lint::BadName, "names that start with G are gates");
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
            let message = format!("the window ends at {} before it starts at {}", task.to, task.from);
            self.wrong(&format!("{field}.to"), Lint::WindowBounds, message);
        }
        if task.from < from {
            let message = format!("session {} lies outside {around}", task.from);
            self.wrong(&format!("{field}.from"), Lint::WindowBounds, message);
        }
        if task.to > to {
            let message = format!("session {} lies outside {around}", task.to);
            self.wrong(&format!("{field}.to"), Lint::WindowBounds, message);
        }
        if task.phase == TaskPhase::Before && task.timing != Timing::Window {
            let message = "a task before the first session can only be due in its window";
            self.wrong(&format!("{field}.due"), Lint::WindowBounds, message);
        }
    }

    fn known_artefact(&mut self, field: &str, name: &str) {
        let known = self.protocol.artefacts.keys().map(String::as_str).chain(["focus"]);
        if !known.clone().any(|one| one == name) {
            let message = format!("there is no artefact `{name}`{}", hint(name, known));
            self.wrong(field, Lint::UnknownArtefact, message);
        }
    }

    pub(super) fn criteria(&mut self, field: &str, criteria: &[Criterion]) {
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
                    self.wrong(&format!("{field}.fact"), Lint::FactType, message);
                }
                if let Test::AtLeastFact(other) = test {
                    let field = format!("{field}.at_least_fact");
                    if self.known_fact(&field, other).is_some_and(|found| found != FactType::Count) {
                        self.wrong(&field, Lint::FactType, format!("`{other}` is not a count"));
                    }
                }
            }
        }
    }

    /// The type of a fact, or a mistake noted that says which names exist.
    pub(super) fn known_fact(&mut self, field: &str, name: &str) -> Option<FactType> {
        let Some((artefact, fact)) = name.split_once('.') else {
            let message = format!("`{name}` is no fact; a fact is written `artefact.fact`");
            self.wrong(field, Lint::UnknownFact, message);
            return None;
        };
        if artefact == "scored" {
            let instruments = self.protocol.measures.iter().map(|measure| measure.instrument.as_str());
            if instruments.clone().any(|one| one == fact) {
                return Some(FactType::Count);
            }
            let message = format!("no measure `{fact}` is asked in this protocol{}", hint(fact, instruments));
            self.wrong(field, Lint::UnknownInstrument, message);
            return None;
        }
        if artefact == "meeting" {
            let meetings = self.protocol.meetings.iter().map(|meeting| meeting.id.as_str());
            if meetings.clone().any(|one| one == fact) {
                return Some(FactType::Count);
            }
            let message = format!("there is no meeting `{fact}` in this protocol{}", hint(fact, meetings));
            self.wrong(field, Lint::UnknownFact, message);
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
            self.wrong(field, Lint::UnknownFact, message);
        }
        found
    }

    pub(super) fn known_task(&mut self, field: &str, name: &str) {
        let known = self.protocol.tasks.iter().map(|task| task.id.as_str());
        if !known.clone().any(|one| one == name) {
            let message = format!("there is no task `{name}`{}", hint(name, known));
            self.wrong(field, Lint::UnknownTask, message);
        }
    }

    pub(super) fn gates(&mut self) {
        for (index, gate) in self.protocol.gates.iter().enumerate() {
            let field = self.once("gates", index, gate.id.as_str(), "gates");
            self.gate(&field, gate);
        }
        let needs = &self.protocol.discharge.needs;
        if needs.is_empty() {
            self.wrong(
                "discharge.needs",
                Lint::GateHoldsNothing,
                "a discharge needs at least the task that makes the relapse-prevention plan",
            );
        }
        for (index, task) in needs.iter().enumerate() {
            self.known_task(&format!("discharge.needs[{index}]"), task.as_str());
        }
    }

    fn gate(&mut self, field: &str, gate: &Gate) {
        if !gate.id.as_str().starts_with('G') {
            self.wrong(&format!("{field}.id"), Lint::BadName, "the name of a gate starts with G");
        }
        if gate.needs.is_empty() && gate.when.is_empty() {
            let message = "a gate without `needs` and `when` holds nothing back";
            self.wrong(field, Lint::GateHoldsNothing, message);
        }
        for (index, task) in gate.needs.iter().enumerate() {
            self.known_task(&format!("{field}.needs[{index}]"), task.as_str());
        }
        self.criteria(&format!("{field}.when"), &gate.when);
    }
}

pub(super) fn bounds(span: &PhaseSpan) -> (u16, u16, String) {
    (span.from, span.to, format!("the {} phase, sessions {} to {}", span.phase.as_str(), span.from, span.to))
}

const fn word_for(kind: FactType) -> &'static str {
    match kind {
        FactType::Flag => "flag",
        FactType::Count => "count",
        FactType::Text => "text",
    }
}
