//! A protocol that extends another one says only what differs.

use protocol::{Lint, Phase, Protocol, ProtocolError, Shelf};

const PARENT: &str = include_str!("sample.toml");

const BRIEF: &str = r#"
format = 1
id = "brief"
version = "1"
extends = "ipt16_adult"
title = "A brief form"
population = "Adults who would not come sixteen times"
summary = "The same work in eight sessions."
sources = ["Swartz HA et al. (2008). Am J Psychiatry."]
remove = ["areas.deficits", "eligibility.exclusions.dementia"]

[sessions]
count = 8
fewest = 6
most = 10

[[phases]]
phase = "initial"
to = 2

[[phases]]
phase = "middle"
from = 3
to = 7

[[phases]]
phase = "ending"
from = 8
to = 8

[[steps]]
id = "B-0"
put_after = "B-1"
phase = "initial"
from = 1
to = 1
title = "Ask what got in the way before"
sample = "What would make it hard to come?"
why = "What is named can be planned for."
"#;

fn shelf(files: &[(&str, &str)]) -> (Shelf, Vec<ProtocolError>) {
    Shelf::new(files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())))
}

fn found(errors: &[ProtocolError]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

fn brief() -> Protocol {
    let (shelf, errors) = shelf(&[("brief.toml", BRIEF), ("ipt16_adult.toml", PARENT)]);
    assert!(errors.is_empty(), "{:#?}", found(&errors));
    shelf.protocol("brief").unwrap().clone()
}

#[test]
fn what_a_child_does_not_say_is_its_parents() {
    let (brief, parent) = (brief(), Protocol::parse(PARENT).unwrap());
    assert_eq!(brief.tasks.len(), parent.tasks.len());
    assert_eq!(brief.sessions.cadence_days, 7);
    assert_eq!(brief.phase(Phase::Middle).title, parent.phase(Phase::Middle).title);
    assert!(brief.cases.is_empty(), "a parent's worked cases are its own");
}

#[test]
fn what_is_removed_is_gone_and_what_is_new_stands_where_it_was_put() {
    let (brief, parent) = (brief(), Protocol::parse(PARENT).unwrap());
    assert_eq!(brief.areas.len() + 1, parent.areas.len());
    assert_eq!(brief.eligibility.exclusions.len() + 1, parent.eligibility.exclusions.len());
    assert_eq!(brief.steps[0].id, *"B-1");
    assert_eq!(brief.steps[1].id, *"B-0");
}

#[test]
fn inherited_windows_keep_their_place_inside_their_phase() {
    let brief = brief();
    let window = |id: &str| brief.task(id).map(|task| (task.from, task.to)).unwrap();
    assert_eq!(window("I1"), (1, 1), "the first session stays the first");
    assert_eq!(window("I6"), (1, 2), "the whole beginning");
    assert_eq!(window("M0"), (3, 7), "the whole middle");
    assert_eq!(window("T4"), (8, 8), "the whole ending");
    assert_eq!(window("I2"), (1, 8), "the whole course");
}

#[test]
fn a_protocol_in_one_piece_is_the_same_protocol_without_the_shelf() {
    let (shelf, _) = shelf(&[("brief.toml", BRIEF), ("ipt16_adult.toml", PARENT)]);
    for protocol in shelf.protocols() {
        let whole = shelf.whole(protocol.id.as_str()).unwrap();
        assert_eq!(Protocol::from_whole(&whole).as_ref(), Ok(protocol));
    }
    // A course that runs keeps its protocol, also where a newer program would refuse the file.
    let whole = shelf.whole("ipt16_adult").unwrap();
    let refused_today = whole.replacen("\"fewest\":12", "\"fewest\":5", 1);
    assert_ne!(refused_today, whole);
    assert_eq!(Protocol::from_whole(&refused_today).map(|kept| kept.sessions.fewest), Ok(5));
    assert!(Protocol::from_whole("{}").is_err());
    assert!(Protocol::from_whole("not json").is_err());
}

#[test]
fn a_mistake_is_named_in_the_file_it_was_written_in() {
    let broken = PARENT.replacen("due_weeks = [4, 8]", "due_weeks = [4, 0]", 1);
    let (_, errors) = shelf(&[("brief.toml", BRIEF), ("ipt16_adult.toml", &broken)]);
    assert!(errors.iter().any(|error| error.file == "ipt16_adult.toml" && error.lint == Lint::WrongKind));
    assert!(
        errors
            .iter()
            .any(|error| error.message == "`ipt16_adult`, which it extends, has mistakes of its own")
    );
    let child = BRIEF.replacen("to = 7", "to = 6", 1);
    let (shelf, errors) = shelf(&[("brief.toml", &child), ("ipt16_adult.toml", PARENT)]);
    assert!(shelf.protocol("brief").is_none(), "a broken file is left out");
    assert!(shelf.protocol("ipt16_adult").is_some(), "and the others stay");
    assert_eq!(
        found(&errors),
        [
            "brief.toml: line 28, column 8: `phases.ending.from`: starts at session 8 and leaves a gap after the phase before; it has to start at 7"
        ]
    );
}

#[test]
fn a_parent_that_is_not_there_and_a_circle_are_named() {
    let lost = BRIEF.replacen("ipt16_adult", "ipt16_adlut", 1);
    let (_, errors) = shelf(&[("brief.toml", &lost), ("ipt16_adult.toml", PARENT)]);
    assert_eq!(
        found(&errors),
        [
            "brief.toml: line 5, column 11: `extends`: there is no protocol `ipt16_adlut` to extend; did you mean `ipt16_adult`?"
        ]
    );
    let one = BRIEF.replacen("ipt16_adult", "other", 1);
    let other =
        one.replacen("\"brief\"", "\"other\"", 1).replacen("extends = \"other\"", "extends = \"brief\"", 1);
    let (_, errors) = shelf(&[("one.toml", &one), ("other.toml", &other)]);
    assert_eq!(
        found(&errors),
        [
            "one.toml: line 5, column 11: `extends`: `brief` extends itself through `other`",
            "other.toml: line 5, column 11: `extends`: `other` extends itself through `brief`"
        ]
    );
}

#[test]
fn nothing_is_removed_that_was_not_there() {
    let text = BRIEF.replacen("areas.deficits", "areas.defecits", 1);
    let (_, errors) = shelf(&[("brief.toml", &text), ("ipt16_adult.toml", PARENT)]);
    assert_eq!(
        found(&errors),
        [
            "brief.toml: line 10, column 11: `remove[0]`: the protocol it extends has no `areas.defecits`; did you mean `areas.deficits`?"
        ]
    );
}

#[test]
fn files_that_are_no_protocol_at_all_are_refused_with_a_plain_word() {
    let shelf = Shelf::default();
    let lint = |bytes: &[u8]| shelf.read("x.toml", bytes).unwrap_err().remove(0).lint;
    assert_eq!(lint(&vec![b'#'; 1_000_001]), Lint::Size);
    assert_eq!(lint(b"format = 1\nid = \"\xff\""), Lint::Encoding);
    let deep = format!("a = {}{}", "[".repeat(40), "]".repeat(40));
    assert_eq!(lint(deep.as_bytes()), Lint::Depth);
    assert!(shelf.read("x.toml", format!("a = {}", "[".repeat(100_000)).as_bytes()).is_err());
    assert_eq!(lint(b"a = = 1"), Lint::Toml);
}
