//! Change is named only when it means something.

use measure::change::{
    Deterioration, Reliable, ResponseClass, compare, deterioration, rci_points, response_class,
};

use super::{gad7, phq9, points};

#[test]
fn reliable_change_agrees_with_hand_computed_figures() {
    // 1.96 x 6.1 x 1.41421 x sqrt(0.11) = 1.96 x 6.1 x 1.41421 x 0.33166 = 5.61
    let rounded = |sd, reliability| (rci_points(sd, reliability).unwrap() * 100.0).round() / 100.0;
    assert_eq!(rounded(6.1, 0.89), 5.61);
    assert_eq!(rounded(6.1, 0.84), 6.76);
    assert_eq!(rounded(4.7, 0.92), 3.68);
    assert_eq!(rounded(8.58, 0.85), 9.21);
    assert_eq!(rci_points(6.1, 1.0), Some(0.0));
    for (sd, reliability) in
        [(0.0, 0.9), (-1.0, 0.9), (6.1, 1.1), (6.1, -0.1), (f64::NAN, 0.9), (6.1, f64::NAN)]
    {
        assert_eq!(rci_points(sd, reliability), None);
    }
}

#[test]
fn six_points_on_the_phq9_are_reliable_and_five_are_not() {
    let phq9 = phq9();
    let reliable = |from, to| compare(&phq9, points(from), points(to)).reliable;
    assert_eq!(reliable(17, 12), Reliable::Unchanged);
    assert_eq!(reliable(17, 11), Reliable::Improved);
    assert_eq!(reliable(12, 17), Reliable::Unchanged);
    assert_eq!(reliable(11, 17), Reliable::Deteriorated);
}

#[test]
fn the_computed_figure_serves_where_none_is_published() {
    let mut phq9 = phq9();
    phq9.change.published = None;
    assert_eq!(compare(&phq9, points(17), points(12)).reliable, Reliable::Unchanged);
    assert_eq!(compare(&phq9, points(17), points(11)).reliable, Reliable::Improved);
    phq9.change.rci = None;
    assert_eq!(compare(&phq9, points(17), points(1)).reliable, Reliable::Unknown);
}

#[test]
fn response_is_half_and_remission_is_below_five() {
    let phq9 = phq9();
    let half = compare(&phq9, points(18), points(9));
    assert_eq!((half.points, half.improvement, half.percent), (-9.0, 9.0, Some(50.0)));
    assert!(half.response && !half.remission);
    assert!(!compare(&phq9, points(18), points(10)).response);
    assert!(!compare(&phq9, points(18), points(5)).remission);
    assert!(compare(&phq9, points(18), points(4)).remission);
}

#[test]
fn people_who_start_below_the_cut_off_get_no_recovery_label() {
    let change = compare(&phq9(), points(9), points(1));
    assert_eq!(change.started_below_cutoff, Some(true));
    assert!(!change.response && !change.remission);
    assert_eq!(change.reliable, Reliable::Improved);
    assert_eq!(compare(&phq9(), points(10), points(1)).started_below_cutoff, Some(false));
    // The GAD-7 counts cases from 8.
    assert_eq!(compare(&gad7(), points(8), points(1)).started_below_cutoff, Some(false));
}

#[test]
fn a_start_at_zero_has_no_percentage() {
    let change = compare(&phq9(), points(0), points(6));
    assert_eq!((change.points, change.percent), (6.0, None));
    assert_eq!(change.reliable, Reliable::Deteriorated);
}

#[test]
fn direction_turns_better_and_worse_round() {
    let mut index = phq9();
    index.scoring.direction = measure::instrument::Direction::HigherIsBetter;
    let change = compare(&index, points(7), points(17));
    assert_eq!((change.points, change.improvement, change.percent), (10.0, 10.0, Some(50.0)));
    assert_eq!(change.reliable, Reliable::Improved);
}

#[test]
fn weeks_four_to_six_are_classed_by_points_lower() {
    let phq9 = phq9();
    let class = |latest, week| response_class(&phq9, points(16), points(latest), week);
    assert_eq!(class(11, 4), Some(ResponseClass::Adequate));
    assert_eq!(class(12, 5), Some(ResponseClass::ProbablyInadequate));
    assert_eq!(class(14, 6), Some(ResponseClass::ProbablyInadequate));
    assert_eq!(class(15, 6), Some(ResponseClass::Inadequate));
    assert_eq!(class(20, 6), Some(ResponseClass::Inadequate));
    assert_eq!(class(11, 3), None);
    assert_eq!(class(11, 7), None);
    assert_eq!(response_class(&gad7(), points(16), points(11), 5), None);
}

#[test]
fn worsening_is_told_from_the_start_from_last_time_and_twice_in_a_row() {
    let phq9 = phq9();
    let worse =
        |scores: &[i32]| deterioration(&phq9, &scores.iter().map(|score| points(*score)).collect::<Vec<_>>());
    assert_eq!(worse(&[]), []);
    assert_eq!(worse(&[20]), []);
    assert_eq!(worse(&[10, 14]), []);
    assert_eq!(worse(&[10, 15]), [Deterioration::WorseThanAtStart { points: 5.0 }]);
    assert_eq!(worse(&[20, 8, 13]), [Deterioration::WorseThanLastTime { points: 5.0 }]);
    assert_eq!(worse(&[20, 8, 9, 10]), [Deterioration::WorseTwiceInARow { points: 2.0 }]);
    assert_eq!(worse(&[20, 8, 9, 9]), []);
    assert_eq!(
        worse(&[10, 12, 17]),
        [
            Deterioration::WorseThanAtStart { points: 7.0 },
            Deterioration::WorseThanLastTime { points: 5.0 },
            Deterioration::WorseTwiceInARow { points: 7.0 },
        ]
    );
    let gad = |scores: &[i32]| {
        deterioration(&gad7(), &scores.iter().map(|score| points(*score)).collect::<Vec<_>>())
    };
    assert_eq!(gad(&[8, 11]), []);
    assert_eq!(gad(&[8, 12]), [Deterioration::WorseThanAtStart { points: 4.0 }]);
}
