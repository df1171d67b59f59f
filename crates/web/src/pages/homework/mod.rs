//! Homework: what was agreed and what became of it, for staff; and the client's own page of one step.

use crate::kernel::prelude::*;
use crate::pages::chart;
use crate::pages::draft::Draft;
use app::homework::{HomeworkError, OwnStep};
use domain::ids::{EpisodeId, HomeworkId};

mod list;
mod own;

pub fn routes() -> Vec<Route> {
    let read = Policy::Needs(Action::ReadChart);
    let write = Policy::Needs(Action::WriteChart);
    vec![
        get("/episodes/{episode}/homework", read, show),
        post("/episodes/{episode}/homework", write, agree),
        get("/episodes/{episode}/homework/{homework}", read, one),
        post("/episodes/{episode}/homework/{homework}", write, change),
        post("/episodes/{episode}/homework/{homework}/review", write, review),
        get("/today/homework/{homework}", Policy::Needs(Action::ReadShared), own_step),
        post("/today/homework/{homework}", Policy::Needs(Action::WriteShared), report),
    ]
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.homework(&ctx, episode).await?;
    Ok(list::page(&signed, &page, &Draft::default(), ctx.today()))
}

async fn agree(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let draft = Draft::sent(&form);
    let draft = match web.app.agree_homework(&ctx, episode, draft.fields.clone()).await {
        Ok(_) => return Ok(Redirect::to(&chart::path(episode, "homework")).into_response()),
        Err(Refused::Verb(HomeworkError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(HomeworkError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let page = web.app.homework(&ctx, episode).await?;
    Ok((draft.status(), list::page(&signed, &page, &draft, ctx.today())).into_response())
}

async fn one(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, HomeworkId)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.homework(&ctx, episode).await?;
    let step = page.steps.iter().find(|step| step.id == id).ok_or(WebError::NOT_FOUND)?;
    let typed = list::Typed::of(step);
    Ok(list::step_page(&signed, &page, step, &typed, ctx.today()))
}

async fn change(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, HomeworkId)>,
    form: Form,
) -> Result<Response, WebError> {
    let draft = Draft::sent(&form);
    let key = (id, draft.version);
    let saved = web.app.change_homework(&signed.ctx(&web), episode, key, draft.fields.clone()).await;
    answer(&web, &signed, (episode, id), (draft, Part::Agreement), saved).await
}

async fn review(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, HomeworkId)>,
    form: Form,
) -> Result<Response, WebError> {
    let draft = Draft::sent(&form);
    let key = (id, draft.version);
    let saved = web.app.review_homework(&signed.ctx(&web), episode, key, draft.fields.clone()).await;
    answer(&web, &signed, (episode, id), (draft, Part::Review), saved).await
}

/// Which of a step's two forms was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What was agreed.
    Agreement,
    /// What became of it.
    Review,
}

/// Back to the list, or the step's page with everything typed in it.
async fn answer(
    web: &Web,
    signed: &Signed,
    (episode, id): (EpisodeId, HomeworkId),
    (draft, part): (Draft, Part),
    saved: Result<(), Refused<HomeworkError>>,
) -> Result<Response, WebError> {
    let draft = match saved {
        Ok(()) => return Ok(Redirect::to(&chart::path(episode, "homework")).into_response()),
        Err(Refused::Verb(HomeworkError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(HomeworkError::Stale { current })) => {
            let theirs = match part {
                Part::Agreement => current.body.to_fields(),
                Part::Review => current.body.answer_fields(),
            };
            draft.beside(theirs, current.version)
        }
        Err(Refused::Verb(HomeworkError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let ctx = signed.ctx(web);
    let page = web.app.homework(&ctx, episode).await?;
    let step = page.steps.iter().find(|step| step.id == id).ok_or(WebError::NOT_FOUND)?;
    let status = draft.status();
    let mut typed = list::Typed::of(step);
    match part {
        Part::Agreement => typed.agreement = draft,
        Part::Review => typed.review = draft,
    }
    Ok((status, list::step_page(signed, &page, step, &typed, ctx.today())).into_response())
}

async fn own(web: &Web, signed: &Signed, id: HomeworkId) -> Result<OwnStep, WebError> {
    let mine = web.app.own_homework(&signed.ctx(web)).await?;
    mine.into_iter().find(|own| own.step.id == id).ok_or(WebError::NOT_FOUND)
}

async fn own_step(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<HomeworkId>,
) -> Result<Markup, WebError> {
    let step = own(&web, &signed, id).await?;
    let draft = Draft::of(step.step.body.answer_fields(), step.step.version);
    Ok(own::page(&signed, &step, &draft, signed.ctx(&web).today()))
}

async fn report(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<HomeworkId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let draft = Draft::sent(&form);
    let draft = match web.app.report_homework(&ctx, (id, draft.version), draft.fields.clone()).await {
        Ok(()) => return Ok(Redirect::to("/today").into_response()),
        Err(Refused::Verb(HomeworkError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(HomeworkError::Stale { current })) => {
            draft.beside(current.body.answer_fields(), current.version)
        }
        Err(other) => return Err(other.into()),
    };
    let step = own(&web, &signed, id).await?;
    Ok((draft.status(), own::page(&signed, &step, &draft, ctx.today())).into_response())
}
