//! A response: one instrument answered on one day, and what followed from it.

use measure::{ItemId, RiskFlag, Score, Scored};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the answers came in. Shown beside each score: a form filled alone and one filled together differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// By the client, through a one-time link.
    Link,
    /// By the client, signed in.
    Portal,
    /// By client and therapist together.
    InSession,
    /// On paper, typed in by the therapist.
    Paper,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 4] = [Mode::Link, Mode::Portal, Mode::InSession, Mode::Paper];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Mode::Link => "link",
            Mode::Portal => "portal",
            Mode::InSession => "in_session",
            Mode::Paper => "paper",
        }
    }

    /// The mode behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

/// What followed from the answers, as it was scored then. Kept, so that a later version of the instrument
/// changes nothing that was said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scoring {
    /// Whether the total stands in for missing answers.
    pub prorated: bool,
    /// Items that count and have no value, declined ones included.
    pub missing: Vec<ItemId>,
    /// Partial scores by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub subscales: BTreeMap<String, Option<Score>>,
    /// Risk items answered above 0.
    pub flags: Vec<RiskFlag>,
    /// Risk items without a value: they clear nobody, somebody has to ask.
    pub risk_unanswered: Vec<ItemId>,
}

impl From<&Scored> for Scoring {
    fn from(scored: &Scored) -> Scoring {
        Scoring {
            prorated: scored.prorated,
            missing: scored.missing.clone(),
            subscales: scored.subscales.clone(),
            flags: scored.flags.clone(),
            risk_unanswered: scored.risk_unanswered.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_is_read_back_from_its_word() {
        for mode in Mode::ALL {
            assert_eq!(Mode::from_code(mode.code()), Some(mode));
        }
        assert_eq!(Mode::from_code("carrier pigeon"), None);
    }

    #[test]
    fn a_scoring_of_an_older_program_is_still_read() {
        assert_eq!(serde_json::from_str::<Scoring>("{}").ok(), Some(Scoring::default()));
    }
}
