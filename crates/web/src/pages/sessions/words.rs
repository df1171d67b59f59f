//! The words for what a note keeps as codes.

use crate::ui::prelude::*;
use app::notes::{Direction, Gap, Mark, Mode, SkipReason, Technique};
use protocol::{MissedReason, RiskLevel};

/// How a session is held.
pub fn mode(w: Words, mode: Mode) -> String {
    let text = match mode {
        Mode::InPerson => w.t("session-mode-in-person"),
        Mode::Video => w.t("session-mode-video"),
        Mode::Phone => w.t("session-mode-phone"),
    };
    text.into_owned()
}

/// What became of a step.
pub fn mark(w: Words, mark: Mark) -> String {
    let text = match mark {
        Mark::Done => w.t("step-done"),
        Mark::Partly => w.t("step-partly"),
        Mark::NotToday => w.t("step-not-today"),
    };
    text.into_owned()
}

/// Which led to which.
pub fn direction(w: Words, direction: Direction) -> String {
    let text = match direction {
        Direction::EventToMood => w.t("link-event-to-mood"),
        Direction::MoodToEvent => w.t("link-mood-to-event"),
        Direction::Both => w.t("link-both"),
        Direction::Unclear => w.t("link-unclear"),
    };
    text.into_owned()
}

/// A technique.
pub fn technique(w: Words, technique: Technique) -> String {
    let text = match technique {
        Technique::Exploration => w.t("technique-exploration"),
        Technique::Affect => w.t("technique-affect"),
        Technique::CommunicationAnalysis => w.t("technique-communication-analysis"),
        Technique::Incident => w.t("technique-incident"),
        Technique::DecisionAnalysis => w.t("technique-decision-analysis"),
        Technique::ProblemSolving => w.t("technique-problem-solving"),
        Technique::CommunicationSkills => w.t("technique-communication-skills"),
        Technique::RolePlay => w.t("technique-role-play"),
        Technique::TherapeuticRelationship => w.t("technique-therapeutic-relationship"),
        Technique::Directive => w.t("technique-directive"),
        Technique::ClosenessCircle => w.t("technique-closeness-circle"),
        Technique::Timeline => w.t("technique-timeline"),
        Technique::RelationshipChecklist => w.t("technique-relationship-checklist"),
        Technique::Expectations => w.t("technique-expectations"),
        Technique::OldNewRole => w.t("technique-old-new-role"),
        Technique::GriefReview => w.t("technique-grief-review"),
        Technique::Psychoeducation => w.t("technique-psychoeducation"),
        Technique::Homework => w.t("technique-homework"),
        Technique::JointSession => w.t("technique-joint-session"),
    };
    text.into_owned()
}

/// A level of risk, and what it means.
pub fn risk(w: Words, level: RiskLevel) -> (String, String) {
    let (word, hint) = match level {
        RiskLevel::None => (w.t("risk-level-none"), w.t("risk-level-none-hint")),
        RiskLevel::Low => (w.t("risk-level-low"), w.t("risk-level-low-hint")),
        RiskLevel::Moderate => (w.t("risk-level-moderate"), w.t("risk-level-moderate-hint")),
        RiskLevel::High => (w.t("risk-level-high"), w.t("risk-level-high-hint")),
    };
    (word.into_owned(), hint.into_owned())
}

/// What is missing, and the field that fills it.
pub fn gap(w: Words, gap: Gap) -> (String, &'static str) {
    let (text, field) = match gap {
        Gap::RiskLevel => (w.t("gap-risk-level"), "risk_level"),
        Gap::Place => (w.t("gap-place"), "place"),
        Gap::MoodLink => (w.t("gap-mood-link"), "links.0.mood"),
        Gap::Technique => (w.t("gap-technique"), "techniques"),
        Gap::Steps => (w.t("gap-steps"), "guide"),
    };
    (text.into_owned(), field)
}

/// Why something usual was left out.
pub fn skipped(w: Words, reason: SkipReason) -> String {
    let text = match reason {
        SkipReason::SomethingUrgent => w.t("skipped-something-urgent"),
        SkipReason::NoTime => w.t("skipped-no-time"),
        SkipReason::ClientDeclined => w.t("skipped-client-declined"),
        SkipReason::DidNotFit => w.t("skipped-did-not-fit"),
        SkipReason::Other => w.t("skipped-other"),
    };
    text.into_owned()
}

/// Why a planned session did not take place.
pub fn missed(w: Words, reason: MissedReason) -> String {
    let text = match reason {
        MissedReason::NoShow => w.t("missed-no-show"),
        MissedReason::CancelledByClient => w.t("missed-by-client"),
        MissedReason::CancelledByTherapist => w.t("missed-by-therapist"),
    };
    text.into_owned()
}
