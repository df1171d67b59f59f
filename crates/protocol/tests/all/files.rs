//! Every protocol that is shipped reads without a mistake and does what its own cases say.

#![expect(
    clippy::disallowed_methods,
    reason = "the crate touches no files; its test of the shipped files has to"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use protocol::{Certainty, Family, Format, Grade, Phase, ProblemArea, Protocol, Shelf};

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../content/protocols");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect()
}

/// All shipped protocols; every mistake in any of them at once.
pub fn shipped() -> Vec<Protocol> {
    let (shelf, errors) = Shelf::new(files());
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
    shelf.protocols().cloned().collect()
}

/// Ids, sessions (fewest, usual, most) and where each phase lies: table 2.1 of the reference.
type Row = (&'static str, [u16; 3], [(u16, u16); 3]);
const TABLE: [Row; 26] = [
    ("dit16", [12, 16, 16], [(1, 4), (5, 12), (13, 16)]),
    ("fbipt", [12, 14, 16], [(1, 5), (6, 11), (12, 14)]),
    ("ipc", [3, 6, 6], [(1, 1), (2, 5), (6, 6)]),
    ("ipsrt", [20, 36, 60], [(1, 4), (5, 33), (34, 36)]),
    ("ipt12_adult", [8, 12, 20], [(1, 3), (4, 9), (10, 12)]),
    ("ipt16_adult", [12, 16, 24], [(1, 3), (4, 14), (15, 16)]),
    ("ipt_bpd", [18, 34, 40], [(1, 4), (5, 31), (32, 34)]),
    ("ipt_inpatient", [10, 15, 15], [(1, 3), (4, 12), (13, 15)]),
    ("ipt_late", [12, 16, 24], [(1, 3), (4, 14), (15, 16)]),
    ("ipt_perinatal", [8, 12, 20], [(1, 3), (4, 9), (10, 12)]),
    ("ipt_perinatal_prev", [4, 4, 6], [(1, 1), (2, 3), (4, 4)]),
    ("ipt_perinatal_tel", [12, 12, 14], [(1, 3), (4, 9), (10, 12)]),
    ("ipt_sad", [12, 16, 24], [(1, 3), (4, 14), (15, 16)]),
    ("ipt_sud", [16, 16, 18], [(1, 3), (4, 14), (15, 16)]),
    ("ipta12", [10, 12, 18], [(1, 4), (5, 9), (10, 12)]),
    ("iptast", [8, 8, 8], [(1, 2), (3, 7), (8, 8)]),
    ("iptb8", [6, 8, 10], [(1, 2), (3, 7), (8, 8)]),
    ("iptd", [16, 16, 18], [(1, 3), (4, 14), (15, 16)]),
    ("ipted", [19, 20, 20], [(1, 4), (5, 17), (18, 20)]),
    ("iptg_bed", [20, 20, 20], [(1, 5), (6, 15), (16, 20)]),
    ("iptg_general", [12, 16, 16], [(1, 5), (6, 13), (14, 16)]),
    ("iptg_school", [10, 10, 12], [(1, 1), (2, 9), (10, 10)]),
    ("iptm", [24, 36, 36], [(1, 1), (2, 34), (35, 36)]),
    ("iptptsd", [10, 14, 18], [(1, 3), (4, 12), (13, 14)]),
    ("mit", [20, 52, 104], [(1, 12), (13, 48), (49, 52)]),
    ("who_group8", [8, 8, 16], [(1, 1), (2, 7), (8, 8)]),
];

#[test]
fn every_row_of_the_table_is_shipped_with_its_sessions_and_phases() {
    let found: Vec<_> = shipped()
        .iter()
        .map(|one| {
            let sessions = [one.sessions.fewest, one.sessions.count, one.sessions.most];
            let phases = [Phase::Initial, Phase::Middle, Phase::Ending].map(|phase| one.phase(phase));
            (one.id.to_string(), sessions, phases.map(|span| (span.from, span.to)))
        })
        .collect();
    let wanted: Vec<_> =
        TABLE.iter().map(|(id, sessions, spans)| ((*id).to_owned(), *sessions, *spans)).collect();
    assert_eq!(found, wanted);
}

#[test]
fn what_is_claimed_has_a_source_and_what_is_unsure_says_so() {
    for protocol in shipped() {
        let id = &protocol.id;
        assert!(!protocol.evidence.is_empty() && !protocol.confidence.is_empty(), "{id}");
        assert!(protocol.evidence.iter().all(|one| !one.sources.is_empty()), "{id}");
        assert!(
            protocol.rules.iter().all(|rule| !rule.options.is_empty() && !rule.source.is_empty()),
            "{id}"
        );
        assert!(!protocol.delivery.roles.is_empty() && !protocol.eligibility.exclusions.is_empty(), "{id}");
        assert!(!protocol.fidelity.is_empty() && !protocol.techniques.is_empty(), "{id}");
        for area in &protocol.areas {
            let filled = [&area.indicators, &area.goals, &area.progress, &area.pitfalls, &area.homework];
            assert!(filled.iter().all(|list| !list.is_empty()), "{id}: {:?}", area.area);
            assert!(area.steps.len() >= 5, "{id}: {:?}", area.area);
        }
    }
    // Rows of which the reference knows a detail only from general knowledge.
    let unsure = [
        "ipt12_adult",
        "iptb8",
        "ipc",
        "ipta12",
        "iptast",
        "iptg_general",
        "iptg_bed",
        "who_group8",
        "ipt_perinatal_prev",
        "ipt_late",
        "iptptsd",
        "ipt_sad",
        "ipt_bpd",
        "ipsrt",
        "ipted",
        "dit16",
        "mit",
    ];
    for protocol in shipped().iter().filter(|one| unsure.contains(&one.id.as_str())) {
        let said = protocol.confidence.iter().any(|note| note.certainty == Certainty::Verify);
        assert!(said, "{}: nothing is marked to be looked up", protocol.id);
    }
}

#[test]
fn related_models_are_marked_as_such_and_never_carry_the_areas_of_ipt() {
    for protocol in shipped() {
        let related = ["dit16", "mit"].contains(&protocol.id.as_str());
        assert_eq!(protocol.family == Family::Related, related, "{}", protocol.id);
        if related {
            assert!(protocol.title.contains("not IPT") && protocol.summary.contains("not Interpersonal"));
            let areas: Vec<ProblemArea> = protocol.areas.iter().map(|area| area.area).collect();
            assert_eq!(areas, [ProblemArea::Pattern], "{}", protocol.id);
        }
    }
}

#[test]
fn three_areas_are_as_sayable_as_four_and_five() {
    let areas = |id: &str| -> Vec<ProblemArea> { one(id).areas.iter().map(|area| area.area).collect() };
    let three = [ProblemArea::Grief, ProblemArea::Disputes, ProblemArea::Transitions];
    assert_eq!(areas("iptb8"), three, "one line in `remove`");
    assert_eq!(areas("ipt16_adult"), ProblemArea::OF_IPT);
    assert!(areas("ipsrt").contains(&ProblemArea::HealthySelf) && areas("ipsrt").len() == 5);
}

#[test]
fn groups_say_how_many_and_what_is_dangerous_is_asked_everywhere() {
    for protocol in shipped() {
        let id = &protocol.id;
        let group = protocol.delivery.format == Format::Group;
        let members = (protocol.delivery.members_min, protocol.delivery.members_max);
        assert_eq!(group, matches!(members, (Some(_), Some(_))), "{id}");
        for asked in ["psychosis", "acute_danger"] {
            assert!(protocol.eligibility.exclusions.iter().any(|one| one.id == asked), "{id}: {asked}");
        }
    }
    let addiction = one("ipt_sud");
    assert!(addiction.evidence.iter().any(|one| one.grade == Grade::N));
    assert!(addiction.summary.starts_with("Warning"));
}

fn one(id: &str) -> Protocol {
    shipped().into_iter().find(|protocol| protocol.id == *id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn shipped_protocols_read_without_a_mistake_and_carry_their_file_name() {
    let names: BTreeSet<String> = files().into_iter().map(|(name, _)| name).collect();
    let ids: BTreeSet<String> = shipped().iter().map(|protocol| protocol.id.to_string()).collect();
    assert_eq!(names, ids);
}

#[test]
fn the_cases_in_the_files_come_out_as_their_authors_expect() {
    let mut wrong = Vec::new();
    for protocol in shipped() {
        let id = &protocol.id;
        wrong.extend(protocol.run_cases().iter().map(|failure| format!("{id}.toml: {failure}")));
        if protocol.cases.len() < 6 {
            wrong.push(format!("{id}.toml: carries only {} worked cases", protocol.cases.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn shipped_protocols_of_ipt_keep_every_task_of_the_model() {
    let tasks =
        ["E1", "I1", "I2", "I5", "I6", "I7", "I8", "I9", "M0", "M1", "M2", "M4", "T1", "T2", "T4", "T5"];
    for protocol in shipped().iter().filter(|protocol| protocol.family == Family::Ipt) {
        for task in tasks {
            assert!(protocol.task(task).is_some(), "{}: {task}", protocol.id);
        }
    }
}

#[test]
fn a_case_that_comes_out_otherwise_says_what_was_expected_and_what_was_found() {
    let text = include_str!("../../../../content/protocols/ipt16_adult.toml")
        .replace("sessions_left = 2\n", "sessions_left = 5\n");
    let protocol = Protocol::parse(&text).unwrap();
    let failures: Vec<String> = protocol.run_cases().iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "case `With two sessions left and the ending talked about, the ending may begin`: sessions_left should be 5, but is 2"
        ]
    );
}
