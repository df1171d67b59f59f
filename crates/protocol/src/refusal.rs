//! Why an event is not admitted: values, no sentences.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use crate::course::Missing;
use crate::event::{Agreement, Exit, ProblemArea};
use crate::ids::{GateId, ProtocolId, TaskId};
use crate::model::MeetingTime;

/// Why an event is not admitted: values only, the sentences stand in the locale files under [`Refusal::code`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// No course has begun.
    NotEnrolled,
    /// A course has already begun.
    AlreadyEnrolled,
    /// The event names another protocol or version than the one it is checked against.
    OtherProtocol {
        /// The protocol it is checked against.
        protocol: ProtocolId,
        /// Its version.
        version: String,
    },
    /// The protocol does not allow this number of sessions.
    SessionsOutOfRange {
        /// The number asked for.
        asked: u16,
        /// The fewest possible, those already begun included.
        fewest: u16,
        /// The most the protocol allows.
        most: u16,
    },
    /// The end lies before the start.
    EndsBeforeStart {
        /// First day.
        starts_on: Date,
        /// The end that was asked for.
        ends_on: Date,
    },
    /// The course is paused.
    Paused,
    /// The course is not paused.
    NotPaused,
    /// The course is over.
    CourseEnded {
        /// How it ended.
        exit: Exit,
    },
    /// The acute course is over and maintenance has begun.
    InMaintenance,
    /// Maintenance follows only a course that was completed or ended in remission.
    MaintenanceNotPossible,
    /// A session is still open.
    SessionStillOpen {
        /// Its number.
        session: u16,
    },
    /// Another session comes first.
    SessionOutOfOrder {
        /// The number asked for.
        asked: u16,
        /// The number that comes next.
        next: u16,
    },
    /// The plan has no such session; it would have to be negotiated anew.
    BeyondPlan {
        /// The number asked for.
        asked: u16,
        /// Sessions planned.
        planned: u16,
    },
    /// This session is not open.
    SessionNotOpen {
        /// The number asked for.
        asked: u16,
        /// The session that is open, if any.
        open: Option<u16>,
    },
    /// A risk waits for an answer.
    RisksUnanswered {
        /// The risks' ids.
        risks: Vec<String>,
    },
    /// This risk is already open.
    RiskAlreadyOpen {
        /// The risk's id.
        risk: String,
    },
    /// This risk is not open.
    RiskNotOpen {
        /// The risk's id.
        risk: String,
    },
    /// The protocol has no such gate.
    GateUnknown {
        /// The name given.
        gate: GateId,
    },
    /// The gate was passed before.
    GateAlreadyPassed {
        /// Which gate.
        gate: GateId,
    },
    /// Another gate comes first.
    GateNotPassed {
        /// The gate that comes first.
        gate: GateId,
        /// The task that waits for it, when a task was recorded.
        task: Option<TaskId>,
    },
    /// Something is missing for this gate.
    GateBlocked {
        /// Which gate.
        gate: GateId,
        /// Tasks not done, each with its unmet criteria.
        missing: Vec<Missing>,
        /// Other unmet conditions, as the file words them.
        unmet: Vec<String>,
    },
    /// The gate is passed later than the protocol says and no reason was given.
    OverrunReasonMissing {
        /// Which gate.
        gate: GateId,
        /// Last session the protocol gives the phase.
        limit: u16,
    },
    /// This change needs a reason.
    ReasonMissing,
    /// This change needs the agreement of client and therapist.
    AgreementMissing {
        /// Who agreed so far.
        agreed: Agreement,
    },
    /// Primary and secondary area are the same.
    SameAreaTwice {
        /// The area.
        area: ProblemArea,
    },
    /// In the ending the focus stays, unless the end was negotiated anew.
    FocusFixedInEnding,
    /// A version never overwrites another.
    VersionNotNewer {
        /// The artefact, `focus` for the problem area.
        artefact: String,
        /// The newest version on record.
        newest: u32,
        /// The version offered.
        offered: u32,
    },
    /// A discharge needs more than is there, at least a relapse-prevention plan.
    DischargeBlocked {
        /// Tasks not done, each with its unmet criteria.
        missing: Vec<Missing>,
    },
    /// A discharge needs a level of risk that a clinician judged.
    RiskLevelMissing,
    /// A completed course says what comes next.
    DispositionMissing,
    /// An interval of at least one day is needed.
    IntervalMissing,
    /// The risk was judged high: steps forward wait until a clinician judges it lower.
    SafetyFirst,
    /// The protocol has no such problem area.
    AreaUnknown {
        /// The area.
        area: ProblemArea,
    },
    /// What the problem area asks for is not there, and no reason was given to choose it all the same.
    AreaNotOpen {
        /// The area.
        area: ProblemArea,
        /// What is not so, as the file words it.
        unmet: Vec<String>,
    },
    /// The protocol has no such meeting.
    MeetingUnknown {
        /// The name given.
        meeting: String,
    },
    /// The meeting was held as often as the protocol has it.
    MeetingsUsed {
        /// Which meeting.
        meeting: String,
        /// Most of them.
        at_most: u16,
    },
    /// The meeting belongs to another time of the course.
    MeetingNotNow {
        /// Which meeting.
        meeting: String,
        /// When it belongs.
        time: MeetingTime,
    },
    /// The protocol has no such rule.
    RuleUnknown {
        /// The name given.
        rule: String,
    },
    /// The rule does not speak now, or was answered.
    RuleSilent {
        /// Which rule.
        rule: String,
    },
    /// The course follows this protocol already.
    SameProtocol {
        /// The protocol.
        protocol: ProtocolId,
        /// Its version.
        version: String,
    },
}

impl Refusal {
    /// A stable word for this kind of refusal, for example `session_out_of_order`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotEnrolled => "not_enrolled",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::OtherProtocol { .. } => "other_protocol",
            Self::SessionsOutOfRange { .. } => "sessions_out_of_range",
            Self::EndsBeforeStart { .. } => "ends_before_start",
            Self::Paused => "paused",
            Self::NotPaused => "not_paused",
            Self::CourseEnded { .. } => "course_ended",
            Self::InMaintenance => "in_maintenance",
            Self::MaintenanceNotPossible => "maintenance_not_possible",
            Self::SessionStillOpen { .. } => "session_still_open",
            Self::SessionOutOfOrder { .. } => "session_out_of_order",
            Self::BeyondPlan { .. } => "beyond_plan",
            Self::SessionNotOpen { .. } => "session_not_open",
            Self::RisksUnanswered { .. } => "risks_unanswered",
            Self::RiskAlreadyOpen { .. } => "risk_already_open",
            Self::RiskNotOpen { .. } => "risk_not_open",
            Self::GateUnknown { .. } => "gate_unknown",
            Self::GateAlreadyPassed { .. } => "gate_already_passed",
            Self::GateNotPassed { .. } => "gate_not_passed",
            Self::GateBlocked { .. } => "gate_blocked",
            Self::OverrunReasonMissing { .. } => "overrun_reason_missing",
            Self::ReasonMissing => "reason_missing",
            Self::AgreementMissing { .. } => "agreement_missing",
            Self::SameAreaTwice { .. } => "same_area_twice",
            Self::FocusFixedInEnding => "focus_fixed_in_ending",
            Self::VersionNotNewer { .. } => "version_not_newer",
            Self::DischargeBlocked { .. } => "discharge_blocked",
            Self::RiskLevelMissing => "risk_level_missing",
            Self::DispositionMissing => "disposition_missing",
            Self::IntervalMissing => "interval_missing",
            Self::SafetyFirst => "safety_first",
            Self::AreaUnknown { .. } => "area_unknown",
            Self::AreaNotOpen { .. } => "area_not_open",
            Self::MeetingUnknown { .. } => "meeting_unknown",
            Self::MeetingsUsed { .. } => "meetings_used",
            Self::MeetingNotNow { .. } => "meeting_not_now",
            Self::RuleUnknown { .. } => "rule_unknown",
            Self::RuleSilent { .. } => "rule_silent",
            Self::SameProtocol { .. } => "same_protocol",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}
