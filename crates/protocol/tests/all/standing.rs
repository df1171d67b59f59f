//! Where a course stands at typical points.

use std::fmt::Write;

use insta::assert_snapshot;
use jiff::Span;
use protocol::{
    Agreement, Course, EventKind, Facts, MissedReason, Standing, TaskStatus, progress_rules, session_steps,
    strategy_steps,
};

use crate::story::{Story, flags, ipt16, note};

fn told(course: &Course) -> String {
    let mut out = String::new();
    let Course { phase, sessions_held: held, sessions_left: left, sessions_planned: planned, .. } = course;
    writeln!(out, "{:?}, {phase:?}, {held} held, {left} left of {planned}", course.standing).unwrap();
    for due in &course.due {
        writeln!(out, "due {}{} {:?}", due.task, if due.overdue { " (overdue)" } else { "" }, due.reason)
            .unwrap();
    }
    for gate in course.gates.iter().filter(|gate| !gate.passed) {
        write!(out, "{}{}", gate.gate, if gate.ready { " ready" } else { "" }).unwrap();
        for missing in &gate.missing {
            write!(out, "\n  {}: {}", missing.task, missing.unmet.join("; ")).unwrap();
        }
        gate.unmet.iter().for_each(|unmet| write!(out, "\n  {unmet}").unwrap());
        writeln!(out).unwrap();
    }
    writeln!(out, "measures due {:?}", course.measures_due).unwrap();
    out
}

#[test]
fn before_the_first_session() {
    let protocol = ipt16();
    assert_snapshot!(told(&Story::enrolled(protocol).course()), @r#"
    Active, Initial, 0 held, 16 left of 16
    due E1 BeforeFirstSession
    G1
      I1: a first PHQ-9 is scored; a diagnosis or target problem is recorded with its source; the client has been told what it is and that it can be treated
      I2: a level of risk is set
      I5: the onset date is set; an event near the onset is named, or it is noted that none was found
      I6: at least one person is named, or it is noted that there is nobody
      I7: a problem area is chosen; the client agrees with it
      I8: it is written in the client's own words; the client accepts it
      I9: the number of sessions is set; the end date is set; there are one to three goals
    G2
      two sessions or fewer are left, or the symptoms have settled and the client wishes to end
      the ending has been talked about at least once
    G3
      T2: every goal of the contract is rated; the scores are compared with the first ones
      T4: an early warning sign is named; something to do then is named; somebody to turn to is named
      T5: it is decided what comes next; the next treatment is named if this one did not help enough
      the closing measures are answered
      a date to hear from each other again is set
    measures due ["phq-9", "gad-7"]
    "#);
}

#[test]
fn after_the_second_session_with_half_of_the_work_done() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story
        .record("eligibility", flags("eligibility", &["exclusions_answered", "consent_signed", "mode_known"]))
        .record("diagnosis", flags("diagnosis", &["recorded", "told"]))
        .session(1, 19.0)
        .record("timeline", flags("timeline", &["onset_set"]))
        .record("inventory", Facts::new().with("inventory.ties", 5).with("inventory.described", 3))
        .session(2, 18.0);
    assert_snapshot!(told(&story.course()), @r#"
    Active, Initial, 2 held, 14 left of 16
    due I3 (overdue) WindowReached { from: 1, to: 2 }
    due I4 (overdue) WindowReached { from: 1, to: 1 }
    due I5 (overdue) WindowReached { from: 1, to: 2 }
    due M2 (overdue) EverySession { session: 3 }
    due I2 EverySession { session: 3 }
    due I6 WindowReached { from: 1, to: 3 }
    G1
      I5: an event near the onset is named, or it is noted that none was found
      I6: each person has closeness, change since the onset, and what both expect
      I7: a problem area is chosen; the client agrees with it
      I8: it is written in the client's own words; the client accepts it
      I9: the number of sessions is set; the end date is set; there are one to three goals
    G2
      two sessions or fewer are left, or the symptoms have settled and the client wishes to end
      the ending has been talked about at least once
    G3
      T2: every goal of the contract is rated; the scores are compared with the first ones
      T4: an early warning sign is named; something to do then is named; somebody to turn to is named
      T5: it is decided what comes next; the next treatment is named if this one did not help enough
      the closing measures are answered
      a date to hear from each other again is set
    measures due ["phq-9", "gad-7"]
    "#);
}

#[test]
fn in_the_middle_at_half_way() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_middle();
    (4..=7).for_each(|session| {
        story.session(session, 15.0);
    });
    story.open(8);
    assert_snapshot!(told(&story.course()), @r#"
    Active, Middle, 7 held, 9 left of 16
    due I3 (overdue) WindowReached { from: 1, to: 2 }
    due I4 (overdue) WindowReached { from: 1, to: 1 }
    due M2 (overdue) EverySession { session: 8 }
    due M4 (overdue) WeekReached { week: 4 }
    due I2 EverySession { session: 8 }
    due M0 EverySession { session: 8 }
    due M1 WindowReached { from: 4, to: 14 }
    due M3 HalfReached { session: 8, planned: 16 }
    G2
      two sessions or fewer are left, or the symptoms have settled and the client wishes to end
      the ending has been talked about at least once
    G3
      T2: every goal of the contract is rated; the scores are compared with the first ones
      T4: an early warning sign is named; something to do then is named; somebody to turn to is named
      T5: it is decided what comes next; the next treatment is named if this one did not help enough
      the closing measures are answered
      a date to hear from each other again is set
    measures due ["phq-9", "gad-7"]
    "#);
}

#[test]
fn in_the_ending() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_ending().open(15);
    assert_snapshot!(told(&story.course()), @r#"
    Active, Ending, 14 held, 2 left of 16
    due I3 (overdue) WindowReached { from: 1, to: 2 }
    due I4 (overdue) WindowReached { from: 1, to: 1 }
    due M1 (overdue) WindowReached { from: 4, to: 14 }
    due M2 (overdue) EverySession { session: 15 }
    due M3 (overdue) HalfReached { session: 8, planned: 16 }
    due M4 (overdue) WeekReached { week: 8 }
    due I2 EverySession { session: 15 }
    due T1 WindowReached { from: 15, to: 16 }
    due T2 WindowReached { from: 15, to: 16 }
    G3
      T2: every goal of the contract is rated; the scores are compared with the first ones
      T4: an early warning sign is named; something to do then is named; somebody to turn to is named
      T5: it is decided what comes next
      the closing measures are answered
      a date to hear from each other again is set
    measures due ["phq-9", "gad-7"]
    "#);
}

#[test]
fn a_note_without_a_link_leaves_the_session_loop_overdue() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_middle().open(4).close(4, Facts::new().with("note.risk_level", "none"));
    let due = story.course().due;
    let loop_due = due.iter().find(|due| due.task == "M0").unwrap();
    assert!(loop_due.overdue);
    story.session(5, 12.0);
    assert!(story.course().due.iter().all(|due| due.task != "M0" || !due.overdue));
}

#[test]
fn a_measure_is_due_until_it_is_answered_for_the_session_that_comes() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.score("phq-9", 15.0);
    assert_eq!(story.course().measures_due, ["gad-7"]);
    story.score("gad-7", 9.0).open(1);
    assert_eq!(story.course().measures_due, [""; 0]);
    story.close(1, note());
    assert_eq!(story.course().measures_due, ["phq-9", "gad-7"]);
}

#[test]
fn a_missed_session_keeps_its_number() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.session(1, 15.0).open(2).add(EventKind::SessionMissed { reason: MissedReason::NoShow });
    let course = story.course();
    assert_eq!(
        (course.sessions_held, course.sessions_missed, course.open_session, course.next_session),
        (1, 1, None, Some(2))
    );
}

#[test]
fn a_longer_plan_moves_the_ending_and_the_half_way_mark() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    let later = story.course().ends_on.unwrap().saturating_add(Span::new().days(28));
    story.reach_middle().add(EventKind::Replanned {
        sessions: 20,
        ends_on: later,
        reason: "long illness".to_owned(),
        agreed: Agreement::Both,
    });
    (4..=8).for_each(|session| {
        story.session(session, 15.0);
    });
    let course = story.course();
    assert_eq!((course.sessions_left, course.ends_on), (12, Some(later)));
    assert!(course.due.iter().all(|due| due.task != "M3"), "half of twenty is ten");
    story.session(9, 15.0).open(10);
    assert!(story.course().due.iter().any(|due| due.task == "M3"));
}

#[test]
fn the_checks_of_week_four_and_eight_are_asked_for_separately() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_middle().session(4, 15.0);
    assert_eq!(story.course().task("M4"), Some(TaskStatus::Open));
    story.record("progress_check", flags("progress_check", &["recorded"]));
    assert_eq!(story.course().task("M4"), Some(TaskStatus::Done));
    (5..=8).for_each(|session| {
        story.session(session, 14.0);
    });
    assert_eq!(
        story.course().task("M4"),
        Some(TaskStatus::Open),
        "the check of week four does not answer for week eight"
    );
}

#[test]
fn the_scores_prompt_after_four_weeks_and_at_once_when_things_get_worse() {
    let protocol = ipt16();
    let speaking = |last: f64, weeks: i64| {
        let mut story = Story::enrolled(protocol);
        story.score("phq-9", 16.0).score("phq-9", last);
        let today = story.today.saturating_add(Span::new().days(7 * weeks));
        let rules = progress_rules(protocol, &story.course(), today);
        rules.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(speaking(11.0, 3), "");
    assert_eq!(speaking(11.0, 4), "R-ADULT-PHQ-adequate");
    assert_eq!(speaking(12.0, 4), "R-ADULT-PHQ-doubtful");
    assert_eq!(speaking(15.0, 6), "R-ADULT-PHQ-inadequate");
    assert_eq!(speaking(20.0, 1), "R-DOSE", "severe at the start: how often to meet");
    assert_eq!(speaking(21.0, 1), "R-DOSE R-WORSE");
}

#[test]
fn a_newer_version_takes_back_what_the_older_one_said() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.initial_work().score("phq-9", 15.0);
    assert_eq!(story.course().task("I5"), Some(TaskStatus::Done));
    story.record("timeline", flags("timeline", &["onset_set"]));
    assert_eq!(story.course().task("I5"), Some(TaskStatus::Open));
    assert_eq!(story.course().artefacts["timeline"], 2);
}

#[test]
fn the_guide_follows_phase_session_and_problem_area() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    let ids = |course: &Course| {
        session_steps(protocol, course).iter().map(|step| step.id.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_snapshot!(ids(&story.course()), @"B-1 B-2 B-3 B-4 B-5 B-6 B-7 B-11");
    assert!(strategy_steps(protocol, &story.course()).is_empty());
    story.reach_middle();
    assert_snapshot!(ids(&story.course()), @"M-1 M-2 M-3 M-4 M-5 M-6 M-7 M-8 M-9 M-10 M-11 M-12");
    assert_eq!(strategy_steps(protocol, &story.course())[0].id, "D-1");
    story.focus(2, protocol::ProblemArea::Grief);
    assert_snapshot!(ids(&story.course()), @"M-1 M-2 M-3 M-4 M-5 M-6-grief M-7 M-8 M-9 M-10 M-11 M-12");
}

#[test]
fn running_past_the_planned_day_is_said_and_a_pause_asks_for_nothing() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.session(1, 15.0).add(EventKind::Paused { reason: "an operation".to_owned() });
    story.today = story.today.saturating_add(Span::new().days(200));
    let course = story.course();
    assert!(course.past_planned_end && course.due.is_empty());
    assert_eq!(course.standing, Standing::Paused);
}
