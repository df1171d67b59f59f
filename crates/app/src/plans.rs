//! Worksheets of a course: the list of what is to be done, reading, saving, versions, sharing.
//!
//! One engine for every kind of artefact that is a form defined as data (`domain::worksheet`): nothing here knows a
//! particular worksheet, except that a contract with another number of sessions or another last day changes the
//! plan of the course ([`PlanError::ReplanAsked`]).

use crate::App;
use crate::content::Content;
use crate::context::Ctx;
use crate::course::{CourseError, Head, Record};
use crate::entry::{Action, Ask, Desk, Refused, Verdict};
use domain::ids::EpisodeId;
use domain::plans::{Place, places, unmet};
use domain::worksheet::{Body, FieldChange, FieldError, Labels, Merged, Worksheet};
use jiff::civil::Date;
use protocol::{EventKind, GateView, Phase, Refusal, TaskPhase, TaskStatus};
use store::artefacts;

pub use domain::plans::{Acceptance, acceptance};
pub use store::artefacts::{Artefact, Shared, Stamp};
pub use store::drafts::Draft;

pub(crate) mod known;
mod save;
mod share;

pub use save::Saved;
pub use share::{SharedLine, SharedPage};

/// Why a worksheet could not be read or saved. Whatever was typed stays with the person who typed it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// No worksheet of that kind, or no such version of it.
    #[error("no such worksheet or version")]
    NoSuchPlan,
    /// Values that do not fit their fields.
    #[error("some fields need another look")]
    Errors {
        /// Everything typed.
        body: Box<Body>,
        /// What does not fit.
        errors: Vec<FieldError>,
    },
    /// Somebody saved a version since the form was opened.
    #[error("changed by somebody else meanwhile")]
    Stale(Box<Stale>),
    /// The contract differs from the plan of the course: that needs a reason and both agreements.
    #[error("the plan changes: a reason and both agreements are needed")]
    ReplanAsked(Box<ReplanAsked>),
    /// The engine refuses.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// Two people at one form: what each wrote, and both brought together.
#[derive(Debug, Clone, PartialEq)]
pub struct Stale {
    /// The newest version, saved meanwhile.
    pub theirs: Artefact,
    /// What was typed here.
    pub mine: Body,
    /// Mine with everything only they changed, and the places to decide.
    pub merged: Merged,
}

/// A contract that differs from the plan of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplanAsked {
    /// Everything typed.
    pub body: Body,
    /// Sessions and last day as planned so far.
    pub planned: (u16, Option<Date>),
    /// Sessions and last day of the contract.
    pub asked: (u16, Date),
}

/// The list of everything a course asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Plans {
    /// What the page shows on top.
    pub head: Head,
    /// Every task in the order of the protocol.
    pub tasks: Vec<TaskLine>,
    /// Every gate in order.
    pub gates: Vec<GateLine>,
    /// What is there, by kind: newest version, author, time.
    pub artefacts: Vec<(String, Stamp)>,
    /// Worksheets that no task of this protocol asks for, by kind and title.
    pub others: Vec<(String, String)>,
    /// Last session of the initial phase in the protocol, when the course is beyond it without its gate.
    pub overrun_limit: Option<u16>,
}

/// One task of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    /// Its id in the protocol.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why it is done.
    pub why: String,
    /// Where it belongs.
    pub phase: TaskPhase,
    /// How far it is.
    pub status: TaskStatus,
    /// Whether it is due, and whether its time has passed.
    pub due: Option<Overdue>,
    /// What is still unmet, in words.
    pub unmet: Vec<String>,
    /// Where it is done, the most pressing place first.
    pub places: Vec<Place>,
}

/// Whether the time of something due has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// It is time.
    No,
    /// Its time has passed.
    Yes,
}

/// One gate of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateLine {
    /// Its title.
    pub title: String,
    /// Why there is such a gate.
    pub why: String,
    /// The phase that ends with it.
    pub ends: Phase,
    /// Whether it is passed, and what blocks it.
    pub view: GateView,
    /// Titles of the tasks that block it, in the order of `view.missing`.
    pub missing_titles: Vec<String>,
}

/// One worksheet of a course: to read, to fill in, to print.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanPage {
    /// What the page shows on top.
    pub head: Head,
    /// The form.
    pub worksheet: Worksheet,
    /// The newest version; none before the first save.
    pub saved: Option<Artefact>,
    /// What the form holds: the newest version, or what a new one starts with.
    pub body: Body,
    /// What this person typed and has not saved.
    pub draft: Option<Draft<Body>>,
    /// All versions, newest first.
    pub history: Vec<Stamp>,
    /// Words for the records it points at.
    pub labels: Labels,
    /// Why nothing can be saved now, if so.
    pub closed: Option<Refusal>,
}

impl PlanPage {
    /// What was typed and not saved, with the version it was begun on.
    #[must_use]
    pub fn typed(&self) -> Option<(u32, &Body)> {
        let draft = self.draft.as_ref()?;
        Some((u32::try_from(draft.base_version).ok()?, &draft.typed))
    }

    /// The version a form on this page is based on; 0 before the first save.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.saved.as_ref().map_or(0, |saved| saved.stamp.version)
    }
}

/// One kept version.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionPage {
    /// What the page shows on top.
    pub head: Head,
    /// The form.
    pub worksheet: Worksheet,
    /// The version.
    pub artefact: Artefact,
    /// All versions, newest first.
    pub history: Vec<Stamp>,
    /// Words for the records it points at.
    pub labels: Labels,
}

/// Two versions side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparePage {
    /// What the page shows on top.
    pub head: Head,
    /// The form.
    pub worksheet: Worksheet,
    /// The older and the newer version.
    pub stamps: (Stamp, Stamp),
    /// Every difference, in the order of the form.
    pub changes: Vec<FieldChange>,
    /// All versions, newest first.
    pub history: Vec<Stamp>,
}

impl App {
    /// Everything the course asks for, with how far it is and where it is done.
    ///
    /// # Errors
    /// Denied, no such episode, or the store's failure.
    pub async fn plans(&self, ctx: &Ctx, episode: EpisodeId) -> Verdict<Plans, PlanError> {
        self.act(ctx, Ask::on_episode(Action::ReadChart, episode, "plans"), move |desk| {
            let record = Record::load::<PlanError>(desk, episode)?;
            let latest = artefacts::latest(desk.tx, &desk.grant, episode)?;
            let asked = |kind: &str| {
                record.protocol.tasks.iter().any(|task| task.artefacts.iter().any(|made| made == kind))
            };
            // What only other protocols ask for is left out: nobody with depression looks for a chart of sleep.
            let elsewhere = |kind: &str| {
                !record.protocol.artefacts.contains_key(kind)
                    && desk.content.protocols().any(|one| one.artefacts.contains_key(kind))
            };
            let others = desk
                .content
                .worksheets()
                .filter(|sheet| Place::is_worksheet(&sheet.id) && !asked(&sheet.id) && !elsewhere(&sheet.id));
            let others = others.map(|sheet| (sheet.id.clone(), sheet.title.clone())).collect();
            Ok(Plans {
                head: record.head(desk)?,
                tasks: task_lines(&record),
                gates: gate_lines(&record),
                artefacts: latest.into_iter().map(|one| (one.kind, one.stamp)).collect(),
                others,
                overrun_limit: record.course.overrun.as_ref().map(|overrun| overrun.limit),
            })
        })
        .await
    }

    /// One worksheet of a course.
    ///
    /// # Errors
    /// Denied, [`PlanError::NoSuchPlan`], or the store's failure.
    pub async fn plan(&self, ctx: &Ctx, episode: EpisodeId, kind: &str) -> Verdict<PlanPage, PlanError> {
        self.plan_for(ctx, Action::ReadChart, episode, kind).await
    }

    /// Like [`App::plan`], for the form in which it is written: who may not write does not see it.
    ///
    /// # Errors
    /// As [`App::plan`].
    pub async fn plan_to_edit(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        kind: &str,
    ) -> Verdict<PlanPage, PlanError> {
        self.plan_for(ctx, Action::WriteChart, episode, kind).await
    }

    async fn plan_for(
        &self,
        ctx: &Ctx,
        action: Action,
        episode: EpisodeId,
        kind: &str,
    ) -> Verdict<PlanPage, PlanError> {
        let (kind, ask) = (kind.to_owned(), ask(&self.content, action, episode, kind));
        self.act(ctx, ask, move |desk| {
            let worksheet = worksheet(desk, &kind)?;
            let record = Record::load::<PlanError>(desk, episode)?;
            let saved = artefacts::newest(desk.tx, &desk.grant, episode, &kind)?;
            let body = match &saved {
                Some(saved) => saved.body.clone(),
                None => worksheet.blank(&known::prefill(desk, &record)?),
            };
            let draft = store::drafts::find(desk.tx, &desk.grant, (episode, &save::form_name(&kind)))?;
            let next = saved.as_ref().map_or(0, |saved| saved.stamp.version) + 1;
            let closed = protocol::admit(&record.protocol, &record.course, &recorded(&kind, next)).err();
            Ok(PlanPage {
                head: record.head(desk)?,
                history: artefacts::history(desk.tx, &desk.grant, episode, &kind)?,
                labels: known::labels(desk, &record)?,
                worksheet,
                saved,
                body,
                draft,
                closed,
            })
        })
        .await
    }

    /// One kept version of a worksheet.
    ///
    /// # Errors
    /// Denied, [`PlanError::NoSuchPlan`], or the store's failure.
    pub async fn plan_version(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        kind: &str,
        version: u32,
    ) -> Verdict<VersionPage, PlanError> {
        let (kind, ask) = (kind.to_owned(), ask(&self.content, Action::ReadChart, episode, kind));
        self.act(ctx, ask, move |desk| {
            let worksheet = worksheet(desk, &kind)?;
            let record = Record::load::<PlanError>(desk, episode)?;
            Ok(VersionPage {
                artefact: kept(desk, episode, (&kind, version))?,
                head: record.head(desk)?,
                history: artefacts::history(desk.tx, &desk.grant, episode, &kind)?,
                labels: known::labels(desk, &record)?,
                worksheet,
            })
        })
        .await
    }

    /// Two kept versions side by side; the smaller number counts as the older.
    ///
    /// # Errors
    /// Denied, [`PlanError::NoSuchPlan`], or the store's failure.
    pub async fn compare_plan(
        &self,
        ctx: &Ctx,
        episode: EpisodeId,
        kind: &str,
        (one, other): (u32, u32),
    ) -> Verdict<ComparePage, PlanError> {
        let (kind, ask) = (kind.to_owned(), ask(&self.content, Action::ReadChart, episode, kind));
        self.act(ctx, ask, move |desk| {
            let worksheet = worksheet(desk, &kind)?;
            let record = Record::load::<PlanError>(desk, episode)?;
            let older = kept(desk, episode, (&kind, one.min(other)))?;
            let newer = kept(desk, episode, (&kind, one.max(other)))?;
            let labels = known::labels(desk, &record)?;
            Ok(ComparePage {
                changes: worksheet.compare(&older.body, &newer.body, &labels),
                stamps: (older.stamp, newer.stamp),
                head: record.head(desk)?,
                history: artefacts::history(desk.tx, &desk.grant, episode, &kind)?,
                worksheet,
            })
        })
        .await
    }

    /// Where a task of the course is done, and whose course it is.
    ///
    /// # Errors
    /// Denied, [`PlanError::NoSuchPlan`] when the protocol has no such task, or the store's failure.
    pub async fn task_place(&self, ctx: &Ctx, episode: EpisodeId, task: &str) -> Verdict<Place, PlanError> {
        let task = task.to_owned();
        let ask = Ask::on_episode(Action::ReadChart, episode, "task");
        self.act(ctx, ask, move |desk| {
            let record = Record::load::<PlanError>(desk, episode)?;
            let task = record.protocol.task(&task).ok_or(Refused::Verb(PlanError::NoSuchPlan))?;
            let found = places(task, &record.course.facts).into_iter().next();
            found.ok_or(Refused::Verb(PlanError::NoSuchPlan))
        })
        .await
    }
}

fn ask(content: &Content, action: Action, episode: EpisodeId, kind: &str) -> Ask {
    // A kind comes from an address: only one that is installed has a place in the audit trail.
    let known = content.worksheet(kind).is_some();
    Ask::on_episode(action, episode, format!("plan {}", if known { kind } else { "unknown" }))
}

fn worksheet(desk: &Desk<'_, '_>, kind: &str) -> Verdict<Worksheet, PlanError> {
    // A kind with a page of its own keeps its own documents; a form drawn over them would spoil them.
    if !Place::is_worksheet(kind) {
        return Err(Refused::Verb(PlanError::NoSuchPlan));
    }
    desk.content.worksheet(kind).cloned().ok_or(Refused::Verb(PlanError::NoSuchPlan))
}

fn kept(desk: &mut Desk<'_, '_>, episode: EpisodeId, which: (&str, u32)) -> Verdict<Artefact, PlanError> {
    artefacts::version(desk.tx, &desk.grant, episode, which)?.ok_or(Refused::Verb(PlanError::NoSuchPlan))
}

fn recorded(kind: &str, version: u32) -> EventKind {
    EventKind::Recorded { artefact: kind.to_owned(), version, facts: protocol::Facts::new(), session: None }
}

fn task_lines(record: &Record) -> Vec<TaskLine> {
    let course = &record.course;
    let line = |task: &protocol::Task| {
        let status = course.task(task.id.as_str()).unwrap_or(TaskStatus::NotYet);
        let due = course.due.iter().find(|due| due.task == task.id);
        TaskLine {
            id: task.id.to_string(),
            title: task.title.clone(),
            why: task.why.clone(),
            phase: task.phase,
            status,
            due: due.map(|due| if due.overdue { Overdue::Yes } else { Overdue::No }),
            unmet: if status == TaskStatus::Done { Vec::new() } else { unmet(task, &course.facts) },
            places: places(task, &course.facts),
        }
    };
    record.protocol.tasks.iter().map(line).collect()
}

pub(crate) fn gate_lines(record: &Record) -> Vec<GateLine> {
    let phases = [Phase::Initial, Phase::Middle, Phase::Ending];
    let title = |task: &protocol::TaskId| {
        record.protocol.task(task.as_str()).map_or_else(|| task.to_string(), |task| task.title.clone())
    };
    let views = record.course.gates.iter();
    let lines = record.protocol.gates.iter().zip(phases).zip(views).map(|((gate, ends), view)| GateLine {
        title: gate.title.clone(),
        why: gate.why.clone(),
        ends,
        missing_titles: view.missing.iter().map(|missing| title(&missing.task)).collect(),
        view: view.clone(),
    });
    lines.collect()
}
