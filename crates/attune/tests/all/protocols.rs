//! `attune protocol` as an author uses it.

use crate::program::{attune, in_folder, place, said};
use serde_json::Value;

const OWN: &str = r#"format = 1
id = "own"
version = "1"
extends = "ipt16_adult"
title = "Our own way"
population = "Adults of our practice"
summary = "Like the long form, with fewer sessions."
sources = ["Our own experience"]

[sessions]
count = 14
fewest = 12

[[phases]]
phase = "middle"
to = 12

[[phases]]
phase = "ending"
from = 13
to = 14
"#;

fn written(text: &[u8]) -> (tempfile::TempDir, String) {
    let (folder, _) = place();
    let file = in_folder(folder.path(), "own.toml");
    std::fs::write(&file, text).unwrap();
    (folder, file)
}

#[test]
fn a_sound_file_that_extends_one_inside_is_checked_clean() {
    let (_folder, file) = written(OWN.as_bytes());
    let checked = attune(&["protocol", "check", &file]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(said(&checked).contains("1 file checked, nothing wrong"), "{}", said(&checked));
}

#[test]
fn mistakes_are_named_with_file_line_field_rule_and_fix_and_the_exit_code_is_three() {
    let text = OWN.replace("phase = \"middle\"\nto = 12", "phase = \"middle\"\nto = 11");
    let (_folder, file) = written(text.as_bytes());
    let checked = attune(&["protocol", "check", &file]);
    assert_eq!(checked.status.code(), Some(3));
    let said = said(&checked);
    assert!(said.contains(&format!("{file}:20:8: phases.ending.from:")), "{said}");
    assert!(said.contains("[phase-bounds]\n    Let each phase start"), "{said}");
    let json = attune(&["protocol", "check", "--json", &file]);
    assert_eq!(json.status.code(), Some(3));
    let list: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(list[0]["rule"], "phase-bounds");
    assert_eq!(list[0]["line"], 20);
}

#[test]
fn files_that_are_no_protocol_are_refused_with_a_plain_word() {
    for (bytes, word) in [
        (b"id = \"\xff\"".to_vec(), "[encoding]"),
        (vec![b' '; 1_000_001], "[size]"),
        (format!("a = {}1{}", "[".repeat(30), "]".repeat(30)).into_bytes(), "[depth]"),
        (b"a = [".to_vec(), "[toml]"),
    ] {
        let (_folder, file) = written(&bytes);
        let checked = attune(&["protocol", "check", &file]);
        assert_eq!(checked.status.code(), Some(3), "{word}");
        assert!(said(&checked).contains(word), "{word}: {}", said(&checked));
    }
    let missing = attune(&["protocol", "check", "/nowhere/own.toml"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(said(&missing).contains("cannot read /nowhere/own.toml"), "{}", said(&missing));
}

#[test]
fn the_list_is_an_array_of_objects_with_an_id_and_each_can_be_shown() {
    let listed = attune(&["protocol", "list", "--json"]);
    let list: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let ids: Vec<&str> = list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"ipt16_adult") && ids.contains(&"ipta12"), "{ids:?}");
    for id in ids {
        let shown = attune(&["protocol", "show", id]);
        assert!(shown.status.success() && said(&shown).contains("Problem areas"), "{}", said(&shown));
        let whole = attune(&["protocol", "show", "--json", id]);
        let whole: Value = serde_json::from_slice(&whole.stdout).unwrap();
        assert_eq!(whole["id"], id);
        assert!(whole["tasks"].as_array().is_some_and(|tasks| tasks.len() > 3), "{id}");
    }
    let unknown = attune(&["protocol", "show", "ipt99"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown).contains("attune protocol list"), "{}", said(&unknown));
}

#[test]
fn two_protocols_are_compared_field_by_field() {
    let differing = attune(&["protocol", "diff", "ipt16_adult", "ipt12_adult"]);
    let said_of = said(&differing);
    assert!(differing.status.success(), "{said_of}");
    assert!(said_of.contains("sessions.count:\n  - 16\n  + 12"), "{said_of}");
    assert!(said_of.contains("phases.middle.to:\n  - 14\n  + 9"), "{said_of}");
    let same = attune(&["protocol", "diff", "ipt16_adult", "ipt16_adult"]);
    assert!(said(&same).contains("they say the same"), "{}", said(&same));
}

#[test]
fn a_simulation_is_the_same_for_the_same_seed_and_names_what_an_author_wants_to_know() {
    let played = || attune(&["protocol", "simulate", "iptb8", "--seed", "3", "--courses", "20"]);
    let (one, two) = (said(&played()), said(&played()));
    assert_eq!(one, two);
    for word in ["20 courses, seed 3", "Sessions held in each phase", "G1", "Ended", "completed"] {
        assert!(one.contains(word), "{word}: {one}");
    }
    let json = attune(&["protocol", "simulate", "iptb8", "--courses", "20", "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["courses"], 20);
    assert_eq!(json["gates"][0]["gate"], "G1");
    assert_eq!(attune(&["protocol", "simulate", "iptb8", "--courses", "0"]).status.code(), Some(2));
}

#[test]
fn the_schema_is_one_and_names_the_parts_of_a_file() {
    let schema: Value = serde_json::from_slice(&attune(&["protocol", "schema"]).stdout).unwrap();
    assert!(schema["else"]["properties"]["phases"].is_object(), "{schema}");
}
