//! Clients: register, the one page before the session, particulars, starting a course.

use crate::kernel::error::Public;
use crate::kernel::prelude::*;
use app::clients::{ClientError, NewCourse};
use domain::account::Role;
use domain::client::ParticularsForm;
use domain::ids::ClientId;

mod care;
pub mod form;
mod overview;

pub use form::text_problem;

pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        get("/clients/new", Policy::Needs(Action::CreateClient), new),
        post("/clients/new", Policy::Needs(Action::CreateClient), create),
        get("/clients/{client}", Policy::Needs(Action::ReadChart), show),
        get("/clients/{client}/particulars", Policy::Needs(Action::WriteIdentity), particulars),
        post("/clients/{client}/particulars", Policy::Needs(Action::WriteIdentity), correct),
        post("/clients/{client}/course", Policy::Needs(Action::WriteChart), start_course),
    ];
    routes.extend(care::routes());
    routes
}

async fn new(signed: Signed) -> Markup {
    form::page(&signed, &form::Draft::new(ParticularsForm::default()))
}

async fn create(State(web): State<Web>, signed: Signed, form: Form) -> Result<Response, WebError> {
    let typed: ParticularsForm = form.read()?;
    match web.app.create_client(&signed.ctx(&web), typed.clone()).await {
        Ok(client) => Ok(Redirect::to(&format!("/clients/{client}")).into_response()),
        Err(Refused::Verb(ClientError::Form(problems))) => {
            let page = form::page(&signed, &form::Draft { problems, ..form::Draft::new(typed) });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let overview = web.app.overview(&ctx, client).await?;
    let protocols: Vec<_> = web.app.content().protocols().collect();
    Ok(overview::page(&signed, &overview, &protocols, ctx.today()))
}

async fn particulars(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
) -> Result<Markup, WebError> {
    let found = web.app.client(&signed.ctx(&web), client).await?;
    Ok(form::page(&signed, &form::Draft::of(&found)))
}

async fn correct(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
    form: Form,
) -> Result<Response, WebError> {
    let typed: ParticularsForm = form.read()?;
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    let draft = form::Draft { saved: Some((client, version)), ..form::Draft::new(typed.clone()) };
    match web.app.correct_client(&signed.ctx(&web), client, version, typed).await {
        Ok(()) if signed.is(Role::FrontDesk) => Ok(Redirect::to("/register").into_response()),
        Ok(()) => Ok(Redirect::to(&format!("/clients/{client}")).into_response()),
        Err(Refused::Verb(ClientError::Form(problems))) => {
            let page = form::page(&signed, &form::Draft { problems, ..draft });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(Refused::Verb(ClientError::Stale { current })) => {
            let page = form::page(&signed, &draft.beside(&current));
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn start_course(
    State(web): State<Web>,
    signed: Signed,
    Path(client): Path<ClientId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let course = NewCourse {
        protocol: form.text("protocol").to_owned(),
        sessions: form.parse("sessions"),
        starts_on: form.parse("starts_on").unwrap_or_else(|| ctx.today()),
    };
    match web.app.start_course(&ctx, client, course).await {
        Ok(_) => Ok(Redirect::to(&format!("/clients/{client}")).into_response()),
        Err(Refused::Verb(error @ ClientError::SessionsOutOfBounds { .. })) => Err(error.public()),
        Err(other) => Err(other.into()),
    }
}
