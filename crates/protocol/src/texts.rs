//! The texts of a protocol by their path, so that another language can stand in for each.

use crate::model::Protocol;

/// Every text with its path, for example `tasks.I5.title`, in the order of the file.
pub(crate) fn paths(protocol: &Protocol) -> Vec<(String, &str)> {
    let mut found: Vec<(String, &str)> = vec![
        ("title".to_owned(), &protocol.title),
        ("population".to_owned(), &protocol.population),
        ("summary".to_owned(), &protocol.summary),
    ];
    let mut add = |path: String, text| found.push((path, text));
    for phase in &protocol.phases {
        let path = format!("phases.{}", phase.phase.as_str());
        add(format!("{path}.title"), &phase.title);
        add(format!("{path}.aim"), &phase.aim);
        if let Some(opening) = &phase.opening {
            add(format!("{path}.opening"), opening);
        }
    }
    for task in &protocol.tasks {
        add(format!("tasks.{}.title", task.id), &task.title);
        add(format!("tasks.{}.why", task.id), &task.why);
        for (index, criterion) in task.done_when.iter().enumerate() {
            add(format!("tasks.{}.done_when[{index}].says", task.id), &criterion.says);
        }
    }
    for gate in &protocol.gates {
        add(format!("gates.{}.title", gate.id), &gate.title);
        add(format!("gates.{}.why", gate.id), &gate.why);
    }
    for meeting in &protocol.meetings {
        add(format!("meetings.{}.title", meeting.id), &meeting.title);
        add(format!("meetings.{}.why", meeting.id), &meeting.why);
    }
    for (name, artefact) in &protocol.artefacts {
        add(format!("artefacts.{name}.title"), &artefact.title);
    }
    for measure in &protocol.measures {
        add(format!("measures.{}.why", measure.instrument), &measure.why);
    }
    for rule in &protocol.rules {
        add(format!("rules.{}.says", rule.id), &rule.says);
    }
    for exclusion in &protocol.eligibility.exclusions {
        add(format!("eligibility.exclusions.{}.criterion", exclusion.id), &exclusion.criterion);
        add(format!("eligibility.exclusions.{}.action", exclusion.id), &exclusion.action);
    }
    for area in &protocol.areas {
        let path = format!("areas.{}", area.area.as_str());
        add(format!("{path}.title"), &area.title);
        add(format!("{path}.explanation"), &area.explanation);
        steps(&mut add, &format!("{path}.steps"), &area.steps);
    }
    steps(&mut add, "steps", &protocol.steps);
    for item in &protocol.fidelity {
        add(format!("fidelity.{}.item", item.id), &item.item);
    }
    found
}

fn steps<'p>(add: &mut impl FnMut(String, &'p str), path: &str, steps: &'p [crate::model::Step]) {
    for step in steps {
        add(format!("{path}.{}.title", step.id), &step.title);
        add(format!("{path}.{}.sample", step.id), &step.sample);
        add(format!("{path}.{}.why", step.id), &step.why);
    }
}

impl Protocol {
    /// A text in another language by its path, for example `tasks.I5.title`; `None` where the file has none.
    #[must_use]
    pub fn translated(&self, language: &str, path: &str) -> Option<&str> {
        self.texts.get(language)?.get(path).map(String::as_str)
    }
}
