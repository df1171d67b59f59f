//! The rules that a course never breaks.

use jiff::civil::date;
use protocol::{Agreement, EventKind, Exit, Facts, Phase, ProblemArea, Refusal, RiskLevel, Standing};

use crate::story::{Story, contract, ended, enrolled, flags, ipt16, note};

fn code(story: &mut Story<'_>, kind: EventKind) -> &'static str {
    story.attempt(kind).map_or_else(|refusal| refusal.code(), |()| "admitted")
}

fn recorded(artefact: &str, version: u32) -> EventKind {
    EventKind::Recorded { artefact: artefact.to_owned(), version, facts: Facts::new(), session: None }
}

fn gate(gate: &str) -> EventKind {
    EventKind::GatePassed { gate: gate.into(), overrun_reason: None }
}

fn chosen(version: u32, primary: ProblemArea, secondary: Option<ProblemArea>) -> EventKind {
    EventKind::FocusChosen {
        version,
        primary,
        secondary,
        client_agreed: Agreement::Both,
        reason: "new event".to_owned(),
        despite: None,
    }
}

#[test]
fn a_course_begins_once_with_the_right_protocol_and_a_fixed_end() {
    let protocol = ipt16();
    let mut story = Story::new(protocol);
    assert_eq!(code(&mut story, EventKind::SessionOpened { session: 1 }), "not_enrolled");
    let other = EventKind::Enrolled {
        protocol: "ipt12_adult".into(),
        version: "1".to_owned(),
        sessions: 12,
        starts_on: date(2026, 1, 1),
        ends_on: date(2026, 4, 1),
    };
    assert_eq!(code(&mut story, other), "other_protocol");
    assert_eq!(code(&mut story, enrolled(protocol, 60)), "sessions_out_of_range");
    assert_eq!(code(&mut story, enrolled(protocol, 16)), "admitted");
    assert_eq!(code(&mut story, enrolled(protocol, 16)), "already_enrolled");
}

#[test]
fn sessions_come_in_order_one_at_a_time_and_not_beyond_the_plan() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    assert_eq!(
        story.attempt(EventKind::SessionOpened { session: 2 }),
        Err(Refusal::SessionOutOfOrder { asked: 2, next: 1 })
    );
    story.open(1);
    assert_eq!(code(&mut story, EventKind::SessionOpened { session: 2 }), "session_still_open");
    assert_eq!(
        story.attempt(EventKind::SessionClosed { session: 2, facts: note() }),
        Err(Refusal::SessionNotOpen { asked: 2, open: Some(1) })
    );
    story.close(1, note());
    (2..=16).for_each(|session| {
        story.session(session, 12.0);
    });
    assert_eq!(
        story.attempt(EventKind::SessionOpened { session: 17 }),
        Err(Refusal::BeyondPlan { asked: 17, planned: 16 })
    );
}

#[test]
fn a_session_stays_open_over_a_risk_that_nobody_answered() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.open(1).risk("r1").risk("r2").answer("r1", RiskLevel::Low);
    let close = EventKind::SessionClosed { session: 1, facts: note() };
    assert_eq!(story.attempt(close.clone()), Err(Refusal::RisksUnanswered { risks: vec!["r2".to_owned()] }));
    story.answer("r2", RiskLevel::None).add(close);
    assert_eq!(story.course().last_risk_level, Some(RiskLevel::Low), "the note of the session speaks last");
}

#[test]
fn nothing_of_the_middle_is_recorded_before_its_gate() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    for artefact in ["strategy", "mid_review", "progress_check", "relapse_plan"] {
        assert_eq!(code(&mut story, recorded(artefact, 1)), "gate_not_passed", "{artefact}");
    }
    story.reach_middle();
    assert_eq!(code(&mut story, recorded("strategy", 1)), "admitted");
}

#[test]
fn a_gate_names_what_is_missing_and_gates_come_in_order() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.initial_work().session(1, 18.0).record("formulation", flags("formulation", &["client_words"]));
    let Err(Refusal::GateBlocked { missing, .. }) = story.attempt(gate("G1")) else {
        panic!("the gate is open")
    };
    assert_eq!(missing.len(), 1);
    assert_eq!(
        (missing[0].task.as_str(), missing[0].unmet.as_slice()),
        ("I8", &["the client accepts it".to_owned()][..])
    );
    story.record("formulation", flags("formulation", &["client_words", "accepted"]));
    assert_eq!(code(&mut story, gate("G2")), "gate_not_passed");
    assert_eq!(code(&mut story, gate("G7")), "gate_unknown");
    assert_eq!(code(&mut story, gate("G1")), "admitted");
    assert_eq!(code(&mut story, gate("G1")), "gate_already_passed");
    assert_eq!(code(&mut story, gate("G2")), "gate_blocked");
}

#[test]
fn a_late_first_gate_needs_a_reason_and_never_passes_over_missing_work() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    (1..=4).for_each(|session| {
        story.session(session, 18.0);
    });
    let late =
        |reason: &str| EventKind::GatePassed { gate: "G1".into(), overrun_reason: Some(reason.to_owned()) };
    assert_eq!(code(&mut story, late("two sessions went to a crisis")), "gate_blocked");
    story.initial_work();
    assert_eq!(code(&mut story, gate("G1")), "overrun_reason_missing");
    assert_eq!(code(&mut story, late("  ")), "overrun_reason_missing");
    story.add(late("two sessions went to a crisis"));
    let overrun = story.course().overrun.unwrap();
    assert_eq!((overrun.limit, overrun.reason.as_deref()), (3, Some("two sessions went to a crisis")));
}

#[test]
fn the_ending_begins_early_when_the_client_is_well_and_wishes_it() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_middle().session(4, 4.0).session(5, 3.0);
    assert_eq!(code(&mut story, gate("G2")), "gate_blocked");
    let wish = note().with("note.ending_discussed", true).with("note.client_wishes_to_end", true);
    story.open(6).close(6, wish).gate("G2");
    assert_eq!(story.course().phase, Phase::Ending);
}

#[test]
fn the_focus_is_one_area_and_stays_in_the_ending_unless_the_end_moves() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_middle();
    assert_eq!(code(&mut story, chosen(2, ProblemArea::Grief, Some(ProblemArea::Grief))), "same_area_twice");
    assert_eq!(code(&mut story, chosen(1, ProblemArea::Grief, None)), "version_not_newer");
    let alone = EventKind::FocusChosen {
        version: 2,
        primary: ProblemArea::Grief,
        secondary: None,
        client_agreed: Agreement::TherapistOnly,
        reason: "new event".to_owned(),
        despite: None,
    };
    assert_eq!(code(&mut story, alone), "agreement_missing");
    let mut story = Story::enrolled(protocol);
    story.reach_ending();
    assert_eq!(code(&mut story, chosen(2, ProblemArea::Grief, None)), "focus_fixed_in_ending");
    story.add(EventKind::Replanned {
        sessions: 20,
        ends_on: date(2026, 6, 1),
        reason: "her father died".to_owned(),
        agreed: Agreement::Both,
    });
    story.add(chosen(2, ProblemArea::Grief, Some(ProblemArea::Disputes)));
    let focus = story.course().focus.unwrap();
    assert_eq!((focus.primary, focus.secondary), (ProblemArea::Grief, Some(ProblemArea::Disputes)));
}

#[test]
fn a_new_end_needs_a_reason_and_both() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.session(1, 18.0).session(2, 18.0);
    let replanned = |sessions, reason: &str, agreed| EventKind::Replanned {
        sessions,
        ends_on: date(2026, 6, 1),
        reason: reason.to_owned(),
        agreed,
    };
    assert_eq!(code(&mut story, replanned(18, " ", Agreement::Both)), "reason_missing");
    assert_eq!(code(&mut story, replanned(18, "illness", Agreement::ClientOnly)), "agreement_missing");
    assert_eq!(
        story.attempt(replanned(1, "illness", Agreement::Both)),
        Err(Refusal::SessionsOutOfRange { asked: 1, fewest: 2, most: 24 })
    );
    let backwards = EventKind::Replanned {
        sessions: 18,
        ends_on: date(2025, 1, 1),
        reason: "illness".to_owned(),
        agreed: Agreement::Both,
    };
    assert_eq!(code(&mut story, backwards), "ends_before_start");
    assert_eq!(code(&mut story, replanned(18, "illness", Agreement::Both)), "admitted");
    assert_eq!(story.course().sessions_left, 16);
}

#[test]
fn a_pause_keeps_sessions_shut() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    let pause = || EventKind::Paused { reason: "an operation".to_owned() };
    story.open(1);
    assert_eq!(code(&mut story, pause()), "session_still_open");
    story.close(1, note()).add(pause());
    assert_eq!(code(&mut story, EventKind::SessionOpened { session: 2 }), "paused");
    story.add(EventKind::Resumed).open(2);
    assert_eq!(code(&mut story, EventKind::Resumed), "not_paused");
}

#[test]
fn nobody_is_discharged_without_a_plan_a_risk_level_and_the_last_gate() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_middle();
    assert_eq!(code(&mut story, ended(Exit::Completed)), "discharge_blocked");
    assert_eq!(code(&mut story, ended(Exit::RemittedEarly)), "discharge_blocked");
    story.plan_for_bad_days();
    assert_eq!(code(&mut story, ended(Exit::Completed)), "gate_not_passed");
    story.add(ended(Exit::RemittedEarly));
    assert_eq!(story.course().standing, Standing::Ended(Exit::RemittedEarly));

    let mut silent = Story::enrolled(protocol);
    silent.initial_work().score("phq-9", 18.0).risk("r1");
    assert_eq!(code(&mut silent, ended(Exit::Moved)), "risks_unanswered");
}

#[test]
fn a_plan_without_any_level_of_risk_is_not_enough() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    // A history from elsewhere that no rule has looked at: the plan is there, but nobody judged a risk.
    let facts = ["signs", "actions", "contacts"]
        .map(|name| (format!("relapse_plan.{name}"), 1))
        .into_iter()
        .collect();
    story.push(EventKind::Recorded { artefact: "relapse_plan".to_owned(), version: 1, facts, session: None });
    assert_eq!(code(&mut story, ended(Exit::RemittedEarly)), "risk_level_missing");
}

#[test]
fn a_completed_course_says_what_comes_next_and_then_only_maintenance_follows() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_third_gate();
    assert_eq!(
        code(&mut story, EventKind::Ended { exit: Exit::Completed, disposition: None }),
        "disposition_missing"
    );
    story.add(ended(Exit::Completed));
    assert_eq!(code(&mut story, EventKind::SessionOpened { session: 17 }), "course_ended");
    assert_eq!(code(&mut story, recorded("contract", 9)), "course_ended");
    assert_eq!(code(&mut story, ended(Exit::Moved)), "course_ended");
    story.risk("r9").answer("r9", RiskLevel::Low);
    story.add(EventKind::MaintenanceStarted { every_days: 28, until: date(2028, 5, 1) });
    assert_eq!(story.course().standing, Standing::Maintenance);
    assert_eq!(code(&mut story, EventKind::SessionOpened { session: 17 }), "in_maintenance");
    story.today = date(2026, 12, 1);
    assert_eq!(story.course().measures_due, ["phq-9", "gad-7"]);
}

#[test]
fn leaving_early_keeps_both_readings_of_completion_and_opens_no_maintenance() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_middle();
    (4..=9).for_each(|session| {
        story.session(session, 15.0);
    });
    let dropout = Exit::Dropout { last_attended: Some(date(2026, 3, 2)), contact_attempts: 3 };
    story.add(EventKind::Ended { exit: dropout, disposition: None });
    let completion = story.course().completion;
    assert!(completion.at_least_half && !completion.all);
    let maintenance = EventKind::MaintenanceStarted { every_days: 28, until: date(2028, 5, 1) };
    assert_eq!(code(&mut story, maintenance), "maintenance_not_possible");
}

#[test]
fn a_version_never_overwrites_another() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.record("contract", contract());
    assert_eq!(
        story.attempt(recorded("contract", 1)),
        Err(Refusal::VersionNotNewer { artefact: "contract".to_owned(), newest: 1, offered: 1 })
    );
    assert_eq!(code(&mut story, recorded("contract", 2)), "admitted");
}
