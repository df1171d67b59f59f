//! A dated series of scores, summed up.
//!
//! [`progress`] decides everything that a view then only words, such as "Score 11, moderate. Six
//! lower than at the start, more than measurement error (5)."

use jiff::civil::Date;

use crate::change::{Change, Deterioration, ResponseClass};
use crate::change::{compare, deterioration, error_points, in_remission_range, response_class};
use crate::instrument::Instrument;
use crate::scoring::Score;

/// The first whole week of treatment at which too little change is called that, where the
/// instrument names no week itself (Kroenke & Spitzer 2002 judge the PHQ-9 from week 4).
pub const JUDGED_FROM_WEEK: u32 = 4;

/// One total on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dated {
    /// The day it was answered, in the practice's zone.
    pub on: Date,
    /// The total.
    pub score: Score,
}

/// Where somebody stands on one instrument.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// How many scores there are, 1 or more.
    pub count: usize,
    /// The first score.
    pub baseline: Dated,
    /// The newest score.
    pub latest: Dated,
    /// The label of the band of the newest score.
    pub severity: Option<String>,
    /// The label of the band of the first score.
    pub severity_at_start: Option<String>,
    /// Whole weeks between the two.
    pub week: u32,
    /// Newest against first; nothing while there is only one score.
    pub change: Option<Change>,
    /// The largest whole number of points that measurement error alone can explain.
    pub error_points: Option<f64>,
    /// What early change says; only in the weeks the instrument names.
    pub response_class: Option<ResponseClass>,
    /// Every worsening that calls for a look, weightiest first.
    pub deterioration: Vec<Deterioration>,
    /// On track, not on track, or too early to say, and why.
    pub standing: Standing,
}

/// On track, not on track, or too early to say. Each carries its reason, since a reason is always shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing {
    /// Shown in grey.
    TooEarly(TooEarly),
    /// Going well.
    OnTrack(OnTrack),
    /// Calls for a look.
    NotOnTrack(NotOnTrack),
}

/// Why nothing can be said yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooEarly {
    /// One score has nothing to be compared with.
    OneScore,
    /// Little change is no bad sign before this week.
    BeforeWeek(u32),
}

/// Why somebody is on track; the strongest reason is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTrack {
    /// Below the remission threshold.
    Remission,
    /// Improved by the response percentage or more.
    Response,
    /// Improved by more than measurement error.
    ReliablyBetter,
    /// Improved by the points that are adequate in the early weeks; where the instrument names
    /// none, by the smallest change that people notice.
    EnoughForNow,
    /// Started below the cut-off and is not worse in a way that counts. No recovery is claimed.
    StartedBelowCutoff,
}

/// Why somebody is not on track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NotOnTrack {
    /// Worse in a way that counts.
    Worse(Deterioration),
    /// Too little better by this week.
    TooLittleChange {
        /// Points better; 0 or less when not better at all.
        improvement: f64,
        /// Whole weeks since the first score.
        week: u32,
    },
}

/// Sums up a series of scores; nothing for an empty one.
///
/// The series may come in any order; the earliest score is the starting score. Answers without a
/// total have no place in it.
pub fn progress(instrument: &Instrument, series: &[Dated]) -> Option<Progress> {
    let mut series = series.to_vec();
    // Stable, so that two scores of one day keep the order in which they were given.
    series.sort_by_key(|point| point.on);
    let (baseline, latest) = (*series.first()?, *series.last()?);
    let scores: Vec<Score> = series.iter().map(|point| point.score).collect();
    let week = weeks_between(baseline.on, latest.on);
    let change = (series.len() > 1).then(|| compare(instrument, baseline.score, latest.score));
    let deterioration = deterioration(instrument, &scores);
    let label = |score| instrument.band(score).map(|band| band.label.clone());
    Some(Progress {
        count: series.len(),
        baseline,
        latest,
        severity: label(latest.score),
        severity_at_start: label(baseline.score),
        week,
        error_points: error_points(instrument),
        response_class: change.and_then(|_| response_class(instrument, baseline.score, latest.score, week)),
        standing: match &change {
            None => Standing::TooEarly(TooEarly::OneScore),
            Some(change) => standing(instrument, change, latest.score, week, &deterioration),
        },
        change,
        deterioration,
    })
}

fn weeks_between(earlier: Date, later: Date) -> u32 {
    let days = later.duration_since(earlier).as_hours() / 24;
    u32::try_from(days / 7).unwrap_or(0)
}

fn standing(
    instrument: &Instrument,
    change: &Change,
    latest: Score,
    week: u32,
    deterioration: &[Deterioration],
) -> Standing {
    if let Some(worst) = deterioration.first().filter(|worst| calls_for_a_look(instrument, worst, latest)) {
        return Standing::NotOnTrack(NotOnTrack::Worse(*worst));
    }
    if let Some(reason) = reason_on_track(instrument, change) {
        return Standing::OnTrack(reason);
    }
    let judged_from =
        instrument.change.early_response.as_ref().map_or(JUDGED_FROM_WEEK, |rule| rule.from_week);
    if week < judged_from {
        Standing::TooEarly(TooEarly::BeforeWeek(judged_from))
    } else {
        Standing::NotOnTrack(NotOnTrack::TooLittleChange { improvement: change.improvement, week })
    }
}

/// Two small steps upwards among scores in remission are listed, but they do not turn somebody
/// who is well into somebody who is not on track.
fn calls_for_a_look(instrument: &Instrument, worst: &Deterioration, latest: Score) -> bool {
    !matches!(worst, Deterioration::WorseTwiceInARow { .. }) || !in_remission_range(instrument, latest)
}

fn reason_on_track(instrument: &Instrument, change: &Change) -> Option<OnTrack> {
    if change.started_below_cutoff == Some(true) {
        return Some(OnTrack::StartedBelowCutoff);
    }
    let rules = &instrument.change;
    let adequate = rules.early_response.as_ref().map(|rule| rule.adequate_drop);
    let enough = adequate.or_else(|| rules.mcid.as_ref().map(|mcid| mcid.points));
    if change.remission && change.improvement > 0.0 {
        Some(OnTrack::Remission)
    } else if change.response {
        Some(OnTrack::Response)
    } else if change.reliable == crate::change::Reliable::Improved {
        Some(OnTrack::ReliablyBetter)
    } else if enough.is_some_and(|points| change.improvement >= points) {
        Some(OnTrack::EnoughForNow)
    } else {
        None
    }
}
