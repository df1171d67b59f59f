//! Whether a difference between two scores means something.
//!
//! Labels such as response, remission and recovery belong only to people who started as a case:
//! somebody who starts below the cut-off has nothing to recover from.

use crate::instrument::{Direction, Instrument};
use crate::scoring::Score;

/// Computes the reliable change in points from a standard deviation and a reliability.
///
/// 1.96 x sd x sqrt(2) x sqrt(1 - reliability): Jacobson & Truax (1991), J Consult Clin Psychol
/// 59:12-19. Nothing when `sd` is not above 0 or `reliability` lies outside 0 to 1.
pub fn rci_points(sd: f64, reliability: f64) -> Option<f64> {
    (sd > 0.0 && sd.is_finite() && (0.0..=1.0).contains(&reliability))
        .then(|| 1.96 * sd * 2.0_f64.sqrt() * (1.0 - reliability).sqrt())
}

/// Returns the change, in points, from which it is more than measurement error.
///
/// A figure published for the instrument goes before the computed one. Nothing when neither is known.
pub fn reliable_change_points(instrument: &Instrument) -> Option<f64> {
    let rules = &instrument.change;
    let published = rules.published.as_ref().map(|published| published.points);
    published.or_else(|| rules.rci.as_ref().and_then(|rci| rci_points(rci.sd, rci.reliability)))
}

/// Returns the largest whole number of points that measurement error alone can explain: 5 on the PHQ-9.
pub fn error_points(instrument: &Instrument) -> Option<f64> {
    reliable_change_points(instrument).map(|points| (points.ceil() - 1.0).max(0.0))
}

/// Whether a change is more than measurement error, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reliable {
    /// Better by more than measurement error.
    Improved,
    /// No more than measurement error can explain.
    Unchanged,
    /// Worse by more than measurement error.
    Deteriorated,
    /// No reliable change is published for this instrument.
    Unknown,
}

/// The difference between a first and a later score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Later minus first, in points, whichever way is worse.
    pub points: f64,
    /// How much better, in points; below 0 when worse.
    pub improvement: f64,
    /// How much better, in percent of the way from the first score to the best possible one.
    /// Nothing when the first score was already the best possible.
    pub percent: Option<f64>,
    /// Whether it is more than measurement error.
    pub reliable: Reliable,
    /// Whether the first score lay below the cut-off; nothing when no cut-off is published.
    pub started_below_cutoff: Option<bool>,
    /// Improved by the instrument's response percentage or more, usually 50. Never for people who
    /// started below the cut-off.
    pub response: bool,
    /// Below the remission threshold now. Never for people who started below the cut-off.
    pub remission: bool,
}

/// Compares a later score with a first one.
pub fn compare(instrument: &Instrument, baseline: Score, latest: Score) -> Change {
    let rules = &instrument.change;
    let improvement = improvement(instrument, baseline, latest);
    let room = improvement_possible(instrument, baseline);
    let percent = (room > 0.0).then(|| 100.0 * improvement / room);
    let started_below_cutoff = instrument.is_case(baseline).map(|case| !case);
    let may_be_labelled = started_below_cutoff != Some(true);
    let reached_response =
        percent.zip(rules.response_percent).is_some_and(|(percent, needed)| percent >= needed);
    Change {
        points: latest.value() - baseline.value(),
        improvement,
        percent,
        reliable: reliability_of(instrument, improvement),
        started_below_cutoff,
        response: may_be_labelled && reached_response,
        remission: may_be_labelled && in_remission_range(instrument, latest),
    }
}

/// Tells whether a score lies below the remission threshold, whatever came before.
pub fn in_remission_range(instrument: &Instrument, score: Score) -> bool {
    instrument.change.remission_below.is_some_and(|threshold| score.value() < threshold)
}

/// Returns how many points better `latest` is; below 0 when it is worse.
pub fn improvement(instrument: &Instrument, baseline: Score, latest: Score) -> f64 {
    match instrument.scoring.direction {
        Direction::HigherIsWorse => baseline.value() - latest.value(),
        Direction::HigherIsBetter => latest.value() - baseline.value(),
    }
}

fn improvement_possible(instrument: &Instrument, baseline: Score) -> f64 {
    let (lowest, highest) = instrument.scoring.range;
    match instrument.scoring.direction {
        Direction::HigherIsWorse => baseline.value() - lowest,
        Direction::HigherIsBetter => highest - baseline.value(),
    }
}

fn reliability_of(instrument: &Instrument, improvement: f64) -> Reliable {
    match reliable_change_points(instrument) {
        None => Reliable::Unknown,
        Some(points) if improvement >= points => Reliable::Improved,
        Some(points) if improvement <= -points => Reliable::Deteriorated,
        Some(_) => Reliable::Unchanged,
    }
}

/// What change in the first weeks says about the treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseClass {
    /// Carry on.
    Adequate,
    /// Look at focus, dose and adherence.
    ProbablyInadequate,
    /// Review focus, dose, diagnosis and medication.
    Inadequate,
}

/// Classes the change in the early weeks of treatment.
///
/// On the PHQ-9 after 4 to 6 weeks: 5 points lower or more is adequate, 2 to 4 probably inadequate,
/// 1 or less inadequate (Kroenke & Spitzer 2002). Nothing outside those weeks, or when the
/// instrument publishes no such rule. `week` counts whole weeks since the first score.
pub fn response_class(
    instrument: &Instrument,
    baseline: Score,
    latest: Score,
    week: u32,
) -> Option<ResponseClass> {
    let rule = instrument.change.early_response.as_ref()?;
    if !(rule.from_week..=rule.to_week).contains(&week) {
        return None;
    }
    let improvement = improvement(instrument, baseline, latest);
    Some(if improvement >= rule.adequate_drop {
        ResponseClass::Adequate
    } else if improvement > rule.inadequate_drop {
        ResponseClass::ProbablyInadequate
    } else {
        ResponseClass::Inadequate
    })
}

/// A worsening that calls for a look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Deterioration {
    /// Worse since the first score by this many points.
    WorseThanAtStart {
        /// Points worse.
        points: f64,
    },
    /// Worse since the score before by this many points.
    WorseThanLastTime {
        /// Points worse.
        points: f64,
    },
    /// Worse twice in a row, by this many points together.
    WorseTwiceInARow {
        /// Points worse over both steps.
        points: f64,
    },
}

/// Lists every worsening that the latest of a series of scores shows, weightiest first.
///
/// A step counts when it reaches the points that the file names (5 on the PHQ-9) or a reliable
/// change; two steps in a row count at any size. `scores` are in order of time, the first one is
/// the starting score.
pub fn deterioration(instrument: &Instrument, scores: &[Score]) -> Vec<Deterioration> {
    let worse = |from: Score, to: Score| -improvement(instrument, from, to);
    let counts = |points: f64| {
        let named = instrument.change.deterioration.as_ref().map(|rule| rule.points);
        [named, reliable_change_points(instrument)]
            .into_iter()
            .flatten()
            .any(|limit| limit > 0.0 && points >= limit)
    };
    let mut found = Vec::new();
    let [first, .., latest] = scores else {
        return found;
    };
    let since_start = worse(*first, *latest);
    if counts(since_start) {
        found.push(Deterioration::WorseThanAtStart { points: since_start });
    }
    if let [_, .., before, _] = scores
        && counts(worse(*before, *latest))
    {
        found.push(Deterioration::WorseThanLastTime { points: worse(*before, *latest) });
    }
    if let [.., earlier, before, _] = scores
        && worse(*earlier, *before) > 0.0
        && worse(*before, *latest) > 0.0
    {
        found.push(Deterioration::WorseTwiceInARow { points: worse(*earlier, *latest) });
    }
    found
}
