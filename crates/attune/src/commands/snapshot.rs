//! `attune snapshot`, and what `serve` does by itself: a sealed snapshot every hour, a look at everything every night.

use super::{audit, data_folder, database_url};
use crate::cli::{KeyArgs, Snapshot};
use crate::failure::Failure;
use crate::keys;
use crate::say;
use app::App;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use store::DatabaseUrl;
use store::snapshot::{self, SnapshotKeys};
use store::vault::{Keys, file};

/// A look at the clock; an hour or a night is not missed by more.
const LOOK: Duration = Duration::from_secs(60);
/// Hours of the night, in the practice's zone, within which the look falls.
const NIGHT: (i8, i8) = (1, 5);

pub fn run(command: &Snapshot) -> Result<ExitCode, Failure> {
    match command {
        Snapshot::Now { folder, database, key } => {
            let url = database_url(database)?;
            let folder = folder_of(folder.as_deref(), &url)?;
            let keys = snapshot_keys(&keys::for_practice(key, &url)?)?;
            let taken = snapshot::take(&url, &keys, &folder, now())?;
            say::out(&format!("{} written and read back", taken.path.display()));
        }
        Snapshot::List { folder, database } => {
            for found in snapshot::list(&folder_of(folder.as_deref(), &database_url(database)?)?)? {
                say::out(&found.path.display().to_string());
            }
        }
        Snapshot::Key { key } => print_keys(key)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn now() -> Timestamp {
    use app::context::Clock;
    app::context::SystemClock.now()
}

fn print_keys(args: &KeyArgs) -> Result<(), Failure> {
    let known = file::read(&keys::key_path(args)?)?;
    for root in known.all() {
        let (seal, mark) = SnapshotKeys::of(root).reveal();
        say::out(&format!("key {}\nopens  {}\nproves {}", root.id(), seal.as_str(), mark.as_str()));
    }
    Ok(())
}

/// The keys of the root key's newest generation.
pub fn snapshot_keys(keys: &Keys) -> Result<SnapshotKeys, Failure> {
    let known = keys.known();
    let current = known.as_ref().and_then(|known| known.current());
    current.map(SnapshotKeys::of).ok_or_else(|| Failure::Said("the root key is not known yet".to_owned()))
}

/// Where snapshots go: the folder somebody named, or `snapshots` beside the database or in the data folder.
pub fn folder_of(named: Option<&Path>, url: &DatabaseUrl) -> Result<PathBuf, Failure> {
    match (named, url) {
        (Some(folder), _) => Ok(folder.to_owned()),
        (None, DatabaseUrl::Sqlite(file)) => Ok(file.with_file_name("snapshots")),
        (None, DatabaseUrl::Postgres(_)) => Ok(data_folder()?.join("snapshots")),
    }
}

/// Takes a snapshot whenever the newest is an hour old, for as long as the program serves.
pub async fn hourly(app: App, keys: Keys, folder: PathBuf) {
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        let (url, now) = (app.db().url().clone(), app.now());
        let (keys, folder) = (keys.clone(), folder.clone());
        let done = tokio::task::spawn_blocking(move || take_if_due(&url, &keys, &folder, now)).await;
        match done {
            Ok(Ok(Some(path))) => tracing::info!(file = %path.display(), "snapshot taken and read back"),
            Ok(Ok(None)) => {}
            Ok(Err(failure)) => tracing::error!(%failure, "no snapshot was taken; it is tried again"),
            Err(failure) => tracing::error!(%failure, "no snapshot was taken; it is tried again"),
        }
    }
}

fn take_if_due(
    url: &DatabaseUrl,
    keys: &Keys,
    folder: &Path,
    now: Timestamp,
) -> Result<Option<PathBuf>, Failure> {
    let newest = snapshot::list(folder)?.first().map(|newest| newest.at);
    if newest.is_some_and(|newest| now.duration_since(newest) < SignedDuration::from_hours(1)) {
        return Ok(None);
    }
    let taken = snapshot::take(url, &snapshot_keys(keys)?, folder, now)?;
    snapshot::prune(folder)?;
    Ok(Some(taken.path))
}

/// Looks at everything once a night, at a minute that chance chose: the engine's own check, every sealed
/// field and row mark, summaries, the audit trail.
pub async fn nightly(app: App) {
    let mut look = tokio::time::interval(LOOK);
    let mut next = next_night(&app).await;
    loop {
        look.tick().await;
        if app.now() < next {
            continue;
        }
        match check(&app).await {
            Ok(0) => tracing::info!("the nightly look found nothing wrong"),
            Ok(found) => tracing::error!(found, "the nightly look found something wrong: run `attune check`"),
            Err(failure) => tracing::error!(%failure, "the nightly look failed"),
        }
        next = next_night(&app).await;
    }
}

async fn check(app: &App) -> Result<usize, Failure> {
    let url = app.db().url().clone();
    let found = tokio::task::spawn_blocking(move || store::integrity(&url)).await;
    let engine = found.map_err(|failed| Failure::Said(failed.to_string()))??;
    let fields = app.verify_fields().await?.findings;
    for line in engine.iter().chain(&fields) {
        tracing::error!(line, "found by the nightly look");
    }
    let records = app.check_records().await?.findings;
    for line in &records {
        tracing::error!(line, "found by the nightly look");
    }
    let in_trail = audit::verify(app, &[]).await?;
    Ok(engine.len() + fields.len() + records.len() + usize::try_from(in_trail).unwrap_or(usize::MAX))
}

/// A minute of the coming night where the first practice is.
async fn next_night(app: &App) -> Timestamp {
    let zone = app.practices().await.ok().and_then(|all| TimeZone::get(&all.first()?.zone).ok());
    night_after(app.now(), &zone.unwrap_or(TimeZone::UTC), app.chance())
}

fn night_after(now: Timestamp, zone: &TimeZone, chance: u16) -> Timestamp {
    let minutes = i64::from(NIGHT.1 - NIGHT.0) * 60;
    let minute = i64::from(NIGHT.0) * 60 + i64::from(chance) % minutes;
    let day = now.to_zoned(zone.clone()).date().tomorrow();
    let midnight = day.and_then(|day| day.to_zoned(zone.clone())).map(|midnight| midnight.timestamp());
    let midnight =
        midnight.unwrap_or_else(|_| now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(now));
    midnight.saturating_add(SignedDuration::from_mins(minute)).unwrap_or(midnight)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn r4_the_look_falls_into_the_night_of_the_practice() {
        let zone = TimeZone::get("Africa/Kampala").unwrap();
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for chance in [0, 1, 239, 240, 65_535] {
            let at = night_after(now, &zone, chance).to_zoned(zone.clone());
            assert_eq!(at.date().to_string(), "2026-11-25");
            assert!((1..5).contains(&at.hour()), "{at}");
        }
    }
}
