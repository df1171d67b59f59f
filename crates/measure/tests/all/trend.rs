//! A series of scores is summed up as a clinician would.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use measure::Instrument;
use measure::change::{Deterioration, Reliable, ResponseClass};
use measure::trend::{Dated, NotOnTrack, OnTrack, Standing, TooEarly, progress};
use proptest::prelude::*;

use super::{gad7, phq9, points};

const START: Date = date(2026, 3, 2);

fn weekly(scores: &[i32]) -> Vec<Dated> {
    let day = |week: usize| START.saturating_add((7 * week as i64).days());
    scores.iter().enumerate().map(|(week, score)| Dated { on: day(week), score: points(*score) }).collect()
}

fn standing(instrument: &Instrument, scores: &[i32]) -> Standing {
    progress(instrument, &weekly(scores)).unwrap().standing
}

#[test]
fn a_middle_session_reads_as_one_sentence() {
    // "Score 11, moderate. Six lower than at the start, more than measurement error (5)."
    let seen = progress(&phq9(), &weekly(&[17, 16, 15, 13, 12, 12, 11])).unwrap();
    assert_eq!((seen.latest.score, seen.severity.as_deref()), (points(11), Some("moderate")));
    assert_eq!(seen.severity_at_start.as_deref(), Some("moderately severe"));
    let change = seen.change.unwrap();
    assert_eq!((change.points, change.reliable, seen.error_points), (-6.0, Reliable::Improved, Some(5.0)));
    assert_eq!((seen.count, seen.week), (7, 6));
    assert_eq!(seen.response_class, Some(ResponseClass::Adequate));
    assert_eq!(seen.standing, Standing::OnTrack(OnTrack::ReliablyBetter));
}

#[test]
fn nothing_is_said_about_nothing_and_one_score_is_grey() {
    assert_eq!(progress(&phq9(), &[]), None);
    let seen = progress(&phq9(), &weekly(&[17])).unwrap();
    assert_eq!(seen.standing, Standing::TooEarly(TooEarly::OneScore));
    assert_eq!((seen.change, seen.response_class), (None, None));
}

#[test]
fn little_change_is_early_first_and_a_reason_to_look_from_week_four() {
    let phq9 = phq9();
    assert_eq!(standing(&phq9, &[17, 16, 16, 15]), Standing::TooEarly(TooEarly::BeforeWeek(4)));
    let late = Standing::NotOnTrack(NotOnTrack::TooLittleChange { improvement: 2.0, week: 4 });
    assert_eq!(standing(&phq9, &[17, 16, 16, 15, 15]), late);
    assert_eq!(standing(&phq9, &[17, 16, 16, 15, 12]), Standing::OnTrack(OnTrack::EnoughForNow));
    assert_eq!(standing(&gad7(), &[15, 15, 14, 13, 12]), {
        Standing::NotOnTrack(NotOnTrack::TooLittleChange { improvement: 3.0, week: 4 })
    });
}

#[test]
fn an_instrument_without_reliable_change_goes_by_the_change_people_notice() {
    let text = include_str!("../../../../content/instruments/phq-9a.json");
    let phq9a = Instrument::parse(text).unwrap();
    assert_eq!(standing(&phq9a, &[17, 16, 15, 14, 12]), Standing::OnTrack(OnTrack::EnoughForNow));
    let late = Standing::NotOnTrack(NotOnTrack::TooLittleChange { improvement: 4.0, week: 4 });
    assert_eq!(standing(&phq9a, &[17, 16, 15, 14, 13]), late);
}

#[test]
fn the_strongest_reason_is_named() {
    let phq9 = phq9();
    assert_eq!(standing(&phq9, &[18, 9]), Standing::OnTrack(OnTrack::Response));
    assert_eq!(standing(&phq9, &[18, 4]), Standing::OnTrack(OnTrack::Remission));
}

#[test]
fn worse_is_not_on_track_in_any_week() {
    let worse = |points| Standing::NotOnTrack(NotOnTrack::Worse(Deterioration::WorseThanAtStart { points }));
    assert_eq!(standing(&phq9(), &[12, 17]), worse(5.0));
    // Relapse after remission: still far better than at the start, and still a reason to look.
    let relapse = Standing::NotOnTrack(NotOnTrack::Worse(Deterioration::WorseThanLastTime { points: 6.0 }));
    assert_eq!(standing(&phq9(), &[20, 10, 3, 9]), relapse);
}

#[test]
fn small_steps_up_in_remission_are_listed_but_alarm_nobody() {
    let seen = progress(&phq9(), &weekly(&[18, 8, 1, 2, 3])).unwrap();
    assert_eq!(seen.deterioration, [Deterioration::WorseTwiceInARow { points: 2.0 }]);
    assert_eq!(seen.standing, Standing::OnTrack(OnTrack::Remission));
}

#[test]
fn a_start_below_the_cut_off_claims_no_recovery() {
    let seen = progress(&phq9(), &weekly(&[8, 6, 3])).unwrap();
    assert_eq!(seen.standing, Standing::OnTrack(OnTrack::StartedBelowCutoff));
    assert!(!seen.change.unwrap().remission);
    let worse = Deterioration::WorseThanAtStart { points: 5.0 };
    assert_eq!(standing(&phq9(), &[8, 13]), Standing::NotOnTrack(NotOnTrack::Worse(worse)));
}

#[test]
fn the_order_in_which_scores_come_in_does_not_matter() {
    let mut series = weekly(&[17, 14, 9]);
    series.reverse();
    assert_eq!(progress(&phq9(), &series), progress(&phq9(), &weekly(&[17, 14, 9])));
}

proptest! {
    #[test]
    fn any_series_is_summed_up(series in proptest::collection::vec((-4_000_000i64..2_900_000, -50i32..200), 0..12)) {
        let dated: Vec<Dated> = series
            .iter()
            .map(|(day, score)| Dated { on: date(0, 1, 1).saturating_add(day.days()), score: points(*score) })
            .collect();
        let seen = progress(&phq9(), &dated);
        prop_assert_eq!(seen.is_some(), !dated.is_empty());
        if let Some(seen) = seen {
            prop_assert!(seen.baseline.on <= seen.latest.on);
            prop_assert_eq!(seen.change.is_none(), seen.standing == Standing::TooEarly(TooEarly::OneScore));
        }
    }
}
