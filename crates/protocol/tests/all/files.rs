//! Every protocol that is shipped reads without a mistake and does what its own cases say.

#![expect(
    clippy::disallowed_methods,
    reason = "the crate touches no files; its test of the shipped files has to"
)]

use std::path::PathBuf;

use protocol::{ProblemArea, Protocol};

fn shipped() -> Vec<(String, Protocol)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../content/protocols");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let toml = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
    toml.map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let protocol = Protocol::parse(&std::fs::read_to_string(&path).unwrap()).unwrap_or_else(|mistakes| {
            let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            panic!("{name}.toml\n{}", lines.join("\n"))
        });
        (name, protocol)
    })
    .collect()
}

#[test]
fn shipped_protocols_read_without_a_mistake_and_carry_their_file_name() {
    let names: Vec<String> = shipped()
        .into_iter()
        .map(|(name, protocol)| {
            assert_eq!(protocol.id, *name);
            name
        })
        .collect();
    assert!(
        names.contains(&"ipt16_adult".to_owned()) && names.contains(&"ipt12_adult".to_owned()),
        "{names:?}"
    );
}

#[test]
fn the_cases_in_the_files_come_out_as_their_authors_expect() {
    for (name, protocol) in shipped() {
        let failures: Vec<String> = protocol.run_cases().iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{name}.toml\n{}", failures.join("\n"));
        assert!(protocol.cases.len() >= 6, "{name}.toml carries too few worked cases");
    }
}

#[test]
fn shipped_protocols_describe_all_four_areas_and_every_task_of_the_model() {
    let tasks = [
        "E1", "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "M0", "M1", "M2", "M3", "M4", "M5", "T1",
        "T2", "T3", "T4", "T5",
    ];
    for (name, protocol) in shipped() {
        for area in ProblemArea::OF_IPT {
            assert!(protocol.area(area).is_some_and(|found| found.steps.len() >= 5), "{name}: {area:?}");
        }
        for task in tasks {
            assert!(protocol.task(task).is_some(), "{name}: {task}");
        }
        assert!(!protocol.eligibility.exclusions.is_empty(), "{name}");
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
