use app::clients::NewCourse;
use app::context::Ctx;
use app::entry::Refused;
use app::plans::{PlanError, Shared};
use app::testing::World;
use domain::client::ParticularsForm;
use domain::ids::{ClientId, EpisodeId};
use jiff::civil::date;

/// A client in a course of sixteen sessions, at its beginning.
pub async fn beginning(world: &World) -> (Ctx, ClientId, EpisodeId) {
    let ctx = world.ctx(world.therapist).await;
    let form = ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() };
    let client = world.app.create_client(&ctx, form).await.unwrap();
    let course = NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) };
    let episode = world.app.start_course(&ctx, client, course).await.unwrap();
    (ctx, client, episode)
}

pub fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A contract as the course is planned: sixteen sessions, the last on 15 February 2027.
fn contract(end: &str) -> Vec<(String, String)> {
    pairs(&[
        ("sessions", "16"),
        ("planned_end", end),
        ("goals.0.text", "Talk with my brother"),
        ("goals.0.measure", "Talks held"),
    ])
}

#[tokio::test]
async fn a_new_form_starts_from_what_is_known_and_each_save_is_a_version_with_its_author() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        let page = world.app.plan(&ctx, episode, "contract").await.unwrap();
        assert_eq!(page.version(), 0);
        assert_eq!(page.body.text("sessions"), Some("16"));
        assert_eq!(page.body.text("planned_end"), Some("2027-02-15"));

        let first = world.app.save_plan(&ctx, episode, "contract", 0, contract("2027-02-15")).await.unwrap();
        assert_eq!((first.version, first.new), (1, true));
        let again = world.app.save_plan(&ctx, episode, "contract", 1, contract("2027-02-15")).await.unwrap();
        assert_eq!((again.version, again.new), (1, false), "a save that changes nothing makes no version");
        let mut more = contract("2027-02-15");
        more.extend(pairs(&[("goals.1.text", "See a friend a week")]));
        world.app.save_plan(&ctx, episode, "contract", 1, more).await.unwrap();

        let page = world.app.plan(&ctx, episode, "contract").await.unwrap();
        let authors: Vec<_> = page.history.iter().map(|s| (s.version, s.author.as_deref())).collect();
        assert_eq!(authors, [(2, Some("Tom Therapist")), (1, Some("Tom Therapist"))]);
        let old = world.app.plan_version(&ctx, episode, "contract", 1).await.unwrap();
        assert_eq!(old.artefact.body.rows("goals").len(), 1);
        let compared = world.app.compare_plan(&ctx, episode, "contract", (2, 1)).await.unwrap();
        assert_eq!(compared.changes.len(), 1);
        assert_eq!(compared.changes[0].path, "goals.1");

        let plans = world.app.plans(&ctx, episode).await.unwrap();
        let task = plans.tasks.iter().find(|task| task.id == "I9").unwrap();
        assert_eq!(task.unmet, ["each goal has a way to measure it"], "the protocol hears of each save");
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_comes_back_as_typed_and_nothing_is_saved() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        let typed = pairs(&[("told_on", "last week"), ("diagnosis", "Low\0 mood")]);
        let refused = world.app.save_plan(&ctx, episode, "diagnosis", 0, typed).await.unwrap_err();
        let Refused::Verb(PlanError::Errors { body, errors }) = refused else { panic!("{refused:?}") };
        assert!(!errors.is_empty());
        assert_eq!(body.text("told_on"), Some("last week"));
        assert_eq!(world.app.plan(&ctx, episode, "diagnosis").await.unwrap().version(), 0);
        let stranger = pairs(&[("support_asked_from.0.tie", "019a0000-0000-7000-8000-000000000000")]);
        let refused = world.app.save_plan(&ctx, episode, "sick_role", 0, stranger).await.unwrap_err();
        let Refused::Verb(PlanError::Errors { errors, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(errors[0].path, "support_asked_from.0.tie", "only this client's records can be named");
    })
    .await;
}

#[tokio::test]
async fn two_people_at_one_form_lose_nothing() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        let app = &world.app;
        let base = pairs(&[("symptoms", "No sleep"), ("aim", "Rest")]);
        app.save_plan(&ctx, episode, "formulation", 0, base).await.unwrap();
        let theirs = pairs(&[("symptoms", "No sleep, no joy"), ("aim", "Rest"), ("body", "Thyroid checked")]);
        app.save_plan(&ctx, episode, "formulation", 1, theirs).await.unwrap();

        let mine = pairs(&[("symptoms", "Awake at four"), ("aim", "A week with people in it")]);
        let refused = app.save_plan(&ctx, episode, "formulation", 1, mine).await.unwrap_err();
        let Refused::Verb(PlanError::Stale(stale)) = refused else { panic!("{refused:?}") };
        assert_eq!(stale.theirs.stamp.version, 2);
        assert_eq!(stale.merged.conflicts.len(), 1, "only the symptoms were changed by both");
        assert_eq!(stale.merged.body.text("body"), Some("Thyroid checked"));
        assert_eq!(stale.merged.body.text("aim"), Some("A week with people in it"));

        let worksheet = app.content().worksheet("formulation").unwrap();
        let settled = worksheet.to_form(&stale.merged.body);
        let saved = app.save_plan(&ctx, episode, "formulation", 2, settled).await.unwrap();
        assert_eq!(saved.version, 3);
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_and_not_saved_waits_for_its_person_until_they_save() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        let typed = pairs(&[("told_on", "last Mon"), ("told_words", "It has a name")]);
        world.app.save_draft(&ctx, episode, "diagnosis", 0, typed).await.unwrap();
        let draft = world.app.plan(&ctx, episode, "diagnosis").await.unwrap().draft.unwrap();
        assert_eq!(draft.typed.text("told_on"), Some("last Mon"), "a draft keeps what does not fit yet");
        let saved = pairs(&[("told_on", "2026-11-02")]);
        world.app.save_plan(&ctx, episode, "diagnosis", 0, saved).await.unwrap();
        assert_eq!(world.app.plan(&ctx, episode, "diagnosis").await.unwrap().draft, None);
        let long = "x".repeat(20_001);
        let refused =
            world.app.save_draft(&ctx, episode, "diagnosis", 1, pairs(&[("told_words", &long)])).await;
        assert!(matches!(refused, Err(Refused::Verb(PlanError::Errors { .. }))));
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_arrives_after_the_save_it_led_to_is_not_kept() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        let typed = pairs(&[("told_words", "It has a name")]);
        world.app.save_plan(&ctx, episode, "diagnosis", 0, typed.clone()).await.unwrap();
        // The browser sent it while the page was being left; the network brought it late.
        let late = world.app.save_draft(&ctx, episode, "diagnosis", 0, typed).await;
        assert!(matches!(late, Err(Refused::Verb(PlanError::Stale(_)))), "{late:?}");
        assert_eq!(world.app.plan(&ctx, episode, "diagnosis").await.unwrap().draft, None);
    })
    .await;
}

#[tokio::test]
async fn a_client_reads_what_is_shared_without_the_staffs_fields_and_says_yes_in_their_own_words() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, client, episode) = beginning(&world).await;
        let own = world.ctx(world.client_account(client).await).await;
        let app = &world.app;
        let form = pairs(&[("symptoms", "No sleep"), ("staff_note", "Watch for shame")]);
        app.save_plan(&ctx, episode, "formulation", 0, form).await.unwrap();
        assert!(app.shared_plans(&own).await.unwrap().is_empty());
        let refused = app.shared_plan(&own, "formulation").await.unwrap_err();
        assert!(matches!(refused, Refused::Verb(PlanError::NoSuchPlan)));

        app.share_plan(&ctx, episode, "formulation", Shared::Client).await.unwrap();
        assert!(app.shared_plans(&own).await.unwrap()[0].asks_for_yes);
        let page = app.shared_plan(&own, "formulation").await.unwrap();
        assert_eq!(page.body.text("symptoms"), Some("No sleep"));
        assert_eq!(page.body.text("staff_note"), None);

        let yes = pairs(&[
            ("accepted", "yes"),
            ("client_words", "I lost my shop"),
            ("symptoms", "rewritten"),
            ("staff_note", "wiped"),
        ]);
        let saved = app.accept_plan(&own, "formulation", page.stamp.version, yes).await.unwrap();
        let page = app.plan_version(&ctx, episode, "formulation", saved.version).await.unwrap();
        let body = &page.artefact.body;
        assert_eq!(body.text("client_words"), Some("I lost my shop"));
        assert_eq!(body.text("accepted_on"), Some("2026-11-02"));
        assert_eq!(body.text("symptoms"), Some("No sleep"), "a client changes their own words only");
        assert_eq!(body.text("staff_note"), Some("Watch for shame"));
        assert_eq!(page.artefact.stamp.author.as_deref(), Some("Client account"));
        let plans = app.plans(&ctx, episode).await.unwrap();
        assert!(plans.tasks.iter().find(|task| task.id == "I8").unwrap().unmet.is_empty());

        app.share_plan(&ctx, episode, "formulation", Shared::Staff).await.unwrap();
        assert!(app.shared_plans(&own).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_client_never_says_yes_to_a_text_they_have_not_seen() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, client, episode) = beginning(&world).await;
        let own = world.ctx(world.client_account(client).await).await;
        let app = &world.app;
        app.save_plan(&ctx, episode, "formulation", 0, pairs(&[("aim", "Rest")])).await.unwrap();
        app.share_plan(&ctx, episode, "formulation", Shared::Client).await.unwrap();
        let seen = app.shared_plan(&own, "formulation").await.unwrap().stamp.version;
        app.save_plan(&ctx, episode, "formulation", seen, pairs(&[("aim", "Work")])).await.unwrap();
        let refused = app.accept_plan(&own, "formulation", seen, pairs(&[("accepted", "yes")])).await;
        assert!(matches!(refused, Err(Refused::Verb(PlanError::Stale(_)))));
    })
    .await;
}

#[tokio::test]
async fn another_last_day_needs_a_reason_and_both() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (ctx, _, episode) = beginning(&world).await;
        let app = &world.app;
        let later = contract("2027-03-01");
        let refused = app.save_plan(&ctx, episode, "contract", 0, later.clone()).await.unwrap_err();
        let Refused::Verb(PlanError::ReplanAsked(asked)) = refused else { panic!("{refused:?}") };
        assert_eq!(asked.planned, (16, Some(date(2027, 2, 15))));
        assert_eq!(asked.asked, (16, date(2027, 3, 1)));
        let mut one_sided = later.clone();
        one_sided.extend(pairs(&[("replan_reason", "Holiday"), ("replan_client", "yes")]));
        let refused = app.save_plan(&ctx, episode, "contract", 0, one_sided.clone()).await.unwrap_err();
        assert!(matches!(refused, Refused::Verb(PlanError::ReplanAsked(_))));
        one_sided.extend(pairs(&[("replan_therapist", "yes")]));
        app.save_plan(&ctx, episode, "contract", 0, one_sided).await.unwrap();
        let plans = app.plans(&ctx, episode).await.unwrap();
        assert_eq!(plans.head.summary.ends_on, Some(date(2027, 3, 1)));
    })
    .await;
}

#[tokio::test]
async fn a_stranger_finds_nothing_and_a_supervisor_writes_nothing() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (_, _, episode) = beginning(&world).await;
        for stranger in [world.other_therapist, world.supervisor, world.administrator] {
            let ctx = world.ctx(stranger).await;
            assert!(matches!(world.app.plans(&ctx, episode).await, Err(Refused::Denied(_))));
            let saved = world.app.save_plan(&ctx, episode, "diagnosis", 0, Vec::new()).await;
            assert!(matches!(saved, Err(Refused::Denied(_))));
        }
    })
    .await;
}
