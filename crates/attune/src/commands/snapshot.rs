//! `attune snapshot`, and what `serve` does by itself: a sealed snapshot every hour, a look at everything every night.

use super::{database_url, folder_for_data};
use crate::cli::{Database, KeyArgs, Snapshot};
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
use store::vault::{self, Closing, KeyError, Keys, file};

/// A look at the clock; an hour or a night is not missed by more.
const LOOK: Duration = Duration::from_secs(60);
/// Hours of the night, in the practice's zone, within which the look falls.
const NIGHT: (i8, i8) = (1, 5);

pub fn run(command: &Snapshot) -> Result<ExitCode, Failure> {
    match command {
        Snapshot::Now { folder, database, key } => {
            let url = database_url(database)?;
            let folder = folder_of(folder.as_deref(), (database, &url))?;
            let keys = keys::for_practice(key, &url)?;
            let closing = vault::closing_of(&url, &keys)?;
            let root = closing.key.ok_or(KeyError::Wrong { needed: closing.name })?;
            let taken = snapshot::take(&url, &SnapshotKeys::of(&root), &folder, now())?;
            say::out(&format!("{} written and read back", taken.path.display()));
        }
        Snapshot::List { folder, database } => {
            for found in snapshot::list(&folder_of(folder.as_deref(), (database, &database_url(database)?))?)?
            {
                say::out(&found.path.display().to_string());
            }
        }
        Snapshot::Key { of, database, key } => print_keys(of.as_deref(), database, key)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn now() -> Timestamp {
    use app::context::Clock;
    app::context::SystemClock.now()
}

/// The keys of one snapshot, or of every generation of a key file, or of the passphrase as the database keeps its salt.
fn print_keys(of: Option<&Path>, database: &Database, args: &KeyArgs) -> Result<(), Failure> {
    let roots = if let Some(file) = of {
        let sealed = snapshot::sealed_under(file)?;
        let sealed = sealed.ok_or_else(|| Failure::Said(format!("{} is no snapshot", file.display())))?;
        vec![keys::of_snapshot(args, &sealed)?]
    } else if args.key_passphrase_file.is_some() {
        let closing = vault::closing_of(&database_url(database)?, &keys::at_hand(args)?)?;
        vec![closing.key.ok_or(KeyError::Wrong { needed: closing.name })?]
    } else {
        file::read(&keys::key_file(args)?)?.all().to_vec()
    };
    for root in &roots {
        let (seal, mark) = SnapshotKeys::of(root).reveal();
        say::out(&format!("key {}\nopens  {}\nproves {}", root.id(), seal.as_str(), mark.as_str()));
    }
    Ok(())
}

/// The keys to seal a snapshot of a served database with. Where the database was closed with a root key that this program
/// never got, the key it has is better than no snapshot: the head says which one opens the records.
fn sealing(closing: Closing, keys: &Keys) -> Result<SnapshotKeys, Failure> {
    if let Some(key) = &closing.key {
        return Ok(SnapshotKeys::of(key));
    }
    tracing::warn!(
        key = closing.name,
        "the database was closed with a root key that this program does not have: start it anew with that key. \
         Until then snapshots are sealed with the older one"
    );
    let known = keys.known();
    let older = known.as_ref().and_then(|known| known.current());
    let older = older.ok_or_else(|| Failure::Said("the root key is not known yet".to_owned()))?;
    Ok(SnapshotKeys::of(older).of_records_closed_with(closing.name))
}

/// Where snapshots go: the folder somebody named, or `snapshots` beside the database or in the data folder.
pub fn folder_of(
    named: Option<&Path>,
    (database, url): (&Database, &DatabaseUrl),
) -> Result<PathBuf, Failure> {
    match (named, url) {
        (Some(folder), _) => Ok(folder.to_owned()),
        (None, DatabaseUrl::Sqlite(file)) => Ok(file.with_file_name("snapshots")),
        (None, DatabaseUrl::Postgres(_)) => Ok(folder_for_data(database)?.join("snapshots")),
    }
}

/// Takes a snapshot whenever the newest is an hour old, for as long as the program serves.
pub async fn hourly(app: App, keys: Keys, folder: PathBuf) {
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        match take_if_due(&app, &keys, &folder).await {
            Ok(Some(path)) => tracing::info!(file = %path.display(), "snapshot taken and read back"),
            Ok(None) => {}
            Err(failure) => tracing::error!(%failure, "no snapshot was taken; it is tried again"),
        }
    }
}

/// Takes a snapshot if the newest is an hour old, and gives where it is.
pub async fn take_if_due(app: &App, keys: &Keys, folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let now = app.now();
    let newest = snapshot::list(folder)?.first().map(|newest| newest.at);
    if newest.is_some_and(|newest| now.duration_since(newest) < SignedDuration::from_hours(1)) {
        return Ok(None);
    }
    let known = keys.clone();
    let closing = app.db().read(move |tx| vault::closing(tx, &known)).await?;
    let (url, sealing, folder) = (app.db().url().clone(), sealing(closing, keys)?, folder.to_owned());
    let taken = tokio::task::spawn_blocking(move || {
        let taken = snapshot::take(&url, &sealing, &folder, now)?;
        snapshot::prune(&folder)?;
        Ok::<_, store::BackupError>(taken.path)
    });
    Ok(Some(taken.await.map_err(|failed| Failure::Said(failed.to_string()))??))
}

/// Looks at everything once a night, at a minute that chance chose: the engine's own check, every sealed field and row
/// mark, summaries, the audit trail. What it finds is told to people. A look that is two days late, because the machine
/// was off or every night's look failed, is told too and does not wait for the night.
pub async fn nightly(app: App) {
    let mut look = tokio::time::interval(LOOK);
    let mut next = next_night(&app).await;
    let mut late = app.now();
    loop {
        look.tick().await;
        if app.now() >= late {
            match app.tell_late_looks().await {
                Ok(true) => next = next.min(app.now()),
                Ok(false) => {}
                Err(failure) => tracing::error!(%failure, "whether a nightly look is late is not known"),
            }
            late = in_an_hour(app.now());
        }
        if app.now() < next {
            continue;
        }
        next = match check(&app).await {
            Ok(found) => {
                match found {
                    0 => tracing::info!("the nightly look found nothing wrong"),
                    _ => tracing::error!(found, "the nightly look found something wrong: run `attune check`"),
                }
                next_night(&app).await
            }
            Err(failure) => {
                tracing::error!(%failure, "the nightly look failed; it is tried again in an hour");
                in_an_hour(app.now())
            }
        };
    }
}

/// One look at everything; gives how much it found.
pub async fn check(app: &App) -> Result<usize, Failure> {
    Ok(app.look_at_everything().await?)
}

fn in_an_hour(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(1)).unwrap_or(now)
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
