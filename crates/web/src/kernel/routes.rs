//! The route table: every route with its policy, in one list. What is not in it does not exist.

use super::door;
use super::error;
use super::headers;
use super::once;
use super::state::Web;
use crate::{assets, pages};
use app::entry::Action;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Who may knock at a route. The decision itself falls in the corridor, per action and record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Anybody.
    Public,
    /// Somebody who has given at least one factor; for the pages of the second.
    HalfSignedIn,
    /// Somebody signed in who asks for this action.
    Needs(Action),
}

/// One route.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path pattern.
    pub path: &'static str,
    /// Who may knock.
    pub policy: Policy,
    service: Box<dyn FnOnce() -> MethodRouter<Web> + Send>,
}

/// A route that is read.
pub fn get<H, T>(path: &'static str, policy: Policy, handler: H) -> Route
where
    H: Handler<T, Web> + Send,
    T: 'static,
{
    let service = Box::new(move || on(MethodFilter::GET, handler));
    Route { method: Method::GET, path, policy, service }
}

/// A route that acts.
pub fn post<H, T>(path: &'static str, policy: Policy, handler: H) -> Route
where
    H: Handler<T, Web> + Send,
    T: 'static,
{
    let service = Box::new(move || on(MethodFilter::POST, handler));
    Route { method: Method::POST, path, policy, service }
}

fn all() -> Vec<Route> {
    pages::routes()
}

/// Every route's method, path and policy, for the test that walks them and for the documents.
#[must_use]
pub fn table() -> Vec<(Method, &'static str, Policy)> {
    all().into_iter().map(|route| (route.method, route.path, route.policy)).collect()
}

/// Largest request body: the longest note is far below.
pub(super) const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Longest a request may take.
const REQUEST_SECONDS_MAX: u64 = 15;

/// The whole web face of an application.
pub fn router(web: Web) -> Router {
    let mut router: Router<Web> = Router::new();
    for route in all() {
        let policy = (route.policy, route.path);
        let guard = from_fn_with_state(web.clone(), move |state, request, next| {
            door::guard(policy, state, request, next)
        });
        let once = from_fn_with_state(web.clone(), once::submissions);
        router = router.route(route.path, (route.service)().layer(once).layer(guard));
    }
    router
        .merge(assets::routes())
        .fallback(|| async { error::WebError::NOT_FOUND })
        .method_not_allowed_fallback(|| async { error::WebError::METHOD })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(REQUEST_SECONDS_MAX),
        ))
        .layer(axum::middleware::from_fn(headers::unpacked_only))
        .layer(axum::middleware::from_fn(headers::same_site_only))
        // Outside whatever refuses, so that every refusal is a page.
        .layer(from_fn_with_state(web.clone(), error::error_pages))
        .layer(axum::middleware::from_fn(headers::security))
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest))
        .with_state(web)
}
