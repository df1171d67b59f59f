//! What the pages of sessions show.

use super::{Addendum, Draft, NoteError, NoteForm, SessionNote, TherapySession, draft_form, find};
use crate::App;
use crate::context::Ctx;
use crate::course::{Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, StoreError, Verdict};
use domain::access::{Relation, Rule};
use domain::episode;
use domain::homework::Homework;
use domain::ids::{EpisodeId, EventId, TieId};
use domain::session::{self, Gap};
use jiff::Timestamp;
use jiff::civil::Date;
use measure::Score;
use measure::trend::{Dated, Progress};
use protocol::{EventKind, MissedReason, Phase};
use store::{cosigning, drafts, homework, life_events, record_versions, therapy_sessions, ties};

/// Under which the versions of notes are kept.
const KIND: &str = "therapy_session";

/// All sessions of an episode.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionList {
    /// What the page shows on top.
    pub head: Head,
    /// Sessions in order.
    pub sessions: Vec<TherapySession>,
    /// Planned sessions that did not take place, in order: the day it was written down, and why.
    pub missed: Vec<(Date, MissedReason)>,
    /// The number that can be opened now, if any.
    pub next: Option<u16>,
}

/// One session: the guide, the note, and what to know before it.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionPage {
    /// What the page shows on top.
    pub head: Head,
    /// The session with its newest note.
    pub session: TherapySession,
    /// Phase of the course now.
    pub phase: Phase,
    /// Today's steps; for a signed note those that were marked.
    pub steps: Vec<GuideStep>,
    /// What the acting person typed and has not saved, if it differs from the note.
    pub draft: Option<Draft<NoteForm>>,
    /// What is missing before the note can be signed.
    pub gaps: Vec<Gap>,
    /// Risks that wait for an answer: they stop the signing.
    pub open_risks: usize,
    /// Whether a trainee wrote the open note and the acting supervisor may sign it.
    pub cosigns: bool,
    /// What to know before the session.
    pub brief: Brief,
    /// What was added after the signature.
    pub addenda: Vec<Added>,
    /// Every version, newest first.
    pub versions: Vec<VersionMark>,
    /// What the note can point to, by name.
    pub labels: Labels,
}

/// People and events of the client's record, by id and name, in the order in which they are offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// People of the inventory.
    pub ties: Vec<(TieId, String)>,
    /// Events of the timeline.
    pub events: Vec<(EventId, String)>,
    /// People taken off the inventory: no longer offered, still named where a note points to them.
    pub former_ties: Vec<(TieId, String)>,
}

impl Labels {
    /// The name of a person.
    #[must_use]
    pub fn tie(&self, id: TieId) -> Option<&str> {
        self.ties.iter().chain(&self.former_ties).find(|(one, _)| *one == id).map(|(_, name)| name.as_str())
    }

    /// The name of an event.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&str> {
        self.events.iter().find(|(one, _)| *one == id).map(|(_, name)| name.as_str())
    }
}

/// That a version of a note exists: its number from 1, when and by whom (by name) it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionMark {
    /// Its number.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: Option<String>,
}

/// A step of the guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideStep {
    /// Its id in the protocol.
    pub id: String,
    /// Its name.
    pub title: String,
    /// A sentence one might say; empty for a step the protocol no longer has.
    pub sample: String,
    /// Why it is done.
    pub why: String,
}

/// What to know before the session.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// How the outcome measure moves, once there is a score.
    pub progress: Option<Progress>,
    /// The gate that comes next.
    pub next_gate: Option<NextGate>,
    /// Sessions left after this one.
    pub left_after: u16,
    /// Steps agreed earlier that wait to be talked about.
    pub homework: Vec<Homework>,
}

/// The gate that comes next, and what blocks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextGate {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Tasks that are not done.
    pub blockers: Vec<Blocker>,
    /// Other conditions not met, as the protocol words them.
    pub unmet: Vec<String>,
}

/// A task that blocks a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// Its id.
    pub task: String,
    /// Its name.
    pub title: String,
    /// What it still needs, as the protocol words it.
    pub unmet: Vec<String>,
}

/// An addendum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// What was added, by whom, when.
    pub addendum: Addendum,
    /// Whether it came later than the day after the session.
    pub late: bool,
}

/// One version of a note, as it was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteVersion {
    /// What the page shows on top.
    pub head: Head,
    /// The session as it stands now.
    pub session: TherapySession,
    /// Which version, when, by whom.
    pub mark: VersionMark,
    /// What it said.
    pub note: SessionNote,
    /// What the note can point to, by name.
    pub labels: Labels,
}

impl App {
    /// All sessions of an episode, held, open and missed.
    ///
    /// # Errors
    /// Denied, no such episode, or the store's failure.
    pub async fn session_list(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<SessionList, NoteError> {
        let ask = Ask::on_episode(Action::ReadChart, episode, format!("sessions of {episode}"));
        self.act(ctx, ask, move |desk| {
            let record = Record::load::<NoteError>(desk, episode)?;
            let missed = record.events.iter().filter_map(|event| match event.kind {
                EventKind::SessionMissed { reason } => Some((event.on, reason)),
                _ => None,
            });
            let course = &record.course;
            let running = course.standing == protocol::Standing::Active;
            Ok(SessionList {
                head: record.head(desk)?,
                sessions: therapy_sessions::of_episode(desk.tx, &desk.grant, episode)?,
                missed: missed.collect(),
                next: course.next_session.filter(|_| running && course.open_session.is_none()),
            })
        })
        .await
    }

    /// One session with its guide, note, draft and history.
    ///
    /// # Errors
    /// Denied, [`NoteError::NotFound`], or the store's failure.
    pub async fn session(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
    ) -> Verdict<SessionPage, NoteError> {
        self.session_for(ctx, Action::ReadChart, episode, number).await
    }

    /// Like [`App::session`], for the page on which somebody signs: who may not sign does not see it.
    ///
    /// # Errors
    /// As [`App::session`].
    pub async fn session_to_sign(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
    ) -> Verdict<SessionPage, NoteError> {
        self.session_for(ctx, Action::SignChart, episode, number).await
    }

    async fn session_for(
        &self,
        ctx: &Ctx,
        action: Action,
        episode: EpisodeId,
        number: u16,
    ) -> Verdict<SessionPage, NoteError> {
        let ask = Ask::on_episode(action, episode, format!("session {number} of {episode}"));
        self.act(ctx, ask, move |desk| {
            let record = Record::load::<NoteError>(desk, episode)?;
            let session = find(desk, episode, number)?;
            let draft = draft_of(desk, episode, &session)?;
            let steps = guide(&record, &session);
            let phase = record.course.phase;
            let is_open = session.signed.is_none();
            let supervises = desk.grant.rule() == Rule::Relation(Relation::Supervises);
            let cosigns = is_open && supervises && cosigning::waits(desk.tx, &desk.grant, (episode, number))?;
            Ok(SessionPage {
                cosigns,
                head: record.head(desk)?,
                phase,
                draft,
                steps,
                gaps: if is_open { session::ready_to_sign(&session.note, phase) } else { Vec::new() },
                open_risks: record.course.open_risks.len(),
                brief: brief(desk, &record, number)?,
                addenda: addenda(desk, episode, &session)?,
                versions: versions(desk, &session)?,
                labels: labels(desk)?,
                session,
            })
        })
        .await
    }

    /// One version of a session's note.
    ///
    /// # Errors
    /// Denied, [`NoteError::NotFound`], or the store's failure.
    pub async fn note_version(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        number: u16,
        version: i64,
    ) -> Verdict<NoteVersion, NoteError> {
        let object = format!("session {number} of {episode}, version {version}");
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, object), move |desk| {
            let record = Record::load::<NoteError>(desk, episode)?;
            let session = find(desk, episode, number)?;
            let kept = record_versions::history(desk.tx, &desk.grant, KIND, session.id)?;
            let found = kept.into_iter().find(|one| one.version == version);
            let kept = found.ok_or(Refused::Verb(NoteError::NotFound))?;
            let note = therapy_sessions::note_of(&kept)?;
            let mark = VersionMark { version, at: kept.at, author: kept.author };
            Ok(NoteVersion { head: record.head(desk)?, session, mark, note, labels: labels(desk)? })
        })
        .await
    }
}

fn draft_of(
    desk: &mut Desk<'_, '_>,
    episode: EpisodeId,
    session: &TherapySession,
) -> Verdict<Option<Draft<NoteForm>>, NoteError> {
    if session.signed.is_some() {
        return Ok(None);
    }
    let form = draft_form(session.number);
    let draft = drafts::find::<NoteForm>(desk.tx, &desk.grant, (episode, &form))?;
    let saved = session.note.to_form().trimmed();
    Ok(draft.filter(|draft| draft.typed.clone().trimmed() != saved))
}

/// The steps of today for the session that is open; else those the note marked.
fn guide(record: &Record, session: &TherapySession) -> Vec<GuideStep> {
    let protocol = &*record.protocol;
    let marked = session.note.steps.iter();
    let of_note = marked.map(|mark| match protocol.steps.iter().find(|one| one.id.as_str() == mark.step) {
        Some(step) => guide_step(step),
        None => GuideStep {
            id: mark.step.clone(),
            title: mark.title.clone(),
            sample: String::new(),
            why: String::new(),
        },
    });
    if record.course.open_session != Some(session.number) {
        return of_note.collect();
    }
    let mut steps: Vec<GuideStep> =
        protocol::session_steps(protocol, &record.course).into_iter().map(guide_step).collect();
    // A gate passed or a focus chosen during the session changes the list; what was marked stays on it.
    for step in of_note {
        if steps.iter().all(|one| one.id != step.id) {
            steps.push(step);
        }
    }
    steps
}

fn guide_step(step: &protocol::Step) -> GuideStep {
    GuideStep {
        id: step.id.to_string(),
        title: step.title.clone(),
        sample: step.sample.clone(),
        why: step.why.clone(),
    }
}

/// Names for what a note can point to.
pub(super) fn labels(desk: &mut Desk<'_, '_>) -> Result<Labels, StoreError> {
    let (ties, former) = ties::all(desk.tx, &desk.grant)?.into_iter().partition(|tie| tie.body.counts());
    let named = |ties: Vec<ties::KeptTie>| ties.into_iter().map(|tie| (tie.id, tie.body.nickname)).collect();
    let events = life_events::labels(desk.tx, &desk.grant)?;
    Ok(Labels { ties: named(ties), events, former_ties: named(former) })
}

fn brief(desk: &mut Desk<'_, '_>, record: &Record, number: u16) -> Result<Brief, StoreError> {
    let protocol = &*record.protocol;
    let id = protocol.outcome.instrument.as_str();
    let marks = episode::scores(id, &record.events).into_iter();
    let series: Vec<Dated> = marks
        .filter_map(|mark| Some(Dated { on: mark.on, score: mark.total.and_then(Score::new)? }))
        .collect();
    let progress =
        desk.content.instrument(id).and_then(|instrument| measure::trend::progress(instrument, &series));
    let next = record.course.gates.iter().find(|gate| !gate.passed);
    let next_gate = next.map(|gate| NextGate {
        id: gate.gate.to_string(),
        title: protocol
            .gates
            .iter()
            .find(|one| one.id == gate.gate)
            .map_or_else(String::new, |one| one.title.clone()),
        blockers: gate.missing.iter().map(|missing| blocker(record, missing)).collect(),
        unmet: gate.unmet.clone(),
    });
    let today = desk.ctx.today();
    let agreed = homework::all(desk.tx, &desk.grant, record.episode.id)?.into_iter().map(|step| step.body);
    let left_after = record.course.sessions_planned.saturating_sub(number);
    let homework = agreed.filter(|step| step.waits_for_review(today)).collect();
    Ok(Brief { progress, next_gate, left_after, homework })
}

fn blocker(record: &Record, missing: &protocol::Missing) -> Blocker {
    let task = record.protocol.task(missing.task.as_str());
    Blocker {
        task: missing.task.to_string(),
        title: task.map_or_else(String::new, |task| task.title.clone()),
        unmet: missing.unmet.clone(),
    }
}

fn addenda(
    desk: &mut Desk<'_, '_>,
    episode: EpisodeId,
    session: &TherapySession,
) -> Verdict<Vec<Added>, NoteError> {
    let found = therapy_sessions::addenda(desk.tx, &desk.grant, (episode, session.number))?;
    let zone = &desk.ctx.zone;
    let late = |at: Timestamp| session::is_late(session.held_on, at.to_zoned(zone.clone()).date());
    Ok(found.into_iter().map(|addendum| Added { late: late(addendum.at), addendum }).collect())
}

fn versions(desk: &mut Desk<'_, '_>, session: &TherapySession) -> Verdict<Vec<VersionMark>, NoteError> {
    let kept = record_versions::history(desk.tx, &desk.grant, KIND, session.id)?;
    let mark =
        |kept: record_versions::Kept| VersionMark { version: kept.version, at: kept.at, author: kept.author };
    Ok(kept.into_iter().map(mark).collect())
}
