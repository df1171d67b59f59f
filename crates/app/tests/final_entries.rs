//! What was signed or written once stays: the database itself refuses, on both engines, and an erasure still works.

use crate::records_support::{Practice, form};
use app::emergencies::Wish;
use app::erasure::Reason as Ended;
use app::measures::Submission;
use app::notes::{Mode as Held, NoteForm, Opening};
use app::private_notes::PrivateForm;
use domain::emergency::Reason;
use domain::response::Mode;
use jiff::SignedDuration;
use measure::{Answer, Answers};
use store::testing::each_engine;
use store::{Across, ConflictKind, Db, Engine, Sql, StoreError};

/// Each change and removal that must not happen, by table.
const REFUSED: &[(Sql, Sql)] = &[
    (
        Sql::new("UPDATE therapy_session SET held_on = '2020-01-01' WHERE state = 'signed'"),
        Sql::new("DELETE FROM therapy_session WHERE state = 'signed'"),
    ),
    (
        Sql::new("UPDATE therapy_session SET state = 'open' WHERE state = 'signed'"),
        Sql::new("DELETE FROM therapy_session"),
    ),
    (Sql::new("UPDATE addendum SET author = 'me'"), Sql::new("DELETE FROM addendum")),
    (Sql::new("UPDATE psychotherapy_note SET at = 1"), Sql::new("DELETE FROM psychotherapy_note")),
    (Sql::new("UPDATE artefact SET shared = 'client'"), Sql::new("DELETE FROM artefact")),
    (Sql::new("UPDATE problem_area SET author = 'me'"), Sql::new("DELETE FROM problem_area")),
    (Sql::new("UPDATE response SET author = 'me'"), Sql::new("DELETE FROM response")),
    (Sql::new("UPDATE episode_event SET at = 1"), Sql::new("DELETE FROM episode_event")),
    (Sql::new("UPDATE record_version SET author = 'me'"), Sql::new("DELETE FROM record_version")),
];

const LEFT: &[Sql] = &[
    Sql::new("SELECT COUNT(*) FROM therapy_session"),
    Sql::new("SELECT COUNT(*) FROM addendum"),
    Sql::new("SELECT COUNT(*) FROM psychotherapy_note"),
    Sql::new("SELECT COUNT(*) FROM artefact"),
    Sql::new("SELECT COUNT(*) FROM response"),
    Sql::new("SELECT COUNT(*) FROM episode_event"),
    Sql::new("SELECT COUNT(*) FROM record_version"),
];

/// A practice with an entry of each kind, the first session signed and added to.
async fn written(db: &Db) -> Practice {
    let practice = Practice::new(db.clone()).await;
    let (app, ctx, episode) = (&practice.world.app, &practice.ctx, practice.episode);
    let opening = |session| Opening { session, held_on: ctx.today(), mode: Held::InPerson };
    app.open_session(ctx, episode, opening(1)).await.unwrap();
    let note = NoteForm { narrative: "We met.".into(), risk_level: "none".into(), ..NoteForm::default() };
    let version = app.save_note(ctx, episode, 1, 1, note).await.unwrap();
    app.sign_note(ctx, episode, 1, version, None).await.unwrap();
    app.add_addendum(ctx, episode, 1, "She rang after.".into()).await.unwrap();
    let typed = PrivateForm { session: String::new(), text: "Mine alone.".into() };
    app.save_private_note(ctx, (episode, None), 0, typed).await.unwrap();
    let answers: Answers =
        (1..=9).map(|item| (item.to_string().parse().unwrap(), Answer::Value(1))).collect();
    let instrument = "phq-9".to_owned();
    let sent = Submission { episode, instrument, answers, mode: Mode::Paper, on: None, session: None };
    app.submit(ctx, sent).await.unwrap();
    let goals = [
        ("sessions", "16"),
        ("planned_end", "2027-02-15"),
        ("goals.0.text", "Talk"),
        ("goals.0.measure", "Talks"),
    ];
    let goals = goals.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    app.save_plan(ctx, episode, "contract", 0, goals).await.unwrap();
    let dispute = [("primary", "disputes"), ("agreed", "both"), ("reason", "It began with the quarrel")];
    app.choose_focus(ctx, episode, 0, form(&dispute)).await.unwrap();
    practice
}

async fn run(db: &Db, sql: Sql) -> Result<u64, StoreError> {
    db.across_practices(Across::Operator).write(move |tx| tx.exec(sql, &[])).await
}

fn refused(tried: &Result<u64, StoreError>) -> bool {
    matches!(tried, Err(StoreError::Conflict { kind: ConflictKind::Trigger, constraint })
        if constraint == "entry_is_final")
}

#[tokio::test]
async fn r7_signed_and_finished_entries_are_changed_and_removed_by_nobody() {
    each_engine(async |db| {
        let practice = written(&db).await;
        for (change, removal) in REFUSED {
            let tried = run(&db, *change).await;
            assert!(refused(&tried), "{change:?}: {tried:?}");
            let tried = run(&db, *removal).await;
            assert!(refused(&tried), "{removal:?}: {tried:?}");
        }
        let emptied = match db.engine() {
            Engine::Postgres => run(&db, Sql::new("TRUNCATE episode_event")).await,
            Engine::Sqlite => {
                let over = "INSERT OR REPLACE INTO addendum
                    SELECT practice_id, episode_id, session_no, id, 'me', at, text FROM addendum";
                run(&db, Sql::new(over)).await
            }
        };
        assert!(refused(&emptied), "{emptied:?}");
        assert!(practice.world.app.verify_fields().await.unwrap().findings.is_empty());
    })
    .await;
}

#[tokio::test]
async fn r7_signed_entries_go_with_an_erased_record_and_with_nothing_else() {
    each_engine(async |db| {
        let practice = written(&db).await;
        let world = &practice.world;
        let officer = world.ctx(world.privacy_officer).await;
        let wish = Wish {
            who: practice.client.to_string(),
            reason: Some(Reason::Inquiry),
            words: "Before the end.".into(),
        };
        world.app.break_glass(&officer, wish).await.unwrap();
        world.clock.advance(SignedDuration::from_hours(24 * 366 * 11));
        let officer = world.ctx(world.privacy_officer).await;
        let typed = "Grace O.".to_owned();
        world.app.erase(&officer, practice.client, Ended::RetentionPassed, typed).await.unwrap();
        for text in LEFT {
            let read = db.across_practices(Across::Operator);
            let count = read.read(move |tx| tx.one(*text, &[], |row| row.get::<i64>(0))).await;
            assert_eq!(count, Ok::<_, StoreError>(Some(0)), "{text:?}");
        }
        assert!(world.app.verify_fields().await.unwrap().findings.is_empty());
    })
    .await;
}
