//! Where a course stands: phase, sessions, what is due and why, what blocks a gate.

mod look;
mod rules;

pub use rules::{Advice, Because, advice, progress_rules};

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::{Agreement, Event, Exit, ProblemArea, RiskLevel, RuleAnswer};
use crate::fact::Facts;
use crate::fold::Fold;
use crate::ids::{GateId, ProtocolId, TaskId};
use crate::model::{Phase, Protocol, Step};

/// Where a course stands on one day. Made by [`course()`].
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// The day it was looked at.
    pub today: Date,
    /// The protocol and version the course follows, by its own events.
    pub follows: Option<Follows>,
    /// Not yet begun, running, resting, over.
    pub standing: Standing,
    /// The phase, decided by the gates that were passed.
    pub phase: Phase,
    /// First day of the course.
    pub starts_on: Option<Date>,
    /// Planned last day.
    pub ends_on: Option<Date>,
    /// Whether the course still runs after its planned last day: time to agree on a new one.
    pub past_planned_end: bool,
    /// The session whose note is still open.
    pub open_session: Option<u16>,
    /// Sessions whose note is closed.
    pub sessions_held: u16,
    /// Planned sessions that did not take place.
    pub sessions_missed: u16,
    /// Number the next session to be opened will have, while the plan has one.
    pub next_session: Option<u16>,
    /// Planned sessions not yet held (an open one counts as not yet held).
    pub sessions_left: u16,
    /// Sessions planned now.
    pub sessions_planned: u16,
    /// Day of the session that was held last.
    pub last_session_on: Option<Date>,
    /// What is due now, the overdue first.
    pub due: Vec<Due>,
    /// Every gate in order.
    pub gates: Vec<GateView>,
    /// Every task in the order of the file.
    pub tasks: Vec<TaskView>,
    /// Artefacts that exist, with their newest version.
    pub artefacts: BTreeMap<String, u32>,
    /// Instruments not yet answered for the session that is open or comes next.
    pub measures_due: Vec<String>,
    /// First and latest score per instrument.
    pub scores: Vec<ScoreTrack>,
    /// Risks that wait for a clinician's answer.
    pub open_risks: Vec<String>,
    /// The level judged last.
    pub last_risk_level: Option<RiskLevel>,
    /// Set while the risk counts as high: no gate is passed and no course ends in good order until a clinician
    /// judges it lower. Sessions go on; they are where safety is worked on.
    pub safety_hold: bool,
    /// Meetings held outside the numbered sessions, with the day of the last one of each.
    pub meetings: BTreeMap<String, Met>,
    /// What therapists made of the suggestions of rules, the newest answer of each.
    pub answers: Vec<Answered>,
    /// How often another therapist took over.
    pub transfers: u16,
    /// First day of the pause, while the course rests.
    pub paused_on: Option<Date>,
    /// The day the course went on after its last pause.
    pub resumed_on: Option<Date>,
    /// The day the course ended.
    pub ended_on: Option<Date>,
    /// The agreement on maintenance sessions.
    pub maintenance: Option<Maintained>,
    /// What the work is about.
    pub focus: Option<Focus>,
    /// Whether the focus may be revised now.
    pub focus_open: bool,
    /// Set when the initial phase takes longer than the protocol says.
    pub overrun: Option<Overrun>,
    /// How much of the planned treatment took place.
    pub completion: Completion,
    /// Everything known by name, the engine's own facts included (`session.`, `focus.`, `risk.`, `scored.`,
    /// `outcome.`).
    pub facts: Facts,
}

impl Course {
    /// Whether this gate was passed.
    #[must_use]
    pub fn passed(&self, gate: &str) -> bool {
        self.gates.iter().any(|view| view.gate == *gate && view.passed)
    }

    /// The status of one task.
    #[must_use]
    pub fn task(&self, task: &str) -> Option<TaskStatus> {
        self.tasks.iter().find(|view| view.task == *task).map(|view| view.status)
    }

    /// The session that is open, or else the one that comes next.
    #[must_use]
    pub fn current_session(&self) -> Option<u16> {
        self.open_session.or(self.next_session)
    }

    /// First and latest score of one instrument.
    #[must_use]
    pub fn score(&self, instrument: &str) -> Option<&ScoreTrack> {
        self.scores.iter().find(|track| track.instrument == instrument)
    }
}

/// The protocol a course follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follows {
    /// Which protocol.
    pub protocol: ProtocolId,
    /// Which version of its file.
    pub version: String,
}

/// How often a meeting was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Met {
    /// How often.
    pub held: u16,
    /// When last.
    pub last_on: Date,
}

/// The agreement on maintenance sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maintained {
    /// When it was made.
    pub started_on: Date,
    /// Days from one session to the next, from 1.
    pub every_days: u16,
    /// Last day of the agreement.
    pub until: Date,
}

/// What a therapist made of a rule's suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Which rule.
    pub rule: String,
    /// Taken up or not.
    pub answer: RuleAnswer,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub on: Date,
    /// How many scores there were of what the rule looks at.
    pub(crate) scores: u32,
    /// Whether the answer was given in maintenance.
    pub(crate) in_maintenance: bool,
}

/// Not yet begun, running, resting, over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No protocol chosen yet.
    NotEnrolled,
    /// Running.
    Active,
    /// Resting; no session may be opened.
    Paused,
    /// Acute treatment over, maintenance sessions agreed.
    Maintenance,
    /// Over.
    Ended(Exit),
}

/// A task that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which task.
    pub task: TaskId,
    /// Why now.
    pub reason: DueReason,
    /// Whether its time has passed.
    pub overdue: bool,
}

/// Why a task is due now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DueReason {
    /// It belongs before the first session.
    BeforeFirstSession,
    /// Its sessions are reached.
    WindowReached {
        /// First session of its window.
        from: u16,
        /// Last session of its window.
        to: u16,
    },
    /// It belongs to every session.
    EverySession {
        /// The session that is open or comes next.
        session: u16,
    },
    /// Half of the planned sessions are reached.
    HalfReached {
        /// The session in the middle.
        session: u16,
        /// Sessions planned.
        planned: u16,
    },
    /// So many weeks have passed since the first day.
    WeekReached {
        /// How many.
        week: u16,
    },
}

/// A gate and what blocks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateView {
    /// Which gate.
    pub gate: GateId,
    /// Whether it was passed.
    pub passed: bool,
    /// The day it was passed.
    pub passed_on: Option<Date>,
    /// Tasks that still block it; empty once passed.
    pub missing: Vec<Missing>,
    /// Other conditions that still block it, as the file words them; empty once passed.
    pub unmet: Vec<String>,
    /// Whether it comes next and nothing blocks it.
    pub ready: bool,
}

/// A task that blocks a gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Which task.
    pub task: TaskId,
    /// Its criteria that are not met, as the file words them.
    pub unmet: Vec<String>,
}

/// A task and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskView {
    /// Which task.
    pub task: TaskId,
    /// How far it is.
    pub status: TaskStatus,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Something else comes first.
    NotYet,
    /// Can be worked on.
    Open,
    /// Its criteria are met (for a task of every session: in the session held last).
    Done,
}

/// The problem area that is worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// Version of the choice.
    pub version: u32,
    /// The one area that is worked on.
    pub primary: ProblemArea,
    /// A second one kept in view, never the same.
    pub secondary: Option<ProblemArea>,
    /// Who agreed.
    pub agreed: Agreement,
    /// When it was chosen.
    pub chosen_on: Date,
}

/// First and latest score of one instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreTrack {
    /// The instrument's id.
    pub instrument: String,
    /// The first total.
    pub baseline: Option<f64>,
    /// The latest total.
    pub latest: Option<f64>,
    /// How often it was scored.
    pub count: u32,
    /// When it was scored last.
    pub last_on: Date,
    /// The day of the first total.
    pub(crate) baseline_on: Option<Date>,
    /// The day of the latest total.
    pub(crate) latest_on: Option<Date>,
    /// Every total by its day, the oldest first.
    pub(crate) totals: Vec<(Date, f64)>,
    /// The last session it was scored for.
    pub(crate) last_session: u16,
    /// Whether it was scored in the ending.
    pub(crate) in_ending: bool,
}

impl ScoreTrack {
    pub(crate) fn new(instrument: &str, on: Date) -> Self {
        Self {
            instrument: instrument.to_owned(),
            baseline: None,
            latest: None,
            count: 0,
            last_on: on,
            baseline_on: None,
            latest_on: None,
            totals: Vec::new(),
            last_session: 0,
            in_ending: false,
        }
    }

    /// Takes a total in its place by day: a form that was filled on paper may be typed in days later.
    pub(crate) fn take(&mut self, total: f64, on: Date) {
        let at = self.totals.partition_point(|(day, _)| *day <= on);
        self.totals.insert(at, (on, total));
        if self.baseline_on.is_none_or(|first| on < first) {
            (self.baseline, self.baseline_on) = (Some(total), Some(on));
        }
        if self.latest_on.is_none_or(|last| on >= last) {
            (self.latest, self.latest_on) = (Some(total), Some(on));
        }
    }
}

/// The initial phase takes, or took, longer than the protocol says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// Last session of the initial phase in the protocol.
    pub limit: u16,
    /// Why, once the gate was passed late.
    pub reason: Option<String>,
}

/// How much of the treatment planned at the start took place. Both readings are kept because drop-out rates
/// depend on the definition (Linardon et al. 2019).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// At least half of the sessions.
    pub at_least_half: bool,
    /// All sessions.
    pub all: bool,
}

/// Says where a course stands after these events, on this day.
///
/// Total: any list of events gives an answer, also one that [`admit`](crate::admit()) would not have let through.
#[must_use]
pub fn course(protocol: &Protocol, events: &[Event], today: Date) -> Course {
    let mut fold = Fold::new(protocol);
    for event in events {
        fold.apply(event);
    }
    fold.into_course(today)
}

/// The steps of the session that is open or comes next, by phase and problem area; none once the course is over.
#[must_use]
pub fn session_steps<'p>(protocol: &'p Protocol, course: &Course) -> Vec<&'p Step> {
    let Some(session) = course.current_session() else { return Vec::new() };
    let focus = course.focus.as_ref().map(|focus| focus.primary);
    let place = |at| look::place(protocol, course.sessions_planned, at);
    let span = protocol.phase(course.phase);
    // Gates decide the phase, so a session may lie before or after the usual span: it gets its first or last steps.
    let first = place(span.from);
    let session = session.clamp(first, place(span.to).max(first));
    let for_focus =
        |step: &&Step| step.areas.is_empty() || focus.is_some_and(|area| step.areas.contains(&area));
    let of_today =
        |step: &&Step| step.phase == course.phase && (place(step.from)..=place(step.to)).contains(&session);
    protocol.steps.iter().filter(of_today).filter(for_focus).collect()
}

/// The strategy of the problem area that is worked on; empty before one is chosen.
#[must_use]
pub fn strategy_steps<'p>(protocol: &'p Protocol, course: &Course) -> &'p [Step] {
    course
        .focus
        .as_ref()
        .and_then(|focus| protocol.area(focus.primary))
        .map_or(&[], |area| area.steps.as_slice())
}
