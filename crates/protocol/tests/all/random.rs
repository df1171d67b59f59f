//! What holds for every course, tried on random ones.

use std::sync::LazyLock;

use jiff::civil::date;
use jiff::{Span, Timestamp};
use proptest::prelude::*;
use protocol::{
    Agreement, Course, Event, EventKind, Exit, Facts, Phase, ProblemArea, Protocol, RiskLevel, Standing,
    TaskPhase, TaskStatus, admit, course, session_steps,
};

use crate::story::{Story, contract, enrolled, flags, ipt16, note, start};

const ARTEFACTS: [&str; 12] = [
    "eligibility",
    "diagnosis",
    "timeline",
    "inventory",
    "formulation",
    "contract",
    "strategy",
    "mid_review",
    "relapse_plan",
    "progress_review",
    "disposition",
    "homework",
];

static SHIPPED: LazyLock<Vec<Protocol>> = LazyLock::new(crate::files::shipped);

fn any_area() -> impl Strategy<Value = ProblemArea> {
    prop::sample::select(ProblemArea::ALL.to_vec())
}

fn any_agreement() -> impl Strategy<Value = Agreement> {
    prop::sample::select(vec![
        Agreement::Both,
        Agreement::Both,
        Agreement::ClientOnly,
        Agreement::TherapistOnly,
        Agreement::Neither,
    ])
}

fn any_exit() -> impl Strategy<Value = Exit> {
    let dropout = Exit::Dropout { last_attended: None, contact_attempts: 2 };
    prop::sample::select(vec![Exit::Completed, Exit::RemittedEarly, dropout, Exit::Moved, Exit::Died])
}

/// The facts of a finished artefact, or of one that is only begun.
fn facts_of(artefact: &str, finished: bool) -> Facts {
    if !finished {
        return Facts::new();
    }
    match artefact {
        "eligibility" => flags(artefact, &["exclusions_answered", "consent_signed", "mode_known"]),
        "diagnosis" => flags(artefact, &["recorded", "told"]),
        "timeline" => flags(artefact, &["onset_set", "none_found"]),
        "inventory" => Facts::new().with("inventory.ties", 2).with("inventory.described", 2),
        "formulation" => flags(artefact, &["accepted", "client_words"]),
        "contract" => contract(),
        "relapse_plan" => ["signs", "actions", "contacts"]
            .map(|name| (format!("relapse_plan.{name}"), 1))
            .into_iter()
            .collect(),
        "progress_review" => flags(artefact, &["compared"]).with("progress_review.goals_rated", 2),
        "disposition" => flags(artefact, &["chosen", "next_option_named", "follow_up_set"]),
        _ => Facts::new().with("strategy.steps_recorded", 1),
    }
}

fn any_kind() -> impl Strategy<Value = EventKind> {
    let session = prop_oneof![6 => 0u16..20, 1 => any::<u16>()];
    let ends_on = (0i64..400).prop_map(|days| start().saturating_add(Span::new().days(days)));
    let level = prop::sample::select(vec![RiskLevel::None, RiskLevel::Low, RiskLevel::High]);
    let risk = prop::sample::select(vec!["r1", "r2"]).prop_map(str::to_owned);
    let note = (any::<bool>(), any::<bool>()).prop_map(|(talked, wishes)| {
        note().with("note.ending_discussed", talked).with("note.client_wishes_to_end", wishes)
    });
    prop_oneof![
        1 => (3u16..30).prop_map(|sessions| enrolled(ipt16(), sessions)),
        6 => session.clone().prop_map(|session| EventKind::SessionOpened { session }),
        6 => (session.clone(), note).prop_map(|(session, facts)| EventKind::SessionClosed { session, facts }),
        1 => Just(EventKind::SessionMissed { reason: protocol::MissedReason::NoShow }),
        8 => (prop::sample::select(ARTEFACTS.to_vec()), 0u32..9, any::<bool>()).prop_map(|(artefact, version, finished)| {
            EventKind::Recorded { artefact: artefact.to_owned(), version, facts: facts_of(artefact, finished), session: None }
        }),
        3 => (prop::sample::select(vec!["phq-9", "gad-7"]), prop::option::of(0u8..27), prop::option::of(session.clone())).prop_map(|(instrument, total, session)| {
            EventKind::Scored { instrument: instrument.to_owned(), total: total.map(f64::from), severity: None, session }
        }),
        1 => risk.clone().prop_map(|risk| EventKind::RiskOpened { risk, source: "item".to_owned() }),
        2 => (risk, level).prop_map(|(risk, level)| EventKind::RiskAnswered { risk, level }),
        2 => (0u32..6, any_area(), prop::option::of(any_area()), any_agreement()).prop_map(|(version, primary, secondary, client_agreed)| {
            EventKind::FocusChosen { version, primary, secondary, client_agreed, reason: "because".to_owned(), despite: None }
        }),
        4 => (prop::sample::select(vec!["G1", "G2", "G3", "G9"]), any::<bool>()).prop_map(|(gate, late)| {
            EventKind::GatePassed { gate: gate.into(), overrun_reason: late.then(|| "a crisis".to_owned()) }
        }),
        1 => (0u16..30, ends_on, any_agreement()).prop_map(|(sessions, ends_on, agreed)| {
            EventKind::Replanned { sessions, ends_on, reason: "illness".to_owned(), agreed }
        }),
        1 => Just(EventKind::Paused { reason: "rest".to_owned() }),
        1 => Just(EventKind::Resumed),
        1 => any_exit().prop_map(|exit| EventKind::Ended { exit, disposition: Some(protocol::Disposition::Discharge) }),
        1 => (0u16..60).prop_map(|every_days| EventKind::MaintenanceStarted { every_days, until: date(2028, 1, 1) }),
    ]
}

/// Steers a random kind towards what the course could take, so that many are admitted.
fn steered(kind: EventKind, course: &Course) -> EventKind {
    let next = course.sessions_held + 1;
    match kind {
        EventKind::SessionOpened { session } if !session.is_multiple_of(8) => {
            EventKind::SessionOpened { session: next }
        }
        EventKind::SessionClosed { session, facts } if !session.is_multiple_of(8) => {
            EventKind::SessionClosed { session: course.open_session.unwrap_or(next), facts }
        }
        EventKind::Recorded { artefact, version, facts, session } if version > 1 => {
            let version = course.artefacts.get(&artefact).copied().unwrap_or(0) + 1;
            EventKind::Recorded { artefact, version, facts, session }
        }
        EventKind::FocusChosen { version, primary, secondary, client_agreed, reason, despite }
            if version > 1 =>
        {
            let version = course.focus.as_ref().map_or(0, |focus| focus.version) + 1;
            EventKind::FocusChosen { version, primary, secondary, client_agreed, reason, despite }
        }
        EventKind::Ended { exit, .. } if !course.sessions_held.is_multiple_of(3) => {
            EventKind::RiskOpened { risk: format!("{exit:?}"), source: "item".to_owned() }
        }
        other => other,
    }
}

/// Whether only tasks of the middle or the ending make an artefact.
fn is_late(protocol: &Protocol, artefact: &str) -> bool {
    let mut makers =
        protocol.tasks.iter().filter(|task| task.artefacts.iter().any(|made| made == artefact)).peekable();
    makers.peek().is_some() && makers.all(|task| matches!(task.phase, TaskPhase::Middle | TaskPhase::Ending))
}

/// The rules, looked at from outside: what must hold between the course before and after an admitted event.
fn assert_rules(protocol: &Protocol, before: &Course, kind: &EventKind, after: &Course) {
    assert!(after.sessions_held <= after.sessions_planned.max(before.sessions_held), "{kind:?}");
    assert_eq!(after.sessions_left, after.sessions_planned - after.sessions_held);
    assert!(after.focus.as_ref().is_none_or(|focus| focus.secondary != Some(focus.primary)));
    let passed: Vec<bool> = after.gates.iter().map(|gate| gate.passed).collect();
    assert!(passed.windows(2).all(|pair| pair[0] || !pair[1]), "gates in order: {passed:?}");
    assert!(after.gates.iter().filter(|gate| gate.ready).count() <= 1);
    assert!(before.artefacts.iter().all(|(name, version)| after.artefacts[name] >= *version));
    let observed = matches!(
        kind,
        EventKind::Scored { .. } | EventKind::RiskOpened { .. } | EventKind::RiskAnswered { .. }
    );
    if let Standing::Ended(_) = before.standing {
        assert!(observed || matches!(kind, EventKind::MaintenanceStarted { .. }), "after the end: {kind:?}");
    }
    if before.ends_on.is_some()
        && (before.ends_on, before.sessions_planned) != (after.ends_on, after.sessions_planned)
    {
        assert!(matches!(kind, EventKind::Replanned { agreed: Agreement::Both, .. }), "{kind:?}");
    }
    match kind {
        EventKind::Recorded { artefact, version, .. } => {
            assert!(before.artefacts.get(artefact).is_none_or(|newest| newest < version));
            assert!(
                before.phase != Phase::Initial
                    || !is_late(protocol, artefact)
                    || before.standing == Standing::Maintenance,
                "{artefact} before the first gate"
            );
        }
        EventKind::SessionOpened { session } => {
            assert_eq!((before.standing.clone(), before.open_session), (Standing::Active, None));
            assert_eq!(*session, before.sessions_held + 1);
        }
        EventKind::SessionClosed { session, .. } => {
            assert!(before.open_risks.is_empty() && before.open_session == Some(*session));
            assert_eq!(after.sessions_held, before.sessions_held + 1);
        }
        EventKind::GatePassed { gate, .. } => {
            let view = before.gates.iter().find(|view| view.gate == *gate).unwrap();
            assert!(view.missing.is_empty() && view.unmet.is_empty());
        }
        EventKind::FocusChosen { .. } => assert!(before.phase != Phase::Ending || before.focus_open),
        EventKind::Ended { exit: Exit::Completed | Exit::RemittedEarly, .. }
            if before.standing != Standing::Maintenance =>
        {
            let needs = &protocol.discharge.needs;
            assert!(
                !needs.is_empty()
                    && needs.iter().all(|id| before.task(id.as_str()) == Some(TaskStatus::Done))
            );
            assert!(before.last_risk_level.is_some());
            assert!(before.open_risks.is_empty() && before.open_session.is_none());
        }
        _ => {}
    }
    assert!(session_steps(protocol, after).len() <= 20);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn admitted_courses_keep_every_rule(kinds in prop::collection::vec((any_kind(), 0i64..9), 0..90), head_start in 0..3) {
        let protocol = ipt16();
        let mut story = Story::enrolled(protocol);
        match head_start {
            1 => { story.reach_middle(); }
            2 => { story.reach_ending(); }
            _ => {}
        }
        for (kind, days) in kinds {
            let before = story.course();
            let kind = steered(kind, &before);
            if story.attempt(kind.clone()).is_ok() {
                assert_rules(protocol, &before, &kind, &story.course());
            }
            story.today = story.today.saturating_add(Span::new().days(days));
        }
    }

    #[test]
    fn admitted_courses_keep_every_rule_in_every_shipped_protocol(which in 0usize..26, kinds in prop::collection::vec((any_kind(), 0i64..9), 0..90)) {
        let protocol = &SHIPPED[which % SHIPPED.len()];
        let mut story = Story::enrolled(protocol);
        if which % 2 == 0 {
            crate::walks::begin(&mut story);
        }
        for (kind, days) in kinds {
            let before = story.course();
            let kind = steered(kind, &before);
            if story.attempt(kind.clone()).is_ok() {
                assert_rules(protocol, &before, &kind, &story.course());
            }
            story.today = story.today.saturating_add(Span::new().days(days));
        }
    }

    #[test]
    fn any_list_of_events_gives_a_course(kinds in prop::collection::vec((any_kind(), -40i64..400), 0..60), look_after in -4000i64..4000) {
        let protocol = ipt16();
        let mut events: Vec<Event> = Vec::new();
        let mut held = 0;
        for (kind, days) in kinds {
            let on = start().saturating_add(Span::new().days(days));
            let seq = u32::try_from(events.len()).unwrap();
            events.push(Event { seq, at: Timestamp::UNIX_EPOCH, on, kind });
            let found = course(protocol, &events, start().saturating_add(Span::new().days(look_after)));
            prop_assert!(found.sessions_held >= held, "an event never takes a session back");
            held = found.sessions_held;
            // Whatever the history, asking about the next event gives an answer.
            let _ = admit(protocol, &found, &EventKind::SessionOpened { session: held.saturating_add(1) });
            let _ = session_steps(protocol, &found);
        }
    }

    #[test]
    fn reading_a_damaged_file_names_a_place_in_it(cut in 0usize..30_000, junk in "[\\[\\]={}\"a-z0-9\n. ]{0,12}") {
        let whole = include_str!("../../../../content/protocols/ipt16_adult.toml");
        let mut at = cut.min(whole.len());
        while !whole.is_char_boundary(at) { at -= 1; }
        let text = format!("{}{junk}{}", &whole[..at], &whole[at..]);
        if let Err(mistakes) = Protocol::parse(&text) {
            let lines = text.matches('\n').count() + 1;
            prop_assert!(!mistakes.is_empty());
            prop_assert!(mistakes.iter().all(|one| (1..=lines).contains(&one.line) && one.column >= 1 && !one.message.is_empty()));
        }
    }
}
