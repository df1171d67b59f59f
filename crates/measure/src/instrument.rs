//! The questionnaire as data: wording, options, scoring rules, bands, cut-offs, licence.

mod id;
mod locate;
mod rules;
mod validate;

use serde::Deserialize;

pub use id::{IdError, InstrumentId, ItemId};
pub use rules::{
    Band, ChangeRules, Comparison, Cutoff, CutoffUse, Deterioration, Direction, EarlyResponse, Method,
    MissingRule, PublishedPoints, ReliabilityFigures, Rounding, Scoring, Subscale,
};

use crate::answers::Answers;
use crate::scoring::Score;

/// The value of the field `schema` that this version reads.
pub const SCHEMA: &str = "attune-instrument/1";

/// One questionnaire, read from its content file and checked as a whole.
///
/// It can only be made by [`Instrument::parse`], so its items, bands and rules fit together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Instrument {
    /// Format of the file; always [`SCHEMA`].
    pub schema: String,
    /// Name used in data and in file names, such as `phq-9`.
    pub id: InstrumentId,
    /// Version of this definition; a score keeps the version it was made with.
    pub version: String,
    /// Official name.
    pub title: String,
    /// Short name for headings and charts.
    pub short: String,
    /// What is measured.
    #[serde(default)]
    pub construct: String,
    /// For whom it was validated.
    #[serde(default)]
    pub population: String,
    /// Whether the official wording comes with the file.
    pub distribution: Distribution,
    /// The paper to cite.
    pub citation: String,
    /// On which terms the wording may be used.
    pub licence: Licence,
    /// The stretch of time that is asked about, in words.
    #[serde(default)]
    pub recall: String,
    /// The official sentence above the items.
    #[serde(default)]
    pub preamble: String,
    /// The answers offered, unless an item brings its own.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// All items in the order in which they are asked.
    pub items: Vec<Item>,
    /// How answers become a total.
    pub scoring: Scoring,
    /// Names for stretches of the total, lowest first; empty where none are published.
    #[serde(default)]
    pub bands: Vec<Band>,
    /// Published thresholds.
    #[serde(default)]
    pub cutoffs: Vec<Cutoff>,
    /// What counts as change.
    #[serde(default)]
    pub change: ChangeRules,
    /// What a positive risk item means, in words.
    #[serde(default)]
    pub risk_rule: Option<String>,
    /// Codes of the instrument as a whole.
    #[serde(default)]
    pub loinc: Codes,
    /// Worked cases: answers and what must come out.
    #[serde(default)]
    pub cases: Vec<Case>,
}

impl Instrument {
    /// Reads and checks one content file.
    ///
    /// # Errors
    /// Names the first thing that is wrong, with its field, line and column.
    pub fn parse(json: &str) -> Result<Instrument, ParseError> {
        if !crate::nesting::is_shallow(json.as_bytes()) {
            let message = format!(
                "lists and objects stand more than {} deep inside each other",
                crate::nesting::DEEPEST
            );
            return Err(ParseError { line: 1, column: 1, field: String::new(), message });
        }
        let instrument: Instrument = serde_json::from_str(json).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(head, _)| head);
            ParseError {
                line,
                column,
                field: locate::path_at(json, line, column),
                message: message.to_owned(),
            }
        })?;
        match validate::first_problem(&instrument) {
            None => Ok(instrument),
            Some(problem) => {
                let (line, column) = locate::position_of(json, &problem.field);
                Err(ParseError { line, column, field: problem.field, message: problem.message })
            }
        }
    }

    /// Finds an item by its id.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// Returns the answers offered for an item: its own, else those of the instrument.
    pub fn choices<'a>(&'a self, item: &'a Item) -> &'a [Choice] {
        item.options.as_deref().unwrap_or(&self.options)
    }

    /// Tells whether an item is worth asking, given the answers so far.
    ///
    /// An item that need not be asked may still be answered; nothing is refused for it.
    pub fn asks(&self, item: &Item, answers: &Answers) -> bool {
        item.ask_if.as_ref().is_none_or(|condition| {
            condition
                .any_of
                .iter()
                .filter_map(|id| answers.value(id))
                .any(|value| value >= condition.at_least)
        })
    }

    /// Returns the band that holds a score; nothing when no bands are published or the score is out of range.
    pub fn band(&self, score: Score) -> Option<&Band> {
        self.bands.iter().find(|band| band.contains(score))
    }

    /// Returns the threshold that separates cases from the rest: the one marked `caseness`.
    pub fn caseness(&self) -> Option<&Cutoff> {
        self.cutoffs.iter().find(|cutoff| cutoff.purpose == CutoffUse::Caseness)
    }

    /// Tells whether a score counts as a case; nothing when no such threshold is published.
    pub fn is_case(&self, score: Score) -> Option<bool> {
        self.caseness().map(|cutoff| cutoff.op.holds(score.value(), cutoff.value))
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Item {
    /// Its name within the instrument, usually its number on the form.
    pub id: ItemId,
    /// Official wording; empty where the licence does not let it be shipped.
    #[serde(default)]
    pub text: String,
    /// A short name of our own for tables.
    #[serde(default)]
    pub label: Option<String>,
    /// LOINC code of the item.
    #[serde(default)]
    pub loinc: Option<String>,
    /// Whether the highest option counts lowest: counted as lowest + highest option - answer.
    #[serde(default)]
    pub reverse: bool,
    /// The kind of risk that any answer above 0 points to, such as `suicide-or-self-harm`.
    #[serde(default)]
    pub risk: Option<String>,
    /// Whether the answer counts in the total.
    #[serde(default = "yes")]
    pub scored: bool,
    /// Answers of its own, in the order in which they are offered.
    #[serde(default)]
    pub options: Option<Vec<Choice>>,
    /// When the item is worth asking; always when absent.
    #[serde(default)]
    pub ask_if: Option<AskIf>,
}

fn yes() -> bool {
    true
}

/// One answer that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Choice {
    /// What is stored and counted.
    pub value: i32,
    /// Official wording.
    pub text: String,
    /// LOINC answer code.
    #[serde(default)]
    pub loinc: Option<String>,
}

/// A condition for asking an item: at least one of the named items reached a value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AskIf {
    /// The items looked at.
    pub any_of: Vec<ItemId>,
    /// The value that one of them must reach.
    pub at_least: i32,
}

/// Whether official wording comes with the file, and on which condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// The wording is included and may be passed on.
    Full,
    /// The wording is included and must stay as it is; no translations of our own.
    FullUnaltered,
    /// The wording is included; it must not be sold. Switched on by the operator.
    FullNoncommercial,
    /// No wording: an operator who holds a licence brings it.
    ScoringOnly,
    /// The labels are ours, not the official form.
    OwnLabels,
}

impl Distribution {
    /// Tells whether every item must carry its official wording.
    pub fn includes_wording(self) -> bool {
        matches!(self, Distribution::Full | Distribution::FullUnaltered | Distribution::FullNoncommercial)
    }
}

/// The terms of use, as found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Licence {
    /// A short name, such as `public-domain`.
    pub kind: String,
    /// The terms in the owner's words, or a fair summary.
    pub text: String,
    /// Where they were published.
    #[serde(default)]
    pub url: Option<String>,
    /// How sure the terms are: `high`, `medium` or `low`.
    #[serde(default)]
    pub confidence: Option<String>,
}

/// LOINC codes of the instrument as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Codes {
    /// The panel.
    #[serde(default)]
    pub panel: Option<String>,
    /// The total score.
    #[serde(default)]
    pub total: Option<String>,
    /// The answer list that the items share.
    #[serde(default)]
    pub answer_list: Option<String>,
}

/// One worked case: what was answered and what must come out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Case {
    /// What the case shows.
    pub name: String,
    /// The answers.
    pub answers: Answers,
    /// The total; `null` when none can be given.
    pub total: Option<Score>,
    /// The label of its band.
    pub severity: Option<String>,
    /// Whether the total stands in for missing answers.
    pub prorated: bool,
    /// The items that must raise a risk flag.
    pub flags: Vec<ItemId>,
}

/// A content file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}, field `{field}`: {message}")]
pub struct ParseError {
    /// Line, counted from 1.
    pub line: usize,
    /// Column, counted from 1.
    pub column: usize,
    /// Path of the field, such as `bands[2].min`; empty when it concerns the whole file.
    pub field: String,
    /// What is wrong, and what would be right.
    pub message: String,
}
