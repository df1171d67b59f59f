//! A mistake in a file is named by line, column and field, in words its author can act on.

use insta::assert_snapshot;
use protocol::Protocol;

const FILE: &str = include_str!("sample.toml");

/// The mistakes after replacing each text by another, once.
fn mistakes(changes: &[(&str, &str)]) -> String {
    let mut text = FILE.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "the file no longer holds {old:?}");
        text = text.replacen(old, new, 1);
    }
    let found = Protocol::parse(&text).err().unwrap_or_default();
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_unknown_field_is_named_with_the_one_that_was_meant() {
    assert_snapshot!(mistakes(&[("cadence_days = 7", "cadence_dayz = 7")]), @r#"
    line 24, column 1: `sessions.cadence_days`: this field is missing
    line 28, column 1: `sessions.cadence_dayz`: unknown field; did you mean `cadence_days`?
    "#);
}

#[test]
fn names_that_do_not_exist_are_named_with_those_that_do() {
    let changes = [
        (r#"after = ["E1"]"#, r#"after = ["E2"]"#),
        (r#"needs = ["I1", "I2", "I5""#, r#"needs = ["I1", "I2", "I55""#),
        (r#"fact = "timeline.onset_set""#, r#"fact = "timeline.onset_date""#),
        (r#"artefacts = ["sick_role"]"#, r#"artefacts = ["sick_rolle"]"#),
        (r#"fact = "scored.phq-9""#, r#"fact = "scored.phq9""#),
    ];
    assert_snapshot!(mistakes(&changes), @r#"
    line 206, column 9: `tasks.I1.after`: there is no task or gate `E2`; did you mean `E1`?
    line 209, column 12: `tasks.I1.done_when[0].fact`: no measure `phq9` is asked in this protocol; did you mean `phq-9`?
    line 257, column 14: `tasks.I4.artefacts[0]`: there is no artefact `sick_rolle`; did you mean `sick_role`?
    line 273, column 12: `tasks.I5.done_when[0].fact`: there is no fact `timeline.onset_date`; did you mean `timeline.onset_set`?
    line 532, column 22: `gates.G1.needs[2]`: there is no task `I55`; did you mean `I5`?
    "#);
}

#[test]
fn phases_may_not_leave_a_gap_and_end_with_the_last_session() {
    let changes = [("from = 4\nto = 14\ntitle", "from = 5\nto = 14\ntitle"), ("count = 16", "count = 17")];
    assert_snapshot!(mistakes(&changes), @r#"
    line 43, column 8: `phases.middle.from`: starts at session 5 and leaves a gap after the phase before; it has to start at 4
    line 51, column 6: `phases.ending.to`: the last phase ends at session 16, but there are 17 sessions
    line 356, column 8: `tasks.M0.from`: session 4 lies outside the middle phase, sessions 5 to 14
    line 373, column 8: `tasks.M1.from`: session 4 lies outside the middle phase, sessions 5 to 14
    line 418, column 8: `tasks.M4.from`: session 4 lies outside the middle phase, sessions 5 to 14
    line 434, column 8: `tasks.M5.from`: session 4 lies outside the middle phase, sessions 5 to 14
    "#);
}

#[test]
fn windows_stay_inside_their_phase() {
    let changes = [
        ("from = 2\nto = 3\nafter = [\"I5\", \"I6\"]", "from = 2\nto = 5\nafter = [\"I5\", \"I6\"]"),
        ("from = 8\nto = 8\ndue", "from = 8\nto = 7\ndue"),
    ];
    assert_snapshot!(mistakes(&changes), @r#"
    line 305, column 6: `tasks.I7.to`: session 5 lies outside the initial phase, sessions 1 to 3
    line 404, column 6: `tasks.M3.to`: the window ends at 7 before it starts at 8
    "#);
}

#[test]
fn nothing_may_wait_for_itself_not_even_through_a_gate() {
    let changes = [
        (r#"after = ["I5", "I6"]"#, r#"after = ["I5", "I6", "I9"]"#),
        (r#"needs = ["T2", "T4", "T5"]"#, r#"needs = ["T2", "T4", "T5", "X1"]"#),
    ];
    assert_snapshot!(mistakes(&changes), @r#"
    line 306, column 9: `tasks.I7.after`: the task waits for itself: I7 after I9 after I8 after I7
    line 321, column 9: `tasks.I8.after`: the task waits for itself: I8 after I7 after I9 after I8
    line 336, column 9: `tasks.I9.after`: the task waits for itself: I9 after I8 after I7 after I9
    line 553, column 28: `gates.G3.needs[3]`: there is no task `X1`; did you mean `E1`?
    "#);
    let through_gate = [(r#"needs = ["I1", "I2", "I5""#, r#"needs = ["M1", "I2", "I5""#)];
    assert_snapshot!(mistakes(&through_gate), @r"
    line 41, column 1: `phases.middle`: no course gets here: the gate `G1` never opens
    line 375, column 9: `tasks.M1.after`: the task waits for itself: M1 after G1 after M1
    line 532, column 10: `gates.G1.needs[0]`: the gate waits for `M1` (Work through the strategy of the problem area), which cannot be done in the initial phase
    ");
}

#[test]
fn values_of_the_wrong_kind_are_all_named_at_once() {
    let changes = [
        ("format = 1", "format = 2"),
        (r#"title = "Beginning""#, "title = 3"),
        ("from = 1\nto = 3\ntitle", "from = -1\nto = 3\ntitle"),
        (r#"who = ["therapist", "client"]"#, r#"who = ["therapist", "patient"]"#),
        (r#"facts = { decided = "flag" }"#, r#"facts = { decided = "bool" }"#),
        (r#"{ fact = "contract.goals", at_least = 1 }"#, r#"{ fact = "contract.goals", is = true }"#),
        (r#"{ fact = "sick_role.acknowledged", is = true,"#, r#"{ fact = "sick_role.acknowledged","#),
        (r#"says = "the consent is signed""#, r#"says = "  ""#),
        ("due_weeks = [4, 8]", "due_weeks = [4, 0]"),
    ];
    assert_snapshot!(mistakes(&changes), @r#"
    line 4, column 10: `format`: this program reads format 1, the file is written in format 2
    line 36, column 8: `phases.initial.from`: expected a whole number from 1 to 65535, found `-1`
    line 38, column 9: `phases.initial.title`: expected a text, found `3`
    line 115, column 11: `artefacts.medication_decision.facts.decided`: `bool` is not one of: flag, count, text
    line 187, column 21: `tasks.E1.who[1]`: `patient` is not one of: therapist, client, guardian, supervisor, prescriber, facilitator, co_facilitator, partner, caregiver, school, team, system
    line 194, column 60: `tasks.E1.done_when[1].says`: this text is empty
    line 259, column 3: `tasks.I4.done_when[0]`: say what the fact has to be: `is`, `at_least`, `at_least_fact`, `at_most`, `one_of` or `none_of`
    line 342, column 14: `tasks.I9.done_when[2].all[0].fact`: `contract.goals` is a count, but `is` asks for a flag
    line 420, column 17: `tasks.M4.due_weeks[1]`: expected a whole number from 1 to 65535, found `0`
    "#);
}

#[test]
fn names_are_given_once() {
    let changes = [(r#"id = "I4""#, r#"id = "I3""#), (r#"id = "B-2""#, r#"id = "B-1""#)];
    assert_snapshot!(mistakes(&changes), @r#"
    line 249, column 6: `tasks[4].id`: there are two tasks `I3`
    line 712, column 6: `steps[1].id`: there are two steps `B-1`
    "#);
}

#[test]
fn text_that_is_no_toml_is_named_where_it_breaks() {
    assert_snapshot!(mistakes(&[("[sessions]", "[sessions")]), @"line 24, column 10: unclosed table, expected `]`");
    assert_snapshot!(Protocol::parse("").unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @r#"
    line 1, column 1: `delivery`: this field is missing
    line 1, column 1: `discharge`: this field is missing
    line 1, column 1: `format`: this field is missing
    line 1, column 1: `gates`: a protocol has three of these (into the middle, into the ending, out of the course); found 0
    line 1, column 1: `id`: this field is missing
    line 1, column 1: `outcome`: this field is missing
    line 1, column 1: `phases`: a protocol has three of these (initial, middle, ending); found 0
    line 1, column 1: `population`: this field is missing
    line 1, column 1: `sessions`: this field is missing
    line 1, column 1: `sources`: name at least one publication the protocol rests on
    line 1, column 1: `summary`: this field is missing
    line 1, column 1: `title`: this field is missing
    line 1, column 1: `version`: this field is missing
    "#);
}

#[test]
fn a_discharge_always_asks_for_something() {
    assert_snapshot!(mistakes(&[("[discharge]\nneeds = [\"T4\"]", "[discharge]\nneeds = []")]), @"line 561, column 9: `discharge.needs`: a discharge needs at least the task that makes the relapse-prevention plan");
}
