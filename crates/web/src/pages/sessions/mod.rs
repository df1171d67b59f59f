//! Sessions: the list, the guide beside the note, signing, what is added later.

use crate::kernel::error::Public;
use crate::kernel::prelude::*;
use crate::pages::clients::text_problem;
use crate::pages::refusal;
use app::course::{CourseError, MayWrite};
use app::notes::{Mode, NoteError, NoteForm, Opening, SessionPage, SkipReason, Skipped};
use domain::ids::EpisodeId;
use protocol::{MissedReason, Refusal};

mod edit;
mod form;
mod list;
mod read;
mod sections;
mod sign;
pub mod words;

use edit::Shown;

/// The reasons for a missed session, by the word the form sends.
const MISSED: [(&str, MissedReason); 3] = [
    ("no_show", MissedReason::NoShow),
    ("cancelled_by_client", MissedReason::CancelledByClient),
    ("cancelled_by_therapist", MissedReason::CancelledByTherapist),
];

pub fn routes() -> Vec<Route> {
    const READ: Policy = Policy::Needs(Action::ReadChart);
    const WRITE: Policy = Policy::Needs(Action::WriteChart);
    const SIGN: Policy = Policy::Needs(Action::SignChart);
    vec![
        get("/episodes/{episode}/sessions", READ, show_list),
        post("/episodes/{episode}/sessions", WRITE, open),
        post("/episodes/{episode}/missed-sessions", WRITE, miss),
        get("/episodes/{episode}/sessions/{session}", READ, show),
        post("/episodes/{episode}/sessions/{session}", WRITE, save),
        post("/episodes/{episode}/sessions/{session}/draft", WRITE, autosave),
        post("/episodes/{episode}/sessions/{session}/draft/discard", WRITE, discard),
        get("/episodes/{episode}/sessions/{session}/sign", SIGN, show_sign),
        post("/episodes/{episode}/sessions/{session}/sign", SIGN, sign_note),
        post("/episodes/{episode}/sessions/{session}/cosign", Policy::Needs(Action::CosignChart), cosign),
        post("/episodes/{episode}/sessions/{session}/addenda", WRITE, add),
        get("/episodes/{episode}/sessions/{session}/versions/{version}", READ, show_version),
    ]
}

type Answer = Result<Response, WebError>;

async fn show_list(State(web): State<Web>, signed: Signed, Path(episode): Path<EpisodeId>) -> Answer {
    let ctx = signed.ctx(&web);
    let list = web.app.session_list(&ctx, episode).await?;
    Ok(list::page(&signed, &list, &list::Next::on(ctx.today())).into_response())
}

async fn open(State(web): State<Web>, signed: Signed, Path(episode): Path<EpisodeId>, form: Form) -> Answer {
    let ctx = signed.ctx(&web);
    let w = signed.words();
    let session = form.parse("session").ok_or(WebError::MALFORMED)?;
    let held_on = if form.has("held_on") { form.parse("held_on") } else { Some(ctx.today()) };
    let refused = match held_on {
        None => w.t("problem-date").into_owned(),
        Some(held_on) => {
            let mode = Mode::from_code(form.text("mode")).unwrap_or_default();
            match web.app.open_session(&ctx, episode, Opening { session, held_on, mode }).await {
                Ok(_) => return Ok(to_session(episode, session)),
                Err(Refused::Verb(error)) => opening_problem(w, &error).ok_or_else(|| error.public())?,
                Err(other) => return Err(other.into()),
            }
        }
    };
    let typed = list::Next {
        held_on: form.text("held_on").to_owned(),
        mode: form.text("mode").to_owned(),
        problem: Some(refused),
    };
    let list = web.app.session_list(&ctx, episode).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, list::page(&signed, &list, &typed)).into_response())
}

/// Why a session cannot be opened, where the list page can say it.
fn opening_problem(w: crate::locale::Words, error: &NoteError) -> Option<String> {
    let text = match error {
        NoteError::InFuture => w.t("session-in-future").into_owned(),
        NoteError::TooEarly { earliest } => {
            w.with("session-too-early", &[("date", w.date(*earliest).into())])
        }
        NoteError::Course(CourseError::NotNow(no)) => refusal::words(w, no),
        _ => return None,
    };
    Some(text)
}

async fn miss(State(web): State<Web>, signed: Signed, Path(episode): Path<EpisodeId>, form: Form) -> Answer {
    let chosen = MISSED.iter().find(|(code, _)| *code == form.text("reason"));
    let (_, reason) = *chosen.ok_or(WebError::MALFORMED)?;
    web.app.miss_session(&signed.ctx(&web), episode, reason).await?;
    Ok(Redirect::to(&format!("/episodes/{episode}/sessions")).into_response())
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session)): Path<(EpisodeId, u16)>,
) -> Answer {
    let page = web.app.session(&signed.ctx(&web), episode, session).await?;
    if page.session.signed.is_some() || page.head.may_write == MayWrite::No {
        return Ok(read::page(&signed, &page, None, None).into_response());
    }
    Ok(edit::page(&signed, &page, &Shown::of(&page)).into_response())
}

async fn save(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session)): Path<(EpisodeId, u16)>,
    form: Form,
) -> Answer {
    let ctx = signed.ctx(&web);
    let typed = form::note_of(&form);
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    if form.has("edit") {
        let page = web.app.session(&ctx, episode, session).await?;
        let typed = form::edited(typed, form.text("edit"));
        return Ok(typed_page(&signed, &page, StatusCode::OK, Shown::typed(typed, version)));
    }
    let (status, shown) = match web.app.save_note(&ctx, episode, session, version, typed.clone()).await {
        Ok(_) if form.text("deed") == "sign" => {
            let to = format!("/episodes/{episode}/sessions/{session}/sign");
            return Ok(Redirect::to(&to).into_response());
        }
        Ok(_) => return Ok(to_session(episode, session)),
        Err(Refused::Verb(NoteError::Form(problems))) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Shown { problems, ..Shown::typed(typed, version) })
        }
        Err(Refused::Verb(NoteError::Stale { current })) => {
            (StatusCode::CONFLICT, Shown::typed(typed, version).beside(&current))
        }
        Err(Refused::Verb(NoteError::Locked)) => (StatusCode::CONFLICT, Shown::typed(typed, version)),
        Err(other) => return Err(other.into()),
    };
    let page = web.app.session(&ctx, episode, session).await?;
    Ok(typed_page(&signed, &page, status, shown))
}

/// The form with what was typed, or, when the note was locked meanwhile, the locked note with the typed text below.
fn typed_page(signed: &Signed, page: &SessionPage, status: StatusCode, shown: Shown) -> Response {
    if page.session.signed.is_some() {
        let text = form::all_text(&shown.typed);
        return (StatusCode::CONFLICT, read::page(signed, page, Some(&text), None)).into_response();
    }
    (status, edit::page(signed, page, &shown)).into_response()
}

async fn autosave(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session)): Path<(EpisodeId, u16)>,
    form: Form,
) -> Answer {
    let typed: NoteForm = form::note_of(&form);
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    web.app.autosave_note(&signed.ctx(&web), episode, session, version, typed).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn discard(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session)): Path<(EpisodeId, u16)>,
) -> Answer {
    web.app.discard_note_draft(&signed.ctx(&web), episode, session).await?;
    Ok(to_session(episode, session))
}

async fn show_sign(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session)): Path<(EpisodeId, u16)>,
) -> Answer {
    let page = web.app.session_to_sign(&signed.ctx(&web), episode, session).await?;
    if page.session.signed.is_some() || page.head.may_write != MayWrite::All {
        return Ok(to_session(episode, session));
    }
    Ok(sign::page(&signed, &page, &sign::Answered::default()).into_response())
}

async fn sign_note(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session)): Path<(EpisodeId, u16)>,
    form: Form,
) -> Answer {
    let ctx = signed.ctx(&web);
    let w = signed.words();
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    let reason = SkipReason::from_code(form.text("reason"));
    let skipped = reason.map(|reason| Skipped { reason, note: form.text("reason_note").to_owned() });
    let mut answered = sign::Answered {
        reason: form.text("reason").to_owned(),
        note: form.text("reason_note").to_owned(),
        ..sign::Answered::default()
    };
    let status = match web.app.sign_note(&ctx, episode, session, version, skipped).await {
        Ok(()) | Err(Refused::Verb(NoteError::Locked)) => return Ok(to_session(episode, session)),
        Err(Refused::Verb(NoteError::Gaps(_))) => {
            answered.problem = Some(w.t("sign-reason-missing").into_owned());
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Refused::Verb(NoteError::Text(error))) => {
            answered.problem = Some(text_problem(w, error));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Refused::Verb(NoteError::Stale { .. })) => {
            answered.changed = true;
            StatusCode::CONFLICT
        }
        Err(Refused::Verb(NoteError::Course(CourseError::NotNow(Refusal::RisksUnanswered { .. })))) => {
            StatusCode::CONFLICT
        }
        Err(other) => return Err(other.into()),
    };
    let page = web.app.session(&ctx, episode, session).await?;
    Ok((status, sign::page(&signed, &page, &answered)).into_response())
}

async fn cosign(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session)): Path<(EpisodeId, u16)>,
    form: Form,
) -> Answer {
    let version = form.parse("version").ok_or(WebError::MALFORMED)?;
    web.app.cosign_note(&signed.ctx(&web), episode, session, version).await?;
    Ok(to_session(episode, session))
}

async fn add(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session)): Path<(EpisodeId, u16)>,
    form: Form,
) -> Answer {
    let ctx = signed.ctx(&web);
    let text = form.text("text").to_owned();
    match web.app.add_addendum(&ctx, episode, session, text.clone()).await {
        Ok(_) => Ok(to_session(episode, session)),
        Err(Refused::Verb(NoteError::Text(error))) => {
            let page = web.app.session(&ctx, episode, session).await?;
            let problem = text_problem(signed.words(), error);
            let page = read::page(&signed, &page, Some(&text), Some(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn show_version(
    State(web): State<Web>,
    signed: Signed,
    Path((episode, session, version)): Path<(EpisodeId, u16, i64)>,
) -> Answer {
    let kept = web.app.note_version(&signed.ctx(&web), episode, session, version).await?;
    Ok(read::version(&signed, &kept).into_response())
}

fn to_session(episode: EpisodeId, session: u16) -> Response {
    Redirect::to(&format!("/episodes/{episode}/sessions/{session}")).into_response()
}
