//! Events are kept for ever: these texts were stored once and have to be read by every later version.

use insta::assert_snapshot;
use jiff::civil::date;
use protocol::{
    Agreement, Disposition, EventKind, Exit, Facts, MissedReason, ProblemArea, RiskLevel, RuleAnswer,
};

fn all_kinds() -> Vec<EventKind> {
    vec![
        EventKind::Enrolled {
            protocol: "ipt16_adult".into(),
            version: "1".to_owned(),
            sessions: 16,
            starts_on: date(2026, 1, 5),
            ends_on: date(2026, 4, 20),
        },
        EventKind::SessionOpened { session: 1 },
        EventKind::SessionClosed {
            session: 1,
            facts: Facts::new().with("note.mood_links", 1).with("note.risk_level", "low"),
        },
        EventKind::SessionMissed { reason: MissedReason::CancelledByClient },
        EventKind::Recorded {
            artefact: "timeline".to_owned(),
            version: 1,
            facts: Facts::new().with("timeline.onset_set", true),
            session: Some(1),
        },
        EventKind::Scored {
            instrument: "phq-9".to_owned(),
            total: Some(17.0),
            severity: Some("moderately_severe".to_owned()),
            session: None,
        },
        EventKind::RiskOpened { risk: "r1".to_owned(), source: "phq-9".to_owned() },
        EventKind::RiskAnswered { risk: "r1".to_owned(), level: RiskLevel::Moderate },
        EventKind::FocusChosen {
            version: 1,
            primary: ProblemArea::Grief,
            secondary: Some(ProblemArea::Disputes),
            client_agreed: Agreement::Both,
            reason: "nearest".to_owned(),
            despite: None,
        },
        EventKind::GatePassed { gate: "G1".into(), overrun_reason: None },
        EventKind::Replanned {
            sessions: 18,
            ends_on: date(2026, 5, 4),
            reason: "illness".to_owned(),
            agreed: Agreement::Both,
        },
        EventKind::Paused { reason: "holiday".to_owned() },
        EventKind::Resumed,
        EventKind::Ended {
            exit: Exit::Dropout { last_attended: Some(date(2026, 2, 2)), contact_attempts: 3 },
            disposition: Some(Disposition::StepUp),
        },
        EventKind::MaintenanceStarted { every_days: 28, until: date(2028, 1, 1) },
        EventKind::MeetingHeld { meeting: "parents".to_owned(), facts: Facts::new() },
        EventKind::RuleAnswered {
            rule: "R-ADULT-PHQ".to_owned(),
            answer: RuleAnswer::Overridden,
            reason: Some("a bad week".to_owned()),
        },
        EventKind::Transferred { reason: "parental leave".to_owned() },
        EventKind::Migrated {
            protocol: "ipt12_adult".into(),
            version: "2".to_owned(),
            sessions: 12,
            ends_on: date(2026, 4, 6),
            reason: "she travels".to_owned(),
            agreed: Agreement::Both,
        },
        EventKind::Ended { exit: Exit::Transferred, disposition: Some(Disposition::Refer) },
    ]
}

#[test]
fn every_kind_of_event_keeps_its_written_form() {
    let lines: Vec<String> = all_kinds().iter().map(|kind| serde_json::to_string(kind).unwrap()).collect();
    assert_snapshot!(lines.join("\n"), @r#"
    {"type":"enrolled","protocol":"ipt16_adult","version":"1","sessions":16,"starts_on":"2026-01-05","ends_on":"2026-04-20"}
    {"type":"session_opened","session":1}
    {"type":"session_closed","session":1,"facts":{"note.mood_links":1,"note.risk_level":"low"}}
    {"type":"session_missed","reason":"cancelled_by_client"}
    {"type":"recorded","artefact":"timeline","version":1,"facts":{"timeline.onset_set":true},"session":1}
    {"type":"scored","instrument":"phq-9","total":17.0,"severity":"moderately_severe"}
    {"type":"risk_opened","risk":"r1","source":"phq-9"}
    {"type":"risk_answered","risk":"r1","level":"moderate"}
    {"type":"focus_chosen","version":1,"primary":"grief","secondary":"disputes","client_agreed":"both","reason":"nearest"}
    {"type":"gate_passed","gate":"G1"}
    {"type":"replanned","sessions":18,"ends_on":"2026-05-04","reason":"illness","agreed":"both"}
    {"type":"paused","reason":"holiday"}
    {"type":"resumed"}
    {"type":"ended","exit":{"type":"dropout","last_attended":"2026-02-02","contact_attempts":3},"disposition":"step_up"}
    {"type":"maintenance_started","every_days":28,"until":"2028-01-01"}
    {"type":"meeting_held","meeting":"parents","facts":{}}
    {"type":"rule_answered","rule":"R-ADULT-PHQ","answer":"overridden","reason":"a bad week"}
    {"type":"transferred","reason":"parental leave"}
    {"type":"migrated","protocol":"ipt12_adult","version":"2","sessions":12,"ends_on":"2026-04-06","reason":"she travels","agreed":"both"}
    {"type":"ended","exit":{"type":"transferred"},"disposition":"refer"}
    "#);
}

#[test]
fn every_kind_of_event_reads_back_as_itself() {
    for kind in all_kinds() {
        let text = serde_json::to_string(&kind).unwrap();
        assert_eq!(serde_json::from_str::<EventKind>(&text).unwrap(), kind, "{text}");
    }
}

#[test]
fn optional_fields_may_be_absent_and_later_ones_are_passed_over() {
    let older = r#"{"type":"ended","exit":{"type":"dropout"}}"#;
    let newer = r#"{"type":"session_opened","session":2,"room":"blue"}"#;
    assert!(matches!(
        serde_json::from_str(older).unwrap(),
        EventKind::Ended {
            exit: Exit::Dropout { last_attended: None, contact_attempts: 0 },
            disposition: None
        }
    ));
    assert_eq!(serde_json::from_str::<EventKind>(newer).unwrap(), EventKind::SessionOpened { session: 2 });
}
