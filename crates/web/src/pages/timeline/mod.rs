//! The timeline: the picture and its table, the onset, events and remembered severities.

use crate::kernel::prelude::*;
use crate::pages::chart;
use crate::pages::draft::Draft;
use app::timeline::TimelineError;
use domain::fields::Fields;
use domain::ids::{EpisodeId, EventId};

mod event;
mod line;
mod picture;
mod words;

pub use words::KINDS;

pub fn routes() -> Vec<Route> {
    let read = Policy::Needs(Action::ReadChart);
    let write = Policy::Needs(Action::WriteChart);
    vec![
        get("/episodes/{episode}/timeline", read, show),
        post("/episodes/{episode}/timeline/onset", write, set_onset),
        post("/episodes/{episode}/timeline/events", write, add),
        get("/episodes/{episode}/timeline/events/{event}", read, life_event),
        post("/episodes/{episode}/timeline/events/{event}", write, save),
        post("/episodes/{episode}/timeline/events/{event}/end", write, end),
        post("/episodes/{episode}/timeline/events/{event}/restore", write, restore),
    ]
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let timeline = web.app.timeline(&ctx, episode).await?;
    Ok(line::page(&signed, &timeline, &line::Typed::default(), ctx.today()))
}

async fn set_onset(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let draft = Draft::sent(&form);
    let base = form.parse("version").ok_or(WebError::MALFORMED)?;
    let draft = match web.app.set_onset(&ctx, episode, base, draft.fields.clone()).await {
        Ok(()) => return Ok(Redirect::to(&chart::path(episode, "timeline")).into_response()),
        Err(Refused::Verb(TimelineError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(TimelineError::StaleOnset { current })) => {
            draft.beside(current.body.to_fields(), current.version.into())
        }
        Err(Refused::Verb(TimelineError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let timeline = web.app.timeline(&ctx, episode).await?;
    let status = draft.status();
    let typed = line::Typed { onset: Some(draft), ..line::Typed::default() };
    Ok((status, line::page(&signed, &timeline, &typed, ctx.today())).into_response())
}

async fn add(
    State(web): State<Web>,
    signed: Signed,
    Path(episode): Path<EpisodeId>,
    form: Form,
) -> Result<Response, WebError> {
    let ctx = signed.ctx(&web);
    let draft = Draft::sent(&form);
    let symptom = form.text("kind") == "symptom";
    let bare = |name: &str| name.strip_prefix(line::SEVERITY).unwrap_or(name).to_owned();
    let pairs = form.pairs.iter().map(|(name, value)| (bare(name), value.clone()));
    let draft = match web.app.add_event(&ctx, episode, Fields::new(pairs.collect())).await {
        Ok(_) => return Ok(Redirect::to(&chart::path(episode, "timeline")).into_response()),
        Err(Refused::Verb(TimelineError::Form(mut errors))) => {
            if symptom {
                errors.iter_mut().for_each(|error| error.field.insert_str(0, line::SEVERITY));
            }
            draft.wrong(errors)
        }
        Err(Refused::Verb(TimelineError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let timeline = web.app.timeline(&ctx, episode).await?;
    let status = draft.status();
    let typed = if symptom {
        line::Typed { severity: Some(draft), ..line::Typed::default() }
    } else {
        line::Typed { event: Some(draft), ..line::Typed::default() }
    };
    Ok((status, line::page(&signed, &timeline, &typed, ctx.today())).into_response())
}

async fn life_event(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, EventId)>,
) -> Result<Markup, WebError> {
    let ctx = signed.ctx(&web);
    let page = web.app.life_event(&ctx, episode, id).await?;
    let draft = Draft::of(page.event.body.to_fields(), page.event.version);
    Ok(event::page(&signed, &page, &draft, &ctx.zone))
}

async fn save(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, EventId)>,
    form: Form,
) -> Result<Response, WebError> {
    let draft = Draft::sent(&form);
    let key = (id, draft.version);
    let saved = web.app.save_event(&signed.ctx(&web), episode, key, draft.fields.clone()).await;
    answer(&web, &signed, (episode, id), draft, saved).await
}

async fn end(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, EventId)>,
    form: Form,
) -> Result<Response, WebError> {
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    let ctx = signed.ctx(&web);
    let kept = web.app.life_event(&ctx, episode, id).await?.event;
    let mut draft = Draft::of(kept.body.to_fields(), version);
    draft.fields.put("reason", form.text("reason"));
    let ended = web.app.end_event(&ctx, episode, (id, draft.version), form.text("reason")).await;
    answer(&web, &signed, (episode, id), draft, ended).await
}

async fn restore(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, id)): Path<(EpisodeId, EventId)>,
    form: Form,
) -> Result<Response, WebError> {
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    web.app.restore_event(&signed.ctx(&web), episode, (id, version)).await?;
    Ok(Redirect::to(&chart::path(episode, "timeline")).into_response())
}

/// Back to the timeline, or the form again with everything in it.
async fn answer(
    web: &Web,
    signed: &Signed,
    (episode, id): (EpisodeId, EventId),
    draft: Draft,
    saved: Result<(), Refused<TimelineError>>,
) -> Result<Response, WebError> {
    let draft = match saved {
        Ok(()) => return Ok(Redirect::to(&chart::path(episode, "timeline")).into_response()),
        Err(Refused::Verb(TimelineError::Form(errors))) => draft.wrong(errors),
        Err(Refused::Verb(TimelineError::Stale { current })) => {
            draft.beside(current.body.to_fields(), current.version)
        }
        Err(Refused::Verb(TimelineError::Course(error))) => draft.refused(error)?,
        Err(other) => return Err(other.into()),
    };
    let ctx = signed.ctx(web);
    let page = web.app.life_event(&ctx, episode, id).await?;
    Ok((draft.status(), event::page(signed, &page, &draft, &ctx.zone)).into_response())
}
