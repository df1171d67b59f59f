//! What the nightly check found, for administrators and privacy officers: what it is, what is safe, what to do next, and
//! what was done about it.

use crate::kernel::prelude::*;
use app::nightly::AnswerError;
use domain::ids::FindingId;

mod view;

pub fn routes() -> Vec<Route> {
    const TOLD: Policy = Policy::Needs(Action::ReadFindings);
    vec![get("/findings", TOLD, list), post("/findings/{finding}/answer", TOLD, answer)]
}

async fn list(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let standing = web.app.findings(&signed.ctx(&web)).await?;
    Ok(view::page(&signed, &standing, None))
}

async fn answer(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<FindingId>,
    form: Form,
) -> Result<Response, WebError> {
    let typed = form.text(&view::field_of(id));
    let wrong = match web.app.answer_finding(&signed.ctx(&web), id, typed).await {
        // Somebody else was faster: the page says what they did.
        Ok(()) | Err(Refused::Verb(AnswerError::NothingToAnswer)) => {
            return Ok(Redirect::to("/findings").into_response());
        }
        Err(Refused::Verb(AnswerError::Note(wrong))) => wrong,
        Err(other) => return Err(other.into()),
    };
    let standing = web.app.findings(&signed.ctx(&web)).await?;
    let page = view::page(&signed, &standing, Some(&view::Typed { id, note: typed, wrong }));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
