use app::care::CareError;
use app::clients::{ClientError, NewCourse};
use app::entry::Refused;
use app::testing::World;
use domain::access::{Denial, Relation};
use domain::caseload::{Group, Reason};
use domain::client::ParticularsForm;
use jiff::civil::date;

fn grace() -> ParticularsForm {
    ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() }
}

fn sixteen() -> NewCourse {
    NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) }
}

#[tokio::test]
async fn a_therapist_registers_a_client_starts_a_course_and_finds_both_in_the_caseload() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let ctx = world.ctx(world.therapist).await;
        let client = world.app.create_client(&ctx, grace()).await.unwrap();
        let before = world.app.caseload(&ctx).await.unwrap();
        assert_eq!(before[0].reason, Reason::NotStarted);

        world.app.start_course(&ctx, client, sixteen()).await.unwrap();
        let overview = world.app.overview(&ctx, client).await.unwrap();
        let current = overview.current.unwrap();
        assert_eq!(current.head.summary.sessions_planned, 16);
        assert_eq!(current.course.next_session, Some(1));
        let caseload = world.app.caseload(&ctx).await.unwrap();
        assert_eq!(caseload.len(), 1);
        assert_eq!(caseload[0].group, Group::Due);
    })
    .await;
}

#[tokio::test]
async fn a_stranger_a_supervisor_and_an_administrator_find_nothing() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let ctx = world.ctx(world.therapist).await;
        let client = world.app.create_client(&ctx, grace()).await.unwrap();
        for stranger in [world.other_therapist, world.supervisor, world.administrator] {
            let ctx = world.ctx(stranger).await;
            let refused = world.app.overview(&ctx, client).await.err().unwrap();
            assert!(matches!(refused, Refused::Denied(Denial::NoRule)));
        }
        let other = world.ctx(world.other_therapist).await;
        assert!(world.app.caseload(&other).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn two_tabs_correct_one_client_and_the_second_sees_what_the_first_wrote() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let ctx = world.ctx(world.therapist).await;
        let client = world.app.create_client(&ctx, grace()).await.unwrap();
        let with_phone = ParticularsForm { phone: "0700 000001".into(), ..grace() };
        world.app.correct_client(&ctx, client, 1, with_phone).await.unwrap();
        let with_name = ParticularsForm { called: "Gracie".into(), ..grace() };
        let refused = world.app.correct_client(&ctx, client, 1, with_name).await.err().unwrap();
        let Refused::Verb(ClientError::Stale { current }) = refused else { panic!("{refused:?}") };
        assert_eq!(current.particulars.phone.as_deref(), Some("0700 000001"));
        assert_eq!(current.version, 2);
    })
    .await;
}

#[tokio::test]
async fn one_course_at_a_time() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let ctx = world.ctx(world.therapist).await;
        let client = world.app.create_client(&ctx, grace()).await.unwrap();
        let episode = world.app.start_course(&ctx, client, sixteen()).await.unwrap();
        let refused = world.app.start_course(&ctx, client, sixteen()).await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(ClientError::CourseUnderWay { episode: found }) if found == episode));
    })
    .await;
}

#[tokio::test]
async fn a_supervisor_reads_what_they_were_asked_to_supervise_until_that_ends() {
    store::testing::each_engine(async |db| {
        let world = World::new(db).await;
        let ctx = world.ctx(world.therapist).await;
        let client = world.app.create_client(&ctx, grace()).await.unwrap();
        let supervisor = world.ctx(world.supervisor).await;
        let asked = world.app.involve(&ctx, client, (world.administrator, Relation::Supervises), None).await;
        assert!(matches!(asked, Err(Refused::Verb(CareError::NoSuchColleague))));
        world.app.involve(&ctx, client, (world.supervisor, Relation::Supervises), None).await.unwrap();
        assert!(world.app.overview(&supervisor, client).await.is_ok());
        let list = world.app.caseload(&supervisor).await.unwrap();
        assert_eq!(list[0].therapist.as_deref(), Some("Tom Therapist"));
        assert!(matches!(
            world.app.start_course(&supervisor, client, sixteen()).await,
            Err(Refused::Denied(Denial::NoRule))
        ));
        world.app.release(&ctx, client, world.supervisor, Relation::Supervises).await.unwrap();
        assert!(world.app.overview(&supervisor, client).await.is_err());
        let alone = world.app.release(&ctx, client, world.therapist, Relation::Treats).await;
        assert!(matches!(alone, Err(Refused::Verb(CareError::NothingToEnd))));
    })
    .await;
}
