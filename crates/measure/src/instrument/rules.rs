//! How answers become totals, and what totals and differences mean.

use serde::Deserialize;

use super::ItemId;
use crate::scoring::Score;

/// How answers become a total.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Scoring {
    /// The arithmetic.
    pub method: Method,
    /// The items that count.
    pub items: Vec<ItemId>,
    /// Lowest and highest total.
    pub range: (f64, f64),
    /// Which way is worse.
    pub direction: Direction,
    /// What happens when answers are missing.
    pub missing: MissingRule,
    /// Partial scores; each needs all of its items.
    #[serde(default)]
    pub subscales: Vec<Subscale>,
}

/// The arithmetic of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// All values added.
    Sum,
    /// All values added, times four (WHO-5 index: Topp 2015).
    #[serde(rename = "sum-times-4")]
    SumTimes4,
    /// The mean of all values.
    Mean,
}

/// Which way is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More points mean more trouble.
    HigherIsWorse,
    /// More points mean less trouble.
    HigherIsBetter,
}

/// What happens when answers are missing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub enum MissingRule {
    /// The mean of the answered items stands in for the missing ones: sum x items / answered.
    Prorate {
        /// How many may be missing; with more there is no total.
        max_missing: usize,
        /// How the result becomes a whole number.
        #[serde(default)]
        rounding: Rounding,
        /// Where the rule is published.
        #[serde(default)]
        source: Option<String>,
    },
    /// No total unless every item that counts is answered.
    NoneAllowed {
        /// Where the rule is published.
        #[serde(default)]
        source: Option<String>,
    },
}

impl MissingRule {
    /// Returns how many answers may be missing before no total can be given.
    pub fn max_missing(&self) -> usize {
        match self {
            MissingRule::Prorate { max_missing, .. } => *max_missing,
            MissingRule::NoneAllowed { .. } => 0,
        }
    }
}

/// How a prorated sum becomes a whole number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To the nearest whole number, a half upwards.
    #[default]
    HalfUp,
    /// To the next whole number upwards.
    Up,
}

/// A partial score.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Subscale {
    /// Its name in data.
    pub id: String,
    /// Its name in words.
    #[serde(default)]
    pub title: Option<String>,
    /// The items that count.
    pub items: Vec<ItemId>,
    /// The arithmetic.
    pub method: Method,
    /// Lowest and highest score.
    pub range: (f64, f64),
    /// Where it is published.
    #[serde(default)]
    pub source: Option<String>,
}

/// A named stretch of the total.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Band {
    /// Lowest total, itself included unless `min_exclusive`.
    pub min: f64,
    /// Highest total, itself included unless `max_exclusive`.
    pub max: f64,
    /// Leaves the lowest total to the band below; for means only.
    #[serde(default)]
    pub min_exclusive: bool,
    /// Leaves the highest total to the band above; for means only.
    #[serde(default)]
    pub max_exclusive: bool,
    /// The published name.
    pub label: String,
    /// Where it is published.
    pub source: String,
}

impl Band {
    /// Tells whether a score lies in this band.
    pub fn contains(&self, score: Score) -> bool {
        let value = score.value();
        let above = if self.min_exclusive { value > self.min } else { value >= self.min };
        let below = if self.max_exclusive { value < self.max } else { value <= self.max };
        above && below
    }
}

/// A published threshold.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Cutoff {
    /// The threshold itself.
    pub value: f64,
    /// On which side of it the meaning holds.
    pub op: Comparison,
    /// What it means.
    pub meaning: String,
    /// Where it is published.
    pub source: String,
    /// What it is used for here.
    #[serde(default, rename = "use")]
    pub purpose: CutoffUse,
}

/// What a threshold is used for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CutoffUse {
    /// Shown as information.
    #[default]
    Screen,
    /// Drawn in charts, and decides whether somebody started as a case. At most one per instrument.
    Caseness,
}

/// A comparison with a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Comparison {
    /// The threshold or more.
    #[serde(rename = ">=")]
    AtLeast,
    /// More than the threshold.
    #[serde(rename = ">")]
    Above,
    /// The threshold or less.
    #[serde(rename = "<=")]
    AtMost,
    /// Less than the threshold.
    #[serde(rename = "<")]
    Below,
}

impl Comparison {
    /// Tells whether `value` lies on this side of `threshold`.
    pub fn holds(self, value: f64, threshold: f64) -> bool {
        match self {
            Comparison::AtLeast => value >= threshold,
            Comparison::Above => value > threshold,
            Comparison::AtMost => value <= threshold,
            Comparison::Below => value < threshold,
        }
    }
}

/// What counts as change on this instrument. A figure that is not published stays absent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ChangeRules {
    /// Figures from which the reliable change is computed.
    #[serde(default)]
    pub rci: Option<ReliabilityFigures>,
    /// A published reliable change; it goes before the computed one.
    #[serde(default)]
    pub published: Option<PublishedPoints>,
    /// The smallest change that people notice.
    #[serde(default)]
    pub mcid: Option<PublishedPoints>,
    /// Improvement, in percent of the starting score, that counts as response.
    #[serde(default)]
    pub response_percent: Option<f64>,
    /// Totals below this one count as remission; only where higher is worse.
    #[serde(default)]
    pub remission_below: Option<f64>,
    /// Where the remission threshold is published.
    #[serde(default)]
    pub remission_source: Option<String>,
    /// What early change should look like.
    #[serde(default)]
    pub early_response: Option<EarlyResponse>,
    /// A worsening that calls for a look, besides reliable change.
    #[serde(default)]
    pub deterioration: Option<Deterioration>,
}

/// Spread and reliability of an instrument in a named sample.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReliabilityFigures {
    /// Standard deviation in points.
    pub sd: f64,
    /// The sample it comes from.
    pub sd_of: String,
    /// Reliability, 0 to 1.
    pub reliability: f64,
    /// The kind of reliability.
    pub reliability_type: String,
    /// The reliable change in points as printed, to two decimals; checked against the formula.
    pub points_95: f64,
    /// Where the figures are published.
    pub source: String,
    /// Other published reliabilities, for information.
    #[serde(default)]
    pub alternatives: Vec<serde_json::Value>,
}

/// A published number of points.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PublishedPoints {
    /// The smallest change that counts.
    pub points: f64,
    /// Where it is published.
    pub source: String,
}

/// What change in the first weeks should look like, in points of improvement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EarlyResponse {
    /// First week it applies to.
    pub from_week: u32,
    /// Last week it applies to.
    pub to_week: u32,
    /// This much or more is adequate.
    pub adequate_drop: f64,
    /// This much or less is inadequate; between the two it is probably inadequate.
    pub inadequate_drop: f64,
    /// Where it is published.
    pub source: String,
}

/// A worsening that calls for a look.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Deterioration {
    /// This many points worse, or more.
    pub points: f64,
    /// Where it is published.
    pub source: String,
}
