//! Passkeys: the questions that the script puts to the browser, and the answers that it sends as forms.
//!
//! A question is asked for when the button is pressed, so that it is never older than the person's patience. Without
//! script, or where no address is known that passkeys could belong to, the other ways in are all there is.

use crate::kernel::door;
use crate::kernel::error::Public;
use crate::kernel::prelude::*;
use crate::pages::account;
use crate::pages::links::{enter, let_in};
use crate::pages::sign_in::view as sign_in;
use crate::pages::sign_in::{first, onward, with_session};
use app::own_account::OwnAccountError;
use app::passkeys::{Added, Answer, NewAnswer, NewQuestion, PasskeyError, Question};
use app::sessions::Token;
use app::sign_in::SignInError;
use axum::http::{HeaderMap, header};
use axum::response::AppendHeaders;
use domain::ids::PasskeyId;
use domain::passkey::Site;
use serde_json::json;

pub mod view;

/// What the fields of an answer begin with.
pub const PREFIX: &str = "passkey.";

pub fn routes() -> Vec<Route> {
    let own = Policy::Needs(Action::OwnAccount);
    let factors = Policy::Needs(Action::ChangeFactors);
    vec![
        get("/sign-in/passkey", Policy::Public, ask_anybody),
        post("/sign-in/passkey", Policy::Public, come_in),
        get("/sign-in/code/passkey", Policy::HalfSignedIn, ask_somebody),
        post("/sign-in/code/passkey", Policy::HalfSignedIn, give),
        get("/second-step/passkey", Policy::HalfSignedIn, ask_for_new),
        post("/second-step/passkey", Policy::HalfSignedIn, add_first),
        get("/verify/passkey", own, ask_somebody),
        get("/account/passkeys/question", factors, ask_for_new),
        get("/account/passkeys/new", factors, new),
        post("/account/passkeys/new", factors, add),
        post("/account/passkeys/{passkey}/name", own, rename),
        post("/account/passkeys/{passkey}/remove", factors, remove),
    ]
}

/// The site of this request, where passkeys can be.
fn site(asker: &Asker) -> Result<&Site, WebError> {
    asker.passkeys.as_ref().ok_or(WebError::NOT_FOUND)
}

fn session_of(headers: &HeaderMap) -> Result<Token, WebError> {
    door::token_of(headers).ok_or(WebError::SIGNED_OUT)
}

/// The fields of an answer in a form.
pub fn answer(form: &Form, prefix: &str) -> Answer {
    Answer::sent(|name| form.text(&format!("{prefix}{name}")))
}

fn new_answer(form: &Form) -> NewAnswer {
    NewAnswer::sent(|name| form.text(&format!("{PREFIX}{name}")))
}

fn script_reads(value: &serde_json::Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn known(known: &[app::passkeys::Known]) -> serde_json::Value {
    known.iter().map(|one| json!({ "id": one.id, "transports": one.transports })).collect()
}

fn question(site: &Site, question: &Question) -> Response {
    script_reads(&json!({
        "challenge": question.challenge,
        "rpId": site.name(),
        "known": known(&question.known),
    }))
}

fn new_question(site: &Site, question: &NewQuestion) -> Response {
    script_reads(&json!({
        "challenge": question.challenge,
        "rp": { "id": site.name(), "name": question.practice },
        "user": { "id": question.handle, "name": question.email, "displayName": question.name },
        "known": known(&question.known),
    }))
}

/// Asks for a passkey of anybody. The question is given to this visit, which a cookie holds for a few minutes.
async fn ask_anybody(State(web): State<Web>, asker: Asker, headers: HeaderMap) -> Result<Response, WebError> {
    let site = site(&asker)?;
    let visit = door::visit_of(&headers).unwrap_or_else(|| web.app.new_token());
    let asked = web.app.ask_for_any_passkey(&asker.visitor(&web.app), &visit)?;
    let cookie = AppendHeaders([(header::SET_COOKIE, door::set_visit_cookie(&visit))]);
    Ok((cookie, question(site, &asked)).into_response())
}

async fn come_in(
    State(web): State<Web>,
    asker: Asker,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let (site, next) = (site(&asker)?, onward(form.text("next")));
    // Without a visit no question was asked: the answer fits none.
    let visit = door::visit_of(&headers).unwrap_or_else(|| web.app.new_token());
    let ctx = asker.visitor(&web.app);
    let outcome = web.app.sign_in_with_passkey(&ctx, (site, &visit), answer(&form, PREFIX), &asker.device);
    match outcome.await {
        Ok(entered) => {
            let gone = AppendHeaders([(header::SET_COOKIE, door::clear_visit_cookie())]);
            let to = first(entered.told, next);
            Ok((gone, let_in(&entered.token, entered.device.as_ref(), &to)).into_response())
        }
        Err(Refused::Verb(error @ SignInError::NoMatch)) => {
            let text = asker.words.t("passkey-no-match");
            let page = sign_in::sign_in(&asker, next, "", Some(&text));
            Ok((error.public().status, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Asks whoever is signed in, half or whole, for one of their passkeys.
async fn ask_somebody(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let site = site(&signed.asker)?;
    let asked = web.app.ask_for_own_passkey(&signed.ctx(&web), &session_of(&headers)?).await?;
    Ok(question(site, &asked))
}

async fn give(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let asker = &signed.asker;
    let (site, next) = (site(asker)?, onward(form.text("next")));
    let session = session_of(&headers)?;
    let (ctx, sent) = (asker.visitor(&web.app), (site, answer(&form, PREFIX)));
    match web.app.give_passkey(&ctx, (&signed.who, &session), sent, &asker.device).await {
        Ok(entered) => Ok(let_in(&entered.token, entered.device.as_ref(), &first(entered.told, next))),
        Err(Refused::Verb(error)) => {
            let text = view::problem(&signed, &error);
            let factors = web.app.factors(&signed.ctx(&web)).await?;
            let page = sign_in::code(asker, next, factors, Some(&text));
            Ok((error.public().status, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Asks for a new passkey.
async fn ask_for_new(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let site = site(&signed.asker)?;
    let asked = web.app.ask_for_new_passkey(&signed.ctx(&web), &session_of(&headers)?).await?;
    Ok(new_question(site, &asked.ok_or(WebError::SIGNED_OUT)?))
}

/// The page on which a passkey is made. Only who gave their factor just now gets here.
async fn new(State(web): State<Web>, signed: Signed, headers: HeaderMap) -> Result<Markup, WebError> {
    site(&signed.asker)?;
    web.app.ask_for_new_passkey(&signed.ctx(&web), &session_of(&headers)?).await?;
    Ok(view::new(&signed, &view::usual_name(&signed), None))
}

async fn add(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let name = form.text("name");
    match added(&web, &signed, &headers, (name, &form)).await {
        Ok(Added { token, codes: Some(codes) }) => {
            Ok(with_session(&token, sign_in::recovery_codes(&signed.asker, &codes)))
        }
        Ok(Added { token, codes: None }) => Ok(enter(&token, "/account")),
        Err(Refused::Verb(error)) => {
            let page = view::new(&signed, name, Some(error));
            Ok((error.public().status, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Somebody invited shows a passkey as the factor they owe.
async fn add_first(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let name = view::usual_name(&signed);
    match added(&web, &signed, &headers, (&name, &form)).await {
        Ok(Added { token, codes }) => {
            let codes = codes.unwrap_or_default();
            Ok(with_session(&token, sign_in::recovery_codes(&signed.asker, &codes)))
        }
        Err(Refused::Verb(error)) => {
            let Some(enrolment) = web.app.enrolment(&signed.ctx(&web)).await? else {
                return Err(error.public());
            };
            let text = view::not_added(signed.words(), error);
            let page = sign_in::factor(&signed.asker, &signed, &enrolment, Some(&text));
            Ok((error.public().status, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn added(
    web: &Web,
    signed: &Signed,
    headers: &HeaderMap,
    (name, form): (&str, &Form),
) -> Result<Added, Refused<PasskeyError>> {
    let none = || Refused::Verb(PasskeyError::Refused);
    let (Ok(site), Ok(session)) = (site(&signed.asker), session_of(headers)) else { return Err(none()) };
    let sent = (name, new_answer(form));
    web.app.add_passkey(&signed.ctx(web), (site, &session), sent, &signed.asker.device).await
}

async fn rename(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    Path(id): Path<PasskeyId>,
    form: Form,
) -> Result<Response, WebError> {
    let name = form.text(&view::name_field(id));
    match web.app.rename_passkey(&signed.ctx(&web), id, name).await {
        Ok(()) => Ok(Redirect::to("/account#passkeys").into_response()),
        Err(refused @ Refused::Verb(OwnAccountError::Form(_))) => {
            account::again(&web, &signed, &headers, refused, None).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn remove(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<PasskeyId>,
) -> Result<Response, WebError> {
    let renewed = web.app.remove_passkey(&signed.ctx(&web), id, &signed.asker.device).await?;
    Ok(enter(&renewed.token, "/account#passkeys"))
}
