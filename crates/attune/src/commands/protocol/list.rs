//! `attune protocol list`

use crate::failure::Failure;
use crate::say;
use protocol::{Family, Protocol, Shelf};
use serde_json::{Value, json};

pub fn run(shelf: &Shelf, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let list: Vec<Value> = shelf.protocols().map(as_value).collect();
        say::out(&format!("{:#}", Value::Array(list)));
        return Ok(());
    }
    let width = shelf.protocols().map(|protocol| protocol.id.as_str().len()).max().unwrap_or(0);
    for protocol in shelf.protocols() {
        let related = if protocol.family == Family::Related { " (not IPT)" } else { "" };
        say::out(&format!(
            "{:width$}  {:>8}  {:5}  {}{related}",
            protocol.id.as_str(),
            sessions(protocol),
            grades(protocol),
            protocol.title,
        ));
    }
    Ok(())
}

/// `16` or `12-16`.
fn sessions(protocol: &Protocol) -> String {
    let sessions = &protocol.sessions;
    if sessions.fewest == sessions.count {
        sessions.count.to_string()
    } else {
        format!("{}-{}", sessions.fewest, sessions.count)
    }
}

/// The grades of its uses, the best first.
fn grades(protocol: &Protocol) -> String {
    let mut grades: Vec<&str> = protocol.evidence.iter().map(|one| one.grade.as_str()).collect();
    grades.sort_unstable();
    grades.dedup();
    grades.join(",")
}

fn as_value(protocol: &Protocol) -> Value {
    let sessions = &protocol.sessions;
    let phases =
        protocol.phases.iter().map(|span| json!({ "phase": span.phase, "from": span.from, "to": span.to }));
    let evidence = protocol.evidence.iter();
    let evidence = evidence.map(|one| json!({ "indication": one.indication, "grade": one.grade }));
    json!({
        "id": protocol.id,
        "version": protocol.version,
        "title": protocol.title,
        "family": protocol.family,
        "extends": protocol.extends,
        "population": protocol.population,
        "format": protocol.delivery.format,
        "sessions": {
            "count": sessions.count,
            "fewest": sessions.fewest,
            "most": sessions.most,
            "cadence_days": sessions.cadence_days,
            "minutes": [sessions.minutes_min, sessions.minutes_max],
        },
        "phases": phases.collect::<Vec<_>>(),
        "evidence": evidence.collect::<Vec<_>>(),
    })
}
