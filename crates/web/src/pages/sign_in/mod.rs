//! Signing in with one or two factors, adding the second one for the first time, and signing out.

use crate::kernel::door;
use crate::kernel::error::Public;
use crate::kernel::prelude::*;
use crate::pages::links::{enter, let_in};
use app::joining::Enrolled;
use app::passwords::Password;
use app::sessions::Token;
use app::sign_in::SignInError;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::AppendHeaders;
use domain::access::Assurance;
use domain::account::AccountState;
use serde::Deserialize;

pub mod view;

pub fn routes() -> Vec<Route> {
    vec![
        get("/sign-in", Policy::Public, ask),
        post("/sign-in", Policy::Public, sign_in),
        get("/sign-in/code", Policy::HalfSignedIn, ask_code),
        post("/sign-in/code", Policy::HalfSignedIn, give_code),
        get("/second-step", Policy::HalfSignedIn, ask_factor),
        post("/second-step", Policy::HalfSignedIn, prove_factor),
        post("/session/stay", Policy::Needs(Action::OwnAccount), stay),
        post("/sign-out", Policy::Public, sign_out),
    ]
}

/// Where somebody wanted to go before they were asked to sign in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    next: String,
}

/// A wish as far as it leads to a page of ours; anything else leads home. Never a way to another site.
pub fn onward(next: &str) -> &str {
    let of_ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.len() <= 500
        && next.chars().all(|c| c.is_ascii_graphic());
    let of_the_door = next.starts_with("/sign-") || next.starts_with("/l/");
    if of_ours && !of_the_door { next } else { "/home" }
}

/// Whoever has something to read about their way in reads it first.
pub fn first(told: bool, next: &str) -> String {
    if told { format!("/notices?next={next}") } else { next.to_owned() }
}

async fn ask(asker: Asker, Query(wish): Query<Wish>) -> Markup {
    view::sign_in(&asker, onward(&wish.next), "", None)
}

async fn sign_in(State(web): State<Web>, asker: Asker, form: Form) -> Result<Response, WebError> {
    let (email, next) = (form.text("email"), onward(form.text("next")));
    let password = Password::typed(form.text("password"));
    match web.app.sign_in(&asker.visitor(&web.app), email, password, &asker.device).await {
        Ok(entered) => Ok(match entered.assurance {
            Assurance::Full => let_in(&entered.token, entered.device.as_ref(), &first(entered.told, next)),
            Assurance::Partial => enter(&entered.token, &format!("/sign-in/code?next={next}")),
        }),
        Err(Refused::Verb(SignInError::NoMatch)) => {
            let error = asker.words.t("sign-in-no-match");
            let page = view::sign_in(&asker, next, email, Some(&error));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Who is half signed in is asked for the second factor; who has none yet adds it; who is in goes home.
async fn ask_code(
    State(web): State<Web>,
    asker: Asker,
    signed: Option<Signed>,
    Query(wish): Query<Wish>,
) -> Result<Response, WebError> {
    let Some(signed) = signed else { return Ok(Redirect::to("/sign-in").into_response()) };
    match (signed.who.person.assurance, signed.who.state) {
        (Assurance::Full, _) => Ok(Redirect::to("/home").into_response()),
        (Assurance::Partial, AccountState::Invited) => Ok(Redirect::to("/second-step").into_response()),
        (Assurance::Partial, _) => {
            let factors = web.app.factors(&signed.ctx(&web)).await?;
            Ok(view::code(&asker, onward(&wish.next), factors, None).into_response())
        }
    }
}

async fn give_code(
    State(web): State<Web>,
    asker: Asker,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let next = onward(form.text("next"));
    let session = door::token_of(&headers).ok_or(WebError::SIGNED_OUT)?;
    let recovery = form.text("recovery").trim();
    let code = if recovery.is_empty() { form.text("code") } else { recovery };
    let ctx = asker.visitor(&web.app);
    match web.app.give_code(&ctx, (&signed.who, &session), code, &asker.device).await {
        Ok(entered) => Ok(let_in(&entered.token, entered.device.as_ref(), &first(entered.told, next))),
        Err(Refused::Verb(error)) => {
            let text = view::code_problem(&signed, &error);
            let factors = web.app.factors(&signed.ctx(&web)).await?;
            let page = view::code(&asker, next, factors, Some(&text));
            Ok((error.public().status, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn ask_factor(
    State(web): State<Web>,
    asker: Asker,
    signed: Option<Signed>,
) -> Result<Response, WebError> {
    let Some(signed) = signed else { return Ok(Redirect::to("/sign-in").into_response()) };
    let half = signed.who.person.assurance == Assurance::Partial;
    if half && signed.who.state != AccountState::Invited {
        return Ok(Redirect::to("/sign-in/code").into_response());
    }
    match web.app.enrolment(&signed.ctx(&web)).await? {
        Some(enrolment) => Ok(view::factor(&asker, &signed, &enrolment, None).into_response()),
        None => Ok(Redirect::to("/home").into_response()),
    }
}

async fn prove_factor(
    State(web): State<Web>,
    asker: Asker,
    signed: Signed,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    match web.app.enrol(&ctx, form.text("code"), &asker.device).await {
        Ok(Enrolled { token, codes }) => Ok(with_session(&token, view::recovery_codes(&asker, &codes))),
        Err(Refused::Verb(error)) => {
            let Some(enrolment) = web.app.enrolment(&ctx).await? else { return Err(error.public()) };
            let text = view::code_problem(&signed, &error);
            let page = view::factor(&asker, &signed, &enrolment, Some(&text));
            Ok((error.public().status, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// A page that hands the browser a new session on the way.
pub fn with_session(token: &Token, page: Markup) -> Response {
    (AppendHeaders([(header::SET_COOKIE, door::set_cookie(token))]), page).into_response()
}

/// Somebody who was warned stays: the request itself is the activity.
async fn stay() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Ends the session and leaves nothing in the browser.
async fn sign_out(State(web): State<Web>, asker: Asker, headers: HeaderMap) -> Result<Response, WebError> {
    if let Some(token) = door::token_of(&headers) {
        web.app.sign_out(&asker.visitor(&web.app), &token).await?;
    }
    Ok(gone())
}

/// Sends somebody who is signed out to the start, with nothing of theirs left in the browser.
pub fn gone() -> Response {
    let leave_nothing = [
        (header::SET_COOKIE, door::clear_cookie()),
        (HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"".to_owned()),
    ];
    (leave_nothing, Redirect::to("/")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_leads_to_a_page_of_ours_or_home() {
        assert_eq!(onward("/clients/1?tab=a#b"), "/clients/1?tab=a#b");
        for bad in [
            "",
            "clients",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x",
            "/sign-out",
            "/l/token",
            "javascript:alert(1)",
        ] {
            assert_eq!(onward(bad), "/home", "{bad:?}");
        }
    }
}
