//! Opening, writing, signing and adding.

use super::read::labels;
use super::{NoteError, TherapySession, draft_form, find};
use crate::App;
use crate::context::Ctx;
use crate::course::Record;
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use domain::ids::{AddendumId, EpisodeId, SessionId};
use domain::session::{
    self, Mode, NARRATIVE_CHARS_MAX, NoteForm, NoteProblem, Problem, SessionNote, Skipped, TEXT_CHARS_MAX,
};
use domain::text::{self, TextError};
use jiff::Timestamp;
use jiff::civil::Date;
use protocol::{EventKind, MissedReason, Protocol};
use store::{drafts, therapy_sessions};

/// Largest draft kept, in bytes of all its texts: more than any note that could be saved.
const DRAFT_BYTES_MAX: usize = 400_000;

/// What is chosen when a session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Its number, from 1: the one that comes next.
    pub session: u16,
    /// The day it is held: today, or earlier for a late entry.
    pub held_on: Date,
    /// How it is held.
    pub mode: Mode,
}

impl App {
    /// Opens the next session with an empty note. A session that was opened and then missed is opened again
    /// with what was written.
    ///
    /// # Errors
    /// Denied; the engine's refusal (paused, another session open, out of order, beyond the plan);
    /// [`NoteError::InFuture`], [`NoteError::TooEarly`]; or the store's failure.
    pub async fn open_session(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        opening: Opening,
    ) -> Verdict<SessionId, NoteError> {
        let id: SessionId = ctx.new_id();
        let ask =
            Ask::on_episode(Action::WriteChart, episode, format!("session {} of {episode}", opening.session));
        self.act(ctx, ask, move |desk| {
            let mut record = Record::load::<NoteError>(desk, episode)?;
            let opened = EventKind::SessionOpened { session: opening.session };
            check_day(desk, &record, opening.held_on)?;
            record.append_on::<NoteError>(desk, opening.held_on, opened)?;
            record.note_homework_due::<NoteError>(desk)?;
            let which = (episode, opening.session);
            let id = match therapy_sessions::find(desk.tx, &desk.grant, which)? {
                Some(begun) => {
                    therapy_sessions::move_to(desk.tx, &desk.grant, which, opening.held_on)?;
                    begun.id
                }
                None => {
                    let note = SessionNote { mode: opening.mode, ..SessionNote::default() };
                    let key = (id, opening.held_on);
                    therapy_sessions::insert(desk.tx, &desk.grant, which, key, &note, desk.ctx.now)?;
                    id
                }
            };
            record.summarise(desk)?;
            Ok(id)
        })
        .await
    }

    /// Records that the planned session did not take place; it keeps its number for the next time.
    ///
    /// # Errors
    /// Denied, the engine's refusal (paused, over), or the store's failure.
    pub async fn miss_session(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        reason: MissedReason,
    ) -> Verdict<(), NoteError> {
        let ask = Ask::on_episode(Action::WriteChart, episode, format!("missed session of {episode}"));
        self.act(ctx, ask, move |desk| {
            let mut record = Record::load::<NoteError>(desk, episode)?;
            record.append_and_summarise::<NoteError>(desk, EventKind::SessionMissed { reason })
        })
        .await
    }

    /// Keeps what was typed so far as the acting person's own draft, unchecked; gives the instant it was kept.
    ///
    /// # Errors
    /// Denied, [`NoteError::NotFound`], [`NoteError::Locked`], [`NoteError::Stale`],
    /// [`NoteError::DraftTooLarge`], or the store's failure.
    pub async fn autosave_note(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
        base_version: i64,
        typed: NoteForm,
    ) -> Verdict<Timestamp, NoteError> {
        let ask = Ask::on_episode(Action::WriteChart, episode, format!("draft of session {number}"));
        self.act(ctx, ask, move |desk| {
            let current = find(desk, episode, number)?;
            still(current, base_version)?;
            if typed.bytes() > DRAFT_BYTES_MAX {
                return no(NoteError::DraftTooLarge);
            }
            let form = draft_form(number);
            let now = desk.ctx.now;
            drafts::keep(desk.tx, &desk.grant, (episode, &form), base_version, &typed, now)?;
            Ok(now)
        })
        .await
    }

    /// Removes the acting person's draft: the saved text counts again.
    ///
    /// # Errors
    /// Denied, or the store's failure.
    pub async fn discard_note_draft(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
    ) -> Verdict<(), NoteError> {
        let ask = Ask::on_episode(Action::WriteChart, episode, format!("draft of session {number}"));
        self.act(ctx, ask, move |desk| {
            drafts::remove(desk.tx, &desk.grant, (episode, &draft_form(number)))?;
            Ok(())
        })
        .await
    }

    /// Writes the next version of an open note, if nobody else has since `base_version`; gives the version that now
    /// stands. An unchanged note stays at its version.
    ///
    /// # Errors
    /// Denied, [`NoteError::Form`], [`NoteError::NotFound`], [`NoteError::Locked`], [`NoteError::Stale`] with the
    /// present note, or the store's failure.
    pub async fn save_note(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
        base_version: i64,
        typed: NoteForm,
    ) -> Verdict<i64, NoteError> {
        let ask = Ask::on_episode(Action::WriteChart, episode, format!("note of session {number}"));
        self.act(ctx, ask, move |desk| {
            let record = Record::load::<NoteError>(desk, episode)?;
            let current = find(desk, episode, number)?;
            let typed = with_titles(typed, &record.protocol, &current);
            let note = check(desk, &typed)?;
            let current = still(current, base_version)?;
            drafts::remove(desk.tx, &desk.grant, (episode, &draft_form(number)))?;
            if note == current.note {
                return Ok(current.version);
            }
            write(desk, episode, &current, &note)?;
            Ok(current.version + 1)
        })
        .await
    }

    /// Signs a version of the note: the session is held, the note locked. `skipped` says why something usual was
    /// left out, where something was.
    ///
    /// # Errors
    /// Denied, [`NoteError::Gaps`], [`NoteError::NotFound`], [`NoteError::Locked`], [`NoteError::Stale`], the
    /// engine's refusal (a risk waits for an answer), or the store's failure.
    pub async fn sign_note(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
        version: i64,
        skipped: Option<Skipped>,
    ) -> Verdict<(), NoteError> {
        let ask = Ask::on_episode(Action::SignChart, episode, format!("note of session {number}"));
        self.act(ctx, ask, move |desk| sign(desk, (episode, number), version, skipped)).await
    }

    /// Signs, as the supervisor, a version of a note that a trainee wrote: from then on it counts and is locked.
    ///
    /// # Errors
    /// Denied, [`NoteError::NotFound`] when no trainee wrote it, and as [`App::sign_note`].
    pub async fn cosign_note(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
        version: i64,
    ) -> Verdict<(), NoteError> {
        let ask = Ask::on_episode(Action::CosignChart, episode, format!("note of session {number}"));
        self.act(ctx, ask, move |desk| {
            // The episode is the granted client's before anything is asked about its sessions.
            Record::load::<NoteError>(desk, episode)?;
            if !store::cosigning::waits(desk.tx, &desk.grant, (episode, number))? {
                return no(NoteError::NotFound);
            }
            sign(desk, (episode, number), version, None)
        })
        .await
    }

    /// Adds to a signed note.
    ///
    /// # Errors
    /// Denied, [`NoteError::Text`], [`NoteError::NotFound`], [`NoteError::NotSigned`], or the store's failure.
    pub async fn add_addendum(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
        text: String,
    ) -> Verdict<AddendumId, NoteError> {
        let id: AddendumId = ctx.new_id();
        let ask = Ask::on_episode(Action::WriteChart, episode, format!("addendum to session {number}"));
        self.act(ctx, ask, move |desk| {
            if find(desk, episode, number)?.signed.is_none() {
                return no(NoteError::NotSigned);
            }
            let text = text::prose(text.trim(), NARRATIVE_CHARS_MAX)
                .map_err(|error| Refused::Verb(NoteError::Text(error)))?;
            if text.is_empty() {
                return no(NoteError::Text(TextError::Empty));
            }
            let which = (episode, number);
            therapy_sessions::add(desk.tx, &desk.grant, which, id, &text, desk.ctx.now)?;
            Ok(id)
        })
        .await
    }
}

fn sign(
    desk: &mut Desk<'_, '_>,
    (episode, number): (EpisodeId, u16),
    version: i64,
    skipped: Option<Skipped>,
) -> Verdict<(), NoteError> {
    let mut record = Record::load::<NoteError>(desk, episode)?;
    let current = find(desk, episode, number)?;
    let current = still(current, version)?;
    let phase = record.course.phase;
    // A reason that stands in the note already stays, when none is given now.
    let skipped = checked(skipped)?.or_else(|| current.note.skipped.clone());
    let note = SessionNote { skipped, ..current.note.clone() };
    let closed = EventKind::SessionClosed { session: number, facts: session::facts(&note) };
    record.append_on::<NoteError>(desk, current.held_on, closed)?;
    let gaps = session::ready_to_sign(&note, phase);
    if !gaps.is_empty() {
        return no(NoteError::Gaps(gaps));
    }
    let mut signed_version = current.version;
    if note != current.note {
        write(desk, episode, &current, &note)?;
        signed_version += 1;
    }
    let which = (episode, number);
    therapy_sessions::sign(desk.tx, &desk.grant, which, signed_version, desk.ctx.now)?;
    drafts::remove_all(desk.tx, &desk.grant, (episode, &draft_form(number)))?;
    record.summarise(desk)?;
    Ok(())
}

/// The session, if its note is open and still at this version.
fn still(current: TherapySession, version: i64) -> Verdict<TherapySession, NoteError> {
    if current.signed.is_some() {
        no(NoteError::Locked)
    } else if current.version != version {
        no(NoteError::Stale { current: Box::new(current) })
    } else {
        Ok(current)
    }
}

fn write(
    desk: &mut Desk<'_, '_>,
    episode: EpisodeId,
    base: &TherapySession,
    note: &SessionNote,
) -> Verdict<(), NoteError> {
    if therapy_sessions::update(desk.tx, &desk.grant, episode, base, note, desk.ctx.now)? {
        return Ok(());
    }
    let current = find(desk, episode, base.number)?;
    no(NoteError::Stale { current: Box::new(current) })
}

/// The note, if every field can be taken and whoever and whatever it points to is in the client's record.
fn check(desk: &mut Desk<'_, '_>, typed: &NoteForm) -> Verdict<SessionNote, NoteError> {
    let labels = labels(desk)?;
    let unknown_tie = |id: &str| id.parse().is_ok_and(|id| labels.tie(id).is_none());
    let unknown_event = |id: &str| id.parse().is_ok_and(|id| labels.event(id).is_none());
    let links = typed.links.iter().enumerate().flat_map(|(index, link)| {
        let tie = unknown_tie(&link.tie).then(|| format!("links.{index}.tie"));
        tie.into_iter().chain(unknown_event(&link.life_event).then(|| format!("links.{index}.life_event")))
    });
    let techniques = typed.techniques.iter().filter(|one| unknown_tie(&one.tie));
    let fields = links.chain(techniques.map(|one| format!("techniques.{}.tie", one.kind)));
    let unknown = fields.map(|field| NoteProblem { field, problem: Problem::Choice });
    let mut problems: Vec<NoteProblem> = unknown.collect();
    match SessionNote::from_form(typed) {
        Ok(note) if problems.is_empty() => return Ok(note),
        Ok(_) => {}
        Err(mut others) => problems.append(&mut others),
    }
    no(NoteError::Form(problems))
}

/// A session is held today or before, and not before the one that came before it or the course itself.
fn check_day(desk: &mut Desk<'_, '_>, record: &Record, held_on: Date) -> Verdict<(), NoteError> {
    if held_on > desk.ctx.today() {
        return no(NoteError::InFuture);
    }
    let opened_on = record.episode.created_at.to_zoned(desk.ctx.zone.clone()).date();
    let course_from = record.course.starts_on.map_or(opened_on, |starts_on| starts_on.min(opened_on));
    let held = therapy_sessions::of_episode(desk.tx, &desk.grant, record.episode.id)?;
    let last = held.iter().filter(|session| session.signed.is_some()).map(|session| session.held_on).max();
    let earliest = last.map_or(course_from, |last| last.max(course_from));
    if held_on < earliest { no(NoteError::TooEarly { earliest }) } else { Ok(()) }
}

/// The names of steps come from the protocol, or from the note when the protocol has them no more.
fn with_titles(mut typed: NoteForm, protocol: &Protocol, current: &TherapySession) -> NoteForm {
    for step in &mut typed.steps {
        let of_protocol = protocol.steps.iter().find(|one| one.id.as_str() == step.step);
        let of_note = current.note.steps.iter().find(|one| one.step == step.step);
        let title = of_protocol.map(|one| &one.title).or(of_note.map(|one| &one.title));
        step.title = title.cloned().unwrap_or_default();
    }
    typed.steps.retain(|step| !step.title.is_empty());
    typed
}

fn checked(skipped: Option<Skipped>) -> Verdict<Option<Skipped>, NoteError> {
    let Some(skipped) = skipped else { return Ok(None) };
    let note = text::prose(skipped.note.trim(), TEXT_CHARS_MAX)
        .map_err(|error| Refused::Verb(NoteError::Text(error)))?;
    Ok(Some(Skipped { note, ..skipped }))
}
