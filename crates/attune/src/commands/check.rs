//! `attune check`: is the database whole, do the derived rows agree with the history, has every event its audit entry,
//! is the trail as it was written?

use super::{application, audit, database_url};
use crate::cli::Check;
use crate::failure::Failure;
use crate::keys;
use crate::say;
use app::CheckReport;
use app::content::Content;
use std::process::ExitCode;
use store::StoreError;

/// Something was found.
const FOUND: u8 = 3;

pub async fn run(args: Check) -> Result<ExitCode, Failure> {
    let url = database_url(&args.database)?;
    let mut found = store::integrity(&url)?;
    // The engine's own check opens the file as it is; ours reads through the program, and so needs hold of it.
    let app = application(&url, &keys::for_practice(&args.key, &url)?, Content::embedded()?)?;
    // Nothing is written into what is not whole; what takes no line is looked at all the same, and the line missed.
    if found.is_empty()
        && let Err(failure) = app.begin_look().await
    {
        found.push(format!("the trail takes no line of this look: {failure}"));
    }
    let fields = app.verify_fields().await?;
    found.extend(fields.findings);
    let report = match app.check_records().await {
        Ok(report) => report,
        // It was named above already; what is derived from it cannot be computed.
        Err(StoreError::Broken { .. } | StoreError::NoKey { .. }) if !found.is_empty() => {
            CheckReport::default()
        }
        Err(failure) => return Err(failure.into()),
    };
    found.extend(report.findings);
    for line in &found {
        say::err(line);
    }
    let in_trail = audit::verify(&app, &[]).await?;
    app.db().clone().close().await;
    say::out(&format!(
        "{} sealed fields opened, {} episodes, {} events and {} audit entries checked: {}",
        fields.fields,
        report.episodes,
        report.events,
        report.audit_entries,
        if found.is_empty() { "all well".to_owned() } else { format!("{} findings", found.len()) },
    ));
    Ok(if found.is_empty() && in_trail == 0 { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}
