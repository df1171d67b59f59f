//! Where in a chart each task of a protocol is done, and what a client may write in a shared agreement.

use protocol::{Condition, Facts, Task};

/// A part of the chart where something is done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The worksheet that makes this kind of artefact.
    Plan(String),
    /// Sessions and notes.
    Sessions,
    /// Measures and progress.
    Measures,
    /// The people in the client's life.
    Inventory,
    /// Symptoms beside life events.
    Timeline,
    /// The problem area.
    Focus,
    /// Work between sessions.
    Homework,
    /// Risks that wait for an answer.
    Risks,
}

impl Place {
    /// The part of the chart's address, such as `timeline` or `plans/contract`.
    #[must_use]
    pub fn part(&self) -> String {
        match self {
            Place::Plan(kind) => format!("plans/{kind}"),
            Place::Sessions => "sessions".to_owned(),
            Place::Measures => "measures".to_owned(),
            Place::Inventory => "inventory".to_owned(),
            Place::Timeline => "timeline".to_owned(),
            Place::Focus => "focus".to_owned(),
            Place::Homework => "homework".to_owned(),
            Place::Risks => "risks".to_owned(),
        }
    }

    /// Where an artefact is made. A kind that no part of the chart owns is a worksheet.
    #[must_use]
    pub fn of_artefact(kind: &str) -> Place {
        match kind {
            "timeline" => Place::Timeline,
            "inventory" => Place::Inventory,
            "focus" | "strategy" => Place::Focus,
            "homework" => Place::Homework,
            "note" | "session" => Place::Sessions,
            "scored" | "outcome" => Place::Measures,
            "risk" => Place::Risks,
            kind => Place::Plan(kind.to_owned()),
        }
    }

    /// Whether an artefact is made by filling in its worksheet, and not by a page of its own.
    #[must_use]
    pub fn is_worksheet(kind: &str) -> bool {
        matches!(Place::of_artefact(kind), Place::Plan(_))
    }
}

/// Where a task is done: the places of its unmet criteria first, then those of its artefacts; none twice.
#[must_use]
pub fn places(task: &Task, facts: &Facts) -> Vec<Place> {
    let unmet = task.done_when.iter().filter(|criterion| !criterion.condition.holds(facts));
    let mut names = Vec::new();
    unmet.for_each(|criterion| fact_names(&criterion.condition, &mut names));
    let asked = names.iter().filter_map(|name| name.split('.').next()).map(Place::of_artefact);
    let made = task.artefacts.iter().map(|kind| Place::of_artefact(kind));
    let mut places = Vec::new();
    for place in asked.chain(made) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// What of a task is still unmet, as the protocol words it.
#[must_use]
pub fn unmet(task: &Task, facts: &Facts) -> Vec<String> {
    let open = task.done_when.iter().filter(|criterion| !criterion.condition.holds(facts));
    open.map(|criterion| criterion.says.clone()).collect()
}

fn fact_names<'a>(condition: &'a Condition, names: &mut Vec<&'a str>) {
    match condition {
        Condition::Fact { name, .. } => names.push(name),
        Condition::Any(parts) | Condition::All(parts) => {
            parts.iter().for_each(|part| fact_names(part, names));
        }
    }
}

/// What a client themselves writes in an agreement that was shared with them. Everything else they read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acceptance {
    /// The worksheet.
    pub kind: &'static str,
    /// The box that says yes.
    pub tick: &'static str,
    /// The day of the yes; set by the program.
    pub on: &'static str,
    /// Fields for the client's own words.
    pub words: &'static [&'static str],
}

/// The agreements a client says yes to.
const ACCEPTANCES: [Acceptance; 4] = [
    Acceptance {
        kind: "formulation",
        tick: "accepted",
        on: "accepted_on",
        words: &["client_words", "doubts"],
    },
    Acceptance { kind: "contract", tick: "client_signed", on: "client_signed_on", words: &[] },
    Acceptance { kind: "sick_role", tick: "acknowledged", on: "acknowledged_on", words: &[] },
    Acceptance { kind: "maintenance_plan", tick: "agreed", on: "agreed_on", words: &[] },
];

/// What the client says yes to in this worksheet; none where their yes is not asked for.
#[must_use]
pub fn acceptance(kind: &str) -> Option<Acceptance> {
    ACCEPTANCES.into_iter().find(|one| one.kind == kind)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::worksheet::{FieldKind, Worksheet};
    use protocol::Protocol;

    fn sixteen() -> Protocol {
        Protocol::parse(include_str!("../../../content/protocols/ipt16_adult.toml")).unwrap()
    }

    #[test]
    fn a_task_is_done_where_its_first_open_criterion_is_met() {
        let protocol = sixteen();
        let symptoms = protocol.task("I1").unwrap();
        let nothing = Facts::new();
        assert_eq!(places(symptoms, &nothing), [Place::Measures, Place::Plan("diagnosis".into())]);
        let scored = Facts::new().with("scored.phq-9", 1_i64);
        assert_eq!(places(symptoms, &scored), [Place::Plan("diagnosis".into())]);
        assert_eq!(places(protocol.task("I7").unwrap(), &nothing), [Place::Focus]);
        assert_eq!(places(protocol.task("M1").unwrap(), &nothing), [Place::Focus]);
        assert!(Place::is_worksheet("contract") && !Place::is_worksheet("strategy"));
        assert_eq!(places(protocol.task("M0").unwrap(), &nothing), [Place::Sessions]);
    }

    #[test]
    fn every_task_of_every_protocol_is_done_somewhere() {
        let facts = Facts::new();
        for task in &sixteen().tasks {
            assert!(!places(task, &facts).is_empty(), "{} is done nowhere", task.id);
        }
    }

    #[test]
    fn what_a_client_writes_are_fields_the_client_sees() {
        let files = [
            include_str!("../../../content/worksheets/formulation.toml"),
            include_str!("../../../content/worksheets/contract.toml"),
            include_str!("../../../content/worksheets/sick_role.toml"),
            include_str!("../../../content/worksheets/maintenance_plan.toml"),
        ];
        for (acceptance, file) in ACCEPTANCES.into_iter().zip(files) {
            let seen = Worksheet::parse(file).unwrap().for_client().unwrap();
            assert_eq!(seen.id, acceptance.kind);
            assert_eq!(seen.field(acceptance.tick).unwrap().kind, FieldKind::Tick);
            assert_eq!(seen.field(acceptance.on).unwrap().kind, FieldKind::Date);
            assert!(acceptance.words.iter().all(|field| seen.field(field).is_some()));
        }
    }
}
