//! Psychotherapy notes appear on their own pages and nowhere else: not on any other page, in no export, in no log, and
//! in no file of the database or of a backup.

use crate::support::{Browser, House};
use axum::http::Method;
use domain::ids::{ClientId, EpisodeId};
use std::fmt::Debug;
use std::sync::{Mutex, OnceLock};
use store::{Db, Overwrite};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const SAVED: &str = "zebra-quartz-saved";
const DRAFTED: &str = "zebra-quartz-drafted";
const CANARIES: [&str; 2] = [SAVED, DRAFTED];

/// Everything anybody logs, at every level.
struct Log;

static LINES: OnceLock<Mutex<String>> = OnceLock::new();

struct Words;

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut lines = LINES.get_or_init(Mutex::default).lock().unwrap();
        lines.push_str(&format!("{}={value:?} ", field.name()));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Words);
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Words);
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Words);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn filled(pattern: &str, client: ClientId, episode: EpisodeId) -> String {
    let part = |part: &str| match part {
        "{client}" => client.to_string(),
        "{episode}" => episode.to_string(),
        "{session}" | "{version}" => "1".to_owned(),
        "{kind}" => "diagnosis".to_owned(),
        "{instrument}" => "phq-9".to_owned(),
        "{task}" => "I1".to_owned(),
        "{gate}" => "G1".to_owned(),
        part if part.starts_with('{') => "019a0000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Opens every page there is, except the room itself, and gives how many were really opened.
async fn walk(browser: &Browser<'_>, client: ClientId, episode: EpisodeId) -> usize {
    let mut opened = 0;
    for (method, pattern, _) in web::table() {
        if method != Method::GET || pattern.contains("private-notes") {
            continue;
        }
        let path = filled(pattern, client, episode);
        let page = browser.get(&path).await;
        opened += usize::from(page.status.is_success());
        for canary in CANARIES {
            assert!(!page.body.contains(canary), "{canary} on {path}");
        }
    }
    opened
}

#[tokio::test]
async fn z8_no_word_of_a_psychotherapy_note_leaves_its_room() {
    // In a program of its own, as cargo-nextest runs it, this is the only one.
    let _ = tracing::subscriber::set_global_default(Log);
    let folder = tempfile::tempdir().unwrap();
    let url = store::DatabaseUrl::Sqlite(folder.path().join("test.db"));
    let db = Db::open(&url, &store::testing::keys(), store::testing::OPTIONS).unwrap();
    let house = House::new(db).await;
    let world = &house.world;
    let tom = world.ctx(world.therapist).await;
    let form = domain::client::ParticularsForm { name: "Grace O.".into(), ..Default::default() };
    let client = world.app.create_client(&tom, form).await.unwrap();
    let course = app::clients::NewCourse {
        protocol: "ipt16_adult".into(),
        sessions: None,
        starts_on: jiff::civil::date(2026, 11, 2),
    };
    let episode = world.app.start_course(&tom, client, course).await.unwrap();
    let own = world.client_account(client).await;
    world.supervise(client).await;

    let therapist = house.browser(world.therapist).await;
    let room = format!("/episodes/{episode}/private-notes");
    let opened = therapist.post(&format!("/episodes/{episode}/sessions"), &[("session", "1")]).await;
    assert_eq!(opened.status.as_u16(), 303, "{}", opened.body);
    let saved = therapist.post(&format!("{room}/new"), &[("version", "0"), ("text", SAVED)]).await;
    let note = saved.location.expect("the note's own page");
    let kept = therapist.post(&format!("{note}/draft"), &[("version", "1"), ("text", DRAFTED)]).await;
    assert_eq!(kept.status.as_u16(), 204);
    assert!(therapist.get(&room).await.body.contains(SAVED));
    assert!(therapist.get(&note).await.body.contains(DRAFTED), "its own page shows the draft");

    let mut pages = 0;
    for account in [world.therapist, world.supervisor, world.administrator, world.privacy_officer, own] {
        pages += walk(&house.browser(account).await, client, episode).await;
    }
    assert!(pages > 40, "only {pages} pages were really opened");
    let supervisor = house.browser(world.supervisor).await;
    for path in [&room, &note] {
        let page = supervisor.get(path).await;
        assert!(CANARIES.iter().all(|canary| !page.body.contains(canary)), "{path}");
    }

    let backup = folder.path().join("copy.backup");
    store::backup(&url, &backup, Overwrite::Refuse).unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap();
        for canary in CANARIES {
            let found = bytes.windows(canary.len()).any(|part| part == canary.as_bytes());
            assert!(!found, "{canary} in {}", file.display());
        }
    }
    let lines = LINES.get_or_init(Mutex::default).lock().unwrap();
    assert!(lines.contains("database open"), "the log is heard: {lines}");
    assert!(CANARIES.iter().all(|canary| !lines.contains(canary)), "a log tells of a note");
}
