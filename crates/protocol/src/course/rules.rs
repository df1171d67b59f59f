//! What the scores and the course suggest on a day. Prompts to a clinician, never more.

use jiff::civil::Date;

use super::{Answered, Course, ScoreTrack, Standing};
use crate::condition::all_met;
use crate::model::{DropUnit, Protocol, Rule, RuleKind, RuleTime, ScoreTest, Shows};

/// What a rule suggests on a day, with its reasons. A therapist takes it up or not; nothing happens by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice<'p> {
    /// The rule with its sentence, its options and its source.
    pub rule: &'p Rule,
    /// Why it speaks.
    pub because: Vec<Because<'p>>,
    /// What a therapist made of it, while nothing newer is there to look at. It is silent then.
    pub answered: Option<Answered>,
}

/// One reason why a rule speaks. Values only; a sentence about numbers stands in the locale files.
#[derive(Clone, Debug, PartialEq)]
pub enum Because<'p> {
    /// So many weeks have passed since the first day, and the rule counts from a week on.
    Week {
        /// Weeks passed.
        week: u16,
        /// The week from which the rule counts.
        from: u16,
    },
    /// What the scores show.
    Scores {
        /// The instrument.
        instrument: &'p str,
        /// What was looked at.
        shows: &'p Shows,
        /// The total it is compared with: the first one, the best one before, or the one that the rises began with.
        before: Option<f64>,
        /// The latest total.
        latest: f64,
    },
    /// Something that is so, as the file words it.
    So(&'p str),
}

/// What the rules suggest on this day, in the order of the file, with the reasons of each. A rule that was answered
/// is silent until a new score of what it looks at is there; until then its answer stands with it. A rule that
/// looks at no scores is asked once in the course and once in maintenance. Once a course is over, only rules about
/// what comes afterwards speak.
#[must_use]
pub fn advice<'p>(protocol: &'p Protocol, course: &Course, today: Date) -> Vec<Advice<'p>> {
    let over = matches!(course.standing, Standing::Ended(_));
    let begun = course.standing != Standing::NotEnrolled;
    let speaking = progress_rules(protocol, course, today).into_iter();
    speaking
        .filter(|rule| begun && (!over || rule.kind == RuleKind::Afterwards))
        .map(|rule| Advice {
            rule,
            because: because(rule, course, today),
            answered: answered(rule, protocol, course),
        })
        .collect()
}

fn answered(rule: &Rule, protocol: &Protocol, course: &Course) -> Option<Answered> {
    let answer = course.answers.iter().find(|one| one.rule == rule.id)?;
    let holds = match rule.looks_at(&protocol.outcome.instrument) {
        Some(instrument) => course.score(instrument).map_or(0, |track| track.count) == answer.scores,
        None => answer.in_maintenance == (course.standing == Standing::Maintenance),
    };
    holds.then(|| answer.clone())
}

fn because<'p>(rule: &'p Rule, course: &Course, today: Date) -> Vec<Because<'p>> {
    let mut because = Vec::new();
    if rule.from_week > 0 {
        because.push(Because::Week { week: weeks_since_start(course, today), from: rule.from_week });
    }
    if let Some(test) = &rule.score
        && let Some(track) = course.score(&test.instrument)
        && let Some(latest) = track.latest
    {
        let (instrument, shows) = (test.instrument.as_str(), &test.shows);
        because.push(Because::Scores { instrument, shows, before: compared_with(track, shows), latest });
    }
    because.extend(rule.when.iter().map(|one| Because::So(&one.says)));
    because
}

/// The total that the latest one is compared with.
fn compared_with(track: &ScoreTrack, shows: &Shows) -> Option<f64> {
    let earlier = track.totals.split_last().map_or(&[][..], |(_, earlier)| earlier);
    match shows {
        Shows::Drop { .. } => track.baseline,
        Shows::RiseFromBest { .. } => earlier.iter().map(|(_, total)| *total).reduce(f64::min),
        Shows::RisesInARow { times } => {
            earlier.len().checked_sub(usize::from(*times)).and_then(|at| earlier.get(at)).map(|(_, t)| *t)
        }
        Shows::Below { .. } | Shows::AtLeast { .. } => None,
    }
}

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
