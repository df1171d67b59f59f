//! Worksheets of a course: the list, one worksheet to read, fill in and print, its versions.

use crate::kernel::prelude::*;
use crate::pages::chart;
use app::course::CourseError;
use app::plans::{PlanError, PlanPage, Shared};
use domain::ids::EpisodeId;

mod list;
mod sheet;
mod versions;

pub use list::blocks;

pub fn routes() -> Vec<Route> {
    let read = Policy::Needs(Action::ReadChart);
    let write = Policy::Needs(Action::WriteChart);
    vec![
        get("/episodes/{episode}/plans", read, all),
        get("/episodes/{episode}/plans/{kind}", read, show),
        post("/episodes/{episode}/plans/{kind}", write, save),
        get("/episodes/{episode}/plans/{kind}/edit", write, edit),
        post("/episodes/{episode}/plans/{kind}/draft", write, keep_draft),
        post("/episodes/{episode}/plans/{kind}/draft/drop", write, drop_draft),
        post("/episodes/{episode}/plans/{kind}/share", write, share),
        get("/episodes/{episode}/plans/{kind}/compare", read, compare),
        get("/episodes/{episode}/plans/{kind}/versions/{version}", read, version),
        get("/episodes/{episode}/tasks/{task}", read, task),
    ]
}

async fn all(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Markup, WebError> {
    let plans = web.app.plans(&signed.ctx(&web), episode).await?;
    Ok(list::page(&signed, web.app.content(), &plans))
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, kind)): Path<(EpisodeId, String)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.plan(&ctx, episode, &kind).await?;
    Ok(sheet::page(&signed, &ctx, &page, None))
}

async fn edit(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, kind)): Path<(EpisodeId, String)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.plan_to_edit(&ctx, episode, &kind).await?;
    Ok(sheet::page(&signed, &ctx, &page, Some(&sheet::Typed::begin(&page))))
}

async fn save(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, kind)): Path<(EpisodeId, String)>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let version: u32 = form.parse("version").ok_or(WebError::MALFORMED)?;
    if form.has("edit") {
        let page = web.app.plan_to_edit(&ctx, episode, &kind).await?;
        let body = page.worksheet.read_form(&form.pairs).body;
        let typed = sheet::Typed { version, body, form: form.clone(), ..sheet::Typed::default() };
        return Ok(sheet::page(&signed, &ctx, &page, Some(&typed)).into_response());
    }
    let problem = match web.app.save_plan(&ctx, episode, &kind, version, form.pairs.clone()).await {
        Ok(_) => {
            return Ok(Redirect::to(&chart::path(episode, &format!("plans/{kind}"))).into_response());
        }
        Err(Refused::Verb(PlanError::NoSuchPlan)) => return Err(WebError::NOT_FOUND),
        Err(Refused::Verb(problem)) => problem,
        Err(other) => return Err(other.into()),
    };
    let page = web.app.plan(&ctx, episode, &kind).await?;
    again(&page, version, form, problem)
        .map(|(status, typed)| (status, sheet::page(&signed, &ctx, &page, Some(&typed))).into_response())
}

/// The form once more with everything typed, and what is the matter.
fn again(
    page: &PlanPage,
    version: u32,
    form: Form,
    problem: PlanError,
) -> Result<(StatusCode, sheet::Typed), WebError> {
    let typed = sheet::Typed { version, ..sheet::Typed::default() };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match problem {
        PlanError::NoSuchPlan => return Err(WebError::NOT_FOUND),
        PlanError::Errors { body, errors } => {
            (unprocessable, sheet::Typed { body: *body, errors, form, ..typed })
        }
        PlanError::Stale(stale) => {
            let stale = *stale;
            let version = stale.theirs.stamp.version;
            let body = stale.merged.body.clone();
            (StatusCode::CONFLICT, sheet::Typed { version, body, stale: Some(stale), form, ..typed })
        }
        PlanError::ReplanAsked(asked) => {
            let body = asked.body.clone();
            (unprocessable, sheet::Typed { body, replan: Some(*asked), form, ..typed })
        }
        PlanError::Course(CourseError::NotNow(refusal)) => {
            let body = page.worksheet.read_form(&form.pairs).body;
            (StatusCode::CONFLICT, sheet::Typed { body, refusal: Some(refusal), form, ..typed })
        }
        PlanError::Course(CourseError::NoSuchEpisode) => return Err(WebError::NOT_FOUND),
        PlanError::Course(CourseError::ProtocolMissing { .. }) => return Err(WebError::INTERNAL),
    })
}

async fn keep_draft(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, kind)): Path<(EpisodeId, String)>,
    form: Form,
) -> Result<StatusCode, WebError> {
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    let ctx = signed.ctx(&web);
    match web.app.save_draft(&ctx, episode, &kind, version, form.pairs).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(Refused::Verb(PlanError::Errors { .. })) => Ok(StatusCode::UNPROCESSABLE_ENTITY),
        Err(other) => Err(other.into()),
    }
}

async fn drop_draft(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, kind)): Path<(EpisodeId, String)>,
) -> Result<Redirect, WebError> {
    web.app.drop_draft(&signed.ctx(&web), episode, &kind).await?;
    Ok(Redirect::to(&chart::path(episode, &format!("plans/{kind}"))))
}

async fn share(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, kind)): Path<(EpisodeId, String)>,
    form: Form,
) -> Result<Redirect, WebError> {
    let with = if form.text("with") == "client" { Shared::Client } else { Shared::Staff };
    web.app.share_plan(&signed.ctx(&web), episode, &kind, with).await?;
    Ok(Redirect::to(&chart::path(episode, &format!("plans/{kind}"))))
}

async fn version(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, kind, version)): Path<(EpisodeId, String, u32)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.plan_version(&ctx, episode, &kind, version).await?;
    Ok(versions::page(&signed, &ctx, &page))
}

/// Which versions to compare.
#[derive(serde::Deserialize)]
struct Which {
    from: u32,
    to: u32,
}

async fn compare(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, kind)): Path<(EpisodeId, String)>,
    which: Result<axum::extract::Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Result<Markup, WebError> {
    let axum::extract::Query(which) = which.map_err(|_| WebError::MALFORMED)?;
    let ctx = signed.ctx(&web);
    let page = web.app.compare_plan(&ctx, episode, &kind, (which.from, which.to)).await?;
    Ok(versions::compare(&signed, &ctx, &page))
}

async fn task(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, task)): Path<(EpisodeId, String)>,
) -> Result<Redirect, WebError> {
    let place = web.app.task_place(&signed.ctx(&web), episode, &task).await?;
    Ok(Redirect::to(&chart::path(episode, &place.part())))
}
