//! The interpersonal inventory: the list of people with its rings, one person's form, and its history.

use crate::kernel::prelude::*;
use crate::pages::chart;
use crate::pages::draft::Draft;
use app::ties::{Placing, Tick, TieError};
use axum::extract::Query;
use domain::fields::Coded;
use domain::ids::{EpisodeId, TieId};
use domain::tie::Ring;
use serde::Deserialize;

mod history;
mod list;
mod person;
pub mod words;

pub fn routes() -> Vec<Route> {
    let read = Policy::Needs(Action::ReadChart);
    let write = Policy::Needs(Action::WriteChart);
    vec![
        get("/episodes/{episode}/inventory", read, show),
        post("/episodes/{episode}/inventory", write, add),
        post("/episodes/{episode}/inventory/nobody", write, say_nobody),
        get("/episodes/{episode}/inventory/{tie}", read, tie),
        post("/episodes/{episode}/inventory/{tie}", write, save),
        post("/episodes/{episode}/inventory/{tie}/place", write, place),
        post("/episodes/{episode}/inventory/{tie}/end", write, end),
        post("/episodes/{episode}/inventory/{tie}/restore", write, restore),
        get("/episodes/{episode}/inventory/{tie}/history", read, versions),
    ]
}

/// How the list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// By ring.
    #[default]
    Ring,
    /// By name.
    Name,
    /// In the order they were added.
    Added,
}

#[derive(Debug, Default, Deserialize)]
struct Wish {
    #[serde(default)]
    sort: Sort,
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    Query(wish): Query<Wish>,
) -> Result<Markup, WebError> {
    let inventory = web.app.inventory(&signed.ctx(&web), episode).await?;
    Ok(list::page(&signed, &inventory, wish.sort, &Draft::default()))
}

async fn add(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let draft = Draft::sent(&form);
    let draft = match web.app.add_ties(&ctx, episode, form.text("names")).await {
        Ok(_) => return Ok(Redirect::to(&chart::path(episode, "inventory")).into_response()),
        Err(Refused::Verb(TieError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(TieError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let inventory = web.app.inventory(&ctx, episode).await?;
    Ok((draft.status(), list::page(&signed, &inventory, Sort::Ring, &draft)).into_response())
}

async fn say_nobody(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Redirect, WebError> {
    let tick = if form.has("nobody") { Tick::Set } else { Tick::Unset };
    web.app.say_nobody(&signed.ctx(&web), episode, tick).await?;
    Ok(Redirect::to(&chart::path(episode, "inventory")))
}

async fn tie(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, TieId)>,
) -> Result<Markup, WebError> {
    let page = web.app.tie(&signed.ctx(&web), episode, id).await?;
    let draft = Draft::of(page.tie.body.to_fields(), page.tie.version);
    Ok(person::page(&signed, &page, &draft))
}

async fn save(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, TieId)>,
    form: Form,
) -> Result<Response, WebError> {
    let draft = Draft::sent(&form);
    let key = (id, draft.version);
    let saved = web.app.save_tie(&signed.ctx(&web), episode, key, draft.fields.clone()).await;
    answer(&web, &signed, (episode, id), draft, saved).await
}

async fn place(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, TieId)>,
    form: Form,
) -> Result<Response, WebError> {
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    let ring =
        |name: &str| form.pairs.iter().find(|(key, _)| key == name).map(|(_, code)| Ring::from_code(code));
    let placing = Placing { now: ring("ring_now"), before: ring("ring_before"), wanted: ring("ring_wanted") };
    web.app.place_tie(&signed.ctx(&web), episode, (id, version), placing).await?;
    Ok(Redirect::to(&chart::path(episode, "inventory")).into_response())
}

async fn end(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, TieId)>,
    form: Form,
) -> Result<Response, WebError> {
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    let ctx = signed.ctx(&web);
    let kept = web.app.tie(&ctx, episode, id).await?.tie;
    let mut draft = Draft::of(kept.body.to_fields(), version);
    draft.fields.put("reason", form.text("reason"));
    let key = (id, draft.version);
    let ended = web.app.end_tie(&ctx, episode, key, form.text("reason")).await;
    answer(&web, &signed, (episode, id), draft, ended).await
}

async fn restore(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, TieId)>,
    form: Form,
) -> Result<Response, WebError> {
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    web.app.restore_tie(&signed.ctx(&web), episode, (id, version)).await?;
    Ok(Redirect::to(&chart::path(episode, "inventory")).into_response())
}

async fn versions(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, TieId)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let history = web.app.tie_history(&ctx, episode, id).await?;
    Ok(history::page(&signed, &history, &ctx.zone))
}

/// Back to the list, or the form again with everything in it.
async fn answer(
    web: &Web,
    signed: &Signed,
    (episode, id): (EpisodeId, TieId),
    draft: Draft,
    saved: Result<(), Refused<TieError>>,
) -> Result<Response, WebError> {
    let draft = match saved {
        Ok(()) => return Ok(Redirect::to(&chart::path(episode, "inventory")).into_response()),
        Err(Refused::Verb(TieError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(TieError::Stale { current })) => {
            draft.beside(current.body.to_fields(), current.version)
        }
        Err(Refused::Verb(TieError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let page = web.app.tie(&signed.ctx(web), episode, id).await?;
    Ok((draft.status(), person::page(signed, &page, &draft)).into_response())
}
