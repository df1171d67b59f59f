//! From answers to a total, a band and risk flags.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::instrument::{Instrument, Item, ItemId, Method, MissingRule, Rounding};

/// A total or partial score: always a finite number.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Score(f64);

impl Score {
    /// Takes a number; nothing for NaN and infinities.
    pub fn new(value: f64) -> Option<Score> {
        // Adding zero turns the negative zero into the plain one, which alone prints well.
        value.is_finite().then_some(Score(value + 0.0))
    }

    /// Returns the number.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl From<i32> for Score {
    fn from(value: i32) -> Self {
        Score(f64::from(value))
    }
}

impl From<Score> for f64 {
    fn from(score: Score) -> f64 {
        score.0
    }
}

impl TryFrom<f64> for Score {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        Score::new(value).ok_or("a score is a finite number")
    }
}

/// Prints at most two decimals, and none that are not needed: `11`, `4.5`, `3.67`.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = (self.0 * 100.0).round() / 100.0;
        write!(f, "{}", hundredths + 0.0)
    }
}

/// Everything that follows from one set of answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The total; nothing when too many answers are missing.
    pub total: Option<Score>,
    /// Whether the total stands in for missing answers; a prorated total is always shown as such.
    pub prorated: bool,
    /// Whether every item that counts has a value.
    pub complete: bool,
    /// The items that count and have no value, declined ones included, in the order of the form.
    pub missing: Vec<ItemId>,
    /// The label of the band of the total.
    pub severity: Option<String>,
    /// Partial scores by name; each needs all of its items.
    pub subscales: BTreeMap<String, Option<Score>>,
    /// One flag per risk item answered above 0, whether or not there is a total.
    pub flags: Vec<RiskFlag>,
    /// Risk items without a value. They clear nobody: a person has to ask.
    pub risk_unanswered: Vec<ItemId>,
}

/// A risk item was answered above 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskFlag {
    /// The item.
    pub item: ItemId,
    /// The kind of risk, such as `suicide-or-self-harm`.
    pub kind: String,
    /// The value that was chosen, 1 or more.
    pub value: i32,
}

/// Answers that do not fit the instrument.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The instrument has no such item.
    #[error("the instrument has no item `{item}`")]
    UnknownItem {
        /// The name that was given.
        item: ItemId,
    },
    /// The item does not offer this value.
    #[error("item `{item}` does not offer the value {value}")]
    NotAChoice {
        /// The item.
        item: ItemId,
        /// The value that was given.
        value: i32,
    },
}

/// Scores one set of answers.
///
/// Missing and declined answers follow the missing rule of the instrument: prorated up to its
/// limit, otherwise no total. Risk flags never depend on the total.
///
/// # Errors
/// Refuses items that the instrument lacks and values that an item does not offer.
///
/// ```
/// use measure::{Answer, Answers, Instrument, score};
///
/// let phq9 = Instrument::parse(include_str!("../../../content/instruments/phq-9.json"))?;
/// let answers: Answers = serde_json::from_str(r#"{"1": 2, "2": 2, "9": 1, "4": "declined"}"#)?;
/// let scored = score(&phq9, &answers)?;
/// assert_eq!(scored.total, None);
/// assert_eq!(scored.flags[0].kind, "suicide-or-self-harm");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn score(instrument: &Instrument, answers: &Answers) -> Result<Scored, AnswerError> {
    check(instrument, answers)?;
    let scoring = &instrument.scoring;
    let (values, missing) = values_of(instrument, &scoring.items, answers);
    let total = total_of(instrument, &values);
    let subscales = scoring.subscales.iter().map(|subscale| {
        let (values, missing) = values_of(instrument, &subscale.items, answers);
        let partial = missing.is_empty().then(|| arithmetic(subscale.method, &values)).flatten();
        (subscale.id.clone(), partial)
    });
    let risk_items = || instrument.items.iter().filter(|item| item.risk.is_some());
    Ok(Scored {
        total,
        prorated: total.is_some() && !missing.is_empty(),
        complete: missing.is_empty(),
        missing,
        severity: total.and_then(|total| instrument.band(total)).map(|band| band.label.clone()),
        subscales: subscales.collect(),
        flags: risk_items().filter_map(|item| flag_of(item, answers)).collect(),
        risk_unanswered: risk_items()
            .filter(|item| answers.value(&item.id).is_none())
            .map(|item| item.id.clone())
            .collect(),
    })
}

fn check(instrument: &Instrument, answers: &Answers) -> Result<(), AnswerError> {
    for (id, answer) in answers.iter() {
        let Some(item) = instrument.item(id) else {
            return Err(AnswerError::UnknownItem { item: id.clone() });
        };
        if let Some(value) = answer.value()
            && !instrument.choices(item).iter().any(|choice| choice.value == value)
        {
            return Err(AnswerError::NotAChoice { item: id.clone(), value });
        }
    }
    Ok(())
}

fn flag_of(item: &Item, answers: &Answers) -> Option<RiskFlag> {
    let value = answers.value(&item.id).filter(|value| *value > 0)?;
    Some(RiskFlag { item: item.id.clone(), kind: item.risk.clone()?, value })
}

/// Returns the values that count, reversed where the item says so, and the items without one.
fn values_of(instrument: &Instrument, items: &[ItemId], answers: &Answers) -> (Vec<f64>, Vec<ItemId>) {
    let mut values = Vec::with_capacity(items.len());
    let mut missing = Vec::new();
    for id in items {
        match instrument.item(id).zip(answers.value(id)) {
            Some((item, value)) => values.push(counted(instrument, item, value)),
            None => missing.push(id.clone()),
        }
    }
    (values, missing)
}

fn counted(instrument: &Instrument, item: &Item, value: i32) -> f64 {
    let offered = || instrument.choices(item).iter().map(|choice| f64::from(choice.value));
    if item.reverse {
        offered().fold(f64::INFINITY, f64::min) + offered().fold(f64::NEG_INFINITY, f64::max)
            - f64::from(value)
    } else {
        f64::from(value)
    }
}

fn total_of(instrument: &Instrument, values: &[f64]) -> Option<Score> {
    let scoring = &instrument.scoring;
    let missing = scoring.items.len() - values.len();
    if missing > scoring.missing.max_missing() {
        return None;
    }
    if missing == 0 || scoring.method == Method::Mean {
        return arithmetic(scoring.method, values);
    }
    let MissingRule::Prorate { rounding, .. } = &scoring.missing else {
        return None;
    };
    // Sum before dividing: the product of whole numbers is exact, so a half is exactly a half.
    let sum: f64 = values.iter().sum();
    let prorated = sum * scoring.items.len() as f64 / values.len() as f64;
    let whole = match rounding {
        Rounding::HalfUp => (prorated + 0.5).floor(),
        Rounding::Up => prorated.ceil(),
    };
    let (lowest, highest) = scoring.range;
    let factor = if scoring.method == Method::SumTimes4 { 4.0 } else { 1.0 };
    // Items with unlike options could carry the estimate out of the range.
    Score::new((whole * factor).max(lowest).min(highest))
}

fn arithmetic(method: Method, values: &[f64]) -> Option<Score> {
    let sum: f64 = values.iter().sum();
    match method {
        Method::Sum => Score::new(sum),
        Method::SumTimes4 => Score::new(sum * 4.0),
        // Without values this is 0/0, which is no score.
        Method::Mean => Score::new(sum / values.len() as f64),
    }
}

/// A worked case that does not come out as its file says.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("worked case `{case}`: expected {expected}, got {got}")]
pub struct CaseMismatch {
    /// The name of the case.
    pub case: String,
    /// What the file says.
    pub expected: String,
    /// What scoring says.
    pub got: String,
}

/// Runs the worked cases that an instrument brings along and returns those that fail.
pub fn check_cases(instrument: &Instrument) -> Vec<CaseMismatch> {
    let failing = instrument.cases.iter().filter_map(|case| {
        let expected = outcome(case.total, case.severity.as_deref(), case.prorated, &case.flags);
        let got = match score(instrument, &case.answers) {
            Ok(scored) => {
                let flags: Vec<ItemId> = scored.flags.into_iter().map(|flag| flag.item).collect();
                outcome(scored.total, scored.severity.as_deref(), scored.prorated, &flags)
            }
            Err(error) => error.to_string(),
        };
        (expected != got).then(|| CaseMismatch { case: case.name.clone(), expected, got })
    });
    failing.collect()
}

fn outcome(total: Option<Score>, severity: Option<&str>, prorated: bool, flags: &[ItemId]) -> String {
    let total = total.map_or_else(|| "no total".to_owned(), |total| format!("total {total}"));
    let prorated = if prorated { " (prorated)" } else { "" };
    let flags: Vec<&str> = flags.iter().map(ItemId::as_str).collect();
    format!("{total}{prorated}, severity {}, flags [{}]", severity.unwrap_or("none"), flags.join(", "))
}
