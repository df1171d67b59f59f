//! What happens beside the sessions: meetings, answers to rules, a change of therapist, a high risk, areas.

use jiff::Span;
use protocol::{
    Agreement, EventKind, Exit, Facts, ProblemArea, Protocol, Refusal, RiskLevel, RuleAnswer, Standing,
    advice,
};

use crate::story::{Story, ended, ipt16, note};

/// The sixteen sessions with something more laid over them.
fn with(more: &str) -> Protocol {
    let whole = include_str!("../../../../content/protocols/ipt16_adult.toml");
    let at = whole.find("\n[[cases]]").unwrap();
    let text = format!("{}\n{more}", &whole[..at]);
    Protocol::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn with_meetings() -> Protocol {
    with(
        r#"
[[meetings]]
id = "engagement"
kind = "engagement"
title = "Getting to know each other"
why = "Trust comes first."
time = "before"
at_least = 1
at_most = 1
minutes = 60
who = ["therapist", "client"]

[[meetings]]
id = "partner"
kind = "partner"
title = "With the partner"
why = "Some things take two."
time = "middle"
at_least = 0
at_most = 2
minutes = 60
who = ["therapist", "client", "partner"]

[[meetings]]
id = "booster"
kind = "booster"
title = "Booster"
why = "To keep what was reached."
time = "after"
at_least = 0
at_most = 1
minutes = 45
who = ["therapist", "client"]
"#,
    )
}

fn held(meeting: &str) -> EventKind {
    EventKind::MeetingHeld { meeting: meeting.to_owned(), facts: Facts::new() }
}

fn answer(rule: &str, answer: RuleAnswer, reason: Option<&str>) -> EventKind {
    EventKind::RuleAnswered { rule: rule.to_owned(), answer, reason: reason.map(str::to_owned) }
}

#[test]
fn a_meeting_is_held_in_its_time_as_often_as_the_protocol_has_it() {
    let protocol = with_meetings();
    let mut story = Story::enrolled(&protocol);
    let refused = story.attempt(held("partner")).unwrap_err();
    assert_eq!(refused.code(), "meeting_not_now");
    assert_eq!(story.attempt(held("dinner")).unwrap_err().code(), "meeting_unknown");
    story.add(held("engagement"));
    assert_eq!(story.course().facts.count("meeting.engagement"), 1);
    let again = story.attempt(held("engagement")).unwrap_err();
    assert_eq!(again, Refusal::MeetingsUsed { meeting: "engagement".to_owned(), at_most: 1 });

    story.reach_middle().add(held("partner")).add(held("partner"));
    let course = story.course();
    assert_eq!((course.meetings["partner"].held, course.sessions_held), (2, 3), "no session is used up");
    assert_eq!(story.attempt(held("partner")).unwrap_err().code(), "meetings_used");
    assert_eq!(story.attempt(held("booster")).unwrap_err().code(), "meeting_not_now");
}

#[test]
fn a_booster_is_held_after_the_end() {
    let protocol = with_meetings();
    let mut story = Story::enrolled(&protocol);
    story.reach_third_gate().add(ended(Exit::Completed)).add(held("booster"));
    assert_eq!(story.course().meetings["booster"].held, 1);
    assert_eq!(story.attempt(held("booster")).unwrap_err().code(), "meetings_used");
}

#[test]
fn what_a_meeting_says_is_added_to_what_is_known() {
    let protocol = with_meetings();
    let mut story = Story::enrolled(&protocol);
    story.record("timeline", Facts::new().with("timeline.onset_set", true));
    let facts = Facts::new().with("timeline.events_near_onset", 2);
    story.add(EventKind::MeetingHeld { meeting: "engagement".to_owned(), facts });
    let course = story.course();
    assert!(course.facts.flag("timeline.onset_set") && course.facts.count("timeline.events_near_onset") == 2);
}

#[test]
fn an_answered_rule_is_silent_until_a_new_score_is_there() {
    let protocol = ipt16();
    let mut story = Story::enrolled(protocol);
    story.reach_middle();
    (4..=6).for_each(|session| {
        story.session(session, 18.0);
    });
    let speaks = |story: &Story<'_>| -> Vec<String> {
        let course = story.course();
        let open = advice(story.protocol, &course, story.today).into_iter();
        open.filter(|one| one.answered.is_none()).map(|one| one.rule.id.clone()).collect()
    };
    let rules = speaks(&story);
    let rule = rules.first().unwrap().clone();
    let missing = story.attempt(answer(&rule, RuleAnswer::Overridden, Some("  "))).unwrap_err();
    assert_eq!(missing, Refusal::ReasonMissing);
    assert_eq!(
        story.attempt(answer("R-NONE", RuleAnswer::Accepted, None)).unwrap_err().code(),
        "rule_unknown"
    );
    story.add(answer(&rule, RuleAnswer::Overridden, Some("the husband fell ill; we wait two weeks")));
    assert!(!speaks(&story).contains(&rule));
    let course = story.course();
    let told = advice(protocol, &course, story.today);
    let kept = told.iter().find(|one| one.rule.id == rule).unwrap();
    assert_eq!(kept.answered.as_ref().unwrap().answer, RuleAnswer::Overridden);
    assert!(!kept.because.is_empty() && !kept.rule.source.is_empty());
    let again = story.attempt(answer(&rule, RuleAnswer::Accepted, None)).unwrap_err();
    assert_eq!(again, Refusal::RuleSilent { rule: rule.clone() });
    story.score("phq-9", 18.0);
    assert!(speaks(&story).contains(&rule), "a new score is there to look at");
    story.add(answer(&rule, RuleAnswer::Accepted, None));
}

#[test]
fn another_therapist_takes_over_and_the_course_goes_on() {
    let mut story = Story::enrolled(ipt16());
    story.reach_middle();
    let transfer = |reason: &str| EventKind::Transferred { reason: reason.to_owned() };
    assert_eq!(story.attempt(transfer(" ")).unwrap_err(), Refusal::ReasonMissing);
    story.open(4);
    assert_eq!(story.attempt(transfer("parental leave")).unwrap_err().code(), "session_still_open");
    story.close(4, note()).add(transfer("parental leave"));
    let course = story.course();
    assert_eq!((course.standing, course.sessions_held, course.transfers), (Standing::Active, 4, 1));
    assert_eq!(course.facts.count("course.transfers"), 1);
    story.open(5);
}

#[test]
fn a_high_risk_holds_steps_forward_and_never_sessions() {
    let mut story = Story::enrolled(ipt16());
    story.initial_work();
    (1..=3).for_each(|session| {
        story.session(session, 18.0);
    });
    story.risk("r1").answer("r1", RiskLevel::High);
    let facts = ["signs", "actions", "contacts"].map(|name| (format!("relapse_plan.{name}"), 1));
    story.record("safety_plan", Facts::new().with("safety_plan.complete", true));
    let course = story.course();
    assert!(course.safety_hold && course.gates.iter().all(|gate| !gate.ready));
    let gate = EventKind::GatePassed { gate: "G1".into(), overrun_reason: None };
    assert_eq!(story.attempt(gate.clone()).unwrap_err(), Refusal::SafetyFirst);
    assert_eq!(story.attempt(ended(Exit::RemittedEarly)).unwrap_err(), Refusal::SafetyFirst);
    story.open(4).close(4, note());
    assert!(!story.course().safety_hold, "the note judged it lower");
    story.add(EventKind::GatePassed { gate: "G1".into(), overrun_reason: Some("a crisis".to_owned()) });
    story.risk("r2").answer("r2", RiskLevel::High);
    story.record("relapse_plan", facts.into_iter().collect());
    assert_eq!(story.attempt(ended(Exit::RemittedEarly)).unwrap_err(), Refusal::SafetyFirst);
    story.add(ended(Exit::ReferredUp));
}

#[test]
fn only_areas_of_the_protocol_are_chosen_and_an_override_says_why() {
    let protocol = with(
        r#"
[[meetings]]
id = "team"
kind = "joint"
title = "Team"
why = "To agree."
time = "any"
at_least = 0
at_most = 9
minutes = 30
who = ["therapist", "team"]
"#,
    );
    let mut protocol = protocol;
    let asked = protocol.tasks.iter().find(|task| task.id == "I5").unwrap().done_when[0].clone();
    protocol.areas.iter_mut().find(|one| one.area == ProblemArea::Grief).unwrap().opens_when = vec![asked];
    let mut story = Story::enrolled(&protocol);
    let choose = |primary, despite: Option<&str>| EventKind::FocusChosen {
        version: 1,
        primary,
        secondary: None,
        client_agreed: Agreement::Both,
        reason: "it fits".to_owned(),
        despite: despite.map(str::to_owned),
    };
    let unknown = story.attempt(choose(ProblemArea::HealthySelf, Some("because"))).unwrap_err();
    assert_eq!(unknown, Refusal::AreaUnknown { area: ProblemArea::HealthySelf });
    let shut = story.attempt(choose(ProblemArea::Grief, Some(" "))).unwrap_err();
    let unmet = vec!["the onset date is set".to_owned()];
    assert_eq!(shut, Refusal::AreaNotOpen { area: ProblemArea::Grief, unmet });
    story.add(choose(ProblemArea::Grief, Some("the onset is known from the referral")));
    story.today = story.today.saturating_add(Span::new().days(1));
    assert_eq!(story.course().focus.unwrap().primary, ProblemArea::Grief);
}

#[test]
fn a_course_may_go_on_elsewhere() {
    let mut story = Story::enrolled(ipt16());
    story.reach_middle().add(ended(Exit::Transferred));
    let course = story.course();
    assert_eq!((course.standing, course.ended_on), (Standing::Ended(Exit::Transferred), Some(story.today)));
}
