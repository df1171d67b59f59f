//! A checked protocol: what its file says, as types.

mod about;
mod guide;
mod meeting;
mod rule;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cases::Case;
use crate::condition::Criterion;
use crate::event::ProblemArea;
use crate::ids::{GateId, ProtocolId, TaskId};
use crate::words::words;

pub use about::{
    Certainty, Confidence, Delivery, Eligibility, Evidence, Exclusion, Family, Format, Grade, Inclusion,
    Indication, Kinship, Mode, Related, Role, Severity, Weight,
};
pub use guide::{Area, AreaConfidence, FidelityItem, Looks, Stage, Step};
pub use meeting::{Meeting, MeetingKind, MeetingTime};
pub use rule::{DropUnit, Rule, RuleKind, RuleTime, ScoreTest, Shows};

/// A treatment protocol, read from its file and checked. Made only by [`Protocol::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Protocol {
    /// Its name, for example `ipt16_adult`.
    pub id: ProtocolId,
    /// Version of the file; an episode keeps the one it began with.
    pub version: String,
    /// The protocol it builds on, when it says only what differs.
    pub extends: Option<ProtocolId>,
    /// IPT, or a neighbour that is easily taken for it.
    pub family: Family,
    /// Language of the texts, for example `en`.
    pub language: String,
    /// Name for people.
    pub title: String,
    /// Other names under which people look for it.
    pub also_called: Vec<String>,
    /// Whom it is for.
    pub population: String,
    /// What it is, in a few sentences.
    pub summary: String,
    /// Publications the file rests on.
    pub sources: Vec<String>,
    /// What it is used for and how well that is studied.
    pub evidence: Vec<Evidence>,
    /// Where the file is not sure of itself.
    pub confidence: Vec<Confidence>,
    /// Whom it is for, and who needs something else first.
    pub eligibility: Eligibility,
    /// How it is delivered.
    pub delivery: Delivery,
    /// Number, rhythm and length of sessions.
    pub sessions: Sessions,
    /// Meetings outside the numbered sessions.
    pub meetings: Vec<Meeting>,
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
    /// Techniques offered, by the words of the session note.
    pub techniques: Vec<String>,
    /// What a rater looks for.
    pub fidelity: Vec<FidelityItem>,
    /// Protocols that go with this one.
    pub related: Vec<Related>,
    /// Texts in other languages: by language, then by the path of the text they stand for.
    pub texts: BTreeMap<String, BTreeMap<String, String>>,
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

    /// The meeting of this id.
    #[must_use]
    pub fn meeting(&self, id: &str) -> Option<&Meeting> {
        self.meetings.iter().find(|meeting| meeting.id == id)
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
    /// Sessions with a rhythm or length of their own, in order.
    pub stretches: Vec<Stretch>,
}

impl Sessions {
    /// Days from this session to the next, in session numbers of the file.
    #[must_use]
    pub fn days_after(&self, session: u16) -> u16 {
        let stretch = self.stretches.iter().find(|one| (one.from..=one.to).contains(&session));
        stretch.map_or(self.cadence_days, |one| one.cadence_days)
    }
}

/// Sessions with a rhythm or length of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First session.
    pub from: u16,
    /// Last session, inclusive.
    pub to: u16,
    /// Days from each of them to the next.
    pub cadence_days: u16,
    /// Shortest usual length.
    pub minutes_min: u16,
    /// Longest usual length.
    pub minutes_max: u16,
    /// What is different about them.
    pub says: String,
}

words! {
    /// The three phases of the acute treatment.
    Phase {
        /// Understand, name, agree what to work on.
        Initial = "initial",
        /// Work on the problem area.
        Middle = "middle",
        /// End on purpose.
        Ending = "ending",
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
    /// A sentence that opens its sessions.
    pub opening: Option<String>,
    /// Parts of the phase with a name of their own, in order and without a gap; usually none.
    pub parts: Vec<PhasePart>,
}

/// A part of a phase with a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhasePart {
    /// Its id.
    pub id: String,
    /// First session.
    pub from: u16,
    /// Last session, inclusive.
    pub to: u16,
    /// Name for people.
    pub title: String,
    /// What it is for.
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

words! {
    /// The type of a fact.
    FactType {
        /// Yes or no.
        Flag = "flag",
        /// How many.
        Count = "count",
        /// One word.
        Text = "text",
    }
}

words! {
    /// Who takes part.
    Who {
        /// The therapist.
        Therapist = "therapist",
        /// The client.
        Client = "client",
        /// A parent or guardian.
        Guardian = "guardian",
        /// The supervisor.
        Supervisor = "supervisor",
        /// A prescriber or other provider.
        Prescriber = "prescriber",
        /// Whoever leads a group.
        Facilitator = "facilitator",
        /// A second leader of a group.
        CoFacilitator = "co_facilitator",
        /// A partner.
        Partner = "partner",
        /// Somebody who cares for the client.
        Caregiver = "caregiver",
        /// Somebody of the school.
        School = "school",
        /// The ward or another team.
        Team = "team",
        /// The program itself.
        System = "system",
    }
}

words! {
    /// Where in the course a task belongs.
    TaskPhase {
        /// Before the first session.
        Before = "before",
        /// The initial phase.
        Initial = "initial",
        /// The middle phase; nothing of it may be recorded before its gate.
        Middle = "middle",
        /// The ending; nothing of it may be recorded before the middle's gate.
        Ending = "ending",
        /// Any time in the course.
        Any = "any",
    }
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
