//! The client's own pages: today, a questionnaire, thanks, progress.

use crate::kernel::prelude::*;
use crate::pages::questionnaire::{self, Gaps, Reading, thanks};
use app::measures::{MeasureError, Submission};
use domain::ids::EpisodeId;
use domain::response::Mode;
use measure::Instrument;

mod view;

pub use view::length;

pub fn routes() -> Vec<Route> {
    let answers = Policy::Needs(Action::AnswerMeasures);
    let reads = Policy::Needs(Action::ReadShared);
    vec![
        get("/today", reads, today),
        get("/today/progress", reads, progress),
        get("/today/measures/{instrument}", answers, sheet),
        post("/today/measures/{instrument}", answers, send),
        get("/today/measures/{instrument}/sent", reads, sent),
    ]
}

async fn today(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let today = web.app.today(&ctx).await?;
    let shared = web.app.shared_plans(&ctx).await?;
    // Whoever has a page of the day may see their own steps; without a course there are none.
    let steps = match web.app.own_homework(&ctx).await {
        Ok(steps) => steps,
        Err(Refused::Store(failure)) => return Err(failure.into()),
        Err(_) => Vec::new(),
    };
    let day = view::Day { today: &today, steps: &steps, shared: &shared };
    Ok(view::today(&signed, &day, web.app.content()))
}

async fn progress(State(web): State<Web>, signed: Signed) -> Result<Markup, WebError> {
    let today = web.app.today(&signed.ctx(&web)).await?;
    Ok(view::progress(&signed, &today, web.app.content()))
}

fn installed<'a>(web: &'a Web, id: &str) -> Result<&'a Instrument, WebError> {
    web.app.content().instrument(id).ok_or(WebError::NOT_FOUND)
}

async fn sheet(State(web): State<Web>, signed: Signed, Path(id): Path<String>) -> Result<Markup, WebError> {
    let episode = web.app.own_sheet(&signed.ctx(&web), id.clone()).await?;
    Ok(view::sheet(&signed, installed(&web, &id)?, episode, &Reading::default()))
}

async fn send(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let instrument = installed(&web, &id)?;
    // The course the form was opened for; a newer one may have begun since.
    let episode: EpisodeId = form.parse("episode").ok_or(WebError::NOT_FOUND)?;
    let reading = questionnaire::read(instrument, &form, Gaps::Asked);
    if !reading.problems.is_empty() {
        let page = view::sheet(&signed, instrument, episode, &reading);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let submission = Submission {
        episode,
        instrument: id.clone(),
        answers: reading.answers,
        mode: Mode::Portal,
        on: None,
        session: None,
    };
    web.app.submit(&ctx, submission).await?;
    Ok(Redirect::to(&format!("/today/measures/{id}/sent")).into_response())
}

async fn sent(State(web): State<Web>, signed: Signed, Path(id): Path<String>) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let response = match web.app.own_receipt(&ctx, id.clone()).await {
        Ok(response) => response,
        Err(Refused::Verb(MeasureError::NoSuchResponse)) => return Ok(Redirect::to("/today").into_response()),
        Err(other) => return Err(other.into()),
    };
    let due = web.app.today(&ctx).await?.course.map(|course| course.due).unwrap_or_default();
    let episode = web.app.own_sheet(&ctx, id.clone()).await?;
    let kept_as = view::kept_as(episode, &id);
    let page = thanks::Sent {
        instrument: installed(&web, &id)?,
        total: response.total,
        severity: response.severity.as_deref(),
        scoring: &response.scoring,
        kept_as: Some(&kept_as),
        onward: view::onward(signed.words(), due.first().map(String::as_str)),
    };
    Ok(view::sent(&signed, &page).into_response())
}
