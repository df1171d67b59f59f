use app::context::Origin;
use app::demonstration::DemonstrationError;
use app::entry::Refused;
use app::practices::NewAccount;
use app::testing::{World, bare};
use domain::access::{Actor, Assurance};
use domain::account::{Role, Roles};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

fn somebody() -> NewAccount {
    NewAccount {
        name: "Dr Amina Okello".into(),
        email: "amina@example.org".into(),
        roles: Roles::of([Role::Therapist]),
        zone: "Africa/Kampala".into(),
        client: None,
    }
}

#[tokio::test]
async fn a_made_up_person_is_entered_once_by_a_link_with_every_factor() {
    store::testing::each_engine(async |db| {
        let (app, _) = bare(db);
        let operator = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
        let practice = app.found_demonstration(&operator, "Demo", "Africa/Kampala").await.unwrap();
        let amina = app.add_demo_member(&operator, practice, somebody()).await.unwrap();
        let link = app.demonstration_link(&operator, practice, amina).await.unwrap();

        let shown = app.link(&link).await.unwrap().unwrap();
        assert_eq!(shown.holder.unwrap().name, "Dr Amina Okello");
        assert!(app.link(&link).await.unwrap().is_some(), "looking changes nothing");
        let visitor = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::Web("192.0.2.1".into()));
        let session = app.enter_demonstration(&visitor, &link, "a browser").await.unwrap();
        let signed = app.signed_in(&session).await.unwrap().unwrap();
        assert_eq!(signed.person.assurance, Assurance::Full);
        assert!(signed.demonstration);

        assert!(app.link(&link).await.unwrap().is_none());
        assert!(app.enter_demonstration(&visitor, &link, "a browser").await.is_err(), "a link works once");
    })
    .await;
}

#[tokio::test]
async fn a_practice_of_real_care_has_no_such_door() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let ctx = world.app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
        let added = world.app.add_demo_member(&ctx, world.practice, somebody()).await;
        assert!(matches!(added, Err(Refused::Verb(DemonstrationError::NotADemonstration))));
        let link = world.app.demonstration_link(&ctx, world.practice, world.therapist).await;
        assert!(matches!(link, Err(Refused::Verb(DemonstrationError::NotADemonstration))));
        let acted = world.app.demo_ctx_at(ctx.now, world.practice, world.therapist).await;
        assert!(matches!(acted, Err(Refused::Verb(DemonstrationError::NotADemonstration))));
        let web = world.app.ctx(Actor::Visitor, TimeZone::UTC, Origin::Web("192.0.2.1".into()));
        let founded = world.app.found_demonstration(&web, "Demo", "UTC").await;
        assert!(matches!(founded, Err(Refused::Verb(DemonstrationError::NotTheCommandLine))));
    })
    .await;
}

#[tokio::test]
async fn a_demonstration_link_ends_after_a_day() {
    let (app, clock) = bare(crate::sqlite());
    let operator = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
    let practice = app.found_demonstration(&operator, "Demo", "UTC").await.unwrap();
    let amina = app.add_demo_member(&operator, practice, somebody()).await.unwrap();
    let link = app.demonstration_link(&operator, practice, amina).await.unwrap();
    clock.advance(SignedDuration::from_hours(24));
    assert!(app.link(&link).await.unwrap().is_none());
}
