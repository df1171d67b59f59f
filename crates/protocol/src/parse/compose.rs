//! One file laid over the file it extends: the child says only what differs.

use super::lint::Lint;
use super::reader::{Reader, nearest};
use super::tree::{Node, Place, Table, Value};

/// What every file says for itself: what it is called, what it rests on, its own examples.
const OWN: [&str; 14] = [
    "id",
    "version",
    "extends",
    "remove",
    "title",
    "also_called",
    "population",
    "summary",
    "sources",
    "evidence",
    "confidence",
    "related",
    "texts",
    "cases",
];

/// Lays a child over its parent. Tables are joined field by field; entries of lists that have a name (tasks, steps,
/// areas, measures …) are joined by it, new ones come last or after the one that `put_after` names; any other value
/// takes the place of the parent's. What `remove` lists is left out.
///
/// Windows of tasks, steps and meetings that are inherited keep their place inside their phase: the second session
/// of an ending of three becomes the second of an ending of two.
pub(super) fn compose(reader: &mut Reader<'_>, parent: &Table, mut child: Table) -> Table {
    let mut base = parent.clone();
    for own in OWN {
        base.remove(own);
    }
    remove(reader, &mut base, child.get("remove"));
    child.remove("remove");
    rebase(&mut base, &child);
    join(reader, base, child)
}

fn remove(reader: &mut Reader<'_>, base: &mut Table, list: Option<&Node>) {
    let Some(list) = list else { return };
    let Some(items) = list.as_list() else {
        reader.wrong_at(list.place, "remove", Lint::WrongKind, "expected a list in `[ ]`");
        return;
    };
    for (index, item) in items.iter().enumerate() {
        let field = format!("remove[{index}]");
        let Some(path) = item.as_text() else {
            reader.wrong_at(item.place, &field, Lint::WrongKind, "expected a text such as \"tasks.I3\"");
            continue;
        };
        if !take_out(base, path) {
            let names = paths(base);
            let hint = nearest(path, names.iter().map(String::as_str))
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let message = format!("the protocol it extends has no `{path}`{hint}");
            reader.wrong_at(item.place, &field, Lint::RemovesNothing, message);
        }
    }
}

/// Takes out `tasks.I3`, `areas.deficits`, `eligibility.exclusions.bipolar`, `artefacts.timeline`.
fn take_out(table: &mut Table, path: &str) -> bool {
    let Some((first, rest)) = path.split_once('.') else { return table.remove(path).is_some() };
    let Some(node) = table.get_mut(first) else { return false };
    match &mut node.value {
        Value::Table(table) => take_out(table, rest),
        Value::List(items) => {
            let before = items.len();
            items.retain(|item| item.label() != Some(rest));
            items.len() < before
        }
        _ => false,
    }
}

/// What could be removed, two names deep.
fn paths(table: &Table) -> Vec<String> {
    let inner = |key: &str, node: &Node| -> Vec<String> {
        let names: Vec<&str> = match &node.value {
            Value::List(items) => items.iter().filter_map(Node::label).collect(),
            Value::Table(table) => table.entries().map(|(key, ..)| key).collect(),
            _ => Vec::new(),
        };
        names.into_iter().map(|name| format!("{key}.{name}")).collect()
    };
    table.entries().flat_map(|(key, _, node)| inner(key, node)).collect()
}

fn join(reader: &mut Reader<'_>, mut base: Table, over: Table) -> Table {
    for (key, place, node) in over.into_entries() {
        let joined = match base.remove(&key) {
            Some(under) => join_nodes(reader, under, node),
            None => node,
        };
        base.put(&key, place, joined);
    }
    base
}

fn join_nodes(reader: &mut Reader<'_>, under: Node, over: Node) -> Node {
    let place = over.place;
    let value = match (under.value, over.value) {
        (Value::Table(under), Value::Table(over)) => Value::Table(join(reader, under, over)),
        (Value::List(under), Value::List(over)) if named(&under) && named(&over) => {
            Value::List(join_lists(reader, under, over))
        }
        (_, over) => over,
    };
    Node { place, value }
}

fn named(items: &[Node]) -> bool {
    !items.is_empty() && items.iter().all(|item| item.label().is_some())
}

fn join_lists(reader: &mut Reader<'_>, mut under: Vec<Node>, over: Vec<Node>) -> Vec<Node> {
    let inherited: Vec<String> = under.iter().filter_map(Node::label).map(str::to_owned).collect();
    for mut item in over {
        let label = item.label().unwrap_or_default().to_owned();
        let after = item.as_table_mut().and_then(|table| table.remove("put_after"));
        // Only what was inherited is joined: two entries of one name in one file are a mistake the check names.
        if inherited.contains(&label)
            && let Some(index) = under.iter().position(|one| one.label() == Some(label.as_str()))
        {
            let old = under.remove(index);
            under.insert(index, join_nodes(reader, old, item));
            continue;
        }
        let at = match after {
            None => under.len(),
            Some(after) => match under.iter().position(|one| one.label() == after.as_text()) {
                Some(index) => index + 1,
                None => {
                    let message = format!("there is nothing called {} to be put after", after.kind());
                    reader.wrong_at(after.place, "put_after", Lint::UnknownTask, message);
                    under.len()
                }
            },
        };
        under.insert(at, item);
    }
    under
}

/// First and last session of a phase.
type Span = (i64, i64);

/// Moves what is inherited to where the child's phases are.
fn rebase(base: &mut Table, child: &Table) {
    let Some(old) = spans(base) else { return };
    let new = old.map(|(phase, span)| (phase, own_span(child, phase).map_or(span, |own| own.over(span))));
    if child.get("sessions").and_then(|node| node.as_table()?.get("count")).is_some()
        && let Some(sessions) = base.get_mut("sessions").and_then(Node::as_table_mut)
    {
        sessions.remove("stretches");
    }
    let moves: Vec<(&str, Span, Span)> =
        old.iter().zip(&new).map(|((phase, from), (_, to))| (*phase, *from, *to)).collect();
    if moves.iter().all(|(_, from, to)| from == to) {
        return;
    }
    for list in ["tasks", "steps", "meetings"] {
        let Some(items) = base.get_mut(list).and_then(Node::as_list_mut) else { continue };
        for table in items.iter_mut().filter_map(Node::as_table_mut) {
            shift(table, &moves);
        }
    }
    for table in base.get_mut("phases").and_then(Node::as_list_mut).into_iter().flatten() {
        if let Some(table) = table.as_table_mut() {
            table.remove("parts");
        }
    }
}

const PHASES: [&str; 3] = ["initial", "middle", "ending"];

fn phase_table<'t>(table: &'t Table, phase: &str) -> Option<&'t Table> {
    let items = table.get("phases")?.as_list()?;
    items.iter().find(|item| item.label() == Some(phase))?.as_table()
}

fn spans(table: &Table) -> Option<[(&'static str, Span); 3]> {
    let span = |phase| {
        let table = phase_table(table, phase)?;
        Some((phase, (table.get("from")?.as_integer()?, table.get("to")?.as_integer()?)))
    };
    let [initial, middle, ending] = PHASES;
    Some([span(initial)?, span(middle)?, span(ending)?])
}

/// What the child says about the bounds of a phase.
struct OwnSpan {
    from: Option<i64>,
    to: Option<i64>,
}

impl OwnSpan {
    fn over(&self, span: Span) -> Span {
        (self.from.unwrap_or(span.0), self.to.unwrap_or(span.1))
    }
}

fn own_span(child: &Table, phase: &str) -> Option<OwnSpan> {
    let table = phase_table(child, phase)?;
    let number = |key| table.get(key).and_then(Node::as_integer);
    Some(OwnSpan { from: number("from"), to: number("to") })
}

fn shift(table: &mut Table, moves: &[(&str, Span, Span)]) {
    let word = ["phase", "time"].iter().find_map(|key| table.get(key)?.as_text()).unwrap_or_default();
    let whole =
        |pick: fn(&(&str, Span, Span)) -> Span| Some((moves.first().map(pick)?.0, moves.last().map(pick)?.1));
    let (old, new) = match moves.iter().find(|(phase, ..)| *phase == word) {
        Some((_, old, new)) => (*old, *new),
        None if word == "any" => match (whole(|one| one.1), whole(|one| one.2)) {
            (Some(old), Some(new)) => (old, new),
            _ => return,
        },
        None => return,
    };
    let from = table.get("from").and_then(Node::as_integer);
    let to = table.get("to").and_then(Node::as_integer);
    let inside = |session: i64| session.clamp(new.0, new.1.max(new.0));
    let place = |session: i64| if session == old.1 { new.1 } else { inside(new.0 + (session - old.0)) };
    if let Some(from) = from {
        let from = if from == old.0 { new.0 } else { place(from) };
        set(table, "from", from);
    }
    if let Some(to) = to {
        let to = if to == old.0 && from == Some(to) { new.0 } else { place(to) };
        set(table, "to", to);
    }
}

fn set(table: &mut Table, key: &str, number: i64) {
    if let Some(node) = table.get_mut(key) {
        node.value = Value::Integer(number);
    }
}

/// Where a file as a whole begins.
pub(super) const fn start(file: usize) -> Place {
    Place { file, at: 0 }
}
