//! What happened to one's way in since one was here last: shown before anything else after signing in.

use crate::kernel::door;
use crate::kernel::prelude::*;
use crate::pages::sign_in::onward;
use axum::extract::Query;
use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;

mod view;

pub fn routes() -> Vec<Route> {
    vec![
        get("/notices", Policy::Needs(Action::ReadNotices), show),
        post("/notices/read", Policy::Needs(Action::ReadNotices), read),
        post("/notices/not-me", Policy::Needs(Action::OwnAccount), not_me),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    next: String,
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(wish): Query<Wish>,
) -> Result<Response, WebError> {
    let next = onward(&wish.next);
    let news = web.app.news(&signed.ctx(&web)).await?;
    let found = web.app.has_findings(&signed.ctx(&web)).await?;
    if news.is_empty() && !found {
        return Ok(Redirect::to(next).into_response());
    }
    Ok(view::page(&signed, (&news, found), next).into_response())
}

/// Up to which notice the page showed: what came later stays unread.
fn up_to(form: &Form) -> Result<Timestamp, WebError> {
    form.parse("until").ok_or(WebError::MALFORMED)
}

async fn read(State(web): State<Web>, signed: Signed, form: Form) -> Result<Redirect, WebError> {
    web.app.read_news(&signed.ctx(&web), up_to(&form)?).await?;
    Ok(Redirect::to(onward(form.text("next"))))
}

async fn not_me(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Redirect, WebError> {
    let session = door::token_of(&headers).ok_or(WebError::SIGNED_OUT)?;
    web.app.disown(&signed.ctx(&web), &session, up_to(&form)?).await?;
    // There the person changes what somebody else may know.
    Ok(Redirect::to("/account"))
}
