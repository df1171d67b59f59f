#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use jiff::civil::date;
use proptest::prelude::*;
use protocol::Phase;

fn full() -> SessionNote {
    SessionNote {
        risk_level: Some(RiskLevel::Low),
        mood_links: vec![MoodLink {
            mood: 3,
            event: "Quarrel on Thursday".into(),
            tie: None,
            life_event: None,
            feelings: "angry, alone".into(),
            direction: Some(Direction::EventToMood),
        }],
        techniques: vec![TechniqueUse {
            kind: Technique::RolePlay,
            tie: None,
            what_happened: "She began the talk twice.".into(),
            outcome: "More sure".into(),
        }],
        ending_discussed: true,
        ..SessionNote::default()
    }
}

fn step(mark: Mark, reason: &str) -> StepMark {
    StepMark { step: "M-4".into(), title: "Link mood and event".into(), mark, reason: reason.into() }
}

#[test]
fn the_protocol_knows_counts_flags_and_the_level_and_no_text() {
    let facts = facts(&full());
    assert_eq!(facts.count("note.mood_links"), 1);
    assert_eq!(facts.count("note.techniques"), 1);
    assert_eq!(facts.text("note.risk_level"), Some("low"));
    assert!(facts.flag("note.ending_discussed") && !facts.flag("note.sessions_left_said"));
    assert!(!serde_json::to_string(&facts).unwrap().contains("Quarrel"));
    assert_eq!(super::facts(&SessionNote::default()).get("note.risk_level"), None);
}

#[test]
fn what_is_missing_depends_on_the_phase_and_a_reason_excuses_all_but_the_risk_level() {
    let empty = SessionNote::default();
    let reason = Some(Skipped { reason: SkipReason::NoTime, note: String::new() });
    let no_time = SessionNote { skipped: reason, ..SessionNote::default() };
    let video = SessionNote { mode: Mode::Video, ..full() };
    let left_out = SessionNote { steps: vec![step(Mark::NotToday, "")], ..full() };
    let explained = SessionNote { steps: vec![step(Mark::NotToday, "she was tired")], ..full() };
    let partly = SessionNote { steps: vec![step(Mark::Partly, "")], ..full() };
    for (note, phase, expected) in [
        (&empty, Phase::Initial, vec![Gap::RiskLevel]),
        (&empty, Phase::Middle, vec![Gap::RiskLevel, Gap::MoodLink, Gap::Technique]),
        (&empty, Phase::Ending, vec![Gap::RiskLevel]),
        (&no_time, Phase::Middle, vec![Gap::RiskLevel]),
        (&full(), Phase::Middle, vec![]),
        (&video, Phase::Middle, vec![Gap::Place]),
        (&left_out, Phase::Initial, vec![Gap::Steps]),
        (&explained, Phase::Initial, vec![]),
        (&partly, Phase::Initial, vec![]),
    ] {
        assert_eq!(ready_to_sign(note, phase), expected, "{note:?} {phase:?}");
    }
}

#[test]
fn every_wrong_field_is_named_with_its_row() {
    let form = NoteForm {
        narrative: "x".repeat(NARRATIVE_CHARS_MAX + 1),
        risk_level: "enormous".into(),
        links: vec![
            LinkForm::default(),
            LinkForm { mood: "11".into(), event: " ".into(), tie: "me".into(), ..LinkForm::default() },
        ],
        techniques: vec![TechniqueForm { kind: "hypnosis".into(), ..TechniqueForm::default() }],
        ..NoteForm::default()
    };
    let problems = SessionNote::from_form(&form).unwrap_err();
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "links.1.mood",
            "links.1.event",
            "links.1.tie",
            "techniques.hypnosis.use",
            "narrative",
            "risk_level"
        ]
    );
    assert_eq!(problems[4].problem, Problem::Text(crate::text::TextError::TooLong { max: 20_000 }));
}

#[test]
fn an_untouched_row_and_an_unmarked_step_leave_no_trace() {
    let form = NoteForm {
        links: vec![LinkForm::default()],
        steps: vec![StepForm { step: "M-1".into(), title: "Look".into(), ..StepForm::default() }],
        ..NoteForm::default()
    };
    assert_eq!(SessionNote::from_form(&form).unwrap(), SessionNote::default());
}

#[test]
fn an_entry_is_late_from_the_second_day_after_the_session() {
    let held = date(2026, 11, 2);
    assert!(!is_late(held, held) && !is_late(held, date(2026, 11, 3)) && is_late(held, date(2026, 11, 4)));
}

#[test]
fn an_early_note_without_later_fields_is_still_read() {
    let note: SessionNote = serde_json::from_str(r#"{"narrative":"Text","risk_level":"none"}"#).unwrap();
    assert_eq!((note.narrative.as_str(), note.risk_level), ("Text", Some(RiskLevel::None)));
}

fn word<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

prop_compose! {
    fn link()(mood in 0u8..=10, event in "[a-zß🌻][ a-z\n]{0,40}", feelings in "([a-z]{1,9})?",
        direction in prop::option::of(word(Direction::ALL)), tie in prop::option::of(any::<u128>())) -> MoodLink {
        let tie = tie.map(|id| crate::ids::Identifier::from_uuid(uuid::Uuid::from_u128(id)));
        MoodLink { mood, event, tie, life_event: None, feelings, direction }
    }
}

proptest! {
    #[test]
    fn a_note_shown_in_the_form_and_sent_again_is_the_same_note(
        links in prop::collection::vec(link(), 0..5), kind in word(Technique::ALL), mode in word(Mode::ALL),
        narrative in "[ -~\n]{0,200}", mark in word(Mark::ALL),
    ) {
        let note = SessionNote {
            mode, narrative, mood_links: links, steps: vec![step(mark, "why not")],
            techniques: vec![TechniqueUse { kind, ..full().techniques.remove(0) }],
            ..full()
        };
        prop_assert_eq!(SessionNote::from_form(&note.to_form()), Ok(note));
    }
}
