//! Meetings outside the numbered sessions: before a group begins, with parents, afterwards.

use serde::{Deserialize, Serialize};

use super::Who;
use crate::words::words;

words! {
    /// What kind of meeting it is.
    MeetingKind {
        /// To win somebody for treatment (Grote, Swartz & Zuckoff 2008).
        Engagement = "engagement",
        /// One client alone before a group begins.
        PreGroup = "pre_group",
        /// One client alone half way through a group.
        MidGroup = "mid_group",
        /// One client alone after a group.
        PostGroup = "post_group",
        /// With a parent or guardian.
        Parent = "parent",
        /// With a partner.
        Partner = "partner",
        /// With a caregiver.
        Caregiver = "caregiver",
        /// With the school.
        School = "school",
        /// With somebody else the work is about.
        Joint = "joint",
        /// A group beside the sessions alone.
        Group = "group",
        /// After the course, to keep what was reached.
        Booster = "booster",
    }
}

words! {
    /// When in the course a meeting belongs.
    MeetingTime {
        /// Before the first session.
        Before = "before",
        /// The initial phase.
        Initial = "initial",
        /// The middle phase.
        Middle = "middle",
        /// The ending.
        Ending = "ending",
        /// Any time in the course.
        Any = "any",
        /// After the last session.
        After = "after",
    }
}

/// A meeting outside the numbered sessions. How often it was held is the fact `meeting.<id>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Its id, small letters and `_`.
    pub id: String,
    /// What kind.
    pub kind: MeetingKind,
    /// Name for people.
    pub title: String,
    /// Why it is held.
    pub why: String,
    /// When.
    pub time: MeetingTime,
    /// First session around which it is held, in session numbers of the file; the whole phase when `None`.
    pub from: Option<u16>,
    /// Last session around which it is held.
    pub to: Option<u16>,
    /// Fewest; 0 when it is offered and not asked for.
    pub at_least: u16,
    /// Most.
    pub at_most: u16,
    /// Usual length in minutes.
    pub minutes: u16,
    /// Who takes part.
    pub who: Vec<Who>,
    /// The engine's fact that counts it, `meeting.<id>`.
    pub(crate) fact: String,
}
