//! Why the course does not allow something now, in words: what holds it up and what to do about it.

use crate::pages::chart::exit_words;
use crate::ui::prelude::*;
use protocol::{MeetingTime, Refusal};

/// The sentence for a refusal of the engine.
// tidy: one sentence an arm
pub fn words(w: Words, refusal: &Refusal) -> String {
    let plain = |key: &str| w.t(key).into_owned();
    match refusal {
        Refusal::NotEnrolled => plain("no-not-enrolled"),
        Refusal::AlreadyEnrolled => plain("no-already-enrolled"),
        Refusal::OtherProtocol { .. } => plain("no-other-protocol"),
        Refusal::SessionsOutOfRange { asked, fewest, most } => w.with(
            "no-sessions-out-of-range",
            &[("asked", (*asked).into()), ("fewest", (*fewest).into()), ("most", (*most).into())],
        ),
        Refusal::EndsBeforeStart { starts_on, .. } => {
            w.with("no-ends-before-start", &[("start", w.date(*starts_on).into())])
        }
        Refusal::Paused => plain("no-paused"),
        Refusal::NotPaused => plain("no-not-paused"),
        Refusal::CourseEnded { exit } => {
            let exit = exit_words(w, domain::episode::exit_word(exit));
            w.with("no-course-ended", &[("exit", exit.into())])
        }
        Refusal::InMaintenance => plain("no-in-maintenance"),
        Refusal::MaintenanceNotPossible => plain("no-maintenance-not-possible"),
        Refusal::SessionStillOpen { session } => {
            w.with("no-session-still-open", &[("session", (*session).into())])
        }
        Refusal::SessionOutOfOrder { next, .. } => {
            w.with("no-session-out-of-order", &[("next", (*next).into())])
        }
        Refusal::BeyondPlan { planned, .. } => w.with("no-beyond-plan", &[("planned", (*planned).into())]),
        Refusal::SessionNotOpen { asked, .. } => {
            w.with("no-session-not-open", &[("session", (*asked).into())])
        }
        Refusal::RisksUnanswered { risks } => w.with("no-risks-unanswered", &[("count", risks.len().into())]),
        Refusal::RiskAlreadyOpen { .. } => plain("no-risk-already-open"),
        Refusal::RiskNotOpen { .. } => plain("no-risk-not-open"),
        Refusal::GateUnknown { .. } => plain("no-gate-unknown"),
        Refusal::GateAlreadyPassed { .. } => plain("no-gate-already-passed"),
        Refusal::GateNotPassed { gate, .. } => {
            w.with("no-gate-not-passed", &[("gate", gate.to_string().into())])
        }
        Refusal::GateBlocked { .. } => plain("no-gate-blocked"),
        Refusal::OverrunReasonMissing { limit, .. } => {
            w.with("no-overrun-reason-missing", &[("limit", (*limit).into())])
        }
        Refusal::ReasonMissing => plain("no-reason-missing"),
        Refusal::AgreementMissing { .. } => plain("no-agreement-missing"),
        Refusal::SameAreaTwice { .. } => plain("no-same-area-twice"),
        Refusal::FocusFixedInEnding => plain("no-focus-fixed"),
        Refusal::VersionNotNewer { .. } => plain("no-version-not-newer"),
        Refusal::DischargeBlocked { .. } => plain("no-discharge-blocked"),
        Refusal::RiskLevelMissing => plain("no-risk-level-missing"),
        Refusal::DispositionMissing => plain("no-disposition-missing"),
        Refusal::IntervalMissing => plain("no-interval-missing"),
        Refusal::SafetyFirst => plain("no-safety-first"),
        Refusal::AreaUnknown { .. } => plain("no-area-unknown"),
        Refusal::AreaNotOpen { unmet, .. } => {
            w.with("no-area-not-open", &[("missing", unmet.join("; ").into())])
        }
        Refusal::MeetingUnknown { .. } => plain("no-meeting-unknown"),
        Refusal::MeetingsUsed { at_most, .. } => w.with("no-meetings-used", &[("most", (*at_most).into())]),
        Refusal::MeetingNotNow { time, .. } => w.t(meeting_time(*time)).into_owned(),
        Refusal::RuleUnknown { .. } => plain("no-rule-unknown"),
        Refusal::RuleSilent { .. } => plain("no-rule-silent"),
        Refusal::SameProtocol { .. } => plain("no-same-protocol"),
    }
}

fn meeting_time(time: MeetingTime) -> &'static str {
    match time {
        MeetingTime::Before => "no-meeting-before",
        MeetingTime::Initial => "no-meeting-initial",
        MeetingTime::Middle => "no-meeting-middle",
        MeetingTime::Ending => "no-meeting-ending",
        MeetingTime::Any => "no-meeting-any",
        MeetingTime::After => "no-meeting-after",
    }
}
