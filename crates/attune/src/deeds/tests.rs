//! The table against the command line, the sources and the document; each job done once on a small practice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{Job, Order, Trail};
use crate::cli::Cli;
use crate::commands::{audit, serve, snapshot};
use crate::failure::Failure;
use app::App;
use app::entry::{Action, Ask, Verdict};
use app::erasure::{Erased, Reason};
use app::testing::World;
use app::trail::{Column, Entry, Search};
use clap::CommandFactory;
use domain::client::ParticularsForm;
use domain::ids::ClientId;
use jiff::{SignedDuration, Timestamp};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use store::vault::Keys;
use store::{DatabaseUrl, Db, ledger_file};
use web::{Limits, Web};

/// A word that only the record holds.
const CANARY: &str = "kanarienvogel";

#[test]
fn z1_every_command_and_job_stands_in_the_document_as_in_the_program() {
    let orders = Order::ALL.iter().map(|order| format!("command {}\n", order.policy()));
    let jobs = Job::ALL.iter().map(|job| format!("job {}\n", job.policy()));
    let picture: String = orders.chain(jobs).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access-jobs.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(file, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(picture, kept, "run with UPDATE_SNAPSHOTS=1 and review the change");
}

#[test]
fn z1_the_table_names_exactly_the_commands_that_can_be_typed() {
    let mut typed = Vec::new();
    leaves(&Cli::command(), "", &mut typed);
    let mut named: Vec<String> = Order::ALL.iter().map(|order| order.policy().name.to_owned()).collect();
    typed.sort();
    named.sort();
    assert_eq!(typed, named);
}

fn leaves(command: &clap::Command, before: &str, found: &mut Vec<String>) {
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        let words = format!("{before} {}", inner.get_name()).trim().to_owned();
        if inner.has_subcommands() {
            leaves(inner, &words, found);
        } else {
            found.push(words);
        }
    }
}

/// Whoever starts something that goes on by itself does it through [`super::start`]; in the other crates the places are
/// known: connections, and the place a form led to.
#[test]
fn z1_nothing_goes_on_by_itself_that_is_not_in_the_table() {
    let mut places = Vec::new();
    for folder in ["attune", "app", "web"] {
        sources(&format!("{}/../{folder}/src", env!("CARGO_MANIFEST_DIR")), &mut places);
    }
    places.sort();
    assert_eq!(
        places,
        [
            ("attune/src/deeds.rs".to_owned(), 1),
            ("web/src/kernel/metrics.rs".to_owned(), 1),
            ("web/src/kernel/once.rs".to_owned(), 1),
            ("web/src/kernel/serve.rs".to_owned(), 1),
        ]
    );
}

fn sources(folder: &str, places: &mut Vec<(String, usize)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap().to_owned();
        if path.is_dir() {
            sources(&name, places);
        } else if !name.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let starts = ["tokio::spawn(", "task::spawn(", "thread::spawn(", "JoinSet", "spawn_local("];
            let count = starts.iter().map(|start| text.matches(start).count()).sum();
            if count > 0 {
                places.push((name.split_once("/../").unwrap().1.to_owned(), count));
            }
        }
    }
}

/// What the program logs, at its most talkative.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The actions of the lines of this second.
async fn actions(world: &World) -> Vec<String> {
    let (ctx, from) = (world.ctx(world.privacy_officer).await, world.app.now());
    let nothing = String::new;
    let search = Search {
        from,
        to: Timestamp::MAX,
        actor: nothing(),
        client: None,
        action: nothing(),
        outcome: nothing(),
        class: nothing(),
        column: Column::Time,
        up: true,
        after: None,
    };
    let read: Verdict<Vec<Entry>, std::convert::Infallible> = world
        .app
        .act(&ctx, Ask::to(Action::ReadAudit, "test"), move |desk| {
            Ok(store::audit::search::search(desk.tx, &desk.grant, &search, 100)?)
        })
        .await;
    world.clock.advance(SignedDuration::from_secs(1));
    read.unwrap().into_iter().map(|line| line.action).collect()
}

/// Does a job once. Every job is named: a new one that is not walked does not compile.
async fn once(job: Job, app: &App, keys: &Keys, folder: &Path) -> Result<(), Failure> {
    match job {
        Job::Answer => {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let web = Web { app: app.clone(), address: None };
            web::serve(listener, web, Limits::default(), async {}).await.map_err(Failure::Serve)?;
        }
        // Nobody hands these two the records: they take no application.
        Job::Figures | Job::Certificate => {}
        Job::EraseAgain => drop(app.keep_erased().await?),
        Job::HeldTraces => drop(app.append_held().await?),
        Job::Sweep => drop(serve::sweep(app).await?),
        Job::Checkpoint => audit::checkpoint(app, 1, None).await?,
        Job::Snapshot => {
            let taken = snapshot::take_if_due(app, keys, folder).await?;
            assert!(taken.is_some(), "a snapshot was taken");
        }
        Job::NightlyLook => assert_eq!(snapshot::check(app).await?, 0),
    }
    Ok(())
}

/// A ledger beside the database that names a client who is there, as after a backup was put back by hand; `false` where
/// ledgers do not lie beside.
fn a_ledger_that_names(client: ClientId, world: &World, url: &DatabaseUrl) -> bool {
    let Some(path) = ledger_file::beside(url) else { return false };
    let line = Erased {
        practice: world.practice,
        client,
        at: world.app.now(),
        by: world.privacy_officer.to_string(),
        reason: Reason::ClientAsked,
    };
    ledger_file::add(&path, &[line]).unwrap();
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn z1_each_job_leaves_exactly_the_lines_of_the_table_and_no_word_of_a_record() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    subscriber.with_writer(move || writer.clone()).init();
    store::testing::each_database(store::MIGRATIONS, async |database: &store::testing::TestDatabase| {
        let keys = store::testing::keys();
        let world = World::new(Db::open(database.url(), &keys, store::testing::OPTIONS).unwrap()).await;
        let ctx = world.ctx(world.therapist).await;
        let form = ParticularsForm {
            name: format!("{CANARY} O."),
            phone: format!("{CANARY} 7"),
            ..Default::default()
        };
        let client = world.app.create_client(&ctx, form).await.unwrap();
        let brings_back = a_ledger_that_names(client, &world, database.url());
        world.clock.advance(SignedDuration::from_secs(1));
        let folder = tempfile::tempdir().unwrap();
        for job in Job::ALL {
            let done = super::within(*job, once(*job, &world.app, &keys, folder.path())).await;
            done.unwrap_or_else(|failure| panic!("{job:?}: {failure}"));
            let expected: &[&str] = match job.policy().trail {
                Trail::Lines(actions) => actions,
                Trail::ForEach(actions, _) if *job == Job::EraseAgain && brings_back => actions,
                Trail::ForEach(..) | Trail::Nothing(_) => &[],
            };
            assert_eq!(actions(&world).await, expected, "{job:?}");
        }
        world.app.db().clone().close().await;
    })
    .await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a job begins") && log.contains("nightly look at everything"), "it is talkative");
    assert!(!log.contains(CANARY), "a word of a record is in the log");
}
