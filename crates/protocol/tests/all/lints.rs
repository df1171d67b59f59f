//! Each rule of the linter with a file that breaks it.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Catalogue, FactType, Lint, ProtocolError, Shelf};

const SAMPLE: &str = include_str!("sample.toml");

/// The rule that has to speak, where, and the changes that break it.
type Broken = (Lint, &'static str, &'static [(&'static str, &'static str)]);

/// What is wrong with the sample: the rule that has to speak, where, and the change that breaks it.
const BROKEN: [Broken; 31] = [
    (Lint::Toml, "", &[("[sessions]", "[sessions")]),
    (Lint::FormatVersion, "format", &[("format = 1", "format = 9")]),
    (Lint::MissingField, "sessions.count", &[("count = 16\n", "")]),
    (Lint::UnknownField, "sessions.cadence", &[("cadence_days = 7", "cadence_days = 7\ncadence = 7")]),
    (Lint::WrongKind, "sessions.count", &[("count = 16", "count = \"16\"")]),
    (Lint::EmptyText, "version", &[("version = \"1\"", "version = \" \"")]),
    (Lint::UnknownWord, "delivery.format", &[("format = \"individual\"", "format = \"solo\"")]),
    (Lint::DuplicateId, "tasks[4].id", &[("id = \"I4\"", "id = \"I3\"")]),
    (Lint::BadName, "artefacts.Timeline", &[("[artefacts.timeline]", "[artefacts.Timeline]")]),
    (Lint::UnknownParent, "extends", &[("version = \"1\"", "version = \"1\"\nextends = \"nobody\"")]),
    (Lint::SessionNumbers, "sessions.fewest", &[("fewest = 12", "fewest = 20")]),
    (Lint::PhaseBounds, "phases.middle.from", &[("from = 4\nto = 14\ntitle", "from = 5\nto = 14\ntitle")]),
    (Lint::PhaseUnreachable, "sessions.fewest", &[("fewest = 12", "fewest = 5")]),
    (Lint::WindowBounds, "tasks.M3.to", &[("from = 8\nto = 8\ndue", "from = 8\nto = 15\ndue")]),
    (Lint::UnknownTask, "gates.G1.needs[2]", &[("\"I2\", \"I5\"", "\"I2\", \"I55\"")]),
    (
        Lint::UnknownArtefact,
        "tasks.I4.artefacts[0]",
        &[("artefacts = [\"sick_role\"]", "artefacts = [\"sick\"]")],
    ),
    (
        Lint::UnknownFact,
        "tasks.I5.done_when[0].fact",
        &[("fact = \"timeline.onset_set\"", "fact = \"timeline.onset\"")],
    ),
    (
        Lint::FactType,
        "tasks.I9.done_when[2].all[0].fact",
        &[("{ fact = \"contract.goals\", at_least = 1 }", "{ fact = \"contract.goals\", is = true }")],
    ),
    (
        Lint::UnknownInstrument,
        "outcome.instrument",
        &[("[outcome]\ninstrument = \"phq-9\"", "[outcome]\ninstrument = \"phq-8\"")],
    ),
    (
        Lint::UnknownProtocol,
        "related.iptm",
        &[(
            "[sessions]",
            "[[related]]\nid = \"iptm\"\nkinship = \"maintenance\"\nsays = \"x\"\n\n[sessions]",
        )],
    ),
    (Lint::TaskCycle, "tasks.I7.after", &[("after = [\"I5\", \"I6\"]", "after = [\"I5\", \"I6\", \"I9\"]")]),
    (
        Lint::NeverMet,
        "tasks.I5.done_when",
        &[(
            "{ fact = \"timeline.onset_set\", is = true, says",
            "{ fact = \"timeline.onset_set\", is = false, says = \"x\" },\n  { fact = \"timeline.onset_set\", is = true, says",
        )],
    ),
    (
        Lint::GateNeverOpens,
        "gates.G1.needs[0]",
        &[("needs = [\"I1\", \"I2\", \"I5\"", "needs = [\"M1\", \"I2\", \"I5\"")],
    ),
    (
        Lint::GateHoldsNothing,
        "discharge.needs",
        &[("[discharge]\nneeds = [\"T4\"]", "[discharge]\nneeds = []")],
    ),
    (
        Lint::BadCondition,
        "tasks.I4.done_when[0]",
        &[("{ fact = \"sick_role.acknowledged\", is = true,", "{ fact = \"sick_role.acknowledged\",")],
    ),
    (Lint::BadRule, "rules.R-WORSE", &[("drop_below = -4\n", "")]),
    (Lint::MissingText, "sources", &[("sources = [", "sources = []\nalso_called = [")]),
    (
        Lint::BadFigure,
        "outcome.response_drop_percent",
        &[("response_drop_percent = 50", "response_drop_percent = 500")],
    ),
    (
        Lint::UnknownField,
        "texts.de.tasks.I99.title",
        &[(
            "[sessions]",
            "[texts.de]\ntitle = \"x\"\npopulation = \"x\"\nsummary = \"x\"\n\"tasks.I99.title\" = \"x\"\n\n[sessions]",
        )],
    ),
    (Lint::MissingText, "texts.de", &[("[sessions]", "[texts.de]\ntitle = \"x\"\n\n[sessions]")]),
    (
        Lint::PhaseUnreachable,
        "phases.middle",
        &[("needs = [\"I1\", \"I2\", \"I5\"", "needs = [\"T4\", \"I2\", \"I5\"")],
    ),
];

fn broken(changes: &[(&str, &str)]) -> String {
    let mut text = SAMPLE.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "the sample no longer holds {old:?}");
        text = text.replacen(old, new, 1);
    }
    text
}

fn named(errors: &[ProtocolError], lint: Lint, field: &str) -> bool {
    errors.iter().any(|error| error.lint == lint && error.field == field && error.line > 0)
}

#[test]
fn each_rule_speaks_at_the_place_of_the_mistake() {
    for (lint, field, changes) in BROKEN {
        let errors = Shelf::default().read("sample.toml", broken(changes).as_bytes()).unwrap_err();
        assert!(named(&errors, lint, field), "{lint:?} at {field}: {errors:#?}");
    }
}

#[test]
fn what_the_installation_lacks_is_named() {
    let flags = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), FactType::Flag)).collect();
    let catalogue = Catalogue {
        instruments: BTreeSet::from(["phq-9".to_owned()]),
        techniques: BTreeSet::from(["role_play".to_owned()]),
        artefacts: BTreeMap::from([
            ("eligibility".to_owned(), flags(&["exclusions_answered"])),
            ("contract".to_owned(), flags(&["sessions_set", "end_date_set", "goals", "goals_measured"])),
        ]),
    };
    let text = broken(&[("[delivery]", "techniques = [\"role_plai\"]\n\n[delivery]")]);
    let (shelf, errors) = Shelf::knowing(catalogue, [("sample.toml".to_owned(), text.into_bytes())]);
    assert!(shelf.protocol("ipt16_adult").is_none());
    for (lint, field) in [
        (Lint::UnknownInstrument, "measures.gad-7.instrument"),
        (Lint::UnknownTechnique, "techniques[0]"),
        (Lint::UnknownArtefact, "artefacts.timeline"),
        (Lint::UnknownFact, "artefacts.eligibility.facts.consent_signed"),
        (Lint::FactType, "artefacts.contract.facts.goals"),
    ] {
        assert!(named(&errors, lint, field), "{lint:?} at {field}: {errors:#?}");
    }
}

#[test]
fn a_case_that_does_not_come_out_is_named_at_its_place() {
    let text = broken(&[("sessions_left = 2\n", "sessions_left = 5\n")]);
    let (shelf, errors) = Shelf::new([("sample.toml".to_owned(), text.into_bytes())]);
    assert!(errors.is_empty(), "{errors:#?}");
    let failing = shelf.failing_cases(None);
    assert_eq!(failing.len(), 1, "{failing:#?}");
    assert!(failing[0].lint == Lint::CaseFails && failing[0].line > 800, "{failing:#?}");
    assert!(shelf.failing_cases(Some("another")).is_empty());
}

#[test]
fn every_rule_has_a_file_that_breaks_it_and_says_what_to_do() {
    // Broken by other tests: bytes that are no file, files that extend each other, an installation that lacks
    // something, a case that fails.
    let elsewhere = [
        Lint::Encoding,
        Lint::Size,
        Lint::Depth,
        Lint::ExtendsCycle,
        Lint::RemovesNothing,
        Lint::UnknownTechnique,
        Lint::CaseFails,
    ];
    let tried: BTreeSet<Lint> = BROKEN.iter().map(|(lint, ..)| *lint).chain(elsewhere).collect();
    let all: BTreeSet<Lint> = Lint::ALL.iter().copied().collect();
    assert_eq!(tried, all);
    for lint in Lint::ALL {
        assert!(
            lint.fix().ends_with('.') && lint.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '-')
        );
    }
}

#[test]
fn the_schema_knows_every_field_the_sample_uses_and_no_other_is_read() {
    let schema = protocol::schema();
    let fields = |schema: &serde_json::Value| -> BTreeSet<String> {
        schema["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let whole = fields(&schema["else"]);
    for needed in ["extends", "remove", "tasks", "texts", "rules", "meetings", "cases", "evidence"] {
        assert!(whole.contains(needed), "{needed}");
    }
    let task = &schema["else"]["properties"]["tasks"]["items"];
    assert_eq!(task["additionalProperties"], false);
    assert!(fields(task).is_superset(&["id", "why", "done_when", "due_weeks"].map(str::to_owned).into()));
    let phases = &schema["else"]["properties"]["phases"]["items"]["properties"]["phase"]["enum"];
    assert_eq!(*phases, serde_json::json!(["initial", "middle", "ending"]));
    assert_eq!(schema["then"]["required"], serde_json::json!([]), "a child may leave out anything");
}
