//! Every mark on a chart stands where its date and points put it.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use measure::chart::{Area, Chart, Mark, Series, Sheet, chart};
use measure::trend::Dated;
use proptest::prelude::*;

use super::{phq9, points};

const START: Date = date(2026, 3, 2);

/// A plot of 270 by 270 with nothing around it: ten units a point, easy to reckon with.
const SQUARE: Sheet =
    Sheet { width: 280.0, height: 270.0, top: 0.0, right: 0.0, bottom: 0.0, left: 0.0, gap_days_max: 21 };

fn on(day: i64) -> Date {
    START.saturating_add(day.days())
}

fn dated(days_and_scores: &[(i64, i32)]) -> Vec<Dated> {
    days_and_scores.iter().map(|(day, score)| Dated { on: on(*day), score: points(*score) }).collect()
}

fn laid_out(days_and_scores: &[(i64, i32)]) -> Chart {
    let series = Series { points: &dated(days_and_scores), marks: &[], until: None };
    chart(&phq9(), &series, SQUARE).unwrap()
}

#[test]
fn points_stand_by_date_and_total() {
    let chart = laid_out(&[(0, 27), (7, 17), (28, 0)]);
    let places: Vec<(f64, f64)> = chart.points.iter().map(|point| (point.x, point.y)).collect();
    assert_eq!(places, [(0.0, 0.0), (70.0, 100.0), (280.0, 270.0)]);
    assert_eq!(chart.points[1].severity.as_deref(), Some("moderately severe"));
}

#[test]
fn points_are_not_joined_across_a_gap() {
    assert_eq!(laid_out(&[(0, 9), (7, 8), (28, 7), (50, 6), (57, 5)]).lines, [0..3, 3..5]);
    assert_eq!(laid_out(&[(0, 9), (22, 8), (44, 7)]).lines, []);
    assert_eq!(laid_out(&[(0, 9), (0, 8)]).lines.first(), Some(&(0..2)));
}

#[test]
fn bands_tile_the_plot_and_no_total_lies_on_an_edge() {
    let chart = laid_out(&[(0, 17)]);
    let stripes: Vec<(&str, f64, f64)> =
        chart.bands.iter().map(|stripe| (stripe.label.as_str(), stripe.area.y, stripe.area.height)).collect();
    assert_eq!(
        stripes,
        [
            ("none-minimal", 225.0, 45.0),
            ("mild", 175.0, 50.0),
            ("moderate", 125.0, 50.0),
            ("moderately severe", 75.0, 50.0),
            ("severe", 0.0, 75.0),
        ]
    );
    let totals: Vec<f64> = chart.y_ticks.iter().map(|tick| tick.value.value()).collect();
    assert_eq!(totals, [0.0, 5.0, 10.0, 15.0, 20.0, 27.0]);
}

#[test]
fn cut_off_and_corridor_stand_by_the_rules_of_the_instrument() {
    let chart = laid_out(&[(0, 17), (7, 11)]);
    assert_eq!(chart.cutoff.unwrap().y, 170.0);
    // 17 give or take 5.5: a score of 11, which is reliably better, lies outside.
    let corridor = chart.corridor.unwrap();
    assert_eq!(corridor, Area { x: 0.0, y: 45.0, width: 280.0, height: 110.0 });
    assert!(chart.points[1].y > corridor.y + corridor.height);
    // Near the end of the range the corridor is cut off there.
    assert_eq!(laid_out(&[(0, 2)]).corridor.unwrap().height, 75.0);
}

#[test]
fn a_single_score_has_a_week_of_room() {
    let chart = laid_out(&[(0, 17)]);
    assert_eq!((chart.from, chart.to), (START, on(7)));
    let weeks: Vec<(u32, f64)> = chart.x_ticks.iter().map(|tick| (tick.week, tick.x)).collect();
    assert_eq!(weeks, [(0, 0.0), (1, 280.0)]);
    let nothing = Series { points: &[], marks: &[], until: Some(START) };
    assert_eq!(measure::chart::chart(&phq9(), &nothing, SQUARE), None);
}

#[test]
fn the_planned_end_and_earlier_marks_get_room() {
    let marks = [Mark { on: on(28), label: "Middle".into() }, Mark { on: on(-7), label: "Initial".into() }];
    let scores = dated(&[(0, 17)]);
    let chart =
        chart(&phq9(), &Series { points: &scores, marks: &marks, until: Some(on(105)) }, SQUARE).unwrap();
    assert_eq!((chart.from, chart.to), (on(-7), on(105)));
    let placed: Vec<(&str, f64)> = chart.marks.iter().map(|mark| (mark.label.as_str(), mark.x)).collect();
    assert_eq!(placed, [("Initial", 0.0), ("Middle", 87.5)]);
    // Sixteen weeks take a tick every fourth week.
    assert_eq!(chart.x_ticks.iter().map(|tick| tick.week).collect::<Vec<_>>(), [0, 4, 8, 12, 16]);
}

proptest! {
    #[test]
    fn everything_stays_on_the_sheet(
        series in proptest::collection::vec((-4_000_000i64..2_900_000, -50i32..200), 1..12),
        width in 0.0f64..2000.0,
    ) {
        let scores: Vec<Dated> = series
            .iter()
            .map(|(day, score)| Dated { on: date(0, 1, 1).saturating_add(day.days()), score: points(*score) })
            .collect();
        let sheet = Sheet { width, ..Sheet::default() };
        let chart = chart(&phq9(), &Series { points: &scores, marks: &[], until: None }, sheet).unwrap();
        let (left, right) = (chart.plot.x - 0.1, chart.plot.x + chart.plot.width + 0.1);
        let (top, bottom) = (chart.plot.y - 0.1, chart.plot.y + chart.plot.height + 0.1);
        for point in &chart.points {
            prop_assert!((left..=right).contains(&point.x) && (top..=bottom).contains(&point.y));
        }
        prop_assert!(chart.x_ticks.len() <= 9 && !chart.x_ticks.is_empty());
        prop_assert!(chart.points.windows(2).all(|pair| pair[0].x <= pair[1].x));
        let inside: usize = chart.lines.iter().map(ExactSizeIterator::len).sum();
        prop_assert!(inside <= chart.points.len());
    }
}
