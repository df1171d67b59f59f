//! What two protocols say differently, field by field.

use super::tree::{Node, Table, Value};

/// One field that two protocols fill differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field, for example `tasks.I5.title`; a part that only one has is named as a whole, `tasks.I10`.
    pub field: String,
    /// What the first says; `None` when it says nothing.
    pub left: Option<String>,
    /// What the second says; `None` when it says nothing.
    pub right: Option<String>,
}

/// Fields that differ between any two files and say nothing about the treatment.
const PASSED_OVER: [&str; 4] = ["id", "cases", "extends", "format"];

pub(super) fn differences(left: &Table, right: &Table) -> Vec<Difference> {
    let mut found = Vec::new();
    tables("", left, right, &mut found);
    found
}

fn tables(path: &str, left: &Table, right: &Table, found: &mut Vec<Difference>) {
    let mut keys: Vec<&str> = left.entries().chain(right.entries()).map(|(key, ..)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys.into_iter().filter(|key| !path.is_empty() || !PASSED_OVER.contains(key)) {
        let field = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        nodes(&field, left.get(key), right.get(key), found);
    }
}

fn nodes(field: &str, left: Option<&Node>, right: Option<&Node>, found: &mut Vec<Difference>) {
    match (left.map(|node| &node.value), right.map(|node| &node.value)) {
        (Some(Value::Table(left)), Some(Value::Table(right))) => tables(field, left, right, found),
        (Some(Value::List(left)), Some(Value::List(right))) if named(left) && named(right) => {
            lists(field, left, right, found);
        }
        _ => {
            let (said, other) = (left.map(words), right.map(words));
            if said != other {
                found.push(Difference { field: field.to_owned(), left: said, right: other });
            }
        }
    }
}

fn named(items: &[Node]) -> bool {
    items.iter().all(|item| item.label().is_some())
}

fn lists(field: &str, left: &[Node], right: &[Node], found: &mut Vec<Difference>) {
    let of = |items: &'_ [Node], label: &str| items.iter().position(|item| item.label() == Some(label));
    for one in left {
        let label = one.label().unwrap_or_default();
        let other = of(right, label).and_then(|index| right.get(index));
        nodes(&format!("{field}.{label}"), Some(one), other, found);
    }
    for other in right.iter().filter(|other| of(left, other.label().unwrap_or_default()).is_none()) {
        nodes(&format!("{field}.{}", other.label().unwrap_or_default()), None, Some(other), found);
    }
}

/// What a value says, in one line: the title of a table that has one, else its fields.
fn words(node: &Node) -> String {
    match &node.value {
        Value::Text(text) | Value::Other(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Integer(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::List(items) => items.iter().map(words).collect::<Vec<_>>().join("; "),
        Value::Table(table) => {
            match ["title", "says", "criterion", "item"].iter().find_map(|key| table.get(key)) {
                Some(title) => words(title),
                None => {
                    let pairs = table.entries().map(|(key, _, node)| format!("{key} {}", words(node)));
                    pairs.collect::<Vec<_>>().join(", ")
                }
            }
        }
    }
}
