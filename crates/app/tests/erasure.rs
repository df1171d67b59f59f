//! Keeping and erasing: the time that must pass, holds, and what comes after.

use app::clients::NewCourse;
use app::context::Ctx;
use app::entry::Refused;
use app::erasure::{ErasureError, NotYet, Reason};
use app::private_notes::PrivateForm;
use app::testing::World;
use domain::access::Denial;
use domain::client::ParticularsForm;
use domain::ids::{ClientId, EpisodeId};
use jiff::SignedDuration;
use jiff::civil::date;

const YEARS: i64 = 7;

struct Story {
    world: World,
    client: ClientId,
    episode: EpisodeId,
}

impl Story {
    async fn begin(db: store::Db) -> Story {
        let world = World::new(db).await;
        let tom = world.ctx(world.therapist).await;
        let form = ParticularsForm { name: "Grace Okello".into(), ..ParticularsForm::default() };
        let client = world.app.create_client(&tom, form).await.unwrap();
        let course =
            NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) };
        let episode = world.app.start_course(&tom, client, course).await.unwrap();
        let note = PrivateForm { session: String::new(), text: "canary-k5".into() };
        world.app.save_private_note(&tom, (episode, None), 0, note).await.unwrap();
        Story { world, client, episode }
    }

    fn years_pass(&self) {
        self.world.clock.advance(SignedDuration::from_hours(24 * (365 * YEARS + 3)));
    }

    async fn officer(&self) -> Ctx {
        self.world.ctx(self.world.privacy_officer).await
    }

    async fn erase(&self, typed: &str) -> Result<(), Refused<ErasureError>> {
        let officer = self.officer().await;
        self.world.app.erase(&officer, self.client, Reason::RetentionPassed, typed.into()).await
    }
}

fn not_yet(outcome: Result<(), Refused<ErasureError>>) -> NotYet {
    match outcome {
        Err(Refused::Verb(ErasureError::NotYet(why))) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn p2_a_record_ends_only_after_its_time_without_a_hold_and_with_its_name_typed() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let app = &story.world.app;
        let from = date(2033, 11, 2);
        assert_eq!(not_yet(story.erase("Grace Okello").await), NotYet::TooEarly { from });
        let officer = story.officer().await;
        assert_eq!(app.record_end(&officer, story.client).await.unwrap().from, from);
        assert!(app.erasures(&officer).await.unwrap().quiet.is_empty());

        story.years_pass();
        let officer = story.officer().await;
        let quiet = app.erasures(&officer).await.unwrap().quiet;
        assert_eq!(quiet, [(story.client, date(2026, 11, 2))]);
        app.hold_record(&officer, story.client, "Court of Kampala 12/33".into()).await.unwrap();
        assert_eq!(not_yet(story.erase("Grace Okello").await), NotYet::Held);
        let holds = app.erasures(&officer).await.unwrap().holds;
        assert_eq!(holds[0].reason, "Court of Kampala 12/33");
        app.lift_hold(&officer, story.client).await.unwrap();
        let again = app.lift_hold(&officer, story.client).await;
        assert!(matches!(again, Err(Refused::Verb(ErasureError::NoHold))));

        let wrong = story.erase("Grace Okelo").await;
        assert!(matches!(wrong, Err(Refused::Verb(ErasureError::NotConfirmed))));
        story.erase(" grace okello ").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn p2_only_the_privacy_officer_ends_a_record_and_with_a_factor_of_this_moment() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.years_pass();
        let (world, app) = (&story.world, &story.world.app);
        for account in [world.therapist, world.administrator, world.supervisor] {
            let ctx = world.ctx(account).await;
            let refused = app.erase(&ctx, story.client, Reason::RetentionPassed, "Grace Okello".into()).await;
            assert!(matches!(refused, Err(Refused::Denied(Denial::NoRule))), "{refused:?}");
            assert!(app.erasures(&ctx).await.is_err());
        }
        let officer = story.officer().await;
        world.clock.advance(SignedDuration::from_mins(6));
        let mut late = officer;
        late.now = app.now();
        let refused = app.erase(&late, story.client, Reason::RetentionPassed, "Grace Okello".into()).await;
        assert!(matches!(refused, Err(Refused::Denied(Denial::NotFresh))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn p2_after_erasure_no_verb_opens_the_record_and_the_practice_goes_on() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.years_pass();
        let (world, app) = (&story.world, &story.world.app);
        let own = world.client_account(story.client).await;
        let session = world.session(own, domain::access::Assurance::Full).await;
        story.erase("Grace Okello").await.unwrap();
        assert!(app.signed_in(&session).await.unwrap().is_none(), "the client's own account is closed");

        let tom = world.ctx(world.therapist).await;
        assert!(app.overview(&tom, story.client).await.is_err());
        assert!(app.session_list(&tom, story.episode).await.is_err());
        assert!(app.private_notes(&tom, story.episode).await.is_err());
        let officer = story.officer().await;
        let shut = app.record_end(&officer, story.client).await;
        assert!(matches!(shut, Err(Refused::Denied(Denial::Erased))), "{shut:?}");
        let list = app.caseload(&tom).await.unwrap();
        assert!(list.is_empty(), "a list skips what was erased");

        let erasures = app.erasures(&officer).await.unwrap();
        assert!(erasures.quiet.is_empty());
        assert_eq!(erasures.ledger.len(), 1);
        assert_eq!(erasures.ledger[0].by, world.privacy_officer.to_string());
        let check = app.check_records().await.unwrap();
        assert_eq!(check.findings, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn p2_the_practice_says_how_long_records_are_kept() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let (world, app) = (&story.world, &story.world.app);
        let ada = world.ctx(world.administrator).await;
        app.set_retention(&ada, 10).await.unwrap();
        let far = app.set_retention(&ada, 0).await;
        assert!(matches!(far, Err(Refused::Verb(ErasureError::Years))));
        let officer = story.officer().await;
        assert!(app.set_retention(&officer, 1).await.is_err(), "the officer does not set their own limit");
        assert_eq!(app.record_end(&officer, story.client).await.unwrap().from, date(2036, 11, 2));
    })
    .await;
}
