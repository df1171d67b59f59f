//! What somebody records who has done a task: the facts its criteria ask for.

use std::collections::BTreeMap;

use crate::condition::{Condition, Criterion, Test};
use crate::fact::Facts;
use crate::model::{Gate, Protocol, Task};

/// Facts that come from the engine, a session's note or the choice of an area, not from a record of their own.
const NOT_RECORDED: [&str; 8] =
    ["session", "course", "focus", "risk", "scored", "outcome", "meeting", "note"];

/// The artefacts with all facts set so far; a new version states them all.
#[derive(Default)]
pub(super) struct Work {
    facts: Facts,
}

impl Work {
    /// Does what a task asks for. Returns the artefacts that changed, with their facts.
    pub fn task(&mut self, task: &Task) -> BTreeMap<String, Facts> {
        let mut touched: Vec<String> = task.artefacts.clone();
        self.criteria(task.opens_when.iter().chain(&task.done_when), &mut touched);
        self.artefacts(touched)
    }

    /// Does what a gate asks for beside its tasks.
    pub fn gate(&mut self, gate: &Gate) -> BTreeMap<String, Facts> {
        let mut touched = Vec::new();
        self.criteria(gate.when.iter(), &mut touched);
        self.artefacts(touched)
    }

    fn criteria<'c>(
        &mut self,
        criteria: impl Iterator<Item = &'c Criterion> + Clone,
        touched: &mut Vec<String>,
    ) {
        // Twice, because one count may have to reach another that is set later.
        for criterion in criteria.clone().chain(criteria) {
            fulfil(&criterion.condition, &mut self.facts, touched);
        }
    }

    fn artefacts(&self, mut touched: Vec<String>) -> BTreeMap<String, Facts> {
        touched.sort();
        touched.dedup();
        touched.retain(|artefact| !NOT_RECORDED.contains(&artefact.as_str()));
        let of = |artefact: &str| {
            let belongs = |name: &str| owner(name) == artefact;
            self.facts
                .iter()
                .filter(|(name, _)| belongs(name))
                .map(|(name, fact)| (name, fact.clone()))
                .collect()
        };
        touched.into_iter().map(|artefact| (artefact.clone(), of(&artefact))).collect()
    }
}

/// Whether the protocol declares what a task would record; the choice of an area is made elsewhere.
pub(super) fn is_kept(protocol: &Protocol, artefact: &str) -> bool {
    protocol.artefacts.contains_key(artefact)
}

fn owner(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}

fn is_recorded(name: &str) -> bool {
    !NOT_RECORDED.contains(&owner(name))
}

fn fulfil(condition: &Condition, facts: &mut Facts, touched: &mut Vec<String>) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|part| fulfil(part, facts, touched)),
        Condition::Any(parts) => {
            let recorded =
                |part: &&Condition| matches!(part, Condition::Fact { name, .. } if is_recorded(name));
            if let Some(part) = parts.iter().find(recorded).or(parts.first()) {
                fulfil(part, facts, touched);
            }
        }
        Condition::Fact { name, test } if is_recorded(name) => {
            touched.push(owner(name).to_owned());
            match test {
                Test::Is(flag) => facts.set(name, *flag),
                Test::AtLeast(least) => facts.set(name, facts.count(name).max(*least)),
                Test::AtMost(most) => facts.set(name, facts.count(name).min(*most)),
                Test::AtLeastFact(other) => facts.set(name, facts.count(name).max(facts.count(other))),
                Test::OneOf(words) => {
                    if let Some(word) = words.first() {
                        facts.set(name, word.as_str());
                    }
                }
                Test::NoneOf(_) => {}
            }
        }
        Condition::Fact { .. } => {}
    }
}
