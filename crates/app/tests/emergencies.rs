//! Opening a record in an emergency.

use app::emergencies::{EmergencyError, Wish};
use app::entry::Refused;
use app::testing::World;
use domain::access::{Denial, Relation};
use domain::client::ParticularsForm;
use domain::emergency::{Finding, Reason};
use domain::ids::ClientId;
use jiff::SignedDuration;

async fn client(world: &World, name: &str) -> ClientId {
    let form = ParticularsForm { name: name.into(), ..Default::default() };
    world.app.create_client(&world.ctx(world.therapist).await, form).await.unwrap()
}

fn wish(who: &str) -> Wish {
    Wish { who: who.into(), reason: Some(Reason::Danger), words: "She rang and Tom is away.".into() }
}

#[tokio::test]
async fn z9_a_stranger_opens_one_record_for_an_hour_reads_it_and_writes_nothing() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world, "Grace Okello").await;
        let stranger = world.ctx(world.other_therapist).await;
        assert!(world.app.overview(&stranger, client).await.is_err());
        assert_eq!(world.app.break_glass(&stranger, wish("Grace Okello")).await.unwrap(), client);
        let overview = world.app.overview(&stranger, client).await.unwrap();
        assert_eq!(overview.emergency.unwrap().minutes_left, 60);
        let form = ParticularsForm { name: "Somebody else".into(), ..Default::default() };
        assert!(world.app.correct_client(&stranger, client, 1, form).await.is_err());
        assert!(world.app.care(&stranger, client).await.is_err());
        world.clock.advance(SignedDuration::from_mins(60));
        let later = world.ctx(world.other_therapist).await;
        assert!(world.app.overview(&later, client).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn z9_whoever_treats_and_the_privacy_officer_are_told_until_they_say_they_read_it() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world, "Grace Okello").await;
        world.app.break_glass(&world.ctx(world.other_therapist).await, wish("Grace Okello")).await.unwrap();
        let treating = world.ctx(world.therapist).await;
        let (_, told) = world.app.caseload_page(&treating).await.unwrap();
        assert_eq!((told[0].client, told[0].who.as_deref()), (Some(client), Some("Ola Other")));
        world.app.read_notice(&treating, told[0].id).await.unwrap();
        assert!(world.app.caseload_page(&treating).await.unwrap().1.is_empty());
        let officer = world.ctx(world.privacy_officer).await;
        let seen = world.app.emergencies(&officer).await.unwrap();
        assert_eq!(seen.notices.len(), 1, "somebody else's reading is not the officer's");
        assert_eq!(seen.all[0].words, "She rang and Tom is away.");
        assert_eq!(seen.names, [(client, "Grace Okello".to_owned())]);
    })
    .await;
}

#[tokio::test]
async fn z9_a_review_left_open_for_three_days_blocks_the_next_emergency() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        client(&world, "Grace Okello").await;
        client(&world, "Amina Nabwire").await;
        world.app.break_glass(&world.ctx(world.other_therapist).await, wish("Grace Okello")).await.unwrap();
        world.clock.advance(SignedDuration::from_hours(72));
        let again =
            world.app.break_glass(&world.ctx(world.other_therapist).await, wish("Amina Nabwire")).await;
        assert!(matches!(again, Err(Refused::Verb(EmergencyError::ReviewOverdue))));
        let officer = world.ctx(world.privacy_officer).await;
        let id = world.app.emergencies(&officer).await.unwrap().all[0].id;
        world.app.review_emergency(&officer, id, Finding::Justified).await.unwrap();
        let twice = world.app.review_emergency(&officer, id, Finding::NotJustified).await;
        assert!(matches!(twice, Err(Refused::Verb(EmergencyError::NothingToReview))));
        world.app.break_glass(&world.ctx(world.other_therapist).await, wish("Amina Nabwire")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn z9_nobody_reviews_their_own_emergency() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        client(&world, "Grace Okello").await;
        let officer = world.ctx(world.privacy_officer).await;
        world.app.break_glass(&officer, wish("Grace Okello")).await.unwrap();
        let id = world.app.emergencies(&officer).await.unwrap().all[0].id;
        let own = world.app.review_emergency(&officer, id, Finding::Justified).await;
        assert!(matches!(own, Err(Refused::Verb(EmergencyError::NothingToReview))));
    })
    .await;
}

#[tokio::test]
async fn z9_without_a_reason_a_fresh_factor_or_one_exact_name_nothing_opens() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client_id = client(&world, "Grace Okello").await;
        let stranger = world.ctx(world.other_therapist).await;
        let none = Wish { reason: None, ..wish("Grace Okello") };
        assert!(matches!(
            world.app.break_glass(&stranger, none).await,
            Err(Refused::Verb(EmergencyError::NoReason))
        ));
        let mute = Wish { words: "  ".into(), ..wish("Grace Okello") };
        assert!(matches!(
            world.app.break_glass(&stranger, mute).await,
            Err(Refused::Verb(EmergencyError::Words(_)))
        ));
        for nearly in ["Grace", "grace okello", "", "Grace Okello'--"] {
            let refused = world.app.break_glass(&stranger, wish(nearly)).await;
            assert!(matches!(refused, Err(Refused::Denied(Denial::NoClient))), "{nearly}");
        }
        client(&world, "Grace Okello").await;
        let both = world.app.break_glass(&stranger, wish("Grace Okello")).await;
        assert!(matches!(both, Err(Refused::Denied(Denial::NoClient))), "two have this name");
        assert_eq!(world.app.break_glass(&stranger, wish(&client_id.to_string())).await.unwrap(), client_id);
        world.clock.advance(SignedDuration::from_mins(6));
        // The factor was given when this context was made, six minutes ago.
        let mut stale = stranger.clone();
        stale.now = world.app.now();
        let refused = world.app.break_glass(&stale, wish(&client_id.to_string())).await;
        assert!(matches!(refused, Err(Refused::Denied(Denial::NotFresh))));
    })
    .await;
}

#[tokio::test]
async fn z9_the_front_desk_the_administrator_and_whoever_is_kept_out_open_nothing() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world, "Grace Okello").await;
        for nobody in [world.front_desk, world.administrator, world.supervisor, world.trainee] {
            let refused = world.app.break_glass(&world.ctx(nobody).await, wish("Grace Okello")).await;
            assert!(matches!(refused, Err(Refused::Denied(Denial::NoRule))));
        }
        let ctx = world.ctx(world.therapist).await;
        world.app.keep_out(&ctx, client, (world.other_therapist, Relation::Conflict)).await.unwrap();
        let kept_out =
            world.app.break_glass(&world.ctx(world.other_therapist).await, wish("Grace Okello")).await;
        assert!(matches!(kept_out, Err(Refused::Denied(Denial::Blocked(Relation::Conflict)))));
    })
    .await;
}

#[tokio::test]
async fn z9_closing_it_ends_it_at_once() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world, "Grace Okello").await;
        let stranger = world.ctx(world.other_therapist).await;
        world.app.break_glass(&stranger, wish("Grace Okello")).await.unwrap();
        world.app.end_emergency(&stranger, client).await.unwrap();
        assert!(world.app.overview(&stranger, client).await.is_err());
    })
    .await;
}
