//! What the program knows already when a form begins: values to start from, and words for the records it points at.

use super::PlanError;
use crate::course::Record;
use crate::entry::{Desk, Verdict};
use domain::access::Relation;
use domain::episode::{ScoreMark, scores};
use domain::plans::Place;
use domain::worksheet::{Labels, Prefill, Prefilled, ReferenceKind};
use std::collections::BTreeMap;
use store::artefacts;

/// The measure the worksheets name. A course that follows another one shows that in its place: the adolescent
/// course answers the PHQ-9 for teens.
const NAMED_IN_WORKSHEETS: &str = "phq-9";

/// Values a new form may start from.
pub(super) fn prefill(desk: &mut Desk<'_, '_>, record: &Record) -> Verdict<Prefill, PlanError> {
    let mut prefill = Prefill::default();
    names(desk, &mut prefill)?;
    course(desk, record, &mut prefill);
    measures(desk, record, &mut prefill);
    for latest in artefacts::latest(desk.tx, &desk.grant, record.episode.id)? {
        let worksheet = desk.content.worksheet(&latest.kind).filter(|sheet| Place::is_worksheet(&sheet.id));
        if let Some(worksheet) = worksheet {
            prefill.add_body(worksheet, &latest.body);
        }
    }
    Ok(prefill)
}

fn names(desk: &mut Desk<'_, '_>, prefill: &mut Prefill) -> Verdict<(), PlanError> {
    if let Some(client) = store::clients::find(desk.tx, &desk.grant)? {
        prefill.set_text("client.name", client.particulars.spoken_name());
    }
    let holders = store::relations::holders(desk.tx, &desk.grant, desk.ctx.now)?;
    if let Some(therapist) = holders.iter().find(|holder| holder.relation == Relation::Treats) {
        prefill.set_text("therapist.name", therapist.name.as_str());
    }
    Ok(())
}

fn course(desk: &Desk<'_, '_>, record: &Record, prefill: &mut Prefill) {
    let (protocol, course) = (&*record.protocol, &record.course);
    prefill.set_text("today", desk.ctx.today().to_string());
    prefill.set_text("protocol.title", protocol.title.as_str());
    prefill.set_text("protocol.sessions", course.sessions_planned.to_string());
    prefill.set_text("protocol.session_minutes", protocol.sessions.minutes_min.to_string());
    prefill.set_text("course.sessions_held", course.sessions_held.to_string());
    prefill.set_text("course.sessions_left", course.sessions_left.to_string());
    let days = [("protocol.starts_on", course.starts_on), ("protocol.end_date", course.ends_on)];
    for (name, day) in days {
        prefill.set_text(name, day.map_or_else(String::new, |day| day.to_string()));
    }
    if let Some(session) = course.current_session() {
        prefill.set_text("session.number", session.to_string());
    }
    if let Some(focus) = &course.focus {
        prefill.set_text("focus.area", focus.primary.as_str());
    }
    let steps = protocol::strategy_steps(protocol, course);
    prefill.set("focus.steps", rows("step", steps.iter().map(|step| step.title.clone())));
}

fn measures(desk: &Desk<'_, '_>, record: &Record, prefill: &mut Prefill) {
    let outcome = record.protocol.outcome.instrument.as_str();
    for measure in &record.protocol.measures {
        let marks = scores(&measure.instrument, &record.events);
        figures(desk, &measure.instrument, &measure.instrument, &marks, prefill);
    }
    let marks = scores(outcome, &record.events);
    if outcome != NAMED_IN_WORKSHEETS {
        figures(desk, outcome, NAMED_IN_WORKSHEETS, &marks, prefill);
    }
    if let Some(instrument) = desk.content.instrument(outcome) {
        let findings = desk.content.phrases().findings(instrument, &marks, desk.ctx.today());
        prefill.set("course.rule_outcomes", rows("finding", findings.into_iter()));
    }
}

fn figures(desk: &Desk<'_, '_>, id: &str, named: &str, marks: &[ScoreMark], prefill: &mut Prefill) {
    let Some(instrument) = desk.content.instrument(id) else { return };
    let phrases = desk.content.phrases();
    let totals: Vec<f64> = marks.iter().filter_map(|mark| mark.total).collect();
    let Some(first) = totals.first() else { return };
    prefill.set_text(format!("measure.{named}.baseline"), phrases.score(instrument, *first));
    let [.., latest] = totals.as_slice() else { return };
    prefill.set_text(format!("measure.{named}.latest"), phrases.score(instrument, *latest));
    if totals.len() > 1 {
        let change = phrases.change(instrument, *first, *latest).unwrap_or_default();
        prefill.set_text(format!("measure.{named}.change_words"), change);
    }
}

fn rows(name: &str, texts: impl Iterator<Item = String>) -> Prefilled {
    Prefilled::Rows(texts.map(|text| BTreeMap::from([(name.to_owned(), text)])).collect())
}

/// Words for the records a worksheet of this episode may point at.
pub(crate) fn labels(desk: &mut Desk<'_, '_>, record: &Record) -> Verdict<Labels, PlanError> {
    let mut labels = Labels::default();
    for (id, name) in store::ties::labels(desk.tx, &desk.grant)? {
        labels.add(ReferenceKind::Tie, id.to_string(), name);
    }
    for (id, title) in store::life_events::labels(desk.tx, &desk.grant)? {
        labels.add(ReferenceKind::Event, id.to_string(), title);
    }
    for (id, task) in store::homework::labels(desk.tx, &desk.grant, record.episode.id)? {
        labels.add(ReferenceKind::Homework, id.to_string(), task);
    }
    let contract = artefacts::newest(desk.tx, &desk.grant, record.episode.id, "contract")?;
    if let Some(contract) = contract {
        // Goals are rows of the contract; a row's number is its name.
        for (index, goal) in contract.body.rows("goals").iter().enumerate() {
            if let Some(text) = goal.text("text") {
                labels.add(ReferenceKind::Goal, format!("goal-{}", index + 1), text);
            }
        }
    }
    for (id, name) in store::ties::labels(desk.tx, &desk.grant)? {
        labels.add(ReferenceKind::Tie, id.to_string(), name);
    }
    for (id, title) in store::life_events::labels(desk.tx, &desk.grant)? {
        labels.add(ReferenceKind::Event, id.to_string(), title);
    }
    for (id, task) in store::homework::labels(desk.tx, &desk.grant, record.episode.id)? {
        labels.add(ReferenceKind::Homework, id.to_string(), task);
    }
    Ok(labels)
}
