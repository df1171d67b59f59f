//! What comes after what: every name is known and nothing waits for itself.

use super::super::lint::Lint;
use super::super::reader::{Reader, hint};
use crate::model::{Gate, Protocol, Task};

pub(super) fn check(reader: &mut Reader<'_>, protocol: &Protocol) {
    for task in &protocol.tasks {
        let tasks = protocol.tasks.iter().map(|one| one.id.as_str());
        let known = tasks.chain(protocol.gates.iter().map(|one| one.id.as_str()));
        let after =
            task.after_tasks.iter().map(AsRef::as_ref).chain(task.after_gates.iter().map(AsRef::as_ref));
        for name in after {
            let name: &str = name;
            if !known.clone().any(|one| one == name) {
                let message = format!("there is no task or gate `{name}`{}", hint(name, known.clone()));
                reader.wrong(&format!("tasks.{}.after", task.id), Lint::UnknownTask, message);
            }
        }
        if let Some(way) = way_back(protocol, Node::Task(task)) {
            let message = format!("the task waits for itself: {}", way.join(" after "));
            reader.wrong(&format!("tasks.{}.after", task.id), Lint::TaskCycle, message);
        }
    }
}

/// A task or a gate, both of which can make another one wait.
#[derive(Clone, Copy)]
enum Node<'p> {
    Task(&'p Task),
    Gate(&'p Gate),
}

impl<'p> Node<'p> {
    fn name(self) -> &'p str {
        match self {
            Self::Task(task) => task.id.as_str(),
            Self::Gate(gate) => gate.id.as_str(),
        }
    }

    fn before(self, protocol: &'p Protocol) -> Vec<Node<'p>> {
        let task = |name: &str| protocol.task(name).map(Node::Task);
        match self {
            Self::Task(one) => {
                let gate = |name: &str| protocol.gate(name).map(Node::Gate);
                let tasks = one.after_tasks.iter().filter_map(|id| task(id.as_str()));
                tasks.chain(one.after_gates.iter().filter_map(|id| gate(id.as_str()))).collect()
            }
            Self::Gate(one) => one.needs.iter().filter_map(|id| task(id.as_str())).collect(),
        }
    }
}

/// The shortest way from a node back to itself, if there is one.
fn way_back<'p>(protocol: &'p Protocol, start: Node<'p>) -> Option<Vec<&'p str>> {
    let mut ways: Vec<(Node<'p>, Vec<&'p str>)> = vec![(start, vec![start.name()])];
    let mut seen: Vec<&str> = Vec::new();
    let mut next = 0;
    while let Some((node, way)) = ways.get(next).cloned() {
        next += 1;
        for before in node.before(protocol) {
            let mut further = way.clone();
            further.push(before.name());
            if before.name() == start.name() {
                return Some(further);
            }
            if !seen.contains(&before.name()) {
                seen.push(before.name());
                ways.push((before, further));
            }
        }
    }
    None
}
