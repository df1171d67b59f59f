//! A session is opened, written in, signed, added to.

use app::clients::NewCourse;
use app::context::Ctx;
use app::course::{CourseError, Record};
use app::entry::{Action, Ask, Refused};
use app::notes::{
    Gap, LinkForm, Mark, Mode, NoteError, NoteForm, Opening, SessionNote, SkipReason, Skipped, StepForm,
    Technique, TechniqueForm,
};
use app::testing::World;
use domain::access::Denial;
use domain::client::ParticularsForm;
use domain::ids::EpisodeId;
use jiff::SignedDuration;
use jiff::civil::date;
use protocol::{EventKind, MissedReason, Refusal, RiskLevel};

struct Story {
    world: World,
    ctx: Ctx,
    episode: EpisodeId,
}

impl Story {
    async fn begin(db: store::Db) -> Story {
        let world = World::new(db).await;
        let ctx = world.ctx(world.therapist).await;
        let form = ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() };
        let client = world.app.create_client(&ctx, form).await.unwrap();
        let course =
            NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) };
        let episode = world.app.start_course(&ctx, client, course).await.unwrap();
        Story { world, ctx, episode }
    }

    async fn open(&self, session: u16) -> Result<(), Refused<NoteError>> {
        let opening = Opening { session, held_on: self.ctx.today(), mode: Mode::InPerson };
        self.world.app.open_session(&self.ctx, self.episode, opening).await.map(drop)
    }

    async fn save(&self, session: u16, base: i64, form: NoteForm) -> Result<i64, Refused<NoteError>> {
        self.world.app.save_note(&self.ctx, self.episode, session, base, form).await
    }

    async fn sign(&self, session: u16, version: i64) -> Result<(), Refused<NoteError>> {
        self.world.app.sign_note(&self.ctx, self.episode, session, version, None).await
    }

    async fn page(&self, session: u16) -> app::notes::SessionPage {
        self.world.app.session(&self.ctx, self.episode, session).await.unwrap()
    }

    /// An event that another part of the program would append.
    async fn happens(&self, kind: EventKind) {
        let episode = self.episode;
        let ask = Ask::on_episode(Action::WriteChart, episode, "test");
        self.world
            .app
            .act(&self.ctx, ask, move |desk| {
                let mut record = Record::load::<CourseError>(desk, episode)?;
                record.append_and_summarise::<CourseError>(desk, kind)
            })
            .await
            .unwrap();
    }
}

fn written(narrative: &str) -> NoteForm {
    NoteForm { narrative: narrative.into(), risk_level: "none".into(), ..NoteForm::default() }
}

fn not_now(refused: Refused<NoteError>) -> Refusal {
    match refused {
        Refused::Verb(NoteError::Course(CourseError::NotNow(refusal))) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn sessions_follow_one_another_and_one_is_open_at_a_time() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let early = story.open(2).await.unwrap_err();
        assert_eq!(not_now(early), Refusal::SessionOutOfOrder { asked: 2, next: 1 });
        story.open(1).await.unwrap();
        let second = story.open(2).await.unwrap_err();
        assert_eq!(not_now(second), Refusal::SessionStillOpen { session: 1 });

        let version = story.save(1, 1, written("We met.")).await.unwrap();
        assert_eq!(version, 2);
        story.sign(1, version).await.unwrap();
        story.open(2).await.unwrap();
        let list = story.world.app.session_list(&story.ctx, story.episode).await.unwrap();
        assert_eq!(list.head.summary.sessions_held, 1);
        assert_eq!(list.sessions.len(), 2);
        assert_eq!(list.next, None, "one is open");
    })
    .await;
}

#[tokio::test]
async fn the_page_shows_todays_steps_and_the_note_with_what_the_marks_were() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.open(1).await.unwrap();
        let page = story.page(1).await;
        assert_eq!(page.steps[0].id, "B-1");
        assert_eq!(page.brief.left_after, 15);
        assert_eq!(page.brief.next_gate.unwrap().id, "G1");
        let mark = |step: &str, mark: Mark, reason: &str| StepForm {
            step: step.into(),
            mark: mark.code().into(),
            reason: reason.into(),
            ..StepForm::default()
        };
        let form = NoteForm {
            steps: vec![mark("B-1", Mark::Done, ""), mark("B-2", Mark::NotToday, "too tired")],
            ..written("")
        };
        let version = story.save(1, 1, form).await.unwrap();
        story.sign(1, version).await.unwrap();
        let signed = story.page(1).await;
        assert_eq!(signed.session.note.steps[0].title, "Welcome, and what these sessions are");
        assert_eq!(signed.steps.len(), 2, "a signed note shows what was marked");
        assert_eq!(signed.session.signed.unwrap().by.as_deref(), Some("Tom Therapist"));
    })
    .await;
}

#[tokio::test]
async fn an_open_risk_stops_the_signing_until_somebody_answered_it() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.open(1).await.unwrap();
        let version = story.save(1, 1, written("She answered item nine.")).await.unwrap();
        story.happens(EventKind::RiskOpened { risk: "r1".into(), source: "phq-9.9".into() }).await;
        assert_eq!(story.page(1).await.open_risks, 1);
        let refused = story.sign(1, version).await.unwrap_err();
        assert_eq!(not_now(refused), Refusal::RisksUnanswered { risks: vec!["r1".into()] });
        assert!(story.page(1).await.session.signed.is_none());

        story.happens(EventKind::RiskAnswered { risk: "r1".into(), level: RiskLevel::Low }).await;
        story.sign(1, version).await.unwrap();
        assert!(story.page(1).await.session.signed.is_some());
    })
    .await;
}

#[tokio::test]
async fn the_level_of_risk_is_a_must_and_for_the_rest_one_reason_is_enough() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.open(1).await.unwrap();
        let skipped = StepForm { step: "B-1".into(), mark: "not_today".into(), ..StepForm::default() };
        let form = NoteForm { risk_level: String::new(), steps: vec![skipped], ..written("") };
        let version = story.save(1, 1, form.clone()).await.unwrap();
        let refused = story.sign(1, version).await.unwrap_err();
        let Refused::Verb(NoteError::Gaps(gaps)) = refused else { panic!("{refused:?}") };
        assert_eq!(gaps, [Gap::RiskLevel, Gap::Steps]);

        let asked = NoteForm { risk_level: "low".into(), ..form };
        let version = story.save(1, version, asked).await.unwrap();
        let reason = Skipped { reason: SkipReason::NoTime, note: " the bus was late ".into() };
        let app = &story.world.app;
        app.sign_note(&story.ctx, story.episode, 1, version, Some(reason)).await.unwrap();
        let session = story.page(1).await.session;
        assert_eq!(session.note.skipped.unwrap().note, "the bus was late");
        assert_eq!(session.version, version + 1, "the reason is part of the record");
    })
    .await;
}

#[tokio::test]
async fn a_signed_note_is_locked_and_added_to_and_a_late_entry_says_so() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let app = &story.world.app;
        story.open(1).await.unwrap();
        let early = app.add_addendum(&story.ctx, story.episode, 1, "More".into()).await.unwrap_err();
        assert!(matches!(early, Refused::Verb(NoteError::NotSigned)));
        let version = story.save(1, 1, written("We met.")).await.unwrap();
        story.sign(1, version).await.unwrap();
        for refused in [
            story.save(1, version, written("Changed")).await.unwrap_err(),
            story.sign(1, version).await.unwrap_err(),
            app.autosave_note(&story.ctx, story.episode, 1, version, written("x")).await.unwrap_err(),
        ] {
            assert!(matches!(refused, Refused::Verb(NoteError::Locked)), "{refused:?}");
        }
        app.add_addendum(&story.ctx, story.episode, 1, "She rang after.".into()).await.unwrap();
        story.world.clock.advance(SignedDuration::from_hours(50));
        let later = story.world.ctx(story.world.therapist).await;
        app.add_addendum(&later, story.episode, 1, "I forgot this.".into()).await.unwrap();
        let page = story.page(1).await;
        assert_eq!(page.session.note.narrative, "We met.");
        let added: Vec<(&str, bool)> =
            page.addenda.iter().map(|one| (one.addendum.text.as_str(), one.late)).collect();
        assert_eq!(added, [("She rang after.", false), ("I forgot this.", true)]);
    })
    .await;
}

#[tokio::test]
async fn two_tabs_write_one_note_and_the_second_is_shown_what_the_first_wrote() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.open(1).await.unwrap();
        story.save(1, 1, written("First tab")).await.unwrap();
        let refused = story.save(1, 1, written("Second tab")).await.unwrap_err();
        let Refused::Verb(NoteError::Stale { current }) = refused else { panic!("{refused:?}") };
        assert_eq!((current.version, current.note.narrative.as_str()), (2, "First tab"));
        story.save(1, 2, written("Both tabs")).await.unwrap();
        let app = &story.world.app;
        let first = app.note_version(&story.ctx, story.episode, 1, 2).await.unwrap();
        assert_eq!(first.note.narrative, "First tab");
        assert_eq!(story.page(1).await.versions.len(), 3);
        assert_eq!(story.save(1, 3, written("Both tabs")).await.unwrap(), 3, "nothing new, no new version");
    })
    .await;
}

#[tokio::test]
async fn a_draft_survives_the_page_and_belongs_to_its_author() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let app = &story.world.app;
        story.open(1).await.unwrap();
        let half = NoteForm {
            links: vec![LinkForm { mood: "thr".into(), ..LinkForm::default() }],
            ..written("Half a sent")
        };
        app.autosave_note(&story.ctx, story.episode, 1, 1, half.clone()).await.unwrap();
        let draft = story.page(1).await.draft.unwrap();
        assert_eq!((draft.base_version, draft.typed), (1, half));
        assert_eq!(story.page(1).await.session.note.narrative, "", "a draft is not the note");

        story.save(1, 1, written("A sentence.")).await.unwrap();
        assert_eq!(story.page(1).await.draft, None, "saving ends the draft");
        let stale = app.autosave_note(&story.ctx, story.episode, 1, 1, written("old tab")).await;
        assert!(matches!(stale, Err(Refused::Verb(NoteError::Stale { .. }))));
        let stranger = story.world.ctx(story.world.other_therapist).await;
        let denied = app.autosave_note(&stranger, story.episode, 1, 2, written("x")).await;
        assert!(matches!(denied, Err(Refused::Denied(Denial::NoRule))));
    })
    .await;
}

#[tokio::test]
async fn a_missed_session_keeps_its_number_and_what_was_prepared() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let app = &story.world.app;
        story.open(1).await.unwrap();
        story.save(1, 1, written("Prepared: ask about sleep.")).await.unwrap();
        app.miss_session(&story.ctx, story.episode, MissedReason::NoShow).await.unwrap();
        let list = app.session_list(&story.ctx, story.episode).await.unwrap();
        assert_eq!(list.missed, [(date(2026, 11, 2), MissedReason::NoShow)]);
        assert_eq!(list.next, Some(1));
        story.open(1).await.unwrap();
        assert_eq!(story.page(1).await.session.note.narrative, "Prepared: ask about sleep.");
    })
    .await;
}

#[tokio::test]
async fn a_paused_course_opens_no_session_and_the_day_has_to_make_sense() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let app = &story.world.app;
        let on = |held_on| Opening { session: 1, held_on, mode: Mode::Phone };
        let tomorrow = app.open_session(&story.ctx, story.episode, on(date(2026, 11, 3))).await.unwrap_err();
        assert!(matches!(tomorrow, Refused::Verb(NoteError::InFuture)));
        let long_ago = app.open_session(&story.ctx, story.episode, on(date(1926, 11, 2))).await.unwrap_err();
        let Refused::Verb(NoteError::TooEarly { earliest }) = long_ago else { panic!("{long_ago:?}") };
        assert_eq!(earliest, date(2026, 11, 2));
        story.happens(EventKind::Paused { reason: "holiday".into() }).await;
        assert_eq!(not_now(story.open(1).await.unwrap_err()), Refusal::Paused);
    })
    .await;
}

#[tokio::test]
async fn what_the_note_says_reaches_the_protocol_when_it_is_signed() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.open(1).await.unwrap();
        let form = NoteForm {
            links: vec![LinkForm { mood: "4".into(), event: "Quarrel".into(), ..LinkForm::default() }],
            techniques: vec![TechniqueForm {
                kind: Technique::RolePlay.code().into(),
                ..TechniqueForm::default()
            }],
            ending_discussed: true,
            ..written("We met.")
        };
        assert!(SessionNote::from_form(&form).is_ok());
        let version = story.save(1, 1, form).await.unwrap();
        story.sign(1, version).await.unwrap();
        let client = story.page(1).await.head.client;
        let facts = story.world.app.overview(&story.ctx, client).await.unwrap().current.unwrap().course.facts;
        assert_eq!(facts.count("note.mood_links"), 1);
        assert_eq!(facts.count("note.techniques"), 1);
        assert!(facts.flag("session.ending_discussed"));
    })
    .await;
}

#[tokio::test]
async fn a_note_points_to_people_of_its_own_client_and_brings_up_what_was_agreed() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let (app, ctx) = (&story.world.app, &story.ctx);
        let amina = app.add_ties(ctx, story.episode, "Amina").await.unwrap()[0];
        let step =
            domain::fields::Fields::new(Vec::new()).with("task", "Ring her").with("due_on", "2026-11-02");
        app.agree_homework(ctx, story.episode, step).await.unwrap();
        story.open(1).await.unwrap();
        let page = story.page(1).await;
        assert_eq!(page.labels.ties, [(amina, "Amina".to_owned())]);
        assert_eq!(page.brief.homework[0].task, "Ring her");

        let about = |tie: String| NoteForm {
            links: vec![
                LinkForm::default(),
                LinkForm { mood: "4".into(), event: "Quarrel".into(), tie, ..LinkForm::default() },
            ],
            ..written("")
        };
        story.save(1, 1, about(amina.to_string())).await.unwrap();
        assert_eq!(story.page(1).await.session.note.mood_links[0].tie, Some(amina));
        let stranger = "019a0000-0000-7000-8000-000000000001".to_owned();
        let refused = story.save(1, 2, about(stranger)).await.unwrap_err();
        let Refused::Verb(NoteError::Form(problems)) = refused else { panic!("{refused:?}") };
        assert_eq!(problems[0].field, "links.1.tie");

        app.end_tie(ctx, story.episode, (amina, 1), "a slip of the pen").await.unwrap();
        let page = story.page(1).await;
        assert!(page.labels.ties.is_empty(), "no longer offered");
        assert_eq!(page.labels.tie(amina), Some("Amina"), "still named");
    })
    .await;
}
