//! Rows that decide who may see what carry a mark: what was changed from outside gives nothing and is named, on both
//! engines, when it is read and by the look at everything.

use crate::records_support::Practice;
use app::entry::Refused;
use domain::access::Assurance;
use domain::emergency::Reason;
use store::testing::each_engine;
use store::{Across, Db, Sql, StoreError};

/// What a stranger with a pen in the database would write, and the table whose row is then refused.
const FORGED: &[(&str, Sql)] = &[
    ("relation", Sql::new("UPDATE relation SET kind = 'supervises'")),
    ("relation", Sql::new("UPDATE relation SET ends_at = 1")),
    ("relation", Sql::new("UPDATE relation SET items = 'chart', source = 'parent'")),
    ("relation", Sql::new("UPDATE relation SET mark = (SELECT e.mark FROM episode e LIMIT 1)")),
    ("episode", Sql::new("UPDATE episode SET protocol_id = 'another'")),
    ("episode", Sql::new("UPDATE episode SET created_by = 'somebody else'")),
    ("practice", Sql::new("UPDATE practice SET purpose = 'demonstration'")),
    ("account", Sql::new("UPDATE account SET roles = 'privacy_officer' WHERE roles = 'front_desk'")),
    ("account", Sql::new("UPDATE account SET state = 'disabled' WHERE roles = 'therapist'")),
    (
        "account",
        Sql::new(
            "UPDATE account SET client_id = (SELECT c.id FROM client c LIMIT 1) WHERE roles = 'trainee'",
        ),
    ),
    ("web_session", Sql::new("UPDATE web_session SET assurance = 'full'")),
    ("web_session", Sql::new("UPDATE web_session SET ends_at = ends_at + 1")),
    ("recovery_code", Sql::new("UPDATE recovery_code SET code_hash = 'mine'")),
    ("legal_hold", Sql::new("UPDATE legal_hold SET lifted_at = 1, lifted_by = 'me'")),
    ("retention", Sql::new("UPDATE retention SET years = 1")),
    ("emergency_access", Sql::new("UPDATE emergency_access SET reviewed_at = 1, finding = 'justified'")),
    ("emergency_access", Sql::new("UPDATE emergency_access SET account_id = 'somebody'")),
    ("protocol_version", Sql::new("UPDATE protocol_version SET state = 'active'")),
    ("protocol_version", Sql::new("UPDATE protocol_version SET version = 'other'")),
    ("protocol_version", Sql::new("UPDATE protocol_version SET whole = 'other'")),
];

async fn run(db: &Db, sql: Sql) -> u64 {
    db.across_practices(Across::Operator).write(move |tx| tx.exec(sql, &[])).await.unwrap()
}

fn refused_row<T, E>(outcome: Result<T, Refused<E>>) -> Option<String> {
    match outcome {
        Err(Refused::Store(StoreError::Broken { table, row, .. })) => Some(format!("{table} {row}")),
        _ => None,
    }
}

/// A practice with a row in every table that has marks.
async fn furnished(db: &Db) -> Practice {
    let practice = Practice::new(db.clone()).await;
    let (world, client) = (&practice.world, practice.client);
    world.session(world.therapist, Assurance::Partial).await;
    let officer = world.ctx(world.privacy_officer).await;
    world.app.hold_record(&officer, client, "A court asks.".into()).await.unwrap();
    let administrator = world.ctx(world.administrator).await;
    world.app.set_retention(&administrator, 12).await.unwrap();
    let stranger = world.ctx(world.other_therapist).await;
    let wish = app::emergencies::Wish {
        who: client.to_string(),
        reason: Some(Reason::Danger),
        words: "The hospital asks.".into(),
    };
    world.app.break_glass(&stranger, wish).await.unwrap();
    let owner = (world.practice, world.therapist);
    let codes =
        move |tx: &mut store::Tx<'_>| store::credentials::replace_codes(tx, owner, &["a hash".into()]);
    db.write_in(owner.0, codes).await.unwrap();
    practice
}

#[tokio::test]
async fn r4_every_forged_row_that_decides_is_named_by_the_look_at_everything() {
    for (table, change) in FORGED {
        each_engine(async |db| {
            let practice = furnished(&db).await;
            assert_eq!(practice.world.app.verify_fields().await.unwrap().findings, Vec::<String>::new());
            // A reference that leads nowhere is refused by the database itself, which is as good.
            let changed = db.across_practices(Across::Operator).write(move |tx| tx.exec(*change, &[])).await;
            match changed {
                Ok(rows) => assert!(rows > 0, "{change:?} changed nothing"),
                Err(refused) => {
                    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused:?}");
                    return;
                }
            }
            let found = practice.world.app.verify_fields().await.map(|report| report.findings);
            let named = match &found {
                Ok(lines) => lines.iter().any(|line| line.contains(&format!("{table}."))),
                Err(StoreError::Broken { table: met, .. }) => met == table,
                Err(other) => panic!("{change:?}: {other}"),
            };
            assert!(named, "{change:?}: {found:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn r4_a_forged_relation_opens_nothing_and_names_its_row() {
    const GIVEN: Sql = Sql::new("UPDATE relation SET account_id = $1");
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let other = practice.world.other_therapist;
        let give = move |tx: &mut store::Tx<'_>| tx.exec(GIVEN, &[&other]);
        assert_eq!(db.across_practices(Across::Operator).write(give).await, Ok::<_, StoreError>(1));
        let ctx = practice.world.ctx(other).await;
        let row = refused_row(practice.world.app.overview(&ctx, practice.client).await).unwrap();
        assert!(row.starts_with("relation") && row.contains(&other.to_string()), "{row}");
        assert!(refused_row(practice.world.app.caseload(&ctx).await).is_some());
    })
    .await;
}

#[tokio::test]
async fn r4_a_block_whose_end_was_forged_still_hides_the_client_from_a_list() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let (world, client) = (&practice.world, practice.client);
        let (account, now) = (world.therapist, world.app.now());
        let ask = app::entry::Ask::on_client(app::entry::Action::WriteChart, client, "test");
        let block = move |desk: &mut app::entry::Desk<'_, '_>| -> Result<(), Refused<()>> {
            let of = (account, domain::access::Relation::Restricted, client);
            let new = store::relations::NewRelation::now(of, "asked", now);
            Ok(store::relations::start(desk.tx, &desk.grant, &new)?)
        };
        world.app.act(&practice.ctx, ask, block).await.unwrap();
        assert!(world.app.caseload(&practice.ctx).await.unwrap().is_empty());
        run(&db, Sql::new("UPDATE relation SET ends_at = 1 WHERE kind = 'restricted'")).await;
        assert!(refused_row(world.app.caseload(&practice.ctx).await).unwrap().contains("restricted"));
    })
    .await;
}

#[tokio::test]
async fn r4_an_episode_moved_to_another_client_opens_nothing() {
    const MOVED: Sql = Sql::new(
        "UPDATE episode SET client_id = (SELECT c.id FROM client c WHERE c.id <> episode.client_id)",
    );
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let form = domain::client::ParticularsForm { name: "Second Person".into(), ..Default::default() };
        practice.world.app.create_client(&practice.ctx, form).await.unwrap();
        assert_eq!(run(&db, MOVED).await, 1);
        let read = practice.world.app.private_notes(&practice.ctx, practice.episode).await;
        assert!(refused_row(read).unwrap().starts_with("episode"));
    })
    .await;
}

#[tokio::test]
async fn r4_forged_roles_and_forged_sessions_are_nobodys() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let world = &practice.world;
        let token = world.session(world.front_desk, Assurance::Partial).await;
        assert!(world.app.signed_in(&token).await.unwrap().is_some());
        run(&db, Sql::new("UPDATE web_session SET assurance = 'full'")).await;
        assert!(matches!(
            world.app.signed_in(&token).await,
            Err(StoreError::Broken { table, .. }) if table == "web_session"
        ));
        let token = world.session(world.front_desk, Assurance::Full).await;
        run(&db, Sql::new("UPDATE account SET roles = 'privacy_officer' WHERE roles = 'front_desk'")).await;
        assert!(matches!(
            world.app.signed_in(&token).await,
            Err(StoreError::Broken { table, .. }) if table == "account"
        ));
    })
    .await;
}

#[tokio::test]
async fn r4_changes_by_the_program_mark_anew() {
    each_engine(async |db| {
        let practice = furnished(&db).await;
        let (world, client) = (&practice.world, practice.client);
        let officer = world.ctx(world.privacy_officer).await;
        world.app.lift_hold(&officer, client).await.unwrap();
        let emergency = world.app.emergencies(&officer).await.unwrap().all[0].id;
        let finding = domain::emergency::Finding::Justified;
        world.app.review_emergency(&officer, emergency, finding).await.unwrap();
        let stranger = world.ctx(world.other_therapist).await;
        world.app.end_emergency(&stranger, client).await.unwrap();
        let administrator = world.ctx(world.administrator).await;
        world.app.set_retention(&administrator, 11).await.unwrap();
        world.app.change_practice(&administrator, "Another Name", "Europe/Berlin").await.unwrap();
        world
            .app
            .set_roles(&administrator, world.trainee, domain::account::Roles::from_codes("front_desk"))
            .await
            .unwrap();
        world.app.disable(&administrator, world.front_desk).await.unwrap();
        let owner = (world.practice, world.therapist);
        let at = world.app.now();
        let spend = move |tx: &mut store::Tx<'_>| store::credentials::use_code(tx, owner, "a hash", at);
        assert_eq!(db.write_in(owner.0, spend).await, Ok(true));
        let again = move |tx: &mut store::Tx<'_>| store::credentials::use_code(tx, owner, "a hash", at);
        assert_eq!(db.write_in(owner.0, again).await, Ok(false));
        assert_eq!(world.app.verify_fields().await.unwrap().findings, Vec::<String>::new());
    })
    .await;
}
