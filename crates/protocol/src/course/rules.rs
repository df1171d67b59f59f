//! What the scores and the course suggest on a day. Prompts to a clinician, never more.

use jiff::civil::Date;

use super::{Course, ScoreTrack, Standing};
use crate::condition::all_met;
use crate::model::{DropUnit, Protocol, Rule, RuleTime, ScoreTest, Shows};

/// The rules that speak on this day, in the order of the file: by the weeks since the first day, by what the scores
/// show and by what else is so. A comparison needs two scores.
#[must_use]
pub fn progress_rules<'p>(protocol: &'p Protocol, course: &Course, today: Date) -> Vec<&'p Rule> {
    let week = weeks_since_start(course, today);
    let speaks = |rule: &&Rule| {
        in_time(rule, course, week)
            && rule.score.as_ref().is_none_or(|score| shown(score, course))
            && all_met(&rule.when, &course.facts)
    };
    protocol.rules.iter().filter(speaks).collect()
}

/// Whole weeks from the first day of the course to this one; 0 before it begins.
fn weeks_since_start(course: &Course, today: Date) -> u16 {
    let since = course.starts_on.and_then(|start| today.since(start).ok());
    u16::try_from(since.map_or(0, |span| span.get_days() / 7)).unwrap_or(0)
}

fn in_time(rule: &Rule, course: &Course, week: u16) -> bool {
    let maintenance = course.standing == Standing::Maintenance;
    let time = match rule.time {
        RuleTime::Course => !maintenance,
        RuleTime::Maintenance => maintenance,
        RuleTime::Always => true,
    };
    time && week >= rule.from_week && rule.before_week.is_none_or(|before| week < before)
}

fn shown(test: &ScoreTest, course: &Course) -> bool {
    course.score(&test.instrument).is_some_and(|track| track_shows(track, &test.shows))
}

fn track_shows(track: &ScoreTrack, shows: &Shows) -> bool {
    let totals = track.totals.iter().map(|(_, total)| *total);
    let latest_are = |times: u16, fits: &dyn Fn(f64) -> bool| {
        let times = usize::from(times);
        track.totals.len() >= times && totals.clone().rev().take(times).all(fits)
    };
    match shows {
        Shows::Drop { unit, at_least, below } => dropped(track, *unit, *at_least, *below),
        Shows::RiseFromBest { points } => {
            let earlier = track.totals.len().saturating_sub(1);
            let best = totals.clone().take(earlier).fold(f64::INFINITY, f64::min);
            track.latest.is_some_and(|latest| best.is_finite() && latest - best >= f64::from(*points))
        }
        Shows::RisesInARow { times } => {
            let recent: Vec<f64> = totals.clone().rev().take(usize::from(*times) + 1).collect();
            recent.len() > usize::from(*times)
                && recent.windows(2).all(|pair| matches!(pair, [later, earlier] if later > earlier))
        }
        Shows::Below { points, times } => latest_are(*times, &|total| total < f64::from(*points)),
        Shows::AtLeast { points, times } => latest_are(*times, &|total| total >= f64::from(*points)),
    }
}

fn dropped(track: &ScoreTrack, unit: DropUnit, at_least: Option<i64>, below: Option<i64>) -> bool {
    let (Some(first), Some(latest), 2..) = (track.baseline, track.latest, track.count) else { return false };
    let drop = match unit {
        DropUnit::Points => first - latest,
        DropUnit::Percent if first > 0.0 => (first - latest) * 100.0 / first,
        DropUnit::Percent => return false,
    };
    // Bounds in a file are small whole numbers, which a float holds exactly.
    at_least.is_none_or(|least| drop >= least as f64) && below.is_none_or(|below| drop < below as f64)
}
