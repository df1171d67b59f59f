//! Where everything in a progress chart stands. No drawing, no words: positions in a view box.
//!
//! Up is always more points, so that a chart can be read against the form; x is by date, so that
//! a fortnight is twice as wide as a week. Points further apart than a given number of days are
//! not joined: a line over a gap would claim knowledge that nobody has.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::change::{error_points, reliable_change_points};
use crate::instrument::{Direction, Instrument, Method};
use crate::scoring::Score;
use crate::trend::Dated;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Series<'a> {
    /// The scores, in any order. The earliest one is the starting score.
    pub points: &'a [Dated],
    /// Days on which something began, such as a phase.
    pub marks: &'a [Mark],
    /// The last day that must have room, such as the planned end; the scores may reach further.
    pub until: Option<Date>,
}

/// A day on which something began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The day.
    pub on: Date,
    /// Its name, worded by the caller.
    pub label: String,
}

/// The sheet that is drawn on, in units of the view box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sheet {
    /// Width of the whole.
    pub width: f64,
    /// Height of the whole.
    pub height: f64,
    /// Room above the plot.
    pub top: f64,
    /// Room to the right of the plot, for the names of the bands.
    pub right: f64,
    /// Room below the plot, for the dates.
    pub bottom: f64,
    /// Room to the left of the plot, for the points.
    pub left: f64,
    /// Points further apart than this are not joined.
    pub gap_days_max: u32,
}

impl Default for Sheet {
    /// A wide sheet for a page; four weeks without a score break the line.
    fn default() -> Self {
        Sheet {
            width: 720.0,
            height: 280.0,
            top: 12.0,
            right: 112.0,
            bottom: 32.0,
            left: 36.0,
            gap_days_max: 28,
        }
    }
}

/// A finished chart; all positions are in the view box of its sheet, rounded to a tenth.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The sheet it was laid out on.
    pub sheet: Sheet,
    /// The area inside the axes.
    pub plot: Area,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// One stripe per band, lowest totals first.
    pub bands: Vec<Stripe>,
    /// The cut-off that decides who is a case.
    pub cutoff: Option<Level>,
    /// The scores around the first one that measurement error alone can explain.
    pub corridor: Option<Area>,
    /// The scores in order of date.
    pub points: Vec<Point>,
    /// Lines, each through two or more scores: runs of indices into `points` without a gap.
    pub lines: Vec<Range<usize>>,
    /// The marks in order of date.
    pub marks: Vec<PlacedMark>,
    /// Dates along the bottom.
    pub x_ticks: Vec<DateTick>,
    /// Totals along the side, lowest first.
    pub y_ticks: Vec<Level>,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// The stripe of a band.
#[derive(Debug, Clone, PartialEq)]
pub struct Stripe {
    /// The label of the band.
    pub label: String,
    /// Where it lies.
    pub area: Area,
    /// Its place from the least to the most trouble, from 0.
    pub trouble: usize,
}

/// A total and its height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The total.
    pub value: Score,
    /// Its height.
    pub y: f64,
}

/// A score in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The day.
    pub on: Date,
    /// The total.
    pub score: Score,
    /// The label of its band.
    pub severity: Option<String>,
    /// Across.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A mark in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedMark {
    /// The day.
    pub on: Date,
    /// Its name.
    pub label: String,
    /// Across.
    pub x: f64,
}

/// A date along the bottom, a whole number of weeks after the first one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DateTick {
    /// The day.
    pub on: Date,
    /// Whole weeks since the first day of the chart.
    pub week: u32,
    /// Across.
    pub x: f64,
}

/// Lays out a chart; nothing when there is no score to show.
///
/// The days reach from the earliest to the latest score, mark or `until`, and over a week at least.
pub fn chart(instrument: &Instrument, series: &Series<'_>, sheet: Sheet) -> Option<Chart> {
    let mut dated = series.points.to_vec();
    dated.sort_by_key(|point| point.on);
    let baseline = *dated.first()?;
    let scale = Scale::new(instrument, series, sheet)?;
    let points: Vec<Point> = dated
        .iter()
        .map(|point| Point {
            on: point.on,
            score: point.score,
            severity: instrument.band(point.score).map(|band| band.label.clone()),
            x: scale.x(point.on),
            y: scale.y(point.score.value()),
        })
        .collect();
    let mut marks: Vec<PlacedMark> = series
        .marks
        .iter()
        .map(|mark| PlacedMark { on: mark.on, label: mark.label.clone(), x: scale.x(mark.on) })
        .collect();
    marks.sort_by_key(|mark| mark.on);
    let level = |value: f64| Score::new(value).map(|score| Level { value: score, y: scale.y(value) });
    Some(Chart {
        sheet,
        plot: scale.plot,
        from: scale.from,
        to: scale.to,
        bands: stripes(instrument, &scale),
        cutoff: instrument.caseness().and_then(|cutoff| level(cutoff.value)),
        corridor: corridor(instrument, baseline.score, &scale),
        lines: lines(&dated, sheet.gap_days_max),
        points,
        marks,
        x_ticks: date_ticks(&scale),
        y_ticks: labelled_totals(instrument).into_iter().filter_map(level).collect(),
    })
}

/// Turns days and totals into positions.
struct Scale {
    plot: Area,
    from: Date,
    to: Date,
    lowest: f64,
    highest: f64,
}

impl Scale {
    fn new(instrument: &Instrument, series: &Series<'_>, sheet: Sheet) -> Option<Scale> {
        let scores = series.points.iter().map(|point| point.on);
        let days = scores.chain(series.marks.iter().map(|mark| mark.on)).chain(series.until);
        let (from, to) = (days.clone().min()?, days.max()?);
        let (lowest, highest) = instrument.scoring.range;
        let plot = Area {
            x: sheet.left,
            y: sheet.top,
            width: (sheet.width - sheet.left - sheet.right).max(0.0),
            height: (sheet.height - sheet.top - sheet.bottom).max(0.0),
        };
        Some(Scale { plot, from, to: to.max(from.saturating_add(7.days())), lowest, highest })
    }

    fn x(&self, on: Date) -> f64 {
        let share = days_between(self.from, on) as f64 / days_between(self.from, self.to).max(1) as f64;
        tenth(self.plot.x + self.plot.width * share.clamp(0.0, 1.0))
    }

    /// Totals outside the range lie on its edge.
    fn y(&self, total: f64) -> f64 {
        let span = self.highest - self.lowest;
        let share = if span > 0.0 { (total - self.lowest) / span } else { 0.0 };
        tenth(self.plot.y + self.plot.height * (1.0 - share.clamp(0.0, 1.0)))
    }

    /// The full width between two totals.
    fn between(&self, lower: f64, upper: f64) -> Area {
        let (top, bottom) = (self.y(upper), self.y(lower));
        Area { x: self.plot.x, y: top, width: self.plot.width, height: tenth(bottom - top) }
    }
}

fn days_between(earlier: Date, later: Date) -> i64 {
    later.duration_since(earlier).as_hours() / 24
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Whole-point bands meet halfway between their totals, so that no point lies on an edge.
fn stripes(instrument: &Instrument, scale: &Scale) -> Vec<Stripe> {
    let bands = &instrument.bands;
    let meeting = |i: usize| (bands[i].max + bands[i + 1].min) / 2.0;
    let stripe = |i: usize| {
        let lower = if i == 0 { scale.lowest } else { meeting(i - 1) };
        let upper = if i + 1 == bands.len() { scale.highest } else { meeting(i) };
        let trouble = match instrument.scoring.direction {
            Direction::HigherIsWorse => i,
            Direction::HigherIsBetter => bands.len() - 1 - i,
        };
        Stripe { label: bands[i].label.clone(), area: scale.between(lower, upper), trouble }
    };
    (0..bands.len()).map(stripe).collect()
}

/// Ends half a point inside the first reliable change, so that a score that counts as changed
/// always lies outside; means have no whole points and end at the change itself.
fn corridor(instrument: &Instrument, baseline: Score, scale: &Scale) -> Option<Area> {
    let reach = match instrument.scoring.method {
        Method::Mean => reliable_change_points(instrument)?,
        Method::Sum | Method::SumTimes4 => error_points(instrument)? + 0.5,
    };
    Some(scale.between(baseline.value() - reach, baseline.value() + reach))
}

fn lines(dated: &[Dated], gap_days_max: u32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for i in 1..=dated.len() {
        let joined = i < dated.len() && days_between(dated[i - 1].on, dated[i].on) <= i64::from(gap_days_max);
        if !joined {
            if i - start > 1 {
                lines.push(start..i);
            }
            start = i;
        }
    }
    lines
}

/// The most dates that stay readable side by side on a phone.
const X_TICKS_MAX: u32 = 8;

fn date_ticks(scale: &Scale) -> Vec<DateTick> {
    let weeks = u32::try_from(days_between(scale.from, scale.to) / 7).unwrap_or(0);
    let step = [1, 2, 4, 8, 13, 26, 52].into_iter().find(|step| weeks / step < X_TICKS_MAX);
    let step = step.unwrap_or_else(|| weeks.div_ceil(52 * X_TICKS_MAX).max(1) * 52);
    let tick = |week: u32| {
        let on = scale.from.saturating_add((i64::from(week) * 7).days());
        DateTick { on, week, x: scale.x(on) }
    };
    (0..=weeks).step_by(step as usize).map(tick).collect()
}

/// The totals at which a band starts and the highest one; even steps where there are no bands.
fn labelled_totals(instrument: &Instrument) -> Vec<f64> {
    let (lowest, highest) = instrument.scoring.range;
    if instrument.bands.is_empty() {
        return (0..=4)
            .map(|quarter| (lowest + (highest - lowest) * f64::from(quarter) / 4.0).round())
            .collect();
    }
    instrument.bands.iter().map(|band| band.min).chain([highest]).collect()
}
