//! What people are told about their way in.

use app::context::{Ctx, Origin};
use app::passwords::Password;
use app::sessions::Token;
use app::testing::World;
use domain::access::Actor;
use domain::ids::AccountId;
use domain::way_in::Change;
use jiff::tz::TimeZone;

fn visitor(world: &World) -> Ctx {
    world.app.ctx(Actor::Visitor, TimeZone::UTC, Origin::Web("192.0.2.7".into()))
}

async fn reset(world: &World, id: AccountId) -> Token {
    let admin = world.ctx(world.administrator).await;
    let link = world.app.reset_link(&admin, id).await.unwrap();
    let password = Password::typed("another plum tree in the yard");
    world.app.join(&visitor(world), &link, password, "test browser").await.unwrap().token
}

async fn changes(world: &World, id: AccountId) -> Vec<(Change, Option<String>, String)> {
    let news = world.app.news(&world.ctx(id).await).await.unwrap();
    news.into_iter().map(|one| (one.change, one.who, one.origin)).collect()
}

#[tokio::test]
async fn a8_a_recovery_is_told_to_its_person_and_to_the_administrators_until_they_read_it() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        reset(&world, world.therapist).await;
        let told =
            |who: Option<&str>| (Change::PasswordReset, who.map(str::to_owned), "192.0.2.7".to_owned());
        assert_eq!(changes(&world, world.therapist).await, [told(None)]);
        assert_eq!(changes(&world, world.administrator).await, [told(Some("Tom Therapist"))]);
        assert!(changes(&world, world.other_therapist).await.is_empty(), "nobody else learns of it");
        let ctx = world.ctx(world.therapist).await;
        assert!(world.app.has_news(&ctx).await.unwrap());
        world.app.read_news(&ctx, ctx.now).await.unwrap();
        assert!(!world.app.has_news(&ctx).await.unwrap());
        assert_eq!(
            changes(&world, world.administrator).await.len(),
            1,
            "somebody else's reading is not theirs"
        );
    })
    .await;
}

#[tokio::test]
async fn a8_an_account_started_anew_is_told_too() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let admin = world.ctx(world.administrator).await;
        world.app.start_anew(&admin, world.supervisor).await.unwrap();
        let practice = world.practice;
        let owner = (practice, world.supervisor);
        let unread = move |tx: &mut store::Tx<'_>| store::account_notices::unread(tx, owner);
        let told = world.app.db().read_in(practice, unread).await.unwrap();
        assert_eq!(told.iter().map(|(one, _)| one.change).collect::<Vec<_>>(), [Change::StartedAnew]);
    })
    .await;
}

#[tokio::test]
async fn a8_whoever_says_it_was_not_them_ends_all_other_sessions_and_administrators_are_told() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let thief = reset(&world, world.therapist).await;
        let own = world.session(world.therapist, domain::access::Assurance::Full).await;
        let ctx = world.ctx(world.therapist).await;
        world.app.disown(&ctx, &own, ctx.now).await.unwrap();
        assert!(world.app.signed_in(&thief).await.unwrap().is_none());
        assert!(world.app.signed_in(&own).await.unwrap().is_some());
        let told: Vec<Change> =
            changes(&world, world.administrator).await.into_iter().map(|one| one.0).collect();
        assert!(told.contains(&Change::Disowned) && told.contains(&Change::PasswordReset), "{told:?}");
        assert!(changes(&world, world.therapist).await.is_empty());
    })
    .await;
}
