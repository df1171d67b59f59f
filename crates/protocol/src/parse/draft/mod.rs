//! From the tree to the model. Form only; whether the parts fit together is `check`'s question.

mod about;
mod case;
mod condition;
mod frame;
mod guide;
mod rule;
mod task;

use super::lint::Lint;
use super::reader::{Fields, Reader};
use super::shape::{DEPTH, Shape, Sketch};
use super::tree::{Place, Table};
use crate::model::{Discharge, Measure, Outcome, Protocol};

/// The version of the format this program reads.
pub(super) const FORMAT: u16 = 1;

type F<'r, 's, 'a> = Fields<'r, 's, 'a>;

/// Reads the whole file; `None` when the frame (phases, gates, sessions) is too broken to check the rest.
pub(super) fn protocol(reader: &mut Reader<'_>, place: Place, table: &Table) -> Option<Protocol> {
    let mut fields = Fields::new(reader, String::new(), place, table);
    let protocol = read(&mut fields);
    fields.nothing_left();
    protocol
}

/// What a file looks like, as a list of its fields.
pub(super) fn shape() -> Shape {
    let mut reader = Reader::new(&[]);
    let empty = Table::default();
    let mut fields = Fields::sketching(&mut reader, DEPTH, &empty);
    read(&mut fields);
    fields.words("remove");
    fields.into_sketch().map_or_else(|| Shape::Table(std::collections::BTreeMap::new()), Sketch::into_shape)
}

fn read(f: &mut F<'_, '_, '_>) -> Option<Protocol> {
    let head = about::head(f);
    let delivery = f.table("delivery", about::delivery);
    let sessions = f.table("sessions", frame::sessions);
    let phases = f.tables("phases", frame::phase_span);
    let bounds = frame::Bounds::of(&phases, sessions.as_ref());
    let meetings = f.tables("meetings", frame::meeting);
    let artefacts = f.entries("artefacts", frame::artefact);
    let tasks = f.tables("tasks", |f| task::task(f, &bounds));
    let gates = f.tables("gates", task::gate);
    let discharge = f.table("discharge", |f| Discharge { needs: task::ids(f, "needs") });
    let measures = f.tables("measures", |f| {
        let instrument = f.text("instrument");
        Measure { why: f.text("why"), fact: format!("scored.{instrument}"), instrument }
    });
    let outcome = f.table("outcome", |f| Outcome {
        instrument: f.text("instrument"),
        response_drop_percent: f.number("response_drop_percent", 1),
        remission_below_points: f.number("remission_below_points", 1),
    });
    let rules = f.tables("rules", rule::rule);
    let areas = f.tables("areas", guide::area);
    let steps = f.tables("steps", guide::step);
    let techniques = f.texts("techniques");
    let fidelity = f.tables("fidelity", guide::fidelity);
    let related = f.tables("related", about::related);
    let texts = about::translations(f);
    let cases = f.tables("cases", case::case);
    let phases = three(f, "phases", "initial, middle, ending", phases);
    let gates = three(f, "gates", "into the middle, into the ending, out of the course", gates);
    Some(Protocol {
        id: head.id,
        version: head.version,
        extends: head.extends,
        family: head.family,
        language: head.language,
        title: head.title,
        also_called: head.also_called,
        population: head.population,
        summary: head.summary,
        sources: head.sources,
        evidence: head.evidence,
        confidence: head.confidence,
        eligibility: head.eligibility,
        delivery: delivery?,
        sessions: sessions?,
        meetings: meetings.into_iter().flatten().collect(),
        phases: phases?.map(|span| span.unwrap_or_else(frame::no_span)),
        artefacts: artefacts.into_iter().map(|(name, artefact)| (name.text, artefact)).collect(),
        tasks,
        gates: gates?,
        discharge: discharge?,
        measures,
        outcome: outcome?,
        rules: rules.into_iter().flatten().collect(),
        areas: areas.into_iter().flatten().collect(),
        steps: steps.into_iter().flatten().collect(),
        techniques,
        fidelity: fidelity.into_iter().flatten().collect(),
        related: related.into_iter().flatten().collect(),
        texts,
        cases,
    })
}

fn three<T>(f: &mut F<'_, '_, '_>, name: &'static str, which: &str, found: Vec<T>) -> Option<[T; 3]> {
    let count = found.len();
    let three = <[T; 3]>::try_from(found).ok();
    if three.is_none() {
        let message = format!("a protocol has three of these ({which}); found {count}");
        f.wrong(name, Lint::MissingField, message);
    }
    three
}
