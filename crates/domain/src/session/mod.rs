//! The session note: what a therapist writes down about one session, what the protocol may know of it, and what
//! is missing before it can be signed.

mod form;
mod sign;
#[cfg(test)]
mod tests;
mod words;

pub use form::{LinkForm, NoteForm, NoteProblem, Problem, StepForm, TechniqueForm};
pub use sign::{Gap, Need, SkipReason, facts, is_late, ready_to_sign};
pub use words::{Direction, Mark, Mode, Technique};

use crate::ids::{EventId, TieId};
use protocol::RiskLevel;
use serde::{Deserialize, Serialize};

/// Most characters of the narrative, and of an addendum.
pub const NARRATIVE_CHARS_MAX: usize = 20_000;
/// Most characters of any other longer text of a note.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Most characters of a one-line text of a note.
pub const LINE_CHARS_MAX: usize = 400;
/// Most mood-event links in one note.
pub const LINKS_MAX: usize = 20;

/// One session's note. Versioned as a whole; fields added later have defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionNote {
    /// How the session was held.
    pub mode: Mode,
    /// Where the client was, for a session by video or phone.
    pub place: String,
    /// Whom to call for the client there and then, for a session by video or phone.
    pub emergency_contact: String,
    /// Who was there besides client and therapist.
    pub attended: String,
    /// What was agreed to talk about.
    pub agenda: String,
    /// The guide's steps that were marked.
    pub steps: Vec<StepMark>,
    /// Mood linked to events: the core of each session.
    pub mood_links: Vec<MoodLink>,
    /// Techniques used, each at most once.
    pub techniques: Vec<TechniqueUse>,
    /// The note in the therapist's words, at most [`NARRATIVE_CHARS_MAX`].
    pub narrative: String,
    /// The level of risk the clinician judged; none until asked.
    pub risk_level: Option<RiskLevel>,
    /// What was found and done about risk.
    pub risk_note: String,
    /// Whether the number of sessions left was said aloud.
    pub sessions_left_said: bool,
    /// Whether the ending was talked about.
    pub ending_discussed: bool,
    /// Whether the client, feeling better, wishes to end early.
    pub client_wishes_to_end: bool,
    /// Why something usual was left out; asked once, when signing.
    pub skipped: Option<Skipped>,
}

/// A step of the guide with its mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMark {
    /// The step's id in the protocol, for example `M-4`.
    pub step: String,
    /// The step's name on that day, so that the note can be read without the protocol's file.
    pub title: String,
    /// What became of it.
    pub mark: Mark,
    /// A short reason, when it was not or only partly done.
    #[serde(default)]
    pub reason: String,
}

/// A mood linked to an event between people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoodLink {
    /// Mood from 0 (worst) to 10 (best).
    pub mood: u8,
    /// What happened.
    pub event: String,
    /// With whom, if it is somebody of the inventory.
    #[serde(default)]
    pub tie: Option<TieId>,
    /// The event of the timeline it is, if it stands there.
    #[serde(default)]
    pub life_event: Option<EventId>,
    /// Feelings, named.
    #[serde(default)]
    pub feelings: String,
    /// Which led to which.
    #[serde(default)]
    pub direction: Option<Direction>,
}

/// A technique that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechniqueUse {
    /// Which.
    pub kind: Technique,
    /// About whom, if it is somebody of the inventory.
    #[serde(default)]
    pub tie: Option<TieId>,
    /// What happened.
    #[serde(default)]
    pub what_happened: String,
    /// What came of it.
    #[serde(default)]
    pub outcome: String,
}

/// Why something usual was left out of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The reason's code.
    pub reason: SkipReason,
    /// More about it.
    #[serde(default)]
    pub note: String,
}
