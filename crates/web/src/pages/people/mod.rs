//! The people of the practice, its settings, and the trail of staff events.

use crate::kernel::error::Public;
use crate::kernel::prelude::*;
use crate::pages::member_words::in_words;
use crate::pages::paging::Which;
use app::people::{MemberForm, PeopleError};
use app::sessions::Token;
use axum::extract::Query;
use axum::http::{HeaderMap, header};
use domain::account::{Role, Roles};
use domain::ids::{AccountId, ClientId};
use jiff::Timestamp;
use serde::Deserialize;

mod audit;
mod client;
mod practice;
mod view;

pub use view::{handed, roles_words};

pub fn routes() -> Vec<Route> {
    let (read, write) = (Policy::Needs(Action::ReadPeople), Policy::Needs(Action::WritePeople));
    let (settings, care) = (Policy::Needs(Action::WritePractice), Policy::Needs(Action::ManageCare));
    vec![
        get("/people", read, list),
        get("/people/new", write, new),
        post("/people/new", write, invite),
        get("/people/{account}", read, show),
        post("/people/{account}/roles", write, set_roles),
        post("/people/{account}/link", write, link),
        post("/people/{account}/start-anew", write, start_anew),
        post("/people/{account}/disable", write, disable),
        post("/people/{account}/enable", write, enable),
        get("/practice", settings, practice::show),
        post("/practice", settings, practice::change),
        get("/audit", Policy::Needs(Action::ReadStaffAudit), trail),
        get("/clients/{client}/account", care, client_account),
        post("/clients/{client}/account", care, invite_client),
    ]
}

/// Address of a link as the person will open it: the host this page was asked at.
fn address(headers: &HeaderMap, token: &Token) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    let scheme = if local { "http" } else { "https" };
    format!("{scheme}://{host}/l/{}", token.reveal())
}

fn roles_of(form: &Form) -> Roles {
    Roles::of(form.all("roles").filter_map(Role::from_code))
}

async fn list(
    State(web): State<Web>,
    signed: Signed,
    Query(which): Query<Which>,
) -> Result<Markup, WebError> {
    let people = web.app.people(&signed.ctx(&web)).await?;
    Ok(view::list(&signed, people, which.number(), web.app.now()))
}

async fn new(signed: Signed) -> Markup {
    view::new(&signed, &MemberForm::default(), &Roles::of([Role::Therapist]), &[])
}

async fn invite(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, WebError> {
    let typed = MemberForm {
        name: form.text("name").to_owned(),
        email: form.text("email").to_owned(),
        zone: form.text("zone").to_owned(),
    };
    let roles = roles_of(&form);
    let problems = match web.app.invite(&signed.ctx(&web), typed.clone(), roles.clone()).await {
        Ok((id, token)) => {
            let back = format!("/people/{id}");
            return Ok(view::handed(&signed, &typed.name, &address(&headers, &token), &back).into_response());
        }
        Err(Refused::Verb(PeopleError::Form(problems))) => in_words(signed.words(), &problems),
        Err(Refused::Verb(PeopleError::AddressTaken)) => {
            vec![("email", signed.words().t("people-address-taken").into_owned())]
        }
        Err(other) => return Err(other.into()),
    };
    let page = view::new(&signed, &typed, &roles, &problems);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn show(State(web): State<Web>, signed: Signed, Path(id): Path<AccountId>) -> Result<Markup, WebError> {
    let member = web.app.member(&signed.ctx(&web), id).await?;
    Ok(view::member(&signed, &member, None, web.app.now()))
}

/// Back to the person's page; with the reason on it when the deed was refused for one.
async fn done(
    web: &Web,
    signed: &Signed,
    id: AccountId,
    outcome: Result<(), Refused<PeopleError>>,
) -> Result<Response, WebError> {
    let error = match outcome {
        Ok(()) => return Ok(Redirect::to(&format!("/people/{id}")).into_response()),
        Err(Refused::Verb(error)) if error != PeopleError::NoSuchAccount => error,
        Err(other) => return Err(other.into()),
    };
    let member = web.app.member(&signed.ctx(web), id).await?;
    let page = view::member(signed, &member, Some(&error), web.app.now());
    Ok((error.public().status, page).into_response())
}

async fn set_roles(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<AccountId>,
    form: Form,
) -> Result<Response, WebError> {
    let outcome = web.app.set_roles(&signed.ctx(&web), id, roles_of(&form)).await;
    done(&web, &signed, id, outcome).await
}

/// A link to hand over: an invitation for somebody who was never in, a reset for everybody else.
async fn link(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    Path(id): Path<AccountId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let member = web.app.member(&ctx, id).await?;
    let made = if form.text("purpose") == "invitation" {
        web.app.invite_again(&ctx, id).await
    } else {
        web.app.reset_link(&ctx, id).await
    };
    hand_over(&web, &signed, &headers, &member.account.name, (id, made)).await
}

async fn start_anew(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    Path(id): Path<AccountId>,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let member = web.app.member(&ctx, id).await?;
    let made = web.app.start_anew(&ctx, id).await;
    hand_over(&web, &signed, &headers, &member.account.name, (id, made)).await
}

async fn hand_over(
    web: &Web,
    signed: &Signed,
    headers: &HeaderMap,
    name: &str,
    (id, made): (AccountId, Result<Token, Refused<PeopleError>>),
) -> Result<Response, WebError> {
    match made {
        Ok(token) => {
            let back = format!("/people/{id}");
            Ok(view::handed(signed, name, &address(headers, &token), &back).into_response())
        }
        Err(refused) => done(web, signed, id, Err(refused)).await,
    }
}

async fn disable(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<AccountId>,
) -> Result<Response, WebError> {
    let outcome = web.app.disable(&signed.ctx(&web), id).await;
    done(&web, &signed, id, outcome).await
}

async fn enable(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<AccountId>,
) -> Result<Response, WebError> {
    let outcome = web.app.enable(&signed.ctx(&web), id).await;
    done(&web, &signed, id, outcome).await
}

/// What the trail is narrowed to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Narrowed {
    person: String,
    before: String,
}

async fn trail(
    State(web): State<Web>,
    signed: Signed,
    Query(narrowed): Query<Narrowed>,
) -> Result<Markup, WebError> {
    let person: Option<AccountId> = narrowed.person.parse().ok();
    let before: Option<Timestamp> = narrowed.before.parse().ok();
    let trail = web.app.staff_audit(&signed.ctx(&web), person, before).await?;
    Ok(audit::page(&signed, &trail, person))
}

async fn client_account(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<ClientId>,
) -> Result<Markup, WebError> {
    let found = web.app.client(&signed.ctx(&web), id).await?;
    let email = found.particulars.email.clone().unwrap_or_default();
    Ok(client::page(&signed, &found, &email, None))
}

async fn invite_client(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    Path(id): Path<ClientId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let w = signed.words();
    let found = web.app.client(&ctx, id).await?;
    let error = match web.app.invite_client(&ctx, id, form.text("email")).await {
        Ok(link) => {
            let (name, back) = (found.particulars.spoken_name(), format!("/clients/{id}"));
            return Ok(view::handed(&signed, name, &address(&headers, &link.token), &back).into_response());
        }
        Err(Refused::Verb(PeopleError::Form(problems))) => {
            in_words(w, &problems).into_iter().next().map(|(_, text)| text).unwrap_or_default()
        }
        Err(Refused::Verb(PeopleError::AddressTaken)) => w.t("people-address-taken").into_owned(),
        Err(other) => return Err(other.into()),
    };
    let page = client::page(&signed, &found, form.text("email"), Some(&error));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
