//! A wrong file is refused with its field, line and column.

use measure::Instrument;

use super::PHQ9_TEXT;

#[track_caller]
fn refused(from: &str, to: &str, field: &str, message: &str) {
    assert!(PHQ9_TEXT.contains(from), "the file no longer holds {from}");
    let text = PHQ9_TEXT.replacen(from, to, 1);
    let error = Instrument::parse(&text).unwrap_err();
    assert_eq!((error.field.as_str(), error.message.as_str()), (field, message));
    let line = text.lines().nth(error.line - 1).unwrap();
    assert!(
        error.column <= line.chars().count() + 1,
        "column {} is not on line {}",
        error.column,
        error.line
    );
}

#[test]
fn a_gap_between_bands_names_the_band_and_its_place() {
    let text = PHQ9_TEXT.replacen("\"min\": 5,", "\"min\": 6,", 1);
    let error = Instrument::parse(&text).unwrap_err();
    let line = text.lines().position(|line| line.contains("\"min\": 6,")).unwrap() + 1;
    assert_eq!(
        error.to_string(),
        format!(
            "line {line}, column 14, field `bands[1].min`: gap between bands: this one should start at 5"
        )
    );
}

#[test]
fn bands_must_cover_the_range_once() {
    refused("\"max\": 9,", "\"max\": 10,", "bands[2].min", "bands overlap: this one should start at 11");
    refused("\"max\": 27,", "\"max\": 26,", "bands[4].max", "the highest band ends at the highest total, 27");
    refused("\"min\": 0,", "\"min\": 1,", "bands[0].min", "the lowest band starts at the lowest total, 0");
    refused("\"label\": \"mild\"", "\"label\": \"severe\"", "bands[4].label", "`severe` names two bands");
}

#[test]
fn scored_items_exist_and_agree_with_the_items() {
    refused(
        "\"items\": [\"1\", \"2\"",
        "\"items\": [\"1\", \"22\"",
        "scoring.items[1]",
        "there is no item `22`",
    );
    refused(
        "\"items\": [\"1\", \"2\"",
        "\"items\": [\"2\"",
        "items[0].scored",
        "item `1` counts, but `scoring.items` does not name it",
    );
    refused("\"range\": [0, 27]", "\"range\": [0, 28]", "scoring.range", "the options reach from 0 to 27");
}

#[test]
fn risk_needs_an_item_that_can_flag() {
    refused(
        ",\n      \"risk\": \"suicide-or-self-harm\"",
        "",
        "risk_rule",
        "speaks of risk, but no item carries `risk`",
    );
}

#[test]
fn printed_figures_agree_with_their_formula() {
    refused(
        "\"points_95\": 5.61",
        "\"points_95\": 5.16",
        "change.rci.points_95",
        "1.96 x sd x sqrt(2 (1 - reliability)) gives 5.61",
    );
    refused("44249-1", "44249-2", "loinc.panel", "`44249-2` is no LOINC code: its check digit does not fit");
}

#[test]
fn a_misspelt_rule_is_not_silently_dropped() {
    let error = Instrument::parse(&PHQ9_TEXT.replacen("\"max_missing\"", "\"max_mising\"", 1)).unwrap_err();
    assert!(error.message.contains("unknown field `max_mising`"), "{error}");
    assert!(error.field.starts_with("scoring"), "{error}");
}

#[test]
fn syntax_and_type_errors_carry_their_place() {
    let cut = &PHQ9_TEXT[..PHQ9_TEXT.len() / 2];
    assert_eq!(Instrument::parse(cut).unwrap_err().line, cut.lines().count());
    let error = Instrument::parse(&PHQ9_TEXT.replacen("\"value\": 1", "\"value\": \"one\"", 1)).unwrap_err();
    assert_eq!(error.field, "options[1].value");
    assert_eq!(Instrument::parse("").unwrap_err().line, 1);
    let other =
        Instrument::parse(&PHQ9_TEXT.replacen("attune-instrument/1", "attune-instrument/2", 1)).unwrap_err();
    assert_eq!((other.field.as_str(), other.line), ("schema", 2));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn a_damaged_file_never_panics(at in 0usize..16_000, with in "[\\[\\]{}\",:0-9a-z-]{0,4}") {
        let at = (0..=at.min(PHQ9_TEXT.len())).rev().find(|at| PHQ9_TEXT.is_char_boundary(*at)).unwrap();
        let (head, tail) = PHQ9_TEXT.split_at(at);
        let mut tail = tail.chars();
        tail.next();
        if let Err(error) = Instrument::parse(&format!("{head}{with}{}", tail.as_str())) {
            proptest::prop_assert!(error.line >= 1);
        }
    }
}
