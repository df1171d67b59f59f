//! Opening a record in an emergency, closing it again, and looking over what was opened.

use crate::kernel::prelude::*;
use app::emergencies::{EmergencyError, Wish};
use domain::emergency::{Finding, Reason};
use domain::ids::{ClientId, EmergencyId, NoticeId};

mod view;

pub use view::{banner, unread};

pub fn routes() -> Vec<Route> {
    const BREAK: Policy = Policy::Needs(Action::BreakGlass);
    const REVIEW: Policy = Policy::Needs(Action::ReviewBreakGlass);
    vec![
        get("/emergency", BREAK, ask),
        post("/emergency", BREAK, open),
        post("/emergency/end", Policy::Needs(Action::ReadChart), end),
        get("/emergencies", REVIEW, list),
        post("/emergencies/{emergency}/review", REVIEW, review),
        post("/notices/{notice}/read", Policy::Needs(Action::ReadNotices), read),
    ]
}

async fn ask(signed: Signed) -> Markup {
    view::ask(&signed, &Wish::default(), None)
}

async fn open(State(web): State<Web>, signed: Signed, form: Form) -> Result<Response, WebError> {
    let wish = Wish {
        who: form.text("who").to_owned(),
        reason: Reason::from_code(form.text("reason")),
        words: form.text("words").to_owned(),
    };
    let w = signed.words();
    let problem = match web.app.break_glass(&signed.ctx(&web), wish.clone()).await {
        Ok(client) => return Ok(Redirect::to(&format!("/clients/{client}")).into_response()),
        Err(Refused::Verb(error)) => view::problem(w, error),
        // Nobody of that name, several of it, or one that keeps this person out: all look the same.
        Err(Refused::Denied(domain::access::Denial::NoClient | domain::access::Denial::Blocked(_))) => {
            view::Wrong { field: "who", text: w.t("emergency-nobody").into_owned() }
        }
        Err(other) => return Err(other.into()),
    };
    let page = view::ask(&signed, &wish, Some(&problem));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn end(State(web): State<Web>, signed: Signed, form: Form) -> Result<Redirect, WebError> {
    let client: ClientId = form.parse("client").ok_or(WebError::MALFORMED)?;
    web.app.end_emergency(&signed.ctx(&web), client).await?;
    Ok(Redirect::to("/home"))
}

async fn list(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let emergencies = web.app.emergencies(&ctx).await?;
    Ok(view::list(&signed, &emergencies, ctx.now))
}

async fn review(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<EmergencyId>,
    form: Form,
) -> Result<Redirect, WebError> {
    let finding = Finding::from_code(form.text("finding")).ok_or(WebError::MALFORMED)?;
    match web.app.review_emergency(&signed.ctx(&web), id, finding).await {
        Ok(()) | Err(Refused::Verb(EmergencyError::NothingToReview)) => Ok(Redirect::to("/emergencies")),
        Err(other) => Err(other.into()),
    }
}

async fn read(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<NoticeId>,
) -> Result<Redirect, WebError> {
    web.app.read_notice(&signed.ctx(&web), id).await?;
    Ok(Redirect::to("/home"))
}
