//! What a change suggests. A prompt to a clinician, never a change of treatment.

use serde::{Deserialize, Serialize};

use crate::condition::Criterion;
use crate::words::words;

words! {
    /// What a rule is about.
    RuleKind {
        /// Whether the treatment helps.
        Response = "response",
        /// How often people meet.
        Dose = "dose",
        /// What comes first and what is added.
        Sequence = "sequence",
        /// A lighter or a stronger treatment.
        SteppedCare = "stepped_care",
        /// Somebody gets worse.
        Deterioration = "deterioration",
        /// It comes back after getting well.
        Recurrence = "recurrence",
        /// Well before the planned end.
        EarlyStop = "early_stop",
        /// What comes after the course.
        Afterwards = "afterwards",
    }
}

words! {
    /// When a rule is asked.
    RuleTime {
        /// In the course.
        Course = "course",
        /// In maintenance.
        Maintenance = "maintenance",
        /// In both.
        Always = "always",
    }
}

words! {
    /// How a drop in score is read.
    DropUnit {
        /// Points of the instrument.
        Points = "points",
        /// Percent of the first total.
        Percent = "percent",
    }
}

/// What a change suggests after some weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id, for example `R-ADULT-PHQ`.
    pub id: String,
    /// What it is about.
    pub kind: RuleKind,
    /// When it is asked.
    pub time: RuleTime,
    /// Weeks since the first day from which it counts, 0 or more.
    pub from_week: u16,
    /// Weeks since the first day before which it counts; without end when `None`.
    pub before_week: Option<u16>,
    /// What the scores have to show; nothing when `None`.
    pub score: Option<ScoreTest>,
    /// What else has to be so.
    pub when: Vec<Criterion>,
    /// What it suggests, in a sentence.
    pub says: String,
    /// The ways on that it offers, each in a few words.
    pub options: Vec<String>,
    /// Where it comes from.
    pub source: String,
}

impl Rule {
    /// The instrument whose scores the rule looks at: that of its test, or the deciding one when it asks about the
    /// outcome; none when it looks at no scores.
    #[must_use]
    pub(crate) fn looks_at<'a>(&'a self, deciding: &'a str) -> Option<&'a str> {
        let of_outcome = || self.when.iter().any(|one| one.condition.names("outcome."));
        self.score.as_ref().map(|test| test.instrument.as_str()).or_else(|| of_outcome().then_some(deciding))
    }
}

/// What the scores of one instrument have to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreTest {
    /// The instrument.
    pub instrument: String,
    /// What is looked at.
    pub shows: Shows,
}

/// What is looked at in a row of scores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The drop from the first to the latest total, at least two scores. A rise is a negative drop.
    Drop {
        /// Points or percent of the first total.
        unit: DropUnit,
        /// The drop is this or more.
        at_least: Option<i64>,
        /// The drop is less than this.
        below: Option<i64>,
    },
    /// The latest total stands so many points or more above the lowest one before it.
    RiseFromBest {
        /// How many points, from 1.
        points: u16,
    },
    /// So many rises one after the other, up to the latest total.
    RisesInARow {
        /// How many, from 1.
        times: u16,
    },
    /// The latest totals are all below a number.
    Below {
        /// The number.
        points: u16,
        /// How many of them, from 1.
        times: u16,
    },
    /// The latest totals are all a number or more.
    AtLeast {
        /// The number.
        points: u16,
        /// How many of them, from 1.
        times: u16,
    },
}
