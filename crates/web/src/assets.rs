//! The style sheet, the scripts and the pictures, embedded in the binary.
//!
//! All files live under one address prefix that holds a hash of the whole set (`/assets/1f0c…/app.css`), so
//! that modules can import one another by relative path and every file may be kept for ever by a browser.
//! A page from before an update asks with the old hash; it gets today's file, uncached. Compression is the
//! gzip layer's work: a browser fetches each of these once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

/// The style sheet is written in several files and served as one, in this order.
const STYLE_PARTS: [&str; 5] =
    ["css/tokens.css", "css/base.css", "css/components.css", "css/pages.css", "css/print.css"];

struct Asset {
    bytes: Cow<'static, [u8]>,
    mime: &'static str,
    etag: HeaderValue,
    href: String,
}

struct Set {
    hash: String,
    assets: BTreeMap<String, Asset>,
}

static SET: LazyLock<Set> = LazyLock::new(load);

/// The address of an asset by its name in `crates/web/assets`: `href("app.css")`, `href("js/enhance.js")`.
/// A name that does not exist gives an address that answers 404 (and fails the test that renders the page).
#[must_use]
pub fn href(name: &str) -> &'static str {
    SET.assets.get(name).map_or("/assets/none/missing", |asset| asset.href.as_str())
}

/// Serves `/assets/{hash}/{name}`. Needs no sign-in and no state.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{hash}/{*name}", get(serve)).route("/favicon.ico", get(favicon))
}

async fn serve(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(asset) = SET.assets.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let cache = if hash == SET.hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer(asset, cache, &headers)
}

async fn favicon(headers: HeaderMap) -> Response {
    match SET.assets.get("img/mark.svg") {
        Some(asset) => answer(asset, "public, max-age=86400", &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(asset: &'static Asset, cache: &'static str, asked: &HeaderMap) -> Response {
    let kept = [
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::ETAG, asset.etag.clone()),
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.mime)),
    ];
    if asked.get(header::IF_NONE_MATCH) == Some(&asset.etag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, asset.bytes.as_ref()).into_response()
}

fn load() -> Set {
    let mut files: BTreeMap<String, Cow<'static, [u8]>> = Files::iter()
        .filter(|path| !path.starts_with("css/"))
        .filter_map(|path| Some((path.to_string(), Files::get(&path)?.data)))
        .collect();
    let style: Vec<u8> = STYLE_PARTS
        .iter()
        .filter_map(|part| Files::get(part))
        .flat_map(|file| file.data.into_owned())
        .collect();
    files.insert("app.css".to_owned(), Cow::Owned(style));

    let mut whole = Sha256::new();
    for (path, bytes) in &files {
        whole.update(path.as_bytes());
        whole.update(bytes);
    }
    let hash = short_hex(&whole.finalize());
    let assets = files.into_iter().map(|(path, bytes)| (path.clone(), asset(&hash, &path, bytes))).collect();
    Set { hash, assets }
}

fn asset(set_hash: &str, path: &str, bytes: Cow<'static, [u8]>) -> Asset {
    let own_hash = short_hex(&Sha256::digest(&bytes));
    // Weak, because the gzip layer changes the bytes but not the meaning.
    let etag = HeaderValue::from_str(&format!("W/\"{own_hash}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("W/\"0\""));
    Asset { bytes, mime: mime(path), etag, href: format!("/assets/{set_hash}/{path}") }
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

fn short_hex(digest: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or(digest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn fetch(address: &str, etag: Option<&str>) -> Response {
        let mut request = Request::get(address);
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        routes::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn the_style_sheet_is_kept_for_ever_under_its_hash_and_checked_under_an_old_one() {
        let fresh = fetch(href("app.css"), None).await;
        assert_eq!(fresh.status(), StatusCode::OK);
        assert_eq!(fresh.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert!(fresh.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));

        let etag = fresh.headers()[header::ETAG].to_str().unwrap().to_owned();
        let old = fetch("/assets/0000/app.css", Some(&etag)).await;
        assert_eq!(old.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(old.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[tokio::test]
    async fn an_unknown_name_is_not_found() {
        assert_eq!(fetch(href("../Cargo.toml"), None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(fetch("/assets/0000/css/tokens.css", None).await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn every_part_of_the_style_sheet_is_there() {
        assert!(STYLE_PARTS.iter().all(|part| Files::get(part).is_some()));
    }
}
