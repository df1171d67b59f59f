//! The program's decision against the matrix of the reference, `docs/access-matrix.toml`, cell by cell.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::tests::{id, now, person, window};
use super::*;
use std::collections::BTreeSet;
use toml::{Table, Value};

fn matrix() -> Table {
    include_str!("../../../../docs/access-matrix.toml").parse().unwrap()
}

fn table<'a>(of: &'a Table, name: &str) -> &'a Table {
    of[name].as_table().unwrap()
}

/// Situations: what stands between the person and the client, and the condition of a cell that it meets.
fn situations(role: Role) -> Vec<(&'static str, Vec<RelationWindow>)> {
    let ended = RelationWindow { ends_at: Some(now()), ..window(Relation::Treats) };
    let treats = if role == Role::Trainee { Relation::TraineeOn } else { Relation::Treats };
    vec![
        ("any", vec![]),
        ("o", vec![]),
        ("t", vec![window(treats)]),
        ("c", vec![window(Relation::Covers)]),
        ("s", vec![window(Relation::Supervises)]),
        ("a", vec![ended]),
        ("g", vec![window(Relation::GuardianOf)]),
        ("b", vec![window(Relation::BreakGlass)]),
    ]
}

fn allowed(role: Role, condition: &str, relations: &[RelationWindow], action: Action) -> bool {
    let client = id(10);
    let own = (condition == "o").then_some(client);
    let facts = Facts { client: Some(client), relations };
    decide(&Actor::Person(person(&[role], own)), action, facts, now()).is_ok()
}

/// Whether an action is about oneself alone, so that it is allowed in every situation.
fn oneself(action: Action) -> bool {
    policy::of(action).oneself
}

fn letter(verb: Verb) -> &'static str {
    match verb {
        Verb::Read => "R",
        Verb::Write => "W",
    }
}

fn cells(matrix: &Table, role: Role, class: &str) -> BTreeSet<String> {
    let of_role = table(table(matrix, "role"), role.code());
    let Some(cell) = of_role.get(class) else { return BTreeSet::new() };
    cell.as_array().unwrap().iter().map(|entry| entry.as_str().unwrap().to_owned()).collect()
}

#[test]
fn z2_what_the_decision_allows_stands_in_the_matrix() {
    let matrix = matrix();
    let lists = table(&matrix, "lists");
    for role in Role::ALL {
        for (condition, relations) in situations(role) {
            for action in Action::ALL.iter().copied().filter(|action| !lists.contains_key(action.code())) {
                if oneself(action) || !allowed(role, condition, &relations, action) {
                    continue;
                }
                let (verb, class) = (letter(action.verb()), action.class().code());
                let cells = cells(&matrix, role, class);
                let listed = [condition, "any"].iter().any(|one| cells.contains(&format!("{verb} {one}")));
                assert!(listed, "{role:?} may {action:?} by `{condition}`, and {class} says only {cells:?}");
            }
        }
    }
}

#[test]
fn z2_what_the_matrix_allows_the_decision_allows_or_a_reason_says_why_not_yet() {
    let matrix = matrix();
    let each =
        Role::ALL.into_iter().flat_map(|role| situations(role).into_iter().map(move |one| (role, one)));
    let missing: Vec<String> = each
        .flat_map(|(role, (condition, relations))| missing(&matrix, role, condition, &relations))
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "no action uses these cells, and no reason says why");
}

/// The cells of a role in a situation that no action uses, without a reason why.
fn missing(matrix: &Table, role: Role, condition: &str, relations: &[RelationWindow]) -> Vec<String> {
    let (unused, end) = (table(matrix, "unused"), format!(" {condition}"));
    let mut missing = Vec::new();
    for class in table(matrix, "class").keys() {
        for cell in cells(matrix, role, class).iter().filter(|cell| cell.ends_with(&end)) {
            let used = Action::ALL.iter().copied().any(|action| {
                action.class().code() == class
                    && cell.starts_with(letter(action.verb()))
                    && (oneself(action) || allowed(role, condition, relations, action))
            });
            let named = format!("{} {class} {cell}", role.code());
            missing.extend((!used && !unused.contains_key(&named)).then_some(named));
        }
    }
    missing
}

#[test]
fn z2_rows_without_a_feature_have_no_action() {
    let matrix = matrix();
    let classes = table(&matrix, "class");
    for action in Action::ALL {
        let about = classes[action.class().code()].as_str().unwrap();
        assert!(!about.contains("no feature yet"), "{action:?} touches {about}");
    }
    for role in table(&matrix, "not_offered").keys() {
        assert_eq!(Role::from_code(role), None, "{role} is offered");
    }
    let known: Vec<String> = Role::ALL.iter().map(|role| role.code().to_owned()).collect();
    let rows: Vec<String> = table(&matrix, "role").keys().cloned().collect();
    assert_eq!(known.iter().collect::<BTreeSet<_>>(), rows.iter().collect::<BTreeSet<_>>());
}

#[test]
fn z13_neither_administrator_nor_operator_reads_anything_clinical() {
    let matrix = matrix();
    for class in ["K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K11"] {
        assert_eq!(cells(&matrix, Role::Administrator, class), BTreeSet::new(), "{class}");
    }
    let facts = Facts { client: Some(id(10)), relations: &[] };
    for action in Action::ALL.iter().copied().filter(|action| action.about_a_client()) {
        assert!(decide(&Actor::Operator(id(2)), action, facts, now()).is_err(), "{action:?}");
        assert!(!allowed(Role::Administrator, "any", &[], action), "{action:?}");
    }
}

#[test]
fn the_matrix_is_made_of_nothing_but_known_words() {
    let conditions = ["any", "o", "t", "c", "s", "a", "g", "b"];
    for row in table(&matrix(), "role").values() {
        for cell in row.as_table().unwrap().values().flat_map(|cell| cell.as_array().unwrap()) {
            let Value::String(cell) = cell else { panic!("{cell:?}") };
            let (verb, condition) = cell.split_once(' ').unwrap();
            assert!(["R", "W"].contains(&verb) && conditions.contains(&condition), "{cell}");
        }
    }
}
