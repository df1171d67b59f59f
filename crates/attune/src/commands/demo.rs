//! `attune demo`: a fresh demonstration practice, served on this machine.

use super::{application, serve};
use crate::cli::Demo;
use crate::deeds::{self, Job};
use crate::demo;
use crate::entrance;
use crate::failure::Failure;
use crate::say;
use app::content::Content;
use std::path::Path;
use std::process::ExitCode;
use store::DatabaseUrl;
use store::vault::{KeyKind, Keys, RootKey, RootKeys, file};

pub async fn run(args: Demo) -> Result<ExitCode, Failure> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::Plain(args.listen));
    }
    // Held until the end: dropping it removes the folder.
    let folder = tempfile::Builder::new().prefix("attune-demo-").tempdir().map_err(Failure::Runtime)?;
    let url = match &args.database {
        Some(url) => url.parse()?,
        None => DatabaseUrl::Sqlite(folder.path().join("demo.db")),
    };
    let listener = entrance::listen(args.listen).await?;
    let address = listener.local_addr().unwrap_or(args.listen);
    let app = application(&url, &root_key(&args, folder.path())?, Content::embedded()?)?;
    if !app.practices().await?.is_empty() {
        return Err(Failure::NotEmpty);
    }
    if !args.json {
        say::out("Making a practice with twelve made-up clients …");
    }
    let made = demo::make(&app, args.seed, app.now()).await?;
    let links: Vec<(String, String)> = made
        .links(&app)
        .await?
        .into_iter()
        .map(|(role, path)| (role, format!("http://{address}{path}")))
        .collect();
    // Whoever has read the address may end it the next moment.
    let stop = serve::asked_to_stop();
    let serving = deeds::start(Job::Answer, serve::serve(listener, app, None, stop));
    tell(args.json, &format!("http://{address}"), &links);
    serving.await.map_err(|failed| Failure::Said(format!("serving stopped: {failed}")))??;
    Ok(ExitCode::SUCCESS)
}

/// The key somebody named, or a new one in the folder that goes away, marked as a demonstration's.
fn root_key(args: &Demo, folder: &Path) -> Result<Keys, Failure> {
    if let Some(path) = &args.key {
        return Ok(Keys::from_file(path.as_path())?);
    }
    let path = folder.join("key").join("demonstration.key");
    file::create(&path, &RootKeys::of(KeyKind::Demonstration, RootKey::new(1)?))?;
    Ok(Keys::from_file(path.as_path())?)
}

fn tell(json: bool, address: &str, links: &[(String, String)]) {
    if json {
        let links: serde_json::Map<String, serde_json::Value> =
            links.iter().map(|(role, link)| (role.clone(), link.clone().into())).collect();
        say::out(&serde_json::json!({ "address": address, "links": links }).to_string());
        return;
    }
    say::out(&format!("Attune answers on {address}. Sign in once as …"));
    for (role, link) in links {
        say::out(&format!("  {:<18} {link}", role.replace('_', " ")));
    }
    say::out("Everybody here is made up. Ctrl-C ends it, and everything is gone.");
}
