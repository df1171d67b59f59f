//! `attune protocol show ID`

use super::known;
use crate::failure::Failure;
use crate::say;
use protocol::{Certainty, Family, Protocol, Shelf};

pub fn run(shelf: &Shelf, id: &str, as_json: bool) -> Result<(), Failure> {
    let protocol = known(shelf, id)?;
    if as_json {
        say::out(&shelf.whole(id).unwrap_or_default());
        return Ok(());
    }
    about(protocol);
    frame(protocol);
    work(protocol);
    unsure(protocol);
    Ok(())
}

fn about(protocol: &Protocol) {
    say::out(&format!("{} ({}, version {})", protocol.title, protocol.id, protocol.version));
    if protocol.family == Family::Related {
        say::out("A related model of its own: this is not IPT.");
    }
    if let Some(parent) = &protocol.extends {
        say::out(&format!("Extends {parent}."));
    }
    say::out(&format!("For: {}", protocol.population));
    say::out(&one_line(&protocol.summary));
    heading("Evidence", protocol.evidence.is_empty());
    for one in &protocol.evidence {
        let sources = one.sources.join("; ");
        say::out(&format!("  {} {}: {} ({sources})", one.grade.as_str(), one.indication.as_str(), one.says));
    }
    heading("Something else first", protocol.eligibility.exclusions.is_empty());
    for one in &protocol.eligibility.exclusions {
        say::out(&format!("  {}: {} ({})", one.criterion, one.action, one.source));
    }
}

fn frame(protocol: &Protocol) {
    let sessions = &protocol.sessions;
    heading("Sessions", false);
    say::out(&format!(
        "  {} ({} to {}), every {} days, {} to {} minutes, {}",
        sessions.count,
        sessions.fewest,
        sessions.most,
        sessions.cadence_days,
        sessions.minutes_min,
        sessions.minutes_max,
        protocol.delivery.format.as_str()
    ));
    for stretch in &sessions.stretches {
        let (from, to) = (stretch.from, stretch.to);
        say::out(&format!("  {from}-{to}: every {} days. {}", stretch.cadence_days, stretch.says));
    }
    for span in &protocol.phases {
        say::out(&format!("  {}-{} {}: {}", span.from, span.to, span.title, span.aim));
        for part in &span.parts {
            say::out(&format!("      {}-{} {}: {}", part.from, part.to, part.title, part.aim));
        }
    }
    heading("Meetings beside the sessions", protocol.meetings.is_empty());
    for one in &protocol.meetings {
        say::out(&format!("  {} ({} to {}): {}", one.title, one.at_least, one.at_most, one.why));
    }
    heading("What it asks of whom", protocol.delivery.roles.is_empty());
    for role in &protocol.delivery.roles {
        say::out(&format!("  {}: {}", role.who.as_str(), role.asks));
    }
}

fn work(protocol: &Protocol) {
    heading("Tasks", false);
    for task in &protocol.tasks {
        say::out(&format!("  {} {} ({} to {}): {}", task.id, task.title, task.from, task.to, task.why));
    }
    heading("Gates", false);
    for gate in &protocol.gates {
        let needs: Vec<&str> = gate.needs.iter().map(protocol::TaskId::as_str).collect();
        say::out(&format!("  {} {}: {}", gate.id, gate.title, needs.join(", ")));
    }
    heading("Problem areas", false);
    for area in &protocol.areas {
        say::out(&format!("  {}: {}", area.title, one_line(&area.explanation)));
    }
    heading("Measures", false);
    for measure in &protocol.measures {
        say::out(&format!("  {}: {}", measure.instrument, measure.why));
    }
    heading("Advice", protocol.rules.is_empty());
    for rule in &protocol.rules {
        say::out(&format!("  {}: {} ({})", rule.id, rule.says, rule.source));
    }
}

fn unsure(protocol: &Protocol) {
    let open = |one: &&protocol::Confidence| one.certainty != Certainty::Published;
    heading("Not certain", !protocol.confidence.iter().any(|one| open(&one)));
    for one in protocol.confidence.iter().filter(open) {
        say::out(&format!("  {} ({}): {}", one.about, one.certainty.as_str(), one.says));
    }
    heading("Sources", false);
    for source in &protocol.sources {
        say::out(&format!("  {source}"));
    }
}

fn heading(title: &str, empty: bool) {
    if !empty {
        say::out(&format!("\n{title}"));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
