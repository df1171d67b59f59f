#![allow(clippy::unwrap_used)]
use super::*;
use crate::fields::Coded;
use crate::ids::Identifier;
use jiff::civil::date;
use uuid::Uuid;

fn t(n: u128) -> TieId {
    TieId::from_uuid(Uuid::from_u128(n))
}

fn e(n: u128) -> EventId {
    EventId::from_uuid(Uuid::from_u128(n))
}

fn event(kind: Kind, on: jiff::civil::Date, impact: u8) -> LifeEvent {
    LifeEvent {
        kind,
        title: "x".into(),
        when: on.into(),
        people: Vec::new(),
        valence: None,
        impact: Some(impact),
        note: String::new(),
        ended: None,
    }
}

fn people() -> Vec<(TieId, Tie)> {
    let mut husband = Tie::named("Husband".into());
    (husband.conflict, husband.fit) = (Some(4), Some(3));
    let mut mother = Tie::named("Mother".into());
    mother.presence = Presence::Deceased;
    mother.died = Some(date(2026, 3, 2).into());
    vec![(t(1), husband), (t(2), mother)]
}

fn close(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-9, "{left} is not {right}");
}

#[test]
fn scores_worked_by_hand() {
    let ties = people();
    let events = vec![
        (e(1), event(Kind::Death, date(2026, 3, 2), 9)),
        (e(2), event(Kind::Move, date(2025, 12, 30), 5)),
    ];
    let ground = Ground {
        ties: &ties,
        events: &events,
        onset: Some(date(2026, 4, 1).into()),
        areas: &ProblemArea::OF_IPT,
    };
    let candidate = |area, ties: &[TieId], events: &[EventId], rank, changeable| Candidate {
        area,
        ties: ties.to_vec(),
        events: events.to_vec(),
        client_rank: rank,
        therapist_rank: None,
        changeability: changeable,
        parts: Parts::default(),
    };
    // Grief: 30 days before the onset: 1 - 30/183; impact 9; client's first; 6 of 10; two pieces of three.
    let grief = reckon(&candidate(ProblemArea::Grief, &[t(2)], &[e(1)], Some(1), Some(6)), &ground);
    close(grief.onset_proximity, 153.0 / 183.0);
    close(grief.score(), 0.35 * 153.0 / 183.0 + 0.25 * 0.9 + 0.2 + 0.06 + 0.1 * 2.0 / 3.0);
    // Dispute: no date at all; distance 7 beats conflict 4; client's second; nothing said; one piece.
    let dispute = reckon(&candidate(ProblemArea::Disputes, &[t(1)], &[], Some(2), None), &ground);
    close(dispute.score(), 0.25 * 0.7 + 0.2 * 2.0 / 3.0 + 0.1 / 3.0);
    // Transition: 92 days before the onset; impact 5; client's fourth counts nothing.
    let move_ = reckon(&candidate(ProblemArea::Transitions, &[], &[e(2)], Some(4), Some(10)), &ground);
    close(move_.score(), 0.35 * 91.0 / 183.0 + 0.25 * 0.5 + 0.1 + 0.1 / 3.0);
    // Nothing ticked is nothing; without an onset nothing is near it.
    close(reckon(&candidate(ProblemArea::Deficits, &[], &[], None, None), &ground).score(), 0.0);
    let no_onset = Ground { onset: None, ..ground };
    close(
        reckon(&candidate(ProblemArea::Grief, &[t(2)], &[e(1)], None, None), &no_onset).onset_proximity,
        0.0,
    );
    // The greatest possible score is one.
    close(Parts::WEIGHTS.iter().sum(), 1.0);
}

#[test]
fn grief_needs_a_death_and_two_areas_differ() {
    let ties = people();
    let fields = |primary: &str, secondary: &str| {
        Fields::default()
            .with("primary", primary)
            .with("secondary", secondary)
            .with("agreed", "both")
            .with("reason", "It began then")
    };
    let with_death = Ground { ties: &ties, events: &[], onset: None, areas: &ProblemArea::OF_IPT };
    let without = Ground { ties: &ties[..1], events: &[], onset: None, areas: &ProblemArea::OF_IPT };
    let problem = |fields: &Fields, ground: &Ground<'_>| {
        FocusChoice::read(fields, ground).err().map(|errors| (errors[0].field.clone(), errors[0].problem))
    };
    for (form, ground, expected) in [
        (fields("grief", ""), &with_death, None),
        (fields("grief", ""), &without, Some(("primary", FieldProblem::NeedsDeath))),
        (fields("grief", "").with("despite", "She died before he was born"), &without, None),
        (fields("healthy_self", ""), &without, Some(("primary", FieldProblem::NotAChoice))),
        (fields("disputes", "grief"), &without, Some(("secondary", FieldProblem::NeedsDeath))),
        (fields("disputes", "disputes"), &without, Some(("secondary", FieldProblem::SameTwice))),
        (fields("", ""), &without, Some(("primary", FieldProblem::NotAChoice))),
        (
            fields("disputes", "").with("grief.ties", "nobody"),
            &without,
            Some(("grief.ties", FieldProblem::Unknown)),
        ),
    ] {
        let expected = expected.map(|(field, problem)| (field.to_owned(), problem));
        assert_eq!(problem(&form, ground), expected, "{form:?}");
    }
    let empty = FocusChoice::read(&Fields::default(), &without).unwrap_err();
    assert_eq!(empty.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["primary", "agreed", "reason"]);
}

#[test]
fn a_choice_comes_back_from_its_form_and_its_document() {
    let ties = people();
    let ground = Ground { ties: &ties, events: &[], onset: None, areas: &ProblemArea::OF_IPT };
    let fields = Fields::default()
        .with("disputes.ties", t(1))
        .with("disputes.client_rank", 1)
        .with("disputes.therapist_rank", 2)
        .with("disputes.changeability", 7)
        .with("primary", "disputes")
        .with("secondary", "grief")
        .with("agreed", "client_only")
        .with("reason", "They stopped talking");
    let choice = FocusChoice::read(&fields, &ground).unwrap();
    assert_eq!(choice.to_fields(), fields);
    let text = serde_json::to_string(&choice).unwrap();
    assert_eq!(serde_json::from_str::<FocusChoice>(&text).unwrap(), choice);
}

#[test]
fn a_protocol_with_other_areas_offers_its_own() {
    let areas = [ProblemArea::Grief, ProblemArea::HealthySelf];
    let ground = Ground { ties: &[], events: &[], onset: None, areas: &areas };
    let fields = Fields::default()
        .with("primary", "healthy_self")
        .with("healthy_self.client_rank", 1)
        .with("agreed", "both")
        .with("reason", "The illness took the person I was");
    let choice = FocusChoice::read(&fields, &ground).unwrap();
    assert_eq!(choice.primary, ProblemArea::HealthySelf);
    assert_eq!(choice.candidates.iter().map(|one| one.area).collect::<Vec<_>>(), areas);
    assert_eq!(FocusChoice::read(&fields.with("secondary", "disputes"), &ground).unwrap().secondary, None);
}

#[test]
fn what_points_to_an_area() {
    let ties = people();
    let events = vec![
        (e(1), event(Kind::Death, date(2020, 3, 2), 9)),
        (e(2), event(Kind::Move, date(2026, 1, 1), 5)),
        (e(3), event(Kind::Job, date(2019, 1, 1), 5)),
        (e(4), event(Kind::ConflictStart, date(2019, 1, 1), 5)),
    ];
    let ground = Ground {
        ties: &ties,
        events: &events,
        onset: Some(date(2026, 4, 1).into()),
        areas: &ProblemArea::OF_IPT,
    };
    assert_eq!(ground.pointing_to(ProblemArea::Grief), (vec![t(2)], vec![e(1)]));
    assert_eq!(ground.pointing_to(ProblemArea::Disputes), (vec![t(1)], vec![e(4)]));
    assert_eq!(ground.pointing_to(ProblemArea::Transitions), (vec![], vec![e(2)]));
    assert_eq!(ground.pointing_to(ProblemArea::Deficits), (vec![], vec![]));
}

fn steps(titles: &[&str]) -> Vec<protocol::Step> {
    titles
        .iter()
        .map(|title| protocol::Step {
            id: "D-1".into(),
            title: (*title).to_owned(),
            sample: String::new(),
            why: String::new(),
            phase: protocol::Phase::Middle,
            from: 4,
            to: 14,
            areas: Vec::new(),
        })
        .collect()
}

#[test]
fn steps_keep_their_states_and_other_words_of_the_worksheet() {
    let kept: Strategy = serde_json::from_str(
        r#"{"area":"disputes","dispute_stage":"impasse","moving":"yes",
            "steps":[{"step":"Two","state":"done","session":"5"},{"step":"My own","state":"in_progress"}]}"#,
    )
    .unwrap();
    let laid = kept.for_area(ProblemArea::Disputes, &steps(&["One", "Two"]));
    let titles: Vec<&str> = laid.steps.iter().map(|row| row.step.as_str()).collect();
    assert_eq!(titles, ["One", "Two", "My own"]);
    let form = Fields::default()
        .with("steps.0.state", StepState::InProgress.code())
        .with("steps.1.state", "done")
        .with("steps.1.note", "Went well")
        .with("dispute_stage", "renegotiation");
    let saved = laid.read(&form).unwrap();
    assert_eq!(saved.facts().count("strategy.steps_recorded"), 2);
    assert_eq!(saved.to_fields(), form);
    let text = serde_json::to_string(&saved).unwrap();
    assert!(text.contains(r#""moving":"yes""#) && text.contains(r#""session":"5""#), "{text}");
    let other = saved.for_area(ProblemArea::Grief, &steps(&["One"]));
    assert_eq!((other.steps.len(), other.steps[0].state.as_str()), (1, ""));
}

#[test]
fn a_word_that_is_no_state_is_named() {
    let laid = Strategy::default().for_area(ProblemArea::Grief, &steps(&["One"]));
    let errors = laid.read(&Fields::default().with("steps.0.state", "half")).unwrap_err();
    assert_eq!(errors[0].field, "steps.0.state");
}
