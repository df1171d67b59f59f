//! Forms as anybody may send them: each reader answers with what it took or with the fields that do not fit, and what
//! it took it can write and read again.
#![allow(clippy::unwrap_used)]
#![expect(
    clippy::disallowed_methods,
    reason = "how many inputs comes from outside, and a test may hold a watch"
)]

use domain::client::{Particulars, ParticularsForm};
use domain::fields::Fields;
use domain::homework::Homework;
use domain::life_event::{LifeEvent, Onset};
use domain::tie::Tie;
use domain::worksheet::Worksheet;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// Inputs to try: `ATTUNE_FUZZ_INPUTS`, or as many as every run can afford.
fn inputs() -> ProptestConfig {
    let asked = std::env::var("ATTUNE_FUZZ_INPUTS").ok().and_then(|number| number.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(1_500), failure_persistence: None, ..ProptestConfig::default() }
}

const TODAY: Date = date(2026, 11, 24);

/// Values people type, values programs send, and values that break programs.
fn value() -> impl Strategy<Value = String> {
    let usual = [
        "",
        " ",
        "yes",
        "0",
        "1",
        "10",
        "-1",
        "11",
        "2026",
        "1899",
        "2201",
        "2026-02-30",
        "2026-11-24",
        "0000-00-00",
        "9999-12-31",
        "spring",
        "death",
        "close",
        "a@b.example",
        "Africa/Kampala",
        "\u{0}",
        "\u{202e}evil",
        "👩🏽‍🚀",
        "ﷺ",
        "'; DROP TABLE client; --",
        "<script>alert(1)</script>",
        "99999999999999999999",
        "1e9",
        "NaN",
        "٣",
    ];
    prop_oneof![
        12 => proptest::sample::select(usual.to_vec()).prop_map(str::to_owned),
        3 => "(?s).{0,40}",
        1 => (1_usize..60_000).prop_map(|n| "x".repeat(n)),
    ]
}

fn fields(names: Vec<String>) -> impl Strategy<Value = Fields> {
    let name = prop_oneof![9 => proptest::sample::select(names), 1 => ".{0,12}"];
    prop::collection::vec((name, value()), 0..30).prop_map(Fields::new)
}

/// Names of fields, with the parts of a remembered date for each.
fn names(bases: &[&str]) -> Vec<String> {
    let parts = |base: &&str| ["", ".year", ".part", ".day", ".around"].map(|part| format!("{base}{part}"));
    bases.iter().flat_map(parts).collect()
}

proptest! {
    #![proptest_config(inputs())]

    #[test]
    fn i4_any_form_of_a_person_is_taken_or_refused(
        fields in fields(names(&[
            "nickname", "role", "kind", "presence", "died", "changed", "change", "change_cause", "ring_now",
            "ring_wanted", "ring_before", "lives_with", "expects", "expected", "fit", "conflict", "conflict_kind",
            "confides", "receives", "gives", "note", "private_note",
        ])),
    ) {
        if let Ok(tie) = Tie::read(&fields, None, TODAY) {
            prop_assert_eq!(Tie::read(&tie.to_fields(), None, TODAY), Ok(tie));
        }
    }

    #[test]
    fn i4_any_form_of_an_event_is_taken_or_refused(
        fields in fields(names(&["kind", "title", "when", "valence", "impact", "people", "note", "onset", "onset_note"])),
    ) {
        if let Ok(event) = LifeEvent::read(&fields, &[], None, TODAY) {
            prop_assert_eq!(LifeEvent::read(&event.to_fields(), &[], None, TODAY), Ok(event));
        }
        if let Ok(onset) = Onset::read(&fields, TODAY) {
            prop_assert_eq!(Onset::read(&onset.to_fields(), TODAY), Ok(onset));
        }
    }

    #[test]
    fn i4_any_form_of_a_step_is_taken_or_refused(
        fields in fields(names(&["task", "due_on", "tie", "obstacle", "fallback", "helper", "status", "happened"])),
    ) {
        if let Ok(step) = Homework::read(&fields, &[], None, TODAY) {
            prop_assert_eq!(Homework::read(&step.to_fields(), &[], None, TODAY), Ok(step));
        }
    }

    #[test]
    fn i3_i4_any_particulars_are_taken_or_refused_and_no_name_holds_a_control(values in prop::collection::vec(value(), 12)) {
        let mut form = serde_json::to_value(ParticularsForm::default()).unwrap();
        for (slot, value) in form.as_object_mut().unwrap().values_mut().zip(values) {
            *slot = value.into();
        }
        let form: ParticularsForm = serde_json::from_value(form).unwrap();
        if let Ok(taken) = Particulars::from_form(&form, TODAY) {
            prop_assert_eq!(Particulars::from_form(&taken.to_form(), TODAY), Ok(taken.clone()));
            let overrides = '\u{202a}'..='\u{202e}';
            let strange = taken.name.chars().any(|c| c.is_control() || overrides.contains(&c));
            prop_assert!(!strange, "a name holds a control");
        }
    }

    #[test]
    fn i4_any_text_is_no_worksheet_and_no_panic(text in "(?s).{0,400}") {
        prop_assert!(Worksheet::parse(&text).is_err());
    }
}
