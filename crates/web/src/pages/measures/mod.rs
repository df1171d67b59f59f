//! Measures of a course: how it goes, typing in answers, making a link, looking at one response.

use crate::kernel::prelude::*;
use crate::pages::chart;
use crate::pages::questionnaire::{self, Gaps, Reading};
use app::measure_links::MeasureLinkError;
use app::measures::{MeasureError, Submission};
use domain::ids::{EpisodeId, ResponseId};
use domain::response::Mode;
use jiff::civil::Date;
use measure::Instrument;

mod entry;
mod link;
mod response;
mod view;

pub fn routes() -> Vec<Route> {
    let (read, write) = (Policy::Needs(Action::ReadChart), Policy::Needs(Action::WriteChart));
    let answer = Policy::Needs(Action::AnswerMeasures);
    vec![
        get("/episodes/{episode}/measures", read, show),
        post("/episodes/{episode}/measures/links", write, make_link),
        get("/episodes/{episode}/measures/responses/{response}", read, look_at),
        get("/episodes/{episode}/measures/{instrument}/new", answer, sheet),
        post("/episodes/{episode}/measures/{instrument}/new", answer, enter),
    ]
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let measures = web.app.measures(&ctx, episode).await?;
    Ok(view::page(&signed, &measures, web.app.content(), ctx.today()))
}

async fn make_link(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let chosen: Vec<String> = form.all("instrument").map(str::to_owned).collect();
    let ctx = signed.ctx(&web);
    let made = match web.app.create_measures_link(&ctx, episode, chosen).await {
        Ok(made) => made,
        Err(Refused::Verb(MeasureLinkError::NothingChosen)) => {
            return Ok(Redirect::to(&chart::path(episode, "measures")).into_response());
        }
        Err(other) => return Err(other.into()),
    };
    let measures = web.app.measures(&ctx, episode).await?;
    Ok(link::page(&signed, &measures.head, &made).into_response())
}

async fn look_at(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, response)): Path<(EpisodeId, ResponseId)>,
) -> Result<Markup, WebError> {
    let answered = web.app.response(&signed.ctx(&web), episode, response).await?;
    Ok(response::page(&signed, &answered, web.app.content()))
}

fn installed<'a>(web: &'a Web, id: &str) -> Result<&'a Instrument, WebError> {
    web.app.content().instrument(id).ok_or(WebError::NOT_FOUND)
}

async fn sheet(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, String)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let head = web.app.sheet(&ctx, episode, id.clone()).await?;
    let typed = entry::Typed::new(ctx.today());
    Ok(entry::page(&signed, &head, installed(&web, &id)?, &typed))
}

async fn enter(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, String)>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    // Whoever may not write here is told so before anything is read.
    let head = web.app.sheet(&ctx, episode, id.clone()).await?;
    let instrument = installed(&web, &id)?;
    let mut typed = entry::Typed {
        reading: questionnaire::read(instrument, &form, Gaps::Kept),
        mode: if form.text("mode") == Mode::Paper.code() { Mode::Paper } else { Mode::InSession },
        on: form.text("on").to_owned(),
        fault: None,
    };
    let on = match (typed.mode, typed.on.trim()) {
        (Mode::Paper, day) if !day.is_empty() => match day.parse::<Date>() {
            Ok(day) => Some(day),
            Err(_) => return Ok(back(&signed, &head, instrument, typed.wrong(entry::EntryFault::NotADate))),
        },
        _ => None,
    };
    if !typed.reading.problems.is_empty() {
        return Ok(back(&signed, &head, instrument, typed));
    }
    let answers = std::mem::take(&mut typed.reading.answers);
    let submission =
        Submission { episode, instrument: id, answers: answers.clone(), mode: typed.mode, on, session: None };
    typed.reading = Reading { answers, problems: Vec::new() };
    match web.app.submit(&ctx, submission).await {
        Ok(receipt) if receipt.scoring.flags.is_empty() => {
            Ok(Redirect::to(&chart::path(episode, "measures")).into_response())
        }
        // The task comes first: somebody has to look.
        Ok(_) => Ok(Redirect::to(&chart::path(episode, "risks")).into_response()),
        Err(Refused::Verb(MeasureError::NothingAnswered)) => {
            Ok(back(&signed, &head, instrument, typed.wrong(entry::EntryFault::Nothing)))
        }
        Err(Refused::Verb(MeasureError::DayOutOfRange { earliest, latest })) => {
            let fault = entry::EntryFault::DayOutOfRange { earliest, latest };
            Ok(back(&signed, &head, instrument, typed.wrong(fault)))
        }
        Err(other) => Err(other.into()),
    }
}

/// The form again, with everything in it.
fn back(signed: &Signed, head: &app::course::Head, instrument: &Instrument, typed: entry::Typed) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, entry::page(signed, head, instrument, &typed)).into_response()
}
