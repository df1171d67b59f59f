//! Risk tasks: what waits for somebody to look, and what was found.

use crate::kernel::prelude::*;
use crate::pages::chart;
use app::risks::RiskError;
use domain::ids::{EpisodeId, RiskId};
use domain::risk::AnswerForm;

mod view;

pub fn routes() -> Vec<Route> {
    vec![
        get("/episodes/{episode}/risks", Policy::Needs(Action::ReadChart), list),
        get("/episodes/{episode}/risks/{risk}", Policy::Needs(Action::ReadChart), one),
        post("/episodes/{episode}/risks/{risk}", Policy::Needs(Action::WriteChart), answer),
    ]
}

async fn list(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let risks = web.app.risks(&ctx, episode).await?;
    Ok(view::page(&signed, &risks, web.app.content(), view::Chosen::Oldest, ctx.now))
}

/// The same page with the form at one of several open tasks.
async fn one(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, risk)): Path<(EpisodeId, RiskId)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let risks = web.app.risks(&ctx, episode).await?;
    Ok(view::page(&signed, &risks, web.app.content(), view::Chosen::One(risk), ctx.now))
}

async fn answer(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, risk)): Path<(EpisodeId, RiskId)>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let typed: AnswerForm = form.read()?;
    match web.app.answer_risk(&ctx, (episode, risk), typed.clone()).await {
        Ok(()) => Ok(Redirect::to(&chart::path(episode, "risks")).into_response()),
        Err(Refused::Verb(RiskError::Form(problems))) => {
            let risks = web.app.risks(&ctx, episode).await?;
            let draft = view::Draft { risk, typed, problems, answered_meanwhile: view::Meanwhile::No };
            let page = view::page(&signed, &risks, web.app.content(), view::Chosen::Typed(&draft), ctx.now);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(Refused::Verb(RiskError::AlreadyAnswered)) => {
            let risks = web.app.risks(&ctx, episode).await?;
            let problems = Vec::new();
            let draft = view::Draft { risk, typed, problems, answered_meanwhile: view::Meanwhile::Yes };
            let page = view::page(&signed, &risks, web.app.content(), view::Chosen::Typed(&draft), ctx.now);
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}
