//! `attune protocol simulate ID`

use crate::failure::Failure;
use crate::say;
use protocol::{Protocol, Simulation, simulate};
use std::collections::BTreeMap;

pub fn run(protocol: &Protocol, seed: u64, courses: u32, as_json: bool) -> Result<(), Failure> {
    let found = simulate(protocol, seed, courses);
    if as_json {
        let json = serde_json::to_string_pretty(&found)
            .map_err(|error| Failure::Said(format!("cannot write the figures as JSON: {error}")))?;
        say::out(&json);
        return Ok(());
    }
    say::out(&format!("{} ({}): {courses} courses, seed {seed}", protocol.title, protocol.id));
    say::out("Made-up clients: this shows how the protocol runs, not how well it works.");
    table(protocol, &found);
    Ok(())
}

fn table(protocol: &Protocol, found: &Simulation) {
    say::out("\nSessions held in each phase (least, median, most)");
    for (span, spread) in protocol.phases.iter().zip(&found.phases) {
        let planned = span.to.saturating_sub(span.from) + 1;
        let (least, median, most) = (spread.least, spread.median, spread.most);
        say::out(&format!(
            "  {:12} planned {planned:2}   {least:2} {median:2} {most:2}   in {} courses",
            span.title, spread.courses
        ));
    }
    say::out("\nGates");
    for gate in &found.gates {
        let (passed, session) = (gate.passed, gate.median_session);
        say::out(&format!(
            "  {:4} passed in {passed} courses, in the median after session {session}",
            gate.gate
        ));
    }
    say::out(&format!("\nInitial phase overrun in {}, sessions missed {}", found.overruns, found.missed));
    tally("Ended", &found.exits);
    tally("Rules that spoke, in how many courses", &found.rules);
    tally("Refused by the engine", &found.refused);
}

fn tally(title: &str, counted: &BTreeMap<String, u32>) {
    if counted.is_empty() {
        return;
    }
    say::out(&format!("\n{title}"));
    for (word, count) in counted {
        say::out(&format!("  {count:6}  {word}"));
    }
}
