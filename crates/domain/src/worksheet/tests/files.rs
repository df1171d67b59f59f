//! The files in `content/worksheets`, and what is said about a file with mistakes.
#![expect(clippy::disallowed_methods, reason = "the files of the repository are what is tested here")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::*;
use super::VISIT;

pub(super) fn worksheets() -> Vec<Worksheet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/worksheets");
    let mut worksheets = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let source = std::fs::read_to_string(&path).unwrap();
        let worksheet =
            Worksheet::parse(&source).unwrap_or_else(|errors| panic!("{name}.toml:\n{}", lines(&errors)));
        assert_eq!(worksheet.id, name, "a file is named after its id");
        worksheets.push(worksheet);
    }
    worksheets
}

fn lines(errors: &[WorksheetError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn chars_max(field: &Field) -> usize {
    match field.kind {
        FieldKind::Line { chars_max } | FieldKind::Text { chars_max } => chars_max,
        _ => 0,
    }
}

fn mistakes(source: &str) -> String {
    lines(&Worksheet::parse(source).unwrap_err())
}

#[test]
fn the_cases_of_every_file_hold() {
    let failures: Vec<String> = worksheets().iter().flat_map(Worksheet::run_cases).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_example_in_the_documentation_holds() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/worksheets.md");
    let text = std::fs::read_to_string(page).unwrap();
    let example = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let worksheet = Worksheet::parse(example).unwrap_or_else(|errors| panic!("{}", lines(&errors)));
    assert_eq!(worksheet.run_cases(), Vec::<String>::new());
    for name in PREFILL_NAMES {
        assert!(text.contains(name), "{name} is not described");
    }
}

#[test]
fn every_fact_of_every_file_is_shown_by_a_case() {
    for worksheet in worksheets() {
        let shown: BTreeSet<&String> = worksheet.cases.iter().flat_map(|case| case.facts.keys()).collect();
        for fact in &worksheet.facts {
            assert!(shown.contains(&fact.name), "{}: no case shows `{}`", worksheet.id, fact.name);
        }
    }
}

#[test]
fn the_files_tell_the_protocol_these_facts() {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for worksheet in worksheets() {
        let kind = |rule: &Rule| match rule {
            Rule::Count { .. } => "count",
            Rule::Text(_) => "text",
            _ => "flag",
        };
        let facts =
            worksheet.facts.iter().map(|fact| format!("{} {}", fact.name, kind(&fact.rule))).collect();
        found.insert(worksheet.id, facts);
    }
    let lines: Vec<String> =
        found.iter().map(|(id, facts)| format!("{id}: {}", facts.join(", ")).trim_end().to_owned()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    affect_log: entries count
    between_contact: agreed flag
    booster: recorded flag
    caregiver: recorded flag
    change_experiment: planned count, tried count
    communication_tips: tried count
    contract: sessions_set flag, end_date_set flag, goals count, goals_measured count
    diagnosis: recorded flag, told flag
    disposition: chosen flag, next_option_named flag, follow_up_set flag
    eating_link: links count
    eligibility: exclusions_answered flag, consent_signed flag, mode_known flag
    ending_talk: feelings_recorded flag
    engagement: recorded flag, barriers count
    episode_history: episodes count
    formulation: accepted flag, client_words flag
    goodbye_letter: written flag, shared flag
    group_agreement: agreed flag
    health_and_memory: recorded flag
    infant_care_plan: complete flag
    interpersonal_experiment: planned count, tried count
    ipaf: shared flag, agreed flag
    joint_session: safe flag, recorded flag
    life_episode: scenes count
    maintenance_plan: complete flag
    medication_decision: decided flag
    medication_log: recorded flag
    mid_review: decision_recorded flag
    mood_chart: days count
    mood_thermometer: entries count
    parent_meeting: recorded flag
    pre_group: recorded flag, goals count
    progress_check: recorded flag
    progress_review: goals_rated count, goals_unrated count, compared flag
    recurrence: decided flag
    relapse_plan: signs count, actions count, contacts count
    rhythm_plan: complete flag
    routine_targets: targets count
    safety_plan: complete flag
    schema_formulation: shared flag, accepted flag
    school_liaison: released flag, agreed flag
    shared_care: agreed flag
    sick_role: acknowledged flag
    skills: linked count
    social_rhythm: days count
    strategy: steps_recorded count
    technique:
    triage: decided flag, way text
    trusted_people: people count, nobody flag
    warning_signs: checked flag, present count
    wellness_circle: complete flag
    ");
}

/// All shipped protocols, laid over what they extend.
fn protocols() -> Vec<protocol::Protocol> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/protocols");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()));
    let (shelf, errors) = protocol::Shelf::new(files);
    assert_eq!(errors, []);
    shelf.protocols().cloned().collect()
}

/// Artefacts that a page of their own fills: the program states their facts itself.
const PAGES: [&str; 5] = ["timeline", "inventory", "note", "homework", "strategy"];

#[test]
fn whatever_a_protocol_waits_for_can_be_filled_in_on_screen() {
    let worksheets = worksheets();
    for protocol in protocols() {
        for name in protocol.artefacts.keys() {
            let there = PAGES.contains(&name.as_str()) || worksheets.iter().any(|one| one.id == *name);
            assert!(there, "{}: nobody could fill in `{name}`", protocol.id);
        }
    }
}

#[test]
fn every_protocol_hears_the_facts_it_waits_for() {
    let worksheets = worksheets();
    for protocol in protocols() {
        for worksheet in &worksheets {
            let Some(artefact) = protocol.artefacts.get(&worksheet.id) else { continue };
            for (name, kind) in &artefact.facts {
                let rule = worksheet.facts.iter().find(|fact| fact.name == *name).map(|fact| &fact.rule);
                let told = rule.map(|rule| match rule {
                    Rule::Count { .. } => protocol::FactType::Count,
                    Rule::Text(_) => protocol::FactType::Text,
                    _ => protocol::FactType::Flag,
                });
                assert_eq!(told, Some(*kind), "{}: {}.{name}", protocol.id, worksheet.id);
            }
        }
    }
}

#[test]
fn a_prefill_from_another_worksheet_names_a_field_of_it() {
    let worksheets = worksheets();
    for field in worksheets.iter().flat_map(|worksheet| &worksheet.fields) {
        let Some(name) = field.prefill.as_ref().filter(|name| !name.starts_with("measure.")) else {
            continue;
        };
        if PREFILL_NAMES.contains(&name.as_str()) {
            continue;
        }
        let (id, source) = name.split_once('.').unwrap();
        let other =
            worksheets.iter().find(|one| one.id == id).unwrap_or_else(|| panic!("no worksheet for {name}"));
        let source = other.field(source).unwrap_or_else(|| panic!("no field for {name}"));
        let fits = |from: &Field, to: &Field| chars_max(from) <= chars_max(to);
        assert!(
            !source.columns().is_empty() || fits(source, field),
            "{name} can be too long for `{}`",
            field.id
        );
        for column in field.columns().iter().filter_map(|column| column.prefill.as_ref()) {
            assert!(source.columns().iter().any(|one| one.id == *column), "{name} has no column {column}");
        }
    }
}

#[test]
fn every_mistake_is_named_at_once_with_its_place() {
    let source = r#"
id = "Visit"
format = 0
language = "en"
title = ""
shown_to = "everybody"
colour = "red"
source = [{ author = "A", year = 12, note = "n" }]

[[field]]
id = "one"
kind = "poem"
label = "One"

[[field]]
id = "one"
kind = "choice"
label = "Again"
options = [["a", "A"], ["a", "A again"], "b"]
required = "yes"

[[field]]
id = "edit"
kind = "scale"
label = "Scale"
min = 5
max = 1
min_label = "low"
max_label = "high"
prefill = "client.shoe_size"

[[field]]
id = "group"
kind = "rows"
label = "Group"
rows_max = 500

  [[field.column]]
  id = "inner"
  kind = "rows"
  label = "Inner"

  [[field.column]]
  id = "why"
  kind = "text"
  label = "Why"
  chars_max = 50000
  staff_only = true
  required_when = { field = "nothing", is = ["x"] }

[[fact]]
name = "done"
filled = ["two"]

[[fact]]
name = "done"
count = "one"
text = "one"

[[case]]
name = "typo"
form = [["on", "x"], ["one"]]
facts = { finished = true, done = 1.5 }
"#;
    insta::assert_snapshot!(mistakes(source), @r#"
    line 1, column 1, file: `why` is not given
    line 2, column 6, file: `Visit` must start with a letter and hold only a-z, 0-9 and _
    line 3, column 10, file: `format` must be a whole number from 1
    line 5, column 9, file: `title` is empty
    line 6, column 12, file: `everybody` is not known; `shown_to` is "client" or "staff"
    line 7, column 1, file: `colour` is not known here; known: case, fact, field, format, id, language, shown_to, source, title, why
    line 8, column 34, source: `year` must be a year such as 2012
    line 12, column 8, field.one: `poem` is not a kind of field; known: line, text, date, number, scale, choice, choices, yes_no, tick, rows, tie, event, goal, homework, measure, info
    line 16, column 6, field.one: there are two fields `one`
    line 19, column 24, field.one: an option has a value of its own and a label
    line 19, column 42, field.one: `options` must hold pairs such as ["name", "text"]
    line 20, column 12, field.one: `required` must be true or false
    line 23, column 6, field.edit: `edit` is kept for the buttons that add and remove rows
    line 27, column 7, field.edit: `max` must be greater than `min`, by at most 100
    line 30, column 11, field.edit: `client.shoe_size` is not known; known: today, client.name, therapist.name, session.number, course.sessions_held, course.sessions_left, protocol.title, protocol.sessions, protocol.session_minutes, protocol.starts_on, protocol.end_date, focus.area, focus.steps, course.rule_outcomes, measure.<instrument>.<baseline or latest or change_words>, <worksheet>.<field>
    line 36, column 12, field.group: `rows_max` must be from `rows_min` to 100
    line 40, column 10, field.group.column.inner: `rows` cannot stand inside rows
    line 47, column 15, field.group.column.why: `chars_max` must be from 1 to 20000
    line 48, column 16, field.group.column.why: a column is seen by whoever sees its rows; hide the whole group
    line 49, column 29, field.group.column.why.required_when: there is no field `nothing` here
    line 53, column 11, fact.done: there is no field `two` here
    line 55, column 1, fact.done: a fact has exactly one of filled, any_filled, equals, complete, count, text
    line 56, column 8, fact.done: `done` is not a name, or is given twice
    line 62, column 9, case: there is no field `on`
    line 62, column 22, case: `form` must hold pairs such as ["name", "text"]
    line 63, column 22, case.facts: there is no fact `finished`
    line 63, column 35, case.facts: a fact is true or false, a whole number, or a text
    "#);
}

#[test]
fn a_broken_line_is_named_alone() {
    insta::assert_snapshot!(mistakes(&VISIT.replace("title = \"A visit\"", "title = \"A visit")), @r#"line 5, column 17, file: invalid basic string, expected `"`"#);
    insta::assert_snapshot!(mistakes(""), @r"
    line 1, column 1, file: `id` is not given
    line 1, column 1, file: `language` is not given
    line 1, column 1, file: `title` is not given
    line 1, column 1, file: `why` is not given
    line 1, column 1, file: `shown_to` is not given
    line 1, column 1, file: `format` must be a whole number from 1
    line 1, column 1, file: at least one [[source]] must be given
    line 1, column 1, file: at least one [[field]] must be given
    line 1, column 1, file: at least one [[case]] must show how the form is used
    ");
}

#[test]
fn a_case_that_does_not_hold_says_what_was_expected() {
    let source = VISIT.replace("missing = []", "missing = [\"note\"]\nerrors = [\"on: not-a-date\"]");
    let source = source.replace("dated = true }", "dated = false }");
    insta::assert_snapshot!(Worksheet::parse(&source).unwrap().run_cases().join("\n"), @r#"
    visit: case `a day is enough`: fact `dated` should be Flag(false), is Some(Flag(true))
    visit: case `a day is enough`: missing should be ["note"], is []
    visit: case `a day is enough`: errors should be ["on: not-a-date"], are []
    "#);
}
