//! While nothing can be written, the record is read all the same, and the trail learns of it afterwards.

use app::entry::{Action, Ask, Refused};
use app::testing::World;
use domain::client::ParticularsForm;
use std::time::Duration;
use store::{Db, Engine, Options, Sql, State, StoreError};

const LIMIT: Sql = Sql::new("PRAGMA max_page_count = 1");
const FULL: Sql = Sql::new("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$");
const FILL: Sql = Sql::new("CREATE TABLE filled AS SELECT zeroblob(4000000) AS room");

fn everywhere(db: &Db) -> store::AcrossPractices<'_> {
    db.across_practices(store::Across::Operator)
}

async fn break_down(db: &Db) {
    let full = if db.engine() == Engine::Sqlite { FILL } else { FULL };
    if db.engine() == Engine::Sqlite {
        everywhere(db).write(|tx| tx.exec(LIMIT, &[])).await.unwrap();
    }
    assert_eq!(everywhere(db).write(move |tx| tx.exec(full, &[])).await, Err(StoreError::Full));
}

/// A world on each engine whose database looks after a while whether it can be written again.
async fn each_world(after: Duration, test: impl AsyncFn(&World, &Db)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = store::testing::TestDatabase::new(engine, store::MIGRATIONS) else { continue };
        let options = Options { look_again: after, ..store::testing::OPTIONS };
        let db = Db::open(database.url(), &store::testing::keys(), options).unwrap();
        let folder = tempfile::tempdir().unwrap();
        db.hold_in(folder.path()).unwrap();
        test(&World::new(db.clone()).await, &db).await;
        db.close().await;
    }
}

#[tokio::test]
async fn r3_a_record_is_read_while_nothing_can_be_written_and_the_trail_has_it_afterwards() {
    each_world(Duration::from_millis(1500), async |world, db| {
        let ctx = world.ctx(world.therapist).await;
        let form = ParticularsForm { name: "Grace O.".into(), ..ParticularsForm::default() };
        let client = world.app.create_client(&ctx, form.clone()).await.unwrap();
        let before = world.app.check_records().await.unwrap().audit_entries;

        break_down(db).await;
        assert_eq!(world.app.caseload(&ctx).await.unwrap().len(), 1);
        assert_eq!(world.app.overview(&ctx, client).await.unwrap().client.particulars.name, "Grace O.");
        let stranger = world.ctx(world.other_therapist).await;
        assert!(matches!(world.app.overview(&stranger, client).await, Err(Refused::Denied(_))));
        let written = world.app.create_client(&ctx, form).await;
        assert!(matches!(written, Err(Refused::Store(StoreError::Stopped(_)))), "{written:?}");
        assert_eq!(db.held().unwrap().len(), 3, "each read and the denial left a trace");

        let mut state = db.watch_state();
        state.wait_for(|state| *state == State::Writing).await.unwrap();
        assert_eq!(world.app.append_held().await.unwrap(), 3);
        assert_eq!(world.app.append_held().await.unwrap(), 0);
        assert_eq!(world.app.check_records().await.unwrap().audit_entries, before + 3);
    })
    .await;
}

#[tokio::test]
async fn r3_a_read_during_which_writing_comes_back_is_answered_and_is_in_the_trail() {
    each_world(Duration::from_millis(100), async |world, db| {
        let ctx = world.ctx(world.therapist).await;
        let before = world.app.check_records().await.unwrap().audit_entries;
        break_down(db).await;
        let (mut state, here) = (db.watch_state(), tokio::runtime::Handle::current());
        let read = world
            .app
            .act::<_, std::convert::Infallible, _>(
                &ctx,
                Ask::to(Action::ReadCaseload, "caseload"),
                move |_| {
                    Ok(here
                        .block_on(async { state.wait_for(|state| *state == State::Writing).await.is_ok() }))
                },
            )
            .await;
        assert!(matches!(read, Ok(true)), "{read:?}");
        assert_eq!(db.held().unwrap(), Vec::<String>::new(), "nothing waits for the next fault");
        assert_eq!(world.app.check_records().await.unwrap().audit_entries, before + 1);
    })
    .await;
}
