//! One's own account: name, zone, password, second factor, recovery codes, sessions.

use crate::kernel::door;
use crate::kernel::error::Public;
use crate::kernel::prelude::*;
use crate::pages::member_words::{in_words, password_problem};
use crate::pages::sign_in::gone;
use crate::pages::sign_in::view::recovery_codes;
use app::own_account::{OwnAccount, OwnAccountError};
use app::passwords::Password;
use app::sessions::Token;
use axum::http::HeaderMap;

pub mod view;

pub fn routes() -> Vec<Route> {
    let own = Policy::Needs(Action::OwnAccount);
    let factors = Policy::Needs(Action::ChangeFactors);
    vec![
        get("/account", own, show),
        post("/account", own, change_profile),
        get("/account/draft-key", own, draft_key),
        post("/account/password", factors, change_password),
        post("/account/factor", factors, begin_factor),
        post("/account/factor/remove", factors, remove_factor),
        post("/account/recovery-codes", factors, renew_codes),
        post("/account/sessions/end", own, end_session),
        post("/account/sessions/end-all", own, end_all),
    ]
}

fn session_of(headers: &HeaderMap) -> Result<Token, WebError> {
    door::token_of(headers).ok_or(WebError::SIGNED_OUT)
}

async fn load(web: &Web, signed: &Signed, headers: &HeaderMap) -> Result<OwnAccount, WebError> {
    Ok(web.app.own_account(&signed.ctx(web), &session_of(headers)?).await?)
}

async fn show(State(web): State<Web>, signed: Signed, headers: HeaderMap) -> Result<Markup, WebError> {
    let own = load(&web, &signed, &headers).await?;
    Ok(view::page(&signed, &own, &view::Draft::of(&own), web.app.now()))
}

/// The page again with what is wrong, or the error where the page has no place for it.
pub async fn again(
    web: &Web,
    signed: &Signed,
    headers: &HeaderMap,
    refused: Refused<OwnAccountError>,
    typed: Option<(&str, &str)>,
) -> Result<Response, WebError> {
    let Refused::Verb(error) = refused else { return Err(refused.into()) };
    let w = signed.words();
    let problems = match &error {
        OwnAccountError::Form(problems) => in_words(w, problems),
        OwnAccountError::WrongPassword => vec![("present", w.t("password-wrong").into_owned())],
        OwnAccountError::Password(problem) => vec![("password", password_problem(w, *problem))],
        OwnAccountError::FactorNeeded
        | OwnAccountError::NoFactor
        | OwnAccountError::NoSuchPasskey
        | OwnAccountError::Crowded => {
            return Err(error.public());
        }
    };
    let own = load(web, signed, headers).await?;
    let mut draft = view::Draft { problems, ..view::Draft::of(&own) };
    if let Some((name, zone)) = typed {
        (draft.name, draft.zone) = (name.to_owned(), zone.to_owned());
    }
    Ok((error.public().status, view::page(signed, &own, &draft, web.app.now())).into_response())
}

async fn change_profile(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let (name, zone) = (form.text("name"), form.text("zone"));
    match web.app.change_profile(&signed.ctx(&web), name, zone).await {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(refused) => again(&web, &signed, &headers, refused, Some((name, zone))).await,
    }
}

async fn change_password(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let session = session_of(&headers)?;
    let (present, new) = (Password::typed(form.text("present")), Password::typed(form.text("password")));
    match web.app.change_password(&signed.ctx(&web), &session, present, new).await {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(refused) => again(&web, &signed, &headers, refused, None).await,
    }
}

async fn begin_factor(State(web): State<Web>, signed: Signed) -> Result<Response, WebError> {
    web.app.begin_factor(&signed.ctx(&web)).await?;
    Ok(Redirect::to("/second-step").into_response())
}

async fn remove_factor(State(web): State<Web>, signed: Signed) -> Result<Response, WebError> {
    let renewed = web.app.remove_factor(&signed.ctx(&web), &signed.asker.device).await?;
    Ok(crate::pages::links::enter(&renewed.token, "/account"))
}

async fn renew_codes(State(web): State<Web>, signed: Signed) -> Result<Response, WebError> {
    let codes = web.app.renew_recovery_codes(&signed.ctx(&web)).await?;
    Ok(recovery_codes(&signed.asker, &codes).into_response())
}

/// The key that seals this person's drafts on their device: for the script, never written into a page.
async fn draft_key(State(web): State<Web>, signed: Signed) -> Result<String, WebError> {
    Ok(web.app.draft_key(&signed.ctx(&web))?)
}

async fn end_session(State(web): State<Web>, signed: Signed, form: Form) -> Result<Response, WebError> {
    web.app.end_session(&signed.ctx(&web), form.text("session")).await?;
    Ok(Redirect::to("/account").into_response())
}

async fn end_all(State(web): State<Web>, signed: Signed) -> Result<Response, WebError> {
    web.app.end_all_sessions(&signed.ctx(&web)).await?;
    Ok(gone())
}
