//! Gates between phases, pausing, and the end of a course: the therapist's own acts. The engine says what is missing.

use crate::App;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict, no};
use crate::plans::{GateLine, gate_lines};
use domain::ids::EpisodeId;
use domain::text::{self, TextError};
use jiff::civil::Date;
use protocol::{Disposition, EventKind, Exit, GateId, Refusal, Standing};
use store::artefacts;

/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 2_000;

/// Why a course could not be moved on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EndingError {
    /// The protocol has no such gate.
    #[error("no such gate")]
    NoSuchGate,
    /// A reason that cannot be kept as it is.
    #[error("the reason needs another look")]
    Reason(TextError),
    /// The day the client was last seen lies in the future or before the course.
    #[error("that day cannot be right")]
    ImpossibleDay,
    /// Maintenance needs a plan: how often, and until when.
    #[error("the maintenance plan is missing")]
    MaintenancePlanMissing,
    /// The engine refuses.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// One gate, with what blocks it.
#[derive(Debug, Clone, PartialEq)]
pub struct GatePage {
    /// What the page shows on top.
    pub head: Head,
    /// The gate.
    pub gate: GateLine,
    /// Last session of the initial phase in the protocol, when the course is beyond it: passing needs a reason.
    pub overrun_limit: Option<u16>,
    /// Why it cannot be passed now, if so. A missing reason is not meant here.
    pub refusal: Option<Refusal>,
}

/// How a course may be paused or ended now.
#[derive(Debug, Clone, PartialEq)]
pub struct EndPage {
    /// What the page shows on top.
    pub head: Head,
    /// Where it stands.
    pub standing: Standing,
    /// Day of the session that was held last.
    pub last_session_on: Option<Date>,
    /// What comes next, as decided in its worksheet.
    pub disposition: Option<Disposition>,
    /// What is in the way of completing it; none means it may be completed.
    pub completing: Option<Refusal>,
    /// What is in the way of an early end in good health.
    pub ending_early: Option<Refusal>,
    /// Days between maintenance sessions and their last day, as planned in its worksheet.
    pub maintenance: Option<(u16, Date)>,
    /// Titles of the tasks a refusal may name, by id.
    pub titles: Vec<(String, String)>,
}

impl App {
    /// One gate of a course and what blocks it.
    ///
    /// # Errors
    /// Denied, [`EndingError::NoSuchGate`], or the store's failure.
    pub async fn gate(&self, ctx: &Ctx, episode: EpisodeId, gate: &str) -> Verdict<GatePage, EndingError> {
        let gate = gate.to_owned();
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, "gate"), move |desk| {
            let record = Record::load::<EndingError>(desk, episode)?;
            let line = gate_lines(&record).into_iter().find(|line| line.view.gate == *gate.as_str());
            let gate = line.ok_or(Refused::Verb(EndingError::NoSuchGate))?;
            let reason = record.course.overrun.as_ref().map(|_| "some reason".to_owned());
            let pass = EventKind::GatePassed { gate: gate.view.gate.clone(), overrun_reason: reason };
            let initial = gate.ends == protocol::Phase::Initial;
            Ok(GatePage {
                refusal: protocol::admit(&record.protocol, &record.course, &pass).err(),
                overrun_limit: record.course.overrun.as_ref().filter(|_| initial).map(|over| over.limit),
                head: record.head(desk)?,
                gate,
            })
        })
        .await
    }

    /// Confirms that a gate is passed. `overrun_reason` is needed where the beginning took longer than the protocol
    /// says.
    ///
    /// # Errors
    /// Denied, [`EndingError`] with what is missing, or the store's failure.
    pub async fn pass_gate(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        gate: &str,
        overrun_reason: Option<String>,
    ) -> Verdict<(), EndingError> {
        let gate = GateId::from(gate);
        self.act(ctx, Ask::on_episode(Action::SignChart, episode, "gate"), move |desk| {
            let overrun_reason = overrun_reason.map(|text| reason(&text)).transpose()?;
            let overrun_reason = overrun_reason.filter(|text| !text.is_empty());
            let mut record = Record::load::<EndingError>(desk, episode)?;
            if record.protocol.gate(gate.as_str()).is_none() {
                return no(EndingError::NoSuchGate);
            }
            record.append_and_summarise(desk, EventKind::GatePassed { gate, overrun_reason })
        })
        .await
    }

    /// How the course may be paused or ended now, and what is in the way.
    ///
    /// # Errors
    /// Denied, no such episode, or the store's failure.
    pub async fn end_page(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<EndPage, EndingError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, "end"), move |desk| {
            let record = Record::load::<EndingError>(desk, episode)?;
            let disposition = disposition(desk, episode)?;
            let in_the_way = |exit| {
                let ended = EventKind::Ended { exit, disposition };
                protocol::admit(&record.protocol, &record.course, &ended).err()
            };
            let tasks = record.protocol.tasks.iter();
            Ok(EndPage {
                completing: in_the_way(Exit::Completed),
                ending_early: in_the_way(Exit::RemittedEarly),
                standing: record.course.standing.clone(),
                last_session_on: record.course.last_session_on,
                titles: tasks.map(|task| (task.id.to_string(), task.title.clone())).collect(),
                maintenance: maintenance(desk, episode)?,
                disposition,
                head: record.head(desk)?,
            })
        })
        .await
    }

    /// Ends the course. What comes next is taken from its worksheet.
    ///
    /// # Errors
    /// Denied, [`EndingError`] with what is missing, or the store's failure.
    pub async fn end_course(&self, ctx: &Ctx, episode: EpisodeId, exit: Exit) -> Verdict<(), EndingError> {
        self.act(ctx, Ask::on_episode(Action::SignChart, episode, "end"), move |desk| {
            let mut record = Record::load::<EndingError>(desk, episode)?;
            if let Exit::Dropout { last_attended: Some(day), .. } = exit {
                let too_early = record.course.starts_on.is_some_and(|start| day < start);
                if day > desk.ctx.today() || too_early {
                    return no(EndingError::ImpossibleDay);
                }
            }
            let disposition = disposition(desk, episode)?;
            record.append_and_summarise(desk, EventKind::Ended { exit, disposition })
        })
        .await
    }

    /// Begins maintenance after the course, as its worksheet plans it.
    ///
    /// # Errors
    /// Denied, [`EndingError::MaintenancePlanMissing`], the engine's refusal, or the store's failure.
    pub async fn start_maintenance(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<(), EndingError> {
        self.act(ctx, Ask::on_episode(Action::SignChart, episode, "maintenance"), move |desk| {
            let mut record = Record::load::<EndingError>(desk, episode)?;
            let planned = maintenance(desk, episode)?;
            let (every_days, until) = planned.ok_or(Refused::Verb(EndingError::MaintenancePlanMissing))?;
            record.append_and_summarise(desk, EventKind::MaintenanceStarted { every_days, until })
        })
        .await
    }

    /// Lets the course rest, for a reason.
    ///
    /// # Errors
    /// Denied, [`EndingError::Reason`], the engine's refusal, or the store's failure.
    pub async fn pause_course(&self, ctx: &Ctx, episode: EpisodeId, why: String) -> Verdict<(), EndingError> {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, "pause"), move |desk| {
            let reason = reason(&why)?;
            let mut record = Record::load::<EndingError>(desk, episode)?;
            record.append_and_summarise(desk, EventKind::Paused { reason })
        })
        .await
    }

    /// Takes the course up again after a pause.
    ///
    /// # Errors
    /// Denied, the engine's refusal, or the store's failure.
    pub async fn resume_course(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<(), EndingError> {
        self.act(ctx, Ask::on_episode(Action::WriteChart, episode, "resume"), move |desk| {
            let mut record = Record::load::<EndingError>(desk, episode)?;
            record.append_and_summarise(desk, EventKind::Resumed)
        })
        .await
    }
}

fn reason(text: &str) -> Verdict<String, EndingError> {
    let kept = text::prose(text.trim(), REASON_CHARS_MAX);
    kept.map_err(|error| Refused::Verb(EndingError::Reason(error)))
}

fn disposition(desk: &mut Desk<'_, '_>, episode: EpisodeId) -> Verdict<Option<Disposition>, EndingError> {
    let saved = artefacts::newest(desk.tx, &desk.grant, episode, "disposition")?;
    Ok(saved.and_then(|saved| match saved.body.text("decision")? {
        "discharge" => Some(Disposition::Discharge),
        "maintenance" => Some(Disposition::Maintenance),
        "step_up" => Some(Disposition::StepUp),
        "refer" => Some(Disposition::Refer),
        _ => None,
    }))
}

fn maintenance(desk: &mut Desk<'_, '_>, episode: EpisodeId) -> Verdict<Option<(u16, Date)>, EndingError> {
    let saved = artefacts::newest(desk.tx, &desk.grant, episode, "maintenance_plan")?;
    Ok(saved.and_then(|saved| {
        let every_days = saved.body.text("every_days")?.trim().parse().ok()?;
        Some((every_days, saved.body.date("until")?))
    }))
}
