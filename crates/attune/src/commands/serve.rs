//! `attune serve`: one practice, or many on PostgreSQL, over HTTP on this machine.

use super::{application, audit, database_url, folder_for_data, ledger_place, snapshot};
use crate::cli::Serve;
use crate::deeds::{self, Job};
use crate::entrance;
use crate::failure::Failure;
use crate::keys;
use crate::say;
use app::App;
use app::content::Content;
use app::context::Origin;
use domain::access::Actor;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use store::Engine;
use web::{Entrance, Limits, Web};

pub async fn run(args: Serve) -> Result<ExitCode, Failure> {
    let content = match &args.content {
        Some(folder) => Content::with_folder(folder)?,
        None => Content::embedded()?,
    };
    let entrance = entrance::open(&args).await?;
    let url = database_url(&args.database)?;
    let keys = keys::for_practice(&args.key, &url)?;
    let app = application(&url, &keys, content)?.with_ledger(&ledger_place(&args.database, &url)?);
    if url.engine() == Engine::Postgres {
        app.db().hold_in(&folder_for_data(&args.database)?)?;
    }
    let again = deeds::within(Job::EraseAgain, app.keep_erased()).await?;
    if again > 0 {
        say::out(&format!(
            "{again} records that had been erased had come back with a backup: they were erased again."
        ));
    }
    let stop = asked_to_stop();
    let here = entrance::address(&entrance, args.listen);
    let address = args.address.as_ref().map_or(here, |site| site.origin().to_owned());
    say::out(&format!("Attune answers on {address}"));
    offer_set_up(&app, &address).await?;
    let snapshots = args.snapshots.as_deref();
    let hourly = if snapshots == Some(Path::new("off")) {
        tracing::warn!("no snapshots are taken");
        None
    } else {
        let folder = snapshot::folder_of(snapshots, (&args.database, &url))?;
        Some(deeds::start(Job::Snapshot, snapshot::hourly(app.clone(), keys, folder)))
    };
    let nightly = deeds::start(Job::NightlyLook, snapshot::nightly(app.clone()));
    let web = Web { app, address: args.address };
    let served = serve(entrance, web, args.checkpoint_folder, stop).await;
    nightly.abort();
    if let Some(hourly) = hourly {
        hourly.abort();
    }
    served?;
    Ok(ExitCode::SUCCESS)
}

/// The first start without anybody in the database: a link to set up a practice, once.
async fn offer_set_up(app: &App, address: &str) -> Result<(), Failure> {
    let ctx = app.ctx(Actor::Visitor, TimeZone::UTC, Origin::CommandLine);
    if let Some(token) = app.set_up_link(&ctx).await? {
        say::out("Nobody is in this database yet. Open this link within 24 hours to set up your practice:");
        say::out(&format!("{address}/l/{}", token.reveal()));
    }
    Ok(())
}

/// Serves until `stop` completes (see [`asked_to_stop`]); requests under way are finished first, then a last checkpoint is signed.
pub async fn serve(
    entrance: impl Into<Entrance>,
    web: Web,
    checkpoints: Option<PathBuf>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let app = web.app.clone();
    let db = app.db().clone();
    let upkeep = deeds::start(Job::Sweep, upkeep(app.clone()));
    let traces = deeds::start(Job::HeldTraces, traces(app.clone()));
    let watch = deeds::start(Job::Checkpoint, audit::watch(app.clone(), checkpoints.clone()));
    let served = deeds::within(Job::Answer, web::serve(entrance, web, Limits::default(), stop)).await;
    upkeep.abort();
    watch.abort();
    traces.abort();
    if let Err(failure) = audit::checkpoint(&app, 1, checkpoints.as_deref()).await {
        tracing::warn!(%failure, "no last audit checkpoint was signed or kept");
    }
    db.close().await;
    served.map_err(Failure::Serve)
}

/// Puts traces of reads that were held while nothing could be written into the trail: at the start, and whenever
/// writing begins again.
async fn traces(app: App) {
    loop {
        match app.append_held().await {
            Ok(0) => {}
            Ok(lines) => tracing::info!(lines, "reads made while writing was stopped are in the trail now"),
            Err(failure) => tracing::warn!(%failure, "held traces could not be appended yet"),
        }
        app.writing_again().await;
    }
}

/// Forgets what has ended: sessions, links, wrong tries of networks, answered challenges, once an hour.
async fn upkeep(app: App) {
    let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hourly.tick().await;
        match sweep(&app).await {
            Ok((sessions, links, guesses, forms, challenges)) => {
                tracing::debug!(sessions, links, guesses, forms, challenges, "swept");
            }
            Err(failure) => tracing::warn!(%failure, "sweeping failed; it is tried again in an hour"),
        }
    }
}

/// Forgets what has ended, and gives how many sessions, links, tries, forms and answered challenges that were.
pub async fn sweep(app: &App) -> Result<(u64, u64, u64, u64, u64), store::StoreError> {
    Ok((
        app.sweep_sessions().await?,
        app.sweep_links().await?,
        app.sweep_guesses().await?,
        app.sweep_submissions().await?,
        app.sweep_challenges().await?,
    ))
}

/// Listens for the signals from the moment it is called, not only once it is waited for: a stop right after the first
/// answer must be an orderly one too.
pub fn asked_to_stop() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
    async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        if let Some(terminate) = &mut terminate {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
        drop(interrupt.await);
    }
}
