//! What helps to do the work well: problem areas, steps, homework, fidelity.

use serde::{Deserialize, Serialize};

use super::Phase;
use crate::condition::Criterion;
use crate::event::ProblemArea;
use crate::ids::StepId;
use crate::words::words;

words! {
    /// How well raters agree on an area.
    AreaConfidence {
        /// As usual.
        Usual = "usual",
        /// Raters agree less: it is suggested with more care (Markowitz et al. 2000).
        Lower = "lower",
    }
}

words! {
    /// What a fidelity item looks for.
    Looks {
        /// Something that should be done.
        Present = "present",
        /// Something of another treatment, which should be absent.
        Absent = "absent",
        /// Warmth, pace, structure: how it is done.
        Quality = "quality",
    }
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
    /// How far raters agree on it.
    pub confidence: AreaConfidence,
    /// Where inventory and timeline show it.
    pub indicators: Vec<String>,
    /// What has to be so before it may be chosen, for example a death for grief.
    pub opens_when: Vec<Criterion>,
    /// What the work aims at.
    pub goals: Vec<String>,
    /// Signs that it moves.
    pub progress: Vec<String>,
    /// Mistakes that are easily made.
    pub pitfalls: Vec<String>,
    /// Things to try between sessions.
    pub homework: Vec<String>,
    /// Where the trouble stands, for example the stages of a dispute.
    pub stages: Vec<Stage>,
    /// The steps of its strategy.
    pub steps: Vec<Step>,
}

/// Where a trouble stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// How to know it, and what to do there.
    pub explanation: String,
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

/// One thing a rater looks for in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FidelityItem {
    /// Its id.
    pub id: String,
    /// The phase it applies to; to all when `None`.
    pub phase: Option<Phase>,
    /// What is looked for.
    pub item: String,
    /// Whether it should be there.
    pub looks: Looks,
}
