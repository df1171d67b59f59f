//! Signing in, with one or two factors, and signing out.

use crate::kernel::door;
use crate::kernel::prelude::*;
use axum::http::{HeaderMap, HeaderName, header};

pub fn routes() -> Vec<Route> {
    vec![post("/sign-out", Policy::Public, sign_out)]
}

/// Ends the session and leaves nothing in the browser.
async fn sign_out(State(web): State<Web>, headers: HeaderMap) -> Result<Response, WebError> {
    if let Some(token) = door::token_of(&headers) {
        web.app.sign_out(&token).await?;
    }
    let leave_nothing = [
        (header::SET_COOKIE, door::clear_cookie()),
        (HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"".to_owned()),
    ];
    Ok((leave_nothing, Redirect::to("/")).into_response())
}
