//! Retention, legal holds and erasing, for the privacy officer; the years a record is kept, for the administrator.

use crate::kernel::error::Public;
use crate::kernel::prelude::*;
use app::erasure::{ErasureError, Reason};
use domain::ids::ClientId;

mod list;
mod record;

pub fn routes() -> Vec<Route> {
    const MANAGE: Policy = Policy::Needs(Action::ManageRetention);
    const ERASE: Policy = Policy::Needs(Action::EraseClient);
    vec![
        get("/erasures", Policy::Needs(Action::ReadErasures), show),
        get("/erasures/{client}", MANAGE, show_record),
        post("/erasures/{client}/hold", MANAGE, hold),
        post("/erasures/{client}/lift", MANAGE, lift),
        get("/erasures/{client}/erase", ERASE, ask),
        post("/erasures/{client}/erase", ERASE, erase),
        post("/practice/retention", Policy::Needs(Action::WritePractice), set_years),
    ]
}

type Answer = Result<Response, WebError>;

async fn show(State(web): State<Web>, signed: Signed) -> Answer {
    let erasures = web.app.erasures(&signed.ctx(&web)).await?;
    Ok(list::page(&signed, &erasures).into_response())
}

async fn show_record(State(web): State<Web>, signed: Signed, Path(client): Path<ClientId>) -> Answer {
    let end = web.app.record_end(&signed.ctx(&web), client).await?;
    Ok(record::page(&signed, &end, None).into_response())
}

async fn hold(State(web): State<Web>, signed: Signed, Path(client): Path<ClientId>, form: Form) -> Answer {
    let ctx = signed.ctx(&web);
    match web.app.hold_record(&ctx, client, form.text("reason").to_owned()).await {
        Ok(()) => Ok(to_record(client)),
        Err(Refused::Verb(ErasureError::Reason(problem))) => {
            let end = web.app.record_end(&ctx, client).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, record::page(&signed, &end, Some(problem))).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn lift(State(web): State<Web>, signed: Signed, Path(client): Path<ClientId>) -> Answer {
    web.app.lift_hold(&signed.ctx(&web), client).await?;
    Ok(to_record(client))
}

async fn ask(State(web): State<Web>, signed: Signed, Path(client): Path<ClientId>) -> Answer {
    let end = web.app.record_end(&signed.ctx(&web), client).await?;
    Ok(match end.may {
        Ok(()) => record::ask(&signed, &end, false).into_response(),
        Err(_) => to_record(client),
    })
}

async fn erase(State(web): State<Web>, signed: Signed, Path(client): Path<ClientId>, form: Form) -> Answer {
    let ctx = signed.ctx(&web);
    let reason = Reason::from_code(form.text("reason")).ok_or(WebError::MALFORMED)?;
    match web.app.erase(&ctx, client, reason, form.text("name").to_owned()).await {
        Ok(()) => Ok(Redirect::to("/erasures").into_response()),
        Err(Refused::Verb(ErasureError::NotConfirmed)) => {
            let end = web.app.record_end(&ctx, client).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, record::ask(&signed, &end, true)).into_response())
        }
        Err(Refused::Verb(ErasureError::NotYet(_))) => Ok(to_record(client)),
        Err(other) => Err(other.into()),
    }
}

async fn set_years(State(web): State<Web>, signed: Signed, form: Form) -> Answer {
    let years = form.parse("years").ok_or_else(|| ErasureError::Years.public())?;
    web.app.set_retention(&signed.ctx(&web), years).await?;
    Ok(Redirect::to("/practice").into_response())
}

fn to_record(client: ClientId) -> Response {
    Redirect::to(&format!("/erasures/{client}")).into_response()
}
