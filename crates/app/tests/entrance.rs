//! What comes before anybody is signed in is closed too: links and sessions that were changed from outside open nothing.

use crate::records_support::Practice;
use app::context::Ctx;
use domain::access::Assurance;
use store::testing::each_engine;
use store::{Across, Db, Sql, StoreError};

const STRONGER: Sql = Sql::new("UPDATE web_session SET assurance = 'full'");
const OTHER_PERSON: Sql = Sql::new("UPDATE web_session SET account_id = $1");
const LONGER: Sql = Sql::new("UPDATE one_time_link SET expires_at = expires_at + 1");
const UNUSED: Sql = Sql::new("UPDATE one_time_link SET used_at = NULL");

const MOVE_ADDRESS: Sql =
    Sql::new("UPDATE account SET email = (SELECT o.email FROM account o WHERE o.id = $1) WHERE id = $2");
const EMAILS: Sql = Sql::new("SELECT email, email_key, id FROM account");

const MOVE_NAME: Sql =
    Sql::new("UPDATE account SET name = (SELECT o.name FROM account o WHERE o.id = $1) WHERE id = $2");
const ADDRESS_AS_NAME: Sql = Sql::new(
    "UPDATE account SET name = (SELECT o.email FROM account o WHERE o.id <> $1 AND o.id = $2) WHERE id = $2",
);
const NAME_OF: Sql = Sql::new("SELECT name FROM account WHERE id = $1");
const PUT_NAME: Sql = Sql::new("UPDATE account SET name = $1 WHERE id = $2");

async fn run(db: &Db, sql: Sql) {
    let work = move |tx: &mut store::Tx<'_>| tx.exec(sql, &[]);
    let changed: Result<u64, StoreError> = db.across_practices(Across::Operator).write(work).await;
    assert!(changed.unwrap() > 0);
}

/// Moves a cell of one account into another one's.
async fn move_cell(practice: &Practice, db: &Db, sql: Sql) {
    let (from, to) = (practice.world.administrator, practice.world.therapist);
    let work = move |tx: &mut store::Tx<'_>| tx.exec(sql, &[&from, &to]);
    let changed: Result<u64, StoreError> = db.write_in(practice.world.practice, work).await;
    assert_eq!(changed.unwrap(), 1);
}

async fn findings(practice: &Practice) -> Vec<String> {
    practice.world.app.verify_fields().await.unwrap().findings
}

async fn link(practice: &Practice, ctx: &Ctx) -> app::sessions::Token {
    let asked = vec!["phq-9".to_owned()];
    practice.world.app.create_measures_link(ctx, practice.episode, asked).await.unwrap().token
}

fn broken<T>(outcome: Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Broken { .. }))
}

#[tokio::test]
async fn c1_a_session_made_stronger_or_somebody_elses_in_the_table_opens_nothing() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let world = &practice.world;
        let token = world.session(world.therapist, Assurance::Partial).await;
        assert!(world.app.signed_in(&token).await.unwrap().is_some() && findings(&practice).await.is_empty());
        run(&db, STRONGER).await;
        assert!(broken(world.app.signed_in(&token).await));
        let found = findings(&practice).await;
        assert!(found.len() == 1 && found[0].contains("web_session"), "{found:?}");

        let token = world.session(world.other_therapist, Assurance::Full).await;
        let officer = world.privacy_officer;
        let work = move |tx: &mut store::Tx<'_>| tx.exec(OTHER_PERSON, &[&officer]);
        let changed: Result<u64, StoreError> = db.across_practices(Across::Operator).write(work).await;
        assert_eq!(changed.unwrap(), 2);
        assert!(broken(world.app.signed_in(&token).await));
    })
    .await;
}

#[tokio::test]
async fn c1_a_link_made_to_last_longer_or_to_work_again_in_the_table_opens_nothing() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let (app, world) = (&practice.world.app, &practice.world);
        let token = link(&practice, &practice.ctx).await;
        assert!(app.measures_link(&token).await.is_ok() && findings(&practice).await.is_empty());
        run(&db, LONGER).await;
        assert!(broken(app.measures_link(&token).await));
        let found = findings(&practice).await;
        assert!(found.len() == 1 && found[0].contains("one_time_link.payload"), "{found:?}");

        let administrator = world.ctx(world.administrator).await;
        let used = app.reset_link(&administrator, world.other_therapist).await.unwrap();
        app.disable(&administrator, world.other_therapist).await.unwrap();
        assert!(app.link(&used).await.unwrap().is_none());
        run(&db, UNUSED).await;
        assert!(broken(app.link(&used).await));
    })
    .await;
}

#[tokio::test]
async fn c1_an_address_moved_to_another_account_is_refused_and_none_stands_in_the_clear() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let (world, me) = (&practice.world, practice.world.therapist);
        let practice_id = world.practice;
        let read =
            async || db.read_in(practice_id, move |tx| store::accounts::find(tx, practice_id, me)).await;
        let address = read().await.unwrap().unwrap().email;
        let cells = move |tx: &mut store::Tx<'_>| {
            tx.all(EMAILS, &[], |row| {
                Ok((row.get::<Vec<u8>>(0)?, row.get::<String>(1)?, row.get::<String>(2)?))
            })
        };
        let cells: Result<Vec<(Vec<u8>, String, String)>, StoreError> = db.read_in(practice_id, cells).await;
        let cells = cells.unwrap();
        let local = address.split('@').next().unwrap().as_bytes().to_vec();
        for (email, key, _) in &cells {
            for cell in [email.as_slice(), key.as_bytes()] {
                assert!(!cell.windows(local.len()).any(|part| part == local));
            }
        }
        assert!(cells.iter().any(|(_, _, id)| *id == me.to_string()), "the look finds what does stand there");
        assert!(findings(&practice).await.is_empty());
        move_cell(&practice, &db, MOVE_ADDRESS).await;
        assert!(broken(read().await));
        let found = findings(&practice).await;
        assert!(found.len() == 1 && found[0].contains("account.email"), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn c1_a_name_moved_to_another_account_or_column_is_refused_and_told() {
    for moved in [MOVE_NAME, ADDRESS_AS_NAME] {
        each_engine(async |db| {
            let practice = Practice::new(db.clone()).await;
            let world = &practice.world;
            let token = world.session(world.therapist, Assurance::Full).await;
            let known = world.app.signed_in(&token).await.unwrap().unwrap();
            assert_eq!(known.name, "Tom Therapist");
            move_cell(&practice, &db, moved).await;
            assert!(broken(world.app.signed_in(&token).await), "no request is answered under another name");
            let found = findings(&practice).await;
            assert!(found.len() == 1 && found[0].contains("account.name"), "{found:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn c1_an_older_name_put_back_is_refused() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let (world, me) = (&practice.world, practice.world.therapist);
        let kept = move |tx: &mut store::Tx<'_>| tx.one(NAME_OF, &[&me], |row| row.get::<Vec<u8>>(0));
        let old: Result<Option<Vec<u8>>, StoreError> = db.read_in(world.practice, kept).await;
        world.app.change_profile(&practice.ctx, "Tom Renamed", "Africa/Kampala").await.unwrap();
        let token = world.session(me, Assurance::Full).await;
        assert_eq!(world.app.signed_in(&token).await.unwrap().unwrap().name, "Tom Renamed");
        assert!(findings(&practice).await.is_empty());
        let old = old.unwrap().unwrap();
        let put = move |tx: &mut store::Tx<'_>| tx.exec(PUT_NAME, &[&old, &me]);
        let put: Result<u64, StoreError> = db.write_in(world.practice, put).await;
        assert_eq!(put.unwrap(), 1);
        assert!(broken(world.app.signed_in(&token).await));
        assert_eq!(findings(&practice).await.len(), 1);
    })
    .await;
}
