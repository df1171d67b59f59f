//! Guardians of clients who are minors.

use app::clients::ClientError;
use app::entry::Refused;
use app::erasure::Reason;
use app::guardians::{GuardianError, GuardianForm};
use app::testing::World;
use domain::access::Relation;
use domain::account::{AccountState, Role};
use domain::client::{ParticularsForm, Problem};
use domain::guardian::Basis;
use domain::ids::{AccountId, ClientId};
use jiff::SignedDuration;

async fn client(world: &World, born_on: &str) -> ClientId {
    let form = ParticularsForm {
        name: "Nia Young".into(),
        born_on: born_on.into(),
        phone: "0700 1".into(),
        email: "nia@example.org".into(),
        ..Default::default()
    };
    world.app.create_client(&world.ctx(world.therapist).await, form).await.unwrap()
}

fn form(email: &str) -> GuardianForm {
    let (name, email) = ("Mara Young".into(), email.into());
    GuardianForm { name, email, basis: Some(Basis::Parent), until: String::new() }
}

/// Adds a guardian and lets them come in by their link.
async fn guardian(world: &World, client: ClientId) -> AccountId {
    let ctx = world.ctx(world.therapist).await;
    let link = world.app.add_guardian(&ctx, client, form("mara@example.org")).await.unwrap().unwrap();
    let password = app::passwords::Password::typed("a long walk along the shore");
    world.app.join(&ctx, &link, password, "test browser").await.unwrap();
    let people = world.app.people(&world.ctx(world.administrator).await).await.unwrap();
    people.iter().find(|one| one.account.roles.has(Role::Guardian)).unwrap().account.id
}

#[tokio::test]
async fn z10_a_guardian_sees_contact_details_nothing_clinical_and_leaves_a_line_in_the_clients_history() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world, "2012-05-01").await;
        let mara = guardian(&world, client).await;
        let ctx = world.ctx(mara).await;
        let wards = world.app.wards(&ctx).await.unwrap();
        assert_eq!((wards.len(), wards[0].name.as_str()), (1, "Nia Young"));
        assert_eq!(wards[0].phone.as_deref(), Some("0700 1"));
        assert!(world.app.overview(&ctx, client).await.is_err());
        assert!(world.app.client(&ctx, client).await.is_err());
        assert!(world.app.care(&ctx, client).await.is_err());
        assert!(world.app.today(&ctx).await.is_err());
        let own = world.ctx(world.client_account(client).await).await;
        let history = world.app.history(&own, None, None).await.unwrap();
        assert!(history.visits.iter().any(|visit| {
            matches!(&visit.who, app::trail::Visitor::Person { name, .. } if name == "Mara Young")
        }));
    })
    .await;
}

#[tokio::test]
async fn z10_a_guardians_access_ends_when_it_is_withdrawn_and_by_the_clock_at_majority() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        // Comes of age on 12 November 2026, ten days from now.
        let client = client(&world, "2008-11-12").await;
        let mara = guardian(&world, client).await;
        world.clock.advance(SignedDuration::from_hours(9 * 24));
        assert_eq!(world.app.wards(&world.ctx(mara).await).await.unwrap().len(), 1);
        world.clock.advance(SignedDuration::from_hours(24));
        assert!(world.app.wards(&world.ctx(mara).await).await.unwrap().is_empty());
        let therapist = world.ctx(world.therapist).await;
        let late = world.app.add_guardian(&therapist, client, form("other@example.org")).await;
        assert!(matches!(late, Err(Refused::Verb(GuardianError::NotAMinor))));

        let sister = self::client(&world, "2014-01-01").await;
        let again = world.app.add_guardian(&therapist, sister, form("mara@example.org")).await.unwrap();
        assert!(again.is_none(), "she has an account");
        let seen = world.ctx(mara).await;
        assert_eq!(world.app.wards(&seen).await.unwrap().len(), 1);
        world.app.release(&therapist, sister, mara, Relation::GuardianOf).await.unwrap();
        assert!(world.app.wards(&seen).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn z10_an_adolescents_address_is_never_a_guardians_and_guardians_are_no_colleagues() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world, "2012-05-01").await;
        let ctx = world.ctx(world.therapist).await;
        let equal = world.app.add_guardian(&ctx, client, form("NIA@example.org")).await;
        assert!(matches!(equal, Err(Refused::Verb(GuardianError::ClientsOwnAddress))));
        let mut no_ground = form("mara@example.org");
        no_ground.basis = None;
        let refused = world.app.add_guardian(&ctx, client, no_ground).await;
        assert!(matches!(refused, Err(Refused::Verb(GuardianError::NoBasis))));
        let mara = guardian(&world, client).await;
        let stranger = world.ctx(world.other_therapist).await;
        assert!(world.app.add_guardian(&stranger, client, form("b@example.org")).await.is_err());
        let care = world.app.care(&ctx, client).await.unwrap();
        assert!(care.holders.iter().any(|one| one.account == mara && one.source == "parent"));
        assert!(care.colleagues.iter().all(|one| one.id != mara), "nobody else's therapist sees her name");
    })
    .await;
}

#[tokio::test]
async fn z10_a_clients_address_that_is_changed_later_is_never_a_guardians() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world, "2012-05-01").await;
        let mara = guardian(&world, client).await;
        let ctx = world.ctx(world.therapist).await;
        let known = world.app.client(&ctx, client).await.unwrap();
        let theirs = ParticularsForm { email: "MARA@example.org".into(), ..known.particulars.to_form() };
        let refused = world.app.correct_client(&ctx, client, known.version, theirs.clone()).await;
        let Err(Refused::Verb(ClientError::Form(problems))) = refused else { panic!("{refused:?}") };
        assert_eq!((problems[0].field, &problems[0].problem), ("email", &Problem::Guardians));
        let own = ParticularsForm { email: "nia2@example.org".into(), ..theirs.clone() };
        world.app.correct_client(&ctx, client, known.version, own).await.unwrap();
        world.app.release(&ctx, client, mara, Relation::GuardianOf).await.unwrap();
        let known = world.app.client(&ctx, client).await.unwrap();
        world.app.correct_client(&ctx, client, known.version, theirs).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn z10_a_guardians_account_ends_with_the_record_of_their_last_client() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let (nia, sister) = (client(&world, "2012-05-01").await, client(&world, "2023-01-01").await);
        let mara = guardian(&world, nia).await;
        let ctx = world.ctx(world.therapist).await;
        world.app.add_guardian(&ctx, sister, form("mara@example.org")).await.unwrap();
        let practice = world.practice;
        let state = async || {
            let find = move |tx: &mut store::Tx<'_>| store::accounts::find(tx, practice, mara);
            world.app.db().read_in(practice, find).await.unwrap().map(|account| account.state)
        };
        let erase = async |client| {
            let officer = world.ctx(world.privacy_officer).await;
            world.app.erase(&officer, client, Reason::RetentionPassed, "Nia Young".into()).await.unwrap();
        };
        // Seven years after Nia's majority; the sister is fourteen.
        world.clock.advance(SignedDuration::from_hours(24 * 365 * 11));
        erase(nia).await;
        assert_eq!(state().await, Some(AccountState::Active), "she is the sister's guardian");
        world.clock.advance(SignedDuration::from_hours(24 * 366 * 12));
        erase(sister).await;
        assert_eq!(state().await, Some(AccountState::Disabled));
        let found = world.app.check_records().await.unwrap().findings;
        assert_eq!(found, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn z10_a_last_day_that_is_no_day_or_after_majority_adds_nobody() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let client = client(&world, "2012-05-01").await;
        let ctx = world.ctx(world.therapist).await;
        for until in ["soon", "2030-05-01", "2001-01-01"] {
            let typed = GuardianForm { until: until.to_owned(), ..form("mara@example.org") };
            let refused = world.app.add_guardian(&ctx, client, typed).await.unwrap_err();
            assert!(matches!(refused, Refused::Verb(GuardianError::NoEnd)), "{until}: {refused:?}");
        }
    })
    .await;
}
