//! Who may see a record, and for how long.

use app::care::CareError;
use app::entry::Refused;
use app::testing::World;
use domain::access::{Denial, Relation};
use domain::client::ParticularsForm;
use domain::ids::ClientId;
use jiff::SignedDuration;
use jiff::civil::date;

async fn client(world: &World) -> ClientId {
    let form = ParticularsForm { name: "Grace Okello".into(), ..Default::default() };
    world.app.create_client(&world.ctx(world.therapist).await, form).await.unwrap()
}

#[tokio::test]
async fn z11_cover_has_a_last_day_and_ends_with_it() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (client, ctx) = (client(&world).await, world.ctx(world.therapist).await);
        let cover = (world.other_therapist, Relation::Covers);
        for end in [None, Some(date(2026, 11, 1)), Some(date(2028, 1, 1))] {
            let refused = world.app.involve(&ctx, client, cover, end).await;
            assert!(matches!(refused, Err(Refused::Verb(CareError::NoEnd))), "{end:?}");
        }
        world.app.involve(&ctx, client, cover, Some(date(2026, 11, 3))).await.unwrap();
        world.clock.advance(SignedDuration::from_hours(38));
        let stands_in = world.ctx(world.other_therapist).await;
        assert!(world.app.overview(&stands_in, client).await.is_ok(), "23:00 of the last day in Kampala");
        assert_eq!(world.app.caseload(&stands_in).await.unwrap().len(), 1);
        world.clock.advance(SignedDuration::from_hours(1));
        let after = world.ctx(world.other_therapist).await;
        assert!(matches!(
            world.app.overview(&after, client).await.err(),
            Some(Refused::Denied(Denial::NoRule))
        ));
        assert!(world.app.caseload(&after).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn z4_whoever_is_kept_out_sees_nothing_until_the_block_ends() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (client, ctx) = (client(&world).await, world.ctx(world.therapist).await);
        world.app.involve(&ctx, client, (world.supervisor, Relation::Supervises), None).await.unwrap();
        world.app.keep_out(&ctx, client, (world.supervisor, Relation::Restricted)).await.unwrap();
        let supervisor = world.ctx(world.supervisor).await;
        let kept_out = world.app.overview(&supervisor, client).await.err();
        assert!(matches!(kept_out, Some(Refused::Denied(Denial::Blocked(Relation::Restricted)))));
        assert!(world.app.caseload(&supervisor).await.unwrap().is_empty());
        world.app.release(&ctx, client, world.supervisor, Relation::Restricted).await.unwrap();
        assert!(world.app.overview(&supervisor, client).await.is_ok());
        let oneself = world.app.keep_out(&ctx, client, (world.therapist, Relation::Conflict)).await;
        assert!(matches!(oneself, Err(Refused::Verb(CareError::OneselfOut))));
    })
    .await;
}

#[tokio::test]
async fn z11_whoever_treated_a_client_reads_for_ninety_days_more() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (client, ctx) = (client(&world).await, world.ctx(world.therapist).await);
        world.app.involve(&ctx, client, (world.other_therapist, Relation::Treats), None).await.unwrap();
        world.clock.advance(SignedDuration::from_hours(1));
        let ctx = world.ctx(world.other_therapist).await;
        world.app.release(&ctx, client, world.therapist, Relation::Treats).await.unwrap();
        let former = world.ctx(world.therapist).await;
        assert!(world.app.overview(&former, client).await.is_ok());
        assert_eq!(world.app.caseload(&former).await.unwrap().len(), 1);
        assert!(world.app.care(&former, client).await.is_err(), "reads, and decides nothing any more");
        world.clock.advance(SignedDuration::from_hours(24 * 90));
        let former = world.ctx(world.therapist).await;
        assert!(world.app.overview(&former, client).await.is_err());
        assert!(world.app.caseload(&former).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn z13_the_front_desk_corrects_an_address_and_opens_no_chart() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world).await;
        let desk = world.ctx(world.front_desk).await;
        let form =
            ParticularsForm { name: "Grace Okello".into(), phone: "0700 1".into(), ..Default::default() };
        world.app.correct_client(&desk, client, 1, form).await.unwrap();
        assert!(matches!(
            world.app.overview(&desk, client).await.err(),
            Some(Refused::Denied(Denial::NoRule))
        ));
        assert!(world.app.care(&desk, client).await.is_err());
        assert!(world.app.invite_client(&desk, client, "grace@example.org").await.is_err());
    })
    .await;
}
