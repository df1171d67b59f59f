//! Several at once: nothing is lost, nothing is done twice, nobody reads on who may not.

use app::submissions::Submission;
use app::testing::World;
use domain::client::ParticularsForm;
use std::collections::BTreeSet;

/// Rounds of each race; the release size is larger (`cargo xtask torture`).
fn rounds() -> usize {
    std::env::var("ATTUNE_RACE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(40)
}

fn named(name: &str) -> ParticularsForm {
    ParticularsForm { name: name.to_owned(), ..ParticularsForm::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_of_two_sendings_of_one_form_exactly_one_makes_a_record() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let mut names = BTreeSet::new();
        for round in 0..rounds() {
            let name = format!("Client {round:06}");
            let sending = || async {
                let mut ctx = world.ctx(world.therapist).await;
                let body = format!("form_key=k{round}&name={name}");
                ctx.submission = Some(Submission::of(&world.app, "/clients/new", body.as_bytes()));
                world.app.create_client(&ctx, named(&name)).await
            };
            let (one, two) = tokio::join!(sending(), sending());
            assert_eq!([&one, &two].iter().filter(|made| made.is_ok()).count(), 1, "{one:?} {two:?}");
            let second = if one.is_ok() { two } else { one };
            assert!(matches!(second, Err(app::entry::Refused::Repeated)), "{second:?}");
            names.insert(name);
        }
        let ctx = world.ctx(world.therapist).await;
        let list = world.app.caseload(&ctx).await.unwrap();
        assert_eq!(list.len(), names.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_of_two_corrections_of_one_version_exactly_one_is_kept() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let ctx = world.ctx(world.therapist).await;
        let client = world.app.create_client(&ctx, named("Grace O.")).await.unwrap();
        for round in 0..rounds() {
            let version = world.app.client(&ctx, client).await.unwrap().version;
            let (a, b) = (format!("A {round}"), format!("B {round}"));
            let (one, two) = tokio::join!(
                world.app.correct_client(&ctx, client, version, named(&a)),
                world.app.correct_client(&ctx, client, version, named(&b)),
            );
            assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|kept| **kept).count(), 1, "{one:?} {two:?}");
            let now = world.app.client(&ctx, client).await.unwrap();
            assert_eq!(now.version, version + 1);
            assert_eq!(now.particulars.name.as_str(), if one.is_ok() { a } else { b });
        }
    })
    .await;
}
