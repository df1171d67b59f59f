//! Keeping and erasing: the time that must pass, holds, and what comes after.

use app::clients::NewCourse;
use app::context::{Ctx, Origin};
use app::entry::Refused;
use app::erasure::{ErasureError, NotYet, Reason};
use app::private_notes::PrivateForm;
use app::testing::World;
use domain::access::{Actor, Assurance, Denial, Person};
use domain::account::{AccountState, Role, Roles};
use domain::client::ParticularsForm;
use domain::ids::{ClientId, EpisodeId};
use jiff::SignedDuration;
use jiff::civil::date;
use jiff::tz::TimeZone;

/// Nothing of the only client there was may be left here.
const LEFT: &[store::Sql] = &[
    store::Sql::new("SELECT COUNT(*) FROM client_key"),
    store::Sql::new("SELECT COUNT(*) FROM episode_event"),
    store::Sql::new("SELECT COUNT(*) FROM episode_summary"),
    store::Sql::new("SELECT COUNT(*) FROM record_version"),
    store::Sql::new("SELECT COUNT(*) FROM psychotherapy_note"),
];

const KNOWN: store::Sql = store::Sql::new(
    "INSERT INTO known_device (practice_id, account_id, device_hash, since, seen_at) VALUES ($1, $2, $3, 0, 0)",
);

const YEARS: i64 = 7;

/// A passkey that belongs to an account.
fn passkey_of(
    (practice, account): store::credentials::Owner,
    now: jiff::Timestamp,
) -> store::passkeys::Passkey {
    store::passkeys::Passkey {
        practice,
        account,
        id: "019a0000-0000-7000-8000-000000000001".parse().unwrap(),
        credential_id: b"a credential".to_vec(),
        public_key: b"a key".to_vec(),
        state: domain::passkey::KeyState { counter: 0, may_be_copied: false, is_copied: false },
        transports: String::new(),
        created_at: now,
        used_at: None,
    }
}

struct Story {
    world: World,
    client: ClientId,
    episode: EpisodeId,
}

impl Story {
    async fn begin(db: store::Db) -> Story {
        let world = World::new(db).await;
        let tom = world.ctx(world.therapist).await;
        let form = ParticularsForm { name: "Grace Okello".into(), ..ParticularsForm::default() };
        let client = world.app.create_client(&tom, form).await.unwrap();
        let course =
            NewCourse { protocol: "ipt16_adult".into(), sessions: None, starts_on: date(2026, 11, 2) };
        let episode = world.app.start_course(&tom, client, course).await.unwrap();
        let note = PrivateForm { session: String::new(), text: "canary-k5".into() };
        world.app.save_private_note(&tom, (episode, None), 0, note).await.unwrap();
        Story { world, client, episode }
    }

    fn years_pass(&self) {
        self.world.clock.advance(SignedDuration::from_hours(24 * (365 * YEARS + 3)));
    }

    async fn officer(&self) -> Ctx {
        self.world.ctx(self.world.privacy_officer).await
    }

    /// Somebody of the practice, acting on the same practice in a database that was opened again.
    fn ctx_on(&self, app: &app::App, account: domain::ids::AccountId) -> Ctx {
        let role = if account == self.world.therapist { Role::Therapist } else { Role::PrivacyOfficer };
        let person = Person {
            account,
            practice: self.world.practice,
            state: AccountState::Active,
            roles: Roles::of([role]),
            own_client: None,
            assurance: Assurance::Full,
            verified_at: Some(app.now()),
        };
        let zone = TimeZone::get("Africa/Kampala").unwrap();
        app.ctx(Actor::Person(person), zone, Origin::CommandLine)
    }

    async fn erase(&self, typed: &str) -> Result<(), Refused<ErasureError>> {
        let officer = self.officer().await;
        self.world.app.erase(&officer, self.client, Reason::RetentionPassed, typed.into()).await
    }
}

fn not_yet(outcome: Result<(), Refused<ErasureError>>) -> NotYet {
    match outcome {
        Err(Refused::Verb(ErasureError::NotYet(why))) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn p2_a_record_ends_only_after_its_time_without_a_hold_and_with_its_name_typed() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let app = &story.world.app;
        let from = date(2033, 11, 2);
        assert_eq!(not_yet(story.erase("Grace Okello").await), NotYet::TooEarly { from });
        let officer = story.officer().await;
        assert_eq!(app.record_end(&officer, story.client).await.unwrap().from, from);
        assert!(app.erasures(&officer).await.unwrap().quiet.is_empty());

        story.years_pass();
        let officer = story.officer().await;
        let quiet = app.erasures(&officer).await.unwrap().quiet;
        assert_eq!(quiet, [(story.client, date(2026, 11, 2))]);
        app.hold_record(&officer, story.client, "Court of Kampala 12/33".into()).await.unwrap();
        assert_eq!(not_yet(story.erase("Grace Okello").await), NotYet::Held);
        let holds = app.erasures(&officer).await.unwrap().holds;
        assert_eq!(holds[0].reason, "Court of Kampala 12/33");
        app.lift_hold(&officer, story.client).await.unwrap();
        let again = app.lift_hold(&officer, story.client).await;
        assert!(matches!(again, Err(Refused::Verb(ErasureError::NoHold))));

        let wrong = story.erase("Grace Okelo").await;
        assert!(matches!(wrong, Err(Refused::Verb(ErasureError::NotConfirmed))));
        story.erase(" grace okello ").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn p2_only_the_privacy_officer_ends_a_record_and_with_a_factor_of_this_moment() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.years_pass();
        let (world, app) = (&story.world, &story.world.app);
        for account in [world.therapist, world.administrator, world.supervisor] {
            let ctx = world.ctx(account).await;
            let refused = app.erase(&ctx, story.client, Reason::RetentionPassed, "Grace Okello".into()).await;
            assert!(matches!(refused, Err(Refused::Denied(Denial::NoRule))), "{refused:?}");
            assert!(app.erasures(&ctx).await.is_err());
        }
        let officer = story.officer().await;
        world.clock.advance(SignedDuration::from_mins(6));
        let mut late = officer;
        late.now = app.now();
        let refused = app.erase(&late, story.client, Reason::RetentionPassed, "Grace Okello".into()).await;
        assert!(matches!(refused, Err(Refused::Denied(Denial::NotFresh))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn p2_after_erasure_no_verb_opens_the_record_and_the_practice_goes_on() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        story.years_pass();
        let (world, app) = (&story.world, &story.world.app);
        let own = world.client_account(story.client).await;
        let session = world.session(own, Assurance::Full).await;
        let (practice, device) = (world.practice, "a device");
        let known = move |tx: &mut store::Tx<'_>| tx.exec(KNOWN, &[&practice, &own, &device]).map(drop);
        app.db().write_in(practice, known).await.unwrap();
        let passkey = passkey_of((practice, own), app.now());
        let add = move |tx: &mut store::Tx<'_>| store::passkeys::insert(tx, &passkey, "My phone");
        app.db().write_in(practice, add).await.unwrap();
        story.erase("Grace Okello").await.unwrap();
        let account = app.db().read_in(practice, move |tx| store::accounts::find(tx, practice, own)).await;
        assert_eq!(account, Ok(None), "the client's own account is gone with what belongs to it");
        assert!(app.signed_in(&session).await.unwrap().is_none(), "the client's own account is closed");

        let tom = world.ctx(world.therapist).await;
        assert!(app.overview(&tom, story.client).await.is_err());
        assert!(app.session_list(&tom, story.episode).await.is_err());
        assert!(app.private_notes(&tom, story.episode).await.is_err());
        let officer = story.officer().await;
        let shut = app.record_end(&officer, story.client).await;
        assert!(matches!(shut, Err(Refused::Denied(Denial::Erased))), "{shut:?}");
        let list = app.caseload(&tom).await.unwrap();
        assert!(list.is_empty(), "a list skips what was erased");

        let rows = |sql: store::Sql| {
            let (db, practice) = (app.db().clone(), world.practice);
            async move {
                let count = move |tx: &mut store::Tx<'_>| tx.one(sql, &[], |row| row.get::<i64>(0));
                db.read_in(practice, count).await.unwrap().unwrap()
            }
        };
        for sql in LEFT {
            assert_eq!(rows(*sql).await, 0, "{sql:?}");
        }
        let erasures = app.erasures(&officer).await.unwrap();
        assert!(erasures.quiet.is_empty());
        assert_eq!(erasures.ledger.len(), 1);
        assert_eq!(erasures.ledger[0].by, world.privacy_officer.to_string());
        let check = app.check_records().await.unwrap();
        assert_eq!(check.findings, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn p2_the_practice_says_how_long_records_are_kept() {
    store::testing::each_engine(async |db| {
        let story = Story::begin(db).await;
        let (world, app) = (&story.world, &story.world.app);
        let ada = world.ctx(world.administrator).await;
        app.set_retention(&ada, 10).await.unwrap();
        let far = app.set_retention(&ada, 0).await;
        assert!(matches!(far, Err(Refused::Verb(ErasureError::Years))));
        let officer = story.officer().await;
        assert!(app.set_retention(&officer, 1).await.is_err(), "the officer does not set their own limit");
        assert_eq!(app.record_end(&officer, story.client).await.unwrap().from, date(2036, 11, 2));
    })
    .await;
}

#[tokio::test]
async fn p2_a_backup_older_than_the_erasure_brings_nobody_back() {
    store::testing::each_database(store::MIGRATIONS, async |database| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("older.backup");
        let url = database.url();
        let open = || store::Db::open(url, &store::testing::keys(), store::testing::OPTIONS).unwrap();
        let db = open();
        let story = Story::begin(db.clone()).await;
        store::backup(url, &file, store::Overwrite::Refuse).unwrap();
        story.years_pass();
        story.erase("Grace Okello").await.unwrap();
        db.close().await;

        // What `attune restore` reads before it replaces the database.
        let ledger = store::erasures_of(url).unwrap();
        assert_eq!(ledger.len(), 1);
        let beside = store::ledger_file::beside(url).map(|path| store::ledger_file::read(&path).unwrap());
        assert!(beside.is_none_or(|lines| lines == ledger), "the file beside tells the same");
        store::restore(&file, url, store::Overwrite::Replace).unwrap();

        let db = open();
        let (app, _) = app::testing::bare(db.clone());
        let tom = story.ctx_on(&app, story.world.therapist);
        assert!(app.overview(&tom, story.client).await.is_ok(), "the backup had brought the record back");
        assert_eq!(app.apply_ledger(ledger.clone()).await.unwrap(), 1);
        assert!(app.overview(&tom, story.client).await.is_err());
        assert!(app.private_notes(&tom, story.episode).await.is_err());
        assert_eq!(app.apply_ledger(ledger).await.unwrap(), 0, "doing it again changes nothing more");
        assert_eq!(app.erasure_ledger().await.unwrap().len(), 1);
        assert_eq!(app.check_records().await.unwrap().findings, Vec::<String>::new());
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn p2_a_sqlite_file_put_back_by_hand_is_erased_again_at_the_next_start() {
    let database = store::testing::TestDatabase::new(store::Engine::Sqlite, store::MIGRATIONS).unwrap();
    let store::DatabaseUrl::Sqlite(path) = database.url() else { panic!("a file") };
    let open = || store::Db::open(database.url(), &store::testing::keys(), store::testing::OPTIONS).unwrap();
    let db = open();
    let story = Story::begin(db.clone()).await;
    db.close().await;
    let older = path.with_extension("older");
    std::fs::copy(path, &older).unwrap();

    let db = open();
    let (app, clock) = app::testing::bare(db.clone());
    clock.advance(SignedDuration::from_hours(24 * (365 * YEARS + 3)));
    let officer = story.ctx_on(&app, story.world.privacy_officer);
    app.erase(&officer, story.client, Reason::ClientAsked, "Grace Okello".into()).await.unwrap();
    db.close().await;
    std::fs::copy(&older, path).unwrap();

    let db = open();
    let (app, _) = app::testing::bare(db.clone());
    let tom = story.ctx_on(&app, story.world.therapist);
    assert!(app.overview(&tom, story.client).await.is_ok(), "the older file had brought the record back");
    assert_eq!(app.keep_erased().await.unwrap(), 1);
    assert!(app.overview(&tom, story.client).await.is_err());
    let ledger = std::fs::read_to_string(store::ledger_file::beside(database.url()).unwrap()).unwrap();
    assert!(!ledger.contains("Grace") && ledger.contains(&story.client.to_string()), "{ledger}");
    db.close().await;
}

#[tokio::test]
async fn p2_a_postgresql_database_put_back_by_hand_is_erased_again_by_the_ledger_in_the_data_folder() {
    let Some(database) = store::testing::TestDatabase::new(store::Engine::Postgres, store::MIGRATIONS) else {
        // No PostgreSQL here: `cargo xtask postgres` gives one.
        return;
    };
    let (url, folder) = (database.url(), tempfile::tempdir().unwrap());
    let place = store::ledger_file::place(url, folder.path());
    let open = || store::Db::open(url, &store::testing::keys(), store::testing::OPTIONS).unwrap();
    let db = open();
    let story = Story::begin(db.clone()).await;
    let older = folder.path().join("older.backup");
    store::backup(url, &older, store::Overwrite::Refuse).unwrap();
    let (app, clock) = app::testing::bare(db.clone());
    let app = app.with_ledger(&place);
    clock.advance(SignedDuration::from_hours(24 * (365 * YEARS + 3)));
    let officer = story.ctx_on(&app, story.world.privacy_officer);
    app.erase(&officer, story.client, Reason::ClientAsked, "Grace Okello".into()).await.unwrap();
    db.close().await;
    let ledger = std::fs::read_to_string(&place).unwrap();
    assert!(!ledger.contains("Grace") && ledger.contains(&story.client.to_string()), "{ledger}");
    store::restore(&older, url, store::Overwrite::Replace).unwrap();

    let db = open();
    let (app, _) = app::testing::bare(db.clone());
    let app = app.with_ledger(&place);
    let tom = story.ctx_on(&app, story.world.therapist);
    assert!(app.overview(&tom, story.client).await.is_ok(), "the older backup had brought the record back");
    assert_eq!(app.keep_erased().await.unwrap(), 1);
    assert!(app.overview(&tom, story.client).await.is_err());
    assert_eq!(app.keep_erased().await.unwrap(), 0);
    db.close().await;
}

#[tokio::test]
async fn p2_two_programs_that_write_one_ledger_lose_no_line_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("attune.erasures");
    let line = |n: u8| {
        let (practice, client) = (uuid_of(1), uuid_of(n));
        let text = format!(
            "{{\"practice\":\"{practice}\",\"client\":\"{client}\",\"at\":\"2026-11-24T10:00:00Z\",\"by\":\"operator\",\"reason\":\"client_asked\"}}"
        );
        serde_json::from_str::<app::erasure::Erased>(&text).unwrap()
    };
    std::thread::scope(|scope| {
        for writer in 0..4_u8 {
            let path = &path;
            scope.spawn(move || {
                for n in 0..25 {
                    store::ledger_file::add(path, &[line(writer * 25 + n)]).unwrap();
                }
            });
        }
    });
    assert_eq!(store::ledger_file::read(&path).unwrap().len(), 100);
}

fn uuid_of(n: u8) -> String {
    format!("00000000-0000-7000-8000-0000000000{n:02x}")
}
