//! Each shipped protocol from the first day to the last: whatever it asks for can be done, in its order.

use std::collections::BTreeMap;

use protocol::{
    Agreement, Condition, Criterion, Disposition, EventKind, Exit, Facts, MeetingTime, Phase, Protocol,
    Standing, TaskPhase, Test, course,
};

use crate::files::shipped;
use crate::story::{Story, note};

/// Facts the engine states itself or that belong to a session's note or to the choice of an area.
const NOT_RECORDED: [&str; 8] =
    ["session", "course", "focus", "risk", "scored", "outcome", "meeting", "note"];

fn is_recorded(name: &str) -> bool {
    let artefact = name.split('.').next().unwrap_or_default();
    !NOT_RECORDED.contains(&artefact)
}

/// Sets what a condition asks for, as somebody does who has done the work.
fn fulfil(condition: &Condition, facts: &mut Facts) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|part| fulfil(part, facts)),
        Condition::Any(parts) => {
            let first =
                parts.iter().find(|part| matches!(part, Condition::Fact { name, .. } if is_recorded(name)));
            fulfil(first.unwrap_or(&parts[0]), facts);
        }
        Condition::Fact { name, test } => match test {
            Test::Is(flag) => facts.set(name, *flag),
            Test::AtLeast(least) if facts.count(name) < *least => facts.set(name, *least),
            Test::AtMost(most) if facts.count(name) > *most => facts.set(name, *most),
            Test::AtLeastFact(other) => facts.set(name, facts.count(other).max(facts.count(name))),
            Test::OneOf(words) => facts.set(name, words[0].as_str()),
            Test::AtLeast(_) | Test::AtMost(_) | Test::NoneOf(_) => {}
        },
    }
}

/// The finished artefacts that the tasks of these phases and a gate's own conditions ask for.
fn finished(protocol: &Protocol, phases: &[TaskPhase], when: &[Criterion]) -> BTreeMap<String, Facts> {
    let tasks = protocol.tasks.iter().filter(|task| phases.contains(&task.phase));
    let criteria: Vec<&Criterion> =
        tasks.flat_map(|task| task.done_when.iter().chain(&task.opens_when)).chain(when).collect();
    let mut all = Facts::new();
    // Twice, because one count may have to reach another that is set later.
    for criterion in criteria.iter().chain(&criteria) {
        fulfil(&criterion.condition, &mut all);
    }
    let mut by_artefact: BTreeMap<String, Facts> = BTreeMap::new();
    for (name, fact) in all.iter().filter(|(name, _)| is_recorded(name)) {
        let artefact = name.split('.').next().unwrap_or_default();
        let facts = by_artefact.entry(artefact.to_owned()).or_default();
        *facts = facts.clone().with(name, fact.clone());
    }
    by_artefact
}

fn record(story: &mut Story<'_>, phases: &[TaskPhase], gate: usize) {
    let protocol = story.protocol;
    for (artefact, facts) in finished(protocol, phases, &protocol.gates[gate].when) {
        story.record(&artefact, facts);
    }
}

fn hold_meetings(story: &mut Story<'_>, time: MeetingTime) {
    for meeting in story.protocol.meetings.iter().filter(|meeting| meeting.time == time) {
        for _ in 0..meeting.at_least.max(1) {
            story.add(EventKind::MeetingHeld { meeting: meeting.id.clone(), facts: Facts::new() });
        }
    }
}

/// From 18 points down to 3, in even steps.
fn total(session: u16, count: u16) -> f64 {
    18.0 - 15.0 * f64::from(session - 1) / f64::from((count - 1).max(1))
}

fn hold_session(story: &mut Story<'_>, session: u16) {
    let protocol = story.protocol;
    story.open(session);
    for measure in &protocol.measures {
        story.score(&measure.instrument, total(session, protocol.sessions.count).round());
    }
    let facts = note().with("note.ending_discussed", true).with("note.sessions_left_said", true);
    let before = story.course().sessions_left;
    story.close(session, facts);
    assert_eq!(story.course().sessions_left, before - 1, "{}: sessions left are counted down", protocol.id);
}

/// Everything before the first session and in the beginning, up to the first gate.
pub fn begin(story: &mut Story<'_>) {
    let protocol = story.protocol;
    hold_meetings(story, MeetingTime::Before);
    record(story, &[TaskPhase::Before], 0);
    let area = &protocol.areas[0];
    story.add(EventKind::FocusChosen {
        version: 1,
        primary: area.area,
        secondary: None,
        client_agreed: Agreement::Both,
        reason: "it fits".to_owned(),
        despite: Some("for this story".to_owned()),
    });
    hold_meetings(story, MeetingTime::Initial);
    for session in 1..=protocol.phase(Phase::Initial).to {
        hold_session(story, session);
        if session == 1 {
            record(story, &[TaskPhase::Before, TaskPhase::Initial, TaskPhase::Any], 0);
        }
    }
    pass(story, 0);
}

fn pass(story: &mut Story<'_>, index: usize) {
    let (protocol, course) = (story.protocol, story.course());
    let view = &course.gates[index];
    assert!(view.ready, "{}: {} waits for {:?} and {:?}", protocol.id, view.gate, view.missing, view.unmet);
    let gate = view.gate.to_string();
    story.gate(&gate);
}

#[test]
fn every_shipped_protocol_can_be_walked_from_the_first_day_to_a_discharge() {
    let protocols = shipped();
    assert_eq!(protocols.len(), 26);
    for protocol in &protocols {
        let mut story = Story::enrolled(protocol);
        assert_eq!(story.course().phase, Phase::Initial);
        begin(&mut story);
        assert_eq!(story.course().phase, Phase::Middle, "{}", protocol.id);
        hold_meetings(&mut story, MeetingTime::Middle);
        hold_meetings(&mut story, MeetingTime::Any);
        for session in protocol.phase(Phase::Middle).from..=protocol.phase(Phase::Middle).to {
            hold_session(&mut story, session);
            record(&mut story, &[TaskPhase::Middle, TaskPhase::Any], 1);
        }
        pass(&mut story, 1);
        assert_eq!(story.course().phase, Phase::Ending, "{}", protocol.id);
        hold_meetings(&mut story, MeetingTime::Ending);
        for session in protocol.phase(Phase::Ending).from..=protocol.phase(Phase::Ending).to {
            record(&mut story, &[TaskPhase::Ending, TaskPhase::Any], 2);
            hold_session(&mut story, session);
        }
        pass(&mut story, 2);
        story.add(EventKind::Ended { exit: Exit::Completed, disposition: Some(Disposition::Discharge) });
        let over = story.course();
        assert_eq!(over.standing, Standing::Ended(Exit::Completed), "{}", protocol.id);
        assert!(over.completion.all && over.sessions_left == 0, "{}", protocol.id);
        hold_meetings(&mut story, MeetingTime::After);
        assert_eq!(course(protocol, &story.events, story.today).sessions_held, protocol.sessions.count);
    }
}

#[test]
fn no_shipped_protocol_lets_a_course_end_in_good_order_without_its_plan_for_bad_days() {
    for protocol in &shipped() {
        let mut story = Story::enrolled(protocol);
        begin(&mut story);
        let end = |exit| EventKind::Ended { exit, disposition: Some(Disposition::Discharge) };
        for exit in [Exit::Completed, Exit::RemittedEarly] {
            assert!(story.attempt(end(exit)).is_err(), "{}", protocol.id);
        }
        let dropout = Exit::Dropout { last_attended: Some(story.today), contact_attempts: 3 };
        assert!(story.attempt(end(dropout)).is_ok(), "{}", protocol.id);
        assert!(!story.course().completion.all, "{}", protocol.id);
    }
}
