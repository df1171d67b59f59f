//! `attune demo`: a fresh demonstration practice, served on this machine.

use super::{application, serve};
use crate::cli::Demo;
use crate::deeds::{self, Job};
use crate::demo;
use crate::entrance;
use crate::failure::Failure;
use crate::say;
use app::content::Content;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use store::DatabaseUrl;
use store::vault::{KeyKind, Keys, RootKey, RootKeys, file};
use web::Web;

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
    let address = at(listener.local_addr().unwrap_or(args.listen));
    let app = application(&url, &root_key(&args, folder.path())?, Content::embedded()?)?;
    if !app.practices().await?.is_empty() {
        return Err(Failure::NotEmpty);
    }
    if !args.json {
        say::out("Making a practice with twelve made-up clients …");
    }
    let made = demo::make(&app, args.seed, app.now()).await?;
    let links: Vec<(String, String)> =
        made.links(&app).await?.into_iter().map(|(role, path)| (role, format!("{address}{path}"))).collect();
    // Whoever has read the address may end it the next moment.
    let stop = serve::asked_to_stop();
    let web = Web { app, address: None };
    let serving = deeds::start(Job::Answer, serve::serve(listener, web, None, stop));
    tell(args.json, &address, &links);
    serving.await.map_err(|failed| Failure::Said(format!("serving stopped: {failed}")))??;
    Ok(ExitCode::SUCCESS)
}

/// The address to open: by the machine's own name where that leads here, since passkeys belong to names.
fn at(listening: SocketAddr) -> String {
    match listening.ip() {
        IpAddr::V4(Ipv4Addr::LOCALHOST) => format!("http://localhost:{}", listening.port()),
        _ => format!("http://{listening}"),
    }
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
