//! Whether a course can get through: conditions that can be met, gates that can open, phases that have sessions.

use std::collections::BTreeMap;

use super::Check;
use crate::condition::{Condition, Criterion, Test};
use crate::ids::TaskId;
use crate::model::{Gate, Phase, Protocol, Task, TaskPhase};
use crate::parse::lint::Lint;

impl Check<'_, '_, '_> {
    pub(super) fn reach(&mut self) {
        let protocol = self.protocol;
        for task in &protocol.tasks {
            let field = format!("tasks.{}", task.id);
            self.can_be_met(&format!("{field}.opens_when"), &task.opens_when);
            self.can_be_met(&format!("{field}.done_when"), &task.done_when);
        }
        for rule in &protocol.rules {
            self.can_be_met(&format!("rules.{}.when", rule.id), &rule.when);
        }
        for area in &protocol.areas {
            self.can_be_met(&format!("areas.{}.opens_when", area.area.as_str()), &area.opens_when);
        }
        for (gate, phase) in protocol.gates.iter().zip(Phase::ALL) {
            self.gate_can_open(gate, *phase);
        }
        self.shortest_course();
    }

    fn can_be_met(&mut self, field: &str, criteria: &[Criterion]) {
        if !possible(criteria.iter().map(|one| &one.condition), &|_| false) {
            self.wrong(field, Lint::NeverMet, "these conditions can never be met together");
        }
    }

    /// A gate waits only for what can be done while it is shut.
    fn gate_can_open(&mut self, gate: &Gate, phase: Phase) {
        let protocol = self.protocol;
        let field = format!("gates.{}", gate.id);
        let never = |name: &str| never_before(protocol, phase, name);
        let mut blocked = Vec::new();
        for (index, needed) in with_what_comes_first(protocol, gate).into_iter().enumerate() {
            if !possible(needed.done_when.iter().chain(&needed.opens_when).map(|one| &one.condition), &never)
            {
                let place = gate.needs.iter().position(|id| *id == needed.id);
                let at =
                    place.map_or_else(|| format!("{field}.needs"), |place| format!("{field}.needs[{place}]"));
                let message = format!(
                    "the gate waits for `{}` ({}), which cannot be done in the {} phase",
                    needed.id,
                    needed.title,
                    phase.as_str()
                );
                self.wrong(&at, Lint::GateNeverOpens, message);
                blocked.push(index);
            }
        }
        let tasks = gate.needs.iter().filter_map(|id| protocol.task(id.as_str()));
        let all = tasks.flat_map(|task| &task.done_when).chain(&gate.when).map(|one| &one.condition);
        if blocked.is_empty() && !possible(all, &never) {
            let message = "what the gate waits for can never be so at the same time";
            self.wrong(&field, Lint::GateNeverOpens, message);
            blocked.push(0);
        }
        let next = match phase {
            Phase::Initial => "middle",
            Phase::Middle => "ending",
            Phase::Ending => return,
        };
        if !blocked.is_empty() {
            let message = format!("no course gets here: the gate `{}` never opens", gate.id);
            self.wrong(&format!("phases.{next}"), Lint::PhaseUnreachable, message);
        }
    }

    /// Also the shortest course has a session for each phase.
    fn shortest_course(&mut self) {
        let protocol = self.protocol;
        let needed = protocol.phase(Phase::Initial).to.saturating_add(1 + protocol.ending_length_sessions());
        let fewest = protocol.sessions.fewest;
        if fewest < needed && protocol.sessions.fewest <= protocol.sessions.count {
            let message = format!(
                "a course of {fewest} sessions has none left for the middle phase; it takes {needed} to have one in each"
            );
            self.wrong("sessions.fewest", Lint::PhaseUnreachable, message);
        }
    }
}

/// The tasks a gate needs and those that come before them, each once.
fn with_what_comes_first<'p>(protocol: &'p Protocol, gate: &Gate) -> Vec<&'p Task> {
    let mut waiting: Vec<&TaskId> = gate.needs.iter().collect();
    let mut found: Vec<&Task> = Vec::new();
    while let Some(id) = waiting.pop() {
        if found.iter().any(|task| task.id == *id) {
            continue;
        }
        if let Some(task) = protocol.task(id.as_str()) {
            waiting.extend(&task.after_tasks);
            found.push(task);
        }
    }
    found.reverse();
    found
}

/// Whether a fact keeps its first value (`false`, 0, no word) as long as a phase lasts: what only later tasks make
/// cannot be recorded before the first gate, and the last battery is answered in the ending.
fn never_before(protocol: &Protocol, phase: Phase, name: &str) -> bool {
    if name == "course.maintenance" || name == "outcome.battery_done" && phase != Phase::Ending {
        return true;
    }
    let Some((artefact, _)) = name.split_once('.') else { return false };
    let makes = |task: &&Task| task.artefacts.iter().any(|made| made == artefact);
    let mut makers = protocol.tasks.iter().filter(makes).peekable();
    phase == Phase::Initial
        && makers.peek().is_some()
        && makers.all(|task| matches!(task.phase, TaskPhase::Middle | TaskPhase::Ending))
}

/// What is still open about one fact.
#[derive(Clone, Debug)]
struct Open {
    flag: Option<bool>,
    least: i64,
    most: i64,
    /// The words it may be; any when `None`. No word is the empty one.
    words: Option<Vec<String>>,
    not: Vec<String>,
}

impl Default for Open {
    fn default() -> Self {
        Self { flag: None, least: i64::MIN, most: i64::MAX, words: None, not: Vec::new() }
    }
}

impl Open {
    /// Takes a test in; `false` when nothing is left.
    fn narrow(&mut self, test: &Test) -> bool {
        match test {
            Test::Is(flag) => return *self.flag.get_or_insert(*flag) == *flag,
            Test::AtLeast(least) => self.least = self.least.max(*least),
            Test::AtMost(most) => self.most = self.most.min(*most),
            // Another fact may be anything here.
            Test::AtLeastFact(_) => {}
            Test::OneOf(words) => {
                let held = self.words.take();
                let fits = |word: &&String| held.as_ref().is_none_or(|held| held.contains(word));
                self.words = Some(words.iter().filter(fits).cloned().collect());
            }
            Test::NoneOf(words) => self.not.extend(words.iter().cloned()),
        }
        let words = self.words.as_ref();
        self.least <= self.most && words.is_none_or(|words| words.iter().any(|word| !self.not.contains(word)))
    }
}

/// Whether some facts meet all of these conditions; `fixed` names facts that keep their first value.
fn possible<'c>(conditions: impl Iterator<Item = &'c Condition>, fixed: &dyn Fn(&str) -> bool) -> bool {
    search(&mut conditions.collect(), BTreeMap::new(), fixed, &mut 2_000)
}

/// Tries one alternative after the other; gives up in favour of the author when there are very many.
fn search<'c>(
    waiting: &mut Vec<&'c Condition>,
    mut known: BTreeMap<&'c str, Open>,
    fixed: &dyn Fn(&str) -> bool,
    tries: &mut u32,
) -> bool {
    while let Some(condition) = waiting.pop() {
        match condition {
            Condition::All(parts) => waiting.extend(parts),
            Condition::Any(parts) => {
                return parts.iter().any(|part| {
                    let Some(left) = tries.checked_sub(1) else { return true };
                    *tries = left;
                    let mut waiting = waiting.clone();
                    waiting.push(part);
                    search(&mut waiting, known.clone(), fixed, tries)
                });
            }
            Condition::Fact { name, test } => {
                if fixed(name) && !first_value_meets(test) {
                    return false;
                }
                if !known.entry(name).or_default().narrow(test) {
                    return false;
                }
            }
        }
    }
    true
}

/// Whether a fact nobody has stated meets the test.
fn first_value_meets(test: &Test) -> bool {
    match test {
        Test::Is(flag) => !flag,
        Test::AtLeast(least) => *least <= 0,
        Test::AtMost(most) => *most >= 0,
        Test::AtLeastFact(_) | Test::NoneOf(_) => true,
        Test::OneOf(_) => false,
    }
}
