//! From the note to what the protocol may know, and to what is missing before signing.

use super::words::coded;
use super::{Mark, SessionNote};
use jiff::civil::Date;
use protocol::{Facts, Phase};
use serde::{Deserialize, Serialize};

coded! {
    /// Why something usual was left out of a session. Asked once, never twice.
    SkipReason {
        /// Something more pressing came first.
        SomethingUrgent = "something_urgent",
        /// The time ran out.
        NoTime = "no_time",
        /// The client did not want to today.
        ClientDeclined = "client_declined",
        /// It did not fit this session.
        DidNotFit = "did_not_fit",
        /// Another reason, in words.
        Other = "other",
    }
}

/// What is missing in a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// No level of risk was set.
    RiskLevel,
    /// A session at a distance without the place the client was at.
    Place,
    /// No mood was linked to an event.
    MoodLink,
    /// No technique was named.
    Technique,
    /// Steps were left out without a word why.
    Steps,
}

/// Whether a gap stops the signing or only asks why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Has to be filled.
    Must,
    /// One reason for all of them is enough.
    Reason,
}

impl Gap {
    /// Whether this gap stops the signing. Only the level of risk does: no session ends without it.
    #[must_use]
    pub const fn need(self) -> Need {
        match self {
            Gap::RiskLevel => Need::Must,
            Gap::Place | Gap::MoodLink | Gap::Technique | Gap::Steps => Need::Reason,
        }
    }
}

/// What the protocol may know of a note, by the names its files use.
#[must_use]
pub fn facts(note: &SessionNote) -> Facts {
    let facts = Facts::new()
        .with("note.mood_links", note.mood_links.len())
        .with("note.techniques", note.techniques.len())
        .with("note.ending_discussed", note.ending_discussed)
        .with("note.sessions_left_said", note.sessions_left_said)
        .with("note.client_wishes_to_end", note.client_wishes_to_end);
    match note.risk_level {
        Some(level) => facts.with("note.risk_level", level.as_str()),
        None => facts,
    }
}

/// What is missing before the note can be signed; empty when it is ready. A note that gives a reason for what was
/// left out is asked for nothing but the musts. Whether a risk still waits for an answer is the engine's to say.
#[must_use]
pub fn ready_to_sign(note: &SessionNote, phase: Phase) -> Vec<Gap> {
    let unexplained = |step: &super::StepMark| step.mark == Mark::NotToday && step.reason.trim().is_empty();
    let gaps = [
        (Gap::RiskLevel, note.risk_level.is_none()),
        (Gap::Place, note.mode.is_remote() && note.place.trim().is_empty()),
        (Gap::MoodLink, phase == Phase::Middle && note.mood_links.is_empty()),
        (Gap::Technique, phase == Phase::Middle && note.techniques.is_empty()),
        (Gap::Steps, note.steps.iter().any(unexplained)),
    ];
    let explained = note.skipped.is_some();
    let missing = gaps.into_iter().filter(|(_, is_missing)| *is_missing).map(|(gap, _)| gap);
    missing.filter(|gap| !explained || gap.need() == Need::Must).collect()
}

/// Whether something written on a day is a late entry to a session: later than the day after it was held.
#[must_use]
pub fn is_late(held_on: Date, written_on: Date) -> bool {
    written_on > held_on.saturating_add(jiff::Span::new().days(1))
}
