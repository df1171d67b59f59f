//! The protocol language: a treatment as a file that can be checked, run and explained.
//!
//! Three steps, one after the other: [`Protocol::parse`] reads a file and checks it, naming every mistake by
//! line and field; [`course()`] folds an episode's events into where the course stands; [`admit()`] says whether
//! one more event may be added. Everything here is a function from values to values.
//!
//! Never in this crate: a clock, randomness, files, network, sentences for a screen (they live in the protocol
//! file or in the locale files).

mod admit;
mod cases;
mod catalogue;
mod condition;
mod course;
mod event;
mod fact;
mod fit;
mod fold;
mod ids;
mod model;
mod parse;
mod refusal;
mod simulate;
mod texts;
mod words;

pub use admit::admit;
pub use cases::{Case, CaseFailure, Expectation};
pub use catalogue::Catalogue;
pub use condition::{Condition, Criterion, Test};
pub use course::{
    Advice, Answered, Because, Completion, Course, Due, DueReason, Focus, Follows, GateView, Maintained, Met,
    Missing, Overrun, ScoreTrack, Standing, TaskStatus, TaskView, advice, course, progress_rules,
    session_steps, strategy_steps,
};
pub use event::{
    Agreement, Disposition, Event, EventKind, Exit, MissedReason, ProblemArea, RiskLevel, RuleAnswer,
};
pub use fact::{Fact, Facts};
pub use fit::{Against, Fit, Intake, Question, Verdict, criteria, fit, ranked};
pub use fold::Fold;
pub use ids::{GateId, ProtocolId, StepId, TaskId};
pub use model::{
    Area, AreaConfidence, Artefact, Certainty, Confidence, Delivery, Discharge, DropUnit, Eligibility,
    Evidence, Exclusion, FactType, Family, FidelityItem, Format, Gate, Grade, Inclusion, Indication, Kinship,
    Looks, Measure, Meeting, MeetingKind, MeetingTime, Mode, Outcome, Phase, PhasePart, PhaseSpan, Protocol,
    Related, Role, Rule, RuleKind, RuleTime, ScoreTest, Sessions, Severity, Shows, Stage, Step, Stretch,
    Task, TaskPhase, Timing, Weight, Who,
};
pub use parse::{Difference, Lint, ProtocolError, Shelf, schema};
pub use refusal::Refusal;
pub use simulate::{GateTally, Simulation, Spread, simulate};
