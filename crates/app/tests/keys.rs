//! What is written about a client is closed, and what was changed from outside is found, on both engines.

use crate::records_support::Practice;
use domain::client::ParticularsForm;
use store::testing::each_engine;
use store::{Across, Db, Sql, StoreError};

const FIRST_AND_SECOND: Sql = Sql::new("SELECT id, body FROM client ORDER BY id");
const PUT_BODY: Sql = Sql::new("UPDATE client SET body = $1 WHERE id = $2");
const NAME_INTO_BODY: Sql = Sql::new("UPDATE client SET body = name");
const MOVE_DAY: Sql = Sql::new("UPDATE episode_event SET on_day = '2026-10-01' WHERE seq = 1");
const OTHER_AUTHOR: Sql = Sql::new("UPDATE record_version SET author = 'somebody else' WHERE version = 1");
const SWAP_KEYS: Sql = Sql::new(
    "UPDATE client_key SET wrapped = (SELECT k.wrapped FROM client_key k ORDER BY k.client_id DESC LIMIT 1)",
);

/// The guards against changes, gone: whoever has the file can do that too.
const UNGUARDED: [Sql; 3] = [
    Sql::per_engine("DROP TRIGGER episode_event_final", "DROP TRIGGER episode_event_final ON episode_event"),
    Sql::per_engine(
        "DROP TRIGGER record_version_final",
        "DROP TRIGGER record_version_final ON record_version",
    ),
    Sql::per_engine(
        "DROP TRIGGER psychotherapy_note_final",
        "DROP TRIGGER psychotherapy_note_final ON psychotherapy_note",
    ),
];

async fn unguard(db: &Db) {
    for sql in UNGUARDED {
        run(db, sql).await;
    }
}

async fn run(db: &Db, sql: Sql) -> u64 {
    db.across_practices(Across::Operator).write(move |tx| tx.exec(sql, &[])).await.unwrap()
}

async fn bodies(db: &Db) -> Vec<(String, Vec<u8>)> {
    let read = db.across_practices(Across::Operator);
    read.read(|tx| tx.all(FIRST_AND_SECOND, &[], |row| Ok((row.get(0)?, row.get(1)?)))).await.unwrap()
}

async fn put(db: &Db, id: &str, body: Vec<u8>) {
    let id = id.to_owned();
    let work = move |tx: &mut store::Tx<'_>| tx.exec(PUT_BODY, &[&body, &id]);
    assert_eq!(db.across_practices(Across::Operator).write(work).await, Ok::<_, StoreError>(1));
}

fn named(name: &str) -> ParticularsForm {
    ParticularsForm { name: name.into(), ..ParticularsForm::default() }
}

/// What opening everything finds.
async fn findings(practice: &Practice) -> Vec<String> {
    practice.world.app.verify_fields().await.unwrap().findings
}

#[tokio::test]
async fn r4_a_whole_record_opens_and_is_counted() {
    each_engine(async |db| {
        let practice = Practice::new(db).await;
        let report = practice.world.app.verify_fields().await.unwrap();
        assert!(report.findings.is_empty() && report.fields >= 5, "{report:?}");
        assert_eq!(report.erased, 0);
    })
    .await;
}

#[tokio::test]
async fn c1_a_ciphertext_moved_to_another_client_is_refused() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        practice.world.app.create_client(&practice.ctx, named("Second Person")).await.unwrap();
        let kept = bodies(&db).await;
        put(&db, &kept[0].0, kept[1].1.clone()).await;
        let found = findings(&practice).await;
        assert!(found.len() == 1 && found[0].contains("client.body"), "{found:?}");
        let read = practice.world.app.client(&practice.ctx, kept[0].0.parse().unwrap()).await;
        assert!(
            matches!(read, Err(app::entry::Refused::Store(StoreError::Broken { .. }))),
            "nothing of another person is shown"
        );
    })
    .await;
}

#[tokio::test]
async fn c1_a_ciphertext_moved_to_another_column_is_refused() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        run(&db, NAME_INTO_BODY).await;
        let found = findings(&practice).await;
        assert!(found.iter().any(|line| line.contains("client.body")), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn c1_an_older_version_put_back_is_refused() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let before = bodies(&db).await;
        let edit =
            practice.world.app.correct_client(&practice.ctx, practice.client, 1, named("Grace Owusu")).await;
        edit.unwrap();
        assert!(findings(&practice).await.is_empty());
        put(&db, &before[0].0, before[0].1.clone()).await;
        assert_eq!(findings(&practice).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn r4_a_plain_cell_that_was_changed_is_found_by_the_field_beside_it() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        unguard(&db).await;
        assert_eq!(run(&db, MOVE_DAY).await, 1);
        let found = findings(&practice).await;
        assert!(found.len() == 1 && found[0].contains("episode_event.body"), "{found:?}");
        let row = format!("{}/1", practice.episode);
        assert!(found[0].contains(&row), "the row is named: {found:?}");
        run(&db, OTHER_AUTHOR).await;
        assert!(findings(&practice).await.len() > 1);
    })
    .await;
}

/// What is not a chart: each change from outside, and what names it.
const BESIDE_THE_CHART: &[(Sql, &str)] = &[
    (Sql::new("UPDATE psychotherapy_note SET at = at + 1"), "psychotherapy_note.body"),
    (
        Sql::new("UPDATE psychotherapy_note_draft SET base_version = base_version + 1"),
        "psychotherapy_note_draft.body",
    ),
    (
        Sql::new("UPDATE account SET password_hash = totp_pending WHERE totp_pending IS NOT NULL"),
        "account.password_hash",
    ),
    (
        Sql::new("UPDATE account SET totp_secret = totp_pending WHERE totp_pending IS NOT NULL"),
        "account.totp_secret",
    ),
    (Sql::new("UPDATE practice_key SET root_key = 'root-9'"), "no key for practice"),
    (Sql::new("DELETE FROM client_key WHERE class = 'K5'"), "no key for the psychotherapy notes"),
    (Sql::new("DELETE FROM client_key"), "no key for client"),
];

#[tokio::test]
async fn r4_psychotherapy_notes_secrets_of_accounts_and_lost_keys_are_found_too() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        let note = app::private_notes::PrivateForm { session: String::new(), text: "Mine alone.".into() };
        let (app, ctx, episode) = (&practice.world.app, &practice.ctx, practice.episode);
        let kept = app.save_private_note(ctx, (episode, None), 0, note.clone()).await.unwrap();
        app.autosave_private_note(ctx, (episode, Some(kept)), 1, note).await.unwrap();
        let owner = (practice.world.practice, practice.world.therapist);
        let secrets = move |tx: &mut store::Tx<'_>| -> Result<(), StoreError> {
            store::credentials::set_password(tx, owner, "a hash")?;
            store::credentials::begin_factor(tx, owner, "a secret")
        };
        db.write_in(owner.0, secrets).await.unwrap();
        let whole = practice.world.app.verify_fields().await.unwrap();
        assert!(whole.findings.is_empty() && whole.erased == 0, "{whole:?}");
        unguard(&db).await;
        for (change, named) in BESIDE_THE_CHART {
            let before = findings(&practice).await;
            assert!(run(&db, *change).await > 0, "{change:?} changed nothing");
            let found = findings(&practice).await;
            let new: Vec<_> = found.iter().filter(|line| !before.contains(line)).collect();
            assert!(new.iter().any(|line| line.contains(named)), "{named}: {new:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn c1_a_client_key_moved_to_another_client_opens_nothing() {
    each_engine(async |db| {
        let practice = Practice::new(db.clone()).await;
        practice.world.app.create_client(&practice.ctx, named("Second Person")).await.unwrap();
        run(&db, SWAP_KEYS).await;
        let found = findings(&practice).await;
        assert!(found.len() == 1 && found[0].contains("client_key.wrapped"), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn c1_no_word_of_a_record_stands_in_the_database_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("canary.db");
    let url = store::DatabaseUrl::Sqlite(path.clone());
    let db = Db::open(&url, &store::testing::keys(), store::testing::OPTIONS).unwrap();
    let practice = Practice::new(db.clone()).await;
    let canaries: Vec<String> = (0..30).map(|number| format!("Canary{number}Zanzibar")).collect();
    for canary in &canaries {
        practice.world.app.create_client(&practice.ctx, named(canary)).await.unwrap();
    }
    let account = practice.world.therapist_account("Canary Accountzanzibar").await.to_string();
    db.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(std::fs::read(folder.path().join("canary.db-wal")).unwrap_or_default());
    let account = account.as_bytes();
    assert!(bytes.windows(account.len()).any(|part| part == account), "the look finds what does stand there");
    for canary in canaries.iter().map(String::as_str).chain(["Accountzanzibar", "Tom Therapist"]) {
        let word = canary.as_bytes();
        assert!(!bytes.windows(word.len()).any(|part| part == word), "{canary} stands in the file");
    }
}
