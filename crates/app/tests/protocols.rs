//! Protocols of a practice: kept by version, so that a running course keeps what it began with.

use app::App;
use app::clients::{ClientError, NewCourse};
use app::content::Content;
use app::context::SystemEntropy;
use app::entry::Refused;
use app::testing::World;
use domain::client::ParticularsForm;
use domain::ids::ClientId;
use jiff::civil::date;
use std::path::Path;
use std::sync::Arc;
use store::testing::each_engine;
use store::{Across, Sql, StoreError};

const CHANGE: Sql = Sql::new("UPDATE protocol_version SET whole = source");

async fn somebody(world: &World) -> ClientId {
    let ctx = world.ctx(world.therapist).await;
    let form = ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() };
    world.app.create_client(&ctx, form).await.unwrap()
}

fn course(protocol: &str) -> NewCourse {
    NewCourse { protocol: protocol.into(), sessions: None, starts_on: date(2026, 11, 2) }
}

/// The program after an upgrade that ships another version of a protocol.
fn upgraded(world: &World, folder: &Path) -> App {
    let text = include_str!("../../../content/protocols/ipt16_adult.toml");
    let newer = text
        .replacen("title = \"Interpersonal Psychotherapy, 16 sessions\"", "title = \"Another title\"", 1)
        .replacen("\nversion = \"", "\nversion = \"1000.", 1);
    assert!(newer.contains("Another title") && newer.contains("version = \"1000."));
    std::fs::create_dir(folder.join("protocols")).unwrap();
    std::fs::write(folder.join("protocols/ipt16_adult.toml"), newer).unwrap();
    let content = Content::with_folder(folder).unwrap();
    App::new(world.app.db().clone(), content, world.clock.clone(), Arc::new(SystemEntropy))
}

#[tokio::test]
async fn a_running_course_keeps_the_version_it_began_with_when_the_program_brings_another() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let (client, folder) = (somebody(&world).await, tempfile::tempdir().unwrap());
        let ctx = world.ctx(world.therapist).await;
        world.app.start_course(&ctx, client, course("ipt16_adult")).await.unwrap();
        let before = world.app.overview(&ctx, client).await.unwrap().current.unwrap();

        let app = upgraded(&world, folder.path());
        let after = app.overview(&ctx, client).await.unwrap().current.unwrap();
        assert_eq!(after.head.protocol_title, before.head.protocol_title);
        assert_eq!(after.course, before.course);
        assert_eq!(app.check_records().await.unwrap().findings, Vec::<String>::new());
        assert_eq!(app.verify_fields().await.unwrap().findings, Vec::<String>::new());

        let second = somebody(&world).await;
        app.start_course(&ctx, second, course("ipt16_adult")).await.unwrap();
        let new = app.overview(&ctx, second).await.unwrap().current.unwrap();
        assert_eq!(new.head.protocol_title, "Another title");
    })
    .await;
}

#[tokio::test]
async fn a_kept_protocol_that_was_changed_from_outside_runs_no_course_and_is_named() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let (client, folder) = (somebody(&world).await, tempfile::tempdir().unwrap());
        let ctx = world.ctx(world.therapist).await;
        world.app.start_course(&ctx, client, course("ipt16_adult")).await.unwrap();
        let everywhere = world.app.db().across_practices(Across::Operator);
        everywhere.write(|tx| tx.exec(CHANGE, &[])).await.unwrap();
        let app = upgraded(&world, folder.path());
        let refused = app.overview(&ctx, client).await.err().unwrap();
        assert!(matches!(refused, Refused::Store(StoreError::Broken { .. })), "{refused:?}");
        let findings = app.verify_fields().await.unwrap().findings;
        assert!(findings.iter().any(|one| one.contains("protocol_version")), "{findings:?}");
    })
    .await;
}

#[tokio::test]
async fn a_protocol_nobody_knows_begins_no_course() {
    each_engine(async |db| {
        let world = World::new(db).await;
        let client = somebody(&world).await;
        let ctx = world.ctx(world.therapist).await;
        let refused = world.app.start_course(&ctx, client, course("nowhere")).await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(ClientError::NoSuchProtocol)), "{refused:?}");
    })
    .await;
}
