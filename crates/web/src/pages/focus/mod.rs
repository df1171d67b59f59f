//! The problem area: what speaks for each of the four, the choice and its versions, the steps of the strategy.

use crate::kernel::prelude::*;
use crate::pages::chart;
use crate::pages::draft::Draft;
use app::focus::FocusError;
use domain::ids::EpisodeId;

mod areas;
mod choice;
mod steps;

pub fn routes() -> Vec<Route> {
    let read = Policy::Needs(Action::ReadChart);
    let write = Policy::Needs(Action::WriteChart);
    vec![
        get("/episodes/{episode}/focus", read, show),
        post("/episodes/{episode}/focus", write, choose),
        post("/episodes/{episode}/focus/strategy", write, save_steps),
        get("/episodes/{episode}/focus/versions/{version}", read, version),
    ]
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.focus(&ctx, episode).await?;
    Ok(choice::page(&signed, &page, &choice::Typed::default(), &ctx.zone))
}

async fn choose(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let draft = Draft::sent(&form);
    if form.text("do") == "reckon" {
        let page = web.app.focus(&ctx, episode).await?;
        let typed = choice::Typed { choice: Some(draft), steps: None };
        return Ok(choice::page(&signed, &page, &typed, &ctx.zone).into_response());
    }
    let base = form.parse("version").ok_or(WebError::MALFORMED)?;
    let draft = match web.app.choose_focus(&ctx, episode, base, draft.fields.clone()).await {
        Ok(_) => return Ok(Redirect::to(&chart::path(episode, "focus")).into_response()),
        Err(Refused::Verb(FocusError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(FocusError::Stale { current })) => {
            draft.beside(current.body.to_fields(), current.version.into())
        }
        Err(Refused::Verb(FocusError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let page = web.app.focus(&ctx, episode).await?;
    let status = draft.status();
    let typed = choice::Typed { choice: Some(draft), steps: None };
    Ok((status, choice::page(&signed, &page, &typed, &ctx.zone)).into_response())
}

async fn save_steps(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let draft = Draft::sent(&form);
    let base = form.parse("version").ok_or(WebError::MALFORMED)?;
    let draft = match web.app.save_strategy(&ctx, episode, base, draft.fields.clone()).await {
        Ok(()) => return Ok(Redirect::to(&chart::path(episode, "focus")).into_response()),
        Err(Refused::Verb(FocusError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(FocusError::StaleStrategy { current, version })) => {
            draft.beside(current.to_fields(), version.into())
        }
        Err(Refused::Verb(FocusError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let page = web.app.focus(&ctx, episode).await?;
    let status = draft.status();
    let typed = choice::Typed { choice: None, steps: Some(draft) };
    Ok((status, choice::page(&signed, &page, &typed, &ctx.zone)).into_response())
}

async fn version(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, version)): Path<(EpisodeId, u32)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.focus(&ctx, episode).await?;
    choice::version_page(&signed, &page, version, &ctx.zone).ok_or(WebError::NOT_FOUND)
}
