//! A checked protocol: what its file says, as types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cases::Case;
use crate::condition::Criterion;
use crate::event::ProblemArea;
use crate::ids::{GateId, ProtocolId, StepId, TaskId};

/// A treatment protocol, read from its file and checked. Made only by [`Protocol::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Protocol {
    /// Its name, for example `ipt16_adult`.
    pub id: ProtocolId,
    /// Version of the file; an episode keeps the one it began with.
    pub version: String,
    /// Name for people.
    pub title: String,
    /// Whom it is for.
    pub population: String,
    /// What it is, in a few sentences.
    pub summary: String,
    /// Publications the file rests on.
    pub sources: Vec<String>,
    /// Who needs something else first.
    pub exclusions: Vec<Exclusion>,
    /// Number, rhythm and length of sessions.
    pub sessions: Sessions,
    /// Initial, middle, ending: without a gap.
    pub phases: [PhaseSpan; 3],
    /// Artefacts and what is known about each.
    pub artefacts: BTreeMap<String, Artefact>,
    /// Tasks in the order of the file.
    pub tasks: Vec<Task>,
    /// Gates in order: into the middle, into the ending, out of the course.
    pub gates: [Gate; 3],
    /// What a discharge asks for even when a course ends early.
    pub discharge: Discharge,
    /// Measures answered at each session.
    pub measures: Vec<Measure>,
    /// When a course counts as response or remission.
    pub outcome: Outcome,
    /// What a change in score suggests; prompts to a clinician, never more.
    pub rules: Vec<Rule>,
    /// The problem areas with their strategies.
    pub areas: Vec<Area>,
    /// Steps of a session, by phase.
    pub steps: Vec<Step>,
    /// Worked cases that the file carries with it.
    pub cases: Vec<Case>,
}

impl Protocol {
    /// The task of this id.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == *id)
    }

    /// The gate of this id.
    #[must_use]
    pub fn gate(&self, id: &str) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.id == *id)
    }

    /// One problem area.
    #[must_use]
    pub fn area(&self, area: ProblemArea) -> Option<&Area> {
        self.areas.iter().find(|one| one.area == area)
    }

    /// The span of one phase, in session numbers of the file.
    #[must_use]
    pub const fn phase(&self, phase: Phase) -> &PhaseSpan {
        match phase {
            Phase::Initial => &self.phases[0],
            Phase::Middle => &self.phases[1],
            Phase::Ending => &self.phases[2],
        }
    }

    /// How many sessions the ending takes.
    #[must_use]
    pub const fn ending_length_sessions(&self) -> u16 {
        let ending = &self.phases[2];
        ending.to.saturating_sub(ending.from).saturating_add(1)
    }
}

/// A reason to offer something else first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// What it is.
    pub criterion: String,
    /// What to offer instead or first.
    pub action: String,
    /// Where the criterion comes from.
    pub source: String,
}

/// Number, rhythm and length of sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sessions {
    /// How many a course has by default.
    pub count: u16,
    /// The fewest that may be planned.
    pub fewest: u16,
    /// The most that may be planned.
    pub most: u16,
    /// Days from one to the next.
    pub cadence_days: u16,
    /// Shortest usual length.
    pub minutes_min: u16,
    /// Longest usual length.
    pub minutes_max: u16,
}

/// The three phases of the acute treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Understand, name, agree what to work on.
    Initial,
    /// Work on the problem area.
    Middle,
    /// End on purpose.
    Ending,
}

impl Phase {
    /// The word used in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Middle => "middle",
            Self::Ending => "ending",
        }
    }
}

/// One phase in session numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseSpan {
    /// Which phase.
    pub phase: Phase,
    /// First session, from 1.
    pub from: u16,
    /// Last session, inclusive.
    pub to: u16,
    /// Name for people.
    pub title: String,
    /// What the phase is for.
    pub aim: String,
}

/// What an artefact is called and what may be known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// Name for people.
    pub title: String,
    /// Facts by their short name, without the artefact.
    pub facts: BTreeMap<String, FactType>,
}

/// The type of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactType {
    /// Yes or no.
    Flag,
    /// How many.
    Count,
    /// One word.
    Text,
}

/// Who takes part in a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The therapist.
    Therapist,
    /// The client.
    Client,
    /// A parent or guardian.
    Guardian,
    /// The supervisor.
    Supervisor,
    /// A prescriber or other provider.
    Prescriber,
    /// The program itself.
    System,
}

/// Where in the course a task belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskPhase {
    /// Before the first session.
    Before,
    /// The initial phase.
    Initial,
    /// The middle phase; nothing of it may be recorded before its gate.
    Middle,
    /// The ending; nothing of it may be recorded before the middle's gate.
    Ending,
    /// Any time in the course.
    Any,
}

/// When a task falls due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timing {
    /// From its first session on; overdue after its last.
    Window,
    /// In every session of its window.
    EverySession,
    /// When half of the planned sessions are reached.
    HalfWay,
    /// After these numbers of weeks.
    Weeks(Vec<u16>),
    /// Never by itself.
    WhenNeeded,
}

/// Something that has to be done, with its artefact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id, for example `I5`.
    pub id: TaskId,
    /// Name for people.
    pub title: String,
    /// Why it is done.
    pub why: String,
    /// Who takes part.
    pub who: Vec<Who>,
    /// Where it belongs.
    pub phase: TaskPhase,
    /// First session of its window; 0 is before the first session.
    pub from: u16,
    /// Last session of its window.
    pub to: u16,
    /// When it falls due.
    pub timing: Timing,
    /// Tasks that come first.
    pub after_tasks: Vec<TaskId>,
    /// Gates that come first.
    pub after_gates: Vec<GateId>,
    /// What else has to be so before it can begin.
    pub opens_when: Vec<Criterion>,
    /// What has to be so for it to be done.
    pub done_when: Vec<Criterion>,
    /// Artefacts it makes.
    pub artefacts: Vec<String>,
}

/// A gate between phases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its id, for example `G1`.
    pub id: GateId,
    /// Name for people.
    pub title: String,
    /// Why it is there.
    pub why: String,
    /// Tasks that have to be done.
    pub needs: Vec<TaskId>,
    /// What else has to be so.
    pub when: Vec<Criterion>,
}

/// What a discharge asks for even when a course ends early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discharge {
    /// Tasks that have to be done, at least the relapse-prevention plan.
    pub needs: Vec<TaskId>,
}

/// A measure answered at each session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The instrument's id.
    pub instrument: String,
    /// Why it is asked.
    pub why: String,
    /// The engine's fact that counts its scores, `scored.<instrument>`.
    pub(crate) fact: String,
}

/// When a course counts as response or remission.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The instrument that decides.
    pub instrument: String,
    /// Response: a drop from baseline of at least this percentage.
    pub response_drop_percent: u16,
    /// Remission: a total below this many points.
    pub remission_below_points: u16,
}

/// What a change in score suggests after some weeks. A prompt to a clinician, never a change of treatment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id, for example `R-ADULT-PHQ`.
    pub id: String,
    /// The instrument whose first and latest totals are compared.
    pub instrument: String,
    /// Weeks since the first day from which it counts, 0 or more.
    pub from_week: u16,
    /// Weeks since the first day before which it counts; without end when `None`.
    pub before_week: Option<u16>,
    /// Whether the drop is read in points or in percent of the first total.
    pub unit: DropUnit,
    /// The drop is this or more; a rise is a negative drop.
    pub drop_at_least: Option<i64>,
    /// The drop is less than this.
    pub drop_below: Option<i64>,
    /// What it suggests, in a sentence.
    pub says: String,
    /// Where it comes from.
    pub source: String,
}

/// How a drop in score is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropUnit {
    /// Points of the instrument.
    Points,
    /// Percent of the first total.
    Percent,
}

/// A problem area with its strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Which one.
    pub area: ProblemArea,
    /// Name for people.
    pub title: String,
    /// What it is, in plain words.
    pub explanation: String,
    /// What the work aims at.
    pub goals: Vec<String>,
    /// Signs that it moves.
    pub progress: Vec<String>,
    /// Mistakes that are easily made.
    pub pitfalls: Vec<String>,
    /// The steps of its strategy.
    pub steps: Vec<Step>,
}

/// One step of a session or a strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its id, for example `M-4` or `D-6`.
    pub id: StepId,
    /// Name for people.
    pub title: String,
    /// A sentence a therapist might say.
    pub sample: String,
    /// Why it is done.
    pub why: String,
    /// The phase it belongs to; strategy steps belong to the middle.
    pub phase: Phase,
    /// First session it is meant for, in session numbers of the file.
    pub from: u16,
    /// Last session it is meant for.
    pub to: u16,
    /// Only for these problem areas; for all when empty.
    pub areas: Vec<ProblemArea>,
}
