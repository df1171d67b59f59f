use crate::plans::{beginning, pairs};
use app::context::Ctx;
use app::course::{CourseError, Record};
use app::ending::EndingError;
use app::entry::{Action, Ask, Refused};
use app::plans::PlanError;
use app::testing::World;
use domain::ids::EpisodeId;
use jiff::civil::date;
use protocol::{Agreement, EventKind, Exit, Facts, ProblemArea, Refusal, Standing, TaskStatus};

/// What the other pages of the chart tell the course, one event after the other.
async fn happens(world: &World, ctx: &Ctx, episode: EpisodeId, kinds: Vec<EventKind>) {
    let ask = Ask::on_episode(Action::WriteChart, episode, "story");
    world
        .app
        .act(ctx, ask, move |desk| {
            let mut record = Record::load::<PlanError>(desk, episode)?;
            kinds.into_iter().try_for_each(|kind| record.append::<PlanError>(desk, kind))?;
            Ok(record.summarise(desk)?)
        })
        .await
        .unwrap();
}

async fn save(world: &World, ctx: &Ctx, episode: EpisodeId, kind: &str, fields: &[(&str, &str)]) {
    let base = world.app.plan(ctx, episode, kind).await.unwrap();
    let mut form = base.worksheet.to_form(&base.body);
    form.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    form.extend(pairs(fields));
    world.app.save_plan(ctx, episode, kind, base.version(), form).await.unwrap();
}

fn scored(total: f64) -> EventKind {
    EventKind::Scored { instrument: "phq-9".into(), total: Some(total), severity: None, session: None }
}

fn recorded(artefact: &str, facts: Facts) -> EventKind {
    EventKind::Recorded { artefact: artefact.into(), version: 1, facts, session: None }
}

fn session(number: u16, facts: Facts) -> [EventKind; 2] {
    let facts = facts.with("note.risk_level", "low");
    [EventKind::SessionOpened { session: number }, EventKind::SessionClosed { session: number, facts }]
}

/// Everything the first gate asks for but the worksheets.
async fn first_sessions(world: &World, ctx: &Ctx, episode: EpisodeId) {
    let eligible = Facts::new()
        .with("eligibility.exclusions_answered", true)
        .with("eligibility.consent_signed", true)
        .with("eligibility.mode_known", true);
    let timeline = Facts::new().with("timeline.onset_set", true).with("timeline.none_found", true);
    let inventory = Facts::new().with("inventory.none", true);
    let mut kinds = vec![recorded("eligibility", eligible), scored(18.0)];
    kinds.extend(session(1, Facts::new()));
    kinds.extend([recorded("timeline", timeline), recorded("inventory", inventory)]);
    kinds.push(EventKind::FocusChosen {
        version: 1,
        primary: ProblemArea::Transitions,
        secondary: None,
        client_agreed: Agreement::Both,
        reason: "The shop".into(),
        despite: None,
    });
    happens(world, ctx, episode, kinds).await;
}

async fn worksheets_of_the_beginning(world: &World, ctx: &Ctx, episode: EpisodeId) {
    let sick_role = [("acknowledged", "yes"), ("duties_reduced.0.duty", "a"), ("duties_kept.0.duty", "b")];
    save(world, ctx, episode, "sick_role", &sick_role).await;
    let diagnosis: Vec<(String, String)> =
        world.app.content().worksheet("diagnosis").unwrap().cases[0].form.clone();
    let base = world.app.plan(ctx, episode, "diagnosis").await.unwrap().version();
    world.app.save_plan(ctx, episode, "diagnosis", base, diagnosis).await.unwrap();
    let formulation = [("client_words", "My town"), ("accepted", "yes"), ("accepted_on", "2026-11-02")];
    save(world, ctx, episode, "formulation", &formulation).await;
    save(world, ctx, episode, "contract", &[("goals.0.text", "See Ana"), ("goals.0.measure", "Visits")])
        .await;
}

#[tokio::test]
async fn a_gate_says_what_blocks_it_and_is_passed_once_all_is_done() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        first_sessions(&world, &ctx, episode).await;
        let page = world.app.gate(&ctx, episode, "G1").await.unwrap();
        assert!(page.gate.missing_titles.contains(&"Agree the treatment contract".to_owned()));
        let refused = world.app.pass_gate(&ctx, episode, "G1", None).await.unwrap_err();
        let Refused::Verb(EndingError::Course(CourseError::NotNow(refusal))) = refused else {
            panic!("{refused:?}")
        };
        assert!(matches!(refusal, Refusal::GateBlocked { .. }));

        worksheets_of_the_beginning(&world, &ctx, episode).await;
        let page = world.app.gate(&ctx, episode, "G1").await.unwrap();
        assert_eq!((page.refusal, &page.gate.view.missing), (None, &Vec::new()));
        world.app.pass_gate(&ctx, episode, "G1", None).await.unwrap();
        let plans = world.app.plans(&ctx, episode).await.unwrap();
        assert_eq!(plans.gates[0].view.passed_on, Some(date(2026, 11, 2)));
        let strategy = plans.tasks.iter().find(|task| task.id == "M1").unwrap();
        assert_eq!(strategy.status, TaskStatus::Open, "the work begins");
        let none = world.app.pass_gate(&ctx, episode, "G9", None).await.unwrap_err();
        assert!(matches!(none, Refused::Verb(EndingError::NoSuchGate)));
    })
    .await;
}

#[tokio::test]
async fn nobody_leaves_in_good_health_without_a_plan_for_bad_days() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        first_sessions(&world, &ctx, episode).await;
        worksheets_of_the_beginning(&world, &ctx, episode).await;
        world.app.pass_gate(&ctx, episode, "G1", None).await.unwrap();
        let refused = world.app.end_course(&ctx, episode, Exit::RemittedEarly).await.unwrap_err();
        let Refused::Verb(EndingError::Course(CourseError::NotNow(refusal))) = refused else {
            panic!("{refused:?}")
        };
        assert!(matches!(refusal, Refusal::DischargeBlocked { .. }));
        assert_eq!(world.app.end_page(&ctx, episode).await.unwrap().ending_early, Some(refusal));

        let well = Facts::new().with("note.ending_discussed", true).with("note.client_wishes_to_end", true);
        let mut kinds = session(2, well).to_vec();
        kinds.push(scored(3.0));
        happens(&world, &ctx, episode, kinds).await;
        world.app.pass_gate(&ctx, episode, "G2", None).await.unwrap();
        save(&world, &ctx, episode, "progress_review", &[("goals.0.now", "Weekly"), ("goals.0.rating", "8")])
            .await;
        let review = world.app.plan(&ctx, episode, "progress_review").await.unwrap();
        assert_eq!(
            review.body.rows("goals")[0].text("goal"),
            Some("See Ana"),
            "goals come from the contract"
        );
        let plan = [
            ("signs.0.sign", "I cancel things"),
            ("actions.0.level", "early"),
            ("actions.0.action", "Call Ana"),
            ("people.0.name", "Ana"),
            ("people.0.reach", "555 0134"),
        ];
        save(&world, &ctx, episode, "relapse_plan", &plan).await;
        world.app.end_course(&ctx, episode, Exit::RemittedEarly).await.unwrap();
        let page = world.app.end_page(&ctx, episode).await.unwrap();
        assert_eq!(page.standing, Standing::Ended(Exit::RemittedEarly));
        let closed = world.app.plan(&ctx, episode, "contract").await.unwrap().closed;
        assert!(
            matches!(closed, Some(Refusal::CourseEnded { .. })),
            "the record of an ended course is closed"
        );
        let none = world.app.start_maintenance(&ctx, episode).await.unwrap_err();
        assert!(matches!(none, Refused::Verb(EndingError::MaintenancePlanMissing)));
        let summary = world.app.course_summary(&ctx, episode).await.unwrap();
        assert_eq!(summary.sessions.len(), 2);
        assert_eq!(summary.focus.as_deref(), Some("Role transitions"));
        assert!(summary.sheet("relapse_plan").is_some());
    })
    .await;
}

#[tokio::test]
async fn a_course_rests_for_a_reason_and_ends_otherwise_with_what_is_known() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        let refused = world.app.pause_course(&ctx, episode, "  ".into()).await.unwrap_err();
        assert!(matches!(
            refused,
            Refused::Verb(EndingError::Course(CourseError::NotNow(Refusal::ReasonMissing)))
        ));
        world.app.pause_course(&ctx, episode, "Away for two weeks".into()).await.unwrap();
        assert_eq!(world.app.end_page(&ctx, episode).await.unwrap().standing, Standing::Paused);
        world.app.resume_course(&ctx, episode).await.unwrap();
        let tomorrow = Exit::Dropout { last_attended: Some(date(2026, 11, 3)), contact_attempts: 3 };
        let refused = world.app.end_course(&ctx, episode, tomorrow).await.unwrap_err();
        assert!(matches!(refused, Refused::Verb(EndingError::ImpossibleDay)));
        let today = Exit::Dropout { last_attended: Some(date(2026, 11, 2)), contact_attempts: 3 };
        world.app.end_course(&ctx, episode, today).await.unwrap();
        let summary = world.app.course_summary(&ctx, episode).await.unwrap();
        assert_eq!(summary.ended_on, Some(date(2026, 11, 2)));
    })
    .await;
}
