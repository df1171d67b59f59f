//! Scoring holds for any answers whatever.

use measure::{Answer, AnswerError, Answers, Instrument, RiskFlag, Score, score};
use proptest::prelude::*;

use super::{answers, gad7, phq9};

#[test]
fn item_nine_flags_although_no_total_can_be_given() {
    let scored = score(&phq9(), &answers(&[("9", Answer::Value(1))])).unwrap();
    assert_eq!(scored.total, None);
    assert_eq!(scored.severity, None);
    assert!(!scored.prorated && !scored.complete);
    let flag = RiskFlag { item: "9".parse().unwrap(), kind: "suicide-or-self-harm".into(), value: 1 };
    assert_eq!(scored.flags, [flag]);
    assert!(scored.risk_unanswered.is_empty());
}

#[test]
fn a_declined_risk_item_raises_no_flag_and_clears_nobody() {
    let scored = score(&phq9(), &answers(&[("9", Answer::Declined)])).unwrap();
    assert!(scored.flags.is_empty());
    assert_eq!(scored.risk_unanswered, ["9".parse().unwrap()]);
}

#[test]
fn declined_answers_are_stored_as_the_persons_word() {
    let text = r#"{"1":2,"9":"declined"}"#;
    let read: Answers = serde_json::from_str(text).unwrap();
    assert_eq!(read, answers(&[("1", Answer::Value(2)), ("9", Answer::Declined)]));
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    for wrong in [r#"{"1":"maybe"}"#, r#"{"1":2.5}"#, r#"{"1":null}"#, r#"{"1":99999999999}"#, r#"{"a b":1}"#]
    {
        assert!(serde_json::from_str::<Answers>(wrong).is_err(), "{wrong} was read");
    }
}

#[test]
fn the_difficulty_item_has_its_own_options_and_is_asked_only_with_a_problem() {
    let phq9 = phq9();
    let item = phq9.item(&"10".parse().unwrap()).unwrap();
    assert_eq!(phq9.choices(item)[3].text, "Extremely difficult");
    assert!(!phq9.asks(item, &answers(&[("1", Answer::Value(0)), ("2", Answer::Declined)])));
    assert!(phq9.asks(item, &answers(&[("1", Answer::Value(1))])));
    assert!(phq9.asks(&phq9.items[0], &Answers::new()));
}

#[test]
fn answers_that_do_not_fit_are_named() {
    let item = |name: &str| name.parse().unwrap();
    assert_eq!(
        score(&gad7(), &answers(&[("8", Answer::Value(0))])),
        Err(AnswerError::UnknownItem { item: item("8") })
    );
    assert_eq!(
        score(&gad7(), &answers(&[("2", Answer::Value(4))])),
        Err(AnswerError::NotAChoice { item: item("2"), value: 4 })
    );
}

#[test]
fn scores_print_without_needless_decimals() {
    let printed = |value: f64| Score::new(value).unwrap().to_string();
    assert_eq!([printed(11.0), printed(4.5), printed(11.0 / 3.0), printed(-0.0)], ["11", "4.5", "3.67", "0"]);
    assert_eq!(Score::new(f64::NAN), None);
}

/// Two items from 1 to 5, the second reversed; enough to hold every method to account.
fn small(method: &str, range: &str, missing: &str) -> Instrument {
    let options: Vec<String> =
        (1..=5).map(|value| format!(r#"{{"value": {value}, "text": "{value}"}}"#)).collect();
    Instrument::parse(&format!(
        r#"{{"schema": "attune-instrument/1", "id": "small", "version": "1", "title": "Small", "short": "S",
        "distribution": "own-labels", "citation": "none", "licence": {{"kind": "own", "text": "own"}},
        "options": [{}], "items": [{{"id": "a"}}, {{"id": "b", "reverse": true}}, {{"id": "c"}}],
        "scoring": {{"method": "{method}", "items": ["a", "b", "c"], "range": {range}, "direction": "higher-is-better",
        "missing": {missing},
        "subscales": [{{"id": "ab", "items": ["a", "b"], "method": "sum", "range": [2, 10]}}]}}}}"#,
        options.join(",")
    ))
    .unwrap()
}

#[test]
fn sums_means_and_indices_count_reversed_items_from_the_other_end() {
    let none = r#"{"rule": "none-allowed"}"#;
    let all = answers(&[("a", Answer::Value(5)), ("b", Answer::Value(1)), ("c", Answer::Value(3))]);
    let total = |method, range| score(&small(method, range, none), &all).unwrap().total.unwrap().value();
    assert_eq!(total("sum", "[3, 15]"), 13.0);
    assert_eq!(total("sum-times-4", "[12, 60]"), 52.0);
    assert_eq!(total("mean", "[1, 5]"), 13.0 / 3.0);
}

#[test]
fn a_subscale_needs_all_of_its_items() {
    let prorated = small("sum", "[3, 15]", r#"{"rule": "prorate", "max_missing": 1, "rounding": "up"}"#);
    let without_c = score(&prorated, &answers(&[("a", Answer::Value(2)), ("b", Answer::Value(5))])).unwrap();
    // 2 + (6 - 5) = 3; 3 x 3 / 2 = 4.5, rounded up.
    assert_eq!(without_c.total, Some(Score::from(5)));
    assert_eq!(without_c.subscales["ab"], Some(Score::from(3)));
    let without_b = score(&prorated, &answers(&[("a", Answer::Value(2)), ("c", Answer::Value(5))])).unwrap();
    assert_eq!(without_b.subscales["ab"], None);
    assert!(without_b.total.is_some());
}

fn any_answer() -> impl Strategy<Value = Option<Answer>> {
    prop_oneof![
        6 => (0..=3).prop_map(|value| Some(Answer::Value(value))),
        1 => Just(Some(Answer::Declined)),
        1 => Just(None),
    ]
}

fn answered(given: &[Option<Answer>]) -> Answers {
    let items = (1..).map(|number: usize| number.to_string().parse().unwrap());
    items.zip(given).filter_map(|(item, answer)| Some((item, (*answer)?))).collect()
}

proptest! {
    #[test]
    fn any_answers_at_all_are_scored_or_refused(
        given in proptest::collection::btree_map("[0-9a-z-]{1,3}|1|2|9|10", any::<i32>(), 0..12)
    ) {
        let given: Answers = given.into_iter().map(|(item, value)| (item.parse().unwrap(), Answer::Value(value))).collect();
        let _ = score(&phq9(), &given);
    }

    #[test]
    fn totals_stay_in_range_in_a_band_and_follow_the_formula(given in proptest::collection::vec(any_answer(), 10)) {
        let phq9 = phq9();
        let scored = score(&phq9, &answered(&given)).unwrap();
        let values: Vec<i32> = given[..9].iter().filter_map(|answer| answer.and_then(Answer::value)).collect();
        prop_assert_eq!(scored.missing.len(), 9 - values.len());
        prop_assert_eq!(scored.complete, values.len() == 9);
        if values.len() < 7 {
            prop_assert_eq!(scored.total, None);
            return Ok(());
        }
        // Round half up in whole numbers: (2 a + b) / (2 b), no floating point involved.
        let (sum, count) = (values.iter().sum::<i32>() * 9, values.len() as i32);
        let expected = (2 * sum + count) / (2 * count);
        prop_assert_eq!(scored.total, Some(Score::from(expected)));
        prop_assert!((0..=27).contains(&expected));
        prop_assert_eq!(scored.prorated, count < 9);
        prop_assert_eq!(scored.severity.as_deref(), phq9.band(Score::from(expected)).map(|band| band.label.as_str()));
        prop_assert!(scored.severity.is_some());
    }

    #[test]
    fn a_flag_stands_exactly_where_the_risk_item_is_above_zero(given in proptest::collection::vec(any_answer(), 10)) {
        let scored = score(&phq9(), &answered(&given)).unwrap();
        let nine = given[8].and_then(Answer::value);
        prop_assert_eq!(scored.flags.len(), usize::from(nine.is_some_and(|value| value > 0)));
        prop_assert_eq!(scored.risk_unanswered.len(), usize::from(nine.is_none()));
    }
}

#[test]
fn every_score_in_the_range_has_exactly_one_band() {
    for instrument in [phq9(), gad7()] {
        let (lowest, highest) = instrument.scoring.range;
        for value in lowest as i32..=highest as i32 {
            let holding = instrument.bands.iter().filter(|band| band.contains(Score::from(value))).count();
            assert_eq!(holding, 1, "{} has {holding} bands at {value}", instrument.id);
        }
    }
}
