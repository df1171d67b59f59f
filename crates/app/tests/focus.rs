use crate::records_support::{Practice, form};
use app::course::CourseError;
use app::entry::Refused;
use app::focus::FocusError;
use domain::fields::FieldProblem;
use protocol::ProblemArea;

const DISPUTE: [(&str, &str); 5] = [
    ("primary", "disputes"),
    ("agreed", "both"),
    ("reason", "It began with the quarrel"),
    ("disputes.client_rank", "1"),
    ("disputes.changeability", "6"),
];

#[tokio::test]
async fn a_choice_is_made_kept_and_revised_beside_the_old_one() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let tie = app.add_ties(&p.ctx, p.episode, "Amina").await.unwrap()[0].to_string();
        let mut first = DISPUTE.to_vec();
        first.push(("disputes.ties", &tie));
        assert_eq!(app.choose_focus(&p.ctx, p.episode, 0, form(&first)).await.unwrap(), 1);
        assert!(p.flag("focus.client_agreed").await);
        let second = form(&[
            ("primary", "transitions"),
            ("secondary", "disputes"),
            ("agreed", "therapist_only"),
            ("reason", "The move weighs more"),
        ]);
        let stale = app.choose_focus(&p.ctx, p.episode, 0, second.clone()).await.err().unwrap();
        assert!(matches!(stale, Refused::Verb(FocusError::Stale { .. })));
        app.choose_focus(&p.ctx, p.episode, 1, second).await.unwrap();
        assert!(!p.flag("focus.client_agreed").await);

        let page = app.focus(&p.ctx, p.episode).await.unwrap();
        let areas: Vec<_> = page.choices.iter().map(|choice| (choice.version, choice.body.primary)).collect();
        assert_eq!(areas, [(2, ProblemArea::Transitions), (1, ProblemArea::Disputes)]);
        let old = &page.choices[1].body.candidates[1];
        assert!((old.parts.score() - (0.2 + 0.06 + 0.1 / 3.0)).abs() < 1e-9, "{:?}", old.parts);
    })
    .await;
}

#[tokio::test]
async fn grief_waits_for_a_death_on_record() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let grief = || form(&[("primary", "grief"), ("agreed", "both"), ("reason", "Her mother")]);
        let refused = app.choose_focus(&p.ctx, p.episode, 0, grief()).await.err().unwrap();
        let Refused::Verb(FocusError::Form(errors)) = refused else { panic!("{refused:?}") };
        assert_eq!(errors[0].problem, FieldProblem::NeedsDeath);
        let death = form(&[("kind", "death"), ("title", "Mother died"), ("when.year", "2026")]);
        app.add_event(&p.ctx, p.episode, death).await.unwrap();
        app.choose_focus(&p.ctx, p.episode, 0, grief()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_steps_of_the_chosen_area_are_recorded() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let early = app.save_strategy(&p.ctx, p.episode, 0, form(&[])).await.err().unwrap();
        assert!(matches!(early, Refused::Verb(FocusError::NothingChosen)));
        assert!(app.focus(&p.ctx, p.episode).await.unwrap().strategy.is_none());
        p.pass_first_gate().await;
        let steps = app.focus(&p.ctx, p.episode).await.unwrap().strategy.unwrap();
        assert_eq!((steps.version, steps.strategy.steps.len()), (0, 11));
        let fields = form(&[
            ("steps.0.state", "done"),
            ("steps.1.state", "in_progress"),
            ("dispute_stage", "impasse"),
        ]);
        app.save_strategy(&p.ctx, p.episode, 0, fields.clone()).await.unwrap();
        assert_eq!(p.count("strategy.steps_recorded").await, 2);
        let stale = app.save_strategy(&p.ctx, p.episode, 0, fields).await.err().unwrap();
        assert!(matches!(stale, Refused::Verb(FocusError::StaleStrategy { version: 1, .. })));
        let steps = app.focus(&p.ctx, p.episode).await.unwrap().strategy.unwrap();
        assert_eq!(
            (steps.strategy.steps[0].state.as_str(), steps.strategy.dispute_stage.as_str()),
            ("done", "impasse")
        );
    })
    .await;
}

#[tokio::test]
async fn steps_wait_for_the_first_gate() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        app.choose_focus(&p.ctx, p.episode, 0, form(&DISPUTE)).await.unwrap();
        let steps = app.focus(&p.ctx, p.episode).await.unwrap().strategy.unwrap();
        assert!(!steps.open);
        let refused = app.save_strategy(&p.ctx, p.episode, 0, form(&[])).await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(FocusError::Course(CourseError::NotNow(_)))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn after_the_first_gate_a_new_focus_needs_both() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        p.pass_first_gate().await;
        let alone = form(&[("primary", "transitions"), ("agreed", "therapist_only"), ("reason", "The move")]);
        let refused = p.world.app.choose_focus(&p.ctx, p.episode, 1, alone).await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(FocusError::Course(CourseError::NotNow(_)))), "{refused:?}");
        let both = form(&[("primary", "transitions"), ("agreed", "both"), ("reason", "The move")]);
        assert_eq!(p.world.app.choose_focus(&p.ctx, p.episode, 1, both).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_the_engine_refuses_is_not_kept() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        app.choose_focus(&p.ctx, p.episode, 0, form(&DISPUTE)).await.unwrap();
        p.end_course().await;
        let refused = app.choose_focus(&p.ctx, p.episode, 1, form(&DISPUTE)).await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(FocusError::Course(CourseError::NotNow(_)))), "{refused:?}");
        assert_eq!(app.focus(&p.ctx, p.episode).await.unwrap().choices.len(), 1);
    })
    .await;
}
