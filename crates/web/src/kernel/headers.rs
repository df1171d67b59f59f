//! Headers on every answer, errors included, and the refusal of cross-site requests.

use super::door;
use super::error::WebError;
use super::state::Https;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Nothing inline, nothing foreign, no frame round us. No nonce is needed, since no page has a script or a style in it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'; object-src 'none'; img-src 'self' data:";

/// Puts the security headers on an answer. Pages are never kept by a browser or a proxy; assets say otherwise themselves.
pub async fn security(request: Request, next: Next) -> Response {
    let encrypted = request.extensions().get::<Https>().is_some();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set =
        |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if encrypted {
        // A year. Behind a proxy it is the proxy's to say.
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Refuses unsafe requests that another site started. One that carries our cookie and says nothing about where it
/// comes from is refused too: every browser of the last years says it.
pub async fn same_site_only(request: Request, next: Next) -> Response {
    if request.method().is_safe() || comes_from_here(request.headers()) {
        next.run(request).await
    } else {
        WebError::CROSS_SITE.into_response()
    }
}

/// Refuses a body that is packed: it could unpack into more than anybody sent. No browser packs a form.
pub async fn unpacked_only(request: Request, next: Next) -> Response {
    let packed = request.headers().get_all(header::CONTENT_ENCODING).iter().any(|kind| kind != "identity");
    if packed { WebError::MALFORMED.into_response() } else { next.run(request).await }
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text("origin") {
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text("host")
        }
        None => door::token_of(headers).is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_request_from_another_site_is_refused_and_a_silent_one_with_our_cookie_too() {
        let cookie = ("cookie", "__Host-attune=x");
        for (pairs, welcome) in [
            (vec![("sec-fetch-site", "same-origin"), cookie], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "same-site"), cookie], false),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080"), cookie], true),
            (vec![("origin", "https://evil.example"), ("host", "127.0.0.1:8080")], false),
            (vec![("origin", "null"), ("host", "127.0.0.1:8080")], false),
            (vec![cookie], false),
            (vec![], true),
        ] {
            assert_eq!(comes_from_here(&headers(&pairs)), welcome, "{pairs:?}");
        }
    }
}
