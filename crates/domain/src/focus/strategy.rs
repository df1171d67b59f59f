//! How far each step of the chosen area's strategy is. Kept in the shape of the `strategy` worksheet, so that both
//! ways to it show the same record.

use crate::fields::{Coded, FieldError, Fields, Reading, coded};
use protocol::{ProblemArea, Step};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The kind under which the record keeps it.
pub const STRATEGY: &str = "strategy";

coded! {
    /// How far a step is.
    StepState {
        /// Not begun.
        NotStarted = "not_started",
        /// Under way.
        InProgress = "in_progress",
        /// Done.
        Done = "done",
        /// Does not apply here.
        NotApplicable = "not_applicable",
    }
}

coded! {
    /// Where a dispute stands (Klerman et al. 1984).
    Stage {
        /// Both still try.
        Renegotiation = "renegotiation",
        /// Talk has stopped.
        Impasse = "impasse",
        /// Beyond repair.
        Dissolution = "dissolution",
    }
}

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepRow {
    /// Its title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub step: String,
    /// The word for how far it is; empty while nobody said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// What happened.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whatever else the row holds.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl StepRow {
    /// How far it is, if somebody said.
    #[must_use]
    pub fn state(&self) -> Option<StepState> {
        StepState::from_code(&self.state)
    }
}

/// The steps of the area with their states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Strategy {
    /// The area's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub area: String,
    /// The word for the stage of a dispute; empty otherwise.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub dispute_stage: String,
    /// The steps in order.
    pub steps: Vec<StepRow>,
    /// Whatever else the worksheet holds.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Strategy {
    /// What is on record laid over the protocol's steps of an area: each step of the protocol once, in its order,
    /// then steps the therapist added. A record of another area is not carried over.
    #[must_use]
    pub fn for_area(&self, area: ProblemArea, steps: &[Step]) -> Strategy {
        let same = self.area == area.as_str();
        let kept: &[StepRow] = if same { &self.steps } else { &[] };
        let mut rows: Vec<StepRow> = steps
            .iter()
            .map(|step| {
                let found = kept.iter().find(|row| row.step == step.title);
                found.cloned().unwrap_or_else(|| StepRow { step: step.title.clone(), ..StepRow::default() })
            })
            .collect();
        let own = kept.iter().filter(|row| !steps.iter().any(|step| step.title == row.step));
        rows.extend(own.filter(|row| !row.step.is_empty()).cloned());
        Strategy {
            area: area.as_str().to_owned(),
            dispute_stage: if same { self.dispute_stage.clone() } else { String::new() },
            steps: rows,
            rest: if same { self.rest.clone() } else { Map::new() },
        }
    }

    /// These steps with the states of a form: `steps.<n>.state`, `steps.<n>.note`, `dispute_stage`.
    ///
    /// # Errors
    /// Every field that cannot be taken as it is.
    pub fn read(mut self, fields: &Fields) -> Result<Strategy, Vec<FieldError>> {
        let mut reading = Reading::of(fields);
        let r = &mut reading;
        for (n, row) in self.steps.iter_mut().enumerate() {
            let state: Option<StepState> = r.choice(&format!("steps.{n}.state"));
            row.state = state.map(|state| state.code().to_owned()).unwrap_or_default();
            row.note = r.optional_line(&format!("steps.{n}.note"), 400);
        }
        if self.area == ProblemArea::Disputes.as_str() {
            let stage: Option<Stage> = r.choice("dispute_stage");
            self.dispute_stage = stage.map(|stage| stage.code().to_owned()).unwrap_or_default();
        }
        reading.finish(self)
    }

    /// The states as fields.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let mut f = Fields::default();
        for (n, row) in self.steps.iter().enumerate() {
            f.put(&format!("steps.{n}.state"), &row.state);
            f.put(&format!("steps.{n}.note"), &row.note);
        }
        f.with("dispute_stage", &self.dispute_stage)
    }

    /// The facts of the strategy, as the protocol asks for them.
    #[must_use]
    pub fn facts(&self) -> protocol::Facts {
        let recorded = self.steps.iter().filter(|row| !row.step.is_empty() && !row.state.is_empty()).count();
        protocol::Facts::new().with("strategy.steps_recorded", i64::try_from(recorded).unwrap_or(i64::MAX))
    }
}
