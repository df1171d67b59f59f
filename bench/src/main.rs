//! Measures Attune as it stands: the demonstration and a generated practice, on either engine, through HTTP.
//!
//! `cargo xtask bench` builds the program and this, starts a PostgreSQL and runs it. What is measured and why stands in
//! `docs/performance.md`.

mod chance;
mod flood;
mod http;
mod key;
mod load;
mod machine;
mod practice;
mod raw;
mod report;
mod server;
mod site;

use load::{Path, Until};
use report::{Section, Style};
use server::{Database, Server};
use site::Site;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Connections of the measured runs.
const CONNECTIONS: [usize; 3] = [1, 8, 32];
/// More than four times the database connections of a server (four that read, four that write, one for exports).
const CROWD: usize = 4 * 9;
/// Submits whose growth is measured.
const GROWTH: usize = 10_000;
/// Starts of which the middle one counts.
const STARTS: usize = 5;

/// What was asked for on the command line.
struct Plan {
    program: PathBuf,
    folder: PathBuf,
    clients: usize,
    seconds: f64,
    style: Style,
    sqlite: bool,
    /// Address of an empty server and the number of its first process.
    postgres: Option<(String, u32)>,
}

fn main() -> ExitCode {
    let measured = plan().and_then(|plan| measure(&plan));
    key::remove();
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::FAILURE
        }
    }
}

fn plan() -> Result<Plan, String> {
    let mut plan = Plan {
        program: PathBuf::new(),
        folder: PathBuf::new(),
        clients: 10_000,
        seconds: 3.0,
        style: Style::Plain,
        sqlite: false,
        postgres: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("`{word}` wants a value"));
        match word.as_str() {
            "--program" => plan.program = value()?.into(),
            "--folder" => plan.folder = value()?.into(),
            "--clients" => plan.clients = number(&value()?)?,
            "--seconds" => plan.seconds = number(&value()?)?,
            "--markdown" => plan.style = Style::Markdown,
            "--sqlite" => plan.sqlite = true,
            "--postgres" => plan.postgres = Some((value()?, number(&value()?)?)),
            other => return Err(format!("`{other}` is not an option; run `cargo xtask bench --help`")),
        }
    }
    Ok(plan)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}

fn measure(plan: &Plan) -> Result<(), String> {
    print!("{}", report::head(plan.style));
    let binary =
        std::fs::metadata(&plan.program).map_err(|error| format!("{}: {error}", plan.program.display()))?;
    println!("Release binary: {:.1} MB (target: under 60).", binary.len() as f64 / 1e6);
    let mut engines = Vec::new();
    if plan.sqlite {
        let file = |name: &str| Database::Sqlite(plan.folder.join(name));
        engines.push((file("demo.db"), file("practice.db")));
    }
    if let Some((url, process)) = &plan.postgres {
        let named = |name: &str| -> Result<Database, String> {
            server::psql(url, &format!("CREATE DATABASE {name}"))?;
            Ok(Database::Postgres { url: url.replace("/postgres?", &format!("/{name}?")), process: *process })
        };
        engines.push((named("demo")?, named("practice")?));
    }
    for (demo, practice) in engines {
        // One that fails does not cost the figures of the other.
        for section in [demonstration(plan, &demo), generated(plan, &practice)] {
            match section {
                Ok(section) => print!("{}", section.text(plan.style)),
                Err(message) => eprintln!("bench: {message}"),
            }
        }
    }
    Ok(())
}

fn demonstration(plan: &Plan, database: &Database) -> Result<Section, String> {
    eprintln!("bench: the demonstration on {}", database.engine());
    let (server, link) = Server::demo(&plan.program, database)?;
    let cookie = site::enter(server.address, &link)?;
    let site = site::explore(server.address, cookie, 100)?;
    let mut section = Section {
        title: format!("Demonstration (a caseload of {})", site.overviews.len()),
        engine: database.engine(),
        ..Section::default()
    };
    load_all(plan, &server, &[site], &mut section)?;
    server.stop()?;
    Ok(section)
}

fn generated(plan: &Plan, database: &Database) -> Result<Section, String> {
    eprintln!("bench: generating {} clients on {} …", plan.clients, database.engine());
    let practice = practice::generate(database, plan.clients)?;
    eprintln!("bench: {} scored measures in {:.0} s", practice.measures, practice.seconds);
    database.know_itself()?;
    let mut section = Section {
        title: format!("Practice of {} clients with {} scored measures", practice.clients, practice.measures),
        engine: database.engine(),
        ..Section::default()
    };
    section.notes.push(format!(
        "Generated by the same verbs as the screens in {:.0} s: {:.0} measures a second. Database: {:.0} MB.",
        practice.seconds,
        practice.measures as f64 / practice.seconds,
        database.size_bytes()? as f64 / 1e6,
    ));

    let server = start(plan, database, &mut section)?;
    let sites = sites(&server, &practice.links)?;
    let raw = load_all(plan, &server, &sites, &mut section);
    targets(&mut section, raw?);
    crowd(&server, &sites, plan, &mut section);
    floods(&server, &sites, plan, &mut section);
    section.notes.push(format!("Resident memory after all of this: {:.0} MB.", server.resident_mb()));
    server.stop()?;
    growth(plan, database, &sites, &mut section)?;
    Ok(section)
}

/// Starts several times and keeps the last one.
fn start(plan: &Plan, database: &Database, section: &mut Section) -> Result<Server, String> {
    let mut times = Vec::new();
    for _ in 1..STARTS {
        let server = Server::start(&plan.program, database)?;
        times.push(server.start_ms);
        server.stop()?;
    }
    let server = Server::start(&plan.program, database)?;
    times.push(server.start_ms);
    times.sort_by(f64::total_cmp);
    section.at_most("start to first answer", times[STARTS / 2], 300.0, "ms");
    std::thread::sleep(Duration::from_secs(2));
    section.at_most("resident memory, idle", server.resident_mb(), 45.0, "MB");
    Ok(server)
}

/// A session for as many therapists as there are connections in a run.
fn sites(server: &Server, links: &[String]) -> Result<Vec<Site>, String> {
    let enough = links.iter().take(CROWD);
    let sites: Result<Vec<Site>, String> = enough
        .map(|link| site::explore(server.address, site::enter(server.address, link)?, practice::CASELOAD))
        .collect();
    sites.map_err(|error| format!("signing in failed: {error}"))
}

/// Every path at every number of connections; gives the rate of raw transactions measured beside the submits.
fn load_all(plan: &Plan, server: &Server, sites: &[Site], section: &mut Section) -> Result<f64, String> {
    let time = Until::Elapsed(Duration::from_secs_f64(plan.seconds));
    let mut raw = Ok(0.0);
    for path in Path::MEASURED {
        if path == Path::Submit {
            raw = raw::transactions_per_second(&plan.folder, Duration::from_secs(2));
        }
        if path == Path::Submit && sites.iter().any(|site| site.forms.is_empty()) {
            section.notes.push("No form for a PHQ-9 was found: submits were not measured.".to_owned());
            break;
        }
        for connections in CONNECTIONS {
            load::run(server, sites, path, connections, Until::Requests(connections * 20));
            let outcome = load::run(server, sites, path, connections, time);
            if let Some(failure) = &outcome.failure {
                let name = path.name();
                section
                    .notes
                    .push(format!("{name} at {connections} connections: the first failure was {failure}."));
            }
            section.runs.push((path, connections, outcome));
        }
    }
    raw
}

fn targets(section: &mut Section, raw: f64) {
    let cpu = |section: &Section, path| section.run(path, 8).map_or(0.0, load::Outcome::cpu_ms);
    for (path, most) in [(Path::Submit, 0.4), (Path::Overview, 0.5), (Path::Caseload, 1.0)] {
        let measured = cpu(section, path);
        section.at_most(&format!("{}: CPU a request", path.name()), measured, most, "ms");
    }
    let rate = |connections| section.run(Path::Submit, connections).map_or(0.0, load::Outcome::per_second);
    let (one, many) = (rate(1), rate(32));
    section.at_least("submits at 32 connections, of raw transactions", many / raw.max(1.0), 0.5, "×");
    section.at_least("submits at 32 connections, of those at 1", many / one.max(1.0), 3.0, "×");
    section.notes.push(format!(
        "Raw one-row SQLite transactions with full synchronisation in the same minute: {raw:.0} a second."
    ));
}

/// Four connections for each one to the database, all paths at once, while somebody asks after its health.
fn crowd(server: &Server, sites: &[Site], plan: &Plan, section: &mut Section) {
    let stop = AtomicBool::new(false);
    let (outcome, (longest, unwell)) = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| load::watch_health(server, &stop));
        let time = Until::Elapsed(Duration::from_secs_f64(plan.seconds));
        let outcome = load::run(server, sites, Path::Mixed, CROWD, time);
        stop.store(true, Ordering::Relaxed);
        (outcome, watcher.join().unwrap_or((f64::INFINITY, 1)))
    });
    section.at_most(
        &format!("failures at {CROWD} connections, all paths"),
        (outcome.failures + unwell) as f64,
        0.0,
        "",
    );
    section.at_most("longest health answer meanwhile", longest, 1000.0, "ms");
    if let Some(failure) = &outcome.failure {
        section.notes.push(format!("The first failure in the crowd was {failure}."));
    }
    section.runs.push((Path::Mixed, CROWD, outcome));
}

/// Sign-ins a second, and what floods of strangers do to those who work here.
fn floods(server: &Server, sites: &[Site], plan: &Plan, section: &mut Section) {
    let time = Duration::from_secs_f64(plan.seconds);
    let alone = flood::sign_ins(server, time);
    section
        .notes
        .push(format!("Sign-ins with nothing else to do (Argon2id, wrong passwords): {alone:.0} a second."));
    section.notes.push(flood::measure(server, sites, time, plan.style));
}

/// What ten thousand submits add to the database.
fn growth(plan: &Plan, database: &Database, sites: &[Site], section: &mut Section) -> Result<(), String> {
    let before = database.size_bytes()?;
    let server = Server::start(&plan.program, database)?;
    let outcome = load::run(&server, sites, Path::Submit, 32, Until::Requests(GROWTH));
    server.stop()?;
    let grown = database.size_bytes()?.saturating_sub(before) as f64 / 1e6;
    let share = GROWTH as f64 / outcome.requests.max(1) as f64;
    section.at_most("10,000 submits: growth of the database", grown * share, 23.0, "MB");
    Ok(())
}
