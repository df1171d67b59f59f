//! Psychotherapy notes: a room of their own beside the chart (class K5).

use crate::kernel::prelude::*;
use app::private_notes::{PrivateError, PrivateForm};
use domain::ids::{AccountId, EpisodeId, PrivateNoteId};
use serde::Deserialize;

mod edit;
mod list;
mod read;
mod room;

use edit::Shown;

pub fn routes() -> Vec<Route> {
    const READ: Policy = Policy::Needs(Action::ReadPrivateNotes);
    const WRITE: Policy = Policy::Needs(Action::WritePrivateNotes);
    vec![
        get("/episodes/{episode}/private-notes", READ, show_list),
        get("/episodes/{episode}/private-notes/new", WRITE, new),
        post("/episodes/{episode}/private-notes/new", WRITE, save),
        post("/episodes/{episode}/private-notes/new/draft", WRITE, autosave),
        post("/episodes/{episode}/private-notes/new/draft/discard", WRITE, discard),
        get("/episodes/{episode}/private-notes/{note}", READ, show),
        post("/episodes/{episode}/private-notes/{note}", WRITE, save),
        post("/episodes/{episode}/private-notes/{note}/draft", WRITE, autosave),
        post("/episodes/{episode}/private-notes/{note}/draft/discard", WRITE, discard),
        post("/episodes/{episode}/private-notes/{note}/readers", WRITE, let_read),
        post("/episodes/{episode}/private-notes/{note}/readers/end", WRITE, keep_out),
        get("/episodes/{episode}/private-notes/{note}/versions/{version}", READ, show_version),
    ]
}

type Answer = Result<Response, WebError>;
type Note = (EpisodeId, PrivateNoteId);

/// Where a note is written: one that is there, or a new one, whose path names none.
#[derive(Deserialize)]
struct Place {
    episode: EpisodeId,
    #[serde(default)]
    note: Option<PrivateNoteId>,
}

async fn show_list(State(web): State<Web>, signed: Signed, Path(episode): Path<EpisodeId>) -> Answer {
    let list = web.app.private_notes(&signed.ctx(&web), episode).await?;
    Ok(list::page(&signed, &list).into_response())
}

async fn new(State(web): State<Web>, signed: Signed, Path(episode): Path<EpisodeId>) -> Answer {
    let page = web.app.new_private_note(&signed.ctx(&web), episode).await?;
    Ok(edit::page(&signed, &page, &Shown::of(&page)).into_response())
}

async fn show(State(web): State<Web>, signed: Signed, Path((episode, note)): Path<Note>) -> Answer {
    let page = web.app.private_note(&signed.ctx(&web), episode, note).await?;
    match read::page(&signed, &page) {
        Some(read_only) => Ok(read_only.into_response()),
        None => Ok(edit::page(&signed, &page, &Shown::of(&page)).into_response()),
    }
}

async fn show_version(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, note, version)): Path<(EpisodeId, PrivateNoteId, i64)>,
) -> Answer {
    let kept = web.app.private_note_version(&signed.ctx(&web), episode, (note, version)).await?;
    Ok(read::version(&signed, &kept).into_response())
}

async fn save(State(web): State<Web>, signed: Signed, Path(place): Path<Place>, form: Form) -> Answer {
    let (episode, note) = (place.episode, place.note);
    let ctx = signed.ctx(&web);
    let (typed, version) = typed(&form)?;
    let (status, shown) = match web.app.save_private_note(&ctx, (episode, note), version, typed.clone()).await
    {
        Ok(id) => return Ok(to_note(episode, id)),
        Err(Refused::Verb(PrivateError::Form(problem))) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Shown::typed(typed, version).wrong(problem))
        }
        Err(Refused::Verb(PrivateError::Stale { current })) => {
            (StatusCode::CONFLICT, Shown::typed(typed, version).beside(&current))
        }
        Err(other) => return Err(other.into()),
    };
    let page = match note {
        Some(note) => web.app.private_note(&ctx, episode, note).await?,
        None => web.app.new_private_note(&ctx, episode).await?,
    };
    Ok((status, edit::page(&signed, &page, &shown)).into_response())
}

async fn autosave(State(web): State<Web>, signed: Signed, Path(place): Path<Place>, form: Form) -> Answer {
    let (typed, version) = typed(&form)?;
    web.app.autosave_private_note(&signed.ctx(&web), (place.episode, place.note), version, typed).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn discard(State(web): State<Web>, signed: Signed, Path(place): Path<Place>) -> Answer {
    web.app.discard_private_draft(&signed.ctx(&web), (place.episode, place.note)).await?;
    Ok(match place.note {
        Some(note) => to_note(place.episode, note),
        None => Redirect::to(&room::path(place.episode, "")).into_response(),
    })
}

async fn let_read(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, note)): Path<Note>,
    form: Form,
) -> Answer {
    let reader: AccountId = form.parse("reader").ok_or(WebError::MALFORMED)?;
    web.app.let_read(&signed.ctx(&web), (episode, note), reader).await?;
    Ok(to_note(episode, note))
}

async fn keep_out(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, note)): Path<Note>,
    form: Form,
) -> Answer {
    let reader: AccountId = form.parse("reader").ok_or(WebError::MALFORMED)?;
    web.app.let_read_no_more(&signed.ctx(&web), (episode, note), reader).await?;
    Ok(to_note(episode, note))
}

fn typed(form: &Form) -> Result<(PrivateForm, i64), WebError> {
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    let typed = PrivateForm { session: form.text("session").to_owned(), text: form.text("text").to_owned() };
    Ok((typed, version))
}

fn to_note(episode: EpisodeId, note: PrivateNoteId) -> Response {
    Redirect::to(&room::path(episode, &note.to_string())).into_response()
}
