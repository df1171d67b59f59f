use crate::records_support::{Practice, form};
use app::entry::Refused;
use app::ties::{Placing, Tick, TieError};
use domain::access::Denial;
use domain::fields::FieldProblem;
use domain::tie::Ring;

const DESCRIBED: [(&str, &str); 5] = [
    ("nickname", "Amina"),
    ("ring_now", "1"),
    ("change", "worse"),
    ("expects", "That she rings me"),
    ("expected", "That I lend her money"),
];

#[tokio::test]
async fn people_are_named_first_and_described_after() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let added = app.add_ties(&p.ctx, p.episode, "Amina\n\n  محمد \r\nTía Zoë 🌻\n").await.unwrap();
        assert_eq!((added.len(), p.count("inventory.ties").await), (3, 3));
        assert_eq!(p.count("inventory.described").await, 0);
        app.save_tie(&p.ctx, p.episode, (added[0], 1), form(&DESCRIBED)).await.unwrap();
        let placing = Placing { wanted: Some(Some(Ring::Inner)), ..Placing::default() };
        app.place_tie(&p.ctx, p.episode, (added[0], 2), placing).await.unwrap();
        assert_eq!(p.count("inventory.described").await, 1);

        let list = app.inventory(&p.ctx, p.episode).await.unwrap();
        let names: Vec<&str> = list.ties.iter().map(|tie| tie.body.nickname.as_str()).collect();
        assert_eq!(names, ["Amina", "محمد", "Tía Zoë 🌻"]);
        assert_eq!((list.indicators.network_size, list.indicators.inner_count), (1, 1));
        let history = app.tie_history(&p.ctx, p.episode, added[0]).await.unwrap();
        let rings: Vec<_> = history.versions.iter().map(|v| (v.version, v.body.ring_wanted)).collect();
        assert_eq!(rings, [(3, Some(Ring::Inner)), (2, None), (1, None)]);
        assert_eq!(history.versions[0].author.as_deref(), Some("Tom Therapist"));
    })
    .await;
}

#[tokio::test]
async fn two_tabs_on_one_person_and_the_second_sees_what_the_first_wrote() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let id = app.add_ties(&p.ctx, p.episode, "Amina").await.unwrap()[0];
        app.save_tie(&p.ctx, p.episode, (id, 1), form(&DESCRIBED)).await.unwrap();
        let second = form(&[("nickname", "Mina"), ("ring_now", "3")]);
        let refused = app.save_tie(&p.ctx, p.episode, (id, 1), second).await.err().unwrap();
        let Refused::Verb(TieError::Stale { current }) = refused else { panic!("{refused:?}") };
        assert_eq!((current.version, current.body.ring_now), (2, Some(Ring::Inner)));
        let page = app.tie(&p.ctx, p.episode, id).await.unwrap();
        assert_eq!(page.tie.body.nickname, "Amina", "nothing was overwritten");
    })
    .await;
}

#[tokio::test]
async fn three_hundred_people_are_listed_and_counted() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        for block in 0..3 {
            let names: Vec<String> = (0..100).map(|n| format!("Person {block}-{n}")).collect();
            p.world.app.add_ties(&p.ctx, p.episode, &names.join("\n")).await.unwrap();
        }
        assert_eq!(p.world.app.inventory(&p.ctx, p.episode).await.unwrap().ties.len(), 300);
        assert_eq!(p.count("inventory.ties").await, 300);
        let too_many = "x\n".repeat(101);
        let refused = p.world.app.add_ties(&p.ctx, p.episode, &too_many).await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(TieError::Form(_))));
    })
    .await;
}

#[tokio::test]
async fn nobody_is_deleted_and_nobody_to_name_is_said_on_purpose() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        assert!(!p.flag("inventory.none").await);
        app.say_nobody(&p.ctx, p.episode, Tick::Set).await.unwrap();
        assert!(p.flag("inventory.none").await);
        let id = app.add_ties(&p.ctx, p.episode, "Amina").await.unwrap()[0];
        assert!(!p.flag("inventory.none").await, "there is somebody now");
        let refused = app.end_tie(&p.ctx, p.episode, (id, 1), " ").await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(TieError::Form(_))), "a reason is needed");
        app.end_tie(&p.ctx, p.episode, (id, 1), "Entered for somebody else").await.unwrap();
        assert_eq!((p.count("inventory.ties").await, p.flag("inventory.none").await), (0, true));
        let kept = app.tie(&p.ctx, p.episode, id).await.unwrap().tie;
        assert_eq!(kept.body.ended.unwrap().reason, "Entered for somebody else");
        app.restore_tie(&p.ctx, p.episode, (id, 2)).await.unwrap();
        assert_eq!(p.count("inventory.ties").await, 1);
    })
    .await;
}

#[tokio::test]
async fn same_names_are_pointed_out_and_bad_fields_named() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let ids = app.add_ties(&p.ctx, p.episode, "Amina\nAMINA\nBob").await.unwrap();
        let list = app.inventory(&p.ctx, p.episode).await.unwrap();
        assert_eq!(list.namesakes.len(), 2);
        assert_eq!(app.tie(&p.ctx, p.episode, ids[0]).await.unwrap().namesakes, [ids[1]]);
        assert!(app.tie(&p.ctx, p.episode, ids[2]).await.unwrap().namesakes.is_empty());
        let bad = form(&[("nickname", "Bob\u{202E}"), ("died.year", "2027"), ("fit", "eleven")]);
        let refused = app.save_tie(&p.ctx, p.episode, (ids[2], 1), bad).await.err().unwrap();
        let Refused::Verb(TieError::Form(errors)) = refused else { panic!("{refused:?}") };
        assert_eq!(errors.len(), 3);
        assert_eq!(errors[0].problem, FieldProblem::AfterToday);
    })
    .await;
}

#[tokio::test]
async fn the_inventory_is_closed_to_strangers_and_to_other_clients_people() {
    store::testing::each_engine(async |db| {
        let p = Practice::new(db).await;
        let app = &p.world.app;
        let id = app.add_ties(&p.ctx, p.episode, "Amina").await.unwrap()[0];
        for stranger in
            [p.world.other_therapist, p.world.administrator, p.world.client_account(p.client).await]
        {
            let ctx = p.world.ctx(stranger).await;
            let refused = app.tie(&ctx, p.episode, id).await.err().unwrap();
            assert!(matches!(refused, Refused::Denied(Denial::NoRule)));
        }
        let other = p.world.ctx(p.world.other_therapist).await;
        let form = domain::client::ParticularsForm { name: "Other".into(), ..Default::default() };
        let client = app.create_client(&other, form).await.unwrap();
        let course = app::clients::NewCourse {
            protocol: "ipt16_adult".into(),
            sessions: None,
            starts_on: jiff::civil::date(2026, 11, 2),
        };
        let episode = app.start_course(&other, client, course).await.unwrap();
        let refused = app.tie(&other, episode, id).await.err().unwrap();
        assert!(matches!(refused, Refused::Verb(TieError::NotFound)), "not through one's own episode either");
    })
    .await;
}
