//! Forms that do their work once, however often they are sent.
//!
//! A form that makes something carries a key nobody can guess ([`once`]). Key, address and content together are one
//! submission; the corridor writes it down in the transaction of the work. A second sending finds it there, and is
//! answered with what the first one led to.

use super::door::Signed;
use super::error::WebError;
use super::form::Form;
use super::state::Web;
use crate::ui::prelude::*;
use app::App;
use app::submissions::Submission;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::cell::OnceCell;
use std::time::Duration;

/// The field that carries the key.
pub const FIELD: &str = "form_key";
/// How long a second sending waits for the first to end, in all.
const PATIENCE: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

tokio::task_local! {
    static KEY: (App, OnceCell<String>);
}

/// The hidden field with this page's key, for a form that makes something. Browsers must not bring back an older key.
#[must_use]
pub fn once() -> Markup {
    let key = KEY.try_with(|(app, key)| key.get_or_init(|| app.new_token().reveal().to_owned()).clone());
    html! { @if let Ok(key) = key { input type="hidden" name=(FIELD) value=(key) autocomplete="off"; } }
}

/// Stands between the door and every route.
pub async fn submissions(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (request, submission) = match submission_in(&web.app, request).await {
        Ok(found) => found,
        Err(refused) => return refused.into_response(),
    };
    let signed = request.extensions().get::<Signed>().cloned();
    let response = KEY.scope((web.app.clone(), OnceCell::new()), next.run(request)).await;
    match (signed, submission) {
        (Some(signed), Some(submission)) => answer(&web, &signed, submission, response).await,
        _ => response,
    }
}

/// Marks the signed-in person's request with the submission in its body, if its form has a key.
async fn submission_in(app: &App, request: Request) -> Result<(Request, Option<Submission>), WebError> {
    let signed = request.extensions().get::<Signed>().is_some();
    if !signed || request.method() != Method::POST || !Form::is_in(request.headers()) {
        return Ok((request, None));
    }
    let (mut parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, super::routes::BODY_BYTES_MAX).await;
    let bytes = bytes.map_err(|_| WebError::TOO_LARGE)?;
    let key = format!("{FIELD}=");
    let keyed = bytes.split(|byte| *byte == b'&').any(|pair| pair.starts_with(key.as_bytes()));
    let submission = keyed.then(|| Submission::of(app, parts.uri.path(), &bytes));
    if let Some(signed) = parts.extensions.get_mut::<Signed>() {
        signed.submission.clone_from(&submission);
    }
    Ok((Request::from_parts(parts, Body::from(bytes)), submission))
}

async fn answer(web: &Web, signed: &Signed, submission: Submission, response: Response) -> Response {
    let person = &signed.who.person;
    if response.extensions().get::<WebError>() == Some(&WebError::REPEATED) {
        for _ in 0..PATIENCE {
            match web.app.earlier_result(person, submission.clone()).await {
                Ok(Some(place)) => return Redirect::to(&place).into_response(),
                Ok(None) => tokio::time::sleep(PAUSE).await,
                Err(failure) => return WebError::from(failure).into_response(),
            }
        }
        return response;
    }
    let place = response.headers().get(header::LOCATION).and_then(|place| place.to_str().ok());
    if let (StatusCode::SEE_OTHER, Some(place)) = (response.status(), place.map(str::to_owned)) {
        let (app, person) = (web.app.clone(), person.clone());
        // Nobody waits for it: without it a second sending is told that the first one was saved.
        tokio::spawn(async move { app.remember_result(&person, submission, place).await });
    }
    response
}
