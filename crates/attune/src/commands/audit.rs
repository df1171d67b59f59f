//! `attune audit`: verify the trail, take it out, sign where it stands; and the worker that does the last one.

use super::{application, database_url, must_exist};
use crate::cli::{Audit, ExportFormat};
use crate::failure::Failure;
use crate::keys;
use crate::say;
use app::App;
use app::content::Content;
use app::trail_keeping::Format;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use store::audit::chain::hex;
use store::audit::checkpoint::Checkpoint;

/// Something was found.
const FOUND: u8 = 3;
/// What `serve` keeps checkpoints in, inside the folder it is told.
const FILE: &str = "audit-checkpoints.jsonl";
/// How often the worker looks.
const LOOK: Duration = Duration::from_secs(60);
/// Looks between checkpoints of a quiet trail: an hour.
const HOUR: u32 = 60;
/// Lines after which a checkpoint does not wait for the hour.
const MANY: i64 = 1000;

pub async fn run(command: Audit) -> Result<ExitCode, Failure> {
    let (Audit::Verify { opened, .. }
    | Audit::Export { opened, .. }
    | Audit::Checkpoint { opened, .. }
    | Audit::Key { opened }) = &command;
    let url = database_url(&opened.database)?;
    must_exist(&url)?;
    let app = application(&url, &keys::for_practice(&opened.key, &url)?, Content::embedded()?)?;
    let done = act(&app, command).await;
    app.db().clone().close().await;
    done
}

async fn act(app: &App, command: Audit) -> Result<ExitCode, Failure> {
    match command {
        Audit::Verify { against, .. } => {
            let kept = against.as_deref().map(read_kept).transpose()?.unwrap_or_default();
            let found = verify(app, &kept).await?;
            return Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::from(FOUND) });
        }
        Audit::Export { from, to, format, out, .. } => {
            let period = (instant(from.as_deref(), false)?, instant(to.as_deref(), true)?);
            export(app, period, format, out.as_deref()).await?;
        }
        Audit::Checkpoint { out, .. } => {
            app.checkpoint_audit(1).await?;
            let latest = app.latest_checkpoints().await?;
            match out {
                Some(path) => {
                    keep(&path, &latest)?;
                    say::out(&format!("{} checkpoints added to {}", latest.len(), path.display()));
                }
                None => latest.iter().try_for_each(|one| json(one).map(|line| say::out(&line)))?,
            }
        }
        Audit::Key { .. } => say::out(&hex(&app.audit_key()?)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Verifies the trails of all practices, tells what was found, and gives how much that is.
pub async fn verify(app: &App, kept: &[Checkpoint]) -> Result<u64, Failure> {
    let reports = app.verify_audit(kept).await?;
    let (mut lines, mut chains, mut checkpoints, mut found) = (0, 0, 0, 0);
    for (practice, report) in &reports {
        lines += report.lines;
        chains += report.chains;
        checkpoints += report.checkpoints;
        found += report.findings.len() as u64 + report.more;
        for finding in &report.findings {
            say::err(&format!("{}: {finding}", practice.name));
        }
        if report.more > 0 {
            say::err(&format!("{}: and {} more", practice.name, report.more));
        }
    }
    let here = |kept: &&Checkpoint| !reports.iter().any(|(p, _)| p.id.to_string() == kept.practice);
    for stranger in kept.iter().filter(here) {
        say::err(&format!("practice {} of checkpoint {} is not here", stranger.practice, stranger.number));
        found += 1;
    }
    say::out(&format!(
        "{lines} lines in {chains} chains, {checkpoints} checkpoints{} verified: {}",
        if kept.is_empty() { String::new() } else { format!(" and {} kept elsewhere", kept.len()) },
        if found == 0 { "all well".to_owned() } else { format!("{found} findings") },
    ));
    Ok(found)
}

async fn export(
    app: &App,
    period: (Timestamp, Timestamp),
    format: ExportFormat,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let format = match format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Jsonl => Format::Jsonl,
    };
    let lines = match out {
        Some(path) => {
            let file = private().create_new(true).open(path).map_err(|wrong| failed(path, &wrong))?;
            let lines = app.export_audit(period, format, std::io::BufWriter::new(file)).await?;
            say::err(&format!("Written to {}.", path.display()));
            lines
        }
        None => app.export_audit(period, format, std::io::stdout()).await?,
    };
    say::err(&format!(
        "{lines} lines leave: who (by id), for whom, what, whose (by id), when, from where, why and the result. \
         No names, and nothing of what was written in a record. The export is itself in the trail."
    ));
    Ok(())
}

/// The start of a day or an instant; of a day at the end of a period, the start of the next one.
fn instant(text: Option<&str>, end: bool) -> Result<Timestamp, Failure> {
    let Some(text) = text else { return Ok(if end { Timestamp::MAX } else { Timestamp::MIN }) };
    let day: Option<Date> = text.parse().ok();
    let day = day.and_then(|day| if end { day.tomorrow().ok() } else { Some(day) });
    let start = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|start| start.timestamp());
    let wrong =
        || Failure::Said(format!("`{text}` is no day (2026-11-30) and no instant (2026-11-30T08:00:00Z)"));
    start.or_else(|| text.parse().ok()).ok_or_else(wrong)
}

fn read_kept(path: &Path) -> Result<Vec<Checkpoint>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|wrong| failed(path, &wrong))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line): (usize, &str)| {
        serde_json::from_str(line)
            .map_err(|_| Failure::Said(format!("{}: line {} is no checkpoint", path.display(), number + 1)))
    };
    lines.map(read).collect()
}

fn json(checkpoint: &Checkpoint) -> Result<String, Failure> {
    serde_json::to_string(checkpoint).map_err(|wrong| Failure::Said(wrong.to_string()))
}

fn keep(path: &Path, checkpoints: &[Checkpoint]) -> Result<(), Failure> {
    let mut text = String::new();
    for checkpoint in checkpoints {
        text += &json(checkpoint)?;
        text.push('\n');
    }
    let write = || {
        let mut file = private().append(true).create(true).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|wrong| failed(path, &wrong))
}

/// A file only its owner may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn failed(path: &Path, wrong: &std::io::Error) -> Failure {
    Failure::Said(format!("{}: {wrong}", path.display()))
}

/// Signs a checkpoint where at least `lines` lines were written, and keeps it in the folder.
pub async fn checkpoint(app: &App, lines: i64, folder: Option<&Path>) -> Result<(), Failure> {
    let made = app.checkpoint_audit(lines).await?;
    match folder {
        Some(folder) if !made.is_empty() => keep(&folder.join(FILE), &made),
        _ => Ok(()),
    }
}

/// Signs checkpoints for as long as the program serves: at the start, hourly, and after many lines.
pub async fn watch(app: App, folder: Option<PathBuf>) {
    let mut looks = tokio::time::interval(LOOK);
    for look in (0..HOUR).cycle() {
        looks.tick().await;
        let lines = if look == 0 { 1 } else { MANY };
        if let Err(failure) = checkpoint(&app, lines, folder.as_deref()).await {
            tracing::warn!(%failure, "no audit checkpoint was signed or kept; it is tried again");
        }
    }
}
