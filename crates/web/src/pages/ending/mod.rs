//! Gates, pausing and ending a course, and its summary.

use crate::kernel::prelude::*;
use crate::pages::chart;
use app::course::CourseError;
use app::ending::EndingError;
use domain::ids::EpisodeId;
use jiff::civil::Date;
use protocol::Exit;

mod end;
mod gate;
mod summary;

pub fn routes() -> Vec<Route> {
    let read = Policy::Needs(Action::ReadChart);
    let write = Policy::Needs(Action::WriteChart);
    let sign = Policy::Needs(Action::SignChart);
    vec![
        get("/episodes/{episode}/gates/{gate}", read, show_gate),
        post("/episodes/{episode}/gates/{gate}", sign, pass_gate),
        get("/episodes/{episode}/end", read, show_end),
        post("/episodes/{episode}/end", sign, end_course),
        post("/episodes/{episode}/maintenance", sign, start_maintenance),
        post("/episodes/{episode}/pause", write, pause),
        post("/episodes/{episode}/resume", write, resume),
        get("/episodes/{episode}/summary", read, show_summary),
    ]
}

async fn show_gate(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, gate)): Path<(EpisodeId, String)>,
) -> Result<Markup, WebError> {
    let page = web.app.gate(&signed.ctx(&web), episode, &gate).await?;
    Ok(gate::page(&signed, &page, &gate::Typed::default()))
}

async fn pass_gate(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, gate)): Path<(EpisodeId, String)>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let reason = form.text("overrun_reason").to_owned();
    let problem = match web.app.pass_gate(&ctx, episode, &gate, Some(reason.clone())).await {
        Ok(()) => return Ok(Redirect::to(&chart::path(episode, "plans")).into_response()),
        Err(Refused::Verb(problem)) => problem,
        Err(other) => return Err(other.into()),
    };
    let (status, trouble) = trouble(problem)?;
    let page = web.app.gate(&ctx, episode, &gate).await?;
    let typed = gate::Typed { reason, trouble: Some(trouble) };
    Ok((status, gate::page(&signed, &page, &typed)).into_response())
}

async fn show_end(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Markup, WebError> {
    let page = web.app.end_page(&signed.ctx(&web), episode).await?;
    Ok(end::page(&signed, &page, &end::Typed::default()))
}

async fn end_course(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let done = match exit(&form) {
        Some(Ok(exit)) => web.app.end_course(&signed.ctx(&web), episode, exit).await,
        Some(Err(())) => Err(Refused::Verb(EndingError::ImpossibleDay)),
        None => return Err(WebError::MALFORMED),
    };
    after(&web, &signed, episode, &form, done).await
}

/// The exit a form names; `Err` when it names a day that is none.
fn exit(form: &Form) -> Option<Result<Exit, ()>> {
    Some(Ok(match form.text("exit") {
        "completed" => Exit::Completed,
        "remitted_early" => Exit::RemittedEarly,
        "dropout" => {
            let typed = form.text("last_attended").trim();
            let last_attended: Option<Date> = match (typed.is_empty(), typed.parse()) {
                (true, _) => None,
                (false, Ok(day)) => Some(day),
                (false, Err(_)) => return Some(Err(())),
            };
            Exit::Dropout { last_attended, contact_attempts: form.parse("contact_attempts").unwrap_or(0) }
        }
        "referred_up" => Exit::ReferredUp,
        "moved" => Exit::Moved,
        "declined" => Exit::Declined,
        "administrative" => Exit::Administrative,
        "died" => Exit::Died,
        "transferred" => Exit::Transferred,
        _ => return None,
    }))
}

async fn start_maintenance(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Response, WebError> {
    let done = web.app.start_maintenance(&signed.ctx(&web), episode).await;
    after(&web, &signed, episode, &Form::default(), done).await
}

async fn pause(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let why = form.text("reason").to_owned();
    let done = web.app.pause_course(&signed.ctx(&web), episode, why).await;
    after(&web, &signed, episode, &form, done).await
}

async fn resume(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Response, WebError> {
    let done = web.app.resume_course(&signed.ctx(&web), episode).await;
    after(&web, &signed, episode, &Form::default(), done).await
}

/// On to the summary, or the page once more with what is the matter and everything typed.
async fn after(
    web: &Web,
    signed: &Signed,
    episode: EpisodeId,
    form: &Form,
    done: Result<(), Refused<EndingError>>,
) -> Result<Response, WebError> {
    let problem = match done {
        Ok(()) => return Ok(Redirect::to(&chart::path(episode, "end")).into_response()),
        Err(Refused::Verb(problem)) => problem,
        Err(other) => return Err(other.into()),
    };
    let (status, trouble) = trouble(problem)?;
    let page = web.app.end_page(&signed.ctx(web), episode).await?;
    let typed = end::Typed { form: form.clone(), trouble: Some(trouble) };
    Ok((status, end::page(signed, &page, &typed)).into_response())
}

/// What the page itself says about a refusal; anything else is an error page.
fn trouble(problem: EndingError) -> Result<(StatusCode, EndingError), WebError> {
    match &problem {
        EndingError::NoSuchGate | EndingError::Course(CourseError::NoSuchEpisode) => Err(WebError::NOT_FOUND),
        EndingError::Course(CourseError::ProtocolMissing { .. }) => Err(WebError::INTERNAL),
        EndingError::Reason(_) | EndingError::ImpossibleDay => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, problem))
        }
        EndingError::MaintenancePlanMissing | EndingError::Course(CourseError::NotNow(_)) => {
            Ok((StatusCode::CONFLICT, problem))
        }
    }
}

/// A refusal in words.
fn trouble_words(w: Words, problem: &EndingError) -> String {
    match problem {
        EndingError::NoSuchGate => w.t("no-gate-unknown").into_owned(),
        EndingError::Reason(error) => crate::pages::clients::text_problem(w, *error),
        EndingError::ImpossibleDay => w.t("end-impossible-day").into_owned(),
        EndingError::MaintenancePlanMissing => w.t("end-maintenance-missing").into_owned(),
        EndingError::Course(CourseError::NotNow(refusal)) => crate::pages::refusal::words(w, refusal),
        EndingError::Course(_) => w.t("error-not-now-title").into_owned(),
    }
}

async fn show_summary(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.course_summary(&ctx, episode).await?;
    Ok(summary::page(&signed, web.app.content(), &page, ctx.today()))
}
